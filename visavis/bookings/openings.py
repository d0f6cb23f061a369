"""The only bridge to the engine, which knows when whom can be met where, and why not.

The calendar page, the command line, the final `book()` and every explanation ask here, so they
cannot disagree. Instants are aware UTC; dates are local dates of the community's zone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from django.core.exceptions import ObjectDoesNotExist

from visavis.availability.models import Location
from visavis.availability.queries import locations_of
from visavis.bookings.errors import Refused
from visavis.bookings.facts import Facts, Scope
from visavis.catalogue.models import AppointmentFormat, Certification, Service
from visavis.catalogue.queries import certified_providers, coverage, is_certified
from visavis.communities.models import Community
from visavis.core.errors import NotFound
from visavis.engine.explain import explain as engine_explain
from visavis.engine.masks import TICK, ticks
from visavis.engine.search import Openings as EngineOpenings
from visavis.engine.search import search
from visavis.engine.world import Reason, Refusal
from visavis.people.models import Provider, User

DAY = timedelta(days=1)
# Dates are reckoned some days to each side of a start, and Python's calendar ends.
FIRST_START = datetime(1900, 1, 1, tzinfo=UTC)
LAST_START = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Question:
    """A wish for a service in a format, on `days` days from `first`; student None: anybody's.

    With one `provider` or one `location`, or with any. `now` is an aware instant.
    """

    community: Community
    service: Service
    format: AppointmentFormat
    first: date
    days: int
    now: datetime
    student: User | None = None
    provider: Provider | None = None
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A start that is offered, with the providers who are free then and the seats together."""

    start: datetime
    end: datetime
    providers: tuple[Provider, ...]
    seats_left: int


@dataclass(frozen=True)
class Openings:
    """The answer to a question; nothing is read from the database after it was made."""

    question: Question
    facts: Facts
    found: EngineOpenings
    people: dict[int, Provider]
    places_by_id: dict[int, Location]

    @cached_property
    def starts(self) -> list[datetime]:
        """Every start that is offered, in order."""
        return [self.facts.window.instant(tick) for tick in ticks(self.found.starts)]

    @property
    def length(self) -> timedelta:
        """How long the meeting lasts."""
        return timedelta(minutes=self.question.format.minutes)

    def slots(self) -> Iterator[Slot]:
        """Every start with who is free then."""
        for tick in ticks(self.found.starts):
            yield self._slot(tick)

    def slot(self, start: datetime) -> Slot | None:
        """What is offered at this start, if anything is."""
        return self._slot(self.facts.window.tick(start)) if self.has(start) else None

    def has(self, start: datetime) -> bool:
        """Whether this start is offered."""
        window = self.facts.window
        if start < window.start or (start - window.start) % TICK:
            return False
        return bool(self.found.starts >> window.tick(start) & 1)

    def free(self, start: datetime) -> list[Provider]:
        """Who is free at this start."""
        slot = self.slot(start)
        return list(slot.providers) if slot else []

    def places(self, provider: Provider, start: datetime) -> list[Location]:
        """Where this provider can be met at this start."""
        if not self.has(start):
            return []
        tick = self.facts.window.tick(start)
        return [self.places_by_id[pk] for pk in self.found.places(provider.pk, tick)]

    def nearest(self, start: datetime, count: int = 5) -> list[Slot]:
        """The offered starts nearest to this one, in order of time."""
        near = sorted(self.starts, key=lambda offered: abs(offered - start))[:count]
        return [self._slot(self.facts.window.tick(offered)) for offered in sorted(near)]

    def _slot(self, tick: int) -> Slot:
        free = self.found.free(tick)
        capacity = self.question.format.capacity
        seats = [self.found.seats(pk, tick) for pk in free]
        start = self.facts.window.instant(tick)
        return Slot(
            start=start,
            end=start + self.length,
            providers=tuple(self.people[pk] for pk in free),
            seats_left=sum(capacity if left is None else left for left in seats),
        )


