"""What is kept about what is kept: who opened whose notes."""

from django.db import models

from visavis.bookings.models import Booking
from visavis.core import clock
from visavis.people.models import User
from visavis.privacy.enums import InspectionWay


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
