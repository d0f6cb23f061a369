"""Which documents are printed, and by what."""

from collections.abc import Callable
from pathlib import Path

from tests.printed.hostile import hostile
from tests.printed.roles import roles

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS: dict[str, Callable[[], str]] = {
    "docs/roles.md": roles,
    "docs/security-tests.md": hostile,
}
