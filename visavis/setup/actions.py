"""Founding a community, with what its preset brings: a format and a place."""

from typing import Any

from django.db import transaction

from visavis.availability.actions import add_location
from visavis.catalogue.actions import add_format
from visavis.catalogue.enums import MeetingKind, QuestionKind
from visavis.communities.actions import create_community
from visavis.communities.enums import Preset
from visavis.communities.models import Community
from visavis.core.history import Actor


def _asking(label: str) -> dict[str, Any]:
    """One question that may be left open, so that a booking without a page needs no answer."""
    return {"questions": [{"label": label, "kind": QuestionKind.LONG_TEXT, "max_length": 2000}]}


FIRST_FORMAT: dict[str, dict[str, Any]] = {
    Preset.PROVIDER_FIRST.value: {
        "name": "Schedule a Meeting",
        "minutes": 30,
        **_asking("What would you like to talk about?"),
    },
    Preset.COURSE_FIRST.value: {
        "name": "Schedule an Appointment",
        "minutes": 60,
        **_asking("What would you like to work on?"),
    },
}
FIRST_PLACE = "Main office"


def found_community(*, slug: str, name: str, preset: str, timezone: str, by: Actor) -> Community:
    """Make a community that can be booked as soon as it has people and hours.

    It gets the preset's format (one to one, confirmed at once, one question that need not be
    answered, every kind of place) and one place without hours or capacity. Raises CommunityExists
    or InvalidSetting.
    """
    with transaction.atomic():
        community = create_community(slug=slug, name=name, preset=preset, timezone=timezone, by=by)
        add_format(community, by=by, **FIRST_FORMAT[preset])
        add_location(community, by=by, name=FIRST_PLACE, kind=MeetingKind.IN_PERSON)
    return community
