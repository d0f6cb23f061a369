"""`visavis retention` and `visavis person`: what is kept, for how long, and of whom."""

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


@click.group()
def person() -> None:
    r"""Give a person what is kept about them, or erase it.

    \b
    Example:
      visavis person export sam@university.edu --to sam.zip
    """


@person.command()
@click.argument("email")
@click.option(
    "--to",
    "path",
    required=True,
    type=click.Path(dir_okay=False, writable=True),
    help="The ZIP file to write; one that is there already is refused.",
)
@click.option(
    "--with-notes",
    is_flag=True,
    help="With the notes of staff, for somebody who has asked to see them.",
)
@json_option
@does("persons:export_person")
def export() -> None:
    r"""Write everything that is kept about the person with this EMAIL into one ZIP file.

    JSON and CSV, with their photos and files. That it was taken is written into the history; with
    the notes of staff the person sees that they were opened.

    \b
    Example:
      visavis person export sam@university.edu --to sam.zip
    """


@person.command()
@click.argument("email")
@click.option("--dry-run", is_flag=True, help="Say what would end, go and stay; change nothing.")
@click.option("--yes", is_flag=True, help="Do it: it cannot be undone.")
@json_option
@does("persons:erase_person")
def erase() -> None:
    r"""Erase the person with this EMAIL: nothing names them afterwards, and counts stay.

    Their coming meetings are cancelled, and the others are told. Lists that were uploaded with
    their name go, and cannot be undone any more.

    \b
    Examples:
      visavis person erase sam@university.edu --dry-run
      visavis person erase sam@university.edu --yes
    """
