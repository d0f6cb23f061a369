"""Sick today: away from now on, every student offered other times; once, and never unseen."""

from datetime import date, timedelta

import pytest

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.actions import add_dated_change
from visavis.availability.enums import ChangeKind
from visavis.availability.errors import InvalidHours
from visavis.availability.models import DatedChange
from visavis.bookings import kept
from visavis.bookings.actions import (
    Offer,
    Target,
    propose_others,
    reschedule,
    search_times,
    withdraw_times,
)
from visavis.bookings.enums import BookingState, EventKind, Otherwise, ProposalState
from visavis.bookings.errors import Refused
from visavis.bookings.models import Booking, BookingEvent, Proposal
from visavis.bookings.openings import ask
from visavis.catalogue.actions import add_format
from visavis.changes.errors import Undecided
from visavis.changes.sick_leave import (
    MOST_DAYS,
    Leave,
    away_until,
    go_on_leave,
    is_expected_today,
    meetings_on_leave,
)
from visavis.core import clock
from visavis.core.models import HistoryEntry
from visavis.core.worker import drain

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
TEN = MONDAY + 2 * HOUR
MON, TUE = date(2027, 2, 15), date(2027, 2, 16)


@pytest.fixture(autouse=True)
def nothing_kept():
    kept.forget()
    with clock.frozen_at(MONDAY):
        yield
    kept.forget()


@pytest.fixture
def world():
    world = make_world()
    world.talia = world.provider()
    world.sam, world.uma = world.student("Sam"), world.student("Uma")
    world.first = world.book(world.talia, world.sam, TEN)
    world.second = world.book(world.talia, world.uma, TEN + DAY)
    return world


def seen(*bookings):
    return {row.pk: row.appointment_id for row in bookings}


def leave(world, *bookings, until=MON, message="", now=MONDAY):
    wanted = Leave(until, message, seen(*bookings))
    return go_on_leave(world.talia, wanted, by=TESTER, now=now)


def away(world):
    rows = DatedChange.objects.filter(provider=world.talia, kind=ChangeKind.AWAY).order_by("first")
    return [(row.first, row.last, row.start_minute, row.end_minute) for row in rows]


def test_the_rest_of_today_is_away_and_its_students_are_offered_others(world):
    left = leave(world, world.first, message="A cold.", now=MONDAY + 3 * MINUTE)
    assert left.offered == [world.first]
    # 8:03 in New York, from the tick in which it lies.
    assert away(world) == [(MON, MON, 8 * 60, 24 * 60)]
    proposal = Proposal.objects.get()
    assert (proposal.booking, proposal.otherwise) == (world.first, Otherwise.END)
    assert proposal.message == "A cold."
    assert HistoryEntry.objects.filter(verb="added away").count() == 1


def test_the_job_holds_equal_times_on_other_days_and_tells(world):
    leave(world, world.first)
    drain()
    proposal = Proposal.objects.get()
    assert proposal.state == ProposalState.OPEN
    starts = [hold.start for hold in proposal.holds.all()]
    assert starts
    assert all(start >= MONDAY + DAY - 8 * HOUR for start in starts)
    assert BookingEvent.objects.filter(kind=EventKind.PROPOSED, booking=world.first).count() == 1


def test_a_colleague_holds_the_very_same_time(world):
    world.provider("Cora")
    leave(world, world.first)
    drain()
    held = Proposal.objects.get().holds.select_related("provider__user")
    assert (TEN, "Cora Example") in {(hold.start, str(hold.provider)) for hold in held}


def test_several_days_are_away_to_the_end_of_the_last(world):
    left = leave(world, world.first, world.second, until=TUE)
    assert left.offered == [world.first, world.second]
    assert away(world) == [(MON, MON, 480, 1440), (TUE, TUE, 0, 1440)]
    assert len(set(Proposal.objects.values_list("batch", flat=True))) == 1


def test_done_twice_it_does_nothing_the_second_time(world):
    leave(world, world.first)
    again = leave(world, world.first, now=MONDAY + 7 * MINUTE)
    assert (again.away, again.offered) == ([], [])
    assert len(away(world)) == Proposal.objects.count() == 1


def test_a_longer_leave_adds_what_is_missing(world):
    leave(world, world.first)
    left = leave(world, world.second, until=TUE)
    assert left.offered == [world.second]
    assert away(world) == [(MON, MON, 480, 1440), (TUE, TUE, 0, 1440)]


def test_a_meeting_that_nobody_saw_asks_and_changes_nothing(world):
    history = HistoryEntry.objects.count()
    with pytest.raises(Undecided) as refusal:
        leave(world)
    assert list(refusal.value.touched) == [world.first]
    assert away(world) == []
    assert not Proposal.objects.exists()
    assert HistoryEntry.objects.count() == history


def test_a_meeting_that_moved_within_the_day_is_asked_about_again(world):
    shown = seen(world.first)
    reschedule(world.first, Target(TEN + HOUR, world.talia), by=TESTER, now=MONDAY)
    with pytest.raises(Undecided):
        go_on_leave(world.talia, Leave(MON, "", shown), by=TESTER, now=MONDAY)
    assert away(world) == []
    [moved] = meetings_on_leave(world.talia, MON, now=MONDAY)
    assert leave(world, moved).offered == [world.first]


