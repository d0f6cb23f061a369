"""What weekly hours admit, between a file's names and our rows."""

from collections.abc import Iterator, Sequence
from typing import Any

from visavis.availability.models import Location, WeeklyBlock
from visavis.catalogue.codes import entry_key
from visavis.catalogue.models import AppointmentFormat
from visavis.communities.models import Community
from visavis.core.text import fold, fold_code
from visavis.imports.cells import clean
from visavis.imports.kinds.entries import Catalogue


class Conditions:
    """The community's services, places and formats by folded name; active ones win."""

    def __init__(self, community: Community) -> None:
        self.catalogue = Catalogue(community)
        self.places = _by_name(Location.objects.filter(community=community))
        self.formats = _by_name(AppointmentFormat.objects.filter(community=community))

    def state(self) -> Iterator[Any]:
        yield from sorted((key, *row[2:]) for key, row in self.catalogue.by_key.items())
        yield from sorted(self.places.items())
        yield from sorted(self.formats.items())

    def spelled(self, entries: list[str]) -> list[str] | None:
        """Entries in the order and spelling in which a block of ours would tell them."""
        known = [row[2] if row else entry for entry in entries for row in [self._active(entry)]]
        if any(self._active(entry) is None for entry in entries):
            known = entries
        return sorted(known, key=fold_code) or None

    def _active(self, entry: str) -> Any:
        row = self.catalogue.by_key.get(fold_code(entry))
        return row if row and row[4] is None and not entry.endswith("*") else None

    def is_known(self, values: dict[str, Any]) -> bool:
        """Whether every place and format that the values name is here."""
        return all(fold(n) in self.places for n in values["locations"] or ()) and all(
            fold(n) in self.formats for n in values["formats"] or ()
        )

    def of(self, block: WeeklyBlock) -> dict[str, list[str] | None]:
        """What the block admits, as a file would say it; None is any."""
        return {
            "services": None if block.any_service else _entries(block),
            "locations": None
            if block.any_location
            else sorted((clean(row.name) for row in block.locations.all()), key=fold),
            "formats": None
            if block.any_format
            else sorted((clean(row.name) for row in block.formats.all()), key=fold),
        }

    def create(self, blocks: Sequence[tuple[WeeklyBlock, dict[str, Any]]]) -> None:
        """Save new blocks with what they admit, in a handful of queries."""
        for block, values in blocks:
            block.any_service = values["services"] is None
            block.any_location = values["locations"] is None
            block.any_format = values["formats"] is None
            entries = values["services"] or []
            is_plain = all(self.catalogue.id_of(entry) for entry in entries)
            block.service_entries = [] if is_plain else entries
        WeeklyBlock.objects.bulk_create([block for block, _values in blocks], batch_size=500)
        services, places, formats = [], [], []
        for block, values in blocks:
            entries = values["services"] or ()
            matched = {
                service_id
                for entry in entries
                for service_id in self.catalogue.matches(entry, block.provider_id)
            }
            services += [(block.pk, service_id) for service_id in sorted(matched)]
            places += [(block.pk, self.places[fold(n)][0]) for n in values["locations"] or ()]
            formats += [(block.pk, self.formats[fold(n)][0]) for n in values["formats"] or ()]
        _link(WeeklyBlock.services.through, "service_id", services)
        _link(WeeklyBlock.locations.through, "location_id", places)
        _link(WeeklyBlock.formats.through, "appointmentformat_id", formats)


def _link(through: Any, column: str, pairs: list[tuple[int, int]]) -> None:
    through.objects.bulk_create(
        [through(weeklyblock_id=block, **{column: other}) for block, other in pairs],
        batch_size=500,
        ignore_conflicts=True,
    )


def _by_name(rows: Any) -> dict[str, tuple[int, str]]:
    columns = ("name", "id", "archived_at")
    found = sorted(rows.values_list(*columns), key=lambda row: (row[2] is None, -row[1]))
    return {fold(name): (pk, clean(name)) for name, pk, _archived_at in found}


def _entries(block: WeeklyBlock) -> list[str]:
    """Entries as a file wrote them, and the codes of services that these do not name."""
    patterns = [entry_key(entry)[0] for entry in block.service_entries if entry.endswith("*")]
    named = {fold_code(entry) for entry in block.service_entries}
    codes = [
        row.code
        for row in sorted(block.services.all(), key=lambda row: row.code_key)
        if row.code_key not in named
        and not any(row.code_key.startswith(prefix) for prefix in patterns)
    ]
    return sorted([*block.service_entries, *map(clean, codes)], key=fold_code)
