"""The waitlist: join it, let an offer go, leave it."""

import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.bookings.actions import Wish, join_waitlist, leave_waitlist, release_hold
from visavis.bookings.enums import WaitlistEventKind, WaitlistState
from visavis.bookings.errors import InvalidWish, NotOpen, Refused
from visavis.bookings.models import WaitlistEntry
from visavis.bookings.refusals import sentence
from visavis.bookings.student import pause_data
from visavis.bookings.wish_times import Flaw, find_day_flaw, find_flaws
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.core.zone_names import zone_in_words
from visavis.engine.world import Reason, Refusal
from visavis.people.rules import Standing, pause_at
from visavis.web.student.crowd import Crowd
from visavis.web.student.dead_ends import DeadEnd, WayOn
from visavis.web.student.doors import person_of, student_page
from visavis.web.student.loading import load_way
from visavis.web.student.waiting import Waiting, can_wait, waiting_of
from visavis.web.student.waitlist_form import TimesRows, WaitlistForm, WishedTimesForm, times_rows
from visavis.web.student.way import Stage, Way, chosen
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.times import duration_in_words

METHODS = ["GET", "HEAD", "POST"]
MORE = "more"
"""The button that asks for one more row of times, and sends nothing else."""


@require_http_methods(METHODS)
@student_page
def waitlist(
    request: CommunityRequest, standing: Standing, *, format_id: int, service_id: int
) -> HttpResponse:
    """What to wait for: with whom, on which days, at what times."""
    way = load_way(standing, format_id, service_id)
    if not can_wait(way):
        raise _no_list(way)
    is_sent = request.method == "POST"
    is_more = is_sent and MORE in request.POST
    form = _form(request, way, is_more=is_more)
    sent = request.POST if is_sent else None
    rows = times_rows(sent, is_more=is_more, zone=way.community.zone)
    is_asked = is_sent and not is_more
    if is_asked and _is_sound(way, form, rows) and _join(request, way, form, rows):
        messages.success(request, _joined(way))
        return redirect("student:learn", way.community.slug)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_asked else HTTPStatus.OK
    return render(request, "student/waitlist.html", _page(way, form, rows), status=status)


def _joined(way: Way) -> str:
    if way.format.is_group:
        return _("You are on the waitlist. When a seat comes free, it is held for you.")
    return _("You are on the waitlist. When a time comes free, it is held for you.")


def _page(way: Way, form: WaitlistForm, rows: TimesRows) -> dict[str, object]:
    return {
        "form": form,
        "rows": rows,
        "more": MORE,
        "more_url": f"#row-{len(rows.forms) + 1}",
        "way": way,
        "what": chosen(way.service).label,
        "back_url": way.url(Stage.TIMES),
        "zone_words": zone_in_words(way.community.zone),
        "minutes": duration_in_words(way.community.waitlist_hold_minutes),
        "pause": _pause_in_words(way),
    }


def _pause_in_words(way: Way) -> str:
    """That only near meetings can be booked, and so offered, for now; a whole pause has no form."""
    pause = pause_at(way.standing, way.now)
    if pause is None:
        return ""
    return sentence(Refusal(Reason.STUDENT_PAUSED, pause_data(pause, way.community)), way.community)


def _form(request: HttpRequest, way: Way, *, is_more: bool) -> WaitlistForm:
    today = way.now.astimezone(way.community.zone).date()
    first = {
        **WaitlistForm.usual(today, way.community.weeks_ahead),
        "provider": request.GET.get("provider", ""),
        **_looked_at(request, today),
    }
    return WaitlistForm(
        request.POST if request.method == "POST" and not is_more else None,
        initial={**first, **_typed(request)} if is_more else first,
        crowd=Crowd(chosen(way.service), way.student),
        way=way,
    )


def _looked_at(request: HttpRequest, today: date) -> dict[str, object]:
    """The days of the page from which one comes; none where the address holds no such days."""
    try:
        first, last = (date.fromisoformat(request.GET.get(name, "")) for name in ("first", "last"))
    except ValueError:
        return {}
    return {"first": first, "last": last} if today <= first <= last else {}


def _typed(request: HttpRequest) -> dict[str, object]:
    return {**request.POST.dict(), "kinds": request.POST.getlist("kinds")}


def _is_sound(way: Way, form: WaitlistForm, rows: TimesRows) -> bool:
    """Whether a wish can be made of it; else all that is wrong is told at once."""
    if form.is_valid() & rows.is_valid():
        return True
    first, last = form.cleaned_data.get("first"), form.cleaned_data.get("last")
    if first and last:
        _tell_day(form, find_day_flaw(way.community, first, last, now=way.now))
    sound = [row for row in rows.said if not row.errors]
    times = [row.times for row in sound]
    flaws = find_flaws(
        way.community, times, minutes=way.format.minutes, first=first, last=last, now=way.now
    )
    _tell_rows(sound, flaws)
    return False


