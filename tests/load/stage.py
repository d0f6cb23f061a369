"""The school before a load test, and its rows after it; a process of its own.

The first message says how many there shall be, the next asks what is left, and says how long mails
are waited for.
"""

import time

import django

django.setup()

from django.core.management import call_command  # noqa: E402  (needs the set-up above)
from django.db import transaction  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils.module_loading import autodiscover_modules  # noqa: E402

from bench import processes, workload  # noqa: E402
from bench.page_process import cookie_of  # noqa: E402
from bench.school import build, make_people  # noqa: E402
from tests.chaos.scene import doubled  # noqa: E402
from visavis.bookings.enums import OPEN  # noqa: E402
from visavis.bookings.models import Booking  # noqa: E402
from visavis.core import clock  # noqa: E402
from visavis.core.instants import write_instant  # noqa: E402
from visavis.notifications import outbox  # noqa: E402
from visavis.notifications.enums import PENDING  # noqa: E402
from visavis.notifications.models import Message  # noqa: E402


def stage(mentors: int, students: int) -> dict:
    """A school whose mentors have four weeks with twenty meetings each, and people signed in."""
    call_command("migrate", verbosity=0)
    today = clock.now().astimezone(workload.NEW_YORK).date()
    build("load", mentors, first=today)
    people = make_people("student", students)
    with transaction.atomic():
        sessions = [cookie_of(person).partition("=")[2] for person in people]
    return {"learn": reverse("student:learn", args=["load"]), "sessions": sessions}


def wait_for_mails(patience: float) -> float:
    """Seconds until the worker has handed everything over; as long as patience lasts."""
    begun = time.monotonic()
    while outbox.has_news() or Message.objects.filter(state__in=PENDING).exists():
        if time.monotonic() - begun > patience:
            break
        time.sleep(0.5)
    return time.monotonic() - begun


def finish(patience: float) -> dict:
    """What the database holds, asked of its tables and of no page."""
    waited = wait_for_mails(patience)
    rows = Booking.objects.select_related("appointment")
    messages = Message.objects.all()
    return {
        "bookings": [
            {
                "key": row.idempotency_key,
                "is_open": row.state in OPEN,
                "time": [row.appointment.provider_id, write_instant(row.appointment.start)],
            }
            for row in rows.iterator()
        ],
        "doubled": doubled(),
        "messages": messages.count(),
        "unsent": messages.filter(state__in=PENDING).count(),
        "mails_after": waited,
    }


def main() -> None:
    # What may be told of is known by whoever tells.
    autodiscover_modules("tasks")
    messages = processes.messages()
    processes.answer(stage(**next(messages)))
    for asked in messages:
        processes.answer(finish(**asked))


if __name__ == "__main__":
    main()
