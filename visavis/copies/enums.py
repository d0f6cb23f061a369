"""What becomes of a copy that was asked for on a page."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DownloadState(models.TextChoices):
    WAITING = "waiting", _("Being made")
    MADE = "made", _("Ready")
    FAILED = "failed", _("Could not be made")
