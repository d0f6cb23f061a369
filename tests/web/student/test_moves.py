"""Moving a meeting on the pages: the same calendar, old and new side by side, one booking."""

from datetime import timedelta

import pytest

from tests.factories.way import TEN, ask_question
from tests.factories.world import MONDAY, TESTER
from visavis.bookings.actions import cancel, excuse, mark_missed
from visavis.bookings.models import Booking, BookingEvent
from visavis.communities.actions import change_settings
from visavis.core.clock import frozen_at
from visavis.people.actions import pause_booking
from visavis.web.student.instants import write_instant

pytestmark = pytest.mark.django_db
ELEVEN = TEN + timedelta(hours=1)


@pytest.fixture
def booking(way, sam):
    return way.world.book(way.provider, sam, TEN)


@pytest.fixture
def root(way, booking):
    return f"{way.bookings}{booking.public_id}/"


def review_at(way, booking, start):
    way.start = start
    return f"{way.review}?moving={booking.public_id}"


def sent(way, booking, start):
    return {
        "start": write_instant(start),
        "provider": way.provider.pk,
        "place": way.world.location.pk,
        "seen": booking.appointment_id,
    }


def test_meeting_leads_to_the_calendar_and_each_time_back_to_the_move(way, booking, root, client):
    assert f"{root}move/" in client.get(root).content.decode()
    times = client.get(f"{root}move/", follow=True)
    assert times.status_code == 200
    shown = times.content.decode()
    assert f"moving={booking.public_id}" in shown
    # One person and one place: nothing to choose, so the time leads straight to the review.
    way.start = ELEVEN
    last = client.get(f"{way.providers}?moving={booking.public_id}", follow=True)
    assert last.redirect_chain[-1][0] == review_at(way, booking, ELEVEN)
    words = last.content.decode()
    assert "Until now" in words
    assert "From now on" in words
    assert "Move to Monday 11:00" in words


def test_calendar_of_a_move_begins_around_the_meeting_itself(way, sam, client):
    later = TEN + timedelta(weeks=3)
    booking = way.world.book(way.provider, sam, later)
    page = client.get(f"{way.times}?moving={booking.public_id}")
    assert "Monday 8 March" in page.content.decode()


def test_own_time_may_overlap_the_new_one(way, booking, client):
    way.world.format.minutes = 60
    way.world.format.save()
    page = client.get(review_at(way, booking, TEN + timedelta(minutes=30)))
    assert page.status_code == 200


def test_button_moves_once_however_often_it_is_sent(way, booking, root, client):
    for _time in range(2):
        answer = client.post(f"{root}move/", sent(way, booking, ELEVEN), follow=True)
        assert answer.redirect_chain == [(root, 302)]
    assert "The meeting is moved." not in answer.content.decode()
    moved = Booking.objects.get()
    assert (moved.appointment.start, moved.public_id) == (ELEVEN, booking.public_id)
    assert BookingEvent.objects.filter(kind="moved").count() == 1


def test_time_that_was_just_taken_leaves_the_meeting_and_shows_others(way, booking, root, client):
    way.world.book(way.provider, way.world.student("Kim"), ELEVEN)
    refused = client.post(f"{root}move/", sent(way, booking, ELEVEN))
    assert refused.status_code == 409
    shown = refused.content.decode()
    assert "That time was just taken" in shown
    assert "Your meeting stays where it was." in shown
    assert f"moving={booking.public_id}" in shown
    assert Booking.objects.get(pk=booking.pk).appointment.start == TEN


def test_old_time_itself_is_no_move(way, booking, client):
    page = client.get(review_at(way, booking, TEN))
    assert (page.status_code, "Nothing would change" in page.content.decode()) == (409, True)


def test_format_on_request_says_that_the_old_time_is_given_up(way, booking, root, client):
    way.world.format.auto_confirm = False
    way.world.format.save()
    shown = client.get(review_at(way, booking, ELEVEN)).content.decode()
    assert "The old time is given up as soon as you ask." in shown
    answer = client.post(f"{root}move/", sent(way, booking, ELEVEN), follow=True)
    assert "You have asked for the new time." in answer.content.decode()


def test_answers_stay_and_are_not_asked_again(way, sam, client):
    question = ask_question(way.world)
    topic = {f"q{question.pk}": "Limits"}
    client.post(way.topic, topic)
    client.post(way.bookings, way.confirmation())
    booking = Booking.objects.get()
    assert client.get(review_at(way, booking, ELEVEN)).status_code == 200
    root = f"{way.bookings}{booking.public_id}/"
    moved = client.post(f"{root}move/", sent(way, booking, ELEVEN), follow=True)
    assert "Limits" in moved.content.decode()


def test_too_late_to_move_says_whom_to_ask(way, booking, root, client):
    columns = {"move_until_hours": 3, "contact": "Desk in Library 204"}
    change_settings(way.world.community, columns, by=TESTER)
    for page in (client.get(f"{root}move/"), client.get(review_at(way, booking, ELEVEN))):
        shown = page.content.decode()
        assert page.status_code == 409
        assert "Meetings here can be moved until 3 hours before they begin." in shown
        assert "Desk in Library 204" in shown
    assert client.post(f"{root}move/", sent(way, booking, ELEVEN)).status_code == 409
    assert Booking.objects.get().appointment.start == TEN


def test_nobody_elses_meeting_can_be_moved(way, sam, client):
    kim = way.world.book(way.provider, way.world.student("Kim"), TEN)
    assert client.get(f"{way.bookings}{kim.public_id}/").status_code == 404
    assert client.get(f"{way.bookings}{kim.public_id}/move/").status_code == 404
    for moving in (kim.public_id, "nonsense"):
        assert client.get(f"{way.times}?moving={moving}").status_code == 404


