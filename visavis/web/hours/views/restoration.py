"""Taking back what was just done."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.availability.errors import NothingToRestore
from visavis.availability.undoing import get_change
from visavis.bookings.models import Booking
from visavis.changes.errors import Undecided
from visavis.changes.fates import Scope
from visavis.changes.undoing import Undone, undo_hours
from visavis.core import clock
from visavis.core.seen import ChangedMeanwhile
from visavis.people.times import moment_in_words
from visavis.web.hours.desk import Desk
from visavis.web.hours.fates import decide
from visavis.web.hours.outcomes import tell as tell_outcome
from visavis.web.hours.views.changing import ask_about, fates_at, tell_who_stays
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.methods import post_page


@post_page(back=lambda _request, desk: desk.hours_url)
def restoration(request: CommunityRequest, desk: Desk) -> HttpResponse:
    now, scope = clock.now(), Scope(request.community, desk.provider)
    decision = decide(request.POST, scope, fates_at(desk))
    try:
        found = get_change(desk.provider, request.POST.get("change", ""), now=now)
        undone = undo_hours(found, decision, by=actor_of(request), now=now)
    except Undecided as refusal:
        return ask_about(request, desk, refusal)
    except (ChangedMeanwhile, NothingToRestore) as refusal:
        messages.warning(request, refusal.message)
    else:
        _tell(request, undone)
        if not desk.is_own:
            tell_outcome(request, "", decision)
    return redirect(desk.hours_url)


def _tell(request: CommunityRequest, undone: Undone) -> None:
    """What came back, whose meetings take place after all, and what cannot come back."""
    messages.success(
        request, _("Undone. This was taken back: “%(hours)s”") % {"hours": undone.change.words}
    )
    tell_who_stays(request, undone.withdrawn)
    if undone.lost:
        _tell_lost(request, undone.lost)
    if undone.handed_over:
        _tell_handed_over(request, undone.handed_over)


def _tell_lost(request: CommunityRequest, lost: Sequence[Booking]) -> None:
    count = _count(lost)
    told = ngettext(
        "One meeting was cancelled and stays so: %(meetings)s. It has to be booked anew.",
        "%(count)d meetings were cancelled and stay so: %(meetings)s. They have to be booked anew.",
        count,
    )
    messages.warning(request, told % {"count": count, "meetings": _listed(request, lost)})


def _tell_handed_over(request: CommunityRequest, given: Sequence[Booking]) -> None:
    """By whom the meetings are still given that went to others."""
    count = _count(given)
    told = ngettext(
        "One meeting was handed over and stays with %(names)s: %(meetings)s.",
        "%(count)d meetings were handed over and stay with %(names)s: %(meetings)s.",
        count,
    )
    names = ", ".join(dict.fromkeys(str(row.appointment.provider) for row in given))
    words = {"count": count, "names": names, "meetings": _listed(request, given)}
    messages.warning(request, told % words)


def _count(rows: Sequence[Booking]) -> int:
    """A group is one meeting, however many come."""
    return len({row.appointment_id for row in rows})


def _listed(request: CommunityRequest, rows: Sequence[Booking]) -> str:
    zone, cycle = request.community.zone, cycle_of(request)
    return "; ".join(
        f"{row.student}, {moment_in_words(row.appointment.start, zone=zone, cycle=cycle)}"
        for row in rows
    )
