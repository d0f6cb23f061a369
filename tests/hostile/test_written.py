"""Hostile texts that are searched for, and written into files, calendars, mails and logs."""

import csv
import io
import re
from datetime import timedelta
from email import message_from_bytes, policy
from email.utils import getaddresses

import pytest
from django.core import mail
from django.test import Client
from icalendar import Calendar

from tests.factories.cast import MONDAY, Cast
from tests.factories.way import TEN
from tests.factories.world import TESTER
from tests.hostile.texts import MARK, TEXTS
from tests.hostile.typed import ROOT, injected, kept, letters
from tests.web.test_every_url import client_of
from visavis.bookings.actions import accept
from visavis.bookings.models import Answer
from visavis.calendars.feeds import open_feed
from visavis.catalogue.models import CODE_LENGTH, Service
from visavis.core import clock
from visavis.core.discretion import in_line
from visavis.core.worker import drain
from visavis.notifications.tasks import tell_events
from visavis.people.models import User

pytestmark = pytest.mark.django_db

HEADERS = {
    "content-type", "mime-version", "subject", "from", "to", "reply-to", "date", "message-id",
    "auto-submitted", "x-auto-response-suppress", "references", "in-reply-to",
    "content-transfer-encoding", "list-id", "precedence",
}  # fmt: skip


@pytest.fixture(params=TEXTS.values(), ids=TEXTS.keys())
def text(request) -> str:
    return request.param


def test_text_that_is_searched_for_finds_no_more_than_it_says(cast: Cast, text: str):
    admin, typed = client_of(cast, "admin"), text.encode(errors="replace").decode()
    for path in ("students", "services", "providers", "appointments", "history", "enrollment"):
        answer = admin.get(f"{ROOT}manage/{path}/", {"q": typed, "sort": typed, "page": typed})
        assert answer.status_code == 200, path
        assert injected(answer.getvalue().decode()) == []
        found = answer.context.get("page_obj")
        if text.strip("\u200b \t") and found is not None and path in ("students", "services"):
            assert len(found) == 0, path


def test_text_in_a_file_to_take_away_runs_no_formula(cast: Cast):
    place, begins = cast.own, ("=", "+", "-", "@", "\t")
    for text in TEXTS.values():
        User.objects.filter(pk=place.student.pk).update(first_name=kept(text), last_name="")
        answer = client_of(cast, "admin").get(f"{ROOT}manage/appointments/export.csv?span=all")
        read = answer.getvalue().decode().lstrip("\ufeff")
        rows = list(csv.reader(io.StringIO(read, newline="")))
        assert len({len(row) for row in rows}) == 1, text
        assert [cell for row in rows for cell in row if cell.startswith(begins)] == []


def test_text_in_a_calendar_stays_in_its_line(cast: Cast, text: str):
    place, told = cast.own, kept(text)
    User.objects.filter(pk=place.student.pk).update(first_name=told, last_name="")
    Service.objects.filter(pk=place.world.service.pk).update(subject=told[:CODE_LENGTH], name=told)
    accept(place.request, by=TESTER, now=MONDAY)
    for person in (place.student, place.provider.user):
        feed = open_feed(person, by=TESTER, now=MONDAY)
        answer = Client().get(f"/accounts/feeds/{feed.token}.ics")
        assert answer.status_code == 200
        raw = answer.content
        lines = raw.split(b"\r\n")
        assert all(len(line) <= 75 for line in lines)
        forged = (MARK.encode(), b"SUMMARY:" + MARK.encode())
        assert [line for line in lines if line.startswith(forged)] == []
        events = Calendar.from_ical(raw).walk("VEVENT")
        assert events
        assert lines.count(b"BEGIN:VEVENT") == lines.count(b"END:VEVENT") == len(events)


def test_text_in_a_mail_adds_no_header_and_no_reader(cast: Cast):
    """Three texts to a meeting: one in each name, which subjects bear, all in its answers."""
    world, texts = cast.own.world, [kept(text) for text in TEXTS.values()]
    unreached = []
    for number in range(0, len(texts), 3):
        few = [*texts[number : number + 3], *texts[:2]][:3]
        student, provider = world.student(f"m{number}"), world.provider(f"t{number}")
        User.objects.filter(pk=student.pk).update(first_name=few[0], last_name="")
        User.objects.filter(pk=provider.user.pk).update(first_name=few[1], last_name="")
        Service.objects.filter(pk=world.service.pk).update(
            subject=few[2][:CODE_LENGTH], name=few[2]
        )
        booking = world.book(provider, student, TEN + timedelta(days=2), f"mail-{number}")
        Answer.objects.create(booking=booking, label="What about?", value="\n".join(few))
        booking = type(booking).objects.get(pk=booking.pk)
        accept(booking, by=TESTER, now=MONDAY)
        _tell()
        reached = {to for message in mail.outbox for _name, to in getaddresses(message.to)}
        unreached += [few for user in (student, provider.user) if user.email not in reached]
    assert unreached == []
    read = [_read(message) for message in mail.outbox]
    assert sum("\n" not in str(one["Subject"]) for one in read) == len(read)
    subjects = "".join(letters(str(one["Subject"])) for one in read)
    assert sum(letters(text)[:20] in subjects for text in texts) > 30, subjects


def _tell() -> None:
    with clock.frozen_at(MONDAY):
        tell_events.call()
        drain()


def _read(message):
    raw = message.message().as_bytes()
    read = message_from_bytes(raw, policy=policy.default)
    assert read["Bcc"] is None
    readers = [address for _name, address in getaddresses(message.recipients())]
    assert [to for to in readers if not to.endswith(("@uni.test", "@students.test"))] == []
    assert {name.lower() for name in read} <= HEADERS
    for part in read.walk():
        if part.get_content_type() == "text/html":
            assert injected(part.get_content()) == []
    return read


def test_text_in_a_log_begins_no_line_of_its_own(text: str):
    written = in_line(kept(text))
    assert "\x1b" not in written
    assert not re.search(r"(?m)^2027-01-01", written)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e]", written)
