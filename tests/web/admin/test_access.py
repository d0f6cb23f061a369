"""The second factor that the school may ask of administrators, and help for who lost one."""

import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.test import Client

from tests.factories.cast import MONDAY
from tests.factories.world import TESTER
from visavis.communities.actions import change_school
from visavis.communities.models import School
from visavis.core.models import HistoryEntry
from visavis.core.worker import drain
from visavis.people.account_events import Visit, note
from visavis.people.actions import give_role, retire_provider, take_role
from visavis.people.devices import begin_device
from visavis.people.enums import AccountEventKind, Role
from visavis.people.models import AccountEvent, Device
from visavis.privacy.actions import keep_for, let_go
from visavis.privacy.enums import Subject
from visavis.privacy.errors import InvalidKeeping

MANAGE, DESK = "/c/mentoring/manage/settings/", "/c/mentoring/manage/"
SCHOOL = "/school/settings/"
TYPED = {"name": "Northfield", "allowed_domains": "", "admins_need_second_factor": "on"}


def set_up(person):
    return TOTP.activate(person, generate_totp_secret()).instance


def shown(client, person):
    """The browser of somebody who has shown a second factor when signing in."""
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "type": "totp", "at": time.time()}
    ]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()


@pytest.fixture
def wanted(db):
    change_school({"name": "Northfield", "admins_need_second_factor": True}, by=TESTER)


def way(answer):
    return answer.headers.get("Location", "").partition("?")[0]


def test_nobody_asks_it_of_others_who_has_none(school_admin, cast):
    refused = school_admin.post(SCHOOL, TYPED)
    assert refused.status_code == 422
    assert "Set up a second factor of your own first" in refused.content.decode()
    set_up(cast.people["school_admin"])
    assert school_admin.post(SCHOOL, TYPED).status_code == 302
    assert School.objects.get().admins_need_second_factor


@pytest.mark.parametrize("role", ["admin", "school_admin"])
def test_an_administrator_without_one_is_led_to_set_it_up(cast, wanted, role, request):
    client = request.getfixturevalue(role)
    for path in (MANAGE, DESK, "/school/") if role == "school_admin" else (MANAGE, DESK):
        assert way(client.get(path)) == "/accounts/security/"
    asked = client.get(client.get(MANAGE).headers["Location"])
    assert "Your school asks for a second factor" in asked.content.decode()
    assert client.post(MANAGE).headers["Location"].endswith("next=%2F")
    asked_by_script = client.get(MANAGE, headers={"HX-Request": "true"})
    assert asked_by_script.headers["HX-Redirect"].startswith("/accounts/security/")


def test_one_that_was_set_up_has_to_be_shown_in_this_session(admin, cast, wanted):
    set_up(cast.people["admin"])
    assert way(admin.get(MANAGE)) == "/accounts/security/confirmation/"
    shown(admin, cast.people["admin"])
    assert admin.get(MANAGE).status_code == 200
    Authenticator.objects.all().delete()
    assert way(admin.get(MANAGE)) == "/accounts/security/"


def test_the_front_desk_and_givers_are_not_asked(desk, cast, wanted):
    assert desk.get(DESK).status_code == 200
    giver = Client()
    giver.force_login(cast.people["provider"])
    assert giver.get("/c/mentoring/teach/").status_code == 200


def test_a_lost_factor_is_taken_away_with_every_sign_in_and_told(school_admin, admin, cast):
    person = cast.people["admin"]
    set_up(person)
    page = f"/school/people/{person.pk}/"
    assert "They have lost them" in school_admin.get(page).content.decode()
    assert school_admin.post(f"{page}factors/removal/").headers["Location"] == page
    assert not Authenticator.objects.exists()
    assert "_auth_user_id" not in admin.session or way(admin.get(MANAGE)) == "/accounts/login/"
    drain()
    assert (mail.outbox[-1].to, "was removed" in mail.outbox[-1].subject) == ([person.email], True)
    told = HistoryEntry.objects.get(verb="removed second factor")
    assert (told.actor_id, told.subject_id) == (cast.people["school_admin"].pk, str(person.pk))


