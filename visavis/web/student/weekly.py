"""The weeks of a series as the student's pages show them, before and after it is booked."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.bookings.models import Series
from visavis.bookings.queries import booked_weeks
from visavis.bookings.refusals import sentence
from visavis.bookings.weeks import Week, check_weeks, end_of_term, possible_counts
from visavis.people.models import Provider
from visavis.web.student.meetings import Meeting
from visavis.web.student.reader import Reader
from visavis.web.student.way import Way, chosen
from visavis.web.ui.times import date_in_words, rhythm_in_words


@dataclass(frozen=True, slots=True)
class WeekLine:
    """One week before booking: when, and why not where something stands against it."""

    week: Week
    day: str
    time: str
    reason: str

    @property
    def value(self) -> str:
        return self.week.day.isoformat()

    @property
    def is_first(self) -> bool:
        return self.week.number == 1

    @property
    def is_taken_out(self) -> bool:
        """Whether it will not be booked."""
        return self.week.is_skipped or not self.week.is_free


def week_lines(way: Way, reader: Reader) -> list[WeekLine]:
    """Each of the way's weeks with its verdict, which `openings.explain` gives."""
    question = way.question(provider=way.provider, location=way.place)
    weeks = check_weeks(question, chosen(way.start), chosen(way.weeks), skipping=way.skipping)
    return [_line(way, reader, week) for week in weeks]


def _line(way: Way, reader: Reader, week: Week) -> WeekLine:
    first = week.refusals[0] if week.refusals else None
    reason = sentence(first, way.community, moment=reader.moment) if first else ""
    if week.start is None:
        return WeekLine(week, date_in_words(week.day), "", reason)
    day = date_in_words(reader.date_of(week.start))
    shown, other = reader.time(week.start), reader.other_time(week.start)
    return WeekLine(week, day, f"{shown} ({other} {reader.also_words})" if other else shown, reason)


def week_choices(way: Way) -> dict[int, str]:
    """How many weeks can be chosen, each as people read it; the term's end is named."""
    term = end_of_term(way.community, chosen(way.start))
    labels = {}
    for count in possible_counts(way.format):
        label = ngettext("%(count)d week", "%(count)d weeks", count) % {"count": count}
        if term is not None and term.weeks == count:
            label = _("%(weeks)s, to the end of %(term)s") % {"weeks": label, "term": term.name}
        labels[count] = label
    return labels


def suggested_weeks(way: Way) -> int:
    """To the end of the term, as far as the format goes; without a term, as long as can be."""
    counts = possible_counts(way.format)
    term = end_of_term(way.community, chosen(way.start))
    return max(counts[0], min(counts[-1], term.weeks if term else counts[-1]))


@dataclass(frozen=True, slots=True)
class BookedWeek:
    """One week of a series on its page: its meeting, or why there is none."""

    at: datetime
    meeting: Meeting | None = None
    day: str = ""
    why: str = ""


def all_weeks(series: Series, meetings: Sequence[Meeting]) -> list[BookedWeek]:
    """The weeks by time, those between them that were left out or skipped as well."""
    zone = series.community.zone
    hour = series.first_start.astimezone(zone).time()
    left_out = [
        BookedWeek(datetime.combine(day, hour, zone), None, date_in_words(day), week["why"])
        for week in series.skipped
        for day in [date.fromisoformat(week["day"])]
    ]
    booked = [BookedWeek(meeting.appointment.start, meeting) for meeting in meetings]
    return sorted([*booked, *left_out], key=lambda week: week.at)


def usual_provider(meetings: Sequence[Meeting]) -> Provider:
    """Who gives most of these weeks, of which there is one at least: some may be handed over."""
    return Counter(meeting.provider for meeting in meetings).most_common(1)[0][0]


def shares(meetings: Sequence[Meeting]) -> str:
    """“2 with Talia Katz, 1 with Diego Ruiz”, or nothing where one person gives them all."""
    counts = Counter(meeting.provider for meeting in meetings).most_common()
    if len(counts) == 1:
        return ""
    each = [_("%(count)d with %(name)s") % {"count": count, "name": name} for name, count in counts]
    return ", ".join(each)


@dataclass(frozen=True)
class SeriesLine:
    """A series in a list of meetings: who gives it, how many of its weeks are left, of how many."""

    series: Series
    meeting: Meeting
    provider: Provider
    left: int
    total: int

    @property
    def rhythm(self) -> str:
        """“every Tuesday, 10:00 AM”, as it was booked: one week may have been moved since."""
        reader = self.meeting.reader
        return rhythm_in_words(self.series.first_start, zone=reader.zone, cycle=reader.cycle)

    @property
    def zone_note(self) -> str:
        return self.meeting.zone_note

    @property
    def url(self) -> str:
        return self.meeting.series_url


def grouped(coming: Sequence[Meeting]) -> list[Meeting | SeriesLine]:
    """The coming meetings, the weeks of one series together where its first one stands."""
    totals = booked_weeks({m.booking.series_id for m in coming if m.booking.series_id})
    found: list[Meeting | SeriesLine] = []
    seen: set[int] = set()
    for meeting in coming:
        series = meeting.booking.series
        if series is None:
            found.append(meeting)
        elif series.pk not in seen:
            seen.add(series.pk)
            left = [other for other in coming if other.booking.series_id == series.pk]
            usual = usual_provider(left)
            found.append(SeriesLine(series, meeting, usual, len(left), totals[series.pk]))
    return found
