"""`visavis retention` and `visavis person`."""

import zipfile
from datetime import timedelta

import pytest

from tests.factories.cast import make_place
from tests.factories.world import MONDAY
from visavis.bookings.models import Answer
from visavis.core import clock
from visavis.core.models import HistoryEntry
from visavis.people.models import User

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)


@pytest.fixture
def answered():
    with clock.frozen_at(MONDAY):
        place = make_place("mentoring", provider="Talia", student="Sam")
    return Answer.objects.create(booking=place.booking, label="What about?", value="Hegel")


def test_dry_run_says_what_would_go_and_lets_nothing_go(visavis, answered):
    with clock.frozen_at(MONDAY + YEAR + timedelta(days=5)):
        answer = visavis("retention", "--dry-run")
        told = visavis("retention", "--dry-run", "--json").json
    assert ["answers", "meetings with answers", "Mentoring", "1"] in answer.lines
    assert {
        "subject": "answers",
        "what": "meetings with answers",
        "community": "Mentoring",
        "number": 1,
    } in told["due"]
    assert Answer.objects.exists()


def test_run_lets_go_and_says_how_many(visavis, answered):
    with clock.frozen_at(MONDAY + YEAR + timedelta(days=5)):
        assert "answers: 1 gone" in visavis("retention").stdout
        assert visavis("retention").stdout == "Nothing was due.\n"
    assert not Answer.objects.exists()
    entry = HistoryEntry.objects.get(verb="carried out retention")
    assert entry.actor_label == "Command line"


def test_times_are_changed_in_the_school_and_in_a_community(visavis, answered):
    told = visavis("retention", "--keep", "notes=100", "--keep", "history=forever", "--json").json
    assert (told["days"]["notes"], told["days"]["history"]) == (100, None)
    lines = visavis("retention", "--keep", "notes=90", "--community", "mentoring").lines
    assert ["notes", "90"] in lines
    lines = visavis("retention", "--keep", "notes=school", "--community", "mentoring").lines
    assert ["notes", "100"] in lines


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["--keep", "shoes=3"], "There is no subject “shoes”. There are: answers,"),
        (["--keep", "notes=soon"], "notes: “soon” is no number of days."),
        (["--keep", "bookings=3"], "30 to 3650 days do, not 3."),
        (["--keep", "history=90", "--community", "mentoring"], "no time of its own for “history”"),
        (["--community", "mentoring"], "goes in the whole school at once"),
        (["--dry-run", "--community", "nowhere"], "There is no community “nowhere”."),
    ],
)
def test_what_does_not_fit_is_refused(visavis, answered, typed, said):
    answer = visavis("retention", *typed)
    assert (answer.status, said in answer.stderr) == (1, True)


# --- person ---------------------------------------------------------------------------------------

SAM = "sam@students.test"


def test_export_writes_a_file_and_never_over_another(visavis, answered, tmp_path):
    file = tmp_path / "sam.zip"
    answer = visavis("person", "export", SAM, "--to", str(file), "--json")
    assert answer.json == {"file": str(file), "bytes": file.stat().st_size, "with_notes": False}
    with zipfile.ZipFile(file) as archive:
        assert b"Hegel" in archive.read("data.json")
    answer = visavis("person", "export", SAM, "--to", str(file))
    assert (answer.status, "is there already" in answer.stderr) == (1, True)
    answer = visavis("person", "export", SAM, "--to", str(tmp_path / "no" / "sam.zip"))
    assert (answer.status, "cannot be written" in answer.stderr) == (1, True)


def test_erase_looks_first_asks_for_a_yes_and_does_it(visavis, answered):
    with clock.frozen_at(MONDAY):
        answer = visavis("person", "erase", SAM, "--dry-run")
        assert "Coming meetings" in answer.stdout
        assert "Nothing was changed." in answer.stdout
        answer = visavis("person", "erase", SAM)
        assert (answer.status, "add --yes" in answer.stderr) == (1, True)
        assert User.objects.filter(email=SAM).exists()
        answer = visavis("person", "erase", SAM, "--yes")
        assert "The person is erased." in answer.stdout
    assert not User.objects.filter(email=SAM).exists()
    assert visavis("person", "erase", SAM, "--yes").status == 1


@pytest.mark.parametrize("command", ["export", "erase"])
def test_somebody_unknown_is_said_to_be(visavis, answered, tmp_path, command):
    more = ["--to", str(tmp_path / "x.zip")] if command == "export" else ["--dry-run"]
    answer = visavis("person", command, "nobody@uni.test", *more)
    assert (answer.status, "nobody@uni.test" in answer.stderr) == (1, True)
    assert not (tmp_path / "x.zip").exists()
