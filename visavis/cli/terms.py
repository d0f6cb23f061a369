"""`visavis term`: terms of a community, with the breaks in which weekly meetings pause."""

import click

from visavis.cli.running import does, json_option


@click.group()
def term() -> None:
    r"""Terms of a community: weekly meetings can be booked to their end.

    \b
    Example:
      visavis term add --community peer-mentoring --name "Spring 2027" \
          --from 2027-01-18 --until 2027-05-07 --break "Spring break=2027-03-15..2027-03-19"
    """


@term.command()
@click.option("--community", required=True, metavar="SLUG", help="Its short name.")
@click.option("--name", required=True, help="As people know it.")
@click.option("--from", "first", required=True, metavar="DATE", help="First day.")
@click.option("--until", "last", required=True, metavar="DATE", help="Last day, included.")
@click.option(
    "--break",
    "breaks",
    multiple=True,
    metavar="NAME=DATE..DATE",
    help="Days on which weekly meetings pause, first and last included; may be repeated.",
)
@json_option
@does("terms:add")
def add() -> None:
    r"""Add a term with its breaks.

    \b
    Example:
      visavis term add --community peer-mentoring --name "Spring 2027" \
          --from 2027-01-18 --until 2027-05-07 --break "Spring break=2027-03-15..2027-03-19"
    """


@term.command("list")
@click.option("--community", required=True, metavar="SLUG", help="Its short name.")
@json_option
@does("terms:list_all")
def list_() -> None:
    r"""List a community's terms, each with its id and its breaks.

    \b
    Example:
      visavis term list --community peer-mentoring
    """


@term.command()
@click.argument("row", metavar="ID")
@json_option
@does("terms:remove")
def remove() -> None:
    r"""Remove a term with its breaks, by the id that `term list` shows. Meetings stay.

    \b
    Example:
      visavis term remove 3
    """
