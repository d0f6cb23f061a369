"""What people say about themselves."""

from dataclasses import asdict, dataclass, fields, replace
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
def change_profile(user: User, **said: str) -> None:
    """Write what the person said, by names of `Profile`; what is not named stays as it stands.

    With its history; nothing when nothing changed.
    """
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        stands = profile_of(locked)
        before, after = history.differing(asdict(stands), asdict(replace(stands, **said)))
        if not after:
            return
        for name, value in after.items():
            setattr(locked, name, value)
        locked.save(update_fields=list(after))
        if {"first_name", "last_name"} & after.keys():
            # Who is free is kept in the order of names.
            own = Provider.objects.filter(user=locked).select_related("community")
            # In one order, whoever else renames somebody of these communities.
            for provider in own.order_by("community_id"):
                community_actions.touch(provider.community)
        who = Actor(locked.pk, str(locked))
        history.record(who, "changed own profile", locked, before=before, after=after)


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
    with transaction.atomic():
        locked = _lock_provider(provider)
        before = {name: getattr(locked, name) for name in wanted}
        if before == wanted:
            return
        locked.bio, locked.meeting_link = bio, meeting_link
        locked.save(update_fields=list(wanted))
        history.record(
            by,
            "changed introduction",
            locked,
            community_id=locked.community_id,
            before=before,
            after=wanted,
        )


@again_on_conflict
def change_photo(provider: Provider, photo: File[Any] | None, *, by: Actor) -> None:
    """Keep this photo (made small by `photos.make_portrait`), or none; the old one goes."""
    with transaction.atomic():
        locked = _lock_provider(provider)
        old = locked.photo.name
        if photo is None:
            locked.photo = ""
        else:
            photo.seek(0)  # the go before, which lost, has read it
            locked.photo.save(photo.name or "portrait.jpg", photo, save=False)
        locked.save(update_fields=["photo"])
        if old:
            locked.photo.storage.delete(old)
        history.record(
            by,
            "removed photo" if photo is None else "changed photo",
            locked,
            community_id=locked.community_id,
        )


def _lock_provider(provider: Provider) -> Provider:
    rows = Provider.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("user").get(pk=provider.pk)
