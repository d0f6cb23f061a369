"""A letter: what one reader is told about one thing, before it becomes a mail.

Whoever has something to tell declares a `Source`: rows with a number (`pk`), an instant (`at`) and
a `batch`, written in the transaction of what they tell of, and a function that makes letters of
the rows of one batch. Everything after that is the same for all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from visavis.bookings.models import Booking
from visavis.calendars.ics import Mailbox
from visavis.communities.models import Community
from visavis.core import clock
from visavis.core.zone_names import zone_in_words
from visavis.notifications.enums import Audience, Kind
from visavis.people.enums import HourCycle
from visavis.people.models import User
from visavis.people.times import habit_in_zone, moment_in_words


@dataclass(frozen=True)
class Reader:
    """Whom a letter is for, and how they read times. `user` is None for the centre."""

    audience: Audience
    mailbox: Mailbox
    zone: ZoneInfo
    cycle: HourCycle
    user: User | None = None

    def read(self, start: datetime, end: datetime | None = None) -> str:
        """“Tuesday 4 March, 9:00–9:30 AM”, with the year when it is another one."""
        today = clock.now().astimezone(self.zone).date()
        return moment_in_words(start, end, zone=self.zone, cycle=self.cycle, today=today)

    def read_with_zone(self, start: datetime, end: datetime | None = None) -> str:
        return f"{self.read(start, end)} ({zone_in_words(self.zone)})"


def reader_of(user: User, audience: Audience, community: Community) -> Reader:
    """The person with their own zone and habit, else the community's."""
    zone = ZoneInfo(user.timezone or community.timezone)
    chosen = HourCycle(user.hour_cycle)
    cycle = habit_in_zone(zone) if chosen == HourCycle.AUTO else chosen
    name = " ".join(str(user).split())  # a line's end in a name would end the header
    return Reader(audience, Mailbox(name, user.email), zone, cycle, user)


def centre_of(community: Community) -> Reader:
    zone = community.zone
    mailbox = Mailbox(" ".join(community.name.split()), community.centre_email)
    return Reader(Audience.CENTRE, mailbox, zone, habit_in_zone(zone))


class Prose(str):
    """What somebody wrote, as a fact: its lines are no list."""

    __slots__ = ()


@dataclass(frozen=True)
class Invitation:
    """A calendar's part of a mail, with its METHOD."""

    method: str
    content: str


@dataclass(frozen=True)
class Letter:
    """`key` is unique for ever: a letter under a key that was used is not sent again.

    `words` fill the placeholders of the text; `facts` stand below it, term by term, and several
    lines are a list, but for `Prose`; `link` is a label and a path of a page that changes nothing
    when opened.
    """

    key: str
    kind: Kind
    community: Community
    reader: Reader
    words: dict[str, str]
    facts: list[tuple[str, str]]
    link: tuple[str, str]
    booking: Booking | None = None
    invitation: Invitation | None = None
    # What is said in place of the community's text.
    body: str = ""
    useless_after: datetime | None = None
    remind_minutes: int | None = None


@dataclass(frozen=True)
class Source:
    name: str
    rows: Callable[[], QuerySet[Any]]
    write: Callable[[Sequence[Any]], list[Letter]]
    # Which rows wait at an instant although they are written: what may yet be taken back.
    resting: Callable[[datetime], Q] | None = None


@dataclass(slots=True)
class Register:
    sources: dict[str, Source] = field(default_factory=dict)


register = Register()


def add_source(source: Source) -> None:
    register.sources[source.name] = source
