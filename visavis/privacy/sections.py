"""What is known of one person, by sections: rows of plain values, read a few hundred at a time.

Nothing here tells of anybody else but of those whom the person meets as a student: who gave the
meeting. Of the students whom somebody has met as a provider there are counts.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from visavis.availability.models import DatedChange, OutsideBusy, OutsideCalendar, WeeklyBlock
from visavis.bookings.enums import SEATED
from visavis.bookings.models import (
    Answer,
    AnswerDraft,
    Appointment,
    Booking,
    Hold,
    Proposal,
    SessionLog,
    WaitlistEntry,
)
from visavis.bookings.models import Series as BookedSeries
from visavis.calendars.models import CalendarFeed
from visavis.catalogue.models import Certification, Enrollment
from visavis.imports.models import Import
from visavis.notifications.enums import Audience
from visavis.notifications.models import Message
from visavis.people.models import AccountEvent, Device, Membership, Pause, Provider, User
from visavis.privacy.models import ErasureRequest, Inspection

Row = Mapping[str, Any]
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the export: its name in files, what it holds, and its rows."""

    name: str
    about: Any
    rows: Callable[[User], Iterator[Row]]


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return str(value)


def _each(rows: QuerySet[Any, Any], row: Callable[[Any], dict[str, Any]]) -> Iterator[Row]:
    for found in rows.order_by("pk").iterator(chunk_size=CHUNK):
        yield {name: plain(value) for name, value in row(found).items()}


def _profile(person: User) -> Iterator[Row]:
    yield {
        name: plain(getattr(person, name))
        for name in (
            "email",
            "sso_id",
            "first_name",
            "last_name",
            "pronouns",
            "timezone",
            "hour_cycle",
            "is_school_admin",
            "is_active",
            "claimed_at",
            "last_login",
            "created_at",
        )
    }


def _memberships(person: User) -> Iterator[Row]:
    return _each(
        Membership.objects.filter(user=person).select_related("community"),
        lambda row: {
            "community": row.community.name,
            "role": row.role,
            "student_id": row.student_id,
            "attributes": row.attributes,
            "source": row.source,
            "since": row.created_at,
        },
    )


def _providers(person: User) -> Iterator[Row]:
    return _each(
        Provider.objects.filter(user=person).select_related("community"),
        lambda row: {
            "community": row.community.name,
            "introduction": row.bio,
            "photo": row.photo.name or "",
            "meeting_link": row.meeting_link,
            "weekly_minutes_at_most": row.weekly_cap_minutes,
            "since": row.created_at,
            "retired_at": row.retired_at,
        },
    )


def _services(person: User) -> Iterator[Row]:
    yield from _each(
        Enrollment.objects.filter(user=person).select_related("service__community"),
        lambda row: {
            "community": row.service.community.name,
            "service": row.service.label,
            "as": "student",
            "since": row.created_at,
        },
    )
    yield from _each(
        Certification.objects.filter(provider__user=person).select_related("provider__community"),
        lambda row: {
            "community": row.provider.community.name,
            "service": row.entry,
            "as": "provider",
            "since": None,
        },
    )


def _hours(person: User) -> Iterator[Row]:
    yield from _each(
        WeeklyBlock.objects.filter(provider__user=person).select_related("provider__community"),
        lambda row: {
            "community": row.provider.community.name,
            "kind": "weekly",
            "weekday": row.get_weekday_display(),
            "first": row.valid_from,
            "last": row.valid_until,
            "start_minute": row.start_minute,
            "end_minute": row.end_minute,
            "note": "",
        },
    )
    yield from _each(
        DatedChange.objects.filter(provider__user=person).select_related("provider__community"),
        lambda row: {
            "community": row.provider.community.name,
            "kind": row.kind,
            "weekday": "",
            "first": row.first,
            "last": row.last,
            "start_minute": row.start_minute,
            "end_minute": row.end_minute,
            "note": row.note,
        },
    )


def _meeting(row: Appointment) -> dict[str, Any]:
    return {
        "community": row.community.name,
        "service": row.service.label,
        "format": row.format.name,
        "with": str(row.provider),
        "place": row.location.name,
        "start": row.start,
        "end": row.end,
    }


WITH_MEETING = ("community", "service", "format", "provider__user", "location")
OF_BOOKING = tuple(f"appointment__{name}" for name in WITH_MEETING)


