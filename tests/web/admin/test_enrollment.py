"""Who has what on their list, by hand: one student, many at once with a preview, and off again."""

import pytest

from tests.factories.world import TESTER
from visavis.catalogue.actions import enroll
from visavis.catalogue.models import Enrollment
from visavis.changes.services import add_service
from visavis.core.models import HistoryEntry
from visavis.imports.models import Import
from visavis.people.actions import find_or_make_user, give_role
from visavis.people.enums import Role, Source
from visavis.people.models import Membership, User

ROOT = "/c/mentoring/manage/enrollment"


@pytest.fixture
def chemistry(place):
    return add_service(place.community, {"subject": "CHEM", "number": "1301"}, by=TESTER)


@pytest.fixture
def students(place):
    people = {}
    for last, major in (("Adams", "Biology"), ("Éluard", "biology"), ("Miller", "Art"), ("王", "")):
        user, _made = find_or_make_user(
            f"s{len(people)}@uni.test", first_name="Al", last_name=last, by=TESTER
        )
        give_role(user, place.community, Role.STUDENT, by=TESTER)
        Membership.objects.filter(user=user).update(attributes={"Major": major} if major else {})
        people[last] = user
    return people


def who_has(service):
    return {row.user.last_name for row in service.enrollments.select_related("user")}


def assign(admin, *, follow=True, **values):
    return admin.post(f"{ROOT}/assignment/", {"services": "chem 1301", **values}, follow=follow)


def test_one_student_is_put_on_a_list_known_or_not(admin, place, chemistry):
    sent = {"email": "new@uni.test", "first_name": "Nia", "last_name": "王", "services": "CHEM1301"}
    assert admin.post(f"{ROOT}/new/", sent).status_code == 302
    row = Enrollment.objects.get(service=chemistry)
    assert (str(row.user), row.source) == ("Nia 王", Source.HAND)
    assert Membership.objects.filter(user=row.user, role=Role.STUDENT).count() == 1
    admin.post(f"{ROOT}/new/", sent)
    assert Enrollment.objects.filter(service=chemistry).count() == 1


def test_unknown_code_names_the_nearest_and_a_bad_address_is_told(admin, place, chemistry):
    answer = admin.post(f"{ROOT}/new/", {"email": "nobody", "services": "CHEM1302\n<b>x</b>"})
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "Did you mean CHEM1301?" in body
    assert "<b>x</b>" not in body
    assert set(answer.context["form"].errors) == {"email", "services"}


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"by": "surname", "surname_from": "a", "surname_to": "El"}, {"Adams", "Éluard"}),
        ({"by": "surname", "surname_from": "M", "surname_to": "M"}, {"Miller"}),
        ({"by": "surname", "surname_from": "王"}, {"王"}),
        ({"by": "attribute", "attribute": "Major", "value": "BIOLOGY"}, {"Adams", "Éluard"}),
        ({"by": "list", "students": "Al <s0@uni.test>; S2@UNI.test\n"}, {"Adams", "Miller"}),
    ],
)
def test_many_get_it_after_a_preview_and_undo_takes_it_back(
    admin, place, chemistry, students, asked, names
):
    preview = assign(admin, **asked)
    assert "CHEM1301" in preview.content.decode()
    assert not chemistry.enrollments.exists()
    run = Import.objects.order_by("-pk").first()
    assert (run.source, run.counts["added"]) == (Source.HAND, len(names))
    root = f"/c/mentoring/manage/imports/runs/{run.public_id}"
    admin.post(f"{root}/application/")
    assert who_has(chemistry) == names
    assert set(chemistry.enrollments.values_list("source", flat=True)) == {Source.HAND}
    admin.post(f"{root}/undoing/")
    assert not chemistry.enrollments.exists()
    assert Membership.objects.filter(user__in=students.values()).count() == len(students)


def test_who_has_it_already_is_counted_as_unchanged(admin, place, chemistry, students):
    enroll(students["Adams"], [chemistry], by=TESTER, source=Source.SELF)
    assign(admin, by="surname", surname_from="A", surname_to="El")
    run = Import.objects.order_by("-pk").first()
    assert (run.counts["added"], run.counts["unchanged"]) == (1, 1)
    admin.post(f"/c/mentoring/manage/imports/runs/{run.public_id}/application/")
    assert Enrollment.objects.get(user=students["Adams"]).source == Source.SELF


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "by"),
        ({"by": "surname"}, "surname_from"),
        ({"by": "surname", "surname_from": "Q", "surname_to": "R"}, "by"),
        ({"by": "attribute", "attribute": "Major"}, "value"),
        ({"by": "attribute", "attribute": "Shoe size", "value": "9"}, "attribute"),
        ({"by": "list"}, "students"),
        ({"by": "list", "students": "nothing here"}, "by"),
    ],
)
def test_what_means_nobody_comes_back_with_its_reason(
    admin, place, chemistry, students, asked, field
):
    answer = assign(admin, **asked)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Import.objects.filter(kind="enrollment").exists()


def test_ticked_rows_are_taken_off_after_a_question(admin, place, chemistry, students):
    for name in ("Adams", "Miller"):
        enroll(students[name], [chemistry], by=TESTER)
    rows = list(chemistry.enrollments.values_list("pk", flat=True))
    asked = admin.get(f"{ROOT}/removal/", {"row": rows})
    assert "Take off 2 lists?" in asked.content.decode()
    assert chemistry.enrollments.count() == 2
    assert admin.post(f"{ROOT}/removal/", {"row": rows}).status_code == 302
    assert not chemistry.enrollments.exists()
    assert HistoryEntry.objects.filter(verb="unenrolled").count() == 2
    assert admin.post(f"{ROOT}/removal/", {"row": rows}).status_code == 404


def test_rows_of_another_community_are_not_there(admin, cast):
    enroll(cast.other.student, [cast.other.world.service], by=TESTER)
    row = Enrollment.objects.get(service=cast.other.world.service)
    for ask in (admin.get, admin.post):
        assert ask(f"{ROOT}/removal/", {"row": [row.pk, "9" * 30, "x"]}).status_code == 404
    assert Enrollment.objects.filter(pk=row.pk).exists()


def test_ten_thousand_students_are_listed_and_meant_in_few_queries(
    admin, place, chemistry, django_assert_max_num_queries
):
    people = [
        User(
            email=f"m{number}@uni.test",
            email_key=f"m{number}@uni.test",
            last_name=f"Name{number}",
            search_key=f"name{number} m{number}@uni.test",
        )
        for number in range(10_000)
    ]
    users = User.objects.bulk_create(people, batch_size=1000)
    Membership.objects.bulk_create(
        [
            Membership(user=u, community=place.community, role=Role.STUDENT, attributes={"Y": "1"})
            for u in users
        ],
        batch_size=1000,
    )
    Enrollment.objects.bulk_create(
        [Enrollment(user=user, service=chemistry) for user in users], batch_size=1000
    )
    for url in (f"{ROOT}/?sort=-service", f"{ROOT}/?q=name77&page=3", f"{ROOT}/assignment/"):
        with django_assert_max_num_queries(12):
            assert admin.get(url).status_code == 200
    with django_assert_max_num_queries(30):
        assign(admin, follow=False, by="attribute", attribute="Y", value="1")


def test_what_was_entered_by_hand_is_not_spoken_of_as_a_file(admin, place, chemistry, students):
    preview = assign(admin, by="surname", surname_from="A", surname_to="El")
    page = " ".join(preview.content.decode().split())
    assert "Entered by" in page
    for told in ("Uploaded by", "whole list", "in your file"):
        assert told not in page
