"""What can be imported, how, and how far an import has come."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportKind(models.TextChoices):
    COURSES = "courses", _("Courses")
    PROVIDERS = "providers", _("Providers")
    ENROLLMENT = "enrollment", _("Enrollment")
    STUDENTS = "students", _("Students")
    LOCATIONS = "locations", _("Locations")
    AVAILABILITY = "availability", _("Availability")


class ImportMode(models.TextChoices):
    MERGE = "merge", _("Merge: add and change")
    REPLACE = "replace", _("Replace: the file is the whole list")


class ImportState(models.TextChoices):
    PLANNING = "planning", _("Being read")
    REFUSED = "refused", _("Cannot be read")
    PLANNED = "planned", _("Waiting for you")
    APPLYING = "applying", _("Being applied")
    APPLIED = "applied", _("Applied")
    DISCARDED = "discarded", _("Discarded")
    UNDONE = "undone", _("Undone")


class RowAction(models.TextChoices):
    ADDED = "added", _("New")
    CHANGED = "changed", _("Changed")
    REMOVED = "removed", _("Removed")
    UNCHANGED = "unchanged", _("Unchanged")
    # A topic that would become somebody's own, or everybody's; no entity, so not counted.
    PROPOSED = "proposed", _("Proposed")


class Severity(models.TextChoices):
    ERROR = "error", _("Error")
    WARNING = "warning", _("Warning")
