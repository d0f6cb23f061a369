"""Who looks after a community, and after the school."""

import pytest

from tests.factories.world import TESTER, make_user
from visavis.core.models import HistoryEntry
from visavis.people.actions import give_role, make_school_admin
from visavis.people.enums import Role
from visavis.people.models import Membership, User

pytestmark = pytest.mark.django_db
ROLES, SCHOOL = "/c/mentoring/manage/roles/", "/school/administrators/"


def text(answer):
    return " ".join(answer.content.decode().split())


def appointed(**more):
    return {"email": "New@Uni.test", "first_name": "Nia", "last_name": "Okoye"} | more


def removal(membership):
    return f"{ROLES}{membership.pk}/removal/"


def test_somebody_unknown_is_appointed_and_can_open_the_pages(admin, client, place):
    answer = admin.post(ROLES, appointed(role="admin"), follow=True)
    assert "Nia Okoye: Administrator from now on. They sign in with New@Uni.test." in text(answer)
    client.force_login(User.objects.get(email_key="new@uni.test"))
    assert client.get(ROLES).status_code == 200
    assert HistoryEntry.objects.filter(
        verb="gave role admin", community_id=place.community.pk
    ).exists()


def test_known_person_keeps_the_name_and_a_role_is_given_once(admin, place):
    make_user("new@uni.test", "Nora")
    for _ in range(2):
        assert admin.post(ROLES, appointed(role="front_desk")).status_code == 302
    found = Membership.objects.get(community=place.community, user__email_key="new@uni.test")
    assert (found.user.first_name, found.role) == ("Nora", "front_desk")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"email": ""}, "Enter the person’s e-mail address."),
        ({"email": "nobody"}, "e-mail"),
        ({"role": "student"}, "student"),
        ({"role": ""}, "Choose what the person may do."),
    ],
)
def test_appointment_that_does_not_fit_comes_back_with_a_sentence(admin, more, sentence):
    before = Membership.objects.count()
    answer = admin.post(ROLES, appointed(role="admin") | more)
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert Membership.objects.count() == before


def test_list_names_the_staff_alone_and_is_searched(admin, place):
    rows = admin.get(ROLES).context["page_obj"]
    assert {row.role for row in rows} == {"admin", "front_desk"}
    found = admin.get(ROLES, {"q": "clara"}).context["page_obj"]
    assert list(found) == [place.clerk]
    assert "Nobody fits" in text(admin.get(ROLES, {"q": "nobody-of-that-name"}))


def test_role_is_taken_after_a_question_and_written_down(admin, place):
    asked = admin.get(removal(place.clerk))
    assert "Take the role “Front desk” from" in text(asked)
    assert Membership.objects.filter(pk=place.clerk.pk).exists()
    admin.post(removal(place.clerk))
    assert not Membership.objects.filter(pk=place.clerk.pk).exists()
    assert HistoryEntry.objects.filter(verb="took role front_desk").count() == 1
    assert admin.post(removal(place.clerk)).status_code == 404


def test_student_is_no_staff_whose_role_could_be_taken_here(admin, place):
    student = Membership.objects.get(user=place.student, role=Role.STUDENT)
    assert admin.post(removal(student)).status_code == 404
    assert Membership.objects.filter(pk=student.pk).exists()


def test_last_administrator_stays_where_nobody_else_could_manage(admin, place):
    User.objects.filter(is_school_admin=True).update(is_school_admin=False)
    own = Membership.objects.get(community=place.community, role=Role.ADMIN)
    answer = admin.post(removal(own), follow=True)
    assert "is the only administrator. Appoint another one first." in text(answer)
    assert Membership.objects.filter(pk=own.pk).exists()


def test_administrator_may_leave_where_another_one_stays(admin, place):
    give_role(make_user("two@uni.test", "Tom"), place.community, Role.ADMIN, by=TESTER)
    own = Membership.objects.get(
        community=place.community, role=Role.ADMIN, user__email_key="ada@uni.test"
    )
    assert "This is you" in text(admin.get(removal(own)))
    assert admin.post(removal(own)).headers["Location"] == "/"
    assert admin.get(ROLES).status_code == 404


def test_school_is_handed_on_but_never_left_without_anybody(school_admin, cast):
    rita = cast.people["school_admin"]
    asked = school_admin.get(f"{SCHOOL}{rita.pk}/removal/", follow=True)
    assert "is the only administrator of the school." in text(asked)
    assert "you will not see these pages any more" not in text(asked)
    refused = school_admin.post(f"{SCHOOL}{rita.pk}/removal/", follow=True)
    assert "is the only administrator of the school." in text(refused)
    answer = school_admin.post(SCHOOL, appointed(), follow=True)
    assert "Nia Okoye looks after the school from now on." in text(answer)
    asked = school_admin.get(f"{SCHOOL}{rita.pk}/removal/")
    assert "you will not see these pages any more" in text(asked)
    assert school_admin.post(f"{SCHOOL}{rita.pk}/removal/").headers["Location"] == "/"
    assert school_admin.get(SCHOOL).status_code == 404
    assert [user.first_name for user in User.objects.filter(is_school_admin=True)] == ["Nia"]


def test_administrator_who_is_not_active_counts_for_nobody(school_admin, cast):
    gone = make_school_admin(make_user("gone@uni.test", "Gus"), by=TESTER)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    rita = cast.people["school_admin"]
    school_admin.post(f"{SCHOOL}{rita.pk}/removal/")
    assert User.objects.get(pk=rita.pk).is_school_admin


def test_what_is_no_address_is_refused_in_the_words_of_the_sign_in_page(school_admin):
    answer = school_admin.post(SCHOOL, appointed() | {"email": "nobody"})
    assert "This is no e-mail address. It looks like name@school.edu." in text(answer)
    assert "Enter a valid" not in text(answer)
