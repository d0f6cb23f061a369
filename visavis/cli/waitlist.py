"""`visavis waitlist`: who waits for a time to come free."""

import click

from visavis.cli.running import does, json_option


@click.group()
def waitlist() -> None:
    r"""Who waits for a time to come free, in a community that keeps a list.

    \b
    Example:
      visavis waitlist list --community peer-mentoring
    """


@waitlist.command("list")
@click.option("--community", required=True, metavar="SLUG", help="Its short name.")
@json_option
@does("waitlist:list_all")
def list_() -> None:
    r"""List who waits, the first in line first, and what is held for them.

    \b
    Example:
      visavis waitlist list --community peer-mentoring
    """


@waitlist.command()
@click.option("--community", required=True, metavar="SLUG", help="Its short name.")
@click.option("--service", required=True, metavar="CODE", help="What is waited for.")
@click.option("--student", required=True, metavar="EMAIL", help="Who waits.")
@click.option("--format", "format_name", metavar="NAME", help="Else the community's first.")
@click.option("--provider", metavar="EMAIL", help="With whom; else with anyone.")
@click.option("--from", "first", metavar="DATE", help="First day; else today.")
@click.option("--until", "last", metavar="DATE", help="Last day; else two weeks later.")
@click.option("--days", metavar="DAYS", help="Weekdays such as Mon|Wed; else any.")
@click.option("--start", metavar="TIME", help="From this time of day.")
@click.option("--end", metavar="TIME", help="To this time of day.")
@click.option(
    "--times",
    multiple=True,
    metavar="TIMES",
    help="Days with times such as “Mon|Wed 9:00-12:00”; may be given several times.",
)
@json_option
@does("waitlist:join")
def join() -> None:
    r"""Put a student on the list, behind all who wait already.

    \b
    Example:
      visavis waitlist join --community peer-mentoring --service PEER-ALL \
          --student sam@example.edu --days "Mon|Wed" --start 9:00 --end 12:00
      visavis waitlist join --community peer-mentoring --service PEER-ALL \
          --student sam@example.edu --times "Mon 9:00-12:00" --times "Thu 13:00-17:00"
    """


@waitlist.command()
@click.argument("entry", metavar="ID")
@json_option
@does("waitlist:leave")
def leave() -> None:
    r"""Take an entry off the list, by the id that `waitlist list` shows.

    \b
    Example:
      visavis waitlist leave 6f1a2f0e-7f7e-4f0c-9a58-3f0f8f1f6f11
    """
