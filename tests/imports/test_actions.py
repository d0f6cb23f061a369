"""Plan, apply, discard, undo: states, staleness, all or nothing, bounds."""

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult
from openpyxl import Workbook

from tests.factories.world import MONDAY, TESTER, World, make_world
from tests.imports.conftest import ADMIN, NOW, School, counts, problems
from visavis.bookings.models import Appointment, Booking
from visavis.catalogue.models import Enrollment, Service
from visavis.communities.models import Community
from visavis.core.errors import NotFound
from visavis.core.models import HistoryEntry
from visavis.core.worker import drain
from visavis.imports import actions, applying, intake, planning, queries
from visavis.imports.actions import (
    apply_import,
    discard_import,
    plan_import,
    replan_import,
    undo_import,
)
from visavis.imports.errors import HasErrors, PlanIsStale, WrongState
from visavis.imports.models import Import
from visavis.people.enums import Source
from visavis.people.models import Provider, User

TUESDAY = MONDAY + timedelta(days=1, hours=2)
HOUR = timedelta(hours=1)
COURSES = "Subject,Number\nCHEM,1301\nMATH,1302\n"


def test_a_plan_changes_nothing_and_tells_the_contracts_shape(school):
    run = school.plan("courses", COURSES + "BAD|,1\nCHEM,1301\n")

    assert not Service.objects.exists()
    assert queries.report(run, dry_run=True) == {
        "kind": "courses",
        "mode": "merge",
        "dry_run": True,
        "rows": 4,
        "added": 0,
        "changed": 0,
        "removed": 0,
        "unchanged": 0,
        "errors": [
            {
                "line": 4,
                "column": "Subject Abbreviation",
                "value": "BAD|1",
                "code": "code_with_bar",
                "message": "A code cannot contain “|”, which separates the entries of a list. "
                "Remove it.",
            }
        ],
        "warnings": [
            {
                "line": 5,
                "column": "",
                "value": "CHEM1301",
                "code": "repeated_row",
                "message": "The row repeats line 2 and is read once.",
            }
        ],
    }
    assert queries.report(run, skip_bad_rows=True)["added"] == 2


def test_errors_stop_the_file_unless_the_good_rows_are_wanted(school):
    run = school.plan("courses", COURSES + "BAD|,1\n")

    with pytest.raises(HasErrors) as stopped:
        apply_import(run, actor=ADMIN, now=NOW)
    assert stopped.value.message == (
        "The file has one error, so nothing was applied. Correct it, or apply the good rows."
    )
    assert not Service.objects.exists()

    assert apply_import(run, actor=ADMIN, now=NOW, skip_bad_rows=True).state == "applied"
    assert Service.objects.count() == 2


def test_where_every_row_is_bad_nobody_speaks_of_good_ones(school):
    run = school.plan("courses", "Subject,Number\nBAD|,1\nWORSE|,2\n")

    with pytest.raises(HasErrors) as stopped:
        apply_import(run, actor=ADMIN, now=NOW)

    assert stopped.value.message == ("The file has 2 errors, so nothing was applied. Correct it.")


def test_what_came_by_csv_is_marked_told_and_raises_the_version(school):
    before = Community.objects.get(pk=school.community.pk).version

    run = school.apply("courses", COURSES)

    assert set(Service.objects.values_list("source", flat=True)) == {Source.CSV}
    assert (run.state, run.applied_at, run.by_label) == ("applied", NOW, "Ada Admin")
    assert Community.objects.get(pk=school.community.pk).version == before + 1
    verbs = HistoryEntry.objects.filter(subject_type="import").values_list("verb", flat=True)
    assert list(verbs.order_by("id")) == ["uploaded courses", "imported courses"]


def test_changed_rows_and_hours_raise_the_versions_of_their_people(school):
    school.apply("providers", "Email,Courses\ntalia@x.edu,A1\nbo@x.edu,A1\n")
    before = dict(Provider.objects.values_list("user__email", "hours_version"))

    school.apply("providers", "Email,Courses\ntalia@x.edu,B1\nbo@x.edu,A1\n")
    school.apply("availability", "Email,Day,Start,End\ntalia@x.edu,Mon,9am,10am\n")

    after = dict(Provider.objects.values_list("user__email", "hours_version"))
    assert after == {"talia@x.edu": before["talia@x.edu"] + 2, "bo@x.edu": before["bo@x.edu"]}


