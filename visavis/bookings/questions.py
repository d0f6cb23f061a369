"""What the openings are asked: a wish for a service on some days, and the rows it is about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from visavis.availability.models import Location
from visavis.availability.queries import read_locations
from visavis.bookings.errors import Refused
from visavis.bookings.models import Booking
from visavis.bookings.versions import Asked
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.catalogue.queries import certified_providers, covering
from visavis.communities.models import Community
from visavis.core.errors import NotFound
from visavis.core.prepared import Blank, SideBySide, get_prepared, prepared
from visavis.engine.world import Reason
from visavis.people.models import Provider, User
from visavis.people.rules import Standing

DAY = timedelta(days=1)
# Dates are reckoned some days to each side of a start, and Python's calendar ends.
FIRST_START = datetime(1900, 1, 1, tzinfo=UTC)
LAST_START = datetime(9000, 1, 1, tzinfo=UTC)
# What a question is about, each by the way to it from the service.
SERVICE, COMMUNITY, FORMAT = "", "community", "community__formats"
PROVIDER = "community__providers"
ROWS = SideBySide({SERVICE: Service, COMMUNITY: Community, FORMAT: AppointmentFormat})
ROWS_WITH_PROVIDER = SideBySide({**ROWS.models, PROVIDER: Provider})


@dataclass(frozen=True)
class Question:
    """A wish for a service in a format, on `days` days from `first`; student None: anybody's.

    With one `provider` or one `location`, or with any. `now` is an aware instant. `standing` is
    the student's in the community, where a page has read it already. `moving` is the student's own
    booking that would be given up for what is asked: its time is free. `is_repeat`: later weeks of
    a series, of which lead time and horizon are not asked. `places` are the community's active
    ones, where they have been read already.
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
    standing: Standing | None = None
    is_repeat: bool = False
    moving: Booking | None = None
    moving_with: frozenset[int] = frozenset()
    places: Sequence[Location] | None = None


def asked_of(question: Question) -> Asked:
    """Whom the question is about, under a key by which their query is written once."""
    only = question.provider and question.provider.pk
    key = ("certified", *covering(question.service), only)
    return Asked(key, lambda: providers_asked(question), is_direct=only is not None)


def providers_asked(question: Question) -> QuerySet[Provider]:
    """The active providers, by name, who may give the service and are asked about."""
    certified = certified_providers(question.service)
    if question.provider is None:
        return certified
    return certified.filter(pk=question.provider.pk)


def reread(question: Question, *, now: datetime, people: Iterable[User] = ()) -> Question:
    """The same question at `now`, over rows as they are now: somebody may have retired meanwhile.

    `people` have been read already, under their locks. Raises NotFound when a row is gone.
    """
    read = {person.pk: person for person in people}
    provider, location = question.provider, question.location
    try:
        rows = _read_rows(question)
        service, community, format_ = rows[SERVICE], rows[COMMUNITY], rows[FORMAT]
        service.community = community
        if provider is not None:
            provider = rows[PROVIDER]
            provider.user = _person(provider.user_id, read)
        return replace(
            question,
            community=community,
            service=service,
            format=format_,
            student=question.student and _person(question.student.pk, read),
            standing=None,
            provider=provider,
            location=location and get_prepared(Location, location.pk),
            now=now,
        )
    except ObjectDoesNotExist as error:
        raise NotFound(_("What you chose is no longer there. Begin again.")) from error


def _read_rows(question: Question) -> dict[str, Any]:
    """The service, its community, the format and the provider, by one query.

    Raises DoesNotExist when one of them is gone.
    """
    provider = question.provider
    rows = ROWS if provider is None else ROWS_WITH_PROVIDER

    def side_by_side() -> QuerySet[Any, Any]:
        named = Q(pk=Blank("service"), **{FORMAT: Blank("format")})
        if provider is not None:
            named &= Q(**{PROVIDER: Blank("provider")})
        return Service.objects.filter(named).order_by().values_list(*rows.columns())

    found = prepared(("question's rows", provider is None), side_by_side).values(
        service=question.service.pk,
        format=question.format.pk,
        provider=None if provider is None else provider.pk,
    )
    if not found:
        raise Service.DoesNotExist
    return rows.build(found[0])


def _person(pk: int, read: dict[int, User]) -> User:
    return read[pk] if pk in read else get_prepared(User, pk)


def question_for_start(question: Question, start: datetime, *, around: int = 0) -> Question:
    """The same question, about the local day of `start` and `around` days on each side.

    Raises Refused for a start beyond all calendars.
    """
    if start < FIRST_START:
        raise Refused(_("This time lies too far in the past."), code=Reason.LEAD_TIME)
    if start > LAST_START:
        raise Refused(_("This time lies too far in the future."), code=Reason.BEYOND_HORIZON)
    day = start.astimezone(question.community.zone).date()
    return replace(question, first=day - around * DAY, days=2 * around + 1)


def is_self(provider: Provider, student: User | None) -> bool:
    """Whether the two are one person: mentors are students too, and nobody meets themselves."""
    return student is not None and provider.user_id == student.pk


def asked_places(question: Question) -> list[Location]:
    """The place asked about, or all that the format admits."""
    if question.location is not None:
        return [question.location]
    return admitted_places(question.community, question.format, question.places)


def admitted_places(
    community: Community, format_: AppointmentFormat, places: Iterable[Location] | None = None
) -> list[Location]:
    """The community's active places of the kinds that the format admits, in their order.

    `places` are all that are active, where they have been read already.
    """
    active = read_locations(community) if places is None else places
    return [place for place in active if place.kind in format_.meeting_kinds]
