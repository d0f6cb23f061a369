"""A page of Manage about a meeting that somebody else moved while it was looked at."""

from datetime import timedelta

import pytest

from tests.factories.way import TEN
from tests.factories.world import MONDAY, TESTER
from visavis.bookings.actions import Target, accept, decline, reschedule
from visavis.bookings.enums import OPEN, BookingState
from visavis.bookings.errors import NotOpen
from visavis.core.history import Actor
from visavis.web.admin.forms.appointments import EndingForm

pytestmark = pytest.mark.django_db
ROOT = "/c/mentoring/manage/appointments/"
LATER = TEN + timedelta(days=1)
MOVED = "This meeting was moved or handed over since you opened this page."


def page_of(booking, name: str) -> str:
    return f"{ROOT}{booking.public_id}/{name}/"


def as_student(place) -> Actor:
    """Whose move of a request leaves it a request."""
    return Actor(place.request.student_id, str(place.request.student))


def as_shown(answer, **typed):
    """What the form sends that the page shows, with what is typed."""
    return {"seen": answer.context["form"]["seen"].value(), **typed}


def test_a_second_hand_over_from_a_stale_page_is_asked_anew(admin, place):
    heir = place.world.provider("Ben")
    page = page_of(place.booking, "handing-over")
    shown = admin.get(page)
    assert 'name="seen"' in shown.content.decode()
    stale = as_shown(shown, heir=heir.pk, reason="")
    admin.post(page, as_shown(shown, heir=place.colleague.pk, reason=""))
    place.booking.refresh_from_db()
    assert place.booking.appointment.provider == place.colleague
    told = admin.post(page, stale)
    place.booking.refresh_from_db()
    assert (told.status_code, place.booking.appointment.provider) == (422, place.colleague)
    assert MOVED in told.content.decode()
    # Whoever looked at it as it is by now may hand it on.
    admin.post(page, as_shown(told, heir=heir.pk, reason=""))
    place.booking.refresh_from_db()
    assert place.booking.appointment.provider == heir


@pytest.mark.parametrize(
    ("name", "asked", "end"),
    [
        ("cancellation", "booking", BookingState.CANCELLED),
        ("group-cancellation", "booking", BookingState.CANCELLED),
        ("refusal", "request", BookingState.DECLINED),
    ],
)
def test_a_meeting_that_was_moved_meanwhile_ends_only_when_asked_anew(
    admin, place, name, asked, end
):
    booking = getattr(place, asked)
    page = page_of(booking, name)
    shown = admin.get(page)
    assert 'name="seen"' in shown.content.decode()
    reschedule(booking, Target(LATER, place.provider), by=TESTER, now=MONDAY)
    told = admin.post(page, as_shown(shown, reason="Flu"))
    booking.refresh_from_db()
    assert told.status_code == 422
    assert booking.state in OPEN
    body = told.content.decode()
    assert MOVED in body
    assert "Tuesday 16 February" in body
    admin.post(page, as_shown(told, reason="Flu"))
    booking.refresh_from_db()
    assert booking.state == end


def test_a_request_that_was_moved_meanwhile_is_accepted_only_when_asked_anew(admin, place):
    page, stale = f"{ROOT}{place.request.public_id}/", place.request.appointment_id
    hidden = '<input type="hidden" name="seen" value="{}">'
    assert hidden.format(stale) in admin.get(page).content.decode()
    reschedule(place.request, Target(LATER, place.provider), by=as_student(place), now=MONDAY)
    told = admin.post(f"{page}acceptance/", {"seen": stale}, follow=True)
    place.request.refresh_from_db()
    assert place.request.state == BookingState.REQUESTED
    assert MOVED in told.content.decode()
    now = place.request.appointment_id
    assert hidden.format(now) in told.content.decode()
    admin.post(f"{page}acceptance/", {"seen": now})
    place.request.refresh_from_db()
    assert place.request.state == BookingState.CONFIRMED


def test_a_request_that_is_moved_while_it_is_accepted_waits(place):
    seen = place.request.appointment_id
    reschedule(place.request, Target(LATER, place.provider), by=as_student(place), now=MONDAY)
    place.request.refresh_from_db()
    with pytest.raises(NotOpen):
        accept(place.request, by=TESTER, now=MONDAY, seen=seen)
    place.request.refresh_from_db()
    assert place.request.state == BookingState.REQUESTED


def test_a_request_that_is_moved_while_its_refusal_is_sent_stays(place):
    seen = place.request.appointment_id
    reschedule(place.request, Target(LATER, place.provider), by=TESTER, now=MONDAY)
    place.request.refresh_from_db()
    with pytest.raises(NotOpen):
        decline(place.request, by=TESTER, now=MONDAY, seen=seen)
    place.request.refresh_from_db()
    assert place.request.state == BookingState.REQUESTED


@pytest.mark.parametrize("seen", ["x", "0", "9" * 30])
def test_what_cannot_have_been_seen_is_asked_anew(place, seen):
    form = EndingForm({"seen": seen, "reason": ""}, booking=place.booking)
    assert not form.is_valid()
    assert form["seen"].value() == str(place.booking.appointment_id)
