"""Everybody of the school: give them what is kept, turn a wish down, erase for good."""

import io
import zipfile

import pytest

from tests.factories.world import MONDAY, make_user
from visavis.communities.models import Community
from visavis.core.history import Actor
from visavis.core.models import HistoryEntry
from visavis.people.models import User
from visavis.privacy.models import ErasureRequest
from visavis.privacy.requests import ask_for_erasure

PAGE = "/school/people/"


@pytest.fixture
def sam(cast):
    return cast.own.student


@pytest.fixture
def url(sam):
    return f"{PAGE}{sam.pk}/"


@pytest.fixture
def asked(sam):
    return ask_for_erasure(sam, by=Actor(sam.pk, str(sam)), now=MONDAY)


def words(answer):
    return " ".join(answer.content.decode().split())


def test_people_are_found_by_name_and_those_who_ask_come_first(school_admin, asked):
    page = words(school_admin.get(PAGE))
    assert "Who asks to be erased" in page
    assert page.index("Who asks to be erased") < page.index("sam@students.test"[:3])
    assert "Sam Example" in words(school_admin.get(f"{PAGE}?q=sam"))
    assert "Nobody fits" in words(school_admin.get(f"{PAGE}?q=nobody"))


def test_page_says_what_ends_goes_and_stays(school_admin, url):
    page = words(school_admin.get(url))
    for said in ("Coming meetings", "Goes for good", "Stays", "with “Erased person”"):
        assert said in page


def test_person_who_has_nothing_is_told_of_so(school_admin):
    found = make_user("bare@uni.test", "Bare")
    HistoryEntry.objects.filter(subject_type="user", subject_id=found.pk).delete()
    assert "there is nothing" in words(school_admin.get(f"{PAGE}{found.pk}/"))


def test_file_is_taken_by_an_administrator_and_written_down(school_admin, cast, url, sam):
    answer = school_admin.post(f"{url}file/", {"with_notes": "on"})
    assert answer["Content-Type"] == "application/zip"
    assert f"person-{sam.pk}-2027-02-15.zip" in answer["Content-Disposition"]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert "data.json" in archive.namelist()
    entry = HistoryEntry.objects.get(verb="exported a person")
    assert (entry.actor_id, entry.after) == (
        cast.people["school_admin"].pk,
        {"with_notes": True},
    )


def test_nothing_is_erased_before_the_address_is_typed(school_admin, url, sam):
    page = words(school_admin.get(f"{url}erasure/"))
    assert "Erase Sam Example?" in page
    for typed in ("", "talia@uni.test"):
        answer = school_admin.post(f"{url}erasure/", {"email": typed})
        assert answer.status_code == 422
    assert User.objects.get(pk=sam.pk).is_active
    answer = school_admin.post(f"{url}erasure/", {"email": " SAM@students.test "}, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert str(User.objects.get(pk=sam.pk)) == "Erased person"
    assert "This person was erased." in words(school_admin.get(url))
    again = school_admin.post(f"{url}erasure/", {"email": "sam@students.test"}, follow=True)
    assert "erased already" in words(again)


def test_wish_is_turned_down_with_a_reason_that_the_person_reads(school_admin, asked, url, sam):
    answer = school_admin.post(f"{url}refusal/", {"answer": ""})
    assert (answer.status_code, "Say why" in words(answer)) == (422, True)
    school_admin.post(f"{url}refusal/", {"answer": "We must keep records for a year."})
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == ("refused", "We must keep records for a year.")
    client = school_admin
    client.force_login(sam)
    assert "We must keep records for a year." in words(client.get("/accounts/data/"))


def test_erasing_answers_the_wish(school_admin, asked, url):
    school_admin.post(f"{url}erasure/", {"email": "sam@students.test"})
    assert ErasureRequest.objects.get().state == "done"


def test_only_administrator_of_the_school_is_told_why_they_stay(school_admin, cast):
    rita = cast.people["school_admin"]
    answer = school_admin.get(f"{PAGE}{rita.pk}/erasure/", follow=True)
    assert "the only administrator of the school" in words(answer)


def test_administrator_who_erases_themselves_is_out(school_admin, cast):
    rita = cast.people["school_admin"]
    other = make_user("second@uni.test", "Sue")
    User.objects.filter(pk=other.pk).update(is_school_admin=True)
    answer = school_admin.post(f"{PAGE}{rita.pk}/erasure/", {"email": rita.email})
    assert (answer.status_code, answer.url) == (302, "/")
    assert school_admin.get(PAGE).status_code == 302


def test_list_asks_as_much_for_many_as_for_few(school_admin, django_assert_max_num_queries):
    for number in range(20):
        make_user(f"more{number}@uni.test", f"More{number}")
    with django_assert_max_num_queries(12):
        school_admin.get(PAGE)


def test_times_of_sign_ins_are_those_of_the_communities_and_say_so(school_admin, sam, url):
    # 19:26 in UTC is 14:26 in New York, where the community of the cast is.
    User.objects.filter(pk=sam.pk).update(last_login=MONDAY.replace(hour=19, minute=26))
    assert {zone for (zone,) in Community.objects.values_list("timezone")} == {"America/New_York"}
    for page in (PAGE, url):
        told = words(school_admin.get(page))
        assert "2:26" in told
        assert "7:26" not in told
        assert "New York time" in told
    assert "Times are in New York time." in words(school_admin.get("/accounts/security/"))
