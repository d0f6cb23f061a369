"""Weekly series as the one who gives them sees them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from visavis.bookings.enums import BookingState
from visavis.bookings.models import Booking, Series
from visavis.bookings.queries import booked_weeks
from visavis.bookings.teaching import open_series
from visavis.people.enums import HourCycle
from visavis.people.models import Provider
from visavis.web.ui.times import date_in_words, rhythm_in_words


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """One series in a list: when, and how many of its weeks are still to come."""

    series: Series
    rhythm: str
    left: int
    total: int


def running_series(provider: Provider, *, now: datetime, cycle: HourCycle) -> list[SeriesLine]:
    """The series of which weeks are still to come with this provider, by weekday and time."""
    found = open_series(provider, now=now)
    totals = booked_weeks(series.pk for series in found)
    zone = provider.community.zone
    lines = [
        SeriesLine(
            series,
            rhythm_in_words(series.first_start, zone=zone, cycle=cycle),
            found[series],
            totals[series.pk],
        )
        for series in found
    ]
    return sorted(lines, key=lambda line: _place_in_week(line.series, provider))


def _place_in_week(series: Series, provider: Provider) -> tuple[int, object, int]:
    local = series.first_start.astimezone(provider.community.zone)
    return local.weekday(), local.time(), series.pk


@dataclass(frozen=True, slots=True)
class WeekLine:
    """One week of a series on its page."""

    booking: Booking
    now: datetime

    @property
    def day(self) -> str:
        """“Tuesday 4 March”, by the community's dates."""
        appointment = self.booking.appointment
        return date_in_words(appointment.start.astimezone(appointment.community.zone).date())

    @property
    def state(self) -> str:
        """As it is now: a request that has run out is expired, and what is past is over."""
        booking = self.booking
        if booking.state == BookingState.REQUESTED and self._has_run_out:
            return BookingState.EXPIRED.value
        is_over = booking.appointment.end <= self.now
        return "over" if is_over and booking.state == BookingState.CONFIRMED else booking.state

    @property
    def _has_run_out(self) -> bool:
        expires = self.booking.expires_at
        return expires is not None and expires <= self.now

    @property
    def is_waiting(self) -> bool:
        is_ahead = self.booking.appointment.start > self.now
        return self.state == BookingState.REQUESTED and is_ahead

    @property
    def is_ahead(self) -> bool:
        is_open = self.state in (BookingState.REQUESTED, BookingState.CONFIRMED)
        return is_open and self.booking.appointment.start > self.now


def week_lines(weeks: Iterable[Booking], *, now: datetime) -> list[WeekLine]:
    return [WeekLine(booking, now) for booking in weeks]
