"""A person's calendars: the address of their meetings, and what keeps them busy elsewhere."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.availability.errors import InvalidCalendar
from visavis.availability.outside import (
    ask_for_reading,
    disconnect_calendar,
    pause_calendar,
    resume_calendar,
)
from visavis.availability.queries import get_outside_calendar
from visavis.calendars.actions import connect
from visavis.calendars.errors import InvalidAddress
from visavis.calendars.feeds import close_feed, open_feed
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.people.rules import gives_support
from visavis.web.accounts.doors import own_page
from visavis.web.accounts.forms import CalendarForm
from visavis.web.accounts.reads import calendars_page, list_context
from visavis.web.ui.doors import SignedInRequest, actor_of
from visavis.web.ui.methods import post_page


def calendars_url(*_found: object, **_wanted: object) -> str:
    return reverse("account_calendars")


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def calendars(request: SignedInRequest) -> HttpResponse:
    """Everything on one page; a POST connects a calendar."""
    form = CalendarForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not gives_support(request.user):
        raise NotFound(_("Only calendars of people who give support are read."))
    if form.is_valid() and _connect(request, form):
        messages.success(request, _("The calendar is connected, and will be read in a moment."))
        return redirect("account_calendars")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    page = calendars_page(request, form, now=clock.now())
    return render(request, "accounts/calendars.html", page, status=status)


def _connect(request: SignedInRequest, form: CalendarForm) -> bool:
    typed = form.cleaned_data
    try:
        connect(
            request.user,
            address=typed["address"],
            name=typed["name"],
            by=actor_of(request),
            now=clock.now(),
        )
    except (InvalidAddress, InvalidCalendar) as refusal:
        form.add_error("address", refusal.message)
        return False
    return True


@own_page
@require_http_methods(["GET", "HEAD"])
def calendars_state(request: SignedInRequest) -> HttpResponse:
    """The list alone, for as long as something in it is being read."""
    page = list_context(request.user, now=clock.now())
    return render(request, "accounts/calendars.html#list", page)


# --- One outside calendar -----------------------------------------------------------------------


@own_page
@post_page(back=calendars_url)
def calendar_reading(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    calendar = get_outside_calendar(request.user, public_id)
    if ask_for_reading(calendar, now=clock.now()):
        messages.success(request, _("“%(name)s” will be read in a moment.") % {"name": calendar})
    else:
        said = _("“%(name)s” is being read already, or was a moment ago. Wait a minute.")
        messages.info(request, said % {"name": calendar})
    return redirect("account_calendars")


@own_page
@post_page(back=calendars_url)
def calendar_pause(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    calendar = get_outside_calendar(request.user, public_id)
    pause_calendar(calendar, by=actor_of(request), now=clock.now())
    said = _("“%(name)s” is paused. What is in it keeps you busy no more.")
    messages.success(request, said % {"name": calendar})
    return redirect("account_calendars")


@own_page
@post_page(back=calendars_url)
def calendar_resumption(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    calendar = get_outside_calendar(request.user, public_id)
    resume_calendar(calendar, by=actor_of(request), now=clock.now())
    messages.success(request, _("“%(name)s” will be read in a moment.") % {"name": calendar})
    return redirect("account_calendars")


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_removal(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    calendar = get_outside_calendar(request.user, public_id)
    if request.method == "POST":
        disconnect_calendar(calendar, by=actor_of(request), now=clock.now())
        said = _("“%(name)s” is disconnected. What is in it keeps you busy no more.")
        messages.success(request, said % {"name": calendar})
        return redirect("account_calendars")
    return _ask(
        request,
        title=_("Disconnect “%(name)s”?") % {"name": calendar},
        consequence=_(
            "What is in it keeps you busy no more, and its address is forgotten here. The calendar "
            "itself stays as it is."
        ),
        verb=_("Disconnect the calendar"),
    )


# --- The address of one's meetings --------------------------------------------------------------


@own_page
@post_page(back=calendars_url)
def feed_address(request: SignedInRequest) -> HttpResponse:
    return _new_address(request)


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def feed_renewal(request: SignedInRequest) -> HttpResponse:
    if request.method == "POST":
        return _new_address(request)
    return _ask(
        request,
        title=_("Make a new address?"),
        consequence=_(
            "The one you have leads nowhere from then on. Programs that read it stop showing your "
            "meetings until you give them the new one."
        ),
        verb=_("Make a new address"),
    )


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def feed_removal(request: SignedInRequest) -> HttpResponse:
    if request.method == "POST":
        close_feed(request.user, by=actor_of(request))
        messages.success(request, _("Your address leads nowhere any more."))
        return redirect("account_calendars")
    return _ask(
        request,
        title=_("Take your address away?"),
        consequence=_("It leads nowhere from then on, and programs stop showing your meetings."),
        verb=_("Take the address away"),
    )


def _new_address(request: SignedInRequest) -> HttpResponse:
    open_feed(request.user, by=actor_of(request), now=clock.now())
    messages.success(request, _("Here is your address. Keep it to yourself."))
    return redirect("account_calendars")


def _ask(request: SignedInRequest, **question: str) -> HttpResponse:
    page = {**question, "back_url": calendars_url(), "is_dangerous": True}
    return render(request, "ui/confirm.html", page)
