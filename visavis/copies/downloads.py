"""A copy that is asked for on a page: made by the worker, kept for some days, handed out."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from visavis.bookings.logs import written_logs
from visavis.bookings.record import AUDIENCE, Part, may_read
from visavis.copies.actions import export_community
from visavis.copies.enums import DownloadState
from visavis.copies.models import Download, DownloadPart
from visavis.copies.sheets import LeftOut
from visavis.core import history
from visavis.core.errors import NotFound
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.people.erased import erasures_so_far
from visavis.people.models import User
from visavis.people.rules import Standing
from visavis.privacy.enums import InspectionWay
from visavis.privacy.erasing import is_erased
from visavis.privacy.inspections import record_inspections_of
from visavis.privacy.names import LABEL

KEPT = timedelta(days=3)
# All tries of the job together take less (tasks.LONG); who waits longer waits for no worker.
LONGEST_WAIT = timedelta(hours=6)
# `made_at` is read a little before the copy is, and clocks of hosts differ.
MARGIN = timedelta(minutes=5)
NOTES = set(AUDIENCE[Part.NOTES].columns)
PIECE = 1024 * 1024


def withheld_from(standing: Standing) -> list[str]:
    """The columns of people's records that this person may not read of others here."""
    return sorted(
        column
        for part, audience in AUDIENCE.items()
        if not may_read(standing, part)
        for column in audience.columns
    )


def left_out_of(download: Download) -> LeftOut:
    """What this copy does not have. A log that is not finished is its writer's alone."""
    return LeftOut(frozenset(download.withheld), drafts=True)


@dataclass(frozen=True, slots=True)
class Kept:
    """The copy that can be fetched, and what became of a later request, if there are such."""

    made: Download | None
    later: Download | None


def find_downloads(standing: Standing, *, now: datetime) -> Kept:
    """What is there for this person: no copy with more in it than they may read."""
    here = Download.objects.filter(community=standing.community)
    newest_first = list(_still_good(here, now=now).order_by("-pk"))
    made = [row for row in newest_first if row.state == DownloadState.MADE]
    newest = newest_first[0] if newest_first else None
    return Kept(
        made=next((row for row in made if _may_have(standing, row)), None),
        later=None if newest in made else newest,
    )


def get_download(standing: Standing, public_id: UUID, *, now: datetime) -> Download:
    """The copy, for whoever may read all that is in it. Raises NotFound."""
    here = Download.objects.filter(community=standing.community)
    download = _still_good(here, now=now).filter(public_id=public_id).first()
    if download is None or not _may_have(standing, download):
        raise NotFound(_("This copy is not kept any more. Make another."))
    return download


def _may_have(standing: Standing, download: Download) -> bool:
    return set(withheld_from(standing)) <= set(download.withheld)


def _still_good(rows: QuerySet[Download], *, now: datetime) -> QuerySet[Download]:
    """Without those that are old, and those that name somebody whose data were erased since."""
    waiting = Q(state=DownloadState.WAITING)
    good = rows.filter(waiting | Q(erasures=erasures_so_far()))
    return good.exclude(state=DownloadState.MADE, made_at__lte=now - KEPT)


def make_download(download: Download, *, now: datetime) -> None:
    """Write the copy and keep it in pieces. Raises CannotWrite.

    Another worker may do the same, late: each writes pieces of its own, whoever is done first has
    made it, and what the other wrote goes. Nothing is made of one that was removed meanwhile.
    """
    # Before the moment at which the copy is read: who is erased after is in it, and bars it.
    erasures, attempt = erasures_so_far(), uuid4()
    with tempfile.TemporaryDirectory(prefix="visavis-download-") as folder:
        path = Path(folder) / "copy.zip"
        counts = export_community(download.community, path, now=now, left_out=left_out_of(download))
        made = {
            "size": path.stat().st_size,
            "rows": sum(counts.values()),
            "made_at": now,
            "erasures": erasures,
            "attempt": attempt,
            "by_label": _label(download),
        }
        is_made = _keep(download, attempt, path) and _publish(download, **made)
    parts = DownloadPart.objects.filter(download=download.pk)
    if not is_made:
        parts.filter(attempt=attempt).delete()
        return
    parts.exclude(attempt=attempt).delete()
    # Its place is taken: each is as large as the community.
    Download.objects.filter(community=download.community, pk__lt=download.pk).delete()


