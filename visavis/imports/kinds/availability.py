"""Availability: weekly hours. A row of the file is one block a weekday; overlaps are united."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from visavis.availability.models import WeeklyBlock
from visavis.core.text import fold
from visavis.imports.cells import (
    SHORT_DAYS,
    BadCell,
    clean,
    parse_date,
    parse_days,
    parse_email,
    parse_range,
    parse_time,
    show_minutes,
)
from visavis.imports.enums import ImportKind, ImportMode, RowAction
from visavis.imports.headers import Column
from visavis.imports.kinds.base import Candidate, Current, Kind, Line, Move, Planned
from visavis.imports.kinds.blocks import Block, Outcome, Range, compare
from visavis.imports.kinds.conditions import Conditions
from visavis.imports.kinds.entries import COURSES, split_entries
from visavis.imports.kinds.hours import Wanted, condition_key, label_of, plan_block
from visavis.imports.kinds.persons import EMAIL, EMAIL_COLUMN
from visavis.imports.models import ImportRow
from visavis.people.actions import touch_hours
from visavis.people.enums import Source
from visavis.people.models import Provider

DAY, START, END = "Day", "Start", "End"
LOCATIONS, FORMATS, FROM, UNTIL = "Locations", "Formats", "From", "Until"
PEOPLE_AT_ONCE = 200


class Availability(Kind):
    name = ImportKind.AVAILABILITY
    columns = (
        EMAIL_COLUMN,
        Column(DAY, ("days", "weekday", "weekdays", "dayofweek"), required=True),
        Column(
            START, ("starttime", "starts", "begin", "begins", "startsat", "opens"), required=True
        ),
        Column(END, ("endtime", "ends", "finish", "endsat", "closes"), required=True),
        Column(
            COURSES,
            (
                *("course", "coursecodes", "classes", "class", "topics", "topic"),
                *("services", "service", "subjects"),
            ),
        ),
        Column(LOCATIONS, ("location", "rooms", "room", "places", "place", "where")),
        Column(FORMATS, ("format", "appointmentformat", "appointmentformats", "meetingformat")),
        Column(FROM, ("fromdate", "startdate", "validfrom", "since", "firstdate")),
        Column(UNTIL, ("untildate", "enddate", "validuntil", "to", "through", "lastdate")),
    )
    example = {
        EMAIL: "example.provider@example.edu",
        DAY: "Mon|Wed",
        START: "09:00",
        END: "12:00",
        COURSES: "",
        LOCATIONS: "",
        FORMATS: "",
        FROM: "2027-01-11",
        UNTIL: "2027-05-07",
    }
    fields = {
        EMAIL: "email",
        DAY: "weekday",
        START: "start",
        END: "end",
        COURSES: "services",
        LOCATIONS: "locations",
        FORMATS: "formats",
        FROM: "from",
        UNTIL: "until",
    }
    blank = dict.fromkeys(fields.values())
    # Only the hours of people in the file are ever removed, so a row about nobody endangers none.
    guards_itself = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conditions = Conditions(self.community)
        rows = Provider.objects.filter(community=self.community)
        columns = ("user__email_key", "id", "user__email", "retired_at")
        people = list(rows.values_list(*columns))
        self.providers = {key: (pk, email) for key, pk, email, gone in people if not gone}
        self.everybody = {key: pk for key, pk, _email, _gone in people}
        # provider id → (weekday, conditions) → what the file wants there
        self.wanted: dict[int, dict[tuple[Any, ...], Wanted]] = defaultdict(dict)
        # People with a bad row: what it meant is not known, so nothing of theirs is removed.
        self.unsure: set[int] = set()

    # --- reading ---

    def check(self, line: Line) -> Candidate | None:
        email = line.require(EMAIL) and line.parse(EMAIL, parse_email)
        provider = self.providers.get(fold(email or ""))
        if email and provider is None:
            line.error(
                EMAIL,
                "unknown_provider",
                _("“%(email)s” is nobody who gives support here.") % {"email": email}
                + self.suggest(email, (known for _pk, known in self.providers.values())),
            )
        values = self._values(line)
        if provider is None:
            return None
        if line.has_errors:
            self.unsure.add(provider[0])
            self.wanted.setdefault(provider[0], {})
            return None
        values["email"] = clean(provider[1])
        self._warn(line, values, provider[0])
        key = repr((provider[0], sorted(values.items(), key=lambda item: item[0])))
        return Candidate(line, key, provider[1], values, lookup=provider[0])

    def _values(self, line: Line) -> dict[str, Any]:
        days = line.require(DAY) and line.parse(DAY, parse_days)
        first, last = line.parse(FROM, parse_date), line.parse(UNTIL, parse_date)
        if first and last and last < first:
            line.error(
                UNTIL,
                "dates_reversed",
                _("“Until” (%(last)s) lies before “From” (%(first)s). Swap or correct them.")
                % {"last": last, "first": first},
            )
        if days == []:
            line.error(DAY, "bad_day", _("No weekday is named. Write Monday or Mon."))
        start, end = self._times(line)
        return {
            "days": tuple(days or ()),
            "start": start,
            "end": end,
            "services": self.conditions.spelled(split_entries(line)),
            "locations": self._names(line, LOCATIONS, "unknown_location", self.conditions.places),
            "formats": self._names(line, FORMATS, "unknown_format", self.conditions.formats),
            "from": first.isoformat() if first else "",
            "until": last.isoformat() if last else "",
        }

    def _times(self, line: Line) -> Range:
        start, end = line.require(START), line.require(END)
        both = [line.parse(START, parse_time), line.parse(END, parse_time)]
        if start and end and None not in both:
            try:
                return parse_range(start, end)
            except BadCell as bad:
                column = START if bad.code == "bad_time" else END
                line.error(column, bad.code, bad.message)
        return (0, 0)

    def _names(
        self, line: Line, column: str, code: str, known: dict[str, tuple[int, str]]
    ) -> list[str] | None:
        names: dict[str, str] = {}
        for part in filter(None, (part.strip() for part in line.get(column).split("|"))):
            if fold(part) in known:
                names[fold(part)] = known[fold(part)][1]
                continue
            message = _("There is no “%(name)s” here.") % {"name": part}
            near = self.suggest(part, (name for _pk, name in known.values()))
            line.error(column, code, message + near, part)
        return [names[key] for key in sorted(names)] or None

    def _warn(self, line: Line, values: dict[str, Any], provider_id: int) -> None:
        for entry in values["services"] or ():
            if not self.conditions.catalogue.matches(entry, provider_id):
                line.warn(
                    COURSES,
                    "unknown_entry",
                    _(
                        "“%(entry)s” matches nothing here. It is kept and comes alive when such "
                        "a course is there."
                    )
                    % {"entry": entry}
                    + self.suggest(entry, self.conditions.catalogue.codes),
                    entry,
                )

    # --- planning ---

    def plan(self, candidates: Sequence[Candidate]) -> Iterator[Planned]:
        """Nothing yet: rows of one person are compared together, once all of them are known."""
        for candidate in candidates:
            values = dict(candidate.values)
            one = (values.pop("start"), values.pop("end"))
            for day in values.pop("days"):
                key = (day, *condition_key(values))
                groups = self.wanted[candidate.lookup]
                wanted = groups.setdefault(key, Wanted({**values, "weekday": day}))
                wanted.ranges.setdefault(one, candidate.line.number)
        return iter(())

    def leftovers(self) -> Iterator[Planned]:
        """None: what a replace removes is found person by person."""
        return iter(())

    def finish(self) -> Iterator[Planned]:
        ids = list(self.wanted)
        for start in range(0, len(ids), PEOPLE_AT_ONCE):
            some = ids[start : start + PEOPLE_AT_ONCE]
            there: dict[int, list[Current]] = defaultdict(list)
            for provider_id, current in self._currents(provider_id__in=some):
                there[provider_id].append(current)
            for provider_id in some:
                yield from self._plan_person(provider_id, there[provider_id])

    def _plan_person(self, provider_id: int, there: list[Current]) -> Iterator[Planned]:
        groups: dict[tuple[Any, ...], list[Current]] = defaultdict(list)
        for current in there:
            key = (current.values["weekday"], *condition_key(current.values))
            groups[key].append(current)
        for key, wanted in self.wanted[provider_id].items():
            yield from self._plan_group(wanted, groups.pop(key, []), provider_id)
        if self._removes(provider_id):
            for current in (current for group in groups.values() for current in group):
                if current.source == Source.CSV:
                    yield plan_block(None, RowAction.REMOVED, current.values, {}, current.id)

    def _removes(self, provider_id: int) -> bool:
        is_sure = self.may_remove and provider_id not in self.unsure
        return self.mode == ImportMode.REPLACE and is_sure

    def _plan_group(
        self, wanted: Wanted, there: list[Current], provider_id: int
    ) -> Iterator[Planned]:
        by_id = {current.id: current for current in there}
        blocks = [
            Block(pk or 0, (c.values["start"], c.values["end"]), c.source == Source.CSV)
            for pk, c in by_id.items()
        ]
        outcomes = compare(list(wanted.ranges), blocks, replace=self._removes(provider_id))
        for outcome in outcomes:
            yield self._planned(outcome, wanted, by_id)

    def _planned(
        self, outcome: Outcome, wanted: Wanted, by_id: dict[int | None, Current]
    ) -> Planned:
        before = by_id[outcome.old.id].values if outcome.old else {}
        target = outcome.old.id if outcome.old else None
        if outcome.new is None:
            return plan_block(None, RowAction.REMOVED, before, {}, target)
        start, end = outcome.new
        line = wanted.line_of(outcome.new)
        if outcome.old is None:
            after = {**wanted.values, "start": start, "end": end}
            return plan_block(line, RowAction.ADDED, {}, after, None)
        if outcome.old.range == outcome.new:
            return plan_block(line, RowAction.UNCHANGED, before, before, target)
        after = {**before, "start": start, "end": end}
        return plan_block(line, RowAction.CHANGED, before, after, target)

    def count_listed(self) -> int:
        return WeeklyBlock.objects.filter(
            provider_id__in=list(self.wanted), source=Source.CSV
        ).count()

    # --- our tables ---

    def _currents(self, **only: Any) -> Iterator[tuple[int, Current]]:
        rows = (
            WeeklyBlock.objects.filter(provider__community=self.community, **only)
            .select_related("provider__user")
            .prefetch_related("services", "locations", "formats")
            .order_by("provider_id", "weekday", "start_minute", "id")
        )
        for row in rows.iterator(chunk_size=1000):
            values = {
                "email": clean(row.provider.user.email),
                "weekday": row.weekday,
                "start": row.start_minute,
                "end": row.end_minute,
                "from": row.valid_from.isoformat() if row.valid_from else "",
                "until": row.valid_until.isoformat() if row.valid_until else "",
                **self.conditions.of(row),
            }
            yield (
                row.provider_id,
                Current(row.pk, str(row.pk), label_of(values), values, row.source),
            )

    def listed(self, *, source: str | None = None) -> Iterator[Current]:
        only = {"source": source} if source else {}
        for _provider, current in self._currents(provider__retired_at=None, **only):
            yield current

    def load(self, ids: Iterable[int]) -> dict[int, Current]:
        return {current.id or 0: current for _p, current in self._currents(id__in=list(ids))}

    def state(self) -> Iterator[Any]:
        yield from sorted(self.providers.items())
        yield from self.conditions.state()
        blocks = WeeklyBlock.objects.filter(provider__community=self.community)
        columns = ("id", "provider_id", "weekday", "start_minute", "end_minute", "valid_from")
        more = ("valid_until", "any_service", "any_format", "any_location", "service_entries")
        yield from blocks.order_by("id").values_list(*columns, *more, "source").iterator()
        for through, column in (
            (WeeklyBlock.services.through, "service_id"),
            (WeeklyBlock.locations.through, "location_id"),
            (WeeklyBlock.formats.through, "appointmentformat_id"),
        ):
            rows = through.objects.filter(weeklyblock__provider__community=self.community)
            yield from rows.order_by("id").values_list("weeklyblock_id", column).iterator()

    # --- writing ---

    def people_of(self, rows: Iterable[ImportRow]) -> set[int]:
        emails = {fold((row.after or row.before).get("email", "")) for row in rows}
        people = Provider.objects.filter(community=self.community)
        pairs = people.values_list("user__email_key", "user_id")
        return {user_id for email, user_id in pairs if email in emails}

    def write(self, moves: Sequence[Move], *, now: datetime) -> None:  # noqa: ARG002  (blocks have no date of birth)
        ids = [move.row.target_id for move in moves if move.row.target_id]
        there = {row.pk: row for row in WeeklyBlock.objects.filter(pk__in=ids)}
        new, changed, gone = [], [], []
        for move in moves:
            row = there.get(move.row.target_id or 0)
            if not move.after:
                gone.append(move.row.target_id or 0)
            elif row is None:
                provider_id = self.everybody[fold(move.after["email"])]
                block = WeeklyBlock(provider_id=provider_id, source=self.source)
                new.append((move, _filled(block, move.after)))
            else:
                changed.append(_filled(row, move.after))
        WeeklyBlock.objects.filter(pk__in=gone).delete()
        WeeklyBlock.objects.bulk_update(changed, ["start_minute", "end_minute"], batch_size=500)
        self.conditions.create([(block, move.after) for move, block in new])
        for move, block in new:
            move.row.target_id = block.pk

    def settle(self, rows: Iterable[ImportRow]) -> None:
        emails = {fold((row.after or row.before).get("email", "")) for row in rows}
        touch_hours(*(pk for key, pk in self.everybody.items() if key in emails))

    def obstacles(self, moves: Sequence[Move]) -> dict[int, str]:
        why = _("The person, or a place or format that the hours were for, is not here any more.")
        return {
            move.row.pk: why
            for move in moves
            if move.after
            and (
                fold(move.after["email"]) not in self.everybody
                or not self.conditions.is_known(move.after)
            )
        }

    # --- export ---

    @classmethod
    def show(cls, name: str, values: dict[str, Any]) -> str:
        value = values.get(name)
        if name == "weekday":
            return SHORT_DAYS[values["weekday"]]
        if name in ("start", "end"):
            return show_minutes(values[name])
        return "|".join(value) if isinstance(value, list) else value or ""


def _filled(row: WeeklyBlock, values: dict[str, Any]) -> WeeklyBlock:
    row.weekday = values["weekday"]
    row.start_minute, row.end_minute = values["start"], values["end"]
    row.valid_from = parse_date(values["from"]) if values["from"] else None
    row.valid_until = parse_date(values["until"]) if values["until"] else None
    return row
