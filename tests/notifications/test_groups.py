"""Mails about groups: that it is one, how many come; who else comes only where that is shown."""

import uuid
from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, TESTER
from tests.notifications.conftest import TEN
from tests.notifications.test_absences import text_of
from tests.notifications.test_telling import move
from visavis.availability.locations import add_location
from visavis.bookings.actions import Heir, cancel, hand_over, reschedule
from visavis.bookings.actions.rescheduling import Target
from visavis.bookings.models import BookingEvent
from visavis.communities.actions import change_settings
from visavis.core.history import Actor
from visavis.notifications.models import Message

HOUR = timedelta(hours=1)


@pytest.fixture
def group(world):
    world.format.capacity = 4
    world.format.save()
    return world


@pytest.fixture
def uma(world):
    return world.student("Uma")


def test_who_joins_reads_that_it_is_a_group_and_not_who_comes(group, talia, sam, uma, told):
    group.book(talia, sam, TEN)
    group.book(talia, uma, TEN)
    to_uma = told()[2]
    assert to_uma["To"].startswith("Uma")
    assert "You have a seat in the group with Talia Example." in text_of(to_uma)
    assert "Group: A group of up to 4" in text_of(to_uma)
    assert "Sam" not in to_uma.as_string()


def test_who_else_comes_stands_there_where_the_community_shows_it(group, talia, sam, uma, told):
    change_settings(group.community, {"show_attendees": True}, by=TESTER)
    group.book(talia, sam, TEN)
    group.book(talia, uma, TEN)
    assert "Also there: Sam" in text_of(told()[2])


def test_the_mentor_reads_how_many_come_now(group, talia, sam, uma, told):
    first = group.book(talia, sam, TEN)
    assert told()[1]["Subject"] == "Sam Example joins your group: Monday 15 February, 10:00 AM"
    assert "1 of 4 seats is taken now." in text_of(told()[1])
    group.book(talia, uma, TEN)
    assert "2 of 4 seats are taken now." in text_of(told()[3])
    cancel(first, by=Actor(sam.pk, "Sam"), now=MONDAY)
    left = told()[5]
    assert left["Subject"] == "Sam Example leaves your group: Monday 15 February, 10:00 AM"
    assert "Sam Example does not come to your group any more. The others stay." in text_of(left)
    assert "1 of 4 seats is taken now." in text_of(left)


def test_the_last_one_to_leave_cancels_the_meeting(group, talia, sam, told):
    booking = group.book(talia, sam, TEN)
    cancel(booking, by=Actor(sam.pk, "Sam"), now=MONDAY)
    to_sam, to_talia = told()[2:]
    assert to_talia["Subject"].startswith("Cancelled: Sam Example")
    assert to_sam["Subject"].startswith("You left: Talia Example")
    assert "You left the group with Talia Example. Your seat is given back" in text_of(to_sam)


def test_a_group_that_its_mentor_calls_off_is_cancelled_for_each(group, talia, sam, uma, told):
    bookings = [group.book(talia, who, TEN) for who in (sam, uma)]
    cancel(bookings[0], by=Actor(talia.user_id, "Talia"), now=MONDAY)
    assert "Your meeting with Talia Example is cancelled." in text_of(told()[4])


def test_a_move_to_another_place_says_from_where(world, talia, sam, told):
    place = add_location(world.community, name="Library 204", by=TESTER)
    booking = world.book(talia, sam, TEN, location=world.location)
    told()
    reschedule(booking, Target(TEN + timedelta(hours=1), talia, place), by=TESTER, now=MONDAY)
    assert "Where: Main office → Library 204" in text_of(told()[2])


def test_a_move_to_another_person_says_from_whom(world, talia, sam, told):
    omar = world.provider("Omar")
    booking = world.book(talia, sam, TEN)
    told()
    by = Actor(talia.user_id, "Talia")
    reschedule(booking, Target(TEN + timedelta(hours=1), omar), by=by, now=MONDAY)
    to_sam, _to_talia, _to_omar = told()[2:]
    assert "Peer Mentor: Talia Example → Omar Example" in text_of(to_sam)
    assert "Moved by: Talia Example" in text_of(to_sam)


