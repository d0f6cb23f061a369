"""A person's file: everything about them, and nothing of anybody else."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tests.factories.way import TEN
from tests.factories.world import MONDAY, TESTER
from visavis.bookings.actions import LogEntry, accept, cancel, write_log
from visavis.bookings.models import Answer
from visavis.core.history import Actor
from visavis.core.models import HistoryEntry
from visavis.people.students import add_student
from visavis.privacy.exporting import Wanted, write_export
from visavis.privacy.models import Inspection

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
OTHER = "Zqxjother"


@pytest.fixture
def sam(cast):
    return cast.own.student


@pytest.fixture
def lived(cast, sam):
    """A student with an answer, a file and a log."""
    place = cast.own
    name = default_storage.save("answers/essay.txt", ContentFile(b"My essay"))
    Answer.objects.create(booking=place.booking, label="What?", value="=Hegel")
    Answer.objects.create(booking=place.booking, label="File", file=name, file_name="essay.txt")
    entry = LogEntry(minutes=25, notes="Shy today", for_student="Read chapter 3")
    write_log(place.booking, entry, by=TESTER, now=TEN + DAY)
    cancel(place.request, by=Actor(sam.pk, str(sam)), reason="I am ill", now=MONDAY)
    return sam


@pytest.fixture
def others(cast):
    """Another student in the same places, whose every word is a mark."""
    place = cast.own
    student = add_student(
        place.community,
        email=f"{OTHER}@students.test",
        first_name=OTHER,
        last_name=f"{OTHER}son",
        student_id=f"{OTHER}1",
        by=TESTER,
    )
    booking = place.world.book(place.provider, student.user, TEN + 2 * DAY, "other")
    accept(booking, by=TESTER, now=MONDAY)
    Answer.objects.create(booking=booking, label="What?", value=f"{OTHER} topic")
    entry = LogEntry(minutes=20, notes=f"{OTHER} note", for_student=f"{OTHER}, read")
    write_log(booking, entry, by=Actor(place.provider.user_id, "Talia"), now=TEN + 3 * DAY)
    gone = place.world.book(place.provider, student.user, TEN + 3 * DAY, "gone")
    by = Actor(place.provider.user_id, str(place.provider))
    cancel(gone, by=by, reason=f"{OTHER} is ill", now=MONDAY)
    return student.user


def exported(person, *, by=TESTER, **wanted):
    with write_export(Wanted(person, **wanted), by=by, now=TEN + 5 * DAY) as file:
        archive = zipfile.ZipFile(io.BytesIO(file.read()))
    return archive, json.loads(archive.read("data.json"))


def test_file_has_everything_a_student_has_done_and_been_told(lived, cast):
    archive, data = exported(lived)
    assert data["profile"][0]["email"] == "sam@students.test"
    assert [role["role"] for role in data["roles"]] == ["student"]
    booking = next(one for one in data["bookings"] if one["start"] == TEN.isoformat())
    assert (booking["with"], booking["state"]) == ("Talia Example", "attended")
    assert "I am ill" in [one["reason"] for one in data["bookings"]]
    assert [one["answer"] for one in data["answers"]] == ["=Hegel", ""]
    assert data["logs"][0]["for_you"] == "Read chapter 3"
    assert data["logs"][0]["staff_keep_notes"] is True
    assert len(data["series"]) == 1
    assert len(data["waitlist"]) == 1
    assert {line["by"] for line in data["history_about_you"]} == {"Visavis", "you"}
    assert "cancelled" in {line["what"] for line in data["history_by_you"]}
    (file,) = [name for name in archive.namelist() if name.startswith("files/")]
    assert file.endswith("essay.txt")
    assert archive.read(file) == b"My essay"


def test_tables_say_the_same_as_the_json_and_run_no_formula(lived):
    archive, data = exported(lived)
    for name, rows in data.items():
        if name == "made_at" or not rows:
            continue
        text = archive.read(f"csv/{name}.csv").decode("utf-8-sig")
        table = list(csv.DictReader(io.StringIO(text)))
        assert len(table) == len(rows), name
        assert list(table[0]) == list(rows[0]), name
    answers = archive.read("csv/answers.csv").decode("utf-8-sig")
    assert "'=Hegel" in answers
    readme = archive.read("README.txt").decode()
    assert "answers: What you wrote before meetings" in readme


def test_notes_of_staff_are_left_out_but_for_an_inspection_which_is_recorded(lived, cast):
    archive, data = exported(lived, by=Actor(lived.pk, str(lived)))
    assert "Shy today" not in archive.read("data.json").decode()
    assert not Inspection.objects.exists()
    by = Actor(cast.people["school_admin"].pk, "Rita Example")
    _archive, data = exported(lived, by=by, with_notes=True)
    assert data["staff_notes"][0]["notes"] == "Shy today"
    rows = Inspection.objects.values_list("reader_label", "way", "booking")
    assert list(rows) == [("Rita Example", "exported", cast.own.booking.pk)]


def test_student_gets_nothing_of_another_student(lived, others):
    archive, _data = exported(others)
    assert OTHER in archive.read("data.json").decode()
    archive, _data = exported(lived, with_notes=True)
    whole = b"".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "ignore")
    assert OTHER not in whole


def test_provider_gets_their_meetings_without_the_names_of_their_students(lived, others, cast):
    archive, data = exported(cast.own.provider.user, with_notes=True)
    assert len(data["meetings_given"]) >= 4
    assert sum(one["students"] for one in data["meetings_given"]) >= 2
    whole = b"".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "ignore")
    for name in (OTHER, "Sam Example", "sam@students.test", "Shy today"):
        assert name not in whole


def test_administrator_gets_what_they_did_without_whom_they_did_it_to(lived, others, cast):
    ada = cast.people["admin"]
    add_student(
        cast.own.community,
        email="new@students.test",
        first_name="Newly",
        by=Actor(ada.pk, str(ada)),
    )
    archive, data = exported(ada)
    assert "gave role student" in {line["what"] for line in data["history_by_you"]}
    assert "Newly" not in archive.read("data.json").decode()


def test_file_is_written_down_with_who_took_it(lived):
    exported(lived, by=Actor(lived.pk, str(lived)))
    exported(lived, by=TESTER, with_notes=True)
    rows = HistoryEntry.objects.filter(subject_type="user").order_by("-pk")[:2]
    assert [(row.verb, row.after) for row in rows] == [
        ("exported a person", {"with_notes": True}),
        ("downloaded own data", {}),
    ]


def test_many_meetings_are_read_in_as_many_queries_as_few(
    lived, cast, django_assert_max_num_queries
):
    for number in range(6):
        start = TEN + timedelta(days=2, hours=number)
        cast.own.world.book(cast.own.provider, lived, start, f"more{number}")
    with django_assert_max_num_queries(110):
        exported(lived)


def test_person_with_nothing_gets_a_file_that_says_so(cast):
    archive, data = exported(cast.people["stranger"])
    assert (data["bookings"], data["answers"]) == ([], [])
    assert "csv/bookings.csv" not in archive.namelist()
