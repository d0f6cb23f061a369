"""A community as large as a whole university, written in bulk."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

from tests.factories.cast import Place
from tests.factories.way import TEN
from visavis.availability.models import Location, WeeklyBlock
from visavis.bookings.models import Appointment, Booking, WaitlistEntry
from visavis.catalogue.models import Certification, Enrollment, Service
from visavis.notifications.enums import Audience, Kind, MessageState
from visavis.notifications.models import Message
from visavis.people.enums import Role
from visavis.people.models import Membership, Pause, Provider, User

AT_ONCE = 2000


def make_many(place: Place, count: int) -> None:
    """`count` of each thing that a list of the community can hold."""
    students = make_students(place, count)
    make_catalogue(place, count, students)
    make_people(place, count)
    make_meetings(place, count, students)


def make_students(place: Place, count: int) -> list[User]:
    students = _people("student", count)
    Membership.objects.bulk_create(
        (
            Membership(
                user=one,
                community=place.community,
                role=Role.STUDENT,
                student_id=f"S{number}",
                attributes={"Major": f"Major {number % 40}"},
            )
            for number, one in enumerate(students)
        ),
        batch_size=AT_ONCE,
    )
    return students


def make_catalogue(place: Place, count: int, students: list[User]) -> None:
    services = [
        Service(community=place.community, subject="BIOL", number=str(n)) for n in range(count)
    ]
    for service in services:
        service.derive()
    made = Service.objects.bulk_create(services, batch_size=AT_ONCE)
    Enrollment.objects.bulk_create(
        (Enrollment(user=user, service=s) for user, s in zip(students, made, strict=True)),
        batch_size=AT_ONCE,
    )
    places = [Location(community=place.community, name=f"Room {n}") for n in range(count)]
    for one in places:
        one.derive()
    Location.objects.bulk_create(places, batch_size=AT_ONCE)


def make_people(place: Place, count: int) -> None:
    people = Provider.objects.bulk_create(
        (Provider(user=one, community=place.community) for one in _people("mentor", count)),
        batch_size=AT_ONCE,
    )
    entries = [
        Certification(provider=one, entry=f"BIOL {number}") for number, one in enumerate(people)
    ]
    for entry in entries:
        entry.derive()
    Certification.objects.bulk_create(entries, batch_size=AT_ONCE)
    WeeklyBlock.objects.bulk_create(
        (
            WeeklyBlock(provider=one, weekday=n % 5, start_minute=540, end_minute=720)
            for n, one in enumerate(people)
        ),
        batch_size=AT_ONCE,
    )


def make_meetings(place: Place, count: int, students: list[User]) -> None:
    """Half of them coming, some missed, some requests; a mail and a wish of each student."""
    world = place.world
    half = timedelta(minutes=30)
    meetings = Appointment.objects.bulk_create(
        (
            Appointment(
                community=place.community,
                provider=place.provider,
                service=world.service,
                format=world.format,
                location=world.location,
                start=TEN + (n - count // 2) * half,
                end=TEN + (n - count // 2 + 1) * half,
            )
            for n in range(count)
        ),
        batch_size=AT_ONCE,
    )
    states = ("confirmed", "no_show", "requested", "cancelled", "attended")
    Booking.objects.bulk_create(
        (
            Booking(
                appointment=meeting,
                student=student,
                state=states[n % len(states)],
                idempotency_key=f"many-{n}",
            )
            for n, (meeting, student) in enumerate(zip(meetings, students, strict=True))
        ),
        batch_size=AT_ONCE,
    )
    Message.objects.bulk_create(_mails(place, students), batch_size=AT_ONCE)
    WaitlistEntry.objects.bulk_create(_wishes(place, students), batch_size=AT_ONCE)
    Pause.objects.bulk_create(
        (Pause(user=one, community=place.community) for one in students), batch_size=AT_ONCE
    )


def _people(kind: str, count: int) -> list[User]:
    users = [
        User(
            email=f"{kind}{number}@uni.test",
            email_key=f"{kind}{number}@uni.test",
            first_name=f"First{number}",
            last_name=f"Last{number}",
            search_key=f"first{number} last{number} {kind}{number}@uni.test",
        )
        for number in range(count)
    ]
    return User.objects.bulk_create(users, batch_size=AT_ONCE)


def _mails(place: Place, students: list[User]) -> Iterator[Message]:
    for one in students:
        yield Message(
            key=f"many-{one.pk}",
            community=place.community,
            recipient=one,
            address=one.email,
            audience=Audience.STUDENT,
            kind=Kind.CONFIRMED,
            subject="Peer Mentoring",
            state=MessageState.GIVEN_UP,
            last_error="550 No such person here",
        )


def _wishes(place: Place, students: list[User]) -> Iterator[WaitlistEntry]:
    told = WaitlistEntry.objects.get(pk=place.waiting.pk)
    columns = {
        field.attname: getattr(told, field.attname)
        for field in WaitlistEntry._meta.concrete_fields
        if field.name not in ("id", "public_id", "student")
    }
    for one in students:
        yield WaitlistEntry(**columns, student=one, public_id=uuid.uuid4())
