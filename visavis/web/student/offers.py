"""Whether what was chosen is still offered; if not, why, and what is near."""

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus

from django.utils.translation import gettext as _

from visavis.bookings.enums import BookingState, HoldPurpose
from visavis.bookings.errors import Refused, SlotTaken
from visavis.bookings.models import Booking, Hold
from visavis.bookings.openings import (
    Openings,
    Slot,
    ask,
    explain,
    last_date,
    question_for_start,
)
from visavis.bookings.queries import coming_bookings
from visavis.bookings.refusals import sentence
from visavis.catalogue.queries import certified_providers
from visavis.engine.world import Reason
from visavis.engine.zones import midnight
from visavis.people.models import Provider
from visavis.web.student.dead_ends import DeadEnd, WayOn
from visavis.web.student.meetings import booking_url
from visavis.web.student.reader import Reader
from visavis.web.student.way import Stage, Way, chosen

AROUND = 7  # days on each side that are searched for other times
# Reasons that lie with one person or place: of "anybody, anywhere" they say nothing.
OF_ONE = (
    Reason.OUTSIDE_HOURS,
    Reason.AWAY,
    Reason.PROVIDER_BUSY,
    Reason.PROVIDER_CAP,
    Reason.OUTSIDE_LOCATION_HOURS,
    Reason.LOCATION_FULL,
    Reason.PROVIDER_INACTIVE,
    Reason.LOCATION_INACTIVE,
    Reason.LOCATION_NOT_ADMITTED,
)


def openings_at(way: Way) -> Openings:
    """What is offered on the day of the chosen start, wherever.

    By the chosen person alone; only who skips single choices must know how many there were.
    """
    provider = None if way.skips_single else way.provider
    return ask(question_for_start(way.question(provider=provider), chosen(way.start)))


def require_offered(way: Way, openings: Openings, reader: Reader, stage: Stage) -> None:
    """Raises DeadEnd, with the nearest other times for the same step, when it is not offered."""
    if is_offered(way, openings):
        return
    refuse_second(way, reader)
    is_past = chosen(way.start) < way.now
    title = _("That time is in the past") if is_past else _("That time is not free")
    note = "" if is_past else _of_hold(way)
    raise dead_end(way, reader, stage, message=_reason(way, reader), title=title, note=note)


def _of_hold(way: Way) -> str:
    """What to say where the time was held for the student, who waits for one."""
    held = Hold.objects.filter(
        student=way.student,
        start=chosen(way.start),
        service=way.service,
        purpose=HoldPurpose.WAITLIST,
    )
    if not held.exists():
        return ""
    return _(
        "It was held for you, but can no longer be booked. You keep your place on the waitlist, "
        "and the next time that suits is held for you."
    )


def refuse_second(way: Way, reader: Reader) -> None:
    """Raises DeadEnd when the chosen person's time went to this very student.

    They came Back to a step of a way that is done, or opened its address again.
    """
    provider = way.provider or (way.service.owner if way.service else None)
    coming = coming_bookings(way.student, way.community, now=way.now)
    then = coming.filter(appointment__start__lt=way.end, appointment__end__gt=way.start)
    if way.moving is not None:
        then = then.exclude(pk=way.moving.pk)
    # Nobody was chosen yet: a meeting of the same service is what was booked along this way.
    same = {"provider": provider} if provider else {"service": way.service}
    booking = then.filter(**{f"appointment__{key}": value for key, value in same.items()}).first()
    if booking is not None:
        raise _booked_already(way, booking, reader)


def _booked_already(way: Way, booking: Booking, reader: Reader) -> DeadEnd:
    appointment = booking.appointment
    moment = reader.moment(appointment.start, appointment.end)
    said = _("You meet %(name)s on %(moment)s.")
    if booking.state == BookingState.REQUESTED:
        said = _("You asked to meet %(name)s on %(moment)s.")
    again = way.choosing(only_provider=None, only_place=None)
    return DeadEnd(
        said % {"name": appointment.provider, "moment": moment},
        title=_title_of(way, booking),
        ways=[
            WayOn(_("See the meeting"), booking_url(booking)),
            WayOn(_("See other free times"), again.url(Stage.TIMES)),
        ],
        status=HTTPStatus.CONFLICT,
    )


def _title_of(way: Way, booking: Booking) -> str:
    """What to call a booking that is in the way: the very one, or one that reaches into it."""
    appointment, has_asked = booking.appointment, booking.state == BookingState.REQUESTED
    if (appointment.start, appointment.format_id) == (chosen(way.start), way.format.pk):
        return (
            _("You have asked for this already") if has_asked else _("You have booked this already")
        )
    return _("You have asked for a meeting then") if has_asked else _("You have a meeting then")


