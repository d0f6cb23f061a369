"""A person's own communities, in every page's header: those of theirs that they may see."""

from itertools import product

import pytest

from tests.factories.world import make_user, make_world
from visavis.communities.enums import Eligibility
from visavis.communities.models import Community
from visavis.core import clock
from visavis.people.enums import Role
from visavis.people.models import Membership, Provider
from visavis.people.queries import SeenCommunities
from visavis.people.rules import Standing, can_see_community

pytestmark = pytest.mark.django_db
TIES = [
    (),
    *((role.value,) for role in Role if role != Role.PROVIDER),
    ("student", "front_desk"),
    ("works",),
    ("retired",),
]


@pytest.mark.parametrize("is_school_admin", [False, True], ids=["member", "school admin"])
@pytest.mark.parametrize("ties", TIES, ids=lambda ties: "+".join(ties) or "none")
def test_own_are_those_they_belong_to_and_may_see(ties, is_school_admin):
    community = make_world().community
    make_world("advising")
    person = make_user("sam@school.test")
    person.is_school_admin = is_school_admin
    person.save()
    for tie in ties:
        if tie in Role.values:
            Membership.objects.create(user=person, community=community, role=tie)
        else:
            Provider.objects.create(
                user=person,
                community=community,
                retired_at=clock.now() if tie == "retired" else None,
            )
    belongs = bool(ties) and ties != ("retired",)
    for visible, eligibility in product([True, False], Eligibility.values):
        Community.objects.filter(pk=community.pk).update(visible=visible, eligibility=eligibility)
        community.refresh_from_db()
        sees = can_see_community(Standing(person, community))
        seen = SeenCommunities(person)
        assert (community in seen.own) == (belongs and sees)
        assert (community in seen.others) == (sees and not belongs)