def _bookings(person: User) -> Iterator[Row]:
    return _each(
        Booking.objects.filter(student=person).select_related(*OF_BOOKING),
        lambda row: {
            "booking": row.public_id,
            **_meeting(row.appointment),
            "state": row.state,
            "was_late": row.cancelled_late,
            "moved_late_from": row.moved_late_from,
            "excused_at": row.excused_at,
            "reason": row.cancel_reason,
            "booked_at": row.created_at,
            "changed_at": row.changed_at,
        },
    )


def _series(person: User) -> Iterator[Row]:
    return _each(
        BookedSeries.objects.filter(student=person).select_related(*WITH_MEETING),
        lambda row: {
            "community": row.community.name,
            "service": row.service.label,
            "with": str(row.provider),
            "first_start": row.first_start,
            "weeks": row.weeks,
            "left_out": row.skipped,
            "booked_at": row.created_at,
        },
    )


def _answers(person: User) -> Iterator[Row]:
    return _each(
        Answer.objects.filter(booking__student=person).select_related("booking"),
        lambda row: {
            "booking": row.booking.public_id,
            "question": row.label,
            "answer": row.value,
            "file": row.file.name or "",
            "file_name": row.file_name,
        },
    )


def _logs(person: User) -> Iterator[Row]:
    finished = SessionLog.objects.filter(booking__student=person, is_draft=False)
    answered = Count("answers", filter=Q(answers__isnull=False))
    return _each(
        finished.select_related("booking").annotate(answered=answered),
        lambda row: {
            "booking": row.booking.public_id,
            "minutes": row.minutes,
            "late_minutes": row.late_minutes,
            "for_you": row.for_student,
            "staff_keep_notes": bool(row.notes or row.answered),
            "written_at": row.created_at,
            "changed_at": row.changed_at,
        },
    )


def _staff_notes(person: User) -> Iterator[Row]:
    finished = SessionLog.objects.filter(booking__student=person, is_draft=False)
    return _each(
        finished.select_related("booking").prefetch_related("answers"),
        lambda row: {
            "booking": row.booking.public_id,
            "notes": row.notes,
            "answers": {answer.label: answer.value for answer in row.answers.all()},
        },
    )


def _inspections(person: User) -> Iterator[Row]:
    return _each(
        Inspection.objects.filter(booking__student=person).select_related("booking"),
        lambda row: {
            "booking": row.booking.public_id,
            "day": row.day,
            "who": row.reader_label,
            "as": row.way,
        },
    )


def _proposals(person: User) -> Iterator[Row]:
    return _each(
        Proposal.objects.filter(booking__student=person).select_related("booking"),
        lambda row: {
            "booking": row.booking.public_id,
            "message": row.message,
            "state": row.state,
            "proposed_at": row.created_at,
        },
    )


def _given(person: User) -> Iterator[Row]:
    seats = Count("bookings", filter=Q(bookings__state__in=[one.value for one in SEATED]))
    return _each(
        Appointment.objects.filter(provider__user=person)
        .select_related(*WITH_MEETING)
        .annotate(seats=seats),
        lambda row: {**_meeting(row), "state": row.state, "students": row.seats},
    )


def _waits(person: User) -> Iterator[Row]:
    return _each(
        WaitlistEntry.objects.filter(student=person).select_related("community", "service"),
        lambda row: {
            "community": row.community.name,
            "service": row.service.label,
            "first": row.first,
            "last": row.last,
            "times": row.rows,
            "state": row.state,
            "since": row.created_at,
            "changed_at": row.changed_at,
        },
    )


def _holds(person: User) -> Iterator[Row]:
    return _each(
        Hold.objects.filter(student=person).select_related("service"),
        lambda row: {
            "service": row.service.label,
            "start": row.start,
            "end": row.end,
            "state": row.state,
            "since": row.created_at,
        },
    )


def _pauses(person: User) -> Iterator[Row]:
    return _each(
        Pause.objects.filter(user=person).select_related("community"),
        lambda row: {
            "community": row.community.name,
            "since": row.since,
            "until": row.until,
            "ended_at": row.ended_at,
            "reason": row.reason,
        },
    )


