"""The record of who opened whose notes: written where notes are shown, read by their student."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import (
    BigIntegerField,
    DateField,
    DateTimeField,
    F,
    Prefetch,
    QuerySet,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from visavis.bookings.models import Booking, SessionLog
from visavis.communities.models import Community
from visavis.core.history import Actor
from visavis.people.models import User
from visavis.privacy.enums import InspectionWay
from visavis.privacy.models import Inspection

# Rows of one statement: a file with everything about a person may open the notes of years.
AT_ONCE = 100


def record_inspection(booking: Booking, *, by: Actor, way: InspectionWay, now: datetime) -> None:
    """Write down that `by` sees the notes of this booking at `now`; once a day is enough.

    Call it before the notes are shown: what cannot be written down is not shown either.
    """
    record_inspections([booking], by=by, way=way, now=now)


def record_inspections(
    bookings: Iterable[Booking], *, by: Actor, way: InspectionWay, now: datetime
) -> None:
    """The same of many bookings, in two statements a hundred; with `appointment__community`."""
    rows = [_row(booking, by, way, now) for booking in bookings]
    for first in range(0, len(rows), AT_ONCE):
        _write_new(rows[first : first + AT_ONCE])


def record_inspections_of(
    logs: QuerySet[SessionLog],
    community: Community,
    *,
    by: Actor,
    way: InspectionWay,
    now: datetime,
) -> None:
    """The same of all meetings of these logs of a community: one statement, however many."""
    day = now.astimezone(community.zone).date()
    told: dict[str, Combinable] = {
        "booking_id": F("booking_id"),
        "reader_id": Cast(Value(by.id), BigIntegerField()),
        "reader_label": Value(by.label[:254]),
        "way": Value(way.value),
        "day": Value(day, DateField()),
        "at": Value(now, DateTimeField()),
    }
    rows = logs.select_related(None).order_by().values_list(*told.values())
    select, parameters = rows.query.sql_with_params()
    table, names = Inspection._meta.db_table, ", ".join(told)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) {select} ON CONFLICT DO NOTHING",
            parameters,
        )


def _row(booking: Booking, by: Actor, way: InspectionWay, now: datetime) -> Inspection:
    day = now.astimezone(booking.appointment.community.zone).date()
    return Inspection(
        booking=booking, reader_id=by.id, reader_label=by.label[:254], way=way, day=day, at=now
    )


def _write_new(rows: list[Inspection]) -> None:
    # Looking first spares SQLite's one write lock on every further look of the same day.
    there = Inspection.objects.filter(
        booking__in=[row.booking_id for row in rows],
        reader=rows[0].reader_id,
        way=rows[0].way,
        day__in={row.day for row in rows},
    )
    known = set(there.values_list("booking_id", "day"))
    new = [row for row in rows if (row.booking_id, row.day) not in known]
    # Two tabs may open the same notes at once: one row is enough.
    Inspection.objects.bulk_create(new, ignore_conflicts=True)


def logs_about(student: User) -> QuerySet[SessionLog]:
    """The finished logs of this student's meetings with who opened them, the latest meeting first.

    A draft is nobody's but the writer's, and is not told of.
    """
    return (
        SessionLog.objects.filter(booking__student=student, is_draft=False)
        .select_related(
            "booking__appointment__community",
            "booking__appointment__provider__user",
            "booking__appointment__service",
        )
        .prefetch_related("answers", Prefetch("booking__inspections", to_attr="looks"))
        .order_by("-booking__appointment__start", "-pk")
    )
