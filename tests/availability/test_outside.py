"""Outside calendars as rows: connected, read, paused, disconnected, and when a version rises."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.world import MONDAY, TESTER, make_user, make_world
from visavis.availability.errors import InvalidCalendar
from visavis.availability.models import OutsideBusy, OutsideCalendar
from visavis.availability.outside import (
    Failure,
    Reading,
    ask_for_reading,
    connect_calendar,
    disconnect_calendar,
    keep_failure,
    keep_reading,
    pause_calendar,
    resume_calendar,
)
from visavis.core.models import HistoryEntry
from visavis.people.models import User

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATER = MONDAY + HOUR
ADDRESS = "https://calendar.test/secret-1234.ics"


@pytest.fixture
def talia():
    return make_world().provider().user


@pytest.fixture
def calendar(talia):
    return connect(talia)


def connect(person, address=ADDRESS, name="Classes"):
    return connect_calendar(person, name=name, address=address, by=TESTER, now=MONDAY)


def keep(calendar, *starts, now=MONDAY, **told):
    spans = [(MONDAY + hours * HOUR, MONDAY + (hours + 1) * HOUR) for hours in starts]
    reading = Reading(spans, MONDAY + timedelta(weeks=9), **told)
    changed = keep_reading(calendar, reading, next_at=now + HOUR, now=now)
    calendar.refresh_from_db()
    return changed


def version(person):
    return User.objects.get(pk=person.pk).time_version


def kept(calendar):
    return [(row.start - MONDAY) // HOUR for row in OutsideBusy.objects.filter(calendar=calendar)]


def test_calendar_is_read_as_soon_as_it_is_connected(calendar):
    assert (calendar.next_at, calendar.asked_at, calendar.read_at) == (MONDAY, MONDAY, None)


def test_history_tells_of_the_host_and_never_of_the_address(calendar):
    entry = HistoryEntry.objects.get(verb="connected calendar")
    assert entry.after == {"name": "Classes", "host": "calendar.test"}
    disconnect_calendar(calendar, by=TESTER, now=MONDAY)
    for entry in HistoryEntry.objects.all():
        assert "secret-1234" not in f"{entry.before} {entry.after} {entry.subject_label}"


def test_the_same_calendar_is_not_connected_twice_by_one_person(calendar, talia):
    with pytest.raises(InvalidCalendar, match="as “Classes”"):
        connect(talia, name="Again")
    connect(make_user("omar@uni.test", "Omar"))
    assert OutsideCalendar.objects.count() == 2


def test_there_is_an_end_to_calendars(talia, monkeypatch):
    monkeypatch.setattr("visavis.availability.outside.MOST_CALENDARS", 2)
    connect(talia, f"{ADDRESS}?1")
    connect(talia, f"{ADDRESS}?2")
    with pytest.raises(InvalidCalendar, match="as many as there can be"):
        connect(talia, f"{ADDRESS}?3")


def test_busy_times_replace_those_of_the_last_reading(calendar):
    keep(calendar, 1, 2, 3)
    keep(calendar, 2, 5)
    assert kept(calendar) == [2, 5]


def test_version_rises_with_every_change_and_only_then(calendar, talia):
    before = version(talia)
    assert keep(calendar, 1, 2)
    assert version(talia) == before + 1
    assert not keep(calendar, 1, 2)
    assert not keep(calendar, 1, 2, etag='"2"')
    assert version(talia) == before + 1
    assert keep(calendar, 1)
    assert version(talia) == before + 2


def test_what_is_over_changes_nothing(calendar, talia):
    keep(calendar, 1, 5)
    before = version(talia)
    assert not keep(calendar, 5, now=MONDAY + 3 * HOUR)
    assert (kept(calendar), version(talia)) == ([5], before)


def test_reading_that_brought_nothing_new_leaves_all_as_it_was(calendar, talia):
    keep(calendar, 1, etag='"1"', skipped=3)
    before = version(talia)
    keep_reading(calendar, Reading(), next_at=LATER + HOUR, now=LATER)
    calendar.refresh_from_db()
    assert (kept(calendar), version(talia)) == ([1], before)
    assert (calendar.etag, calendar.skipped, calendar.read_at) == ('"1"', 3, LATER)


def test_busy_times_stay_when_a_reading_fails_and_the_next_success_forgets_why(calendar, talia):
    keep(calendar, 1)
    before = version(talia)
    failure = Failure("not_there", {"host": "calendar.test"})
    for number in (1, 2):
        now = MONDAY + number * HOUR
        keep_failure(calendar, failure, next_at=now + HOUR, now=now)
        calendar.refresh_from_db()
    assert (kept(calendar), version(talia)) == ([1], before)
    assert (calendar.problem, calendar.failures, calendar.read_at) == ("not_there", 2, MONDAY)
    keep(calendar, 1, now=MONDAY + 3 * HOUR)
    assert (calendar.problem, calendar.problem_data, calendar.failures) == ("", {}, 0)


def test_paused_calendar_keeps_nobody_busy_and_is_read_again_whole(calendar, talia):
    keep(calendar, 1, etag='"1"', digest="1")
    before = version(talia)
    assert pause_calendar(calendar, by=TESTER, now=MONDAY)
    assert not pause_calendar(calendar, by=TESTER, now=MONDAY)
    assert (kept(calendar), version(talia)) == ([], before + 1)
    assert resume_calendar(calendar, by=TESTER, now=LATER)
    assert not resume_calendar(calendar, by=TESTER, now=LATER)
    calendar.refresh_from_db()
    assert (calendar.next_at, calendar.etag, calendar.digest, calendar.known_until) == (
        LATER,
        "",
        "",
        None,
    )


def test_disconnected_calendar_keeps_nobody_busy(calendar, talia):
    keep(calendar, 1)
    before = version(talia)
    assert disconnect_calendar(calendar, by=TESTER, now=MONDAY)
    assert not disconnect_calendar(calendar, by=TESTER, now=MONDAY)
    assert version(talia) == before + 1
    assert not OutsideBusy.objects.exists()


def test_calendar_that_kept_nobody_busy_leaves_without_raising_a_version(calendar, talia):
    before = version(talia)
    disconnect_calendar(calendar, by=TESTER, now=MONDAY)
    assert version(talia) == before


@pytest.mark.parametrize("what", ["paused", "disconnected", "read by somebody else"])
def test_reading_that_comes_too_late_writes_nothing(calendar, talia, what):
    seen = OutsideCalendar.objects.get(pk=calendar.pk)
    if what == "paused":
        pause_calendar(calendar, by=TESTER, now=MONDAY)
    elif what == "disconnected":
        disconnect_calendar(calendar, by=TESTER, now=MONDAY)
    else:
        keep(calendar, 7)
    before = OutsideBusy.objects.count(), version(talia)
    reading = Reading([(MONDAY, LATER)], MONDAY + timedelta(weeks=9))
    assert not keep_reading(seen, reading, next_at=LATER, now=MONDAY)
    keep_failure(seen, Failure("broken"), next_at=LATER, now=MONDAY)
    assert (OutsideBusy.objects.count(), version(talia)) == before
    assert not OutsideCalendar.objects.filter(problem="broken").exists()


def test_nothing_new_does_not_count_for_what_was_paused_and_resumed_meanwhile(calendar):
    keep(calendar, 1, etag='"1"')
    seen = OutsideCalendar.objects.get(pk=calendar.pk)
    pause_calendar(calendar, by=TESTER, now=MONDAY)
    resume_calendar(calendar, by=TESTER, now=LATER)
    assert not keep_reading(seen, Reading(), next_at=LATER + HOUR, now=LATER)
    calendar.refresh_from_db()
    assert (calendar.next_at, calendar.asked_at, calendar.read_at) == (LATER, LATER, MONDAY)


def test_asking_again_waits_a_minute(calendar):
    keep(calendar, 1)
    assert not ask_for_reading(calendar, now=MONDAY + timedelta(seconds=30))
    assert ask_for_reading(calendar, now=MONDAY + timedelta(minutes=2))
    assert not ask_for_reading(calendar, now=MONDAY + timedelta(minutes=3))
    calendar.refresh_from_db()
    assert calendar.next_at == datetime(2027, 2, 15, 13, 2, tzinfo=UTC)
    pause_calendar(calendar, by=TESTER, now=MONDAY)
    assert not ask_for_reading(calendar, now=LATER)
