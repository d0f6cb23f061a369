"""Kinds of services, places and questions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ServiceKind(models.TextChoices):
    COURSE = "course", _("Course")
    TOPIC = "topic", _("General topic")


class MeetingKind(models.TextChoices):
    """Where a meeting takes place; formats admit some, each location is one."""

    IN_PERSON = "in_person", _("In person")
    ONLINE = "online", _("Online")
    PHONE = "phone", _("Phone")


class QuestionKind(models.TextChoices):
    SHORT_TEXT = "short_text", _("Short text")
    LONG_TEXT = "long_text", _("Long text")
    ONE_CHOICE = "one_choice", _("One choice")
    SEVERAL_CHOICES = "several_choices", _("Several choices")
    FILE = "file", _("File")


# Answered by taking from what is there.
CHOICE_KINDS = (QuestionKind.ONE_CHOICE, QuestionKind.SEVERAL_CHOICES)


class Repeats(models.TextChoices):
    """Whether a format is one meeting or a series of them."""

    SINGLE = "single", _("One meeting")
    WEEKLY = "weekly", _("Every week")
