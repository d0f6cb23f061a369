"""What the pages of one's calendars and of one's profile show."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.urls import reverse

from visavis.availability.models import OutsideBusy, OutsideCalendar
from visavis.availability.queries import outside_busy_of, outside_calendars_of
from visavis.bookings.queries import communities_open_to
from visavis.calendars.feeds import find_feed
from visavis.calendars.problems import problem_in_words
from visavis.calendars.reading import zone_of
from visavis.people.models import User
from visavis.people.rules import gives_support
from visavis.web.ui.doors import SignedInRequest

AHEAD = timedelta(days=14)
# Of each calendar; what is longer is cut, and says so.
SHOWN = 40


@dataclass(frozen=True, slots=True)
class ShownCalendar:
    """A calendar with what became of reading it, and the first of its coming busy times."""

    calendar: OutsideCalendar
    busy: Sequence[OutsideBusy]
    more: int = 0

    @property
    def count(self) -> int:
        return len(self.busy) + self.more

    @property
    def problem(self) -> str:
        """Why it could not be read the last time, in words; empty when it could."""
        calendar = self.calendar
        return (
            "" if calendar.is_paused else problem_in_words(calendar.problem, calendar.problem_data)
        )

    @property
    def is_awaited(self) -> bool:
        return self.calendar.asked_at is not None

    @property
    def state(self) -> str:
        """One of: paused, awaited, failed, read."""
        if self.calendar.is_paused:
            return "paused"
        if self.is_awaited:
            return "awaited"
        return "failed" if self.calendar.problem else "read"


def calendars_page(request: SignedInRequest, form: forms.Form, *, now: datetime) -> dict[str, Any]:
    """The page's context: the person's address, their calendars, and whether they connect more.

    Who gives support no more still finds what they have connected, to let it go.
    """
    person = request.user
    feed = find_feed(person)
    address = ""
    if feed is not None:
        address = request.build_absolute_uri(reverse("account_feed", args=[feed.token]))
    gives = gives_support(person)
    return {
        "address": address,
        # Programs that know calendars open these themselves.
        "program_address": "webcal" + address[address.find(":") :] if address else "",
        "gives_support": gives,
        "form": form,
        **list_context(person, now=now),
    }


def list_context(person: User, *, now: datetime) -> dict[str, Any]:
    """The context of the list alone; it is asked for again while any of it is being read."""
    calendars = shown_calendars(person, now=now)
    # What is never read is not waited for.
    is_awaited = any(shown.is_awaited for shown in calendars) and gives_support(person)
    return {"calendars": calendars, "is_awaited": is_awaited, "zone": zone_of(person)}


def shown_calendars(person: User, *, now: datetime) -> list[ShownCalendar]:
    """The person's calendars with the busy times of the next fortnight, in two queries."""
    busy = defaultdict[int, list[OutsideBusy]](list)
    for row in outside_busy_of(person, start=now, end=now + AHEAD):
        busy[row.calendar_id].append(row)
    return [
        ShownCalendar(calendar, busy[calendar.pk][:SHOWN], max(len(busy[calendar.pk]) - SHOWN, 0))
        for calendar in outside_calendars_of(person)
    ]


def zones_elsewhere(person: User) -> list[tuple[ZoneInfo, list[str]]]:
    """The zones of the person's communities that are not their own, each with the names of these.

    Who has none of their own reads every community's, so that none is elsewhere.
    """
    names = defaultdict[ZoneInfo, list[str]](list)
    for community in communities_open_to(person).own if person.timezone else ():
        if community.timezone != person.timezone:
            names[community.zone].append(community.name)
    return list(names.items())
