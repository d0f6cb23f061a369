"""Copies that were asked for on a page, kept for some days to be fetched.

In pieces: nobody ever holds a whole one in memory, neither who writes it nor who hands it out.
"""

import uuid

from django.db import models

from visavis.communities.models import Community
from visavis.copies.enums import DownloadState
from visavis.core import clock
from visavis.people.models import User


class Download(models.Model):
    """One copy of a community: who asked for it, and what became of it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    community = models.ForeignKey(Community, models.CASCADE, related_name="downloads")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    by_label = models.CharField(max_length=254)
    # The columns that whoever asked for it may not read: "people.User.pronouns".
    withheld = models.JSONField(default=list)
    state = models.CharField(max_length=7, choices=DownloadState, default=DownloadState.WAITING)
    rows = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    asked_at = models.DateTimeField(default=clock.now)
    made_at = models.DateTimeField(null=True)
    # How often data had been erased before it was read; until then, before it was asked for.
    erasures = models.PositiveBigIntegerField(null=True)
    # Whose parts are the file: each try writes its own, and one of them counts.
    attempt = models.UUIDField(null=True)

    class Meta:
        constraints = [
            # Pressed twice, or by two administrators at once, it is made once.
            models.UniqueConstraint(
                fields=["community"],
                condition=models.Q(state=DownloadState.WAITING),
                name="download_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.community_id} {self.asked_at:%Y-%m-%d}"


class DownloadPart(models.Model):
    """A piece of the file as one try wrote it, by its number."""

    download = models.ForeignKey(Download, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()
    attempt = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["download", "attempt", "number"], name="download_part_once_an_attempt"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.download_id} {self.number}"
