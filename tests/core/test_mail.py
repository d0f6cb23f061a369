"""Mail: kept whole in the queue, delivered to a real SMTP server, tried again when it is down."""

import socket
from email import message_from_bytes, policy
from email.mime.base import MIMEBase

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from django.core import mail
from django.core.mail import BadHeaderError, EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from visavis.core.mail import pack, unpack
from visavis.core.worker import drain

pytestmark = pytest.mark.django_db

PICTURE = bytes(range(256))


class Mailbox(Message):
    """What a mail server received; it refuses whoever is called nobody."""

    def __init__(self):
        super().__init__()
        self.received = []

    async def handle_RCPT(self, *call):  # noqa: N802  (aiosmtpd's name)
        _server, _session, envelope, address, _options = call
        if address.startswith("nobody"):
            return "550 No such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def handle_message(self, message):
        self.received.append(message_from_bytes(message.as_bytes(), policy=policy.default))


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def server(settings, free_port):
    settings.EMAIL_BACKEND = "visavis.core.mail.QueuedEmailBackend"
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port
    controller = Controller(Mailbox(), hostname="127.0.0.1", port=free_port)
    yield controller
    if controller.loop.is_running():
        controller.stop()
    controller.loop.close()


def letter(**fields):
    given = {"subject": "Grüße", "body": "Plain", "to": ["ann@school.test"]} | fields
    return EmailMultiAlternatives(**given)


def full_letter():
    message = letter(
        bcc=["silent@school.test"], reply_to=["desk@school.test"], headers={"X-Kind": "test"}
    )
    message.attach_alternative("<p>Rich</p>", "text/html")
    message.attach("notes.txt", "words", "text/plain")
    message.attach("dot.png", PICTURE, "image/png")
    part = MIMEBase("text", "calendar", method="REQUEST")
    part.set_payload("BEGIN:VCALENDAR")
    message.attach(part)
    return message


def test_a_queued_message_arrives_whole(server):
    server.start()
    full_letter().send()
    assert server.handler.received == []
    drain()
    [got] = server.handler.received
    assert (got["Subject"], got["To"], got["Reply-To"], got["X-Kind"], got["Bcc"]) == (
        "Grüße",
        "ann@school.test",
        "desk@school.test",
        "test",
        None,
    )
    assert got["X-RcptTo"] == "ann@school.test, silent@school.test"
    assert got.get_body(("plain",)).get_content().strip() == "Plain"
    assert got.get_body(("html",)).get_content().strip() == "<p>Rich</p>"
    text, picture, invitation = got.iter_attachments()
    assert (text.get_filename(), text.get_content().strip()) == ("notes.txt", "words")
    assert (picture.get_filename(), picture.get_content()) == ("dot.png", PICTURE)
    assert (invitation.get_content_type(), invitation.get_param("method")) == (
        "text/calendar",
        "REQUEST",
    )


def test_a_message_of_a_rolled_back_transaction_is_never_sent(server):
    server.start()
    with transaction.atomic():
        letter(subject="undone").send()
        transaction.set_rollback(True)
    letter(subject="done").send()
    drain()
    assert [got["Subject"] for got in server.handler.received] == ["done"]


def test_a_server_that_is_down_gets_the_message_later_and_once(server):
    letter().send()
    drain()
    row = DBTaskResult.objects.get()
    assert (row.status, len(row.worker_ids)) == ("READY", 1)

    server.start()
    DBTaskResult.objects.update(run_after=row.enqueued_at)
    drain()
    drain()
    assert [got["Subject"] for got in server.handler.received] == ["Grüße"]


def test_every_try_bears_the_same_message_id():
    packed = pack(letter())
    tries = [unpack(packed).message()["Message-ID"] for _ in range(2)]
    assert tries[0] == tries[1]
    assert pack(letter())["headers"]["Message-ID"] != tries[0]


def test_a_message_id_of_the_senders_own_is_kept():
    headers = pack(letter(headers={"message-id": "<own@school.test>"}))["headers"]
    assert [v for k, v in headers.items() if k.lower() == "message-id"] == ["<own@school.test>"]


def test_an_address_that_the_server_refuses_for_good_is_not_tried_again(server):
    server.start()
    letter(to=["nobody@school.test"]).send()
    drain()
    assert DBTaskResult.objects.get().status == "FAILED"


def test_a_header_that_is_two_is_refused_where_it_was_written(server):
    with pytest.raises(BadHeaderError):
        letter(subject="One\nBcc: all@school.test").send()
    assert DBTaskResult.objects.count() == 0


def test_a_message_to_nobody_is_not_queued(server):
    assert EmailMessage(subject="x", body="y", to=[]).send() == 0
    assert mail.get_connection().send_messages([letter(to=[])]) == 0
    assert DBTaskResult.objects.count() == 0
