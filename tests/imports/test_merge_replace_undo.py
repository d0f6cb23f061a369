"""Merge, replace and undo: what each kind becomes, and what is never touched."""

import pytest

from tests.imports.conftest import ADMIN, NOW, counts
from visavis.availability.actions import add_weekly_block
from visavis.availability.locations import add_location
from visavis.availability.models import Location, WeeklyBlock
from visavis.bookings.models import WaitlistEntry
from visavis.catalogue.actions import certify, enroll
from visavis.catalogue.models import Certification, Enrollment, Service
from visavis.core.models import HistoryEntry
from visavis.imports import undoing
from visavis.imports.actions import apply_import, undo_import
from visavis.imports.errors import NeedsConfirmation
from visavis.imports.kinds.register import get_kind
from visavis.people.actions import add_provider, find_or_make_user, give_role
from visavis.people.enums import Role, Source
from visavis.people.models import Membership, Provider, User

COURSES = (
    "Subject,Number,Name,Description\nCHEM,1301,Chemistry,Atoms\nMATH,1302,Calculus,\nTalia,,,\n"
)
PROVIDERS = (
    "Email,First Name,Last Name,SSO ID,Courses\n"
    "talia@x.edu,Talia,Kovac,tk1,CHEM*|MATH1302\nbo@x.edu,Bo,Lee,,GONE1|\n"
)
ENROLLMENT = (
    "Email,Course,Student ID\nsam@x.edu,CHEM1301,17\nsam@x.edu,MATH1302,17\nkim@x.edu,Talia,\n"
)
STUDENTS = (
    "Email,First Name,Last Name,Student ID,Major\nsam@x.edu,Sam,Oh,17,Art\nkim@x.edu,Kim,Ek,18,\n"
)
LOCATIONS = (
    "Name,Kind,Hours,Capacity,Details\nLab,in person,Mon-Fri 09:00-17:00,2,Ring twice\n"
    "Zoom,online,,,https://x.edu/z\n"
)
AVAILABILITY = (
    "Email,Day,Start,End,Courses,Locations,Formats,From,Until\n"
    "talia@x.edu,Mon|Wed,9am,12pm,CHEM*,Lab,,2027-01-11,\nbo@x.edu,Tue,13:00,15:00,,,,,\n"
)

# kind → (first file, another file, counts merging the other, counts replacing by the other)
TABLE = {
    "courses": (
        COURSES,
        "Subject,Number,Name,Description\nCHEM,1301,,Molecules\nMATH,1302,,\nBIO,1,,\n",
        (1, 1, 0, 1),
        (1, 2, 1, 0),
    ),
    "providers": (
        PROVIDERS,
        "Email,First Name,Courses\ntalia@x.edu,,CHEM*|MATH1302\nnew@x.edu,New,*\n",
        (1, 0, 0, 1),
        (1, 1, 1, 0),
    ),
    "enrollment": (
        ENROLLMENT,
        "Email,Course\nSAM@x.edu,chem 1301\nnew@x.edu,MATH1302\n",
        (1, 0, 0, 1),
        (1, 0, 2, 1),
    ),
    "students": (
        STUDENTS,
        "Email,First Name,Student ID,Major\nsam@x.edu,,,\nnew@x.edu,,,\n",
        (1, 0, 0, 1),
        (1, 1, 1, 0),
    ),
    "locations": (
        LOCATIONS,
        "Name,Kind,Hours,Capacity\nLAB,in person,,3\nHall,,,\n",
        (1, 1, 0, 0),
        (1, 1, 1, 0),
    ),
    "availability": (
        AVAILABILITY,
        (
            "Email,Day,Start,End,Courses,Locations,From\ntalia@x.edu,Mon,09:00,12:00,CHEM*,Lab,2027-01-11\n"
            "talia@x.edu,Fri,09:00,12:00,,,\n"
        ),
        (1, 0, 0, 1),
        (1, 0, 1, 1),
    ),
}


def fill(school, kind):
    """Everything that a file of this kind builds on, and its first file."""
    before = {
        "courses": (),
        "providers": ("courses",),
        "enrollment": ("courses",),
        "students": (),
        "locations": (),
        "availability": ("courses", "providers", "locations"),
    }
    for needed in (*before[kind], kind):
        run = school.apply(needed, TABLE[needed][0])
    return run


