"""The weeks of a series: chosen, confirmed, shown, skipped one by one, and ended."""

from datetime import date, timedelta

import pytest

from tests.factories.calendar_program import CalendarProgram
from tests.factories.way import TEN, Way, ask_question
from tests.factories.world import MONDAY, TESTER, make_weekly_world
from visavis.availability.terms import Days, add_term
from visavis.bookings.actions import Heir, hand_over
from visavis.bookings.models import AnswerDraft, Booking, BookingEvent, Series
from visavis.bookings.queries import weeks_of
from visavis.communities.actions import change_settings

WEEK = timedelta(weeks=1)
MARCH_1, MARCH_8 = "2027-03-01", "2027-03-08"


@pytest.fixture
def world(db):
    return make_weekly_world()


@pytest.fixture
def single(world):
    return world.community.formats.first()


@pytest.fixture
def busy(world, talia, single):
    """Somebody else meets Talia in the third week."""
    return world.book(talia, world.student("Uma"), TEN + 2 * WEEK, format=single)


def text(answer):
    return " ".join(answer.content.decode().split())


def confirmation(way, *, weeks=4, skip="", **changes):
    return way.confirmation(weeks=weeks, skip=skip, **changes)


def test_after_the_place_come_the_weeks(way, sam, client):
    assert way.weeks in text(client.get(way.places))


def test_every_week_is_listed_with_its_day_and_what_stands_against_it(way, sam, busy, client):
    page = text(client.get(way.weeks, {"weeks": 4}))
    assert "3 of 4 weeks will be booked" in page
    assert "5 of 6" in page
    for day in ("15 February", "22 February", "1 March", "8 March"):
        assert f"Monday {day}, 10:00" in page
    assert "The Peer Mentor has another meeting then." in page
    assert f'<input type="hidden" name="skip" value="{MARCH_1}">' in page


def test_the_weeks_to_the_end_of_term_are_named_and_suggested(way, sam, client):
    spring = Days("Spring 2027", MONDAY.date() - WEEK, MONDAY.date() + 5 * WEEK)
    add_term(way.world.community, spring, by=TESTER)
    page = text(client.get(way.weeks))
    assert '<option value="6" selected>6 weeks, to the end of Spring 2027</option>' in page
    assert "6 of 6 weeks will be booked" in page


def test_only_possible_numbers_of_weeks_are_offered(way, sam, client):
    page = text(client.get(way.weeks, {"weeks": 99}))
    assert [f'<option value="{n}"' in page for n in (1, 2, 12, 13)] == [False, True, True, False]
    assert "12 of 12 weeks will be booked" in page


def test_a_single_format_has_no_weeks_and_leads_on(way, sam, single, client):
    way.world.format = single
    assert client.get(way.weeks).url == way.review
    assert way.weeks not in text(client.get(way.places))


@pytest.mark.parametrize("step", ["topic", "review"])
def test_who_comes_without_weeks_is_led_to_them(way, sam, step, client):
    ask_question(way.world)
    assert client.get(getattr(way, step)).url == way.weeks


def test_the_topic_carries_the_weeks_to_the_review(way, sam, client):
    question = ask_question(way.world)
    answer = client.post(f"{way.topic}?weeks=4&skip={MARCH_8}", {f"q{question.pk}": "Labs"})
    assert answer.url == f"{way.review}?weeks=4&skip={MARCH_8}"


def test_the_review_shows_every_week_and_what_is_skipped(way, sam, client):
    page = text(client.get(f"{way.review}?weeks=4&skip={MARCH_8}"))
    assert "Every week: 3 of 4 weeks" in page
    assert '<s class="text-muted">Monday 8 March</s>' in page
    assert "Book 3 weeks" in page


def test_a_review_of_a_week_that_cannot_be_had_leads_back_to_the_weeks(way, sam, busy, client):
    answer = client.get(f"{way.review}?weeks=4", follow=True)
    assert answer.redirect_chain == [(f"{way.weeks}?weeks=4", 302)]
    assert "Monday 1 March: The Peer Mentor has another meeting then." in text(answer)


