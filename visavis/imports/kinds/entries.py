"""`Courses` cells: codes and patterns separated by `|`, and what they match."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from visavis.catalogue.codes import Codes, entry_key, is_too_long
from visavis.catalogue.models import CODE_LENGTH
from visavis.core.text import fold_code
from visavis.imports.cells import clean
from visavis.imports.kinds.base import Line

COURSES = "Courses"


def split_entries(line: Line, column: str = COURSES) -> list[str]:
    """The cell's entries, each once, blanks and a trailing `|` left out; notes those too long."""
    entries: dict[tuple[str, bool], str] = {}
    for part in line.get(column).split("|"):
        entry = part.strip()
        if not entry:
            continue
        if is_too_long(entry):
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


class Catalogue(Codes):
    """The community's services, as cells of a file name them."""

    def code_of(self, code: str) -> str:
        """The code as it is kept here, or as it is given when it is not here."""
        row = self.by_key.get(fold_code(code))
        return clean(row[2]) if row else code


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