def ask(question: Question) -> Openings:
    """Answer the question: the definition of PRODUCT.md, "What may be offered"."""
    providers = _providers(question)
    places = _places(question)
    facts = _facts(question, providers, places)
    found = search(
        facts.frame,
        facts.meeting,
        facts.providers(question.service, standing=_standing(question, providers)),
        facts.places,
        facts.student(question.service),
    )
    return Openings(
        question, facts, found, {p.pk: p for p in providers}, {place.pk: place for place in places}
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands against one start with one provider at one place; nothing means: offered."""

    provider: Provider
    location: Location
    refusals: tuple[Refusal, ...]


def explain(question: Question, start: datetime) -> list[Verdict]:
    """Why `start` is, or is not, offered: one verdict a provider and place, in rule order.

    The question's days must hold the start. Asks the same rules as `ask`.
    """
    providers, places = _providers(question), _places(question)
    facts = _facts(question, providers, places)
    world = facts.providers(question.service, standing=_standing(question, providers))
    student = facts.student(question.service)
    return [
        Verdict(
            provider,
            place,
            engine_explain(facts.frame, facts.meeting, theirs, here, student, start),
        )
        for provider, theirs in zip(providers, world, strict=True)
        for place, here in zip(places, facts.places, strict=True)
    ]


def next_starts(
    community: Community,
    *,
    services: Sequence[Service],
    format_: AppointmentFormat,
    student: User | None,
    now: datetime,
    days: int | None = None,
) -> dict[int, datetime]:
    """The next offered start of each service that has one, by service id.

    One set of reads for all services. `days` is how far to look; without it, to the horizon.
    Whether a service is on the student's list is not asked here.
    """
    first = now.astimezone(community.zone).date()
    days = days or 7 * community.weeks_ahead + 1
    certifications = list(
        Certification.objects.filter(
            provider__community=community, provider__retired_at=None
        ).select_related("provider__user")
    )
    covered = coverage(community, certifications)
    by_service: dict[int, dict[int, Provider]] = {service.pk: {} for service in services}
    for certification in certifications:
        for service in covered.by_certification[certification.pk]:
            provider = certification.provider
            if service.pk in by_service and not is_self(provider, student):
                by_service[service.pk][provider.pk] = provider
    everyone = {pk: p for people in by_service.values() for pk, p in people.items()}
    scope = Scope(
        community=community,
        format=format_,
        providers=list(everyone.values()),
        places=admitted_places(community, format_),
        student=student,
        first=first,
        days=days,
        now=now,
    )
    facts = Facts(scope)
    return _next_by_service(facts, services, by_service)


def _next_by_service(
    facts: Facts, services: Sequence[Service], by_service: dict[int, dict[int, Provider]]
) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    student = facts.student(None)
    for service in services:
        able = facts.providers(service, among=by_service[service.pk])
        starts = search(facts.frame, facts.meeting, able, facts.places, student).starts
        if starts:
            found[service.pk] = facts.window.instant(next(ticks(starts)))
    return found


def reread(question: Question, *, now: datetime) -> Question:
    """The same question at `now`, over rows as they are now: somebody may have retired meanwhile.

    Raises NotFound when one of them is gone.
    """
    try:
        service = Service.objects.select_related("community").get(pk=question.service.pk)
        return replace(
            question,
            community=service.community,
            service=service,
            format=AppointmentFormat.objects.get(pk=question.format.pk),
            student=question.student and User.objects.get(pk=question.student.pk),
            provider=question.provider
            and Provider.objects.select_related("user").get(pk=question.provider.pk),
            location=question.location and Location.objects.get(pk=question.location.pk),
            now=now,
        )
    except ObjectDoesNotExist as error:
        raise NotFound("What you chose is no longer there. Begin again.") from error


def question_for_start(question: Question, start: datetime, *, around: int = 0) -> Question:
    """The same question, about the local day of `start` and `around` days on each side.

    Raises Refused for a start beyond all calendars.
    """
    if start < FIRST_START:
        raise Refused("This time lies too far in the past.", code=Reason.LEAD_TIME)
    if start > LAST_START:
        raise Refused("This time lies too far in the future.", code=Reason.BEYOND_HORIZON)
    day = start.astimezone(question.community.zone).date()
    return replace(question, first=day - around * DAY, days=2 * around + 1)


def _providers(question: Question) -> list[Provider]:
    if question.provider is not None:
        return [question.provider]
    certified = certified_providers(question.service)
    return [provider for provider in certified if not is_self(provider, question.student)]


def is_self(provider: Provider, student: User | None) -> bool:
    """Whether the two are one person: mentors are students too, and nobody meets themselves."""
    return student is not None and provider.user_id == student.pk


def _places(question: Question) -> list[Location]:
    if question.location is not None:
        return [question.location]
    return admitted_places(question.community, question.format)


def admitted_places(community: Community, format_: AppointmentFormat) -> list[Location]:
    """The community's active places of the kinds that the format admits, in their order."""
    return [place for place in locations_of(community) if place.kind in format_.meeting_kinds]


def _standing(question: Question, providers: Sequence[Provider]) -> dict[int, tuple[Refusal, ...]]:
    """Rule 1 for each provider: active and certified; the service and the format active."""
    shared = []
    if not question.service.is_active:
        shared.append(Refusal(Reason.SERVICE_INACTIVE, {"service": question.service.code}))
    if not question.format.is_active:
        shared.append(Refusal(Reason.FORMAT_INACTIVE, {"format": question.format.name}))
    found: dict[int, tuple[Refusal, ...]] = {}
    for provider in providers:
        own = list(shared)
        if not provider.is_active:
            own.append(Refusal(Reason.PROVIDER_INACTIVE, {"provider": str(provider)}))
        elif question.provider is not None and not is_certified(provider, question.service):
            own.append(Refusal(Reason.NOT_CERTIFIED, {"provider": str(provider)}))
        if is_self(provider, question.student):
            own.append(Refusal(Reason.STUDENT_CONFLICT, {"self": True}))
        found[provider.pk] = tuple(own)
    return found


def _facts(question: Question, providers: Sequence[Provider], places: Sequence[Location]) -> Facts:
    return Facts(
        Scope(
            community=question.community,
            format=question.format,
            providers=providers,
            places=places,
            student=question.student,
            first=question.first,
            days=question.days,
            now=question.now,
        )
    )
