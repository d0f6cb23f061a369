"""Why a start is not offered, and with which details."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from visavis.engine.explain import explain
from visavis.engine.masks import span
from visavis.engine.taken import Taken, TakenMasks, taken_masks
from visavis.engine.wallclock import Dated, local_days, local_weeks
from visavis.engine.world import (
    Joinable,
    Meeting,
    Place,
    Provider,
    Reason,
    Refusal,
    Student,
    frame,
    quota,
    window_for,
)

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = date(2027, 3, 1)
NOW = datetime(2027, 2, 26, 20, tzinfo=UTC)
WINDOW = window_for(NEW_YORK, MONDAY, 1)
ALWAYS = span(0, WINDOW.ticks)
NINE = datetime(2027, 3, 1, 14, tzinfo=UTC)
MINUTES = timedelta(minutes=1)
HALF_HOUR = Meeting(6)


def monday(**changes):
    told = {
        "zone": NEW_YORK,
        "first": MONDAY,
        "days": 1,
        "now": NOW,
        "lead": timedelta(0),
        "weeks_ahead": 1,
        "allowed_minutes": (30, 0),
    }
    return frame(WINDOW, **{**told, **changes})


def why(start=NINE, *, when=None, meeting=HALF_HOUR, place=None, student=None, **provider):
    provider = Provider(**{"id": 1, "hours": {1: ALWAYS}, **provider})
    told = explain(when or monday(), meeting, provider, place or Place(1), student, start)
    return [(refusal.code.value, refusal.data) for refusal in told]


def taken(first, last, *, elsewhere=False, before=0):
    start, end = NINE + first * MINUTES, NINE + last * MINUTES
    return taken_masks(WINDOW, [Taken(start, end, before * MINUTES, elsewhere=elsewhere)])


def test_nothing_is_told_about_a_start_that_is_offered():
    assert why() == []


def test_every_rule_that_refuses_is_told_in_the_order_of_the_rules():
    refused = why(
        NINE + 10 * MINUTES,
        when=monday(
            now=NINE + timedelta(days=8),
            weeks_ahead=-2,
            closures=[Dated(MONDAY, MONDAY)],
        ),
        place=Place(1, open=0, full=ALWAYS, standing=(Refusal(Reason.LOCATION_INACTIVE),)),
        student=Student(
            taken=taken(0, 30),
            quotas=(limit(20, local_days, "day"),),
            standing=(Refusal(Reason.STUDENT_PAUSED),),
        ),
        hours={},
        away=ALWAYS,
        taken=taken(0, 30),
        quota=limit(20, local_weeks, "week"),
        standing=(Refusal(Reason.NOT_CERTIFIED),),
    )
    assert [code for code, _ in refused] == [
        "not_certified",
        "location_inactive",
        "outside_hours",
        "away",
        "closed",
        "outside_location_hours",
        "provider_busy",
        "minute_not_allowed",
        "lead_time",
        "beyond_horizon",
        "location_full",
        "provider_cap",
        "student_conflict",
        "student_limit",
        "student_paused",
    ]


def limit(minutes, periods, name, held=()):
    periods = periods(NEW_YORK, WINDOW)
    return quota(WINDOW, limit_minutes=minutes, periods=periods, held=held, name=name)


@pytest.mark.parametrize(
    ("commitments", "data"),
    [
        (taken(0, 30), {}),
        (taken(0, 30, elsewhere=True), {"elsewhere": True}),
        (taken(35, 40, elsewhere=True, before=10), {"elsewhere": True}),
        (taken(40, 50, elsewhere=True), {"elsewhere": True}),
        (taken(40, 50), {}),
        (TakenMasks(0, ALWAYS, ALWAYS), {"elsewhere": True}),
    ],
    ids=["here", "elsewhere", "its buffer", "own buffer", "own buffer here", "outside calendar"],
)
def test_busy_tells_of_another_community_only_that_it_is_elsewhere(commitments, data):
    assert why(taken=commitments, meeting=Meeting(6, 0, 3)) == [("provider_busy", data)]


def test_busy_here_and_elsewhere_is_told_as_busy():
    both = taken_masks(
        WINDOW,
        [
            Taken(NINE, NINE + 15 * MINUTES),
            Taken(NINE + 15 * MINUTES, NINE + 30 * MINUTES, elsewhere=True),
        ],
    )
    assert why(taken=both) == [("provider_busy", {})]
    assert why(student=Student(taken=both)) == [("student_conflict", {})]


def test_conflict_elsewhere_of_a_student_tells_no_more_than_that():
    student = Student(taken=taken(10, 20, elsewhere=True))
    assert why(student=student) == [("student_conflict", {"elsewhere": True})]


def test_minute_is_told_with_the_allowed_ones():
    assert why(NINE + 15 * MINUTES) == [("minute_not_allowed", {"allowed_minutes": (0, 30)})]


@pytest.mark.parametrize("off", [timedelta(minutes=1), timedelta(seconds=30)])
def test_start_between_two_ticks_is_refused_for_its_minute(off):
    paused = Student(standing=(Refusal(Reason.STUDENT_PAUSED),))
    assert why(NINE + off, student=paused) == [
        ("minute_not_allowed", {"allowed_minutes": (0, 30)}),
        ("student_paused", {}),
    ]


def test_lead_time_is_told_with_the_earliest_instant():
    when = monday(now=NINE - timedelta(hours=2) + timedelta(seconds=1), lead=timedelta(hours=2))
    assert why(when=when) == [("lead_time", {"earliest": NINE + 5 * MINUTES})]


def test_start_exactly_at_the_end_of_the_lead_time_is_offered():
    assert why(when=monday(now=NINE - timedelta(hours=2), lead=timedelta(hours=2))) == []


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # It is still Monday the 22nd in New York: a week ahead is the 1st.
        (datetime(2027, 2, 23, 4, 59, tzinfo=UTC), []),
        (
            datetime(2027, 2, 22, 4, 59, tzinfo=UTC),
            [("beyond_horizon", {"last_date": date(2027, 2, 28)})],
        ),
    ],
)
def test_horizon_is_counted_in_local_dates(now, expected):
    last_start = datetime(2027, 3, 2, 4, 30, tzinfo=UTC)
    assert why(last_start, when=monday(now=now)) == expected


@pytest.mark.parametrize(
    ("moving", "expected"),
    [
        (date(2027, 3, 7), []),  # the Sunday of the week of 1 March, which holds the start
        (date(2027, 3, 8), [(date(2027, 3, 8), date(2027, 3, 14))]),
        (date(2027, 2, 28), [None]),  # a week inside the horizon opens nothing
    ],
)
def test_meeting_that_is_moved_goes_beyond_the_horizon_within_its_own_week(moving, expected):
    now = datetime(2027, 2, 22, 4, 59, tzinfo=UTC)
    told = why(datetime(2027, 3, 2, 4, 30, tzinfo=UTC), when=monday(now=now, moving=moving))
    assert [data.get("own_week") for _, data in told] == expected


def test_cap_is_told_with_the_limit_what_is_used_and_the_week():
    held = [(NINE - timedelta(hours=1), NINE)]
    week = limit(80, local_weeks, "week", held)
    data = {"name": "week", "limit_minutes": 80, "used_minutes": 60, "date": MONDAY}
    assert why(quota=week) == [("provider_cap", data)]


def test_each_limit_of_a_student_that_refuses_is_told():
    day, week = limit(20, local_days, "day"), limit(25, local_weeks, "week")
    generous = limit(30, local_days, "generous")
    assert why(student=Student(quotas=(day, generous, week))) == [
        ("student_limit", {"name": n, "limit_minutes": m, "used_minutes": 0, "date": MONDAY})
        for n, m in (("day", 20), ("week", 25))
    ]


def test_group_with_a_seat_left_is_refused_only_by_the_rules_of_its_joiner():
    group = {WINDOW.tick(NINE): Joinable(1, 1)}
    assert why(hours={}, taken=taken(0, 30), joinable=group) == []
    paused = Student(taken=taken(0, 5), standing=(Refusal(Reason.STUDENT_PAUSED),))
    assert why(hours={}, joinable=group, student=paused) == [
        ("student_conflict", {}),
        ("student_paused", {}),
    ]


@pytest.mark.parametrize("outside", [WINDOW.start - 5 * MINUTES, WINDOW.end])
def test_start_outside_the_window_is_an_error_of_the_caller(outside):
    with pytest.raises(ValueError, match="outside the window"):
        why(outside)
