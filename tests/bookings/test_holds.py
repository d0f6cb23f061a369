"""A time held for one student: taken for everybody else, offered to them, free once it runs out."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.actions import add_dated_change
from visavis.availability.enums import ChangeKind
from visavis.availability.models import Location
from visavis.bookings import kept
from visavis.bookings.actions import book, expire_requests, hold_time, release_hold
from visavis.bookings.enums import CommitmentStatus, HoldPurpose, HoldState
from visavis.bookings.errors import NotOpen, Refused, SlotTaken
from visavis.bookings.expiry import Released, people_of_expired, release_expired
from visavis.bookings.models import Booking, Commitment, Hold
from visavis.bookings.openings import ask, explain, next_starts, question_for_start
from visavis.catalogue.actions import add_format
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.communities.actions import change_settings
from visavis.core.errors import VisavisError
from visavis.core.models import HistoryEntry

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
TEN = MONDAY + 2 * HOUR
UNTIL = MONDAY + HOUR
AFTER = UNTIL + MINUTE


@pytest.fixture(autouse=True)
def nothing_kept():
    kept.forget()
    yield
    kept.forget()


@pytest.fixture
def world():
    world = make_world()
    world.talia, world.omar = world.provider(), world.provider("Omar")
    world.sam, world.uma = world.student("Sam"), world.student("Uma")
    return world


def hold(world, provider=None, student=None, start=TEN, until=UNTIL, now=MONDAY, **changes):
    order = world.order(provider or world.talia, student or world.sam, start, **changes)
    order = replace(order, question=replace(order.question, now=now))
    return hold_time(order, until=until, purpose=HoldPurpose.WAITLIST, by=TESTER, now=now)


def starts(world, student=None, now=MONDAY, **changes):
    asked = {"provider": world.talia, "student": student, "now": now, **changes}
    return ask(world.question(**asked)).starts


def reasons(world, student, start=TEN, now=MONDAY, **changes):
    asked = world.question(provider=world.talia, student=student, now=now, **changes)
    (verdict,) = explain(question_for_start(asked, start), start)
    return [(str(refusal.code), dict(refusal.data)) for refusal in verdict.refusals]


def test_a_held_time_is_taken_for_everybody_else(world):
    assert TEN in starts(world, world.uma)
    hold(world)
    assert TEN not in starts(world, world.uma)
    assert TEN not in starts(world)
    assert reasons(world, world.uma) == [("provider_busy", {"held": True})]
    with pytest.raises(SlotTaken, match="held for somebody else"):
        world.book(world.talia, world.uma, TEN)
    assert not Booking.objects.exists()


def test_a_held_time_is_offered_to_the_one_it_is_held_for(world):
    before = starts(world, world.sam)
    hold(world)
    assert starts(world, world.sam) == before  # nothing else came or went for them
    assert reasons(world, world.sam) == []
    found = next_starts(
        world.community, services=[world.service], format_=world.format, student=world.sam, now=TEN
    )
    assert found == {world.service.pk: TEN}


def test_booking_a_held_time_uses_the_hold(world):
    held = hold(world)
    booking = world.book(world.talia, world.sam, TEN)
    held.refresh_from_db()
    assert held.state == HoldState.USED
    assert (booking.appointment.start, booking.appointment.location) == (TEN, held.location)
    standing = Commitment.objects.filter(person=world.talia.user, status=CommitmentStatus.CONFIRMED)
    assert standing.count() == 1
    assert Commitment.objects.get(hold=held).status == CommitmentStatus.CANCELLED
    verbs = HistoryEntry.objects.filter(subject_type="hold").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["held a time", "booked the held time"]


def test_an_expired_hold_is_free_at_once_and_no_job_has_run(world):
    held = hold(world)
    assert TEN not in starts(world, world.uma, now=UNTIL - MINUTE)
    assert TEN in starts(world, world.uma, now=UNTIL)
    assert reasons(world, world.uma, now=UNTIL) == []
    assert Commitment.objects.get(hold=held).status == CommitmentStatus.HELD  # nobody tidied up
    order = world.order(world.talia, world.uma, TEN)
    booking = book(
        replace(order, question=replace(order.question, now=UNTIL)), by=TESTER, now=AFTER
    )
    held.refresh_from_db()
    assert booking.state == "confirmed"
    assert (held.state, held.commitment.status) == (HoldState.EXPIRED, CommitmentStatus.EXPIRED)


def test_the_job_writes_down_what_has_run_out(world):
    held = hold(world)
    assert expire_requests(now=UNTIL - MINUTE) == 0
    assert expire_requests(now=UNTIL) == 1
    assert expire_requests(now=UNTIL) == 0
    held.refresh_from_db()
    assert held.state == HoldState.EXPIRED


def test_a_held_time_serves_only_what_it_is_held_for(world):
    other = AppointmentFormat.objects.create(
        community=world.community, name="Proofreading", minutes=30, position=9
    )
    service = Service.objects.create(community=world.community, subject="Second")
    hold(world)
    assert TEN not in starts(world, world.sam, format=other)
    assert reasons(world, world.sam, format=other) == [("provider_busy", {"held": True})]
    refused = [code for code, _ in reasons(world, world.sam, service=service)]
    assert refused == ["not_certified", "provider_busy"]
    with pytest.raises(SlotTaken):
        world.book(world.talia, world.sam, TEN, format=other)
    assert Hold.objects.get().state == HoldState.OPEN


def test_the_rules_still_stand_for_whom_a_time_is_held(world):
    hold(world)
    day = TEN.date()
    add_dated_change(world.talia, kind=ChangeKind.AWAY, first=day, last=day, by=TESTER)
    assert TEN not in starts(world, world.sam)
    assert reasons(world, world.sam) == [("away", {})]
    with pytest.raises(Refused):
        world.book(world.talia, world.sam, TEN)
    assert Hold.objects.get().state == HoldState.OPEN


def test_a_held_place_is_taken_for_others_and_not_for_its_holder(world):
    Location.objects.update(capacity=1)
    hold(world)
    omar = {"provider": world.omar}
    assert TEN not in starts(world, world.uma, **omar)
    assert TEN in starts(world, world.uma, now=UNTIL, **omar)
    world.location.refresh_from_db()
    assert TEN in starts(world, world.sam)
    world.book(world.talia, world.sam, TEN)
    assert Hold.objects.get().state == HoldState.USED


def test_a_hold_counts_towards_the_cap_of_its_provider(world):
    world.community = change_settings(
        world.community, {"provider_weekly_cap_minutes": 30}, by=TESTER
    )
    hold(world)
    assert starts(world, world.uma) == []
    assert starts(world, world.sam) == [TEN]
    world.book(world.talia, world.sam, TEN)


def test_what_cannot_be_booked_cannot_be_held(world):
    world.book(world.talia, world.uma, TEN)
    with pytest.raises(SlotTaken):
        hold(world)
    with pytest.raises(Refused) as refusal:
        hold(world, start=TEN + HOUR + 10 * MINUTE)
    assert refusal.value.code == "minute_not_allowed"
    with pytest.raises(Refused, match="until a later instant"):
        hold(world, start=TEN + HOUR, until=MONDAY)
    assert not Hold.objects.exists()


def test_a_time_is_not_held_twice(world):
    hold(world)
    with pytest.raises(SlotTaken):
        hold(world, student=world.uma)
    assert Hold.objects.count() == 1


def test_what_is_held_already_stays_held_as_it_is(world):
    first = hold(world)
    assert hold(world, until=UNTIL + MINUTE) == first
    assert (Hold.objects.get().expires_at, Commitment.objects.count()) == (UNTIL, 1)


def test_a_hold_ends_before_its_meeting(world):
    assert hold(world, until=TEN + HOUR).expires_at == TEN


def test_a_released_time_is_free_again(world):
    held = hold(world)
    release_hold(held, by=TESTER, now=MONDAY)
    assert TEN in starts(world, world.uma)
    with pytest.raises(NotOpen):
        release_hold(held, by=TESTER, now=MONDAY)
    world.book(world.talia, world.uma, TEN)


def test_an_expired_hold_cannot_be_let_go(world):
    held = hold(world)
    with pytest.raises(NotOpen):
        release_hold(held, by=TESTER, now=UNTIL)


def test_a_student_without_holds_costs_no_query_more(world):
    def queries(student):
        with CaptureQueriesContext(connection) as seen:
            starts(world, student)
        return len(seen)

    starts(world, world.uma)
    without = queries(world.uma)
    hold(world)
    starts(world, world.uma)
    assert queries(world.uma) == without
    one = queries(world.sam)
    hold(world, start=TEN + HOUR)
    hold(world, start=TEN + 2 * HOUR)
    starts(world, world.sam)
    assert queries(world.sam) == one


def told(openings):
    return [
        (slot.start, [p.pk for p in slot.providers], slot.seats_left) for slot in openings.slots()
    ]


@pytest.mark.parametrize("seats", [1, 2])
@pytest.mark.parametrize("seed", range(6))
def test_in_random_worlds_every_answer_agrees(world, seed, seats):
    """Warm, cold, explained and booked: one decision, with holds for the asker and for others."""
    if seats > 1:
        world.format = add_format(
            world.community, by=TESTER, name="Group", minutes=30, capacity=seats
        )
    dice = random.Random(seed)  # noqa: S311
    world.community = change_settings(
        world.community,
        {
            "buffer_after_minutes": dice.choice([0, 15]),
            "provider_weekly_cap_minutes": dice.choice([None, 150]),
        },
        by=TESTER,
    )
    Location.objects.update(capacity=dice.choice([None, 1]))
    people, providers = [world.sam, world.uma], [world.talia, world.omar]
    people += [world.student("Bo")] * (seats - 1)
    for _ in range(14):
        start = TEN + dice.randrange(12) * 30 * MINUTE
        provider, student = dice.choice(providers), dice.choice(people)
        until = MONDAY + dice.choice([30, 60, 90]) * MINUTE
        try:
            if dice.random() < 0.7:
                hold(world, provider, student, start, until)
            else:
                world.book(provider, student, start)
        except VisavisError:
            continue
        now = MONDAY + dice.choice([0, 30, 60]) * MINUTE
        agree(world, dice.choice(people), now, dice)


def agree(world, student, now, dice):

    for provider in (world.talia, world.omar):
        question = world.question(student=student, provider=provider, days=1, now=now)
        warm = ask(question)
        with transaction.atomic():
            cold = ask(question)
            assert told(warm) == told(cold)
        for index in range(14):
            start = TEN + index * 30 * MINUTE
            verdicts = explain(question_for_start(question, start), start)
            assert any(not v.refusals for v in verdicts) == (start in warm.starts), start
        start = TEN + dice.randrange(14) * 30 * MINUTE
        assert would_book(world, provider, student, start, now) == (start in warm.starts)


def would_book(world, provider, student, start, now):

    order = world.order(provider, student, start, key=f"try-{now}-{start}")
    order = replace(order, question=replace(order.question, now=now))
    with transaction.atomic():
        try:
            with transaction.atomic():
                book(order, by=TESTER, now=now)
            booked = True
        except Refused:
            booked = False
        transaction.set_rollback(True)
    return booked


def test_for_nobody_there_is_nobody_to_lock_and_nothing_to_release():
    assert people_of_expired([], MONDAY) == set()
    assert release_expired([], MONDAY) == Released(0, set())
