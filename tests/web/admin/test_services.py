"""What can be booked, by hand: add, change, archive with the fate of the meetings, restore."""

import csv
import io

import pytest

from tests.factories.world import TESTER
from visavis.bookings.enums import OPEN, BookingState
from visavis.bookings.models import Booking
from visavis.catalogue.models import Service
from visavis.changes.services import add_service
from visavis.core.models import HistoryEntry
from visavis.web.admin.forms.services import ServiceForm

ROOT = "/c/mentoring/manage/services"


def add(admin, **values):
    sent = {"subject": "CHEM", "number": "1301", "name": "General chemistry", **values}
    return admin.post(f"{ROOT}/new/", sent)


def test_course_is_added_and_its_page_opens(admin, place):
    answer = add(admin)
    made = Service.objects.get(code="CHEM1301")
    assert answer.headers["Location"] == f"{ROOT}/{made.pk}/"
    assert "Added: CHEM1301 General chemistry." in admin.get(f"{ROOT}/").content.decode()


@pytest.mark.parametrize(
    "name", ["化学", "כימיה", "<script>alert(1)</script>", "Ω≈ç√", "'; drop table--"]
)
def test_names_in_any_script_are_kept_and_shown_as_text(admin, place, name):
    add(admin, subject=name, number="", name=name)
    made = Service.objects.get(subject=name)
    for url in (f"{ROOT}/", f"{ROOT}/{made.pk}/", f"{ROOT}/{made.pk}/change/"):
        assert "<script>alert" not in admin.get(url).content.decode()


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"subject": ""}, "subject", "Write the subject"),
        ({"subject": "A|B"}, "subject", "|"),
        ({"subject": "all available PEER mentoring", "number": ""}, "subject", "here already"),
        ({"owner_email": "nobody@uni.test", "number": ""}, "owner_email", "nobody"),
        ({"owner_email": "omar@uni.test", "number": ""}, "owner_email", "nobody"),
        ({"owner_email": "talia@uni.test"}, "owner_email", "general topic"),
    ],
)
def test_what_does_not_fit_comes_back_at_its_field_with_what_was_typed(
    admin, place, values, field, said
):
    answer = add(admin, **values)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert said in " ".join(form.errors[field])
    assert form["name"].value() == "General chemistry"


def test_topic_becomes_somebodys_own(admin, place):
    add(admin, subject="With Talia", number="", owner_email="TALIA@uni.test")
    assert Service.objects.get(subject="With Talia").owner == place.provider


def test_second_of_two_who_change_it_is_told_and_loses_nothing(admin, place):
    made = add_service(place.community, {"subject": "CHEM", "number": "1301"}, by=TESTER)
    url = f"{ROOT}/{made.pk}/change/"
    form = admin.get(url).context["form"]
    sent = {"subject": "CHEM", "number": "1301", "seen": form["seen"].value()}
    assert admin.post(url, {**sent, "name": "One"}).status_code == 302
    answer = admin.post(url, {**sent, "name": "Two"})
    assert answer.status_code == 422
    assert "Somebody else has changed this" in answer.content.decode()
    assert answer.context["form"]["name"].value() == "Two"
    again = {**sent, "name": "Two", "seen": answer.context["form"]["seen"].value()}
    assert admin.post(url, again).status_code == 302


def test_archiving_asks_about_the_meetings_first_and_then_does_as_told(admin, place):
    service = place.world.service
    url = f"{ROOT}/{service.pk}/archiving/"
    answer = admin.post(url)
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "Archive “All available Peer Mentoring”?" in body
    assert "Offer other times" not in body
    shown = [booking.pk for booking, _when, _field in answer.context["asked"].rows]
    sent = {"fate-shown": shown, "fate-every": "cancel", "fate-message": "We close it."}
    assert admin.post(url, sent).status_code == 302
    assert not Service.objects.get(pk=service.pk).is_active
    assert not Booking.objects.filter(pk__in=shown, state__in=OPEN).exists()
    one = Booking.objects.get(pk=place.booking.pk)
    assert (one.state, one.cancel_reason) == (BookingState.CANCELLED, "We close it.")


def test_a_fate_that_was_not_asked_for_is_none(admin, place):
    url = f"{ROOT}/{place.world.service.pk}/archiving/"
    shown = [row[0].pk for row in admin.post(url).context["asked"].rows]
    for wrong in ("offer", "hand_over", "hand_over:1", "nonsense"):
        assert admin.post(url, {"fate-shown": shown, "fate-every": wrong}).status_code == 422
    assert Service.objects.get(pk=place.world.service.pk).is_active


def test_archived_one_is_restored_from_its_page(admin, place):
    made = add_service(place.community, {"subject": "CHEM", "number": "1301"}, by=TESTER)
    admin.post(f"{ROOT}/{made.pk}/archiving/")
    assert "Restore it" in admin.get(f"{ROOT}/{made.pk}/").content.decode()
    admin.post(f"{ROOT}/{made.pk}/archiving/", {"restore": "1"})
    assert Service.objects.get(pk=made.pk).is_active
    verbs = HistoryEntry.objects.filter(subject_label="CHEM1301").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "added service",
        "archived service",
        "restored service",
    ]


@pytest.mark.parametrize(
    ("sort", "codes"),
    [
        ("code", ["BIOL1", "CHEM2"]),
        ("-code", ["CHEM2", "BIOL1"]),
        ("name", ["CHEM2", "BIOL1"]),
        ("nonsense", ["BIOL1", "CHEM2"]),
    ],
)
def test_list_is_sorted_by_its_columns(admin, place, sort, codes):
    for subject, number, name in (("BIOL", "1", "Zoology"), ("CHEM", "2", "Acids")):
        values = {"subject": subject, "number": number, "name": name}
        add_service(place.community, values, by=TESTER)
    rows = admin.get(f"{ROOT}/?kind=course&sort={sort}").context["rows"]
    assert [service.code for service, _count in rows] == codes


def test_same_rows_come_as_csv(admin, place):
    add(admin)
    add(admin, subject="=1+1", number="2", name="x")
    answer = admin.get("/c/mentoring/manage/imports/courses/export.csv?q=chem")
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert [row[:2] for row in rows[1:]] == [["CHEM", "1301"]]


def test_ten_thousand_services_cost_no_more_queries_than_ten(
    admin, place, django_assert_max_num_queries
):
    many = [
        Service(community=place.community, subject="BIOL", number=str(number))
        for number in range(10_000)
    ]
    for service in many:
        service.derive()
    Service.objects.bulk_create(many, batch_size=1000)
    for asked in ("", "?q=biol%2099", "?sort=-enrolled&page=200"):
        with django_assert_max_num_queries(15):
            assert admin.get(f"{ROOT}/{asked}").status_code == 200


def test_form_names_nobody_who_gives_support_elsewhere(cast):
    form = ServiceForm(community=cast.own.community)
    named = [form.first_values({"owner_id": there.provider.pk}) for there in (cast.own, cast.other)]
    assert [one["owner_email"] for one in named] == [cast.own.provider.user.email, ""]
