"""The school's communities: listed, found, made from a preset or like another one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.world import TESTER, make_user
from visavis.catalogue.models import AppointmentFormat
from visavis.communities.actions import create_community
from visavis.communities.models import Community
from visavis.people.actions import make_school_admin

pytestmark = pytest.mark.django_db
PAGE, NEW = "/school/", "/school/new/"


def typed(**more):
    return {
        "name": "Writing Centre",
        "slug": "",
        "timezone": "Chicago",
        "preset": "course-first",
        "like": "",
    } | more


def text(answer):
    return " ".join(answer.content.decode().split())


def test_communities_are_listed_with_who_is_there_and_found_by_name(school_admin):
    page = school_admin.get(PAGE)
    own = next(row for row in page.context["page_obj"] if row.slug == "mentoring")
    assert (own.admins, own.people) == (1, 2)
    assert own.coming > 0
    found = school_admin.get(PAGE, {"q": "writ"}).context["page_obj"]
    assert [row.slug for row in found] == ["writing"]
    assert "None is called that" in text(school_admin.get(PAGE, {"q": "nothing-of-it"}))


def test_list_costs_as_many_queries_for_fifty_as_for_two(school_admin):
    few = queries_of(school_admin)
    for number in range(50):
        named = {"slug": f"c{number}", "name": f"C {number}"}
        create_community(**named, preset="provider-first", timezone="UTC", by=TESTER)
    assert queries_of(school_admin) == few


def queries_of(client):
    with CaptureQueriesContext(connection) as seen:
        client.get(PAGE)
    return len(seen)


def test_school_without_a_community_is_led_to_its_first():
    client = Client()
    client.force_login(make_school_admin(make_user("root@uni.test", "Rita"), by=TESTER))
    assert f'href="{NEW}"' in client.get("/").content.decode()
    assert "No community yet" in text(client.get(PAGE))


def test_community_is_made_with_an_address_from_its_name(school_admin):
    answer = school_admin.post(NEW, typed(), follow=True)
    assert answer.redirect_chain == [("/c/writing-centre/manage/setup/wording/", 302)]
    made = Community.objects.get(slug="writing-centre")
    assert (made.preset, made.timezone) == ("course-first", "America/Chicago")
    assert [row.name for row in made.formats.all()] == ["Schedule an Appointment"]


def test_time_zone_of_the_others_is_proposed(school_admin, place):
    form = school_admin.get(NEW).context["form"]
    assert form["timezone"].value() == place.community.timezone


def test_the_place_that_a_new_community_begins_with_is_told_before_it_is_made(school_admin):
    page = " ".join(school_admin.get(NEW).content.decode().split())
    assert "with one place to meet, “Main office”, open at all hours." in page


def test_community_is_made_like_another_one(school_admin, place):
    place.world.format.minutes = 45
    place.world.format.save(update_fields=["minutes"])
    answer = school_admin.post(NEW, typed(like=place.community.pk), follow=True)
    assert answer.status_code == 200
    made = Community.objects.get(slug="writing-centre")
    assert (made.preset, made.visible, made.is_opened) == (place.community.preset, False, False)
    names = [row.name for row in AppointmentFormat.objects.filter(community=place.community)]
    assert [row.name for row in made.formats.all()] == names
    assert not made.providers.exists()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"name": " "}, "Give it the name that students know."),
        ({"slug": "mentoring"}, "There is a community “mentoring” already."),
        ({"slug": "a b"}, "Only letters a to z"),
        ({"name": "写作中心"}, "Write a short name of letters a to z"),
        ({"timezone": "Atlantis"}, "“Atlantis” is no time zone"),
        ({"timezone": ""}, "Say in which time zone its rooms are."),
        ({"preset": ""}, "Choose what students pick first."),
        ({"preset": "nothing"}, "nothing"),
        ({"like": "999999"}, "is not among the choices"),
    ],
)
def test_what_does_not_fit_comes_back_with_a_sentence(school_admin, more, sentence):
    before = Community.objects.count()
    answer = school_admin.post(NEW, typed(**more))
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert Community.objects.count() == before
