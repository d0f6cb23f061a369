"""The command `visavis`: a table of contents, and what each entry loads when it is named."""

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import click

# Name → where it is declared, and its line in the overview. Modules load only when they are named:
# `visavis --help` answers at once, and a command costs what it uses.
CONTENTS: dict[str, Mapping[str, tuple[str, str]]] = {
    "Set up": {
        "school": ("school:school", "The school's name, and whose addresses may sign in."),
        "community": ("communities:community", "Make, list, show and change communities."),
        "admin": ("people:admin", "Make somebody an administrator, with a sign-in link."),
        "hours": ("hours:hours", "Weekly hours, days away and extra hours of people."),
        "calendars": (
            "calendars:calendars",
            "What other calendars keep people busy, and read them.",
        ),
        "term": ("terms:term", "Terms and their breaks, for weekly meetings."),
        "closure": ("closures:closure", "Days on which a whole community is closed."),
    },
    "CSV files": {
        "import": ("imports:import_", "Read a CSV or .xlsx file into a community."),
        "imports": ("imports:imports", "List recent imports, and undo one."),
        "export": ("imports:export", "Write a community's data as CSV."),
        "template": ("imports:template", "Write an empty CSV file with the right columns."),
    },
    "Booking": {
        "slots": ("bookings:slots", "Which times are offered."),
        "explain": ("bookings:explain", "Why a time is offered, or not."),
        "book": ("bookings:book", "Book a time for a student."),
        "move": ("bookings:move", "Move a booking to another time."),
        "bookings": ("series:bookings", "List what is booked."),
        "series": ("series:series", "List weekly series, show one, end the rest of one."),
        "waitlist": ("waitlist:waitlist", "Who waits for a time; join and leave for a student."),
    },
    "Run": {
        "serve": ("serving:serve", "Serve the pages, with a worker beside them."),
        "worker": ("serving:worker", "Run background jobs without serving pages."),
        "messages": ("messages:messages", "Mails that could not be delivered, and once more."),
        "retention": ("privacy:retention", "How long things are kept; let go of what is due."),
        "person": ("privacy:person", "Give a person what is kept about them, or erase it."),
        "migrate": ("serving:migrate", "Bring the database up to this version."),
        "upgrade": ("upgrading:upgrade", "The same, with a look ahead and a backup before."),
        "backup": ("backups:backup", "Write everything into one file, while people book."),
        "restore": ("backups:restore", "Put a backup where the database is."),
        "demo": ("demo:demo", "Make the demo school, or take it away."),
        "doctor": ("doctor:doctor", "Say what is misconfigured, in sentences."),
    },
}
PLACES = {name: place for group in CONTENTS.values() for name, (place, _) in group.items()}


class Commands(click.Group):
    """The commands of CONTENTS, each loaded when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's)
        return list(PLACES)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002  (click's)
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in PLACES:
            return None
        module, name = PLACES[cmd_name].split(":")
        return _laid_out(getattr(import_module(f"visavis.cli.{module}"), name))

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002  (click's)
        formatter: click.HelpFormatter,
    ) -> None:
        for title, entries in CONTENTS.items():
            with formatter.section(title):
                formatter.write_dl([(name, line) for name, (_, line) in entries.items()])

    def main(self, args: Sequence[str] | None = None, *more: Any, **extra: Any) -> Any:
        given = list(sys.argv[1:] if args is None else args)
        for number, argument in enumerate(given, start=1):
            if not _is_text(argument):
                click.echo(f"Argument {number} is not UTF-8 text. Write it in UTF-8.", err=True)
                sys.exit(2)
        return super().main(given, *more, **extra)


def _laid_out(command: click.Command) -> click.Command:
    """The command, and those below it, with the lines of their examples kept as they are written.

    Examples hold backslashes, so docstrings are raw, and the mark by which click knows a paragraph
    to leave alone comes as the two letters of its name.
    """
    if command.help:
        command.help = command.help.replace("\\b\n", "\b\n")
    if isinstance(command, click.Group):
        for below in command.commands.values():
            _laid_out(below)
    return command


def _is_text(argument: str) -> bool:
    try:
        argument.encode()
    except UnicodeEncodeError:
        return False
    return True


EPILOG = """\b
Begin with:
  visavis community create --slug writing --name "Writing Centre" \\
      --preset course-first --timezone America/New_York
  visavis import courses courses.csv --community writing --dry-run
  visavis COMMAND --help

Ends with status 0 when done, 1 when refused (with reasons), 2 for wrong usage."""


@click.group(cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="visavis")
def cli() -> None:
    """Visavis: scheduling for student support.

    Data live in ./data, or where VISAVIS_DATA says, or in the PostgreSQL database of DATABASE_URL.
    """


def main() -> None:
    """The entry point of the installed command."""
    cli(prog_name="visavis")


if __name__ == "__main__":
    main()
