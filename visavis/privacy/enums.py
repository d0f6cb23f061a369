"""What the record of opened notes, retention and erasure are told in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class InspectionWay(models.TextChoices):
    """Where somebody saw the notes of a meeting."""

    GIVEN = "given", _("Gave the meeting")
    MANAGED = "managed", _("Administrator")
    EXPORTED = "exported", _("In a file with everything about you")
    COPIED = "copied", _("In a copy of the whole community")


class Subject(models.TextChoices):
    """What is kept for a time only; `subjects.SUBJECTS` says for how long."""

    ANSWERS = "answers", _("What students wrote before a meeting")
    NOTES = "notes", _("Notes after a meeting")
    BOOKINGS = "bookings", _("Whose meeting it was")
    HISTORY = "history", _("The history")
    SIGN_INS = "sign_ins", _("The record of sign-ins")
    INSPECTIONS = "inspections", _("Who opened whose notes")
    MESSAGES = "messages", _("Mails that were sent")
    FILES = "files", _("Uploaded lists")
    BUSY_TIMES = "busy_times", _("Busy times of other calendars")
    DRAFTS = "drafts", _("Answers that were typed and never sent")


class RequestState(models.TextChoices):
    """What became of a person's wish to be erased."""

    OPEN = "open", _("Waiting for an answer")
    DONE = "done", _("Carried out")
    REFUSED = "refused", _("Turned down")
    TAKEN_BACK = "taken_back", _("Taken back")
