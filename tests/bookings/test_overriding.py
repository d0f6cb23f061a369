"""The centre sets rules aside for once, or writes down what has happened; never two at a time."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.closures import add_closure
from visavis.bookings.actions import (
    Override,
    Target,
    book_anyway,
    book_for_address,
    enter_afterwards,
    hold_time,
    reschedule,
)
from visavis.bookings.enums import HoldPurpose, HoldState, WaitlistState
from visavis.bookings.errors import Refused, SlotTaken
from visavis.bookings.models import (
    Appointment,
    Booking,
    BookingEvent,
    Commitment,
    WaitlistEntry,
)
from visavis.catalogue.actions import add_format
from visavis.communities.actions import change_settings
from visavis.core.history import Actor
from visavis.core.models import HistoryEntry
from visavis.notifications import tasks
from visavis.notifications.models import Message
from visavis.people.models import User

pytestmark = pytest.mark.django_db
TEN = MONDAY + timedelta(hours=2)
NIGHT = MONDAY + timedelta(hours=14)
HALF = timedelta(minutes=30)
WHY = "She cannot come in the daytime."


@pytest.fixture
def world():
    return make_world()


def anyway(world, talia, student, start, **changes):
    order = world.order(talia, student, start, location=world.location, **changes)
    return book_anyway(order, reason=WHY, by=TESTER, now=MONDAY)


def test_booking_outside_all_hours_stands_and_the_history_says_why_and_what_said_no(world):
    world.format.auto_confirm = False
    world.format.save()
    add_closure(world.community, first=MONDAY.date(), last=MONDAY.date(), by=TESTER)
    booking = anyway(world, world.provider(), world.student(), NIGHT)
    written = HistoryEntry.objects.get(subject_type="booking")
    assert (booking.state, written.verb, written.reason, written.after) == (
        "confirmed",
        "confirmed",
        WHY,
        {"state": "confirmed", "overrode": ["closed", "outside_hours"]},
    )
    # What the mail is written from says nothing of it.
    assert BookingEvent.objects.get().data == {"reason": "", "by": "system"}


def test_override_needs_a_reason_a_place_and_a_time_to_come(world):
    talia, sam = world.provider(), world.student()
    order = world.order(talia, sam, NIGHT, location=world.location)
    with pytest.raises(Refused, match="Say why"):
        book_anyway(order, reason="  ", by=TESTER, now=MONDAY)
    with pytest.raises(Refused, match="Name the place"):
        book_anyway(world.order(talia, sam, NIGHT), reason=WHY, by=TESTER, now=MONDAY)
    with pytest.raises(Refused, match="has begun"):
        book_anyway(order, reason=WHY, by=TESTER, now=NIGHT)
    assert not Booking.objects.exists()


def test_even_an_override_puts_nobody_into_two_meetings(world):
    talia, omar, sam = world.provider(), world.provider("Omar"), world.student()
    world.book(talia, sam, TEN)
    with pytest.raises(SlotTaken):
        anyway(world, talia, world.student("Uma"), TEN)
    with pytest.raises(Refused) as refused:
        anyway(world, omar, sam, TEN)
    assert refused.value.code == "student_conflict"
    assert Booking.objects.count() == 1


def test_nobody_meets_themselves_even_under_an_override(world):
    talia = world.provider()
    with pytest.raises(Refused) as refused:
        anyway(world, talia, talia.user, NIGHT)
    assert refused.value.code == "student_conflict"


def test_buffers_bend_under_an_override(world):
    talia = world.provider()
    world.community = change_settings(
        world.community, {"buffer_before_minutes": 10, "buffer_after_minutes": 10}, by=TESTER
    )
    world.service.community = world.community
    world.book(talia, world.student(), TEN)
    booking = anyway(world, talia, world.student("Uma"), TEN + HALF)
    assert HistoryEntry.objects.get(subject_id=booking.pk, subject_type="booking").after == {
        "state": "confirmed",
        "overrode": ["provider_busy"],
    }


def test_a_full_place_stays_full_and_odd_minutes_stay_odd(world):
    world.location.capacity = 1
    world.location.save()
    world.book(world.provider(), world.student(), TEN)
    with pytest.raises(SlotTaken):
        anyway(world, world.provider("Omar"), world.student("Uma"), TEN)
    with pytest.raises(Refused):
        anyway(world, world.provider("Pia"), world.student("Uma"), NIGHT + timedelta(minutes=2))
    assert anyway(world, world.provider("Lea"), world.student("Uma"), NIGHT + timedelta(minutes=5))


def test_the_same_form_sent_twice_is_one_booking(world):
    talia, sam = world.provider(), world.student()
    first, second = (anyway(world, talia, sam, NIGHT) for _ in range(2))
    assert first == second
    assert BookingEvent.objects.count() == 1


def test_a_meeting_that_has_happened_is_entered_as_attended_and_nobody_is_mailed(world):
    talia, sam = world.provider(), world.student()
    order = world.order(talia, sam, MONDAY - timedelta(hours=20), location=world.location)
    booking = enter_afterwards(order, reason="Came by", by=TESTER, now=MONDAY)
    event, written = BookingEvent.objects.get(), HistoryEntry.objects.get(subject_type="booking")
    assert (booking.state, booking.appointment.state, event.kind) == (
        "attended",
        "done",
        "attended",
    )
    assert (written.reason, written.after["entered_afterwards"]) == ("Came by", True)
    tasks.outbox.tell_all(now=MONDAY + timedelta(days=1))
    assert not Message.objects.exists()


def test_what_has_happened_leaves_who_waits_for_another_time_on_the_list(world):
    talia, sam = world.provider(), world.student()
    today, later = MONDAY.date(), TEN + timedelta(hours=2)
    entry = WaitlistEntry.objects.create(
        community=world.community,
        student=sam,
        service=world.service,
        format=world.format,
        first=today,
        last=today + timedelta(days=3),
    )
    order = world.order(talia, sam, TEN, location=world.location)
    enter_afterwards(order, reason="Came by", by=TESTER, now=later)
    entry.refresh_from_db()
    assert entry.state == WaitlistState.WAITING


def test_only_what_has_begun_within_a_year_is_entered_afterwards(world):
    talia, sam = world.provider(), world.student()
    for start, words in ((TEN, "still to come"), (MONDAY - timedelta(days=400), "a year ago")):
        order = world.order(talia, sam, start, location=world.location)
        with pytest.raises(Refused, match=words):
            enter_afterwards(order, reason="Came by", by=TESTER, now=MONDAY)


def test_what_is_entered_afterwards_takes_the_time_that_was_free_and_no_other(world):
    talia, sam = world.provider(), world.student()
    world.book(talia, sam, TEN)
    later = TEN + timedelta(hours=5)
    order = world.order(talia, world.student("Uma"), TEN, location=world.location)
    with pytest.raises(SlotTaken):
        enter_afterwards(order, reason="Came by", by=TESTER, now=later)


def test_a_guest_is_made_with_the_booking_or_not_at_all(world):
    talia = world.provider()

    def book_night(student):
        return anyway(world, talia, student, NIGHT)

    booking = book_for_address("guest@home.test", book_night, first_name="Gus", by=TESTER)
    assert (booking.student.email, booking.student.first_name) == ("guest@home.test", "Gus")
    with pytest.raises(SlotTaken):
        book_for_address("other@home.test", book_night, by=TESTER)
    assert not User.objects.filter(email="other@home.test").exists()
    assert book_for_address("GUEST@home.test", book_night, by=TESTER) == booking


def test_a_meeting_is_moved_where_the_rules_would_not_have_it(world):
    talia = world.provider()
    booking = world.book(talia, world.student(), TEN)
    override = Override("The room floods.")
    with pytest.raises(Refused):
        reschedule(booking, Target(NIGHT, talia, world.location), by=TESTER, now=MONDAY)
    target = Target(NIGHT, talia, world.location, override=override)
    moved = reschedule(booking, target, by=TESTER, reason="Sorry", now=MONDAY)
    written = HistoryEntry.objects.filter(verb="moved").get()
    assert (moved.appointment.start, written.reason) == (NIGHT, "The room floods.")
    assert written.after["overrode"] == ["outside_hours"]
    assert BookingEvent.objects.get(kind="moved").data["reason"] == "Sorry"
    active = Commitment.objects.filter(status="confirmed").values_list("start", flat=True)
    assert set(active) == {NIGHT}


def test_a_meeting_is_moved_over_its_own_time_under_an_override(world):
    talia = world.provider()
    booking = world.book(talia, world.student(), TEN)
    start = TEN + timedelta(minutes=15)
    target = Target(start, talia, world.location, override=Override("A late bus"))
    assert reschedule(booking, target, by=TESTER, now=MONDAY).appointment.start == start
    assert Appointment.objects.filter(state="planned").count() == 1


def test_a_room_that_the_centre_changes_leaves_the_meeting_confirmed(world):
    world.format.auto_confirm = False
    world.format.save()
    talia, admin = world.provider(), world.student("Ada")
    booking = world.book(talia, world.student(), TEN)
    Booking.objects.update(state="confirmed", expires_at=None)
    Commitment.objects.update(status="confirmed", expires_at=None)
    room = world.community.locations.create(name="Library 2", kind=world.location.kind)
    booking.refresh_from_db()
    by = Actor(admin.pk, str(admin))
    moved = reschedule(booking, Target(TEN, talia, room), by=by, now=MONDAY)
    assert (moved.state, moved.appointment.location) == ("confirmed", room)


@pytest.mark.parametrize("moved", [False, True])
def test_what_is_held_for_the_student_gives_way_to_an_override(world, moved):
    talia, sam = world.provider(), world.student()
    order = world.order(talia, sam, TEN, location=world.location)
    until = MONDAY + timedelta(hours=1)
    hold = hold_time(order, until=until, purpose=HoldPurpose.PROPOSED, by=TESTER, now=MONDAY)
    start = TEN + timedelta(minutes=15)
    if moved:
        booking = world.book(talia, sam, TEN + timedelta(hours=3))
        target = Target(start, talia, world.location, override=Override(WHY))
        reschedule(booking, target, by=TESTER, now=MONDAY)
    else:
        booking = anyway(world, talia, sam, start)
    hold.refresh_from_db()
    assert (hold.state, Booking.objects.get().appointment.start) == (HoldState.RELEASED, start)


def test_who_is_entered_afterwards_joins_the_group_that_has_met(world):
    world.location.capacity = 1
    world.location.save(update_fields=["capacity"])
    group = add_format(world.community, by=TESTER, name="Group", minutes=30, capacity=3)
    talia, later = world.provider(), TEN + timedelta(hours=3)
    first = world.book(talia, world.student(), TEN, format=group)

    def enter(name, key=""):
        student = world.student(name)
        order = world.order(talia, student, TEN, key, location=world.location, format=group)
        return enter_afterwards(order, reason="Came by", by=TESTER, now=later)

    entered = [enter("Uma")]
    with pytest.raises(Refused) as refused:
        enter("Uma", "again")
    assert refused.value.code == "student_conflict"
    entered.append(enter("Vic"))
    assert {row.appointment_id for row in entered} == {first.appointment_id}
    assert sorted(row.seat for row in (first, *entered)) == [1, 2, 3]
    # Whether the first one came is still to be written down.
    assert Appointment.objects.get().state == "planned"
    with pytest.raises(SlotTaken):
        enter("Wim")


def test_a_group_of_people_who_all_just_came_by_is_one_meeting(world):
    group = add_format(world.community, by=TESTER, name="Group", minutes=30, capacity=3)
    talia = world.provider()
    for name in ("Uma", "Vic"):
        order = world.order(talia, world.student(name), TEN, location=world.location, format=group)
        enter_afterwards(order, reason="Came by", by=TESTER, now=TEN + timedelta(hours=3))
    assert Appointment.objects.get().state == "done"
    assert Booking.objects.filter(state="attended").count() == 2


def test_a_slip_of_the_pen_books_nothing_in_another_century(world):
    talia, far = world.provider(), MONDAY + timedelta(days=180 * 365)
    booking = world.book(talia, world.student(), TEN)
    with pytest.raises(Refused, match="two years ahead"):
        anyway(world, talia, world.student("Uma"), far)
    target = Target(far, talia, world.location, override=Override(WHY))
    with pytest.raises(Refused, match="two years ahead"):
        reschedule(booking, target, by=TESTER, now=MONDAY)
