"""What is written down after a meeting; `models.py` brings these along."""

from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models

from visavis.catalogue.models import LogQuestion
from visavis.core import clock
from visavis.people.models import User


class SessionLog(models.Model):
    """How one student's meeting went, written by whoever gave it.

    `notes` are for staff alone; `for_student` is what the student reads. A draft is nobody's but
    the writer's, and tells nobody anything.
    """

    booking = models.OneToOneField("bookings.Booking", models.CASCADE, related_name="log")
    # How long it really took, and by how much the student came late.
    minutes = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(720)]
    )
    late_minutes = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(240)])
    notes = models.TextField(blank=True, validators=[MaxLengthValidator(10_000)])
    for_student = models.TextField(blank=True, validators=[MaxLengthValidator(4000)])
    is_draft = models.BooleanField(default=True)
    written_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"Log of booking {self.booking_id}"


class LogAnswer(models.Model):
    """What was answered in a log, with the question as it was asked then."""

    log = models.ForeignKey(SessionLog, models.CASCADE, related_name="answers")
    question = models.ForeignKey(LogQuestion, models.SET_NULL, null=True, related_name="+")
    label = models.CharField(max_length=200)
    # A text, or a list of the choices taken.
    value = models.JSONField(default=str)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label

    @property
    def text(self) -> str:
        """What was answered, choices one after the other."""
        return ", ".join(self.value) if isinstance(self.value, list) else str(self.value)
