"""`visavis retention`: how long things are kept, and what would go."""

import click

from visavis.cli.running import does, json_option


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would go, and let nothing go.")
@click.option(
    "--keep",
    multiple=True,
    metavar="SUBJECT=DAYS",
    help="Keep a subject for so many days, or “forever”; nothing goes.",
)
@click.option(
    "--community",
    metavar="SLUG",
    help="With --keep: in this community, which may keep things for less; “school” as the school.",
)
@json_option
@does("privacy:retention")
def retention() -> None:
    r"""Let go of what was kept long enough, as the worker does every hour.

    Subjects: answers, notes, bookings, history, inspections, messages, files, busy_times, drafts.
    Meetings that are to come are never touched, and reports count as before.

    \b
    Examples:
      visavis retention --dry-run
      visavis retention --keep notes=365 --keep answers=180
      visavis retention --keep notes=90 --community peer-mentoring
      visavis retention
    """
