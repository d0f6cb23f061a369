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
