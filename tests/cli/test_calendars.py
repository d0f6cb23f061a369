"""`visavis calendars`."""

from datetime import timedelta

import pytest

from tests.calendars.samples import as_file, calendar_of
from tests.calendars.server import internet, page
from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.models import OutsideBusy, OutsideCalendar
from visavis.availability.outside import connect_calendar, pause_calendar
from visavis.calendars import reading
from visavis.core.clock import frozen_at

pytestmark = pytest.mark.django_db
MEETING = calendar_of("UID:1\nDTSTART:20270216T150000Z\nDTEND:20270216T160000Z")
READ = ("calendars", "read", "--person", "talia@uni.test")


@pytest.fixture(autouse=True)
def outside(monkeypatch):
    with internet() as outside, frozen_at(MONDAY):
        ways = {**reading.read_calendar.__kwdefaults__, "network": outside.network()}
        monkeypatch.setattr(reading.read_calendar, "__kwdefaults__", ways)
        yield outside


@pytest.fixture
def talia():
    return make_world().provider().user


def connect(person, name, path):
    address = f"http://calendar.test{path}"
    return connect_calendar(person, name=name, address=address, by=TESTER, now=MONDAY)


def test_calendars_are_read_now_and_listed(visavis, outside, talia):
    outside.pages["/secret.ics"] = page(as_file(MEETING))
    connect(talia, "Classes", "/secret.ics")
    assert visavis("calendars", "list").lines[1][:4] == [
        "talia@uni.test",
        "Classes",
        "calendar.test",
        "new",
    ]
    answer = visavis(*READ, "--json")
    (row,) = answer.json["calendars"]
    later = (MONDAY + timedelta(minutes=30)).isoformat().replace("+00:00", "Z")
    assert answer.status == 0
    assert {key: row[key] for key in row if key != "id"} == {
        "person": "talia@uni.test",
        "name": "Classes",
        "host": "calendar.test",
        "state": "read",
        "last_read": MONDAY.isoformat().replace("+00:00", "Z"),
        "next_read": later,
        "busy": 1,
        "skipped": 0,
        "failures": 0,
        "problem": None,
    }
    assert visavis("calendars", "list", "--json").json == answer.json
    assert "secret" not in visavis("calendars", "list", "--person", "talia@uni.test").stdout
    assert OutsideBusy.objects.count() == 1


def test_what_could_not_be_read_ends_with_status_1(visavis, outside, talia):
    outside.pages["/a.ics"] = page(as_file(MEETING))
    connect(talia, "Classes", "/a.ics")
    connect(talia, "Home", "/b.ics")
    answer = visavis(*READ)
    assert answer.status == 1
    assert "there is no calendar at this address" in answer.stdout
    assert visavis(*READ, "--name", "classes").status == 0


def test_what_is_not_there_is_said(visavis, talia):
    assert visavis("calendars", "list").stdout == "No calendar is connected.\n"
    nothing = visavis(*READ, "--json")
    assert (nothing.status, nothing.json["refused"]) == (1, "unknown_calendar")
    nobody = visavis("calendars", "list", "--person", "nobody@uni.test", "--json")
    assert (nobody.status, nobody.json["refused"]) == (1, "unknown_person")
    paused = connect(talia, "Classes", "/a.ics")
    pause_calendar(paused, by=TESTER, now=MONDAY)
    named = visavis(*READ, "--name", "Classes")
    assert (named.status, "no calendar “Classes” that is read" in named.stderr) == (1, True)


def test_doctor_tells_of_calendars_that_cannot_be_read_for_long(visavis, talia):
    codes = lambda: [one["code"] for one in visavis("doctor", "--json").json["findings"]]  # noqa: E731  (asked twice)
    connect(talia, "Classes", "/gone.ics")
    visavis(*READ)
    OutsideCalendar.objects.update(read_at=MONDAY - timedelta(days=1))
    assert "calendars_unread" not in codes()
    OutsideCalendar.objects.update(read_at=MONDAY - timedelta(days=4))
    assert "calendars_unread" in codes()
