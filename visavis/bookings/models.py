"""Appointments, the seats on them, and the time that people have given away."""

import uuid

from django.db import models
from django.db.models import F, Q

from visavis.availability.models import Location
from visavis.bookings.enums import (
    ACTIVE,
    SEATED,
    SEATS,
    AppointmentState,
    BookingState,
    CommitmentPart,
    CommitmentStatus,
    EventKind,
    HoldPurpose,
    HoldState,
)
from visavis.bookings.log_models import LogAnswer, SessionLog
from visavis.bookings.proposal_models import Proposal
from visavis.bookings.waitlist_models import WaitlistEntry, WaitlistEvent, WaitlistLook
from visavis.catalogue.models import AppointmentFormat, FormatQuestion, Service
from visavis.communities.models import Community
from visavis.core import clock
from visavis.core.constraints import NoOverlap
from visavis.people.models import Provider, User

__all__ = [
    "Answer",
    "AnswerDraft",
    "Appointment",
    "Booking",
    "BookingEvent",
    "Commitment",
    "DraftFile",
    "Hold",
    "LogAnswer",
    "Proposal",
    "SessionLog",
    "WaitlistEntry",
    "WaitlistEvent",
    "WaitlistLook",
]


class Appointment(models.Model):
    """A provider's time range with a format, service and location. Instants are aware UTC."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="appointments")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="appointments")
    service = models.ForeignKey(Service, models.PROTECT, related_name="appointments")
    format = models.ForeignKey(AppointmentFormat, models.PROTECT, related_name="appointments")
    location = models.ForeignKey(Location, models.PROTECT, related_name="appointments")
    start = models.DateTimeField()
    end = models.DateTimeField()
    capacity = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(
        max_length=10, choices=AppointmentState, default=AppointmentState.PLANNED
    )
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="appointment_is_a_range"),
        ]
        indexes = [
            # Who fills this place at that time?
            models.Index(
                fields=["location", "start"],
                condition=Q(state=AppointmentState.PLANNED),
                name="appointment_by_place",
            ),
            # A provider's week, for the cap, and group meetings that can be joined.
            models.Index(fields=["provider", "start"], name="appointment_by_provider"),
            # The centre's calendar and the fate of meetings.
            models.Index(fields=["community", "start"], name="appointment_by_community"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.start:%Y-%m-%d %H:%M} UTC"


class Series(models.Model):
    """Meetings of one student with one provider at one wall-clock time, week after week.

    It tells what was asked for; each week is a booking of its own. `first_start` is aware UTC.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    community = models.ForeignKey(Community, models.CASCADE, related_name="series")
    student = models.ForeignKey(User, models.PROTECT, related_name="series")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="series")
    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    format = models.ForeignKey(AppointmentFormat, models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, models.PROTECT, related_name="+")
    first_start = models.DateTimeField()
    weeks = models.PositiveSmallIntegerField()
    # The weeks that were left out when it was booked: {"day": ISO date, "why": a sentence or ""}.
    skipped = models.JSONField(default=list)
    idempotency_key = models.CharField(max_length=100, unique=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return f"{self.service}, {self.weeks} weeks from {self.first_start:%Y-%m-%d %H:%M} UTC"


class Booking(models.Model):
    """A student's seat on an appointment."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="bookings")
    student = models.ForeignKey(User, models.PROTECT, related_name="bookings")
    series = models.ForeignKey(Series, models.PROTECT, null=True, related_name="bookings")
    seat = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=BookingState)
    expires_at = models.DateTimeField(null=True, blank=True)
    idempotency_key = models.CharField(max_length=100, unique=True)
    cancelled_by = models.CharField(max_length=254, blank=True)
    # Cancelled by the student themselves, after what the community calls late.
    cancelled_late = models.BooleanField(default=False)
    # When it would have begun before the student themselves moved it late; the latest time.
    moved_late_from = models.DateTimeField(null=True, blank=True)
    # A missed meeting, a late cancellation or a late move that does not count any more.
    excused_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "seat"],
                condition=Q(state__in=[state.value for state in SEATED]),
                name="booking_seat_once",
            ),
            models.CheckConstraint(condition=Q(seat__gte=1), name="booking_seat_counts_from_one"),
        ]
        indexes = [
            # The learn screen, and the student's limits.
            models.Index(fields=["student", "state"], name="booking_by_student"),
        ]

    def __str__(self) -> str:
        return f"{self.student}, {self.appointment}"


class Commitment(models.Model):
    """Time that a person has given away, in any role and community.

    One row for the provider's part, one for each student's seat, one for each hold; `NoOverlap`
    has the last word. `seat` is its number in the appointment, also of a seat that is only held: of
    one number there is one.
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="commitments")
    community = models.ForeignKey(Community, models.CASCADE, related_name="+")
    part = models.CharField(max_length=10, choices=CommitmentPart)
    start = models.DateTimeField()
    end = models.DateTimeField()
    buffer_before_minutes = models.PositiveSmallIntegerField(default=0)
    buffer_after_minutes = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=10, choices=CommitmentStatus)
    expires_at = models.DateTimeField(null=True, blank=True)
    appointment = models.ForeignKey(
        Appointment, models.CASCADE, null=True, related_name="commitments"
    )
    seat = models.PositiveSmallIntegerField(null=True, blank=True)
    booking = models.ForeignKey(Booking, models.CASCADE, null=True, related_name="commitments")

    class Meta:
        constraints = [
            NoOverlap(
                name="commitment_no_overlap",
                key="person",
                active=tuple(status.value for status in ACTIVE),
            ),
            models.UniqueConstraint(
                fields=["appointment", "seat"],
                condition=Q(status__in=[status.value for status in SEATS], seat__isnull=False),
                name="commitment_seat_once",
            ),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="commitment_is_a_range"),
        ]
        indexes = [
            # What is taken of this person between these instants? (SQLite's triggers ask it too.)
            # By the end: what is past, which grows year by year, is not gone through.
            models.Index(
                fields=["person", "end"],
                condition=Q(status__in=[status.value for status in ACTIVE]),
                name="commitment_taken",
            ),
            # Which requests and holds have run out?
            models.Index(
                fields=["expires_at"],
                condition=Q(expires_at__isnull=False),
                name="commitment_expiring",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.start:%Y-%m-%d %H:%M}–{self.end:%H:%M} UTC ({self.status})"


class Hold(models.Model):
    """A time of a provider that is kept for one student until an instant; instants are aware UTC.

    Its commitment takes the provider's time or, of a group's meeting, one seat. Held for a format,
    a service and a place: only so may the student book it. A hold whose `expires_at` has come
    counts no more, whatever `state` says.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    student = models.ForeignKey(User, models.PROTECT, related_name="holds")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="holds")
    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    format = models.ForeignKey(AppointmentFormat, models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, models.PROTECT, related_name="+")
    commitment = models.OneToOneField(Commitment, models.CASCADE, related_name="hold")
    start = models.DateTimeField()
    end = models.DateTimeField()
    expires_at = models.DateTimeField()
    purpose = models.CharField(max_length=10, choices=HoldPurpose)
    state = models.CharField(max_length=10, choices=HoldState, default=HoldState.OPEN)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="hold_is_a_range"),
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("start")), name="hold_ends_before_its_meeting"
            ),
        ]
        indexes = [
            # What is kept for this student? Asked by every search that names one.
            models.Index(
                fields=["student", "start"],
                condition=Q(state=HoldState.OPEN),
                name="hold_open_for",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.start:%Y-%m-%d %H:%M} UTC for {self.student}"


class Answer(models.Model):
    """What the student answered, with the question as it was asked then."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="answers")
    question = models.ForeignKey(FormatQuestion, models.SET_NULL, null=True, related_name="+")
    label = models.CharField(max_length=200)
    # A text, or a list of the choices taken.
    value = models.JSONField(default=str)
    file = models.FileField(upload_to="answers", max_length=200, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label

    @property
    def text(self) -> str:
        """What was answered, choices one after the other."""
        return ", ".join(self.value) if isinstance(self.value, list) else str(self.value)


class AnswerDraft(models.Model):
    """Answers that are typed but not yet confirmed; purged a day after the last change."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    format = models.ForeignKey(AppointmentFormat, models.CASCADE, related_name="+")
    # Question id (as text) → text, or list of choices.
    values = models.JSONField(default=dict)
    # One intention, one booking: the draft's own key goes with every confirmation.
    idempotency_key = models.UUIDField(default=uuid.uuid4, editable=False)
    changed_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "format"], name="draft_once_per_format"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.format}"


class DraftFile(models.Model):
    """A file answered in a draft."""

    draft = models.ForeignKey(AnswerDraft, models.CASCADE, related_name="files")
    question = models.ForeignKey(FormatQuestion, models.CASCADE, related_name="+")
    file = models.FileField(upload_to="answers", max_length=200)
    file_name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "question"], name="draft_file_once"),
        ]

    def __str__(self) -> str:
        return self.file_name


class BookingEvent(models.Model):
    """A fact about a booking, written with the change. Whoever wants to know reads these rows."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=EventKind)
    # What one action did to several bookings is told in one message.
    batch = models.UUIDField(default=uuid.uuid4, editable=False)
    at = models.DateTimeField(default=clock.now)
    actor_label = models.CharField(max_length=254)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.booking}"
