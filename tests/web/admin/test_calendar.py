"""The calendar of the centre: whose meetings, on which days, at what cost."""

from datetime import timedelta

import pytest

from tests.factories.way import TEN
from visavis.bookings.models import Appointment, Booking
from visavis.core.clock import frozen_at

URL = "/c/mentoring/manage/calendar/"


def shown(answer) -> dict[str, list[str]]:
    return {
        str(row.subject): [str(booking.student) for _day, seats in row.days for booking in seats]
        for row in answer.context["rows"]
    }


def test_a_week_shows_everybodys_meetings_as_links(admin, place):
    answer = admin.get(URL)
    assert len(answer.context["days"]) == 7
    assert shown(answer)["Talia Example"] == ["Sam Example", "Sam Example"]
    assert f"/manage/appointments/{place.booking.public_id}/" in answer.content.decode()


def test_a_day_by_place_shows_where_they_meet(admin, place):
    Booking.objects.filter(pk=place.request.pk).update(state="cancelled")
    answer = admin.get(URL, {"view": "day", "by": "place", "day": "2027-02-15"})
    [[names]] = [[*shown(answer).values()]]
    assert names.count("Sam Example") == 1
    assert shown(admin.get(URL, {"view": "day", "by": "place", "day": "2027-02-14"})) == {
        str(place.world.location): []
    }


def test_a_week_in_which_nothing_is_left_gives_way_to_the_next_with_meetings(admin, place):
    later = place.world.book(place.provider, place.student, TEN + timedelta(days=9), "later")
    with frozen_at(TEN + timedelta(days=5)):  # Saturday
        answer = admin.get(URL)
        today = (TEN + timedelta(days=5)).astimezone(place.community.zone).date()
        assert f"day={today}" in answer.content.decode()  # where “Today” leads
    day = later.appointment.start.astimezone(place.community.zone).date()
    assert day in [day for day, *_words in answer.context["days"]]
    with frozen_at(TEN + timedelta(days=400)):  # nothing comes any more
        days = admin.get(URL).context["days"]
    assert any(is_today for *_words, is_today in days)


@pytest.mark.parametrize(
    "asked", ["?day=never", "?view=year&by=colour", "?day=9999-12-31", "?page=x"]
)
def test_what_makes_no_sense_counts_as_not_asked(admin, asked):
    answer = admin.get(f"{URL}{asked}")
    assert (answer.status_code, len(answer.context["days"])) == (200, 7)


def test_hundreds_of_seats_cost_as_many_queries_as_two(admin, place, django_assert_max_num_queries):
    meeting = Appointment.objects.get(pk=place.booking.appointment_id)
    Booking.objects.bulk_create(
        Booking(
            appointment=meeting,
            student=place.student,
            seat=number,
            state="confirmed",
            idempotency_key=f"many-{number}",
        )
        for number in range(10, 300)
    )
    with django_assert_max_num_queries(12):
        answer = admin.get(URL)
    assert len(shown(answer)["Talia Example"]) > 290
    assert meeting.start == TEN


def test_front_desk_sees_it_too(desk, place):
    assert "Sam Example" in desk.get(URL).content.decode()