def test_a_plan_made_against_other_data_is_refused_and_can_be_made_anew(school):
    run = school.plan("courses", COURSES)
    Service.objects.create(community=school.community, subject="CHEM", number="1301")

    with pytest.raises(PlanIsStale):
        apply_import(run, actor=ADMIN, now=NOW)
    assert (Service.objects.count(), Import.objects.get().state) == (1, "planned")

    again = replan_import(run, actor=ADMIN)
    assert counts(again) == (1, 0, 0, 1)
    apply_import(again, actor=ADMIN, now=NOW)


STALE = {
    "courses": "Subject,Number\nNEW,1\n",
    "providers": "Email,Courses\ntalia@x.edu,CHEM*\n",
    "enrollment": "Email,Course\nsam@x.edu,MATH1302\n",
    "students": "Email,Student ID\nsam@x.edu,5\n",
    "locations": "Name\nHall\n",
    "availability": "Email,Day,Start,End\ntalia@x.edu,Fri,9am,10am\n",
}
FILES = {
    "courses": COURSES,
    "providers": "Email,Courses\ntalia@x.edu,CHEM1301\n",
    "enrollment": "Email,Course\nsam@x.edu,CHEM1301\n",
    "students": "Email,Major\nsam@x.edu,Art\n",
    "locations": "Name\nLab\n",
    "availability": "Email,Day,Start,End\ntalia@x.edu,Mon,9am,10am\n",
}


@pytest.mark.parametrize("kind", FILES)
def test_every_kind_notices_that_its_data_changed(school, kind):
    for needed in ("courses", "providers"):
        school.apply(needed, FILES[needed])
    run = school.plan(kind, FILES[kind])
    school.apply(kind, STALE[kind])

    with pytest.raises(PlanIsStale):
        apply_import(run, actor=ADMIN, now=NOW)


@pytest.mark.parametrize("kind", FILES)
def test_a_failure_in_the_middle_leaves_all_as_it_was(school, kind, monkeypatch):
    for needed in ("courses", "providers"):
        school.apply(needed, FILES[needed])
    run = school.plan(kind, STALE[kind])
    before = school.rows(kind)
    people = User.objects.count()
    rule = type(queries.get_kind(school.community, kind))

    def break_down(self, rows):
        raise RuntimeError("the power went")

    monkeypatch.setattr(rule, "settle", break_down)
    with pytest.raises(RuntimeError):
        apply_import(run, actor=ADMIN, now=NOW)

    assert (school.rows(kind), User.objects.count()) == (before, people)
    assert Import.objects.get(pk=run.pk).state == "planned"
    monkeypatch.undo()
    apply_import(run, actor=ADMIN, now=NOW)
    assert school.rows(kind) != before


def test_states_refuse_what_does_not_fit_them(school):
    run = school.plan("courses", COURSES)
    with pytest.raises(WrongState):
        undo_import(run, actor=ADMIN, now=NOW)
    apply_import(run, actor=ADMIN, now=NOW)
    for refused in (
        lambda: apply_import(run, actor=ADMIN, now=NOW),
        lambda: replan_import(run, actor=ADMIN),
        lambda: discard_import(run, actor=ADMIN),
    ):
        with pytest.raises(WrongState):
            refused()
    undo_import(run, actor=ADMIN, now=NOW)
    with pytest.raises(WrongState):
        undo_import(run, actor=ADMIN, now=NOW)


def test_a_discarded_or_refused_plan_is_not_applied(school):
    run = discard_import(school.plan("courses", COURSES), actor=ADMIN)
    refused = school.plan("courses", "")

    for plan in (run, refused):
        with pytest.raises(WrongState):
            apply_import(plan, actor=ADMIN, now=NOW)
    assert not Service.objects.exists()


def test_two_who_press_the_button_apply_once(school):
    run = school.plan("courses", COURSES)
    other = Import.objects.get(pk=run.pk)
    apply_import(run, actor=ADMIN, now=NOW)

    with pytest.raises(WrongState):
        apply_import(other, actor=ADMIN, now=NOW)


def old_copy(run):
    """The run as somebody read it before others went on."""
    return Import.objects.get(pk=run.pk)


