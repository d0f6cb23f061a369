"""What is there before a run, and what is there after it, told by the rows themselves."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.core.management import call_command
from django.db.models import Count, Q
from django.test import Client
from django_tasks_db.models import DBTaskResult

from tests.factories.way import Way
from tests.factories.world import TESTER, World, make_world
from tests.kills.scene import do_what_is_left
from visavis.availability.actions import add_weekly_block
from visavis.availability.models import Location
from visavis.bookings.actions import Order, book
from visavis.bookings.enums import ACTIVE, OPEN
from visavis.bookings.models import Booking, BookingEvent, Commitment
from visavis.bookings.openings import Question, ask
from visavis.catalogue.models import Service
from visavis.communities.models import Community
from visavis.core import clock
from visavis.core.instants import write_instant
from visavis.notifications.enums import Audience, Kind
from visavis.notifications.models import FailedTelling, Message
from visavis.people.models import Provider, User

MENTORS, DAYS = 8, 7
MENTORS_TIMES = 5 * 16  # half-hours from nine to five on its weekdays
REMINDED = 20
# A reminder a day before that comes less than twelve hours late is sent.
DUE = timedelta(hours=14)
OF_TOMORROW = "tomorrow "
REMINDERS = Q(messages__kind=Kind.REMINDER)
SAME_FOR_ALL = ("format", "service", "place")


def stage(students: int) -> dict:
    """Mentors with a week of times, students who are signed in, meetings to be reminded of."""
    call_command("migrate", verbosity=0)
    world = make_world()
    # The supervisor says when reminders begin: when hosts begin to fail.
    Community.objects.update(reminder_hours=[])
    _have_meetings_of_tomorrow(world)
    mentors = [world.provider(f"Mentor{number}") for number in range(MENTORS)]
    first = (clock.now() + timedelta(days=3)).astimezone(world.community.zone).date()
    way = Way(world, mentors[0])
    return {
        "path": way.bookings,
        "form": {name: way.confirmation()[name] for name in SAME_FOR_ALL},
        "first": str(first),
        "times": [[m.pk, start] for m in mentors for start in _free(world, m, first)],
        "sessions": [_sign_in(world.student(f"Student{n}")) for n in range(students)],
    }


def _sign_in(student: User) -> str:
    client = Client()
    client.force_login(student)
    return client.cookies["sessionid"].value


def _question(world: World, provider: Provider, now: datetime, first: date) -> Question:
    return Question(
        community=world.community,
        service=world.service,
        format=world.format,
        first=first,
        days=DAYS,
        now=now,
        provider=provider,
    )


def _free(world: World, provider: Provider, first: date) -> list[str]:
    question = _question(world, provider, clock.now(), first)
    return [write_instant(start) for start in ask(question).starts]


def _have_meetings_of_tomorrow(world: World) -> None:
    """Booked some days ago, and so near by now that reminders are due."""
    provider, student = world.provider("Reminded", hours=False), world.student("Forgetful")
    for weekday in range(7):
        add_weekly_block(provider, weekday=weekday, start_minute=0, end_minute=24 * 60, by=TESTER)
    now = clock.now()
    booked_at = now - timedelta(days=3)
    first = now.astimezone(world.community.zone).date()
    question = replace(_question(world, provider, booked_at, first), student=student)
    near = [start for start in ask(question).starts if now + DUE < start < now + timedelta(days=1)]
    for start in near[:REMINDED]:
        book(Order(question, start, f"{OF_TOMORROW}{start}"), by=TESTER, now=booked_at)


def finish(first: str) -> dict:
    """Let what is left be done, and say what there is."""
    do_what_is_left()
    bookings = Booking.objects.select_related("appointment").annotate(
        told=Count("messages", filter=Q(messages__audience=Audience.STUDENT) & ~REMINDERS),
    )
    happened = Counter(BookingEvent.objects.values_list("booking_id", flat=True))
    messages = Message.objects.all()
    return {
        "bookings": [
            {
                "key": row.idempotency_key,
                "is_open": row.state in OPEN,
                "time": [row.appointment.provider_id, write_instant(row.appointment.start)],
                "happened": happened[row.pk],
                "told": row.told,
            }
            for row in bookings
        ],
        "doubled": doubled(),
        "not_free_again": _not_free_again(date.fromisoformat(first)),
        "messages": list(messages.values("address", "subject", "state")),
        "reminders": messages.filter(kind=Kind.REMINDER).count(),
        "reminders_wanted": 2
        * Booking.objects.filter(idempotency_key__startswith=OF_TOMORROW).count(),
        "jobs": DBTaskResult.objects.count(),
        "jobs_taken_over": sum(
            len(workers) > 1
            for workers in DBTaskResult.objects.values_list("worker_ids", flat=True)
        ),
        "jobs_not_done": DBTaskResult.objects.exclude(status="SUCCESSFUL")
        .filter(run_after__lte=clock.now())
        .count(),
        "failed_tellings": FailedTelling.objects.count(),
    }


def doubled() -> int:
    """Pairs of times of one person that overlap; found without the guard that forbids them."""
    taken = Commitment.objects.filter(status__in=ACTIVE).order_by("person", "start", "end")
    rows = list(taken.values_list("person_id", "start", "end"))
    return sum(one[0] == next_[0] and next_[1] < one[2] for one, next_ in pairwise(rows))


def _not_free_again(first: date) -> int:
    """Times of the mentors that nobody has and that nobody is offered."""
    community = Community.objects.get()
    format_ = community.formats.get()
    world = World(community, Service.objects.get(), format_, Location.objects.get())
    lost = 0
    for mentor in Provider.objects.exclude(user__first_name="Reminded"):
        untouched = _question(world, mentor, clock.now(), first)
        taken = set(
            Commitment.objects.filter(person=mentor.user_id, status__in=ACTIVE).values_list(
                "start", flat=True
            )
        )
        lost += MENTORS_TIMES - len(taken | set(ask(untouched).starts))
    return lost
