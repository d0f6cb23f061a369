"""The weeks of a series: one wall-clock time, week after week, and what stands against each.

What stands against a week is what `openings.explain` says of that start; nothing is decided here.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from visavis.availability.terms import term_on
from visavis.bookings.models import Series
from visavis.bookings.openings import Question, explain_each, question_for_start
from visavis.catalogue.models import AppointmentFormat
from visavis.communities.models import Community
from visavis.engine.world import Reason, Refusal

WEEK = timedelta(weeks=1)
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Week:
    """One week of a series: its local date, its start (aware UTC; None where the clocks skip it).

    `refusals` are the rules that stand against it; none of a skipped week are asked for.
    """

    number: int
    day: date
    start: datetime | None
    refusals: tuple[Refusal, ...] = ()
    is_skipped: bool = False

    @property
    def is_free(self) -> bool:
        return self.start is not None and not self.refusals

    @property
    def is_wanted(self) -> bool:
        return not self.is_skipped


@dataclass(frozen=True, slots=True)
class EndOfTerm:
    """The term in which a series begins, and how many weeks it has from there to its last day."""

    name: str
    weeks: int


def weeks_from(start: datetime, count: int, zone: ZoneInfo) -> list[Week]:
    """The dates and starts of `count` weeks from an aware start, at the same wall-clock time.

    Where the clocks skip that time a week has no start; where they show it twice, it is the first.
    """
    wall = start.astimezone(zone).replace(tzinfo=None, fold=0)
    weeks = [Week(1, wall.date(), start.astimezone(UTC))]
    for number in range(1, count):
        shown = wall + number * WEEK
        instant = shown.replace(tzinfo=zone).astimezone(UTC)
        exists = instant.astimezone(zone).replace(tzinfo=None, fold=0) == shown
        weeks.append(Week(number + 1, shown.date(), instant if exists else None))
    return weeks


def check_weeks(
    question: Question, start: datetime, count: int, *, skipping: Collection[date] = ()
) -> list[Week]:
    """The weeks, each with what stands against it, whether it is skipped or not.

    The question names provider and place. Lead time and horizon are asked of the first meeting
    alone. Two sets of reads, however many weeks. Raises Refused for a start beyond all calendars.
    """
    weeks = weeks_from(start, count, question.community.zone)
    there = [week.start for week in weeks[1:] if week.start is not None]
    found = _refusals(question_for_start(question, start), [weeks[0].start or start])
    if there:
        last = question_for_start(question, there[-1]).first
        days = (last - weeks[1].day).days + 1
        later = replace(question, first=weeks[1].day, days=days, is_repeat=True)
        found |= _refusals(later, there)
    missing = (Refusal(Reason.NO_SUCH_TIME),)
    return [
        replace(
            week,
            refusals=missing if week.start is None else found[week.start],
            is_skipped=week.day in skipping,
        )
        for week in weeks
    ]


def _refusals(
    question: Question, starts: Sequence[datetime]
) -> dict[datetime, tuple[Refusal, ...]]:
    if question.provider is None or question.location is None:
        raise ValueError("A series needs its provider and its place.")
    verdicts = explain_each(question, starts)
    return {start: verdict.refusals for start, (verdict,) in zip(starts, verdicts, strict=True)}


def keys_of_weeks(series: Series, skipping: Collection[date]) -> set[str]:
    """The keys under which the weeks of a series are booked when these dates are skipped."""
    weeks = weeks_from(series.first_start, series.weeks, series.community.zone)
    return {
        week_key(series, week.start) for week in weeks if week.start and week.day not in skipping
    }


def week_key(series: Series, start: datetime) -> str:
    """A week's idempotency key: it stays when that one meeting is moved."""
    return f"series-{series.public_id}-{start:%Y%m%d}"


def end_of_term(community: Community, start: datetime) -> EndOfTerm | None:
    """The term that holds the local day of this start, if any, with the weeks to its end."""
    day = start.astimezone(community.zone).date()
    term = term_on(community, day)
    return None if term is None else EndOfTerm(term.name, (term.last - day).days // 7 + 1)


def possible_counts(format_: AppointmentFormat) -> range:
    """How many weeks a series of this format may have, skipped ones counted."""
    return range(FEWEST, format_.most_weeks + 1)
