"""Other times for a meeting as the student's pages show them."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from visavis.bookings.enums import Otherwise
from visavis.bookings.models import Booking, Hold, Proposal
from visavis.bookings.proposals import find_open_proposal, proposals_for
from visavis.communities.models import Community
from visavis.people.models import Provider, User
from visavis.web.student.meetings import Meeting, booking_url, meeting_of
from visavis.web.student.places import place_in_sentence
from visavis.web.student.reader import Reader


@dataclass(frozen=True, slots=True)
class ProposedTime:
    """One held time: when, with whom, where, and until when it is kept."""

    hold: Hold
    reader: Reader
    is_same_person: bool
    # On request, and proposed by somebody else than whoever would give it.
    is_asked: bool

    @property
    def provider(self) -> Provider:
        return self.hold.provider

    @property
    def moment(self) -> str:
        return self.reader.day_and_time(self.hold.start, self.hold.end)

    @property
    def short_moment(self) -> str:
        return self.reader.weekday_and_time(self.hold.start)

    @property
    def where(self) -> str:
        return place_in_sentence(self.hold.location)


@dataclass(frozen=True)
class Proposed:
    """A proposal that waits for its student's answer."""

    proposal: Proposal
    meeting: Meeting

    @property
    def times(self) -> list[ProposedTime]:
        own = self.meeting.appointment.provider_id
        reader = self.meeting.reader
        held: list[Hold] = getattr(self.proposal, "held", [])
        return [
            ProposedTime(hold, reader, hold.provider_id == own, self._is_asked(hold))
            for hold in held
        ]

    def _is_asked(self, hold: Hold) -> bool:
        agreed = self.proposal.proposed_by_id == hold.provider.user_id
        return not (agreed or self.meeting.appointment.format.auto_confirm)

    @property
    def is_off_otherwise(self) -> bool:
        """Whether the meeting ends when no time is taken."""
        return self.proposal.otherwise == Otherwise.END

    @property
    def until(self) -> str:
        return self.meeting.reader.moment(self.proposal.expires_at)

    @property
    def writes(self) -> str:
        """Who wrote the message."""
        return self.proposal.proposed_by_label or _("Your centre")

    @property
    def url(self) -> str:
        return booking_url(self.meeting.booking, "proposal")

    @property
    def declining_url(self) -> str:
        return booking_url(self.meeting.booking, "proposal_declining")


def proposed_for(request: HttpRequest, booking: Booking, *, now: datetime) -> Proposed | None:
    """What the student of this booking may still answer."""
    proposal = find_open_proposal(booking, now)
    return None if proposal is None else _shown(request, proposal, now)


def all_proposed(
    request: HttpRequest, community: Community, user: User, *, now: datetime
) -> list[Proposed]:
    """Everything that waits for this student's answer here: two queries however much."""
    return [_shown(request, row, now) for row in proposals_for(user, community, now=now)]


def _shown(request: HttpRequest, proposal: Proposal, now: datetime) -> Proposed:
    meeting = meeting_of(request, proposal.booking, now=now)
    return Proposed(proposal, replace(meeting, is_asked_back=True))
