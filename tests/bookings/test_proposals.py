"""Other times for a booked student: held for a while, one taken or all turned down."""

import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.world import MONDAY, TESTER, make_user, make_world
from visavis.availability.actions import add_dated_change
from visavis.availability.enums import ChangeKind
from visavis.availability.locations import add_location
from visavis.bookings import kept, tasks
from visavis.bookings.actions import (
    Offer,
    accept,
    cancel,
    decline_times,
    expire_proposals,
    propose_others,
    propose_times,
    renew_empty,
    reschedule,
    run_waitlist,
    search_times,
    take_time,
    withdraw_hold,
    withdraw_times,
    withdrawing,
)
from visavis.bookings.actions.proposing import COUNT
from visavis.bookings.actions.rescheduling import Target
from visavis.bookings.enums import (
    BookingState,
    CommitmentStatus,
    EventKind,
    HoldPurpose,
    HoldState,
    Otherwise,
    ProposalState,
)
from visavis.bookings.equivalents import OtherTime, other_times
from visavis.bookings.errors import NotOpen, SlotTaken
from visavis.bookings.models import Booking, Commitment, Hold, Proposal
from visavis.bookings.proposals import find_open_proposal, loose_holds
from visavis.bookings.unbookable import is_unbookable
from visavis.catalogue.enums import MeetingKind
from visavis.communities.actions import change_settings
from visavis.core import clock
from visavis.core.history import Actor
from visavis.core.models import HistoryEntry

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEN = MONDAY + 2 * HOUR
UNTIL = MONDAY + timedelta(hours=24)


@pytest.fixture(autouse=True)
def nothing_kept():
    kept.forget()
    yield
    kept.forget()


@pytest.fixture
def world():
    world = make_world()
    world.talia = world.provider()
    world.sam = world.student("Sam")
    world.booking = world.book(world.talia, world.sam, TEN)
    return world


def of(user):
    return Actor(user.pk, str(user))


def offer(otherwise=Otherwise.END, until=UNTIL, **more):
    return Offer(otherwise, until, **more)


def at(provider, *starts, until=UNTIL):
    return [OtherTime(start, provider, None, until) for start in starts]


def proposed(world, *starts, otherwise=Otherwise.END, by=TESTER, now=MONDAY, **more):
    times = at(world.talia, *(starts or (TEN + DAY,)))
    return propose_times(world.booking, times, offer(otherwise, **more), by=by, now=now)


def searched(world, now=MONDAY, **more):
    proposal = propose_others(world.booking, offer(**more), by=TESTER, now=now)
    return search_times(proposal, now=now)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def kinds(booking):
    return [event.kind for event in booking.events.all()]


def away_today(world):
    today = MONDAY.date()
    add_dated_change(world.talia, kind=ChangeKind.AWAY, first=today, last=today, by=TESTER)


def test_named_times_are_held_for_the_student_and_told_once(world):
    proposal = proposed(world, TEN + DAY, TEN + 2 * DAY)
    assert proposal.state == ProposalState.OPEN
    assert [hold.start for hold in find_open_proposal(world.booking, MONDAY).held] == [
        TEN + DAY,
        TEN + 2 * DAY,
    ]
    event = world.booking.events.last()
    assert event.kind == EventKind.PROPOSED
    assert event.data["times"] == [(TEN + DAY).isoformat(), (TEN + 2 * DAY).isoformat()]
    assert HistoryEntry.objects.filter(verb="proposed").count() == 1
    with pytest.raises(SlotTaken):
        world.book(world.talia, world.student("Uma"), TEN + DAY)


def test_of_named_times_all_are_held_or_none(world):
    world.book(world.talia, world.student("Uma"), TEN + 2 * DAY)
    with pytest.raises(SlotTaken):
        proposed(world, TEN + DAY, TEN + 2 * DAY)
    assert not Proposal.objects.exists()
    assert not Hold.objects.exists()
    assert kinds(world.booking) == [EventKind.CONFIRMED]


