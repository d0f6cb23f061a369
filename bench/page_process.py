"""One process that builds the school of the page, lets a student in, and books on demand."""

from datetime import timedelta
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402  (needs the set-up above)
from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.core.management import call_command  # noqa: E402
from django.urls import reverse  # noqa: E402

from bench import processes, workload  # noqa: E402
from bench.school import US, School, build, make_people  # noqa: E402
from visavis.bookings.actions import Order, book  # noqa: E402
from visavis.bookings.openings import ask  # noqa: E402
from visavis.core import clock  # noqa: E402
from visavis.people.models import User  # noqa: E402
from visavis.web.accounts.sessions import SessionStore  # noqa: E402

SHOWN_DAYS = 14


def cookie_of(user: User) -> str:
    """The cookie of somebody who has signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def build_page(providers: int) -> tuple[School, dict[str, Any]]:
    """A school whose workload begins today, and what its page is asked with."""
    call_command("migrate", verbosity=0)
    today = clock.now().astimezone(workload.NEW_YORK).date()
    school = build("page", providers, first=today)
    address = reverse(
        "student:times", args=[school.community.slug, school.format.pk, school.service.pk]
    )
    reader = make_people("reader", 1)[0]
    return school, {"path": address, "cookie": cookie_of(reader)}


def book_next(school: School, number: int) -> None:
    """Somebody else books a free time within the days that the page shows."""
    now = clock.now()
    first = (now + timedelta(days=1)).date()
    question = school.question(first=first, days=SHOWN_DAYS - 2, now=now)
    openings = ask(question)
    start = openings.starts[number % len(openings.starts)]
    provider = openings.free(start)[0]
    student = make_people(f"booker{number}-", 1)[0]
    wanted = school.question(
        first=first, days=SHOWN_DAYS - 2, now=now, provider=provider, student=student
    )
    book(Order(wanted, start, f"page-{number}"), by=US, now=now)


def main() -> None:
    """The first message says how many providers; each later one books once."""
    messages = processes.messages()
    school, page = build_page(next(messages)["providers"])
    processes.answer(page)
    for number, _message in enumerate(messages):
        book_next(school, number)
        processes.answer("booked")


if __name__ == "__main__":
    main()
