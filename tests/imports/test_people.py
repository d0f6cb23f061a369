"""People in files: provisional accounts, and accounts that an import leaves as they are."""

import pytest

from tests.imports.conftest import ADMIN, NOW, counts, problems
from visavis.catalogue.models import Certification, Enrollment, Service
from visavis.catalogue.queries import certified_providers
from visavis.imports.actions import undo_import
from visavis.people.actions import add_provider, find_or_make_user, give_role
from visavis.people.enums import Role, Source
from visavis.people.models import Membership, Provider, User

ROW = "Email,First Name,Last Name,SSO ID\ntalia@x.edu,Tali,Kovacs,tk2\n"
KEPT = [
    ("warning", 2, "First Name", "Tali", "account_kept"),
    ("warning", 2, "Last Name", "Kovacs", "account_kept"),
    ("warning", 2, "SSO ID", "tk2", "account_kept"),
]


def talia(**columns):
    values = {"first_name": "Talia", "last_name": "Kovac", "sso_id": "tk1", **columns}
    return User.objects.create(email="Talia@x.edu", **values)


@pytest.mark.parametrize("kind", ["providers", "students"])
def test_a_new_person_gets_a_provisional_account(school, kind):
    school.apply(kind, ROW)

    user = User.objects.get()
    assert (user.email, user.full_name, user.sso_id) == ("talia@x.edu", "Tali Kovacs", "tk2")
    assert user.is_provisional
    assert not user.has_usable_password()
    assert user.search_key == "tali kovacs talia@x.edu"


@pytest.mark.parametrize("kind", ["providers", "students"])
def test_a_provisional_account_takes_what_the_file_says(school, kind):
    talia()

    assert counts(school.apply(kind, ROW)) == (1, 0, 0, 0)
    assert User.objects.get().full_name == "Tali Kovacs"
    assert User.objects.get().email == "Talia@x.edu"


@pytest.mark.parametrize("kind", ["providers", "students"])
def test_an_account_that_has_signed_in_is_left_and_warned_of(school, kind):
    talia(claimed_at=NOW)

    run = school.apply(kind, ROW)

    assert [problem for problem in problems(run) if problem[4] == "account_kept"] == KEPT
    assert run.issues.filter(code="account_kept").first().message == (
        "Talia Kovac has signed in or belongs to another community too, so “First Name” stays "
        "“Talia”. The person can change it in the profile."
    )
    user = User.objects.get()
    assert (user.full_name, user.sso_id, user.email) == ("Talia Kovac", "tk1", "Talia@x.edu")


@pytest.mark.parametrize("kind", ["providers", "students"])
def test_an_account_of_another_community_is_left_as_well(school, other_school, kind):
    give_role(talia(), other_school.community, Role.STUDENT, by=ADMIN)

    run = school.apply(kind, ROW)

    assert [problem for problem in problems(run) if problem[4] == "account_kept"] == KEPT
    assert User.objects.get().full_name == "Talia Kovac"


def test_the_email_of_a_provisional_account_follows_its_sso_id(school):
    talia()

    school.apply("students", "Email,SSO ID\ntalia.kovac@x.edu,TK1\n")

    assert [u.email for u in User.objects.all()] == ["talia.kovac@x.edu"]


def test_the_email_of_an_account_that_has_signed_in_stays(school):
    talia(claimed_at=NOW)

    run = school.apply("students", "Email,SSO ID\ntalia.kovac@x.edu,TK1\n")

    assert problems(run) == [("warning", 2, "Email", "talia.kovac@x.edu", "account_kept")]
    assert [u.email for u in User.objects.all()] == ["Talia@x.edu"]
    assert Membership.objects.get().user.email == "Talia@x.edu"


def test_an_account_claimed_between_preview_and_undo_keeps_its_name(school):
    school.apply("students", "Email,First Name\ntalia@x.edu,Talia\n")
    run = school.apply("students", "Email,First Name\ntalia@x.edu,Tali\n")
    User.objects.update(claimed_at=NOW)

    report = undo_import(run, actor=ADMIN, now=NOW)

    assert report.left == (
        (2, "talia@x.edu", "The person has signed in or joined another community since."),
    )
    assert User.objects.get().first_name == "Tali"


