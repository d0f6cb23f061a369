"""A seat of a group that is held for one student: taken for others, free when it has run out."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.actions import add_dated_change
from visavis.availability.enums import ChangeKind
from visavis.availability.models import WeeklyBlock
from visavis.bookings import kept
from visavis.bookings.actions import (
    Target,
    Wish,
    book,
    cancel,
    cancel_meeting,
    expire_requests,
    hold_time,
    join_waitlist,
    leave_waitlist,
    offer_times,
    release_hold,
    reschedule,
)
from visavis.bookings.actions.withdrawing import withdraw_unbookable
from visavis.bookings.enums import (
    ACTIVE,
    AppointmentState,
    BookingState,
    CommitmentPart,
    CommitmentStatus,
    HoldPurpose,
    HoldState,
    WaitlistState,
)
from visavis.bookings.errors import NotOpen, SlotTaken
from visavis.bookings.models import Appointment, Booking, Commitment, Hold
from visavis.bookings.openings import ask, explain, question_for_start
from visavis.catalogue.actions import add_format
from visavis.communities.actions import change_settings

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
TEN = MONDAY + 2 * HOUR
LATER = TEN + 2 * HOUR
UNTIL = MONDAY + HOUR
TODAY = date(2027, 2, 15)


@pytest.fixture(autouse=True)
def nothing_kept():
    kept.forget()
    yield
    kept.forget()


@pytest.fixture
def world():
    """Talia gives a group of two at ten, and Ann and Bo are in it."""
    world = make_world()
    world.format = add_format(world.community, by=TESTER, name="Pair", minutes=30, capacity=2)
    world.community = change_settings(world.community, {"waitlist": True}, by=TESTER)
    world.service.community = world.community
    world.talia = world.provider()
    world.ann, world.bo, world.sam, world.uma = map(world.student, ("Ann", "Bo", "Sam", "Uma"))
    world.seats = [world.book(world.talia, who, TEN) for who in (world.ann, world.bo)]
    world.meeting = world.seats[0].appointment
    return world


@pytest.fixture
def one_left(world):
    """Ann gives her seat back."""
    cancel(world.seats[0], by=TESTER, now=MONDAY)
    return world


def at(order, now):
    return replace(order, question=replace(order.question, now=now))


def hold(world, student, start=TEN):
    order = world.order(world.talia, student, start)
    return hold_time(order, until=UNTIL, purpose=HoldPurpose.WAITLIST, by=TESTER, now=MONDAY)


def seats_left(world, student, start=TEN, now=MONDAY):
    found = ask(world.question(provider=world.talia, student=student, now=now)).slot(start)
    return found.seats_left if found else 0


def is_explained(world, student, start=TEN, now=MONDAY):
    """Whether the explanation finds nothing against the start."""
    asked = world.question(provider=world.talia, student=student, now=now)
    return [v.refusals for v in explain(question_for_start(asked, start), start)] == [()]


def providers_part(meeting):
    part = Commitment.objects.get(appointment=meeting, part=CommitmentPart.PROVIDER)
    return part.status, part.expires_at


def state_of(meeting):
    return Appointment.objects.get(pk=meeting.pk).state


def test_a_held_seat_is_taken_for_everybody_but_its_holder(one_left):
    world = one_left
    held = hold(world, world.sam)
    assert (held.commitment.appointment, held.commitment.seat) == (world.meeting, 1)
    assert [seats_left(world, who) for who in (world.sam, world.uma, None)] == [1, 0, 0]
    assert [is_explained(world, who) for who in (world.sam, world.uma)] == [True, False]
    with pytest.raises(SlotTaken):
        world.book(world.talia, world.uma, TEN)


def test_booking_the_held_seat_uses_the_hold(one_left):
    held = hold(one_left, one_left.sam)
    booking = one_left.book(one_left.talia, one_left.sam, TEN)
    held.refresh_from_db()
    assert (booking.appointment, booking.seat) == (one_left.meeting, 1)
    assert held.state == HoldState.USED


def test_a_seat_that_has_run_out_is_free_at_once_and_booking_removes_it_first(one_left):
    world, after = one_left, UNTIL + MINUTE
    held = hold(world, world.sam)
    assert seats_left(world, world.uma, now=after) == 1
    booking = book(at(world.order(world.talia, world.uma, TEN), after), by=TESTER, now=after)
    held.refresh_from_db()
    assert (booking.seat, held.state) == (1, HoldState.EXPIRED)


def test_a_seat_is_let_go_once(one_left):
    held = hold(one_left, one_left.sam)
    release_hold(held, by=TESTER, now=MONDAY)
    assert seats_left(one_left, one_left.uma) == 1
    with pytest.raises(NotOpen):
        release_hold(held, by=TESTER, now=MONDAY)


def test_the_student_may_book_something_else_while_a_seat_is_held(one_left):
    world = one_left
    hold(world, world.sam)
    single = world.community.formats.exclude(pk=world.format.pk).get()
    booking = world.book(world.provider("Omar"), world.sam, TEN, format=single)
    assert booking.state == BookingState.CONFIRMED


def test_a_held_seat_keeps_the_meeting_when_the_last_one_leaves(one_left):
    world = one_left
    hold(world, world.sam)
    cancel(world.seats[1], by=TESTER, now=MONDAY)
    assert state_of(world.meeting) == AppointmentState.PLANNED
    assert providers_part(world.meeting) == (CommitmentStatus.HELD, UNTIL)
    assert seats_left(world, world.uma) == 1  # the other one


def test_a_meeting_in_which_only_a_seat_was_held_ends_when_that_runs_out(one_left):
    world = one_left
    hold(world, world.sam)
    cancel(world.seats[1], by=TESTER, now=MONDAY)
    assert seats_left(world, world.uma, now=UNTIL) == 2  # a new group, before any job has run
    expire_requests(now=UNTIL)
    assert state_of(world.meeting) == AppointmentState.CANCELLED
    assert expire_requests(now=UNTIL) == 0


def test_a_seat_can_be_held_where_nobody_meets_yet(world):
    held = hold(world, world.sam, LATER)
    assert [seats_left(world, who, LATER) for who in (world.sam, world.uma)] == [2, 1]
    other = world.book(world.talia, world.uma, LATER)
    assert (other.appointment, other.seat) == (held.commitment.appointment, 2)
    assert world.book(world.talia, world.sam, LATER).seat == 1


def test_who_books_the_one_seat_of_a_meeting_is_in_that_meeting(world):
    held = hold(world, world.sam, LATER)
    booking = world.book(world.talia, world.sam, LATER)
    assert booking.appointment == held.commitment.appointment
    assert providers_part(booking.appointment) == (CommitmentStatus.CONFIRMED, None)


def test_a_meeting_made_for_a_seat_goes_when_the_seat_is_let_go(world):
    held = hold(world, world.sam, LATER)
    release_hold(held, by=TESTER, now=MONDAY)
    assert state_of(held.commitment.appointment) == AppointmentState.CANCELLED
    assert seats_left(world, None, LATER) == 2


def test_a_meeting_can_be_moved_to_the_held_seat(one_left):
    world = one_left
    elsewhere = world.book(world.talia, world.sam, LATER)
    held = hold(world, world.sam)
    moved = reschedule(elsewhere, Target(TEN, world.talia), by=TESTER, now=MONDAY)
    held.refresh_from_db()
    assert (moved.appointment, moved.seat) == (world.meeting, 1)
    assert held.state == HoldState.USED


def test_who_leaves_a_held_seat_behind_does_not_move_over_it(one_left):
    """Bo would leave nobody behind but the seat that is held, and that keeps the group there."""
    world = one_left
    change_settings(world.community, {"allowed_minutes": [0, 15, 30, 45]}, by=TESTER)
    world.community.refresh_from_db()
    asked = world.question(provider=world.talia, student=world.bo, moving=world.seats[1])
    assert TEN + 15 * MINUTE in ask(asked).starts
    hold(world, world.sam)
    assert TEN + 15 * MINUTE not in ask(asked).starts


def test_the_database_refuses_two_of_one_seat(world):
    row = Commitment.objects.get(seat=1, status__in=ACTIVE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Commitment.objects.create(
            person=world.sam,
            community=world.community,
            part=CommitmentPart.HOLD,
            start=row.start,
            end=row.end,
            status=CommitmentStatus.SEAT_HELD,
            appointment=row.appointment,
            seat=1,
        )


# --- the waitlist of groups -------------------------------------------------------------------


def join(world, student, now=MONDAY):
    wish = Wish(student, world.service, world.format, TODAY, TODAY, provider=world.talia)
    return join_waitlist(wish, by=TESTER, now=now)


@pytest.fixture
def full(world):
    """The same, and Talia has no other hours."""
    WeeklyBlock.objects.exclude(weekday=0).delete()
    WeeklyBlock.objects.filter(weekday=0).update(start_minute=600, end_minute=630)
    kept.forget()
    return world


def test_a_full_group_is_waited_for_and_its_seats_are_offered_one_at_a_time(full):
    sam, uma = join(full, full.sam), join(full, full.uma, now=MONDAY + MINUTE)
    assert offer_times(full.community, now=MONDAY) == []
    for booking, first in zip(full.seats, (sam, uma), strict=True):
        cancel(booking, by=TESTER, now=MONDAY)
        assert offer_times(full.community, now=MONDAY) == [first]
        assert offer_times(full.community, now=MONDAY) == []
    held = Hold.objects.filter(state=HoldState.OPEN).order_by("pk")
    assert [(one.student, one.commitment.seat) for one in held] == [(full.sam, 1), (full.uma, 2)]
    booking = full.book(full.talia, full.sam, TEN)
    sam.refresh_from_db()
    assert (sam.state, booking.appointment) == (WaitlistState.BOOKED, full.meeting)
    assert Booking.objects.filter(state=BookingState.CONFIRMED).get() == booking


def test_leaving_the_list_gives_the_held_seat_to_the_next(full):
    sam, uma = join(full, full.sam), join(full, full.uma, now=MONDAY + MINUTE)
    cancel(full.seats[0], by=TESTER, now=MONDAY)
    offer_times(full.community, now=MONDAY)
    leave_waitlist(sam, by=TESTER, now=MONDAY)
    assert offer_times(full.community, now=MONDAY) == [uma]


def test_a_meeting_that_is_called_off_lets_its_held_seats_go(full):
    sam = join(full, full.sam)
    cancel(full.seats[0], by=TESTER, now=MONDAY)
    offer_times(full.community, now=MONDAY)
    assert cancel_meeting(full.meeting, by=TESTER, reason="Ill", now=MONDAY) == 1
    held = Hold.objects.get(student=full.sam)
    sam.refresh_from_db()
    assert state_of(full.meeting) == AppointmentState.CANCELLED
    assert providers_part(full.meeting) == (CommitmentStatus.CANCELLED, None)
    assert (held.state, sam.state) == (HoldState.RELEASED, WaitlistState.WAITING)


def away(world):
    add_dated_change(world.talia, kind=ChangeKind.AWAY, first=TODAY, last=TODAY, by=TESTER)


def test_a_seat_of_a_meeting_that_nobody_has_booked_goes_when_nobody_will_be_there(world):
    held = hold(world, world.sam, LATER)
    away(world)
    withdraw_unbookable(world.community, now=MONDAY)
    held.refresh_from_db()
    assert held.state == HoldState.WITHDRAWN
    assert state_of(held.commitment.appointment) == AppointmentState.CANCELLED


def test_a_seat_beside_others_stays_with_their_meeting(one_left):
    held = hold(one_left, one_left.sam)
    away(one_left)
    withdraw_unbookable(one_left.community, now=MONDAY)
    held.refresh_from_db()
    assert held.state == HoldState.OPEN


def test_a_meeting_that_nobody_has_booked_stays_while_somebody_is_there(world):
    held = hold(world, world.sam, LATER)
    withdraw_unbookable(world.community, now=MONDAY)
    held.refresh_from_db()
    assert held.state == HoldState.OPEN
