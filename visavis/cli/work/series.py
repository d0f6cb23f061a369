"""Carries out `visavis bookings`, `visavis series`, and `visavis book` of a weekly format."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import click

from visavis.bookings.actions import Order, book_series, end_series
from visavis.bookings.errors import InvalidSeries
from visavis.bookings.models import Booking, Series
from visavis.bookings.openings import explain
from visavis.bookings.queries import bookings_between, coming_series, find_series, weeks_of
from visavis.bookings.weeks import check_weeks, end_of_term
from visavis.catalogue.models import AppointmentFormat
from visavis.cli.output import count, say, show_table
from visavis.cli.running import print_json
from visavis.cli.values import COMMAND_LINE, iso, local, read_date
from visavis.communities.queries import get_community
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.engine.zones import midnight
from visavis.people.queries import get_provider, get_user

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Weeks:
    """How many weeks are wanted, and which are left out."""

    number: int | None
    until_term: bool
    skipping: frozenset[date]
    skip_taken: bool

    def __bool__(self) -> bool:
        return self.number is not None or self.until_term

    def check(self, format_: AppointmentFormat) -> None:
        """Raises InvalidSeries for a weekly format without weeks."""
        if format_.is_weekly and not self:
            raise InvalidSeries(
                f"“{format_}” is met every week: say for how long, with --weeks N or --until-term."
            )


def read_weeks(asked: dict[str, Any]) -> Weeks:
    """Take the options of a series out of what was asked. Raises click's errors."""
    number, until_term = asked.pop("weeks"), asked.pop("until_term")
    days = [read_date(text, "--skip") for text in asked.pop("skipping")]
    skipping = frozenset(day for day in days if day is not None)
    weeks = Weeks(number, until_term, skipping, asked.pop("skip_taken"))
    if number is not None and until_term:
        raise click.UsageError("--weeks and --until-term are two ways to say one thing: take one.")
    if (weeks.skipping or weeks.skip_taken) and not weeks:
        raise click.UsageError("Only a series skips weeks: say --weeks N or --until-term, too.")
    return weeks


def book_weeks(order: Order, weeks: Weeks, *, now: datetime, as_json: bool) -> None:
    """Book the weeks as a whole. Raises as `book_series` does."""
    order = _with_place(order)
    number = weeks.number or _to_the_end_of_term(order)
    skipping = weeks.skipping | (_taken(order, number) if weeks.skip_taken else frozenset())
    made = book_series(order, weeks=number, skipping=skipping, by=COMMAND_LINE, now=now)
    booked = list(weeks_of(made))
    if as_json:
        print_json({**booking_as_data(booked[0]), **_series_as_data(made, booked)})
        return
    say(
        f"Booked ({booked[0].state}): {made.student} with {made.provider}, {made.location}, "
        f"{len(booked)} of {count(number, 'week')}. The series is {made.public_id}."
    )
    _show(booked)


def _with_place(order: Order) -> Order:
    """The order at the place asked for, or at the first that admits the first week."""
    question = order.question
    if question.location is not None:
        return order
    verdicts = explain(question, order.start)
    if not verdicts:
        raise NotFound(f"{question.community.name} has no place for “{question.format}” yet.")
    best = min(verdicts, key=lambda verdict: len(verdict.refusals))
    return replace(order, question=replace(question, location=best.location))


def _to_the_end_of_term(order: Order) -> int:
    community = order.question.community
    term = end_of_term(community, order.start)
    if term is None:
        raise InvalidSeries(
            f"No term of {community.name} holds {local(community, order.start)}. Say --weeks N, "
            "or add the term with `visavis term`."
        )
    return term.weeks


def _taken(order: Order, number: int) -> frozenset[date]:
    """The weeks after the first that cannot be had."""
    weeks = check_weeks(order.question, order.start, number)
    return frozenset(week.day for week in weeks[1:] if not week.is_free)


# --- What there is --------------------------------------------------------------------------------


