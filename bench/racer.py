"""One process of a race: its clients make ready, wait for the gun, and book in turn."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle
from threading import Barrier
from time import monotonic
from typing import Any
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visavis.config.settings")
django.setup()

from django.db import DatabaseError  # noqa: E402  (needs the set-up above)

from bench import bare, processes, workload  # noqa: E402
from bench.bookings import CLIENTS, PROCESSES  # noqa: E402
from bench.school import US  # noqa: E402
from visavis.bookings.actions import Order, book  # noqa: E402
from visavis.bookings.enums import BookingState, CommitmentPart, CommitmentStatus  # noqa: E402
from visavis.bookings.models import Appointment, Booking, Commitment  # noqa: E402
from visavis.bookings.openings import Question  # noqa: E402
from visavis.catalogue.models import AppointmentFormat, Service  # noqa: E402
from visavis.communities.models import Community  # noqa: E402
from visavis.core.errors import VisavisError  # noqa: E402
from visavis.people.models import Provider, User  # noqa: E402

Step = Callable[[], Any]


def booked(wish: dict[str, Any]) -> list[Step]:
    """A `book()` for each start of the wish, everything it is told of read beforehand."""
    community = Community.objects.get(pk=wish["community"])
    question = Question(
        community=community,
        service=Service.objects.get(pk=wish["service"]),
        format=AppointmentFormat.objects.get(pk=wish["format"]),
        first=workload.FIRST,
        days=1,
        now=workload.NOW,
        provider=Provider.objects.select_related("user").get(pk=wish["provider"]),
    )
    starts, students = _starts(wish), User.objects.in_bulk(wish["students"])
    orders = [
        Order(replace(question, student=students[student]), start, str(uuid4()))
        for start, student in zip(starts, wish["students"][: len(starts)], strict=True)
    ]
    return [lambda order=order: book(order, by=US, now=workload.NOW) for order in orders]  # type: ignore[misc]


def written(wish: dict[str, Any]) -> list[Step]:
    """A bare transaction for each start of the wish."""
    provider = Provider.objects.get(pk=wish["provider"])
    students = cycle(wish["students"])
    rows = [_rows(wish, provider, next(students), start) for start in _starts(wish)]
    return [
        lambda three=three: bare.transact(*three, person=provider.user_id)  # type: ignore[misc]
        for three in rows
    ]


def _starts(wish: dict[str, Any]) -> list[datetime]:
    return list(map(datetime.fromisoformat, wish["starts"]))


def _rows(
    wish: dict[str, Any], provider: Provider, student: int, start: datetime
) -> tuple[Appointment, Booking, Commitment]:
    span = {"start": start, "end": start + timedelta(minutes=workload.MEETING_MINUTES)}
    appointment = Appointment(
        community_id=wish["community"],
        provider=provider,
        service_id=wish["service"],
        format_id=wish["format"],
        location_id=wish["location"],
        **span,
    )
    booking = Booking(
        student_id=student, state=BookingState.CONFIRMED, idempotency_key=str(uuid4())
    )
    commitment = Commitment(
        person_id=provider.user_id,
        community_id=wish["community"],
        part=CommitmentPart.PROVIDER,
        status=CommitmentStatus.CONFIRMED,
        **span,
    )
    return appointment, booking, commitment


WAYS = {"book": booked, "bare": written}


def client(wish: dict[str, Any], ready: Barrier, gun: Barrier) -> dict[str, Any]:
    """Carry out a wish; what each step took, when it began and ended, and how steps ended.

    Its thread keeps its connection, as those that serve do.
    """
    try:
        steps = WAYS[wish["way"]](wish)
        ready.wait()
        gun.wait()
        began = at = monotonic()
        took, ends = [], []
        for step in steps:
            ends.append(_outcome(step))
            took.append(monotonic() - at)
            at = monotonic()
    except BaseException:
        # Whoever waits for all would wait for ever.
        ready.abort()
        gun.abort()
        raise
    else:
        return {"began": began, "ended": at, "took": took, "ends": ends}


def _outcome(step: Step) -> str:
    try:
        step()
    except VisavisError as refusal:
        return str(refusal.code)
    except DatabaseError as error:
        return f"error: {type(error).__name__}"
    return "done"


def race(
    wishes: list[dict[str, Any]], messages: Any, threads: ThreadPoolExecutor
) -> list[dict[str, Any]]:
    """All wishes at once, a thread each: say "ready", and begin at the next message."""
    ready, gun = Barrier(len(wishes) + 1), Barrier(len(wishes) + 1)
    results = [threads.submit(client, wish, ready, gun) for wish in wishes]
    ready.wait()
    processes.answer("ready")
    next(messages)
    gun.wait()
    return [result.result() for result in results]


def main() -> None:
    messages = processes.messages()
    # No more threads than clients: each is to have booked before.
    with ThreadPoolExecutor(CLIENTS // PROCESSES) as threads:
        for wishes in messages:
            processes.answer(race(wishes, messages, threads) if wishes else [])


if __name__ == "__main__":
    main()