def test_one_who_moves_out_of_a_group_leaves_it_with_the_others_there(group, talia, sam, uma, told):
    booking, _stays = group.book(talia, sam, TEN), group.book(talia, uma, TEN)
    before = len(told())
    move(booking, TEN + timedelta(hours=3))
    told()
    kinds = list(Message.objects.order_by("pk").values_list("kind", "audience"))[before:]
    assert kinds == [
        ("changed", "student"),
        ("group_left", "provider"),
        ("group_joined", "provider"),
    ]


def test_one_seat_that_is_handed_over_leaves_the_group_to_the_others(group, talia, sam, uma, told):
    omar, booking = group.provider("Omar"), group.book(talia, sam, TEN)
    group.book(talia, uma, TEN)
    before = len(told())
    hand_over(booking, Heir(omar, group.service), by=TESTER, now=MONDAY)
    [to_talia] = [mail for mail in told()[before:] if "talia@" in mail["To"]]
    text = text_of(to_talia)
    assert to_talia["Subject"] == "Sam Example leaves your group: Monday 15 February, 10:00 AM"
    assert "Sam Example does not come to your group any more. The others stay." in text
    assert "Handed over to: Omar Example" in text
    assert "without you" not in text
    [part] = [one for one in to_talia.walk() if one.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "REQUEST"


def test_a_group_that_is_handed_over_as_a_whole_takes_place_elsewhere(group, talia, sam, uma, told):
    omar, batch = group.provider("Omar"), uuid.uuid4()
    bookings = [group.book(talia, who, TEN) for who in (sam, uma)]
    before, together = len(told()), {booking.pk for booking in bookings}
    for booking in bookings:
        hand_over(
            booking, Heir(omar, group.service), by=TESTER, now=MONDAY, batch=batch,
            together=together,
        )  # fmt: skip
    [to_talia] = [mail for mail in told()[before:] if "talia@" in mail["To"]]
    assert to_talia["Subject"] == (
        "Handed over: Sam Example, Uma Example, Monday 15 February, 10:00 AM, now with Omar Example"
    )
    text = " ".join(text_of(to_talia).split())
    assert "is handed over to Omar Example and takes place without you." in text
    [part] = [one for one in to_talia.walk() if one.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "CANCEL"


def test_a_seat_that_is_handed_over_stands_in_no_list_of_what_is_cancelled(
    group, talia, sam, uma, told
):
    omar, batch = group.provider("Omar"), uuid.uuid4()
    given, _stays = group.book(talia, sam, TEN), group.book(talia, uma, TEN)
    off = group.book(talia, group.student("Vic"), TEN + HOUR)
    before = len(told())
    hand_over(given, Heir(omar, group.service), by=TESTER, now=MONDAY, batch=batch)
    cancel(off, by=TESTER, now=MONDAY)
    BookingEvent.objects.filter(booking=off, kind="cancelled").update(batch=batch)
    subjects = [mail["Subject"] for mail in told()[before:] if "talia@" in mail["To"]]
    assert subjects == [
        "Sam Example leaves your group: Monday 15 February, 10:00 AM",
        "Cancelled: Vic Example, Monday 15 February, 11:00 AM",
    ]


def test_a_list_of_changes_says_what_each_was(world, talia, sam, uma, told):
    annex = add_location(world.community, name="Annex", by=TESTER)
    bookings = [world.book(talia, who, TEN + n * HOUR) for n, who in enumerate((sam, uma))]
    before = len(told())
    for booking in bookings:
        later = Target(booking.appointment.start + 3 * HOUR, talia, annex)
        reschedule(booking, later, by=TESTER, now=MONDAY)
    BookingEvent.objects.filter(kind="moved").update(batch=uuid.uuid4())
    mail = next(mail for mail in told()[before:] if "talia@" in mail["To"])
    lines = " ".join(text_of(mail).split())
    for was, now in (("10:00–10:30 AM", "1:00–1:30 PM"), ("11:00–11:30 AM", "2:00–2:30 PM")):
        assert f"Monday 15 February, {was} → Monday 15 February, {now}" in lines
    assert lines.count("Main office → Annex") == 2
