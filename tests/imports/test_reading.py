"""Real files are messy, and are read anyway; what cannot be read is refused with a way out."""

import io
import zipfile
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook

from tests.imports.conftest import ADMIN, counts, problems
from visavis.catalogue.models import Service
from visavis.imports import queries, spreadsheets
from visavis.imports.actions import replan_import
from visavis.imports.models import Import, ImportRow

PLAIN = "Subject Abbreviation,Course Number,Course Name\nCHEM,1301,Café\nWriting Help,,\n"
WANTED = [("CHEM", "1301", "Café"), ("Writing Help", "", "")]


def workbook(rows, *, more_sheets=()):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for title in more_sheets:
        book.create_sheet(title)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(run):
    assert run.state == "planned", run.refused_message
    rows = ImportRow.objects.filter(run=run).order_by("id")
    return [(row.after["subject"], row.after["number"], row.after["name"]) for row in rows]


MESSY = {
    "UTF-8": PLAIN.encode(),
    "UTF-8 with BOM": PLAIN.encode("utf-8-sig"),
    "UTF-16 little-endian with BOM": b"\xff\xfe" + PLAIN.encode("utf-16-le"),
    "UTF-16 big-endian with BOM": b"\xfe\xff" + PLAIN.encode("utf-16-be"),
    "Windows-1252": PLAIN.encode("cp1252"),
    "semicolons": PLAIN.replace(",", ";").encode(),
    "tabs": PLAIN.replace(",", "\t").encode(),
    "a separator line": b"sep=;\r\n" + PLAIN.replace(",", ";").encode(),
    "CRLF": PLAIN.replace("\n", "\r\n").encode(),
    "CR": PLAIN.replace("\n", "\r").encode(),
    "no line end at the end": PLAIN.strip().encode(),
    "spaces around cells": PLAIN.replace(",", " , ").encode(),
    "quotes after spaces": b'Subject,Number,Name\n"CHEM", "1301", "Caf\xc3\xa9"\nWriting Help,,\n',
    "headers in another case, order and spacing": (
        "course  NAME,subject_abbreviation, COURSE number \nCafé,CHEM,1301\n,Writing Help,\n"
    ).encode(),
    "synonyms": "Title,Subject,Number\nCafé,CHEM,1301\n,Writing Help,\n".encode(),
    "extra empty trailing cells": PLAIN.replace("\n", ",,,\n").encode(),
    "short rows": "Subject,Number,Name\nCHEM,1301,Café\nWriting Help\n".encode(),
    "blank rows": PLAIN.replace("\n", "\n,,\n\n   ,,\n").encode(),
    "blank lines before the header": b"\n\n" + PLAIN.encode(),
    "the template's example row": PLAIN.replace(
        "\n",
        "\nEXAMPLE,101,Delete this row: an example\n",
        1,
    ).encode(),
    "marks that nobody sees": PLAIN.replace("CHEM", "\u200bCHEM\u00a0").encode(),
    "a workbook": workbook(
        [
            ["Subject Abbreviation", "Course Number", "Course Name", None],
            ["CHEM", 1301, "Café"],
            [None, None, None],
            ["Writing Help", None, None],
        ]
    ),
    "a workbook of decimals": workbook(
        [["Subject", "Number", "Name"], ["CHEM", 1301.0, "Café"], ["Writing Help", "", ""]]
    ),
}


@pytest.mark.parametrize("name", MESSY)
def test_a_messy_file_is_read(school, name):
    run = school.plan("courses", MESSY[name])

    assert read(run) == WANTED
    assert problems(run) == []
    assert run.rows == 2


@pytest.mark.parametrize(
    ("header", "kind", "row"),
    [
        ("Tutor Email,Topics", "providers", "a@x.edu,CHEM1301"),
        ("Provider Email,Services", "providers", "a@x.edu,CHEM1301"),
        ("E-Mail;Courses", "providers", "a@x.edu;CHEM1301"),
        ("Student Email,Class", "enrollment", "a@x.edu,chem 1301"),
        ("email address,surname,given name", "students", "a@x.edu,Kovac,Talia"),
        ("Room,Opening Hours", "locations", "Lab,Mon 9am-5pm"),
    ],
)
def test_synonyms_of_every_kind_are_known(school, header, kind, row):
    school.apply("courses", "Subject,Number\nCHEM,1301\n")

    run = school.plan(kind, f"{header}\n{row}\n")

    assert (problems(run), counts(run)) == ([], (1, 0, 0, 0))


