"""Who waits for a time to come free, and what became of it; `models.py` brings these along."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F, Q

from visavis.bookings.enums import WaitlistEventKind, WaitlistState
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.communities.models import Community
from visavis.core import clock
from visavis.people.models import Provider, User

ALL_DAY = 24 * 60


EVERY_DAY = tuple(range(7))


@dataclass(frozen=True, slots=True)
class DayTimes:
    """Days of the week (0 is Monday) and the minutes since midnight between which a time suits."""

    weekdays: tuple[int, ...] = EVERY_DAY
    begin: int = 0
    end: int = ALL_DAY


def any_time() -> list[list[Any]]:
    return [[list(EVERY_DAY), 0, ALL_DAY]]


class WaitlistEntry(models.Model):
    """A student's wish for a time: with whom (None: anyone), on which days, at what times.

    Dates and times are the community's local ones. `rows` are `DayTimes` as JSON, and a time suits
    that fits one of them. `kinds` are the kinds of place that suit; none named: any.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    community = models.ForeignKey(Community, models.CASCADE, related_name="waitlist_entries")
    student = models.ForeignKey(User, models.PROTECT, related_name="waitlist_entries")
    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    format = models.ForeignKey(AppointmentFormat, models.PROTECT, related_name="+")
    provider = models.ForeignKey(Provider, models.PROTECT, null=True, blank=True, related_name="+")
    first = models.DateField()
    last = models.DateField()
    rows = models.JSONField(default=any_time)
    kinds = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=10, choices=WaitlistState, default=WaitlistState.WAITING)
    # The time that is held for them, while one is.
    hold = models.ForeignKey(
        "bookings.Hold", models.SET_NULL, null=True, blank=True, related_name="waitlist_entries"
    )
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="waitlist_is_a_range"),
        ]
        indexes = [
            # Who is next, of those who still wait?
            models.Index(
                fields=["community", "created_at"],
                condition=Q(state__in=[WaitlistState.WAITING, WaitlistState.OFFERED]),
                name="waitlist_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student} waits for {self.service}"

    @property
    def times(self) -> list[DayTimes]:
        """On which days of the week a time suits, and when on each."""
        return [DayTimes(tuple(days), begin, end) for days, begin, end in self.rows]


class WaitlistEvent(models.Model):
    """A fact about an entry, written with the change. Whoever wants to know reads these rows."""

    entry = models.ForeignKey(WaitlistEntry, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=14, choices=WaitlistEventKind)
    hold = models.ForeignKey("bookings.Hold", models.SET_NULL, null=True, related_name="+")
    # As of booking events: what is told in one message.
    batch = models.UUIDField(default=uuid.uuid4, editable=False)
    at = models.DateTimeField(default=clock.now)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.entry}"


class WaitlistLook(models.Model):
    """How the versions of a community stood when the waitlist was last looked through.

    Whatever frees a time raises one of them in its own transaction: others mean something new.
    """

    community = models.OneToOneField(Community, models.CASCADE, related_name="+")
    stamp = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.community}: {self.stamp}"
