"""A removed row of hours, wholly: as data that can be signed and kept elsewhere, and back again."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from visavis.availability.models import DatedChange, Location, WeeklyBlock
from visavis.availability.telling import mark_of, values_of
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.core import history
from visavis.core.history import Actor
from visavis.core.seen import ChangedMeanwhile
from visavis.core.troubles import again_on_conflict
from visavis.people.actions import touch_hours
from visavis.people.models import Provider
from visavis.people.queries import lock_people

Row = WeeklyBlock | DatedChange
TABLES: dict[str, type[Row]] = {"block": WeeklyBlock, "change": DatedChange}
DATES = ("valid_from", "valid_until", "first", "last")
ADMITTED: dict[str, Any] = {
    "services": Service,
    "formats": AppointmentFormat,
    "locations": Location,
}


def keep(row: Row) -> dict[str, Any]:
    """All of the row, as JSON. Call it before the row goes."""
    columns = {f.attname: _plain(getattr(row, f.attname)) for f in row._meta.concrete_fields}
    return {
        "table": "block" if isinstance(row, WeeklyBlock) else "change",
        "columns": columns,
        "admitted": {name: [one.pk for one in getattr(row, name).all()] for name in ADMITTED},
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@again_on_conflict
def restore_hours(provider: Provider, kept: dict[str, Any], *, by: Actor) -> Row:
    """Put back what `keep` has kept of this provider's, under its old id and so never twice.

    What it admitted comes back as far as it is still there.
    """
    columns = {name: _read(name, value) for name, value in kept["columns"].items()}
    table = TABLES[kept["table"]]
    with transaction.atomic():
        lock_people([provider.user_id])
        there = table.objects.filter(pk=columns["id"], provider=provider).first()
        if there is not None:
            return there
        row = table(**{**columns, "provider_id": provider.pk})
        row.save(force_insert=True)
        _set_admitted(row, provider, kept)
        touch_hours(provider.pk)
        verb = "restored hours" if isinstance(row, WeeklyBlock) else f"restored {row.kind}"
        history.record(by, verb, row, community_id=provider.community_id, after=values_of(row))
    return row


@again_on_conflict
def give_back(provider: Provider, kept: dict[str, Any], mark: str, *, by: Actor) -> None:
    """Make a changed row of this provider as `keep` has kept it; as it is already, it stays.

    Raises ChangedMeanwhile when it bears another `mark` than after that change, or is gone.
    """
    table = TABLES[kept["table"]]
    with transaction.atomic():
        lock_people([provider.user_id])
        row = table.objects.filter(pk=kept["columns"]["id"], provider=provider).first()
        if row is not None and keep(row) == kept:
            return
        if row is None or mark_of(row) != mark:
            raise ChangedMeanwhile(
                _("These hours were changed again since; they stay as they are.")
            )
        before = values_of(row)
        for name, value in kept["columns"].items():
            setattr(row, name, _read(name, value))
        row.save(update_fields=kept["columns"].keys() - {"id"})
        _set_admitted(row, provider, kept)
        touch_hours(provider.pk)
        verb = "changed hours" if isinstance(row, WeeklyBlock) else f"changed {row.kind}"
        history.record(
            by,
            verb,
            row,
            community_id=provider.community_id,
            before=before,
            after=values_of(row),
        )


def _set_admitted(row: Row, provider: Provider, kept: dict[str, Any]) -> None:
    for name, model in ADMITTED.items():
        ours = model.objects.filter(community_id=provider.community_id)
        getattr(row, name).set(ours.filter(pk__in=kept["admitted"][name]))


def _read(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if value and name in DATES else value
