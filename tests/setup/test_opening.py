"""A community is opened once something can be booked in it; until then its admins alone see it."""

import pytest

from tests.factories.world import MONDAY, TESTER, make_user, make_world
from visavis.availability.models import Location
from visavis.bookings.queries import communities_open_to
from visavis.catalogue.enums import MeetingKind
from visavis.catalogue.models import Certification, Service
from visavis.communities.actions import UNOPENED, change_settings
from visavis.communities.enums import Eligibility
from visavis.people.actions import give_role
from visavis.people.enums import Role
from visavis.people.rules import (
    Standing,
    can_manage,
    can_see_community,
    can_teach,
    can_work_at_desk,
)
from visavis.setup.actions import choose_kind, found_community
from visavis.setup.errors import KindIsFixed, NotBookable
from visavis.setup.opening import Lack, find_first_time, open_community, readiness

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = make_world()
    close(world.community)
    return world


def close(community):
    """As it was before it was opened."""
    for column, value in UNOPENED.items():
        setattr(community, column, value)
    community.save(update_fields=list(UNOPENED))


def lacking(world):
    return set(readiness(world.community, now=MONDAY).lacks)


def test_what_is_missing_is_read_off_the_data(world):
    assert lacking(world) == {Lack.PEOPLE, Lack.HOURS}
    Service.objects.update(archived_at=MONDAY)
    assert lacking(world) == {Lack.SERVICES, Lack.PEOPLE, Lack.HOURS}
    Location.objects.update(archived_at=MONDAY)
    world.format.archived_at = MONDAY
    world.format.save()
    assert {Lack.PLACES, Lack.FORMATS} <= lacking(world)


def test_nothing_is_missing_once_somebody_has_a_free_time(world):
    world.provider()
    found = readiness(world.community, now=MONDAY)
    assert (found.lacks, found.first.service, found.first.format) == (
        {},
        world.service,
        world.format,
    )
    assert found.first.start >= MONDAY


def test_certifications_must_cover_something_that_is_listed(world):
    talia = world.provider()
    Certification.objects.all().delete()
    assert lacking(world) == {Lack.CERTIFIED}
    Certification.objects.create(provider=talia, entry="CHEM*")
    assert lacking(world) == {Lack.CERTIFIED}
    Certification.objects.create(provider=talia, entry="All avail*")
    assert lacking(world) == set()


def test_hours_that_meet_no_open_place_leave_no_time(world):
    world.provider()
    Location.objects.update(hours=[[6, 0, 60]])
    assert lacking(world) == {Lack.TIMES}
    assert find_first_time(world.community, now=MONDAY) is None


def test_lists_that_students_may_not_change_must_hold_something(world):
    world.provider()
    change_settings(world.community, {"edit_services": False}, by=TESTER)
    world.community.refresh_from_db()
    assert lacking(world) == set()  # one for everybody is on every list
    Service.objects.update(for_everybody=False)
    assert lacking(world) == {Lack.LISTS}


def test_community_that_keeps_a_list_needs_a_student_on_it(world):
    world.provider()
    change_settings(world.community, {"eligibility": Eligibility.LISTED}, by=TESTER)
    world.community.refresh_from_db()
    assert lacking(world) == {Lack.STUDENTS}
    give_role(world.student(), world.community, Role.STUDENT, by=TESTER)
    assert lacking(world) == set()


def test_opening_is_refused_while_nothing_can_be_booked(world):
    with pytest.raises(NotBookable) as refused:
        open_community(world.community, by=TESTER, now=MONDAY)
    assert set(refused.value.data["lacks"]) == {Lack.PEOPLE, Lack.HOURS}
    world.community.refresh_from_db()
    assert (world.community.visible, world.community.is_opened) == (False, False)


def test_opened_community_is_seen_and_stays_open(world):
    world.provider()
    opened = open_community(world.community, by=TESTER, now=MONDAY)
    assert (opened.visible, opened.is_opened) == (True, True)
    at = opened.opened_at
    assert open_community(opened, by=TESTER, now=MONDAY).opened_at == at


def test_before_it_is_opened_only_those_who_manage_it_know_of_it(world):
    community, talia = world.community, world.provider()
    desk, admin = make_user("desk@uni.test"), make_user("admin@uni.test")
    give_role(desk, community, Role.FRONT_DESK, by=TESTER)
    give_role(admin, community, Role.ADMIN, by=TESTER)
    people = {"talia": talia.user, "desk": desk, "admin": admin, "student": world.student()}

    def who(rule):
        return {name for name, user in people.items() if rule(Standing(user, community))}

    for rule in (can_see_community, can_work_at_desk, can_manage):
        assert who(rule) == {"admin"}
    assert who(can_teach) == set()
    listed = {name for name, user in people.items() if community in communities_open_to(user).own}
    assert listed == {"admin"}
    open_community(community, by=TESTER, now=MONDAY)
    community.refresh_from_db()
    assert who(can_see_community) == set(people)
    assert who(can_teach) == {"talia"}
    listed = {name for name, user in people.items() if community in communities_open_to(user).own}
    assert listed == {"talia", "desk", "admin"}


def test_whoever_makes_it_visible_opens_it(world):
    changed = change_settings(world.community, {"visible": True}, by=TESTER)
    assert changed.is_opened


def unopened(preset="provider-first"):
    return found_community(
        slug="new", name="New", preset=preset, timezone="UTC", by=TESTER, state=UNOPENED
    )


def test_other_kind_brings_its_own_first_format():
    changed = choose_kind(unopened(), "course-first", by=TESTER)
    format_ = changed.formats.get()
    assert (changed.preset, format_.name, format_.minutes) == (
        "course-first",
        "Schedule an Appointment",
        60,
    )
    assert [q.label for q in format_.questions.all()] == ["What would you like to work on?"]


def test_format_that_somebody_changed_stays_as_it_is():
    community = unopened()
    community.formats.update(minutes=45)
    changed = choose_kind(community, "course-first", by=TESTER)
    assert [(f.name, f.minutes) for f in changed.formats.all()] == [("Schedule a Meeting", 45)]


def test_kind_stays_once_it_was_opened():
    world = make_world()
    with pytest.raises(KindIsFixed, match="Students know"):
        choose_kind(world.community, "course-first", by=TESTER)
    assert choose_kind(world.community, "provider-first", by=TESTER) == world.community


def test_place_of_a_kind_is_kept_when_it_is_founded_unopened():
    community = unopened()
    assert (community.visible, community.is_opened) == (False, False)
    assert [p.kind for p in community.locations.all()] == [MeetingKind.IN_PERSON]
