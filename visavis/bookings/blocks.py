"""Hours and absences of many providers as the engine's rules, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet

from visavis.availability.enums import ChangeKind
from visavis.availability.models import DatedChange, WeeklyBlock
from visavis.catalogue.models import AppointmentFormat
from visavis.engine.wallclock import Dated, Weekly
from visavis.engine.window import Window

WEEKLY_COLUMNS = ("weekday", "start_minute", "end_minute", "valid_from", "valid_until")
DATED_COLUMNS = ("first", "last", "start_minute", "end_minute")
# A range that began the day before may reach into the window, and zones differ from UTC by a day.
REACH = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Block:
    """Hours or extra hours of one provider, with the services and places that they admit."""

    rule: Weekly | Dated
    services: frozenset[int] | None
    places: frozenset[int] | None


def read_hours(
    provider_ids: Sequence[int], format_: AppointmentFormat, window: Window
) -> dict[int, list[Block]]:
    """Weekly blocks and extra hours that admit the format, by provider id."""
    found: dict[int, list[Block]] = defaultdict(list)
    weekly = WeeklyBlock.objects.filter(provider_id__in=provider_ids)
    extra = _dated(provider_ids, ChangeKind.EXTRA, window)
    for provider, block in _admitted(weekly, format_, WEEKLY_COLUMNS, Weekly):
        found[provider].append(block)
    for provider, block in _admitted(extra, format_, DATED_COLUMNS, Dated):
        found[provider].append(block)
    return found


def read_absences(provider_ids: Sequence[int], window: Window) -> dict[int, list[Dated]]:
    """The absences that may touch the window, by provider id."""
    found: dict[int, list[Dated]] = defaultdict(list)
    away = _dated(provider_ids, ChangeKind.AWAY, window)
    for provider, *row in away.values_list("provider_id", *DATED_COLUMNS):
        found[provider].append(Dated(*row))
    return found


def _dated(provider_ids: Sequence[int], kind: ChangeKind, window: Window) -> QuerySet[DatedChange]:
    return DatedChange.objects.filter(
        provider_id__in=provider_ids,
        kind=kind,
        first__lte=window.end.date() + REACH,
        last__gte=window.start.date() - REACH,
    )


def _admitted(
    rows: QuerySet[Any],
    format_: AppointmentFormat,
    columns: tuple[str, ...],
    make: type[Weekly] | type[Dated],
) -> Iterable[tuple[int, Block]]:
    """The blocks among `rows` that admit the format, each with its provider."""
    rows = rows.filter(Q(any_format=True) | Q(formats=format_))
    services = _chosen(rows.filter(any_service=False), "services")
    places = _chosen(rows.filter(any_location=False), "locations")
    fields = ("pk", "provider_id", "any_service", "any_location", *columns)
    for pk, provider, any_service, any_place, *rule in rows.values_list(*fields):
        yield (
            provider,
            Block(
                rule=make(*rule),
                services=None if any_service else frozenset(services[pk]),
                places=None if any_place else frozenset(places[pk]),
            ),
        )


def _chosen(rows: QuerySet[Any], relation: str) -> dict[int, set[int]]:
    """For each row the ids of the services, or places, that it admits."""
    manager = getattr(rows.model, relation)
    through, field = manager.through, manager.field
    source, target = field.m2m_field_name(), field.m2m_reverse_field_name()
    chosen: dict[int, set[int]] = defaultdict(set)
    pairs = through.objects.filter(**{f"{source}__in": rows.values("pk")})
    for row, wanted in pairs.values_list(f"{source}_id", f"{target}_id"):
        chosen[row].add(wanted)
    return chosen
