"""`visavis slots`, `explain`, `book` and `move`: which times, why not, taking one, another one."""

from collections.abc import Callable
from typing import Any

import click

from visavis.cli.running import does, json_option

KEY_LENGTH = 100
Command = Callable[..., Any]


def _about(command: Command) -> Command:
    """What is asked for: options shared by all three commands."""
    for option in (
        click.option("--community", required=True, metavar="SLUG", help="Its short name."),
        click.option(
            "--service", required=True, metavar="CODE", help="Course code, or the topic's name."
        ),
        click.option("--location", metavar="NAME", help="One place only; else any that admits it."),
        click.option("--format", "format_name", metavar="NAME", help="Else the community's first."),
        click.option(
            "--now", metavar="ISO", help="Answer as if it were this instant: 2027-03-01T14:00:00Z."
        ),
    ):
        command = option(command)
    return command


def _whose(command: Command) -> Command:
    """Narrowing to a person; open in both directions."""
    for option in (
        click.option("--provider", metavar="EMAIL", help="One person only; else everybody."),
        click.option("--student", metavar="EMAIL", help="With this student's list and limits."),
        click.option(
            "--moving", metavar="BOOKING", help="As if this booking were moved: its time is free."
        ),
        click.option("--from", "first", metavar="DATE", help="First local date; else today."),
        click.option(
            "--days", type=click.IntRange(1, 400), default=14, show_default=True, help="How many."
        ),
    ):
        command = option(command)
    return command


@click.command()
@_about
@_whose
@json_option
@does("bookings:slots")
def slots() -> None:
    r"""Which times are offered for a service, and with whom.

    Dates are local dates of the community. JSON holds instants in UTC.

    \b
    Examples:
      visavis slots --community peer-mentoring --service "All available Peer Mentoring"
      visavis slots --community learning-centre --service CHEM1301 \
          --from 2027-03-01 --days 7 --json
    """


@click.command()
@_about
@_whose
@click.option("--start", required=True, metavar="ISO", help="The start asked about, with its zone.")
@json_option
@does("bookings:explain")
def explain() -> None:
    r"""Why a time is offered or not: every rule that says no, for each person and place.

    \b
    Example:
      visavis explain --community peer-mentoring --service "Peer Mentoring with Talia K" \
          --start 2027-03-01T14:00:00Z --student jordan.lee@demo.visavis.test
    """


@click.command()
@_about
@click.option("--student", required=True, metavar="EMAIL", help="Who is to be met.")
@click.option("--provider", required=True, metavar="EMAIL", help="With whom.")
@click.option("--start", required=True, metavar="ISO", help="When, with its zone.")
@click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="QUESTION=ANSWER",
    help="An answer to a question of the format; again for more. Several choices: A|B.",
)
@click.option(
    "--key",
    metavar="TEXT",
    help=f"One key, one booking: sent twice, it is booked once. At most {KEY_LENGTH} characters.",
)
@click.option(
    "--weeks",
    type=click.IntRange(min=1),
    metavar="N",
    help="Of a weekly format: for so many weeks, skipped ones counted.",
)
@click.option("--until-term", is_flag=True, help="Of a weekly format: to the end of the term.")
@click.option(
    "--skip",
    "skipping",
    multiple=True,
    metavar="DATE",
    help="A local date on which a series pauses; again for more.",
)
@click.option("--skip-taken", is_flag=True, help="Leave out the weeks that cannot be had.")
@json_option
@does("bookings:book")
def book() -> None:
    r"""Book a time for a student whom the school knows.

    A time that is gone is refused with the nearest other ones, and with status 1. A weekly format
    is booked as a whole, for --weeks N or --until-term: all its weeks, or none.

    \b
    Examples:
      visavis book --community peer-mentoring --service "Peer Mentoring with Talia K" \
          --provider talia.k@demo.visavis.test --student jordan.lee@demo.visavis.test \
          --start 2027-03-01T14:00:00Z --answer "Materials=Laptop|Notes"
      visavis book --community peer-mentoring --service "Peer Mentoring with Talia K" \
          --provider talia.k@demo.visavis.test --student jordan.lee@demo.visavis.test \
          --format "Weekly hour" --start 2027-03-01T14:00:00Z --weeks 8 --skip 2027-03-15
    """


@click.command()
@click.argument("booking", metavar="BOOKING")
@click.option("--start", required=True, metavar="ISO", help="The new start, with its zone.")
@click.option("--provider", metavar="EMAIL", help="With somebody else; else with the same person.")
@click.option("--location", metavar="NAME", help="At another place; else at the same one.")
@click.option("--now", metavar="ISO", help="Move as if it were this instant: 2027-03-01T14:00:00Z.")
@json_option
@does("bookings:move")
def move() -> None:
    r"""Move a booking to another time: the new one is taken and the old released, or neither.

    BOOKING is what `visavis book --json` called it. A time that is gone is refused with the nearest
    other ones, and with status 1; the booking then stays where it was. The community's hours for
    students do not bind who sits at the command line.

    \b
    Example:
      visavis move 4f0c2f0e-6b1c-4a53-9c55-0d3c8a2f7f11 --start 2027-03-02T15:00:00Z
    """
