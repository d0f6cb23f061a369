"""What is told, to whom, and how far a message has come."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    REQUESTED = "requested", _("A meeting is requested")
    SERIES_REQUESTED = "series_requested", _("Weekly meetings are requested")
    CONFIRMED = "confirmed", _("A meeting is confirmed")
    SERIES_CONFIRMED = "series_confirmed", _("Weekly meetings are confirmed")
    GROUP_JOINED = "group_joined", _("Somebody joins a group")
    CHANGED = "changed", _("A meeting has moved")
    CANCELLED = "cancelled", _("A meeting is cancelled")
    SERIES_CANCELLED = "series_cancelled", _("Weekly meetings are cancelled")
    GROUP_LEFT = "group_left", _("Somebody leaves a group")
    HANDED_OVER = "handed_over", _("A meeting is handed over")
    SERIES_HANDED_OVER = "series_handed_over", _("Weekly meetings are handed over")
    DECLINED = "declined", _("A request is declined")
    SERIES_DECLINED = "series_declined", _("Requests for weekly meetings are declined")
    EXPIRED = "expired", _("A request has expired")
    SERIES_EXPIRED = "series_expired", _("Requests for weekly meetings have expired")
    REMINDER = "reminder", _("A meeting is near")
    NO_SHOW = "no_show", _("A student did not come")
    PUT_RIGHT = "put_right", _("An absence is taken back")
    EXCUSED = "excused", _("An absence is excused")
    PAUSED = "paused", _("Booking is paused")
    HAND_PAUSED = "hand_paused", _("Booking is paused by hand")
    RESUMED = "resumed", _("A pause is lifted")
    OFFERED = "offered", _("A time is held for who waits")
    OFFER_EXPIRED = "offer_expired", _("A time was held in vain")
    OFFER_WITHDRAWN = "offer_withdrawn", _("A held time can no longer be booked")
    PROPOSED = "proposed", _("Other times are proposed")
    TURNED_DOWN = "turned_down", _("Other times are turned down")
    LAPSED = "lapsed", _("Other times are no longer held")
    LOGGED = "logged", _("A log is written for the student")


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

# What is told of several weeks of one series at once.
OF_SERIES = {
    Kind.REQUESTED: Kind.SERIES_REQUESTED,
    Kind.CONFIRMED: Kind.SERIES_CONFIRMED,
    Kind.CANCELLED: Kind.SERIES_CANCELLED,
    Kind.HANDED_OVER: Kind.SERIES_HANDED_OVER,
    Kind.DECLINED: Kind.SERIES_DECLINED,
    Kind.EXPIRED: Kind.SERIES_EXPIRED,
}
# … and where others may come to the same meeting.
OF_GROUP = {Kind.CONFIRMED: Kind.GROUP_JOINED, Kind.CANCELLED: Kind.GROUP_LEFT}
# Kind → the one whose being on or off it follows until the community says otherwise.
FOLLOWS = {special: usual for usual, special in (*OF_SERIES.items(), *OF_GROUP.items())}

# News that is none once the meeting has begun.
AHEAD_ONLY = (
    Kind.REQUESTED,
    Kind.SERIES_REQUESTED,
    Kind.CONFIRMED,
    Kind.SERIES_CONFIRMED,
    Kind.GROUP_JOINED,
    Kind.CHANGED,
    Kind.REMINDER,
)
PAUSES = (Kind.PAUSED, Kind.HAND_PAUSED)
# What is told of a person and of no meeting.
OF_PERSON = (*PAUSES, Kind.RESUMED)
# What whoever gave a meeting reads of it when it goes on with somebody else: `{heir}`.
HANDED = (Kind.HANDED_OVER, Kind.SERIES_HANDED_OVER)
# What names an instant besides the meeting: `{until}`.
WITH_END = (*PAUSES, Kind.OFFERED, Kind.PROPOSED)
