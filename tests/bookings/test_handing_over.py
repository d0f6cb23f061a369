"""A meeting is handed over: another person gives it, at the same time, to the same student."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.models import Location
from visavis.bookings.actions import (
    Heir,
    Target,
    cancel,
    hand_over,
    handing,
    hold_time,
    move_place,
    reschedule,
)
from visavis.bookings.enums import (
    ACTIVE,
    AppointmentState,
    BookingState,
    EventKind,
    HoldPurpose,
    HoldState,
    WaitlistState,
)
from visavis.bookings.errors import NotOpen, Refused, SlotTaken
from visavis.bookings.heirs import able_to_take
from visavis.bookings.models import Appointment, Booking, Commitment, WaitlistEntry
from visavis.bookings.orders import Override
from visavis.catalogue.actions import add_format
from visavis.communities.actions import change_settings
from visavis.core.history import Actor
from visavis.core.models import HistoryEntry
from visavis.people.actions import pause_booking
from visavis.people.models import Provider

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
TEN = MONDAY + 2 * HOUR


@pytest.fixture
def world():
    world = make_world()
    world.talia, world.omar = world.provider(), world.provider("Omar")
    world.sam = world.student()
    world.booking = world.book(world.talia, world.sam, TEN)
    return world


def heir(world, person=None):
    return Heir(person or world.omar, world.service)


def hand(world, **more):
    booking = more.pop("booking", world.booking)
    return hand_over(booking, more.pop("heir", heir(world)), by=TESTER, now=MONDAY, **more)


def test_other_person_gives_it_at_the_same_time_and_place(world):
    hand(world, reason="Talia has left us.")
    row = Booking.objects.select_related("appointment").get(pk=world.booking.pk)
    assert row.public_id == world.booking.public_id
    assert row.state == BookingState.CONFIRMED
    meeting = row.appointment
    assert (meeting.provider, meeting.start, meeting.location) == (
        world.omar,
        TEN,
        world.location,
    )
    [event] = row.events.filter(kind=EventKind.MOVED)
    assert event.data["reason"] == "Talia has left us."
    assert event.data["from_provider"] == "Talia Example"


def test_history_tells_another_person_from_another_place(world):
    Location.objects.create(community=world.community, name="Room 2")
    move_place(hand(world), by=TESTER, now=MONDAY)
    of_meeting = {"subject_type": "booking", "subject_id": str(world.booking.pk)}
    told = HistoryEntry.objects.filter(**of_meeting).order_by("pk")
    assert list(told.values_list("verb", flat=True)) == ["confirmed", "handed over", "moved"]


@pytest.mark.parametrize(
    ("by", "hours", "verb"),
    [("centre", 0, "handed over"), ("talia", 0, "handed over"), ("sam", 0, "moved"),
     ("centre", 1, "moved")],
)  # fmt: skip
def test_history_tells_a_move_to_another_person_at_its_time_as_handed_over(world, by, hours, verb):
    people = {
        "centre": TESTER,
        "talia": Actor(world.talia.user_id, "Talia"),
        "sam": Actor(world.sam.pk, "Sam"),
    }
    target = Target(TEN + hours * HOUR, world.omar)
    reschedule(world.booking, target, by=people[by], now=MONDAY)
    told = HistoryEntry.objects.filter(subject_type="booking").order_by("pk")
    assert list(told.values_list("verb", flat=True)) == ["confirmed", verb]


def test_history_of_what_is_handed_over_under_an_override_says_why(world):
    world.omar.certifications.all().delete()
    override = Override("Talia is ill.")
    target = Target(TEN, world.omar, world.location, override=override)
    reschedule(world.booking, target, by=TESTER, now=MONDAY)
    [told] = HistoryEntry.objects.filter(subject_type="booking", verb="handed over")
    assert (told.reason, told.after["overrode"]) == ("Talia is ill.", ["not_certified"])


def test_former_persons_time_is_free_and_the_other_ones_taken(world):
    left = world.booking.appointment_id
    hand(world)
    assert Appointment.objects.get(pk=left).state == AppointmentState.CANCELLED
    world.book(world.talia, world.student("Uma"), TEN)
    with pytest.raises(SlotTaken):
        world.book(world.omar, world.student("Vic"), TEN)


def test_who_has_something_else_then_cannot_be_given_it(world):
    world.book(world.omar, world.student("Uma"), TEN)
    with pytest.raises(SlotTaken):
        hand(world)
    assert Booking.objects.get(pk=world.booking.pk).appointment.provider == world.talia
    assert Commitment.objects.filter(person=world.talia.user).exists()


@pytest.mark.parametrize("hours", [True, False])
def test_who_may_not_give_it_or_is_not_there_cannot_be_given_it(world, hours):
    other = world.provider("Nell", hours=hours)
    if hours:
        other.certifications.all().delete()
    with pytest.raises(Refused):
        hand(world, heir=heir(world, other))


def test_lead_time_limits_and_a_pause_do_not_stand_in_the_way(world):
    change_settings(
        world.community, {"lead_time_minutes": 60 * 24, "student_open_bookings_limit": 1}, by=TESTER
    )
    pause_booking(world.sam, world.community, until=None, reason="", by=TESTER, now=MONDAY)
    assert hand(world).appointment.provider == world.omar


def test_nobody_is_given_a_meeting_with_themselves(world):
    omars_own = world.book(world.talia, world.omar.user, TEN + HOUR)
    with pytest.raises(Refused):
        hand(world, booking=omars_own)


def test_request_stays_a_request_that_runs_out_when_it_did(world):
    world.format.auto_confirm = False
    world.format.save(update_fields=["auto_confirm"])
    asked = world.book(world.talia, world.student("Uma"), TEN + HOUR)
    row = hand(world, booking=asked)
    assert (row.state, row.expires_at) == (BookingState.REQUESTED, asked.expires_at)


def test_group_stays_together(world):
    group = add_format(world.community, by=TESTER, name="Group", minutes=30, capacity=3)
    students = [world.student(name) for name in ("Uma", "Vic")]
    booked = [world.book(world.talia, one, TEN + HOUR, format=group) for one in students]
    rows = [hand(world, booking=booking) for booking in booked]
    assert len({row.appointment_id for row in rows}) == 1
    assert rows[0].appointment.provider == world.omar


def test_another_place_is_taken_where_the_first_is_gone(world):
    room = Location.objects.create(community=world.community, name="Room 2")
    world.location.archived_at = MONDAY
    world.location.save(update_fields=["archived_at"])
    assert hand(world).appointment.location == room


def test_what_is_over_or_was_moved_meanwhile_is_left(world):
    seen = Booking.objects.select_related("appointment__provider__user").get(pk=world.booking.pk)
    hand(world)
    with pytest.raises(NotOpen):
        hand(world, booking=seen)
    now = Booking.objects.select_related("appointment__provider").get(pk=world.booking.pk)
    cancel(now, by=TESTER, now=MONDAY)
    with pytest.raises(NotOpen):
        hand(world, booking=now, heir=heir(world, Provider.objects.get(pk=world.talia.pk)))


def held_for_sam(world, start=TEN, **changes):
    order = world.order(world.omar, world.sam, start, moving=world.booking, **changes)
    until = MONDAY + HOUR
    return hold_time(order, until=until, purpose=HoldPurpose.PROPOSED, by=TESTER, now=MONDAY)


@pytest.mark.parametrize("later", [0, 15])
def test_what_is_held_for_the_student_does_not_stand_against_the_other_person(world, later):
    world.community.allowed_minutes = [0, 15, 30, 45]
    world.community.save(update_fields=["allowed_minutes"])
    hold = held_for_sam(world, TEN + timedelta(minutes=later))
    assert able_to_take(world.booking, world.service, now=MONDAY) == [world.omar]
    assert hand(world).appointment.provider == world.omar
    hold.refresh_from_db()
    assert hold.state == HoldState.RELEASED
    taken = Commitment.objects.filter(person=world.omar.user, status__in=ACTIVE)
    assert [row.start for row in taken] == [TEN]


def test_the_meetings_own_room_is_not_full_of_it(world):
    world.location.capacity = 1
    world.location.save(update_fields=["capacity"])
    assert able_to_take(world.booking, world.service, now=MONDAY) == [world.omar]
    assert hand(world).appointment.location == world.location


def test_a_group_leaves_its_room_as_one(world):
    world.location.capacity = 1
    world.location.save(update_fields=["capacity"])
    group = add_format(world.community, by=TESTER, name="Group", minutes=30, capacity=3)
    students = [world.student(name) for name in ("Uma", "Vic")]
    booked = [world.book(world.talia, one, TEN + HOUR, format=group) for one in students]
    with pytest.raises(SlotTaken):
        hand(world, booking=booked[0])
    together = [booking.pk for booking in booked]
    rows = [hand(world, booking=booking, together=together) for booking in booked]
    assert {(row.appointment.provider, row.appointment.location) for row in rows} == {
        (world.omar, world.location)
    }


def test_who_joins_before_the_locks_are_had_keeps_the_others_place(world, monkeypatch):
    Location.objects.create(community=world.community, name="Room 2")
    group = add_format(world.community, by=TESTER, name="Group", minutes=30, capacity=3)
    first = world.book(world.talia, world.student("Uma"), TEN + HOUR, format=group)
    vic, lock = world.student("Vic"), handing.lock_people

    def join_first(ids):
        monkeypatch.setattr(handing, "lock_people", lock)
        world.book(world.talia, vic, TEN + HOUR, format=group)
        return lock(ids)

    monkeypatch.setattr(handing, "lock_people", join_first)
    with pytest.raises(Refused) as refused:
        move_place(first, by=TESTER, now=MONDAY)
    assert refused.value.code == "is_group"
    alone = move_place(world.booking, by=TESTER, now=MONDAY)
    assert alone.appointment.location.name == "Room 2"


def test_who_meets_in_a_room_goes_to_a_room_before_another_kind_of_place(world):
    for name, kind in (("Line", "phone"), ("Room 2", "in_person"), ("Link", "online")):
        Location.objects.create(community=world.community, name=name, kind=kind)
    world.format.meeting_kinds = ["in_person", "online", "phone"]
    world.format.save(update_fields=["meeting_kinds"])
    moved = move_place(world.booking, by=TESTER, now=MONDAY)
    assert moved.appointment.location.name == "Room 2"
    Location.objects.filter(kind="in_person").exclude(name="Room 2").update(archived_at=MONDAY)
    moved.refresh_from_db()
    assert move_place(moved, by=TESTER, now=MONDAY).appointment.location.name == "Line"


def test_a_time_at_an_odd_minute_can_be_handed_over(world):
    world.community.allowed_minutes = [30]
    world.community.save(update_fields=["allowed_minutes"])
    assert able_to_take(world.booking, world.service, now=MONDAY) == [world.omar]
    assert hand(world).appointment.provider == world.omar


def test_whoever_gives_it_already_is_not_given_it(world):
    with pytest.raises(Refused, match="already"):
        hand(world, heir=heir(world, world.talia))


def wait_that_day(world, provider):
    return WaitlistEntry.objects.create(
        community=world.community,
        student=world.sam,
        service=world.service,
        format=world.format,
        provider=provider,
        first=MONDAY.date(),
        last=MONDAY.date(),
    )


@pytest.mark.parametrize("mine", [True, False])
def test_who_waits_for_another_time_goes_on_waiting_and_who_waits_for_the_heir_does_not(
    world, mine
):
    entry = wait_that_day(world, world.omar if mine else None)
    hand(world)
    entry.refresh_from_db()
    assert entry.state == (WaitlistState.BOOKED if mine else WaitlistState.WAITING)


@pytest.mark.parametrize("with_talia", [True, False])
def test_another_room_ends_nobodys_wait_for_another_time(world, with_talia):
    entry = wait_that_day(world, world.talia if with_talia else None)
    room = Location.objects.create(community=world.community, name="Room 2")
    reschedule(world.booking, Target(TEN, world.talia, room), by=TESTER, now=MONDAY)
    entry.refresh_from_db()
    assert entry.state == WaitlistState.WAITING
