"""An import is a plan in the database: it survives a restart and can be undone."""

import uuid

from django.db import models

from visavis.communities.models import Community
from visavis.core import clock
from visavis.imports.enums import ImportKind, ImportMode, ImportState, RowAction, Severity
from visavis.people.enums import Source
from visavis.people.models import User


class Import(models.Model):
    """One uploaded file, what it would do, and what became of it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    community = models.ForeignKey(Community, models.CASCADE, related_name="imports")
    kind = models.CharField(max_length=14, choices=ImportKind)
    mode = models.CharField(max_length=8, choices=ImportMode, default=ImportMode.MERGE)
    # Who its rows come from: a file, or what an administrator has put together on a page.
    source = models.CharField(max_length=6, choices=Source, default=Source.CSV)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.PLANNING)
    file = models.FileField(upload_to="imports", max_length=200)
    file_name = models.CharField(max_length=200)
    # Blank: found out by reading. An administrator may have chosen.
    encoding = models.CharField(max_length=20, blank=True)
    refused_code = models.CharField(max_length=40, blank=True)
    refused_message = models.TextField(blank=True)
    rows = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    # The first rows as they were read, for the preview: {"encoding", "header", "rows"}.
    sample = models.JSONField(default=dict)
    # What the data looked like when the plan was made: applied only while it still does.
    fingerprint = models.CharField(max_length=64, blank=True)
    cancel_meetings = models.BooleanField(default=False)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    by_label = models.CharField(max_length=254)
    created_at = models.DateTimeField(default=clock.now)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    # Since when the file and its rows are no longer kept: it cannot be undone any more.
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # Recent imports of a kind, newest first.
            models.Index(fields=["community", "kind", "-created_at"], name="import_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.file_name}"


class ImportRow(models.Model):
    """What the plan does to one row of ours: its key, and its values before and after."""

    run = models.ForeignKey(Import, models.CASCADE, related_name="plan")
    line = models.PositiveIntegerField(null=True)
    action = models.CharField(max_length=10, choices=RowAction)
    key = models.CharField(max_length=600)
    label = models.CharField(max_length=300)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    # The row of ours that was made or touched, for undo.
    target_id = models.BigIntegerField(null=True)
    # What applying made besides the row itself, and what else it changed, for undo.
    made = models.JSONField(default=dict)
    # Why undo left this row alone.
    undo_note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            # One tab of the preview: the rows of a run by what happens to them.
            models.Index(fields=["run", "action", "id"], name="import_row_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.label}"


class ImportIssue(models.Model):
    """What is wrong, or worth knowing, at a line and column of the file."""

    run = models.ForeignKey(Import, models.CASCADE, related_name="issues")
    severity = models.CharField(max_length=8, choices=Severity)
    line = models.PositiveIntegerField(null=True)
    column = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=300, blank=True)
    code = models.CharField(max_length=40)
    message = models.TextField()

    class Meta:
        ordering = ["severity", "line", "id"]

    def __str__(self) -> str:
        return self.message