def test_quoted_newlines_are_one_cell_and_lines_are_those_of_the_file(school):
    content = 'Subject,Number,Description\nA,1,"one\ntwo\r\nthree"\nB|,2,\n'

    run = school.plan("courses", content)

    assert run.plan.get().after["description"] == "one\ntwo\nthree"
    assert problems(run) == [("error", 5, "Subject Abbreviation", "B|2", "code_with_bar")]


def test_dates_and_times_of_a_workbook_are_what_they_look_like(school):
    school.apply("providers", "Email\ntalia@x.edu\n")
    rows = [
        ["Email", "Day", "Start", "End", "From", "Until"],
        ["talia@x.edu", "Mon", time(9), time(12, 30), date(2027, 3, 1), datetime(2027, 5, 7)],  # noqa: DTZ001  (as Excel has it)
    ]

    after = school.plan("availability", workbook(rows)).plan.get().after

    assert (after["start"], after["end"]) == (9 * 60, 12 * 60 + 30)
    assert (after["from"], after["until"]) == ("2027-03-01", "2027-05-07")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1301, "1301"),
        (1301.0, "1301"),
        (1.5, "1.5"),
        (True, "TRUE"),
        (None, ""),
        (datetime(1899, 12, 31), "24:00"),  # noqa: DTZ001  (as Excel has it)
        (datetime(2027, 3, 1, 9, 30), "2027-03-01 09:30"),  # noqa: DTZ001  (as Excel has it)
        (date(2027, 3, 1), "2027-03-01"),
        (time(9, 0), "09:00"),
        (time(9, 0, 30), "09:00:30"),
    ],
)
def test_a_workbook_cell_becomes_text(value, text):
    assert spreadsheets.cell_text(value) == text


def test_a_second_sheet_is_told_once(school):
    content = workbook([["Subject", "Number"], ["CHEM", 1301]], more_sheets=["Old"])

    run = school.plan("courses", content)

    assert problems(run) == [("warning", 1, "", "Old", "sheet_not_read")]


