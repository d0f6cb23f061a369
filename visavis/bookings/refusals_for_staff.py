"""Refusals as sentences for who looks after a community: about the student, not to them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from visavis.bookings.refusals import Moment, sentence
from visavis.communities.models import Community
from visavis.engine.world import Reason, Refusal


def sentence_for_staff(
    refusal: Refusal, community: Community, *, student: str, moment: Moment | None = None
) -> str:
    """The refusal as one sentence; `student` is what the student is called.

    `moment` is as in `sentence`.
    """
    about = _ABOUT.get(refusal.code)
    words = {"student": student, "community": community.name, **refusal.data}
    said = about(words) if about else ""
    return said.format_map(words) if said else sentence(refusal, community, moment=moment)


def _conflict(words: Mapping[str, Any]) -> str:
    if words.get("self"):
        return _("{student} would give this meeting. Nobody can book one with themselves.")
    return _("{student} has another meeting at that time.")


def _limit(words: Mapping[str, Any]) -> str:
    period = words.get("period") or words.get("name")
    if period == "open":
        return _("{student} has {held} coming meetings, and students may have {limit} at a time.")
    if words.get("limit_minutes") is None:
        return ""
    if period == "day":
        return _("Students may have {limit_minutes} minutes a day; {student} would have more.")
    return _("Students may have {limit_minutes} minutes a week; {student} would have more.")


def _not_eligible(words: Mapping[str, Any]) -> str:
    if words.get("hidden"):
        return _("{community} is hidden from students and takes no new bookings.")
    return _("Only students on the list of {community} can book, and {student} is not on it.")


def _paused(words: Mapping[str, Any]) -> str:
    if "far_days" in words:
        return _("For {student} meetings more than {far_days} days ahead are paused.")
    return _("Booking is paused for {student}.")


def _not_on_list(_words: Mapping[str, Any]) -> str:
    return _("{service} is not on the list of {student}, and only what is on it can be booked.")


def _busy(words: Mapping[str, Any]) -> str:
    return (
        _("This time is held for another student until they answer.") if words.get("held") else ""
    )


_ABOUT = {
    Reason.STUDENT_CONFLICT: _conflict,
    Reason.STUDENT_LIMIT: _limit,
    Reason.NOT_ELIGIBLE: _not_eligible,
    Reason.STUDENT_PAUSED: _paused,
    Reason.NOT_ON_LIST: _not_on_list,
    Reason.PROVIDER_BUSY: _busy,
}