def _join(request: CommunityRequest, way: Way, form: WaitlistForm, rows: TimesRows) -> bool:
    """Join, or tie what the action refuses to the form and its rows."""
    wanted = {**form.values, "times": rows.times}
    wish = Wish(student=way.student, service=chosen(way.service), format=way.format, **wanted)
    try:
        join_waitlist(wish, by=actor_of(request), now=way.now)
    except InvalidWish as error:
        _tell(form, rows, error)
        return False
    except Refused as refusal:
        form.is_free = refusal.code == "times_are_free"
        form.add_error(None, ValidationError(refusal.message))
        return False
    return True


def _tell(form: WaitlistForm, rows: TimesRows, error: InvalidWish) -> None:
    """Each flawed row says what is wrong with it; the rest is told at its field of the form."""
    _tell_day(form, error.data.get("day"))
    _tell_rows(rows.said, error.data.get("flaws", ()))
    if "flaws" not in error.data:
        name = error.data.get("field")
        form.add_error(name if name in form.fields else None, ValidationError(error.message))


def _tell_day(form: WaitlistForm, flaw: tuple[str, str] | None) -> None:
    if flaw is not None:
        form.add_error(flaw[0], ValidationError(flaw[1]))


def _tell_rows(rows: list[WishedTimesForm], flaws: Sequence[Flaw]) -> None:
    for flaw in flaws:
        rows[flaw.row].add_error(flaw.field, ValidationError(flaw.sentence))


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
    if request.method == "POST" and _has_left(standing, public_id):
        return redirect(_learn_url(standing))  # the second of two clicks
    entry = _require(request, standing, public_id, now).entry
    consequence = _(
        "You would no longer be told when a time for “%(what)s” comes free, and lose your "
        "place in the list."
    )
    return _confirmed(
        request,
        lambda: leave_waitlist(entry, by=actor_of(request), now=now),
        done=_("You are no longer on this waitlist."),
        title=_("Leave the waitlist?"),
        consequence=consequence % {"what": entry.service.label},
        verb=_("Leave the waitlist"),
        is_dangerous=True,
    )


@require_http_methods(METHODS)
@student_page
def waitlist_letting_go(
    request: CommunityRequest, standing: Standing, *, public_id: uuid.UUID
) -> HttpResponse:
    """GET asks; POST gives the held time to the next person."""
    now = clock.now()
    waiting = _require(request, standing, public_id, now)
    offer = waiting.offer
    if offer is None and request.method == "POST" and _has_let_go(waiting):
        return redirect(_learn_url(standing))  # the second of two clicks
    if offer is None:
        raise _over(standing, _("This time is no longer held."))
    consequence = _(
        "%(moment)s would be offered to the next person. You stay on the waitlist at your "
        "place, but this time is not offered to you again."
    )
    return _confirmed(
        request,
        lambda: release_hold(offer, by=actor_of(request), now=now),
        done=_("The time goes to somebody else. You wait on."),
        title=_("Let this time go?"),
        consequence=consequence % {"moment": waiting.moment},
        verb=_("Let it go"),
    )


def _confirmed(
    request: CommunityRequest, act: Callable[[], object], *, done: str, **asked: object
) -> HttpResponse:
    """GET asks; POST acts, says that it is done and leads back."""
    if request.method != "POST":
        context = {**asked, "back_url": _learn_url(request.standing)}
        return render(request, "ui/confirm.html", context)
    try:
        act()
    except NotOpen as error:
        raise _over(request.standing, error.message) from None
    messages.success(request, done)
    return redirect(_learn_url(request.standing))


def _require(
    request: HttpRequest, standing: Standing, public_id: uuid.UUID, now: datetime
) -> Waiting:
    """The student's own entry that still waits. Raises NotFound."""
    for waiting in waiting_of(request, standing.community, person_of(standing), now):
        if waiting.entry.public_id == public_id:
            return waiting
    raise NotFound(_("There is no such entry, or not for you."))


def _has_left(standing: Standing, public_id: uuid.UUID) -> bool:
    who = person_of(standing)
    theirs = WaitlistEntry.objects.filter(student=who, community=standing.community)
    return theirs.filter(public_id=public_id, state=WaitlistState.LEFT).exists()


def _has_let_go(waiting: Waiting) -> bool:
    """Whether the student themselves gave back what was held for them last."""
    last = waiting.entry.events.order_by("pk").last()
    return last is not None and last.kind == WaitlistEventKind.LET_GO


def _over(standing: Standing, sentence: str) -> DeadEnd:
    return DeadEnd(
        sentence,
        title=_("Nothing to change"),
        ways=[WayOn(_("Go to your meetings"), _learn_url(standing))],
        status=HTTPStatus.CONFLICT,
    )


def _learn_url(standing: Standing) -> str:
    return reverse("student:learn", args=[standing.community.slug])