def test_an_applied_run_keeps_its_plan_whatever_old_pages_ask(school):
    run = school.plan("courses", COURSES)
    old = [old_copy(run) for _ in range(4)]
    apply_import(run, actor=ADMIN, now=NOW)

    for refused in (
        lambda: replan_import(old[0], actor=ADMIN, mode="replace"),
        lambda: discard_import(old[1], actor=ADMIN),
    ):
        with pytest.raises(WrongState, match="applied already"):
            refused()
    assert actions.carry_out_plan(old[2]).pk == run.pk

    run.refresh_from_db()
    assert (run.state, run.mode, run.plan.count()) == ("applied", "merge", 2)
    assert undo_import(run, actor=ADMIN, now=NOW).restored == 2


def test_a_run_that_is_being_applied_is_neither_planned_nor_put_away(school):
    run = school.plan("courses", COURSES)
    old = [old_copy(run), old_copy(run)]
    actions.start_applying(run)

    with pytest.raises(WrongState, match="being applied"):
        replan_import(old[0], actor=ADMIN)
    with pytest.raises(WrongState, match="being applied"):
        discard_import(old[1], actor=ADMIN)
    assert actions.carry_out_apply(run, actor=ADMIN, now=NOW).state == "applied"


def test_a_file_put_away_while_it_is_read_stays_away(school):
    away = []

    def put_away(_done, _whole):
        if not away:
            away.append(discard_import(Import.objects.get(), actor=ADMIN))

    run = school.plan("courses", rows_of("courses", 2500), progress=put_away)

    assert (run.state, old_copy(run).state) == ("discarded", "discarded")


def test_two_workers_that_read_one_file_write_one_plan(school):
    run = school.plan("courses", rows_of("courses", 2500))
    Import.objects.update(state="planning")
    began = []

    def begin_too(_done, _whole):
        if not began:
            began.append(actions.carry_out_plan(old_copy(run)))

    actions.carry_out_plan(old_copy(run), progress=begin_too)

    assert counts(old_copy(run)) == (2500, 0, 0, 0)
    assert (old_copy(run).state, run.plan.count()) == ("planned", 2500)


@pytest.fixture
def taken_over():
    """Let a second reader read the whole file as soon as the first comes to a point."""
    began = []

    def take_over():
        if not began:
            began.append(True)
            actions.carry_out_plan(Import.objects.get(state="planning"))

    return take_over


def test_a_reader_whose_job_was_given_back_adds_no_last_rows_to_anothers_plan(school, taken_over):
    school.apply("providers", "Email\ntalia@x.edu\n")
    hours = "Email,Day,Start,End\ntalia@x.edu,Mon,9am,10am\ntalia@x.edu,Tue,9am,10am\n"

    run = school.plan("availability", hours, progress=lambda *_far: taken_over())

    assert (counts(old_copy(run)), run.plan.count()) == ((2, 0, 0, 0), 2)


def test_a_reader_whose_job_was_given_back_removes_nothing_in_anothers_plan(school, taken_over):
    school.apply("courses", COURSES + "ART,1\n")

    run = school.plan("courses", COURSES, mode="replace", progress=lambda *_far: taken_over())

    assert (counts(old_copy(run)), run.plan.count()) == ((0, 0, 1, 2), 3)


@pytest.mark.parametrize("rows", ["sam@x.edu,CHEM1301,x\n", ""])
def test_a_reader_whose_job_was_given_back_says_nothing_of_the_header_twice(
    school, taken_over, monkeypatch, rows
):
    counted = planning.count_expected

    def count_late(*file):
        taken_over()
        return counted(*file)

    monkeypatch.setattr(planning, "count_expected", count_late)
    run = school.plan("enrollment", f"Email,Course,Mood\n{rows}")

    codes = [code for *_where, code in problems(old_copy(run))]
    assert codes.count("unknown_column") == old_copy(run).counts["warnings"] == 1


def test_a_run_applied_or_undone_by_two_is_written_once(school):
    run = school.plan("courses", COURSES)
    actions.start_applying(run)
    second = old_copy(run)
    actions.carry_out_apply(run, actor=ADMIN, now=NOW)
    assert actions.carry_out_apply(second, actor=ADMIN, now=NOW).state == "applied"
    assert HistoryEntry.objects.filter(verb="imported courses").count() == 1

    second = old_copy(run)
    undo_import(run, actor=ADMIN, now=NOW)
    with pytest.raises(WrongState, match="was undone"):
        undo_import(second, actor=ADMIN, now=NOW)


