"""Enrollment: which services are on which student's list, one pair a row."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from visavis.catalogue.models import CODE_LENGTH, Enrollment
from visavis.core.text import fold, fold_code
from visavis.imports.cells import clean
from visavis.imports.enums import ImportKind
from visavis.imports.headers import Column
from visavis.imports.kinds.base import Candidate, Current, Kind, Line, Move
from visavis.imports.kinds.entries import Catalogue
from visavis.imports.kinds.persons import (
    EMAIL,
    EMAIL_COLUMN,
    SSO_COLUMN,
    SSO_ID,
    STUDENT_ID,
    STUDENT_ID_COLUMN,
    Person,
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

COURSE = "Course"
OWN_FIELDS = {SSO_ID: "sso_id", STUDENT_ID: "student_id"}


class Enrollments(Kind):
    name = ImportKind.ENROLLMENT
    columns = (
        EMAIL_COLUMN,
        Column(
            COURSE,
            (
                *("coursecode", "courses", "code", "class", "classes", "topic", "topics"),
                *("service", "services", "subject", "section"),
            ),
            required=True,
        ),
        SSO_COLUMN,
        STUDENT_ID_COLUMN,
    )
    example = {
        EMAIL: "example.student@example.edu",
        COURSE: "EXAMPLE101",
        SSO_ID: "estudent",
        STUDENT_ID: "0000001",
    }
    fields = {EMAIL: "email", COURSE: "course", **OWN_FIELDS}
    blank = {"email": "", "course": "", "sso_id": "", "student_id": ""}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.catalogue = Catalogue(self.community)

    def check(self, line: Line) -> Candidate | None:
        lookup = check_person(line)
        course = line.require(COURSE)
        if len(course) > CODE_LENGTH:
            line.limit(COURSE, CODE_LENGTH, "code_too_long")
        elif course and self.catalogue.id_of(course) is None:
            line.error(
                COURSE,
                "unknown_course",
                _("“%(course)s” is not among the courses and topics here.") % {"course": course}
                + self.suggest(course, self.catalogue.codes),
            )
        if not lookup[0] or not course:
            return None
        values, blanks = filled_and_blank(line, OWN_FIELDS)
        values |= {"email": lookup[0], "course": self.catalogue.code_of(course)}
        self._check_same_student_id(line, fold(lookup[0]))
        key = f"{fold(lookup[0])}\t{fold_code(course)}"
        return Candidate(line, key, f"{lookup[0]} · {course}", values, blanks, lookup)

    def _check_same_student_id(self, line: Line, email: str) -> None:
        told = line.get(STUDENT_ID)
        other, number = self.seen.first(f"number {email}", told, line.number) if told else (told, 0)
        if other != told:
            line.error(
                STUDENT_ID,
                "rows_disagree",
                _("Line %(line)s gives the same student another number. Correct one of the two.")
                % {"line": number},
            )

    def find(self, candidates: Sequence[Candidate]) -> dict[str, Current]:
        people = find_people(self.community, candidates)
        meant = {c.key: resolve_person(c.line, c.lookup, people, self.seen) for c in candidates}
        ids = {person.id for person in meant.values() if person}
        pairs = {(row["user_id"], row["service_id"]): row for row in self._pairs(user_id__in=ids)}
        numbers = self._student_ids(ids)
        found: dict[str, Current] = {}
        for candidate in candidates:
            person = meant[candidate.key]
            if person is not None:
                service_id = self.catalogue.id_of(candidate.values["course"])
                row = pairs.get((person.id, service_id or 0))
                found[candidate.key] = self._found(candidate, person, row, numbers)
        return found

    def _found(
        self,
        candidate: Candidate,
        person: Person,
        row: dict[str, Any] | None,
        numbers: dict[int, str],
    ) -> Current:
        asked = {name: v for name, v in candidate.values.items() if name == "sso_id"}
        if person.is_kept:
            told = Candidate(candidate.line, "", "", asked)
            warn_of_kept(candidate.line, told, person)
        own = personal_values(candidate, person)
        candidate.values["email"] = own["email"]
        values = {
            "email": own["email"],
            "sso_id": own["sso_id"],
            "student_id": clean(numbers.get(person.id, "")),
            "course": candidate.values["course"],
        }
        kept = frozenset({"sso_id"}) if person.is_kept else frozenset()
        if row is None:
            return Current(None, candidate.key, candidate.label, values, kept=kept)
        candidate.values["course"] = values["course"] = clean(row["service__code"])
        return Current(row["id"], candidate.key, candidate.label, values, row["source"], kept)

    def _student_ids(self, ids: Iterable[int]) -> dict[int, str]:
        rows = Membership.objects.filter(
            community=self.community, role=Role.STUDENT, user_id__in=ids
        )
        return dict(rows.values_list("user_id", "student_id"))

    def _pairs(self, **few: Any) -> Iterator[dict[str, Any]]:
        """The pairs of this community among a few.

        The database is not asked for the community: SQLite would begin with all of its courses.
        """
        for row in self._told(Enrollment.objects.filter(**few)):
            if (
                row["service__community_id"] == self.community.pk
                and not row["service__archived_at"]
            ):
                yield row

    def _told(self, pairs: QuerySet[Enrollment]) -> Any:
        number = Membership.objects.filter(
            community=self.community, role=Role.STUDENT, user=OuterRef("user")
        )
        return pairs.annotate(number=Subquery(number.values("student_id")[:1])).values(
            *("id", "user_id", "service_id", "source", "service__code", "service__code_key"),
            *("service__community_id", "service__archived_at"),
            *("user__email", "user__email_key", "user__sso_id", "number"),
        )

    def listed(self, *, source: str | None = None) -> Iterator[Current]:
        pairs = Enrollment.objects.filter(
            service__community=self.community, service__archived_at=None
        )
        rows = self._told(pairs.filter(source=source) if source else pairs).order_by("id")
        return (_current(row) for row in rows.iterator(chunk_size=1000))

    def count_listed(self) -> int:
        return Enrollment.objects.filter(
            service__community=self.community, service__archived_at=None, source=Source.CSV
        ).count()

    def load(self, ids: Iterable[int]) -> dict[int, Current]:
        return {row["id"]: _current(row) for row in self._pairs(id__in=list(ids))}

    def state(self) -> Iterator[Any]:
        yield from sorted((key, row[4] is None) for key, row in self.catalogue.by_key.items())
        rows = Enrollment.objects.filter(service__community=self.community).order_by("id")
        yield from rows.values_list("id", "user_id", "service_id", "source").iterator()
        students = Membership.objects.filter(community=self.community, role=Role.STUDENT)
        columns = ("id", "student_id", "user__email", "user__sso_id", "user__claimed_at")
        yield from students.order_by("id").values_list(*columns).iterator()

    # --- writing ---

    def write(self, moves: Sequence[Move], *, now: datetime) -> None:
        coming = [move for move in moves if move.after]
        people = save_people(self.community, coming, now=now)
        self._save_students(coming, people, now)
        new = []
        for move in coming:
            if move.row.target_id is None or move.undoing:
                service_id = self.catalogue.id_of(move.after["course"])
                user_id = people[fold(move.after["email"])]
                if service_id and not (move.undoing and move.before):
                    pair = Enrollment(user_id=user_id, service_id=service_id)
                    pair.source, pair.created_at = self.source, now
                    new.append((move.row, pair))
        made = Enrollment.objects.bulk_create([pair for _row, pair in new])
        for (row, _pair), pair in zip(new, made, strict=True):
            row.target_id = pair.pk
        gone = [move.row.target_id or 0 for move in moves if not move.after]
        Enrollment.objects.filter(pk__in=gone).delete()

    def _save_students(self, moves: list[Move], people: dict[str, int], now: datetime) -> None:
        rows = Membership.objects.filter(
            community=self.community, role=Role.STUDENT, user_id__in=set(people.values())
        )
        there = {row.user_id: row for row in rows}
        new: dict[int, tuple[ImportRow, Membership]] = {}
        changed: dict[int, Membership] = {}
        for move in moves:
            user_id = people[fold(move.after["email"])]
            number = move.after["student_id"]
            if user_id in there:
                row = there[user_id]
                if row.student_id != number and number != move.before.get("student_id"):
                    row.student_id = changed.setdefault(user_id, row).student_id = number
            elif user_id not in new and not (move.undoing and move.before):
                student = Membership(user_id=user_id, community=self.community, role=Role.STUDENT)
                student.source, student.student_id, student.created_at = self.source, number, now
                new[user_id] = (move.row, student)
        made = Membership.objects.bulk_create([student for _row, student in new.values()])
        for (plan_row, _student), student in zip(new.values(), made, strict=True):
            plan_row.made["membership"] = student.pk
        Membership.objects.bulk_update(changed.values(), ["student_id"], batch_size=200)

    def obstacles(self, moves: Sequence[Move]) -> dict[int, str]:
        gone = _("The course is not here any more.")
        found = {
            move.row.pk: gone
            for move in moves
            if move.after and self.catalogue.id_of(move.after["course"]) is None
        }
        back = {
            (fold(move.after["email"]), fold_code(move.after["course"])): move
            for move in moves
            if move.after and not move.before
        }
        there = self._pairs(user__email_key__in={email for email, _code in back})
        again = _("The pair is on the list again by now.")
        for row in there:
            move = back.get((row["user__email_key"], row["service__code_key"]))
            if move:
                found[move.row.pk] = again
        return found | find_signed_in(self.community, moves)

    def clean_up(self, rows: Sequence[ImportRow]) -> None:
        restore_people(rows, self.community)
        made = [row.made["membership"] for row in rows if "membership" in row.made]
        lists = Enrollment.objects.filter(service__community=self.community, user=OuterRef("user"))
        students = Membership.objects.filter(pk__in=made, source=self.source, attributes={})
        unused = students.annotate(pair=Subquery(lists.values("id")[:1])).filter(pair=None)
        Membership.objects.filter(pk__in=list(unused.values_list("pk", flat=True))).delete()

    def remove_people(self, rows: Sequence[ImportRow]) -> None:
        remove_bare_people(row.made["user"] for row in rows if "user" in row.made)


def _current(row: dict[str, Any]) -> Current:
    values = {
        "email": clean(row["user__email"]),
        "course": clean(row["service__code"]),
        "sso_id": clean(row["user__sso_id"]),
        "student_id": clean(row["number"] or ""),
    }
    key = f"{row['user__email_key']}\t{row['service__code_key']}"
    return Current(row["id"], key, f"{values['email']} · {values['course']}", values, row["source"])
