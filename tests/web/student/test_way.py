"""The way from the learn screen to a booked meeting, one whole request after another."""

import re
from itertools import pairwise

import pytest
from django.urls import reverse

from tests.factories.way import Way, ask_question, own_service
from tests.factories.world import make_world
from visavis.bookings.models import Booking
from visavis.communities.enums import Preset

PRESETS = [Preset.PROVIDER_FIRST, Preset.COURSE_FIRST]


def read(client, url):
    return client.get(url).content.decode()


@pytest.mark.parametrize("preset", PRESETS)
def test_each_step_leads_to_the_next_and_the_last_books(preset, client, db):
    world = make_world("centre", preset=preset)
    world.format.minutes = 30
    world.format.save()
    ask_question(world)
    way = Way(world, world.provider())
    client.force_login(world.student())
    for this, following in pairwise([way.learn, *way.steps[:5]]):
        assert f'href="{following}' in read(client, this).replace("&amp;", "&"), this
    answered = client.post(way.topic, {f"q{world.format.questions.get().pk}": "Organic chemistry"})
    assert answered.url == way.review
    review = read(client, way.review)
    assert "Organic chemistry" in review
    booked = client.post(way.bookings, way.confirmation())
    booking = Booking.objects.get()
    assert booked.url == reverse("student:booking", args=["centre", booking.public_id])
    done = read(client, booked.url)
    assert "You booked a meeting with <strong>Talia Example</strong>" in done
    assert "Organic chemistry" in done
    assert "Your next meeting" in read(client, way.learn)


def test_steps_are_counted_without_the_topic_where_nothing_is_asked(way, client):
    assert "3 of 5" in read(client, way.providers)
    ask_question(way.world)
    assert "3 of 6" in read(client, way.providers)


def test_topic_of_a_format_without_questions_leads_to_the_review(way, client):
    assert client.get(way.topic).url == way.review


def test_own_service_shows_exactly_one_person_with_the_whole_bio(way, client):
    way.provider.bio = "First line.\nAnd the rest."
    way.provider.save()
    way.world.provider("Jo")
    way.service = own_service(way.world, way.provider)
    page = read(client, way.providers)
    assert "Select Talia" in page
    assert "And the rest." in page
    assert "Jo Example" not in page


def test_service_for_everybody_shows_all_who_are_free_then(way, client):
    way.world.provider("Jo")
    way.world.provider("Idle", hours=False)
    people = client.get(way.providers).context["people"]
    assert [who.user.first_name for who, *_ in people] == ["Jo", "Talia"]


def test_each_of_several_can_be_selected_without_opening_anything(way, client):
    way.provider.bio = "First line.\nAnd the rest."
    way.provider.save()
    way.world.provider("Jo")
    page = read(client, way.providers)
    assert "And the rest." in page
    closed = re.sub(r"<details class=\"fold\">.*?</details>", "", page, flags=re.DOTALL)
    assert "And the rest." not in closed
    assert re.findall(r"Select (?:Jo|Talia)", closed) == ["Select Jo", "Select Talia"]


def test_bare_address_of_a_community_leads_to_its_learn_screen(way, client):
    assert client.get("/c/mentoring/").url == way.learn


def test_prompts_are_the_communitys(way, client):
    prompts = [client.get(url).context["step"].prompt for url in way.steps if url != way.topic]
    assert prompts == [
        "Select your Peer Mentor",
        "When would you like to meet?",
        "Which Peer Mentor would you like?",
        "Where would you like to meet?",
        "Is everything right?",
    ]


def test_choices_so_far_stand_on_every_step_with_the_way_to_change_them(way, client):
    choices = client.get(way.review).context["step"].choices
    assert [(choice.label, choice.value) for choice in choices] == [
        ("Meeting", "Schedule a Meeting"),
        ("Peer Mentor", "All available Peer Mentoring"),
        ("Time", "Monday 15 February, 10:00–10:30 AM (New York time)"),
        ("Peer Mentor", "Talia Example"),
        ("Place", "Main office"),
    ]
    for choice in choices:
        assert client.get(choice.url).status_code == 200


def test_single_choices_are_skipped_only_where_the_community_says_so(way, client):
    assert client.get(way.providers).status_code == 200
    way.world.community.skip_single_choice = True
    way.world.community.save()
    assert client.get(way.services).url == way.times
    assert client.get(way.providers).url == way.places
    assert client.get(way.places).url == way.review
    step = client.get(way.review).context["step"]
    assert step.back_url.startswith(way.times)
    assert [choice.label for choice in step.choices if not choice.url] == ["Peer Mentor", "Place"]


def test_narrowed_times_keep_person_and_place_on_the_next_steps(way, client):
    way.world.provider("Jo")
    query = f"?provider={way.provider.pk}&place={way.world.location.pk}"
    page = client.get(way.providers + query)
    assert [who.pk for who, *_ in page.context["people"]] == [way.provider.pk]
    assert page.context["hidden"] == 1
    assert f"place={way.world.location.pk}" in page.context["people"][0][2]


def test_folded_line_begins_with_the_time_and_then_the_latest_choice(way, client):
    page = client.get(way.review).content.decode()
    line = page.split('class="so-far-line">')[1].split("</span>Show")[0]
    words = ["Mon 15 Feb, 10:00", "Talia Example", "All available", "Schedule a Meeting"]
    places = [line.index(word) for word in words]
    assert places == sorted(places)
