"""A week as the calendar draws it: by the clock on the wall, and with no more than one may know."""

from datetime import date, timedelta

import pytest

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.actions import add_dated_change, add_weekly_block
from visavis.availability.closures import add_closure
from visavis.availability.enums import ChangeKind
from visavis.availability.outside import Reading, connect_calendar, keep_reading
from visavis.availability.queries import dated_changes_of, weekly_blocks_of
from visavis.catalogue.actions import certify
from visavis.people.actions import add_provider
from visavis.people.enums import HourCycle
from visavis.people.times import week_of
from visavis.web.hours.calendar import CalendarReader, clock_change
from visavis.web.hours.desk import Desk

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
TEN, TODAY = MONDAY + 2 * HOUR, MONDAY.date()


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def talia(world):
    return world.provider(hours=False)


def desk(provider, *, is_own=True):
    return Desk(provider, "/hours/", "", "", is_own=is_own)


def week(provider, day=TODAY, *, is_own=True):
    first = week_of(day, provider.community.zone)
    reader = CalendarReader(
        provider, first, MONDAY, HourCycle.TWELVE, desk(provider, is_own=is_own)
    )
    return reader.week(list(weekly_blocks_of(provider)), list(dated_changes_of(provider)))


def drawn(shown, *kinds):
    return [
        (day.short, one.kind, one.start, one.end)
        for day in shown.days
        for one in day.segments
        if not kinds or one.kind in kinds
    ]


def block(provider, weekday, start, end, **more):
    return add_weekly_block(
        provider, weekday=weekday, start_minute=start, end_minute=end, by=TESTER, **more
    )


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("America/New_York", "Sunday"),
        ("Europe/Berlin", "Monday"),
        ("Asia/Tokyo", "Sunday"),
        ("Australia/Sydney", "Monday"),
        ("UTC", "Monday"),
    ],
)
def test_a_week_begins_as_people_there_are_used_to(zone, first):
    world = make_world(timezone=zone)
    for number in range(7):
        day = MONDAY.date() + timedelta(days=number)
        begin = week_of(day, world.community.zone)
        assert begin.strftime("%A") == first
        assert begin <= day < begin + timedelta(days=7)


def test_hours_of_every_week_stand_on_their_dates_alone(talia):
    block(talia, 0, 540, 720, valid_from=date(2027, 2, 22))
    assert drawn(week(talia)) == []
    assert drawn(week(talia, date(2027, 2, 22))) == [("Mon", "hours", 540, 720)]


def test_hours_through_midnight_go_on_the_next_day_also_into_the_next_week(talia):
    block(talia, 5, 1320, 1560)
    block(talia, 2, 600, 1440)
    assert drawn(week(talia)) == [
        ("Sun", "hours", 0, 120),
        ("Wed", "hours", 600, 1440),
        ("Sat", "hours", 1320, 1440),
    ]
    tail = week(talia).days[0].segments[0]
    assert (tail.is_tail, tail.weekday, tail.block_start, tail.block_end) == (True, 5, 1320, 1560)


def test_changes_and_closures_stand_on_each_of_their_days(world, talia):
    first = MONDAY.date()
    add_dated_change(
        talia, kind=ChangeKind.AWAY, first=first, last=first + timedelta(days=1), by=TESTER
    )
    add_dated_change(
        talia,
        kind=ChangeKind.EXTRA,
        first=first,
        last=first,
        start_minute=1200,
        end_minute=1320,
        by=TESTER,
    )
    add_closure(world.community, first=date(2027, 2, 20), last=date(2027, 2, 28), by=TESTER)
    assert drawn(week(talia)) == [
        ("Mon", "away", 0, 1440),
        ("Mon", "extra", 1200, 1320),
        ("Tue", "away", 0, 1440),
        ("Sat", "closed", 0, 1440),
    ]
    assert (week(talia).since, week(talia).until) == (480, 1320)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2027, 3, 14), "Clocks go forward: an hour is not there"),
        (date(2027, 11, 7), "Clocks go back: an hour comes twice"),
        (date(2027, 3, 15), ""),
    ],
)
def test_a_day_on_which_clocks_change_says_so(world, talia, day, words):
    assert clock_change(day, world.community.zone) == words
    shown = week(talia, day)
    assert [one.note for one in shown.days if one.day == day] == [words]


