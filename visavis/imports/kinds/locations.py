"""Locations: rooms, online places, telephones."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from visavis.availability.locations import find_strange_address, tell_strange
from visavis.availability.models import Location, WeeklyBlock
from visavis.bookings.models import Appointment, Hold, Series
from visavis.catalogue.enums import MeetingKind
from visavis.communities import actions as community_actions
from visavis.core.text import fold
from visavis.imports.cells import (
    clean,
    parse_capacity,
    parse_hours,
    parse_meeting_kind,
    show_hours,
    unite_hours,
)
from visavis.imports.enums import ImportKind
from visavis.imports.headers import Column
from visavis.imports.kinds.base import Candidate, Current, Kind, Line, Move
from visavis.imports.models import ImportRow
from visavis.people.enums import Source

NAME, KIND, HOURS, CAPACITY, DETAILS = "Name", "Kind", "Hours", "Capacity", "Details"
NAME_LENGTH = 200
KEY_LENGTH = 220
SHOWN = {
    MeetingKind.IN_PERSON.value: "in person",
    MeetingKind.ONLINE.value: "online",
    MeetingKind.PHONE.value: "phone",
}


class Locations(Kind):
    name = ImportKind.LOCATIONS
    columns = (
        Column(
            NAME,
            ("location", "locationname", "room", "roombuilding", "building", "place"),
            required=True,
        ),
        Column(KIND, ("type", "mode")),
        Column(HOURS, ("openinghours", "openhours", "open")),
        Column(
            CAPACITY, ("cap", "max", "maximum", "limit", "concurrentappointments", "maxconcurrent")
        ),
        Column(
            DETAILS,
            (
                "detail",
                "directions",
                "description",
                "notes",
                "note",
                "link",
                "meetinglink",
                "address",
            ),
        ),
    )
    example = {
        NAME: "Example Library, Room 2.14",
        KIND: "in person",
        HOURS: "Mon-Fri 09:00-17:00; Sat 10:00-14:00",
        CAPACITY: "4",
        DETAILS: "Delete this row: an example",
    }
    fields = {NAME: "name", KIND: "kind", HOURS: "hours", CAPACITY: "capacity", DETAILS: "details"}
    blank = {
        "name": "",
        "kind": MeetingKind.IN_PERSON.value,
        "hours": [],
        "capacity": None,
        "details": "",
        "archived": False,
    }
    collision = ("rows_disagree", NAME)

    def check(self, line: Line) -> Candidate | None:
        name = line.require(NAME)
        line.limit(NAME, NAME_LENGTH, "name_too_long")
        values: dict[str, Any] = {"name": name}
        parsers = {KIND: parse_meeting_kind, HOURS: parse_hours, CAPACITY: parse_capacity}
        for header, parser in parsers.items():
            if line.get(header):
                values[self.fields[header]] = line.parse(header, parser)
        if line.get(DETAILS):
            values["details"] = line.get(DETAILS)
            strange = find_strange_address(values["details"])
            if strange:
                line.error(DETAILS, "strange_address", tell_strange(strange))
        blanks = {
            field
            for header, field in self.fields.items()
            if header in line.cells and not line.get(header) and field != "name"
        }
        key = fold(name)[:KEY_LENGTH]
        return Candidate(line, key, name, values, frozenset(blanks)) if key else None

    def find(self, candidates: Sequence[Candidate]) -> dict[str, Current]:
        rows = self._places().filter(name_key__in=[candidate.key for candidate in candidates])
        return {row.name_key: _current(row) for row in rows}

    def listed(self, *, source: str | None = None) -> Iterator[Current]:
        rows = self._places().filter(archived_at=None).order_by("id")
        if source:
            rows = rows.filter(source=source)
        return (_current(row) for row in rows.iterator(chunk_size=1000))

    def count_listed(self) -> int:
        return self._places().filter(archived_at=None, source=Source.CSV).count()

    def load(self, ids: Iterable[int]) -> dict[int, Current]:
        return {row.pk: _current(row) for row in self._places().filter(pk__in=list(ids))}

    def state(self) -> Iterator[Any]:
        columns = ("id", "name", "kind", "hours", "capacity", "details", "source", "archived_at")
        yield from self._places().order_by("id").values_list(*columns).iterator()

    def _places(self) -> QuerySet[Location]:
        return Location.objects.filter(community=self.community)

    def lock_places(self, rows: Iterable[ImportRow]) -> None:  # noqa: ARG002  (all of them)
        # All of the community's: there are few, and one order for everybody is what counts.
        list(self._places().select_for_update(no_key=True).order_by("pk").values("pk"))

    def write(self, moves: Sequence[Move], *, now: datetime) -> None:
        ids = [move.row.target_id for move in moves if move.row.target_id]
        there = {row.pk: row for row in self._places().filter(pk__in=ids)}
        new, changed, gone = [], [], []
        for move in moves:
            row = there.get(move.row.target_id or 0)
            if not move.after:
                gone.append(move.row.target_id or 0)
            elif row is None:
                row = Location(community=self.community, source=self.source, created_at=now)
                new.append((move.row, _filled(row, move.after, now, self.source)))
            else:
                changed.append(_filled(row, move.after, now, self.source))
        for (plan_row, _row), made in zip(
            new, Location.objects.bulk_create([row for _plan, row in new]), strict=True
        ):
            plan_row.target_id = made.pk
        columns = ["name", "name_key", "kind", "hours", "capacity", "details"]
        Location.objects.bulk_update(changed, [*columns, "source", "archived_at"], batch_size=200)
        self._places().filter(pk__in=gone).delete()

    def settle(self, rows: Iterable[ImportRow]) -> None:  # noqa: ARG002  (all alike)
        community_actions.touch(self.community)

    def obstacles(self, moves: Sequence[Move]) -> dict[int, str]:
        going = [move.row for move in moves if not move.after and move.row.target_id]
        ids = [row.target_id or 0 for row in going]
        used: set[int] = set()
        for model in (Appointment, Series, Hold):
            rows = model.objects.filter(location_id__in=ids)
            used |= set(rows.values_list("location_id", flat=True))
        blocks = WeeklyBlock.locations.through.objects.filter(location_id__in=ids)
        used |= set(blocks.values_list("location_id", flat=True))
        why = _("It is used by now, by hours or appointments.")
        return {row.pk: why for row in going if row.target_id in used}

    @classmethod
    def show(cls, name: str, values: dict[str, Any]) -> str:
        if name == "hours":
            return show_hours(values.get("hours", []))
        if name == "kind":
            return SHOWN.get(values.get("kind", ""), "")
        return super().show(name, values)


def _current(row: Location) -> Current:
    values = {
        "name": clean(row.name),
        "kind": row.kind,
        "hours": unite_hours(row.hours),
        "capacity": row.capacity,
        "details": clean(row.details),
        "archived": row.archived_at is not None,
    }
    return Current(row.pk, row.name_key, row.name, values, row.source)


def _filled(row: Location, values: dict[str, Any], now: datetime, source: str) -> Location:
    for name in ("name", "kind", "hours", "capacity", "details"):
        setattr(row, name, values[name])
    if not values["archived"]:
        row.source = row.source if row.archived_at is None else source
        row.archived_at = None
    elif row.archived_at is None:
        row.archived_at = now
    row.derive()
    return row
