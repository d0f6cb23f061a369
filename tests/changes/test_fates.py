"""Hours change with the fate of the meetings in them: all at once, not before it is said."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.actions import (
    Admits,
    add_dated_change,
    change_weekly_block,
    remove_dated_change,
    remove_weekly_block,
)
from visavis.availability.closures import add_closure, remove_closure
from visavis.availability.enums import ChangeKind
from visavis.availability.models import Closure, DatedChange, WeeklyBlock
from visavis.bookings import kept
from visavis.bookings.actions import Order, book, book_anyway
from visavis.bookings.enums import BookingState, EventKind, HoldState, Otherwise, ProposalState
from visavis.bookings.models import Booking, BookingEvent, Hold, Proposal
from visavis.catalogue.actions import add_format
from visavis.changes.enums import Fate
from visavis.changes.errors import HoursAreKept, Undecided
from visavis.changes.fates import (
    UNDECIDED,
    Decision,
    Scope,
    change_hours,
    change_keeping,
    coming_bookings,
    lock_scope,
)
from visavis.core import clock
from visavis.core.history import Actor
from visavis.core.models import HistoryEntry
from visavis.core.worker import drain

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEN = MONDAY + 2 * HOUR
MON = date(2027, 2, 15)


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


def monday_block(world):
    return WeeklyBlock.objects.get(provider=world.talia, weekday=0)


def change(world, action, decision=UNDECIDED, *, everybody=False):
    scope = Scope(world.community, None if everybody else world.talia)
    return change_hours(scope, action, decision, by=TESTER, now=MONDAY)


def decided(*fates, message=""):
    return Decision({booking.pk: fate for booking, fate in fates}, message)


def shorten(world, start=11 * 60):
    block = monday_block(world)
    return lambda: change_weekly_block(
        block, weekday=0, start_minute=start, end_minute=17 * 60, by=TESTER
    )


def away(world, first=MON, last=MON):
    return lambda: add_dated_change(
        world.talia, kind=ChangeKind.AWAY, first=first, last=last, by=TESTER
    )


def touched_by(world, action, **more):
    with pytest.raises(Undecided) as refusal:
        change(world, action, **more)
    return list(refusal.value.touched)


def fresh(booking):
    return Booking.objects.get(pk=booking.pk)


def test_what_touches_no_meeting_is_simply_done(world):
    change(world, shorten(world, start=9 * 60 + 30))
    assert monday_block(world).start_minute == 570


def test_what_takes_hours_from_a_meeting_asks_and_changes_nothing(world):
    history = HistoryEntry.objects.count()
    assert touched_by(world, shorten(world)) == [world.first]
    assert monday_block(world).start_minute == 540
    assert HistoryEntry.objects.count() == history


@pytest.mark.parametrize("part", [TEN + HOUR / 4, TEN - HOUR / 4])
def test_a_meeting_that_only_reaches_out_of_the_hours_is_touched_too(world, part):
    minute = part.astimezone(world.community.zone)
    start = minute.hour * 60 + minute.minute
    block = monday_block(world)
    if part > TEN:
        assert touched_by(world, shorten(world, start)) == [world.first]
    else:
        change(world, shorten(world, start))
        assert monday_block(world).pk == block.pk


def test_hours_that_other_hours_cover_are_missed_by_nobody(world):
    block = monday_block(world)
    add_dated_change(
        world.talia,
        kind=ChangeKind.EXTRA,
        first=MON,
        last=MON,
        start_minute=600,
        end_minute=660,
        by=TESTER,
    )
    change(world, lambda: remove_weekly_block(block, by=TESTER))
    assert fresh(world.first).state == BookingState.CONFIRMED


def test_hours_that_admit_the_meeting_no_more_touch_it(world):
    other = add_format(world.community, by=TESTER, name="Long", minutes=60)
    block = monday_block(world)

    def narrow():
        return change_weekly_block(
            block,
            weekday=0,
            start_minute=540,
            end_minute=1020,
            admits=Admits(formats=[other]),
            by=TESTER,
        )

    assert touched_by(world, narrow) == [world.first]


def test_a_kept_meeting_stays_outside_of_hours(world):
    change(world, shorten(world), decided((world.first, Fate.KEEP)))
    assert monday_block(world).start_minute == 660
    assert fresh(world.first).state == BookingState.CONFIRMED
    # It lay outside before the next change, which does not ask about it again.
    change(world, shorten(world, start=12 * 60))


def test_what_was_booked_outside_of_hours_is_asked_about_when_nobody_will_be_there(world):
    night = TEN + 12 * HOUR
    order = world.order(world.talia, world.student("Vic"), night, location=world.location)
    late = book_anyway(order, reason="After work", by=TESTER, now=MONDAY)
    change(world, shorten(world, start=9 * 60 + 30))
    assert touched_by(world, away(world)) == [world.first, late]
    change(world, away(world), decided((world.first, Fate.KEEP), (late, Fate.OFFER)))
    made = DatedChange.objects.get()
    drain()
    outcome = change(world, lambda: remove_dated_change(made, by=TESTER))
    assert outcome.withdrawn == [late]


def test_whoever_is_asked_nothing_keeps_every_meeting_and_gives_back_all_the_same(world):
    decision = decided((world.first, Fate.OFFER))
    made = change(world, away(world), decision).result
    drain()
    scope = Scope(world.community, world.talia)

    def come_back():
        remove_dated_change(made, by=TESTER)
        WeeklyBlock.objects.filter(provider=world.talia, weekday=1).delete()

    outcome = change_keeping(scope, come_back, by=TESTER, now=MONDAY)
    assert outcome.withdrawn == [world.first]
    assert fresh(world.second).state == BookingState.CONFIRMED


def test_a_cancelled_one_tells_why(world):
    change(world, away(world), decided((world.first, Fate.CANCEL), message="I am ill."))
    row = fresh(world.first)
    assert (row.state, row.cancel_reason) == (BookingState.CANCELLED, "I am ill.")
    assert fresh(world.second).state == BookingState.CONFIRMED
    assert row.events.filter(kind=EventKind.CANCELLED).count() == 1


def test_an_offered_one_gets_other_times_that_are_held(world):
    change(world, away(world), decided((world.first, Fate.OFFER), message="Sorry!"))
    assert Proposal.objects.get().state == ProposalState.SEARCHING
    drain()
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.otherwise, proposal.message) == (
        ProposalState.OPEN,
        Otherwise.END,
        "Sorry!",
    )
    starts = list(Hold.objects.filter(state=HoldState.OPEN).values_list("start", flat=True))
    assert starts
    assert all(start.date() != MON for start in starts)


def test_each_meeting_has_its_own_fate_in_one_transaction(world):
    week = away(world, MON, MON + 4 * DAY)
    assert touched_by(world, week) == [world.first, world.second]
    change(world, week, decided((world.first, Fate.CANCEL), (world.second, Fate.OFFER)))
    assert fresh(world.first).state == BookingState.CANCELLED
    assert Proposal.objects.get().booking == world.second
    assert DatedChange.objects.count() == 1


def test_a_meeting_that_came_after_the_decision_is_asked_about(world):
    decision = decided((world.first, Fate.CANCEL))
    late = world.book(world.talia, world.uma, TEN + HOUR)
    with pytest.raises(Undecided) as refusal:
        change(world, away(world), decision)
    assert late in refusal.value.touched
    assert fresh(world.first).state == BookingState.CONFIRMED
    assert not DatedChange.objects.exists()


def test_a_closure_asks_about_everybodys_meetings(world):
    omar = world.provider("Omar")
    his = world.book(omar, world.student("Vic"), TEN)

    def close():
        return add_closure(world.community, first=MON, last=MON, by=TESTER)

    assert set(touched_by(world, close, everybody=True)) == {world.first, his}
    assert not Closure.objects.exists()
    change(
        world,
        close,
        decided((world.first, Fate.CANCEL), (his, Fate.CANCEL)),
        everybody=True,
    )
    assert Closure.objects.count() == 1
    assert fresh(his).state == BookingState.CANCELLED


def test_nobody_books_into_hours_that_go(world):
    """The provider's lock is held: whoever comes later finds the hours as they are by then."""
    change(world, away(world), decided((world.first, Fate.KEEP)))
    order = Order(world.order(world.talia, world.uma, TEN + HOUR).question, TEN + HOUR, "late")
    with pytest.raises(Exception, match="away"):
        book(order, by=TESTER, now=MONDAY)


