"""What the cards show: services as people in a provider-first community, as a list elsewhere."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet

from visavis.bookings.openings import is_self, next_starts
from visavis.catalogue.models import Service
from visavis.catalogue.queries import PickList, certified_providers
from visavis.core.markup import first_line
from visavis.core.text import fold
from visavis.people.models import Provider
from visavis.web.student.way import Stage, Way
from visavis.web.ui.pieces import Portrait

LOOK_AHEAD = timedelta(days=28)
FACES = 4


@dataclass(frozen=True)
class ServiceCard:
    """A service to pick, with its owner or the faces behind it, and the next free time."""

    service: Service
    url: str
    is_own: bool = False
    next_free: datetime | None = None
    faces: list[Portrait] = field(default_factory=list)
    people: int = 0
    topic: str = ""  # of somebody who has several of them

    @property
    def owner(self) -> Provider | None:
        return self.service.owner

    @property
    def name(self) -> str:
        return str(self.owner) if self.owner else self.service.label

    @property
    def line(self) -> str:
        """The first line that tells about it."""
        return first_line(self.owner.bio if self.owner else self.service.description)


def portrait(provider: Provider) -> Portrait:
    return Portrait(str(provider), provider.photo)


def services_shown(way: Way, picks: PickList) -> list[Service]:
    """All that may be picked: among people those for everybody first, among courses one's own.

    A person's own service is not for themselves.
    """
    everything = [*picks.own, *picks.everybody, *picks.more]
    if way.community.is_provider_first:
        # The cards show people, so they stand by the names that are read there.
        own, more = (sorted(part, key=_name_shown) for part in (picks.own, picks.more))
        everything = [*picks.everybody, *own, *more]
    return [s for s in everything if s.owner is None or not is_self(s.owner, way.student)]


def _name_shown(service: Service) -> tuple[str, str]:
    name = str(service.owner) if service.owner else service.label
    return fold(name), fold(service.label)


def service_cards(way: Way, picks: PickList, services: Sequence[Service]) -> list[ServiceCard]:
    """The services as cards; in a provider-first community with faces and next free times."""
    crowds = _crowds(way, services)
    faces = {pk: [portrait(who) for who in crowd[:FACES]] for pk, crowd in crowds.items()}
    sizes = {pk: crowd.count() for pk, crowd in crowds.items()}
    free: dict[int, datetime] = {}
    if way.community.is_provider_first:
        free = _next_free(way, services)
    topics = Counter(s.owner_id for s in (*picks.own, *picks.everybody, *picks.more))
    return [
        ServiceCard(
            service,
            way.choosing(service=service).url(Stage.TIMES),
            is_own=service in picks.own,
            next_free=free.get(service.pk),
            faces=faces.get(service.pk, []),
            people=sizes.get(service.pk, 0),
            topic=service.label if service.owner_id and topics[service.owner_id] > 1 else "",
        )
        for service in services
    ]


def _next_free(way: Way, services: Sequence[Service]) -> dict[int, datetime]:
    horizon = 7 * way.community.weeks_ahead + 1
    return next_starts(
        way.community,
        services=services,
        format_=way.format,
        student=way.student,
        standing=way.standing,
        now=way.now,
        days=min(LOOK_AHEAD.days, horizon),
    )


def _crowds(way: Way, services: Sequence[Service]) -> dict[int, QuerySet[Provider]]:
    """The people behind services for everybody: there are few of those, each asks for itself."""
    if not way.community.is_provider_first:
        return {}
    return {s.pk: certified_providers(s) for s in services if s.for_everybody}
