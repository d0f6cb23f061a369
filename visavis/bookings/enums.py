"""States, and the groups in which they are asked for."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AppointmentState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    CANCELLED = "cancelled", _("Cancelled")
    DONE = "done", _("Done")


class BookingState(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")
    CANCELLED = "cancelled", _("Cancelled")
    ATTENDED = "attended", _("Attended")
    NO_SHOW = "no_show", _("Missed")


SEATED = (
    BookingState.REQUESTED,
    BookingState.CONFIRMED,
    BookingState.ATTENDED,
    BookingState.NO_SHOW,
)
OPEN = (BookingState.REQUESTED, BookingState.CONFIRMED)


class CommitmentStatus(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    HELD = "held", _("Held")
    # A seat in a group that is kept for a student: it takes nobody's time.
    SEAT_HELD = "seat_held", _("Seat held")
    CONFIRMED = "confirmed", _("Confirmed")
    ATTENDED = "attended", _("Attended")
    NO_SHOW = "no_show", _("Missed")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")
    CANCELLED = "cancelled", _("Cancelled")


ACTIVE = (
    CommitmentStatus.REQUESTED,
    CommitmentStatus.HELD,
    CommitmentStatus.CONFIRMED,
    CommitmentStatus.ATTENDED,
    CommitmentStatus.NO_SHOW,
)


# What takes a seat: the student's own part, and a seat that is kept for somebody.
SEATS = (*ACTIVE, CommitmentStatus.SEAT_HELD)
# What may run out.
PASSING = (CommitmentStatus.REQUESTED, CommitmentStatus.HELD, CommitmentStatus.SEAT_HELD)


class CommitmentPart(models.TextChoices):
    PROVIDER = "provider", _("Provider")
    STUDENT = "student", _("Student")
    HOLD = "hold", _("Hold")


class EventKind(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")
    CANCELLED = "cancelled", _("Cancelled")
    MOVED = "moved", _("Moved")
    ATTENDED = "attended", _("Attended")
    NO_SHOW = "no_show", _("Missed")
    UNMARKED = "unmarked", _("Attendance taken back")
    EXCUSED = "excused", _("Excused")
    PAUSED = "paused", _("Bookings paused")
    PROPOSED = "proposed", _("Other times proposed")
    TURNED_DOWN = "turned_down", _("Other times turned down")
    LAPSED = "lapsed", _("Other times no longer held")
    LOGGED = "logged", _("Log written")


class HoldPurpose(models.TextChoices):
    """Why a time is kept for somebody."""

    WAITLIST = "waitlist", _("Waitlist offer")
    PROPOSED = "proposed", _("Proposed time")
    EQUIVALENT = "equivalent", _("Equivalent time")


class HoldState(models.TextChoices):
    OPEN = "open", _("Open")
    USED = "used", _("Booked")
    RELEASED = "released", _("Let go")
    EXPIRED = "expired", _("Expired")
    # It cannot be booked any more: hours, closures, the service or the place changed.
    WITHDRAWN = "withdrawn", _("Withdrawn")


class WaitlistState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    OFFERED = "offered", _("Offered")
    BOOKED = "booked", _("Booked")
    LEFT = "left", _("Left")
    ENDED = "ended", _("Ended")


WAITS = (WaitlistState.WAITING, WaitlistState.OFFERED)


class WaitlistEventKind(models.TextChoices):
    JOINED = "joined", _("Joined")
    OFFERED = "offered", _("Offered")
    OFFER_EXPIRED = "offer_expired", _("Offer expired")
    LET_GO = "let_go", _("Let go")
    WITHDRAWN = "withdrawn", _("Offer withdrawn")
    BOOKED = "booked", _("Booked")
    LEFT = "left", _("Left")
    ENDED = "ended", _("Ended")


class ProposalState(models.TextChoices):
    SEARCHING = "searching", _("Being looked for")
    OPEN = "open", _("Open")
    TAKEN = "taken", _("Taken")
    DECLINED = "declined", _("Turned down")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")
    OVER = "over", _("Over")


# The student has no answer yet, or has to give one.
PENDING_PROPOSALS = (ProposalState.SEARCHING, ProposalState.OPEN)


class Otherwise(models.TextChoices):
    """What becomes of the meeting when none of the proposed times is taken."""

    KEEP = "keep", _("The meeting stays")
    END = "end", _("The meeting is off")
