"""Group meetings on the student's pages: joining, beginning, and who sees whom."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, TESTER
from visavis.bookings.actions import cancel
from visavis.bookings.models import Appointment
from visavis.catalogue.actions import add_format
from visavis.communities.actions import change_settings

pytestmark = pytest.mark.django_db
TEN = MONDAY + timedelta(hours=2)


@pytest.fixture(autouse=True)
def group(way):
    way.world.format = add_format(
        way.world.community, by=TESTER, name="Small group", minutes=30, capacity=3
    )


def text(answer):
    return " ".join(answer.content.decode().split())


def times_at_ten(client, way):
    parts = client.get(f"{way.times}?day=2027-02-15").context["parts"]
    return next(time.note for _, times in parts for time in times if time.start == TEN)


def test_time_says_whether_one_joins_or_begins(client, way):
    assert times_at_ten(client, way) == "new group"
    way.world.book(way.provider, way.world.student("Kim"), TEN)
    assert times_at_ten(client, way) == "2 of 3 seats left"


def test_seats_of_separate_groups_are_not_summed(client, way):
    omar = way.world.provider("Omar")
    way.world.book(way.provider, way.world.student("Kim"), TEN)
    way.world.book(omar, way.world.student("Ali"), TEN)
    assert times_at_ten(client, way) == "2 groups to join"


def test_people_step_says_with_whom_one_joins(client, way):
    way.world.provider("Omar")
    way.world.book(way.provider, way.world.student("Kim"), TEN)
    groups = [group for *_, group in client.get(way.providers).context["people"]]
    assert groups == [
        "You start a new group of up to 3.",
        "You join a group: 2 of 3 seats left.",
    ]


def test_nobody_sees_who_else_is_there_unless_the_community_says_so(client, way, sam):
    way.world.book(way.provider, way.world.student("Kim"), TEN)
    mine = way.world.book(way.provider, sam, TEN)
    page = f"{way.bookings}{mine.public_id}/"
    assert "Kim" not in text(client.get(page))
    change_settings(way.world.community, {"show_attendees": True}, by=TESTER)
    shown = text(client.get(page))
    assert "Also there: Kim." in shown
    assert "Example" not in shown.split("Also there:")[1][:40]  # first names alone
    cancel(mine, by=TESTER, now=MONDAY)
    assert "Kim" not in text(client.get(page))


def test_capacity_that_is_lowered_puts_nobody_out(client, way, sam):
    world = way.world
    for person in (sam, world.student("Kim")):
        world.book(way.provider, person, TEN)
    world.format.capacity = 2
    world.format.save()
    assert Appointment.objects.get().bookings.filter(state="confirmed").count() == 2
    # The meeting keeps the seats it was made with.
    assert world.book(way.provider, world.student("Ali"), TEN).seat == 3


def test_whoever_gives_back_their_seat_reads_that_they_left(client, way, sam):
    way.world.book(way.provider, way.world.student("Kim"), TEN)
    page = f"{way.bookings}{way.world.book(way.provider, sam, TEN).public_id}/"
    asked = text(client.get(f"{page}cancellation/"))
    assert "Leave this group?" in asked
    told = text(client.post(f"{page}cancellation/", follow=True))
    assert "You left the group." in told
    assert "You left this group" in told
    assert "ancelled" not in told
