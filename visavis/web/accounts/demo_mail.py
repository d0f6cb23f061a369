"""The mail that a demonstration wrote to its folder instead of sending it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

# Django's file backend ends each message with this line.
END = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True, slots=True)
class ShownMail:
    to: str
    subject: str
    text: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Raw:
    """A mail as it lies in its file: there may be thousands, and only a page of them is read."""

    content: bytes
    written_at: datetime


def find_newest(folder: Path) -> list[Raw]:
    """The mails of the folder, newest first; none when there is no folder yet."""
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True)
    return [mail for path in files for mail in _split(path)]


def _split(path: Path) -> list[Raw]:
    written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    parts = [part for part in path.read_bytes().split(END) if part.strip()]
    return [Raw(part, written_at) for part in reversed(parts)]


def show_mail(raw: Raw) -> ShownMail:
    """The mail in words."""
    message = message_from_bytes(raw.content, policy=default)
    body = message.get_body(("plain",))
    text = str(body.get_content()).strip() if body else ""
    return ShownMail(str(message["To"]), str(message["Subject"]), text, raw.written_at)
