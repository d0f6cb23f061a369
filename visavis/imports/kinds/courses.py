"""Courses and topics: what a student picks."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from visavis.availability.models import WeeklyBlock
from visavis.availability.reviving import revive_entries
from visavis.bookings.models import Appointment, Hold, Series, WaitlistEntry
from visavis.catalogue.codes import KEY_LENGTH, code_faults
from visavis.catalogue.models import NAME_LENGTH, Enrollment, Service
from visavis.communities import actions as community_actions
from visavis.core.text import fold_code
from visavis.imports.cells import clean
from visavis.imports.enums import ImportKind
from visavis.imports.headers import Column
from visavis.imports.kinds.base import Candidate, Current, Kind, Line, Move
from visavis.imports.models import ImportRow
from visavis.people.enums import Source

SUBJECT, NUMBER, NAME, DESCRIPTION = (
    "Subject Abbreviation",
    "Course Number",
    "Course Name",
    "Description",
)


class Courses(Kind):
    name = ImportKind.COURSES
    columns = (
        Column(
            SUBJECT,
            ("subject", "subjectcode", "abbreviation", "abbr", "dept", "department", "prefix"),
            required=True,
        ),
        Column(
            NUMBER,
            (
                "number",
                "coursenum",
                "courseno",
                "no",
                "num",
                "nr",
                "catalognumber",
                "cataloguenumber",
            ),
            required=True,
        ),
        Column(NAME, ("name", "title", "coursetitle", "fullname")),
        Column(DESCRIPTION, ("desc", "details", "coursedescription")),
    )
    example = {
        SUBJECT: "EXAMPLE",
        NUMBER: "101",
        NAME: "Delete this row: an example",
        DESCRIPTION: "Leave Course Number blank for a general topic",
    }
    fields = {SUBJECT: "subject", NUMBER: "number", NAME: "name", DESCRIPTION: "description"}
    blank = {"subject": "", "number": "", "name": "", "description": "", "archived": False}
    collision = ("codes_collide", SUBJECT)

    def check(self, line: Line) -> Candidate | None:
        subject, number = line.require(SUBJECT), line.get(NUMBER)
        code = f"{subject}{number}"
        self._check_code(line, code)
        line.limit(NAME, NAME_LENGTH, "name_too_long")
        key = fold_code(code)
        if not subject or not key or len(key) > KEY_LENGTH:
            return None
        filled = {field: line.get(header) for header, field in self.fields.items()}
        # What makes the code is always meant: a blank number is a topic's, not "as it was".
        values = {k: v for k, v in filled.items() if v or k == "number"}
        blanks = {
            field
            for header, field in self.fields.items()
            if header in line.cells and field in ("name", "description") and not line.get(header)
        }
        return Candidate(line, key, code[:300], values, frozenset(blanks))

    def _check_code(self, line: Line, code: str) -> None:
        for fault, sentence in code_faults(code):
            line.error(SUBJECT, fault, sentence, code)

    def find(self, candidates: Sequence[Candidate]) -> dict[str, Current]:
        rows = self._services().filter(code_key__in=[candidate.key for candidate in candidates])
        return {service.code_key: _current(service) for service in rows}

    def listed(self, *, source: str | None = None) -> Iterator[Current]:
        rows = self._services().filter(archived_at=None).order_by("id")
        if source:
            rows = rows.filter(source=source)
        return (_current(service) for service in rows.iterator(chunk_size=1000))

    def count_listed(self) -> int:
        return self._services().filter(archived_at=None, source=Source.CSV).count()

    def load(self, ids: Iterable[int]) -> dict[int, Current]:
        rows = self._services().filter(pk__in=list(ids))
        return {service.pk: _current(service) for service in rows}

    def state(self) -> Iterator[Any]:
        columns = ("id", "subject", "number", "name", "description", "source", "archived_at")
        yield from self._services().order_by("id").values_list(*columns).iterator()

    def _services(self) -> QuerySet[Service]:
        return Service.objects.filter(community=self.community)

    def write(self, moves: Sequence[Move], *, now: datetime) -> None:
        ids = [move.row.target_id for move in moves if move.row.target_id]
        there = {service.pk: service for service in self._services().filter(pk__in=ids)}
        new, changed, gone = [], [], []
        for move in moves:
            service = there.get(move.row.target_id or 0)
            if not move.after:
                gone.append(move.row.target_id or 0)
            elif service is None:
                service = Service(community=self.community, source=self.source, created_at=now)
                new.append((move.row, _filled(service, move.after, now, self.source)))
            else:
                changed.append(_filled(service, move.after, now, self.source))
        made = Service.objects.bulk_create([service for _row, service in new])
        for (row, _service), service in zip(new, made, strict=True):
            row.target_id = service.pk
        Service.objects.bulk_update(
            changed,
            [
                *("subject", "number", "name", "description"),
                *("kind", "code", "code_key", "search_key", "source", "archived_at"),
            ],
            batch_size=200,
        )
        self._services().filter(pk__in=gone).delete()

    def settle(self, rows: Iterable[ImportRow]) -> None:  # noqa: ARG002  (all alike)
        revive_entries(self.community)
        community_actions.touch(self.community)

    def obstacles(self, moves: Sequence[Move]) -> dict[int, str]:
        going = [move.row for move in moves if not move.after]
        used = self._used([row.target_id for row in going if row.target_id])
        why = _("It is used by now: by lists, hours, appointments or as somebody's own.")
        return {row.pk: why for row in going if row.target_id in used}

    def _used(self, ids: list[int]) -> set[int]:
        services = self._services().filter(pk__in=ids)
        # Asked for each by itself: joined, lists and appointments would multiply.
        rows = services.filter(
            Exists(Enrollment.objects.filter(service=OuterRef("pk")))
            | Exists(Appointment.objects.filter(service=OuterRef("pk")))
            | Exists(Series.objects.filter(service=OuterRef("pk")))
            | Exists(Hold.objects.filter(service=OuterRef("pk")))
            | Exists(WaitlistEntry.objects.filter(service=OuterRef("pk")))
            | Q(owner__isnull=False)
            | Q(for_everybody=True)
        )
        blocks = WeeklyBlock.services.through.objects.filter(service_id__in=ids)
        return set(rows.values_list("pk", flat=True)) | set(
            blocks.values_list("service_id", flat=True)
        )


def _current(service: Service) -> Current:
    values = {
        "subject": clean(service.subject),
        "number": clean(service.number),
        "name": clean(service.name),
        "description": clean(service.description),
        "archived": service.archived_at is not None,
    }
    return Current(service.pk, service.code_key, service.code, values, service.source)


def _filled(service: Service, values: dict[str, Any], now: datetime, source: str) -> Service:
    for name in ("subject", "number", "name", "description"):
        setattr(service, name, values[name])
    if not values["archived"]:
        if service.archived_at is not None:
            # It belongs to whatever it came back with.
            service.source = source
        service.archived_at = None
    elif service.archived_at is None:
        service.archived_at = now
    service.derive()
    return service
