"""What is kept of a file that was uploaded, and what is left when that goes."""

from datetime import datetime
from typing import BinaryIO

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import QuerySet

from visavis.core import clock
from visavis.imports.enums import ImportState
from visavis.imports.models import Import

# A worker has these in hand.
AT_WORK = (ImportState.PLANNING, ImportState.APPLYING)


def read_content(content: bytes | BinaryIO) -> bytes:
    """The file's bytes, at most one more than may be kept."""
    if isinstance(content, bytes):
        return content
    return content.read(settings.UPLOAD_LIMIT_BYTES + 1)


def old_files(*, before: datetime) -> QuerySet[Import]:
    """The runs that were uploaded before this instant, with their file's rows still here."""
    return Import.objects.filter(created_at__lt=before, forgotten_at=None).exclude(
        state__in=AT_WORK
    )


def forget_file(run: Import) -> None:
    """Let the file go, its rows and what was wrong with them; who, when and how many stay.

    It cannot be undone after that. What still waited for a decision counts as discarded. The
    caller has locked the run.
    """
    if run.file:
        default_storage.delete(run.file.name or "")
    run.plan.all().delete()
    run.issues.all().delete()
    run.file.name = ""
    run.sample = {}
    run.refused_message = run.fingerprint = ""
    if run.state in (ImportState.PLANNED, ImportState.REFUSED):
        run.state = ImportState.DISCARDED
    run.forgotten_at = clock.now()
    run.save()
