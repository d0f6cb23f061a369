"""Booking: what is written, what is refused, and that the same wish is granted once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.bookings.actions import book, cancel
from visavis.bookings.enums import AppointmentState, BookingState, CommitmentStatus
from visavis.bookings.errors import NotOpen, Refused, SlotTaken
from visavis.bookings.models import Appointment, Booking, BookingEvent, Commitment
from visavis.bookings.openings import ask
from visavis.core.models import HistoryEntry

pytestmark = pytest.mark.django_db
TEN = MONDAY + timedelta(hours=2)


@pytest.fixture
def world():
    return make_world()


def test_booking_takes_the_time_of_both(world):
    talia, sam = world.provider(), world.student()
    booking = world.book(talia, sam, TEN)
    assert booking.state == BookingState.CONFIRMED
    assert list(
        Commitment.objects.order_by("person_id").values_list("person_id", "start", "end", "status")
    ) == [
        (talia.user_id, TEN, TEN + timedelta(minutes=30), CommitmentStatus.CONFIRMED),
        (sam.pk, TEN, TEN + timedelta(minutes=30), CommitmentStatus.CONFIRMED),
    ]
    assert list(BookingEvent.objects.values_list("kind", "booking")) == [("confirmed", booking.pk)]
    assert HistoryEntry.objects.filter(subject_type="booking", verb="confirmed").count() == 1


def test_booked_time_is_no_longer_offered(world):
    talia, sam = world.provider(), world.student()
    before = ask(world.question()).starts
    world.book(talia, sam, TEN)
    assert ask(world.question()).starts == [start for start in before if start != TEN]


def test_second_student_is_told_that_the_time_is_taken_and_which_are_near(world):
    talia = world.provider()
    world.book(talia, world.student(), TEN)
    with pytest.raises(SlotTaken) as refused:
        world.book(talia, world.student("Kim"), TEN)
    near = [slot.start for slot in refused.value.alternatives]
    half = timedelta(minutes=30)
    assert near == [TEN - 2 * half, TEN - half, TEN + half, TEN + 2 * half, TEN + 3 * half]
    assert Booking.objects.count() == 1


def test_same_key_gives_the_same_booking(world):
    talia, sam = world.provider(), world.student()
    first = world.book(talia, sam, TEN, key="one wish")
    assert world.book(talia, sam, TEN, key="one wish") == first
    assert Appointment.objects.count() == 1


def test_key_of_another_student_is_refused(world):
    talia = world.provider()
    world.book(talia, world.student(), TEN, key="one wish")
    with pytest.raises(Refused) as refused:
        world.book(talia, world.student("Kim"), TEN, key="one wish")
    assert refused.value.code == "idempotency_key_reused"


@pytest.mark.parametrize(
    ("hours", "code"),
    [
        (-1, "outside_hours"),
        (9.25, "outside_hours"),
        (2.25, "minute_not_allowed"),
        (24 * 7 * 13 + 2, "beyond_horizon"),
        (-24 * 7 + 2, "lead_time"),
    ],
)
def test_start_that_is_not_offered_is_refused_with_the_first_rule(world, hours, code):
    talia, sam = world.provider(), world.student()
    with pytest.raises(Refused) as refused:
        world.book(talia, sam, MONDAY + timedelta(hours=hours))
    assert refused.value.code == code
    assert not Appointment.objects.exists()


def test_student_with_another_meeting_is_refused(world):
    talia, omar, sam = world.provider(), world.provider("Omar"), world.student()
    world.book(talia, sam, TEN)
    with pytest.raises(Refused) as refused:
        world.book(omar, sam, TEN)
    assert refused.value.code == "student_conflict"


def test_mentor_who_is_a_student_elsewhere_is_busy_as_a_person(world):
    other = make_world("writing")
    talia, omar = world.provider(), other.provider("Omar")
    other.book(omar, talia.user, TEN)
    with pytest.raises(SlotTaken) as refused:
        world.book(talia, world.student(), TEN)
    assert refused.value.refusals[0].data == {"elsewhere": True}


def test_cancelling_frees_the_time_of_both(world):
    talia, sam = world.provider(), world.student()
    booking = world.book(talia, sam, TEN)
    cancel(booking, by=TESTER, reason="Ill", now=MONDAY)
    booking.refresh_from_db()
    assert (booking.state, booking.cancel_reason) == (BookingState.CANCELLED, "Ill")
    assert Appointment.objects.get().state == AppointmentState.CANCELLED
    assert TEN in ask(world.question()).starts
    world.book(talia, sam, TEN, key="again")


def test_cancelling_twice_is_refused(world):
    booking = world.book(world.provider(), world.student(), TEN)
    cancel(booking, by=TESTER, now=MONDAY)
    with pytest.raises(NotOpen):
        cancel(booking, by=TESTER, now=MONDAY)


def test_meeting_that_has_begun_cannot_be_cancelled(world):
    booking = world.book(world.provider(), world.student(), TEN)
    with pytest.raises(NotOpen):
        cancel(booking, by=TESTER, now=TEN)


def test_nobody_books_themselves(world):
    talia = world.provider()
    with pytest.raises(Refused) as refused:
        world.book(talia, talia.user, TEN)
    assert refused.value.code == "student_conflict"
    assert refused.value.refusals[0].data == {"self": True}


def test_same_key_gives_the_same_booking_whatever_else_is_asked(world):
    talia, sam = world.provider(), world.student()
    first = world.book(talia, sam, TEN, key="one wish")
    assert world.book(talia, sam, TEN + timedelta(hours=1), key="one wish") == first
    assert Appointment.objects.count() == BookingEvent.objects.count() == 1


def test_key_of_another_student_is_refused_at_a_free_time_too(world):
    talia = world.provider()
    world.book(talia, world.student(), TEN, key="one wish")
    with pytest.raises(Refused) as refused:
        world.book(talia, world.student("Kim"), TEN + timedelta(hours=1), key="one wish")
    assert refused.value.code == "idempotency_key_reused"
    assert Appointment.objects.count() == BookingEvent.objects.count() == 1


def test_whoever_comes_too_late_begins_no_transaction(world):
    talia, kim = world.provider(), world.student("Kim")
    orders = [world.order(talia, who, TEN) for who in (world.student(), kim)]
    with CaptureQueriesContext(connection) as winner:
        book(orders[0], by=TESTER, now=MONDAY)
    with CaptureQueriesContext(connection) as loser, pytest.raises(SlotTaken):
        book(orders[1], by=TESTER, now=MONDAY)
    assert [
        any(query["sql"].startswith("SAVEPOINT") for query in asked.captured_queries)
        for asked in (winner, loser)
    ] == [True, False]


def test_a_booking_asks_as_little_in_a_large_centre(world, django_assert_max_num_queries):
    talia, sam = world.provider(), world.student()
    world.book(talia, sam, TEN)
    with django_assert_max_num_queries(22) as few:
        world.book(talia, sam, TEN + timedelta(hours=1))
    for name in ("Omar", "Priya", "Lena"):
        world.book(world.provider(name), world.student(f"{name}S"), TEN)
    with django_assert_max_num_queries(len(few)):
        world.book(talia, sam, TEN + timedelta(hours=2))


def test_a_second_booking_has_no_query_written(world, monkeypatch):
    talia, sam = world.provider(), world.student()
    world.book(talia, sam, TEN)
    written = []
    as_sql = SQLCompiler.as_sql

    def noting(compiler, *args, **options):
        written.append(compiler.query)
        return as_sql(compiler, *args, **options)

    monkeypatch.setattr(SQLCompiler, "as_sql", noting)
    world.book(talia, sam, TEN + timedelta(hours=1))
    assert written == []
    list(Booking.objects.all())
    assert len(written) == 1
