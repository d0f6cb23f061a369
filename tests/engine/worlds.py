"""Random communities for property tests: small, crowded, and most often on a clock change."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.engine.oracle import (
    Appointment,
    Block,
    Commitment,
    Community,
    Dates,
    Learner,
    Mentor,
    Room,
)

ZONES = (
    "America/New_York",
    "Europe/London",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Pacific/Chatham",
    "America/Santiago",  # skips and repeats around midnight
    "Africa/Cairo",  # the same
    "America/Havana",  # shows midnight twice
    "Africa/Casablanca",  # the clock goes back in spring
)
YEARS = (2026, 2027)
DAY = timedelta(days=1)
GRID = timedelta(minutes=5)


@cache
def change_dates(name: str) -> tuple[date, ...]:
    """Return the local dates on which the zone's clocks change."""
    zone = ZoneInfo(name)
    noons = [
        datetime.combine(date(YEARS[0], 1, 1) + n * DAY, time(12), tzinfo=zone)
        for n in range(365 * len(YEARS))
    ]
    return tuple(
        noon.date() for before, noon in pairwise(noons) if before.utcoffset() != noon.utcoffset()
    )


@st.composite
def zones_and_dates(draw) -> tuple[ZoneInfo, date]:
    name = draw(st.sampled_from(ZONES))
    ordinary = st.dates(date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31))
    changes = change_dates(name)
    dates = st.one_of(st.sampled_from(changes), ordinary) if changes else ordinary
    return ZoneInfo(name), draw(dates) - draw(st.integers(0, 1)) * DAY


def minutes_of_day(draw) -> tuple[int, int]:
    step = draw(st.sampled_from((30, 5, 1)))
    start = draw(st.integers(0, (24 * 60 - 1) // step)) * step
    length = draw(st.one_of(st.just(24 * 60), st.integers(1, 10 * 60 // step).map(step.__mul__)))
    return start, start + length


def dates_near(first: date) -> st.SearchStrategy[date]:
    return st.integers(-2, 3).map(lambda days: first + days * DAY)


@st.composite
def blocks(draw, first: date) -> Block:
    weekday = (first.weekday() + draw(st.integers(-1, 2))) % 7
    start, end = minutes_of_day(draw)
    since, until = draw(st.none() | dates_near(first)), draw(st.none() | dates_near(first))
    places = draw(st.none() | st.frozensets(st.sampled_from((1, 2)), min_size=1))
    return Block(weekday, start, end, since, until, places)


@st.composite
def dated(draw, first: date) -> Dates:
    since = draw(dates_near(first))
    start, end = draw(st.just((0, 24 * 60)) | st.builds(minutes_of_day, st.just(draw)))
    return Dates(since, since + draw(st.integers(0, 2)) * DAY, start, end)


@st.composite
def extra_hours(draw, first: date) -> Dates:
    found = draw(dated(first))
    end = min(-(-found.end // 5) * 5, found.start // 5 * 5 + 24 * 60)
    return Dates(found.first, found.last, found.start // 5 * 5, end)


@st.composite
def instants(draw, first: date, grid: timedelta = GRID) -> datetime:
    start = datetime.combine(first, time.min, tzinfo=UTC) - DAY
    return start + draw(st.integers(0, 4 * DAY // grid)) * grid


@st.composite
def commitments(draw, first: date) -> Commitment:
    start = draw(instants(first))
    buffers = st.sampled_from((0, 0, 1, 3)).map(GRID.__mul__)
    return Commitment(
        start,
        start + draw(st.integers(1, 24)) * GRID,
        draw(buffers),
        draw(buffers),
        elsewhere=draw(st.booleans()),
    )


@st.composite
def ranges(draw, first: date, grid: timedelta) -> tuple[datetime, datetime]:
    start = draw(instants(first, grid))
    return start, start + draw(st.integers(1, 3 * 3600 // grid.seconds)) * grid


@st.composite
def mentors(draw, first: date, number: int, minutes: int) -> Mentor:
    def some(strategy, most):
        return tuple(draw(st.lists(strategy, max_size=most)))

    appointments = some(
        st.builds(
            Appointment,
            instants(first),
            st.sampled_from((1, 2)),
            st.integers(0, 2),
            st.sampled_from((None, minutes, minutes + 5)),
        ),
        2,
    )
    all_week = tuple(Block(weekday, 0, 24 * 60) for weekday in range(7))
    return Mentor(
        id=number,
        blocks=draw(st.just(all_week) | st.lists(blocks(first), max_size=4).map(tuple)),
        extra=some(extra_hours(first), 2),
        away=some(dated(first), 1),
        commitments=some(commitments(first), 4),
        outside=some(ranges(first, timedelta(seconds=77)), 2),
        weekly_cap=draw(st.none() | st.integers(0, 400)),
        appointments=tuple({a.start: a for a in appointments}.values()),
        is_active=draw(st.sampled_from((True, True, True, False))),
    )


@st.composite
def rooms(draw, first: date, number: int) -> Room:
    return Room(
        id=number,
        hours=draw(st.none() | st.lists(blocks(first), max_size=4).map(tuple)),
        capacity=draw(st.none() | st.integers(0, 3)),
        held=tuple(draw(st.lists(ranges(first, GRID), max_size=6))),
        is_active=draw(st.sampled_from((True, True, True, False))),
    )


@st.composite
def learners(draw, first: date) -> Learner:
    limit = st.none() | st.integers(0, 300)
    return Learner(
        commitments=tuple(draw(st.lists(commitments(first), max_size=3))),
        a_day=draw(limit),
        a_week=draw(limit),
        is_paused=draw(st.sampled_from((False, False, False, True))),
        paused_from=draw(st.none() | instants(first, timedelta(seconds=61))),
    )


@st.composite
def communities(draw) -> Community:
    zone, first = draw(zones_and_dates())
    minutes = draw(st.integers(1, 24)) * 5
    buffers = st.sampled_from((0, 0, 1, 2, 6)).map(GRID.__mul__)
    every = tuple(range(60))
    return Community(
        zone=zone,
        first=first,
        days=draw(st.integers(1, 2)),
        now=draw(instants(first - 7 * draw(st.integers(0, 2)) * DAY, timedelta(seconds=61))),
        mentors=tuple(draw(mentors(first, n, minutes)) for n in range(1, draw(st.integers(2, 3)))),
        rooms=tuple(draw(rooms(first, n)) for n in range(1, draw(st.integers(2, 3)))),
        minutes=minutes,
        before=draw(buffers),
        after=draw(buffers),
        lead=draw(st.sampled_from((0, 0, 5, 26))) * timedelta(hours=1),
        weeks_ahead=draw(st.integers(0, 3)),
        moving=draw(st.none() | st.integers(-8, 8).map(lambda days: first + days * DAY)),
        allowed=draw(st.just(every) | st.sampled_from(((0,), (0, 30), (0, 15, 30, 45), (10,)))),
        closures=tuple(draw(st.lists(dated(first), max_size=1))),
        breaks=tuple(draw(st.lists(dated(first), max_size=1))),
        learner=draw(st.none() | learners(first)),
    )
