"""Columns that follow from others, and when a partial save writes them."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any


def add_derived(options: dict[str, Any], sources: Mapping[str, Collection[str]]) -> dict[str, Any]:
    """`save`'s options, with each derived column beside the source that is written.

    `sources` maps a derived column to what it follows from. Where none of that is written the
    column is not either: the object may be older than its row.
    """
    fields: Iterable[str] | None = options.get("update_fields")
    if fields is None:
        return options
    written = set(fields)
    derived = {name for name, origin in sources.items() if not written.isdisjoint(origin)}
    return {**options, "update_fields": written | derived}