def zipped(parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return buffer.getvalue()


REFUSED = {
    "an empty file": (b"", "no_header"),
    "blank lines only": (b"\n\n ,,\n", "no_header"),
    "NULs": (b"Subject,Number\nCH\0EM,1\n", "nul_bytes"),
    "UTF-16 without BOM": (PLAIN.encode("utf-16-le"), "nul_bytes"),
    "a byte that Windows-1252 does not define": (b"Subject,Number\nCaf\x81,1\n", "bad_encoding"),
    "broken UTF-8 behind a BOM": (b"\xef\xbb\xbfSubject,Number\nCaf\xe9,1\n", "bad_encoding"),
    "an odd UTF-16 file": (b"\xff\xfeS\x00u", "bad_encoding"),
    "an old Excel file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "old_excel"),
    "a zip that is no workbook": (zipped({"readme.txt": b"hello"}), "bad_workbook"),
    "half a workbook": (workbook([["Subject", "Number"]])[:900], "bad_workbook"),
    "a missing column": (b"Subject,Nmber\nCHEM,1301\n", "missing_column"),
    "no header at all": (b"CHEM,1301\nMATH,1302\n", "missing_column"),
    "a column twice": (b"Subject,Number,No\nCHEM,1301,1301\n", "repeated_column"),
    "an open quote in the header": (b'"Subject,Number\nCHEM,1301\n', "open_quote"),
    "too many columns": (
        ("Subject,Number," + ",".join(f"c{n}" for n in range(300)) + "\n").encode(),
        "too_many_columns",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_and_changes_nothing(school, name):
    content, code = REFUSED[name]

    run = school.plan("courses", content)

    told = queries.report(run)
    assert (run.state, told) == ("refused", {"refused": code, "message": run.refused_message})
    assert run.refused_message.endswith(
        (".", ": Subject, Nmber. Is it “Nmber”? Then rename that one.")
    )
    assert not run.plan.exists()
    assert not Service.objects.exists()


def test_the_missing_column_names_what_is_there_and_the_nearest(school):
    run = school.plan("courses", "Subject Abbreviation,Course Nmber\nCHEM,1301\n")

    assert run.refused_message == (
        "The column “Course Number” is missing. Line 1 has to name the columns; it names: Subject "
        "Abbreviation, Course Nmber. Is it “Course Nmber”? Then rename that one."
    )


def test_a_zip_bomb_is_refused_before_it_is_unpacked(school):
    bomb = zipped({"xl/worksheets/sheet1.xml": b"0" * (spreadsheets.MAX_UNPACKED + 1)})

    run = school.plan("courses", bomb)

    assert len(bomb) < 1_000_000
    assert run.refused_code == "too_large"


def test_entities_in_a_workbook_are_not_expanded(school):
    parts = zipfile.ZipFile(io.BytesIO(workbook([["Subject", "Number"], ["CHEM", 1]])))
    bodies = {name: parts.read(name) for name in parts.namelist()}
    sheet = bodies["xl/worksheets/sheet1.xml"]
    bodies["xl/worksheets/sheet1.xml"] = (
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + sheet
    )

    assert school.plan("courses", zipped(bodies)).refused_code == "bad_workbook"


def test_a_file_over_the_limit_is_refused(school, settings):
    settings.UPLOAD_LIMIT_BYTES = 50

    run = school.plan("courses", PLAIN + "A,1,\n" * 20)

    assert (run.state, run.refused_code) == ("refused", "too_large")


def test_too_many_rows_are_refused(school, monkeypatch):
    monkeypatch.setattr("visavis.imports.reading.MAX_ROWS", 1)

    run = school.plan("courses", PLAIN)

    assert (run.refused_code, run.plan.count()) == ("too_many_rows", 0)


def test_another_encoding_can_be_chosen_from_the_preview(school):
    content = "Subject,Number,Name\nCHEM,1301,Žižek\n".encode("cp1250")
    run = school.plan("courses", content)
    assert queries.sample(run).rows == (
        ("CHEM", "1301", "Ži\u017eek".encode("cp1250").decode("cp1252")),
    )

    again = replan_import(run, actor=ADMIN, encoding="cp1250")

    assert queries.sample(again).rows == (("CHEM", "1301", "Žižek"),)
    assert read(again) == [("CHEM", "1301", "Žižek")]
    assert (again.pk, again.encoding) == (run.pk, "cp1250")


def test_the_first_rows_are_kept_with_the_plan_and_the_file_is_not_read_again(school):
    run = school.plan("courses", PLAIN + "A,1,\n" * 20)
    run.file.delete()

    told = queries.sample(Import.objects.get())
    assert (told.encoding, told.header[0], len(told.rows)) == ("utf-8", "Subject Abbreviation", 5)


def test_an_encoding_that_does_not_fit_is_refused_and_can_be_changed_back(school):
    run = school.plan("courses", PLAIN, encoding="utf-16")
    assert run.refused_code == "bad_encoding"

    assert read(replan_import(run, actor=ADMIN, encoding="")) == WANTED


def test_formulas_are_defused_on_the_way_out_and_read_back(school):
    school.apply("courses", 'Subject,Number,Name\nCHEM,1301,"=HYPERLINK(1)"\nX,,\'=kept\n')

    exported = school.export("courses")

    assert "CHEM,1301,'=HYPERLINK(1),\r\n" in exported
    assert counts(school.plan("courses", exported, mode="replace")) == (0, 0, 0, 2)


@pytest.mark.parametrize(
    "kind", ["courses", "providers", "enrollment", "students", "locations", "availability"]
)
def test_the_template_reads_back_as_nothing(school, kind):
    run = school.plan(kind, queries.template_csv(kind))

    assert (run.state, run.rows, counts(run), problems(run)) == ("planned", 0, (0, 0, 0, 0), [])
