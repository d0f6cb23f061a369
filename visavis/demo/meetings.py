"""Meetings of the demo, past and coming, booked as students book: by the action, with its rules."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle

from visavis.bookings.actions import Order, book, cancel
from visavis.bookings.answers import GivenAnswer, questions_of
from visavis.bookings.errors import Refused
from visavis.bookings.models import Booking
from visavis.bookings.openings import Question, ask
from visavis.catalogue.enums import QuestionKind
from visavis.catalogue.models import AppointmentFormat, Enrollment, Service
from visavis.catalogue.queries import get_format, get_service
from visavis.communities.models import Community
from visavis.core.clock import frozen_at
from visavis.core.history import Actor
from visavis.demo.communities import ON_REQUEST
from visavis.demo.people import STUDENT
from visavis.people.models import User
from visavis.people.queries import get_user

LOOK_AHEAD_DAYS = 6
MEETINGS_A_COMMUNITY = 18
SUBJECTS = (
    "Finding a study group",
    "Planning for midterms",
    "Choosing a minor",
    "Last week's homework",
    "Chapter 4",
    "Talking to a professor",
    "First draft, introduction",
)


@dataclass(frozen=True)
class Wish:
    """A student wants a service some days from now; `pick` chooses among the times there are.

    In the community's first format unless another is named.
    """

    student: User
    service: Service
    days: int
    pick: int = 0
    format: str = ""


def book_meetings(communities: Sequence[Community], *, now: datetime) -> None:
    """Book what students of each community wish for, Jordan's first; `now` is aware."""
    mentoring, tutoring = communities
    jordan = get_user(STUDENT)
    talia = get_service(mentoring, "Peer Mentoring with Talia K")
    everybody = get_service(mentoring, "All available Peer Mentoring")
    statistics = get_service(tutoring, "PSYC2317")
    for wish in (
        Wish(jordan, talia, -15, 3),
        Wish(jordan, talia, -8, 1),
        Wish(jordan, talia, 2, 2),
        Wish(jordan, statistics, -6, 2),
        Wish(jordan, statistics, 4, 1),
    ):
        grant(wish, now=now)
    _change_of_mind(Wish(jordan, everybody, -5, 9), now=now)
    for community in communities:
        for wish in _wishes(community):
            grant(wish, now=now)
    _ask_for_reviews(mentoring, now=now)


def _ask_for_reviews(mentoring: Community, *, now: datetime) -> None:
    """Requests that wait for their mentors' answers: Jordan's, and two that Talia finds."""
    talia = get_service(mentoring, "Peer Mentoring with Talia K")
    samuel = get_service(mentoring, "Peer Mentoring with Samuel O")
    others = Enrollment.objects.filter(service=talia).exclude(user__email=STUDENT)
    first, second = [entry.user for entry in others.select_related("user").order_by("id")[:2]]
    jordan = get_user(STUDENT)
    for wish in (
        Wish(first, talia, 5, 1, ON_REQUEST),
        Wish(second, talia, 7, 6, ON_REQUEST),
        Wish(jordan, samuel, 8, 2, ON_REQUEST),
    ):
        grant(wish, now=now)


def _wishes(community: Community) -> Iterator[Wish]:
    """Wishes of students with the service on their list, spread over two weeks back and ahead."""
    lists = Enrollment.objects.filter(service__community=community)
    lists = lists.exclude(user__email=STUDENT).select_related("user", "service__community")
    wanted = lists.order_by("id")[: 3 * MEETINGS_A_COMMUNITY : 3]
    spread = cycle((1, -13, 3, -9, 6, 2, -4, 8, 10, -11))
    for number, (entry, days) in enumerate(zip(wanted, spread, strict=False)):
        yield Wish(entry.user, entry.service, days, number * 5)


def grant(wish: Wish, *, now: datetime) -> Booking | None:
    """Book the wish at one of the times on offer, if there are any.

    What lies behind is booked with the clock set back to the day before.
    """
    then = now + timedelta(days=wish.days - 1) if wish.days < 0 else now
    with frozen_at(then), suppress(Refused):
        question = _question(wish, then, now)
        found = list(ask(question).slots())
        if wish.days < 0:
            found = [slot for slot in found if slot.end < now]
        if not found:
            return None
        slot = found[wish.pick % len(found)]
        provider = slot.providers[wish.pick % len(slot.providers)]
        order = Order(
            _question(wish, then, now, provider=provider),
            slot.start,
            f"demo {wish.student.pk} {wish.service.pk} {slot.start:%Y%m%d%H%M}",
            _answers(question.format, wish.pick),
        )
        return book(order, by=_as_actor(wish.student), now=then)
    return None


def _question(wish: Wish, then: datetime, now: datetime, **more: object) -> Question:
    community = wish.service.community
    return Question(
        community=community,
        service=wish.service,
        format=get_format(community, wish.format or None),
        first=(now + timedelta(days=wish.days)).astimezone(community.zone).date(),
        days=LOOK_AHEAD_DAYS,
        now=then,
        student=wish.student,
        **more,  # type: ignore[arg-type]
    )


def _change_of_mind(wish: Wish, *, now: datetime) -> None:
    """A meeting that was booked and cancelled the same day."""
    booking = grant(wish, now=now)
    if booking is None:
        return
    later = booking.created_at + timedelta(hours=1)
    if later < booking.appointment.start:
        with frozen_at(later):
            cancel(booking, by=_as_actor(wish.student), reason="A class was moved.", now=later)


def _answers(format_: AppointmentFormat, pick: int) -> list[GivenAnswer]:
    return [
        GivenAnswer(question, question.choices[:2])
        if question.kind == QuestionKind.SEVERAL_CHOICES
        else GivenAnswer(question, SUBJECTS[pick % len(SUBJECTS)])
        for question in questions_of(format_)
        if question.kind != QuestionKind.LONG_TEXT
    ]


def _as_actor(person: User) -> Actor:
    return Actor(person.pk, str(person))