def test_the_student_takes_one_and_the_others_are_let_go(world):
    proposal = proposed(world, TEN + DAY, TEN + 2 * DAY)
    first, second = find_open_proposal(world.booking, MONDAY).held
    taken = take_time(proposal, first, by=of(world.sam), now=MONDAY + HOUR)
    assert (taken.pk, taken.appointment.start, taken.state) == (
        world.booking.pk,
        TEN + DAY,
        BookingState.CONFIRMED,
    )
    assert fresh(proposal).state == ProposalState.TAKEN
    expire_proposals(now=MONDAY + HOUR)
    assert [fresh(hold).state for hold in (first, second)] == [HoldState.USED, HoldState.RELEASED]
    world.book(world.talia, world.student("Uma"), TEN)  # the old time is free
    world.book(world.talia, world.student("Vic"), TEN + 2 * DAY)


def test_what_is_taken_twice_stays(world):
    proposal = proposed(world)
    (hold,) = find_open_proposal(world.booking, MONDAY).held
    taken = take_time(proposal, hold, by=of(world.sam), now=MONDAY)
    proposal.booking = Booking.objects.get(pk=taken.pk)
    take_time(proposal, hold, by=of(world.sam), now=MONDAY)
    assert kinds(world.booking).count(EventKind.MOVED) == 1


def test_no_deadline_binds_whose_meeting_cannot_stay(world):
    change_settings(
        world.community,
        {"move_until_hours": 48, "cancel_until_hours": 48, "late_cancel_hours": 48},
        by=TESTER,
    )
    proposal = proposed(world)
    (hold,) = find_open_proposal(world.booking, MONDAY).held
    booking = Booking.objects.get(pk=world.booking.pk)
    taken = take_time(proposal, hold, by=of(world.sam), now=TEN + HOUR)  # it would be over by now
    assert taken.appointment.start == TEN + DAY
    assert booking.pk == taken.pk


def test_whoever_declines_is_off_and_never_late(world):
    change_settings(world.community, {"cancel_until_hours": 48, "late_cancel_hours": 48}, by=TESTER)
    proposal = proposed(world)
    ended = decline_times(proposal, by=of(world.sam), now=MONDAY + HOUR)
    assert (ended.state, ended.cancelled_late) == (BookingState.CANCELLED, False)
    assert fresh(proposal).state == ProposalState.DECLINED
    assert kinds(world.booking)[-1] == EventKind.CANCELLED
    expire_proposals(now=MONDAY + HOUR)
    assert not Hold.objects.filter(state=HoldState.OPEN).exists()


def test_where_the_meeting_stays_declining_only_tells(world):
    proposal = proposed(world, otherwise=Otherwise.KEEP)
    kept_booking = decline_times(proposal, by=of(world.sam), now=MONDAY)
    assert kept_booking.state == BookingState.CONFIRMED
    assert kinds(world.booking)[-1] == EventKind.TURNED_DOWN


@pytest.mark.parametrize(
    ("otherwise", "state", "kind"),
    [
        (Otherwise.KEEP, BookingState.CONFIRMED, EventKind.LAPSED),
        (Otherwise.END, BookingState.CANCELLED, EventKind.CANCELLED),
    ],
)
def test_what_nobody_answers_runs_out(world, otherwise, state, kind):
    proposal = proposed(world, otherwise=otherwise)
    assert expire_proposals(now=UNTIL - HOUR) == 0
    assert expire_proposals(now=UNTIL) == 1
    assert expire_proposals(now=UNTIL) == 0
    assert fresh(proposal).state == ProposalState.EXPIRED
    assert fresh(world.booking).state == state
    assert kinds(world.booking)[-1] == kind
    (hold,) = Hold.objects.filter(proposals=proposal)
    with pytest.raises(NotOpen):
        take_time(proposal, hold, by=of(world.sam), now=UNTIL)


def test_a_search_holds_the_nearest_times_with_the_same_person_and_with_others(world):
    omar = world.provider("Omar")
    away_today(world)
    proposal = searched(world)
    held = find_open_proposal(world.booking, MONDAY).held
    assert proposal.state == ProposalState.OPEN
    assert len(held) == COUNT
    assert (held[0].start, held[0].provider) == (TEN, omar)  # the very same time
    assert world.talia in {hold.provider for hold in held}
    assert len({hold.start for hold in held}) == COUNT
    assert searched_again_does_nothing(proposal)


