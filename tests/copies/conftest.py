"""A centre with a student who has something to hide, and its administrator's browser."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.factories.world import MONDAY, TESTER, make_user, make_world
from visavis.people.actions import give_role
from visavis.people.enums import Role
from visavis.people.rules import Standing


@pytest.fixture
def world():
    found = make_world()
    student = found.student()
    student.pronouns = "they/them"
    student.save()
    found.book(found.provider(), student, MONDAY + timedelta(hours=2))
    return found


@pytest.fixture
def admin(world):
    user = make_user("ada@uni.test", "Ada")
    give_role(user, world.community, Role.ADMIN, by=TESTER)
    return user


@pytest.fixture
def browser(admin):
    client = Client()
    client.force_login(admin)
    return client


@pytest.fixture
def standing(world, admin):
    return Standing(admin, world.community)