def test_runs_are_the_communitys_own(school, other_school):
    run = school.plan("courses", COURSES)

    assert queries.get_import(school.community, run.public_id) == run
    assert list(queries.recent_imports(school.community, kind="courses")) == [run]
    assert not queries.recent_imports(other_school.community)
    for community, name in ((other_school.community, run.public_id), (school.community, "x")):
        with pytest.raises(NotFound):
            queries.get_import(community, name)


def test_two_communities_have_the_same_codes_side_by_side(school, other_school):
    school.apply("courses", COURSES)

    assert counts(other_school.apply("courses", COURSES, mode="replace")) == (2, 0, 0, 0)
    other_school.apply("courses", "Subject,Number\n", mode="replace")
    assert Service.objects.filter(archived_at=None).count() == 2


def test_the_preview_tells_what_changes_cell_by_cell(school):
    school.apply("students", "Email,First Name,Major\nsam@x.edu,Sam,Art\n")

    run = school.plan("students", "Email,First Name,Major\nsam@x.edu,Samuel,Law\n")

    row = queries.plan_rows(run, "changed").get()
    assert [(c.column, c.before, c.after) for c in queries.cell_changes(row)] == [
        ("First Name", "Sam", "Samuel"),
        ("Major", "Art", "Law"),
    ]


def test_a_file_is_kept_and_may_be_an_open_file(school):
    run = plan_import(
        school.community,
        kind="courses",
        mode="merge",
        file_name="courses.csv",
        content=io.BytesIO(COURSES.encode()),
        actor=ADMIN,
    )

    assert run.file.read() == COURSES.encode()
    assert (run.file_name, run.rows, run.rows_done) == ("courses.csv", 2, 2)


# --- Meetings ---------------------------------------------------------------------------------


@pytest.fixture
def met(db):
    """A community with one meeting to come, of a provider and a course that came by CSV."""
    world = make_world()
    provider, student = world.provider(), world.student()
    Provider.objects.update(source=Source.CSV)
    Service.objects.update(source=Source.CSV)
    booking = world.book(provider, student, TUESDAY)
    return School(world.community), booking


@pytest.mark.parametrize("kind", ["courses", "providers"])
def test_meetings_of_what_is_archived_are_shown_and_stay(met, kind):
    school, booking = met
    header = "Email" if kind == "providers" else "Subject,Number"
    run = school.plan(kind, f"{header}\n", mode="replace")

    touched = queries.touched_meetings(run, now=MONDAY)
    assert (touched.past, [m.pk for m in touched.coming]) == (0, [booking.appointment_id])
    later = queries.touched_meetings(run, now=MONDAY + timedelta(days=30))
    assert (later.past, list(later.coming)) == (1, [])

    apply_import(run, actor=ADMIN, now=MONDAY, confirmed=True)
    assert Appointment.objects.get().state == "planned"


def test_meetings_are_cancelled_where_the_administrator_chooses(met):
    school, booking = met
    run = school.plan("providers", "Email\n", mode="replace")
    before = User.objects.get(pk=booking.student_id).time_version

    apply_import(run, actor=TESTER, now=MONDAY, confirmed=True, cancel_meetings=True)

    booking.refresh_from_db()
    assert (booking.state, booking.appointment.state) == ("cancelled", "cancelled")
    assert Booking.objects.get().cancelled_by == TESTER.label
    assert User.objects.get(pk=booking.student_id).time_version > before


def test_a_meeting_booked_while_the_import_waits_for_its_locks_is_not_forgotten(met, monkeypatch):
    school, booking = met
    run = school.plan("providers", "Email\n", mode="replace")
    order = {"service": booking.appointment.service, "format": booking.appointment.format}
    world = World(school.community, location=booking.appointment.location, **order)
    lock = applying.lock

    def lock_late(*args):
        world.book(booking.appointment.provider, world.student("Kim"), TUESDAY + HOUR)
        return lock(*args)

    monkeypatch.setattr(applying, "lock", lock_late)
    agreed = {"now": MONDAY, "confirmed": True, "cancel_meetings": True}
    with pytest.raises(PlanIsStale):
        apply_import(run, actor=TESTER, **agreed)
    assert Booking.objects.filter(state="confirmed").count() == 1

    monkeypatch.undo()
    world.book(booking.appointment.provider, world.student("Kim"), TUESDAY + HOUR)
    apply_import(run, actor=TESTER, **agreed)
    assert not Booking.objects.filter(state="confirmed").exists()


