"""What a service's code may be, and what an entry of `Courses` matches."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from visavis.catalogue.models import CODE_LENGTH, Service
from visavis.communities.models import Community
from visavis.core.text import fold_code

KEY_LENGTH = CODE_LENGTH * 4


def code_faults(code: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the code of a course or topic: an error's code and its sentence, each."""
    if len(code) > CODE_LENGTH or len(fold_code(code)) > KEY_LENGTH:
        yield (
            "code_too_long",
            _("The code has %(there)s characters; at most %(limit)s fit. Shorten it.")
            % {"there": len(code), "limit": CODE_LENGTH},
        )
    if "|" in code:
        yield (
            "code_with_bar",
            _("A code cannot contain “|”, which separates the entries of a list. Remove it."),
        )
    if code.endswith("*"):
        yield (
            "code_ends_in_star",
            _("A code cannot end in “*”, which stands for all that begin so. Remove it."),
        )


def entry_key(entry: str) -> tuple[str, bool]:
    """The folded code or prefix, and whether it is a prefix."""
    return fold_code(entry.removesuffix("*")), entry.endswith("*")


def covers(key: tuple[str, bool], code_key: str) -> bool:
    """Whether an entry (as `entry_key`) means the service with this code: by name or pattern.

    A pattern never reaches into somebody else's own service; whose it is, the caller knows.
    """
    start, is_pattern = key
    return code_key.startswith(start) if is_pattern else code_key == start


def is_too_long(entry: str) -> bool:
    """Whether a code or pattern is longer than any code can be."""
    return len(entry.removesuffix("*")) > CODE_LENGTH or len(fold_code(entry)) > KEY_LENGTH


class Codes:
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

    def matches(self, entry: str, provider_id: int | None) -> list[int]:
        """The active services that the entry of this provider covers.

        A pattern never reaches into somebody else's own service.
        """
        key = entry_key(entry)
        if not key[1]:
            found = self.id_of(entry)
            return [found] if found else []
        return [
            self.by_key[code][0]
            for code in self._active
            if covers(key, code) and self.by_key[code][3] in (None, provider_id)
        ]
