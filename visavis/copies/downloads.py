"""A copy that is asked for on a page: made by the worker, kept for some days, handed out."""

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from visavis.bookings.record import AUDIENCE, may_read
from visavis.communities.models import Community
from visavis.copies.actions import export_community
from visavis.copies.enums import DownloadState
from visavis.copies.models import Download, DownloadPart
from visavis.copies.sheets import LeftOut
from visavis.core import history
from visavis.core.errors import NotFound
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.people.models import ErasedAddress
from visavis.people.rules import Standing

KEPT = timedelta(days=3)
# All tries of the job together take less (tasks.LONG); who waits longer waits for no worker.
LONGEST_WAIT = timedelta(hours=6)
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


def find_download(community: Community, *, now: datetime) -> Download | None:
    """The newest that is there to be fetched or waited for; not one that must not be given out."""
    return (
        _still_good(Download.objects.filter(community=community), now=now).order_by("-pk").first()
    )


def get_download(standing: Standing, public_id: UUID, *, now: datetime) -> Download:
    """The copy, for whoever may read all that is in it. Raises NotFound."""
    of_here = Download.objects.filter(community=standing.community)
    found = _still_good(of_here, now=now)
    download = found.filter(public_id=public_id).first()
    if download is None or not set(withheld_from(standing)) <= set(download.withheld):
        raise NotFound(_("This copy is not kept any more. Make another."))
    return download


def _still_good(rows: QuerySet[Download], *, now: datetime) -> QuerySet[Download]:
    """Without those that are old, and those that hold somebody whose data were erased since."""
    last = ErasedAddress.objects.order_by("-erased_at").values_list("erased_at", flat=True).first()
    made = Q(state=DownloadState.MADE)
    good = rows.exclude(made & Q(made_at__lte=now - KEPT))
    if last is None:
        return good
    failed = Q(state=DownloadState.FAILED)
    return good.exclude(made & Q(made_at__lte=last)).exclude(failed & Q(asked_at__lte=last))


def make_download(download: Download, *, now: datetime) -> None:
    """Write the copy and keep it in pieces. Safe to run twice. Raises CannotWrite."""
    with tempfile.TemporaryDirectory(prefix="visavis-download-") as folder:
        path = Path(folder) / "copy.zip"
        counts = export_community(download.community, path, now=now, left_out=left_out_of(download))
        _keep(download, path)
        download.size, download.rows = path.stat().st_size, sum(counts.values())
    download.state, download.made_at = DownloadState.MADE, now
    download.save(update_fields=["size", "rows", "state", "made_at"])
    # Its place is taken: each is as large as the community.
    Download.objects.filter(community=download.community, pk__lt=download.pk).delete()


def _keep(download: Download, path: Path) -> None:
    """Each piece by itself, so that no transaction is long."""
    download.parts.all().delete()
    with path.open("rb") as file:
        for number, piece in enumerate(iter(lambda: file.read(PIECE), b"")):
            DownloadPart.objects.create(download=download, number=number, content=piece)


def give_up(download: Download) -> None:
    """No further try comes: say so."""
    waiting = Download.objects.filter(pk=download.pk, state=DownloadState.WAITING)
    waiting.update(state=DownloadState.FAILED)


@again_on_conflict
def fetch(download: Download, *, by: Actor) -> Iterator[bytes]:
    """The file, a piece at a time; that it was taken away is written down."""
    community = download.community
    with transaction.atomic():
        history.record(by, "took the community away", community, community_id=community.pk)
    return _pieces(download)


def _pieces(download: Download) -> Iterator[bytes]:
    for number in list(download.parts.order_by("number").values_list("number", flat=True)):
        yield bytes(download.parts.get(number=number).content)


@again_on_conflict
def remove_download(download: Download, *, by: Actor) -> None:
    """Let it go before its time."""
    community = download.community
    with transaction.atomic():
        download.delete()
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
