"""A provider proposes other times: the student takes one, or none; or it is taken back."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.factories.way import TEN
from tests.factories.world import MONDAY, TESTER
from visavis.bookings.actions import accept, book, cancel, expire_proposals
from visavis.bookings.models import Booking, BookingEvent, Hold, Proposal
from visavis.communities.actions import change_settings
from visavis.core.clock import frozen_at
from visavis.core.instants import write_instant

pytestmark = pytest.mark.django_db
TEACH = "/c/mentoring/teach/"
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def url(place):
    return f"{TEACH}meetings/{place.request.public_id}/proposal/"


@pytest.fixture
def sam(place):
    client = Client()
    client.force_login(place.student)
    return client


def typed(*starts, **changes):
    times = [write_instant(start) for start in starts]
    return {
        "times": times,
        "otherwise": "keep",
        "hours": "24",
        "message": "I teach then.",
    } | changes


def held():
    return sorted(Hold.objects.filter(state="open").values_list("start", flat=True))


def choose(sam, place, start):
    page = f"/c/mentoring/bookings/{place.request.public_id}/times/"
    hold = Hold.objects.get(start=start, state="open")
    return sam.post(page, {"hold": str(hold.public_id)}, follow=True)


def test_ticked_times_are_held_and_the_request_keeps_its_own(talia, place, url):
    told = talia.post(url, typed(TEN + DAY, TEN + 2 * DAY), follow=True).content.decode()
    assert "Sam Example is offered 2 other times." in told
    assert held() == [TEN + DAY, TEN + 2 * DAY]
    place.request.refresh_from_db()
    assert (place.request.state, place.request.appointment.start) == ("requested", TEN + HOUR)
    event = BookingEvent.objects.get(kind="proposed")
    assert (event.booking, event.data["reason"]) == (place.request, "I teach then.")


def test_the_student_takes_one_and_it_is_agreed_at_once(talia, sam, place, url):
    talia.post(url, typed(TEN + DAY, TEN + 2 * DAY))
    told = choose(sam, place, TEN + DAY).content.decode()
    assert "The meeting is confirmed for the new time." in told
    place.request.refresh_from_db()
    assert (place.request.state, place.request.appointment.start) == ("confirmed", TEN + DAY)
    assert place.request.expires_at is None
    assert Proposal.objects.get().state == "taken"


def test_the_student_takes_none_and_the_request_waits_again(talia, sam, place, url):
    talia.post(url, typed(TEN + DAY))
    sam.post(f"/c/mentoring/bookings/{place.request.public_id}/times/declining/", {"reason": ""})
    place.request.refresh_from_db()
    assert place.request.state == "requested"
    assert [one.booking for one in talia.get(TEACH).context["waiting"]] == [place.request]


def test_without_an_answer_the_request_is_with_its_provider_again(talia, place):
    later = place.world.book(place.colleague, place.student, TEN + 4 * DAY, "later")
    client = Client()
    client.force_login(place.colleague.user)
    client.post(f"{TEACH}meetings/{later.public_id}/proposal/", typed(TEN + 3 * DAY))
    end = MONDAY + DAY
    expire_proposals(now=end)
    later.refresh_from_db()
    # So long as the community gives for an answer, from the end of the proposal on.
    assert (later.state, later.expires_at) == ("requested", end + timedelta(hours=48))
    with frozen_at(end):
        client.force_login(place.colleague.user)
        assert [one.booking for one in client.get(TEACH).context["waiting"]] == [later]


def test_without_an_answer_the_request_is_off_where_that_was_said(talia, place):
    later = place.world.book(place.provider, place.student, TEN + 4 * DAY, "later")
    url = f"{TEACH}meetings/{later.public_id}/proposal/"
    talia.post(url, typed(TEN + 3 * DAY, otherwise="end"))
    expire_proposals(now=MONDAY + DAY)
    later.refresh_from_db()
    assert later.state == "declined"


def test_a_confirmed_meeting_stays_until_its_student_has_chosen(talia, sam, place):
    accept(place.request, by=TESTER, now=MONDAY)
    change_settings(place.community, {"move_until_hours": 24}, by=TESTER)
    url = f"{TEACH}meetings/{place.request.public_id}/proposal/"
    body = talia.get(url).content.decode()
    assert "We meet as planned" in body
    talia.post(url, typed(TEN + DAY))
    # By the student's own deadline it is too late to move; what is offered to them they may take.
    told = choose(sam, place, TEN + DAY).content.decode()
    assert "The meeting is moved." in told
    place.request.refresh_from_db()
    assert (place.request.state, place.request.appointment.start) == ("confirmed", TEN + DAY)


@pytest.mark.parametrize(
    ("starts", "changes", "sentence"),
    [
        ([], {}, "Tick at least one time."),
        ([TEN + n * DAY for n in (1, 2, 3, 4)], {}, "Tick at most 3 times"),
        ([TEN + HOUR], {}, "One of the times is not free any more."),
        ([TEN + DAY - 5 * HOUR], {}, "One of the times is not free any more."),
        ([TEN + 4000 * DAY], {}, "One of the times is not free any more."),
        ([TEN + DAY], {"otherwise": ""}, "Choose what happens then."),
        ([TEN + DAY], {"otherwise": "maybe"}, "none of the choices"),
        ([TEN + DAY], {"hours": "9999"}, "none of the choices"),
        ([TEN + DAY], {"message": "x" * 501}, "at most 500 fit"),
    ],
)
def test_what_cannot_be_proposed_comes_back_with_a_sentence(talia, url, starts, changes, sentence):
    answer = talia.post(url, typed(*starts, **changes))
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert (held(), Proposal.objects.count()) == ([], 0)


def test_all_that_is_wrong_with_a_proposal_is_told_at_once(talia, place, url):
    starts = [TEN + HOUR, *(TEN + n * DAY for n in (1, 2, 3)), TEN + DAY + HOUR / 6]
    answer = talia.post(url, typed(*starts, otherwise="", message="x" * 501))
    body = answer.content.decode()
    told = (
        "Tick at most 3 times",
        "Two of the times overlap.",
        "One of the times is not free any more.",
        "Choose what happens then.",
        "at most 500 fit",
    )
    assert [sentence for sentence in told if sentence not in body] == []


def test_times_that_overlap_are_not_both_proposed(talia, place, url):
    answer = talia.post(url, typed(TEN + DAY, TEN + DAY + timedelta(minutes=10)))
    assert "Two of the times overlap." in answer.content.decode()


def test_a_time_that_somebody_books_meanwhile_is_told_and_nothing_is_held(talia, place, url):
    kim = place.world.student("Kim")
    order = place.world.order(place.provider, kim, TEN + 2 * DAY)
    talia.get(url)
    book(order, by=TESTER, now=MONDAY)
    answer = talia.post(url, typed(TEN + DAY, TEN + 2 * DAY))
    assert (answer.status_code, held()) == (422, [])
    assert write_instant(TEN + DAY) in answer.content.decode()


def test_turning_the_page_keeps_what_was_ticked_and_typed(talia, url):
    sent = typed(TEN + DAY, **{"from": "2027-03-01", "message": ""})
    answer = talia.post(url, sent | {"message": "I am away."})
    body = answer.content.decode()
    assert (answer.status_code, held()) == (200, [])
    assert ("Ticked on other days" in body, "I am away." in body) == (True, True)
    assert "Tick at least one time." not in body
    assert "1 Mar" in body


def test_a_proposal_is_taken_back_and_its_times_are_free(talia, place, url):
    talia.post(url, typed(TEN + DAY))
    back = f"{url}withdrawal/"
    assert "Taken back. The time is free again." in talia.post(back, follow=True).content.decode()
    expire_proposals(now=MONDAY)
    assert (held(), Proposal.objects.get().state) == ([], "withdrawn")
    assert "nothing to take back" in talia.post(back, follow=True).content.decode()


def test_accepting_the_request_ends_what_was_proposed(talia, place, url):
    talia.post(url, typed(TEN + DAY))
    talia.post(f"{TEACH}meetings/{place.request.public_id}/acceptance/")
    expire_proposals(now=MONDAY)
    place.request.refresh_from_db()
    assert (place.request.state, held(), Proposal.objects.get().state) == ("confirmed", [], "over")


def test_nothing_is_proposed_for_what_is_over(talia, place, url):
    cancel(place.request, by=TESTER, now=MONDAY)
    told = talia.post(url, typed(TEN + DAY), follow=True).content.decode()
    assert ("only for a meeting that is still to come" in told, held()) == (True, [])


def test_a_colleague_cannot_propose(client, place, url):
    client.force_login(place.colleague.user)
    assert {client.get(url).status_code, client.post(url, typed(TEN + DAY)).status_code} == {404}
    assert Booking.objects.filter(proposals__isnull=False).count() == 0


def test_list_and_page_say_whose_turn_it_is(talia, sam, place, url):
    page = f"{TEACH}meetings/{place.request.public_id}/"
    assert "It is your turn." in talia.get(page).content.decode()
    talia.post(url, typed(TEN + DAY))
    shown = talia.get(page).content.decode()
    assert "It is the turn of Sam Example." in shown
    assert "Answer by" not in shown
    assert "waits for Sam Example" in talia.get(TEACH).content.decode()
    sam.post(f"/c/mentoring/bookings/{place.request.public_id}/times/declining/", {"reason": ""})
    assert "It is your turn." in talia.get(page).content.decode()
