"""`visavis hours`: weekly hours, days away, extra hours."""

from collections.abc import Callable
from typing import Any

import click

from visavis.cli.running import does, json_option

Command = Callable[..., Any]


@click.group()
def hours() -> None:
    r"""When people can be met: weekly hours, days away and extra hours.

    Times are wall-clock times in the community's zone: 9:00, 9:00 AM or 9am.

    \b
    Example:
      visavis hours add --provider talia.k@demo.visavis.test --day "Mon|Wed" \
          --start 9:00 --end 12:00
    """


def _who(command: Command) -> Command:
    provider = click.option("--provider", required=True, metavar="EMAIL", help="Whose hours.")
    community = click.option(
        "--community", metavar="SLUG", help="Needed for people who work in several."
    )
    return provider(community(command))


def _admits(command: Command) -> Command:
    """What the hours are for; nothing given is anything."""
    for option in (
        click.option("--services", metavar="A|B", help="For these services only."),
        click.option("--formats", metavar="A|B", help="For these appointment formats only."),
        click.option("--locations", metavar="A|B", help="At these places only."),
    ):
        command = option(command)
    return command


@hours.command()
@_who
@click.option("--day", required=True, metavar="DAYS", help="Mon, or several: Mon|Wed.")
@click.option("--start", required=True, metavar="TIME", help="From this time of day.")
@click.option("--end", required=True, metavar="TIME", help="To this time; 24:00 is midnight.")
@click.option("--from", "first", metavar="DATE", help="First date; else always.")
@click.option("--until", "last", metavar="DATE", help="Last date, included; else for good.")
@_admits
@json_option
@does("hours:add")
def add() -> None:
    r"""Add hours that come back every week.

    \b
    Example:
      visavis hours add --community peer-mentoring --provider talia.k@demo.visavis.test \
          --day "Mon|Wed" --start 9:00 --end 12:00 --locations "Library 204"
    """


@hours.command("list")
@click.option("--provider", metavar="EMAIL", help="One person only.")
@click.option("--community", metavar="SLUG", help="One community only.")
@json_option
@does("hours:list_all")
def list_() -> None:
    r"""List weekly hours, days away and extra hours, each with its id.

    \b
    Example:
      visavis hours list --community peer-mentoring
    """


@hours.command()
@click.argument("row", metavar="ID")
@json_option
@does("hours:remove")
def remove() -> None:
    r"""Take hours, a day away or extra hours back, by the id that `hours list` shows.

    Meetings that are booked stay.

    \b
    Example:
      visavis hours remove W12
    """


def _dated(command: Command) -> Command:
    for option in (
        click.option("--from", "first", required=True, metavar="DATE", help="First date."),
        click.option("--until", "last", metavar="DATE", help="Last date, included; else the same."),
        click.option("--note", default="", help="Why; for staff."),
    ):
        command = option(command)
    return command


@hours.command()
@_who
@_dated
@click.option("--start", metavar="TIME", help="From this time each day; else the whole day.")
@click.option("--end", metavar="TIME", help="To this time each day.")
@json_option
@does("hours:away")
def away() -> None:
    r"""Say that somebody is away: nothing is offered then.

    \b
    Example:
      visavis hours away --provider talia.k@demo.visavis.test --from 2027-03-01 --until 2027-03-05
    """


@hours.command()
@_who
@_dated
@click.option("--start", required=True, metavar="TIME", help="From this time each day.")
@click.option("--end", required=True, metavar="TIME", help="To this time each day.")
@_admits
@json_option
@does("hours:extra")
def extra() -> None:
    r"""Add hours on certain dates, beside the weekly ones.

    \b
    Example:
      visavis hours extra --provider talia.k@demo.visavis.test --from 2027-03-06 \
          --start 10:00 --end 12:00
    """
