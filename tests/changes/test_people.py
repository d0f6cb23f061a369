"""Somebody leaves, comes back, or may give less: each coming meeting gets its fate."""

from datetime import timedelta

import pytest

from tests.factories.way import own_service
from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.actions import add_dated_change
from visavis.availability.enums import ChangeKind
from visavis.bookings import kept
from visavis.bookings.enums import PENDING_PROPOSALS, BookingState
from visavis.bookings.models import Booking, Proposal
from visavis.bookings.queries import WITH_ALL
from visavis.catalogue.actions import certify
from visavis.catalogue.models import Certification, Service
from visavis.changes import people
from visavis.changes.enums import Fate
from visavis.changes.errors import Undecided
from visavis.changes.fates import Decision
from visavis.changes.heirs import find_heirs
from visavis.changes.people import retire, take_entry, welcome
from visavis.core import clock
from visavis.core.models import HistoryEntry
from visavis.core.worker import drain
from visavis.people.models import Provider

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEN = MONDAY + 2 * HOUR


@pytest.fixture(autouse=True)
def nothing_kept():
    kept.forget()
    with clock.frozen_at(MONDAY):
        yield
    kept.forget()


@pytest.fixture
def world():
    world = make_world()
    world.talia, world.omar = world.provider(), world.provider("Omar")
    world.own = own_service(world, world.talia)
    world.sam, world.uma = world.student("Sam"), world.student("Uma")
    world.first = world.book(world.talia, world.sam, TEN, service=world.own)
    world.second = world.book(world.talia, world.uma, TEN + DAY)
    return world


def heirs(world, *bookings):
    rows = Booking.objects.select_related(
        "appointment__provider", "appointment__service", "appointment__format", "student"
    )
    return find_heirs(
        world.community, [rows.get(pk=booking.pk) for booking in bookings], now=MONDAY
    )


def leave(world, fates=None, *, given=None, message=""):
    decision = Decision(fates or {}, message, given or {})
    return retire(world.talia, decision, by=TESTER, now=MONDAY)


def everything(world, fate):
    return {world.first.pk: fate, world.second.pk: fate}


def test_who_has_no_meetings_just_leaves_with_their_own_services(world):
    world.omar_own = own_service(world, world.omar)
    assert retire(world.omar, by=TESTER, now=MONDAY)
    assert not Provider.objects.get(pk=world.omar.pk).is_active
    assert not Service.objects.get(pk=world.omar_own.pk).is_active
    assert not retire(world.omar, by=TESTER, now=MONDAY)
    assert HistoryEntry.objects.filter(verb="retired provider").count() == 1


def test_coming_meetings_are_asked_about_and_nothing_is_changed(world):
    with pytest.raises(Undecided) as refusal:
        leave(world)
    assert list(refusal.value.touched) == [world.first, world.second]
    assert Provider.objects.get(pk=world.talia.pk).is_active
    assert Service.objects.get(pk=world.own.pk).is_active


def test_cancelled_ones_say_why_and_kept_ones_stay(world):
    fates = {world.first.pk: Fate.CANCEL, world.second.pk: Fate.KEEP}
    leave(world, fates, message="Talia moves away.")
    first, second = (Booking.objects.get(pk=b.pk) for b in (world.first, world.second))
    assert (first.state, first.cancel_reason) == (BookingState.CANCELLED, "Talia moves away.")
    assert second.state == BookingState.CONFIRMED


def test_whoever_is_certified_and_free_can_take_over_also_what_was_somebodys_own(world):
    found = heirs(world, world.first, world.second)
    assert [h.provider for h in found.of(world.first)] == [world.omar]
    leave(
        world,
        everything(world, Fate.HAND_OVER),
        given=found.shared_out([world.first, world.second]),
    )
    rows = Booking.objects.select_related("appointment__service", "appointment__provider")
    for booking in (world.first, world.second):
        row = rows.get(pk=booking.pk)
        assert row.appointment.provider == world.omar
        assert row.appointment.service == world.service
        assert row.state == BookingState.CONFIRMED


def test_who_is_busy_then_is_not_named(world):
    world.book(world.omar, world.student("Vic"), TEN)
    found = heirs(world, world.first, world.second)
    assert found.of(world.first) == []
    assert list(found.shared_out([world.first, world.second])) == [world.second.pk]