def test_an_enrolment_of_somebody_unknown_makes_a_provisional_student(school):
    school.apply("courses", "Subject,Number\nCHEM,1301\n")

    run = school.apply("enrollment", "Email,Course,SSO ID,Student ID\nsam@x.edu,chem 1301,s1,17\n")

    student = Membership.objects.get(role=Role.STUDENT)
    assert (student.source, student.student_id, student.user.sso_id) == (Source.CSV, "17", "s1")
    assert Enrollment.objects.get().source == Source.CSV
    undo_import(run, actor=ADMIN, now=NOW)
    assert not User.objects.exists()


def test_what_students_and_feeds_put_on_a_list_is_never_removed(school):
    school.apply("courses", "Subject,Number\nA,1\nB,2\nC,3\nD,4\n")
    sam, _made = find_or_make_user("sam@x.edu", by=ADMIN)
    sources = (Source.SELF, Source.FEED, Source.HAND, Source.CSV)
    for service, source in zip(Service.objects.order_by("code"), sources, strict=True):
        Enrollment.objects.create(user=sam, service=service, source=source)

    run = school.apply("enrollment", "Email,Course\n", mode="replace")

    assert counts(run) == (0, 0, 1, 0)
    left = Enrollment.objects.order_by("service__code").values_list("service__code", "source")
    assert list(left) == [("A1", "self"), ("B2", "feed"), ("C3", "hand")]


def test_further_columns_of_students_become_attributes(school):
    run = school.apply(
        "students",
        "Email,Grade Level,Major,Student ID\nsam@x.edu,Junior,Art,17\nkim@x.edu,Senior,,18\n",
    )
    assert problems(run) == []
    school.apply("students", "Email,grade level\nsam@x.edu,Senior\n")

    students = dict(Membership.objects.values_list("user__email", "attributes"))
    assert students == {
        "sam@x.edu": {"Grade Level": "Senior", "Major": "Art"},
        "kim@x.edu": {"Grade Level": "Senior"},
    }
    assert school.export("students").split("\r\n")[0] == (
        "First Name,Last Name,Email,SSO ID,Student ID,Grade Level,Major"
    )


def test_courses_are_entries_with_patterns_and_a_trailing_bar(school):
    school.apply("courses", "Subject,Number\nCHEM,1301\nCHEM,2301\nMATH,1302\n")

    school.apply("providers", "Email,Courses\ntalia@x.edu,chem 1301 | MATH*|GONE1|\n")

    entries = Certification.objects.order_by("id").values_list("entry", "key", "is_pattern")
    assert list(entries) == [
        ("chem 1301", "chem1301", False),
        ("MATH*", "math", True),
        ("GONE1", "gone1", False),
    ]
    school.apply("courses", "Subject,Number\nGONE,1\n")
    gone = Service.objects.get(code="GONE1")
    assert [str(p.user) for p in certified_providers(gone)] == ["talia@x.edu"]


def test_a_pattern_that_only_reaches_somebodys_own_service_matches_nothing(school):
    school.apply("courses", "Subject,Number\nTutoring with Bo,\n")
    bo = add_provider(find_or_make_user("bo@x.edu", by=ADMIN)[0], school.community, by=ADMIN)
    Service.objects.update(owner=bo)

    run = school.plan("providers", "Email,Courses\ntalia@x.edu,Tutoring*\nbo@x.edu,Tutoring*\n")

    assert [(line, code) for _s, line, _c, _v, code in problems(run)] == [(2, "unknown_entry")]


def test_entries_by_hand_stay_in_a_replace(school):
    school.apply("providers", "Email,Courses\ntalia@x.edu,A1\n")
    talia_ = Provider.objects.get()
    Certification.objects.create(provider=talia_, entry="HAND1", source=Source.HAND)

    run = school.apply("providers", "Email,Courses\ntalia@x.edu,B1\n", mode="replace")

    assert counts(run) == (0, 1, 0, 0)
    assert sorted(talia_.certifications.values_list("entry", flat=True)) == ["B1", "HAND1"]
