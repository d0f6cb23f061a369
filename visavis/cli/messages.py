"""`visavis messages`: what was mailed, what could not be delivered, and once more."""

import click

from visavis.cli.running import does, json_option

STATES = ("given_up", "failed", "queued", "sent", "suppressed")


@click.group()
def messages() -> None:
    r"""Mails that could not be delivered: list them, and try them again.

    \b
    Example:
      visavis messages list
    """


@messages.command("list")
@click.option("--community", metavar="SLUG", help="Of this community; else of all.")
@click.option(
    "--state",
    type=click.Choice(STATES),
    default=STATES[0],
    show_default=True,
    help="What became of them: given_up are those that were not delivered.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=100,
    show_default=True,
    help="The latest so many.",
)
@json_option
@does("messages:list_all")
def list_() -> None:
    r"""List messages, the latest first, with the reason why they were not delivered.

    \b
    Examples:
      visavis messages list --community peer-mentoring
      visavis messages list --state sent --limit 20 --json
    """


@messages.command()
@click.argument("ids", metavar="[ID]…", nargs=-1, type=click.IntRange(min=1))
@click.option("--all", "every", is_flag=True, help="Every one that was not delivered.")
@click.option("--community", metavar="SLUG", help="With --all: of this community only.")
@json_option
@does("messages:retry")
def retry() -> None:
    r"""Give undelivered messages all their tries anew; the worker then sends them.

    \b
    Examples:
      visavis messages retry 17 18
      visavis messages retry --all --community peer-mentoring
    """
