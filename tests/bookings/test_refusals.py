"""Refusals as sentences: in the community's words, zone, and the reader's language and habit."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from visavis.bookings.refusals import sentence
from visavis.communities.models import Community
from visavis.engine.world import Reason, Refusal

AT_NINE = datetime(2027, 2, 15, 14, 0, tzinfo=UTC)
TOO_LATE = Refusal(Reason.LEAD_TIME, {"earliest": AT_NINE})


@pytest.fixture
def centre():
    return Community(
        name="Mentoring", slug="mentoring", preset="provider-first", timezone="America/New_York"
    )


def test_an_instant_is_written_in_the_communitys_zone_which_is_named(centre):
    assert sentence(TOO_LATE, centre) == (
        "It is too late to book this time. The earliest now is Monday 15 February 2027, 09:00 "
        "(New York time)."
    )


def test_a_face_writes_instants_in_its_own_way(centre):
    assert sentence(TOO_LATE, centre, moment=lambda at: f"{at:%H} Zulu").endswith("is 14 Zulu.")


def test_days_are_written_in_the_readers_language(centre):
    too_far = Refusal(Reason.BEYOND_HORIZON, {"last_date": date(2027, 3, 1)})
    with translation.override("de"):
        assert "Montag 1 März 2027" in sentence(too_far, centre)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"period": "open", "limit": 1}, "You have 1 coming meeting, which"),
        ({"period": "open", "limit": 3}, "You have 3 coming meetings, which"),
        ({"period": "day", "limit_minutes": 60}, "Mentoring allows 60 minutes that day"),
        ({"period": "week", "limit_minutes": 90}, "Mentoring allows 90 minutes that week"),
    ],
)
def test_limits_say_how_much_is_allowed(centre, data, words):
    assert sentence(Refusal(Reason.STUDENT_LIMIT, data), centre).startswith(words)
