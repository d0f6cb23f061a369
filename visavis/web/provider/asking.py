"""Requests as the one who answers them sees them: a weekly one is one, with its weeks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from visavis.bookings.models import Appointment, Booking, Series
from visavis.people.models import User


@dataclass(frozen=True, slots=True)
class Asked:
    """What one student asks for: one meeting, or the waiting weeks of a series, by time."""

    bookings: list[Booking]

    @property
    def booking(self) -> Booking:
        return self.bookings[0]

    @property
    def student(self) -> User:
        return self.booking.student

    @property
    def meeting(self) -> Appointment:
        return self.booking.appointment

    @property
    def series(self) -> Series | None:
        return self.booking.series if is_own_week(self.booking) else None

    @property
    def expires_at(self) -> datetime | None:
        """When the first of them runs out."""
        return min((row.expires_at for row in self.bookings if row.expires_at), default=None)


def is_own_week(booking: Booking) -> bool:
    """Whether it is a week of a series of the one who gives it: moved away, it is one by itself."""
    series = booking.series
    return series is not None and series.provider_id == booking.appointment.provider_id


def grouped(waiting: Iterable[Booking]) -> list[Asked]:
    """The requests, the weeks of one series together where the first to expire stands."""
    found: list[Asked] = []
    of_series: dict[int, Asked] = {}
    for booking in waiting:
        if not is_own_week(booking) or booking.series_id is None:
            found.append(Asked([booking]))
        elif booking.series_id in of_series:
            of_series[booking.series_id].bookings.append(booking)
        else:
            found.append(Asked([booking]))
            of_series[booking.series_id] = found[-1]
    for asked in found:
        asked.bookings.sort(key=lambda booking: booking.appointment.start)
    return found