def everything():
    """All rows that imports write, as values that undo must bring back."""
    return (
        sorted(Service.objects.values_list("code", "name", "description", "archived_at", "owner")),
        sorted(User.objects.values_list("email", "first_name", "last_name", "sso_id")),
        sorted(Provider.objects.values_list("user__email", "retired_at", "source"), key=str),
        sorted(Certification.objects.values_list("provider__user__email", "entry", "source")),
        sorted(Enrollment.objects.values_list("user__email", "service__code", "source")),
        sorted(Membership.objects.values_list("user__email", "student_id", "source", "role")),
        sorted(str(row) for row in Membership.objects.values_list("user__email", "attributes")),
        sorted(
            str(row) for row in Location.objects.values_list("name", "kind", "hours", "capacity")
        ),
        sorted(Location.objects.values_list("name", "archived_at"), key=str),
        sorted(
            str(row)
            for row in WeeklyBlock.objects.values_list(
                *("provider__user__email", "weekday", "start_minute", "end_minute", "valid_from"),
                *("any_service", "services__code", "locations__name", "service_entries", "source"),
            )
        ),
    )


@pytest.mark.parametrize("mode", ["merge", "replace"])
@pytest.mark.parametrize("kind", TABLE)
def test_the_same_file_again_changes_nothing(school, kind, mode):
    first = counts(fill(school, kind))

    again = counts(school.plan(kind, TABLE[kind][0], mode=mode))

    assert again == (0, 0, 0, first[0])


@pytest.mark.parametrize("kind", TABLE)
def test_merging_adds_and_changes_and_leaves_blank_cells_alone(school, kind):
    fill(school, kind)

    assert counts(school.apply(kind, TABLE[kind][1])) == TABLE[kind][2]


@pytest.mark.parametrize("kind", TABLE)
def test_replacing_removes_what_is_missing_and_clears_blank_cells(school, kind):
    fill(school, kind)

    run = school.apply(kind, TABLE[kind][1], mode="replace")

    assert counts(run) == TABLE[kind][3]
    added, changed, _removed, unchanged = TABLE[kind][3]
    again = counts(school.plan(kind, TABLE[kind][1], mode="replace"))
    assert again == (0, 0, 0, added + changed + unchanged)


@pytest.mark.parametrize("mode", ["merge", "replace"])
@pytest.mark.parametrize("kind", TABLE)
def test_undo_brings_everything_back(school, kind, mode):
    fill(school, kind)
    before = everything()
    run = school.apply(kind, TABLE[kind][1], mode=mode)
    assert everything() != before

    report = undo_import(run, actor=ADMIN, now=NOW)

    assert report.left == ()
    assert report.restored == sum(counts(run)[:3])
    assert everything() == before


@pytest.mark.parametrize("kind", TABLE)
def test_undoing_the_first_file_leaves_nothing_behind(school, kind):
    run = fill(school, kind)

    report = undo_import(run, actor=ADMIN, now=NOW)

    assert report.left == ()
    assert school.rows(kind) == (["Main office,in person,,,"] if kind == "locations" else [])


@pytest.mark.parametrize("kind", TABLE)
def test_undo_goes_through_a_long_file_batch_by_batch(school, kind, monkeypatch):
    run = fill(school, kind)
    school.apply(kind, TABLE[kind][1])
    before = everything()
    again = school.apply(kind, TABLE[kind][0], mode="replace")
    monkeypatch.setattr(undoing, "BATCH", 1)
    sizes = watch_batches(monkeypatch, type(get_kind(school.community, kind)))

    report = undo_import(again, actor=ADMIN, now=NOW)

    assert (report.left, everything()) == ((), before)
    assert sizes == {1}
    assert run.plan.count() > 1


def watch_batches(monkeypatch, kind):
    """The sizes of the batches that undo hands to this kind, filled while it runs."""
    sizes = set()

    def watch(name):
        step = getattr(kind, name)

        def watched(self, rows):
            sizes.add(len(rows))
            step(self, rows)

        monkeypatch.setattr(kind, name, watched)

    watch("clean_up")
    watch("remove_people")
    return sizes


