"""Hours of many providers as masks, in a fixed number of queries.

What a block admits (which services, formats and places) is its admission. Blocks of a provider
that admit the same make one mask, and most providers have no other.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from visavis.availability.enums import ChangeKind
from visavis.availability.models import DatedChange, WeeklyBlock
from visavis.availability.queries import closures_of
from visavis.communities.models import Community
from visavis.core.epochs import AsStored, DateText
from visavis.core.joined import BETWEEN_COLUMNS, BETWEEN_ROWS, Columns, Joined
from visavis.core.prepared import Blank, prepared
from visavis.engine.masks import Mask
from visavis.engine.wallclock import Dated, Weekly, dated_cover, dated_mask, weekly_mask
from visavis.engine.window import Window
from visavis.people.models import Provider

# Weekday and minutes fit into one number, which a database joins sooner than three.
WEEKDAY, START = 1 << 24, 1 << 12
NUMBER = F("weekday") * WEEKDAY + F("start_minute") * START + F("end_minute")
FOR_ALL = Q(any_service=True, any_format=True, any_location=True)
LIMITED = "-"
"""What is told of a block that admits only some: those are read one by one."""
BLOCK = Case(
    When(FOR_ALL & Q(valid_from=None, valid_until=None), then=Cast(NUMBER, TextField())),
    When(FOR_ALL, then=Columns(NUMBER, DateText("valid_from"), DateText("valid_until"))),
    default=Value(LIMITED),
    output_field=TextField(),
)
WEEKLY_COLUMNS = (
    *("weekday", "start_minute", "end_minute"),
    *(AsStored("valid_from"), AsStored("valid_until")),
)
DATED_COLUMNS = ("first", "last", "start_minute", "end_minute")
CHANGE_COLUMNS = ("kind", *DATED_COLUMNS)
# A range that began the day before may reach into the window, and zones differ from UTC by a day.
REACH = timedelta(days=2)

Chosen = frozenset[int] | None
"""Ids of what is admitted; None is any."""


@dataclass(frozen=True, slots=True)
class Admission:
    """Which services, formats and places hours admit."""

    services: Chosen = None
    formats: Chosen = None
    places: Chosen = None

    def admits(self, service: int, format_: int) -> bool:
        return (self.services is None or service in self.services) and (
            self.formats is None or format_ in self.formats
        )


ANYTHING = Admission()
FIRST = (0,)


class OpenHours(NamedTuple):
    """A provider's hours over a window: a mask for each admission, and when they are away."""

    open: tuple[tuple[Admission, Mask], ...] = ()
    away: Mask = 0

    def admitting(self, service: int, format_: int) -> tuple[int, ...]:
        """Which of the hours admit both, by number; equal for services that are treated alike."""
        if len(self.open) == 1 and self.open[0][0] is ANYTHING:
            return FIRST
        return tuple(
            number
            for number, (admission, _) in enumerate(self.open)
            if admission is ANYTHING or admission.admits(service, format_)
        )

    def at(self, admitting: Iterable[int], places: Sequence[int]) -> dict[int, Mask]:
        """For each of the places the ticks of these of the hours that admit it."""
        hours = dict.fromkeys(places, 0)
        for number in admitting:
            admission, mask = self.open[number]
            for place in places if admission.places is None else admission.places & hours.keys():
                # The mask itself where it is the only one: a thousand providers' are kept.
                hours[place] = hours[place] | mask if hours[place] else mask
        return hours


NO_HOURS = OpenHours()


