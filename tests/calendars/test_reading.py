"""From an address to busy rows: what is due, what is spared, what failed, what is ours."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.calendars.samples import GOOGLE, as_file, calendar_of
from tests.calendars.server import internet, page
from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.models import OutsideBusy, OutsideCalendar
from visavis.bookings.actions import book_series
from visavis.calendars import reading, tasks
from visavis.calendars.actions import connect
from visavis.calendars.busy import busy_times
from visavis.calendars.ics import booking_calendar, uid_of_booking
from visavis.calendars.problems import SENTENCES, problem_in_words
from visavis.calendars.reading import claim, due_calendars, own_uids, read_calendar, window_of
from visavis.catalogue.actions import add_format
from visavis.catalogue.enums import Repeats
from visavis.communities.actions import change_settings
from visavis.core import clock

pytestmark = pytest.mark.django_db
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
TEN = MONDAY + 2 * HOUR
MEETING = calendar_of("UID:1\nDTSTART:20270216T150000Z\nDTEND:20270216T160000Z")


@pytest.fixture
def world():
    world = make_world()
    world.talia = world.provider()
    return world


@pytest.fixture
def outside():
    with internet() as outside:
        yield outside


@pytest.fixture
def calendar(world):
    address = "webcal://calendar.test/a.ics"
    made = connect(world.talia.user, address=address, by=TESTER, now=MONDAY)
    # The server of these tests speaks no TLS.
    made.address = "http://calendar.test/a.ics"
    made.save()
    return made


def read(calendar, outside, *, now=MONDAY, **changes):
    changes = {"network": outside.network(), "reader": busy_times, **changes}
    changed = read_calendar(calendar, now=now, **changes)
    calendar.refresh_from_db()
    return changed


def busy():
    return [(row.start, row.end) for row in OutsideBusy.objects.all()]


def test_calendar_without_a_name_is_called_by_its_host(world):
    made = connect(world.talia.user, address="webcal://calendar.test/a", by=TESTER, now=MONDAY)
    assert (made.name, made.address) == ("calendar.test", "https://calendar.test/a")


def test_calendar_is_read_into_rows_in_a_process_of_its_own(calendar, outside):
    outside.pages["/a.ics"] = page(as_file(MEETING), ETag='"1"')
    assert read_calendar(calendar, now=MONDAY, network=outside.network())
    start = datetime(2027, 2, 16, 15, tzinfo=UTC)
    assert busy() == [(start, start + HOUR)]
    calendar.refresh_from_db()
    assert (calendar.read_at, calendar.asked_at, calendar.etag) == (MONDAY, None, '"1"')
    assert calendar.next_at == MONDAY + reading.READ_EVERY


def test_file_that_has_not_changed_is_read_no_further(calendar, outside):
    outside.pages["/a.ics"] = page(as_file(MEETING), ETag='"1"')
    read(calendar, outside)
    outside.pages["/a.ics"] = page(b"", status=304)
    assert not read(calendar, outside, now=MONDAY + HOUR, reader=None)
    assert outside.asked[-1][1]["If-None-Match"] == '"1"'
    assert (len(busy()), calendar.read_at) == (1, MONDAY + HOUR)


def test_file_that_only_bears_new_stamps_is_read_no_further(calendar, outside):
    """Google stamps its entries anew at every reading."""
    outside.pages["/a.ics"] = page(as_file(GOOGLE))
    read(calendar, outside)
    outside.pages["/a.ics"] = page(as_file(GOOGLE.replace("20270228T101500Z", "20270228T111500Z")))
    assert not read(calendar, outside, now=MONDAY + HOUR, reader=None)


def test_unchanged_file_is_asked_for_whole_when_it_must_be_known_further(calendar, outside):
    text = calendar_of("UID:1\nDTSTART:20270101T150000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY")
    outside.pages["/a.ics"] = page(as_file(text), ETag='"1"')
    read(calendar, outside)
    count, later = len(busy()), MONDAY + WEEK
    assert read(calendar, outside, now=later)
    assert "If-None-Match" not in outside.asked[-1][1]
    assert len(busy()) == count  # one week is over, another has come


def test_endless_rule_ends_where_nobody_can_book(calendar, outside, world):
    text = calendar_of("UID:1\nDTSTART:20200101T150000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY")
    outside.pages["/a.ics"] = page(as_file(text))
    read(calendar, outside)
    since, until = window_of(world.talia.user, MONDAY)
    assert {start.hour for start, _end in busy()} == {15}
    assert len(busy()) == (until - since) // DAY
    horizon = MONDAY + world.community.weeks_ahead * WEEK
    assert until > horizon + reading.SERIES_WEEKS * WEEK


def test_horizon_that_moves_out_is_read_to(calendar, outside, world):
    outside.pages["/a.ics"] = page(as_file(MEETING), ETag='"1"')
    read(calendar, outside)
    change_settings(world.community, {"weeks_ahead": 40}, by=TESTER)
    read(calendar, outside, now=MONDAY + HOUR)
    assert "If-None-Match" not in outside.asked[-1][1]
    assert calendar.known_until > MONDAY + 40 * WEEK


def test_reading_that_fails_keeps_what_was_known_and_waits_longer_each_time(calendar, outside):
    outside.pages["/a.ics"] = page(as_file(MEETING))
    read(calendar, outside)
    outside.pages["/a.ics"] = page(b"", status=500)
    rests, now = [], MONDAY
    for _try in range(12):
        now = calendar.next_at
        read(calendar, outside, now=now)
        rests.append((calendar.next_at - now) // timedelta(minutes=1))
    assert rests[:4] == [10, 20, 40, 80]
    assert rests[-1] == 24 * 60
    assert (len(busy()), calendar.read_at) == (1, MONDAY)
    said = problem_in_words(calendar.problem, calendar.problem_data)
    assert said == "calendar.test answered with an error (500)."
    outside.pages["/a.ics"] = page(as_file(MEETING))
    read(calendar, outside, now=now + DAY)
    assert problem_in_words(calendar.problem, calendar.problem_data) == ""


def test_whatever_else_goes_wrong_with_a_file_is_told_and_tried_later(calendar, outside):
    def stumble(_text, _ask):
        raise RecursionError

    outside.pages["/a.ics"] = page(as_file(MEETING))
    assert not read(calendar, outside, reader=stumble)
    assert (calendar.problem, calendar.failures) == ("broken", 1)
    assert calendar.next_at == MONDAY + reading.FIRST_REST


def test_every_problem_has_a_sentence_that_can_be_filled():
    for code in SENTENCES:
        said = problem_in_words(code, {"host": "calendar.test", "status": 500, "most": 10})
        assert said.endswith((".", "?"))
        assert "{" not in said
    assert problem_in_words("new_one", {}) == "The calendar could not be read."


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<html>Sign in</html>", "a_web_page"),
        (as_file(GOOGLE)[:1500], "broken_off"),
        (b"\xff" * 1000, "no_calendar"),
    ],
)
def test_what_is_no_calendar_is_told(calendar, outside, body, code):
    outside.pages["/a.ics"] = page(body)
    read(calendar, outside)
    assert (calendar.problem, busy()) == (code, [])


# --- What is due --------------------------------------------------------------------------------


def test_due_is_what_is_not_paused_of_people_who_give_support(calendar, world):
    assert list(due_calendars(MONDAY)) == [calendar]
    assert not due_calendars(MONDAY - HOUR).exists()
    world.talia.retired_at = MONDAY
    world.talia.save()
    assert not due_calendars(MONDAY).exists()


def test_one_of_two_workers_gets_a_calendar(calendar):
    same = OutsideCalendar.objects.get(pk=calendar.pk)
    assert claim(calendar, now=MONDAY)
    assert not claim(same, now=MONDAY)
    assert not due_calendars(MONDAY).exists()
    assert due_calendars(MONDAY + reading.LEASE).exists()


def test_job_reads_what_is_due_and_begins_none_when_its_time_is_over(
    calendar, outside, world, monkeypatch
):
    outside.pages["/a.ics"] = page(as_file(MEETING))
    monkeypatch.setattr(reading, "NETWORK", outside.network())
    monkeypatch.setattr(reading.read_due, "__kwdefaults__", {"network": outside.network()})
    with clock.frozen_at(MONDAY):
        assert reading.has_due(MONDAY)
        tasks.read_calendars.call()
        assert not reading.has_due(MONDAY)
    assert len(busy()) == 1
    monkeypatch.setattr(reading, "BUDGET", 0)
    assert reading.read_due(clock=lambda: MONDAY + DAY) == 0


# --- What is ours -------------------------------------------------------------------------------


def test_own_meetings_that_invitations_entered_there_keep_nobody_busy(calendar, outside, world):
    """Otherwise a cancelled meeting would keep its time until the other program is read again."""
    booking = world.book(world.talia, world.student(), TEN)
    outside.pages["/a.ics"] = page(booking_calendar(booking, url="https://uni.test/"))
    read(calendar, outside)
    assert (calendar.problem, busy()) == ("", [])


def test_meetings_of_another_visavis_do_keep_somebody_busy(world):
    theirs = world.book(world.provider("Omar"), world.student(), TEN)
    own = world.book(world.talia, world.student("Uma"), TEN + HOUR)
    learning = world.book(world.provider("Kim"), world.talia.user, TEN + 2 * HOUR)
    weekly = add_format(
        world.community, by=TESTER, name="Weekly", minutes=30, repeats=Repeats.WEEKLY
    )
    order = world.order(
        world.talia, world.student("Ana"), TEN + DAY, format=weekly, location=world.location
    )
    series = book_series(order, weeks=2, by=TESTER, now=MONDAY)
    uids = {
        "own": uid_of_booking(own),
        "learning": uid_of_booking(learning),
        "series": f"series-{series.public_id}@visavis",
        "group": f"appointment-{own.appointment_id}@visavis",
        "theirs": uid_of_booking(theirs),
        "their group": f"appointment-{theirs.appointment_id}@visavis",
        "stranger": "9d1c7b0e-0000-4000-8000-000000000000@visavis",
        "odd": "anything@visavis",
        "huge": f"appointment-{'9' * 40}@visavis",
    }
    text = "".join(f"UID:{uid}\r\n" for uid in uids.values())
    ours = set(own_uids(world.talia.user, text))
    assert {name for name, uid in uids.items() if uid in ours} == {
        "own",
        "learning",
        "series",
        "group",
    }


def test_file_that_names_more_meetings_than_a_query_takes_is_read(world):
    own = world.book(world.talia, world.student(), TEN)
    numbers = [own.appointment_id, *range(10**6, 10**6 + 300_000)]
    text = "".join(f"UID:appointment-{number}@visavis\r\n" for number in numbers)
    assert own_uids(world.talia.user, text) == [f"appointment-{own.appointment_id}@visavis"]
