"""Signing in: which account an address opens, and links that open one once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import resolve

from visavis.communities.models import School
from visavis.core.models import HistoryEntry
from visavis.people import signin
from visavis.people.models import User

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    school, _ = School.objects.get_or_create(pk=1)
    school.allowed_domains = ["School.edu"]
    school.save()
    return school


@pytest.fixture
def ann(db):
    return User.objects.create(email="Ann@else.test", first_name="Ann")


def token_of(path):
    return resolve(path).kwargs["token"]


def test_the_first_sign_in_claims_the_provisional_account_with_that_address(ann):
    first = signin.enter_by_email("ANN@else.test ", now=NOON)
    second = signin.enter_by_email("ann@else.test", now=NOON + timedelta(days=1))
    assert (first.user, first.is_first, second.is_first) == (ann, True, False)
    ann.refresh_from_db()
    assert ann.claimed_at == NOON
    verbs = HistoryEntry.objects.values_list("verb", flat=True)
    assert list(verbs) == ["signed in for the first time"]


def test_somebody_elses_provisional_account_stays_unclaimed(ann):
    bob = User.objects.create(email="bob@else.test")
    signin.enter_by_email("bob@else.test", now=NOON)
    assert list(User.objects.filter(claimed_at=None)) == [ann]
    assert bob != ann


def test_an_address_of_the_school_gets_an_account_once(school):
    entries = [signin.enter_by_email("New@SCHOOL.EDU", now=NOON) for _ in range(2)]
    assert [entry.is_first for entry in entries] == [True, False]
    [user] = User.objects.all()
    assert (user.email, user.claimed_at, user.has_usable_password()) == (
        "new@school.edu",
        NOON,
        False,
    )


@pytest.mark.parametrize(
    "email", ["x@stranger.test", "x@evil.school.edu", "school.edu", "", "x@school.edu.test"]
)
def test_an_address_that_nobody_knows_gets_neither_account_nor_mailbox(school, email):
    assert signin.find_mailbox(email) == ""
    with pytest.raises(signin.NoSuchPerson):
        signin.enter_by_email(email, now=NOON)
    assert User.objects.count() == 0


def test_a_person_who_was_switched_off_gets_in_nowhere(school):
    User.objects.create(email="off@school.edu", is_active=False)
    assert signin.find_mailbox("off@school.edu") == ""
    with pytest.raises(signin.NoSuchPerson):
        signin.enter_by_email("off@school.edu", now=NOON)


def test_a_code_goes_to_the_address_on_file_and_not_to_a_look_alike(ann, school):
    assert signin.find_mailbox("ａnn@else.test") == "Ann@else.test"
    assert signin.find_mailbox("ｎew@school.edu") == "new@school.edu"


def test_a_link_signs_in_once(ann):
    token = token_of(signin.make_sign_in_link(ann, NOON))
    assert signin.check_sign_in_link(token, now=NOON) == ann
    assert signin.check_sign_in_link(token, now=NOON) == ann
    assert signin.enter_by_link(token, now=NOON).is_first is True
    with pytest.raises(signin.LinkRefused, match="has been used"):
        signin.enter_by_link(token, now=NOON)


def test_a_link_dies_with_any_other_sign_in(ann):
    token = token_of(signin.make_sign_in_link(ann, NOON))
    signin.enter_by_email(ann.email, now=NOON)
    with pytest.raises(signin.LinkRefused, match="has been used"):
        signin.check_sign_in_link(token, now=NOON)


@pytest.mark.parametrize(
    ("change", "at", "sentence"),
    [
        (str, NOON + timedelta(hours=25), "has run out"),
        (lambda t: t[:-1], NOON, "not complete"),
        (lambda _: "x", NOON, "not complete"),
        (lambda _: signin.signing.dumps(["a"], salt=signin.LINK_SALT), NOON, "not complete"),
    ],
)
def test_a_link_that_is_old_or_cut_is_refused_with_a_sentence(ann, change, at, sentence):
    token = token_of(signin.make_sign_in_link(ann, NOON))
    with pytest.raises(signin.LinkRefused, match=sentence):
        signin.check_sign_in_link(change(token), now=at)