@dataclass
class HoursReader:
    """Reads the hours of some providers, once for all of these windows, in their own zone.

    Those of a whole community by its id, or else these providers by theirs.
    """

    community: int | None
    providers: Sequence[int]
    zone: ZoneInfo
    windows: Sequence[Window]

    def read(self) -> list[dict[int, OpenHours]]:
        """For each window the hours by provider id; who has none is left out.

        Worked out over all windows at once, and cut.
        """
        whole = Window.holding(self.windows)
        found = self._over(whole)
        if len(self.windows) == 1:
            return [found]
        return [_cut(found, whole.cut(window)) for window in self.windows]

    def _over(self, window: Window) -> dict[int, OpenHours]:
        told = dict(self._told())
        extra, away = _Rules(), defaultdict[int, list[Dated]](list)
        for provider, admission, (kind, *row) in self._changes():
            if kind == ChangeKind.AWAY:
                away[provider].append(Dated(*row))
            else:
                extra[provider][admission].append(Dated(*row))
        limited = self._limited() if any(LIMITED in text for text in told.values()) else _Rules()
        found, weekly = self._for_all(told, window), _Weeks(self.zone, window)
        for provider in limited.keys() | extra.keys() | away.keys():
            masks = dict(found.get(provider, NO_HOURS).open)
            for admission, rules in limited.get(provider, {}).items():
                masks[admission] = weekly[tuple(rules)]
            for admission, dated in extra.get(provider, {}).items():
                masks[admission] = masks.get(admission, 0) | dated_mask(dated, self.zone, window)
            absent = dated_cover(away.get(provider, ()), self.zone, window)
            found[provider] = OpenHours(tuple(masks.items()), absent)
        return found

    def _for_all(self, told: dict[int, str], window: Window) -> dict[int, OpenHours]:
        """The weekly hours that admit everything; many people have the same: they share them."""
        same = dict[str, OpenHours]()
        for text in set(told.values()):
            rules = [_block(one) for one in text.split(BETWEEN_ROWS) if one != LIMITED]
            if rules:
                same[text] = OpenHours(((ANYTHING, weekly_mask(rules, self.zone, window)),))
        return {provider: same[text] for provider, text in told.items() if text in same}

    def _limited(self) -> "_Rules":
        rules, limited = _Rules(), self._weekly.exclude(FOR_ALL)
        found = list(_selected(limited, WEEKLY_COLUMNS))
        for provider, admission, row in _admitted(found, lambda: limited):
            rules[provider][admission].append(Weekly(*row))
        return rules

    def _told(self) -> Iterable[tuple[int, str]]:
        """Providers and all weekly blocks of each as one text."""
        if self.community is not None:
            everybodys = prepared(
                "weekly hours", lambda: _as_texts(_weekly_of(_of_community(Blank("community"))))
            )
            return everybodys.rows(community=self.community)
        if len(self.providers) == 1:
            ones = prepared(
                "one's weekly hours", lambda: _as_texts(_weekly_of(Q(provider_id=Blank("one"))))
            )
            return ones.rows(one=self.providers[0])
        return _as_texts(self._weekly)

    @property
    def _weekly(self) -> QuerySet[WeeklyBlock]:
        return _weekly_of(self._whose)

    @property
    def _whose(self) -> Q:
        if self.community is None:
            return Q(provider_id__in=self.providers)
        return _of_community(self.community)

    def _changes(self) -> "Iterator[_Admitted]":
        """Extra and absent hours near the windows."""
        first = min(window.start for window in self.windows).date() - REACH
        last = max(window.end for window in self.windows).date() + REACH

        def rows() -> QuerySet[DatedChange]:
            return _dated_of(self._whose, first, last)

        edges = {"first": first, "last": last}
        if self.community is not None:
            everybodys = prepared("dated hours", _dated_of_everybody)
            return _admitted(everybodys.values(community=self.community, **edges), rows)
        if len(self.providers) == 1:
            ones = prepared("one's dated hours", _dated_of_one)
            return _admitted(ones.values(one=self.providers[0], **edges), rows)
        return _admitted(list(_selected(rows(), CHANGE_COLUMNS)), rows)


def closed_mask(community: Community, window: Window) -> Mask:
    """The ticks of the window in which the whole community is closed: one query."""
    zone = community.zone
    first, last = (at.astimezone(zone).date() for at in (window.start, window.end))
    # One that began the day before may reach into the window.
    rows = closures_of(community).filter(first__lte=last, last__gte=first - timedelta(days=1))
    columns = ("first", "last", "start_minute", "end_minute")
    return dated_cover([Dated(*row) for row in rows.values_list(*columns)], zone, window)


class _Rules(defaultdict[int, dict[Admission, list[Any]]]):
    """Rules of hours by provider and admission."""

    def __init__(self) -> None:
        super().__init__(lambda: defaultdict(list))


class _Weeks(dict[tuple[Weekly, ...], Mask]):
    """The ticks of weekly rules, worked out once for all who have the same."""

    def __init__(self, zone: ZoneInfo, window: Window) -> None:
        super().__init__()
        self._zone, self._window = zone, window

    def __missing__(self, rules: tuple[Weekly, ...]) -> Mask:
        mask = self[rules] = weekly_mask(rules, self._zone, self._window)
        return mask


