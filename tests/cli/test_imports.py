"""`visavis import`, `imports`, `export` and `template`."""

import io
import sys

import pytest

from visavis.catalogue.models import Service
from visavis.cli.work.imports import progress_bar
from visavis.imports.models import Import

pytestmark = pytest.mark.django_db
HEADER = "Subject Abbreviation,Course Number,Course Name,Description"
COURSES = f"{HEADER}\nCHEM,1301,General Chemistry,\nWriting Help,,,Any paper\n"
KINDS = ["courses", "providers", "enrollment", "students", "locations", "availability"]


@pytest.fixture(autouse=True)
def community(visavis):
    visavis(
        *("community", "create", "--slug", "centre", "--name", "Centre"),
        *("--preset", "course-first", "--timezone", "America/New_York"),
    )


@pytest.fixture
def read(visavis):
    """Read a text from standard input as a file of courses."""

    def run(text, *arguments):
        return visavis("import", "courses", "-", "--community", "centre", *arguments, stdin=text)

    return run


def told(**changes):
    counts = {"rows": 2, "added": 0, "changed": 0, "removed": 0, "unchanged": 0}
    values = {"kind": "courses", "mode": "merge", "dry_run": False, **counts}
    return {**values, "errors": [], "warnings": [], **changes}


def codes():
    return sorted(Service.objects.filter(archived_at=None).values_list("code", flat=True))


def test_file_is_read_and_reported(read):
    answer = read(COURSES, "--json")
    assert (answer.status, answer.json) == (0, told(added=2))
    assert codes() == ["CHEM1301", "Writing Help"]
    assert read(COURSES, "--json").json == told(unchanged=2)


def test_dry_run_says_the_same_and_changes_nothing(read):
    answer = read(COURSES, "--dry-run", "--json")
    assert (answer.status, answer.json) == (0, told(added=2, dry_run=True))
    assert codes() == []
    assert list(Import.objects.values_list("state", flat=True)) == ["discarded"]


def test_bad_row_stops_the_file_with_line_column_and_value(read):
    answer = read(f"{HEADER}\nCHEM,1301,Chemistry,\nA|B,,Two,\n", "--json")
    errors = answer.json.pop("errors")
    assert (answer.status, {**answer.json, "errors": []}) == (1, told())
    assert [(e["line"], e["column"], e["value"]) for e in errors] == [
        (3, "Subject Abbreviation", "A|B")
    ]
    assert set(errors[0]) == {"line", "column", "value", "code", "message"}
    assert codes() == []


def test_good_rows_are_applied_when_asked_to(read):
    answer = read(f"{HEADER}\nCHEM,1301,Chemistry,\nA|B,,Two,\n", "--skip-bad-rows", "--json")
    assert (answer.status, answer.json["added"], len(answer.json["errors"])) == (0, 1, 1)
    assert codes() == ["CHEM1301"]


def test_replace_that_empties_asks_again(read):
    read(COURSES)
    answer = read(HEADER + "\n", "--mode", "replace", "--json")
    assert (answer.status, answer.json["refused"]) == (1, "needs_confirmation")
    assert codes() == ["CHEM1301", "Writing Help"]
    agreed = read(HEADER + "\n", "--mode", "replace", "--yes", "--json")
    assert (agreed.status, agreed.json) == (0, told(mode="replace", rows=0, removed=2))
    assert codes() == []


@pytest.mark.parametrize(
    "content", [b"", b"\0\0\0", b"no,courses\nat,all\n", b'"never closed\nCHEM,1301\n']
)
def test_file_that_cannot_be_read_is_refused_as_json(read, content):
    answer = read(content, "--json")
    assert (answer.status, set(answer.json)) == (1, {"refused", "message"})
    told_to_people = read(content)
    assert (told_to_people.status, told_to_people.stdout) == (1, "")
    assert told_to_people.stderr.strip() == answer.json["message"]


