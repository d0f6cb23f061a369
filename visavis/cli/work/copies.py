"""Carries out `visavis community export` and `community import`."""

from pathlib import Path

import click

from visavis.cli.output import count, say
from visavis.cli.running import print_json
from visavis.cli.values import COMMAND_LINE
from visavis.communities.queries import get_community
from visavis.copies.actions import export_community, import_community
from visavis.core import clock


def export(*, slug: str, where: Path, as_json: bool) -> None:
    community = get_community(slug)
    counts = export_community(community, where, now=clock.now())
    if as_json:
        print_json({"file": str(where), "rows": counts})
        return
    rows = count(sum(counts.values()), "row")
    say(f"Wrote “{community.name}” to {where}: {rows}, {people(counts['people'])}.")


def import_(*, where: Path, slug: str, as_json: bool) -> None:
    if not where.exists():
        raise click.BadParameter(f"{where} is not there.", param_hint="FOLDER|FILE.zip")
    brought = import_community(where, slug=slug, by=COMMAND_LINE, now=clock.now())
    told = brought.community
    if as_json:
        new = {"new_people": brought.new_people}
        print_json({"slug": told.slug, "name": told.name, "rows": brought.counts, **new})
        return
    rows = count(sum(brought.counts.values()), "row")
    say(f"Made “{told.name}” ({told.slug}): {rows}.")
    known = brought.counts["people"] - brought.new_people
    say(f"{people(brought.new_people)} new here, {known} known by their e-mail address.")


def people(number: int) -> str:
    """1 person, 2 people."""
    return "1 person" if number == 1 else f"{number} people"
