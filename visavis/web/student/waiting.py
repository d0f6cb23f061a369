"""The waitlist as the student's pages show it: what they wait for, and what is held for them."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from visavis.availability.enums import Weekday
from visavis.bookings.enums import HoldState, WaitlistState
from visavis.bookings.models import Hold, WaitlistEntry
from visavis.bookings.waitlist import Placed, place, placed_entries
from visavis.bookings.waitlist_models import DayTimes
from visavis.communities.models import Community
from visavis.core.instants import write_instant
from visavis.people.models import User
from visavis.web.hours.words import clock_in_words
from visavis.web.student.reader import Reader, reader_for
from visavis.web.student.way import Way
from visavis.web.ui import times


@dataclass(frozen=True)
class Waiting:
    """One entry for its student at one moment."""

    placed: Placed
    reader: Reader

    @property
    def entry(self) -> WaitlistEntry:
        return self.placed.entry

    @property
    def position(self) -> int:
        return self.placed.position

    @property
    def offer(self) -> Hold | None:
        return self.placed.offer

    @property
    def with_whom(self) -> str:
        """The person waited for; of an own service it is its owner."""
        who = self.entry.provider or self.entry.service.owner
        return str(who) if who else _("anyone")

    @property
    def days(self) -> str:
        return days_in_words(self.entry)

    @property
    def times(self) -> list[str]:
        return [times_of_week(row, self.entry, self.reader) for row in self.entry.times]

    @property
    def moment(self) -> str:
        return self.reader.moment(self.offer.start, self.offer.end) if self.offer else ""

    @property
    def short_moment(self) -> str:
        return self.reader.weekday_and_time(self.offer.start) if self.offer else ""

    @property
    def until(self) -> str:
        """“14:30”, with its day when that is not today."""
        if self.offer is None:
            return ""
        expires = self.offer.expires_at
        if self.reader.date_of(expires) == self.reader.date_of(self.placed.now):
            return self.reader.time(expires)
        return self.reader.day_and_time(expires)

    @property
    def book_url(self) -> str:
        """The topic of the held meeting, and from there its review: the usual way."""
        hold = self.offer
        if hold is None:
            return ""
        wanted = [hold.format_id, hold.service_id, write_instant(hold.start)]
        slug = self.entry.community.slug
        return reverse("student:topic", args=[slug, *wanted, hold.provider_id, hold.location_id])

    @property
    def leaving_url(self) -> str:
        return self._url("waitlist_leaving")

    @property
    def letting_go_url(self) -> str:
        return self._url("waitlist_letting_go")

    def _url(self, name: str) -> str:
        return reverse(f"student:{name}", args=[self.entry.community.slug, self.entry.public_id])


def waiting_of(
    request: HttpRequest, community: Community, user: User, now: datetime
) -> list[Waiting]:
    """What the student waits for here, with the position of each; one query however many wait."""
    if not community.waitlist:
        return []
    theirs = placed_entries(community, now=now, student=user)
    reader = reader_for(request, community, ["in_person"])
    return [Waiting(one, reader) for one in place(theirs, now=now)]


def held_along(way: Way, reader: Reader) -> Waiting | None:
    """What is held for the student where the steps have got to: its deadline goes along."""
    if way.start is None or way.moving is not None or not way.community.waitlist:
        return None
    chosen = {"hold__provider": way.provider, "hold__location": way.place}
    entry = (
        WaitlistEntry.objects.filter(
            student=way.student,
            state=WaitlistState.OFFERED,
            hold__state=HoldState.OPEN,
            hold__expires_at__gt=way.now,
            hold__service=way.service,
            hold__format=way.format,
            hold__start=way.start,
            **{name: row for name, row in chosen.items() if row is not None},
        )
        .select_related("hold", "community")
        .first()
    )
    return Waiting(Placed(entry, position=1, now=way.now), reader) if entry else None


def days_in_words(entry: WaitlistEntry) -> str:
    """“Monday 15 February to Friday 19 February”, or one day."""
    first = times.date_in_words(entry.first)
    if entry.last == entry.first:
        return first
    words = {"first": first, "last": times.date_in_words(entry.last)}
    return _("%(first)s to %(last)s") % words


def times_of_week(row: DayTimes, entry: WaitlistEntry, reader: Reader) -> str:
    """“Monday, Wednesday 9:00–11:30 AM”; days only where there are several to choose from."""
    clock = clock_in_words(row.begin, row.end, cycle=reader.cycle)
    if len(row.weekdays) == len(Weekday.values) or entry.first == entry.last:
        return clock
    days = ", ".join(str(Weekday(day).label) for day in row.weekdays)
    return _("%(days)s: %(clock)s") % {"days": days, "clock": clock}


def can_wait(way: Way) -> bool:
    """Whether this community keeps a list for what was chosen."""
    return way.community.waitlist and not way.format.is_weekly


def waitlist_url(way: Way, first: date, last: date) -> str:
    """The form, with the person who was chosen, for the days that are looked at."""
    if not can_wait(way) or way.service is None:
        return ""
    path = reverse("student:waitlist", args=[way.community.slug, way.format.pk, way.service.pk])
    asked = {"first": first.isoformat(), "last": last.isoformat()}
    if way.only_provider:
        asked["provider"] = str(way.only_provider.pk)
    return f"{path}?{urlencode(asked)}"
