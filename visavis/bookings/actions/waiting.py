"""The waitlist: join and leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from visavis.bookings.actions.holding import release_hold
from visavis.bookings.entries import change_entry, read_entry, tell_entry
from visavis.bookings.enums import (
    WAITS,
    HoldState,
    WaitlistEventKind,
    WaitlistState,
)
from visavis.bookings.errors import InvalidWish, NotOpen, Refused
from visavis.bookings.models import Hold, WaitlistEntry
from visavis.bookings.refusals import sentence
from visavis.bookings.student import student_standing
from visavis.bookings.waitlist import suited_times
from visavis.bookings.waitlist_models import DayTimes
from visavis.bookings.wish_times import Flaw, find_day_flaw, find_flaws, united
from visavis.catalogue.enums import MeetingKind
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.catalogue.queries import is_on_list
from visavis.communities.models import Community
from visavis.core import measuring
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.engine.world import Reason, Refusal
from visavis.people.models import Provider, User
from visavis.people.queries import lock_people
from visavis.people.rules import Standing

# So many times of the week can be named in one wish.
MOST_TIMES = 7


@dataclass(frozen=True)
class Wish:
    """What a student waits for; dates and times are the community's local ones.

    `provider` None is anyone; a time suits that fits one of `times`; no `kinds`: any kind of place.
    """

    student: User
    service: Service
    format: AppointmentFormat
    first: date
    last: date
    provider: Provider | None = None
    times: Sequence[DayTimes] = (DayTimes(),)
    kinds: Sequence[str] = ()

    @property
    def community(self) -> Community:
        """Where they wait: the service's."""
        return self.service.community


@measuring.outcomes("bookings", action="wait")
@again_on_conflict
def join_waitlist(wish: Wish, *, by: Actor, now: datetime) -> WaitlistEntry:
    """Put the student on the list, behind all who wait already; times that overlap become one.

    Raises InvalidWish for days or times that hold no meeting (each flawed row of times is told in
    `data["flaws"]`), Refused when the community keeps no list, when the student may not book here,
    waits for the same already, or could book a time that suits at once.
    """
    _check(wish, now)
    _refuse_second(wish, now)
    entry = WaitlistEntry(
        **_wanted(wish),
        provider=wish.provider,
        rows=[[list(row.weekdays), row.begin, row.end] for row in united(wish.times)],
        kinds=list(wish.kinds),
        created_at=now,
        changed_at=now,
    )
    # A whole search, so nobody waits for it: what comes free after it is offered to them.
    if next(suited_times(entry, now), None) is not None:
        raise Refused(
            _("There are free times within these days already. Choose one of them."),
            code="times_are_free",
        )
    with transaction.atomic():
        lock_people({wish.student.pk})
        _refuse_second(wish, now)
        entry.save()
        tell_entry(entry, WaitlistEventKind.JOINED, by=by, now=now)
    return entry


def _check(wish: Wish, now: datetime) -> None:
    community = wish.community
    if not community.waitlist:
        text = _("%(community)s keeps no waitlist.") % {"community": community.name}
        raise Refused(text, code="no_waitlist")
    if wish.format.is_weekly:
        # One time is held at once; a series needs all its weeks.
        text = _("Nobody waits for weekly meetings. Look for other times, or take out a week.")
        raise Refused(text, code="no_waitlist")
    # The rules that refuse booking: who is paused waits for nothing either.
    refusals = student_standing(Standing(wish.student, community), now)
    if not is_on_list(wish.student, wish.service):
        refusals += (Refusal(Reason.NOT_ON_LIST, {"service": wish.service.label}),)
    if refusals:
        raise Refused(sentence(refusals[0], community), code=refusals[0].code, refusals=refusals)
    day_flaw = find_day_flaw(community, wish.first, wish.last, now=now)
    if day_flaw is not None:
        data = {"field": day_flaw[0], "day": day_flaw, "flaws": _flaws(wish, now)}
        raise InvalidWish(day_flaw[1], data=data)
    _check_times(wish, now)


def _wanted(wish: Wish) -> dict[str, object]:
    return {
        "community": wish.community,
        "student": wish.student,
        "service": wish.service,
        "format": wish.format,
        "first": wish.first,
        "last": wish.last,
    }


def _check_times(wish: Wish, now: datetime) -> None:
    if not 1 <= len(wish.times) <= MOST_TIMES:
        text = _("Name between one and %(most)d times of the week.") % {"most": MOST_TIMES}
        raise InvalidWish(text, data={"field": "times"})
    flaws = _flaws(wish, now)
    if flaws:
        data = {"field": flaws[0].field, "row": flaws[0].row, "flaws": flaws}
        raise InvalidWish(flaws[0].sentence, data=data)
    if not set(wish.kinds) <= set(MeetingKind.values):
        raise InvalidWish(_("There is no such kind of place."), data={"field": "kinds"})


def _flaws(wish: Wish, now: datetime) -> tuple[Flaw, ...]:
    return find_flaws(
        wish.community,
        wish.times,
        minutes=wish.format.minutes,
        first=wish.first,
        last=wish.last,
        now=now,
    )


def _refuse_second(wish: Wish, now: datetime) -> None:
    today = now.astimezone(wish.community.zone).date()
    same = WaitlistEntry.objects.filter(
        student=wish.student,
        service=wish.service,
        format=wish.format,
        provider=wish.provider,
        state__in=WAITS,
        last__gte=today,
    )
    if same.exists():
        raise Refused(_("You wait for this already."), code="waits_already")


@again_on_conflict
def leave_waitlist(entry: WaitlistEntry, *, by: Actor, now: datetime) -> WaitlistEntry:
    """Take the entry off the list, and let its offer go. Raises NotOpen when it is over."""
    with transaction.atomic():
        hold = Hold.objects.filter(waitlist_entries=entry).select_related("provider").first()
        lock_people({entry.student_id, *([hold.provider.user_id] if hold else [])})
        row = read_entry(entry)
        if row.state not in WAITS:
            raise NotOpen(_("This is no longer on the waitlist."))
        if row.hold_id is not None and (hold is None or row.hold_id != hold.pk):
            raise NotOpen(_("A time was offered at this very moment. Look again."))
        offered = row.hold
        change_entry(row, WaitlistState.LEFT, now=now, hold=offered)
        tell_entry(row, WaitlistEventKind.LEFT, by=by, now=now, hold=offered)
        # As it is under the locks: the offer may have ended since it was read.
        is_held = offered is not None and offered.state == HoldState.OPEN
        if offered is not None and is_held and offered.expires_at > now:
            release_hold(offered, by=by, now=now)
    return row
