"""Other times for a meeting on the student's pages: what is held, take one, take none."""

from datetime import timedelta

import pytest

from tests.factories.way import TEN
from tests.factories.world import MONDAY, TESTER
from visavis.bookings.actions import Offer, propose_times
from visavis.bookings.enums import BookingState, HoldState, Otherwise
from visavis.bookings.equivalents import OtherTime
from visavis.bookings.models import Hold

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
UNTIL = MONDAY + timedelta(hours=24)


@pytest.fixture
def booking(way, sam):
    return way.world.book(way.provider, sam, TEN)


@pytest.fixture
def root(way, booking):
    return f"{way.bookings}{booking.public_id}/times/"


def propose(way, booking, *starts, otherwise=Otherwise.END, message=""):
    times = [OtherTime(start, way.provider, None, UNTIL) for start in starts]
    offer = Offer(otherwise, UNTIL, message)
    return propose_times(booking, times, offer, by=TESTER, now=MONDAY)


def held():
    return list(Hold.objects.filter(state=HoldState.OPEN).order_by("start"))


def test_learn_screen_and_meeting_say_that_another_time_is_needed(way, booking, root, client):
    assert "needs another time" not in client.get(way.learn).content.decode()
    propose(way, booking, TEN + DAY)
    for page in (way.learn, f"{way.bookings}{booking.public_id}/"):
        words = client.get(page).content.decode()
        assert "Your meeting needs another time" in words
        assert "Tuesday 16 February, 10:00–10:30 AM" in words
        assert root in words
        assert "The time is yours" not in words


def test_page_names_each_time_and_what_the_mentor_wrote(way, booking, root, client):
    propose(way, booking, TEN + DAY, TEN + 2 * DAY, message="I have a cold.\nSorry <b>")
    words = client.get(root).content.decode()
    assert "Take Tuesday 10:00" in words
    assert "Take Wednesday 10:00" in words
    assert "I have a cold.\nSorry &lt;b&gt;" in words
    assert "Without an answer until Tuesday 16 February, 8:00 AM" in words


def test_one_button_moves_the_meeting(way, booking, root, client):
    propose(way, booking, TEN + DAY, TEN + 2 * DAY)
    answer = client.post(root, {"hold": held()[1].public_id}, follow=True)
    assert "The meeting is moved." in answer.content.decode()
    booking.refresh_from_db()
    assert booking.appointment.start == TEN + 2 * DAY


def test_a_time_that_ran_out_or_belongs_to_another_is_refused_in_a_sentence(
    way, booking, root, client
):
    propose(way, booking, TEN + DAY)
    uma = way.world.student("Uma")
    hers = way.world.book(way.provider, uma, TEN + 3 * DAY)
    propose(way, hers, TEN + 2 * DAY)
    for chosen in (held()[1].public_id, "nonsense", ""):
        answer = client.post(root, {"hold": chosen})
        assert answer.status_code == 422
        assert "no longer held for you. Choose another one" in answer.content.decode()
    booking.refresh_from_db()
    assert booking.appointment.start == TEN


def test_declining_says_what_becomes_of_the_meeting_before_it_does(way, booking, root, client):
    propose(way, booking, TEN + DAY)
    words = client.get(f"{root}declining/").content.decode()
    assert "Cancel the meeting?" in words
    assert "It does not count as late" in words
    client.post(f"{root}declining/", {"reason": "Exam then"})
    booking.refresh_from_db()
    assert (booking.state, booking.cancel_reason) == (BookingState.CANCELLED, "Exam then")


def test_of_a_meeting_that_can_stay_declining_keeps_it(way, booking, root, client):
    propose(way, booking, TEN + DAY, otherwise=Otherwise.KEEP)
    assert "stays on" in client.get(f"{root}declining/").content.decode()
    answer = client.post(f"{root}declining/", follow=True)
    assert "Your meeting stays as it was." in answer.content.decode()
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED


def test_page_without_held_times_leads_to_the_calendar(way, booking, root, client):
    proposal = propose(way, booking, TEN + DAY)
    proposal.holds.clear()
    words = client.get(root).content.decode()
    assert "No equal time is free" in words
    assert f"{way.bookings}{booking.public_id}/move/" in words


def test_what_was_answered_already_leads_to_the_meeting(way, booking, root, client):
    propose(way, booking, TEN + DAY)
    (hold,) = held()
    client.post(root, {"hold": hold.public_id})
    meeting = f"{way.bookings}{booking.public_id}/"
    again = client.post(root, {"hold": hold.public_id})
    assert (again.status_code, again.url) == (302, meeting)
    opened = client.get(root)
    assert opened.status_code == 409
    assert meeting in opened.content.decode()


def test_nobody_else_sees_the_times(way, booking, root, client):
    propose(way, booking, TEN + DAY)
    client.force_login(way.world.student("Uma"))
    assert client.get(root).status_code == 404


def test_many_times_cost_no_more_queries(way, booking, root, client, django_assert_max_num_queries):
    propose(way, booking, *(TEN + n * DAY for n in (1, 2, 3)))
    with django_assert_max_num_queries(14):
        client.get(root)


def test_list_and_page_say_that_it_is_the_students_turn(way, booking, root, client):
    meeting = f"{way.bookings}{booking.public_id}/"
    for page in (way.learn, meeting):
        assert "Your turn" not in client.get(page).content.decode()
    propose(way, booking, TEN + DAY)
    for page in (way.learn, meeting):
        words = client.get(page).content.decode()
        assert "Your turn" in words
        assert "It is your turn." in words
