"""Moving a meeting: the way begins at its own time, and ends with one button."""

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.bookings.enums import BookingState
from visavis.bookings.errors import NotOpen, Refused
from visavis.bookings.models import Booking
from visavis.bookings.queries import require_booking
from visavis.people.rules import Standing
from visavis.web.student.dead_ends import DeadEnd, WayOn
from visavis.web.student.doors import student_page
from visavis.web.student.forms import MoveForm
from visavis.web.student.loading import (
    immovable,
    load_way,
    way_of_move,
    with_place,
    with_provider,
    with_start,
)
from visavis.web.student.meetings import booking_url
from visavis.web.student.moving import move as move_booking
from visavis.web.student.offers import refused
from visavis.web.student.reader import reader_for
from visavis.web.student.way import Stage, Way, chosen
from visavis.web.ui.doors import CommunityRequest, actor_of


@require_http_methods(["GET", "HEAD", "POST"])
@student_page
def move(request: CommunityRequest, standing: Standing, *, public_id: uuid.UUID) -> HttpResponse:
    """GET leads to the free times; POST moves the meeting to what the review showed."""
    found = require_booking(request.user, standing.community, public_id)
    if request.method != "POST":
        appointment = found.appointment
        way = load_way(
            standing, appointment.format_id, appointment.service_id, moving=str(found.public_id)
        )
        only = found.appointment.provider if chosen(way.service).owner_id is None else None
        return redirect(way.choosing(only_provider=only).url(Stage.TIMES))
    form = MoveForm(request.POST)
    if not form.is_valid():
        raise _stays(found, _("The form came incomplete, so nothing was moved."))
    wanted = form.cleaned_data
    way = with_start(way_of_move(standing, found), wanted["start"])
    way = with_place(with_provider(way, wanted["provider"]), wanted["place"])
    return _move(request, way, wanted["seen"])


def _move(request: CommunityRequest, way: Way, seen: int) -> HttpResponse:
    try:
        moved = move_booking(way, seen, by=actor_of(request))
    except Refused as refusal:
        reader = reader_for(request, way.community, [chosen(way.place).kind])
        raise refused(way, refusal, reader) from None
    except NotOpen as error:
        raise immovable(chosen(way.moving), error) from None
    said = _("The meeting is moved.")
    if moved.state == BookingState.REQUESTED:
        said = _("You have asked for the new time.")
    messages.success(request, said)
    return redirect(booking_url(moved))


def _stays(found: Booking, sentence: str) -> DeadEnd:
    return DeadEnd(
        sentence,
        title=_("Nothing was moved"),
        ways=[WayOn(_("See the meeting"), booking_url(found))],
        status=HTTPStatus.CONFLICT,
    )
