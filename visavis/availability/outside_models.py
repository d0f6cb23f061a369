"""A person's calendars of other programs, and when they say that the person is busy.

`models.py` brings these along. Of an outside calendar nothing is kept but when: no titles, no
places, no guests.
"""

import uuid
from urllib.parse import urlsplit

from django.db import models
from django.db.models import F, Q

from visavis.core import clock
from visavis.people.models import User

NAME_LENGTH = 80
ADDRESS_LENGTH = 2000


class OutsideCalendar(models.Model):
    """An address at which a person's calendar is read, and how the last reading went.

    Who knows the address can read the calendar: pages and history show its host alone.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(User, models.CASCADE, related_name="outside_calendars")
    name = models.CharField(max_length=NAME_LENGTH)
    address = models.CharField(max_length=ADDRESS_LENGTH)
    paused_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    # When it is read next. Whoever reads moves it on first, so that nobody else reads it too.
    next_at = models.DateTimeField(default=clock.now)
    # Since when somebody waits for a reading: they have just given the address, or asked for one.
    asked_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    # The last reading that succeeded: the busy times are of then, and reach until `known_until`.
    read_at = models.DateTimeField(null=True, blank=True)
    known_until = models.DateTimeField(null=True, blank=True)
    # Entries that could not be understood, and so keep nobody busy.
    skipped = models.PositiveIntegerField(default=0)
    # Why the last reading failed, as code and data; empty when it did not.
    problem = models.CharField(max_length=40, blank=True)
    problem_data = models.JSONField(default=dict, blank=True)
    failures = models.PositiveIntegerField(default=0)
    # What a server says of its file, and what we saw of it, to spare reading the same again.
    etag = models.CharField(max_length=500, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "address"], name="outside_calendar_once_a_person"
            ),
        ]
        indexes = [
            # "Which calendar is to be read?", asked every few seconds.
            models.Index(
                fields=["next_at"], name="outside_calendar_due", condition=Q(paused_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        """Where it is read, which gives nobody the key to it."""
        return urlsplit(self.address).hostname or ""

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None


class OutsideBusy(models.Model):
    """A stretch [start, end) in which an outside calendar says that its person is busy."""

    calendar = models.ForeignKey(OutsideCalendar, models.CASCADE, related_name="busy")
    # The calendar's person once more: a search asks for people and has no time to join.
    person = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    start = models.DateTimeField()
    end = models.DateTimeField()

    class Meta:
        ordering = ["start", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="outside_busy_is_a_range"),
        ]
        indexes = [
            # "When are these people busy in these weeks?", asked beside their commitments.
            models.Index(fields=["person", "end", "start"], name="outside_busy_of_person"),
        ]
