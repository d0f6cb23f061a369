"""The ways into the pages of those who give support."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from visavis.bookings.models import Booking, Series
from visavis.bookings.queries import require_booking, require_series
from visavis.bookings.rules import is_own_meeting, is_own_weekly_meeting
from visavis.bookings.teaching import can_see_teaching
from visavis.core import clock
from visavis.people.enums import Act
from visavis.people.models import Provider
from visavis.people.rules import may_change_own_hours
from visavis.web.hours.day_forms import WeekForm
from visavis.web.hours.desk import Desk
from visavis.web.provider.menu import teach_menu
from visavis.web.ui.doors import CommunityRequest, View, community_page

own_page = community_page(Act.TEACH)
"""What only those have who give support: their hours, their profile."""


def teach_page(view: View) -> View:
    """Meetings, which whoever is retired still sees until all that were left to them are over.

    The last of them ends by a form of theirs, so what follows it leads home, with its message.
    """

    @community_page(Act.FINISH_TEACHING)
    @wraps(view)
    def left(request: CommunityRequest, **wanted: Any) -> HttpResponseBase:
        if can_see_teaching(request.standing, now=clock.now()):
            return view(request, **wanted)
        return redirect("home")

    return left


def own_hours(
    view: Callable[..., HttpResponse], *, tab: str = "hours", shows: bool = False
) -> Callable[..., HttpResponseBase]:
    """Hand the view the desk of the person who asks.

    Where the centre keeps the hours, pages that do not merely show them lead to those that do.
    """

    @own_page
    @wraps(view)
    def seated(request: CommunityRequest, **wanted: Any) -> HttpResponse:
        root = reverse("teach:hours", args=[request.community.slug])
        desk = Desk(
            me(request),
            root,
            "provider/frame.html",
            reverse("teach:meetings", args=[request.community.slug]),
            is_own=True,
            context=teach_menu(request, tab),
            week=WeekForm.day_of(request.GET),
            may_change=may_change_own_hours(request.standing),
        )
        if not (shows or desk.may_change or request.method == "POST"):
            return redirect(desk.hours_url)
        return view(request, desk, **wanted)

    return seated


def mine(request: CommunityRequest, public_id: UUID) -> Booking:
    """The booking, if it is with the person who asks. Raises NotFound."""
    return require_booking(request.user, request.community, public_id, may=is_own_meeting)


def my_series(request: CommunityRequest, public_id: UUID) -> Series:
    """The series, if the person who asks gives it. Raises NotFound."""
    return require_series(request.user, request.community, public_id, may=is_own_weekly_meeting)


def me(request: CommunityRequest) -> Provider:
    """The provider's row of the person who asks; the door has seen to it that there is one."""
    provider = request.standing.provider or request.standing.retired
    if provider is None:
        raise LookupError("This page was reached without `teach_page`.")
    provider.community = request.community
    return provider
