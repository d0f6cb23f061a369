"""Students by hand: listed, described, taken off the list."""

import pytest

from tests.factories.crowd import make_students
from tests.factories.world import TESTER
from visavis.core.models import HistoryEntry
from visavis.people import students
from visavis.people.enums import Role, Source
from visavis.people.models import Membership

ROOT = "/c/mentoring/manage/students"


def listed(place, user):
    return Membership.objects.filter(community=place.community, user=user, role=Role.STUDENT)


def test_student_is_listed_with_what_is_known_about_them(admin, place):
    sent = {
        "email": "ng@uni.test",
        "first_name": "Ngọc",
        "last_name": "<i>Ng</i>",
        "student_id": "=900",
        "attributes": "Major: Biology\nGrade level : 12: honors",
    }
    assert admin.post(f"{ROOT}/new/", sent).status_code == 302
    row = Membership.objects.get(user__email="ng@uni.test")
    assert (row.student_id, row.source) == ("=900", Source.HAND)
    assert row.attributes == {"Major": "Biology", "Grade level": "12: honors"}
    assert "<i>Ng" not in admin.get(f"{ROOT}/?q=ng&sort=-id").content.decode()
    assert "'=900" in admin.get("/c/mentoring/manage/imports/students/export.csv").content.decode()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": "a@uni.test", "attributes": "Biology"}, "attributes"),
        ({"email": "a@uni.test", "attributes": "Major:"}, "attributes"),
        ({"email": "a@uni.test", "attributes": f"Major: {'x' * 300}"}, "attributes"),
    ],
)
def test_what_does_not_fit_comes_back_at_its_field(admin, place, values, field):
    answer = admin.post(f"{ROOT}/new/", values)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_what_is_known_is_changed_and_the_second_of_two_is_told(admin, place):
    row = listed(place, place.student).get()
    url = f"{ROOT}/{row.pk}/"
    sent = {"seen": admin.get(url).context["form"]["seen"].value(), "attributes": "Major: Art"}
    assert admin.post(url, {**sent, "student_id": "1"}).status_code == 302
    answer = admin.post(url, {**sent, "student_id": "2"})
    assert answer.status_code == 422
    assert listed(place, place.student).get().student_id == "1"
    assert HistoryEntry.objects.filter(verb="changed student").count() == 1


def test_student_is_taken_off_the_list_and_gone_twice_is_not_there(admin, place):
    url = f"{ROOT}/{listed(place, place.student).get().pk}/removal/"
    assert "off the list of students?" in admin.get(url).content.decode()
    assert admin.post(url).status_code == 302
    assert not listed(place, place.student).exists()
    assert admin.post(url).status_code == 404


def test_who_looks_after_the_community_is_no_student_to_be_taken_off(admin, place):
    for url in (f"{ROOT}/{place.clerk.pk}/", f"{ROOT}/{place.clerk.pk}/removal/"):
        assert admin.get(url).status_code == 404


def test_what_a_file_wrote_meanwhile_is_not_lost_when_somebody_is_listed(place, monkeypatch):
    listed = students.add_student(place.community, email="jo@uni.test", by=TESTER)
    Membership.objects.filter(pk=listed.pk).update(attributes={"Major": "Biology"})
    monkeypatch.setattr(students, "give_role", lambda *_args, **_wanted: listed)  # as read before
    changed = students.add_student(
        place.community, email="jo@uni.test", attributes={"Grade": "2"}, by=TESTER
    )
    assert changed.attributes == {"Major": "Biology", "Grade": "2"}


def known_of(place):
    make_students(place, 4)
    rows = Membership.objects.filter(community=place.community, role=Role.STUDENT)
    rows.update(attributes={})
    told = [
        {"Grade level": "Freshman", "Major": "Art: new"},
        {"Grade level": "Senior", "Major": 'The "old"'},
        {"Grade level": "Senior", "2027": "yes"},
    ]
    for row, attributes in zip(rows.order_by("pk"), told, strict=False):
        Membership.objects.filter(pk=row.pk).update(attributes=attributes)


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("", 6),
        ("Grade level:Senior", 2),
        ("Grade level:Freshman", 1),
        ("Major:Art: new", 1),
        ('Major:The "old"', 1),
        ("Major:Nothing", 0),
        ("nonsense", 6),
        ("\x00:\x00", 0),
        (f"Major:{'x' * 400}", 0),
    ],
)
def test_students_are_narrowed_by_what_is_known_about_them(admin, place, asked, count):
    known_of(place)
    answer = admin.get(f"{ROOT}/", {"known": asked})
    assert answer.context["page_obj"].paginator.count == count
    file = admin.get("/c/mentoring/manage/imports/students/export.csv", {"known": asked})
    assert file.content.count(b"\r\n") == 1 + count


def test_each_attribute_is_offered_with_its_values_and_stays_chosen(admin, place):
    known_of(place)
    answer = admin.get(f"{ROOT}/", {"known": "Grade level:Senior", "q": "nobody so called"})
    assert answer.context["known"] == [
        ("Grade level", [("Grade level:Freshman", "Freshman"), ("Grade level:Senior", "Senior")]),
        ("Major", [("Major:Art: new", "Art: new"), ('Major:The "old"', 'The "old"')]),
    ]
    body = answer.content.decode()
    assert '<option value="Grade level:Senior" selected>' in body
    assert "Nobody fits" in body


def test_a_search_while_one_types_reads_no_values_and_choosing_one_keeps_it(admin, place):
    known_of(place)
    asked = {"q": "sam", "known": "Grade level:Senior"}
    typing = admin.get(f"{ROOT}/", asked, headers={"HX-Request": "true", "HX-Target": "results"})
    assert typing.context["known"] == []
    choosing = admin.get(f"{ROOT}/", asked, headers={"HX-Request": "true", "HX-Target": "list"})
    assert choosing.context["known"] != []
    body = choosing.content.decode()
    assert 'hx-include=".search [name=q], .search [name=sort]"' in body
    assert body.index('id="list"') < body.index('class="search"') < body.index('id="known"')


def test_front_desk_is_neither_offered_nor_answered_what_it_may_not_read(desk, place):
    known_of(place)
    answer = desk.get(f"{ROOT}/", {"known": "Grade level:Senior"})
    assert answer.context["page_obj"].paginator.count == 6
    assert "Freshman" not in answer.content.decode()


@pytest.mark.parametrize("page", ["services", "providers", "students", "locations", "enrollment"])
def test_each_list_offers_its_orders_beside_the_search(admin, place, page):
    orders = admin.get(f"/c/mentoring/manage/{page}/").context["sorts"]
    assert orders[0] == ("", "Usual order")
    for value, _label in orders:
        body = admin.get(f"/c/mentoring/manage/{page}/", {"sort": value}).content.decode()
        assert f'<option value="{value}" selected>' in body