def test_reaching_the_limit_of_coming_meetings_does_not_stop_a_move(way, booking, root, client):
    change_settings(way.world.community, {"student_open_bookings_limit": 1}, by=TESTER)
    assert client.get(f"{root}move/", follow=True).status_code == 200
    client.post(f"{root}move/", sent(way, booking, ELEVEN))
    assert Booking.objects.get().appointment.start == ELEVEN


# --- Cancelling -------------------------------------------------------------------------------


def test_late_cancellation_is_told_before_and_written_down(way, booking, root, client):
    page = client.get(f"{root}cancellation/").content.decode()
    assert "This counts as a late cancellation" in page
    shown = client.post(f"{root}cancellation/", {"reason": "Ill"}, follow=True).content.decode()
    assert "It counts as a late cancellation." in shown
    assert Booking.objects.get().cancelled_late
    event = BookingEvent.objects.get(kind="cancelled")
    assert event.data == {"reason": "Ill", "by": "student", "late": True}


def test_cancellation_in_time_is_none_of_the_late_ones(way, booking, root, client):
    change_settings(way.world.community, {"late_cancel_hours": 2}, by=TESTER)
    assert "late cancellation" not in client.get(f"{root}cancellation/").content.decode()
    client.post(f"{root}cancellation/")
    assert not Booking.objects.get().cancelled_late


def test_what_the_provider_cancels_is_never_late(way, booking):
    cancel(booking, by=TESTER, now=MONDAY)
    assert not Booking.objects.get().cancelled_late


def test_too_late_to_cancel_says_whom_to_ask(way, booking, root, client):
    columns = {"cancel_until_hours": 3, "contact": "Desk in Library 204"}
    change_settings(way.world.community, columns, by=TESTER)
    for page in (client.get(f"{root}cancellation/"), client.post(f"{root}cancellation/")):
        shown = page.content.decode()
        assert page.status_code == 409
        assert "Meetings here can be cancelled until 3 hours before they begin." in shown
        assert "Desk in Library 204" in shown
    assert Booking.objects.get().state == "confirmed"


def test_meeting_that_was_cancelled_stays_in_sight_until_its_day_is_over(way, booking, client):
    cancel(booking, by=TESTER, reason="The room is flooded", now=MONDAY)
    shown = client.get(way.learn).content.decode()
    assert "Does not take place" in shown
    assert "A test cancelled this meeting." in shown
    assert "Reason: The room is flooded" in shown
    assert "Book again" in shown
    assert "Past meetings" not in shown
    with frozen_at(MONDAY + timedelta(days=1)):
        later = client.get(way.learn).content.decode()
    assert "Does not take place" not in later
    assert "Past meetings" in later


# --- Limits and pauses, where they bite -------------------------------------------------------


def test_limit_of_a_day_is_told_before_a_time_is_chosen(way, booking, client):
    change_settings(way.world.community, {"student_daily_limit_minutes": 30}, by=TESTER)
    shown = client.get(way.times).content.decode()
    assert "Mentoring allows 30 minutes that day, and you have booked 30 minutes" in shown
    assert shown.count("is-used") == 1
    assert "is-used" not in client.get(f"{way.times}?moving={booking.public_id}").content.decode()


def test_limit_of_a_week_strikes_the_whole_week_out(way, booking, client):
    change_settings(way.world.community, {"student_weekly_limit_minutes": 45}, by=TESTER)
    shown = client.get(way.times).content.decode()
    assert "Mentoring allows 45 minutes that week, and you have booked 30 minutes" in shown
    assert shown.count("is-used") == 7


def test_formats_say_why_nothing_can_be_booked(way, booking, client):
    change_settings(way.world.community, {"student_open_bookings_limit": 1}, by=TESTER)
    shown = client.get(way.learn).content.decode()
    assert shown.count("as many as Mentoring allows at a time") == 2
    assert way.services not in shown


def test_absence_that_was_excused_is_told_as_that(way, booking, client):
    with frozen_at(TEN + timedelta(hours=1)):
        mark_missed(booking, by=TESTER, now=TEN + timedelta(hours=1))
        assert ">Missed" in client.get(way.learn).content.decode().replace("\n", "")
        excuse(booking, reason="Was ill.", by=TESTER, now=TEN + timedelta(hours=1))
        page = client.get(way.learn).content.decode()
    assert "Excused" in page
    assert "Missed" not in page


def test_pause_of_far_meetings_is_told_and_leaves_the_near_ones(way, sam, client):
    until = MONDAY + timedelta(days=14)
    community = way.world.community
    pause_booking(
        sam, community, until=until, reason="Missed two.", far_days=1, by=TESTER, now=MONDAY
    )
    said = "has paused your bookings of meetings more than 1 day ahead until"
    for url in (way.learn, way.times):
        shown = client.get(url).content.decode()
        assert said in shown
        assert "The reason: Missed two." in shown
    assert client.get(way.review).status_code == 200
    way.start = TEN + timedelta(days=2)
    far = client.get(way.review)
    assert (far.status_code, said in far.content.decode()) == (409, True)
    with frozen_at(until):
        assert said not in client.get(way.learn).content.decode()


def test_back_after_booking_with_anybody_says_that_it_is_booked(way, booking, client):
    back = client.get(way.providers)
    assert back.status_code == 409
    assert "You have booked this already" in back.content.decode()