def test_booking_leads_to_all_weeks_with_one_calendar_file(way, sam, client):
    answer = client.post(way.series, confirmation(way, skip=MARCH_8), follow=True)
    series = Series.objects.get()
    assert answer.redirect_chain == [(f"{way.series}{series.public_id}/", 302)]
    page = text(answer)
    assert "Your weekly meetings are booked" in page
    assert "3 of 3 are to come" in page
    assert "Monday 8 March" in page
    assert "Skipped" in page
    file = client.get(f"{way.series}{series.public_id}/calendar.ics")
    program = CalendarProgram()
    program.read(file.content.decode())
    assert program.starts == [TEN, TEN + WEEK, TEN + 2 * WEEK]
    assert list(program.entries) == [f"series-{series.public_id}@visavis"]
    week = series.bookings.latest("appointment__start")
    meeting = client.get(f"{way.bookings}{week.public_id}/calendar.ics", follow=True)
    assert meeting.content == file.content


def test_a_double_tap_gives_the_same_series(way, sam, client):
    sent = confirmation(way)
    first, second = client.post(way.series, sent), client.post(way.series, sent)
    assert first.url == second.url
    assert Booking.objects.count() == 4


def test_a_week_lost_meanwhile_shows_the_weeks_anew_and_keeps_what_was_typed(
    way, sam, single, client
):
    question = ask_question(way.world)
    client.post(f"{way.topic}?weeks=4", {f"q{question.pk}": "Labs"})
    assert client.get(f"{way.review}?weeks=4").status_code == 200
    way.world.book(way.provider, way.world.student("Uma"), TEN + 2 * WEEK, format=single)
    answer = client.post(way.series, confirmation(way), follow=True)
    page = text(answer)
    assert answer.redirect_chain == [(f"{way.weeks}?weeks=4", 302)]
    assert "Week 3, Monday 1 March 2027: The Peer Mentor has another meeting then." in page
    assert f'<input type="hidden" name="skip" value="{MARCH_1}">' in page
    assert not Series.objects.exists()
    assert AnswerDraft.objects.get().values == {str(question.pk): "Labs"}


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"weeks": "many"}, 422), ({"weeks": ""}, 422), ({"weeks": 99}, 302), ({"weeks": 1}, 302)],
)
def test_weeks_that_cannot_be_are_refused_and_nothing_is_booked(way, sam, changes, status, client):
    assert client.post(way.series, confirmation(way, **changes)).status_code == status
    assert not Booking.objects.exists()


def test_a_weekly_format_is_not_booked_as_one_meeting(way, sam, client):
    assert client.post(way.bookings, way.confirmation()).url == way.weeks
    assert not Booking.objects.exists()


def test_the_list_of_meetings_holds_a_series_in_one_line(way, sam, client):
    client.post(way.series, confirmation(way))
    page = text(client.get(way.learn))
    assert page.count("Weekly with Talia") == 1
    assert "every Monday, 10:00" in page
    assert "4 of 4 left" in page


