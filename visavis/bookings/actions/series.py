"""Book a weekly series as a whole, and end what is left of one."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from visavis.bookings.absences import apply_rule
from visavis.bookings.actions.admitting import TAKEN, read_under_locks
from visavis.bookings.actions.ending import end_seat, is_late_by
from visavis.bookings.actions.seats import (
    part_of,
    providers_part,
    request_expiry,
)
from visavis.bookings.answers import keep_answers
from visavis.bookings.deadlines import check_cancel
from visavis.bookings.entries import end_by_bookings
from visavis.bookings.enums import BookingState, CommitmentPart, EventKind
from visavis.bookings.errors import InvalidSeries, NotOpen, Refused, SlotTaken, TooLate
from visavis.bookings.events import party, tell_all
from visavis.bookings.expiry import (
    people_of_expired,
    release_expired,
    settle_appointments,
)
from visavis.bookings.freed import announce
from visavis.bookings.guards import comes_from_a_guard
from visavis.bookings.holds import use_holds
from visavis.bookings.models import Appointment, Booking, Commitment, Series
from visavis.bookings.openings import question_for_start
from visavis.bookings.orders import Order, find_earlier
from visavis.bookings.queries import open_weeks, weeks_to_end
from visavis.bookings.refusals import DATE, sentence
from visavis.bookings.seats import joinable_appointments, taken_seats
from visavis.bookings.states import change_states
from visavis.bookings.weeks import Week, check_weeks, possible_counts, week_key
from visavis.core import history, measuring
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.core.turns import turn_to_write
from visavis.people.actions import touch_time
from visavis.people.queries import lock_people


@measuring.outcomes("bookings", action="book_series")
@again_on_conflict
def book_series(
    order: Order, *, weeks: int, skipping: Collection[date] = (), by: Actor, now: datetime
) -> Series:
    """Book `weeks` weeks from the order's start, all but those on the local dates in `skipping`.

    All or nothing, in one transaction under the locks of `book`; every week is asked the rules
    that showed it. The order names provider and place. Under one idempotency key one series comes.

    Raises InvalidSeries for a number of weeks that the format does not have, SlotTaken or Refused
    with the first week that cannot be had, and NotFound for what was deleted meanwhile; then
    nothing is written.
    """
    question_for_start(order.question, order.start)  # refuses what lies beyond all calendars
    try:
        with turn_to_write(), transaction.atomic():
            return _book(order, weeks, frozenset(skipping), by=by, now=now)
    except IntegrityError as error:
        return _after_collision(order, weeks, skipping, error)


@again_on_conflict
def end_series(series: Series, *, by: Actor, reason: str = "", now: datetime) -> list[Booking]:
    """Cancel every week that has not begun, as one action; those that are over stay as they are.

    The rules of `cancel` hold for each week: a student's late ones are marked and may count as
    absences, and one that can no longer be cancelled stays. Its provider ends only the weeks that
    are still theirs. Returns the bookings that were cancelled. Raises NotOpen when there
    is nothing left to end, and TooLate when no week that is left may be cancelled any more.
    """
    with transaction.atomic():
        rest = lock_weeks(
            series,
            weeks_to_end(series, by_id=by.id, now=now),
            now=now,
            none_left=_("Nothing of this series is left to end."),
        )
        ending = _cancellable(rest, by=by, now=now)
        counted = _cancel_weeks(ending, by=by, reason=reason, now=now)
        touched = settle_appointments([row.appointment_id for row in ending], now)
        touch_time(series.student_id, *touched)
        if counted:
            apply_rule(counted[-1], now=now)
        announce(series.community_id)
        history.record(
            by,
            "ended series",
            series,
            community_id=series.community_id,
            after={"weeks": len(ending)},
            reason=reason,
        )
    return ending


def lock_weeks(
    series: Series, wanted: QuerySet[Booking], *, now: datetime, none_left: str
) -> list[Booking]:
    """The wanted weeks of a series, as they are under the locks of all who meet in them.

    Raises NotOpen (`none_left`) when there is none, and when one has gone to yet another provider
    meanwhile, whose lock nobody holds here.
    """
    locked = {series.student_id, series.provider.user_id} | _givers(open_weeks(series, now=now))
    lock_people(locked)
    weeks = list(wanted)
    if not weeks:
        raise NotOpen(none_left)
    if not _givers(weeks) <= locked:
        raise NotOpen(_("A meeting of these was moved meanwhile. Look at them again."))
    return weeks


def _givers(weeks: Iterable[Booking]) -> set[int]:
    return {row.appointment.provider.user_id for row in weeks}


def _cancel_weeks(
    weeks: Sequence[Booking], *, by: Actor, reason: str, now: datetime
) -> list[Booking]:
    """Cancel them as one batch; returns the late ones that count as absences."""
    batch, cancelled = uuid.uuid4(), BookingState.CANCELLED
    late = [row for row in weeks if is_late_by(by, row, now)]
    # One after the other: each is told the how manyth absence it is.
    counted = [
        row for row in late if end_seat(row, cancelled, by=by, reason=reason, now=now, batch=batch)
    ]
    others = [row for row in weeks if row not in late]
    ended = {"cancelled_by": by.label[:254], "cancel_reason": reason}
    change_states(others, cancelled, now=now, **ended)
    kind, said = EventKind.CANCELLED, {"late": False}
    tell_all(others, kind, by=by, now=now, reason=reason, data=said, batch=batch)
    return counted


def _cancellable(weeks: Sequence[Booking], *, by: Actor, now: datetime) -> list[Booking]:
    """Those that may be cancelled; raises what stands against the last when none may."""
    found, refused = [], None
    for row in weeks:
        try:
            check_cancel(row, by=party(by, row), now=now)
        except TooLate as error:
            refused = error
        else:
            found.append(row)
    if refused is not None and not found:
        raise refused
    return found


def _book(
    order: Order, count: int, skipping: frozenset[date], *, by: Actor, now: datetime
) -> Series:
    people = {order.provider.user_id, order.student.pk}
    lock_people(people_of_expired(people, now))
    earlier = find_earlier(Series, order)
    if earlier is not None:
        return earlier
    order = replace(order, question=read_under_locks(order.question, now=now))
    released = release_expired(people, now)
    weeks = _planned(order, count, skipping)
    wanted = _wanted(weeks)
    _refuse(order, wanted)
    series = _make_series(order, weeks, now)
    starts = [week.start for week in wanted if week.start]
    bookings = _write_weeks(order, series, starts, by=by, now=now)
    keep_answers(bookings, order.answers)
    kind = EventKind.CONFIRMED if order.question.format.auto_confirm else EventKind.REQUESTED
    tell_all(bookings, kind, by=by, now=now)
    end_by_bookings(bookings, by=by, now=now)
    history.record(
        by,
        "booked series",
        series,
        community_id=series.community_id,
        after={"weeks": len(bookings), "skipped": sorted(day.isoformat() for day in skipping)},
    )
    touch_time(*released.people, order.provider.user_id, order.student.pk)
    return series


def _planned(order: Order, count: int, skipping: frozenset[date]) -> list[Week]:
    """The weeks with what stands against each. Raises InvalidSeries for a count there is not."""
    format_ = order.question.format
    counts = possible_counts(format_)
    if not format_.is_weekly:
        raise InvalidSeries(_("“%(format)s” is one meeting, no series.") % {"format": format_})
    if count not in counts:
        raise InvalidSeries(
            _("“%(format)s” can be booked for %(fewest)d to %(most)d weeks.")
            % {"format": format_, "fewest": counts[0], "most": counts[-1]}
        )
    return check_weeks(order.question, order.start, count, skipping=skipping)


def _wanted(weeks: Sequence[Week]) -> list[Week]:
    wanted = [week for week in weeks if week.is_wanted]
    if not wanted or wanted[0].number != 1:
        raise InvalidSeries(_("The first week cannot be skipped. Choose a later start instead."))
    return wanted


def _refuse(order: Order, weeks: Sequence[Week]) -> None:
    """Raises SlotTaken or Refused, naming the week, for the first that cannot be had."""
    for week in weeks:
        if not week.is_free:
            raise _refusal(order, week)


def _refusal(order: Order, week: Week) -> Refused:
    community = order.question.community
    taken = [refusal for refusal in week.refusals if refusal.code in TAKEN]
    first = taken[0] if taken else week.refusals[0]
    words = {
        "number": week.number,
        "day": date_format(week.day, DATE),
        "reason": sentence(first, community),
    }
    said = _("Week %(number)d, %(day)s: %(reason)s Nothing was booked.") % words
    if taken:
        return SlotTaken(said, refusals=week.refusals)
    return Refused(said, code=first.code, refusals=week.refusals)


def _make_series(order: Order, weeks: Sequence[Week], now: datetime) -> Series:
    question = order.question
    if question.location is None:
        raise ValueError("A series needs its place.")
    return Series.objects.create(
        community=question.community,
        student=order.student,
        provider=order.provider,
        service=question.service,
        format=question.format,
        location=question.location,
        first_start=order.start,
        weeks=len(weeks),
        skipped=[_left_out(order, week) for week in weeks if week.is_skipped],
        idempotency_key=order.idempotency_key,
        created_at=now,
    )


def _left_out(order: Order, week: Week) -> dict[str, str]:
    """A week that is not booked, and why it could not be had; nothing of one that could."""
    refusals = week.refusals[:1]
    why = [sentence(refusal, order.question.community) for refusal in refusals]
    return {"day": week.day.isoformat(), "why": "".join(why)}


def _write_weeks(
    order: Order, series: Series, starts: Sequence[datetime], *, by: Actor, now: datetime
) -> list[Booking]:
    """Use what was held, and write a seat for each start, with the parts of both.

    Few queries, however many weeks.
    """
    orders = [replace(order, start=start) for start in starts]
    joined = _joinable(order, series, starts, now)
    use_holds(order, series.location, starts, by=by, now=now)
    fresh = [_appointment(one, series, now) for one in orders if one.start not in joined]
    made = {row.start: row for row in Appointment.objects.bulk_create(fresh)}
    there, seats = made | joined, _free_seats(joined.values())
    bookings = Booking.objects.bulk_create(
        _booking(one, series, there[one.start], seats, now) for one in orders
    )
    parts = [part_of(row, order.student, CommitmentPart.STUDENT) for row in bookings]
    parts += [providers_part(order, row) for row in bookings if row.appointment.start in made]
    Commitment.objects.bulk_create(parts)
    settle_appointments([row.pk for row in joined.values()], now)
    return bookings


def _joinable(
    order: Order, series: Series, starts: Collection[datetime], now: datetime
) -> dict[datetime, Appointment]:
    """The groups with a seat left that the weeks join, by start; where none is, one begins.

    Look before holds are used: who books the only seat that was held joins that meeting.
    """
    if not series.format.is_group:
        return {}
    providers = [series.provider_id]
    groups = joinable_appointments(series.format, providers, now, student=order.student)
    there = groups.select_related("service").filter(
        start__in=starts, service=series.service, location=series.location
    )
    return {row.start: row for row in there}


def _free_seats(appointments: Iterable[Appointment]) -> dict[int, int]:
    """The first seat of each that nobody has and that is held for nobody, by id, in one read."""
    capacities = {row.pk: row.capacity for row in appointments}
    taken = taken_seats(capacities) if capacities else set()
    return {
        pk: next(seat for seat in range(1, capacity + 2) if (pk, seat) not in taken)
        for pk, capacity in capacities.items()
    }


def _appointment(order: Order, series: Series, now: datetime) -> Appointment:
    return Appointment(
        community=series.community,
        provider=series.provider,
        service=series.service,
        format=series.format,
        location=series.location,
        start=order.start,
        end=order.end,
        capacity=series.format.capacity,
        created_at=now,
    )


def _booking(
    order: Order,
    series: Series,
    appointment: Appointment,
    seats: Mapping[int, int],
    now: datetime,
) -> Booking:
    confirmed = series.format.auto_confirm
    return Booking(
        appointment=appointment,
        student=series.student,
        series=series,
        seat=seats.get(appointment.pk, 1),
        state=BookingState.CONFIRMED if confirmed else BookingState.REQUESTED,
        expires_at=None if confirmed else request_expiry(order, now),
        idempotency_key=week_key(series, appointment.start),
        created_at=now,
        changed_at=now,
    )


def _after_collision(
    order: Order, count: int, skipping: Collection[date], error: IntegrityError
) -> Series:
    """The database's guard has refused: find out which week, and say it as a domain error.

    Raises the error itself when it comes from anything but our guards.
    """
    earlier = find_earlier(Series, order)
    if earlier is not None:
        return earlier
    if not comes_from_a_guard(error):
        raise error
    _refuse(order, _wanted(_planned(order, count, frozenset(skipping))))
    raise SlotTaken(_("One of the weeks was just taken. Nothing was booked.")) from error
