"""What is kept about what is kept: who opened whose notes, and how long things stay."""

from django.db import models
from django.db.models import Q

from visavis.bookings.models import Booking
from visavis.communities.models import Community
from visavis.core import clock
from visavis.people.models import User
from visavis.privacy.enums import InspectionWay, RequestState, Subject


class Inspection(models.Model):
    """Somebody opened the notes of a student's meeting on this day (the community's date).

    One row a reader, meeting, day and way, however often they looked: it says who knows, not how
    often. The label outlives the account.
    """

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="inspections")
    reader = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    reader_label = models.CharField(max_length=254)
    way = models.CharField(max_length=10, choices=InspectionWay)
    day = models.DateField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "reader", "day", "way"], name="inspection_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reader_label}, {self.day}"


class KeptFor(models.Model):
    """For how many days something is kept, where it is not the default; null: for good.

    A row without a community is the school's.
    """

    community = models.ForeignKey(
        Community, models.CASCADE, null=True, blank=True, related_name="kept_for"
    )
    subject = models.CharField(max_length=20, choices=Subject)
    days = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "kept for"
        constraints = [
            models.UniqueConstraint(
                fields=["subject"], condition=Q(community=None), name="kept_for_once_in_school"
            ),
            models.UniqueConstraint(fields=["community", "subject"], name="kept_for_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()}: {self.days}"


class ErasureRequest(models.Model):
    """A person asked that their data be erased; an administrator of the school decides."""

    person = models.ForeignKey(User, models.CASCADE, related_name="erasure_requests")
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.OPEN)
    asked_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_label = models.CharField(max_length=254, blank=True)
    # What the person is told when it was turned down.
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state=RequestState.OPEN),
                name="erasure_asked_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)
