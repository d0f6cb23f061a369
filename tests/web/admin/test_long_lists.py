"""Pages of a whole university: ten thousand of everything, and a list of a hundred thousand."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils.html import escape

from tests.factories.cast import make_place
from tests.factories.crowd import make_many, make_people, make_students
from tests.factories.world import MONDAY, TESTER, make_user
from visavis.people.actions import give_role, retire_provider
from visavis.people.enums import Role
from visavis.people.models import Provider
from visavis.web.admin.forms.choosing import MOST_OPTIONS, MOST_SUGGESTIONS

pytestmark = pytest.mark.django_db
ROOT = "/c/mentoring/manage/"
# Past these a page is slow to send and slow to show, whatever the database does.
MOST_QUERIES, MOST_BYTES = 35, 200_000


@pytest.fixture
def place():
    return make_place("mentoring", provider="Talia", student="Sam")


@pytest.fixture
def admin(place):
    boss = make_user("boss@uni.test", "Boss")
    give_role(boss, place.community, Role.ADMIN, by=TESTER)
    client = Client()
    client.force_login(boss)
    return client


def pages_that_name_nothing():
    """Every page of the panel whose address holds the community alone, but no file to download."""
    names = get_resolver().namespace_dict["manage"][1]
    for name in sorted({key for key in names.reverse_dict if isinstance(key, str)}):
        for ways, *_rest in names.reverse_dict.getlist(name):
            for way, wanted in ways:
                if not wanted and not way.endswith(".csv"):
                    yield way


def costs(client, address):
    """How many queries the page asks, and how many bytes it sends."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(f"{ROOT}{address}")
    assert answer.status_code in (200, 302, 405), address
    return len(asked), len(answer.content)


def test_every_page_of_the_panel_stays_small_with_ten_thousand_of_everything(admin, place):
    make_many(place, 10_000)
    pages = list(pages_that_name_nothing())
    assert {"appointments/", "students/", "providers/", "locations/", "roles/"} <= set(pages)
    told = {page: costs(admin, page) for page in pages}
    assert {page: asked for page, (asked, _sent) in told.items() if asked > MOST_QUERIES} == {}
    assert {page: sent for page, (_asked, sent) in told.items() if sent > MOST_BYTES} == {}


def test_list_of_a_hundred_thousand_students_is_searched_paged_and_taken_away(
    admin, place, django_assert_max_num_queries
):
    make_students(place, 100_000)
    for asked in ("", "?page=4000", "?q=last9999", "?sort=-name&page=2"):
        with django_assert_max_num_queries(12):
            page = admin.get(f"{ROOT}students/{asked}").content.decode()
        assert "First" in page
    with django_assert_max_num_queries(12):
        lines = admin.get(f"{ROOT}imports/students/export.csv?q=last9999").content
    assert lines.count(b"\r\n") == 12  # the header, 9999, and 99990 to 99999


# --- One of many, by name -------------------------------------------------------------------------


@pytest.fixture
def crowd(place):
    """More people than a list to pick from shows."""
    make_people(place, MOST_OPTIONS + 10)
    return place


def test_few_people_are_picked_and_many_are_named(admin, place):
    assert '<select name="provider"' in admin.get(f"{ROOT}appointments/").content.decode()
    make_people(place, MOST_OPTIONS + 10)
    page = admin.get(f"{ROOT}appointments/").content.decode()
    assert '<select name="provider"' not in page
    assert 'list="id_provider-names"' in page


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("first7 last7", "First7 Last7 (mentor7@uni.test)"),
        ("First17 Last17 (mentor17@uni.test)", "First17 Last17 (mentor17@uni.test)"),
        ("mentor205@", "First205 Last205 (mentor205@uni.test)"),
        ("  LAST205  ", "First205 Last205 (mentor205@uni.test)"),
    ],
)
def test_somebody_is_found_by_name_or_by_mail_whatever_else_begins_so(admin, crowd, typed, found):
    page = admin.get(f"{ROOT}appointments/", {"provider": typed})
    assert str(page.context["wanted"]["provider"].user.email) in found
    assert f'value="{found}"' in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Zoe", "Nobody here is called “Zoe”."),
        ("mentor", "More than one is meant by “mentor”: "),
        ("<b>", "Nobody here is called “&lt;b&gt;”."),
    ],
)
def test_name_that_says_too_little_stays_with_what_is_wrong(admin, crowd, typed, told):
    page = admin.get(f"{ROOT}appointments/", {"provider": typed}).content.decode()
    assert told in page
    assert f'value="{escape(typed)}"' in page
    assert "All are shown." in page


def test_id_in_an_address_still_names_somebody(admin, crowd):
    page = admin.get(f"{ROOT}appointments/", {"provider": crowd.provider.pk})
    assert page.context["wanted"]["provider"] == crowd.provider
    assert f"({crowd.provider.user.email})" in page.content.decode()


def test_number_that_can_be_nobodys_id_stays_in_the_address_and_names_nobody(admin, crowd):
    for number in ("9" * 30, "9" * 5000):
        page = admin.get(f"{ROOT}appointments/?provider={number}")
        assert page.status_code == 200


def test_names_are_proposed_while_one_types_but_no_retired_ones(admin, crowd):
    gone = Provider.objects.get(user__email="mentor205@uni.test")
    retire_provider(gone, by=TESTER, now=MONDAY)

    def proposed(typed, more=""):
        page = admin.get(
            f"{ROOT}names/providers/?provider={typed}{more}",
            headers={"hx-request": "true", "hx-trigger-name": "provider"},
        )
        return page.content.decode().count("<option")

    assert (proposed("last20"), proposed("last205"), proposed("l")) == (10, 0, 0)
    assert (proposed("last205", "&gone=1"), proposed("mentor")) == (1, MOST_SUGGESTIONS)


def test_other_things_have_no_names_to_propose(admin):
    assert admin.get(f"{ROOT}names/students/?q=sam").status_code == 404


def test_appointment_is_made_for_somebody_who_was_named(admin, crowd):
    page = admin.get(
        f"{ROOT}appointments/new/",
        {
            "email": crowd.student.email,
            "service": crowd.world.service.pk,
            "format": crowd.world.format.pk,
            "provider": "Nobody Such",
        },
    )
    assert page.status_code == 422
    assert "Nobody here is called “Nobody Such”." in page.content.decode()
