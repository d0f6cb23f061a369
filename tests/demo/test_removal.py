"""Making the demo twice, beside a school of one's own, and taking it away."""

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps

from tests.factories.cast import make_place
from tests.factories.world import MONDAY, TESTER, make_world
from visavis.bookings import kept
from visavis.bookings.actions import cancel, run_waitlist
from visavis.bookings.enums import BookingState
from visavis.bookings.models import Booking
from visavis.bookings.openings import ask
from visavis.communities.actions import change_settings, name_school
from visavis.communities.models import Community, School
from visavis.demo import actions
from visavis.demo.actions import DemoBlocked, make_demo, remove_demo
from visavis.demo.people import MENTOR, STUDENT
from visavis.demo.removal import remove_communities
from visavis.people.account_models import AccountEvent
from visavis.people.queries import find_user, get_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
OURS = ("core", "communities", "people", "catalogue", "availability", "bookings", "imports")


def contents():
    """How many rows each table of ours holds, empty ones left out."""
    models = [model for label in OURS for model in apps.get_app_config(label).get_models()]
    counts = {model.__name__: model.objects.count() for model in models}
    return {name: count for name, count in counts.items() if count}


def test_demo_made_twice_is_one_and_removed_leaves_nothing():
    assert make_demo(now=NOW)
    before = contents()
    assert make_demo(now=NOW + timedelta(days=3)) is False
    assert contents() == before
    assert remove_demo() == []
    assert contents() == {}


@pytest.mark.parametrize("month", [4, 8, 12])
def test_demo_can_be_made_late_on_any_evening_of_the_year(month):
    now = datetime(2027, month, 28, 23, 59, 59, tzinfo=UTC)
    make_demo(now=now)
    jordans = Booking.objects.filter(student__email=STUDENT)
    assert jordans.filter(appointment__start__gt=now, state=BookingState.CONFIRMED).exists()


def test_community_goes_with_its_series_its_waitlist_and_what_is_held():
    place = make_place("mentoring", provider="Talia", student="Sam")
    community = change_settings(place.community, {"waitlist": True}, by=TESTER)
    cancel(place.booking, by=TESTER, now=MONDAY)
    run_waitlist(now=MONDAY)
    remove_communities([community])
    left = contents()
    # People stay here, and with them what happened to their accounts.
    people = ("User", "HistoryEntry", "AccountEvent")
    assert {name for name in left if name not in people} == set()
    assert not AccountEvent.objects.filter(user=None).exists()


def test_removing_spares_a_school_of_ones_own():
    world = make_world()
    world.book(world.provider(), world.student(), MONDAY + timedelta(hours=2))
    name_school("Uni", allowed_domains=["uni.test"], by=TESTER)
    before = contents()
    make_demo(now=NOW)
    assert School.objects.get().name == "Uni"
    remove_demo()
    after = contents()
    # Naming the school back is history of its own.
    assert {**after, "HistoryEntry": 0} == {**before, "HistoryEntry": 0}
    assert School.objects.values_list("name", "allowed_domains").get() == ("Uni", ["uni.test"])


def test_demo_people_with_a_meeting_elsewhere_stay():
    make_demo(now=NOW)
    world = make_world()
    jordan = get_user(STUDENT)
    world.book(world.provider(), jordan, MONDAY + timedelta(hours=2))
    assert remove_demo() == [jordan]
    assert (find_user(STUDENT), find_user(MENTOR)) == (jordan, None)
    assert Booking.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_booked_in_the_demo_is_free_again_where_they_give_support():
    kept.forget()
    world, demo = make_world(), make_world("demo")
    talia, ten = world.provider(), MONDAY + timedelta(hours=2)
    demo.book(demo.provider("Omar"), talia.user, ten)
    world.community.refresh_from_db()
    # Asked outside a transaction, what is worked out stays in memory for the next question.
    assert not ask(world.question(provider=talia)).has(ten)

    remove_communities([demo.community])

    assert ask(world.question(provider=talia)).has(ten)
    kept.forget()


def test_community_of_ones_own_is_neither_used_nor_removed():
    own = make_world("peer-mentoring").community
    with pytest.raises(DemoBlocked) as refused:
        make_demo(now=NOW)
    assert "peer-mentoring" in refused.value.message
    remove_demo()
    assert list(Community.objects.all()) == [own]


def test_of_two_who_make_the_demo_at_once_the_second_finds_it_there(monkeypatch):
    found = actions.find_demo
    make_demo(now=NOW)
    answers = [[], found()]
    monkeypatch.setattr(actions, "find_demo", lambda: answers.pop(0))
    monkeypatch.setattr(actions, "_refuse_taken_names", lambda: None)
    assert make_demo(now=NOW) is False
