"""Proposing other times to a student, and taking the proposal back."""

from datetime import date, datetime, timedelta
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from visavis.bookings.actions import Offer, propose_times, withdraw_times
from visavis.bookings.enums import OPEN, BookingState, HoldPurpose, Otherwise
from visavis.bookings.equivalents import OtherTime, last_call
from visavis.bookings.errors import NotOpen, Refused
from visavis.bookings.models import Booking
from visavis.bookings.proposals import find_open_proposal
from visavis.core import clock
from visavis.core.instants import read_instant
from visavis.web.provider.back import meeting_url
from visavis.web.provider.doors import mine, teach_page
from visavis.web.provider.forms import DayForm, ProposalForm
from visavis.web.provider.menu import teach_menu
from visavis.web.provider.views.answers import meetings_url
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.free import Elsewhere
from visavis.web.ui.methods import post_page

TAKEN = gettext_lazy("One of the times is not free any more.")


@teach_page
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """GET shows the free times; POST holds those that are ticked, or shows other days (`from`)."""
    booking, now = mine(request, public_id), clock.now()
    refused = _why_not(booking, now)
    if refused:
        messages.error(request, refused)
        return redirect(meeting_url(booking))
    elsewhere = Elsewhere(booking, now, cycle_of(request), is_apart=True)
    turns_page = request.method == "POST" and "from" in request.POST
    form = _form(request, booking, turns_page=turns_page)
    is_sent = request.method == "POST" and not turns_page
    if (
        is_sent
        and form.is_valid() & _are_free(elsewhere, form)
        and _propose(request, elsewhere, form)
    ):
        return redirect(meeting_url(booking))
    return _show(request, elsewhere, form)


def _why_not(booking: Booking, now: datetime) -> str:
    appointment = booking.appointment
    if booking.state not in OPEN or appointment.start <= now:
        return _("Other times are proposed only for a meeting that is still to come.")
    if appointment.capacity > 1:
        return _("Nobody holds a seat in a group: any free seat can be booked at once.")
    return ""


def _form(request: CommunityRequest, booking: Booking, *, turns_page: bool) -> ProposalForm:
    appointment = booking.appointment
    length = appointment.end - appointment.start
    is_request = booking.state == BookingState.REQUESTED
    if turns_page:
        # Nothing is judged yet: only the days change, and what was typed stays.
        typed = request.POST
        kept = {name: typed.get(name, "") for name in ("otherwise", "hours", "message")}
        first = {**kept, "times": typed.getlist("times")}
        return ProposalForm(initial=first, length=length, is_request=is_request)
    sent = request.POST if request.method == "POST" else None
    return ProposalForm(sent, length=length, is_request=is_request)


def _are_free(elsewhere: Elsewhere, form: ProposalForm) -> bool:
    """Whether all that is ticked can be had; told beside whatever else is wrong."""
    are_free = all(elsewhere.places(start) for start in form.starts[: form.MOST])
    if not are_free:
        form.add_error(None, TAKEN)
    return are_free


def _propose(request: CommunityRequest, elsewhere: Elsewhere, form: ProposalForm) -> bool:
    """Propose, or tie what the action refuses to the form."""
    booking, now, typed = elsewhere.booking, elsewhere.now, form.cleaned_data
    until = now + timedelta(hours=typed["hours"])
    times = _times(elsewhere, form.starts, until)
    if len(times) < len(form.starts):  # one was taken since they were looked at
        form.add_error(None, TAKEN)
        return False
    offer = Offer(Otherwise(typed["otherwise"]), until, typed["message"], HoldPurpose.PROPOSED)
    try:
        propose_times(booking, times, offer, by=actor_of(request), now=now)
    except (NotOpen, Refused) as refusal:
        form.add_error(None, ValidationError(refusal.message))
        return False
    told = ngettext(
        "%(name)s is offered another time. It is held until there is an answer.",
        "%(name)s is offered %(count)d other times. They are held until there is an answer.",
        len(times),
    )
    messages.success(request, told % {"name": booking.student, "count": len(times)})
    return True


def _times(elsewhere: Elsewhere, starts: list[datetime], until: datetime) -> list[OtherTime]:
    """Those of the starts that are free, each where they could meet then."""
    booking = elsewhere.booking
    provider = booking.appointment.provider
    return [
        OtherTime(start, provider, places[0], min(until, last_call(booking, start)))
        for start in starts
        for places in [elsewhere.places(start)]
        if places
    ]


def _show(request: CommunityRequest, elsewhere: Elsewhere, form: ProposalForm) -> HttpResponse:
    booking = elsewhere.booking
    span = elsewhere.span(_first(request))
    shown = {free.value for day in span.days for free in day.times}
    page = {
        "booking": booking,
        "meeting": booking.appointment,
        "form": form,
        "span": span,
        "chosen_elsewhere": [
            (text, read_instant(text)) for text in form.ticked if text not in shown
        ],
        "earlier_proposal": find_open_proposal(booking, elsewhere.now),
        "back_url": meeting_url(booking),
        **teach_menu(request, "meetings"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "provider/proposal.html", page, status=status)


def _first(request: CommunityRequest) -> date | None:
    form = DayForm(request.POST if request.method == "POST" else request.GET)
    return form.cleaned_data["from"] if form.is_valid() else None


@teach_page
@post_page(back=meetings_url)
def withdrawal(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """Take back what was proposed: the times are free again, the meeting stays."""
    booking, now = mine(request, public_id), clock.now()
    found = find_open_proposal(booking, now)
    if found is None:
        messages.error(request, _("There is nothing to take back any more."))
        return redirect(meeting_url(booking))
    held = len(found.held)  # type: ignore[attr-defined]
    try:
        withdraw_times(found, by=actor_of(request), now=now)
    except NotOpen as refused:
        messages.error(request, refused.message)
    else:
        told = ngettext(
            "Taken back. The time is free again.", "Taken back. The times are free again.", held
        )
        messages.success(request, told)
    return redirect(meeting_url(booking))
