"""Files that are something else than they say, and texts that make readers crawl."""

import io
import time
import zipfile
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.factories.cast import MONDAY, Cast
from tests.web.test_every_url import client_of
from visavis.calendars.apart import busy_apart
from visavis.calendars.busy import Ask
from visavis.calendars.errors import Unreadable
from visavis.calendars.lines import trim
from visavis.core.models import StoredFile

pytestmark = pytest.mark.django_db

PROFILE = "/c/mentoring/teach/profile/"
SCRIPT = b"<script>alert(1)</script>"
ASK = Ask("America/New_York", MONDAY, MONDAY + timedelta(days=60))
A_MOMENT = 5.0  # seconds; on a busy machine


def picture(kind: str, **more) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (400, 400), "teal").save(made, kind, **more)
    return made.getvalue()


def zipped() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("a.html", SCRIPT)
    return made.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        picture("PNG") + SCRIPT,
        picture("JPEG", comment=SCRIPT),
        picture("GIF") + zipped(),
        picture("PNG") + zipped(),
    ],
    ids=["PNG and HTML", "JPEG with a script as comment", "GIF and ZIP", "PNG and ZIP"],
)
def test_picture_that_is_something_else_as_well_loses_it(cast: Cast, body: bytes):
    photo = SimpleUploadedFile("a.html", body, content_type="text/html")
    typed = {"photo": photo, "bio": "", "meeting_link": ""}
    answer = client_of(cast, "provider").post(PROFILE, typed)
    assert answer.status_code == 302
    kept = StoredFile.objects.filter(name__startswith="photos/").latest("pk")
    assert b"script" not in bytes(kept.content)
    assert b"PK\x03\x04" not in bytes(kept.content)
    assert kept.content_type.startswith("image/")
    assert not kept.name.endswith(".html")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("a.png", b"<html>" + SCRIPT),
        ("a.png", zipped()),
        ("a.jpg", b"%PDF-1.7 ..."),
        ("a.png", picture("PNG")[:60]),
        ("a.gif", b"GIF89a" + b"\xff" * 50),
        ("a.png", b""),
    ],
    ids=["SVG", "HTML", "ZIP", "PDF", "cut", "GIF of nonsense", "empty"],
)
def test_what_is_no_picture_is_no_photo_whatever_it_is_called(cast: Cast, name: str, body: bytes):
    before = StoredFile.objects.count()
    photo = SimpleUploadedFile(name, body, content_type="image/png")
    typed = {"photo": photo, "bio": "", "meeting_link": ""}
    answer = client_of(cast, "provider").post(PROFILE, typed)
    assert answer.status_code == 422
    assert StoredFile.objects.count() == before


@pytest.mark.parametrize("address", [
    "a" * 40 + "@" + "a." * 40 + "!",
    "a@" + "-" * 5000 + ".test",
    '"' + "\\" * 5000 + '"@a.test',
    "@" * 5000,
    "a@[" + "1." * 5000 + "]",
])  # fmt: skip
def test_address_that_makes_patterns_crawl_is_refused_in_a_moment(cast: Cast, address: str):
    admin, begun = client_of(cast, "admin"), time.monotonic()
    assert admin.post("/c/mentoring/manage/students/new/", {"email": address}).status_code == 422
    file = SimpleUploadedFile("a.csv", f"Email\n{address}\n".encode())
    admin.post("/c/mentoring/manage/imports/students/", {"file": file, "mode": "merge"})
    assert time.monotonic() - begun < A_MOMENT


@pytest.mark.parametrize(
    "inside",
    [
        "BEGIN:VEVENT\r\n" * 50_000,
        "BEGIN:VEVENT\r\n" * 500 + "END:VEVENT\r\n" * 500,
        "BEGIN:X-A\r\n" * 20_000 + "END:X-A\r\n" * 20_000,
        "END:VCALENDAR\r\n" * 20_000,
        "X;" + "A=" * 50_000 + ":1\r\n",
        " \r\n" * 50_000,
    ],
    ids=["only begins", "events in events", "unknown parts", "only ends", "parameters", "folds"],
)
def test_calendar_that_only_nests_is_left_in_a_moment(inside: str):
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{inside}END:VCALENDAR\r\n"
    begun = time.monotonic()
    with suppress(Unreadable):
        kept = trim(text.encode(), since=ASK.since, until=ASK.until)
        assert busy_apart(kept, ASK, seconds=A_MOMENT * 2).spans == ()
    assert time.monotonic() - begun < A_MOMENT * 3
