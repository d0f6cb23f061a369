"""From the ids in an address to a way; each that leads nowhere is a dead end with its sentence.

Unknown ids and those of another community look the same.
"""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from http import HTTPStatus
from typing import TypeVar

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from visavis.availability.models import Location
from visavis.bookings.answers import questions_of
from visavis.bookings.deadlines import check_move
from visavis.bookings.errors import NotOpen, TooLate
from visavis.bookings.events import STUDENT
from visavis.bookings.models import Booking
from visavis.bookings.openings import admitted_places
from visavis.bookings.queries import require_booking
from visavis.bookings.student import student_standing
from visavis.bookings.weeks import possible_counts, weeks_from
from visavis.catalogue.models import AppointmentFormat
from visavis.catalogue.queries import certified_providers, find_format, find_service, is_on_list
from visavis.communities.models import Community
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.core.instants import read_instant
from visavis.engine.world import Reason, Refusal
from visavis.people.models import Provider
from visavis.people.rules import Standing
from visavis.web.student.dead_ends import DeadEnd, WayOn
from visavis.web.student.forms import WeeksForm
from visavis.web.student.meetings import booking_url
from visavis.web.student.way import Stage, Way, chosen

# Nobody's calendar reaches further; beyond it dates cannot be counted with.
SENSIBLE = timedelta(days=800)
Row = TypeVar("Row", Provider, Location)


def moving_in(request: HttpRequest) -> str:
    """The booking that is moved along this way, as the address has it; empty: none is."""
    return request.GET.get("moving", "")


def load_way(
    standing: Standing, format_id: int, service_id: int | None = None, *, moving: str = ""
) -> Way:
    """The way with its format and, if named, its service and the booking that is moved along it.

    Raises DeadEnd, and NotFound for a booking that is none of the student's.
    """
    now = clock.now()
    format_ = _format(standing, format_id)
    way = Way(standing, now, format_, tuple(questions_of(format_)))
    if moving and service_id is not None:
        way = _with_moving(way, service_id, moving)
    refusals = student_standing(standing, now, moving=way.moving)
    if refusals:
        raise DeadEnd(
            refusal=refusals[0],
            title=_("You cannot book here at present"),
            note=way.community.contact,
            ways=[_to_learn(way)],
            status=HTTPStatus.CONFLICT,
        )
    return way if service_id is None else _with_service(way, service_id)


def _with_moving(way: Way, service_id: int, public_id: str) -> Way:
    """The way along which this booking is moved: it stays what it is."""
    try:
        wanted = uuid.UUID(public_id)
    except ValueError:
        raise NotFound(_("There is no such meeting, or not for you.")) from None
    booking = require_booking(way.student, way.community, wanted)
    appointment = booking.appointment
    if (appointment.format_id, appointment.service_id) != (way.format.pk, service_id):
        raise NotFound(_("There is no such meeting, or not for you."))
    try:
        check_move(booking, by=STUDENT, now=way.now)
    except NotOpen as error:
        raise immovable(booking, error) from None
    return way.choosing(moving=booking, service=appointment.service)


def way_of_move(standing: Standing, booking: Booking) -> Way:
    """The way along which this booking is moved; whether it may be is left to `reschedule`."""
    appointment = booking.appointment
    way = Way(standing, clock.now(), appointment.format)
    return way.choosing(service=appointment.service, moving=booking)


def immovable(booking: Booking, error: NotOpen) -> DeadEnd:
    """Why the student may not move the booking; where it is too late, whom to ask."""
    community = booking.appointment.community
    too_late = isinstance(error, TooLate)
    ask = whom_to_ask(community) if too_late else ""
    return DeadEnd(
        f"{error.message} {ask}".strip(),
        title=_("Too late to move it yourself") if too_late else _("The meeting stays as it is"),
        note=community.contact if too_late else "",
        ways=[WayOn(_("See the meeting"), booking_url(booking))],
        status=HTTPStatus.CONFLICT,
    )


def whom_to_ask(community: Community) -> str:
    """Who can do what the student can no longer do themselves."""
    words = {"community": community.name}
    return _("%(community)s can still do it for you; ask them.") % words


def _to_learn(way: Way) -> WayOn:
    return WayOn(_("Go to your meetings"), way.learn_url)


