"""Times that are free for a student and for the one they meet: where a booking could go."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from visavis.availability.models import Location
from visavis.bookings.models import Booking
from visavis.bookings.openings import Openings, Question, ask, last_date, question_for_start
from visavis.core.instants import write_instant
from visavis.people.enums import HourCycle
from visavis.people.models import Provider
from visavis.web.ui import times

SPAN_DAYS = 14
# Nobody's calendar reaches further; beyond it dates cannot be counted with.
SENSIBLE = timedelta(days=800)


@dataclass(frozen=True, slots=True)
class FreeTime:
    """One start: as a link (`url`), or as what a tick sends (`value`)."""

    start: datetime
    text: str
    rest: str
    url: str = ""
    other: str = ""
    note: str = ""

    @property
    def value(self) -> str:
        return write_instant(self.start)


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A local date of the community with its free times; `start` is the first of them."""

    date: date
    start: datetime
    times: list[FreeTime]


@dataclass(frozen=True, slots=True)
class Span:
    """Some days with what is free in them, and where the days before and after begin."""

    first: date
    last: date
    days: list[FreeDay]
    earlier: date | None
    later: date | None


class FreeTimes:
    """The days of a question, and the times that are free in them."""

    now: datetime
    cycle: HourCycle

    def question(self, **days: object) -> Question:
        """What is asked, about other days."""
        raise NotImplementedError

    def fits(self, start: datetime, length: timedelta) -> bool:  # noqa: ARG002  (for those who ask)
        """Whether a start that is free is one that is wanted."""
        return True

    def span(self, first: date | None, *, path: str = "") -> Span:
        """Two weeks from `first` (today, if it is earlier or none); with `path`, times as links."""
        community = self.question().community
        today = self.now.astimezone(community.zone).date()
        horizon = max(today, last_date(self.question()))
        begin = min(max(first or today, today), horizon)
        end = min(begin + timedelta(days=SPAN_DAYS - 1), horizon)
        openings = ask(self.question(first=begin, days=(end - begin).days + 1))
        back = timedelta(days=SPAN_DAYS)
        return Span(
            begin,
            end,
            self._days(openings, path),
            max(today, begin - back) if begin > today else None,
            end + timedelta(days=1) if end < horizon else None,
        )

    def openings(self, start: datetime) -> Openings | None:
        """What is free on the day of this start, if the start is one that is wanted."""
        if abs(start - self.now) > SENSIBLE:
            return None
        openings = ask(question_for_start(self.question(), start))
        return openings if self.fits(start, openings.length) else None

    def _days(self, openings: Openings, path: str) -> list[FreeDay]:
        zone = openings.question.community.zone
        starts = [start for start in openings.starts if self.fits(start, openings.length)]
        by_day = groupby(starts, key=lambda start: start.astimezone(zone).date())
        return [
            FreeDay(day, free[0].start, free)
            for day, found in by_day
            for free in [[self._time(start, openings, path) for start in found]]
        ]

    def _time(self, start: datetime, openings: Openings, path: str) -> FreeTime:
        zone = openings.question.community.zone
        end = times.time_in_words(start + openings.length, zone=zone, cycle=self.cycle)
        day = times.date_in_words(start.astimezone(zone).date())
        more = "&" if "?" in path else "?"
        return FreeTime(
            start,
            times.time_in_words(start, zone=zone, cycle=self.cycle),
            str(_("to %(end)s, %(day)s")) % {"end": end, "day": day},
            f"{path}{more}{urlencode({'start': write_instant(start)})}" if path else "",
        )


@dataclass(frozen=True)
class NewTimes(FreeTimes):
    """The question when a new meeting could be; `now` is aware."""

    asked: Question
    now: datetime
    cycle: HourCycle

    def question(self, **days: object) -> Question:
        return replace(self.asked, **days)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Elsewhere(FreeTimes):
    """The question where a booking could go; `now` is aware.

    With the same person, or with `provider`. `is_apart` leaves out what overlaps the booking's own
    time.
    """

    booking: Booking
    now: datetime
    cycle: HourCycle
    is_apart: bool = False
    provider: Provider | None = None

    @property
    def giver(self) -> Provider:
        return self.provider or self.booking.appointment.provider

    def places(self, start: datetime) -> list[Location]:
        """Where they could meet at this start, the place they had first; none: it is not free."""
        openings = self.openings(start)
        places = [] if openings is None else openings.places(self.giver, start)
        return sorted(places, key=lambda place: place.pk != self.booking.appointment.location_id)

    def question(self, **days: object) -> Question:
        appointment = self.booking.appointment
        values: dict[str, object] = {"first": self.now.date(), "days": 1, **days}
        return Question(
            community=appointment.community,
            service=appointment.service,
            format=appointment.format,
            now=self.now,
            student=self.booking.student,
            provider=self.giver,
            moving=self.booking,
            **values,  # type: ignore[arg-type]
        )

    def fits(self, start: datetime, length: timedelta) -> bool:
        """To move to any other start will do; what is held must lie apart from the meeting."""
        appointment = self.booking.appointment
        if not self.is_apart:
            return start != appointment.start or self.giver.pk != appointment.provider_id
        return start >= appointment.end or start + length <= appointment.start
