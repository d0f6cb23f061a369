"""What is later, what was, whose log is due, and the hours of the coming week."""

from datetime import date, timedelta

import pytest

from tests.factories.way import TEN
from tests.factories.world import MONDAY, TESTER
from visavis.availability.actions import add_dated_change
from visavis.availability.closures import add_closure
from visavis.availability.enums import ChangeKind
from visavis.bookings.actions import accept, mark_attended
from visavis.bookings.models import Booking
from visavis.core.clock import frozen_at
from visavis.web.provider.own_hours import open_days

pytestmark = pytest.mark.django_db
TEACH = "/c/mentoring/teach/"
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def test_later_holds_what_the_first_page_does_not(talia, place):
    ahead = place.world.book(place.provider, place.student, TEN + 9 * DAY, "ahead")
    first = talia.get(TEACH)
    assert "Later (3)" in first.content.decode()  # one by itself, two of a series
    page = talia.get(f"{TEACH}later/")
    assert [m.pk for day in page.context["days"] for m in day.meetings] == [ahead.appointment_id]
    [line] = page.context["series"]
    assert (line.series, line.left, line.total) == (place.series, 2, 2)
    assert line.rhythm == "every Tuesday, 1:00 PM"


def test_a_long_future_comes_in_pages_with_as_many_queries(
    talia, place, django_assert_max_num_queries
):
    for number in range(45):
        start = TEN + (9, 10, 11, 14)[number // 12] * DAY + (number % 12) * HOUR / 2
        place.world.book(place.provider, place.world.student(f"Kim{number}"), start, str(number))
    with django_assert_max_num_queries(16):
        page = talia.get(f"{TEACH}later/")
    assert page.context["page_obj"].paginator.num_pages == 3
    last = talia.get(f"{TEACH}later/?page=3")
    assert len([m for day in last.context["days"] for m in day.meetings]) == 5
    assert talia.get(f"{TEACH}later/?page=lots").status_code == 200


def test_an_empty_future_and_past_say_what_will_be_there(client, place):
    client.force_login(place.world.provider("Nora").user)
    assert "Nothing is booked after this week" in client.get(f"{TEACH}later/").content.decode()
    assert "No meeting is over yet" in client.get(f"{TEACH}past/").content.decode()


def test_the_past_lists_everything_and_notes_come_back_to_it(talia, place):
    with frozen_at(MONDAY + DAY):
        talia.force_login(place.provider.user)
        page = talia.get(f"{TEACH}past/")
        assert [m.pk for day in page.context["days"] for m in day.meetings] == [
            place.booking.appointment_id
        ]
        url = f"{TEACH}meetings/{place.booking.public_id}/attendance/"
        answer = talia.post(url, {"came": "yes", "back": "past"})
        assert answer.headers["Location"] == f"{TEACH}past/"
    assert Booking.objects.get(pk=place.booking.pk).state == "attended"


def test_the_past_costs_as_many_queries_however_long(talia, place, django_assert_max_num_queries):
    for number in range(30):
        start = TEN + (1 + number // 12) * DAY + (number % 12) * timedelta(minutes=30)
        found = place.world.book(
            place.provider, place.world.student(f"Kim{number}"), start, str(number)
        )
        accept(found, by=TESTER, now=MONDAY)
    with frozen_at(MONDAY + 6 * DAY):
        talia.force_login(place.provider.user)
        with django_assert_max_num_queries(14):
            page = talia.get(f"{TEACH}past/")
        assert page.context["page_obj"].paginator.count == 31
        with django_assert_max_num_queries(26):
            shown = talia.get(TEACH).context
        assert (len(shown["to_log"]), shown["to_log_count"]) == (3, 31)


def test_a_log_is_due_from_the_end_until_something_is_said(talia, place):
    booking = place.booking
    for now, is_due in ((TEN + HOUR / 3, False), (TEN + HOUR, True), (TEN + 15 * DAY, False)):
        with frozen_at(now):
            talia.force_login(place.provider.user)
            assert (booking.appointment in talia.get(TEACH).context["to_log"]) == is_due
    mark_attended(booking, by=TESTER, now=TEN + HOUR)
    with frozen_at(TEN + 2 * HOUR):
        talia.force_login(place.provider.user)
        assert talia.get(TEACH).context["to_log"] == []


def test_the_hours_shown_are_those_of_each_date(place):
    provider = place.provider
    add_dated_change(
        provider, kind=ChangeKind.AWAY, first=date(2027, 2, 16), last=date(2027, 2, 16), by=TESTER
    )
    add_dated_change(
        provider,
        kind=ChangeKind.EXTRA,
        first=date(2027, 2, 20),
        last=date(2027, 2, 20),
        start_minute=600,
        end_minute=660,
        by=TESTER,
    )
    noon = {"start_minute": 12 * 60, "end_minute": 13 * 60}
    add_closure(place.community, first=date(2027, 2, 17), last=date(2027, 2, 17), by=TESTER, **noon)
    days = open_days(provider, now=MONDAY)
    zone = place.community.zone
    told = [
        [f"{one.astimezone(zone):%H:%M}-{two.astimezone(zone):%H:%M}" for one, two in day.ranges]
        for day in days
    ]
    assert told == [
        ["09:00-17:00"],
        [],
        ["09:00-12:00", "13:00-17:00"],
        ["09:00-17:00"],
        ["09:00-17:00"],
        ["10:00-11:00"],
        [],
    ]
    assert [day.is_away for day in days] == [False, True, False, False, False, False, False]


def test_the_day_on_which_the_clocks_change_is_shown_as_the_clock_shows_it(place):
    # In New York the clocks go forward in the night to Sunday 14 March 2027.
    days = open_days(place.provider, now=MONDAY + 25 * DAY)
    zone = place.community.zone
    assert [day.date for day in days] == [date(2027, 3, 12) + n * DAY for n in range(7)]
    monday = days[3].ranges
    assert [
        f"{one.astimezone(zone):%H:%M}-{two.astimezone(zone):%H:%M}" for one, two in monday
    ] == ["09:00-17:00"]
