"""Group meetings: joining, leaving, full; one who leaves disturbs nobody."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.models import WeeklyBlock
from visavis.bookings.actions import accept, book, cancel
from visavis.bookings.enums import AppointmentState
from visavis.bookings.errors import SlotTaken
from visavis.bookings.models import Appointment, Booking
from visavis.bookings.openings import ask
from visavis.catalogue.actions import add_format

pytestmark = pytest.mark.django_db
TEN = MONDAY + timedelta(hours=2)


@pytest.fixture
def world():
    made = make_world()
    made.format = add_format(made.community, by=TESTER, name="Group", minutes=30, capacity=3)
    return made


def test_second_student_joins_the_same_meeting(world):
    talia = world.provider()
    first, second = (world.book(talia, world.student(name), TEN) for name in ("Sam", "Kim"))
    assert first.appointment == second.appointment
    assert (first.seat, second.seat) == (1, 2)
    assert ask(world.question()).slot(TEN).seats_left == 1


def test_full_meeting_is_no_longer_offered(world):
    talia = world.provider()
    for name in ("Sam", "Kim", "Ali"):
        world.book(talia, world.student(name), TEN)
    assert TEN not in ask(world.question()).starts
    with pytest.raises(SlotTaken, match="The group that meets then has no seat left"):
        world.book(talia, world.student("Late"), TEN)


def test_another_meeting_of_the_provider_is_no_full_group(world):
    talia = world.provider()
    single = world.community.formats.get(name="Schedule a Meeting")
    world.book(talia, world.student(), TEN, format=single)
    with pytest.raises(SlotTaken, match="has another meeting then"):
        world.book(talia, world.student("Late"), TEN)


def test_seat_given_back_is_given_again(world):
    talia = world.provider()
    bookings = [world.book(talia, world.student(name), TEN) for name in ("Sam", "Kim", "Ali")]
    cancel(bookings[0], by=TESTER, now=MONDAY)
    assert world.book(talia, world.student("Next"), TEN).seat == 1
    assert Appointment.objects.get().state == AppointmentState.PLANNED


def test_last_seat_given_back_cancels_the_meeting(world):
    talia = world.provider()
    bookings = [world.book(talia, world.student(name), TEN) for name in ("Sam", "Kim")]
    for booking in bookings:
        cancel(booking, by=TESTER, now=MONDAY)
    assert Appointment.objects.get().state == AppointmentState.CANCELLED
    assert ask(world.question()).slot(TEN).seats_left == 3


def test_standing_meeting_can_be_joined_though_the_hours_are_gone(world):
    talia = world.provider()
    world.book(talia, world.student(), TEN)
    WeeklyBlock.objects.all().delete()
    assert ask(world.question()).starts == [TEN]


def test_overlapping_start_is_not_offered_beside_a_group_meeting(world):
    talia = world.provider()
    world.book(talia, world.student(), TEN)
    single = world.community.formats.get(name="Schedule a Meeting")
    assert TEN not in ask(world.question(format=single)).starts


def test_seat_of_an_expired_request_is_given_to_the_next(world):
    talia = world.provider()
    world.format.auto_confirm = False
    world.format.save()
    later = TEN + timedelta(days=4)
    bookings = [world.book(talia, world.student(name), later) for name in ("Sam", "Kim", "Ali")]
    accept(bookings[0], by=TESTER, now=MONDAY)
    after = bookings[1].expires_at
    order = world.order(talia, world.student("Next"), later, now=after)
    assert book(order, by=TESTER, now=after).seat == 2
    assert sorted(Booking.objects.values_list("state", flat=True)) == [
        "confirmed",
        "expired",
        "expired",
        "requested",
    ]
