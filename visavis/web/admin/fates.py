"""Ask what becomes of the meetings that a change of people, services or places touches."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.utils.translation import ngettext

from visavis.bookings.actions import Heir
from visavis.bookings.enums import OPEN, BookingState
from visavis.bookings.models import Booking, Proposal
from visavis.changes.enums import Fate
from visavis.changes.errors import Undecided
from visavis.changes.fates import Decision, Scope, coming_bookings
from visavis.changes.heirs import Heirs, find_heirs
from visavis.communities.models import Community
from visavis.core import clock
from visavis.web.admin.doors import show
from visavis.web.hours.fates import asked, chosen_fate, heir_value, read_decision
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest

ANY = (Fate.HAND_OVER, Fate.OFFER, Fate.CANCEL, Fate.KEEP)
AT_ONCE = 200
"""For so many meetings people are looked for who could give them instead."""


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


def with_fates(
    request: CommunityRequest, question: Question, change: Callable[[Decision], HttpResponse]
) -> HttpResponse:
    """What `change` answers with the decision that was sent; or the page that asks for one."""
    decision = _decided(request.POST, question)
    try:
        return change(decision)
    except Undecided as refusal:
        return ask_fates(request, question, refusal, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def ask_fates(
    request: CommunityRequest,
    question: Question,
    refusal: Undecided,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page that asks, with those who could give each meeting instead."""
    heirs = Heirs()
    if Fate.HAND_OVER in question.fates:
        some = refusal.touched[:AT_ONCE]
        heirs = _find_heirs(question, some)
    page = {
        "question": question,
        "asked": asked(
            refusal, request.POST, cycle=cycle_of(request), fates=question.fates, heirs=heirs
        ),
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
    return Fate.KEEP if row.state in OPEN else None


def _handed_over(count: int) -> str:
    return ngettext("One meeting is handed over.", "%(n)d meetings are handed over.", count) % {
        "n": count
    }


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
    Fate.OFFER: _offered,
    Fate.CANCEL: _cancelled,
    Fate.KEEP: _kept,
}


def _decided(sent: QueryDict, question: Question) -> Decision:
    """What was sent, with the person for each meeting that is handed over.

    Where nobody is free for one that "anybody" should give, its student is offered other times.
    """
    decision = read_decision(sent)
    fates = {pk: fate for pk, fate in decision.fates.items() if fate in question.fates}
    if Fate.HAND_OVER not in question.fates:
        return Decision(fates, decision.message)
    rows = [
        row
        for row in coming_bookings(question.scope, clock.now())
        if chosen_fate(sent, row.pk).startswith(Fate.HAND_OVER.value)
    ]
    if not rows:
        return Decision(fates, decision.message)
    heirs = _find_heirs(question, rows)
    given: dict[int, Heir] = {}
    for row in rows:
        for heir in heirs.of(row):
            if chosen_fate(sent, row.pk) == heir_value(heir.provider.pk):
                given[row.pk] = heir
    anybody = [row for row in rows if row.pk in fates]
    given |= heirs.shared_out(anybody)
    fates |= {row.pk: Fate.OFFER for row in anybody if row.pk not in given}
    fates |= dict.fromkeys(given, Fate.HAND_OVER)
    return Decision(fates, decision.message, given)


def _find_heirs(question: Question, rows: Sequence[Booking]) -> Heirs:
    scope = question.scope
    return find_heirs(scope.community, rows, now=clock.now(), leaving=scope.leaving)
