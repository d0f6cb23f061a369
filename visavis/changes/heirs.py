"""Who could give meetings instead of somebody else, at the same times."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from visavis.bookings.heirs import Heir, able_to_take
from visavis.bookings.models import Booking
from visavis.bookings.openings import Openings, Question, ask
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.catalogue.queries import certified_providers, is_certified, services_of
from visavis.communities.models import Community
from visavis.people.models import Provider

# A page offers so many people for one meeting.
MOST = 12
# About so many each meeting is asked, where a search finds fewer who are free.
ASKED = 60


@dataclass
class Heirs:
    """The people who are certified and free for each meeting, by the booking's id."""

    found: dict[int, list[Heir]] = field(default_factory=dict)

    def of(self, booking: Booking) -> list[Heir]:
        return self.found.get(booking.pk, [])

    def named(self, booking: Booking, provider_id: int) -> Heir | None:
        """The person with this id, if they can give the meeting."""
        return next((heir for heir in self.of(booking) if heir.provider.pk == provider_id), None)

    def shared_out(self, bookings: Iterable[Booking]) -> dict[int, Heir]:
        """One person for each meeting for which there is one; nobody twice at a time.

        Whoever has been given the fewest comes first.
        """
        given: dict[int, Heir] = {}
        taken: list[tuple[int, Booking]] = []
        load = Counter[int]()
        for booking in bookings:
            free = [h for h in self.of(booking) if not _overlaps(h.provider.pk, booking, taken)]
            heir = min(free, key=lambda h: load[h.provider.pk], default=None)
            if heir is not None:
                given[booking.pk] = heir
                taken.append((heir.provider.pk, booking))
                load[heir.provider.pk] += 1
        return given


def _overlaps(provider_id: int, booking: Booking, taken: list[tuple[int, Booking]]) -> bool:
    meeting = booking.appointment
    return any(
        pk == provider_id
        and other.appointment_id != booking.appointment_id
        and other.appointment.start < meeting.end
        and meeting.start < other.appointment.end
        for pk, other in taken
    )


def find_heirs(
    community: Community,
    bookings: Sequence[Booking],
    *,
    now: datetime,
    leaving: Provider | None = None,
) -> Heirs:
    """Who could give each of these meetings instead: asked as `hand_over` asks, so it takes them.

    A meeting of somebody's own service goes on as a shared one that its person gives as well, such
    as "All available …"; so do others' meetings on own services of whoever is `leaving`. What is
    asked about of one meeting counts as handed over together. Reads only, and outside a transaction
    that changes anything: the search uses what this process keeps.
    """
    shared = _Shared(community, leaving)
    groups: dict[tuple[Service, AppointmentFormat], list[Booking]] = {}
    for booking in bookings:
        meeting = booking.appointment
        service = shared.instead_of(meeting.service, meeting.provider)
        if service is not None:
            groups.setdefault((service, meeting.format), []).append(booking)
    heirs = Heirs()
    for (service, format_), some in groups.items():
        openings = ask(_question(community, service, format_, some, now))
        certified = dict.fromkeys(_certified(service))
        if leaving is not None:
            certified.pop(leaving.pk, None)
        for booking in some:
            among = _worth_asking(openings, certified, booking)
            together = {row.pk for row in some if row.appointment_id == booking.appointment_id}
            able = able_to_take(booking, service, now=now, together=together, among=among)
            heirs.found[booking.pk] = [Heir(person, service) for person in able[:MOST]]
    return heirs


def _question(
    community: Community,
    service: Service,
    format_: AppointmentFormat,
    bookings: Sequence[Booking],
    now: datetime,
) -> Question:
    days = [booking.appointment.start.astimezone(community.zone).date() for booking in bookings]
    return Question(
        community=community,
        service=service,
        format=format_,
        first=min(days),
        days=(max(days) - min(days)).days + 1,
        now=now,
        is_repeat=True,
    )


def _certified(service: Service) -> Iterable[int]:
    return certified_providers(service).values_list("pk", flat=True)


def _worth_asking(openings: Openings, certified: Collection[int], booking: Booking) -> list[int]:
    """Whom to ask about, by id: who is free as one search for all says, then others.

    The search does not know what the meeting itself, and its student's holds, leave free.
    """
    left = {booking.appointment.provider_id}
    free = [pk for pk in openings.free_ids(booking.appointment.start) if pk in certified]
    found = [pk for pk in free if pk not in left][: MOST + 1]
    if len(found) <= MOST:
        others = [pk for pk in certified if pk not in (*left, *found)]
        found += others[: ASKED - len(found)]
    return found


class _Shared:
    """As which service another person could give what was somebody's."""

    def __init__(self, community: Community, leaving: Provider | None) -> None:
        self.leaving = leaving
        self.services = [s for s in services_of(community) if s.for_everybody]
        self.known: dict[int, Service | None] = {}

    def instead_of(self, service: Service, provider: Provider) -> Service | None:
        """The service itself unless it is the person's own; then one for everybody they give.

        An own service of whoever is leaving closes with them, whoever gives it.
        """
        closes = self.leaving is not None and service.owner_id == self.leaving.pk
        if service.owner_id != provider.pk and not closes:
            return service if service.is_active else None
        if provider.pk not in self.known:
            self.known[provider.pk] = self._given_by(provider)
        return self.known[provider.pk]

    def _given_by(self, provider: Provider) -> Service | None:
        for service in self.services:
            if is_certified(provider, service):
                return service
        return None
