"""Hours of many providers as masks, in a fixed number of queries.

What a block admits (which services, formats and places) is its admission. Blocks of a provider
that admit the same make one mask, and most providers have no other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import starmap
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from visavis.availability.enums import ChangeKind
from visavis.availability.models import DatedChange, WeeklyBlock
from visavis.core.epochs import AsStored
from visavis.engine.masks import Mask
from visavis.engine.wallclock import Dated, Weekly, dated_cover, dated_mask, weekly_mask
from visavis.engine.window import Window

WEEKLY_COLUMNS = (
    "weekday",
    "start_minute",
    "end_minute",
    AsStored("valid_from"),
    AsStored("valid_until"),
)
DATED_COLUMNS = ("first", "last", "start_minute", "end_minute")
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


@dataclass(frozen=True, slots=True)
class OpenHours:
    """A provider's hours over a window: a mask for each admission, and when they are away."""

    open: tuple[tuple[Admission, Mask], ...] = ()
    away: Mask = 0

    def admitting(self, service: int, format_: int) -> tuple[int, ...]:
        """Which of the hours admit both, by number; equal for services that are treated alike."""
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
    """Reads the hours of some providers, once for all of these windows, in their own zone."""

    providers: Q
    zone: ZoneInfo
    windows: Sequence[Window]

    def read(self) -> list[dict[int, OpenHours]]:
        """For each window the hours by provider id; who has none is left out."""
        weekly, extra, away = self._weekly_rules(), _Rules(), defaultdict[int, list[Dated]](list)
        for provider, admission, (kind, *row) in _admitted(self._dated, ("kind", *DATED_COLUMNS)):
            if kind == ChangeKind.AWAY:
                away[provider].append(Dated(*row))
            else:
                extra[provider][admission].append(Dated(*row))
        return [self._over(window, weekly, extra, away) for window in self.windows]

    def _over(
        self, window: Window, weekly: "_Rules", extra: "_Rules", away: dict[int, list[Dated]]
    ) -> dict[int, OpenHours]:
        # Many people have the same hours: they are worked out, and kept, once.
        seen: dict[tuple[Any, ...], Mask] = {}
        masks: dict[int, dict[Admission, Mask]] = defaultdict(dict)
        for provider, admissions in weekly.items():
            for admission, rules in admissions.items():
                key = tuple(rules)
                if key not in seen:
                    seen[key] = weekly_mask(starmap(_weekly, key), self.zone, window)
                masks[provider][admission] = seen[key]
        for provider, admissions in extra.items():
            for admission, dated in admissions.items():
                mask = masks[provider].get(admission, 0) | dated_mask(dated, self.zone, window)
                masks[provider][admission] = mask
        absent = {pk: dated_cover(dated, self.zone, window) for pk, dated in away.items()}
        return {
            provider: OpenHours(tuple(masks[provider].items()), absent.get(provider, 0))
            for provider in masks.keys() | absent.keys()
        }

    def _weekly_rules(self) -> "_Rules":
        rules = _Rules()
        weekly = WeeklyBlock.objects.filter(self.providers)
        for provider, admission, row in _admitted(weekly, WEEKLY_COLUMNS):
            rules[provider][admission].append(row)
        return rules

    @property
    def _dated(self) -> QuerySet[DatedChange]:
        return DatedChange.objects.filter(
            self.providers,
            first__lte=max(window.end for window in self.windows).date() + REACH,
            last__gte=min(window.start for window in self.windows).date() - REACH,
        )


class _Rules(defaultdict[int, dict[Admission, list[Any]]]):
    """Rules of hours by provider and admission."""

    def __init__(self) -> None:
        super().__init__(lambda: defaultdict(list))


@lru_cache(maxsize=4096)
def _weekly(*row: Any) -> Weekly:
    return Weekly(*row)


def _admitted(
    rows: QuerySet[Any], columns: tuple[str | AsStored, ...]
) -> Iterator[tuple[int, Admission, tuple[Any, ...]]]:
    """Each row's provider, what it admits, and its columns."""
    flags = ("any_service", "any_format", "any_location")
    switches = (AsStored(flag) for flag in flags)
    blocks = list(rows.order_by().values_list("pk", "provider_id", *switches, *columns))
    limited = [block for block in blocks if not (block[2] and block[3] and block[4])]
    services, formats, places = (
        _chosen(rows.filter(**{flag: False}), relation)
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