def bookings(*, community: str, first: str | None, days: int, as_json: bool, **asked: Any) -> None:
    where = get_community(community)
    begin = read_date(first, "--from") or clock.now().astimezone(where.zone).date()
    found = bookings_between(
        where, start=midnight(begin, where.zone), end=midnight(begin + days * DAY, where.zone)
    )
    if asked["student"]:
        found = found.filter(student=get_user(asked["student"]))
    if asked["provider"]:
        found = found.filter(appointment__provider=get_provider(where, asked["provider"]))
    if as_json:
        print_json({"timezone": where.timezone, "bookings": [_as_row(row) for row in found]})
        return
    _show(list(found), empty=f"Nothing is booked in {count(days, 'day')} from {begin}.")


def list_all(*, community: str, student: str | None, as_json: bool) -> None:
    where = get_community(community)
    found = coming_series(where, now=clock.now())
    if student:
        found = found.filter(student=get_user(student))
    rows = [
        {
            "series": str(row.public_id),
            "student": row.student.email,
            "provider": row.provider.user.email,
            "service": row.service.code,
            "format": row.format.name,
            "first_start": iso(row.first_start),
            "weeks": row.weeks,
            "left": row.left,
        }
        for row in found
    ]
    if as_json:
        print_json({"timezone": where.timezone, "series": rows})
        return
    columns = ["student", "provider", "format", "weeks", "left", "series"]
    cells = [[str(row[column]) for column in columns] for row in rows]
    show_table(columns, cells, empty="No weekly series has weeks to come.")


def show(*, series: str, as_json: bool) -> None:
    found = _find(series)
    booked = list(weeks_of(found))
    if as_json:
        print_json(_series_as_data(found, booked))
        return
    say(f"{found.format}: {found.student} with {found.provider}, {found.service.label}")
    _show(booked)


def end(*, series: str, reason: str, as_json: bool) -> None:
    found = _find(series)
    ended = end_series(found, by=COMMAND_LINE, reason=reason, now=clock.now())
    if as_json:
        print_json({"series": str(found.public_id), "cancelled": len(ended)})
        return
    say(f"Cancelled {count(len(ended), 'meeting')} of {found.student} with {found.provider}.")


def _find(text: str) -> Series:
    try:
        public_id = uuid.UUID(text)
    except ValueError:
        raise click.BadParameter(
            f"“{text}” is no id. Take one from `visavis series list`.", param_hint="SERIES"
        ) from None
    found = find_series(public_id)
    if found is None:
        raise NotFound(f"There is no series {public_id}.", code="unknown_series")
    return found


def booking_as_data(booking: Booking) -> dict[str, Any]:
    meeting = booking.appointment
    return {
        "booking": str(booking.public_id),
        "state": booking.state,
        "start": iso(meeting.start),
        "end": iso(meeting.end),
        "provider": meeting.provider.user.email,
        "location": meeting.location.name,
    }


def _as_row(booking: Booking) -> dict[str, Any]:
    series = booking.series
    return {
        **booking_as_data(booking),
        "student": booking.student.email,
        "service": booking.appointment.service.code,
        "format": booking.appointment.format.name,
        "series": None if series is None else str(series.public_id),
    }


def _series_as_data(series: Series, booked: Sequence[Booking]) -> dict[str, Any]:
    return {
        "series": str(series.public_id),
        "weeks": series.weeks,
        "bookings": [booking_as_data(row) for row in booked],
    }


def _show(found: Sequence[Booking], *, empty: str = "") -> None:
    rows = [
        (
            local(row.appointment.community, row.appointment.start),
            row.state,
            row.student.email,
            row.appointment.provider.user.email,
            row.appointment.location.name,
            "weekly" if row.series_id else "",
            row.public_id,
        )
        for row in found
    ]
    columns = ["when", "state", "student", "provider", "place", "", "booking"]
    show_table(columns, rows, empty=empty)
