"""A new appointment for somebody: whom for, when, and the booking itself."""

import uuid
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from visavis.bookings.actions import (
    Order,
    book,
    book_anyway,
    book_for_address,
    enter_afterwards,
)
from visavis.bookings.errors import Refused, SlotTaken
from visavis.bookings.models import Booking
from visavis.bookings.openings import Question
from visavis.bookings.queries import find_guest
from visavis.core import clock
from visavis.core.errors import VisavisError
from visavis.people.models import User
from visavis.people.rules import can_manage
from visavis.web.admin.doors import METHODS, booking_page, show, status_of
from visavis.web.admin.forms.appointments import AddressForm, NewForm, WallForm, WhomForm
from visavis.web.admin.reasons import Wanted, reasons
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.free import NewTimes, Span
from visavis.web.ui.times import moment_in_words


@booking_page
@require_safe
def new_appointment(request: CommunityRequest) -> HttpResponse:
    """For whom, what and with whom; then the times that are free."""
    form = WhomForm(
        request.GET if "provider" in request.GET else None,
        initial=request.GET.dict(),
        community=request.community,
    )
    kept = request.GET.copy()
    kept.pop("from", None)
    asked = kept.urlencode()
    page = {
        "form": form,
        "span": _span(request, form, asked) if form.is_valid() else None,
        "span_query": f"{asked}&",
        "asked": asked,
    }
    template, status = "admin/new_appointment.html", status_of(form)
    return show(request, template, page, active="appointments", status=status)


def _span(request: CommunityRequest, form: WhomForm, asked: str) -> Span:
    typed = form.cleaned_data
    question = _question(request, typed, find_guest(request.community, typed["email"]))
    free = NewTimes(question, question.now, cycle_of(request))
    return free.span(AddressForm.read(request.GET)["first"], path=f"details/?{asked}")


def _question(request: CommunityRequest, typed: dict[str, Any], student: User | None) -> Question:
    now = clock.now()
    return Question(
        community=request.community,
        service=typed["service"],
        format=typed["format"],
        first=now.date(),
        days=1,
        now=now,
        student=student,
        provider=typed["provider"],
        location=typed.get("place"),
    )


@booking_page
@require_http_methods(METHODS)
def new_appointment_details(request: CommunityRequest) -> HttpResponse:
    """GET fills in what the address names; POST books. Only administrators set rules aside."""
    start = AddressForm.read(request.GET)["start"] or clock.now()
    named = {name: value for name, value in request.GET.items() if name not in ("how", "why")}
    shown = WallForm.shown_on_grid(start, request.community.zone)
    form = NewForm(
        request.POST if request.method == "POST" else None,
        initial={**named, **shown, "key": str(uuid.uuid4())},
        community=request.community,
        may_override=can_manage(request.standing),
    )
    if not form.is_valid():
        return _show(request, form)
    try:
        made = _book(request, form)
    except VisavisError as error:
        return _show(request, form, refused=error)
    messages.success(request, _said(made))
    return redirect("manage:appointment", request.community.slug, made.public_id)


def _book(request: CommunityRequest, form: NewForm) -> Booking:
    typed, by, now = form.cleaned_data, actor_of(request), clock.now()
    how, why = typed.get("how", NewForm.RULES), typed.get("why", "")

    def made(student: User) -> Booking:
        order = Order(_question(request, typed, student), typed["instant"], typed["key"])
        if how == NewForm.ANYWAY:
            return book_anyway(order, reason=why, by=by, now=now)
        if how == NewForm.HAPPENED:
            return enter_afterwards(order, reason=why, by=by, now=now)
        return book(order, by=by, now=now)

    names = {"first_name": typed["first_name"], "last_name": typed["last_name"]}
    return book_for_address(typed["email"], made, by=by, **names)


def _said(made: Booking) -> str:
    words = {"name": made.student, "provider": made.appointment.provider}
    if made.state == "attended":
        return _("Written down: %(name)s met %(provider)s.") % words
    if made.state == "requested":
        return _("Asked for. It waits for an answer of %(provider)s.") % words
    return _("Booked. %(name)s and %(provider)s are told.") % words


def _show(
    request: CommunityRequest, form: NewForm, *, refused: VisavisError | None = None
) -> HttpResponse:
    page: dict[str, Any] = {"form": form}
    status = status_of(form)
    if refused is not None:
        page |= _refusal(request, form, refused)
        status = HTTPStatus(refused.status)
    template = "admin/new_appointment_details.html"
    return show(request, template, page, active="appointments", status=status)


def _refusal(request: CommunityRequest, form: NewForm, refused: VisavisError) -> dict[str, Any]:
    typed = form.cleaned_data
    wanted = Wanted(
        typed["service"],
        typed["format"],
        typed["instant"],
        typed["provider"],
        typed["place"],
        find_guest(request.community, typed["email"]),
    )
    refusals = refused.refusals if isinstance(refused, Refused) else ()
    near = refused.alternatives if isinstance(refused, SlotTaken) else ()
    zone, cycle = request.community.zone, cycle_of(request)
    return {
        "refused": refused.message,
        "reasons": reasons(request, refusals, wanted),
        "near": [moment_in_words(slot.start, slot.end, zone=zone, cycle=cycle) for slot in near],
    }
