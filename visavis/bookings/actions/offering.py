"""The waitlist: offer what has come free to one person at a time, and end what is over."""

import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from visavis.bookings.actions.holding import hold_time, release_hold
from visavis.bookings.actions.withdrawing import withdraw_unbookable
from visavis.bookings.entries import change_entry, read_entry, tell_entry
from visavis.bookings.enums import WAITS, HoldPurpose, HoldState, WaitlistEventKind, WaitlistState
from visavis.bookings.errors import NotOpen, Refused
from visavis.bookings.expiry import people_of_expired
from visavis.bookings.freed import note_look, open_holds, unseen_communities
from visavis.bookings.guards import comes_from_a_guard
from visavis.bookings.models import Hold, WaitlistEntry
from visavis.bookings.orders import Order
from visavis.bookings.waitlist import Glance, Suited, question_of, suited_times, waiting_entries
from visavis.catalogue.enums import Repeats
from visavis.communities.models import Community
from visavis.core.history import SYSTEM
from visavis.core.troubles import again_on_conflict, apart
from visavis.people.queries import lock_people

logger = logging.getLogger(__name__)

# So many times are tried for one person before the next one has a turn; the rest comes next time.
TRIES = 5


def offer_times(community: Community, *, now: datetime) -> list[WaitlistEntry]:
    """Offer what is free to those who wait, in their order, one time a person.

    Safe to run twice and by many at once: an entry changes under its student's lock, and a time
    that is held for one is taken for all others. Returns whom something was offered to.
    """
    if not community.waitlist:
        return []
    waiting = waiting_entries(community).filter(state=WaitlistState.WAITING)
    entries = list(waiting.exclude(format__repeats=Repeats.WEEKLY))
    glance, made = Glance(community, entries, now), []
    for entry in filter(glance.may_suit, entries):
        # Who stands further back in the line gets their turn all the same.
        with apart(logger, "Waitlist entry %s could not be offered anything.", entry.pk):
            if _offer_first(entry, now):
                made.append(entry)
                glance.look_again()
    return made


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


@again_on_conflict
def _offer(entry: WaitlistEntry, suited: Suited, now: datetime) -> bool:
    """Hold the time for the entry's student, if they still wait; all in one transaction."""
    question = question_of(entry, now)
    if question is None:
        return False
    question = replace(question, provider=suited.provider, location=suited.location)
    order = Order(question, suited.start, idempotency_key="")
    with transaction.atomic():
        lock_people(people_of_expired({entry.student_id, suited.provider.user_id}, now))
        row = read_entry(entry)
        if row.state != WaitlistState.WAITING or _has_offer(row):
            return False
        if _is_held(row, suited, now):
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


def _is_held(entry: WaitlistEntry, suited: Suited, now: datetime) -> bool:
    """Whether the time is held for the student already, to move a meeting to: nothing new."""
    return Hold.objects.filter(
        student_id=entry.student_id,
        provider=suited.provider,
        start=suited.start,
        state=HoldState.OPEN,
        expires_at__gt=now,
    ).exists()


def run_waitlist(*, now: datetime) -> int:
    """Everything about all lists that is due: what is over or gone, and what can be offered.

    What has run out is `expire_requests`'s to write down. Returns how many offers were made.
    """
    waiting = WaitlistEntry.objects.filter(state__in=WAITS).values("community")
    held = open_holds(now).values("provider__community")
    return _run(Community.objects.filter(Q(pk__in=waiting) | Q(pk__in=held)), now)


def offer_unseen(*, now: datetime) -> int:
    """`run_waitlist` of the communities of which something has changed since they were looked at.

    The look is written down first: what a killed worker has left undone is found by the next
    `run_waitlist`.
    """
    made = 0
    for community, stamp in unseen_communities():
        note_look(community, stamp)
        made += _run([community], now)
    return made


def _run(communities: Iterable[Community], now: datetime) -> int:
    _release_orphans(now)
    made = 0
    for community in communities:
        with apart(logger, "The waitlist of %s could not be run.", community.slug):
            withdraw_unbookable(community, now=now)
            _end_overdue(community, now)
            made += len(offer_times(community, now=now))
    return made


@again_on_conflict
def _end_overdue(community: Community, now: datetime) -> None:
    """Entries whose days are over end by themselves, and those for what is met weekly by now.

    A series needs all its weeks, and one time is offered.
    """
    today = now.astimezone(community.zone).date()
    over = Q(last__lt=today) | Q(format__repeats=Repeats.WEEKLY)
    for entry in waiting_entries(community).filter(over):
        with transaction.atomic():
            lock_people({entry.student_id})
            row = read_entry(entry)
            if row.state == WaitlistState.WAITING:
                change_entry(row, WaitlistState.ENDED, now=now)
                why = {"reason": "days_over" if row.last < today else "weekly"}
                tell_entry(row, WaitlistEventKind.ENDED, by=SYSTEM, now=now, data=why)


def _release_orphans(now: datetime) -> None:
    """Offers whose entry is over, because another time was booked: free for the next person."""
    orphans = Hold.objects.filter(
        state=HoldState.OPEN, purpose=HoldPurpose.WAITLIST, expires_at__gt=now
    ).exclude(waitlist_entries__state=WaitlistState.OFFERED)
    for hold in orphans.select_related("provider", "student"):
        # What was booked, or let go, meanwhile is no orphan any more.
        with apart(logger, "Hold %s could not be let go.", hold.pk), suppress(NotOpen):
            release_hold(hold, by=SYSTEM, now=now)
