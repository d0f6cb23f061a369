"""Every error and warning once: line, column, value, code, and the whole sentence."""

import pytest

from tests.imports.conftest import counts, problems
from visavis.imports import queries

COURSES = "Subject Abbreviation,Course Number\nCHEM,1301\nMATH,1302\n"
PEOPLE = "Email,Courses\ntalia@x.edu,CHEM1301|\n"
LONG = "x" * 201

# kind, file, severity, line, column, value, code, message
CASES = {
    "an e-mail that is none": (
        *("students", "Email\ntalia@\n", "error", 2, "Email", "talia@", "bad_email"),
        "“talia@” is no e-mail address. Write one like name@school.edu.",
    ),
    "a blank e-mail": (
        *("students", "Email,First Name\n,Talia\n", "error", 2, "Email", "", "missing_value"),
        "The cell “Email” is empty. Fill it in, or remove the row.",
    ),
    "a code over 64 characters": (
        *("courses", f"Subject,Number\n{'C' * 61},1301\n", "error", 2, "Subject Abbreviation"),
        *("C" * 61 + "1301", "code_too_long"),
        "The code has 65 characters; at most 64 fit. Shorten it.",
    ),
    "a course name over 200 characters": (
        *("courses", f"Subject,Number,Name\nCHEM,1301,{LONG}\n", "error", 2, "Course Name", LONG),
        *("name_too_long", "“Course Name” has 201 characters; at most 200 fit. Shorten it."),
    ),
    "a first name over 200 characters": (
        *("providers", f"Email,First Name,Courses\na@x.edu,{LONG},CHEM1301\n", "error", 2),
        *("First Name", LONG, "name_too_long"),
        "“First Name” has 201 characters; at most 200 fit. Shorten it.",
    ),
    "a location's name over 200 characters": (
        *("locations", f"Name\n{LONG}\n", "error", 2, "Name", LONG, "name_too_long"),
        "“Name” has 201 characters; at most 200 fit. Shorten it.",
    ),
    "an unknown course in enrollment": (
        *("enrollment", "Email,Course\nsam@x.edu,CHEM1310\n", "error", 2, "Course", "CHEM1310"),
        "unknown_course",
        "“CHEM1310” is not among the courses and topics here. Did you mean CHEM1301?",
    ),
    "codes that collide": (
        *("courses", "Subject,Number\nBIO,101\nBIO1,01\n", "error", 3, "Subject Abbreviation"),
        *("BIO101", "codes_collide"),
        "“BIO101” is the same code as on line 2, with other values. Keep one.",
    ),
    "a code with a bar": (
        *("courses", "Subject,Number\nBIO|LAB,\n", "error", 2, "Subject Abbreviation", "BIO|LAB"),
        "code_with_bar",
        "A code cannot contain “|”, which separates the entries of a list. Remove it.",
    ),
    "a code that ends in a star": (
        *("courses", "Subject,Number\nBIO*,\n", "error", 2, "Subject Abbreviation", "BIO*"),
        "code_ends_in_star",
        "A code cannot end in “*”, which stands for all that begin so. Remove it.",
    ),
    "a quote that never closes": (
        *("courses", 'Subject,Number\nBIO,101\n"BIO,102\nBIO,103\n', "error", 3, "", ""),
        "open_quote",
        (
            "A quote opens in the row that begins here and never closes, so the rest of the file "
            "cannot be read. Remove the quote or close it."
        ),
    ),
    "text behind a closing quote": (
        *("courses", 'Subject,Number\n"BIO"logy,101\n', "error", 2, "", "", "bad_quote"),
        (
            'There is text behind a closing quote. Double the quotes inside the cell: "She said '
            '""hello""".'
        ),
    ),
    "more cells than columns": (
        *("courses", "Subject,Number\nBIO,101,Biology\n", "error", 2, "", "Biology", "extra_cell"),
        (
            "The row has more cells than the header has columns; “Biology” belongs to none. Put "
            "quotes around a cell that contains the separator."
        ),
    ),
    "rows that disagree": (
        *("students", "Email,Last Name\na@x.edu,One\nA@x.edu,Two\n", "error", 3, "Email"),
        *("A@x.edu", "rows_disagree"),
        "“A@x.edu” is on line 2 already, with other values. Keep one of the two.",
    ),
    "one student with two numbers": (
        "enrollment",
        "Email,Course,Student ID\na@x.edu,CHEM1301,1\na@x.edu,MATH1302,2\n",
        *("error", 3, "Student ID", "2", "rows_disagree"),
        "Line 2 gives the same student another number. Correct one of the two.",
    ),
    "an SSO ID that is too long": (
        *("students", f"Email,SSO ID\na@x.edu,{LONG}\n", "error", 2, "SSO ID", LONG),
        *("value_too_long", "“SSO ID” has 201 characters; at most 200 fit. Shorten it."),
    ),
    "one SSO ID under two e-mails of the file": (
        *("students", "Email,SSO ID\na@x.edu,s1\nb@x.edu,S1\n", "error", 3, "SSO ID", "S1"),
        "two_people",
        "Line 2 names the same person with another e-mail, a@x.edu. Correct one of the two.",
    ),
    "hours for somebody who is no provider": (
        *("availability", "Email,Day,Start,End\ntalja@x.edu,Mon,9am,10am\n", "error", 2, "Email"),
        *("talja@x.edu", "unknown_provider"),
        "“talja@x.edu” is nobody who gives support here. Did you mean talia@x.edu?",
    ),
    "a day that is none": (
        *("availability", "Email,Day,Start,End\ntalia@x.edu,Mo,9am,10am\n", "error", 2, "Day"),
        *("Mo", "bad_day"),
        "“Mo” is no weekday. Write Monday or Mon, several as Mon|Wed.",
    ),
    "a time that is none": (
        *("availability", "Email,Day,Start,End\ntalia@x.edu,Mon,9,10am\n", "error", 2, "Start"),
        *("9", "bad_time", "“9” is no time of day. Write 09:00, 9:00 AM or 9am."),
    ),
    "a time between the steps": (
        *("availability", "Email,Day,Start,End\ntalia@x.edu,Mon,9:03,10am\n", "error", 2, "Start"),
        *("9:03", "time_step", "“9:03” does not fit: times run in steps of five minutes."),
    ),
    "hours without length": (
        *("availability", "Email,Day,Start,End\ntalia@x.edu,Mon,9am,9am\n", "error", 2, "End"),
        *("9am", "bad_range"),
        "The hours begin and end at the same time. Change one of the two.",
    ),
    "an ambiguous date": (
        "availability",
        "Email,Day,Start,End,From\ntalia@x.edu,Mon,9am,10am,3/4/2027\n",
        *("error", 2, "From", "3/4/2027", "ambiguous_date"),
        (
            "“3/4/2027” is ambiguous: some read the month first, some the day. Write 2027-03-04 or "
            "2027-04-03."
        ),
    ),
    "a date in another order": (
        "availability",
        "Email,Day,Start,End,From\ntalia@x.edu,Mon,9am,10am,13/4/2027\n",
        *("error", 2, "From", "13/4/2027", "bad_date"),
        "“13/4/2027” is not written as year-month-day. Write 2027-04-13.",
    ),
    "a date in no calendar": (
        "availability",
        "Email,Day,Start,End,Until\ntalia@x.edu,Mon,9am,10am,2027-02-30\n",
        *("error", 2, "Until", "2027-02-30", "bad_date"),
        "“2027-02-30” is in no calendar. Check month and day.",
    ),
    "dates in reverse": (
        "availability",
        "Email,Day,Start,End,From,Until\ntalia@x.edu,Mon,9am,10am,2027-03-02,2027-03-01\n",
        *("error", 2, "Until", "2027-03-01", "dates_reversed"),
        "“Until” (2027-03-01) lies before “From” (2027-03-02). Swap or correct them.",
    ),
    "an unknown location": (
        "availability",
        "Email,Day,Start,End,Locations\ntalia@x.edu,Mon,9am,10am,Main ofice\n",
        *("error", 2, "Locations", "Main ofice", "unknown_location"),
        "There is no “Main ofice” here. Did you mean Main office?",
    ),
    "an unknown format": (
        "availability",
        "Email,Day,Start,End,Formats\ntalia@x.edu,Mon,9am,10am,Karaoke\n",
        *("error", 2, "Formats", "Karaoke", "unknown_format"),
        "There is no “Karaoke” here.",
    ),
    "a kind of place that is none": (
        *("locations", "Name,Kind\nLab,moon\n", "error", 2, "Kind", "moon", "bad_kind"),
        "“moon” is no kind of place. Write in person, online or phone.",
    ),
    "a capacity that is none": (
        *("locations", "Name,Capacity\nLab,0\n", "error", 2, "Capacity", "0", "bad_capacity"),
        (
            "“0” is no capacity. Write how many appointments there may be at once, 1 or more, or "
            "leave the cell blank for no limit."
        ),
    ),
    "opening hours that cannot be read": (
        *("locations", "Name,Hours\nLab,always\n", "error", 2, "Hours", "always", "bad_hours"),
        (
            "“always” cannot be read as opening hours. Write them like “Mon-Fri 09:00-17:00; Sat "
            "10:00-14:00”."
        ),
    ),
    "a repeated row": (
        *("courses", "Subject,Number\nBIO,101\nbio,101\n", "warning", 3, "", "bio101"),
        *("repeated_row", "The row repeats line 2 and is read once."),
    ),
    "an entry that matches nothing": (
        *("providers", "Email,Courses\na@x.edu,CHEM1310|CHEM1301\n", "warning", 2, "Courses"),
        *("CHEM1310", "unknown_entry"),
        (
            "“CHEM1310” matches nothing here. It is kept and comes alive when such a course is "
            "there. Did you mean CHEM1301?"
        ),
    ),
    "a provider without courses": (
        *("providers", "Email,Courses\na@x.edu,\n", "warning", 2, "Courses", "", "no_courses"),
        "a@x.edu is certified in nothing, so nobody can book with them.",
    ),
    "an unknown column": (
        *("courses", "Subject,Number,Colour\nBIO,101,red\n", "warning", 1, "Colour", "Colour"),
        *("unknown_column", "The column “Colour” is not known and is not read."),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_told_with_line_column_value_and_sentence(school, name):
    kind, content, severity, line, column, value, code, message = CASES[name]
    school.apply("courses", COURSES)
    school.apply("providers", PEOPLE)

    run = school.plan(kind, content)

    assert problems(run) == [(severity, line, column, value, code)]
    assert run.issues.get().message == message


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[2] == "error"])
def test_an_error_stops_the_file_and_its_counts_are_zero(school, name):
    kind, content = CASES[name][:2]
    school.apply("courses", COURSES)
    school.apply("providers", PEOPLE)

    told = queries.report(school.plan(kind, content), dry_run=True)

    assert [told[name] for name in ("added", "changed", "removed", "unchanged")] == [0, 0, 0, 0]


def test_what_is_optional_and_missing_is_silent(school):
    school.apply("courses", COURSES)

    run = school.plan("providers", "Email,Courses\na@x.edu,CHEM1301\n")

    assert problems(run) == []
    assert counts(run) == (1, 0, 0, 0)


def test_email_and_sso_id_of_two_people_are_an_error(school):
    school.apply("students", "Email,SSO ID\na@x.edu,s1\nb@x.edu,s2\n")

    run = school.plan("students", "Email,SSO ID\na@x.edu,s2\n")

    assert problems(run) == [("error", 2, "SSO ID", "s2", "two_people")]
