"""The rows of each list as a file: those of the page, no formula among them, few queries."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.crowd import make_people, make_students
from tests.factories.world import TESTER
from visavis.availability.closures import add_closure
from visavis.availability.models import WeeklyBlock
from visavis.bookings.models import WaitlistEntry
from visavis.catalogue.actions import add_format, certify
from visavis.catalogue.models import AppointmentFormat, FormatQuestion, Service
from visavis.imports.actions import plan_import

ROOT = "/c/mentoring/manage"
MOST_QUERIES = 20


def rows_of(answer):
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.content.decode())))


def linked_from(admin, page):
    """The file that the page links to, narrowed as the page is."""
    body = admin.get(f"{ROOT}/{page}").content.decode()
    [address] = [
        part.split('"')[0].replace("&amp;", "&")
        for part in body.split('href="')
        if "export.csv" in part.split('"')[0]
    ]
    return admin.get(address)


def test_closures_come_as_a_file(admin, place):
    add_closure(
        place.community,
        first=date(2027, 3, 1),
        last=date(2027, 3, 5),
        start_minute=0,
        end_minute=12 * 60,
        reason="=1+1",
        by=TESTER,
    )
    assert rows_of(linked_from(admin, "closures/")) == [
        ["First day", "Last day", "From", "Until", "Reason"],
        ["2027-03-01", "2027-03-05", "00:00", "12:00", "'=1+1"],
        ["2027-03-05", "2027-03-05", "00:00", "24:00", ""],
    ]


def test_formats_come_as_a_file_in_their_order(admin, place):
    AppointmentFormat.objects.filter(pk=place.question.format_id).update(name="+Talk")
    header, *rows = rows_of(linked_from(admin, "formats/"))
    assert header[:3] == ["Name", "What it is good for", "Minutes"]
    offered = AppointmentFormat.objects.filter(community=place.community, archived_at=None)
    assert len(rows) == offered.count()
    [talk] = [row for row in rows if row[0] == "'+Talk"]
    assert (talk[2], talk[9]) == ("60", "What about?")


def test_waitlist_comes_as_a_file(admin, place):
    header, *rows = rows_of(linked_from(admin, "waitlist/"))
    assert header[0] == "Student"
    assert [(row[1], row[8]) for row in rows] == [(place.waiting.student.email, "1")]


def test_who_looks_after_the_community_comes_as_a_file_narrowed_as_the_page(admin, place):
    header, *rows = rows_of(linked_from(admin, "roles/?q=clara"))
    assert header == ["Name", "E-mail", "Role", "Signed in"]
    assert rows == [["Clara Example", place.clerk.user.email, "Front desk", "not yet"]]
    assert len(rows_of(linked_from(admin, "roles/"))) > 2


def test_what_each_may_give_is_a_file_that_can_be_uploaded_again(admin, place):
    Service.objects.create(community=place.community, subject="CHEM", number="1301")
    certify(place.provider, "CHEM*", by=TESTER)
    certify(place.colleague, "PHYS1301", by=TESTER)
    file = linked_from(admin, "eligibility/?dormant=1")
    assert [row[0] for row in rows_of(file)] == ["Email", place.colleague.user.email]
    again = plan_import(
        place.community,
        kind="providers",
        mode="merge",
        file_name="again.csv",
        content=linked_from(admin, "eligibility/").content,
        actor=TESTER,
    )
    assert [again.counts[name] for name in ("added", "changed", "removed")] == [0, 0, 0]


def test_who_may_give_each_comes_as_a_file(admin, place):
    Service.objects.create(community=place.community, subject="CHEM", number="1301")
    certify(place.provider, "CHEM*", by=TESTER)
    certify(place.provider, "CHEM1301", by=TESTER)
    name, email = str(place.provider), place.provider.user.email
    assert rows_of(linked_from(admin, "eligibility/?by=service&q=chem")) == [
        ["Code", "Name", "Who may give it", "E-mail", "Because of"],
        ["CHEM1301", "", name, email, "CHEM*|CHEM1301"],
    ]


def test_weekly_hours_of_those_listed_can_be_uploaded_again(admin, place):
    named = place.provider.user.email
    file = linked_from(admin, f"hours/?q={named}")
    header, *rows = rows_of(file)
    blocks = WeeklyBlock.objects.filter(provider=place.provider)
    assert (header[0], {row[0] for row in rows}) == ("Email", {named})
    assert len(rows) == blocks.count()
    again = plan_import(
        place.community,
        kind="availability",
        mode="merge",
        file_name="again.csv",
        content=file.content,
        actor=TESTER,
    )
    assert [again.counts[name] for name in ("added", "changed", "removed")] == [0, 0, 0]


def fill_lists(place, numbers):
    """One more of each that is listed, for every number; people are there for the first."""
    people = [place.student]
    if len(numbers) > 1:
        make_people(place, len(numbers))
        people = make_students(place, len(numbers))
    world = place.world
    for number, student in zip(numbers, people, strict=True):
        day = date(2028, 3, 1) + timedelta(days=number)
        add_closure(place.community, first=day, last=day, by=TESTER)
        made = add_format(place.community, by=TESTER, name=f"Kind {number}", minutes=30)
        FormatQuestion.objects.create(format=made, label="Why?", kind="short_text")
        WaitlistEntry.objects.create(
            community=place.community,
            student=student,
            service=world.service,
            format=made,
            provider=place.provider,
            first=day,
            last=day,
        )


@pytest.mark.parametrize("page", ["closures", "formats", "waitlist", "eligibility"])
def test_queries_do_not_grow_with_the_rows(admin, place, page):
    def ask():
        with CaptureQueriesContext(connection) as asked:
            answer = admin.get(f"{ROOT}/{page}/export.csv")
        return len(asked), len(rows_of(answer))

    fill_lists(place, range(1))
    ask()
    few, rows = ask()
    fill_lists(place, range(1, 61))
    many, more = ask()
    if page != "eligibility":  # one service, whoever may give it
        assert more == rows + 60
    assert few == many <= MOST_QUERIES
