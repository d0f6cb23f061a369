"""Hostile texts, typed where people type: kept as the text they are, or refused in a sentence."""

import csv
import io
import re
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest
from django.core import mail
from django.test import Client
from icalendar import Calendar

from tests.factories.cast import MONDAY, Cast
from tests.factories.way import TEN
from tests.factories.world import TESTER
from tests.hostile.texts import MARK, TEXTS
from tests.web.test_every_url import client_of
from visavis.bookings.actions import accept
from visavis.bookings.models import Answer
from visavis.calendars.feeds import open_feed
from visavis.catalogue.models import Service
from visavis.core import clock
from visavis.core.discretion import in_line
from visavis.core.worker import drain
from visavis.notifications.tasks import tell_events
from visavis.people.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.long]

FORGED = (MARK.encode(), b"SUMMARY:" + MARK.encode())
ANSWERED = {200, 302, 422}
ROOT = "/c/mentoring/"


class Marks(HTMLParser):
    """Finds tags and attributes that nobody of ours wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        if MARK in tag:
            self.found.append(tag)
        for name, value in attrs:
            is_run = name in ("href", "src", "action", "formaction") and (value or "").strip(
                "\x00\x01\x02 \t\r\n"
            ).lower().startswith(("javascript:", "data:text", "vbscript:"))
            if MARK in name or is_run:
                self.found.append(f"{tag} {name}={value}")


def injected(answer) -> list[str]:
    parser = Marks()
    parser.feed(answer.getvalue().decode())
    return parser.found


@pytest.fixture(params=TEXTS.values(), ids=TEXTS.keys())
def text(request) -> str:
    return request.param


def send(client: Client, url: str, typed: dict[str, object]) -> str:
    """Send the form as a browser does (a lone half of a letter goes as its bytes); what came."""
    as_bytes = {
        name: value.encode(errors="surrogatepass").decode(errors="replace")
        if isinstance(value, str)
        else value
        for name, value in typed.items()
    }
    answer = client.post(url, as_bytes)
    assert answer.status_code in ANSWERED, (url, answer.status_code)
    assert injected(answer) == []
    return "" if answer.status_code == 422 else "taken"


def test_text_typed_anywhere_is_text_everywhere(cast: Cast, text: str):
    place = cast.own
    student, talia, admin = (client_of(cast, one) for one in ("student", "provider", "admin"))
    send(student, "/accounts/profile/", {"first_name": text, "last_name": text, "pronouns": text})
    send(talia, f"{ROOT}teach/profile/", {"bio": text, "meeting_link": text})
    send(
        student,
        f"{ROOT}bookings/{place.booking.public_id}/cancellation/",
        {"reason": text},
    )
    send(admin, f"{ROOT}manage/services/new/", {"kind": "topic", "subject": text, "name": text})
    send(
        admin, f"{ROOT}manage/locations/new/", {"name": text, "kind": "in_person", "details": text}
    )
    send(admin, f"{ROOT}manage/closures/", {"first": "2027-03-08", "last": "", "reason": text})
    send(admin, f"{ROOT}manage/links/", {"label": text, "url": text})
    send(admin, f"{ROOT}manage/students/new/", {"email": text, "first_name": text})
    send(admin, f"{ROOT}manage/settings/", {"name": text, "description": text, "contact": text})
    pages = {
        student: ("", "learn/", f"bookings/{place.booking.public_id}/"),
        talia: ("teach/", "teach/profile/", f"teach/meetings/{place.request.public_id}/"),
        admin: ("manage/", "manage/students/", "manage/history/", "manage/services/",
                "manage/locations/", "manage/closures/", "manage/appointments/?span=all",
                f"manage/appointments/{place.booking.public_id}/"),
    }  # fmt: skip
    for client, paths in pages.items():
        for path in paths:
            answer = client.get(f"{ROOT}{path}", follow=True)
            assert answer.status_code == 200, path
            assert injected(answer) == [], path
            assert "49" not in re.findall(r"\{\{ 7 \* 7 \}\}|>49<", answer.content.decode())


def test_text_that_is_searched_for_finds_no_more_than_it_says(cast: Cast, text: str):
    admin = client_of(cast, "admin")
    for path in ("students", "services", "providers", "appointments", "history", "enrollment"):
        answer = admin.get(f"{ROOT}manage/{path}/", {"q": text, "sort": text, "page": text})
        assert answer.status_code == 200, path
        assert injected(answer) == [], path
        found = answer.context.get("page_obj")
        if text.strip("\u200b \t") and found is not None and path in ("students", "services"):
            assert len(found) == 0, path


def test_text_in_a_file_to_take_away_runs_no_formula(cast: Cast, text: str):
    place, kept = cast.own, _kept(text)
    User.objects.filter(pk=place.student.pk).update(first_name=kept, last_name="")
    answer = client_of(cast, "admin").get(f"{ROOT}manage/appointments/export.csv?span=all")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode().lstrip("\ufeff"), newline="")))
    assert len({len(row) for row in rows}) == 1
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]


def test_text_in_a_calendar_stays_in_its_line(cast: Cast, text: str):
    place, kept = cast.own, _kept(text)
    User.objects.filter(pk=place.student.pk).update(first_name=kept, last_name="")
    Service.objects.filter(pk=place.world.service.pk).update(subject=kept, name=kept)
    accept(place.request, by=TESTER, now=MONDAY)
    for person in (place.student, place.provider.user):
        feed = open_feed(person, by=TESTER, now=MONDAY)
        answer = Client().get(f"/accounts/feeds/{feed.token}.ics")
        assert answer.status_code == 200
        raw = answer.content
        lines = raw.split(b"\r\n")
        assert all(len(line) <= 75 for line in lines)
        assert not [
            line for line in lines if line.startswith((MARK.encode(), b"SUMMARY:" + MARK.encode()))
        ]
        events = Calendar.from_ical(raw).walk("VEVENT")
        assert events
        assert raw.count(b"BEGIN:VEVENT") == raw.count(b"END:VEVENT") == len(events)


def test_text_in_a_mail_adds_no_header_and_no_reader(cast: Cast, text: str):
    place, kept = cast.own, _kept(text)
    User.objects.filter(pk=place.student.pk).update(first_name=kept, last_name="")
    Answer.objects.create(booking=place.request, label="What about?", value=kept)
    accept(place.request, by=TESTER, now=MONDAY)
    with clock.frozen_at(MONDAY):
        tell_events.call()
        drain()
    assert mail.outbox
    for message in mail.outbox:
        raw = message.message().as_bytes()
        read = message_from_bytes(raw, policy=policy.default)
        assert read["Bcc"] is None
        assert f"{MARK}@evil.test" not in message.recipients()
        assert {name.lower() for name in read} <= {
            "content-type", "mime-version", "subject", "from", "to", "reply-to", "date",
            "message-id", "auto-submitted", "x-auto-response-suppress", "references",
            "in-reply-to", "content-transfer-encoding", "list-id", "precedence",
        }  # fmt: skip
        html = next((part for part in read.walk() if part.get_content_type() == "text/html"), None)
        if html is not None:
            parser = Marks()
            parser.feed(html.get_content())
            assert parser.found == []


def test_text_in_a_log_begins_no_line_of_its_own(text: str):
    written = in_line(_kept(text))
    assert "\x1b" not in written
    assert not re.search(r"(?m)^2027-01-01", written)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e]", written)


def _kept(text: str) -> str:
    """The text as a form lets it through into a column of 200 letters."""
    plain = text.encode(errors="surrogatepass").decode(errors="replace")
    return plain.replace("\x00", "")[:190] or "x"


def test_meeting_is_where_the_tests_think(cast: Cast):
    assert cast.own.booking.appointment.start == TEN
