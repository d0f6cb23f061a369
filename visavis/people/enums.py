"""Roles, and where a row came from."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMIN = "admin", _("Administrator")
    FRONT_DESK = "front_desk", _("Front desk")
    PROVIDER = "provider", _("Provider")
    STUDENT = "student", _("Student")


class Source(models.TextChoices):
    """Who put a row there. An import in replace mode only ever removes what came by CSV."""

    CSV = "csv", _("CSV file")
    HAND = "hand", _("Administrator")
    SELF = "self", _("The person")
    FEED = "feed", _("Feed")


class HourCycle(models.TextChoices):
    AUTO = "auto", _("As my browser has it")
    TWELVE = "12", _("2:30 PM")
    TWENTY_FOUR = "24", _("14:30")


class PauseEventKind(models.TextChoices):
    MADE = "made", _("Booking paused")
    ENDED = "ended", _("Pause ended")
