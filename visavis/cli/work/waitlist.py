"""Carries out `visavis waitlist`."""

import uuid
from datetime import timedelta
from typing import Any

import click

from visavis.bookings.actions import Wish, join_waitlist, leave_waitlist
from visavis.bookings.models import WaitlistEntry
from visavis.bookings.waitlist import Placed, place, placed_entries
from visavis.bookings.waitlist_models import ALL_DAY, EVERY_DAY, DayTimes
from visavis.catalogue.queries import get_format, get_service
from visavis.cli.output import say, show_table
from visavis.cli.running import print_json
from visavis.cli.values import COMMAND_LINE, iso, read_date, read_days, read_time
from visavis.communities.queries import get_community
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.people.queries import get_provider, get_user

FORTNIGHT = timedelta(days=14)


def list_all(*, community: str, as_json: bool) -> None:
    now = clock.now()
    found = placed_entries(get_community(community), now=now)
    rows = [_as_data(placed) for placed in place(found, now=now)]
    if as_json:
        print_json({"waitlist": rows})
        return
    columns = ["position", "student", "service", "provider", "from", "until", "held", "id"]
    cells = [[str(row[column] or "") for column in columns] for row in rows]
    show_table(columns, cells, empty="Nobody waits.")


def join(*, community: str, service: str, student: str, as_json: bool, **given: Any) -> None:
    where = get_community(community)
    now = clock.now()
    first = read_date(given["first"], "--from") or now.astimezone(where.zone).date()
    wish = Wish(
        student=get_user(student),
        service=get_service(where, service),
        format=get_format(where, given["format_name"]),
        first=first,
        last=read_date(given["last"], "--until") or first + FORTNIGHT,
        provider=get_provider(where, given["provider"]) if given["provider"] else None,
        times=_read_times(given),
    )
    entry = join_waitlist(wish, by=COMMAND_LINE, now=now)
    (placed,) = place(placed_entries(where, now=now).filter(pk=entry.pk), now=now)
    if as_json:
        print_json(_as_data(placed))
    else:
        say(f"{entry.student} waits, as number {placed.position}.")


def _read_times(given: dict[str, Any]) -> list[DayTimes]:
    """Those of --times, or the one row that --days, --start and --end are."""
    if given["times"]:
        if given["days"] or given["start"] or given["end"]:
            message = "Say either --times, or --days with --start and --end."
            raise click.BadParameter(message, param_hint="--times")
        return [_read_row(text) for text in given["times"]]
    days = tuple(read_days(given["days"], "--days")) if given["days"] else EVERY_DAY
    begin = read_time(given["start"], "--start", default=0)
    return [DayTimes(days, begin, read_time(given["end"], "--end", default=ALL_DAY))]


def _read_row(text: str) -> DayTimes:
    """“Mon|Wed 9:00-12:00”."""
    days, _space, span = text.strip().partition(" ")
    begin, dash, end = span.partition("-")
    if not dash:
        message = f"“{text}” is no time of the week. Write it like “Mon|Wed 9:00-12:00”."
        raise click.BadParameter(message, param_hint="--times")
    start = read_time(begin.strip(), "--times", default=0)
    until = read_time(end.strip(), "--times", default=ALL_DAY)
    return DayTimes(tuple(read_days(days, "--times")), start, until)


def leave(*, entry: str, as_json: bool) -> None:
    try:
        public_id = uuid.UUID(entry)
    except ValueError:
        message = f"“{entry}” is no id. Take one from `visavis waitlist list`."
        raise click.BadParameter(message, param_hint="ID") from None
    found = WaitlistEntry.objects.select_related("student").filter(public_id=public_id).first()
    if found is None:
        raise NotFound(f"There is no entry {entry}. `visavis waitlist list` shows all.")
    leave_waitlist(found, by=COMMAND_LINE, now=clock.now())
    if as_json:
        print_json({"left": str(public_id)})
    else:
        say(f"{found.student} waits no longer.")


def _as_data(placed: Placed) -> dict[str, Any]:
    entry, offer = placed.entry, placed.offer
    return {
        "id": str(entry.public_id),
        "position": placed.position,
        "student": entry.student.email,
        "service": entry.service.code,
        "format": entry.format.name,
        "provider": entry.provider.user.email if entry.provider else None,
        "from": str(entry.first),
        "until": str(entry.last),
        "since": iso(entry.created_at),
        "held": iso(offer.start) if offer else None,
        "held_until": iso(offer.expires_at) if offer else None,
    }