def searched_again_does_nothing(proposal):
    before = Hold.objects.count()
    search_times(proposal, now=MONDAY)
    return before == Hold.objects.count()


def test_where_nothing_is_free_the_student_is_told_all_the_same(world):
    add_dated_change(
        world.talia,
        kind=ChangeKind.AWAY,
        first=MONDAY.date(),
        last=MONDAY.date() + 60 * DAY,
        by=TESTER,
    )
    proposal = searched(world)
    assert (proposal.state, list(proposal.holds.all())) == (ProposalState.OPEN, [])
    assert world.booking.events.last().data["times"] == []


def test_a_meeting_that_ends_meanwhile_takes_its_proposal_along(world):
    proposal = proposed(world)
    cancel(world.booking, by=of(world.talia.user), now=MONDAY)
    assert fresh(proposal).state == ProposalState.OVER
    assert [hold.start for hold in loose_holds(MONDAY)] == [TEN + DAY]
    with pytest.raises(NotOpen):
        decline_times(proposal, by=of(world.sam), now=MONDAY)


def test_a_move_elsewhere_ends_what_was_proposed(world):
    proposal = proposed(world)
    reschedule(world.booking, Target(TEN + 3 * DAY, world.talia), by=of(world.sam), now=MONDAY)
    assert fresh(proposal).state == ProposalState.OVER


def test_a_search_for_a_meeting_that_ended_meanwhile_holds_nothing(world):
    proposal = propose_others(world.booking, offer(), by=TESTER, now=MONDAY)
    cancel(world.booking, by=TESTER, now=MONDAY)
    search_times(proposal, now=MONDAY)
    assert fresh(proposal).state == ProposalState.OVER
    assert not Hold.objects.filter(state=HoldState.OPEN).exists()
    assert EventKind.PROPOSED not in kinds(world.booking)


def test_a_search_that_comes_too_late_holds_nothing_and_asks_nobody(world):
    proposal = propose_others(world.booking, offer(until=MONDAY + HOUR), by=TESTER, now=MONDAY)
    search_times(proposal, now=MONDAY + HOUR)
    assert fresh(proposal).state == ProposalState.SEARCHING
    assert EventKind.PROPOSED not in kinds(world.booking)
    assert expire_proposals(now=MONDAY + HOUR) == 1
    assert not Hold.objects.exists()


def test_a_newer_proposal_replaces_the_older(world):
    first = proposed(world)
    second = proposed(world, TEN + 2 * DAY)
    assert fresh(first).state == ProposalState.WITHDRAWN
    assert find_open_proposal(world.booking, MONDAY) == second
    expire_proposals(now=MONDAY)
    assert list(Hold.objects.filter(state=HoldState.OPEN).values_list("start", flat=True)) == [
        TEN + 2 * DAY
    ]


def test_a_newer_proposal_may_name_what_the_older_stands_in_the_way_of(world):
    change_settings(world.community, {"allowed_minutes": [0, 15, 30, 45]}, by=TESTER)
    older = proposed(world, TEN + DAY)
    later = TEN + DAY + HOUR / 4
    newer = proposed(world, later)
    assert [hold.start for hold in find_open_proposal(world.booking, MONDAY).held] == [later]
    assert fresh(older).state == ProposalState.WITHDRAWN
    assert older.holds.get().state == HoldState.RELEASED
    assert fresh(newer).state == ProposalState.OPEN


def test_a_time_that_both_proposals_name_stays_held(world):
    older = proposed(world, TEN + DAY)
    newer = proposed(world, TEN + DAY)
    assert older.holds.get() == newer.holds.get()
    assert newer.holds.get().state == HoldState.OPEN


def test_a_proposal_can_be_taken_back(world):
    proposal = proposed(world)
    withdraw_times(proposal, by=TESTER, now=MONDAY)
    assert fresh(world.booking).state == BookingState.CONFIRMED
    assert find_open_proposal(world.booking, MONDAY) is None
    assert kinds(world.booking)[-1] == EventKind.LAPSED
    assert world.booking.events.last().data["withdrawn"]


