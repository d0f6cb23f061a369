"""What is said of each week, against an oracle that walks through minutes and knows no engine."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from tests.factories.world import TESTER, World, make_weekly_world
from visavis.availability.actions import add_dated_change, add_weekly_block
from visavis.availability.closures import add_closure
from visavis.availability.enums import ChangeKind
from visavis.availability.terms import Days, add_term
from visavis.bookings.actions import book, book_series
from visavis.bookings.errors import Refused
from visavis.bookings.models import Booking, Series
from visavis.bookings.weeks import check_weeks
from visavis.communities.models import Community
from visavis.people.models import Provider

ZONES = [
    "America/New_York",  # forward on 14 March 2027, back on 7 November
    "Europe/London",
    "Australia/Lord_Howe",  # half an hour, and the other way round
    "Africa/Casablanca",  # twice within a few weeks
    "Asia/Kolkata",
]
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


class Oracle:
    """The rules again, slowly: every minute of every week is looked up on a wall clock."""

    def __init__(self, zone, blocks, closures, breaks, absences, held, cap):
        self.zone, self.blocks, self.closures = zone, blocks, closures
        self.breaks, self.absences, self.held, self.cap = breaks, absences, held, cap

    def start_on(self, day, wall):
        """The first instant of this day at which a clock shows the time, minute by minute."""
        instant = datetime.combine(day - DAY, time(6), UTC)
        while instant < datetime.combine(day + DAY, time(18), UTC):
            shown = instant.astimezone(self.zone)
            if shown.date() == day and shown.time() == wall:
                return instant
            instant += MINUTE
        return None

    def codes(self, start, minutes):
        if start is None:
            return {"no_such_time"}
        instants = [start + n * MINUTE for n in range(minutes)]
        shown = [instant.astimezone(self.zone).replace(tzinfo=None) for instant in instants]
        found = set()
        if not all(any(self._in_block(block, wall) for block in self.blocks) for wall in shown):
            found.add("outside_hours")
        for code, ranges in (("away", self.absences), ("in_break", self.breaks)):
            if any(first <= wall.date() <= last for wall in shown for first, last in ranges):
                found.add(code)
        if any(self._is_closed(wall) for wall in shown):
            found.add("closed")
        if any(begin <= instant < end for instant in instants for begin, end in self.held):
            found.add("provider_busy")
        if self._used(shown[0].date()) + minutes > self.cap:
            found.add("provider_cap")
        return found

    def _in_block(self, block, wall):
        weekday, first, last = block
        minute = wall.hour * 60 + wall.minute
        return wall.weekday() == weekday and first <= minute < last

    def _is_closed(self, wall):
        minute = wall.hour * 60 + wall.minute
        return any(
            first <= wall.date() <= last and begin <= minute < end
            for first, last, begin, end in self.closures
        )

    def _used(self, day):
        monday = day - day.weekday() * DAY
        days = {monday + n * DAY for n in range(7)}
        total = 0
        for begin, end in self.held:
            for n in range(int((end - begin) / MINUTE)):
                total += (begin + n * MINUTE).astimezone(self.zone).date() in days
        return total


def days_from(random, first, weeks, count):
    """Some stretches of a few days in the weeks from `first` on, none over another."""
    found, day = [], first - 2 * DAY
    for _ in range(count):
        begin = day + random.randrange(1, 7 * weeks // count) * DAY
        end = begin + random.randrange(4) * DAY
        found.append((begin, end))
        day = end
    return found


@dataclass
class Scene:
    """A random community, its mentor, and the oracle that knows all that was put in."""

    random: Random
    world: World
    oracle: Oracle
    talia: Provider
    start: datetime
    weeks: int
    now: datetime

    @property
    def first(self):
        return self.start.astimezone(self.oracle.zone).date()


def make_scene(seed):
    random = Random(seed)  # noqa: S311  (a scene is no secret)
    zone = ZoneInfo(ZONES[seed % len(ZONES)])
    world = make_weekly_world(minutes=random.choice([30, 60, 90]))
    cap = random.choice([60, 120, 2000])
    Community.objects.update(timezone=zone.key, provider_weekly_cap_minutes=cap)
    world.community.refresh_from_db()
    talia = world.provider(hours=False)
    oracle = Oracle(zone, add_hours(random, talia), [], [], [], [], cap)
    start = first_start(random, oracle)
    scene = Scene(random, world, oracle, talia, start, random.randrange(2, 13), start - 5 * DAY)
    add_meetings(scene)
    add_days_off(scene)
    return scene


def add_hours(random, talia):
    blocks = []
    for weekday in range(7):
        if random.random() < 0.95:
            first = random.choice([0, 0, 60])
            blocks.append((weekday, first, 1440))
            add_weekly_block(talia, weekday=weekday, start_minute=first, end_minute=1440, by=TESTER)
    return blocks


def first_start(random, oracle):
    first = random.choice([date(2027, 2, 15), date(2027, 10, 4), date(2027, 1, 25)])
    # Clocks change on Sundays, and in the small hours.
    first += random.choice([random.randrange(6), 6 - first.weekday()]) * DAY
    wall = time(random.choice([1, 2, 2, 9, 23]), random.choice([0, 30]))
    return oracle.start_on(first, wall) or oracle.start_on(first + 7 * DAY, wall)


def add_meetings(scene):
    """Some meetings of Talia's with somebody else, at or about the same time."""
    world, uma = scene.world, scene.world.student("Uma")
    single = world.community.formats.first()
    for week in range(scene.weeks):
        shift = scene.random.randrange(-4, 5) * timedelta(minutes=30)
        begin = scene.start + week * 7 * DAY + shift
        if scene.random.random() < 0.3:
            order = world.order(scene.talia, uma, begin, format=single)
            with suppress(Refused):  # outside the hours, or over the cap: nothing is held then
                book(order, by=TESTER, now=scene.now)
                scene.oracle.held.append((begin, begin + timedelta(minutes=single.minutes)))


