"""The lists of Manage: what stands in them, what narrows them, and how many queries they cost."""

import re
from datetime import date, timedelta

import pytest

from tests.factories.world import MONDAY, TESTER
from visavis.availability.closures import add_closure
from visavis.availability.models import Location
from visavis.catalogue.actions import certify, enroll
from visavis.catalogue.models import Service
from visavis.communities.actions import add_link, change_settings
from visavis.people.enums import Role
from visavis.people.models import Membership, Provider

ROOT = "/c/mentoring/manage"


def text_of(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def chemistry(place):
    service = Service.objects.create(
        community=place.community, subject="CHEM", number="1301", name="General chemistry"
    )
    certify(place.provider, "CHEM*", by=TESTER)
    certify(place.colleague, "CHEM1301", by=TESTER)
    certify(place.colleague, "PHYS1301", by=TESTER)
    enroll(place.student, [service], by=TESTER)
    return service


def rows_of(answer) -> list:
    return [service.code for service, _count in answer.context["rows"]]


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("", ["All available Peer Mentoring", "CHEM1301"]),
        ("?q=chem", ["CHEM1301"]),
        ("?q=general%20chemistry", ["CHEM1301"]),
        ("?kind=course", ["CHEM1301"]),
        ("?kind=topic", ["All available Peer Mentoring"]),
        ("?archived=1", []),
        ("?q=nothing-like-it", []),
        ("?kind=nonsense&page=nonsense", ["All available Peer Mentoring", "CHEM1301"]),
        ("?q=%00", []),
    ],
)
def test_services_are_narrowed_by_what_the_address_asks(admin, chemistry, asked, codes):
    assert rows_of(admin.get(f"{ROOT}/services/{asked}")) == codes


def test_search_says_what_it_leaves_out_with_the_way_to_it(admin, chemistry):
    Service.objects.filter(pk=chemistry.pk).update(archived_at=MONDAY)
    body = admin.get(f"{ROOT}/services/?q=chem").content.decode()
    assert '<a class="text-link" href="?q=chem&amp;archived=1">1 archived one matches' in body
    assert "archived one matches" not in admin.get(f"{ROOT}/services/").content.decode()
    assert "archived one" not in admin.get(f"{ROOT}/services/?q=chem&archived=1").content.decode()


def test_search_for_people_says_who_has_retired(admin, place):
    Provider.objects.filter(pk=place.colleague.pk).update(retired_at=MONDAY)
    body = admin.get(f"{ROOT}/providers/?q=talia2&page=3").content.decode()
    assert '<a class="text-link" href="?q=talia2&amp;retired=1">1 retired person matches' in body


def test_services_say_how_many_may_give_and_have_them(admin, chemistry):
    answer = admin.get(f"{ROOT}/services/?q=chem")
    [(service, certified)] = answer.context["rows"]
    assert (certified, service.enrolled) == (2, 1)


def test_a_service_says_who_may_give_it_and_why(admin, chemistry):
    answer = admin.get(f"{ROOT}/services/{chemistry.pk}/")
    reasons = [
        (str(person.provider), [entry.entry for entry in person.entries])
        for person in answer.context["certified"]
    ]
    assert reasons == [("Talia Example", ["CHEM*"]), ("Talia2 Example", ["CHEM1301"])]
    assert "Sam Example" in text_of(answer)


def test_eligibility_marks_entries_that_match_nothing(admin, chemistry):
    answer = admin.get(f"{ROOT}/eligibility/?dormant=1")
    [row] = answer.context["rows"]
    assert [(e.certification.entry, e.is_dormant) for e in row.entries] == [
        ("All available Peer Mentoring", False),
        ("CHEM1301", False),
        ("PHYS1301", True),
    ]
    assert "dormant" in text_of(answer)


def test_eligibility_by_service_names_the_entries(admin, chemistry):
    answer = admin.get(f"{ROOT}/eligibility/?by=service&q=chem")
    [row] = answer.context["rows"]
    assert [[entry.entry for entry in person.entries] for person in row.certified] == [
        ["CHEM*"],
        ["CHEM1301"],
    ]


def test_enrollment_is_found_by_student_and_by_code(admin, chemistry):
    for asked in ("sam", "chem1301", "sam chem"):
        answer = admin.get(f"{ROOT}/enrollment/?q={asked}")
        assert [str(row) for row in answer.context["page_obj"]] == ["Sam Example: CHEM1301"]
    assert list(admin.get(f"{ROOT}/enrollment/?q=uma").context["page_obj"]) == []


def test_students_show_their_id_and_what_a_file_said(admin, place):
    Membership.objects.filter(user=place.student, role=Role.STUDENT).update(
        student_id="900123", attributes={"Major": "Biology"}
    )
    answer = admin.get(f"{ROOT}/students/?q=900123")
    assert [row.user for row in answer.context["page_obj"]] == [place.student]
    assert "Biology" in text_of(answer)


