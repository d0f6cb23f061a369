"""`Courses` cells: codes and patterns separated by `|`, and what they match."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from visavis.availability.models import WeeklyBlock
from visavis.catalogue.models import CODE_LENGTH, Service
from visavis.communities.models import Community
from visavis.core.text import fold_code
from visavis.imports.cells import clean
from visavis.imports.kinds.base import Line
from visavis.people.actions import touch_hours

COURSES = "Courses"


def entry_key(entry: str) -> tuple[str, bool]:
    """The folded code or prefix, and whether it is a prefix."""
    return fold_code(entry.removesuffix("*")), entry.endswith("*")


def split_entries(line: Line, column: str = COURSES) -> list[str]:
    """The cell's entries, each once, blanks and a trailing `|` left out; notes those too long."""
    entries: dict[tuple[str, bool], str] = {}
    for part in line.get(column).split("|"):
        entry = part.strip()
        if not entry:
            continue
        if len(entry.removesuffix("*")) > CODE_LENGTH or len(fold_code(entry)) > CODE_LENGTH * 4:
            line.error(
                column,
                "code_too_long",
                _("The entry “%(entry)s…” has more than %(limit)s characters. Shorten it.")
                % {"entry": entry[:40], "limit": CODE_LENGTH},
                entry,
            )
            continue
        entries.setdefault(entry_key(entry), entry)
    return list(entries.values())


class Catalogue:
    """The community's services in memory: what a code or pattern matches, and who owns what."""

    def __init__(self, community: Community) -> None:
        rows = Service.objects.filter(community=community)
        columns = ("id", "code_key", "code", "owner_id", "archived_at")
        self.by_key = {row[1]: row for row in rows.values_list(*columns)}
        self._active = sorted(key for key, row in self.by_key.items() if row[4] is None)

    @property
    def codes(self) -> Iterable[str]:
        return (self.by_key[key][2] for key in self._active)

    def id_of(self, entry: str) -> int | None:
        """The active service with this code."""
        row = self.by_key.get(fold_code(entry))
        return row[0] if row and row[4] is None else None

    def code_of(self, code: str) -> str:
        """The code as it is kept here, or as it is given when it is not here."""
        row = self.by_key.get(fold_code(code))
        return clean(row[2]) if row else code

    def matches(self, entry: str, provider_id: int | None) -> list[int]:
        """The active services that the entry of this provider covers.

        A pattern never reaches into somebody else's own service.
        """
        key, is_pattern = entry_key(entry)
        if not is_pattern:
            found = self.id_of(entry)
            return [found] if found else []
        return [
            self.by_key[code][0]
            for code in self._active
            if code.startswith(key) and self.by_key[code][3] in (None, provider_id)
        ]


def warn_of_dormant(
    line: Line,
    entries: Iterable[str],
    catalogue: Catalogue,
    provider_id: int | None,
    near: str = "",
) -> None:
    """Note the entries that match nothing now."""
    for entry in entries:
        if not catalogue.matches(entry, provider_id):
            line.warn(
                COURSES,
                "unknown_entry",
                _(
                    "“%(entry)s” matches nothing here. It is kept and comes alive when such a "
                    "course is there."
                )
                % {"entry": entry}
                + near,
                entry,
            )


def revive_entries(community: Community) -> None:
    """Let weekly hours admit what their kept entries match by now: dormant codes, new courses.

    Call it inside the transaction that changed the services.
    """
    blocks = WeeklyBlock.objects.filter(provider__community=community, any_service=False)
    blocks = blocks.exclude(service_entries=[])
    if not blocks.exists():
        return
    catalogue = Catalogue(community)
    link = WeeklyBlock.services.through
    wanted = {
        (block_id, service_id): provider_id
        for block_id, provider_id, entries in blocks.values_list(
            "id", "provider_id", "service_entries"
        )
        for entry in entries
        for service_id in catalogue.matches(entry, provider_id)
    }
    ids = {block_id for block_id, _service_id in wanted}
    there = set(
        link.objects.filter(weeklyblock_id__in=ids).values_list("weeklyblock_id", "service_id")
    )
    new = [pair for pair in wanted if pair not in there]
    link.objects.bulk_create(
        [link(weeklyblock_id=block_id, service_id=service_id) for block_id, service_id in new],
        batch_size=500,
        ignore_conflicts=True,
    )
    touch_hours(*{wanted[pair] for pair in new})
