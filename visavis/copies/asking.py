"""Asking the worker for a copy."""

from datetime import datetime

from django.db import transaction

from visavis.copies import tasks
from visavis.copies.downloads import withheld_from
from visavis.copies.enums import DownloadState
from visavis.copies.models import Download
from visavis.core import history
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.people.erased import erasures_so_far
from visavis.people.rules import Standing


@again_on_conflict
def ask_for_download(standing: Standing, *, by: Actor, now: datetime) -> Download:
    """Have the worker make a copy; the one that is being made already, if there is one."""
    community = standing.community
    with transaction.atomic():
        download, is_new = Download.objects.get_or_create(
            community=community,
            state=DownloadState.WAITING,
            defaults={
                "by_id": by.id,
                "by_label": by.label,
                "withheld": withheld_from(standing),
                "asked_at": now,
                "erasures": erasures_so_far(),
            },
        )
        if is_new:
            history.record(by, "asked for a copy", community, community_id=community.pk)
            tasks.make.enqueue(download.pk)
    return download
