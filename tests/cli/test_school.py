"""`visavis school`."""

import pytest

from tests.factories.identity import make_oidc
from tests.factories.world import MONDAY
from visavis.communities.models import School
from visavis.core.models import HistoryEntry

pytestmark = pytest.mark.django_db
SET = ("school", "set")


def test_school_that_nobody_named_is_shown_with_every_key(visavis):
    assert visavis("school", "show").lines == [
        ["KEY", "VALUE"],
        ["name", "My school"],
        ["allowed_domains"],
        ["admins_need_second_factor", "no"],
        ["email_codes", "yes"],
    ]
    assert visavis("school", "show", "--json").json == {
        "name": "My school",
        "allowed_domains": [],
        "admins_need_second_factor": False,
        "email_codes": True,
    }
    assert not School.objects.exists()


def test_school_is_changed_and_the_change_written_down(visavis):
    answer = visavis(*SET, "name=Northfield", "allowed_domains=@Students.NF.edu| nf.edu |")
    assert (answer.status, answer.stdout.splitlines()) == (
        0,
        ["name = Northfield", "allowed_domains = nf.edu|students.nf.edu"],
    )
    entry = HistoryEntry.objects.get()
    assert (entry.verb, entry.actor_label, entry.before, entry.after) == (
        "changed school",
        "Command line",
        {"name": "My school", "allowed_domains": []},
        {"name": "Northfield", "allowed_domains": ["nf.edu", "students.nf.edu"]},
    )
    answer = visavis(*SET, "name=Northfield University", "--json")
    assert answer.json == {
        "name": "Northfield University",
        "allowed_domains": ["nf.edu", "students.nf.edu"],
        "admins_need_second_factor": False,
        "email_codes": True,
    }


@pytest.mark.parametrize("nothing", ["", "none"])
def test_domains_are_taken_away(visavis, nothing):
    visavis(*SET, "allowed_domains=nf.edu")
    assert visavis(*SET, f"allowed_domains={nothing}").status == 0
    assert School.objects.get().allowed_domains == []


def test_what_is_there_already_writes_nothing_down(visavis):
    visavis(*SET, "allowed_domains=nf.edu")
    visavis(*SET, "allowed_domains=NF.edu")
    assert HistoryEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("pair", "word"),
    [
        ("colour=red", "There are: name, allowed_domains, admins_need_second_factor, email_codes."),
        ("name=", "name"),
        (f"name={'x' * 201}", "200"),
        ("allowed_domains=nf", "“nf” is no e-mail domain."),
        ("allowed_domains=ann@nf.edu", "“ann@nf.edu” is no e-mail domain."),
        ("allowed_domains=nf.edu,hd.edu", "“nf.edu,hd.edu” is no e-mail domain."),
        ("allowed_domains=*.nf.edu", "“*.nf.edu” is no e-mail domain."),
        ("allowed_domains=https://nf.edu/", "is no e-mail domain."),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(visavis, pair, word):
    visavis(*SET, "name=Northfield", "allowed_domains=old.edu")
    answer = visavis(*SET, "name=Other", "allowed_domains=new.edu", pair)
    assert (answer.status, answer.stdout, word in answer.stderr) == (1, "", True)
    assert visavis(*SET, pair, "--json").json["refused"] == "invalid_setting"
    school = School.objects.get()
    assert (school.name, school.allowed_domains) == ("Northfield", ["old.edu"])


def test_pair_without_equals_sign_is_wrong_usage(visavis):
    answer = visavis(*SET, "Northfield")
    assert (answer.status, "key=value" in answer.stderr) == (2, True)


def test_codes_by_mail_are_not_switched_off_before_a_provider_has_worked(visavis):
    refused = visavis(*SET, "name=Northfield", "email_codes=no")
    assert refused.status == 1
    assert "No provider that is switched on has let anybody in yet" in refused.stderr
    assert not School.objects.filter(name="Northfield").exists()
    make_oidc(is_on=True, worked_at=MONDAY)
    assert visavis(*SET, "email_codes=no").stdout == "email_codes = no\n"
    assert School.objects.get().email_codes is False
    assert visavis(*SET, "email_codes=yes").status == 0
    assert School.objects.get().email_codes is True
