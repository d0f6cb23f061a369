"""How far one long transaction has come, told to those who stand outside of it.

What a transaction writes nobody else sees until it ends, and on SQLite nobody else may write
meanwhile. So the count does not go through tables (ADR 20): on PostgreSQL it stands in the name
of the session, which everybody with the same login can read at once; on SQLite, where all
processes are on one machine, in a small file beside the database.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection

# Told now and then: how many are done, of how many.
Tell = Callable[[int, int], None]
FOLDER = "progress"


@contextmanager
def telling(work: UUID) -> Iterator[Tell]:
    """While the block runs, what is told can be read with `told(work)` from outside.

    On PostgreSQL each word holds until the transaction ends in which it is said.
    """
    if connection.vendor == "postgresql":
        yield lambda done, whole: _name_session(f"{_sign(work)}{done}/{whole}")
        return
    path = _path_of(work)
    try:
        yield lambda done, whole: _write(path, f"{done}/{whole}")
    finally:
        path.unlink(missing_ok=True)


def told(work: UUID) -> tuple[int, int] | None:
    """(done, of how many) as last told by whoever does the work; None when nobody has yet."""
    text = _read_session(_sign(work)) if connection.vendor == "postgresql" else _read_file(work)
    done, slash, whole = text.partition("/")
    return (int(done), int(whole)) if slash else None


def _sign(work: UUID) -> str:
    # PostgreSQL keeps 63 bytes of a session's name.
    return f"work {work.hex} "


def _name_session(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('application_name', %s, true)", [name])


def _read_session(sign: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_stat_activity WHERE datname = current_database() "
            "AND starts_with(application_name, %s) ORDER BY xact_start DESC LIMIT 1",
            [sign],
        )
        row = cursor.fetchone()
    return row[0].removeprefix(sign) if row else ""


def _path_of(work: UUID) -> Path:
    return Path(settings.DATA) / FOLDER / work.hex


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Put in place whole, so that nobody reads half a number.
    new = path.with_suffix(".new")
    new.write_text(text, encoding="ascii")
    new.replace(path)


def _read_file(work: UUID) -> str:
    try:
        return _path_of(work).read_text(encoding="ascii")
    except FileNotFoundError:
        return ""