def test_a_person_is_signed_out_everywhere_at_once(school_admin, admin, cast):
    person = cast.people["admin"]
    other = Client()
    other.force_login(person)
    begin_device(
        person,
        session_key=other.session.session_key,
        way="code",
        visit=Visit(device="Firefox on Mac", network="192.0.2.0/24"),
        now=MONDAY,
    )
    page = f"/school/people/{person.pk}/"
    assert "Firefox on Mac" in school_admin.get(page).content.decode()
    school_admin.post(f"{page}sessions/ending/")
    assert not Device.objects.exists()
    # One of them was never written down.
    assert [way(client.get(MANAGE)) for client in (admin, other)] == ["/accounts/login/"] * 2
    assert school_admin.get(page).status_code == 200
    assert HistoryEntry.objects.filter(verb="ended all sign-ins").count() == 1


def test_a_role_that_is_taken_away_is_gone_at_once(admin, desk, cast, place):
    clerk = cast.people["front_desk"]
    assert desk.get(DESK).status_code == 200
    take_role(clerk.memberships.get(role=Role.FRONT_DESK, community=place.community), by=TESTER)
    assert desk.get(DESK).status_code == 404
    giver = Client()
    giver.force_login(cast.people["provider"])
    retire_provider(place.provider, by=TESTER, now=MONDAY)
    assert giver.get("/c/mentoring/teach/hours/").status_code == 404
    cast.people["admin"].is_active = False
    cast.people["admin"].save(update_fields=["is_active"])
    assert way(admin.get(MANAGE)) == "/accounts/login/"


def test_the_record_tells_of_roles_and_is_searched_and_taken_away(school_admin, cast, place):
    give_role(cast.people["student"], place.community, Role.FRONT_DESK, by=TESTER)
    visit = Visit(network="192.0.2.0/24", device="Safari on iPhone")
    note(AccountEventKind.REFUSED, None, visit=visit, email="=Who@x.test", now=MONDAY)
    page = school_admin.get("/school/sign-ins/").content.decode()
    assert "Front desk, Mentoring" in page
    assert "nobody known here" in page
    found = school_admin.get("/school/sign-ins/", {"q": "iphone", "kind": "refused"})
    assert [event.email for event in found.context["page_obj"]] == ["=who@x.test"]
    none = school_admin.get("/school/sign-ins/", {"q": "nobody at all"})
    assert "Nothing fits" in none.content.decode()
    odd = school_admin.get("/school/sign-ins/", {"kind": "made-up", "first": "9999-99-99"})
    assert odd.status_code == 200
    file = b"".join(school_admin.get("/school/sign-ins/csv/", {"q": "iphone"}).streaming_content)
    [_header, line] = file.decode().splitlines()
    assert "'=who@x.test" in line
    assert "192.0.2.0/24" in line


def test_the_record_costs_the_same_however_long_it_is(
    school_admin, cast, django_assert_max_num_queries
):
    for person in cast.people.values():
        if person.pk:
            note(AccountEventKind.SIGNED_IN, person)
    with django_assert_max_num_queries(9):
        school_admin.get("/school/sign-ins/")


def test_the_record_is_kept_for_as_long_as_the_school_says(school_admin, cast):
    for days in (31, 29):
        note(AccountEventKind.REFUSED, None, email=f"{days}@x.test", now=MONDAY - timedelta(days))
    let_go(now=MONDAY)
    assert AccountEvent.objects.filter(email__endswith="@x.test").count() == 2
    keep_for({Subject.SIGN_INS: 30}, by=TESTER)
    assert "Kept for 30 days." in school_admin.get("/school/sign-ins/").content.decode()
    let_go(now=MONDAY)
    kept = AccountEvent.objects.filter(email__endswith="@x.test")
    assert [event.email for event in kept] == ["29@x.test"]


def test_the_record_is_among_what_is_kept(school_admin, cast):
    page = school_admin.get("/school/retention/").content.decode()
    assert "The record of sign-ins (days)" in page
    with pytest.raises(InvalidKeeping, match="7 to 3650 days"):
        keep_for({Subject.SIGN_INS: 1}, by=TESTER)
