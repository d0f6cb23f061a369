"""Put services on the lists of many students at once: by surname, by an attribute, or by a list.

Whoever is meant is written down as an enrollment file, which then goes the way of every file:
preview, apply, undo. Its rows count as entered by hand, so that a later file does not remove them.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from visavis.catalogue.models import Service
from visavis.communities.models import Community
from visavis.core.history import Actor
from visavis.core.text import fold
from visavis.imports.enums import ImportKind, ImportMode
from visavis.imports.errors import NobodyMeant
from visavis.imports.exporting import csv_line
from visavis.imports.intake import receive
from visavis.imports.kinds.enrollment import COURSE
from visavis.imports.kinds.persons import EMAIL
from visavis.imports.models import Import
from visavis.people.enums import Role, Source
from visavis.people.models import Membership, User

BETWEEN = re.compile(r"[\s,;<>]+")


@dataclass(frozen=True, slots=True)
class Surnames:
    """Listed students whose last name begins with `first`, with `last`, or lies between them.

    Compared letter by letter without accents; either may be blank, which is no bound.
    """

    first: str = ""
    last: str = ""

    def emails(self, community: Community) -> list[str]:
        first, last = _letters(self.first), _letters(self.last)
        return [
            row.user.email
            for row in _listed(community)
            if first <= (name := _letters(row.user.last_name))
            and (not last or name[: len(last)] <= last)
            and name
        ]

    def __str__(self) -> str:
        return _("Last names %(first)s to %(last)s") % {
            "first": self.first or "…",
            "last": self.last or "…",
        }


@dataclass(frozen=True, slots=True)
class Attribute:
    """Listed students of whom a file said this, such as Major: Biology; case does not matter."""

    name: str
    value: str

    def emails(self, community: Community) -> list[str]:
        wanted = fold(self.value)
        return [
            row.user.email
            for row in _listed(community)
            if fold(str(row.attributes.get(self.name, ""))) == wanted
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


@dataclass(frozen=True, slots=True)
class Named:
    """The e-mail addresses in a text, with anything between them; also of people not yet known."""

    text: str

    def emails(self, community: Community) -> list[str]:  # noqa: ARG002  (as the others)
        parts = BETWEEN.split(self.text)
        return list({fold(part): part for part in parts if "@" in part}.values())

    def __str__(self) -> str:
        return _("A list of students")


@dataclass(frozen=True, slots=True)
class Everybody:
    """Every listed student."""

    def emails(self, community: Community) -> list[str]:
        return [row.user.email for row in _listed(community)]

    def __str__(self) -> str:
        return _("Every listed student")


Group = Surnames | Attribute | Named | Everybody


def assign(
    community: Community, group: Group, services: Sequence[Service], *, actor: Actor, user: User
) -> Import:
    """Plan to put these services on the lists of everybody in the group; nothing is changed yet.

    Answers the run, to look at and apply, as of an uploaded file. Raises NobodyMeant for a group
    without anybody.
    """
    emails = group.emails(community)
    if not emails:
        raise NobodyMeant(_("Nobody is meant by this. Look at the students for how it is written."))
    lines = "".join(_lines(emails, services))
    return receive(
        community,
        kind=ImportKind.ENROLLMENT,
        mode=ImportMode.MERGE,
        file_name=_file_name(group, services),
        content=lines.encode(),
        actor=actor,
        user=user,
        source=Source.HAND,
    )


def attribute_values(community: Community) -> dict[str, list[str]]:
    """What files said about the listed students: each attribute's name with its values, sorted."""
    found: dict[str, set[str]] = {}
    rows = Membership.objects.filter(community=community, role=Role.STUDENT)
    for attributes in rows.exclude(attributes={}).values_list("attributes", flat=True).iterator():
        for name, value in attributes.items():
            found.setdefault(name, set()).add(str(value))
    return {name: sorted(values, key=fold) for name, values in sorted(found.items())}


def _listed(community: Community) -> Iterator[Membership]:
    rows = Membership.objects.filter(community=community, role=Role.STUDENT)
    return rows.select_related("user").order_by("pk").iterator(chunk_size=1000)


def _lines(emails: Iterable[str], services: Sequence[Service]) -> Iterator[str]:
    yield csv_line([EMAIL, COURSE])
    for email in emails:
        for service in services:
            yield csv_line([email, service.code])


def _file_name(group: Group, services: Sequence[Service]) -> str:
    what = ", ".join(service.code for service in services)
    return f"{str(group)[:80]} – {what[:80]}.csv"


def _letters(text: str) -> str:
    """A name as it is sorted here: folded, without accents."""
    parts = unicodedata.normalize("NFKD", fold(text))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))