def test_a_rolled_back_change_leaves_no_proposal(world):
    with transaction.atomic():
        propose_others(world.booking, offer(), by=TESTER, now=MONDAY)
        transaction.set_rollback(True)
    assert not Proposal.objects.exists()


def test_lead_time_ends_a_hold_early_enough_to_be_booked(world):
    change_settings(world.community, {"lead_time_minutes": 24 * 60}, by=TESTER)
    booking = Booking.objects.get(pk=world.booking.pk)
    times = list(other_times(booking, until=UNTIL, now=MONDAY))
    assert all(time.until <= time.start - DAY for time in times)
    assert times


def test_nobody_is_asked_for_longer_than_a_time_is_held(world):
    near, nearer = UNTIL - 6 * HOUR, UNTIL - 8 * HOUR
    times = [*at(world.talia, TEN + DAY, until=near), *at(world.talia, TEN + 2 * DAY, until=nearer)]
    proposal = propose_times(world.booking, times, offer(), by=TESTER, now=MONDAY)
    assert fresh(proposal).expires_at == near
    assert world.booking.events.last().data["until"] == near.isoformat()
    assert expire_proposals(now=near) == 1
    assert fresh(world.booking).state == BookingState.CANCELLED


def test_the_places_of_all_named_times_are_locked_at_once(world):
    rooms = [
        add_location(world.community, by=TESTER, name=name, kind=MeetingKind.IN_PERSON, capacity=1)
        for name in ("Attic", "Cellar")
    ]
    times = [
        OtherTime(TEN + days * DAY, world.talia, room, UNTIL)
        for days, room in zip((2, 1), reversed(rooms), strict=True)
    ]
    with CaptureQueriesContext(connection) as asked:
        propose_times(world.booking, times, offer(), by=TESTER, now=MONDAY)
    locked = next(one["sql"] for one in asked if '"capacity" IS NOT NULL' in one["sql"])
    named = re.search(r"IN \(([\d, ]+)\)", locked).group(1)
    assert {int(pk) for pk in named.split(",")} == {room.pk for room in rooms}


class TestOfARequest:
    @pytest.fixture
    def world(self, world):
        cancel(world.booking, by=TESTER, now=MONDAY)
        world.format.auto_confirm = False
        world.format.save()
        start = TEN + 3 * DAY
        world.booking = world.book(world.talia, world.sam, start, "asked")
        return world

    def test_nothing_is_searched_once_the_request_has_run_out(self, world):
        proposal = propose_others(world.booking, offer(), by=TESTER, now=MONDAY)
        Booking.objects.filter(pk=world.booking.pk).update(expires_at=MONDAY + HOUR)
        search_times(proposal, now=MONDAY + HOUR)
        assert not Hold.objects.exists()
        assert EventKind.PROPOSED not in kinds(world.booking)

    def test_its_own_time_stays_held_until_the_answer(self, world):
        proposal = proposed(world, now=MONDAY)
        row = fresh(world.booking)
        assert row.expires_at >= proposal.expires_at
        parts = Commitment.objects.filter(
            appointment=row.appointment, status=CommitmentStatus.REQUESTED
        )
        assert {part.expires_at for part in parts} == {row.expires_at}

    def test_a_time_that_its_provider_proposed_is_agreed(self, world):
        proposal = proposed(world, by=of(world.talia.user))
        (hold,) = find_open_proposal(world.booking, MONDAY).held
        taken = take_time(proposal, hold, by=of(world.sam), now=MONDAY)
        assert (taken.state, taken.expires_at) == (BookingState.CONFIRMED, None)

    def test_a_time_that_somebody_else_proposed_is_asked_for(self, world):
        desk = make_user("desk@uni.test", "Dana")
        proposal = proposed(world, by=of(desk))
        (hold,) = find_open_proposal(world.booking, MONDAY).held
        taken = take_time(proposal, hold, by=of(world.sam), now=MONDAY)
        assert taken.state == BookingState.REQUESTED

    def test_without_an_answer_it_is_declined(self, world):
        proposed(world)
        expire_proposals(now=UNTIL)
        assert fresh(world.booking).state in (BookingState.DECLINED, BookingState.EXPIRED)

    def test_a_search_for_what_has_run_out_meanwhile_holds_nothing(self, world):
        proposal = propose_others(world.booking, offer(), by=TESTER, now=MONDAY)
        Booking.objects.filter(pk=world.booking.pk).update(expires_at=MONDAY + HOUR)
        search_times(proposal, now=MONDAY + HOUR)
        assert not Hold.objects.exists()
        assert EventKind.PROPOSED not in kinds(world.booking)

    def test_an_accepted_request_needs_no_other_time(self, world):
        proposal = proposed(world)
        accept(world.booking, by=of(world.talia.user), now=MONDAY)
        assert fresh(proposal).state == ProposalState.OVER


