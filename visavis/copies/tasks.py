"""Jobs: make a copy that was asked for, and let those go that are old or forgotten."""

from datetime import timedelta

from visavis.copies import downloads
from visavis.copies.enums import DownloadState
from visavis.copies.models import Download
from visavis.core import clock
from visavis.core.jobs import Policy, job, run_every

LONG = Policy(attempts=3, lease=timedelta(hours=1))


def say_that_it_failed(download_id: int) -> None:
    download = Download.objects.filter(pk=download_id).first()
    if download is not None:
        downloads.give_up(download)


@job(LONG, last_words=say_that_it_failed)
def make(download_id: int) -> None:
    """Make the copy; it may be gone, or made by another worker."""
    waiting = Download.objects.select_related("community")
    download = waiting.filter(pk=download_id, state=DownloadState.WAITING).first()
    if download is not None:
        downloads.make_download(download, now=clock.now())


@job()
def let_go() -> None:
    now = clock.now()
    downloads.give_up_forgotten(now=now)
    downloads.let_go(now=now)


run_every(timedelta(hours=1), let_go, name="let_copies_go")
