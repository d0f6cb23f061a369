"""What people say about themselves."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from visavis.communities import actions as community_actions
from visavis.communities.models import Community
from visavis.core import history
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.people.errors import NamesThemselves
from visavis.people.models import Provider, User
from visavis.people.rules import names_themselves


@dataclass(frozen=True, slots=True)
class Profile:
    """`timezone` is an IANA name, or empty for each community's own."""

    first_name: str
    last_name: str
    pronouns: str
    timezone: str
    hour_cycle: str


@again_on_conflict
def change_profile(user: User, profile: Profile) -> None:
    """Write what the person said, with its history; nothing when nothing changed."""
    wanted = asdict(profile)
    changed = {name: value for name, value in wanted.items() if getattr(user, name) != value}
    if not changed:
        return
    before = {name: getattr(user, name) for name in changed}
    for name, value in changed.items():
        setattr(user, name, value)
    with transaction.atomic():
        user.save(update_fields=list(changed))
        if {"first_name", "last_name"} & changed.keys():
            # Who is free is kept in the order of names.
            for provider in Provider.objects.filter(user=user).select_related("community"):
                community_actions.touch(provider.community)
        history.record(
            Actor(user.pk, str(user)), "changed own profile", user, before=before, after=changed
        )


@again_on_conflict
def rename(user: User, community: Community, *, first_name: str, last_name: str, by: Actor) -> User:
    """Write what somebody who has not signed in yet is called, with its history.

    Raises NamesThemselves, and then nothing is written.
    """
    wanted = {"first_name": first_name, "last_name": last_name}
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if names_themselves(locked, community):
            told = _("%(name)s has an account of their own, and changes the name in the profile.")
            raise NamesThemselves(told % {"name": locked})
        before = {name: getattr(locked, name) for name in wanted}
        if before == wanted:
            return locked
        locked.first_name, locked.last_name = first_name, last_name
        locked.save(update_fields=list(wanted))
        # Who is free is kept in the order of names.
        community_actions.touch(community)
        history.record(
            by, "renamed person", locked, community_id=community.pk, before=before, after=wanted
        )
    return locked


def profile_of(user: User) -> Profile:
    """What the person has said so far."""
    return Profile(**{part.name: getattr(user, part.name) for part in fields(Profile)})


@again_on_conflict
def change_introduction(provider: Provider, *, bio: str, meeting_link: str, by: Actor) -> None:
    """Write how a provider introduces themselves and where they meet online, with its history."""
    wanted = {"bio": bio, "meeting_link": meeting_link}
    before = {name: getattr(provider, name) for name in wanted}
    if before == wanted:
        return
    provider.bio, provider.meeting_link = bio, meeting_link
    with transaction.atomic():
        provider.save(update_fields=["bio", "meeting_link"])
        history.record(
            by,
            "changed introduction",
            provider,
            community_id=provider.community_id,
            before=before,
            after=wanted,
        )


@again_on_conflict
def change_photo(provider: Provider, photo: File[Any] | None, *, by: Actor) -> None:
    """Keep this photo (made small by `photos.make_portrait`), or none; the old one goes."""
    old = provider.photo.name
    with transaction.atomic():
        if photo is None:
            provider.photo = ""
        else:
            provider.photo.save(photo.name or "portrait.jpg", photo, save=False)
        provider.save(update_fields=["photo"])
        if old:
            provider.photo.storage.delete(old)
        history.record(
            by,
            "removed photo" if photo is None else "changed photo",
            provider,
            community_id=provider.community_id,
        )