class TestTimesThatCanNoLongerBeBooked:
    """What is held goes with the hours it lies in."""

    def test_a_proposal_by_hand_ends_and_the_meeting_stays(self, world):
        proposal = proposed(world, purpose=HoldPurpose.PROPOSED)
        world.talia.weekly_blocks.filter(weekday=1).delete()
        run_waitlist(now=MONDAY)
        assert fresh(proposal).state == ProposalState.WITHDRAWN
        assert kinds(world.booking)[-1] == EventKind.LAPSED
        assert fresh(world.booking).state == BookingState.CONFIRMED

    def test_one_of_several_goes_alone(self, world):
        proposal = proposed(world, TEN + DAY, TEN + 2 * DAY)
        world.talia.weekly_blocks.filter(weekday=1).delete()
        run_waitlist(now=MONDAY)
        held = find_open_proposal(world.booking, MONDAY).held
        assert [hold.start for hold in held] == [TEN + 2 * DAY]
        assert fresh(proposal).state == ProposalState.OPEN

    def test_for_a_meeting_that_cannot_stay_others_are_looked_for(self, world):
        away_today(world)
        proposal = searched(world)
        days = {hold.start.date() for hold in proposal.holds.all()}
        for day in days:
            add_dated_change(world.talia, kind=ChangeKind.AWAY, first=day, last=day, by=TESTER)
        run_waitlist(now=MONDAY)
        assert fresh(proposal).state == ProposalState.SEARCHING
        search_times(proposal, now=MONDAY)
        found = find_open_proposal(world.booking, MONDAY).held
        assert found
        assert not days & {hold.start.date() for hold in found}

    def test_what_a_killed_worker_left_without_times_is_seen_to_by_the_next(self, world):
        away_today(world)
        proposal = searched(world)
        for hold in proposal.holds.all():
            withdraw_hold(hold, by=TESTER, now=MONDAY)
        with clock.frozen_at(MONDAY):
            tasks.expire_proposals.func()
        assert fresh(proposal).state == ProposalState.SEARCHING

    def test_who_was_told_that_no_time_is_free_is_not_told_again(self, world):
        world.talia.weekly_blocks.all().delete()
        proposal = searched(world)
        assert (proposal.state, renew_empty(now=MONDAY)) == (ProposalState.OPEN, 0)

    def test_one_that_makes_trouble_keeps_no_other(self, world, monkeypatch, caplog):
        proposal = proposed(world, TEN + DAY, TEN + 2 * DAY)
        world.talia.weekly_blocks.filter(weekday__in=(1, 2)).delete()
        bad = proposal.holds.order_by("pk").first()

        def explode(hold, community, now):
            if hold.pk == bad.pk:
                raise ValueError("no such window")
            return is_unbookable(hold, community, now)

        monkeypatch.setattr(withdrawing, "is_unbookable", explode)
        run_waitlist(now=MONDAY)
        states = proposal.holds.order_by("pk").values_list("state", flat=True)
        assert list(states) == [HoldState.OPEN, HoldState.WITHDRAWN]
        assert f"hold {bad.pk}" in caplog.text