def _format(standing: Standing, format_id: int) -> AppointmentFormat:
    format_ = find_format(standing.community, format_id)
    if format_ is not None:
        return format_
    raise DeadEnd(
        _("%(community)s does not offer this kind of meeting, or no longer.")
        % {"community": standing.community.name},
        title=_("There is no such meeting"),
        ways=[
            WayOn(
                _("See what can be booked"),
                reverse("student:learn", args=[standing.community.slug]),
            )
        ],
    )


def _with_service(way: Way, service_id: int) -> Way:
    service = find_service(way.community, service_id)
    ways = [WayOn(way.wording.pick_service, way.url(Stage.SERVICES))]
    if service is None:
        raise DeadEnd(
            _("This %(service)s is not offered here, or no longer. Choose another one.")
            % {"service": way.wording.service},
            title=_("Nothing to book at this address"),
            ways=ways,
        )
    if not is_on_list(way.student, service):
        raise DeadEnd(
            refusal=Refusal(Reason.NOT_ON_LIST, {"service": service.label}),
            title=_("Not on your list"),
            note=way.community.contact,
            ways=ways,
            status=HTTPStatus.CONFLICT,
        )
    return way.choosing(service=service)


def with_start(way: Way, text: str) -> Way:
    """The way with the start that the address holds; not yet asked whether it is offered."""
    start = read_instant(text)
    if start is None or abs(start - way.now) > SENSIBLE:
        raise DeadEnd(
            _("The address does not hold a time that can be booked. Choose one from the list."),
            title=_("No such time"),
            ways=[WayOn(_("See the free times"), way.url(Stage.TIMES))],
        )
    return way.choosing(start=start)


def with_provider(way: Way, provider_id: int) -> Way:
    """The way with this provider, if they give the service. Raises DeadEnd."""
    provider = certified_providers(chosen(way.service)).filter(pk=provider_id).first()
    if provider is not None:
        return way.choosing(provider=provider)
    raise DeadEnd(
        _("Nobody at this address offers %(service)s, or no longer. Choose somebody else.")
        % {"service": chosen(way.service).label},
        title=_("There is nobody here"),
        ways=[WayOn(way.wording.pick_provider, way.url(Stage.PROVIDERS))],
    )


def with_place(way: Way, place_id: int) -> Way:
    """The way with this place, if the format admits it. Raises DeadEnd."""
    for place in admitted_places(way.community, way.format):
        if place.pk == place_id:
            return way.choosing(place=place)
    raise DeadEnd(
        _("These meetings do not take place there, or no longer. Choose another place."),
        title=_("There is no such place"),
        ways=[WayOn(way.wording.pick_place, way.url(Stage.PLACES))],
    )


def with_weeks(way: Way, asked: QueryDict) -> Way:
    """The way with the weeks that the address holds; without, where it holds none that can be."""
    form = WeeksForm(asked, counts=possible_counts(way.format))
    if not (way.format.is_weekly and form.is_valid()):
        return way
    weeks = int(form.cleaned_data["weeks"])
    days = {week.day for week in weeks_from(chosen(way.start), weeks, way.community.zone)[1:]}
    return way.choosing(weeks=weeks, skipping=frozenset(form.days) & days)


def narrowed(way: Way, *, provider: str, place: str) -> tuple[Way, bool]:
    """The way narrowed to a provider and a place by id; False when an id is nobody's."""
    found, understood = way, True
    if provider:
        who = _by_id(certified_providers(chosen(way.service)), provider)
        found, understood = found.choosing(only_provider=who), who is not None
    if place:
        where = _by_id(admitted_places(way.community, way.format), place)
        found = found.choosing(only_place=where)
        understood = understood and where is not None
    return found, understood


def kinds_in_view(way: Way, places: Iterable[Location] | None = None) -> set[str]:
    """The kinds of places that the way may still end in: one zone from step to step.

    `places` are those that the format admits, for who has read them already.
    """
    if way.only_place is not None:
        return {way.only_place.kind}
    admitted = admitted_places(way.community, way.format) if places is None else places
    return {place.kind for place in admitted}


def _by_id(rows: Iterable[Row], text: str) -> Row | None:
    return next((row for row in rows if str(row.pk) == text), None)
