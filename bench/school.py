"""W(P) as rows: communities, people, certifications, hours, appointments; written in bulk.

Needs Django to be set up. A person's overlapping busy times become one, because the database
refuses a second commitment at the same time; the taken ticks, and so the answers, are the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from django.db import transaction

from bench import workload
from bench.yardsticks.integers import merged
from visavis.availability.models import Location, WeeklyBlock
from visavis.bookings.enums import CommitmentPart, CommitmentStatus
from visavis.bookings.models import Appointment, Commitment
from visavis.bookings.openings import Question
from visavis.catalogue.enums import ServiceKind
from visavis.catalogue.models import AppointmentFormat, Certification, Service
from visavis.communities.models import Community
from visavis.core.history import Actor
from visavis.engine.wallclock import Weekly
from visavis.people.models import Provider, User
from visavis.setup.actions import found_community

BATCH = 2000
US = Actor(None, "make bench")
SERVICE = "All available Peer Mentoring"


@dataclass(frozen=True)
class School:
    """A community in which W(P) can be asked for."""

    community: Community
    service: Service
    format: AppointmentFormat
    location: Location
    providers: list[Provider]

    def question(self, **changes: Any) -> Question:
        """The question of W(P), asked for nobody in particular."""
        values: dict[str, Any] = {
            "community": self.community,
            "service": self.service,
            "format": self.format,
            "first": workload.FIRST,
            "days": workload.DAYS,
            "now": workload.NOW,
        }
        return Question(**{**values, **changes})


def build(
    slug: str,
    providers: int,
    *,
    distinct: bool = False,
    first: date = workload.FIRST,
    each: int = workload.BUSY,
) -> School:
    """Write a community with W(providers), from `first` on; `distinct`: hours of their own.

    `each` is how many busy times everybody has.
    """
    with transaction.atomic():
        community = found_community(
            slug=slug,
            name=slug.title(),
            preset="provider-first",
            timezone="America/New_York",
            by=US,
        )
        service = _service(community)
        people = make_people(f"{slug}-provider", providers)
        made = _bulk(Provider, (Provider(user=user, community=community) for user in people))
        school = School(
            community,
            service,
            community.formats.get(),
            Location.objects.get(community=community),
            made,
        )
        _certify(school)
        rules = (
            workload.distinct_rules(providers)
            if distinct
            else [workload.weekly_rules()] * providers
        )
        _bulk(WeeklyBlock, _blocks(made, rules))
        _give_away(school, workload.busy_times(providers, first=first, each=each))
    return read_anew(school)


def read_anew(school: School) -> School:
    """The same school by rows as they are now: nothing is kept for those read before a change."""
    service = Service.objects.select_related("community").get(pk=school.service.pk)
    return replace(school, community=service.community, service=service)


def _service(community: Community) -> Service:
    service = Service(community=community, subject=SERVICE, for_everybody=True)
    service.kind = ServiceKind.TOPIC
    service.save()
    return service


def make_people(prefix: str, count: int) -> list[User]:
    """Provisional people with an e-mail each."""
    return _bulk(User, (_user(f"{prefix}{n}@bench.test", n) for n in range(count)))


def _user(email: str, number: int) -> User:
    # Bulk writes do not call save(), which would fill the derived columns.
    name = f"Person{number:05}"
    search = f"{name.lower()} example {email}"
    return User(
        email=email,
        email_key=email,
        first_name=name,
        last_name="Example",
        search_key=search,
        password="!" + "x" * 40,
    )


def _bulk(model: Any, rows: Iterator[Any]) -> list[Any]:
    made: list[Any] = []
    while some := list(islice(rows, BATCH)):
        made += model.objects.bulk_create(some)
    return made


def _certify(school: School) -> None:
    """Half by pattern, half by the code."""
    entries = ["*", school.service.code]
    rows = []
    for number, provider in enumerate(school.providers):
        row = Certification(provider=provider, entry=entries[number % 2])
        row.derive()
        rows.append(row)
    _bulk(Certification, iter(rows))


def _blocks(providers: Sequence[Provider], rules: Sequence[list[Weekly]]) -> Iterator[WeeklyBlock]:
    for provider, rule in zip(providers, rules, strict=True):
        for block in rule:
            yield WeeklyBlock(
                provider=provider,
                weekday=block.weekday,
                start_minute=block.start_minute,
                end_minute=block.end_minute,
            )


def _give_away(school: School, busy: Sequence[workload.Busy]) -> None:
    owners = [
        (provider, _instant(start), _instant(end))
        for provider, times in zip(school.providers, busy, strict=True)
        for start, end in merged(times)
    ]
    appointments = _bulk(
        Appointment,
        (
            Appointment(
                community=school.community,
                provider=provider,
                service=school.service,
                format=school.format,
                location=school.location,
                start=start,
                end=end,
            )
            for provider, start, end in owners
        ),
    )
    _bulk(Commitment, (_commitment(school, appointment) for appointment in appointments))


def _commitment(school: School, appointment: Appointment) -> Commitment:
    return Commitment(
        person_id=appointment.provider.user_id,
        community=school.community,
        part=CommitmentPart.PROVIDER,
        start=appointment.start,
        end=appointment.end,
        status=CommitmentStatus.CONFIRMED,
        appointment=appointment,
    )


def _instant(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
