"""Today and the coming week, what is later, what was, and each meeting by itself."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from visavis.availability.models import WeeklyBlock
from visavis.bookings.deadlines import MARK_DAYS
from visavis.bookings.enums import Otherwise
from visavis.bookings.proposals import find_open_proposal, proposals_by
from visavis.bookings.teaching import (
    get_meeting,
    later_meetings,
    meetings_to_log,
    met_before,
    past_meetings,
    waiting_requests,
)
from visavis.core import clock
from visavis.people.models import Provider
from visavis.web.provider.asking import grouped
from visavis.web.provider.days import by_days, coming_days, end_of_week
from visavis.web.provider.doors import me, mine, teach_page
from visavis.web.provider.menu import teach_menu
from visavis.web.provider.own_hours import open_days
from visavis.web.provider.reads import lacks_meeting_link
from visavis.web.provider.weekly import running_series
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest

ON_A_PAGE = 20
LOGS_SHOWN = 3


@teach_page
@require_safe
def meetings(request: CommunityRequest) -> HttpResponse:
    provider, now = me(request), clock.now()
    today, *week = coming_days(provider, now=now)
    hours = open_days(provider, now=now)
    page = {
        "provider": provider,
        "now": now,
        "today": today,
        "week": [day for day in week if day.entries],
        "later": later_meetings(provider, start=end_of_week(provider, now=now), now=now).count(),
        **_unanswered(provider, now),
        **_to_log(provider, now),
        "lacks_link": lacks_meeting_link(provider, now=now),
        "has_hours": WeeklyBlock.objects.filter(provider=provider).exists(),
        "hours": hours,
        "is_expected": today.has_meetings_after(now) or hours[0].is_open_after(now),
        **teach_menu(request, "meetings"),
    }
    return render(request, "provider/meetings.html", page)


def _to_log(provider: Provider, now: datetime) -> dict[str, Any]:
    """The oldest meetings of which something is to be written down, and how many there are."""
    wanted = meetings_to_log(provider, now=now)
    return {"to_log": list(wanted[:LOGS_SHOWN]), "to_log_count": wanted.count()}


def _unanswered(provider: Provider, now: datetime) -> dict[str, Any]:
    """What waits for the provider, and what they asked back: that waits for its student.

    Whose offered times are all gone chooses freely, or, where the meeting stays, waits for nothing.
    """
    proposals = list(proposals_by(provider, now=now))
    held = [proposal for proposal in proposals if proposal.held]  # type: ignore[attr-defined]
    free = [one for one in proposals if one not in held and one.otherwise == Otherwise.END]
    asked_back = [proposal.booking_id for proposal in (*held, *free)]
    waiting = waiting_requests(provider, now=now).exclude(pk__in=asked_back)
    return {"waiting": grouped(waiting), "proposals": held, "choosing": free}


@teach_page
@require_safe
def later(request: CommunityRequest) -> HttpResponse:
    """What comes after the week that the first page shows: series as one each, the rest by days."""
    provider, now = me(request), clock.now()
    single = later_meetings(provider, start=end_of_week(provider, now=now), now=now)
    page_obj = Paginator(single.exclude(bookings__series__provider=provider), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    page = {
        "provider": provider,
        "now": now,
        "series": running_series(provider, now=now, cycle=cycle_of(request)),
        "days": by_days(list(page_obj), provider.community.zone),
        "page_obj": page_obj,
        **teach_menu(request, "meetings"),
    }
    return render(request, "provider/later.html", page)


@teach_page
@require_safe
def past(request: CommunityRequest) -> HttpResponse:
    """What is over, the latest first, and who came."""
    provider, now = me(request), clock.now()
    page_obj = Paginator(past_meetings(provider, now=now), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    page = {
        "provider": provider,
        "now": now,
        "days": by_days(list(page_obj), provider.community.zone),
        "page_obj": page_obj,
        "mark_days": MARK_DAYS,
        **teach_menu(request, "meetings"),
    }
    return render(request, "provider/past.html", page)


@teach_page
@require_safe
def meeting(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """One meeting whole: who comes, when, where, about what, and what can be done with it."""
    booking, now = mine(request, public_id), clock.now()
    appointment = get_meeting(booking, now=now)
    page = {
        "booking": booking,
        "meeting": appointment,
        "seated": list(appointment.bookings.all()),
        "provider": me(request),
        "now": now,
        "is_ahead": appointment.start > now,
        "proposal": find_open_proposal(booking, now),
        "met_before": met_before(me(request), booking.student_id, before=now),
        **teach_menu(request, "meetings"),
    }
    return render(request, "provider/one_meeting.html", page)
