"""Mail: queued with the change it tells of, delivered by the worker.

`QueuedEmailBackend` is what Django's mail functions send through. It writes each message as a job
into the caller's transaction; the job delivers it through settings.DELIVERY_EMAIL_BACKEND.
"""

import base64
import smtplib
from collections.abc import Sequence
from datetime import timedelta
from email import message_from_bytes
from email.mime.base import MIMEBase
from email.policy import Policy as Format
from email.policy import compat32
from email.utils import format_datetime
from typing import Any

from django.conf import settings
from django.core.mail import DNS_NAME, EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import make_msgid
from django.db import transaction

from visavis.core import clock
from visavis.core.jobs import GiveUp, Policy, job

PERMANENT = 500  # SMTP replies from here on mean: do not try again

# Ten tries over about four hours: longer than a mail server's restart, shorter than a meeting is
# away.
UNTIL_DELIVERED = Policy(
    attempts=10,
    first_delay=timedelta(seconds=10),
    longest_delay=timedelta(hours=1),
    lease=timedelta(minutes=3),
)


class QueuedEmailBackend(BaseEmailBackend):
    """Stores messages instead of sending them. All of them or, rolled back, none."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue the messages; raises as Django does for a header that cannot be one."""
        wanted = [message for message in email_messages if message.recipients()]
        with transaction.atomic():
            for message in wanted:
                deliver.enqueue(pack(message))
        return len(wanted)


@job(UNTIL_DELIVERED, priority=10)
def deliver(packed: dict[str, Any]) -> None:
    """Hand one message to the mail server. Twice bears the same Message-ID, so readers see one."""
    deliver_now(unpack(packed))


def deliver_now(message: EmailMessage) -> None:
    """Hand a message to the mail server without queueing it: for use inside a job only.

    Raises GiveUp when the server refuses every address for good, else whatever went wrong.
    """
    message.connection = get_connection(settings.DELIVERY_EMAIL_BACKEND)
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        if all(code >= PERMANENT for code, _ in error.recipients.values()):
            raise GiveUp(f"The mail server refuses the address: {error}") from error
        raise


def pack(message: EmailMessage) -> dict[str, Any]:
    """The message as JSON, with the identity and date that it will keep through every try."""
    message.message()  # raises BadHeaderError here, where the sender can see it
    return {
        "subject": str(message.subject),
        "body": str(message.body),
        "from_email": message.from_email,
        "to": list(message.to),
        "cc": list(message.cc),
        "bcc": list(message.bcc),
        "reply_to": list(message.reply_to),
        "headers": _headers(message),
        "subtype": message.content_subtype,
        "alternatives": [
            [str(content), kind] for content, kind in getattr(message, "alternatives", [])
        ],
        "attachments": [_pack_attachment(one) for one in message.attachments],
    }


def unpack(packed: dict[str, Any]) -> EmailMultiAlternatives:
    """The message that `pack` was given."""
    message = EmailMultiAlternatives(
        subject=packed["subject"],
        body=packed["body"],
        from_email=packed["from_email"],
        to=packed["to"],
        cc=packed["cc"],
        bcc=packed["bcc"],
        reply_to=packed["reply_to"],
        headers=packed["headers"],
        alternatives=[tuple(one) for one in packed["alternatives"]],
    )
    message.content_subtype = packed["subtype"]
    for one in packed["attachments"]:
        _attach(message, one)
    return message


def _headers(message: EmailMessage) -> dict[str, str]:
    given = {name: str(value) for name, value in message.extra_headers.items()}
    identity = {"Message-ID": make_msgid(domain=DNS_NAME), "Date": format_datetime(clock.now())}
    names = {name.lower() for name in given}
    return {name: value for name, value in identity.items() if name.lower() not in names} | given


def _pack_attachment(one: Any) -> dict[str, Any]:
    if isinstance(one, MIMEBase):
        return {"mime": _to_text(one.as_bytes())}
    name, content, kind = one
    is_text = isinstance(content, str)
    return {
        "name": name,
        "kind": kind,
        "text": content if is_text else None,
        "bytes": None if is_text else _to_text(bytes(content)),
    }


def _attach(message: EmailMessage, one: dict[str, Any]) -> None:
    if "mime" in one:
        message.attach(message_from_bytes(_to_bytes(one["mime"]), _class=MIMEPart))
    elif one["text"] is not None:
        message.attach(one["name"], one["text"], one["kind"])
    else:
        message.attach(one["name"], _to_bytes(one["bytes"]), one["kind"])


class MIMEPart(MIMEBase):
    """A part read back from its bytes: MIMEBase, which Django asks for, wants a type to begin."""

    def __init__(self, policy: Format = compat32) -> None:
        super().__init__("application", "octet-stream", policy=policy)
        del self["Content-Type"], self["MIME-Version"]


def _to_text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _to_bytes(text: str) -> bytes:
    return base64.b64decode(text)
