"""Carries out `visavis calendars`."""

from datetime import datetime
from typing import Any

import click

from visavis.availability.models import OutsideCalendar
from visavis.availability.queries import outside_calendars_of
from visavis.calendars.problems import problem_in_words
from visavis.calendars.reading import read_calendar
from visavis.cli.output import show_table
from visavis.cli.running import print_json
from visavis.cli.values import iso
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.people.models import User
from visavis.people.queries import get_user

COLUMNS = ["person", "name", "host", "state", "last_read", "problem"]


def list_all(*, person: str | None, as_json: bool) -> None:
    everybody = OutsideCalendar.objects.order_by("person__email_key", "created_at", "pk")
    found = everybody if person is None else outside_calendars_of(get_user(person))
    _show(list(found.select_related("person")), as_json=as_json)


def read(*, person: str, name: str | None, as_json: bool) -> None:
    wanted = _to_read(get_user(person), name)
    for calendar in wanted:
        read_calendar(calendar, now=clock.now())
        calendar.refresh_from_db()
    _show(wanted, as_json=as_json)
    if any(calendar.problem for calendar in wanted):
        click.get_current_context().exit(1)


def _to_read(person: User, name: str | None) -> list[OutsideCalendar]:
    theirs = outside_calendars_of(person).filter(paused_at=None).select_related("person")
    found = [one for one in theirs if name is None or one.name.casefold() == name.casefold()]
    if not found:
        which = "no calendar that is read" if name is None else f"no calendar “{name}” that is read"
        raise NotFound(
            f"{person} has {which}. `visavis calendars list` shows all.", code="unknown_calendar"
        )
    return found


def _show(calendars: list[OutsideCalendar], *, as_json: bool) -> None:
    rows = [_as_data(calendar) for calendar in calendars]
    if as_json:
        print_json({"calendars": rows})
        return
    cells = [[row[column] or "" for column in COLUMNS] for row in rows]
    show_table(
        [column.replace("_", " ") for column in COLUMNS], cells, empty="No calendar is connected."
    )


def _as_data(calendar: OutsideCalendar) -> dict[str, Any]:
    return {
        "id": str(calendar.public_id),
        "person": calendar.person.email,
        "name": calendar.name,
        "host": calendar.host,
        "state": _state(calendar),
        "last_read": _iso(calendar.read_at),
        "next_read": None if calendar.is_paused else _iso(calendar.next_at),
        "busy": calendar.busy.count(),
        "skipped": calendar.skipped,
        "failures": calendar.failures,
        "problem": problem_in_words(calendar.problem, calendar.problem_data) or None,
    }


def _state(calendar: OutsideCalendar) -> str:
    if calendar.is_paused:
        return "paused"
    if calendar.problem:
        return "failed"
    return "read" if calendar.read_at else "new"


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else iso(instant)
