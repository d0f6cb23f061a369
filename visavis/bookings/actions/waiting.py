"""The waitlist: join, leave, and offer what has come free to one person at a time."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from visavis.bookings.actions.booking import Order
from visavis.bookings.actions.ending import expire_requests
from visavis.bookings.actions.holding import hold_time, release_hold
from visavis.bookings.entries import change_entry, tell_entry
from visavis.bookings.enums import (
    WAITS,
    HoldPurpose,
    HoldState,
    WaitlistEventKind,
    WaitlistState,
)
from visavis.bookings.errors import InvalidWish, NotOpen, Refused
from visavis.bookings.expiry import people_of_expired
from visavis.bookings.guards import comes_from_a_guard
from visavis.bookings.models import Hold, WaitlistEntry
from visavis.bookings.refusals import sentence
from visavis.bookings.student import student_standing
from visavis.bookings.waitlist import Suited, question_of, suited_times, waiting_entries
from visavis.bookings.waitlist_models import ALL_DAY
from visavis.catalogue.enums import MeetingKind
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.catalogue.queries import is_on_list
from visavis.communities.models import Community
from visavis.core.history import SYSTEM, Actor
from visavis.engine.world import Reason, Refusal
from visavis.people.models import Provider, User
from visavis.people.queries import lock_people
from visavis.people.rules import Standing

logger = logging.getLogger(__name__)

# So many times are tried for one person before the next one has a turn; the rest comes next time.
TRIES = 5


@dataclass(frozen=True)
class Wish:
    """What a student waits for; dates, weekdays (0 is Monday) and minutes are local ones.

    `provider` None is anyone; `ranges` are minutes since midnight; no `kinds`: any kind of place.
    """

    student: User
    service: Service
    format: AppointmentFormat
    first: date
    last: date
    provider: Provider | None = None
    weekdays: Sequence[int] = tuple(range(7))
    ranges: Sequence[tuple[int, int]] = ((0, ALL_DAY),)
    kinds: Sequence[str] = ()

    @property
    def community(self) -> Community:
        return self.service.community


def join_waitlist(wish: Wish, *, by: Actor, now: datetime) -> WaitlistEntry:
    """Put the student on the list, behind all who wait already.

    Raises InvalidWish for days or times that hold no meeting, Refused when the community keeps no
    list, when the student may not book here, waits for the same already, or could book a time that
    suits at once.
    """
    _check(wish, now)
    with transaction.atomic():
        lock_people({wish.student.pk})
        _refuse_second(wish, now)
        entry = WaitlistEntry(
            community=wish.community,
            student=wish.student,
            service=wish.service,
            format=wish.format,
            provider=wish.provider,
            first=wish.first,
            last=wish.last,
            weekdays=sorted(set(wish.weekdays)),
            ranges=[list(range_) for range_ in wish.ranges],
            kinds=list(wish.kinds),
            created_at=now,
            changed_at=now,
        )
        if next(suited_times(entry, now), None) is not None:
            raise Refused(
                _("There are free times within these days already. Choose one of them."),
                code="times_are_free",
            )
        entry.save()
        tell_entry(entry, WaitlistEventKind.JOINED, by=by, now=now)
    return entry


def _check(wish: Wish, now: datetime) -> None:
    community = wish.community
    if not community.waitlist:
        text = _("{community} keeps no waitlist.").format(community=community.name)
        raise Refused(text, code="no_waitlist")
    if wish.format.is_group:
        text = _("Nobody waits for a group: a free seat shows among the times.")
        raise Refused(text, code="no_waitlist")
    if wish.format.is_weekly:
        # One time is held at once; a series needs all its weeks.
        text = _("Nobody waits for weekly meetings. Look for other times, or take out a week.")
        raise Refused(text, code="no_waitlist")
    refusals = student_standing(Standing(wish.student, community), now)
    if not is_on_list(wish.student, wish.service):
        refusals += (Refusal(Reason.NOT_ON_LIST, {"service": wish.service.label}),)
    if refusals:
        raise Refused(sentence(refusals[0], community), code=refusals[0].code, refusals=refusals)
    today = now.astimezone(community.zone).date()
    if wish.last < wish.first:
        raise InvalidWish(_("The last day is before the first."), data={"field": "last"})
    if wish.last < today:
        raise InvalidWish(_("These days are over."), data={"field": "last"})
    if question_of(WaitlistEntry(**_wanted(wish)), now) is None:
        raise InvalidWish(
            _("These days lie further ahead than can be booked."), data={"field": "first"}
        )
    _check_times(wish)


def _wanted(wish: Wish) -> dict[str, object]:
    return {
        "community": wish.community,
        "student": wish.student,
        "service": wish.service,
        "format": wish.format,
        "first": wish.first,
        "last": wish.last,
    }


def _check_times(wish: Wish) -> None:
    if not set(wish.weekdays) <= set(range(7)) or not wish.weekdays:
        raise InvalidWish(_("Choose at least one day of the week."), data={"field": "weekdays"})
    for begin, end in wish.ranges:
        if not 0 <= begin < end <= ALL_DAY or end - begin < wish.format.minutes:
            text = _("Between these times there is no room for {minutes} minutes.")
            raise InvalidWish(text.format(minutes=wish.format.minutes), data={"field": "end"})
    if not set(wish.kinds) <= set(MeetingKind.values):
        raise InvalidWish(_("There is no such kind of place."), data={"field": "kinds"})


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


def leave_waitlist(entry: WaitlistEntry, *, by: Actor, now: datetime) -> WaitlistEntry:
    """Take the entry off the list, and let its offer go. Raises NotOpen when it is over."""
    with transaction.atomic():
        hold = Hold.objects.filter(waitlist_entries=entry).select_related("provider").first()
        lock_people({entry.student_id, *([hold.provider.user_id] if hold else [])})
        row = _locked(entry)
        if row.state not in WAITS:
            raise NotOpen(_("This is no longer on the waitlist."))
        if row.hold_id is not None and (hold is None or row.hold_id != hold.pk):
            raise NotOpen(_("A time was offered at this very moment. Look again."))
        change_entry(row, WaitlistState.LEFT, now=now, hold=row.hold)
        tell_entry(row, WaitlistEventKind.LEFT, by=by, now=now, hold=row.hold)
        if hold is not None and hold.state == HoldState.OPEN and hold.expires_at > now:
            release_hold(hold, by=by, now=now)
    return row


def _locked(entry: WaitlistEntry) -> WaitlistEntry:
    """The entry's row as it is now; its student is locked."""
    return WaitlistEntry.objects.select_related(
        "community", "student", "service", "format", "provider__user", "hold"
    ).get(pk=entry.pk)


