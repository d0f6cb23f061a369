"""What is said of each week, against an oracle that walks through minutes and knows no engine."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from tests.factories.world import TESTER, make_weekly_world
from visavis.availability.actions import add_closure, add_dated_change, add_weekly_block
from visavis.availability.enums import ChangeKind
from visavis.availability.models import Closure, DatedChange
from visavis.availability.terms import Days, add_term
from visavis.bookings.actions import book, book_series
from visavis.bookings.errors import Refused
from visavis.bookings.models import Booking, Series
from visavis.bookings.weeks import check_weeks

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


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(40))
def test_every_week_is_judged_as_a_slow_oracle_judges_it(seed):
    random = Random(seed)
    zone = ZoneInfo(ZONES[seed % len(ZONES)])
    first = random.choice([date(2027, 2, 15), date(2027, 10, 4), date(2027, 1, 25)])
    # Clocks change on Sundays, and in the small hours.
    first += random.choice([random.randrange(6), 6 - first.weekday()]) * DAY
    wall = time(random.choice([1, 2, 2, 9, 23]), random.choice([0, 30]))
    minutes, count = random.choice([30, 60, 90]), random.randrange(2, 13)
    world = make_weekly_world(minutes=minutes)
    community = world.community
    community.timezone = zone.key
    community.provider_weekly_cap_minutes = cap = random.choice([60, 120, 2000])
    community.save()
    talia, sam, uma = world.provider(hours=False), world.student(), world.student("Uma")
    blocks = []
    for weekday in range(7):
        if random.random() < 0.95:
            block = (weekday, random.choice([0, 0, 60]), 1440)
            blocks.append(block)
            add_weekly_block(
                talia, weekday=weekday, start_minute=block[1], end_minute=block[2], by=TESTER
            )
    oracle = Oracle(zone, blocks, [], [], [], [], cap)
    start = oracle.start_on(first, wall)
    if start is None:
        first += 7 * DAY
        start = oracle.start_on(first, wall)
    now = start - 5 * DAY
    held = []
    single = community.formats.first()
    for week in range(count):
        begin = start + week * 7 * DAY + random.randrange(-4, 5) * timedelta(minutes=30)
        if random.random() < 0.3:
            try:
                order = world.order(talia, uma, begin, f"{seed}-{week}", format=single)
                book(order, by=TESTER, now=now)
            except Refused:
                continue  # outside the hours: nothing is held then
            held.append((begin, begin + timedelta(minutes=single.minutes)))
    oracle.held = held
    for begin, end in days_from(random, first, count, 2):
        oracle.closures.append((begin, end, 0, 1440))
        add_closure(community, first=begin, last=end, by=TESTER)
    for begin, end in days_from(random, first, count, 2):
        oracle.absences.append((begin, end))
        add_dated_change(talia, kind=ChangeKind.AWAY, first=begin, last=end, by=TESTER)
    oracle.breaks = days_from(random, first, count, 2)
    breaks = [Days(f"Break {n}", *days) for n, days in enumerate(oracle.breaks)]
    term = Days("Term", first - 30 * DAY, first + 200 * DAY)
    add_term(community, term, breaks=breaks, by=TESTER)
    assert Closure.objects.count() == 2
    assert DatedChange.objects.count() == 2

    question = world.question(provider=talia, student=sam, location=world.location, now=now)
    found = check_weeks(question, start, count)

    days = [first + 7 * n * DAY for n in range(count)]
    starts = [start, *(oracle.start_on(day, wall) for day in days[1:])]
    assert [(week.day, week.start) for week in found] == list(zip(days, starts, strict=True))
    said = [{str(one.code) for one in week.refusals} for week in found]
    assert said == [oracle.codes(begin, minutes) for begin in starts]

    # The action writes exactly the weeks that nothing stands against, and else nothing.
    order = world.order(talia, sam, start, "series", location=world.location, now=now)
    bad = {week.day for week in found if not week.is_free}
    if not found[0].is_free:
        with pytest.raises(Refused):
            book_series(order, weeks=count, skipping=bad - {first}, by=TESTER, now=now)
        assert (Series.objects.count(), Booking.objects.filter(student=sam).count()) == (0, 0)
        return
    if bad:
        with pytest.raises(Refused):
            book_series(order, weeks=count, by=TESTER, now=now)
        assert Series.objects.count() == 0
    book_series(order, weeks=count, skipping=bad, by=TESTER, now=now)
    booked = Booking.objects.filter(student=sam).values_list("appointment__start", flat=True)
    assert sorted(booked) == [week.start for week in found if week.is_free]
