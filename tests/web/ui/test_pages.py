import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.test import override_settings
from django.urls import include, path

from tests.factories.world import MONDAY, TESTER, make_user, make_world
from visavis.bookings.queries import communities_open_to
from visavis.communities.enums import Eligibility
from visavis.communities.models import Community
from visavis.core.clock import frozen_at
from visavis.core.errors import NotFound, VisavisError
from visavis.core.models import StoredFile
from visavis.people.actions import add_provider
from visavis.people.enums import Role
from visavis.people.models import Membership
from visavis.people.queries import SeenCommunities
from visavis.people.rules import Standing, can_see_community

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/c/mentoring/learn/"}


class Taken(VisavisError):
    code, status = "taken", 409


def fails(error):
    def view(request):
        raise error

    return view


urlpatterns = [
    path("", include("visavis.config.urls")),
    path("test/hidden/", fails(PermissionDenied())),
    path("test/unknown/", fails(NotFound("Nobody here is called Ann."))),
    path("test/taken/", fails(Taken("That time was just taken."))),
    path("test/wrong/", lambda _: HttpResponse("the form", status=422)),
    path("test/private/", lambda _: redirect("/accounts/login/?next=/test/private/")),
]
handler403 = "visavis.web.ui.views.errors.forbidden"
with_test_pages = override_settings(ROOT_URLCONF=__name__)


@pytest.fixture
def ann():
    return make_user("ann@uni.test", "Ann")


def test_healthz_answers_without_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


def test_readyz_is_ready_after_all_migrations(client):
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ready")


def test_readyz_names_the_command_when_a_migration_waits(client, monkeypatch):
    monkeypatch.setattr("visavis.web.ui.views.health.missing_migrations", lambda: ["people.0099"])
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.content == b"1 migrations are not applied. Run: visavis migrate\n"


def test_a_stranger_sees_no_community_and_is_asked_to_sign_in(client):
    make_world("mentoring")
    page = client.get("/").content.decode()
    assert "Mentoring" not in page
    assert 'href="/accounts/login/"' in page


def test_a_members_own_community_stands_first(client, ann):
    make_world("advising")
    add_provider(ann, make_world("mentoring").community, by=TESTER)
    client.force_login(ann)
    response = client.get("/")
    assert [place.slug for place in response.context["own"]] == ["mentoring"]
    assert [place.slug for place in response.context["others"]] == ["advising"]


def test_the_start_page_costs_the_same_for_many_communities(
    client, ann, django_assert_max_num_queries
):
    for number in range(12):
        make_world(f"centre-{number}")
    client.force_login(ann)
    with django_assert_max_num_queries(8):
        client.get("/")


@pytest.mark.parametrize("visible", [True, False])
@pytest.mark.parametrize("eligibility", Eligibility.values)
@pytest.mark.parametrize("role", [None, "admin", "front_desk", "student", "provider", "school"])
def test_the_list_of_communities_agrees_with_the_rule(ann, visible, eligibility, role):
    community = make_world().community
    Community.objects.update(visible=visible, eligibility=eligibility)
    community.refresh_from_db()
    if role == "provider":
        add_provider(ann, community, by=TESTER)
    elif role == "school":
        ann.is_school_admin = True
        ann.save()
    elif role:
        Membership.objects.create(user=ann, community=community, role=Role(role))
    seen = SeenCommunities(ann)
    assert bool(seen.own + seen.others) == can_see_community(Standing(ann, community))


def test_the_style_guide_is_for_the_demonstration_only(client, settings):
    assert client.get("/styleguide/").status_code == 200
    settings.DEMO = settings.DEBUG = False
    assert client.get("/styleguide/").status_code == 404


def without_what_differs(response, address):
    """The page without its own address and the token that is drawn anew each time."""
    page = response.content.decode().replace(address, "")
    return re.sub(r'X-CSRFToken": "\w+"', "", page)


