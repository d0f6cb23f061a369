"""Confirming, its refusals, the done page, cancelling."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories.way import TEN, ask_question
from tests.factories.world import MONDAY, TESTER
from visavis.bookings.actions import cancel
from visavis.bookings.enums import BookingState
from visavis.bookings.models import AnswerDraft, Booking
from visavis.catalogue.actions import add_format
from visavis.communities.actions import change_settings
from visavis.core.clock import frozen_at
from visavis.people.actions import pause_booking


def only_booking_url(way):
    return reverse("student:booking", args=["mentoring", Booking.objects.get().public_id])


def test_double_tap_gives_the_same_booking(way, client):
    sent = way.confirmation()
    first, second = client.post(way.bookings, sent), client.post(way.bookings, sent)
    assert first.url == second.url == only_booking_url(way)


def test_double_tap_at_the_limit_of_open_bookings_still_gives_the_booking(way, client):
    way.world.community.student_open_bookings_limit = 1
    way.world.community.save()
    sent = way.confirmation()
    first, second = client.post(way.bookings, sent), client.post(way.bookings, sent)
    assert first.url == second.url == only_booking_url(way)


def test_second_tap_that_finds_the_draft_gone_gives_the_booking(way, client, monkeypatch):
    question = ask_question(way.world, is_required=True)
    client.post(way.topic, {f"q{question.pk}": "Labs"})
    sent = way.confirmation(key=str(AnswerDraft.objects.get().idempotency_key))
    first = client.post(way.bookings, sent)
    # As if the second had looked before the first was written.
    monkeypatch.setattr("visavis.web.student.views.bookings.find_earlier", lambda *_: None)
    assert client.post(way.bookings, sent).url == first.url == only_booking_url(way)


def test_draft_is_gone_after_booking_and_the_next_has_another_key(way, client):
    question = ask_question(way.world)
    client.post(way.topic, {f"q{question.pk}": "Labs"})
    key = AnswerDraft.objects.get().idempotency_key
    client.post(way.bookings, way.confirmation(key=str(key)))
    assert not AnswerDraft.objects.exists()
    client.post(way.topic, {f"q{question.pk}": "Notes"})
    assert AnswerDraft.objects.get().idempotency_key != key


def test_second_tab_with_the_same_key_is_asked_before_it_books_a_second_meeting(way, client):
    sent = way.confirmation()
    client.post(way.bookings, sent)
    way.start = TEN + timedelta(hours=2)
    asked = client.post(way.bookings, way.confirmation(key=sent["key"]))
    assert asked.url == way.review
    review = client.get(way.review)
    assert "You have booked another meeting meanwhile." in review.content.decode()
    client.post(way.bookings, {**sent, **review.context["form"].initial})
    assert Booking.objects.count() == 2


def test_time_that_was_just_taken_offers_others_and_keeps_what_was_written(way, client):
    question = ask_question(way.world)
    client.post(way.topic, {f"q{question.pk}": "Labs"})
    way.world.book(way.provider, way.world.student("Kim"), TEN)
    page = client.post(way.bookings, way.confirmation())
    assert page.status_code == 409
    assert "That time was just taken" in page.content.decode()
    assert "What you wrote is kept." in page.content.decode()
    other = page.context["end"].times[0].url
    assert "Labs" in client.get(other).content.decode()


def test_students_own_conflict_is_explained_at_the_time(way, sam, client):
    jo = way.world.provider("Jo")
    way.world.book(jo, sam, TEN)
    page = client.get(way.places)
    assert page.status_code == 409
    assert "You have another meeting at that time." in page.content.decode()


def test_steps_of_a_way_that_is_done_lead_to_the_meeting(way, client):
    client.post(way.bookings, way.confirmation())
    for url in (way.places, way.review):
        page = client.get(url)
        assert (page.status_code, page.context["end"].title) == (
            409,
            "You have booked this already",
        )
        assert page.context["end"].ways[0].url == only_booking_url(way)
        assert "You meet Talia Example on Monday 15 February" in page.content.decode()
    again = client.post(way.bookings, way.confirmation())
    assert again.context["end"].title == "You have booked this already"
    assert Booking.objects.count() == 1


@pytest.mark.parametrize(
    ("auto_confirm", "title"),
    [(True, "You have a meeting then"), (False, "You have asked for a meeting then")],
    ids=["confirmed", "requested"],
)
def test_a_meeting_of_another_kind_at_that_time_is_not_what_is_booked(
    way, client, auto_confirm, title
):
    way.world.community.formats.update(auto_confirm=auto_confirm)
    client.post(way.bookings, way.confirmation())
    way.world.format = way.world.community.formats.create(name="Workshop", minutes=60)
    page = client.get(way.review)
    assert (page.status_code, page.context["end"].title) == (409, title)
    assert page.context["end"].ways[0].url == only_booking_url(way)


def test_somebody_elses_booking_is_not_taken_for_the_students(way, client):
    way.world.book(way.provider, way.world.student("Kim"), TEN)
    assert "You have booked this already" not in client.get(way.review).content.decode()


def test_daily_limit_is_explained_when_it_bites(way, client):
    way.world.community.student_daily_limit_minutes = 15
    way.world.community.save()
    page = client.get(way.providers)
    assert page.status_code == 409
    assert "allows 15 minutes that day" in page.content.decode()


def test_limit_of_open_bookings_is_said_before_anything_is_filled_in(way, sam, client):
    way.world.community.student_open_bookings_limit = 1
    way.world.community.save()
    assert client.get(way.services).status_code == 200
    way.world.book(way.provider, sam, TEN)
    for url in (way.learn, way.services, way.times):
        assert "You have 1 coming meeting," in client.get(url).content.decode()
    assert way.services not in client.get(way.learn).content.decode()


def test_lowered_limit_says_how_many_the_student_has_and_how_many_are_allowed(way, sam, client):
    for hours in range(3):
        way.world.book(way.provider, sam, TEN + timedelta(hours=hours))
    community = way.world.community
    for limit, words in [
        (3, "You have 3 coming meetings, which is as many as"),
        (2, "fewer than 2"),
    ]:
        change_settings(community, {"student_open_bookings_limit": limit}, by=TESTER)
        assert words in client.get(way.learn).content.decode()
    change_settings(community, {"student_open_bookings_limit": 1}, by=TESTER)
    said = "You have 3 coming meetings, and Mentoring allows 1 at a time."
    assert said in client.get(way.learn).content.decode()


def test_paused_student_is_told_whom_to_ask(way, sam, client):
    pause_booking(sam, way.world.community, until=None, reason="", by=TESTER, now=MONDAY)
    for url in (way.learn, way.services, way.review):
        assert "has paused your bookings" in client.get(url).content.decode()
    client.post(way.bookings, way.confirmation())
    assert not Booking.objects.exists()


def test_group_is_called_one_from_the_review_on(way, client):
    way.world.format.name, way.world.format.capacity = "Study group", 5
    way.world.format.save()
    group = "“Study group”, a group of up to 5 people, with <strong>Talia Example</strong>"
    new = group.replace("a group", "a new group")
    assert f"You start {new}" in client.get(way.review).content.decode()
    done = client.post(way.bookings, way.confirmation(), follow=True).content.decode()
    assert f"You booked a seat in {group}" in done
    learn = client.get(way.learn).content.decode()
    assert "Study group (up to 5 people) · All available Peer Mentoring" in learn


def test_request_is_shown_as_one_with_its_expiry(way, client):
    way.world.format.auto_confirm = False
    way.world.format.save()
    assert "Ask for Monday 10:00 AM" in client.get(way.review).content.decode()
    way.start = TEN + timedelta(days=3)
    done = client.post(way.bookings, way.confirmation(), follow=True).content.decode()
    assert "You asked to meet" in done
    assert "has until Wednesday 17 February, 8:00 AM (New York time) to answer" in done
    assert "You asked for a meeting" in client.get(way.learn).content.decode()
    with frozen_at(MONDAY + timedelta(hours=49)):
        late = client.get(only_booking_url(way)).content.decode()
        learn = client.get(way.learn).content.decode()
    assert "did not answer in time" in late
    assert "You asked for a meeting" not in learn
    assert "Past and cancelled meetings" in learn


def test_cancelling_asks_first_and_then_frees_the_time(way, client):
    client.post(way.bookings, way.confirmation())
    ask = f"{only_booking_url(way)}cancellation/"
    page = client.get(ask).content.decode()
    assert "You would no longer meet Talia Example on Monday 15 February" in page
    assert Booking.objects.get().state == BookingState.CONFIRMED
    done = client.post(ask, {"reason": "I am ill."}, follow=True).content.decode()
    booking = Booking.objects.get()
    assert (booking.state, booking.cancel_reason) == (BookingState.CANCELLED, "I am ill.")
    assert "This meeting is cancelled" in done
    assert client.get(way.review).status_code == 200


def test_reason_over_its_length_is_refused_and_nothing_is_cancelled(way, client):
    client.post(way.bookings, way.confirmation())
    page = client.post(f"{only_booking_url(way)}cancellation/", {"reason": "x" * 1001})
    assert page.status_code == 422
    assert Booking.objects.get().state == BookingState.CONFIRMED


def test_second_of_two_clicks_leads_to_the_cancelled_meeting(way, client):
    client.post(way.bookings, way.confirmation())
    url = only_booking_url(way)
    answers = [client.post(f"{url}cancellation/") for _click in range(2)]
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, url)] * 2


@pytest.mark.parametrize("method", ["get", "post"])
def test_cancelled_or_past_meetings_cannot_be_cancelled(way, client, method):
    client.post(way.bookings, way.confirmation())
    url = f"{only_booking_url(way)}cancellation/"
    with frozen_at(TEN + timedelta(minutes=5)):
        assert getattr(client, method)(url).status_code == 409
    cancel(Booking.objects.get(), by=TESTER, now=MONDAY)
    assert getattr(client, method)(url).status_code == 409


def test_address_of_a_refusal_that_is_opened_again_leads_to_the_meetings(way, client):
    question = ask_question(way.world)
    client.post(way.topic, {f"q{question.pk}": "Labs"})
    way.world.book(way.provider, way.world.student("Kim"), TEN)
    client.post(way.bookings, way.confirmation())
    assert client.get(way.bookings).url == way.learn
    assert AnswerDraft.objects.get().values == {str(question.pk): "Labs"}


def test_learn_screen_asks_the_database_no_more_for_more_meetings(
    way, sam, client, django_assert_max_num_queries
):
    way.world.book(way.provider, sam, TEN)
    with django_assert_max_num_queries(25) as few:
        client.get(way.learn)
    for hours in range(1, 5):
        way.world.book(way.provider, sam, TEN + timedelta(hours=hours))
    with django_assert_max_num_queries(len(few)):
        client.get(way.learn)


LOCKED = [{"eligibility": "list"}, {"visible": False}]


@pytest.mark.parametrize("change", LOCKED)
def test_meeting_outlives_a_change_of_who_may_see_the_community(way, client, change):
    client.post(way.bookings, way.confirmation())
    change_settings(way.world.community, change, by=TESTER)
    meeting = only_booking_url(way)
    assert "mentoring" in [place.slug for place in client.get("/").context["own"]]
    assert "Your next meeting" in client.get(way.learn).content.decode()
    assert client.get(meeting).status_code == 200
    assert client.get(f"{meeting}calendar.ics").status_code == 200
    client.post(f"{meeting}cancellation/")
    assert Booking.objects.get().state == BookingState.CANCELLED
    assert client.get(meeting).status_code == 200


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (LOCKED[0], "Only students on the list of Mentoring can book here."),
        (LOCKED[1], "Mentoring takes no new bookings at present."),
    ],
)
def test_who_has_a_meeting_still_books_nothing_anew(way, client, change, words):
    client.post(way.bookings, way.confirmation())
    change_settings(way.world.community, change, by=TESTER)
    for url in (way.learn, way.services, way.times, way.review):
        assert words in client.get(url).content.decode()
    way.start = TEN + timedelta(hours=2)
    assert words in client.post(way.bookings, way.confirmation()).content.decode()
    assert way.services not in client.get(way.learn).content.decode()
    assert client.get(f"{way.root}/my-services/").status_code == 302
    assert Booking.objects.count() == 1


@pytest.mark.parametrize("change", LOCKED)
def test_who_has_no_meeting_finds_nothing_there(way, client, change):
    change_settings(way.world.community, change, by=TESTER)
    assert client.get(way.learn).status_code == 404
    assert not client.get("/").context["own"]


def test_a_request_is_reviewed_as_one(way, client):
    way.world.format.auto_confirm = False
    way.world.format.save()
    page = client.get(way.review).content.decode()
    assert "You ask to meet <strong>Talia Example</strong>" in page


def test_a_reason_that_is_too_long_comes_back_whole_with_a_count(way, sam, client):
    booking = way.world.book(way.provider, sam, TEN)
    url = f"{way.bookings}{booking.public_id}/cancellation/"
    assert "maxlength" not in client.get(url).content.decode()
    typed = "I am ill. " * 110
    answer = client.post(url, {"reason": typed})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert typed.strip() in page
    assert "This has 1099 characters, and at most 1000 fit. Shorten it." in page


def test_a_long_reason_is_cut_on_the_learn_screen_and_whole_on_its_page(way, sam, client):
    booking = way.world.book(way.provider, sam, TEN)
    cancel(booking, by=TESTER, reason="why" * 200, now=MONDAY)
    assert 'class="line-clamp-3 break-words' in client.get(way.learn).content.decode()
    page = client.get(f"{way.bookings}{booking.public_id}/").content.decode()
    assert 'whitespace-pre-line">Reason: ' + "why" * 200 in page


def test_lists_name_the_kind_of_meeting_where_there_are_several(way, sam, client):
    way.world.book(way.provider, sam, TEN)
    name = way.world.format.name
    line = f'<p class="text-muted">{name} · '
    assert line not in client.get(way.learn).content.decode()
    add_format(way.world.community, by=TESTER, name="Video call", minutes=20)
    assert line in client.get(way.learn).content.decode()
