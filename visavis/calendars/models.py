"""The private address at which a person's meetings can be read by their own calendar program."""

from django.db import models

from visavis.core import clock
from visavis.people.models import User


class CalendarFeed(models.Model):
    """A person's address; whoever has it sees when, where and with whom they meet."""

    person = models.OneToOneField(User, models.CASCADE, related_name="calendar_feed")
    # Random, and all that keeps strangers out.
    token = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return str(self.person)
