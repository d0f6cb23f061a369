"""Making a booking, its page, its cancellation, and its calendar file."""

import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from visavis.bookings import actions
from visavis.bookings.deadlines import check_cancel
from visavis.bookings.enums import OPEN
from visavis.bookings.errors import InvalidAnswer, NotOpen, Refused, TooLate
from visavis.bookings.events import STUDENT
from visavis.bookings.models import Booking
from visavis.bookings.queries import (
    has_ended_it,
    last_move_by_others,
    log_for_student,
    require_booking,
    seen_attendees,
)
from visavis.calendars.ics import booking_calendar
from visavis.core import clock
from visavis.people.rules import Standing
from visavis.web.student.confirming import begin_anew, confirm, find_earlier
from visavis.web.student.dead_ends import DeadEnd, WayOn
from visavis.web.student.doors import person_of, student_page
from visavis.web.student.forms import ConfirmForm, EndingForm
from visavis.web.student.groups import listed
from visavis.web.student.keeping import showing_what_was_written
from visavis.web.student.loading import (
    load_way,
    whom_to_ask,
    with_place,
    with_provider,
    with_start,
)
from visavis.web.student.meetings import booking_url, is_at, meeting_of, shown_answers
from visavis.web.student.offers import refused
from visavis.web.student.proposed import proposed_for
from visavis.web.student.reader import reader_for
from visavis.web.student.way import Stage, Way, chosen
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.methods import post_page


def learn_url(_request: CommunityRequest, standing: Standing) -> str:
    """Where the student's bookings are listed."""
    return reverse("student:learn", args=[standing.community.slug])


@student_page
@post_page(back=learn_url)
def bookings(request: CommunityRequest, standing: Standing) -> HttpResponse:
    """Book what the review page showed."""
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        raise incomplete(standing)
    wanted = form.cleaned_data
    # Before any rule is asked: a second tap finds the limit that the first one reached.
    earlier = find_earlier(person_of(standing), wanted["key"])
    if earlier is not None and is_at(earlier, wanted):
        return redirect(booking_url(earlier))
    with showing_what_was_written(standing, wanted["format"]):
        way = _way(standing, wanted)
        if way.format.is_weekly:
            return redirect(way.url(Stage.WEEKS))
        if earlier is not None:
            return _ask_again(request, way)
        return _book(request, way, wanted["key"])


def _way(standing: Standing, wanted: Mapping[str, Any]) -> Way:
    way = with_start(load_way(standing, wanted["format"], wanted["service"]), wanted["start"])
    return with_place(with_provider(way, wanted["provider"]), wanted["place"])


def _ask_again(request: CommunityRequest, way: Way) -> HttpResponse:
    """Another tab has booked with this key meanwhile: this meeting would be a second one."""
    begin_anew(way)
    messages.info(
        request,
        _("You have booked another meeting meanwhile. Confirm once more to have this one too."),
    )
    return redirect(way.url(Stage.REVIEW))


def _book(request: CommunityRequest, way: Way, key: uuid.UUID) -> HttpResponse:
    try:
        booking = confirm(way, key, by=actor_of(request))
    except InvalidAnswer as error:
        messages.warning(request, error.message.replace("?: ", "? "))
        return redirect(way.url(Stage.TOPIC))
    except Refused as refusal:
        raise refused(
            way, refusal, reader_for(request, way.community, [chosen(way.place).kind])
        ) from None
    return redirect(booking_url(booking))


def incomplete(standing: Standing) -> DeadEnd:
    return DeadEnd(
        _("The form came incomplete, so nothing was booked. Choose the meeting again."),
        title=_("Nothing was booked"),
        ways=[WayOn(_("Begin again"), reverse("student:learn", args=[standing.community.slug]))],
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
    )


@require_safe
@student_page
def booking(request: HttpRequest, standing: Standing, *, public_id: uuid.UUID) -> HttpResponse:
    """The meeting as a sentence, what happens next, and what can be done with it."""
    found = require_booking(request.user, standing.community, public_id)
    meeting = meeting_of(request, found, now=clock.now())
    answers = shown_answers(found.answers.all())
    with_whom = listed(seen_attendees(found, now=meeting.now))
    proposed = proposed_for(request, found, now=meeting.now) if meeting.state in OPEN else None
    moved = last_move_by_others(found)
    context = {
        "meeting": proposed.meeting if proposed else meeting,
        "answers": answers,
        "with_whom": with_whom,
        "moved": moved,
        "moved_from": meeting.reader.day_and_time(moved.start) if moved else "",
        "proposed": proposed,
        "for_student": "" if meeting.state in OPEN else log_for_student(found),
    }
    return render(request, "student/booking.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@student_page
def cancellation(
    request: CommunityRequest, standing: Standing, *, public_id: uuid.UUID
) -> HttpResponse:
    """GET asks and names what is lost; POST cancels."""
    now = clock.now()
    found = require_booking(request.user, standing.community, public_id)
    meeting = meeting_of(request, found, now=now)
    if request.method == "POST" and has_ended_it(found):
        return _cancelled(request, found)  # the second of two clicks
    if not meeting.can_cancel:
        raise _over(found, _("This meeting is over, or was ended before."))
    try:
        check_cancel(found, by=STUDENT, now=now)
    except TooLate as error:
        raise _too_late(found, error.message) from None
    form = EndingForm(request.POST if request.method == "POST" else None, booking=found)
    if request.method == "POST" and form.is_valid():
        reason, seen = form.cleaned_data["reason"], found.appointment_id
        try:
            actions.cancel(found, by=actor_of(request), reason=reason, now=now, seen=seen)
        except NotOpen as error:
            found.refresh_from_db()
            if not has_ended_it(found):
                raise _over(found, error.message) from None
        return _cancelled(request, found)
    context = {"meeting": meeting, "form": form, "is_dangerous": True}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "student/cancellation.html", context, status=status)


def _cancelled(request: CommunityRequest, found: Booking) -> HttpResponse:
    told = _("The meeting is cancelled.")
    if found.series_id is not None:
        told = _("This week is skipped.")
    elif found.appointment.format.is_group:
        told = _("You left the group.")
    messages.success(request, told)
    return redirect(booking_url(found))


def _too_late(found: Booking, sentence: str) -> DeadEnd:
    community = found.appointment.community
    return DeadEnd(
        f"{sentence} {whom_to_ask(community)}",
        title=_("Too late to cancel it yourself"),
        note=community.contact,
        ways=[WayOn(_("See the meeting"), booking_url(found))],
        status=HTTPStatus.CONFLICT,
    )


def _over(found: Booking, sentence: str) -> DeadEnd:
    return DeadEnd(
        sentence,
        title=_("Nothing to cancel"),
        ways=[WayOn(_("See the meeting"), booking_url(found))],
        status=HTTPStatus.CONFLICT,
    )


@require_safe
@student_page
def calendar(request: HttpRequest, standing: Standing, *, public_id: uuid.UUID) -> HttpResponse:
    """The one meeting as a calendar file; a week of a series is part of the series' entry."""
    found = require_booking(request.user, standing.community, public_id)
    if found.series is not None:
        slug = standing.community.slug
        return redirect("student:series_calendar", slug, found.series.public_id)
    url = request.build_absolute_uri(booking_url(found))
    return HttpResponse(
        booking_calendar(found, url=url),
        content_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": content_disposition_header(
                as_attachment=True, filename=f"meeting-{public_id}.ics"
            )
        },
    )
