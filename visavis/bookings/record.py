"""A student's record, field by field: who may read it, and why. docs/roles.md is printed from it.

Pages ask `may_read`; tests plant a word of its own in every field and look for it on every page.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from visavis.people.enums import Act
from visavis.people.rules import Standing, permits


class Reader(models.TextChoices):
    """Who may read a field; a school administrator reads as an administrator."""

    STUDENT = "student", _("The student")
    PROVIDER = "provider", _("Who gives the meeting")
    GROUP = "group", _("Who shares the meeting")
    FRONT_DESK = "front_desk", _("Front desk")
    ADMIN = "admin", _("Administrator")


class Part(models.TextChoices):
    """The parts of a student's record."""

    NAME = "name", _("Name")
    EMAIL = "email", _("E-mail address")
    PRONOUNS = "pronouns", _("Pronouns")
    SSO_ID = "sso_id", _("Sign-in ID of the school")
    STUDENT_ID = "student_id", _("Student ID")
    ATTRIBUTES = "attributes", _("What else is known: year, subject and so on")
    ANSWERS = "answers", _("Answers and files given for a meeting")
    DRAFT = "draft", _("Answers typed but not sent")
    NOTES = "notes", _("Notes for staff and the questions of a log")
    FOR_STUDENT = "for_student", _("What the log says for the student")
    REASON = "reason", _("Why a meeting was cancelled or declined")
    PROPOSAL = "proposal", _("The word that goes with other times")
    PAUSE = "pause", _("Why booking is paused")
    MAIL = "mail", _("Messages to the student")
    UPLOADS = "uploads", _("Lines of uploaded files")
    HISTORY = "history", _("What was changed, from what to what")


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may read a part of the record, why, and the columns that keep it."""

    readers: frozenset[Reader]
    why: str | Promise
    columns: tuple[str, ...]


_STUDENT, _PROVIDER, _ADMIN = Reader.STUDENT, Reader.PROVIDER, Reader.ADMIN
_DESK = Reader.FRONT_DESK


def _to(*readers: Reader, why: str | Promise, columns: tuple[str, ...]) -> Audience:
    return Audience(frozenset(readers), why, columns)


AUDIENCE: Mapping[Part, Audience] = {
    Part.NAME: _to(
        *Reader,
        why=_("Whoever meets a student calls them by their name; the desk finds them by it."),
        columns=("people.User.first_name", "people.User.last_name"),
    ),
    Part.EMAIL: _to(
        _STUDENT,
        _PROVIDER,
        _DESK,
        _ADMIN,
        why=_("It is how the student is reached, and told from others of the same name."),
        columns=("people.User.email",),
    ),
    Part.PRONOUNS: _to(
        _STUDENT,
        _PROVIDER,
        why=_("They are said to whoever speaks with the student, and to nobody else."),
        columns=("people.User.pronouns",),
    ),
    Part.SSO_ID: _to(
        _STUDENT,
        _ADMIN,
        why=_("Files from the school name people by it; nobody else needs it."),
        columns=("people.User.sso_id",),
    ),
    Part.STUDENT_ID: _to(
        _STUDENT,
        _DESK,
        _ADMIN,
        why=_("It stands on the card that a student shows at the desk."),
        columns=("people.Membership.student_id",),
    ),
    Part.ATTRIBUTES: _to(
        _STUDENT,
        _ADMIN,
        why=_("It serves lists and reports, and can be delicate: nobody meets a student by it."),
        columns=("people.Membership.attributes",),
    ),
    Part.ANSWERS: _to(
        _STUDENT,
        _PROVIDER,
        _ADMIN,
        why=_("It was written for whoever gives the meeting. The desk needs when and where only."),
        columns=("bookings.Answer.value", "bookings.Answer.file", "bookings.Answer.file_name"),
    ),
    Part.DRAFT: _to(
        _STUDENT,
        why=_("What is not sent belongs to whoever types it. It is forgotten after a day."),
        columns=(
            "bookings.AnswerDraft.values",
            "bookings.DraftFile.file",
            "bookings.DraftFile.file_name",
        ),
    ),
    Part.NOTES: _to(
        _PROVIDER,
        _ADMIN,
        why=_("Staff who support the student, and those who answer for the centre."),
        columns=("bookings.SessionLog.notes", "bookings.LogAnswer.value"),
    ),
    Part.FOR_STUDENT: _to(
        _STUDENT,
        _PROVIDER,
        _ADMIN,
        why=_("It was written to the student."),
        columns=("bookings.SessionLog.for_student",),
    ),
    Part.REASON: _to(
        _STUDENT,
        _PROVIDER,
        _ADMIN,
        why=_("It passes between the two who would have met, and often tells of an illness."),
        columns=("bookings.Booking.cancel_reason",),
    ),
    Part.PROPOSAL: _to(
        _STUDENT,
        _PROVIDER,
        _ADMIN,
        why=_("It passes between the two who meet."),
        columns=("bookings.Proposal.message",),
    ),
    Part.PAUSE: _to(
        _STUDENT,
        _ADMIN,
        why=_("Who pauses tells the student why. The desk sees that there is a pause."),
        columns=("people.Pause.reason", "people.PauseEvent.reason"),
    ),
    Part.MAIL: _to(
        _STUDENT,
        _ADMIN,
        why=_("Administrators see to what could not be delivered: its subject and the error."),
        columns=("notifications.Message.subject", "notifications.Message.mail"),
    ),
    Part.UPLOADS: _to(
        _ADMIN,
        why=_("Who uploads a file sees what it says, and undoes it."),
        columns=(
            "imports.Import.file",
            "imports.Import.sample",
            "imports.ImportRow.label",
            "imports.ImportRow.before",
            "imports.ImportRow.after",
            "imports.ImportIssue.value",
            "imports.ImportIssue.message",
        ),
    ),
    Part.HISTORY: _to(
        _ADMIN,
        why=_("It answers who did what; it repeats what other fields hold."),
        columns=(
            "core.HistoryEntry.before",
            "core.HistoryEntry.after",
            "core.HistoryEntry.reason",
        ),
    ),
}


def may_read(standing: Standing, part: Part) -> bool:
    """Whether the person may read this of any student here, because of their work here.

    The student and whoever gives the meeting read theirs on pages of their own, by
    `is_own_booking` and `is_own_meeting`.
    """
    readers = AUDIENCE[part].readers
    act = Act.LOOK_UP if Reader.FRONT_DESK in readers else Act.READ_NOTES
    return Reader.ADMIN in readers and permits(standing, act)
