"""Short addresses: made, copied, printed, taken back; and where they lead."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.way import own_service
from tests.factories.world import MONDAY, TESTER
from visavis.catalogue.actions import add_format
from visavis.catalogue.models import AppointmentFormat, Service, ShortAddress
from visavis.catalogue.short_addresses import (
    find_short_address,
    give_short_address,
    give_short_addresses,
    revoke_short_address,
)

pytestmark = pytest.mark.django_db
PAGE = "/c/mentoring/manage/addresses/"


def text(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def student(cast) -> Client:
    client = Client()
    client.force_login(cast.people["student"])
    return client


@pytest.fixture
def service(place):
    return place.world.service


def test_address_is_made_once_for_each_and_shown_to_be_copied(admin, service):
    for _time in range(2):
        admin.post(PAGE, {"service": service.pk})
        admin.post(PAGE)
    assert ShortAddress.objects.count() == 2
    page = text(admin.get(PAGE))
    for address in ShortAddress.objects.all():
        assert f'value="http://testserver/go/{address.code}/"' in page


def test_one_press_makes_the_missing_ones(admin, place):
    own_service(place.world, place.provider)
    give_short_address(place.community, None, by=TESTER)
    assert "Make one for each" in text(admin.get(PAGE))
    admin.post(PAGE, {"everything": "1"})
    assert "Make one for each" not in text(admin.get(PAGE))
    services = Service.objects.filter(community=place.community, archived_at=None).count()
    assert ShortAddress.objects.count() == services + 1
    assert give_short_addresses(place.community, place.community.services.all(), by=TESTER) == 0


def test_list_is_searched_and_costs_as_many_queries_for_many(admin, place):
    admin.post(PAGE, {"everything": "1"})
    few = queries_of(admin)
    for number in range(20):
        Service.objects.create(community=place.community, subject="CHEM", number=str(number))
    admin.post(PAGE, {"everything": "1"})
    assert queries_of(admin) <= few
    rows = admin.get(PAGE, {"q": "chem 7"}).context["rows"]
    assert [row.name for row in rows] == ["CHEM17", "CHEM7"]
    assert "Nothing fits" in text(admin.get(PAGE, {"q": "nothing-of-it"}))


def queries_of(client):
    with CaptureQueriesContext(connection) as seen:
        client.get(PAGE)
    return len(seen)


def test_community_leads_to_its_learn_screen(student, place):
    address = give_short_address(place.community, None, by=TESTER)
    assert student.get(f"/go/{address.code.upper()}/")["Location"] == "/c/mentoring/learn/"


def test_service_leads_straight_to_its_times(student, place, service):
    AppointmentFormat.objects.exclude(pk=place.world.format.pk).update(archived_at=MONDAY)
    address = give_short_address(place.community, service, by=TESTER)
    way = f"/c/mentoring/book/{place.world.format.pk}/{service.pk}/times/"
    assert student.get(f"/go/{address.code}/")["Location"] == way


def test_several_formats_are_asked_for_first(student, place, service):
    add_format(place.community, by=TESTER, name="Very long talk", minutes=90)
    address = give_short_address(place.community, service, by=TESTER)
    answer = student.get(f"/go/{address.code}/")
    assert (answer.status_code, "Very long talk" in text(answer)) == (200, True)
    assert f"/{service.pk}/times/" in text(answer)


def test_stranger_signs_in_and_comes_back(place):
    address = give_short_address(place.community, None, by=TESTER)
    for code in (address.code, "unknown"):
        answer = Client().get(f"/go/{code}/")
        assert answer["Location"] == f"/accounts/login/?next=/go/{code}/"


def said(answer, code):
    """The page without what differs from request to request."""
    return re.sub(r"\b\w{64}\b", "", text(answer)).replace(code, "")


def test_address_taken_back_answers_like_one_that_never_was(admin, student, place):
    address = give_short_address(place.community, None, by=TESTER)
    asked = text(admin.get(f"{PAGE}{address.pk}/revocation/"))
    assert f"/go/{address.code}/" in asked
    admin.post(f"{PAGE}{address.pk}/revocation/")
    gone, never = student.get(f"/go/{address.code}/"), student.get("/go/abcdefg/")
    assert (gone.status_code, never.status_code) == (404, 404)
    assert said(gone, address.code) == said(never, "abcdefg")
    assert admin.get(f"{PAGE}{address.pk}/revocation/").status_code == 404
    assert not revoke_short_address(address, by=TESTER, now=MONDAY)
    again = give_short_address(place.community, None, by=TESTER)
    assert again.code != address.code
    assert find_short_address(address.code) is None


def test_community_that_is_hidden_stays_so(student, cast):
    address = give_short_address(cast.other.community, None, by=TESTER)
    cast.other.community.visible = False
    cast.other.community.save(update_fields=["visible"])
    assert student.get(f"/go/{address.code}/").status_code == 404


def test_service_that_is_archived_leads_to_what_is_there(student, admin, place, service):
    address = give_short_address(place.community, service, by=TESTER)
    Service.objects.update(archived_at=MONDAY)
    answer = student.get(f"/go/{address.code}/", follow=True)
    assert answer.redirect_chain == [("/c/mentoring/learn/", 302)]
    assert "is not offered any more" in text(answer)
    assert admin.get(f"{PAGE}{address.pk}/qr.svg").status_code == 404


@pytest.mark.parametrize(("kind", "begins"), [("svg", b"<svg"), ("png", b"\x89PNG")])
def test_code_is_a_picture_to_show_and_to_save(admin, place, kind, begins):
    address = give_short_address(place.community, None, by=TESTER)
    url = f"{PAGE}{address.pk}/qr.{kind}"
    assert admin.get(url).content.startswith(begins)
    saved = admin.get(f"{url}?download")["Content-Disposition"]
    assert saved == f'attachment; filename="mentoring-{address.code}.{kind}"'
    assert admin.get(f"{PAGE}{address.pk}/qr.exe").status_code == 404


def test_sheet_to_print_holds_every_address(admin, place, service):
    assert "Nothing to print" in text(admin.get(f"{PAGE}sheet/"))
    codes = [give_short_address(place.community, one, by=TESTER).code for one in (None, service)]
    page = text(admin.get(f"{PAGE}sheet/"))
    assert all(f"/go/{code}/" in page for code in codes)


def test_forged_ids_of_another_community_lead_nowhere(admin, cast):
    other = cast.other.world.service
    address = give_short_address(cast.other.community, other, by=TESTER)
    assert admin.post(PAGE, {"service": other.pk}).status_code == 404
    for path in ("qr.svg", "revocation/"):
        assert admin.get(f"{PAGE}{address.pk}/{path}").status_code == 404
    assert admin.post(f"{PAGE}{address.pk}/revocation/").status_code == 404


def test_address_of_what_is_archived_is_taken_back_too(admin, place, service):
    address = give_short_address(place.community, service, by=TESTER)
    Service.objects.filter(pk=service.pk).update(archived_at=MONDAY)
    page = text(admin.get(PAGE))
    assert "Of what is archived" in page
    url = f"{PAGE}{address.pk}/revocation/"
    assert url in page
    assert admin.post(url).status_code == 302
    assert "Of what is archived" not in text(admin.get(PAGE))
    assert find_short_address(address.code) is None
