"""Writes of hours and of dated changes.

Minutes are wall-clock minutes after midnight in the community's zone, in steps of five.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from visavis.availability.enums import ChangeKind
from visavis.availability.errors import InvalidHours
from visavis.availability.models import Admission, DatedChange, Location, WeeklyBlock
from visavis.availability.telling import mark_of, values_of
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.core import history
from visavis.core.errors import NotFound
from visavis.core.history import Actor
from visavis.core.seen import ChangedMeanwhile
from visavis.core.troubles import again_on_conflict
from visavis.people.actions import touch_hours
from visavis.people.enums import Source
from visavis.people.models import Provider
from visavis.people.queries import lock_people

Row = TypeVar("Row", WeeklyBlock, DatedChange)
DAY = 24 * 60
STEP = 5


@dataclass(frozen=True, slots=True)
class Admits:
    """What a block admits; None is "any", a list is "just these"."""

    services: Collection[Service] | None = None
    formats: Collection[AppointmentFormat] | None = None
    locations: Collection[Location] | None = None

    @property
    def groups(self) -> dict[str, list[Any] | None]:
        """The same by the name of the rows' relations."""
        return {
            name: None if things is None else list(things)
            for name, things in (
                ("services", self.services),
                ("formats", self.formats),
                ("locations", self.locations),
            )
        }


ANY = Admits()


def check_minutes(start_minute: int, end_minute: int) -> tuple[int, int]:
    """The range as it is kept: an end at or before the start lies on the next day.

    Raises InvalidHours for minutes outside the day, off the five-minute grid, or without length.
    """
    if start_minute % STEP or end_minute % STEP:
        raise InvalidHours(_("Hours run in steps of five minutes: 9:00 or 9:05, not 9:03."))
    if not 0 <= start_minute < DAY or not 0 <= end_minute <= 2 * DAY:
        raise InvalidHours(_("A time of day lies between 0:00 and 24:00."))
    if start_minute == end_minute:
        raise InvalidHours(_("The hours begin and end at the same time. Change one of the two."))
    if end_minute < start_minute:
        end_minute += DAY
    if end_minute - start_minute > DAY:
        raise InvalidHours(_("One block of hours is at most 24 hours long."))
    return start_minute, end_minute


def check_dates(first: date | None, last: date | None) -> None:
    """Raises InvalidHours when the last date is before the first."""
    if first and last and last < first:
        raise InvalidHours(
            _("The last date, %(last)s, is before the first, %(first)s.")
            % {"last": last, "first": first}
        )


@again_on_conflict
def add_weekly_block(  # noqa: PLR0913  (a block is its columns)
    provider: Provider,
    *,
    weekday: int,
    start_minute: int,
    end_minute: int,
    by: Actor,
    valid_from: date | None = None,
    valid_until: date | None = None,
    admits: Admits = ANY,
    source: Source = Source.HAND,
) -> WeeklyBlock:
    """Add hours that come back every week; Monday is 0. Raises InvalidHours."""
    minutes = check_block(weekday, (start_minute, end_minute), (valid_from, valid_until))
    block = WeeklyBlock(
        provider=provider,
        weekday=weekday,
        start_minute=minutes[0],
        end_minute=minutes[1],
        valid_from=valid_from,
        valid_until=valid_until,
        source=source,
    )
    with transaction.atomic():
        _save_admission(block, admits)
        touch_hours(provider.pk)
        history.record(
            by, "added hours", block, community_id=provider.community_id, after=values_of(block)
        )
    return block


def change_weekly_block(  # noqa: PLR0913  (a block is its columns)
    block: WeeklyBlock,
    *,
    weekday: int,
    start_minute: int,
    end_minute: int,
    by: Actor,
    valid_from: date | None = None,
    valid_until: date | None = None,
    admits: Admits = ANY,
    seen: str = "",
) -> WeeklyBlock:
    """Give a weekly block these values; from then on it counts as entered by hand.

    Raises InvalidHours, and then it stays as it was, NotFound when somebody removed it meanwhile,
    and ChangedMeanwhile when it is not any more as it was `seen` (`telling.mark_of`). Nothing is
    written where nothing changes.
    """
    minutes = check_block(weekday, (start_minute, end_minute), (valid_from, valid_until))
    wanted = {
        "weekday": weekday,
        "start_minute": minutes[0],
        "end_minute": minutes[1],
        "valid_from": valid_from,
        "valid_until": valid_until,
    }
    return _rewrite(block, wanted, admits, by=by, seen=seen)


@again_on_conflict
def _rewrite(row: Row, wanted: dict[str, Any], admits: Admits, *, by: Actor, seen: str) -> Row:
    """Give the row these values, under its person's lock, unless it has them already."""
    with transaction.atomic():
        kept = _lock_hours(row)
        before = values_of(kept)
        if _is_so(kept, wanted, admits):
            return kept
        _check_seen(kept, seen)
        for name, value in wanted.items():
            setattr(kept, name, value)
        # A later file must not take away what somebody has settled by hand.
        kept.source = Source.HAND
        _save_admission(kept, admits)
        touch_hours(kept.provider_id)
        verb = f"changed {kept.kind}" if isinstance(kept, DatedChange) else "changed hours"
        history.record(
            by,
            verb,
            kept,
            community_id=kept.provider.community_id,
            before=before,
            after=values_of(kept),
        )
    return kept