def test_one_week_is_skipped_on_its_own(way, sam, client):
    client.post(way.series, confirmation(way))
    second = Booking.objects.order_by("pk")[1]
    url = f"{way.bookings}{second.public_id}/cancellation/"
    page = text(client.get(url))
    assert "Skip this week?" in page
    assert "That meeting alone is cancelled; the other weeks stay." in page
    client.post(url, {"reason": "Exam"})
    states = list(Booking.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["confirmed", "cancelled", "confirmed", "confirmed"]
    assert "3 of 4 left" in text(client.get(way.learn))


def test_one_wording_for_a_week_that_is_skipped(way, sam, client):
    client.post(way.series, confirmation(way))
    second = Booking.objects.order_by("pk")[1]
    url = f"{way.bookings}{second.public_id}/cancellation/"
    page = text(client.get(url))
    assert "Cancel the meeting" not in page
    assert page.count("Skip this week") >= 3  # title, heading, button
    assert "This week is skipped." in text(client.post(url, {"reason": ""}, follow=True))


def test_weeks_after_the_term_are_left_out_before_and_while_booking(way, sam, client):
    add_term(
        way.world.community, Days("Spring 2027", TEN.date(), date.fromisoformat(MARCH_1)), by=TESTER
    )
    page = text(client.get(f"{way.weeks}?weeks=4"))
    assert "3 of 4 weeks will be booked" in page
    assert "It lies outside every term, and weekly meetings end with Spring 2027." in page
    refused = client.post(way.series, confirmation(way), follow=True)
    assert "Week 4, Monday 8 March 2027: It lies outside every term" in text(refused)
    assert not Booking.objects.exists()
    client.post(way.series, confirmation(way, skip="2027-03-08"))
    assert Booking.objects.count() == 3


def test_a_break_is_called_by_its_name_up_to_the_review(way, sam, client):
    term = Days("Spring 2027", TEN.date(), TEN.date() + 12 * WEEK)
    monday = date.fromisoformat(MARCH_1)
    recess = Days("Reading week", monday, monday + timedelta(days=4))
    add_term(way.world.community, term, breaks=[recess], by=TESTER)
    for url in (f"{way.weeks}?weeks=4", f"{way.review}?weeks=4&skip={MARCH_1}"):
        page = text(client.get(url))
        assert "Reading week: Mentoring has a break then, and weekly meetings pause." in page
        assert "left out" in page


def test_the_rest_is_ended_after_a_question(way, sam, client):
    client.post(way.series, confirmation(way))
    url = f"{way.series}{Series.objects.get().public_id}/ending/"
    page = text(client.get(url))
    assert "4 meetings with Talia Example would be cancelled" in page
    answer = client.post(url, {"reason": "Dropped the course"}, follow=True)
    assert "4 meetings are cancelled." in text(answer)
    events = BookingEvent.objects.filter(kind="cancelled")
    assert len({event.batch for event in events}) == 1
    again = client.get(url)
    assert (again.status_code, "Nothing of this series is left to end." in text(again)) == (
        409,
        True,
    )


def booked_series(way, client, *, weeks=4, **settings):
    change_settings(way.world.community, settings, by=TESTER)
    client.post(way.series, confirmation(way, weeks=weeks))
    return f"{way.series}{Series.objects.get().public_id}/ending/"


def test_ending_lists_what_is_late_and_what_stays(way, sam, client):
    url = booked_series(way, client, cancel_until_hours=24, late_cancel_hours=24 * 8)
    page = text(client.get(url))
    assert "3 meetings with Talia Example would be cancelled" in page
    assert "One of them counts as a late cancellation:" in page
    assert "15 February" in page.split("Too late to cancel: these stay")[1]
    client.post(url, {"reason": ""})
    found = Booking.objects.order_by("pk").values_list("state", "cancelled_late")
    assert list(found) == [("confirmed", False), ("cancelled", True)] + [("cancelled", False)] * 2


def test_a_week_handed_over_names_who_gives_it(way, sam, client):
    url = booked_series(way, client)
    heir = Heir(way.world.provider("Omar"), way.world.service)
    weeks = weeks_of(Series.objects.get())
    hand_over(weeks[0], heir, by=TESTER, now=MONDAY)
    assert "Weekly with Talia Example" in text(client.get(way.learn))
    page = text(client.get(url.removesuffix("ending/")))
    assert "With Talia Example" in page
    assert [row.count("with Omar Example") for row in page.split("<tr>")[2:]] == [1, 0, 0, 0]
    ending = text(client.get(url))
    assert "4 meetings would be cancelled: 3 with Talia Example, 1 with Omar Example." in ending
    assert ending.count('<span class="text-muted">with Omar Example</span>') == 1
    for week in weeks[1:]:
        hand_over(week, heir, by=TESTER, now=MONDAY)
    assert "With Omar Example" in text(client.get(url.removesuffix("ending/")))
    assert "4 meetings with Omar Example would be cancelled." in text(client.get(url))


def test_who_can_end_no_week_is_told_whom_to_ask(way, sam, client):
    url = booked_series(way, client, weeks=2, cancel_until_hours=336)
    answer = client.get(url)
    assert answer.status_code == 409
    assert "Too late to end them yourself" in text(answer)
    assert "Meetings here can be cancelled until 336 hours before they begin." in text(answer)


def test_the_rhythm_is_what_was_booked_though_the_next_week_was_moved(way, sam, client):
    client.post(way.series, confirmation(way))
    first = Booking.objects.order_by("pk")[0].appointment
    first.start, first.end = (at + timedelta(days=1, hours=1) for at in (first.start, first.end))
    first.save()
    assert "every Monday, 10:00" in text(client.get(way.learn))


def test_week_beyond_the_horizon_goes_to_another_time_of_its_own_week(way, sam, client):
    change_settings(way.world.community, {"weeks_ahead": 2}, by=TESTER)
    client.post(way.series, confirmation(way, weeks=6))
    fifth = Booking.objects.order_by("appointment__start")[4]
    url = f"{way.bookings}{fifth.public_id}/move/"
    page = client.get(url, follow=True)
    shown = text(page)
    assert "You are moving your meeting of Monday 15 March, 10:00" in shown
    assert "further ahead than can be booked, until Monday 1 March" in shown
    days = [cell.day.isoformat() for cell in page.context["cells"] if cell.count]
    assert days == [f"2027-03-{day}" for day in range(15, 20)]
    way.start = fifth.appointment.start + timedelta(days=2)
    sent = {**way.confirmation(), "seen": fifth.appointment_id}
    client.post(url, sent)
    fifth.refresh_from_db()
    assert fifth.appointment.start == way.start
    way.start += WEEK
    refused = text(client.post(url, {**sent, **way.confirmation(), "seen": fifth.appointment_id}))
    assert "another time of its own week, Monday 15 March 2027 to Sunday 21 March 2027" in refused
    assert "Monday 22 March" not in refused


@pytest.mark.parametrize("skip", [MARCH_8, MARCH_1])
def test_other_weeks_under_the_same_key_are_another_intention(way, sam, skip, client):
    sent = confirmation(way, skip=MARCH_8)
    client.post(way.series, sent)
    url = client.post(way.series, {**sent, "skip": skip}).url
    assert (url == f"{way.series}{Series.objects.get().public_id}/") is (skip == MARCH_8)


def test_nobody_is_led_to_a_waitlist_for_weekly_meetings(way, sam, client):
    change_settings(way.world.community, {"waitlist": True}, by=TESTER)
    url = way.times.replace("times/", "waitlist/")
    assert client.get(url).status_code != 200
    assert url not in text(client.get(way.times))


def test_pages_of_a_series_take_as_many_queries_for_two_weeks_as_for_twelve(
    way, sam, client, django_assert_max_num_queries
):
    def asked(url):
        with django_assert_max_num_queries(45) as found:
            assert client.get(url).status_code == 200
        return len(found)

    way.world.service.community.refresh_from_db()
    short, long = (asked(f"{way.weeks}?weeks={weeks}") for weeks in (2, 12))
    assert short == long
    assert asked(f"{way.review}?weeks=2") == asked(f"{way.review}?weeks=12")
    counts = []
    for weeks, hours in ((2, 0), (12, 2)):
        later = Way(way.world, way.provider, TEN + timedelta(hours=hours))
        client.post(way.series, confirmation(later, weeks=weeks))
        series = Series.objects.latest("pk")
        page = f"{way.series}{series.public_id}/"
        counts.append([asked(page), asked(f"{page}ending/"), asked(f"{page}calendar.ics")])
    assert counts[0] == counts[1]


def test_next_available_for_a_week_is_looked_for_from_its_own_week_on(way, sam, client):
    client.post(way.series, confirmation(way))
    third = weeks_of(Series.objects.get())[2]
    page = client.get(f"{way.bookings}{third.public_id}/move/", follow=True)
    monday = third.appointment.start.date()
    assert page.context["next_free"].start.date() >= monday - timedelta(days=monday.weekday())