def add_days_off(scene):
    oracle, community = scene.oracle, scene.world.community
    off = [days_from(scene.random, scene.first, scene.weeks, 2) for _ in range(3)]
    for begin, end in off[0]:
        oracle.closures.append((begin, end, 0, 1440))
        add_closure(community, first=begin, last=end, by=TESTER)
    for begin, end in off[1]:
        oracle.absences.append((begin, end))
        add_dated_change(scene.talia, kind=ChangeKind.AWAY, first=begin, last=end, by=TESTER)
    oracle.breaks = off[2]
    breaks = [Days(f"Break {n}", *days) for n, days in enumerate(off[2])]
    term = Days("Term", scene.first - 30 * DAY, scene.first + 200 * DAY)
    add_term(community, term, breaks=breaks, by=TESTER)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(40))
def test_every_week_is_judged_as_a_slow_oracle_judges_it(seed):
    scene = make_scene(seed)
    world, start, oracle = scene.world, scene.start, scene.oracle
    question = world.question(
        provider=scene.talia, student=world.student(), location=world.location, now=scene.now
    )
    found = check_weeks(question, start, scene.weeks)

    wall = start.astimezone(oracle.zone).time()
    days = [scene.first + 7 * n * DAY for n in range(scene.weeks)]
    starts = [start, *(oracle.start_on(day, wall) for day in days[1:])]
    assert [(week.day, week.start) for week in found] == list(zip(days, starts, strict=True))
    said = [{str(one.code) for one in week.refusals} for week in found]
    assert said == [oracle.codes(begin, world.format.minutes) for begin in starts]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(20))
def test_exactly_the_weeks_that_nothing_stands_against_are_booked_or_none(seed):
    scene = make_scene(seed)
    world, sam = scene.world, scene.world.student()
    order = world.order(scene.talia, sam, scene.start, location=world.location, now=scene.now)
    found = check_weeks(order.question, scene.start, scene.weeks)
    bad = {week.day for week in found if not week.is_free}
    free = [week.start for week in found if week.is_free]

    def try_to_book(skipping):
        book_series(order, weeks=scene.weeks, skipping=skipping, by=TESTER, now=scene.now)

    if bad:
        with pytest.raises(Refused):
            try_to_book(bad - {min(bad)})
        assert (Series.objects.count(), Booking.objects.filter(student=sam).count()) == (0, 0)
    if found[0].is_free:
        try_to_book(bad)
    booked = Booking.objects.filter(student=sam).values_list("appointment__start", flat=True)
    assert sorted(booked) == (free if found[0].is_free else [])