@with_test_pages
def test_unknown_and_forbidden_look_the_same(client):
    answers = {
        (response.status_code, without_what_differs(response, address))
        for address in ("/test/hidden/", "/test/unknown/", "/test/missing/")
        for response in [client.get(address)]
    }
    (answer,) = answers
    assert answer[0] == 404
    assert "There is nothing here" in answer[1]
    assert "Ann" not in answer[1]


@with_test_pages
def test_a_refusal_becomes_a_page_with_its_sentence(client):
    response = client.post("/test/taken/")
    assert response.status_code == 409
    assert "That time was just taken." in response.content.decode()


@with_test_pages
def test_a_login_redirect_takes_the_whole_page_back_to_where_the_person_was(client):
    response = client.get("/test/private/", headers=HTMX)
    assert response.headers["HX-Redirect"] == "/accounts/login/?next=%2Fc%2Fmentoring%2Flearn%2F"


@with_test_pages
def test_an_error_page_replaces_the_whole_page(client):
    read = client.get("/test/unknown/", headers=HTMX)
    assert (read.status_code, read.headers["HX-Redirect"]) == (404, "/test/unknown/")
    written = client.post("/test/taken/", headers=HTMX)
    assert (written.status_code, written.headers["HX-Retarget"]) == (409, "body")


@with_test_pages
def test_a_refused_form_stays_in_its_place(client):
    response = client.post("/test/wrong/", headers=HTMX)
    assert not {"HX-Redirect", "HX-Refresh", "HX-Retarget"} & set(response.headers)


def test_a_lost_session_reloads_the_page(ann):
    from django.test import Client  # noqa: PLC0415  (the one test that needs its options)

    response = Client(enforce_csrf_checks=True).post("/accounts/logout/", headers=HTMX)
    assert (response.status_code, response.headers.get("HX-Refresh")) == (403, "true")


class TestFiles:
    @pytest.fixture
    def talia(self):
        provider = make_world().provider("Talia")
        provider.photo.save("me.png", ContentFile(b"picture"))
        return provider

    def test_a_photo_is_shown_to_those_who_may_see_the_community(self, client, talia, ann):
        client.force_login(ann)
        response = client.get(talia.photo.url)
        assert (response.status_code, response.content) == (200, b"picture")
        assert response.headers["Content-Type"] == "image/png"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Content-Disposition" not in response.headers

    def test_a_photo_is_not_there_for_strangers(self, client, talia, ann):
        assert client.get(talia.photo.url).status_code == 404
        Community.objects.update(eligibility=Eligibility.LISTED)
        client.force_login(ann)
        assert client.get(talia.photo.url).status_code == 404

    def test_what_is_no_picture_is_only_handed_over_to_be_saved(self, client, ann):
        provider = make_world().provider("Talia")
        provider.photo.save("me.svg", ContentFile(b"<svg onload='alert(1)'/>"))
        client.force_login(ann)
        response = client.get(provider.photo.url)
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert response.headers["Content-Disposition"].startswith('attachment; filename="')

    @pytest.mark.parametrize("name", ["secrets/key.txt", "answers/none.txt", "imports/none.csv"])
    def test_a_file_without_a_rule_or_an_owner_is_closed(self, client, ann, name):
        StoredFile.objects.create(name=name, content_type="text/plain", size=1, content=b"x")
        client.force_login(ann)
        assert client.get(f"/files/{name}").status_code == 404

    @pytest.mark.parametrize("name", ["photos/a%00.jpg", "photos/%00", "answers/%00", "%00"])
    def test_a_name_with_a_nul_is_nobodys(self, client, ann, name):
        client.force_login(ann)
        assert client.get(f"/files/{name}").status_code == 404


def test_students_own_communities_are_those_in_which_they_booked(client):
    world = make_world()
    sam = world.student()
    with frozen_at(MONDAY):
        world.book(world.provider(), sam, MONDAY + timedelta(hours=2))
    make_world("advising")
    Community.objects.update(visible=False)
    assert [place.slug for place in communities_open_to(sam).own] == ["mentoring"]
    assert communities_open_to(sam).others == []
