"""Where people are signed in, and what happened at the door; `models.py` brings these along."""

from django.db import models

from visavis.core import clock
from visavis.people.enums import AccountEventKind, Way

NETWORK_LENGTH = 49
DEVICE_LENGTH = 80


class Device(models.Model):
    """A browser in which a person is signed in. The session itself is Django's row of that key.

    `seen_at` may lie an hour behind. `network` is no address of a machine, only of its network.
    """

    user = models.ForeignKey("people.User", models.CASCADE, related_name="devices")
    session_key = models.CharField(max_length=40, unique=True, editable=False)
    way = models.CharField(max_length=10, choices=Way, blank=True)
    since = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)
    device = models.CharField(max_length=DEVICE_LENGTH, blank=True)
    network = models.CharField(max_length=NETWORK_LENGTH, blank=True)

    class Meta:
        ordering = ["-seen_at", "-id"]

    def __str__(self) -> str:
        return self.device


class AccountEvent(models.Model):
    """One thing that happened to an account, kept for a bounded time.

    Without a `user` somebody tried an address, `email`, that opens nothing here.
    """

    user = models.ForeignKey(
        "people.User", models.CASCADE, null=True, related_name="account_events"
    )
    kind = models.CharField(max_length=16, choices=AccountEventKind)
    at = models.DateTimeField(default=clock.now)
    way = models.CharField(max_length=10, choices=Way, blank=True)
    second_way = models.CharField(max_length=10, choices=Way, blank=True)
    device = models.CharField(max_length=DEVICE_LENGTH, blank=True)
    network = models.CharField(max_length=NETWORK_LENGTH, blank=True)
    # The person's, or what was typed; folded, as people are looked for by it.
    email = models.CharField(max_length=254, blank=True)
    detail = models.CharField(max_length=254, blank=True)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=254, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            # The school's record, newest first, and what has been kept long enough.
            models.Index(fields=["-at", "-id"], name="account_event_by_time"),
            # "Recent sign-ins" of one person.
            models.Index(fields=["user", "-at"], name="account_event_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.email}"
