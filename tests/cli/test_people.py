"""`visavis admin add`."""

from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from tests.factories.world import make_world
from visavis.core import clock
from visavis.core.address import remember_address
from visavis.core.models import HistoryEntry
from visavis.people.enums import Role
from visavis.people.models import Membership, User
from visavis.people.signin import enter_by_link

pytestmark = pytest.mark.django_db


def token_of(link):
    return urlsplit(link).path.rstrip("/").rpartition("/")[2]


def test_first_administrator_gets_a_link_that_signs_in(visavis):
    answer = visavis("admin", "add", "dean@uni.test", "--json")
    dean = User.objects.get()
    assert (answer.status, answer.json["email"], answer.json["community"]) == (
        0,
        "dean@uni.test",
        None,
    )
    assert dean.is_school_admin
    assert enter_by_link(token_of(answer.json["sign_in_link"]), now=clock.now()).user == dean


def test_administrator_of_one_community_is_none_of_the_school(visavis):
    world = make_world()
    answer = visavis("admin", "add", "lead@uni.test", "--community", "mentoring")
    assert answer.stdout.splitlines()[0] == "lead@uni.test is an administrator of Mentoring."
    assert not User.objects.get().is_school_admin
    assert list(Membership.objects.values_list("community", "role")) == [
        (world.community.pk, Role.ADMIN)
    ]


def test_link_leads_to_where_this_machine_serves(visavis, settings, tmp_path, monkeypatch):
    def address():
        link = visavis("admin", "add", "dean@uni.test", "--json").json["sign_in_link"]
        return link.partition("/accounts/")[0]

    settings.DATA, settings.ALLOWED_HOSTS = tmp_path, ["localhost"]
    monkeypatch.delenv("PORT", raising=False)
    assert address() == "http://127.0.0.1:8000"
    remember_address("0.0.0.0", 8081)  # noqa: S104  (read, not bound)
    assert address() == "http://127.0.0.1:8081"
    monkeypatch.setenv("PORT", "8082")
    assert address() == "http://127.0.0.1:8082"
    settings.ALLOWED_HOSTS = ["meet.uni.test"]
    assert address() == "https://meet.uni.test"


def test_second_time_gives_a_new_link_to_the_same_person(visavis):
    visavis("admin", "add", "dean@uni.test")
    assert visavis("admin", "add", "Dean@UNI.test").status == 0
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(("dean",), "dean"), (("",), "e-mail"), (("d@uni.test", "--community", "x"), "x")],
)
def test_nobody_is_made_from_bad_input(visavis, arguments, word):
    answer = visavis("admin", "add", *arguments)
    assert (answer.status, answer.stdout, word in answer.stderr) == (1, "", True)
    assert not User.objects.exists()


def test_an_address_longer_than_any_is_refused_with_a_sentence(visavis):
    answer = visavis("admin", "add", f"{'x' * 60}@{'y.' * 120}test")
    assert (answer.status, "at most 254 characters" in answer.stderr) == (1, True)
    assert not User.objects.exists()


def test_who_has_lost_a_factor_is_freed_of_it_and_told(visavis):
    visavis("admin", "add", "dean@uni.test")
    dean = User.objects.get()
    TOTP.activate(dean, generate_totp_secret())
    answer = visavis("admin", "free", "Dean@uni.test")
    assert "has no second factor any more" in answer.stdout
    assert not Authenticator.objects.exists()
    removed = HistoryEntry.objects.get(verb="removed second factor")
    assert (removed.actor_id, removed.subject_id) == (None, str(dean.pk))
    assert visavis("admin", "free", "dean@uni.test", "--json").json == {
        "email": "dean@uni.test",
        "removed": 0,
    }


def test_nobody_is_freed_whom_nobody_knows(visavis):
    answer = visavis("admin", "free", "who@uni.test")
    assert (answer.status, "who@uni.test" in answer.stderr) == (1, True)