def test_many_meetings_cost_no_more_reads(world, django_assert_max_num_queries):
    for hour in range(3, 8):
        world.book(world.talia, world.student(f"S{hour}"), MONDAY + hour * HOUR)
    with django_assert_max_num_queries(20), pytest.raises(Undecided):
        change(world, away(world))


def test_whose_request_has_run_out_is_locked_with_all_others(world):
    asked = add_format(world.community, by=TESTER, name="Asked", minutes=30, auto_confirm=False)
    vic = world.student("Vic")
    world.book(world.talia, vic, TEN + 4 * DAY, format=asked)
    with transaction.atomic():
        locked = lock_scope(Scope(world.community, world.talia), MONDAY + 3 * DAY)
    assert vic.pk in locked


def test_what_is_called_off_together_is_told_together(world):
    decision = decided((world.first, Fate.CANCEL), (world.second, Fate.CANCEL))
    change(world, away(world, last=MON + DAY), decision)
    told = BookingEvent.objects.filter(kind=EventKind.CANCELLED)
    assert (told.count(), told.values("batch").distinct().count()) == (2, 1)


def test_hours_that_come_back_withdraw_what_was_offered(world):
    closure = change(
        world,
        lambda: add_closure(world.community, first=MON, last=MON, by=TESTER),
        decided((world.first, Fate.OFFER)),
        everybody=True,
    ).result
    drain()
    assert Hold.objects.filter(state=HoldState.OPEN).exists()
    outcome = change(world, lambda: remove_closure(closure, by=TESTER), everybody=True)
    drain()
    assert outcome.withdrawn == [world.first]
    assert Proposal.objects.get().state == ProposalState.WITHDRAWN
    assert not Hold.objects.filter(state=HoldState.OPEN).exists()
    told = BookingEvent.objects.get(kind=EventKind.LAPSED)
    assert (told.booking, told.data["withdrawn"]) == (world.first, True)
    assert fresh(world.first).state == BookingState.CONFIRMED


