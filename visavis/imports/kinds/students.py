"""Students: who may see the community when it keeps a list, with attributes of their own."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from visavis.core.text import fold
from visavis.imports.cells import clean
from visavis.imports.enums import ImportKind
from visavis.imports.kinds.base import Candidate, Current, Kind, Line, Move
from visavis.imports.kinds.persons import (
    EMAIL,
    EMAIL_COLUMN,
    FIELDS,
    FIRST_COLUMN,
    FIRST_NAME,
    LAST_COLUMN,
    LAST_NAME,
    PERSONAL,
    SSO_COLUMN,
    SSO_ID,
    STUDENT_ID,
    STUDENT_ID_COLUMN,
    check_person,
    filled_and_blank,
    find_people,
    find_signed_in,
    personal_values,
    remove_bare_people,
    resolve_person,
    restore_people,
    save_people,
    warn_of_kept,
)
from visavis.imports.models import ImportRow
from visavis.people.enums import Role, Source
from visavis.people.models import Membership

ATTRIBUTE_LENGTH = 1000


class Students(Kind):
    name = ImportKind.STUDENTS
    columns = (FIRST_COLUMN, LAST_COLUMN, EMAIL_COLUMN, SSO_COLUMN, STUDENT_ID_COLUMN)
    example = {
        FIRST_NAME: "Example",
        LAST_NAME: "Student",
        EMAIL: "example.student@example.edu",
        SSO_ID: "estudent",
        STUDENT_ID: "0000001",
    }
    fields = {**FIELDS, STUDENT_ID: "student_id"}
    blank = {
        **dict.fromkeys(PERSONAL, ""),
        "student_id": "",
        "attributes": {},
    }
    takes_further_columns = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._names: dict[str, str] | None = None

    def check(self, line: Line) -> Candidate | None:
        lookup = check_person(line)
        values, blanks = filled_and_blank(line, dict(self.fields))
        for name, text in line.further.items():
            self._check_attribute(line, name, text)
        values["attributes"] = {self._spelled(name): text for name, text in line.further.items()}
        if not lookup[0]:
            return None
        return Candidate(line, fold(lookup[0]), lookup[0], values, blanks, lookup)

    def _check_attribute(self, line: Line, name: str, text: str) -> None:
        if len(text) > ATTRIBUTE_LENGTH:
            line.error(
                name,
                "value_too_long",
                _("“%(column)s” has %(there)s characters; at most %(length)s fit. Shorten it.")
                % {"column": name, "there": len(text), "length": ATTRIBUTE_LENGTH},
                text,
            )

    def _spelled(self, name: str) -> str:
        """The attribute's name as the community has it already."""
        if self._names is None:
            self._names = {fold(known): known for known in self._attribute_names()}
        return self._names.setdefault(fold(name), name)

    def _attribute_names(self) -> list[str]:
        names: set[str] = set()
        rows = self._memberships().exclude(attributes={})
        for attributes in rows.values_list("attributes", flat=True).iterator():
            names |= attributes.keys()
        return sorted(names, key=lambda name: (fold(name), name))

    def find(self, candidates: Sequence[Candidate]) -> dict[str, Current]:
        people = find_people(self.community, candidates)
        meant = {c.key: resolve_person(c.line, c.lookup, people, self.seen) for c in candidates}
        ids = [person.id for person in meant.values() if person]
        there = {row.user_id: row for row in self._memberships().filter(user_id__in=ids)}
        found = {}
        for candidate in candidates:
            person = meant[candidate.key]
            if person is None:
                continue
            if person.is_kept:
                warn_of_kept(candidate.line, candidate, person)
            kept = frozenset(PERSONAL) if person.is_kept else frozenset()
            values = {**self.blank, **personal_values(candidate, person)}
            row = there.get(person.id)
            found[candidate.key] = (
                _current(row, kept)
                if row
                else Current(None, candidate.key, person.label, values, kept=kept)
            )
        return found

    def merged(self, candidate: Candidate, current: Current | None) -> dict[str, Any]:
        after = super().merged(candidate, current)
        told = candidate.values["attributes"]
        attributes = dict(current.values["attributes"]) if current else {}
        attributes |= {name: text for name, text in told.items() if text}
        if self.clears(current):
            attributes = {k: v for k, v in attributes.items() if told.get(k, v)}
        return {**after, "attributes": attributes}

    def listed(self, *, source: str | None = None) -> Iterator[Current]:
        rows = self._memberships().order_by("id")
        if source:
            rows = rows.filter(source=source)
        return (_current(row) for row in rows.iterator(chunk_size=1000))

    def count_listed(self) -> int:
        return self._memberships().filter(source=Source.CSV).count()

    def load(self, ids: Iterable[int]) -> dict[int, Current]:
        return {row.pk: _current(row) for row in self._memberships().filter(pk__in=list(ids))}

    def state(self) -> Iterator[Any]:
        columns = ("id", "student_id", "attributes", "source", "user_id")
        # Not whether they have signed in: at the start of term somebody does every minute, and
        # `save_people` leaves the accounts of those alone.
        people = [f"user__{name}" for name in PERSONAL]
        yield from self._memberships().order_by("id").values_list(*columns, *people).iterator()

    def _memberships(self) -> QuerySet[Membership]:
        rows = Membership.objects.filter(community=self.community, role=Role.STUDENT)
        return rows.select_related("user")

    def write(self, moves: Sequence[Move], *, now: datetime) -> None:
        people = save_people(self.community, moves, now=now)
        ids = [move.row.target_id for move in moves if move.row.target_id]
        there = {row.pk: row for row in self._memberships().filter(pk__in=ids)}
        new, changed, gone = [], [], []
        for move in moves:
            row = there.get(move.row.target_id or 0)
            if not move.after:
                gone.append(move.row.target_id or 0)
            elif row is None:
                user_id = people[fold(move.after["email"])]
                row = Membership(
                    user_id=user_id,
                    community=self.community,
                    role=Role.STUDENT,
                    source=self.source,
                    created_at=now,
                )
                new.append((move.row, _filled(row, move.after)))
            else:
                changed.append(_filled(row, move.after))
        for (plan_row, _row), made in zip(
            new, Membership.objects.bulk_create([row for _plan, row in new]), strict=True
        ):
            plan_row.target_id = made.pk
        Membership.objects.bulk_update(changed, ["student_id", "attributes"], batch_size=200)
        self._memberships().filter(pk__in=gone).delete()

    def obstacles(self, moves: Sequence[Move]) -> dict[int, str]:
        back = {fold(move.after["email"]): move for move in moves if move.after and not move.before}
        there = self._memberships().filter(user__email_key__in=back)
        why = _("The person is on the list again by now.")
        again = {back[key].row.pk: why for key in there.values_list("user__email_key", flat=True)}
        return again | find_signed_in(self.community, moves)

    def clean_up(self, rows: Sequence[ImportRow]) -> None:
        restore_people(rows, self.community)

    def remove_people(self, rows: Sequence[ImportRow]) -> None:
        remove_bare_people(row.made["user"] for row in rows if "user" in row.made)

    # --- export ---

    def header(self) -> list[str]:
        self._further = self._attribute_names()
        return [*super().header(), *self._further]

    def export_row(self, current: Current) -> list[str]:
        own = [self.show(self.fields[column.header], current.values) for column in self.columns]
        return [*own, *(current.values["attributes"].get(name, "") for name in self._further)]


def _current(row: Membership, kept: frozenset[str] = frozenset()) -> Current:
    values: dict[str, Any] = {name: clean(getattr(row.user, name)) for name in PERSONAL}
    values |= {
        "student_id": clean(row.student_id),
        "attributes": {
            clean(name): told for name, text in row.attributes.items() if (told := clean(str(text)))
        },
    }
    return Current(row.pk, row.user.email_key, str(row.user), values, row.source, kept)


def _filled(row: Membership, values: dict[str, Any]) -> Membership:
    row.student_id = values["student_id"]
    row.attributes = values["attributes"]
    return row
