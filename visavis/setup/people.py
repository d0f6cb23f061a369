"""Somebody who gives support, from one form: the person, their own service, what else they give."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from visavis.catalogue.actions import certify
from visavis.catalogue.errors import InvalidService
from visavis.catalogue.models import CODE_LENGTH, Service
from visavis.changes.people import lock_newcomer, welcome
from visavis.changes.services import add_service
from visavis.communities.models import Community
from visavis.core import clock
from visavis.core.history import Actor
from visavis.core.text import fold, fold_code
from visavis.core.troubles import again_on_conflict
from visavis.people.actions import find_or_make_user
from visavis.people.models import Provider
from visavis.setup.errors import GivesAlready

# In the name of somebody's own topic: the first name with the first letter of the last, or both
# names in full where another topic is called so.
NAME = "{name}"


@dataclass(frozen=True)
class Newcomer:
    """A person by e-mail, with names for somebody who is not known yet.

    `own_service` is the name of a topic that is made and becomes theirs; blank makes none. NAME
    in it stands for how the person is called.
    `services` are those that they may give as well; `entries` codes and patterns as in a file.
    """

    email: str
    first_name: str = ""
    last_name: str = ""
    own_service: str = ""
    services: Sequence[Service] = field(default_factory=tuple)
    entries: Sequence[str] = field(default_factory=tuple)


@again_on_conflict
def add_person(community: Community, newcomer: Newcomer, *, by: Actor) -> Provider:
    """Make somebody give support here, with all of it or nothing; one who had retired comes back.

    Raises GivesAlready, InvalidPerson, InvalidService for an own service that is here already or
    is too long with their name, and InvalidEntry.
    """
    with transaction.atomic():
        user, made = find_or_make_user(
            newcomer.email, first_name=newcomer.first_name, last_name=newcomer.last_name, by=by
        )
        # Two administrators may add the same person at once; the second is told so.
        now = clock.now()
        lock_newcomer(user, community, now=now)
        for known in who_gives(community, [user.email]).values():
            raise GivesAlready(told_already(known), data={"provider": known.pk})
        provider = welcome(user, community, by=by, now=now)
        for entry in (*newcomer.entries, *(service.code for service in newcomer.services)):
            certify(provider, entry, by=by)
        own = _own_service(provider, newcomer, made=made)
        if own and not _is_theirs_again(provider, own):
            values = {"subject": own, "number": "", "owner_id": provider.pk}
            add_service(community, values, by=by)
    return provider


def who_gives(community: Community, emails: Iterable[str]) -> dict[str, Provider]:
    """Those of these people who give support here at present, by folded e-mail."""
    keys = {fold(email) for email in emails}
    rows = Provider.objects.filter(
        community=community, retired_at=None, user__email_key__in=keys
    ).select_related("user")
    return {row.user.email_key: row for row in rows}


def told_already(provider: Provider) -> str:
    """Why whoever gives support here is not added once more."""
    return _("%(name)s gives support here already. Change what they give on their own page.") % {
        "name": provider
    }


def told_name_too_long(service: str, field: str) -> str:
    """Why nothing that students pick can be called so, under the name; `field` is its label."""
    told = _(
        "With this name, what students pick has %(there)d characters, and at most %(limit)d fit. "
        "Shorten the name, or write something shorter under “%(field)s”."
    )
    return told % {"there": len(service), "limit": CODE_LENGTH, "field": field}


def told_too_long(service: str) -> str:
    """Why nothing that students pick can be called so, under its own field."""
    told = _(
        "With their name, what students pick has %(there)d characters, and at most %(limit)d fit. "
        "Write something shorter here."
    )
    return told % {"there": len(service), "limit": CODE_LENGTH}


def _own_service(provider: Provider, newcomer: Newcomer, *, made: bool) -> str:
    """What their own topic is called. Raises InvalidService where no name can be put into it.

    `made` is whether nobody knew the person before: who is known keeps their name.
    """
    told, user = newcomer.own_service, provider.user
    if NAME not in told:
        return told
    known = not made and bool(user.first_name or user.last_name)
    first = user.first_name if known else newcomer.first_name
    last = user.last_name if known else newcomer.last_name
    if not first and not last:
        raise InvalidService(_("Write their name here, or above."))
    short = f"{first} {last[:1]}".strip() if first else last
    ways = [told.replace(NAME, name) for name in (short, f"{first} {last}".strip())]
    if len(ways[0]) > CODE_LENGTH:
        # Of the two that make it too long the longer one can be shortened, if it was typed here.
        is_by_name = not known and len(short) > len(told.replace(NAME, ""))
        raise _refusal(ways[0], ("first_name" if first else "last_name") if is_by_name else "")
    fitting = [way for way in ways if len(way) <= CODE_LENGTH]
    keys = [fold_code(way) for way in fitting]
    others = Service.objects.filter(community=provider.community, code_key__in=keys)
    taken = set(others.exclude(owner=provider).values_list("code_key", flat=True))
    return next((way for way in fitting if fold_code(way) not in taken), ways[0])


def _refusal(service: str, name: str) -> InvalidService:
    """Told under that part of the name, or under the topic itself if `name` is blank."""
    by_name = told_name_too_long(service, _("Their own topic"))
    sentence = by_name if name else told_too_long(service)
    return InvalidService(sentence, data={name or "own_service": [sentence]})


def _is_theirs_again(provider: Provider, code: str) -> bool:
    """A retired person who comes back finds what was theirs."""
    own = Service.objects.filter(owner=provider, archived_at=None)
    return own.filter(code_key=fold_code(code)).exists()