def test_meetings_are_shared_out_evenly(world):
    nell = world.provider("Nell")
    given = heirs(world, world.first, world.second).shared_out([world.first, world.second])
    assert {heir.provider for heir in given.values()} == {nell, world.omar}


def test_who_became_busy_meanwhile_stops_all_of_it_with_the_reason(world):
    given = heirs(world, world.first).shared_out([world.first])
    world.book(world.omar, world.student("Vic"), TEN)
    fates = {world.first.pk: Fate.HAND_OVER, world.second.pk: Fate.CANCEL}
    with pytest.raises(Undecided, match="Omar"):
        leave(world, fates, given=given)
    assert Provider.objects.get(pk=world.talia.pk).is_active
    assert Booking.objects.get(pk=world.second.pk).state == BookingState.CONFIRMED


def test_handing_over_to_nobody_is_no_decision(world):
    with pytest.raises(Undecided):
        leave(world, everything(world, Fate.HAND_OVER))


def test_who_comes_back_has_their_own_services_again_and_not_what_was_archived_before(world):
    other = Service.objects.create(
        community=world.community, subject="Old", owner=world.talia, archived_at=MONDAY - DAY
    )
    leave(world, everything(world, Fate.CANCEL))
    assert welcome(world.talia.user, world.community, by=TESTER, now=MONDAY).is_active
    assert Service.objects.get(pk=world.own.pk).is_active
    assert not Service.objects.get(pk=other.pk).is_active


def test_an_entry_that_something_else_covers_is_missed_by_nobody(world):
    everything_ = certify(world.talia, "*", by=TESTER)
    named = Certification.objects.get(provider=world.talia, key__contains="allavailable")
    assert take_entry(named, by=TESTER, now=MONDAY)
    with pytest.raises(Undecided) as refusal:
        take_entry(everything_, by=TESTER, now=MONDAY)
    assert list(refusal.value.touched) == [world.second]
    fates = {world.second.pk: Fate.CANCEL}
    assert take_entry(everything_, Decision(fates), by=TESTER, now=MONDAY)
    assert not take_entry(everything_, by=TESTER, now=MONDAY)


def test_what_others_give_of_somebodys_own_service_is_asked_about_too(world):
    certify(world.omar, world.own.code, by=TESTER)
    nell = world.provider("Nell")
    his = world.book(world.omar, world.student("Vic"), TEN + 2 * DAY, service=world.own)
    with pytest.raises(Undecided) as refusal:
        leave(world, everything(world, Fate.CANCEL))
    assert his in refusal.value.touched
    row = Booking.objects.select_related("student", *WITH_ALL).get(pk=his.pk)
    found = find_heirs(world.community, [row], now=MONDAY, leaving=world.talia)
    assert [(h.provider, h.service) for h in found.of(his)] == [(nell, world.service)]
    fates = everything(world, Fate.CANCEL) | {his.pk: Fate.HAND_OVER}
    leave(world, fates, given=found.shared_out([his]))
    assert Booking.objects.get(pk=his.pk).appointment.provider == nell


def test_who_is_retired_while_they_are_welcomed_has_their_own_services_again(world, monkeypatch):
    lock, done = people.lock_people, []

    def slow(ids):
        if not done:
            done.append(True)
            leave(world, everything(world, Fate.KEEP))
        return lock(ids)

    monkeypatch.setattr(people, "lock_people", slow)
    assert welcome(world.talia.user, world.community, by=TESTER, now=MONDAY).is_active
    assert Service.objects.get(pk=world.own.pk).is_active


def test_who_comes_back_gives_the_meetings_that_were_to_go_elsewhere(world):
    certify(world.omar, world.own.code, by=TESTER)
    his = world.book(world.omar, world.student("Vic"), TEN + 2 * DAY, service=world.own)
    fates = {**everything(world, Fate.OFFER), his.pk: Fate.OFFER}
    leave(world, fates)
    drain()
    # Tuesday is off for another reason, which her coming back does not mend.
    day = (TEN + DAY).date()
    add_dated_change(world.talia, kind=ChangeKind.AWAY, first=day, last=day, by=TESTER)
    welcome(world.talia.user, world.community, by=TESTER, now=MONDAY)
    pending = Proposal.objects.filter(state__in=PENDING_PROPOSALS)
    assert [row.booking for row in pending] == [world.second]
