"""A community whose mails go to a real SMTP server on this machine."""

import socket
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller

from tests.factories.world import MONDAY, make_world
from visavis.core import clock, jobs
from visavis.core.worker import drain
from visavis.notifications import tasks

TEN = MONDAY + timedelta(hours=2)


@dataclass
class Mailroom:
    """What a mail server received. It refuses whoever is in `unknown`, and all while `is_shut`."""

    received: list[EmailMessage] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    is_shut: bool = False

    async def handle_RCPT(self, *call):  # noqa: N802  (aiosmtpd's name)
        _server, _session, envelope, address, _options = call
        if address in self.unknown:
            return "550 No such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802  (aiosmtpd's name)
        if self.is_shut:
            return "451 Try again later"
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    @property
    def subjects(self):
        return [mail["Subject"] for mail in self.received]

    def to(self, address):
        return [mail for mail in self.received if address in mail["To"]]


@pytest.fixture
def mailroom(settings):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    controller = Controller(Mailroom(), hostname="127.0.0.1", port=port)
    controller.start()
    yield controller.handler
    controller.stop()
    controller.loop.close()


@pytest.fixture(autouse=True)
def monday_morning(db, monkeypatch):
    monkeypatch.setattr(jobs.register, "periodic", {})
    with clock.frozen_at(MONDAY):
        yield


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def talia(world):
    return world.provider("Talia")


@pytest.fixture
def sam(world):
    return world.student("Sam")


@pytest.fixture
def told(mailroom):
    """Do what the worker does, and give what has arrived."""

    def tell():
        tasks.tell_events.call()
        drain()
        return mailroom.received

    return tell
