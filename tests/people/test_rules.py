"""Who may do what: one table, each role once, in their own community and in another."""

import pytest
from django.contrib.auth.models import AnonymousUser

from tests.factories.world import MONDAY, TESTER, make_user, make_world
from visavis.communities.actions import change_settings
from visavis.core.errors import NotFound
from visavis.people import rules
from visavis.people.actions import give_role, make_school_admin, pause_booking
from visavis.people.doors import require_standing
from visavis.people.enums import Role
from visavis.people.rules import Standing

pytestmark = pytest.mark.django_db
ALL = {"see", "teach", "desk", "manage"}
RULES = {
    "see": rules.can_see_community,
    "teach": rules.can_teach,
    "desk": rules.can_work_at_desk,
    "manage": rules.can_manage,
}


def person(role, world):
    if role == "anonymous":
        return AnonymousUser()
    user = make_user(f"{role.replace(' ', '.')}@uni.test")
    if role == "school admin":
        make_school_admin(user, by=TESTER)
    elif role == "provider":
        return world.provider("provider").user
    elif role == "paused student":
        give_role(user, world.community, Role.STUDENT, by=TESTER)
        pause_booking(user, world.community, until=None, reason="", by=TESTER, now=MONDAY)
    elif role != "stranger":
        give_role(user, world.community, Role(role), by=TESTER)
    return user


def may(user, community):
    return {name for name, rule in RULES.items() if rule(Standing(user, community))}


@pytest.mark.parametrize(
    ("role", "open_to_all", "on_its_list"),
    [
        ("anonymous", set(), set()),
        ("stranger", {"see"}, set()),
        ("student", {"see"}, {"see"}),
        ("paused student", {"see"}, {"see"}),
        ("provider", {"see", "teach"}, {"see", "teach"}),
        ("front_desk", {"see", "desk"}, {"see", "desk"}),
        ("admin", ALL - {"teach"}, ALL - {"teach"}),
        ("school admin", ALL - {"teach"}, ALL - {"teach"}),
    ],
)
def test_each_role_may_do_this_in_its_own_community(role, open_to_all, on_its_list):
    world = make_world()
    user = person(role, world)
    assert may(user, world.community) == open_to_all
    listed = change_settings(world.community, {"eligibility": "list"}, by=TESTER)
    assert may(user, listed) == on_its_list


@pytest.mark.parametrize("role", ["student", "provider", "front_desk", "admin"])
def test_role_in_one_community_is_none_in_another(role):
    user = person(role, make_world())
    other = change_settings(make_world("other").community, {"eligibility": "list"}, by=TESTER)
    assert may(user, other) == set()


def test_retired_provider_no_longer_teaches():
    world = make_world()
    talia = world.provider()
    talia.retired_at = talia.created_at
    talia.save()
    assert "teach" not in may(talia.user, world.community)


def test_unknown_and_forbidden_look_the_same():
    make_world("mentoring")
    stranger = make_user("stranger@uni.test")
    sentences = []
    for slug in ("mentoring", "nowhere"):
        with pytest.raises(NotFound) as refused:
            require_standing(stranger, slug, may=rules.can_manage)
        sentences.append((refused.value.code, refused.value.message))
    assert sentences[0] == sentences[1]
