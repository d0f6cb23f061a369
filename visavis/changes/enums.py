"""What can become of a meeting that a change leaves without its hours, or whoever gives it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Fate(models.TextChoices):
    KEEP = "keep", _("Keep it")
    OFFER = "offer", _("Offer other times")
    HAND_OVER = "hand_over", _("Hand it over")
    PLACE = "place", _("Move it to another place")
    CANCEL = "cancel", _("Cancel it")