def test_people_whose_rows_lie_in_several_batches_are_removed_with_all_they_had(
    school, monkeypatch
):
    school.apply("courses", COURSES)
    before = everything()
    run = school.apply("enrollment", ENROLLMENT)
    monkeypatch.setattr(undoing, "BATCH", 1)

    undo_import(run, actor=ADMIN, now=NOW)

    assert everything() == before


def by_hand(school):
    """One row of each kind that an administrator entered, and one that a student added."""
    person, _made = find_or_make_user("hand@x.edu", by=ADMIN)
    provider = add_provider(person, school.community, by=ADMIN)
    certify(provider, "CHEM1301", by=ADMIN)
    add_weekly_block(provider, weekday=3, start_minute=600, end_minute=660, by=ADMIN)
    give_role(person, school.community, Role.STUDENT, by=ADMIN)
    add_location(school.community, by=ADMIN, name="By hand")
    course = Service.objects.create(community=school.community, subject="HAND", number="1")
    enroll(person, [course], by=ADMIN, source=Source.SELF)


@pytest.mark.parametrize("kind", TABLE)
def test_replacing_never_touches_what_did_not_come_by_csv(school, kind):
    fill(school, kind)
    by_hand(school)
    before = [row.rstrip(",") for row in school.rows(kind) if "hand" in row.casefold()]
    assert before

    header = TABLE[kind][0].split("\n")[0]
    school.apply(kind, f"{header}\n", mode="replace")

    # Attributes of those who went go from the header too.
    left = [row.rstrip(",") for row in school.rows(kind) if "Main office" not in row]
    if kind == "availability":
        left = [row for row in left if "hand" in row]
    assert left == before


@pytest.mark.parametrize("kind", ["courses", "providers", "students", "locations"])
def test_a_blank_cell_of_a_replace_clears_nothing_that_came_by_hand(school, kind):
    by_hand(school)
    before = school.rows(kind)
    key = {"courses": "HAND,1", "locations": "By hand"}.get(kind, "hand@x.edu")
    header = {
        "courses": "Subject,Number,Name",
        "locations": "Name,Kind",
    }.get(kind, "Email,Courses" if kind == "providers" else "Email,First Name")

    run = school.apply(kind, f"{header}\n{key},\n", mode="replace")

    assert counts(run) == (0, 0, 0, 1)
    assert school.rows(kind) == before


@pytest.mark.parametrize(
    ("content", "question"),
    [
        (
            "Subject,Number\n",
            "The file has no rows. Replacing removes everything that came by CSV: 3 of 3.",
        ),
        (
            "Subject,Number\nCHEM,1301\n",
            "This removes 2 of 3, more than half. Is the file complete?",
        ),
        ("Subject,Number\nCHEM,1301\nMATH,1302\n", ""),
    ],
)
def test_an_empty_file_or_more_than_half_asks_again(school, content, question):
    fill(school, "courses")
    run = school.plan("courses", content, mode="replace")

    if question:
        with pytest.raises(NeedsConfirmation) as asked:
            apply_import(run, actor=ADMIN, now=NOW)
        assert asked.value.message == question
        assert Service.objects.filter(archived_at=None).count() == 3
    apply_import(run, actor=ADMIN, now=NOW, confirmed=bool(question))
    assert Service.objects.filter(archived_at=None).count() == len(content.split("\n")) - 2


def test_a_course_that_left_is_archived_and_comes_alive_when_it_returns(school):
    fill(school, "enrollment")
    service = Service.objects.get(code="CHEM1301")

    school.apply("courses", "Subject,Number\nMATH,1302\nTalia,\n", mode="replace")
    service.refresh_from_db()
    assert service.archived_at == NOW

    assert counts(school.apply("courses", "Subject,Number\nCHEM,1301\n")) == (1, 0, 0, 0)
    service.refresh_from_db()
    assert (service.archived_at, service.name, service.enrollments.count()) == (
        None,
        "Chemistry",
        1,
    )


