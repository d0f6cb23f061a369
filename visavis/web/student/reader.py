"""In whose zone and habit a page writes its times."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from visavis.catalogue.enums import MeetingKind
from visavis.communities.models import Community
from visavis.core.zone_names import zone_in_words
from visavis.people.enums import HourCycle
from visavis.web.ui import times
from visavis.web.ui.context import find_zone


@dataclass(frozen=True, slots=True)
class Reader:
    """The zone that is shown, a second one where clocks may differ, and 12 or 24 hours."""

    zone: ZoneInfo
    also: ZoneInfo | None
    cycle: HourCycle

    def differs_at(self, instant: datetime) -> bool:
        """Whether the second zone's clocks read otherwise at this instant."""
        return self.also is not None and not times.shows_same_clock(
            instant, zone=self.zone, other=self.also
        )

    def date_of(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()

    def time(self, instant: datetime) -> str:
        """“9:00 AM”."""
        return times.time_in_words(instant, zone=self.zone, cycle=self.cycle)

    def other_time(self, instant: datetime) -> str:
        """The same in the second zone, with its day where that is another; empty when alike."""
        if self.also is None or not self.differs_at(instant):
            return ""
        written = times.time_in_words(instant, zone=self.also, cycle=self.cycle)
        day = instant.astimezone(self.also).date()
        if day == self.date_of(instant):
            return written
        return f"{times.date_in_words(day)}, {written}"

    def moment(self, start: datetime, end: datetime | None = None) -> str:
        """“Tuesday 4 March, 9:00–9:30 (New York time)”, with the other zone where it differs."""
        return f"{self.day_and_time(start, end)} ({self.zone_note(start)})"

    def short_moment(self, start: datetime, end: datetime | None = None) -> str:
        """“Tue 4 Mar, 9:00–9:30 (New York time)”, for a line that is cut where it ends."""
        written = (
            self.time(start)
            if end is None
            else times.times_in_words(start, end, zone=self.zone, cycle=self.cycle)
        )
        day = date_format(self.date_of(start), "D j M")
        return f"{day}, {written} ({self.zone_note(start)})"

    def zone_note(self, start: datetime) -> str:
        """“Kolkata time; 9:00 AM New York time”."""
        other = self.other_time(start)
        return f"{self.zone_words}; {other} {self.also_words}" if other else self.zone_words

    def day_and_time(self, start: datetime, end: datetime | None = None) -> str:
        """“Tuesday 4 March, 9:00”, where the zone is named elsewhere."""
        return times.moment_in_words(start, end, zone=self.zone, cycle=self.cycle)

    def weekday_and_time(self, start: datetime) -> str:
        """“Tuesday 9:00”, for a button."""
        return f"{date_format(self.date_of(start), 'l')} {self.time(start)}"

    @property
    def zone_words(self) -> str:
        return zone_in_words(self.zone)

    @property
    def also_words(self) -> str:
        return zone_in_words(self.also) if self.also else ""


def reader_for(request: HttpRequest, community: Community, kinds: Iterable[str]) -> Reader:
    """How to write times of meetings of these kinds (PRODUCT.md, "Pick a time").

    In person: the community's zone. From afar: the reader's own, beside the community's. Where the
    place is still open, and may be either: the community's, beside the reader's own.
    """
    cycle = times.find_hour_cycle(
        getattr(request.user, "hour_cycle", ""), request.headers.get("Accept-Language", "")
    )
    own = find_zone(request.user, community)
    in_person = {kind == MeetingKind.IN_PERSON for kind in kinds}
    if own == community.zone or in_person == {True}:
        return Reader(community.zone, None, cycle)
    if True in in_person:
        return Reader(community.zone, own, cycle)
    return Reader(own, community.zone, cycle)


def greeting(name: str, now: datetime, zone: ZoneInfo) -> str:
    """“Good morning, Sam” by the clock of the zone."""
    hour = now.astimezone(zone).hour
    if hour < 12:  # noqa: PLR2004  (noon)
        words = _("Good morning")
    else:
        words = _("Good afternoon") if hour < 18 else _("Good evening")  # noqa: PLR2004
    return f"{words}, {name}" if name else words
