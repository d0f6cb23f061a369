"""Busy times of outside calendars: search, explanation and booking see them alike."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.outside import Reading, connect_calendar, keep_reading
from visavis.bookings import kept
from visavis.bookings.actions import hold_time, reschedule
from visavis.bookings.actions.rescheduling import Target
from visavis.bookings.enums import HoldPurpose
from visavis.bookings.errors import SlotTaken
from visavis.bookings.openings import ask, explain, question_for_start
from visavis.bookings.refusals import sentence
from visavis.communities.actions import change_settings
from visavis.people.models import User

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NINE = MONDAY + HOUR


@pytest.fixture(autouse=True)
def nothing_kept():
    kept.forget()
    yield
    kept.forget()


@pytest.fixture
def world():
    world = make_world()
    world.talia, world.sam = world.provider(), world.student()
    world.community = change_settings(
        world.community, {"lead_time_minutes": 0, "allowed_minutes": [0, 15, 30, 45]}, by=TESTER
    )
    world.service.community = world.community
    world.calendar = connect_calendar(
        world.talia.user, name="Classes", address="https://a.test/", by=TESTER, now=MONDAY
    )
    return world


def busy(world, *spans):
    """Minutes after nine on Monday, from and to."""
    reading = Reading([(NINE + a * MINUTE, NINE + b * MINUTE) for a, b in spans], MONDAY)
    keep_reading(world.calendar, reading, next_at=MONDAY, now=MONDAY)
    world.calendar.refresh_from_db()


def offered(world, **changes):
    """The starts of Monday as minutes after nine."""
    question = world.question(provider=world.talia, days=1, **changes)
    return {(start - NINE) // MINUTE for start in ask(question).starts}


def refusals(world, minute, **changes):
    start = NINE + minute * MINUTE
    question = question_for_start(world.question(provider=world.talia, **changes), start)
    return [
        (r.code, dict(r.data)) for verdict in explain(question, start) for r in verdict.refusals
    ]


def test_nobody_is_booked_while_their_calendar_says_that_they_are_busy(world):
    free = offered(world)
    busy(world, (60, 120))
    taken = {45, 60, 75, 90, 105}
    assert taken < free
    assert offered(world) == free - taken
    with pytest.raises(SlotTaken):
        world.book(world.talia, world.sam, NINE + 60 * MINUTE)
    assert world.book(world.talia, world.sam, NINE + 120 * MINUTE).pk


def test_others_learn_no_more_than_busy_elsewhere(world):
    busy(world, (60, 120))
    assert refusals(world, 60) == [("provider_busy", {"elsewhere": True})]
    start = NINE + HOUR
    question = question_for_start(world.question(provider=world.talia), start)
    (verdict,) = explain(question, start)
    said = sentence(verdict.refusals[0], world.community)
    assert said == "The Peer Mentor is busy elsewhere then."


def test_a_minute_takes_its_whole_tick(world):
    busy(world, (61, 62))
    assert not {45, 60} & offered(world)
    assert 75 in offered(world)


def test_buffers_of_a_meeting_may_reach_into_a_calendar(world):
    """It is the person's own time: they know how long their way is."""
    world.format.buffer_before_minutes = world.format.buffer_after_minutes = 15
    world.format.save()
    busy(world, (60, 120))
    assert {30, 120} <= offered(world)


def test_calendar_counts_in_every_community_and_only_for_its_person(world):
    other = make_world("writing")
    theirs = other.provider("Talia")
    busy(world, (60, 120))
    question = other.question(provider=theirs, days=1)
    assert theirs.user_id == world.talia.user_id
    assert NINE + HOUR not in ask(question).starts
    omar = world.provider("Omar")
    assert NINE + HOUR in ask(world.question(provider=omar, days=1)).starts


def test_mentor_who_learns_is_not_kept_from_it_by_the_own_calendar(world):
    omar = world.provider("Omar")
    busy(world, (60, 120))
    question = world.question(provider=omar, student=world.talia.user, days=1)
    assert NINE + HOUR in ask(question).starts


def test_what_is_kept_follows_each_reading(world):
    free = offered(world)
    for spans in ([(60, 120)], [(90, 120)], []):
        busy(world, *spans)
        taken = {m for m in free for a, b in spans if m < b and a < m + 30}
        assert offered(world) == free - taken


def test_meeting_that_is_booked_stays_and_can_be_moved_out(world):
    booking = world.book(world.talia, world.sam, NINE + HOUR)
    busy(world, (60, 120))
    target = Target(NINE + 3 * HOUR, world.talia, booking.appointment.location)
    moved = reschedule(booking, target, by=TESTER, now=MONDAY)
    assert moved.appointment.start == NINE + 3 * HOUR


def test_busy_time_cannot_be_held_either(world):
    busy(world, (60, 120))
    with pytest.raises(SlotTaken):
        hold_time(
            world.order(world.talia, world.sam, NINE + HOUR),
            until=NINE + HOUR,
            purpose=HoldPurpose.WAITLIST,
            by=TESTER,
            now=MONDAY,
        )


def test_search_and_explanation_ask_no_more_queries_with_calendars(
    world, django_assert_max_num_queries
):
    with django_assert_max_num_queries(100) as without:
        refusals(world, 60)
    busy(world, *((n * 60, n * 60 + 10) for n in range(200)))
    with django_assert_max_num_queries(len(without)):
        refusals(world, 60)


SPANS = st.lists(
    st.tuples(st.integers(-120, 600), st.integers(1, 200)).map(lambda s: (s[0], s[0] + s[1])),
    max_size=4,
)


@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(spans=SPANS)
def test_search_explanation_and_booking_agree_whatever_the_calendar_says(world, spans):
    """Against the definition: no minute of the meeting in a busy tick."""
    busy(world)
    free = offered(world)
    busy(world, *spans)
    ticks = {tick for a, b in spans for tick in range(a // 5, -(-b // 5))}
    clear = {m for m in free if not ticks & set(range(m // 5, m // 5 + 6))}
    assert offered(world) == clear
    for minute in sorted(free)[::3]:
        wanted = [] if minute in clear else [("provider_busy", {"elsewhere": True})]
        assert refusals(world, minute) == wanted
    refused = sorted(free - clear)[:1]
    for minute in refused:
        with pytest.raises(SlotTaken):
            world.book(world.talia, world.sam, NINE + minute * MINUTE, key=f"{spans}{minute}"[:60])
    assert User.objects.get(pk=world.talia.user_id).time_version >= 1
