"""What was done to hours, kept for a day so that it can be found again and taken back."""

import uuid
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from visavis.availability.copying import Done, take_back
from visavis.availability.errors import NothingToRestore
from visavis.availability.models import HoursChange
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.people.models import Provider
from visavis.people.queries import lock_people

KEPT_FOR = timedelta(hours=24)


def keep_change(
    provider: Provider, done: Done, words: str, *, by: Actor, now: datetime, batch: uuid.UUID
) -> HoursChange | None:
    """Keep what was done, in its own transaction; what is older than a day goes.

    None where nothing was done. `words` say it to whoever reads the page.
    """
    HoursChange.objects.filter(provider=provider, at__lte=now - KEPT_FOR).delete()
    if done.is_empty:
        return None
    return HoursChange.objects.create(
        provider=provider,
        words=words,
        done=asdict(done),
        batch=batch,
        by_id=by.id,
        by_label=by.label[:254],
        at=now,
    )


def find_last_change(provider: Provider, *, now: datetime) -> HoursChange | None:
    """The last change of these hours that can still be taken back."""
    rows = HoursChange.objects.filter(provider=provider, at__gt=now - KEPT_FOR)
    return rows.filter(undone_at=None).first()


def get_change(provider: Provider, public_id: str, *, now: datetime) -> HoursChange:
    """The change of these hours with this id. Raises NothingToRestore."""
    try:
        wanted = uuid.UUID(public_id)
    except ValueError:
        wanted = None
    rows = HoursChange.objects.filter(provider=provider, at__gt=now - KEPT_FOR)
    found = None if wanted is None else rows.filter(public_id=wanted).first()
    if found is None:
        raise NothingToRestore(_("This can no longer be undone. Change the hours by hand."))
    return found


def find_removal(provider: Provider, table: str, pk: int, *, now: datetime) -> HoursChange | None:
    """The change that removed this row of the provider (“block” or “change”), if it is kept."""
    rows = HoursChange.objects.filter(provider=provider, at__gt=now - KEPT_FOR, undone_at=None)
    return next((row for row in rows if _removes(row, table, pk)), None)


def _removes(change: HoursChange, table: str, pk: int) -> bool:
    removed = change.done["removed"]
    return any(kept["table"] == table and kept["columns"]["id"] == pk for kept in removed)


@again_on_conflict
def undo_change(change: HoursChange, *, by: Actor, now: datetime) -> HoursChange:
    """Make the hours as they were before the change: once, however often it is asked.

    Raises ChangedMeanwhile, and nothing is written, when a row was changed again since.
    """
    with transaction.atomic():
        lock_people([change.provider.user_id])
        change.refresh_from_db(fields=["undone_at"])
        if change.undone_at is not None:
            return change
        take_back(change.provider, Done(**change.done), by=by)
        change.undone_at = now
        change.save(update_fields=["undone_at"])
    return change
