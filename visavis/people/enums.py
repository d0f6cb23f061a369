"""Roles, what the table of rules speaks of, and where a row came from."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMIN = "admin", _("Administrator")
    FRONT_DESK = "front_desk", _("Front desk")
    PROVIDER = "provider", _("Provider")
    STUDENT = "student", _("Student")


class Part(models.TextChoices):
    """What somebody is in a community as the rules see it: the columns of their table."""

    SCHOOL_ADMIN = "school_admin", _("School administrator")
    ADMIN = "admin", _("Administrator")
    FRONT_DESK = "front_desk", _("Front desk")
    PROVIDER = "provider", _("Provider")
    RETIRED = "retired", _("Retired provider")
    STUDENT = "student", _("Student")


class Act(models.TextChoices):
    """What somebody may be allowed to do: the rows of the table. Each page asks for one."""

    RUN_SCHOOL = (
        "run_school",
        _("Make communities, appoint their school’s administrators, name its e-mail domains"),
    )
    LEARN = "learn", _("See what is offered, book, and keep one’s own meetings and waiting")
    TEACH = "teach", _("Keep one’s own hours, sick leave and profile")
    FINISH_TEACHING = (
        "finish_teaching",
        _("See one’s own meetings; answer, move, end and log them"),
    )
    LOOK_UP = (
        "look_up",
        _("Look up meetings, people, students and what can be picked; ask why not"),
    )
    BOOK_FOR_OTHERS = "book_for_others", _("Book for a student, by the rules")
    NOTE_ATTENDANCE = "note_attendance", _("Note who came")
    SET_RULES_ASIDE = (
        "set_rules_aside",
        _("Book against the rules, or enter what has taken place, with a reason"),
    )
    CHANGE_MEETINGS = (
        "change_meetings",
        _("Answer, move, hand over and cancel the meetings of others"),
    )
    READ_NOTES = "read_notes", _("Read the logs of meetings, notes for staff among them")
    READ_HISTORY = "read_history", _("Read who changed what, and take it out as a file")
    TAKE_OUT = "take_out", _("Take out lists as files, uploaded files among them")
    IMPORT = "import", _("Upload files, apply and undo them")
    MANAGE_PEOPLE = (
        "manage_people",
        _("List students and who gives support, pause and excuse, keep the waitlist"),
    )
    CHANGE_HOURS = "change_hours", _("Change anybody’s hours, terms and closures")
    APPOINT = "appoint", _("Make people administrators or front desk, and end that")
    MANAGE = (
        "manage",
        _("Set the community up: catalogue, places, words, settings, messages, links"),
    )


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


class AccountEventKind(models.TextChoices):
    """What the record of accounts tells of: the ways in, second factors, sessions, roles."""

    SIGNED_IN = "signed_in", _("Signed in")
    REFUSED = "refused", _("Was not let in")
    SIGNED_OUT = "signed_out", _("Signed out")
    FACTOR_ADDED = "factor_added", _("Added a second factor")
    FACTOR_REMOVED = "factor_removed", _("Second factor removed")
    CODES_MADE = "codes_made", _("Made new recovery codes")
    SESSIONS_ENDED = "sessions_ended", _("Sign-ins ended")
    ROLE_GIVEN = "role_given", _("Role given")
    ROLE_TAKEN = "role_taken", _("Role taken away")


class Way(models.TextChoices):
    """By what somebody proves who they are; the last three come second."""

    CODE = "code", _("code by e-mail")
    LINK = "link", _("one-time link")
    SCHOOL = "school", _("the school’s sign-in")
    DEMO = "demo", _("button of the demonstration")
    PASSKEY = "passkey", _("passkey")
    APP = "app", _("authenticator app")
    RECOVERY = "recovery", _("recovery code")
