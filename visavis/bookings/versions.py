"""Versions: whether what is kept of a community's hours and taken time is still true.

Every change of hours, time or the community raises a version in its own transaction, and no version
falls. So under one version of the community, with which alone it changes who the people are, their
sums are equal exactly when nothing has changed. Read versions first and rows after
them: the other order could keep old rows under a new version for good.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, Max, QuerySet, Sum

from visavis.communities.models import Community
from visavis.core.prepared import Blank, prepared
from visavis.people.models import Provider


@dataclass(frozen=True, slots=True)
class Stamp:
    """The versions behind an answer, as sums."""

    community: int
    people: int
    hours: int
    time: int

    @classmethod
    def bare(cls, community: Community) -> "Stamp":
        """The stamp of an answer that is made of rows alone and is not kept."""
        return cls(community.version, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """The providers of one community whom a question is about, by name.

    `key` holds every value that `build` puts into their query. `is_direct`: their versions are read
    without everybody's before them; they are one person, everybody, or some who have left.
    """

    key: tuple[Hashable, ...]
    build: Callable[[], QuerySet[Provider]]
    is_direct: bool = False

    @classmethod
    def everybody(cls, community: Community) -> "Asked":
        """All active providers of the community."""
        return cls(
            ("everybody", community.pk),
            lambda: Provider.objects.filter(community=community, retired_at=None),
            is_direct=True,
        )


def read_stamp(asked: Asked) -> Stamp | None:
    """The stamp of these providers, in one query; None when there are none."""

    def sums() -> QuerySet[Any, Any]:
        one = asked.build().order_by().values_list("community_id")
        return one.annotate(
            Max("community__version"), Count("pk"), Sum("hours_version"), Sum("user__time_version")
        )

    for _community, *versions in prepared(("stamp", *asked.key), sums).rows():
        return Stamp(*map(int, versions))
    return None


def read_meetings(community: Community) -> int:
    """The version of all meetings of the community, which decide whether a room is full."""

    def meetings() -> QuerySet[Any, Any]:
        everybody = Provider.objects.filter(community_id=Blank("community")).order_by()
        return everybody.values_list("community_id").annotate(Sum("user__time_version"))

    found = prepared("meetings", meetings).rows(community=community.pk)
    return sum(int(time) for _community, time in found)


class Person(NamedTuple):
    """A provider's ids and versions, their own weekly cap in minutes, and the community's version.

    The versions of several people are of one moment when they were read together.
    """

    provider: int
    user: int
    hours_version: int
    time_version: int
    cap: int | None
    community_version: int


def unversioned(provider: Provider) -> Person:
    """A provider whose row was read, and of whom nothing is kept: their time's version is none."""
    cap, hours = provider.weekly_cap_minutes, provider.hours_version
    return Person(provider.pk, provider.user_id, hours, 0, cap, community_version=0)


def read_people(asked: Asked) -> list[Person]:
    """These providers by name, in one query."""
    columns = (
        *("pk", "user_id", "hours_version", "user__time_version", "weekly_cap_minutes"),
        "community__version",
    )
    found = prepared(("people", *asked.key), lambda: asked.build().values_list(*columns))
    return list(map(Person._make, found.rows()))


def stamp_of(stamp: Stamp, people: Iterable[Person]) -> Stamp:
    """The stamp of people whose versions were read after `stamp`, one by one."""
    rows = list(people)
    return Stamp(
        stamp.community,
        len(rows),
        sum(person.hours_version for person in rows),
        sum(person.time_version for person in rows),
    )


def first_stamp(people: Sequence[Person]) -> Stamp | None:
    """The stamp of people who were read together; None when there are none."""
    return stamp_of(Stamp(people[0].community_version, 0, 0, 0), people) if people else None
