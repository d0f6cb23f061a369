"""What is told, to whom, and how far a message has come."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    REQUESTED = "requested", _("A meeting is requested")
    CONFIRMED = "confirmed", _("A meeting is confirmed")
    CHANGED = "changed", _("A meeting has moved")
    CANCELLED = "cancelled", _("A meeting is cancelled")
    DECLINED = "declined", _("A request is declined")
    EXPIRED = "expired", _("A request has expired")
    REMINDER = "reminder", _("A meeting is near")
    NO_SHOW = "no_show", _("A student did not come")
    PAUSED = "paused", _("Booking is paused")
    OFFERED = "offered", _("A time is held for who waits")
    OFFER_EXPIRED = "offer_expired", _("A time was held in vain")


class Audience(models.TextChoices):
    STUDENT = "student", _("Student")
    PROVIDER = "provider", _("Provider")
    CENTRE = "centre", _("Centre")


class MessageState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed, will be tried again")
    GIVEN_UP = "given_up", _("Could not be delivered")
    SUPPRESSED = "suppressed", _("Not sent")


# A delivery is still to come.
PENDING = (MessageState.QUEUED, MessageState.FAILED)

# News that is none once the meeting has begun.
AHEAD_ONLY = (Kind.REQUESTED, Kind.CONFIRMED, Kind.CHANGED, Kind.REMINDER)
# What names an instant besides the meeting: `{until}`.
WITH_END = (Kind.PAUSED, Kind.OFFERED)
