"""The school's page: for its administrators alone, and what is refused with a sentence."""

import pytest

from tests.factories.cast import MONDAY
from visavis.communities.models import School
from visavis.core.models import HistoryEntry
from visavis.people.signin import enter_by_email

PAGE = "/school/settings/"


def test_school_is_changed_shown_and_written_down(school_admin, cast):
    typed = {"name": "Northfield", "allowed_domains": "@Students.NF.edu\n\nnf.edu\r\nNF.EDU"}
    answer = school_admin.post(PAGE, typed, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "The school is saved." in answer.content.decode()
    assert answer.context["form"]["allowed_domains"].value() == "nf.edu\nstudents.nf.edu"
    entry = HistoryEntry.objects.get(verb="changed school")
    assert (entry.actor_id, entry.after["name"]) == (cast.people["school_admin"].pk, "Northfield")
    assert "Support at Northfield" in school_admin.get("/").content.decode()


def test_owner_of_an_address_of_the_school_may_sign_in_from_then_on(school_admin):
    school_admin.post(PAGE, {"name": "Northfield", "allowed_domains": "nf.edu"})
    assert enter_by_email("new@nf.edu", now=MONDAY).is_first


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": " "}, "Enter the name of your school."),
        ({"name": "x" * 201}, "At most 200 characters fit; here are 201."),
        ({"allowed_domains": "nf.edu\nann@nf.edu"}, "“ann@nf.edu” is no e-mail domain."),
        ({"allowed_domains": "nf.edu, hd.edu"}, "“nf.edu, hd.edu” is no e-mail domain."),
        ({"allowed_domains": "localhost"}, "“localhost” is no e-mail domain."),
    ],
)
def test_what_does_not_fit_comes_back_with_a_sentence(school_admin, typed, sentence):
    answer = school_admin.post(PAGE, {"name": "Northfield", "allowed_domains": ""} | typed)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert not School.objects.exists()


def test_only_administrators_of_the_school_find_it_in_the_menu(school_admin, admin, desk):
    overview = "/c/mentoring/manage/"
    found = [
        'href="/school/"' in client.get(overview).content.decode()
        for client in (school_admin, admin, desk)
    ]
    assert found == [True, False, False]


def test_start_page_leads_the_school_s_administrators_on_and_nobody_else(school_admin, admin):
    assert 'href="/school/"' in school_admin.get("/").content.decode()
    assert 'href="/school/"' not in admin.get("/").content.decode()
