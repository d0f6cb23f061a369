"""Choices of a community."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Preset(models.TextChoices):
    PROVIDER_FIRST = "provider-first", _("Provider first: students pick a person")
    COURSE_FIRST = "course-first", _("Course first: students pick a course")


class Eligibility(models.TextChoices):
    EVERYONE = "everyone", _("Everyone at the school")
    LISTED = "list", _("Only students on the community's list")


class Accent(models.TextChoices):
    TEAL = "teal", _("Teal")
    INDIGO = "indigo", _("Indigo")
    PLUM = "plum", _("Plum")
    FOREST = "forest", _("Forest")
    RUST = "rust", _("Rust")
    OCEAN = "ocean", _("Ocean")
    ROSE = "rose", _("Rose")
    SLATE = "slate", _("Slate")


class PauseScope(models.TextChoices):
    """Which meetings a paused student cannot book."""

    ALL = "all", _("All meetings")
    FAR = "far", _("Meetings that lie further ahead")