def is_offered(way: Way, openings: Openings) -> bool:
    """Whether the chosen start, person and place, as far as they were chosen, can be had."""
    start = chosen(way.start)
    if way.provider is None:
        return openings.has(start)
    places = openings.places(way.provider, start)
    return bool(places) if way.place is None else way.place in places


def refused(way: Way, refusal: Refused, reader: Reader) -> DeadEnd:
    """The answer to a booking that was refused: nothing typed is lost."""
    refuse_second(way, reader)
    alternatives = refusal.alternatives if isinstance(refusal, SlotTaken) else None
    is_taken = isinstance(refusal, SlotTaken)
    return dead_end(
        way,
        reader,
        Stage.REVIEW,
        message=_told(way, refusal, reader),
        title=_("That time was just taken") if is_taken else _refused_title(way),
        note="" if way.moving is None else _("Your meeting stays where it was."),
        slots=alternatives or None,
    )


def _refused_title(way: Way) -> str:
    return _("This cannot be booked") if way.moving is None else _("It cannot be moved there")


def _told(way: Way, refusal: Refused, reader: Reader) -> str:
    """The refusal's sentence again, with its instants as the reader is used to."""
    for one in refusal.refusals:
        if one.code == refusal.code:
            return sentence(one, way.community, moment=reader.moment)
    return refusal.message


def dead_end(
    way: Way,
    reader: Reader,
    stage: Stage,
    *,
    message: str,
    title: str,
    slots: Sequence[Slot] | None = None,
    note: str = "",
) -> DeadEnd:
    """The chosen start cannot be had: say so, with the nearest others as links to `stage`."""
    near = nearest(way) if slots is None else slots
    links = [
        WayOn(reader.day_and_time(slot.start), way.choosing(start=slot.start).url(stage))
        for slot in near
    ]
    return DeadEnd(
        message,
        title=title,
        times=links,
        times_title=f"{_times_title(way)} ({reader.zone_words})",
        ways=_ways_on(way),
        note=note,
        status=HTTPStatus.CONFLICT,
    )


def nearest(way: Way, count: int = 5) -> list[Slot]:
    """The offered starts nearest to the chosen one, with the same person and place."""
    end = midnight(last_date(way.question()), way.community.zone)
    wanted = min(max(chosen(way.start), way.now), end)
    question = replace(
        question_for_start(way.question(), wanted, around=AROUND),
        provider=way.provider,
        location=way.place,
    )
    return ask(question).nearest(wanted, count)


def is_where_it_is(way: Way) -> bool:
    """Whether a meeting that is moved would stay at its time, with its provider, at its place."""
    if way.moving is None:
        return False
    now = way.moving.appointment
    return (now.start, now.provider_id, now.location_id) == (
        way.start,
        way.provider and way.provider.pk,
        way.place and way.place.pk,
    )


def _times_title(way: Way) -> str:
    if way.provider is None:
        return _("The nearest free times")
    return _("The nearest free times with %(name)s") % {"name": way.provider}


def _ways_on(way: Way) -> list[WayOn]:
    ways = []
    if way.provider is not None and _somebody_else(way):
        ways.append(WayOn(_("See who else is free at that time"), way.url(Stage.PROVIDERS)))
    again = way.choosing(only_provider=None, only_place=None)
    ways.append(WayOn(_("See all free times"), again.url(Stage.TIMES)))
    return ways


def _somebody_else(way: Way) -> list[Provider]:
    free = openings_at(way.choosing(provider=None)).free(chosen(way.start))
    return [who for who in free if who != way.provider]


def _reason(way: Way, reader: Reader) -> str:
    """Why the start is not offered: the first rule that says no where the fewest do."""
    nobody = _("Nobody is free at that time any more.")
    provider = way.provider or way.only_provider or _anybody(way)
    if provider is None:
        return nobody
    question = question_for_start(way.question(), chosen(way.start))
    verdicts = explain(replace(question, provider=provider, location=way.place), chosen(way.start))
    refusals = min((verdict.refusals for verdict in verdicts), key=len, default=())
    for refusal in refusals:
        if way.provider is not None or refusal.code not in OF_ONE:
            return sentence(refusal, way.community, moment=reader.moment)
    return nobody


def _anybody(way: Way) -> Provider | None:
    return certified_providers(way.service).first() if way.service else None