def test_a_provider_shows_hours_in_words(admin, place):
    answer = admin.get(f"{ROOT}/providers/{place.provider.pk}/")
    assert "<strong>Monday</strong>, 9:00 AM–5:00 PM" in text_of(answer)
    assert "Away" in text_of(answer)


def test_the_menu_of_the_front_desk_holds_only_what_it_may(desk):
    answer = desk.get(f"{ROOT}/")
    labels = [item.label for item in answer.context["menu"]]
    assert labels == [
        "Overview",
        "Calendar",
        "Appointments",
        "Why not?",
        "Peer Mentors",
        "Peer Mentors",
        "Students",
        "Who came",
    ]
    assert "Upload" not in text_of(answer)


def test_the_overview_does_not_call_a_hidden_community_ready(admin, place):
    change_settings(place.community, {"visible": False}, by=TESTER)
    body = admin.get(f"{ROOT}/").content.decode()
    assert "students can book" not in body
    assert 'href="/c/mentoring/manage/settings/#id_visible"' in body
    change_settings(place.community, {"visible": True}, by=TESTER)
    assert admin.get(f"{ROOT}/").context["steps"][-1].is_done


def test_the_overview_says_what_comes_next(admin, place):
    place.community.locations.update(archived_at=place.community.created_at)
    answer = admin.get(f"{ROOT}/")
    assert answer.context["next_step"].title == "Places and hours"
    assert [str(m.provider) for m in answer.context["coming"]] == ["Talia Example"] * 4


@pytest.mark.parametrize(
    ("page", "most"),
    [
        ("", 25),
        ("services/", 15),
        ("enrollment/", 12),
        ("providers/", 12),
        ("eligibility/", 14),
        ("eligibility/?by=service", 14),
        ("students/", 12),
        ("locations/", 12),
        ("closures/", 12),
        ("history/", 12),
        ("hours/", 14),
        ("settings/", 12),
        ("wording/", 12),
        ("imports/courses/", 12),
    ],
)
def test_pages_cost_few_queries_however_much_is_there(
    admin, place, page, most, django_assert_max_num_queries
):
    Service.objects.bulk_create(_many(place))
    for number in range(5):
        place.world.provider(f"Person{number}")
    with django_assert_max_num_queries(most):
        assert admin.get(f"{ROOT}/{page}").status_code == 200


def _many(place):
    services = [
        Service(community=place.community, subject="BIOL", number=str(number), name="A" * 200)
        for number in range(40)
    ]
    for service in services:
        service.derive()
    return services


def test_long_lists_of_closures_and_links_come_page_by_page(admin, place):
    for number in range(30):
        day = date(2027, 4, 1) + timedelta(days=number)
        add_closure(place.community, first=day, last=day, by=TESTER)
        add_link(place.community, label=f"L{number}", url="https://uni.test/", by=TESTER)
    for name, key in (("closures", "rows"), ("links", "links")):
        shown = [
            len(admin.get(f"/c/mentoring/manage/{name}/", {"page": page}).context[key])
            for page in (1, 2)
        ]
        assert shown == [25, 6], name


def test_overview_leads_to_what_it_counts(admin, desk, place):
    body = text_of(admin.get(f"{ROOT}/"))
    for page in ("providers", "services", "locations", "formats"):
        assert re.search(rf'<a class="text-link" href="{ROOT}/{page}/">\d+ ', body)
    assert f'href="{ROOT}/appointments/{place.booking.public_id}/"' in body
    assert f'href="{ROOT}/locations/"' not in text_of(desk.get(f"{ROOT}/"))


def test_days_with_the_same_opening_hours_stand_together(admin, place):
    nine_to_five = [(day, 540, 1020) for day in (0, 1, 2, 4)]
    hours = [*nine_to_five, (5, 600, 720), (5, 780, 900)]
    Location.objects.filter(pk=place.world.location.pk).update(hours=hours)
    [(_place, shown)] = [
        row
        for row in admin.get(f"{ROOT}/locations/").context["rows"]
        if row[0].pk == place.world.location.pk
    ]
    assert shown == [
        ("Monday–Wednesday", "9:00 AM–5:00 PM"),
        ("Friday", "9:00 AM–5:00 PM"),
        ("Saturday", "10:00 AM–12:00 PM, 1:00–3:00 PM"),
    ]


def test_what_nobody_has_is_said_in_words(admin, place):
    service = Service.objects.create(community=place.community, subject="MATH", number="1")
    body = text_of(admin.get(f"{ROOT}/services/{service.pk}/"))
    assert "On nobody’s list" in body
    assert "Nobody may give it" in body


def test_files_of_people_lead_to_the_form_for_one_as_well(admin):
    assert f'href="{ROOT}/providers/new/"' in text_of(admin.get(f"{ROOT}/imports/providers/"))
    assert "Add one by hand" not in text_of(admin.get(f"{ROOT}/imports/availability/"))