def test_who_was_not_told_yet_hears_nothing_of_an_offer_that_is_withdrawn(world):
    made = change(world, away(world), decided((world.first, Fate.OFFER))).result
    change(world, lambda: remove_dated_change(made, by=TESTER))
    drain()
    assert Proposal.objects.get().state == ProposalState.WITHDRAWN
    told = {EventKind.PROPOSED, EventKind.LAPSED}
    assert not BookingEvent.objects.filter(kind__in=told).exists()


def test_a_closure_looks_at_the_meetings_of_its_days_alone(world):
    scope = Scope.on_dates(world.community, MON, MON)
    assert coming_bookings(scope, MONDAY) == [world.first]
    assert coming_bookings(Scope(world.community), MONDAY) == [world.first, world.second]
    for first, last in ((date.min, date.min), (date.max, date.max)):
        assert coming_bookings(Scope.on_dates(world.community, first, last), MONDAY) == []


def test_a_closure_that_moves_looks_at_nothing_between_its_old_days_and_its_new_ones(world):
    def on(days):
        return Scope.on_dates(world.community, MON + days, MON + days)

    before, after = on(timedelta(weeks=-2)), on(timedelta(weeks=9))
    assert coming_bookings(before.together_with(after), MONDAY) == []
    assert coming_bookings(after.together_with(on(timedelta(0))), MONDAY) == [world.first]
    beside = on(timedelta(days=-1)).together_with(on(timedelta(0)))
    assert (beside.gap, coming_bookings(beside, MONDAY)) == (None, [world.first])


class TestKeptHours:
    """Where the centre keeps the hours, who gives them may not change them."""

    def test_the_action_refuses_it_and_nothing_is_changed(self, world):
        by = Actor(world.talia.user_id, "Talia")
        world.talia.community.providers_edit_hours = False
        with pytest.raises(HoursAreKept):
            change_hours(
                Scope(world.community, world.talia), away(world), UNDECIDED, by=by, now=MONDAY
            )
        assert not DatedChange.objects.exists()

    def test_who_manages_may_change_them_their_own_too(self, world):
        world.talia.community.providers_edit_hours = False
        decision = decided((world.first, Fate.KEEP))
        change(world, away(world), decision)
        assert DatedChange.objects.count() == 1
        world.talia.user.is_school_admin = True
        by = Actor(world.talia.user_id, "Talia")
        scope = Scope(world.community, world.talia)
        change_hours(scope, shorten(world, 9 * 60 + 30), UNDECIDED, by=by, now=MONDAY)