def offer_times(community: Community, *, now: datetime) -> list[WaitlistEntry]:
    """Offer what is free to those who wait, in their order, one time a person.

    Safe to run twice and by many at once: an entry changes under its student's lock, and a time
    that is held for one is taken for all others. Returns whom something was offered to.
    """
    if not community.waitlist:
        return []
    waiting = waiting_entries(community).filter(state=WaitlistState.WAITING)
    return [entry for entry in waiting if _offer_first(entry, now)]


def _offer_first(entry: WaitlistEntry, now: datetime) -> bool:
    for number, suited in enumerate(suited_times(entry, now)):
        if number == TRIES:
            break
        try:
            if _offer(entry, suited, now):
                return True
        except Refused:
            continue  # somebody was quicker
        except IntegrityError as error:
            if not comes_from_a_guard(error):
                raise
    return False


def _offer(entry: WaitlistEntry, suited: Suited, now: datetime) -> bool:
    """Hold the time for the entry's student, if they still wait; all in one transaction."""
    question = question_of(entry, now)
    if question is None:
        return False
    question = replace(question, provider=suited.provider, location=suited.location)
    order = Order(question, suited.start, idempotency_key="")
    with transaction.atomic():
        lock_people(people_of_expired({entry.student_id, suited.provider.user_id}, now))
        row = _locked(entry)
        if row.state != WaitlistState.WAITING or _has_offer(row):
            return False
        purpose = HoldPurpose.WAITLIST
        hold = hold_time(order, until=suited.until, purpose=purpose, by=SYSTEM, now=now)
        change_entry(row, WaitlistState.OFFERED, now=now, hold=hold)
        data = {"until": hold.expires_at.isoformat()}
        kind = WaitlistEventKind.OFFERED
        tell_entry(row, kind, by=SYSTEM, now=now, hold=hold, data=data)
    return True


def _has_offer(entry: WaitlistEntry) -> bool:
    """Whether the student has an offer here already, for this entry or another of theirs."""
    return WaitlistEntry.objects.filter(
        student_id=entry.student_id,
        community_id=entry.community_id,
        state=WaitlistState.OFFERED,
    ).exists()


def run_waitlist(*, now: datetime) -> int:
    """Everything about all lists that is due: what ran out, what is over, what can be offered.

    Returns how many offers were made.
    """
    expire_requests(now=now)
    _release_orphans(now)
    made = 0
    waiting = WaitlistEntry.objects.filter(state__in=WAITS)
    for community in Community.objects.filter(pk__in=waiting.values("community")):
        try:
            _end_overdue(community, now)
            made += len(offer_times(community, now=now))
        except Exception:  # one community's trouble must not keep the others waiting
            logger.exception("The waitlist of %s could not be run.", community.slug)
    return made


def _end_overdue(community: Community, now: datetime) -> None:
    """Entries whose days are over end by themselves."""
    today = now.astimezone(community.zone).date()
    for entry in waiting_entries(community).filter(last__lt=today):
        with transaction.atomic():
            lock_people({entry.student_id})
            row = _locked(entry)
            if row.state == WaitlistState.WAITING:
                change_entry(row, WaitlistState.ENDED, now=now)
                tell_entry(row, WaitlistEventKind.ENDED, by=SYSTEM, now=now)


def _release_orphans(now: datetime) -> None:
    """Offers whose entry is over, because another time was booked: free for the next person."""
    orphans = Hold.objects.filter(
        state=HoldState.OPEN, purpose=HoldPurpose.WAITLIST, expires_at__gt=now
    ).exclude(waitlist_entries__state=WaitlistState.OFFERED)
    for hold in orphans.select_related("provider", "student"):
        try:
            release_hold(hold, by=SYSTEM, now=now)
        except NotOpen:
            continue  # it was booked, or let go, meanwhile
