"""History: one row for each change, written in the change's own transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from visavis.core.inserting import insert, insert_unnamed
from visavis.core.models import HistoryEntry


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a person by id and label, or the system by label alone."""

    id: int | None
    label: str


SYSTEM = Actor(None, "Visavis")


def record(
    actor: Actor,
    verb: str,
    subject: Any,
    *,
    community_id: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> HistoryEntry:
    """Write that `actor` did `verb` to `subject`, a saved row. Call it inside the transaction."""
    written = entry(
        actor,
        verb,
        subject,
        community_id=community_id,
        before=before,
        after=after,
        reason=reason,
    )
    insert(written)
    return written


def record_all(entries: Iterable[HistoryEntry]) -> None:
    """Write many at once: what one action did to many rows."""
    insert_unnamed(*entries)


def entry(
    actor: Actor,
    verb: str,
    subject: Any,
    *,
    community_id: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> HistoryEntry:
    """What `record` writes, not yet written."""
    return HistoryEntry(
        actor_id=actor.id,
        actor_label=actor.label[:254],
        community_id=community_id,
        verb=verb,
        subject_type=subject._meta.model_name,
        subject_id=str(subject.pk),
        subject_label=str(subject)[:254],
        before=dict(before or {}),
        after=dict(after or {}),
        reason=reason,
    )


def differing(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of two sets of values with the same names, only what differs."""
    changed = [name for name in after if before[name] != after[name]]
    return {name: before[name] for name in changed}, {name: after[name] for name in changed}