def _label(download: Download) -> str:
    """Who asked for it, who may have been erased while it was made."""
    asked = User.objects.filter(pk=download.by_id).first() if download.by_id else None
    return LABEL if asked is not None and is_erased(asked) else download.by_label


def _keep(download: Download, attempt: UUID, path: Path) -> bool:
    """Each piece by itself, so that no transaction is long; whether it is still wanted."""
    with path.open("rb") as file:
        pieces = enumerate(iter(lambda: file.read(PIECE), b""))
        return all(
            _put(DownloadPart(download=download, attempt=attempt, number=number, content=piece))
            for number, piece in pieces
        )


@again_on_conflict
def _put(part: DownloadPart) -> bool:
    with transaction.atomic():
        # Locked, so that it cannot be removed from under its piece.
        if not _waiting(part.download).select_for_update(no_key=True):
            return False
        part.save(force_insert=True)
    return True


def _publish(download: Download, **made: Any) -> bool:
    """Whether this try was the first."""
    return bool(_waiting(download).update(state=DownloadState.MADE, **made))


def _waiting(download: Download) -> QuerySet[Download]:
    return Download.objects.filter(pk=download.pk, state=DownloadState.WAITING)


def give_up(download: Download) -> None:
    """No further try comes: say so."""
    if _waiting(download).update(state=DownloadState.FAILED):
        download.parts.all().delete()


@again_on_conflict
def fetch(download: Download, *, by: Actor, now: datetime) -> Iterator[bytes]:
    """The file, a piece at a time.

    That it was downloaded is written down, and for the students of all finished logs that their
    notes were opened.
    """
    community = download.community
    with transaction.atomic():
        history.record(by, "downloaded a copy", community, community_id=community.pk)
        if NOTES.difference(download.withheld):
            made_at = download.made_at or now
            logs = written_logs(community).filter(created_at__lte=made_at + MARGIN)
            record_inspections_of(logs, community, by=by, way=InspectionWay.COPIED, now=now)
    return _pieces(download)


def _pieces(download: Download) -> Iterator[bytes]:
    parts = download.parts.filter(attempt=download.attempt)
    for number in list(parts.order_by("number").values_list("number", flat=True)):
        yield bytes(parts.get(number=number).content)


@again_on_conflict
def remove_download(download: Download, *, by: Actor) -> None:
    """Let it go before its time, or before it is made."""
    community = download.community
    with transaction.atomic():
        Download.objects.filter(pk=download.pk).delete()
        history.record(by, "removed a copy", community, community_id=community.pk)


def give_up_forgotten(*, now: datetime) -> int:
    """Say that the copies failed whose worker is gone for good; how many.

    One that waits keeps the community from asking for another.
    """
    waiting = Download.objects.filter(state=DownloadState.WAITING)
    return waiting.filter(asked_at__lte=now - LONGEST_WAIT).update(state=DownloadState.FAILED)


def let_go(*, now: datetime) -> int:
    """Delete what is old, or must not be given out any more; how many copies.

    Not one of the sweeps of `visavis.privacy`, which knows no copies and asks how long a school
    keeps things: a copy lives as long as it may be fetched, and that nobody sets.
    """
    rows = Download.objects.exclude(state=DownloadState.WAITING)
    good = _still_good(rows, now=now).filter(asked_at__gt=now - 2 * KEPT)
    gone = list(rows.exclude(pk__in=good.values("pk")))
    for download in gone:
        download.delete()
    return len(gone)
