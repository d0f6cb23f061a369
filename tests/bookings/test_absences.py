"""Attendance and absences: what is written down when, and what the community's rule makes of it."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.locations import add_location
from visavis.bookings.actions import (
    Target,
    cancel,
    excuse,
    hold_time,
    mark_attended,
    mark_missed,
    reschedule,
    unmark,
)
from visavis.bookings.enums import AppointmentState, HoldPurpose
from visavis.bookings.errors import NotOpen
from visavis.bookings.models import Appointment, Booking, BookingEvent
from visavis.bookings.openings import ask, explain, question_for_start
from visavis.communities.actions import change_settings
from visavis.core.history import Actor
from visavis.core.models import HistoryEntry
from visavis.people.actions import end_pause, pause_booking
from visavis.people.models import Pause

pytestmark = pytest.mark.django_db
TEN = MONDAY + timedelta(hours=2)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LATER = MONDAY + 4 * DAY


@pytest.fixture
def world():
    world = make_world()
    rule = {"absence_limit": 2, "absence_days": 30, "pause_days": 14}
    world.community = change_settings(world.community, rule, by=TESTER)
    return world


@pytest.fixture
def talia(world):
    return world.provider()


@pytest.fixture
def sam(world):
    return world.student()


def set_rules(world, **columns):
    world.community = change_settings(world.community, columns, by=TESTER)


def miss(world, talia, sam, day, *, now=None):
    """Sam misses the meeting at ten on this day of the week."""
    booking = world.book(talia, sam, TEN + day * DAY)
    return mark_missed(booking, by=TESTER, now=now or LATER)


def kinds():
    return list(BookingEvent.objects.exclude(kind="confirmed").values_list("kind", flat=True))


# --- Attendance -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "refused"),
    [
        (TEN - timedelta(minutes=1), "has not begun yet"),
        (TEN, None),
        (TEN + 14 * DAY, None),
        (TEN + 15 * DAY, "more than 14 days past"),
    ],
)
def test_attendance_is_noted_from_the_start_on_for_two_weeks(world, talia, sam, now, refused):
    booking = world.book(talia, sam, TEN)
    if refused is None:
        assert mark_attended(booking, by=TESTER, now=now).state == "attended"
        return
    with pytest.raises(NotOpen, match=refused):
        mark_attended(booking, by=TESTER, now=now)
    assert Booking.objects.get().state == "confirmed"


def test_appointment_is_done_when_something_is_noted_about_every_seat(world, talia, sam):
    booking = world.book(talia, sam, TEN)
    mark_attended(booking, by=TESTER, now=TEN)
    assert Appointment.objects.get().state == AppointmentState.DONE
    unmark(booking, by=TESTER, now=TEN)
    assert Appointment.objects.get().state == AppointmentState.PLANNED
    assert kinds() == ["attended", "unmarked"]


def test_what_is_sent_twice_is_noted_once(world, talia, sam):
    booking = world.book(talia, sam, TEN)
    for _time in range(2):
        mark_missed(booking, by=TESTER, now=TEN)
    assert kinds() == ["no_show"]
    assert HistoryEntry.objects.filter(verb="no_show").count() == 1


def test_request_that_nobody_answered_was_no_meeting(world, talia, sam):
    world.format.auto_confirm = False
    world.format.save()
    booking = world.book(talia, sam, TEN)
    with pytest.raises(NotOpen):
        unmark(booking, by=TESTER, now=TEN)
    assert Booking.objects.get().state == "requested"


# --- The rule ---------------------------------------------------------------------------------


def test_text_of_the_occurrence_is_told(world, talia, sam):
    set_rules(world, absence_limit=None, absence_texts=["Please cancel next time.", "", "Third."])
    for day in range(4):
        miss(world, talia, sam, day)
    told = BookingEvent.objects.filter(kind="no_show").values_list("data", flat=True)
    assert [(data["occurrence"], data["text"]) for data in told] == [
        (1, "Please cancel next time."),
        (2, ""),
        (3, "Third."),
        (4, ""),
    ]
    assert not Pause.objects.exists()


def test_second_absence_pauses_and_says_so(world, talia, sam):
    miss(world, talia, sam, 0)
    assert not Pause.objects.exists()
    miss(world, talia, sam, 1)
    pause = Pause.objects.get()
    assert (pause.until, pause.far_days) == (LATER + 14 * DAY, None)
    assert pause.reason == "2 missed meetings within 30 days."
    event = BookingEvent.objects.get(kind="paused")
    assert event.data == {
        "reason": "2 missed meetings within 30 days.",
        "by": "system",
        "until": pause.until.isoformat(),
        "far_days": None,
        "absences": 2,
    }
    assert HistoryEntry.objects.filter(verb="paused booking").count() == 1


@pytest.mark.parametrize(("after", "is_offered"), [(14 * DAY - HOUR, False), (14 * DAY, True)])
def test_pause_ends_by_itself_at_its_instant(world, talia, sam, after, is_offered):
    for day in range(2):
        miss(world, talia, sam, day)
    now = LATER + after
    question = world.question(student=sam, now=now, first=now.date(), days=7)
    assert bool(ask(question).starts) == is_offered


def test_absences_that_lie_too_far_back_do_not_count(world, talia, sam):
    set_rules(world, absence_days=1)
    for day in range(2):
        miss(world, talia, sam, day, now=TEN + day * DAY + HOUR)
    assert not Pause.objects.exists()


def test_others_absences_count_for_nobody_else(world, talia, sam):
    miss(world, talia, sam, 0)
    miss(world, talia, world.student("Kim"), 1)
    assert not Pause.objects.exists()


def test_late_cancellation_counts_where_the_community_says_so(world, talia, sam):
    by_sam = Actor(sam.pk, "Sam")
    cancel(world.book(talia, sam, TEN), by=by_sam, now=TEN - HOUR)
    miss(world, talia, sam, 1)
    assert not Pause.objects.exists()
    set_rules(world, late_cancels_count=True)
    cancel(world.book(talia, sam, TEN + 4 * DAY), by=by_sam, now=TEN + 4 * DAY - HOUR)
    assert Pause.objects.get().reason == "3 missed meetings within 30 days."
    assert BookingEvent.objects.filter(kind="cancelled").last().data["occurrence"] == 3


def move_by(booking, start, person, *, now):
    target = Target(start, booking.appointment.provider)
    return reschedule(Booking.objects.get(pk=booking.pk), target, by=person, now=now)


def moved_events():
    return list(BookingEvent.objects.filter(kind="moved").values_list("data__late", flat=True))


def test_late_move_counts_where_the_community_says_so_and_is_excused_like_the_others(
    world, talia, sam
):
    set_rules(world, late_moves_count=True)
    miss(world, talia, sam, 1)
    booking = world.book(talia, sam, TEN + 7 * DAY)
    moved = move_by(booking, TEN + 21 * DAY, Actor(sam.pk, "Sam"), now=TEN + 7 * DAY - HOUR)
    assert moved.moved_late_from == TEN + 7 * DAY
    event = BookingEvent.objects.get(kind="moved")
    assert (event.data["late"], event.data["occurrence"]) == (True, 2)
    pause = Pause.objects.get()
    assert pause.since == TEN + 7 * DAY - HOUR
    assert kinds()[-2:] == ["moved", "paused"]
    excuse(moved, by=TESTER, now=TEN + 8 * DAY)
    pause.refresh_from_db()
    assert pause.ended_at == TEN + 8 * DAY


def test_late_move_is_written_down_but_counts_nowhere_unless_the_community_says_so(
    world, talia, sam
):
    booking = world.book(talia, sam, TEN)
    moved = move_by(booking, TEN + DAY, Actor(sam.pk, "Sam"), now=TEN - HOUR)
    assert moved_events() == [True]
    assert "occurrence" not in BookingEvent.objects.get(kind="moved").data
    with pytest.raises(NotOpen):
        excuse(moved, by=TESTER, now=TEN)


def test_move_to_another_place_alone_is_never_late(world, talia, sam):
    set_rules(world, late_moves_count=True, absence_limit=1)
    booking = world.book(talia, sam, TEN)
    target = Target(TEN, talia, add_location(world.community, name="Library", by=TESTER))
    reschedule(booking, target, by=Actor(sam.pk, "Sam"), now=TEN - HOUR)
    assert moved_events() == [False]


@pytest.mark.parametrize("who", ["in time", "provider", "desk", "proposed"])
def test_move_in_time_by_others_or_to_a_time_held_for_the_student_is_never_late(
    world, talia, sam, who
):
    set_rules(world, late_moves_count=True, absence_limit=1)
    booking = world.book(talia, sam, TEN + DAY)
    person = {"provider": Actor(talia.user_id, "Talia"), "desk": TESTER}.get(who)
    now = TEN if who == "in time" else TEN + DAY - HOUR
    if who == "proposed":
        order = world.order(talia, sam, TEN + 2 * DAY, location=world.location)
        until = now + HOUR
        hold_time(order, until=until, purpose=HoldPurpose.PROPOSED, by=TESTER, now=now - HOUR)
    move_by(booking, TEN + 2 * DAY, person or Actor(sam.pk, "Sam"), now=now)
    assert moved_events() == [False]
    assert not Pause.objects.exists()


def test_booking_that_was_moved_late_and_then_missed_is_one_absence(world, talia, sam):
    set_rules(world, late_moves_count=True)
    booking = world.book(talia, sam, TEN)
    moved = move_by(booking, TEN + DAY, Actor(sam.pk, "Sam"), now=TEN - HOUR)
    mark_missed(moved, by=TESTER, now=LATER)
    assert BookingEvent.objects.get(kind="no_show").data["occurrence"] == 1


def test_excused_absence_lifts_the_pause_at_once(world, talia, sam):
    first = miss(world, talia, sam, 0)
    miss(world, talia, sam, 1)
    excuse(first, by=TESTER, reason="Ill", now=LATER + HOUR)
    assert Pause.objects.get().ended_at == LATER + HOUR
    assert BookingEvent.objects.get(kind="excused").data == {
        "reason": "Ill",
        "by": "system",
        "lifted": True,
    }
    with pytest.raises(NotOpen):
        excuse(first, by=TESTER, now=LATER + HOUR)


def test_pause_stays_while_enough_absences_are_left(world, talia, sam):
    first, *others = [world.book(talia, sam, TEN + day * DAY) for day in range(3)]
    for booking in (first, *others):
        mark_missed(booking, by=TESTER, now=LATER)
    excuse(first, by=TESTER, now=LATER + HOUR)
    assert Pause.objects.filter(ended_at=None).count() == 1


def test_pause_does_not_end_because_time_passes_before_something_is_put_right(world, talia, sam):
    set_rules(world, absence_days=5)
    bookings = [world.book(talia, sam, TEN + day * DAY) for day in range(3)]
    for booking in bookings:
        mark_missed(booking, by=TESTER, now=LATER)
    mark_attended(bookings[0], by=TESTER, now=LATER + 10 * DAY)
    assert Pause.objects.filter(ended_at=None).count() == 1


def test_absence_that_is_put_right_lifts_the_pause(world, talia, sam):
    miss(world, talia, sam, 0)
    second = miss(world, talia, sam, 1)
    mark_attended(second, by=TESTER, now=LATER + HOUR)
    assert Pause.objects.get().ended_at == LATER + HOUR


def test_pause_by_hand_is_neither_replaced_nor_lifted_by_the_rule(world, talia, sam):
    first = world.book(talia, sam, TEN)
    second = world.book(talia, sam, TEN + DAY)
    by_hand = pause_booking(
        sam, world.community, until=None, reason="Ask Ada", by=TESTER, now=MONDAY
    )
    mark_missed(first, by=TESTER, now=LATER)
    excuse(mark_missed(second, by=TESTER, now=LATER), by=TESTER, now=LATER)
    assert Pause.objects.get() == by_hand
    assert end_pause(by_hand, by=TESTER, now=LATER)
    assert not end_pause(by_hand, by=TESTER, now=LATER)


# --- Search and explanation agree ---------------------------------------------------------------


@pytest.mark.parametrize("far_days", [None, 1, 3, 400])
def test_pause_is_searched_as_it_is_explained(world, talia, sam, far_days):
    everything = ask(world.question()).starts
    pause_booking(
        sam,
        world.community,
        until=LATER,
        reason="",
        far_days=far_days,
        by=TESTER,
        now=MONDAY,
    )
    question = world.question(student=sam)
    for _time in range(2):
        offered = set(ask(question).starts)
        for start in everything:
            (verdict,) = explain(question_for_start(question, start), start)
            codes = [refusal.code for refusal in verdict.refusals]
            is_far = far_days is None or start >= MONDAY + far_days * DAY
            assert codes == (["student_paused"] if is_far else [])
            assert (start in offered) == (not is_far)
