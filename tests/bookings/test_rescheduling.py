"""Moving a booking: one booking, another time; never neither, never both."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.bookings import kept
from visavis.bookings.actions import Target, book, book_series, cancel, reschedule
from visavis.bookings.enums import AppointmentState, BookingState
from visavis.bookings.errors import NotOpen, Refused, SlotTaken, TooLate
from visavis.bookings.models import Appointment, Booking, BookingEvent, Commitment
from visavis.bookings.openings import ask, explain, question_for_start
from visavis.bookings.queries import weeks_of
from visavis.catalogue.actions import add_format
from visavis.communities.actions import change_settings
from visavis.core.history import Actor
from visavis.core.models import HistoryEntry
from visavis.people.actions import pause_booking

pytestmark = pytest.mark.django_db
TEN = MONDAY + timedelta(hours=2)
HALF = timedelta(minutes=30)
HOUR = timedelta(hours=1)


@pytest.fixture
def world():
    return make_world()


def move(booking, start, provider, **changes):
    booking = Booking.objects.get(pk=booking.pk)
    target = Target(start, provider, **changes)
    return reschedule(booking, target, by=TESTER, now=MONDAY)


def set_rules(world, **columns):
    world.community = change_settings(world.community, columns, by=TESTER)
    return world


def taken():
    """What stands of whose time."""
    return sorted(
        Commitment.objects.filter(status__in=["requested", "confirmed"]).values_list(
            "person__first_name", "start"
        )
    )


def test_new_time_is_taken_and_the_old_one_released(world):
    talia, sam = world.provider(), world.student()
    booking = world.book(talia, sam, TEN)
    moved = move(booking, TEN + HOUR, talia)
    assert (moved.pk, moved.public_id, moved.idempotency_key) == (
        booking.pk,
        booking.public_id,
        booking.idempotency_key,
    )
    assert moved.appointment.start == TEN + HOUR
    assert moved.state == BookingState.CONFIRMED
    assert taken() == [("Sam", TEN + HOUR), ("Talia", TEN + HOUR)]
    assert sorted(Appointment.objects.values_list("start", "state")) == [
        (TEN, AppointmentState.CANCELLED),
        (TEN + HOUR, AppointmentState.PLANNED),
    ]
    starts = ask(world.question()).starts
    assert (TEN in starts, TEN + HOUR in starts) == (True, False)


def test_move_is_told_once_with_where_the_meeting_was(world):
    talia, omar, sam = world.provider(), world.provider("Omar"), world.student()
    booking = world.book(talia, sam, TEN)
    left, by_sam = booking.appointment_id, Actor(sam.pk, "Sam")
    target = Target(TEN + HOUR, omar)
    for _time in range(2):  # the form is sent twice
        reschedule(Booking.objects.get(), target, by=by_sam, now=MONDAY)
    event = BookingEvent.objects.get(kind="moved")
    assert event.data == {
        "reason": "",
        "by": "student",
        "state": "confirmed",
        "late": True,  # two hours before it would have begun
        "from_appointment_id": left,
        "from_start": TEN.isoformat(),
        "from_end": (TEN + HALF).isoformat(),
        "from_provider": "Talia Example",
        "from_provider_id": talia.pk,
        "from_location": booking.appointment.location.name,
        "from_location_id": booking.appointment.location_id,
    }
    assert HistoryEntry.objects.filter(subject_type="booking", verb="moved").count() == 1


def test_time_that_somebody_else_has_leaves_the_booking_where_it_is(world):
    talia, sam = world.provider(), world.student()
    booking = world.book(talia, sam, TEN)
    world.book(talia, world.student("Kim"), TEN + HOUR)
    with pytest.raises(SlotTaken) as refused:
        move(booking, TEN + HOUR, talia)
    near = [slot.start for slot in refused.value.alternatives]
    # The booking's own time is one of those it could have.
    assert near == [TEN - HALF, TEN, TEN + HALF, TEN + 3 * HALF, TEN + 4 * HALF]
    assert taken() == [
        ("Kim", TEN + HOUR),
        ("Sam", TEN),
        ("Talia", TEN),
        ("Talia", TEN + HOUR),
    ]
    assert not BookingEvent.objects.filter(kind="moved").exists()


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"buffer_before_minutes": 30, "buffer_after_minutes": 30},
        {"provider_weekly_cap_minutes": 60},
        {"student_daily_limit_minutes": 60},
        {"student_weekly_limit_minutes": 60},
        {"student_open_bookings_limit": 1},
    ],
)
def test_own_old_time_never_counts_against_the_new_one(world, columns):
    world.format.minutes = 60
    world.format.save()
    talia, sam = world.provider(), world.student()
    booking = world.book(talia, sam, TEN)
    set_rules(world, **columns)
    booking = Booking.objects.get(pk=booking.pk)
    question = world.question(student=sam, provider=talia, moving=booking)
    assert TEN + HALF in ask(question).starts
    moved = move(booking, TEN + HALF, talia)
    assert taken() == [("Sam", TEN + HALF), ("Talia", TEN + HALF)]
    assert moved.appointment.end == TEN + HALF + HOUR


def test_own_seat_in_a_room_for_one_never_counts_either(world):
    world.location.capacity = 1
    world.location.save()
    world.format.minutes = 60
    world.format.save()
    talia, omar, sam = world.provider(), world.provider("Omar"), world.student()
    booking = world.book(talia, sam, TEN)
    asked = world.question(student=sam)
    assert TEN + HALF not in ask(asked).starts
    with_move = world.question(student=sam, moving=Booking.objects.get())
    assert ask(with_move).free(TEN + HALF) == [omar, talia]
    move(booking, TEN + HALF, omar)
    assert taken() == [("Omar", TEN + HALF), ("Sam", TEN + HALF)]


def test_limit_that_the_new_week_would_pass_refuses_the_move(world):
    talia, sam = world.provider(), world.student()
    world.book(talia, sam, TEN)
    later = world.book(talia, sam, TEN + timedelta(days=1))
    set_rules(world, student_daily_limit_minutes=30)
    with pytest.raises(Refused) as refused:
        move(later, TEN + HOUR, talia)
    assert refused.value.code == "student_limit"


def test_format_on_request_asks_again(world):
    talia, sam = world.provider(), world.student()
    booking = world.book(talia, sam, TEN)
    world.format.auto_confirm = False
    world.format.save()
    moved = move(booking, TEN + HOUR, talia)
    assert moved.state == BookingState.REQUESTED
    assert moved.expires_at == TEN + HOUR
    assert taken() == [("Sam", TEN + HOUR), ("Talia", TEN + HOUR)]


def test_leaving_a_group_disturbs_nobody_and_joins_another(world):
    world.format = add_format(world.community, by=TESTER, name="Group", minutes=30, capacity=3)
    talia = world.provider()
    sam, kim, ali = (world.student(name) for name in ("Sam", "Kim", "Ali"))
    first = world.book(talia, sam, TEN)
    world.book(talia, kim, TEN)
    other = world.book(talia, ali, TEN + HOUR)
    question = world.question(student=sam, provider=talia, moving=first)
    assert ask(question).seats_left(TEN + HOUR) == 2
    assert TEN not in ask(question).starts  # the meeting that is left
    moved = move(first, TEN + HOUR, talia)
    assert (moved.appointment_id, moved.seat) == (other.appointment_id, 2)
    assert Appointment.objects.filter(state=AppointmentState.PLANNED).count() == 2
    assert taken() == [
        ("Ali", TEN + HOUR),
        ("Kim", TEN),
        ("Sam", TEN + HOUR),
        ("Talia", TEN),
        ("Talia", TEN + HOUR),
    ]


def test_pause_keeps_off_new_meetings_and_lets_one_that_stands_be_moved(world):
    talia, sam = world.provider(), world.student()
    booking = world.book(talia, sam, TEN)
    pause_booking(sam, world.community, until=None, reason="", by=TESTER, now=MONDAY)
    with pytest.raises(Refused, match="paused"):
        world.book(talia, sam, TEN + HOUR)
    assert move(booking, TEN + HOUR, talia).appointment.start == TEN + HOUR


def test_booking_that_was_ended_cannot_be_moved(world):
    talia, sam = world.provider(), world.student()
    booking = world.book(talia, sam, TEN)
    cancel(booking, by=TESTER, now=MONDAY)
    with pytest.raises(NotOpen, match="cancelled already"):
        move(booking, TEN + HOUR, talia)
    assert taken() == []


def test_booking_that_was_ended_is_not_moved_to_where_it_was_either(world):
    talia, sam = world.provider(), world.student()
    booking = world.book(talia, sam, TEN)
    cancel(booking, by=TESTER, now=MONDAY)
    with pytest.raises(NotOpen, match="cancelled already"):
        move(booking, TEN, talia)


def test_booking_is_not_moved_on_from_where_nobody_looked(world):
    talia, sam = world.provider(), world.student()
    booking = world.book(talia, sam, TEN)
    seen = booking.appointment_id
    move(booking, TEN + HOUR, talia, seen=seen)
    with pytest.raises(NotOpen, match="moved meanwhile"):
        move(booking, TEN + 2 * HOUR, talia, seen=seen)
    assert taken() == [("Sam", TEN + HOUR), ("Talia", TEN + HOUR)]


def test_student_may_move_until_the_communitys_hours_others_until_it_begins(world):
    talia, sam = world.provider(), world.student()
    booking = world.book(talia, sam, TEN)
    set_rules(world, move_until_hours=3)
    booking = Booking.objects.get(pk=booking.pk)
    target = Target(TEN + HOUR, talia)
    with pytest.raises(TooLate, match="until 3 hours before they begin"):
        reschedule(booking, target, by=Actor(sam.pk, "Sam"), now=MONDAY)
    moved = reschedule(booking, target, by=Actor(talia.user_id, "Talia"), now=MONDAY)
    assert moved.appointment.start == TEN + HOUR


def test_same_key_still_finds_the_booking_after_its_move(world):
    talia, sam = world.provider(), world.student()
    booking = world.book(talia, sam, TEN, key="one wish")
    move(booking, TEN + HOUR, talia)
    again = book(world.order(talia, sam, TEN, "one wish"), by=TESTER, now=MONDAY)
    assert (again.pk, Booking.objects.count()) == (booking.pk, 1)


# --- Search and explanation agree about what could be moved where --------------------------------


def test_week_of_a_series_beyond_the_horizon_is_moved_within_its_own_week(world):
    world = set_rules(world, weeks_ahead=2)
    weekly = add_format(world.community, name="Weekly", minutes=60, repeats="weekly", by=TESTER)
    talia, sam = world.provider(), world.student()
    order = world.order(talia, sam, TEN, format=weekly, location=world.location)
    series = book_series(order, weeks=6, by=TESTER, now=MONDAY)
    fifth = weeks_of(series)[4]
    start = fifth.appointment.start
    assert start > MONDAY + timedelta(weeks=3)
    moving = Booking.objects.get(pk=fifth.pk)
    question = world.question(student=sam, format=weekly, days=90, moving=moving)
    found = {(one - MONDAY).days // 7 for one in ask(question).starts}
    # Until Monday in two weeks everybody may book; the fifth week is the meeting's own.
    assert found == {0, 1, 2, 4}
    for other in (-7, 7):
        with pytest.raises(Refused, match="Monday 15 March 2027 to Sunday 21 March 2027") as said:
            move(fifth, start + timedelta(days=other, hours=3), talia)
        assert said.value.code == "beyond_horizon"
    moved = move(fifth, start + timedelta(days=3), talia)
    local = moved.appointment.start.astimezone(world.community.zone)
    assert f"{local:%a %d %b %H:%M}" == "Thu 18 Mar 10:00"


@pytest.mark.parametrize("minutes", [30, 60])
@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"buffer_before_minutes": 15, "buffer_after_minutes": 30},
        {"provider_weekly_cap_minutes": 120},
        {"student_daily_limit_minutes": 60, "student_weekly_limit_minutes": 90},
    ],
)
@pytest.mark.django_db(transaction=True)
def test_what_is_offered_for_a_move_is_what_is_explained(minutes, columns):
    kept.forget()
    world = make_world()
    world.location.capacity = 1
    world.location.save()
    talia, omar, sam = world.provider(), world.provider("Omar"), world.student()
    world.book(talia, world.student("Kim"), TEN + 2 * HOUR)
    world.book(omar, sam, TEN + timedelta(days=1))
    booking = world.book(talia, sam, TEN)
    world.format.minutes = minutes
    world.format.save()
    set_rules(world, **columns)
    ask(world.question())  # what everybody is offered is kept, and must not be used for the move
    question = world.question(student=sam, days=2, moving=Booking.objects.get(pk=booking.pk))
    for _time in range(2):
        found = ask(question)
        for half in range(2 * 24 * 2):
            start = MONDAY - 8 * HOUR + half * HALF
            verdicts = explain(question_for_start(question, start), start)
            free = sorted({v.provider.pk for v in verdicts if not v.refusals})
            assert sorted(found.free_ids(start)) == free, start
    assert TEN + HALF in found.starts or minutes == 60
    # What is kept for everybody else has not changed.
    assert TEN not in ask(world.question(provider=talia)).starts
    kept.forget()
