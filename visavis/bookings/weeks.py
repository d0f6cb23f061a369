"""The weeks of a series: one wall-clock time, week after week, and what stands against each.

What stands against a week is what `openings.explain` says of that start. One rule comes on top, for
the page that shows the weeks and the booking alike: a series that begins within a term has no weeks
outside of every term.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from visavis.availability.models import Term
from visavis.availability.terms import term_on, terms_of
from visavis.bookings.models import Booking, Series
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
    alone. Two sets of reads and the terms, however many weeks. Raises Refused for a start beyond
    all calendars.
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
    terms = list(terms_of(question.community))
    return [
        replace(
            week,
            refusals=_with_terms(
                week.day,
                missing if week.start is None else found[week.start],
                terms,
                first=weeks[0].day,
            ),
            is_skipped=week.day in skipping,
        )
        for week in weeks
    ]


def _with_terms(
    day: date, refusals: Sequence[Refusal], terms: Sequence[Term], *, first: date
) -> tuple[Refusal, ...]:
    """The refusals with the name of the break, and that the day lies outside every term."""
    begun = _term_of(first, terms)
    if begun is not None and _term_of(day, terms) is None:
        outside = Refusal(Reason.OUTSIDE_TERM, {"term": begun.name})
        return (outside, *refusals)
    return tuple(_named(refusal, day, terms) for refusal in refusals)


def _named(refusal: Refusal, day: date, terms: Sequence[Term]) -> Refusal:
    if refusal.code != Reason.IN_BREAK:
        return refusal
    pauses = [one for term in terms for one in term.breaks.all() if one.first <= day <= one.last]
    return Refusal(
        refusal.code, {**refusal.data, **({"break_name": pauses[0].name} if pauses else {})}
    )


def _term_of(day: date, terms: Sequence[Term]) -> Term | None:
    return next((term for term in terms if term.first <= day <= term.last), None)


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


def planned_starts(series: Series) -> dict[str, datetime]:
    """The start of each week as it was booked, aware UTC, by the week's key.

    A week that was moved keeps its key: so one knows which of the series it is.
    """
    weeks = weeks_from(series.first_start, series.weeks, series.community.zone)
    return {week_key(series, week.start): week.start for week in weeks if week.start}


def planned_start(booking: Booking, starts: Mapping[str, datetime]) -> datetime:
    """The week's own of these; where it stands, should the community's zone have changed since."""
    return starts.get(booking.idempotency_key, booking.appointment.start)


def end_of_term(community: Community, start: datetime) -> EndOfTerm | None:
    """The term that holds the local day of this start, if any, with the weeks to its end."""
    day = start.astimezone(community.zone).date()
    term = term_on(community, day)
    return None if term is None else EndOfTerm(term.name, (term.last - day).days // 7 + 1)


def possible_counts(format_: AppointmentFormat) -> range:
    """How many weeks a series of this format may have, skipped ones counted."""
    return range(FEWEST, format_.most_weeks + 1)
