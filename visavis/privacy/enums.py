"""What the record of opened notes, retention and erasure are told in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class InspectionWay(models.TextChoices):
    """Where somebody saw the notes of a meeting."""

    GIVEN = "given", _("Gave the meeting")
    MANAGED = "managed", _("Administrator")
    EXPORTED = "exported", _("In a file with everything about you")
