"""The mail that a demonstration wrote to its folder instead of sending it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

MOST = 20
# Django's file backend ends each message with this line.
END = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True, slots=True)
class ShownMail:
    to: str
    subject: str
    text: str
    written_at: datetime


def read_newest(folder: Path, *, most: int = MOST) -> list[ShownMail]:
    """The newest mails of the folder, newest first; none when there is no folder yet."""
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True)
    return [mail for path in files[:most] for mail in _read(path)][:most]


def _read(path: Path) -> list[ShownMail]:
    written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    parts = [part for part in path.read_bytes().split(END) if part.strip()]
    return [_show(message_from_bytes(part, policy=default), written_at) for part in reversed(parts)]


def _show(message: EmailMessage, written_at: datetime) -> ShownMail:
    body = message.get_body(("plain",))
    text = str(body.get_content()).strip() if body else ""
    return ShownMail(str(message["To"]), str(message["Subject"]), text, written_at)
