"""Whose account an arrival opens, and which roles it brings."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction

from tests.factories.identity import make_oidc, make_saml
from tests.factories.world import MONDAY, TESTER, make_user, make_world
from visavis.identities.actions import add_affiliation_role
from visavis.identities.attributes import UID_LENGTH, Asserted, read_claims, read_saml
from visavis.identities.entering import enter_by_identity
from visavis.identities.enums import Outcome
from visavis.identities.errors import Problem
from visavis.identities.models import AffiliationRole
from visavis.people.actions import take_role
from visavis.people.enums import Role
from visavis.people.models import Membership, Provider, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider():
    return make_oidc(is_on=True)


def jane(**changes):
    return Asserted(**{"identifiers": ("sub",), "email": "jane@northfield.edu", **changes})


def enter(provider, asserted):
    return enter_by_identity(provider, asserted, now=MONDAY)


def code_of(provider, asserted):
    with pytest.raises(Problem) as caught:
        enter(provider, asserted)
    return caught.value.code


def test_an_account_that_a_code_has_opened_is_linked(provider):
    user = make_user("jane@northfield.edu", "Jane")
    user.claimed_at = MONDAY
    user.save()
    arrival = enter(provider, jane())
    assert (arrival.outcome, arrival.entry.user, arrival.entry.is_first) == (
        Outcome.LINK,
        user,
        False,
    )


def test_two_providers_open_one_account_each_by_its_own_name(provider):
    other = make_saml(is_on=True)
    first, second = enter(provider, jane()), enter(other, jane(identifiers=("there",)))
    assert first.entry.user == second.entry.user
    assert SocialAccount.objects.count() == 2


def test_a_better_identifier_that_comes_later_finds_who_came_by_the_other(provider):
    enter(provider, jane(identifiers=("pairwise",)))
    again = enter(provider, jane(identifiers=("subject", "pairwise")))
    assert again.outcome == Outcome.RETURN
    assert SocialAccount.objects.get().uid == "pairwise"


def test_a_closed_account_stays_closed(provider):
    user = enter(provider, jane()).entry.user
    user.is_active = False
    user.save()
    assert code_of(provider, jane()) == "closed"
    assert code_of(make_saml(is_on=True), jane()) == "closed"


def test_where_no_accounts_are_made_only_people_on_a_list_come_in(provider):
    provider.makes_accounts = False
    provider.save()
    assert code_of(provider, jane()) == "not_listed"
    make_user("jane@northfield.edu", "Jane")
    assert enter(provider, jane()).outcome == Outcome.CLAIM


@pytest.mark.parametrize(
    ("email", "code"),
    [
        ("", "no_mail"),
        ("jane", "bad_mail"),
        ("jane@northfield.edu.evil.example", "foreign_mail"),
        ("jane@sub.northfield.edu", "foreign_mail"),
        ("jane@evil.example@northfield.edu", "bad_mail"),
        ("x" * 300 + "@northfield.edu", "bad_mail"),
    ],
)
def test_an_address_that_says_nothing_opens_nothing(provider, email, code):
    assert code_of(provider, jane(email=email)) == code
    assert not User.objects.exists()


def test_roles_go_with_what_somebody_is_and_are_given_once(provider):
    world = make_world()
    add_affiliation_role(affiliation="student", role="student", community=None, by=TESTER)
    add_affiliation_role(affiliation="staff", role="provider", community=world.community, by=TESTER)
    user = enter(provider, jane(affiliations=frozenset({"student"}))).entry.user
    membership = Membership.objects.get(user=user)
    assert (membership.role, membership.community) == (Role.STUDENT, world.community)
    take_role(membership, by=TESTER)
    enter(provider, jane(affiliations=frozenset({"student"})))
    assert not Membership.objects.filter(user=user).exists()
    enter(provider, jane(affiliations=frozenset({"student", "staff"})))
    assert Provider.objects.get(user=user).is_active
    assert not Membership.objects.filter(user=user).exists()


def test_the_database_makes_no_administrator_by_affiliation():
    with pytest.raises(IntegrityError), transaction.atomic():
        AffiliationRole.objects.create(affiliation="staff", role=Role.ADMIN)


def test_scopes_of_other_schools_say_nothing(provider):
    claims = {
        "sub": "x",
        "eduperson_scoped_affiliation": ["student@northfield.edu", "staff@evil.example"],
        "eduperson_principal_name": "boss@evil.example",
    }
    read = read_claims(provider, claims)
    assert (read.affiliations, read.sso_ids) == (frozenset({"student"}), ())
    netid = read_claims(provider, {"sub": "x", "eduperson_principal_name": "jd@northfield.edu"})
    assert netid.sso_ids == ("jd@northfield.edu", "jd")


def test_claims_may_be_anything(provider):
    odd = {"sub": 7, "email": ["a@northfield.edu"], "name": {"a": 1}, "x": None, "y": [[1], {}]}
    read = read_claims(provider, odd)
    assert (read.identifiers, read.email, read.first_name) == (("7",), "a@northfield.edu", "")
    assert read_claims(provider, {}).identifiers == ()
    long = read_claims(provider, {"sub": "x" * 5000}).identifiers[0]
    assert len(long) <= UID_LENGTH


def test_saml_identifiers_are_the_same_in_any_case_but_a_name_id(provider):
    named = {"subject-id": ["JD@Northfield.edu"], "pairwise-id": ["ABC@x"]}
    read = read_saml(
        provider,
        named,
        name_id="Opaque",
        name_id_format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    )
    assert read.identifiers == (
        "subject-id:jd@northfield.edu",
        "pairwise-id:abc@x",
        "persistent:Opaque",
    )
    provider.identifier_attribute = "employeeNumber"
    own = read_saml(provider, {"employeeNumber": ["0815"]}, name_id="", name_id_format="")
    assert own.identifiers == ("employeeNumber:0815",)
