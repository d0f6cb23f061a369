"""The waitlist: join it, let an offer go, leave it."""

import uuid
from datetime import datetime
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.bookings.actions import Wish, join_waitlist, leave_waitlist, release_hold
from visavis.bookings.errors import InvalidWish, NotOpen, Refused
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.core.zone_names import zone_in_words
from visavis.people.rules import Standing
from visavis.web.student.crowd import Crowd
from visavis.web.student.dead_ends import DeadEnd, WayOn
from visavis.web.student.doors import person_of, student_page
from visavis.web.student.loading import load_way
from visavis.web.student.waiting import Waiting, can_wait, waiting_of
from visavis.web.student.waitlist_form import WaitlistForm
from visavis.web.student.way import Stage, Way, chosen
from visavis.web.ui.doors import CommunityRequest, actor_of

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@student_page
def waitlist(
    request: CommunityRequest, standing: Standing, *, format_id: int, service_id: int
) -> HttpResponse:
    """What to wait for: with whom, on which days, at what times."""
    way = load_way(standing, format_id, service_id)
    if not can_wait(way):
        raise _no_list(way)
    form = _form(request, way)
    if request.method == "POST" and form.is_valid() and _join(request, way, form):
        messages.success(
            request, _("You are on the waitlist. When a time comes free, it is held for you.")
        )
        return redirect("student:learn", way.community.slug)
    context = {
        "form": form,
        "way": way,
        "what": chosen(way.service).label,
        "back_url": way.url(Stage.TIMES),
        "zone_words": zone_in_words(way.community.zone),
        "minutes": way.community.waitlist_hold_minutes,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "student/waitlist.html", context, status=status)


def _form(request: HttpRequest, way: Way) -> WaitlistForm:
    today = way.now.astimezone(way.community.zone).date()
    first = {
        **WaitlistForm.usual(today, way.community.weeks_ahead),
        "provider": request.GET.get("provider", ""),
    }
    return WaitlistForm(
        request.POST if request.method == "POST" else None,
        initial=first,
        crowd=Crowd(chosen(way.service), way.student),
        way=way,
    )


def _join(request: CommunityRequest, way: Way, form: WaitlistForm) -> bool:
    """Join, or tie what the action refuses to the form."""
    wish = Wish(student=way.student, service=chosen(way.service), format=way.format, **form.values)
    try:
        join_waitlist(wish, by=actor_of(request), now=way.now)
    except InvalidWish as error:
        name = error.data.get("field")
        form.add_error(name if name in form.fields else None, ValidationError(error.message))
        return False
    except Refused as refusal:
        form.is_free = refusal.code == "times_are_free"
        form.add_error(None, ValidationError(refusal.message))
        return False
    return True


def _no_list(way: Way) -> DeadEnd:
    return DeadEnd(
        _("%(community)s keeps no waitlist for this.") % {"community": way.community.name},
        title=_("There is no waitlist"),
        ways=[WayOn(_("See the free times"), way.url(Stage.TIMES))],
        status=HTTPStatus.CONFLICT,
    )


@require_http_methods(METHODS)
@student_page
def waitlist_leaving(
    request: CommunityRequest, standing: Standing, *, public_id: uuid.UUID
) -> HttpResponse:
    """GET asks; POST takes the entry off the list."""
    now = clock.now()
    waiting = _require(request, standing, public_id, now)
    if request.method == "POST":
        try:
            leave_waitlist(waiting.entry, by=actor_of(request), now=now)
        except NotOpen as error:
            raise _over(standing, error.message) from None
        messages.success(request, _("You are no longer on this waitlist."))
        return redirect("student:learn", standing.community.slug)
    context = {
        "title": _("Leave the waitlist?"),
        "consequence": _(
            "You would no longer be told when a time for “%(what)s” comes free, and lose your "
            "place in the list."
        )
        % {"what": waiting.entry.service.label},
        "verb": _("Leave the waitlist"),
        "back_url": _learn_url(standing),
        "is_dangerous": True,
    }
    return render(request, "ui/confirm.html", context)


@require_http_methods(METHODS)
@student_page
def waitlist_letting_go(
    request: CommunityRequest, standing: Standing, *, public_id: uuid.UUID
) -> HttpResponse:
    """GET asks; POST gives the held time to the next person."""
    now = clock.now()
    waiting = _require(request, standing, public_id, now)
    if waiting.offer is None:
        raise _over(standing, _("This time is no longer held."))
    if request.method == "POST":
        try:
            release_hold(waiting.offer, by=actor_of(request), now=now)
        except NotOpen as error:
            raise _over(standing, error.message) from None
        messages.success(request, _("The time goes to somebody else. You wait on."))
        return redirect("student:learn", standing.community.slug)
    context = {
        "title": _("Let this time go?"),
        "consequence": _(
            "%(moment)s would be offered to the next person. You stay on the waitlist at your "
            "place, but this time is not offered to you again."
        )
        % {"moment": waiting.moment},
        "verb": _("Let it go"),
        "back_url": _learn_url(standing),
    }
    return render(request, "ui/confirm.html", context)


def _require(
    request: HttpRequest, standing: Standing, public_id: uuid.UUID, now: datetime
) -> Waiting:
    """The student's own entry that still waits. Raises NotFound."""
    for waiting in waiting_of(request, standing.community, person_of(standing), now):
        if waiting.entry.public_id == public_id:
            return waiting
    raise NotFound(_("There is no such entry, or not for you."))


def _over(standing: Standing, sentence: str) -> DeadEnd:
    return DeadEnd(
        sentence,
        title=_("Nothing to change"),
        ways=[WayOn(_("Go to your meetings"), _learn_url(standing))],
        status=HTTPStatus.CONFLICT,
    )


def _learn_url(standing: Standing) -> str:
    return reverse("student:learn", args=[standing.community.slug])
