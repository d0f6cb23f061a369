"""Ask what becomes of the meetings that a change of people, services or places touches."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import ngettext

from visavis.bookings.enums import OPEN, BookingState
from visavis.bookings.models import Booking, Proposal
from visavis.changes.enums import Fate
from visavis.changes.errors import Undecided
from visavis.changes.fates import Decision, Scope
from visavis.communities.models import Community
from visavis.web.admin.doors import show
from visavis.web.hours.fates import ANY, asked, decide
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest


@dataclass(frozen=True)
class Question:
    """What is asked about the meetings: in whose scope, what may become of them, in which words."""

    scope: Scope
    title: str
    verb: str
    back_url: str
    active: str
    fates: tuple[Fate, ...] = ANY
    kind: str = "primary"
    note: str = ""


def with_fates(
    request: CommunityRequest,
    question: Question,
    change: Callable[[Decision], HttpResponse],
    *,
    message: str = "",
) -> HttpResponse:
    """What `change` answers with the decision that was sent; or the page that asks for one.

    That proposes `message` to the students.
    """
    decision = decide(request.POST, question.scope, question.fates)
    try:
        return change(decision)
    except Undecided as refusal:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return ask_fates(request, question, refusal, message=message, status=status)


def ask_fates(
    request: CommunityRequest,
    question: Question,
    refusal: Undecided,
    *,
    message: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page that asks, with those who could give each meeting instead."""
    shown = asked(
        refusal,
        request.POST,
        cycle=cycle_of(request),
        fates=question.fates,
        scope=question.scope,
    )
    shown.form.initial["message"] = message
    page = {
        "question": question,
        "asked": shown,
        "sentence": refusal.message,
        "action": request.get_full_path(),
        "back_url": question.back_url,
        "frame": "ui/manage.html",
    }
    return show(request, "hours/fates.html", page, active=question.active, status=status)


def tell(request: CommunityRequest, done: str, decision: Decision) -> None:
    """Say what was done, and what has become of the meetings."""
    messages.success(request, f"{done} {outcome(request.community, decision)}".strip())


def outcome(community: Community, decision: Decision) -> str:
    """What has become of the meetings that were decided about, by numbers; blank without any.

    A group is one meeting, however many come.
    """
    rows = Booking.objects.filter(
        pk__in=decision.fates, appointment__community=community
    ).select_related("appointment")
    offered = set(
        Proposal.objects.filter(batch=decision.batch).values_list("booking_id", flat=True)
    )
    became: dict[Fate | None, set[int]] = defaultdict(set)
    for row in rows:
        became[_became(row, decision, offered)].add(row.appointment_id)
    told = [tell(len(became[fate])) for fate, tell in OUTCOMES.items() if became[fate]]
    return " ".join(told)


def _became(row: Booking, decision: Decision, offered: set[int]) -> Fate | None:
    heir = decision.heirs.get(row.pk)
    if heir is not None and row.appointment.provider_id == heir.provider.pk:
        return Fate.HAND_OVER
    if row.pk in offered:
        return Fate.OFFER
    if row.state == BookingState.CANCELLED:
        return Fate.CANCEL
    if decision.fates.get(row.pk) == Fate.PLACE:
        return Fate.PLACE
    return Fate.KEEP if row.state in OPEN else None


def _handed_over(count: int) -> str:
    return ngettext("One meeting is handed over.", "%(n)d meetings are handed over.", count) % {
        "n": count
    }


def _placed(count: int) -> str:
    return ngettext(
        "One meeting takes place elsewhere.", "%(n)d meetings take place elsewhere.", count
    ) % {"n": count}


def _offered(count: int) -> str:
    return ngettext(
        "Other times are offered for one meeting.",
        "Other times are offered for %(n)d meetings.",
        count,
    ) % {"n": count}


def _cancelled(count: int) -> str:
    return ngettext("One meeting is cancelled.", "%(n)d meetings are cancelled.", count) % {
        "n": count
    }


def _kept(count: int) -> str:
    return ngettext("One meeting stays as it is.", "%(n)d meetings stay as they are.", count) % {
        "n": count
    }


OUTCOMES = {
    Fate.HAND_OVER: _handed_over,
    Fate.PLACE: _placed,
    Fate.OFFER: _offered,
    Fate.CANCEL: _cancelled,
    Fate.KEEP: _kept,
}
