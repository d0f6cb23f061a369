"""What is known of a person's meetings: as a student, and how many they gave."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q

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
from visavis.people.models import Pause, User
from visavis.privacy.models import Inspection
from visavis.privacy.rows import Row, each

WITH_MEETING = ("community", "service", "format", "provider__user", "location")
OF_BOOKING = tuple(f"appointment__{name}" for name in WITH_MEETING)


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


def bookings(person: User) -> Iterator[Row]:
    return each(
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


def series(person: User) -> Iterator[Row]:
    return each(
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


def answers(person: User) -> Iterator[Row]:
    return each(
        Answer.objects.filter(booking__student=person).select_related("booking"),
        lambda row: {
            "booking": row.booking.public_id,
            "question": row.label,
            "answer": row.value,
            "file": row.file.name or "",
            "file_name": row.file_name,
        },
    )


def logs(person: User) -> Iterator[Row]:
    finished = SessionLog.objects.filter(booking__student=person, is_draft=False)
    answered = Count("answers", filter=Q(answers__isnull=False))
    return each(
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


def staff_notes(person: User) -> Iterator[Row]:
    finished = SessionLog.objects.filter(booking__student=person, is_draft=False)
    return each(
        finished.select_related("booking").prefetch_related("answers"),
        lambda row: {
            "booking": row.booking.public_id,
            "notes": row.notes,
            "answers": {answer.label: answer.value for answer in row.answers.all()},
        },
    )


def inspections(person: User) -> Iterator[Row]:
    return each(
        Inspection.objects.filter(booking__student=person).select_related("booking"),
        lambda row: {
            "booking": row.booking.public_id,
            "day": row.day,
            "who": row.reader_label,
            "as": row.way,
        },
    )


def proposals(person: User) -> Iterator[Row]:
    return each(
        Proposal.objects.filter(booking__student=person).select_related("booking"),
        lambda row: {
            "booking": row.booking.public_id,
            "message": row.message,
            "state": row.state,
            "proposed_at": row.created_at,
        },
    )


def given(person: User) -> Iterator[Row]:
    seats = Count("bookings", filter=Q(bookings__state__in=[one.value for one in SEATED]))
    return each(
        Appointment.objects.filter(provider__user=person)
        .select_related(*WITH_MEETING)
        .annotate(seats=seats),
        lambda row: {**_meeting(row), "state": row.state, "students": row.seats},
    )


def waits(person: User) -> Iterator[Row]:
    return each(
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


def holds(person: User) -> Iterator[Row]:
    return each(
        Hold.objects.filter(student=person).select_related("service"),
        lambda row: {
            "service": row.service.label,
            "start": row.start,
            "end": row.end,
            "state": row.state,
            "since": row.created_at,
        },
    )


def pauses(person: User) -> Iterator[Row]:
    return each(
        Pause.objects.filter(user=person).select_related("community"),
        lambda row: {
            "community": row.community.name,
            "since": row.since,
            "until": row.until,
            "ended_at": row.ended_at,
            "reason": row.reason,
        },
    )


def drafts(person: User) -> Iterator[Row]:
    return each(
        AnswerDraft.objects.filter(user=person).select_related("format"),
        lambda row: {
            "format": row.format.name,
            "typed": row.values,
            "changed_at": row.changed_at,
        },
    )
