"""The ceiling for a booking: a transaction of eight round trips and nothing else.

BEGIN, lock the person, look for an overlap, write appointment, booking and commitment, raise the
version, COMMIT: on the driver's own connection, into the same tables under the same constraint.
"""

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

from django.db import connection, models

from visavis.bookings.enums import ACTIVE
from visavis.bookings.models import Appointment, Booking, Commitment
from visavis.people.models import User

# As the index that finds a person's taken time has it.
IS_ACTIVE = "status IN ({})".format(", ".join(f"'{status.value}'" for status in ACTIVE))


def transact(
    appointment: Appointment, booking: Booking, commitment: Commitment, *, person: int
) -> None:
    """Write these three unsaved rows as one transaction."""
    connection.ensure_connection()
    with closing(connection.connection.cursor()) as cursor:
        _transact(cursor, appointment, booking, commitment, person)


def _transact(
    cursor: Any, appointment: Appointment, booking: Booking, commitment: Commitment, person: int
) -> None:
    is_postgres = connection.vendor == "postgresql"
    run = _runner(cursor, is_postgres=is_postgres)
    people, taken = User._meta.db_table, Commitment._meta.db_table
    run("BEGIN" if is_postgres else "BEGIN IMMEDIATE")
    lock = " FOR NO KEY UPDATE" if is_postgres else ""
    run(f"SELECT id FROM {people} WHERE id = %s{lock}", [person])  # noqa: S608  (our own names)
    run(
        f"SELECT 1 FROM {taken} WHERE person_id = %s AND {IS_ACTIVE} "  # noqa: S608
        'AND start < %s AND "end" > %s',
        [person, *_adapted(commitment.end, commitment.start)],
    )
    appointment.pk = _insert(run, appointment)
    booking.appointment_id = commitment.appointment_id = appointment.pk
    _insert(run, booking)
    _insert(run, commitment)
    run(f"UPDATE {people} SET time_version = time_version + 1 WHERE id = %s", [person])  # noqa: S608
    run("COMMIT")


def _runner(cursor: Any, *, is_postgres: bool) -> Any:
    def run(sql: str, values: Sequence[Any] = ()) -> Any:
        cursor.execute(sql if is_postgres else sql.replace("%s", "?"), values)
        return cursor.fetchone() if cursor.description else None

    return run


def _adapted(*instants: datetime) -> list[Any]:
    return [connection.ops.adapt_datetimefield_value(instant) for instant in instants]


def _insert(run: Any, row: models.Model) -> int:
    fields = [field for field in row._meta.local_concrete_fields if not field.primary_key]
    names = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    sql = f'INSERT INTO {row._meta.db_table} ({names}) VALUES ({marks}) RETURNING "id"'  # noqa: S608
    return int(run(sql, values)[0])
