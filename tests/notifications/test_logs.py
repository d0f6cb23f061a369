"""What is told of a log: to the student alone, and only what is meant for them."""

from dataclasses import replace
from datetime import timedelta

from tests.factories.world import TESTER
from tests.notifications.conftest import TEN
from visavis.bookings.actions import LogEntry, write_log

AFTER = TEN + timedelta(hours=1)
ENTRY = LogEntry(minutes=25, notes="Shy today.", for_student="Read chapter 3.")


def test_student_gets_what_is_meant_for_them_and_nothing_else(world, talia, sam, told):
    booking = world.book(talia, sam, TEN)
    before = len(told())
    write_log(booking, ENTRY, by=TESTER, now=AFTER)
    (mail,) = told()[before:]
    assert mail["To"] == "Sam Example <sam@students.test>"
    assert mail["Subject"].startswith("After your meeting: Talia Example, ")
    for part in ("plain", "html"):
        content = mail.get_body((part,)).get_content()
        assert "Read chapter 3." in content
        assert "Shy today." not in content


def test_draft_and_notes_for_staff_send_nothing(world, talia, sam, told):
    booking = world.book(talia, sam, TEN)
    before = len(told())
    write_log(booking, ENTRY, by=TESTER, now=AFTER, is_draft=True)
    write_log(booking, replace(ENTRY, for_student=""), by=TESTER, now=AFTER)
    assert told()[before:] == []


def test_lines_that_somebody_wrote_are_no_list(world, talia, sam, told):
    booking = world.book(talia, sam, TEN)
    before = len(told())
    lines = replace(ENTRY, for_student="Read chapter 3.\n\nBring notes.")
    write_log(booking, lines, by=TESTER, now=AFTER)
    (mail,) = told()[before:]
    plain = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert "For you:\nRead chapter 3.\n\nBring notes.\n" in plain
    assert "Read chapter 3.<br><br>Bring notes." in mail.get_body(("html",)).get_content()
