"""What loses against another transaction is carried out again, and ends as if it had won at once.

Each is made to lose at the end of its transaction, when all of it is done in memory as well.
"""

import pytest

from tests.factories.world import MONDAY, TESTER, make_user
from tests.imports.conftest import ADMIN, NOW, counts
from visavis.availability.models import Location
from visavis.catalogue.models import Service
from visavis.core import history
from visavis.core.models import HistoryEntry, StoredFile
from visavis.imports import actions as import_actions
from visavis.imports import applying, intake, planning, queries, typed, undoing
from visavis.imports.actions import (
    apply_import,
    decide_proposal,
    discard_import,
    start_planning,
    undo_import,
)
from visavis.imports.models import Import, ImportIssue, ImportRow
from visavis.imports.typed import TypedBy
from visavis.imports.typed_people import TypedPerson, add_people
from visavis.imports.typed_places import TypedPlace, add_places
from visavis.people.models import Provider

pytestmark = pytest.mark.django_db(transaction=True)
COURSES = "Subject Abbreviation,Course Number\nCHEM,1301\nMATH,1\nMATH,2\n"
TOPICS = "Subject Abbreviation,Course Number\nPeer Mentoring with Talia K,\n"
PEOPLE = (
    "Email,First Name,Last Name,Courses\n"
    "talia@x.edu,Talia,Kovac,Peer Mentoring with Talia K\n"
    "kim@x.edu,Kim,Ek,*\n"
)


def verbs():
    return list(HistoryEntry.objects.order_by("id").values_list("verb", flat=True))


def test_a_file_is_kept_once(school, lose_at, monkeypatch):
    monkeypatch.setattr(intake, "SMALL_BYTES", 10)
    before, lost = verbs(), lose_at(history, "record")
    run = intake.receive(
        school.community,
        kind="courses",
        mode="merge",
        file_name="c.csv",
        content=COURSES.encode(),
        actor=ADMIN,
    )
    assert (lost, Import.objects.get()) == (["record"], run)
    assert StoredFile.objects.get().name == run.file.name
    assert verbs() == [*before, "uploaded courses"]


@pytest.mark.parametrize("name", ["_write_batch", "_end"])
def test_a_file_is_read_from_its_beginning(school, lose_at, name, monkeypatch):
    monkeypatch.setattr(planning, "BATCH", 2)
    lost = lose_at(planning.Planner, name)
    run = school.plan("courses", COURSES + "MATH,\n")
    assert (lost, run.state, run.rows, counts(run)) == ([name], "planned", 4, (4, 0, 0, 0))
    assert ImportRow.objects.filter(run=run).count() == 4
    run.refresh_from_db()
    assert (run.state, counts(run)) == ("planned", (4, 0, 0, 0))


def test_a_file_that_cannot_be_read_is_refused_once(school, lose_at):
    lost = lose_at(planning, "_move_on")
    run = school.plan("courses", b"")
    assert (lost, run.state, run.refused_code) == (["_move_on"], "refused", "no_header")
    assert not ImportIssue.objects.exists()


def test_a_plan_is_applied_once(school, lose_at):
    run = school.plan("courses", COURSES)
    starting, writing = lose_at(import_actions, "_require"), lose_at(applying, "cancel_meetings")
    apply_import(run, actor=ADMIN, now=NOW)
    assert (starting, writing) == (["_require"], ["cancel_meetings"])
    run.refresh_from_db()
    assert (run.state, run.applied_at, Service.objects.count()) == ("applied", NOW, 3)
    assert verbs().count("imported courses") == 1


def test_a_plan_is_given_to_the_worker_once(school, lose_at, monkeypatch):
    monkeypatch.setattr(intake, "SMALL_ROWS", 1)
    run, lost = school.plan("courses", COURSES), lose_at(import_actions, "_require")
    assert intake.apply_or_queue(run, actor=ADMIN, now=NOW).state == "applying"
    assert lost == ["_require"]
    run.refresh_from_db()
    assert run.state == "applying"


def test_owners_are_proposed_decided_and_undone(school, lose_at):
    school.apply("courses", TOPICS)
    run = school.plan("providers", PEOPLE)
    [row] = queries.proposals(run)
    lost = lose_at(history, "record")
    decide_proposal(run, row_id=row.row_id, actor=ADMIN, accepted=True, owner_email="kim@x.edu")
    assert lost == ["record"]
    assert verbs().count("decided whose own a topic becomes") == 1
    lost = lose_at(applying, "_decide_owners")
    apply_import(run, actor=ADMIN, now=NOW)
    assert (lost, Service.objects.get().owner.user.email) == (["_decide_owners"], "kim@x.edu")
    lost = lose_at(undoing.history, "record")
    assert undo_import(run, actor=ADMIN, now=NOW).left == ()
    assert (lost, Service.objects.get().owner) == (["record"], None)
    assert not Provider.objects.filter(retired_at=None).exists()


@pytest.mark.parametrize(
    ("action", "state"), [(start_planning, "planning"), (discard_import, "discarded")]
)
def test_a_plan_is_put_away_or_read_anew_once(school, lose_at, action, state):
    run = school.plan("courses", COURSES)
    before, lost = verbs(), lose_at(history, "record")
    action(run, actor=ADMIN)
    run.refresh_from_db()
    assert (lost, run.state, len(verbs())) == (["record"], state, len(before) + 1)


@pytest.fixture
def by():
    return TypedBy(make_user("ada@uni.test", "Ada"), TESTER, MONDAY)


def test_people_who_are_typed_are_taken_in_once(school, by, lose_at):
    lost = lose_at(typed, "apply_import")
    person = TypedPerson(0, "talia@x.edu", "Talia", "Kovac")
    add_people(school.community, [person], by=by)
    assert (lost, Provider.objects.get().user.email) == (["apply_import"], "talia@x.edu")
    # Their own service and the one for everybody, and a file for each table.
    assert (Service.objects.count(), Import.objects.count()) == (2, 2)


def test_places_that_are_typed_are_taken_in_once(school, by, lose_at):
    lost = lose_at(typed, "apply_import")
    there = set(Location.objects.all())
    add_places(school.community, [TypedPlace(0, {"Name": "Library"})], by=by)
    [place] = set(Location.objects.all()) - there
    assert (lost, place.name, Import.objects.count()) == (["apply_import"], "Library", 1)
