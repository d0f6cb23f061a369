"""Students by hand: listed, described, taken off the list."""

import pytest

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
