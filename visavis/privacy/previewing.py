"""What would end, go and stay if a person were erased: counted, and nothing is changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from visavis.availability.models import DatedChange, OutsideCalendar, WeeklyBlock
from visavis.bookings.models import Answer, Appointment, Booking, SessionLog
from visavis.catalogue.models import Enrollment
from visavis.notifications.models import Message
from visavis.people.models import Membership, Provider, User
from visavis.privacy.about import history_about, history_by
from visavis.privacy.leaving import coming_meetings, open_waits

ENDS, GOES, STAYS = "ends", "goes", "stays"


@dataclass(frozen=True, slots=True)
class Becomes:
    """So many of these end, go or stay, and how."""

    fate: str
    what: str | Promise
    number: int
    how: str | Promise = ""


def what_becomes(person: User, *, now: datetime) -> list[Becomes]:
    """What becomes of everything of this person, in about as many queries as lines."""
    return [line for line in _lines(person, now) if line.number]


def _lines(person: User, now: datetime) -> Iterator[Becomes]:
    told = _("cancelled, and the others are told")
    yield Becomes(ENDS, _("Coming meetings"), coming_meetings(person, now).count(), told)
    yield Becomes(ENDS, _("Places on waitlists"), open_waits(person).count(), _("left"))
    gives = Provider.objects.filter(user=person, retired_at=None)
    yield Becomes(ENDS, _("Communities where they give support"), gives.count(), _("retired"))
    for what, rows in _gone(person):
        yield Becomes(GOES, what, rows.count())
    yield Becomes(
        STAYS,
        _("Meetings as a student"),
        Booking.objects.filter(student=person).count(),
        _("with “Erased person”, for the reports"),
    )
    yield Becomes(
        STAYS,
        _("Meetings that they gave"),
        Appointment.objects.filter(provider__user=person).count(),
        _("with “Erased person”; notes about their students stay the students’"),
    )
    lines = sum(rows.count() for rows in history_about(person)) + history_by(person).count()
    yield Becomes(STAYS, _("Lines of history"), lines, _("without names and values"))


def _gone(person: User) -> Iterator[tuple[str | Promise, QuerySet[Any]]]:
    written = Q(booking__student=person) & (~Q(notes="") | ~Q(for_student=""))
    yield _("Roles and places on lists"), Membership.objects.filter(user=person)
    yield _("Services on their list"), Enrollment.objects.filter(user=person)
    yield _("Answers before meetings"), Answer.objects.filter(booking__student=person)
    yield _("Notes after meetings"), SessionLog.objects.filter(written)
    yield _("Weekly hours"), WeeklyBlock.objects.filter(provider__user=person)
    yield _("Extra hours and absences"), DatedChange.objects.filter(provider__user=person)
    yield _("Connected calendars"), OutsideCalendar.objects.filter(person=person)
    yield _("Mails to them"), Message.objects.filter(recipient=person)
