"""The waitlist: one freed time is offered to one person at a time, in order, and held for them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.actions import add_dated_change, add_weekly_block, remove_weekly_block
from visavis.availability.closures import add_closure, remove_closure
from visavis.availability.enums import ChangeKind
from visavis.bookings import kept
from visavis.bookings.actions import (
    Offer,
    Wish,
    book,
    cancel,
    expire_requests,
    hold_time,
    join_waitlist,
    leave_waitlist,
    offer_times,
    offer_unseen,
    propose_times,
    release_hold,
    run_waitlist,
    waiting,
    withdraw_hold,
)
from visavis.bookings.enums import HoldPurpose, HoldState, Otherwise, WaitlistState
from visavis.bookings.equivalents import OtherTime
from visavis.bookings.errors import InvalidWish, NotOpen, Refused
from visavis.bookings.freed import has_unseen
from visavis.bookings.models import Hold, WaitlistEntry, WaitlistEvent
from visavis.bookings.openings import ask
from visavis.bookings.waitlist import place, placed_entries, suited_times
from visavis.bookings.waitlist_models import DayTimes
from visavis.catalogue.actions import add_format
from visavis.catalogue.enums import Repeats
from visavis.catalogue.models import Service
from visavis.communities.actions import change_settings, touch
from visavis.communities.models import Community
from visavis.core.models import HistoryEntry

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
TEN = MONDAY + 2 * HOUR
TODAY = date(2027, 2, 15)


@pytest.fixture(autouse=True)
def nothing_kept():
    kept.forget()
    yield
    kept.forget()


@pytest.fixture
def world():
    """Talia gives two half-hours on Monday, at 10:00 and 10:30, and both are taken by Bo."""
    world = make_world()
    world.community = change_settings(world.community, {"waitlist": True}, by=TESTER)
    world.service.community = world.community
    world.talia = world.provider(hours=False)
    block = {"weekday": 0, "start_minute": 600, "end_minute": 660}
    world.block = add_hours(world.talia, block)
    world.sam, world.uma, world.bo = (world.student(name) for name in ("Sam", "Uma", "Bo"))
    world.taken = [world.book(world.talia, world.bo, TEN + n * 30 * MINUTE) for n in range(2)]
    return world


def add_hours(provider, block):
    return add_weekly_block(provider, by=TESTER, **block)


def wish(world, student=None, **changes):
    values = {"service": world.service, "format": world.format, "first": TODAY, "last": TODAY}
    return Wish(student or world.sam, **{**values, **changes})


def join(world, student=None, now=MONDAY, **changes):
    return join_waitlist(wish(world, student, **changes), by=TESTER, now=now)


def offers():
    found = Hold.objects.filter(state=HoldState.OPEN).order_by("pk")
    return [(hold.student.first_name, hold.start) for hold in found]


def events(entry):
    return [event.kind for event in WaitlistEvent.objects.filter(entry=entry)]


def expire_and_run(now):
    expire_requests(now=now)
    return run_waitlist(now=now)


def test_a_cancelled_time_is_offered_to_the_first_in_line_and_held(world):
    first, second = join(world), join(world, world.uma, now=MONDAY + MINUTE)
    assert offer_times(world.community, now=MONDAY) == []
    cancel(world.taken[0], by=TESTER, now=MONDAY)
    assert offer_times(world.community, now=MONDAY) == [first]
    assert offers() == [("Sam", TEN)]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (WaitlistState.OFFERED, WaitlistState.WAITING)
    assert first.hold.expires_at == TEN  # two hours would end with the meeting's beginning
    assert events(first) == ["joined", "offered"]
    asked = world.question(student=world.uma, provider=world.talia)
    assert TEN not in ask(asked).starts
    assert TEN in ask(replace(asked, student=world.sam)).starts


def test_the_cancellation_itself_calls_for_the_worker(world):
    cancel(world.taken[0], by=TESTER, now=MONDAY)
    jobs = DBTaskResult.objects.filter(task_path="visavis.bookings.freed.offer_freed")
    assert not jobs.exists()  # nobody waits
    join(world, now=MONDAY, first=TODAY + 7 * DAY, last=TODAY + 7 * DAY, times=[DayTimes(end=600)])
    cancel(world.taken[1], by=TESTER, now=MONDAY)
    assert jobs.count() == 1


def test_two_wishes_of_one_student_get_one_offer(world):
    join(world)
    join(world, provider=world.talia)
    for booking in world.taken:
        cancel(booking, by=TESTER, now=MONDAY)
    assert len(offer_times(world.community, now=MONDAY)) == 1
    assert WaitlistEntry.objects.filter(state=WaitlistState.OFFERED).count() == 1


def test_what_is_proposed_for_a_meeting_is_not_offered_as_well(world):
    omar = world.provider("Omar", hours=False)
    add_hours(omar, {"weekday": 1, "start_minute": 600, "end_minute": 630})
    booking = world.book(omar, world.sam, TEN + DAY)
    entry = join(world)
    cancel(world.taken[0], by=TESTER, now=MONDAY)
    until = MONDAY + HOUR
    times = [OtherTime(TEN, world.talia, None, until)]
    propose_times(booking, times, Offer(Otherwise.KEEP, until), by=TESTER, now=MONDAY)
    assert offer_times(world.community, now=MONDAY) == []
    cancel(world.taken[1], by=TESTER, now=MONDAY)
    assert offer_times(world.community, now=MONDAY) == [entry]
    entry.refresh_from_db()
    assert entry.hold.start == TEN + 30 * MINUTE


def test_two_freed_times_go_to_two_people(world):
    join(world)
    join(world, world.uma, now=MONDAY + MINUTE)
    for booking in world.taken:
        cancel(booking, by=TESTER, now=MONDAY)
    assert run_waitlist(now=MONDAY) == 2
    assert offers() == [("Sam", TEN), ("Uma", TEN + 30 * MINUTE)]
    assert run_waitlist(now=MONDAY) == 0


def test_trouble_in_one_community_keeps_no_other_waiting(world, monkeypatch, caplog):
    join(world)
    cancel(world.taken[0], by=TESTER, now=MONDAY)
    other = make_world("broken")
    other.community = change_settings(other.community, {"waitlist": True}, by=TESTER)
    other.service.community = other.community
    join(other, other.student("Ann"))
    community_zone = Community.zone

    def breaking(community):
        if community.slug == "broken":
            raise RuntimeError("no such zone")
        return community_zone.fget(community)

    monkeypatch.setattr(Community, "zone", property(breaking))
    assert run_waitlist(now=MONDAY) == 1
    assert "The waitlist of broken could not be run." in caplog.text


def test_an_offer_that_runs_out_goes_to_the_next_and_is_not_made_twice(world):
    world.community = change_settings(world.community, {"waitlist_hold_minutes": 30}, by=TESTER)
    world.service.community = world.community
    first = join(world)
    second = join(world, world.uma, now=MONDAY + MINUTE)
    cancel(world.taken[0], by=TESTER, now=MONDAY)
    run_waitlist(now=MONDAY)
    assert expire_and_run(MONDAY + 29 * MINUTE) == 0
    assert expire_and_run(MONDAY + 30 * MINUTE) == 1
    assert offers() == [("Uma", TEN)]
    assert events(first) == ["joined", "offered", "offer_expired"]
    # Nobody took it: it is for everybody again, and the same two are not asked once more.
    assert expire_and_run(MONDAY + HOUR) == 0
    assert offers() == []
    assert TEN in ask(world.question(provider=world.talia, now=MONDAY + HOUR)).starts
    positions = place(placed_entries(world.community, now=MONDAY + HOUR), now=MONDAY + HOUR)
    assert [(placed.entry, placed.position) for placed in positions] == [(first, 1), (second, 2)]


def test_booking_the_offer_ends_the_wait(world):
    entry = join(world)
    cancel(world.taken[0], by=TESTER, now=MONDAY)
    run_waitlist(now=MONDAY)
    world.book(world.talia, world.sam, TEN)
    entry.refresh_from_db()
    assert (entry.state, entry.hold.state) == (WaitlistState.BOOKED, HoldState.USED)
    assert events(entry) == ["joined", "offered", "booked"]
    assert list(placed_entries(world.community, now=MONDAY)) == []


def test_booking_another_time_ends_the_wait_and_frees_the_offer(world):
    entry = join(world)
    cancel(world.taken[0], by=TESTER, now=MONDAY)
    run_waitlist(now=MONDAY)
    cancel(world.taken[1], by=TESTER, now=MONDAY)
    world.book(world.talia, world.sam, TEN + 30 * MINUTE)
    entry.refresh_from_db()
    assert entry.state == WaitlistState.BOOKED
    run_waitlist(now=MONDAY)
    assert offers() == []
    assert Hold.objects.get().state == HoldState.RELEASED


def test_letting_an_offer_go_passes_it_on_and_keeps_the_place(world):
    first = join(world)
    join(world, world.uma, now=MONDAY + MINUTE)
    cancel(world.taken[0], by=TESTER, now=MONDAY)
    run_waitlist(now=MONDAY)
    release_hold(Hold.objects.get(), by=TESTER, now=MONDAY)
    run_waitlist(now=MONDAY)
    assert offers() == [("Uma", TEN)]
    assert events(first) == ["joined", "offered", "let_go"]
    assert [p.position for p in placed_entries(world.community, now=MONDAY)] == [1, 2]


def test_who_could_not_book_it_is_passed_over_and_keeps_the_place(world):
    first = join(world)
    second = join(world, world.uma, now=MONDAY + MINUTE)
    elsewhere = make_world("writing")
    elsewhere.book(elsewhere.provider("Omar"), world.sam, TEN)
    cancel(world.taken[0], by=TESTER, now=MONDAY)
    assert offer_times(world.community, now=MONDAY) == [second]
    first.refresh_from_db()
    assert first.state == WaitlistState.WAITING


def test_new_hours_are_offered_as_well(world):
    join(world, last=TODAY + DAY)
    add_hours(world.talia, {"weekday": 1, "start_minute": 540, "end_minute": 570})
    run_waitlist(now=MONDAY)
    assert offers() == [("Sam", TEN + DAY - HOUR)]


@pytest.mark.parametrize(
    "changes",
    [
        {"times": [DayTimes((1, 2))], "last": TODAY + DAY},
        {"times": [DayTimes(end=600)]},
        {"times": [DayTimes(begin=605, end=700)]},
        {"kinds": ["online"]},
        {"first": TODAY + DAY, "last": TODAY + DAY},
    ],
)
def test_only_what_suits_is_offered(world, changes):
    world.location.refresh_from_db()
    assert world.location.kind != "online"
    join(world, **changes)
    cancel(world.taken[0], by=TESTER, now=MONDAY)
    assert offer_times(world.community, now=MONDAY) == []


def test_a_wish_for_one_person_is_not_met_by_another(world):
    omar = world.provider("Omar", hours=False)
    join(world, provider=omar)
    cancel(world.taken[0], by=TESTER, now=MONDAY)
    assert offer_times(world.community, now=MONDAY) == []


def test_an_offer_ends_before_the_notice_does(world):
    world.community = change_settings(
        world.community, {"lead_time_minutes": 60, "waitlist_hold_minutes": 240}, by=TESTER
    )
    world.service.community = world.community
    join(world)
    cancel(world.taken[0], by=TESTER, now=MONDAY)
    run_waitlist(now=MONDAY)
    assert Hold.objects.get().expires_at == TEN - HOUR
    # With four minutes left nobody could answer in time.
    assert run_waitlist(now=TEN - HOUR + 26 * MINUTE) == 0


def test_days_that_are_over_end_an_entry_by_themselves(world):
    entry = join(world)
    assert list(placed_entries(world.community, now=MONDAY + DAY)) == []
    run_waitlist(now=MONDAY + DAY)
    entry.refresh_from_db()
    assert (entry.state, events(entry)) == (WaitlistState.ENDED, ["joined", "ended"])


def test_leaving_lets_the_offer_go(world):
    entry = join(world)
    cancel(world.taken[0], by=TESTER, now=MONDAY)
    run_waitlist(now=MONDAY)
    entry.refresh_from_db()
    leave_waitlist(entry, by=TESTER, now=MONDAY)
    assert (offers(), events(entry)) == ([], ["joined", "offered", "left"])
    with pytest.raises(NotOpen):
        leave_waitlist(entry, by=TESTER, now=MONDAY)
    verbs = HistoryEntry.objects.filter(subject_type="waitlistentry").values_list("verb", flat=True)
    assert set(verbs) == {"waitlist: joined", "waitlist: offered", "waitlist: left"}


def test_who_leaves_while_their_offer_is_withdrawn_has_left(world, monkeypatch):
    entry = join(world)
    cancel(world.taken[0], by=TESTER, now=MONDAY)
    run_waitlist(now=MONDAY)
    entry.refresh_from_db()
    lock, held = waiting.lock_people, [entry.hold]

    def slow(ids):
        if held:
            withdraw_hold(held.pop(), by=TESTER, now=MONDAY)
        return lock(ids)

    monkeypatch.setattr(waiting, "lock_people", slow)
    leave_waitlist(entry, by=TESTER, now=MONDAY)
    assert state_of(entry) == (WaitlistState.LEFT, "left")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"first": TODAY + DAY}, {"field": "last"}),
        ({"first": TODAY - DAY, "last": TODAY - DAY}, {"field": "last"}),
        ({"first": TODAY + 300 * DAY, "last": TODAY + 301 * DAY}, {"field": "first"}),
        ({"times": [DayTimes(())]}, {"field": "weekdays", "row": 0}),
        ({"times": [DayTimes(), DayTimes(begin=600, end=615)]}, {"field": "end", "row": 1}),
        ({"times": [DayTimes((1,))], "last": TODAY}, {"field": "weekdays", "row": 0}),
        # The only Sunday of these days is over.
        (
            {"first": TODAY - DAY, "last": TODAY, "times": [DayTimes((6,))]},
            {"field": "weekdays", "row": 0},
        ),
        ({"times": []}, {"field": "times"}),
        ({"kinds": ["moon"]}, {"field": "kinds"}),
    ],
)
def test_a_wish_that_holds_no_meeting_is_told_where(world, changes, told):
    with pytest.raises(InvalidWish) as refusal:
        join(world, **changes)
    assert {key: refusal.value.data[key] for key in told} == told
    assert not WaitlistEntry.objects.exists()


def test_every_row_of_times_that_holds_no_meeting_is_told(world):
    rows = [DayTimes(begin=600, end=615), DayTimes(), DayTimes((), 600, 620)]
    with pytest.raises(InvalidWish) as refusal:
        join(world, times=rows)
    told = [(flaw.row, flaw.field) for flaw in refusal.value.data["flaws"]]
    assert told == [(0, "end"), (2, "weekdays"), (2, "end")]


@pytest.mark.parametrize(
    ("rows", "one"),
    [
        ([((0,), 540, 720), ((0,), 540, 720)], [[[0], 540, 720]]),
        (
            [((0, 1), 540, 720), ((1, 2), 660, 780)],
            [[[0], 540, 720], [[1], 540, 780], [[2], 660, 780]],
        ),
        ([((0,), 540, 600), ((0,), 600, 720)], [[[0], 540, 720]]),
        ([((0,), 540, 600), ((0,), 660, 720)], [[[0], 540, 600], [[0], 660, 720]]),
        ([((2, 0, 2), 540, 600), ((0, 1, 2), 0, 1440)], [[[0, 1, 2], 0, 1440]]),
        ([((6,), 660, 720), ((3,), 540, 600)], [[[3], 540, 600], [[6], 660, 720]]),
    ],
)
def test_times_that_overlap_are_one(world, rows, one):
    entry = join(world, last=TODAY + 6 * DAY, times=[DayTimes(*row) for row in rows])
    assert entry.rows == one


def test_nobody_waits_twice_nor_for_what_is_free(world):
    join(world)
    with pytest.raises(Refused, match="already"):
        join(world)
    cancel(world.taken[0], by=TESTER, now=MONDAY)
    with pytest.raises(Refused, match="free times") as refusal:
        join(world, world.uma)
    assert refusal.value.code == "times_are_free"


def test_nobody_is_kept_waiting_while_it_is_looked_for_free_times(world, monkeypatch):
    def look(*asked):
        looked.append(connection.in_atomic_block)
        return suited_times(*asked)

    looked = []
    monkeypatch.setattr("visavis.bookings.actions.waiting.suited_times", look)
    join(world)
    assert looked == [False]


def test_who_joins_twice_at_once_is_on_the_list_once(world, monkeypatch):
    def meanwhile(*_asked):
        monkeypatch.undo()
        join(world)
        return iter(())

    monkeypatch.setattr("visavis.bookings.actions.waiting.suited_times", meanwhile)
    with pytest.raises(Refused, match="already"):
        join(world)
    assert WaitlistEntry.objects.count() == 1


def test_a_community_without_a_list_takes_and_offers_nothing(world):
    join(world)
    cancel(world.taken[0], by=TESTER, now=MONDAY)
    change_settings(world.community, {"waitlist": False}, by=TESTER)
    assert run_waitlist(now=MONDAY) == 0
    world.service.community = Community.objects.get(pk=world.community.pk)
    with pytest.raises(Refused, match="no waitlist"):
        join(world, world.uma)


def test_an_expired_offer_can_be_booked_by_another_before_any_job_runs(world):
    entry = join(world)
    cancel(world.taken[0], by=TESTER, now=MONDAY)
    run_waitlist(now=MONDAY - HOUR)
    until = Hold.objects.get().expires_at
    order = world.order(world.talia, world.uma, TEN)
    book(order, by=TESTER, now=until)
    entry.refresh_from_db()
    assert (entry.state, events(entry)[-1]) == (WaitlistState.WAITING, "offer_expired")


def test_nobody_waits_for_weekly_meetings(world):
    values = {"name": "Weekly", "minutes": 30, "repeats": Repeats.WEEKLY}
    weekly = add_format(world.community, by=TESTER, **values)
    with pytest.raises(Refused, match="Nobody waits for weekly meetings"):
        join(world, format=weekly)


# --- what is looked at, and when --------------------------------------------------------------


def offer_what_is_new(now=MONDAY):
    """What the worker does every few seconds."""
    return offer_unseen(now=now) if has_unseen() else None


@pytest.fixture
def seen(world):
    """Sam waits, and everything was looked at."""
    join(world)
    assert offer_what_is_new() == 0
    assert offer_what_is_new() is None
    return world


def test_new_hours_are_seen_at_once(seen):
    add_hours(seen.talia, {"weekday": 0, "start_minute": 900, "end_minute": 930})
    assert (offer_what_is_new(), offers()) == (1, [("Sam", MONDAY + 7 * HOUR)])


def test_extra_hours_are_seen_at_once(seen):
    when = {"first": TODAY, "last": TODAY, "start_minute": 900, "end_minute": 930}
    add_dated_change(seen.talia, kind=ChangeKind.EXTRA, by=TESTER, **when)
    assert (offer_what_is_new(), offers()) == (1, [("Sam", MONDAY + 7 * HOUR)])


def test_a_lifted_closure_is_seen_at_once(world):
    closure = add_closure(world.community, first=TODAY, last=TODAY, by=TESTER)
    world.community.refresh_from_db()
    world.service.community = world.community
    add_hours(world.talia, {"weekday": 0, "start_minute": 900, "end_minute": 930})
    join(world)
    assert offer_what_is_new() == 0
    remove_closure(closure, by=TESTER)
    assert (offer_what_is_new(), offers()) == (1, [("Sam", MONDAY + 7 * HOUR)])


def test_a_hold_that_has_run_out_is_seen_once_it_is_written_down(seen):
    """The time was free before; the job that writes it down makes it news."""
    cancel(seen.taken[0], by=TESTER, now=MONDAY)
    order = replace(seen.order(seen.talia, seen.bo, TEN), idempotency_key="")
    until = MONDAY + 30 * MINUTE
    hold_time(order, until=until, purpose=HoldPurpose.EQUIVALENT, by=TESTER, now=MONDAY)
    assert offer_what_is_new() == 0
    assert offer_what_is_new() is None
    expire_requests(now=until)
    assert (offer_what_is_new(until), offers()) == (1, [("Sam", TEN)])


def test_a_look_that_failed_is_made_up_for_by_the_clock(seen, monkeypatch, caplog):
    cancel(seen.taken[0], by=TESTER, now=MONDAY)
    with monkeypatch.context() as patched:
        patched.setattr(Community, "zone", property(lambda _community: 1 / 0))
        assert offer_what_is_new() == 0
    assert "could not be run" in caplog.text
    assert offer_what_is_new() is None
    assert run_waitlist(now=MONDAY) == 1


def test_many_who_wait_for_the_same_cost_one_question(world):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert offer_times(world.community, now=MONDAY) == []
        return len(captured)

    join(world)
    before = queries()
    for number in range(6):
        join(world, world.student(f"Also{number}"), now=MONDAY + MINUTE)
    assert queries() == before


def test_who_was_offered_all_that_is_free_costs_no_question_more(world):
    join(world)
    cancel(world.taken[0], by=TESTER, now=MONDAY)
    offer_times(world.community, now=MONDAY)
    release_hold(Hold.objects.get(), by=TESTER, now=MONDAY)
    with CaptureQueriesContext(connection) as captured:
        assert offer_times(world.community, now=MONDAY) == []
    assert not [query for query in captured if "FOR UPDATE" in query["sql"].upper()]
    assert len(captured) <= 12


def test_a_student_sees_a_position_at_the_same_cost_however_many_wait(world):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            (theirs,) = place(
                placed_entries(world.community, now=MONDAY, student=world.sam), now=MONDAY
            )
        return len(captured), theirs.position

    for number in range(3):
        join(world, world.student(f"Before{number}"))
    join(world, now=MONDAY + MINUTE)
    join(world, world.uma, now=MONDAY + 2 * MINUTE)
    assert queries() == (1, 4)


def test_an_entry_for_what_is_met_weekly_by_now_ends_by_itself(world):
    """From before nobody could wait for weekly meetings."""
    entry = join(world)
    world.format.repeats = Repeats.WEEKLY
    world.format.save(update_fields=["repeats"])
    cancel(world.taken[0], by=TESTER, now=MONDAY)
    assert run_waitlist(now=MONDAY) == 0
    entry.refresh_from_db()
    assert entry.state == WaitlistState.ENDED
    assert entry.events.last().data == {"reason": "weekly"}


def test_a_time_suits_that_fits_one_of_the_rows(world):
    rows = [DayTimes((1,), 540, 720), DayTimes((0,), 630, 660)]
    join(world, last=TODAY + 4 * DAY, times=rows)
    for booking in world.taken:
        cancel(booking, by=TESTER, now=MONDAY)
    offer_times(world.community, now=MONDAY)
    assert offers() == [("Sam", TEN + 30 * MINUTE)]


def test_a_time_that_is_held_for_them_already_is_not_offered_again(world):
    entry = join(world)
    for booking in world.taken:
        cancel(booking, by=TESTER, now=MONDAY)
    order = world.order(world.talia, world.sam, TEN)
    purpose = HoldPurpose.EQUIVALENT
    held = hold_time(order, until=TEN, purpose=purpose, by=TESTER, now=MONDAY)
    assert offer_times(world.community, now=MONDAY) == [entry]
    entry.refresh_from_db()
    assert (entry.hold.start, entry.hold.purpose) == (TEN + 30 * MINUTE, HoldPurpose.WAITLIST)
    assert entry.hold != held


@pytest.fixture
def held(world):
    """Talia's ten o'clock is held for Sam, who is first in line before Uma."""
    entries = join(world), join(world, world.uma)
    cancel(world.taken[0], by=TESTER, now=MONDAY)
    assert offer_what_is_new() == 1
    world.sams, world.umas = entries
    return world


def state_of(entry):
    entry.refresh_from_db()
    return entry.state, events(entry)[-1]


def gone_with_hours(world):
    remove_weekly_block(world.block, by=TESTER)


def gone_with_a_closure(world):
    add_closure(world.community, first=TODAY, last=TODAY, by=TESTER)


def gone_with_an_absence(world):
    when = {"first": TODAY, "last": TODAY}
    add_dated_change(world.talia, kind=ChangeKind.AWAY, by=TESTER, **when)


def gone_with_the_service(world):
    Service.objects.filter(pk=world.service.pk).update(archived_at=MONDAY)
    touch(world.community)


@pytest.mark.parametrize(
    "change", [gone_with_hours, gone_with_a_closure, gone_with_an_absence, gone_with_the_service]
)
def test_an_offer_that_can_no_longer_be_booked_is_withdrawn_and_the_place_is_kept(held, change):
    change(held)
    assert (offer_what_is_new(), offers()) == (0, [])
    assert state_of(held.sams) == (WaitlistState.WAITING, "withdrawn")
    shown = place(placed_entries(held.community, now=MONDAY), now=MONDAY)
    assert [one.position for one in shown if one.entry == held.sams] == [1]


def test_what_was_withdrawn_is_offered_again_once_it_can_be_booked(held):
    closure = add_closure(held.community, first=TODAY, last=TODAY, by=TESTER)
    offer_what_is_new()
    remove_closure(closure, by=TESTER)
    assert (offer_what_is_new(), offers()) == (1, [("Sam", TEN)])


def test_a_change_that_leaves_the_offer_possible_leaves_it_alone(held):
    add_hours(held.talia, {"weekday": 3, "start_minute": 600, "end_minute": 630})
    offer_what_is_new()
    assert offers() == [("Sam", TEN)]
