"""Carries out `visavis term`."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import click

from visavis.availability.models import Term
from visavis.availability.terms import Days, add_term, remove_term, term_values, terms_of
from visavis.cli.output import say, show_table
from visavis.cli.running import print_json
from visavis.cli.values import COMMAND_LINE, read_date, require_id
from visavis.communities.queries import get_community
from visavis.core.errors import NotFound


def add(*, community: str, breaks: Sequence[str], as_json: bool, **given: Any) -> None:
    days = Days(given["name"], _day(given["first"], "--from"), _day(given["last"], "--until"))
    made = add_term(
        get_community(community), days, breaks=[_break(text) for text in breaks], by=COMMAND_LINE
    )
    _show([made], as_json=as_json)


def list_all(*, community: str, as_json: bool) -> None:
    _show(terms_of(get_community(community)), as_json=as_json)


def remove(*, row: str, as_json: bool) -> None:
    pk = require_id(row, "visavis term list")
    found = Term.objects.select_related("community").filter(pk=pk).first()
    if found is None:
        raise NotFound(f"There is no term {row}. `visavis term list` shows all.")
    shown = _as_data(found)
    remove_term(found, by=COMMAND_LINE)
    if as_json:
        print_json({"removed": shown})
    else:
        say(f"{found.community} no longer has the term “{found.name}”.")


def _day(text: str, option: str) -> date:
    found = read_date(text, option)
    if found is None:
        raise click.BadParameter("A date is needed.", param_hint=option)
    return found


def _break(text: str) -> Days:
    """“Spring break=2027-03-15..2027-03-19”; one date is a break of one day."""
    name, separator, days = text.rpartition("=")
    first, _dots, last = days.partition("..")
    if not separator:
        raise click.BadParameter(
            f"“{text}” is no break. Write its name and days: "
            "“Spring break=2027-03-15..2027-03-19”.",
            param_hint="--break",
        )
    return Days(name, _day(first, "--break"), _day(last or first, "--break"))


def _show(rows: Iterable[Term], *, as_json: bool) -> None:
    data = [_as_data(row) for row in rows]
    if as_json:
        print_json({"terms": data})
        return
    cells = [[row["id"], row["name"], row["first"], row["last"], _told(row)] for row in data]
    show_table(["id", "name", "from", "until", "breaks"], cells, empty="No terms.")


def _told(row: dict[str, Any]) -> str:
    return "; ".join(f"{one['name']} {one['first']}..{one['last']}" for one in row["breaks"])


def _as_data(row: Term) -> dict[str, Any]:
    return {"id": str(row.pk), **term_values(row)}
