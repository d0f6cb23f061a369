"""What students put on their own lists, and what history tells of it."""

import pytest

from tests.factories.world import TESTER, make_world
from visavis.catalogue.actions import add_to_own_list, take_off_own_list
from visavis.catalogue.errors import NotYours
from visavis.catalogue.models import Enrollment, Service
from visavis.core.models import HistoryEntry
from visavis.people.enums import Source

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def sam(world):
    return world.student()


@pytest.fixture
def courses(world):
    """CHEM1301, MATH1302, and PHYS1303, which a file has put on Sam's list."""
    return [
        Service.objects.create(community=world.community, subject=subject, number=number)
        for subject, number in (("CHEM", "1301"), ("MATH", "1302"), ("PHYS", "1303"))
    ]


@pytest.fixture(autouse=True)
def enrolled(sam, courses):
    return Enrollment.objects.create(user=sam, service=courses[2], source=Source.CSV)


def codes(user):
    rows = Enrollment.objects.filter(user=user).order_by("service__code")
    return list(rows.values_list("service__code", flat=True))


def told():
    rows = HistoryEntry.objects.filter(verb="edited own list").order_by("pk")
    return [(row.before["list"], row.after["list"]) for row in rows]


def test_each_change_is_told_once_and_leaves_the_rest_alone(sam, courses):
    chem, math, _phys = courses
    for service in (chem, math, chem):
        add_to_own_list(sam, service, by=TESTER)
    for _time in range(2):
        take_off_own_list(sam, chem, by=TESTER)

    assert codes(sam) == ["MATH1302", "PHYS1303"]
    assert told() == [("", "CHEM1301"), ("", "MATH1302"), ("CHEM1301", "")]


def test_what_others_put_on_the_list_is_not_the_students_to_take_off(sam, courses):
    add_to_own_list(sam, courses[2], by=TESTER)
    with pytest.raises(NotYours, match="Mentoring put PHYS1303 on your list"):
        take_off_own_list(sam, courses[2], by=TESTER)

    assert (codes(sam), told()) == (["PHYS1303"], [])


def test_a_list_that_the_community_keeps_is_not_edited(world, sam, courses):
    world.community.edit_services = False
    world.community.save()
    for service in courses:
        service.refresh_from_db()
        for change in (add_to_own_list, take_off_own_list):
            with pytest.raises(NotYours, match="keeps your list"):
                change(sam, service, by=TESTER)
    assert codes(sam) == ["PHYS1303"]
