"""Several weekly blocks at once: a day copied to others, days cleared, and all of it taken back.

Each row is written by the action that a single one is written by, all of them in one transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from visavis.availability.actions import (
    Admits,
    add_weekly_block,
    remove_dated_change,
    remove_weekly_block,
)
from visavis.availability.errors import InvalidHours
from visavis.availability.models import DatedChange, WeeklyBlock
from visavis.availability.queries import weekly_blocks_of
from visavis.availability.restoring import TABLES, Row, give_back, keep, restore_hours
from visavis.availability.telling import mark_of, values_of
from visavis.core.history import Actor
from visavis.core.seen import ChangedMeanwhile
from visavis.core.troubles import again_on_conflict
from visavis.people.models import Provider
from visavis.people.queries import lock_people


@dataclass(frozen=True)
class Done:
    """What a change of hours did, as JSON: rows removed, rows made, rows as they were before.

    Made and changed rows carry the mark they had then: what somebody changed since stays.
    """

    removed: list[dict[str, Any]] = field(default_factory=list)
    made: list[tuple[str, int, str]] = field(default_factory=list)
    before: list[tuple[dict[str, Any], str]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.removed or self.made or self.before)


def made_row(row: Row) -> tuple[str, int, str]:
    """A row that was just made, as `Done` tells of it."""
    return ("block" if isinstance(row, WeeklyBlock) else "change", row.pk, mark_of(row))


@again_on_conflict
def copy_day(
    provider: Provider, weekday: int, onto: Collection[int], *, by: Actor, instead: bool = False
) -> Done:
    """Give other weekdays the blocks of one; `instead` of what they have, or besides it.

    What is there already is not added twice. Raises InvalidHours when there is nothing to copy.
    """
    with transaction.atomic():
        lock_people([provider.user_id])
        blocks = list(weekly_blocks_of(provider))
        copied = [block for block in blocks if block.weekday == weekday]
        if not copied:
            raise InvalidHours(_("There are no hours on this day that could be copied."))
        done = Done()
        for day in sorted(set(onto) - {weekday}):
            there = [block for block in blocks if block.weekday == day]
            wanted = [_at(block, day) for block in copied]
            kept = [block for block in there if _at(block, day) in wanted]
            for block in [one for one in there if instead and one not in kept]:
                _remove(block, provider, done, by=by)
            for block in copied:
                if not any(_at(one, day) == _at(block, day) for one in kept):
                    done.made.append(made_row(_copy(block, day, by=by)))
    return done


@again_on_conflict
def clear_days(provider: Provider, weekdays: Collection[int], *, by: Actor) -> Done:
    """Take all weekly hours of these days away. Raises InvalidHours when there are none."""
    with transaction.atomic():
        lock_people([provider.user_id])
        blocks = [row for row in weekly_blocks_of(provider) if row.weekday in weekdays]
        if not blocks:
            raise InvalidHours(_("There are no hours on these days."))
        done = Done()
        for block in blocks:
            _remove(block, provider, done, by=by)
    return done


def _remove(block: WeeklyBlock, provider: Provider, done: Done, *, by: Actor) -> None:
    block.provider = provider
    done.removed.append(keep(block))
    remove_weekly_block(block, by=by)


def _at(block: WeeklyBlock, weekday: int) -> dict[str, Any]:
    """The block's values as they would be on a day if they were entered by hand."""
    return {**values_of(block), "weekday": weekday, "source": "hand"}


def _copy(block: WeeklyBlock, weekday: int, *, by: Actor) -> WeeklyBlock:
    return add_weekly_block(
        block.provider,
        weekday=weekday,
        start_minute=block.start_minute,
        end_minute=block.end_minute,
        valid_from=block.valid_from,
        valid_until=block.valid_until,
        admits=admits_of(block),
        by=by,
    )


def admits_of(block: WeeklyBlock | DatedChange) -> Admits:
    """What the row admits, ready for an action."""
    return Admits(
        None if block.any_service else list(block.services.all()),
        None if block.any_format else list(block.formats.all()),
        None if block.any_location else list(block.locations.all()),
    )


@again_on_conflict
def take_back(provider: Provider, done: Done, *, by: Actor) -> None:
    """Make hours as they were before `done`: once, however often it is asked.

    Raises ChangedMeanwhile, and nothing is written, when a row was changed again since.
    """
    with transaction.atomic():
        lock_people([provider.user_id])
        for table, pk, mark in done.made:
            _unmake(provider, table, pk, mark, by=by)
        for kept, mark in done.before:
            give_back(provider, kept, mark, by=by)
        for kept in done.removed:
            restore_hours(provider, kept, by=by)


def _unmake(provider: Provider, table: str, pk: int, mark: str, *, by: Actor) -> None:
    row = TABLES[table].objects.filter(pk=pk, provider=provider).first()
    if row is None:
        return
    row.provider = provider
    if mark_of(row) != mark:
        raise ChangedMeanwhile(_("These hours were changed again since; they stay as they are."))
    if isinstance(row, WeeklyBlock):
        remove_weekly_block(row, by=by)
    else:
        remove_dated_change(row, by=by)
