"""Writes of the school and its communities."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from visavis.communities.absence_texts import check_absence_texts
from visavis.communities.enums import Preset
from visavis.communities.errors import CommunityExists, InvalidSetting
from visavis.communities.models import Community, CommunityLink, School
from visavis.communities.school import clean_domains
from visavis.communities.settings import SETTINGS, parse_setting
from visavis.communities.wording import NOUNS, PROMPTS, check_wording
from visavis.core import clock, history
from visavis.core.history import Actor
from visavis.core.seen import check_seen
from visavis.core.troubles import again_on_conflict


def name_school(name: str, *, allowed_domains: list[str], by: Actor) -> School:
    """Name the school and the e-mail domains whose owners may sign in unasked."""
    return change_school({"name": name, "allowed_domains": allowed_domains}, by=by)


@again_on_conflict
def change_school(changes: Mapping[str, Any], *, by: Actor) -> School:
    """Set columns of the school, as in the model. Raises InvalidSetting; all or nothing."""
    if "allowed_domains" in changes:
        changes = {**changes, "allowed_domains": clean_domains(changes["allowed_domains"])}
    with transaction.atomic():
        school = School.objects.select_for_update().first() or School()
        before = {field: getattr(school, field) for field in changes}
        for field, value in changes.items():
            setattr(school, field, value)
        _refuse_invalid(school)
        if school.pk and before == dict(changes):
            return school
        school.save()
        history.record(by, "changed school", school, before=before, after=changes)
    return school


# A community that its administrators alone know of, until they open it.
UNOPENED: Mapping[str, Any] = MappingProxyType({"visible": False, "opened_at": None})
OPENED: Mapping[str, Any] = MappingProxyType({})


def create_community(
    *,
    slug: str,
    name: str,
    preset: str,
    timezone: str,
    by: Actor,
    state: Mapping[str, Any] = OPENED,
) -> Community:
    """Make an empty community; `state` is OPENED or UNOPENED.

    Raises CommunityExists or InvalidSetting.
    """
    if preset not in Preset.values:
        raise InvalidSetting(
            _("“%(preset)s” is none of %(known)s.")
            % {"preset": preset, "known": ", ".join(Preset.values)}
        )
    return _create(
        Community(slug=slug.strip(), name=name.strip(), preset=preset, timezone=timezone, **state),
        by=by,
    )


# What a community is itself, which another one made after its model is not.
OWN_COLUMNS = frozenset(
    {"id", "slug", "name", "description", "contact", "timezone", "centre_email", "visible"}
    | {"version", "created_at", "opened_at"}
)


def create_community_like(
    model: Community, *, slug: str, name: str, timezone: str, by: Actor
) -> Community:
    """Make a community with the settings and words of `model`; it is yet to be opened.

    Raises CommunityExists or InvalidSetting.
    """
    columns = {field.attname for field in Community._meta.concrete_fields} - OWN_COLUMNS
    copied = {column: getattr(model, column) for column in columns}
    return _create(
        Community(slug=slug.strip(), name=name.strip(), timezone=timezone, **UNOPENED, **copied),
        by=by,
        after={"like": model.slug},
    )


@again_on_conflict
def _create(
    community: Community, *, by: Actor, after: Mapping[str, Any] | None = None
) -> Community:
    _refuse_invalid(community)
    try:
        with transaction.atomic():
            community.save()
            history.record(by, "created", community, community_id=community.pk, after=after)
    except IntegrityError as error:
        # The database has the last word: two may ask for the same name at the same moment.
        if not Community.objects.filter(slug=community.slug).exists():
            raise
        raise CommunityExists(
            _("There is a community “%(slug)s” already. Choose another short name.")
            % {"slug": community.slug}
        ) from error
    return community


@again_on_conflict
def change_settings(
    community: Community, changes: Mapping[str, Any], *, by: Actor, seen: str | None = None
) -> Community:
    """Set columns of the community, as in the model; all or nothing.

    `seen` is the text of these columns' values as they were shown (`core.seen`). Whoever makes it
    visible for the first time opens it. Raises InvalidSetting, or ChangedMeanwhile.
    """
    with transaction.atomic():
        locked = Community.objects.select_for_update().get(pk=community.pk)
        opening = {"opened_at"} if changes.get("visible") and not locked.is_opened else set()
        if opening:
            locked.opened_at = clock.now()
        before = {field: getattr(locked, field) for field in changes}
        check_seen(seen, before)
        for field, value in changes.items():
            setattr(locked, field, value)
        _refuse_invalid(locked)
        if "absence_texts" in changes:
            check_absence_texts(locked.absence_texts)
        if before == dict(changes):
            return locked
        locked.save(update_fields=[*changes, *opening])
        touch(locked)
        history.record(
            by, "changed settings", locked, community_id=locked.pk, before=before, after=changes
        )
    return locked


@again_on_conflict
def set_from_text(community: Community, pairs: Mapping[str, str], *, by: Actor) -> Community:
    """Settings and words given as texts, as the command line has them; all or nothing."""
    words = {key: text for key, text in pairs.items() if key in NOUNS or key in PROMPTS}
    columns = {
        SETTINGS[key].field if key in SETTINGS else key: parse_setting(key, text)
        for key, text in pairs.items()
        if key not in words
    }
    with transaction.atomic():
        if columns:
            try:
                community = change_settings(community, columns, by=by)
            except InvalidSetting as error:
                raise _named_as_typed(error, pairs) from error
        if words:
            community = change_wording(community, words, by=by)
    return community


def _named_as_typed(error: InvalidSetting, pairs: Mapping[str, str]) -> InvalidSetting:
    """The refusal with the keys that were typed, where they fill a column of another name."""
    keys = {SETTINGS[key].field: key for key in pairs if key in SETTINGS}
    told = {keys.get(column, column): sentences for column, sentences in error.data.items()}
    return InvalidSetting(_in_one_line(told), data=told)


@again_on_conflict
def change_wording(
    community: Community, words: Mapping[str, Any], *, by: Actor, seen: str | None = None
) -> Community:
    """Replace the given words; a key with the value None goes back to the preset.

    `seen` is the text of these words as they were shown, None for those of the preset
    (`core.seen`). Raises InvalidWording, or ChangedMeanwhile, and then nothing is changed.
    """
    checked = check_wording({key: value for key, value in words.items() if value is not None})
    with transaction.atomic():
        locked = Community.objects.select_for_update().get(pk=community.pk)
        before = dict(locked.wording)
        check_seen(seen, {key: before.get(key) for key in words})
        kept = {key: value for key, value in before.items() if key not in words}
        locked.wording = {**kept, **checked}
        if locked.wording == before:
            return locked
        locked.save(update_fields=["wording"])
        history.record(
            by,
            "changed wording",
            locked,
            community_id=locked.pk,
            before=before,
            after=locked.wording,
        )
    return locked


@again_on_conflict
def add_link(community: Community, *, label: str, url: str, by: Actor) -> CommunityLink:
    """Put a link of the community's own on its learn screen, after those that are there."""
    with transaction.atomic():
        link = CommunityLink.objects.create(
            community=community, label=label, url=url, position=community.links.count()
        )
        history.record(by, "added link", link, community_id=community.pk, after={"url": url})
    return link


@again_on_conflict
def remove_link(link: CommunityLink, *, by: Actor) -> None:
    """Take a link off the learn screen."""
    with transaction.atomic():
        history.record(
            by, "removed link", link, community_id=link.community_id, before={"url": link.url}
        )
        link.delete()


def touch(community: Community) -> None:
    """Raise the community's version: something that decides what may be offered has changed.

    Call it inside the transaction of the change.
    """
    Community.objects.filter(pk=community.pk).update(version=F("version") + 1)


def _refuse_invalid(row: School | Community) -> None:
    try:
        row.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        told = error.message_dict
        raise InvalidSetting(_in_one_line(told), data=told) from error


def _in_one_line(told: Mapping[str, list[str]]) -> str:
    return " ".join(f"{name}: {' '.join(sentences)}" for name, sentences in told.items())
