"""What was just removed, signed, so that it can be put back without keeping anything."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from visavis.availability.actions import Admits, add_dated_change, add_weekly_block
from visavis.availability.enums import ChangeKind
from visavis.availability.models import Admission, DatedChange, WeeklyBlock
from visavis.availability.queries import locations_of
from visavis.catalogue.queries import formats_of, services_of
from visavis.core.errors import VisavisError
from visavis.core.history import Actor
from visavis.people.models import Provider

SALT = "visavis.web.hours.removed"
FOR_SECONDS = 60 * 60


class NothingToRestore(VisavisError):
    code = "nothing_to_restore"


@dataclass(frozen=True, slots=True)
class Removed:
    """A removed row: its words, its columns, and what it admitted (None: any)."""

    words: str
    table: str
    columns: dict[str, Any]
    admits: dict[str, list[int] | None] = field(default_factory=dict)
    token: str = ""


def sign_removed(row: WeeklyBlock | DatedChange, words: str) -> str:
    """A token of `row` from which it can be made again. Call it before the row goes."""
    table = "block" if isinstance(row, WeeklyBlock) else "change"
    names = BLOCK if table == "block" else CHANGE
    columns = {name: _plain(getattr(row, name)) for name in names}
    body = asdict(Removed(words, table, columns, _admitted(row)))
    return signing.dumps({"provider": row.provider_id, **body}, salt=SALT, compress=True)


BLOCK = ("weekday", "start_minute", "end_minute", "valid_from", "valid_until")
CHANGE = ("kind", "first", "last", "start_minute", "end_minute", "note")
DATES = ("valid_from", "valid_until", "first", "last")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _admitted(row: Admission) -> dict[str, list[int] | None]:
    return {
        "services": None if row.any_service else [s.pk for s in row.services.all()],
        "formats": None if row.any_format else [f.pk for f in row.formats.all()],
        "locations": None if row.any_location else [place.pk for place in row.locations.all()],
    }


def find_removed(provider: Provider, token: str) -> Removed | None:
    """What the token tells of, if it is this provider's and not older than an hour."""
    try:
        body = signing.loads(token, salt=SALT, max_age=FOR_SECONDS)
    except signing.BadSignature:
        return None
    if body.pop("provider") != provider.pk:
        return None
    return Removed(**{**body, "token": token})


def restore(provider: Provider, token: str, *, by: Actor) -> Removed:
    """Put the removed row back; once, however often it is asked. Raises NothingToRestore."""
    removed = find_removed(provider, token)
    if removed is None:
        raise NothingToRestore(_("This can no longer be undone. Add the hours again."))
    values: dict[str, Any] = {
        name: date.fromisoformat(value) if value and name in DATES else value
        for name, value in removed.columns.items()
    }
    rows = provider.weekly_blocks if removed.table == "block" else provider.dated_changes
    if rows.filter(**values).exists():
        return removed
    admits = _admits_again(provider, removed.admits)
    if removed.table == "block":
        add_weekly_block(provider, **values, admits=admits, by=by)
    else:
        kind = ChangeKind(values.pop("kind"))
        add_dated_change(provider, kind=kind, **values, admits=admits, by=by)
    return removed


def _admits_again(provider: Provider, admitted: dict[str, list[int] | None]) -> Admits:
    known: dict[str, Any] = {
        "services": services_of(provider.community),
        "formats": formats_of(provider.community),
        "locations": locations_of(provider.community),
    }
    return Admits(
        **{
            name: None if pks is None else list(known[name].filter(pk__in=pks))
            for name, pks in admitted.items()
        }
    )