def _of_community(community: Any) -> Q:
    return Q(provider__in=Provider.objects.filter(community_id=community).order_by().values("pk"))


def _weekly_of(whose: Q) -> QuerySet[WeeklyBlock]:
    return WeeklyBlock.objects.filter(whose).order_by()


def _dated_of(whose: Q, first: Any, last: Any) -> QuerySet[DatedChange]:
    return DatedChange.objects.filter(whose, first__lte=last, last__gte=first)


def _dated_of_one() -> QuerySet[Any, Any]:
    return _told_changes(Q(provider_id=Blank("one")))


def _dated_of_everybody() -> QuerySet[Any, Any]:
    return _told_changes(_of_community(Blank("community")))


def _told_changes(whose: Q) -> QuerySet[Any, Any]:
    return _selected(_dated_of(whose, Blank("first"), Blank("last")), CHANGE_COLUMNS)


def _as_texts(weekly: QuerySet[WeeklyBlock]) -> QuerySet[Any, Any]:
    return weekly.values_list("provider_id").annotate(told=Joined(BLOCK))


@lru_cache(maxsize=8192)
def _block(told: str) -> Weekly:
    """A block as BLOCK tells it; weeks have few, and a thousand people share them."""
    number, *dates = told.split(BETWEEN_COLUMNS)
    weekday, minutes = divmod(int(number), WEEKDAY)
    first, last = (date.fromisoformat(told) if told else None for told in dates or ("", ""))
    return Weekly(weekday, *divmod(minutes, START), first, last)


def _cut(found: dict[int, OpenHours], cut: Callable[[Mask], Mask]) -> dict[int, OpenHours]:
    """The same hours over a part of the window; who shared them shares them still."""
    parts, found_there = dict[int, OpenHours](), dict[int, OpenHours]()
    for provider, hours in found.items():
        part = parts.get(id(hours))
        if part is None:
            here = tuple([(admission, cut(mask)) for admission, mask in hours.open])
            part = parts[id(hours)] = OpenHours(here, hours.away and cut(hours.away))
        found_there[provider] = part
    return found_there


_Admitted = tuple[int, Admission, Sequence[Any]]
"""A row's provider, what it admits, and its columns."""


def _selected(rows: QuerySet[Any], columns: Sequence[str | AsStored]) -> QuerySet[Any, Any]:
    switches = (AsStored(flag) for flag in ("any_service", "any_format", "any_location"))
    return rows.order_by().values_list("pk", "provider_id", *switches, *columns)


def _admitted(
    blocks: Sequence[Sequence[Any]], rows: Callable[[], QuerySet[Any]]
) -> Iterator[_Admitted]:
    """Each of the rows that were selected; what they name is asked of their query, `rows`."""
    limited = [block for block in blocks if not (block[2] and block[3] and block[4])]
    services, formats, places = (
        _chosen(rows().filter(**{flag: False}), relation)
        if not all(block[number] for block in limited)
        else {}
        for number, flag, relation in (
            (2, "any_service", "services"),
            (3, "any_format", "formats"),
            (4, "any_location", "locations"),
        )
    )
    nothing: frozenset[int] = frozenset()
    for block in blocks:
        pk, provider, any_service, any_format, any_place = block[:5]
        admission = ANYTHING
        if not (any_service and any_format and any_place):
            admission = Admission(
                None if any_service else services.get(pk, nothing),
                None if any_format else formats.get(pk, nothing),
                None if any_place else places.get(pk, nothing),
            )
        yield provider, admission, block[5:]


def _chosen(rows: QuerySet[Any], relation: str) -> dict[int, frozenset[int]]:
    """For each row the ids of the services, formats or places that it admits."""
    manager = getattr(rows.model, relation)
    through, field = manager.through, manager.field
    source, target = field.m2m_field_name(), field.m2m_reverse_field_name()
    chosen: dict[int, set[int]] = defaultdict(set)
    pairs = through.objects.filter(**{f"{source}__in": rows.order_by().values("pk")})
    for row, wanted in pairs.values_list(f"{source}_id", f"{target}_id"):
        chosen[row].add(wanted)
    # One set where many blocks name the same: it becomes a key, and is kept.
    same: dict[frozenset[int], frozenset[int]] = {}
    frozen = {row: frozenset(wanted) for row, wanted in chosen.items()}
    return {row: same.setdefault(wanted, wanted) for row, wanted in frozen.items()}
