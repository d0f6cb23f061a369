"""Requests: they hold the time while they wait, and are free from the second they expire."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.bookings.actions import accept, book, cancel, decline, expire_requests
from visavis.bookings.enums import BookingState, CommitmentPart, CommitmentStatus
from visavis.bookings.errors import NotOpen, SlotTaken
from visavis.bookings.models import Booking, BookingEvent, Commitment
from visavis.bookings.openings import ask
from visavis.catalogue.actions import add_format
from visavis.core.models import HistoryEntry
from visavis.people.models import User

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
FRIDAY_TEN = MONDAY + timedelta(days=4, hours=2)
EXPIRY = MONDAY + 48 * HOUR


@pytest.fixture
def world():
    made = make_world()
    made.format = add_format(
        made.community, by=TESTER, name="On request", minutes=30, auto_confirm=False
    )
    return made


def statuses():
    return set(Commitment.objects.values_list("status", flat=True))


def test_request_holds_the_time_until_it_expires(world):
    talia = world.provider()
    booking = world.book(talia, world.student(), FRIDAY_TEN)
    assert (booking.state, booking.expires_at) == (BookingState.REQUESTED, EXPIRY)
    with pytest.raises(SlotTaken):
        world.book(talia, world.student("Kim"), FRIDAY_TEN)
    assert FRIDAY_TEN not in ask(world.question()).starts


def test_request_expires_no_later_than_the_meeting_begins(world):
    booking = world.book(world.provider(), world.student(), MONDAY + 2 * HOUR)
    assert booking.expires_at == MONDAY + 2 * HOUR


def test_expired_request_is_free_at_once_though_no_job_has_run(world):
    talia = world.provider()
    old = world.book(talia, world.student(), FRIDAY_TEN)
    assert FRIDAY_TEN in ask(world.question(now=EXPIRY)).starts
    order = world.order(talia, world.student("Kim"), FRIDAY_TEN, now=EXPIRY)
    new = book(order, by=TESTER, now=EXPIRY)
    old.refresh_from_db()
    assert (old.state, new.state) == (BookingState.EXPIRED, BookingState.REQUESTED)


def test_student_of_an_expired_request_has_the_time_back(world):
    talia, omar, sam = world.provider(), world.provider("Omar"), world.student()
    world.book(talia, sam, FRIDAY_TEN)
    order = world.order(omar, sam, FRIDAY_TEN, now=EXPIRY)
    assert book(order, by=TESTER, now=EXPIRY).state == BookingState.REQUESTED


def test_job_tidies_up_once(world):
    world.book(world.provider(), world.student(), FRIDAY_TEN)
    assert expire_requests(now=EXPIRY - HOUR) == 0
    assert expire_requests(now=EXPIRY) == 1
    assert expire_requests(now=EXPIRY) == 0
    assert Booking.objects.get().state == BookingState.EXPIRED
    assert statuses() == {CommitmentStatus.EXPIRED, CommitmentStatus.CANCELLED}
    assert BookingEvent.objects.filter(kind="expired").count() == 1


def test_accepted_request_is_confirmed_for_both(world):
    booking = world.book(world.provider(), world.student(), FRIDAY_TEN)
    accept(booking, by=TESTER, now=MONDAY)
    assert statuses() == {CommitmentStatus.CONFIRMED}
    assert FRIDAY_TEN not in ask(world.question(now=EXPIRY)).starts
    assert list(BookingEvent.objects.values_list("kind", flat=True)) == ["requested", "confirmed"]


def test_declined_request_frees_the_time(world):
    talia = world.provider()
    booking = world.book(talia, world.student(), FRIDAY_TEN)
    decline(booking, by=TESTER, reason="I am at a conference", now=MONDAY)
    booking.refresh_from_db()
    assert (booking.state, booking.cancel_reason) == (
        BookingState.DECLINED,
        "I am at a conference",
    )
    assert FRIDAY_TEN in ask(world.question()).starts


@pytest.mark.parametrize("verb", [accept, decline])
def test_answer_comes_once(world, verb):
    booking = world.book(world.provider(), world.student(), FRIDAY_TEN)
    accept(booking, by=TESTER, now=MONDAY)
    with pytest.raises(NotOpen):
        verb(booking, by=TESTER, now=MONDAY)


def test_expired_request_cannot_be_accepted(world):
    booking = world.book(world.provider(), world.student(), FRIDAY_TEN)
    with pytest.raises(NotOpen):
        accept(booking, by=TESTER, now=EXPIRY)


def test_student_takes_a_request_back(world):
    booking = world.book(world.provider(), world.student(), FRIDAY_TEN)
    cancel(booking, by=TESTER, now=MONDAY)
    assert statuses() == {CommitmentStatus.CANCELLED}


@pytest.mark.parametrize("verb", [cancel, decline])
def test_expired_request_is_over_though_no_job_has_run(world, verb):
    booking = world.book(world.provider(), world.student(), FRIDAY_TEN)
    with pytest.raises(NotOpen) as refused:
        verb(booking, by=TESTER, now=EXPIRY)
    assert refused.value.message == "This request has expired already."
    assert Booking.objects.get().state == BookingState.REQUESTED


def test_expiry_is_written_down_for_whoever_asks_later(world):
    booking = world.book(world.provider(), world.student(), FRIDAY_TEN)
    expire_requests(now=EXPIRY)
    entry = HistoryEntry.objects.get(verb="expired")
    assert (entry.actor_label, entry.subject_id, entry.community_id, entry.after) == (
        "Visavis",
        str(booking.pk),
        world.community.pk,
        {"state": "expired"},
    )


def test_every_request_of_a_group_that_ran_out_is_counted(world):
    world.format.capacity = 3
    world.format.save()
    talia = world.provider()
    for name in ("Sam", "Kim"):
        world.book(talia, world.student(name), FRIDAY_TEN)
    assert expire_requests(now=EXPIRY) == 2
    assert set(Booking.objects.values_list("state", flat=True)) == {"expired"}


def test_expiry_raises_the_versions_of_both(world):
    talia, sam = world.provider(), world.student()
    world.book(talia, sam, FRIDAY_TEN)
    before = dict(User.objects.values_list("pk", "time_version"))
    expire_requests(now=EXPIRY)
    after = dict(User.objects.values_list("pk", "time_version"))
    assert all(after[pk] > before[pk] for pk in (talia.user_id, sam.pk))


def test_hold_that_ran_out_is_free_and_tidied(world):
    talia = world.provider()
    Commitment.objects.create(
        person=talia.user,
        community=world.community,
        part=CommitmentPart.HOLD,
        status=CommitmentStatus.HELD,
        start=FRIDAY_TEN,
        end=FRIDAY_TEN + HOUR,
        expires_at=MONDAY + HOUR,
    )
    assert FRIDAY_TEN not in ask(world.question()).starts
    assert FRIDAY_TEN in ask(world.question(now=MONDAY + HOUR)).starts
    assert expire_requests(now=MONDAY + HOUR) == 1
    assert statuses() == {CommitmentStatus.EXPIRED}
