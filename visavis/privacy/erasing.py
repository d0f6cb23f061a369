"""Erasing a person: what is to come ends, who it was goes, and what was counted stays.

One transaction, under the locks of everybody concerned: nobody ever sees half of it, and a killed
process leaves all as it was. What the others are told afterwards names nobody any more.
"""

from collections import Counter
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from visavis.availability.models import (
    DatedChange,
    HoursChange,
    OutsideCalendar,
    WeeklyBlock,
)
from visavis.bookings.drafts import forget_draft
from visavis.bookings.models import AnswerDraft, Booking
from visavis.calendars.models import CalendarFeed
from visavis.catalogue.models import Certification, Enrollment
from visavis.communities.actions import touch
from visavis.core import history
from visavis.core.history import SYSTEM, Actor
from visavis.core.troubles import again_on_conflict
from visavis.notifications.models import Message
from visavis.people.enums import HourCycle, Role
from visavis.people.erased import remember_erased
from visavis.people.models import Membership, Pause, Provider, User
from visavis.people.queries import lock_people
from visavis.privacy.about import history_about
from visavis.privacy.enums import RequestState
from visavis.privacy.errors import CannotErase
from visavis.privacy.forgetting import forget_answers, forget_logs, forget_talk
from visavis.privacy.leaving import leave, people_touched
from visavis.privacy.models import ErasureRequest
from visavis.privacy.names import FIRST_NAME, LABEL, LAST_NAME, Names
from visavis.privacy.standin import EMAIL as NOBODY
from visavis.privacy.traces import check_no_list_at_work, forget_traces

# Somebody books with the person just now: looked at again so often.
TRIES = 5
ERASED = "erased-{pk}@visavis.invalid"
AT_ONCE = 200


def is_erased(person: User) -> bool:
    """Whether nothing is left of the person already, or they never were one."""
    return person.email_key in (ERASED.format(pk=person.pk), NOBODY)


def check_erasable(person: User) -> None:
    """Raises CannotErase, in a sentence, for whom the school cannot do without or knows no more."""
    if is_erased(person):
        raise CannotErase(_("This person was erased already."), code="erased_already")
    others = User.objects.filter(is_school_admin=True, is_active=True).exclude(pk=person.pk)
    if others.exists():
        return
    if person.is_school_admin:
        raise CannotErase(
            _("%(name)s is the only administrator of the school. Appoint another one first.")
            % {"name": person},
            code="last_administrator",
        )
    for mine in Membership.objects.filter(user=person, role=Role.ADMIN).select_related("community"):
        same = Membership.objects.filter(
            community=mine.community_id, role=Role.ADMIN, user__is_active=True
        )
        if not same.exclude(user=person).exists():
            said = _("%(name)s is the only administrator of %(community)s. Appoint another first.")
            told = {"name": person, "community": mine.community.name}
            raise CannotErase(said % told, code="last_administrator")


@again_on_conflict
def erase(person: User, *, by: Actor, now: datetime) -> Counter[str]:
    """Erase the person for good; how many of what ended or went.

    Raises CannotErase, with nothing changed: for the last administrator, for who was erased
    before, while a list is being read or applied, and when others book with the person at this
    very moment, again and again.
    """
    for _try in range(TRIES):
        with transaction.atomic():
            locked = people_touched(person, now)
            lock_people(locked | _school_admins())
            row = User.objects.get(pk=person.pk)
            check_erasable(row)
            check_no_list_at_work()
            # Who booked before the locks were had is locked the next time.
            if people_touched(row, now) <= locked:
                return _erase(row, by=by, now=now)
    raise CannotErase(_("Somebody books with this person just now. Try again."), code="busy")


def _school_admins() -> set[int]:
    # Two administrators may erase each other at once: one of them stays.
    return set(User.objects.filter(is_school_admin=True).values_list("pk", flat=True))


def _erase(person: User, *, by: Actor, now: datetime) -> Counter[str]:
    names = Names.of(person)
    # The person's own deadlines are no reason to keep their data.
    acting = SYSTEM if by.id == person.pk else by
    done = leave(person, by=acting, now=now)
    # By the ids of what is the person's: before any of it goes.
    _forget_history(person)
    done += _forget_meetings(person)
    done += _forget_places(person)
    forget_traces(person, names)
    remember_erased((person.email, person.sso_id), now=now)
    _forget_person(person)
    _close_requests(person, by=acting, now=now)
    who = Actor(by.id, LABEL) if by.id == person.pk else by
    history.record(who, "erased person", person, after=dict(done))
    return done


def _forget_meetings(person: User) -> Counter[str]:
    """What was said before and after the person's meetings as a student."""
    done: Counter[str] = Counter()
    ids = list(Booking.objects.filter(student=person).values_list("pk", flat=True))
    for first in range(0, len(ids), AT_ONCE):
        some = ids[first : first + AT_ONCE]
        done["answers"] += forget_answers(some)
        done["logs"] += forget_logs(some)
        forget_talk(some)
    done["past meetings"] = len(ids)
    for draft in AnswerDraft.objects.filter(user=person):
        forget_draft(draft)
    return done


def _forget_places(person: User) -> Counter[str]:
    """What the person is in communities, with hours, lists and calendars."""
    done: Counter[str] = Counter()
    for provider in Provider.objects.filter(user=person).select_related("community"):
        # Who is free is kept in the order of names.
        touch(provider.community)
        if provider.photo:
            default_storage.delete(provider.photo.name or "")
        provider.bio = provider.meeting_link = provider.photo.name = ""
        provider.weekly_cap_minutes = None
        provider.save(update_fields=["bio", "meeting_link", "photo", "weekly_cap_minutes"])
    for name, rows in (
        ("hours", WeeklyBlock.objects.filter(provider__user=person)),
        ("hours", DatedChange.objects.filter(provider__user=person)),
        ("hours", HoursChange.objects.filter(provider__user=person)),
        ("certifications", Certification.objects.filter(provider__user=person)),
        ("services on the list", Enrollment.objects.filter(user=person)),
        ("calendars", OutsideCalendar.objects.filter(person=person)),
        ("calendars", CalendarFeed.objects.filter(person=person)),
        ("roles", Membership.objects.filter(user=person)),
        ("pauses", Pause.objects.filter(user=person)),
        ("mails", Message.objects.filter(recipient=person)),
    ):
        done[name] += rows.count()
        rows.delete()
    return done


def _forget_history(person: User) -> None:
    """Leave of what was done to what is the person's when, by whom and what."""
    for rows in history_about(person):
        rows.update(subject_label=LABEL, before={}, after={}, reason="")


def _forget_person(person: User) -> None:
    person.email = ERASED.format(pk=person.pk)
    person.sso_id = person.pronouns = person.timezone = ""
    person.first_name, person.last_name = FIRST_NAME, LAST_NAME
    person.hour_cycle = HourCycle.AUTO
    person.is_school_admin = person.is_active = False
    person.claimed_at = person.last_login = None
    person.set_unusable_password()
    person.save()


def _close_requests(person: User, *, by: Actor, now: datetime) -> None:
    requests = ErasureRequest.objects.filter(person=person)
    requests.update(answer="")
    requests.filter(state=RequestState.OPEN).update(
        state=RequestState.DONE, decided_at=now, decided_by_label=by.label[:254]
    )
