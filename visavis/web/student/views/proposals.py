"""Other times for a meeting: take one of them, or none."""

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.bookings.actions import decline_times, take_time
from visavis.bookings.enums import BookingState, ProposalState
from visavis.bookings.errors import NotOpen, Refused
from visavis.bookings.models import Booking, Hold, Proposal
from visavis.bookings.queries import require_booking
from visavis.core import clock
from visavis.people.rules import Standing
from visavis.web.student.dead_ends import DeadEnd, WayOn
from visavis.web.student.doors import student_page
from visavis.web.student.forms import CancelForm, TakeForm
from visavis.web.student.meetings import booking_url, meeting_of
from visavis.web.student.proposed import Proposed, proposed_for
from visavis.web.ui.doors import CommunityRequest, actor_of

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@student_page
def proposal(
    request: CommunityRequest, standing: Standing, *, public_id: uuid.UUID
) -> HttpResponse:
    """GET shows the times that are held; POST moves the meeting to one of them."""
    found = require_booking(request.user, standing.community, public_id)
    proposed = proposed_for(request, found, now=clock.now())
    if proposed is None and request.method == "POST" and _has_taken(request, found):
        return redirect(booking_url(found))  # the second of two clicks
    if proposed is None:
        raise _over(found)
    if request.method == "POST":
        return _take(request, found, proposed)
    return _page(request, proposed, TakeForm())


def _has_taken(request: CommunityRequest, found: Booking) -> bool:
    """Whether the meeting is at the time that was chosen."""
    form, appointment = TakeForm(request.POST), found.appointment
    return (
        form.is_valid()
        and Hold.objects.filter(
            public_id=form.cleaned_data["hold"],
            student=found.student_id,
            start=appointment.start,
            provider=appointment.provider_id,
            proposals__booking=found,
        ).exists()
    )


def _has_declined(found: Booking) -> bool:
    """Whether the last that was proposed was turned down by its student."""
    last = Proposal.objects.filter(booking=found).order_by("pk").last()
    return last is not None and last.state == ProposalState.DECLINED


def _page(request: CommunityRequest, proposed: Proposed, form: TakeForm) -> HttpResponse:
    context = {"proposed": proposed, "meeting": proposed.meeting, "form": form}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "student/proposal.html", context, status=status)


def _take(request: CommunityRequest, found: Booking, proposed: Proposed) -> HttpResponse:
    form = TakeForm(request.POST)
    chosen = form.cleaned_data["hold"] if form.is_valid() else None
    time = next((time for time in proposed.times if time.hold.public_id == chosen), None)
    if time is None:
        form.add_error(None, _("This time is no longer held for you. Choose another one."))
        return _page(request, proposed, form)
    try:
        taken = take_time(proposed.proposal, time.hold, by=actor_of(request), now=clock.now())
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _page(request, proposed, form)
    except NotOpen as error:
        raise _over(found, error.message) from None
    messages.success(request, _taken_in_words(found, taken))
    return redirect(booking_url(taken))


def _taken_in_words(before: Booking, taken: Booking) -> str:
    if taken.state == BookingState.REQUESTED:
        return _("You have asked for the new time.")
    if before.state == BookingState.REQUESTED:
        return _("The meeting is confirmed for the new time.")
    return _("The meeting is moved.")


@require_http_methods(METHODS)
@student_page
def proposal_declining(
    request: CommunityRequest, standing: Standing, *, public_id: uuid.UUID
) -> HttpResponse:
    """GET asks and says what becomes of the meeting; POST lets the held times go."""
    now = clock.now()
    found = require_booking(request.user, standing.community, public_id)
    proposed = proposed_for(request, found, now=now)
    if proposed is None and request.method == "POST" and _has_declined(found):
        return redirect(booking_url(found))  # the second of two clicks
    if proposed is None:
        raise _over(found)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            decline_times(proposed.proposal, by=actor_of(request), reason=reason, now=now)
        except NotOpen as error:
            raise _over(found, error.message) from None
        messages.success(request, _declined_in_words(found, is_off=proposed.is_off_otherwise))
        return redirect(booking_url(found))
    context = {"proposed": proposed, "meeting": meeting_of(request, found, now=now), "form": form}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "student/proposal_declining.html", context, status=status)


def _declined_in_words(before: Booking, *, is_off: bool) -> str:
    if before.state == BookingState.REQUESTED:
        return _("The request is taken back.") if is_off else _("Your request waits for an answer.")
    return _("The meeting is cancelled.") if is_off else _("Your meeting stays as it was.")


def _over(found: Booking, sentence: str = "") -> DeadEnd:
    return DeadEnd(
        sentence or _("No other times are held for this meeting now."),
        title=_("Nothing to choose"),
        ways=[WayOn(_("See the meeting"), booking_url(found))],
        status=HTTPStatus.CONFLICT,
    )
