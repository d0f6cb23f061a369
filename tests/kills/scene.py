"""What the processes of a kill test do beside `visavis serve`: set the scene, finish and count."""

import time
import uuid
from datetime import timedelta

from django.core.management import call_command
from django.db.models import Count
from django.test import Client
from django_tasks_db.models import DBTaskResult

from tests.factories.way import Way
from tests.factories.world import World, make_world
from visavis.bookings.models import Booking
from visavis.bookings.openings import Question, ask
from visavis.core import clock, jobs
from visavis.core.worker import StandingWorker
from visavis.notifications import delivery, outbox
from visavis.notifications.enums import PENDING
from visavis.notifications.models import Message

PAIRS = 12
DAYS = 14
PATIENCE = 180  # seconds


def stage() -> dict:
    """A database with people and hours; wishes that do not stand in each other's way."""
    call_command("migrate", verbosity=0)
    world = make_world()
    return {"wishes": [wish for n in range(PAIRS) for wish in _wishes(world, n)]}


def _wishes(world: World, number: int) -> list[dict]:
    """Every time of one mentor, each wanted by the same student."""
    provider, student = world.provider(f"Mentor{number}"), world.student(f"Student{number}")
    client = Client()
    client.force_login(student)
    now = clock.now()
    question = Question(
        community=world.community,
        service=world.service,
        format=world.format,
        first=(now + timedelta(days=2)).astimezone(world.community.zone).date(),
        days=DAYS,
        now=now,
        student=student,
        provider=provider,
    )
    way = Way(world, provider)
    return [_wish(way, slot.start, client) for slot in ask(question).slots()]


def _wish(way: Way, start, client: Client) -> dict:
    key = str(uuid.uuid4())
    way.start = start
    return {
        "path": way.bookings,
        "form": way.confirmation(key),
        "key": key,
        "session": client.cookies["sessionid"].value,
    }


def finish() -> dict:
    """Let the time pass that gives the jobs of the dead back, do what is left, and count."""
    do_what_is_left()
    bookings = Booking.objects.annotate(told=Count("messages"))
    return {
        "bookings": [{"key": row.idempotency_key, "messages": row.told} for row in bookings],
        "messages": list(Message.objects.values("address", "subject", "state")),
    }


def do_what_is_left() -> None:
    """What the workers would do once the leases of the dead have run out."""
    standing = StandingWorker()
    until = time.monotonic() + PATIENCE
    while outbox.has_news() or Message.objects.filter(state__in=PENDING).exists():
        if time.monotonic() > until:
            break
        jobs.reap_all(now=clock.now())
        DBTaskResult.objects.filter(status="READY").update(run_after=clock.now())
        outbox.tell_all(now=clock.now())
        delivery.send_off_stranded()
        while standing.step():
            pass
