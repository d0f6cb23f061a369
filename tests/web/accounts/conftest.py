"""A school, its people, and a way to read the code that was sent."""

import re

import pytest
from django.core import mail
from django.core.cache import cache

from visavis.communities.models import School
from visavis.core.worker import drain
from visavis.people.models import User


@pytest.fixture(autouse=True)
def school(db):
    cache.clear()
    school, _ = School.objects.get_or_create(pk=1)
    school.name, school.allowed_domains = "Northfield", ["school.edu"]
    school.save()
    return school


@pytest.fixture
def ann():
    return User.objects.create(email="ann@else.test", first_name="Ann", last_name="Lee")


@pytest.fixture
def read_code():
    """Run the jobs and answer the code of the newest mail."""

    def read():
        drain()
        return re.search(r"[A-Z]{3}-[A-Z]{3}", mail.outbox[-1].subject).group()

    return read