def test_a_meeting_that_moved_out_of_the_day_stays_where_it_is(world):
    shown = seen(world.first)
    reschedule(world.first, Target(TEN + 2 * DAY, world.talia), by=TESTER, now=MONDAY)
    left = go_on_leave(world.talia, Leave(MON, "", shown), by=TESTER, now=MONDAY)
    assert left.offered == []
    assert Booking.objects.get(pk=world.first.pk).state == BookingState.CONFIRMED
    assert not Proposal.objects.exists()


def test_a_meeting_outside_of_hours_is_offered_others_too(world):
    world.talia.weekly_blocks.all().delete()
    assert leave(world, world.first).offered == [world.first]


def test_what_has_begun_is_left_alone(world):
    assert leave(world, now=TEN + 10 * MINUTE).offered == []
    assert away(world) == [(MON, MON, 10 * 60 + 10, 1440)]


def test_every_student_of_a_group_is_offered_others(world):
    group = add_format(world.community, by=TESTER, name="Group", minutes=30, capacity=3)
    both = [
        world.book(world.talia, student, TEN + 3 * HOUR, f"g{n}", format=group)
        for n, student in enumerate((world.sam, world.uma))
    ]
    assert both[0].appointment_id == both[1].appointment_id
    left = leave(world, world.first, *both)
    assert left.offered == [world.first, *both]
    drain()
    asked = Proposal.objects.filter(booking__in=both)
    assert {row.booking.student for row in asked} == {world.sam, world.uma}
    assert {row.state for row in asked} == {ProposalState.OPEN}


def test_where_nothing_is_free_the_student_is_told_and_may_move_it_later(world):
    world.talia.weekly_blocks.exclude(weekday=0).delete()
    world.talia.weekly_blocks.update(valid_until=MON)
    leave(world, world.first)
    proposal = search_times(Proposal.objects.get(), now=MONDAY)
    assert proposal.state == ProposalState.OPEN
    assert list(proposal.holds.all()) == []
    told = BookingEvent.objects.get(kind=EventKind.PROPOSED)
    assert told.data["times"] == []
    # Nobody comes today, so the student is not bound to a move before the start.
    cora = world.provider("Cora")
    with clock.frozen_at(TEN + HOUR):
        moved = reschedule(world.first, Target(TEN + DAY, cora), by=TESTER, now=TEN + HOUR)
    assert moved.appointment.provider == cora


def test_taken_back_the_meeting_can_be_given_up_again(world):
    leave(world, world.first)
    proposal = search_times(Proposal.objects.get(), now=MONDAY)
    withdraw_times(proposal, by=TESTER, now=MONDAY)
    left = leave(world, world.first)
    assert (left.away, left.offered) == ([], [world.first])


@pytest.mark.parametrize("day", [MON - DAY, MON + MOST_DAYS * DAY])
def test_a_day_that_is_over_or_far_ahead_is_refused(world, day):
    with pytest.raises(InvalidHours):
        leave(world, world.first, until=day)
    assert away(world) == []


def test_whoever_has_hours_or_meetings_today_is_expected(world):
    cora = world.provider("Cora", hours=False)
    assert is_expected_today(world.talia, now=MONDAY)
    assert not is_expected_today(cora, now=MONDAY)
    world.talia.weekly_blocks.all().delete()
    assert is_expected_today(world.talia, now=MONDAY)
    assert not is_expected_today(world.talia, now=TEN + HOUR)


def test_nobody_joins_a_group_that_is_off(world):
    group = add_format(world.community, by=TESTER, name="Group", minutes=30, capacity=3)
    students = [world.student("Vic"), world.student("Wim")]
    booked = [world.book(world.talia, one, TEN + HOUR, format=group) for one in students]
    asked = world.question(format=group, student=world.student("Xia"), provider=world.talia)
    assert ask(asked).has(TEN + HOUR)
    leave(world, world.first, *booked)
    assert not ask(asked).has(TEN + HOUR)
    with pytest.raises(Refused):
        world.book(world.talia, world.student("Xia"), TEN + HOUR, format=group)


def test_a_group_of_which_only_one_is_offered_another_time_meets_and_is_joined(world):
    group = add_format(world.community, by=TESTER, name="Group", minutes=30, capacity=3)
    students = [world.student("Vic"), world.student("Wim")]
    booked = [world.book(world.talia, one, TEN + HOUR, format=group) for one in students]
    propose_others(booked[0], Offer(Otherwise.END, MONDAY + DAY), by=TESTER, now=MONDAY)
    assert world.book(world.talia, world.student("Xia"), TEN + HOUR, format=group)


@pytest.mark.parametrize("until", [MON, TUE, MON + 13 * DAY])
def test_whoever_is_away_is_so_until_the_end_of_their_leave(world, until):
    assert away_until(world.talia, now=MONDAY) is None
    coming = meetings_on_leave(world.talia, until, now=MONDAY)
    leave(world, *coming, until=until)
    assert away_until(world.talia, now=MONDAY + HOUR) == until


def test_a_leave_that_went_on_for_longer_ends_with_its_longest_part(world):
    leave(world, world.first)
    leave(world, world.second, until=TUE)
    leave(world, until=TUE + DAY)
    assert away_until(world.talia, now=MONDAY + HOUR) == TUE + DAY


def test_a_long_time_away_is_shown_as_far_as_a_leave_may_go(world):
    for first, last in ((MON, MON), (TUE, MON + 60 * DAY)):
        add_dated_change(world.talia, kind=ChangeKind.AWAY, first=first, last=last, by=TESTER)
    assert away_until(world.talia, now=MONDAY + HOUR) == MON + 13 * DAY
