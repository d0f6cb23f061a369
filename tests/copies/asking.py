"""How tests ask for a copy, fetch it, and look into it."""

import io
import zipfile
from datetime import timedelta

from tests.factories.world import MONDAY, TESTER
from visavis.copies.asking import ask_for_download
from visavis.copies.models import Download
from visavis.core import clock
from visavis.core.worker import drain

AFTER = MONDAY + timedelta(days=1)
PAGE = "/c/mentoring/manage/download/"


def made(standing):
    """One that is ready."""
    ask_for_download(standing, by=TESTER, now=clock.now())
    drain()
    return Download.objects.get()


def file_of(browser, download):
    answer = browser.post(f"{PAGE}{download.public_id}/file/")
    return answer, b"".join(answer.streaming_content)


def is_handed_out(browser, download):
    return browser.post(f"{PAGE}{download.public_id}/file/").status_code == 200


def unpacked(body):
    """Everything that stands in the file, after one another."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist()).decode()
