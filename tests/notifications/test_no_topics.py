"""What a meeting is about stands in no mail and in no calendar."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, TESTER
from tests.notifications.conftest import TEN
from visavis.bookings.actions import (
    LogEntry,
    Target,
    accept,
    book_series,
    cancel,
    decline,
    mark_missed,
    reschedule,
    write_log,
)
from visavis.bookings.models import Answer, Series
from visavis.bookings.queries import weeks_of
from visavis.calendars.feeds import feed_calendar
from visavis.calendars.ics import booking_calendar, series_calendar
from visavis.catalogue.actions import add_format
from visavis.catalogue.enums import Repeats
from visavis.core import clock
from visavis.core.history import Actor
from visavis.notifications.models import Message
from visavis.notifications.reminders import remind

DAY = timedelta(days=1)
TOPIC, NOTE, FOR_STUDENT = "Zqxjtopic", "Zqxjnote", "Zqxjword"


def about(*bookings):
    """Plant the topic in each of these bookings: question, answer and name of a file."""
    for booking in bookings:
        Answer.objects.create(
            booking=booking,
            label=f"{TOPIC} why?",
            value=f"{TOPIC} trouble",
            file_name=f"{TOPIC}.txt",
        )


@pytest.fixture
def lived(world, talia, sam, told):
    """Every kind of thing that is told of meetings with a topic, told."""
    me, her = Actor(sam.pk, str(sam)), Actor(talia.user_id, str(talia))
    world.community.centre_email = "centre@uni.test"
    world.community.asks_log = True
    world.community.save()
    world.format.auto_confirm = False
    world.format.save()
    asked = [world.book(talia, sam, TEN + n * DAY, f"asked{n}") for n in range(4)]
    about(*asked)
    told()
    accept(asked[0], by=her, now=MONDAY)
    decline(asked[1], by=her, reason="Not that day", now=MONDAY)
    accept(asked[2], by=her, now=MONDAY)
    told()
    reschedule(asked[2], Target(TEN + 2 * DAY + timedelta(hours=2), talia), by=me, now=MONDAY)
    told()
    cancel(asked[3], by=me, reason="Ill", now=MONDAY)
    weekly = add_format(
        world.community, by=TESTER, name="Weekly", minutes=30, repeats=Repeats.WEEKLY
    )
    order = world.order(talia, sam, TEN + 4 * DAY, "weekly", format=weekly, location=world.location)
    series = book_series(order, weeks=2, by=me, now=MONDAY)
    about(*weeks_of(series))
    told()
    _afterwards(asked[0], her, told)
    return sam, talia, series


def _afterwards(booking, her, told):
    before, after = TEN - timedelta(hours=1), TEN + timedelta(hours=1)
    with clock.frozen_at(before):
        remind(now=before)
        told()
    with clock.frozen_at(after):
        entry = LogEntry(minutes=30, notes=f"{NOTE} of staff", for_student=f"{FOR_STUDENT} for you")
        write_log(booking, entry, by=her, now=after)
        told()
        mark_missed(booking, by=her, now=after)
    with clock.frozen_at(after + timedelta(hours=1)):
        told()


def test_no_mail_says_what_a_meeting_is_about(lived, mailroom):
    kinds = set(Message.objects.values_list("kind", flat=True))
    assert len(kinds) >= 8, kinds
    assert len(mailroom.received) >= 14
    for mail in mailroom.received:
        parts = [str(mail["Subject"]), *_texts(mail)]
        assert TOPIC not in "".join(parts), mail["Subject"]
        assert NOTE not in "".join(parts), mail["Subject"]


def test_words_for_the_student_are_in_the_mail_to_the_student_and_in_no_subject_or_calendar(
    lived, mailroom
):
    with_words = [mail for mail in mailroom.received if FOR_STUDENT in "".join(_texts(mail))]
    assert {str(mail["To"]) for mail in with_words} == {"Sam Example <sam@students.test>"}
    for mail in mailroom.received:
        assert FOR_STUDENT not in str(mail["Subject"])
        for part in mail.walk():
            if part.get_content_type() == "text/calendar":
                assert FOR_STUDENT not in part.get_content()


def test_nor_does_any_calendar(lived):
    sam, talia, series = lived
    calendars = [feed_calendar(person, now=MONDAY) for person in (sam, talia.user)]
    weeks = list(weeks_of(series))
    calendars.append(
        series_calendar(Series.objects.get(pk=series.pk), weeks, url="https://v.test/")
    )
    calendars += [booking_calendar(booking, url="https://v.test/") for booking in weeks]
    for content in (text.decode() for text in calendars):
        assert "BEGIN:VEVENT" in content
        for planted in (TOPIC, NOTE, FOR_STUDENT):
            assert planted not in content.replace("\r\n ", "")


def _texts(mail):
    return [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
