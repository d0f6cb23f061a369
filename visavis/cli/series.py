"""`visavis bookings` and `visavis series`: what is booked, and weekly meetings as a whole."""

import click

from visavis.cli.running import does, json_option


@click.command()
@click.option("--community", required=True, metavar="SLUG", help="Its short name.")
@click.option("--student", metavar="EMAIL", help="Of one student only.")
@click.option("--provider", metavar="EMAIL", help="With one person only.")
@click.option("--from", "first", metavar="DATE", help="First local date; else today.")
@click.option(
    "--days", type=click.IntRange(1, 400), default=14, show_default=True, help="How many."
)
@json_option
@does("series:bookings")
def bookings() -> None:
    r"""List what is booked, whatever became of it, by time.

    \b
    Example:
      visavis bookings --community peer-mentoring --student jordan.lee@demo.visavis.test
    """


@click.group()
def series() -> None:
    r"""Weekly meetings that were booked as a whole, by `visavis book --weeks` or on the pages.

    \b
    Example:
      visavis series list --community peer-mentoring
    """


@series.command("list")
@click.option("--community", required=True, metavar="SLUG", help="Its short name.")
@click.option("--student", metavar="EMAIL", help="Of one student only.")
@json_option
@does("series:list_all")
def list_() -> None:
    r"""List the series with weeks to come, and how many these are.

    \b
    Example:
      visavis series list --community peer-mentoring
    """


@series.command()
@click.argument("series", metavar="SERIES")
@json_option
@does("series:show")
def show() -> None:
    r"""Show every week of a series, with what became of it.

    SERIES is what `visavis series list` calls it.

    \b
    Example:
      visavis series show 4f0c2f0e-6b1c-4a53-9c55-0d3c8a2f7f11
    """


@series.command()
@click.argument("series", metavar="SERIES")
@click.option("--reason", default="", metavar="TEXT", help="What student and provider are told.")
@json_option
@does("series:end")
def end() -> None:
    r"""Cancel every week that has not begun; those that are over stay as they are.

    \b
    Example:
      visavis series end 4f0c2f0e-6b1c-4a53-9c55-0d3c8a2f7f11 --reason "The term is over."
    """
