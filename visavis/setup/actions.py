"""Founding a community: with what its preset brings, or after the model of another one."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from visavis.availability.locations import add_location
from visavis.availability.terms import copy_terms
from visavis.catalogue.actions import add_format, copy_formats
from visavis.catalogue.enums import MeetingKind, QuestionKind
from visavis.catalogue.formats import change_format, change_question
from visavis.catalogue.log_questions import copy_log_questions
from visavis.catalogue.models import AppointmentFormat
from visavis.communities.actions import (
    OPENED,
    change_settings,
    create_community,
    create_community_like,
)
from visavis.communities.enums import Preset
from visavis.communities.models import Community
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.notifications.actions import copy_texts
from visavis.people.actions import give_role
from visavis.people.enums import Role
from visavis.people.models import User
from visavis.setup.errors import KindIsFixed


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


@again_on_conflict
def found_community(
    *,
    slug: str,
    name: str,
    preset: str,
    timezone: str,
    by: Actor,
    state: Mapping[str, Any] = OPENED,
    administrator: User | None = None,
) -> Community:
    """Make a community that can be booked as soon as it has people and hours, and is opened.

    `state` is OPENED or UNOPENED: then its administrators alone know of it. It gets the preset's
    format (one to one, confirmed at once, one question that need not be answered, every kind of
    place) and one place without hours or capacity. `administrator` looks after it from then on.
    Raises CommunityExists or InvalidSetting.
    """
    with transaction.atomic():
        community = create_community(
            slug=slug, name=name, preset=preset, timezone=timezone, by=by, state=state
        )
        add_format(community, by=by, **FIRST_FORMAT[preset])
        add_location(community, by=by, name=FIRST_PLACE, kind=MeetingKind.IN_PERSON)
        _appoint(administrator, community, by=by)
    return community


@again_on_conflict
def found_community_like(
    model: Community,
    *,
    slug: str,
    name: str,
    timezone: str,
    by: Actor,
    administrator: User | None = None,
) -> Community:
    """Make a community after the model of another, with a place but nobody in it.

    It gets the settings, words, formats, questions (those of the log too), terms and mail texts,
    and its administrators (`administrator` first of all) alone know of it before it is opened.
    People, services, hours and closures stay behind. Raises CommunityExists or InvalidSetting.
    """
    with transaction.atomic():
        community = create_community_like(model, slug=slug, name=name, timezone=timezone, by=by)
        copy_formats(model, community, by=by)
        copy_log_questions(model, community, by=by)
        copy_terms(model, community, by=by)
        copy_texts(model, community, by=by)
        add_location(community, by=by, name=FIRST_PLACE, kind=MeetingKind.IN_PERSON)
        _appoint(administrator, community, by=by)
    return community


def _appoint(administrator: User | None, community: Community, *, by: Actor) -> None:
    if administrator is not None:
        give_role(administrator, community, Role.ADMIN, by=by)


@again_on_conflict
def choose_kind(community: Community, preset: str, *, by: Actor) -> Community:
    """Let students pick a person first, or a course, with the words and the format of that way.

    A first format that nobody has touched becomes the other way's; words of the community's own
    stay. Raises KindIsFixed once it was opened, and InvalidSetting for a kind that is none.
    """
    with transaction.atomic():
        locked = Community.objects.select_for_update().get(pk=community.pk)
        if locked.preset == preset:
            return locked
        if locked.is_opened:
            raise KindIsFixed(
                _(
                    "Students know %(name)s as it is, so what they pick first stays. Its words "
                    "can be changed under Wording."
                )
                % {"name": locked.name}
            )
        before = locked.preset
        changed = change_settings(locked, {"preset": preset}, by=by)
        _turn_first_format(changed, FIRST_FORMAT[before], FIRST_FORMAT[preset], by=by)
    return changed


def _turn_first_format(
    community: Community, before: dict[str, Any], after: dict[str, Any], *, by: Actor
) -> None:
    for format_ in AppointmentFormat.objects.filter(community=community, archived_at=None):
        asked = [one.label for one in format_.questions.filter(archived_at=None)]
        as_founded = (before["name"], before["minutes"], [q["label"] for q in before["questions"]])
        if (format_.name, format_.minutes, asked) == as_founded:
            change_format(format_, {"name": after["name"], "minutes": after["minutes"]}, by=by)
            question = format_.questions.get(archived_at=None)
            change_question(question, {"label": after["questions"][0]["label"]}, by=by)