def test_a_course_in_use_is_left_by_undo_and_looked_up_without_multiplying(met):
    school, booking = met
    run = school.apply("courses", COURSES)
    chem, math = Service.objects.filter(number__gt="").order_by("code")
    Appointment.objects.update(service=chem)
    Enrollment.objects.create(user=booking.student, service=math)

    with CaptureQueriesContext(connection) as seen:
        report = undo_import(run, actor=ADMIN, now=NOW)

    assert {label for _line, label, _why in report.left} == {"CHEM1301", "MATH1302"}
    asked = [query["sql"] for query in seen if "catalogue_enrollment" in query["sql"]]
    assert asked
    assert not [sql for sql in asked if "JOIN" in sql]


# --- Bounds -----------------------------------------------------------------------------------


def rows_of(kind, count):
    return {
        "courses": "Subject,Number\n" + "".join(f"C,{n}\n" for n in range(count)),
        "providers": "Email,First Name,Last Name,SSO ID,Courses\n"
        + "".join(f"p{n}@x.edu,A,B{n},s{n},C1|C*|X{n}\n" for n in range(count)),
        "enrollment": "Email,Course,Student ID\n"
        + "".join(f"s{n}@x.edu,CHEM1301,{n}\n" for n in range(count)),
        "students": "Email,Major\n" + "".join(f"s{n}@x.edu,M{n}\n" for n in range(count)),
        "locations": "Name,Hours\n" + "".join(f"L{n},Mon 9am-5pm\n" for n in range(count)),
        "availability": "Email,Day,Start,End,Courses\n"
        + "".join(
            f"talia@x.edu,Mon,{n // 12:02d}:{n % 12 * 5:02d},23:59,CHEM1301|D{n}\n".replace(
                "23:59", "24:00"
            )
            for n in range(count)
        ),
    }[kind]


@pytest.mark.parametrize("kind", FILES)
def test_queries_do_not_grow_with_the_rows(school, kind):
    for needed in ("courses", "providers"):
        school.apply(needed, FILES[needed])

    def queries_for(count):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            run = school.apply(kind, rows_of(kind, count))
            school.apply(kind, rows_of(kind, count))
            undo_import(run, actor=ADMIN, now=NOW)
        return len(seen)

    queries_for(3)
    few, many = queries_for(5), queries_for(150)
    # Bulk writes go in batches; a query a row would be 145 more.
    assert many <= few + 25


def test_nobody_knows_how_many_rows_a_workbook_will_have(school):
    told = []

    school.plan("courses", workbook(3), progress=lambda *at: told.append(at))

    assert told == [(3, 0)]


def workbook(rows):
    book = Workbook()
    book.active.append(["Subject", "Number"])
    for number in range(rows):
        book.active.append(["CHEM", number])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_progress_is_told_and_can_be_seen_from_outside(school):
    told, seen = [], []

    def look(done, whole):
        told.append((done, whole))
        seen.append(Import.objects.values_list("rows_done", "rows").get())

    run = school.plan("courses", rows_of("courses", 2500), progress=look)

    assert told == seen == [(1000, 2500), (2000, 2500), (2500, 2500)]
    assert (run.rows, run.rows_done) == (2500, 2500)
    told.clear()
    apply_import(run, actor=ADMIN, now=NOW, progress=lambda *at: told.append(at))
    assert told[0] == (500, 2500)
    assert told[-1] == (2500, 2500)


def test_a_big_file_waits_for_the_worker_and_a_small_one_does_not(school, monkeypatch):
    details = {"kind": "courses", "mode": "merge", "file_name": "c.csv", "actor": ADMIN}
    small = intake.receive(school.community, content=COURSES.encode(), **details)
    assert small.state == "planned"

    monkeypatch.setattr(intake, "SMALL_BYTES", 10)
    monkeypatch.setattr(intake, "SMALL_ROWS", 1)
    big = intake.receive(school.community, content=COURSES.encode(), **details)
    assert big.state == "planning"
    intake.tasks.plan.func(big.pk)
    big.refresh_from_db()
    assert (big.state, big.rows) == ("planned", 2)

    assert intake.apply_or_queue(big, actor=ADMIN, now=NOW).state == "applying"
    intake.tasks.apply.func(big.pk, None, "Ada Admin")
    big.refresh_from_db()
    assert (big.state, Service.objects.count()) == ("applied", 2)
    intake.tasks.apply.func(big.pk, None, "Ada Admin")


