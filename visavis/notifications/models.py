"""Messages on their way, what has been told already, and a community's own texts."""

from django.db import models
from django.db.models import Q

from visavis.bookings.models import Booking
from visavis.communities.models import Community
from visavis.core import clock
from visavis.notifications.enums import PENDING, Audience, Kind, MessageState
from visavis.people.models import User


class Telling(models.Model):
    """One event that has been turned into messages; written in the transaction that makes them."""

    source = models.CharField(max_length=20)
    number = models.BigIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.number}"


class FailedTelling(models.Model):
    """One event that could not be turned into messages: tried again at `next_at`, or given up."""

    source = models.CharField(max_length=20)
    number = models.BigIntegerField()
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    last_at = models.DateTimeField()
    # Null where no further try comes.
    next_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="failed_telling_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.number}: {self.error}"


class Progress(models.Model):
    """Up to which event of a source everything has been told, with none that may still come."""

    source = models.CharField(max_length=20, unique=True)
    settled = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "progress"

    def __str__(self) -> str:
        return f"{self.source} up to {self.settled}"


class Message(models.Model):
    """One mail to one recipient about one thing that was told; `key` makes it once."""

    key = models.CharField(max_length=200, unique=True)
    community = models.ForeignKey(Community, models.CASCADE, related_name="messages")
    booking = models.ForeignKey(Booking, models.CASCADE, null=True, related_name="messages")
    recipient = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    address = models.EmailField(max_length=254)
    audience = models.CharField(max_length=10, choices=Audience)
    kind = models.CharField(max_length=20, choices=Kind)
    subject = models.CharField(max_length=300)
    # The whole mail with its Message-ID, as core.mail packs it; empty once it is sent.
    mail = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Why the last try failed, or why it was not sent.
    last_error = models.TextField(blank=True)
    # The job that delivers it; whoever finds it gone makes another.
    job_id = models.UUIDField(null=True, editable=False)
    # From this instant on the message says nothing useful, and is not sent.
    useless_after = models.DateTimeField(null=True)
    # How long before the meeting a reminder was due.
    remind_minutes = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # Which deliveries are under way?
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=[state.value for state in PENDING]),
                name="message_pending",
            ),
            # What could a community's mail server not deliver?
            models.Index(
                fields=["community", "-created_at"],
                condition=Q(state=MessageState.GIVEN_UP),
                name="message_given_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.address}"


class MailText(models.Model):
    """A community's own words for one kind and audience; empty ones are the default's."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="mail_texts")
    kind = models.CharField(max_length=20, choices=Kind)
    audience = models.CharField(max_length=10, choices=Audience)
    is_on = models.BooleanField()
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "kind", "audience"], name="mail_text_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_audience_display()})"
