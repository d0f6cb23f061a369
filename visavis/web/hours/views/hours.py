"""The hours: a week as a calendar, the list of them, and what students can book from them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from visavis.availability.models import DatedChange, WeeklyBlock
from visavis.availability.queries import dated_changes_of, weekly_blocks_of
from visavis.availability.undoing import find_last_change
from visavis.changes.hours import next_hours
from visavis.core import clock
from visavis.people.times import week_of
from visavis.web.hours.calendar import CalendarReader, CalendarWeek
from visavis.web.hours.desk import Desk
from visavis.web.hours.reads import block_rows, bookable, change_rows, services_of
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest

# So far ahead the next hours are looked for, to open the calendar there.
LOOK_AHEAD = timedelta(weeks=8)


@require_safe
def hours(request: CommunityRequest, desk: Desk) -> HttpResponse:
    now, cycle = clock.now(), cycle_of(request)
    first = _shown_week(desk, now)
    desk = replace(desk, week=first)
    today = now.astimezone(request.community.zone).date()
    blocks, changes = (
        list(weekly_blocks_of(desk.provider)),
        list(dated_changes_of(desk.provider)),
    )
    services = services_of(desk.provider)
    page = {
        "blocks": block_rows(desk.provider, blocks, services, today=today, cycle=cycle),
        "changes": change_rows(changes, today=today, cycle=cycle),
        "bookable": bookable(desk.provider, [*blocks, *changes], services, now=now),
        "week": _week(request, desk, first, blocks, changes),
        "today": today,
        "last": find_last_change(desk.provider, now=now),
    }
    return show(request, desk, "hours/hours.html", page)


def _shown_week(desk: Desk, now: datetime) -> date:
    """The first day of the week that the address asks for, else of that with the next hours."""
    zone = desk.provider.community.zone
    if desk.week is not None:
        return week_of(desk.week, zone)
    coming = next_hours(desk.provider, now, now + LOOK_AHEAD)
    return week_of((coming or now).astimezone(zone).date(), zone)


def _week(
    request: CommunityRequest,
    desk: Desk,
    first: date,
    blocks: Sequence[WeeklyBlock],
    changes: Sequence[DatedChange],
) -> CalendarWeek:
    reader = CalendarReader(desk.provider, first, clock.now(), cycle_of(request), desk)
    return reader.week(blocks, changes)


def show(
    request: CommunityRequest,
    desk: Desk,
    template: str,
    page: dict[str, Any],
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page in the frame of the face to which the desk belongs."""
    return render(request, template, {**desk.context, "desk": desk, **page}, status=status)
