"""Changing an appointment: another time, person, place or kind; and accepting it.

Every change goes through the actions that students and providers use, with the centre as actor.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from visavis.bookings.actions import (
    Override,
    Target,
    accept,
    reschedule,
)
from visavis.bookings.errors import NotOpen, Refused, SlotTaken
from visavis.bookings.models import Booking
from visavis.catalogue.queries import certified_providers
from visavis.core import clock
from visavis.notifications.enums import Kind
from visavis.people.models import Provider
from visavis.web.admin.doors import METHODS, meetings_page, show
from visavis.web.admin.forms.appointments import AddressForm, ChangeForm
from visavis.web.admin.queries.appointments import find_booking, why_fixed
from visavis.web.admin.reasons import Wanted, reasons
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.free import Elsewhere
from visavis.web.ui.meeting_seen import MOVED, MeetingSeenForm
from visavis.web.ui.methods import post_page
from visavis.web.ui.telling import is_told
from visavis.web.ui.times import moment_in_words


def url_of(request: CommunityRequest, public_id: UUID) -> str:
    """The page of the appointment."""
    return reverse("manage:appointment", args=[request.community.slug, public_id])


def not_fixed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The page with its form, while something can be changed; else the appointment, and why."""

    @wraps(view)
    def guarded(request: CommunityRequest, public_id: UUID) -> HttpResponse:
        if request.method != "POST":  # a POST is answered by the action, under its locks
            said = why_fixed(find_booking(request.community, public_id), clock.now())
            if said:
                messages.info(request, said)
                return redirect(url_of(request, public_id))
        return view(request, public_id)

    return guarded


@meetings_page
@require_http_methods(METHODS)
@not_fixed
def appointment_change(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """GET shows how it stands, with what the address fills in; POST changes it."""
    booking = find_booking(request.community, public_id)
    shown = {**ChangeForm.shown(booking), **_filled(request, booking)}
    sent = request.POST if request.method == "POST" else None
    form = ChangeForm(sent, initial=shown, booking=booking, may_override=True)
    if not form.is_valid():
        return _show_change(request, booking, form)
    try:
        moved = reschedule(
            booking,
            _target(form),
            by=actor_of(request),
            reason=form.cleaned_data["reason"].strip(),
            now=clock.now(),
        )
    except NotOpen as error:
        return _not_as_seen(request, public_id, form, error)
    except Refused as error:
        return _show_change(request, booking, form, refused=error)
    _say_changed(request, booking, moved)
    return redirect(url_of(request, public_id))


def _not_as_seen(
    request: CommunityRequest, public_id: UUID, form: ChangeForm, error: NotOpen
) -> HttpResponse:
    """What was typed stays in the form while something can still be changed."""
    booking = find_booking(request.community, public_id)
    if why_fixed(booking, clock.now()):
        messages.error(request, error.message)
        return redirect(url_of(request, public_id))
    form.keep(error.message, booking)
    return _show_change(request, booking, form)


def _filled(request: CommunityRequest, booking: Booking) -> dict[str, Any]:
    """What the address names: a time from the list of free ones, somebody else."""
    asked = AddressForm.read(request.GET)
    filled: dict[str, Any] = {}
    if asked["start"] is not None:
        filled |= ChangeForm.shown_at(asked["start"], booking.appointment.community.zone)
    if asked["provider"] is not None:
        filled["provider"] = asked["provider"]
    return filled


def _target(form: ChangeForm) -> Target:
    typed = form.cleaned_data
    override = Override(typed["why"].strip()) if typed.get("anyway") else None
    return Target(
        typed["instant"],
        typed["provider"],
        typed["place"],
        typed["seen"],
        override,
        typed.get("format"),
    )


def _say_changed(request: CommunityRequest, booking: Booking, moved: Booking) -> None:
    if moved.appointment_id == booking.appointment_id:
        messages.info(request, _("It is as it was: nothing was changed."))
    elif moved.state == booking.state:
        messages.success(request, _("Changed. Whoever it concerns is told."))
    else:
        name = {"provider": moved.appointment.provider, "state": moved.get_state_display().lower()}
        said = _("Changed. It is %(state)s now, with %(provider)s.")
        messages.success(request, said % name)


def _show_change(
    request: CommunityRequest,
    booking: Booking,
    form: ChangeForm,
    *,
    refused: Refused | None = None,
) -> HttpResponse:
    page: dict[str, Any] = {
        "booking": booking,
        "meeting": booking.appointment,
        "form": form,
        "is_told": is_told(request.community, Kind.CHANGED),
        "back_url": url_of(request, booking.public_id),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    if refused is not None:
        page |= _refusal(request, booking, form, refused)
        status = HTTPStatus(refused.status)
    template = "admin/appointment_change.html"
    return show(request, template, page, active="appointments", status=status)


def _refusal(
    request: CommunityRequest, booking: Booking, form: ChangeForm, refused: Refused
) -> dict[str, Any]:
    typed = form.cleaned_data
    wanted = Wanted(
        booking.appointment.service,
        typed.get("format") or booking.appointment.format,
        typed["instant"],
        typed["provider"],
        typed["place"],
        booking.student,
    )
    near = refused.alternatives if isinstance(refused, SlotTaken) else ()
    zone, cycle = request.community.zone, cycle_of(request)
    return {
        "refused": refused.message,
        "reasons": reasons(request, refused.refusals, wanted),
        "near": [moment_in_words(slot.start, slot.end, zone=zone, cycle=cycle) for slot in near],
    }


@meetings_page
@require_safe
@not_fixed
def appointment_times(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """When both are free: with the same person, or with whom the address names."""
    booking = find_booking(request.community, public_id)
    asked, able = AddressForm.read(request.GET), able_to_give(booking)
    meeting = booking.appointment
    wanted = asked["provider"] or meeting.provider_id
    provider = next((one for one in able if one.pk == wanted), meeting.provider)
    elsewhere = Elsewhere(booking, clock.now(), cycle_of(request), provider=provider)
    change_url = reverse(
        "manage:appointment_change", args=[request.community.slug, booking.public_id]
    )
    page = {
        "booking": booking,
        "meeting": meeting,
        "provider": provider,
        "able": able,
        "span": elsewhere.span(asked["first"], path=f"{change_url}?provider={provider.pk}"),
        "span_query": f"provider={provider.pk}&",
        "change_url": change_url,
        "back_url": url_of(request, public_id),
    }
    return show(request, "admin/appointment_times.html", page, active="appointments")


def able_to_give(booking: Booking) -> list[Provider]:
    """Who may give it, free or not, and is not the student."""
    able = certified_providers(booking.appointment.service)
    return list(able.exclude(user=booking.student_id))


def _page_of(request: CommunityRequest, public_id: UUID) -> str:
    return url_of(request, find_booking(request.community, public_id).public_id)


@meetings_page
@post_page(back=_page_of)
def appointment_acceptance(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    booking = find_booking(request.community, public_id)
    form = MeetingSeenForm(request.POST, booking=booking)
    if not form.is_valid():
        messages.warning(request, MOVED)
        return redirect(url_of(request, public_id))
    try:
        accept(booking, by=actor_of(request), now=clock.now(), seen=booking.appointment_id)
    except NotOpen as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Confirmed. %(name)s is told.") % {"name": booking.student})
    return redirect(url_of(request, public_id))
