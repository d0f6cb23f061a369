"""Carries out `visavis person`."""

import shutil
from pathlib import Path

from visavis.cli.output import say, show_table
from visavis.cli.running import Refused, print_json
from visavis.cli.values import COMMAND_LINE
from visavis.core import clock
from visavis.people.queries import get_user
from visavis.privacy.erasing import check_erasable
from visavis.privacy.erasing import erase as erase_for_good
from visavis.privacy.exporting import Wanted, write_export
from visavis.privacy.previewing import Becomes, what_becomes


def export_person(*, email: str, path: str, with_notes: bool, as_json: bool) -> None:
    person, target = get_user(email), Path(path)
    try:
        # Made first, and only if nothing is there: nobody's file is written over.
        with target.open("xb") as out:
            with write_export(
                Wanted(person, with_notes=with_notes), by=COMMAND_LINE, now=clock.now()
            ) as file:
                shutil.copyfileobj(file, out)
            size = out.tell()
    except FileExistsError:
        raise Refused(f"{path} is there already. Name another file.", code="file_exists") from None
    except OSError as error:
        why = error.strerror or str(error)
        raise Refused(f"{path} cannot be written: {why}.", code="cannot_write") from None
    if as_json:
        print_json({"file": path, "bytes": size, "with_notes": with_notes})
    else:
        say(f"Everything about {person.email} stands in {path} ({size} bytes).")


def erase_person(*, email: str, dry_run: bool, yes: bool, as_json: bool) -> None:
    person, now = get_user(email), clock.now()
    check_erasable(person)
    lines = what_becomes(person, now=now)
    if not dry_run and not yes:
        raise Refused(
            f"This cannot be undone. Look at it with --dry-run; to erase {email} add --yes.",
            code="needs_confirmation",
        )
    if not dry_run:
        erase_for_good(person, by=COMMAND_LINE, now=now)
    if as_json:
        print_json({"dry_run": dry_run, "person": person.pk, "becomes": [_row(x) for x in lines]})
        return
    rows = [(line.fate, line.what, line.number, line.how) for line in lines]
    show_table(["fate", "what", "number", "how"], rows, empty="Nothing but the account itself.")
    say("Nothing was changed." if dry_run else "The person is erased.")


def _row(line: Becomes) -> dict[str, object]:
    return {"fate": line.fate, "what": str(line.what), "number": line.number}
