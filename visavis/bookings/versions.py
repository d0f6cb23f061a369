"""Versions: whether what is kept of a community's hours and taken time is still true.

Every change of hours, time or the community raises a version in its own transaction, and no version
falls. So under one version of the community, with which alone it changes who the people are, their
sums are equal exactly when nothing has changed. Read versions first and rows after
them: the other order could keep old rows under a new version for good.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Max, QuerySet, Subquery, Sum

from visavis.communities.models import Community
from visavis.people.models import Provider


@dataclass(frozen=True, slots=True)
class Stamp:
    """The versions behind an answer, as sums.

    `meetings` stands for all of the community's, which decide whether a room is full; who is free
    does not follow from it, so stamps are equal without it.
    """

    community: int
    people: int
    hours: int
    time: int
    meetings: int = field(compare=False)

    @classmethod
    def bare(cls, community: Community) -> "Stamp":
        """The stamp of an answer that is made of rows alone and is not kept."""
        return cls(community.version, 0, 0, 0, 0)


def read_stamp(community: Community, providers: QuerySet[Provider]) -> Stamp | None:
    """The stamp of these providers of the community, in one query; None when there are none."""
    everybody = Provider.objects.filter(community=community).order_by().values("community")
    meetings = everybody.annotate(all=Sum("user__time_version")).values("all")
    found = providers.order_by().aggregate(
        community=Max("community__version"),
        people=Count("pk"),
        hours=Sum("hours_version"),
        time=Sum("user__time_version"),
        meetings=Max(Subquery(meetings)),
    )
    return Stamp(**found) if found["people"] else None


@dataclass(frozen=True, slots=True)
class Person:
    """A provider's ids and versions, and their own weekly cap in minutes."""

    provider: int
    user: int
    hours_version: int
    time_version: int
    cap: int | None


def unversioned(provider: Provider) -> Person:
    """A provider whose row was read, and of whom nothing is kept: their time's version is none."""
    return Person(
        provider.pk, provider.user_id, provider.hours_version, 0, provider.weekly_cap_minutes
    )


def read_people(providers: QuerySet[Provider]) -> list[Person]:
    """These providers by name, in one query."""
    columns = ("pk", "user_id", "hours_version", "user__time_version", "weekly_cap_minutes")
    return [Person(*row) for row in providers.values_list(*columns)]


def stamp_of(stamp: Stamp, people: Iterable[Person]) -> Stamp:
    """The stamp of people whose versions were read after `stamp`, one by one."""
    rows = list(people)
    return Stamp(
        stamp.community,
        len(rows),
        sum(person.hours_version for person in rows),
        sum(person.time_version for person in rows),
        stamp.meetings,
    )