def test_a_plan_that_turns_stale_before_the_worker_comes_waits_again(school, monkeypatch):
    monkeypatch.setattr(intake, "SMALL_ROWS", 1)
    run = school.plan("courses", COURSES)
    intake.apply_or_queue(run, actor=ADMIN, now=NOW)
    Service.objects.create(community=school.community, subject="NEW", number="1")

    intake.tasks.apply.func(run.pk, None, "Ada Admin")

    run.refresh_from_db()
    assert (run.state, run.refused_code) == ("planned", "plan_is_stale")


def test_what_has_turned_stale_is_applied_only_after_it_was_read_anew(school, monkeypatch):
    monkeypatch.setattr(intake, "SMALL_BYTES", 10)
    monkeypatch.setattr(intake, "SMALL_ROWS", 1)
    run = school.plan("courses", COURSES)
    intake.apply_or_queue(run, actor=ADMIN, now=NOW)
    Service.objects.create(community=school.community, subject="CHEM", number="1301")
    drain()
    run.refresh_from_db()
    with pytest.raises(PlanIsStale):
        intake.apply_or_queue(run, actor=ADMIN, now=NOW)

    assert intake.replan_or_queue(run, actor=ADMIN).state == "planning"
    drain()
    run.refresh_from_db()
    assert (run.state, counts(run), run.refused_code) == ("planned", (1, 0, 0, 1), "")
    intake.apply_or_queue(run, actor=ADMIN, now=NOW)
    drain()
    run.refresh_from_db()
    assert (run.state, Service.objects.count()) == ("applied", 2)


def test_a_student_who_signs_in_meanwhile_keeps_the_name_and_stops_no_list(school):
    school.apply("students", "Email,First Name\nsam@x.edu,Sam\n")
    run = school.plan("students", "Email,First Name\nsam@x.edu,Samuel\nnew@x.edu,New\n")
    User.objects.filter(email="sam@x.edu").update(claimed_at=NOW)

    apply_import(run, actor=ADMIN, now=NOW)

    assert User.objects.get(email="sam@x.edu").first_name == "Sam"
    assert User.objects.filter(email="new@x.edu").exists()


@pytest.fixture
def tired_worker(monkeypatch):
    """Run every job until it gives up, whatever its rest."""

    def work():
        for _try in range(10):
            drain()
            DBTaskResult.objects.filter(status="READY").update(run_after=NOW - timedelta(days=365))

    monkeypatch.setattr(intake, "SMALL_BYTES", 10)
    monkeypatch.setattr(intake, "SMALL_ROWS", 1)
    return work


def break_down(*_args, **_more):
    raise RuntimeError("the power went")


def test_a_file_whose_reading_always_fails_is_given_up_with_a_sentence(
    school, tired_worker, monkeypatch
):
    monkeypatch.setattr(planning, "open_table", break_down)
    details = {"kind": "courses", "mode": "merge", "file_name": "c.csv", "actor": ADMIN}
    run = intake.receive(school.community, content=COURSES.encode(), **details)

    tired_worker()

    run.refresh_from_db()
    assert (run.state, run.refused_code) == ("refused", "unexpected_failure")
    assert "Upload it again" in run.refused_message
    monkeypatch.undo()
    assert counts(replan_import(run, actor=ADMIN)) == (2, 0, 0, 0)


def test_a_plan_whose_applying_always_fails_waits_again_with_a_sentence(
    school, tired_worker, monkeypatch
):
    run = school.plan("courses", COURSES)
    monkeypatch.setattr(applying, "_write", break_down)
    assert intake.apply_or_queue(run, actor=ADMIN, now=NOW).state == "applying"

    tired_worker()

    run.refresh_from_db()
    assert (run.state, run.refused_code) == ("planned", "unexpected_failure")
    monkeypatch.undo()
    assert apply_import(run, actor=ADMIN, now=NOW).state == "applied"


def test_a_small_file_whose_reading_fails_is_not_read_for_ever(school, monkeypatch):
    monkeypatch.setattr(planning, "open_table", break_down)
    with pytest.raises(RuntimeError):
        school.plan("courses", COURSES)
    assert Import.objects.get().state == "refused"
