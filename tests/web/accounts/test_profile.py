"""The profile page: name, pronouns, zone and hours, checked and kept."""

import pytest

from tests.factories.world import TESTER, make_world
from visavis.people.actions import give_role
from visavis.people.enums import Role

PROFILE = "/accounts/profile/"
TYPED = {
    "first_name": "Anna",
    "last_name": "Lee",
    "pronouns": "she/her",
    "timezone": "new york",
    "hour_cycle": "24",
}


def test_a_profile_is_kept_and_leads_on(client, ann):
    client.force_login(ann)
    answer = client.post(PROFILE, TYPED | {"next": "/c/x/learn/"})
    assert answer.headers["Location"] == "/c/x/learn/"
    ann.refresh_from_db()
    kept = (ann.full_name, ann.pronouns, ann.timezone, ann.hour_cycle)
    assert kept == ("Anna Lee", "she/her", "America/New_York", "24")


@pytest.mark.parametrize("next_path", ["", "https://evil.test/", "//evil.test/", PROFILE])
def test_a_profile_without_a_way_on_leads_home_and_says_that_it_is_kept(client, ann, next_path):
    client.force_login(ann)
    answer = client.post(PROFILE, TYPED | {"next": next_path}, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert "Your profile is saved." in answer.content.decode()


def test_a_profile_leads_to_the_one_community_of_the_person(client, ann):
    join(ann, "mentoring")
    client.force_login(ann)
    answer = client.post(PROFILE, TYPED, follow=True)
    assert answer.redirect_chain == [("/c/mentoring/learn/", 302)]
    assert "Your profile is saved." in answer.content.decode()
    join(ann, "writing")
    assert client.post(PROFILE, TYPED).headers["Location"] == "/"


def join(person, slug):
    give_role(person, make_world(slug).community, Role.STUDENT, by=TESTER)


def test_zones_of_centres_that_are_not_ones_own_are_named(client, ann):
    give_role(ann, make_world("mentoring").community, Role.STUDENT, by=TESTER)
    abroad = make_world("abroad", timezone="Asia/Tokyo").community
    give_role(ann, abroad, Role.STUDENT, by=TESTER)
    client.force_login(ann)
    assert "Other zones than yours" not in client.get(PROFILE).content.decode()
    ann.timezone = "America/New_York"
    ann.save()
    shown = client.get(PROFILE)
    assert shown.context["elsewhere"] == [(abroad.zone, [abroad.name])]
    assert f"{abroad.name}: Tokyo time" in shown.content.decode()


def test_the_menu_leads_to_the_profile_and_from_there_back(client, ann):
    join(ann, "mentoring")
    client.force_login(ann)
    page = client.get("/c/mentoring/learn/?page=1").content.decode()
    assert f'href="{PROFILE}?next=/c/mentoring/learn/%3Fpage%3D1"' in page


@pytest.mark.parametrize(("query", "shown"), [("?first=yes&next=/x/", True), ("?next=/x/", False)])
def test_only_the_first_time_the_profile_asks_whether_it_is_right(client, ann, query, shown):
    client.force_login(ann)
    assert ("Is this right?" in client.get(PROFILE + query).content.decode()) is shown
    again = client.post(PROFILE + query, TYPED | {"first_name": ""})
    assert ("Save and go on" in again.content.decode()) is shown


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"first_name": " "}, "Enter your first name."),
        ({"timezone": "Atlantis"}, "“Atlantis” is no time zone that is known here."),
        ({"hour_cycle": "13"}, "“13” is none of the choices"),
        ({"pronouns": "x" * 41}, "At most 40 characters"),
    ],
)
def test_what_does_not_fit_comes_back_with_a_sentence(client, ann, typed, sentence):
    client.force_login(ann)
    answer = client.post(PROFILE, TYPED | typed)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    ann.refresh_from_db()
    assert ann.first_name == "Ann"


def test_what_is_refused_changes_nothing_of_who_looks_at_the_page(client, ann):
    client.force_login(ann)
    answer = client.post(PROFILE, TYPED | {"timezone": "nowhere"})
    assert answer.status_code == 422
    assert answer.wsgi_request.user.first_name == "Ann"
    assert answer.context["form"]["first_name"].value() == "Anna"


def test_nobody_sees_a_profile_without_signing_in(client, ann):
    assert client.get(PROFILE).headers["Location"] == f"/accounts/login/?next={PROFILE}"
