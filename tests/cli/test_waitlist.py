"""`visavis waitlist`."""

import pytest

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.bookings.models import WaitlistEntry
from visavis.communities.actions import change_settings
from visavis.core.clock import frozen_at

pytestmark = pytest.mark.django_db
JOIN = ("waitlist", "join", "--community", "mentoring", "--student", "sam@students.test")


@pytest.fixture(autouse=True)
def world():
    with frozen_at(MONDAY):
        world = make_world()
        world.student()
        world.talia = world.provider(hours=False)
        world.community = change_settings(world.community, {"waitlist": True}, by=TESTER)
        yield world


def test_student_joins_is_listed_and_leaves(visavis, world):
    code = ("--service", world.service.code)
    joined = visavis(
        *JOIN, *code, "--days", "Mon|Wed", "--start", "9:00", "--end", "12:00", "--json"
    )
    entry = WaitlistEntry.objects.get()
    assert entry.rows == [[[0, 2], 540, 720]]
    assert (joined.json["position"], joined.json["student"]) == (1, "sam@students.test")
    listed = visavis("waitlist", "list", "--community", "mentoring", "--json").json
    assert listed == {"waitlist": [joined.json]}
    assert visavis("waitlist", "leave", joined.json["id"], "--json").json == {
        "left": joined.json["id"]
    }
    assert visavis("waitlist", "list", "--community", "mentoring").stdout == "Nobody waits.\n"


def test_what_is_wrong_is_said(visavis, world):
    code = ("--service", world.service.code)
    visavis(*JOIN, *code)
    twice = visavis(*JOIN, *code, "--json")
    assert (twice.status, twice.json["refused"]) == (1, "waits_already")
    malformed = visavis("waitlist", "leave", "x")
    assert (malformed.status, "is no id" in malformed.stderr) == (2, True)
    nobody = visavis("waitlist", "leave", "00000000-0000-4000-8000-000000000000")
    assert (nobody.status, "There is no entry" in nobody.stderr) == (1, True)
