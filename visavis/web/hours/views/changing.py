"""One way to make any change of hours: ask about its meetings first, keep what was done."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext

from visavis.availability.copying import Done
from visavis.availability.undoing import keep_change
from visavis.bookings.models import Booking
from visavis.changes.enums import Fate
from visavis.changes.errors import Undecided
from visavis.changes.fates import Scope, change_hours
from visavis.core import clock
from visavis.web.hours.desk import Desk
from visavis.web.hours.fates import ANY, USUAL, asked, decide
from visavis.web.hours.outcomes import tell as tell_outcome
from visavis.web.hours.views.hours import show
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest, actor_of

T = TypeVar("T")
Told = tuple[Done, str]


def changed(
    request: CommunityRequest,
    desk: Desk,
    change: Callable[[], T],
    tell: Callable[[T], Told],
    also: Callable[[T], None] | None = None,
) -> HttpResponse:
    """Back to the hours once the change is made; or the page that asks about its meetings.

    `tell` says what the change did, so that it can be taken back; `also` says more, afterwards.
    """
    now, by = clock.now(), actor_of(request)
    scope = Scope(request.community, desk.provider)
    decision = decide(request.POST, scope, fates_at(desk))

    def kept() -> tuple[T, Told]:
        result = change()
        done, words = tell(result)
        keep_change(desk.provider, done, words, by=by, now=now, batch=decision.batch)
        return result, (done, words)

    try:
        outcome = change_hours(scope, kept, decision, by=by, now=now)
    except Undecided as refusal:
        return ask_about(request, desk, refusal)
    result, (done, words) = outcome.result
    if not desk.is_own:
        # What nobody was free for was not handed over: whoever decided for all hears how many.
        tell_outcome(request, "", decision)
    if done.is_empty:
        messages.info(request, words)
    if also is not None:
        also(result)
    tell_who_stays(request, outcome.withdrawn)
    return redirect(desk.hours_url)


def fates_at(desk: Desk) -> Sequence[Fate]:
    """What may become of meetings: only an administrator hands them over to somebody else."""
    return USUAL if desk.is_own else ANY


def ask_about(request: CommunityRequest, desk: Desk, refusal: Undecided) -> HttpResponse:
    """The page that asks what becomes of the meetings."""
    page = {
        "asked": asked(
            refusal,
            request.POST,
            cycle=cycle_of(request),
            fates=fates_at(desk),
            scope=Scope(request.community, desk.provider),
        ),
        "sentence": refusal.message,
        "action": request.get_full_path(),
        "back_url": desk.hours_url,
        "frame": desk.frame,
    }
    return show(request, desk, "hours/fates.html", page, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def tell_who_stays(request: HttpRequest, withdrawn: Sequence[Booking]) -> None:
    """Say whose meetings take place after all."""
    if withdrawn:
        told = ngettext(
            "%(names)s keeps the meeting: the other times that were offered are withdrawn.",
            "%(count)d meetings take place as planned: the other times that were offered are "
            "withdrawn (%(names)s).",
            len(withdrawn),
        )
        names = ", ".join(dict.fromkeys(str(row.student) for row in withdrawn))
        messages.info(request, told % {"count": len(withdrawn), "names": names})
