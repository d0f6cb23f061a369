"""Changes of hours that can be taken back for a while; `models.py` brings these along."""

import uuid

from django.db import models

from visavis.core import clock
from visavis.people.models import Provider


class HoursChange(models.Model):
    """What somebody just did to a provider's hours: in words, and as data to take it back by.

    `done` is an `availability.copying.Done`; `batch` joins what came of it for the meetings.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    provider = models.ForeignKey(Provider, models.CASCADE, related_name="hours_changes")
    words = models.TextField()
    done = models.JSONField(default=dict)
    batch = models.UUIDField(default=uuid.uuid4)
    by_id = models.BigIntegerField(null=True)
    by_label = models.CharField(max_length=254)
    at = models.DateTimeField(default=clock.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            # What was done last to these hours?
            models.Index(fields=["provider", "-at"], name="hours_change_latest"),
        ]

    def __str__(self) -> str:
        return self.words
