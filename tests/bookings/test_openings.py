"""Openings: what is offered by rows in the database, in a bounded number of queries."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.actions import Admits, add_dated_change, add_weekly_block
from visavis.availability.closures import add_closure
from visavis.availability.enums import ChangeKind
from visavis.availability.locations import add_location
from visavis.bookings.openings import ask, explain, next_starts
from visavis.catalogue.actions import add_format, certify, enroll, set_owner
from visavis.catalogue.models import Service
from visavis.communities.actions import change_settings
from visavis.people.actions import give_role, pause_booking
from visavis.people.enums import Role

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NINE = MONDAY + HOUR
TEN = MONDAY + 2 * HOUR
HALF_HOURS_A_DAY = 16


@pytest.fixture
def world():
    return make_world()


def local_times(openings):
    zone = openings.question.community.zone
    return [f"{start.astimezone(zone):%a %H:%M}" for start in openings.starts]


def test_one_provider_is_offered_in_their_hours(world):
    world.provider()
    times = local_times(ask(world.question(days=1)))
    assert (times[0], times[-1], len(times)) == ("Mon 09:00", "Mon 16:30", HALF_HOURS_A_DAY)


def test_everybody_together_names_who_is_free_at_each_start(world):
    talia, omar = world.provider(), world.provider("Omar", hours=False)
    add_weekly_block(omar, weekday=0, start_minute=600, end_minute=660, by=TESTER)
    openings = ask(world.question(days=1))
    assert openings.free(NINE) == [talia]
    assert sorted(p.pk for p in openings.free(TEN)) == [talia.pk, omar.pk]
    assert openings.slot(TEN).seats_left == 2


def test_number_of_queries_does_not_grow_with_providers(world):
    def count():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            list(ask(world.question(student=sam)).slots())
        return len(queries)

    sam = world.student()
    world.provider()
    few = count()
    for n in range(10):
        world.provider(f"Mentor{n}")
    assert count() == few
    assert few <= 14


def test_number_of_queries_for_next_times_does_not_grow_with_services(world):
    def count():
        with CaptureQueriesContext(connection) as queries:
            next_starts(
                world.community,
                services=list(Service.objects.all()),
                format_=world.format,
                student=sam,
                now=MONDAY,
            )
        return len(queries)

    sam, talia = world.student(), world.provider()
    few = count()
    for n in range(5):
        Service.objects.create(community=world.community, subject=f"Topic {n}")
        certify(talia, f"Topic {n}", by=TESTER)
    # Service.objects.all() counts itself both times.
    assert count() == few


def test_next_time_of_each_service_is_its_first_opening(world):
    talia = world.provider()
    own = Service.objects.create(community=world.community, subject="With Talia")
    alone = Service.objects.create(community=world.community, subject="Nobody's")
    certify(talia, "With Talia", by=TESTER)
    found = next_starts(
        world.community,
        services=[world.service, own, alone],
        format_=world.format,
        student=None,
        now=MONDAY,
    )
    assert found == {world.service.pk: NINE, own.pk: NINE}


def test_hours_for_one_service_do_not_open_another(world):
    talia = world.provider(hours=False)
    chemistry = Service.objects.create(community=world.community, subject="CHEM", number="1301")
    certify(talia, "CHEM*", by=TESTER)
    add_weekly_block(
        talia,
        weekday=0,
        start_minute=540,
        end_minute=600,
        admits=Admits(services=[chemistry]),
        by=TESTER,
    )
    assert local_times(ask(world.question())) == []
    assert local_times(ask(world.question(service=chemistry))) == ["Mon 09:00", "Mon 09:30"]


def test_hours_for_one_format_and_place_admit_just_these(world):
    talia = world.provider(hours=False)
    long = add_format(world.community, by=TESTER, name="Long", minutes=60)
    room = add_location(world.community, by=TESTER, name="Room 1")
    add_weekly_block(
        talia,
        weekday=0,
        start_minute=540,
        end_minute=660,
        admits=Admits(formats=[long], locations=[room]),
        by=TESTER,
    )
    assert ask(world.question()).starts == []
    openings = ask(world.question(format=long))
    assert openings.places(talia, NINE) == [room]
    assert local_times(openings) == ["Mon 09:00", "Mon 09:30", "Mon 10:00"]


def test_extra_hours_away_and_closures_change_single_days(world):
    talia = world.provider(hours=False)
    sunday = date(2027, 2, 21)
    values = {"first": sunday, "last": sunday, "by": TESTER}
    add_dated_change(talia, kind=ChangeKind.EXTRA, start_minute=600, end_minute=780, **values)
    assert len(ask(world.question()).starts) == 6
    add_dated_change(talia, kind=ChangeKind.AWAY, start_minute=600, end_minute=660, **values)
    assert len(ask(world.question()).starts) == 4
    add_closure(world.community, start_minute=720, end_minute=1440, **values)
    assert local_times(ask(world.question())) == ["Sun 11:00", "Sun 11:30"]


def test_room_opens_when_it_is_open(world):
    world.provider()
    world.location.hours = [[0, 600, 660]]
    world.location.save()
    assert local_times(ask(world.question())) == ["Mon 10:00", "Mon 10:30"]


def test_online_format_offers_no_room(world):
    talia = world.provider()
    online = add_format(
        world.community, by=TESTER, name="Call", minutes=30, meeting_kinds=["online"]
    )
    assert ask(world.question(format=online)).starts == []
    place = add_location(world.community, by=TESTER, name="Video", kind="online")
    assert ask(world.question(format=online)).places(talia, NINE) == [place]


def test_full_room_is_not_offered_and_the_other_is(world):
    talia, omar = world.provider(), world.provider("Omar")
    world.location.capacity = 1
    world.location.save()
    world.book(talia, world.student(), TEN)
    assert TEN not in ask(world.question()).starts
    other = add_location(world.community, by=TESTER, name="Room 2")
    assert ask(world.question()).places(omar, TEN) == [other]


def test_buffers_keep_a_distance_on_both_sides(world):
    talia = world.provider()
    change_settings(world.community, {"buffer_after_minutes": 15}, by=TESTER)
    world.community.refresh_from_db()
    world.book(talia, world.student(), TEN)
    times = local_times(ask(world.question(days=1)))
    assert times[:3] == ["Mon 09:00", "Mon 11:00", "Mon 11:30"]


def test_weekly_cap_of_a_provider_closes_the_week(world):
    talia = world.provider()
    talia.weekly_cap_minutes = 60
    talia.save()
    world.book(talia, world.student(), TEN)
    world.book(talia, world.student("Kim"), TEN + HOUR)
    assert ask(world.question(days=5)).starts == []
    assert len(ask(world.question(days=14)).starts) == 5 * HALF_HOURS_A_DAY


def test_limits_of_a_student_are_explained(world):
    talia, sam = world.provider(), world.student()
    change_settings(world.community, {"student_daily_limit_minutes": 30}, by=TESTER)
    world.community.refresh_from_db()
    world.book(talia, sam, TEN)
    question = world.question(student=sam, provider=talia)
    assert len(ask(world.question(student=sam, days=1)).starts) == 0
    (verdict,) = explain(question, TEN + HOUR)
    assert [(r.code, r.data["name"], r.data["used_minutes"]) for r in verdict.refusals] == [
        ("student_limit", "day", 30)
    ]


def test_open_bookings_limit_refuses_every_start(world):
    talia, sam = world.provider(), world.student()
    change_settings(world.community, {"student_open_bookings_limit": 1}, by=TESTER)
    world.community.refresh_from_db()
    assert ask(world.question(student=sam)).starts
    world.book(talia, sam, TEN)
    assert ask(world.question(student=sam)).starts == []


@pytest.mark.parametrize(
    ("settings", "code"),
    [({"eligibility": "list"}, "not_eligible"), ({"visible": False}, "not_eligible")],
)
def test_student_who_may_not_see_the_community_is_offered_nothing(world, settings, code):
    talia, sam = world.provider(), world.student()
    change_settings(world.community, settings, by=TESTER)
    world.community.refresh_from_db()
    (verdict,) = explain(world.question(student=sam, provider=talia), TEN)
    assert [refusal.code for refusal in verdict.refusals] == [code]


def test_student_on_the_list_sees_a_community_that_keeps_one(world):
    world.provider()
    sam = world.student()
    change_settings(world.community, {"eligibility": "list"}, by=TESTER)
    world.community.refresh_from_db()
    give_role(sam, world.community, Role.STUDENT, by=TESTER)
    assert ask(world.question(student=sam)).starts


def test_paused_student_is_offered_nothing(world):
    world.provider()
    sam = world.student()
    pause_booking(sam, world.community, until=None, reason="", by=TESTER, now=MONDAY)
    assert ask(world.question(student=sam)).starts == []


def test_only_the_list_counts_where_editing_is_off(world):
    talia, sam = world.provider(), world.student()
    change_settings(world.community, {"edit_services": False}, by=TESTER)
    own = Service.objects.create(community=world.community, subject="With Talia")
    own = Service.objects.select_related("community").get(pk=own.pk)
    certify(talia, "With Talia", by=TESTER)
    assert ask(world.question(student=sam, service=own)).starts == []
    enroll(sam, [own], by=TESTER)
    assert ask(world.question(student=sam, service=own)).starts
    service = Service.objects.select_related("community").get(pk=world.service.pk)
    assert ask(world.question(student=sam, service=service)).starts


def test_pattern_does_not_reach_into_an_own_service(world):
    talia, omar = world.provider(), world.provider("Omar")
    own = Service.objects.create(community=world.community, subject="With Talia")
    certify(talia, "With Talia", by=TESTER)
    certify(omar, "*", by=TESTER)
    assert {p.pk for p in ask(world.question(service=own)).free(NINE)} == {talia.pk, omar.pk}
    set_owner(own, talia, by=TESTER)
    assert ask(world.question(service=own)).free(NINE) == [talia]


def test_explain_tells_every_rule_in_order(world):
    talia, sam = world.provider(), world.student()
    world.book(talia, sam, TEN)
    question = world.question(provider=talia, student=sam, now=TEN + 10 * HOUR)
    (verdict,) = explain(question, TEN)
    codes = [refusal.code for refusal in verdict.refusals]
    assert codes == ["provider_busy", "lead_time", "student_conflict"]


def test_start_between_two_ticks_is_refused_for_its_minute(world):
    talia = world.provider()
    (verdict,) = explain(world.question(provider=talia), TEN + timedelta(minutes=7))
    assert [refusal.code for refusal in verdict.refusals] == ["minute_not_allowed"]
    assert not ask(world.question()).has(TEN + timedelta(minutes=7))