def _messages(person: User) -> Iterator[Row]:
    return _each(
        Message.objects.filter(recipient=person).select_related("community"),
        lambda row: {
            "community": row.community.name,
            "to": row.address,
            "kind": row.kind,
            # Subjects of mails to whoever gives support name their students.
            "subject": row.subject if row.audience == Audience.STUDENT else "",
            "state": row.state,
            "written_at": row.created_at,
            "sent_at": row.sent_at,
        },
    )


def _calendars(person: User) -> Iterator[Row]:
    yield from _each(
        OutsideCalendar.objects.filter(person=person),
        lambda row: {
            "kind": "read here",
            "name": row.name,
            "address": row.address,
            "since": row.created_at,
            "read_at": row.read_at,
        },
    )
    yield from _each(
        CalendarFeed.objects.filter(person=person),
        lambda row: {
            "kind": "private address",
            "name": "",
            "address": "",
            "since": row.created_at,
            "read_at": None,
        },
    )


def _busy(person: User) -> Iterator[Row]:
    return _each(
        OutsideBusy.objects.filter(person=person),
        lambda row: {"start": row.start, "end": row.end},
    )


def _drafts(person: User) -> Iterator[Row]:
    return _each(
        AnswerDraft.objects.filter(user=person).select_related("format"),
        lambda row: {
            "format": row.format.name,
            "typed": row.values,
            "changed_at": row.changed_at,
        },
    )


def _uploads(person: User) -> Iterator[Row]:
    return _each(
        Import.objects.filter(by=person).select_related("community"),
        lambda row: {
            "community": row.community.name,
            "kind": row.kind,
            "state": row.state,
            "uploaded_at": row.created_at,
        },
    )


def _sign_ins(person: User) -> Iterator[Row]:
    return _each(
        AccountEvent.objects.filter(user=person),
        lambda row: {
            "at": row.at,
            "what": row.kind,
            "way": row.way,
            "second_way": row.second_way,
            "device": row.device,
            "network": row.network,
        },
    )


def _devices(person: User) -> Iterator[Row]:
    return _each(
        Device.objects.filter(user=person),
        lambda row: {
            "since": row.since,
            "seen_at": row.seen_at,
            "way": row.way,
            "device": row.device,
            "network": row.network,
        },
    )


def _factors(person: User) -> Iterator[Row]:
    return _each(
        Authenticator.objects.filter(user=person),
        lambda row: {
            "kind": row.type,
            "since": row.created_at,
            "last_used_at": row.last_used_at,
        },
    )


def _requests(person: User) -> Iterator[Row]:
    return _each(
        ErasureRequest.objects.filter(person=person),
        lambda row: {
            "state": row.state,
            "asked_at": row.asked_at,
            "decided_at": row.decided_at,
            "answer": row.answer,
        },
    )


SECTIONS = (
    Section("profile", _("Who you are here"), _profile),
    Section("roles", _("What you are in each community"), _memberships),
    Section("gives_support", _("Where you give support"), _providers),
    Section("services", _("What is on your list, and what you may give"), _services),
    Section("hours", _("When you give support, in minutes after midnight there"), _hours),
    Section("bookings", _("Your meetings as a student"), _bookings),
    Section("series", _("Your weekly meetings as a student"), _series),
    Section("answers", _("What you wrote before meetings"), _answers),
    Section("logs", _("What was written after them; notes of staff you may ask to see"), _logs),
    Section("notes_opened", _("Who opened what was written after them"), _inspections),
    Section("proposals", _("Other times that you were offered"), _proposals),
    Section("meetings_given", _("Meetings that you gave, with how many students"), _given),
    Section("waitlist", _("What you waited for"), _waits),
    Section("held_times", _("Times that were held for you"), _holds),
    Section("pauses", _("When your booking was paused"), _pauses),
    Section("messages", _("Mails to you"), _messages),
    Section("calendars", _("Calendars that you connected"), _calendars),
    Section("sign_ins", _("When you signed in, and what changed at your account"), _sign_ins),
    Section("devices", _("Where you are signed in"), _devices),
    Section("factors", _("Your passkeys and authenticator apps, without their secrets"), _factors),
    Section("busy_times", _("When these say that you are busy"), _busy),
    Section("drafts", _("What you typed and have not sent"), _drafts),
    Section("uploads", _("Lists that you uploaded"), _uploads),
    Section("erasure_requests", _("When you asked that your data be erased"), _requests),
)
STAFF_NOTES = Section("staff_notes", _("Notes of staff about your meetings"), _staff_notes)
