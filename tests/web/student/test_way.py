"""The seven steps, one whole request after another."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories.world import MONDAY, make_world
from visavis.bookings.models import Booking
from visavis.core.clock import frozen_at
from visavis.web.student.instants import write_instant

pytestmark = pytest.mark.django_db
TEN = MONDAY + timedelta(hours=2)


@pytest.fixture(autouse=True)
def monday():
    with frozen_at(MONDAY):
        yield


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def sam(world, client):
    sam = world.student()
    client.force_login(sam)
    return sam


def hidden_fields(response):
    form = response.context["form"]
    return {name: str(form.initial[name]) for name in form.fields}


def test_student_books_through_all_steps(world, sam, client):
    talia = world.provider()
    base = f"/c/mentoring/book/{world.format.pk}"
    start = write_instant(TEN)
    pages = [
        "/c/mentoring/learn/",
        f"{base}/services/",
        f"{base}/{world.service.pk}/times/",
        f"{base}/{world.service.pk}/times/?view=week",
        f"{base}/{world.service.pk}/{start}/providers/",
        f"{base}/{world.service.pk}/{start}/{talia.pk}/places/",
        f"{base}/{world.service.pk}/{start}/{talia.pk}/{world.location.pk}/review/",
    ]
    for this, following in zip(pages, pages[1:], strict=False):
        page = client.get(this)
        assert page.status_code == 200, this
        if "week" not in following and "week" not in this:
            assert following.split("?")[0] in page.content.decode(), (this, following)
    review = client.get(pages[-1])
    assert review.status_code == 200
    booked = client.post("/c/mentoring/bookings/", hidden_fields(review))
    booking = Booking.objects.get()
    assert booked.url == reverse("student:booking", args=["mentoring", booking.public_id])
    for url in (booked.url, f"{booked.url}cancellation/", f"{booked.url}calendar.ics"):
        assert client.get(url).status_code == 200
    assert "Your next meeting" in client.get("/c/mentoring/learn/").content.decode()
