"""A weekly request is answered as a whole: all weeks that wait, in one transaction, told once."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, TESTER, make_weekly_world
from visavis.bookings.actions import (
    Target,
    accept,
    accept_series,
    book_series,
    cancel,
    decline,
    decline_series,
    reschedule,
)
from visavis.bookings.errors import NotOpen
from visavis.bookings.models import Booking, BookingEvent, Commitment
from visavis.bookings.openings import ask
from visavis.core.history import Actor
from visavis.core.models import HistoryEntry

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
FRIDAY_TEN = MONDAY + timedelta(days=4, hours=2)
EXPIRY = MONDAY + timedelta(hours=48)


@pytest.fixture
def world():
    world = make_weekly_world(auto_confirm=False)
    world.talia, world.sam = world.provider(), world.student()
    return world


@pytest.fixture
def asked(world):
    order = world.order(world.talia, world.sam, FRIDAY_TEN, location=world.location)
    return book_series(order, weeks=4, by=TESTER, now=MONDAY)


def states():
    rows = Booking.objects.order_by("appointment__start")
    return list(rows.values_list("state", flat=True))


def talia_herself(world):
    return Actor(world.talia.user_id, "Talia")


def test_all_weeks_are_accepted_at_once_and_told_as_one(world, asked):
    done = accept_series(asked, by=talia_herself(world), now=MONDAY)
    assert (len(done), states()) == (4, ["confirmed"] * 4)
    assert set(Commitment.objects.values_list("status", "expires_at")) == {("confirmed", None)}
    told = BookingEvent.objects.filter(kind="confirmed")
    assert (told.count(), told.values("batch").distinct().count()) == (4, 1)
    entry = HistoryEntry.objects.get(verb="accepted series")
    assert (entry.subject_id, entry.after) == (str(asked.pk), {"weeks": 4})
    assert HistoryEntry.objects.filter(verb="accepted").count() == 4


def test_all_weeks_are_declined_at_once_and_their_times_are_free(world, asked):
    decline_series(asked, by=talia_herself(world), reason="I am full.", now=MONDAY)
    assert states() == ["declined"] * 4
    assert set(Booking.objects.values_list("cancel_reason", "cancelled_by")) == {
        ("I am full.", "Talia")
    }
    assert BookingEvent.objects.filter(kind="declined").values("batch").distinct().count() == 1
    assert FRIDAY_TEN in ask(world.question()).starts


def test_only_the_weeks_that_wait_are_answered(world, asked):
    first, second, third, _last = asked.bookings.order_by("appointment__start")
    accept(first, by=TESTER, now=MONDAY)
    decline(second, by=TESTER, now=MONDAY)
    cancel(third, by=TESTER, now=MONDAY)
    assert len(accept_series(asked, by=talia_herself(world), now=MONDAY)) == 1
    assert states() == ["confirmed", "declined", "cancelled", "confirmed"]


@pytest.mark.parametrize("answer", [accept_series, decline_series])
def test_an_answer_comes_once(world, asked, answer):
    accept_series(asked, by=talia_herself(world), now=MONDAY)
    with pytest.raises(NotOpen):
        answer(asked, by=talia_herself(world), now=MONDAY)
    assert states() == ["confirmed"] * 4


@pytest.mark.parametrize("answer", [accept_series, decline_series])
def test_a_request_that_has_run_out_is_not_answered(world, asked, answer):
    with pytest.raises(NotOpen):
        answer(asked, by=talia_herself(world), now=EXPIRY)
    assert states() == ["requested"] * 4


def test_a_week_that_went_to_a_colleague_is_the_colleagues_to_answer(world, asked):
    omar = world.provider("Omar")
    week = asked.bookings.order_by("appointment__start").last()
    reschedule(week, Target(week.appointment.start, omar), by=TESTER, now=MONDAY)
    assert len(accept_series(asked, by=talia_herself(world), now=MONDAY)) == 3
    assert states() == ["confirmed"] * 3 + ["requested"]


def test_as_many_queries_for_twelve_weeks_as_it_takes_for_each(
    world, django_assert_max_num_queries
):
    order = world.order(world.talia, world.sam, FRIDAY_TEN, location=world.location)
    series = book_series(order, weeks=12, by=TESTER, now=MONDAY)
    with django_assert_max_num_queries(60):
        accept_series(series, by=talia_herself(world), now=MONDAY)
