"""The waitlist: one freed time is offered to one person at a time, in order, and held for them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.actions import add_weekly_block
from visavis.bookings import kept
from visavis.bookings.actions import (
    Wish,
    book,
    cancel,
    join_waitlist,
    leave_waitlist,
    offer_times,
    release_hold,
    run_waitlist,
)
from visavis.bookings.enums import HoldState, WaitlistState
from visavis.bookings.errors import InvalidWish, NotOpen, Refused
from visavis.bookings.models import Hold, WaitlistEntry, WaitlistEvent
from visavis.bookings.openings import ask
from visavis.bookings.waitlist import placed_entries
from visavis.catalogue.actions import add_format
from visavis.catalogue.enums import Repeats
from visavis.communities.actions import change_settings
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
    join(world, now=MONDAY, first=TODAY + 7 * DAY, last=TODAY + 7 * DAY, ranges=[(0, 600)])
    cancel(world.taken[1], by=TESTER, now=MONDAY)
    assert jobs.count() == 1


def test_two_wishes_of_one_student_get_one_offer(world):
    join(world)
    join(world, provider=world.talia)
    for booking in world.taken:
        cancel(booking, by=TESTER, now=MONDAY)
    assert len(offer_times(world.community, now=MONDAY)) == 1
    assert WaitlistEntry.objects.filter(state=WaitlistState.OFFERED).count() == 1


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
    assert run_waitlist(now=MONDAY + 29 * MINUTE) == 0
    assert run_waitlist(now=MONDAY + 30 * MINUTE) == 1
    assert offers() == [("Uma", TEN)]
    assert events(first) == ["joined", "offered", "offer_expired"]
    # Nobody took it: it is for everybody again, and the same two are not asked once more.
    assert run_waitlist(now=MONDAY + HOUR) == 0
    assert offers() == []
    assert TEN in ask(world.question(provider=world.talia, now=MONDAY + HOUR)).starts
    positions = placed_entries(world.community, now=MONDAY + HOUR)
    assert [(placed.entry, placed.position) for placed in positions] == [(first, 1), (second, 2)]


def test_booking_the_offer_ends_the_wait(world):
    entry = join(world)
    cancel(world.taken[0], by=TESTER, now=MONDAY)
    run_waitlist(now=MONDAY)
    world.book(world.talia, world.sam, TEN)
    entry.refresh_from_db()
    assert (entry.state, entry.hold.state) == (WaitlistState.BOOKED, HoldState.USED)
    assert events(entry) == ["joined", "offered", "booked"]
    assert placed_entries(world.community, now=MONDAY) == []


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
        {"weekdays": [1, 2]},
        {"ranges": [(0, 600)]},
        {"ranges": [(605, 700)]},
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
    assert placed_entries(world.community, now=MONDAY + DAY) == []
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


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first": TODAY + DAY}, "last"),
        ({"first": TODAY - DAY, "last": TODAY - DAY}, "last"),
        ({"first": TODAY + 300 * DAY, "last": TODAY + 301 * DAY}, "first"),
        ({"weekdays": []}, "weekdays"),
        ({"ranges": [(600, 615)]}, "end"),
        ({"kinds": ["moon"]}, "kinds"),
    ],
)
def test_a_wish_that_holds_no_meeting_is_told_where(world, changes, field):
    with pytest.raises(InvalidWish) as refusal:
        join(world, **changes)
    assert refusal.value.data == {"field": field}
    assert not WaitlistEntry.objects.exists()


def test_nobody_waits_twice_nor_for_what_is_free(world):
    join(world)
    with pytest.raises(Refused, match="already"):
        join(world)
    cancel(world.taken[0], by=TESTER, now=MONDAY)
    with pytest.raises(Refused, match="free times") as refusal:
        join(world, world.uma)
    assert refusal.value.code == "times_are_free"


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