def test_hours_on_such_a_day_are_those_on_the_wall(talia):
    block(talia, 6, 60, 240)
    assert ("Sun", "hours", 60, 240) in drawn(week(talia, date(2027, 3, 14)))


def test_meetings_stand_where_they_are_in_the_communitys_zone(world, talia):
    block(talia, 0, 540, 1020)
    world.book(talia, world.student(), TEN)
    assert drawn(week(talia), "meeting") == [("Mon", "meeting", 600, 630)]


def test_of_another_community_only_the_provider_sees_more_than_taken(world, talia):
    other = make_world("writing", timezone="America/Chicago")
    theirs = add_provider(talia.user, other.community, by=TESTER)
    block(theirs, 0, 540, 720)  # 10:00 to 13:00 in New York
    certify(theirs, other.service.code, by=TESTER)
    other.book(theirs, other.student("Uma"), TEN + HOUR)
    own = week(talia)
    assert drawn(own) == [("Mon", "other", 600, 780), ("Mon", "taken", 660, 690)]
    assert own.days[1].segments[0].words == "Hours in Writing"
    seen = week(talia, is_own=False)
    assert drawn(seen) == [("Mon", "taken", 660, 690)]
    taken = seen.days[1].segments[0]
    assert (taken.words, taken.note, taken.url) == ("Taken elsewhere", "", "")


def test_what_the_provider_has_as_a_student_is_taken_too(world, talia):
    omar = world.provider("Omar")
    world.book(omar, talia.user, TEN)
    assert drawn(week(talia)) == [("Mon", "taken", 600, 630)]


def test_what_another_calendar_holds_is_taken_and_its_name_is_for_their_own_eyes(talia):
    calendar = connect_calendar(
        talia.user, name="Classes", address="https://calendar.test/a", by=TESTER, now=MONDAY
    )
    reading = Reading([(TEN, TEN + HOUR)], MONDAY + timedelta(weeks=9))
    keep_reading(calendar, reading, next_at=MONDAY + HOUR, now=MONDAY)
    for is_own, note in ((True, "Classes"), (False, "")):
        shown = week(talia, is_own=is_own)
        assert drawn(shown) == [("Mon", "taken", 600, 660)]
        (taken,) = shown.days[1].segments
        assert (taken.words, taken.note, taken.url) == ("Taken elsewhere", note, "")


def test_what_overlaps_stands_side_by_side(talia):
    block(talia, 0, 540, 720)
    block(talia, 0, 600, 660)
    block(talia, 0, 720, 780)
    lanes = [(one.start, one.lane, one.lanes) for one in week(talia).days[1].segments]
    assert lanes == [(540, 0, 2), (600, 1, 2), (720, 0, 1)]


def test_a_full_week_costs_few_queries(world, talia, django_assert_max_num_queries):
    for weekday in range(7):
        for hour in range(8, 18):
            block(talia, weekday, hour * 60, hour * 60 + 55)
    for number in range(5):
        world.book(talia, world.student(f"S{number}"), TEN + number * HOUR)
    with django_assert_max_num_queries(12):
        week(talia)


def test_nonsense_in_the_address_is_this_week(client, talia):
    client.force_login(talia.user)
    for asked in ("", "soon", "9999-12-31", "0001-01-01", "2027-02-30"):
        assert client.get(f"/c/mentoring/teach/hours/?week={asked}").status_code == 200
    answer = client.get("/c/mentoring/teach/hours/?week=2027-03-10")
    assert answer.context["week"].first == date(2027, 3, 7)