def check_block(
    weekday: int, minutes: tuple[int, int], dates: tuple[date | None, date | None]
) -> tuple[int, int]:
    """The minutes of a weekly block as they are kept. Raises InvalidHours."""
    if weekday not in range(7):
        raise InvalidHours(_("The weekday is none of Monday to Sunday."))
    check_dates(*dates)
    return check_minutes(*minutes)


def _lock_hours(row: Row) -> Row:
    """The row as it stands, with its person locked and itself. Raises NotFound when it is gone."""
    lock_people([row.provider.user_id])
    locked = type(row).objects.select_for_update(no_key=True).filter(pk=row.pk).first()
    if locked is None:
        raise NotFound(_("Somebody removed these hours meanwhile. Nothing was changed."))
    locked.provider = row.provider
    return locked


def _check_seen(row: Row, seen: str) -> None:
    if seen and seen != mark_of(row):
        raise ChangedMeanwhile(
            _("Somebody changed these hours while you looked at them. Nothing was changed yet.")
        )


def _is_so(row: Admission, values: dict[str, Any], admits: Admits) -> bool:
    return all(getattr(row, name) == value for name, value in values.items()) and all(
        _ids(row, name) == (None if things is None else {thing.pk for thing in things})
        for name, things in admits.groups.items()
    )


@again_on_conflict
def remove_weekly_block(block: WeeklyBlock, *, by: Actor, seen: str = "") -> None:
    """Take these weekly hours away. Meetings in them stay.

    Raises NotFound when they are gone, and ChangedMeanwhile as `change_weekly_block` does.
    """
    with transaction.atomic():
        kept = _lock_hours(block)
        _check_seen(kept, seen)
        history.record(
            by,
            "removed hours",
            kept,
            community_id=kept.provider.community_id,
            before=values_of(kept),
        )
        kept.delete()
        touch_hours(kept.provider_id)


@again_on_conflict
def add_dated_change(  # noqa: PLR0913  (a change is its columns)
    provider: Provider,
    *,
    kind: ChangeKind,
    first: date,
    last: date,
    by: Actor,
    start_minute: int = 0,
    end_minute: int = DAY,
    note: str = "",
    admits: Admits = ANY,
) -> DatedChange:
    """Add extra hours, or an absence, on each date from `first` to `last`. Raises InvalidHours."""
    check_dates(first, last)
    start, end = check_minutes(start_minute, end_minute)
    change = DatedChange(
        provider=provider,
        kind=kind,
        first=first,
        last=last,
        start_minute=start,
        end_minute=end,
        note=note[:200],
    )
    with transaction.atomic():
        _save_admission(change, admits)
        touch_hours(provider.pk)
        history.record(
            by,
            f"added {kind}",
            change,
            community_id=provider.community_id,
            after=values_of(change),
        )
    return change


def change_dated_change(  # noqa: PLR0913  (a change is its columns)
    change: DatedChange,
    *,
    first: date,
    last: date,
    by: Actor,
    start_minute: int = 0,
    end_minute: int = DAY,
    note: str = "",
    admits: Admits = ANY,
    seen: str = "",
) -> DatedChange:
    """Give a dated change these values; it stays extra hours, or an absence.

    Raises as `change_weekly_block` does. Nothing is written where nothing changes.
    """
    check_dates(first, last)
    start, end = check_minutes(start_minute, end_minute)
    wanted = {
        "first": first,
        "last": last,
        "start_minute": start,
        "end_minute": end,
        "note": note[:200],
    }
    return _rewrite(change, wanted, admits, by=by, seen=seen)


@again_on_conflict
def remove_dated_change(change: DatedChange, *, by: Actor, seen: str = "") -> None:
    """Take a dated change back.

    Raises NotFound when it is gone, and ChangedMeanwhile as `change_weekly_block` does.
    """
    with transaction.atomic():
        kept = _lock_hours(change)
        _check_seen(kept, seen)
        history.record(
            by,
            f"removed {change.kind}",
            kept,
            community_id=kept.provider.community_id,
            before=values_of(kept),
        )
        kept.delete()
        touch_hours(kept.provider_id)


def _save_admission(row: Admission, admits: Admits) -> None:
    groups = admits.groups
    row.any_service = groups["services"] is None
    row.any_format = groups["formats"] is None
    row.any_location = groups["locations"] is None
    # What is chosen by hand replaces what a file wrote, patterns and dormant codes included.
    row.service_entries = []
    row.save()
    for name, things in groups.items():
        getattr(row, name).set(things or ())


def _ids(row: Admission, name: str) -> set[int] | None:
    """What the row admits of one group; None is anything."""
    is_any = getattr(row, f"any_{name.removesuffix('s')}")
    return None if is_any else {thing.pk for thing in getattr(row, name).all()}