def test_report_for_people_counts_and_names_what_is_wrong(read):
    assert read(COURSES).stdout.splitlines()[0] == (
        "courses, 2 rows. Done: 2 added, 0 changed, 0 removed, 0 unchanged."
    )
    answer = read(f"{HEADER}\nA|B,,Two,\n")
    assert (answer.status, answer.stderr) == (
        1,
        "courses, 1 row: nothing is changed, because of 1 error.\n",
    )
    assert "A|B" in answer.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "word"),
    [
        (("import", "courses", "/no/such.csv", "--community", "centre"), 2, "/no/such.csv"),
        (("import", "courses", "/", "--community", "centre"), 2, "directory"),
        (("import", "people", "-", "--community", "centre"), 2, "people"),
        (("import", "courses", "-", "--community", "nowhere"), 1, "nowhere"),
        (("import", "courses", "-", "--community", "centre", "--mode", "add"), 2, "add"),
        (("import", "courses", "-", "--community", "centre", "--encoding", "x"), 2, "utf-8"),
        (("imports", "undo", "nonsense"), 1, "nonsense"),
        (("imports", "undo", "6f9619ff-8b86-d011-b42d-00c04fc964ff"), 1, "imports list"),
        (("export", "courses", "--community", "nowhere"), 1, "nowhere"),
        (("template", "people"), 2, "people"),
    ],
)
def test_bad_arguments_get_a_sentence(visavis, arguments, status, word):
    answer = visavis(*arguments, stdin=COURSES)
    assert (answer.status, answer.stdout, word in answer.stderr) == (status, "", True)
    assert codes() == []


def test_import_is_listed_and_undone_once(visavis, read):
    read(COURSES)
    shown = visavis("imports", "list", "--community", "centre", "--json").json["imports"]
    run = Import.objects.get()
    assert shown == [
        {
            "id": str(run.public_id),
            "kind": "courses",
            "mode": "merge",
            "state": "applied",
            "file": "standard input",
            "rows": 2,
            "counts": {
                "added": 2,
                "changed": 0,
                "removed": 0,
                "unchanged": 0,
                "errors": 0,
                "warnings": 0,
            },
            "by": "Command line",
            "at": run.created_at.isoformat().replace("+00:00", "Z"),
        }
    ]
    undone = visavis("imports", "undo", shown[0]["id"], "--json")
    assert (undone.status, undone.json) == (0, {"restored": 2, "left": []})
    assert codes() == []
    again = visavis("imports", "undo", shown[0]["id"], "--community", "centre", "--json")
    assert (again.status, again.json["refused"]) == (1, "wrong_state")


def test_undo_lists_what_somebody_touched_since(visavis, read):
    read(COURSES)
    run = Import.objects.get()
    read(f"{HEADER}\nCHEM,1301,Another name,\n")
    undone = visavis("imports", "undo", str(run.public_id), "--json").json
    assert undone["restored"] == 1
    assert [(row["line"], row["label"]) for row in undone["left"]] == [(2, "CHEM1301")]


def test_export_reads_back_as_nothing_to_change(visavis, read):
    read(COURSES)
    exported = visavis("export", "courses", "--community", "centre")
    assert exported.stdout.splitlines()[0] == HEADER
    assert read(exported.stdout, "--mode", "replace", "--json").json == told(
        mode="replace", unchanged=2
    )


@pytest.mark.parametrize("kind", KINDS)
def test_template_reads_back_as_no_rows(visavis, kind):
    text = visavis("template", kind).stdout
    arguments = ("--community", "centre", "--dry-run", "--json")
    answer = visavis("import", kind, "-", *arguments, stdin=text)
    assert (answer.status, answer.json["rows"], answer.json["errors"]) == (0, 0, [])


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("told", "shown"), [((500, 2500), "500 of 2,500 rows"), ((3000, 0), "3,000 rows so far")]
)
def test_a_terminal_shows_what_is_done_and_how_far_it_is(monkeypatch, told, shown):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "120")
    with progress_bar("Writing 2,500 rows", shown=True) as tell:
        tell(*told)
    assert "Writing 2,500 rows" in terminal.getvalue()
    assert shown in terminal.getvalue()


def test_before_rows_are_counted_a_terminal_shows_no_number(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress_bar("Reading [b].csv", shown=True):
        pass
    assert "Reading [b].csv" in terminal.getvalue()
    assert "0/" not in terminal.getvalue()
