"""What was just removed, signed, so that it can be put back without keeping anything."""

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from visavis.availability.models import DatedChange, WeeklyBlock
from visavis.availability.restoring import keep, restore_hours
from visavis.core.errors import VisavisError
from visavis.core.history import Actor
from visavis.people.models import Provider

SALT = "visavis.web.hours.kept"
FOR_SECONDS = 60 * 60


class NothingToRestore(VisavisError):
    code = "nothing_to_restore"


@dataclass(frozen=True, slots=True)
class Removed:
    """A removed row: its words, all of it as data, and the token that tells of both."""

    words: str
    kept: dict[str, Any]
    token: str


def sign_removed(row: WeeklyBlock | DatedChange, words: str) -> str:
    """A token of `row` from which it can be made again. Call it before the row goes."""
    body = {"provider": row.provider_id, "words": words, "kept": keep(row)}
    return signing.dumps(body, salt=SALT, compress=True)


def find_removed(provider: Provider, token: str) -> Removed | None:
    """What the token tells of, if it is this provider's and not older than an hour."""
    try:
        body = signing.loads(token, salt=SALT, max_age=FOR_SECONDS)
    except signing.BadSignature:
        return None
    if body["provider"] != provider.pk:
        return None
    return Removed(body["words"], body["kept"], token)


def restore(provider: Provider, token: str, *, by: Actor) -> Removed:
    """Put the removed row back; once, however often it is asked. Raises NothingToRestore."""
    removed = find_removed(provider, token)
    if removed is None:
        raise NothingToRestore(_("This can no longer be undone. Add the hours again."))
    restore_hours(provider, removed.kept, by=by)
    return removed