def test_an_own_service_closes_when_its_person_retires_and_opens_with_them(school):
    fill(school, "providers")
    own = Service.objects.get(code="Talia")
    own.owner = Provider.objects.get(user__email="talia@x.edu")
    own.save()

    run = school.apply("providers", "Email\nbo@x.edu\n", mode="replace")
    own.refresh_from_db()
    assert own.archived_at == NOW

    undo_import(run, actor=ADMIN, now=NOW)
    own.refresh_from_db()
    assert (own.archived_at, own.owner.retired_at) == (None, None)


def test_undo_lists_what_was_touched_since_and_restores_the_rest(school):
    run = school.apply("courses", COURSES)
    touched = Service.objects.get(code="CHEM1301")
    touched.name = "Renamed"
    touched.save()
    enroll(
        find_or_make_user("sam@x.edu", by=ADMIN)[0], [Service.objects.get(code="Talia")], by=ADMIN
    )

    report = undo_import(run, actor=ADMIN, now=NOW)

    assert report.restored == 1
    assert sorted(report.left) == [
        (2, "CHEM1301", "It was changed since."),
        (4, "Talia", "It is used by now: by lists, hours, appointments or as somebody's own."),
    ]
    assert sorted(Service.objects.values_list("code", flat=True)) == ["CHEM1301", "Talia"]


def test_where_all_rows_are_left_the_file_can_be_undone_once_what_came_after_is(school):
    people = school.apply("providers", PROVIDERS)
    hours = school.apply("availability", AVAILABILITY.replace("CHEM*,Lab", ","))
    told = HistoryEntry.objects.filter(verb="undid import of providers")

    report = undo_import(people, actor=ADMIN, now=NOW)
    people.refresh_from_db()
    assert (report.restored, people.state, people.undone_at) == (0, "applied", None)
    assert [label for _line, label, _why in report.left] == ["talia@x.edu", "bo@x.edu"]
    assert not told.exists()

    undo_import(hours, actor=ADMIN, now=NOW)
    report = undo_import(people, actor=ADMIN, now=NOW)
    people.refresh_from_db()
    assert (report.restored, report.left, people.state) == (2, (), "undone")
    assert told.count() == 1
    assert not Provider.objects.exists()


def test_where_all_rows_are_left_nobody_is_removed_either(school):
    people = school.apply("providers", PROVIDERS)
    Provider.objects.all().delete()

    report = undo_import(people, actor=ADMIN, now=NOW)
    assert (report.restored, len(report.left), people.state) == (0, 2, "applied")
    assert User.objects.filter(email__in=["talia@x.edu", "bo@x.edu"]).count() == 2


def test_undo_leaves_what_somebody_waits_for(school):
    courses = school.apply("courses", COURSES)
    people = school.apply("providers", PROVIDERS)
    WaitlistEntry.objects.create(
        community=school.community,
        student=find_or_make_user("sam@x.edu", by=ADMIN)[0],
        service=Service.objects.get(code="Talia"),
        format=school.community.formats.first(),
        provider=Provider.objects.get(user__email="bo@x.edu"),
        first=NOW.date(),
        last=NOW.date(),
    )
    left = [name for _line, name, _why in undo_import(people, actor=ADMIN, now=NOW).left]
    assert left == ["bo@x.edu"]
    left = [name for _line, name, _why in undo_import(courses, actor=ADMIN, now=NOW).left]
    assert left == ["Talia"]


def test_bad_rows_can_be_skipped_and_keep_their_entities_from_removal(school):
    fill(school, "providers")
    content = f"Email,First Name\ntalia@x.edu,{'x' * 201}\nnew@x.edu,New\n"

    run = school.apply("providers", content, mode="replace", skip_bad_rows=True)

    assert counts(run) == (1, 0, 1, 0)
    active = Provider.objects.filter(retired_at=None).values_list("user__email", flat=True)
    assert sorted(active) == ["new@x.edu", "talia@x.edu"]


def test_a_bad_row_that_may_mean_anybody_keeps_everybody(school):
    fill(school, "providers")

    run = school.plan("providers", "Email\ntalia@@x.edu\nnew@x.edu\n", mode="replace")

    assert counts(run) == (1, 0, 0, 0)
