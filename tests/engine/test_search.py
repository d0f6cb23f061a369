"""What a search offers: tables of small worlds, a tick being five minutes from nine o'clock."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from visavis.engine.masks import span, ticks
from visavis.engine.rules import RULES, Case
from visavis.engine.search import search
from visavis.engine.taken import TakenMasks
from visavis.engine.window import Window
from visavis.engine.world import (
    NO_STUDENT,
    Frame,
    Joinable,
    Meeting,
    Place,
    Provider,
    Quota,
    Reason,
    Refusal,
    Student,
)
from visavis.engine.zones import Period

NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
WINDOW = Window(NINE, 24)
ALL = span(0, 24)
ROOM, HALL = 1, 2
TALIA, BEN = 7, 8
HALF_HOUR = Meeting(6)
GONE = (Refusal(Reason.PROVIDER_INACTIVE),)
WEEK = Period(-100, 12, date(2027, 3, 1))
NEXT_WEEK = Period(12, 124, date(2027, 3, 8))


def frame(asked=ALL, allowed=ALL, earliest=0, horizon=24, closed=0):
    return Frame(WINDOW, asked, allowed, earliest, horizon, closed)


def talia(hours=ALL, place=ROOM, **more):
    return Provider(TALIA, {place: hours}, **more)


def starts(meeting=HALF_HOUR, *, of=None, at=None, to=None, when=None):
    found = search(when or frame(), meeting, of or [talia()], at or [Place(ROOM)], to)
    return list(ticks(found.starts))


def busy(first, last, before=0, after=0):
    return TakenMasks(span(first, last), span(first - before, last + after))


def test_starts_leave_room_for_the_whole_meeting():
    assert starts(of=[talia(span(2, 10))]) == [2, 3, 4]


def test_meeting_may_go_across_hours_that_touch():
    assert starts(of=[talia(span(2, 6) | span(6, 9))]) == [2, 3]


def test_nobody_and_nowhere_offer_nothing():
    assert search(frame(), HALF_HOUR, [], [Place(ROOM)]).starts == 0
    assert search(frame(), HALF_HOUR, [talia()], []).starts == 0


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (frame(asked=span(3, 5)), [3, 4]),
        (frame(allowed=1 << 0 | 1 << 12), [0, 12]),
        (frame(earliest=16), [16, 17, 18]),
        (frame(earliest=-50), list(range(19))),
        (frame(earliest=5000), []),
        (frame(horizon=2), [0, 1]),
        (frame(horizon=-4), []),
        (frame(horizon=10**6), list(range(19))),
        (frame(closed=span(8, 20)), [0, 1, 2]),
    ],
    ids=["asked", "minutes", "lead", "past", "late", "horizon", "beyond", "far", "closed"],
)
def test_community_rules_take_starts_away(when, expected):
    assert starts(when=when) == expected


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place(ROOM, open=None), list(range(19))),
        (Place(ROOM, open=span(4, 11)), [4, 5]),
        (Place(ROOM, open=0), []),
        (Place(ROOM, full=span(6, 18)), [0, 18]),
        (Place(ROOM, standing=(Refusal(Reason.LOCATION_INACTIVE),)), []),
        (Place(HALL), []),
    ],
    ids=["always open", "opening hours", "never open", "full", "inactive", "not admitted"],
)
def test_place_rules_take_starts_away(place, expected):
    assert starts(at=[place]) == expected


def test_away_is_subtracted_from_hours():
    assert starts(of=[talia(away=span(7, 24))]) == [0, 1]


@pytest.mark.parametrize(
    ("meeting", "taken", "expected"),
    [
        (Meeting(6), busy(10, 12), [*range(5), *range(12, 19)]),
        (Meeting(6), busy(10, 12, before=2), [*range(3), *range(12, 19)]),
        (Meeting(6), busy(10, 12, after=2), [*range(5), *range(14, 19)]),
        (Meeting(6, before=2), busy(10, 12), [*range(5), *range(14, 19)]),
        (Meeting(6, after=2), busy(10, 12), [*range(3), *range(12, 19)]),
        (Meeting(6, 2, 2), busy(10, 12, 2, 2), [*range(3), *range(14, 19)]),
        (Meeting(6, 1, 3), busy(10, 12, 2, 1), [*range(2), *range(13, 19)]),
        (Meeting(6, 2, 2), TakenMasks(0, span(10, 12)), [*range(5), *range(12, 19)]),
        (Meeting(6, before=2), busy(0, 1), list(range(3, 19))),
        (Meeting(6, after=2), busy(23, 24), list(range(16))),
    ],
    ids=[
        "no buffers",
        "theirs before",
        "theirs after",
        "own before",
        "own after",
        "buffers overlap each other, and do not add up",
        "the longer buffer counts",
        "own buffers may reach into an outside calendar",
        "own before, at the window's start",
        "own after, at the window's end",
    ],
)
def test_commitments_and_buffers_take_starts_away(meeting, taken, expected):
    assert starts(meeting, of=[talia(taken=taken)]) == expected


@pytest.mark.parametrize(
    ("limit", "used", "expected"),
    [
        (6, (0, 0), list(range(19))),
        (5, (0, 0), [*range(7, 12)]),
        (5, (3, 0), [10, 11]),
        (6, (4, 0), [*range(8 + 2, 19)]),
        (6, (0, 6), [*range(7)]),
        (6, (9, 9), []),
        (6, (9, 0), [*range(12, 19)]),
        (4, (0, 0), [8, 9, 10]),
        (2, (0, 0), []),
    ],
)
def test_cap_counts_the_part_of_a_meeting_in_each_week(limit, used, expected):
    quota = Quota(limit, (WEEK, NEXT_WEEK), used, "week")
    assert starts(of=[talia(quota=quota)]) == expected
    assert starts(to=Student(quotas=(quota,))) == expected


def test_cap_longer_than_a_period_refuses_nothing_in_it():
    short = Period(10, 13, date(2027, 3, 1))
    assert starts(of=[talia(quota=Quota(3, (short,), (0,), "day"))]) == list(range(19))
    assert starts(of=[talia(quota=Quota(2, (short,), (0,), "day"))]) == [*range(7), *range(11, 19)]


def test_student_is_taken_with_the_buffers_of_their_commitments_but_not_with_ours():
    student = Student(taken=busy(10, 12, before=1, after=1))
    assert starts(Meeting(6, 3, 3), to=student) == [*range(4), *range(13, 19)]


def test_student_with_a_standing_refusal_is_offered_nothing():
    assert starts(to=Student(standing=(Refusal(Reason.STUDENT_PAUSED),))) == []


def test_openings_tell_who_is_free_where_in_the_order_given():
    ben = Provider(BEN, {ROOM: span(0, 7), HALL: span(1, 8)})
    gone = Provider(9, {ROOM: ALL}, standing=GONE)
    places = [Place(HALL), Place(ROOM)]
    found = search(frame(), HALF_HOUR, [ben, gone, talia(span(1, 7))], places)
    assert list(ticks(found.starts)) == [0, 1, 2]
    assert [found.free(tick) for tick in range(4)] == [(BEN,), (BEN, TALIA), (BEN,), ()]
    assert [found.places(BEN, tick) for tick in range(4)] == [(ROOM,), (HALL, ROOM), (HALL,), ()]
    assert [list(ticks(found.of(who))) for who in (BEN, TALIA, 9)] == [[0, 1, 2], [1], []]
    assert (found.places(9, 1), found.seats(BEN, 1)) == ((), None)


def joining(meeting=HALF_HOUR, *, when=None, place=None, to=None, **joinable):
    group = Joinable(**{"place": ROOM, "seats_left": 2, **joinable})
    full_week = Quota(0, (WEEK,), (90,), "week")
    mentor = talia(0, taken=busy(4, 10), away=ALL, quota=full_week, joinable={4: group})
    return search(when or frame(), meeting, [mentor], [place or Place(ROOM)], to)


def test_group_with_seats_left_is_offered_though_its_own_time_is_taken():
    closed_room = Place(ROOM, open=0, full=ALL)
    found = joining(when=frame(allowed=0, closed=ALL), place=closed_room)
    assert list(ticks(found.starts)) == [4]
    assert list(ticks(found.of(TALIA))) == [4]
    assert (found.free(4), found.places(TALIA, 4), found.seats(TALIA, 4)) == ((TALIA,), (ROOM,), 2)


@pytest.mark.parametrize(
    "found",
    [
        joining(seats_left=0),
        joining(place=Place(HALL)),
        joining(ticks=7),
        joining(when=frame(asked=span(5, 9))),
        joining(when=frame(earliest=5)),
        joining(when=frame(horizon=4)),
        joining(place=Place(ROOM, standing=GONE)),
        joining(to=Student(taken=busy(9, 10))),
        joining(to=Student(quotas=(Quota(5, (WEEK,), (0,), "day"),))),
        joining(to=Student(standing=GONE)),
    ],
    ids=[
        "no seat",
        "another place",
        "another length",
        "not asked for",
        "too soon",
        "too late",
        "place inactive",
        "student busy",
        "student limit",
        "student paused",
    ],
)
def test_group_is_not_offered_where_a_rule_of_the_joiner_refuses(found):
    assert (found.starts, found.free(4), found.places(TALIA, 4)) == (0, (), ())


def test_groups_of_the_same_length_are_joined_and_new_times_offered_beside_them():
    group = Joinable(ROOM, 1, ticks=6)
    mentor = talia(span(4, 17), taken=busy(4, 10), joinable={4: group})
    found = search(frame(), HALF_HOUR, [mentor], [Place(ROOM)])
    assert list(ticks(found.of(TALIA))) == [4, 10, 11]


def test_groups_that_begin_outside_the_window_are_not_offered():
    outside = {-3: Joinable(ROOM, 1), 24: Joinable(ROOM, 1)}
    found = search(frame(), HALF_HOUR, [talia(0, joinable=outside)], [Place(ROOM)])
    assert (found.starts, found.free(24)) == (0, ())


@pytest.mark.parametrize("lengths", [(0, 0, 0), (6, -1, 0), (6, 0, -1)])
def test_meeting_without_length_or_with_negative_buffers_is_refused(lengths):
    with pytest.raises(ValueError, match="lasts at least a tick"):
        Meeting(*lengths)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.part], ids=lambda r: r.reason)
def test_a_rule_about_a_part_of_a_provider_refuses_nothing_where_there_is_none(rule):
    everything = talia(away=span(3, 7), quota=Quota(0, (WEEK,), (90,)), taken=busy(10, 12))
    nothing = getattr(talia(), rule.part)
    case = Case(frame(), HALF_HOUR, everything, Place(ROOM), NO_STUDENT)
    assert rule.mask(case)
    case.provider = replace(everything, **{rule.part: nothing})
    assert rule.mask(case) == 0
