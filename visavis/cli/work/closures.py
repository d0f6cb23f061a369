"""Carries out `visavis closure`."""

from typing import Any

import click

from visavis.availability.actions import DAY
from visavis.availability.closures import add_closure, remove_closure
from visavis.availability.models import Closure
from visavis.availability.queries import closures_of
from visavis.changes.fates import Scope, change_keeping
from visavis.cli.output import say, show_table
from visavis.cli.running import print_json
from visavis.cli.values import COMMAND_LINE, read_date, read_time, require_id
from visavis.cli.work.staying import say_who_stays
from visavis.communities.queries import get_community
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.imports.cells import show_minutes


def add(*, community: str, start: str | None, end: str | None, as_json: bool, **given: Any) -> None:
    first = read_date(given["first"], "--from")
    last = read_date(given["last"], "--until") or first
    if first is None or last is None:
        raise click.BadParameter("A date is needed.", param_hint="--from")
    made = add_closure(
        get_community(community),
        first=first,
        last=last,
        start_minute=read_time(start, "--start", default=0),
        end_minute=read_time(end, "--end", default=DAY),
        reason=given["reason"],
        by=COMMAND_LINE,
    )
    _show([made], as_json=as_json)


def list_all(*, community: str, as_json: bool) -> None:
    _show(list(closures_of(get_community(community))), as_json=as_json)


def remove(*, row: str, as_json: bool) -> None:
    pk = require_id(row, "visavis closure list")
    found = Closure.objects.select_related("community").filter(pk=pk).first()
    if found is None:
        raise NotFound(f"There is no closure {row}. `visavis closure list` shows all.")
    shown = _as_data(found)
    scope = Scope.on_dates(
        found.community, found.first, found.last, through_midnight=found.end_minute > DAY
    )
    kept = change_keeping(
        scope,
        lambda: remove_closure(found, by=COMMAND_LINE),
        by=COMMAND_LINE,
        now=clock.now(),
    ).withdrawn
    if as_json:
        print_json({"removed": shown})
    else:
        say(f"{found.community} is open again from {found.first} to {found.last}.")
        say_who_stays(kept)


def _show(rows: list[Closure], *, as_json: bool) -> None:
    if as_json:
        print_json({"closures": [_as_data(row) for row in rows]})
        return
    cells = [_as_data(row).values() for row in rows]
    show_table(["id", "from", "until", "start", "end", "reason"], cells, empty="No closures.")


def _as_data(row: Closure) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "from": str(row.first),
        "until": str(row.last),
        "start": show_minutes(row.start_minute),
        "end": show_minutes(row.end_minute),
        "reason": row.reason,
    }
