"""Who waits is written to when a time is held for them, and when it is held no longer."""

from datetime import date, timedelta

import pytest

from tests.factories.world import MONDAY, TESTER
from tests.notifications.conftest import TEN
from visavis.availability.actions import add_weekly_block
from visavis.availability.closures import add_closure
from visavis.bookings import kept
from visavis.bookings.actions import (
    Wish,
    book,
    cancel,
    expire_requests,
    join_waitlist,
    offer_times,
    run_waitlist,
)
from visavis.communities.actions import change_settings
from visavis.core import clock
from visavis.core.instants import write_instant
from visavis.notifications.models import Message

TODAY = date(2027, 2, 15)
UNTIL = "Monday 15 February, 10:00 AM (New York time)"


@pytest.fixture
def offered(world, told):
    """Sam waits for the one time that Talia gives on Monday; it has just come free."""
    kept.forget()
    settings = {"waitlist": True, "waitlist_hold_minutes": 120}
    world.community = change_settings(world.community, settings, by=TESTER)
    world.service.community = world.community
    talia, sam = world.provider("Talia", hours=False), world.student("Sam")
    add_weekly_block(talia, weekday=0, start_minute=660, end_minute=690, by=TESTER)
    eleven = TEN + timedelta(hours=1)
    taken = world.book(talia, world.student("Bo"), eleven)
    wish = Wish(sam, world.service, world.format, TODAY, TODAY)
    join_waitlist(wish, by=TESTER, now=MONDAY)
    cancel(taken, by=TESTER, now=MONDAY)
    offer_times(world.community, now=MONDAY)
    yield world, talia, sam, eleven
    kept.forget()


def to_sam(told):
    return [mail for mail in told() if "sam@" in mail["To"]]


def test_an_offer_is_told_with_the_instant_at_which_it_ends(offered, told):
    world, talia, _sam, eleven = offered
    (mail,) = to_sam(told)
    assert mail["Subject"].startswith("Held for you: Talia Example, ")
    text = mail.get_body(("plain",)).get_content()
    assert f"Held for you until: {UNTIL}" in text
    assert "nothing is booked before you confirm it" in text
    steps = f"book/{world.format.pk}/{world.service.pk}/{write_instant(eleven)}/{talia.pk}/"
    assert "Take this time" in text
    assert f"/c/mentoring/{steps}{world.location.pk}/topic/" in text
    assert "text/calendar" not in [part.get_content_type() for part in mail.walk()]


def test_an_offer_is_told_once_however_often_the_worker_looks(offered, told):
    assert len(to_sam(told)) == len(to_sam(told)) == 1


def test_that_an_offer_ran_out_is_told_too(offered, told):
    world = offered[0]
    to_sam(told)
    late = MONDAY + timedelta(hours=2)
    expire_requests(now=late)
    with clock.frozen_at(late):
        subjects = [mail["Subject"] for mail in to_sam(told)]
    assert subjects[1].startswith("No longer held: ")
    assert world.community.waitlist_entries.get().state == "waiting"


def test_an_offer_that_has_ended_is_not_sent(offered, told):
    with clock.frozen_at(MONDAY + timedelta(hours=3)):
        assert to_sam(told) == []
    assert Message.objects.get(kind="offered").state == "suppressed"


def test_whoever_books_the_offer_hears_of_the_booking_alone(offered, told):
    world, talia, sam, eleven = offered
    to_sam(told)
    book(world.order(talia, sam, eleven), by=TESTER, now=MONDAY)
    kinds = Message.objects.filter(recipient=sam).order_by("pk").values_list("kind", flat=True)
    to_sam(told)
    assert list(kinds) == ["offered", "confirmed"]


def test_an_offer_that_can_no_longer_be_booked_is_told_with_the_place_kept(offered, told):
    world = offered[0]
    to_sam(told)
    add_closure(world.community, first=TODAY, last=TODAY, by=TESTER)
    run_waitlist(now=MONDAY)
    mail = to_sam(told)[1]
    assert mail["Subject"].startswith("No longer possible: ")
    assert "You keep your place on the waitlist" in mail.get_body(("plain",)).get_content()
