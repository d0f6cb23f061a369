"""The tables that this process keeps between questions: the last used ones, up to a bound.

Each process keeps its own and shares none; what is true is decided by versions in the database.
Threads share a table. Each part in it is replaced whole and bears the version it was read under;
who uses one looks at that version first and holds on to the part it saw (`upkeep.read_together`).
So threads at worst do the same work twice.
"""

from collections import OrderedDict
from collections.abc import Hashable, Iterable
from datetime import date
from threading import Lock
from typing import NamedTuple

from django.db import connection

from visavis.bookings.table import Table
from visavis.bookings.versions import Asked, Stamp, read_stamp
from visavis.communities.models import Community
from visavis.engine.sheets import Sheet

# Parts of people (hours, taken time, starts), each one to two kilobytes: about 100 MB at most.
BOUND = 80_000
# Formats and places as they once were stay in a table until there are this many.
SHAPES = 16
# Stamps of services, 600 bytes each.
STAMPS = 10_000
NEITHER = (None, None)


class Key(NamedTuple):
    """Whose sheet it is, laid out from which Monday on, and the how manyth."""

    community: int
    present: date
    number: int


_tables: OrderedDict[Key, Table] = OrderedDict()
_stamps: dict[tuple[Hashable, ...], tuple[Stamp | None, Stamp | None]] = {}
_lock = Lock()


def table_for(community: Community, sheet: Sheet, *, version: int) -> Table:
    """The community's table of this sheet; `version` is the community's, read just now.

    An empty one that nobody keeps where keeping could outlive a lie: inside a transaction, which
    may see rows that are never committed, and for a community row older than its version, whose
    settings would be kept as if they were of today.
    """
    fresh = Table.empty(community, sheet.window, sheet.core)
    if connection.in_atomic_block or community.version != version:
        return fresh
    key = _key(community, sheet)
    with _lock:
        table = _tables.get(key)
        if table is None or table.zone != community.timezone:
            _let_go_of_earlier(key)
            table = _tables[key] = fresh
        _tables.move_to_end(key)
    return table


def _let_go_of_earlier(key: Key) -> None:
    """No sheet of an earlier week is ever asked for again: they would only wait for the bound."""
    for other in list(_tables):
        if other.community == key.community and other.present < key.present:
            del _tables[other]


def has_any(community: Community, sheets: Iterable[Sheet]) -> bool:
    """Whether anything is kept that may serve for one of these sheets."""
    if connection.in_atomic_block:
        return False
    with _lock:
        return any(_key(community, sheet) in _tables for sheet in sheets)


def stamp_for(community: Community, asked: Asked) -> Stamp | None:
    """The stamp of these people, read before everything that it stands for; None: there are none.

    That of everybody here is read sooner: it does not ask who may give what. While it is the same
    nothing of anybody has changed, and theirs is what it was.
    """
    if asked.is_direct or connection.in_atomic_block:
        return read_stamp(asked)
    here = read_stamp(Asked.everybody(community))
    key = (community.pk, *asked.key)
    was_here, stamp = _stamps.get(key, NEITHER)
    if was_here is None or was_here != here:
        stamp = read_stamp(asked)
        with _lock:
            if len(_stamps) >= STAMPS and key not in _stamps:
                _stamps.clear()
            _stamps[key] = (here, stamp)
    return stamp


def _key(community: Community, sheet: Sheet) -> Key:
    return Key(community.pk, sheet.present, sheet.number)


def tidy() -> None:
    """Let go of the tables that were not used for longest, down to the bound.

    The last one stays, however many people there are, and its starts alone are kept below it:
    these are as many as the questions, people by services by formats.
    """
    with _lock:
        sizes = {key: _trim(table) for key, table in _tables.items()}
        held = sum(sizes.values())
        for key in list(_tables):
            if held > BOUND and len(_tables) > 1:
                held -= sizes[key]
                del _tables[key]


def _trim(table: Table) -> int:
    """How many parts of people the table holds, without its starts where these are too many."""
    starts = table.starts
    if len(table.rows) > SHAPES or starts > BOUND:
        table.forget_starts()
        starts = 0
    return len(table.hours) + len(table.taken) + starts


def forget() -> None:
    """Forget everything: the next question reads all from rows."""
    with _lock:
        _tables.clear()
        _stamps.clear()
