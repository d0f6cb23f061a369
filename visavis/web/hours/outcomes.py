"""Say what has become of the meetings that were decided about."""

from collections import defaultdict

from django.contrib import messages
from django.utils.translation import ngettext

from visavis.bookings.enums import OPEN, BookingState
from visavis.bookings.models import Booking, Proposal
from visavis.changes.enums import Fate
from visavis.changes.fates import Decision
from visavis.communities.models import Community
from visavis.web.ui.doors import CommunityRequest


def tell(request: CommunityRequest, done: str, decision: Decision) -> None:
    """Say what was done, and what has become of the meetings; nothing where both are blank."""
    if told := f"{done} {outcome(request.community, decision)}".strip():
        messages.success(request, told)


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
