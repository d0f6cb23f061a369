"""Carries out `visavis import`, `imports`, `export` and `template`."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn

from visavis.cli.output import count, printable, say, show_table
from visavis.cli.running import print_json
from visavis.cli.values import COMMAND_LINE, iso
from visavis.communities.queries import communities, get_community
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.imports import actions, queries
from visavis.imports.enums import ImportState
from visavis.imports.errors import HasErrors, NeedsConfirmation, PlanIsStale
from visavis.imports.models import Import

COUNTS = ("added", "changed", "removed", "unchanged")
SHOWN_ISSUES = 50
TRIES = 3
STDIN = "<stdin>"


def import_file(*, kind: str, file: BinaryIO, as_json: bool, dry_run: bool, **given: Any) -> None:
    community = get_community(given["community"])
    _check_encoding(given["encoding"])
    name = _name_of(file)
    with progress_bar(f"Reading {name}", shown=not as_json) as progress:
        run = actions.plan_import(
            community,
            kind=kind,
            mode=given["mode"],
            file_name=name,
            content=file,
            encoding=given["encoding"],
            actor=COMMAND_LINE,
            progress=progress,
        )
    skip = given["skip_bad_rows"]
    if run.state == ImportState.REFUSED or _is_stopped(run, skip_bad_rows=skip) or dry_run:
        _end_unapplied(run, dry_run=dry_run, skip_bad_rows=skip, as_json=as_json)
        return
    with progress_bar(_writing(run), shown=not as_json) as progress:
        _apply(run, given, may_ask=not as_json, progress=progress)
    _tell(queries.report(run, skip_bad_rows=skip), run, as_json=as_json)


def _name_of(file: BinaryIO) -> str:
    name = str(getattr(file, "name", STDIN))
    return "standard input" if name == STDIN else Path(name).name


def _check_encoding(name: str) -> None:
    known = [value for value, _label in queries.ENCODINGS]
    if name and name not in known:
        raise click.BadParameter(
            f"“{name}” is none of {', '.join(filter(None, known))}.", param_hint="--encoding"
        )


def _is_stopped(run: Import, *, skip_bad_rows: bool) -> bool:
    return bool(run.counts.get("errors")) and not skip_bad_rows


def _end_unapplied(run: Import, *, dry_run: bool, skip_bad_rows: bool, as_json: bool) -> None:
    """Show a plan that is not to be carried out, and put it away; errors end with status 1."""
    told = queries.report(run, dry_run=dry_run, skip_bad_rows=skip_bad_rows)
    question = queries.confirmation(run) if "refused" not in told else ""
    _tell(told, run, as_json=as_json)
    if question and dry_run and not as_json:
        say(f"{question} (--yes agrees)")
    if run.state == ImportState.PLANNED:
        actions.discard_import(run, actor=COMMAND_LINE)
    if "refused" in told or _is_stopped(run, skip_bad_rows=skip_bad_rows):
        click.get_current_context().exit(1)


def _apply(run: Import, given: dict[str, Any], *, may_ask: bool, progress: Any) -> None:
    """Apply the plan; one that others overtook is made anew and tried again."""
    confirmed = given["yes"]
    for attempt in range(1, TRIES + 1):
        try:
            actions.apply_import(
                run,
                actor=COMMAND_LINE,
                now=clock.now(),
                skip_bad_rows=given["skip_bad_rows"],
                confirmed=confirmed,
                cancel_meetings=given["cancel_meetings"],
                progress=progress,
            )
        except PlanIsStale:
            if attempt == TRIES:
                actions.discard_import(run, actor=COMMAND_LINE)
                raise
            run = actions.replan_import(run, actor=COMMAND_LINE)
        except NeedsConfirmation as asked:
            if not (may_ask and sys.stdin.isatty() and click.confirm(asked.message)):
                actions.discard_import(run, actor=COMMAND_LINE)
                raise
            confirmed = True
        except HasErrors:
            actions.discard_import(run, actor=COMMAND_LINE)
            raise
        else:
            return


def _writing(run: Import) -> str:
    rows = queries.rows_to_write(run)
    return f"Writing {rows:,} {'row' if rows == 1 else 'rows'}"


@contextmanager
def progress_bar(doing: str, *, shown: bool) -> Iterator[Any]:
    """A bar on a terminal's stderr, and nothing elsewhere; it only moves until rows are counted.

    Yields what is to be told (rows done, rows altogether or 0), or None.
    """
    if not (shown and sys.stderr.isatty()):
        yield None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[far]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(printable(doing)), total=None, far="")

        def tell(done: int, total: int) -> None:
            far = f"{done:,} of {total:,} rows" if total else f"{done:,} rows so far"
            bar.update(task, completed=done, total=total or None, far=far)

        yield tell


# --- What is told ---------------------------------------------------------------------------------


def _tell(told: dict[str, Any], run: Import, *, as_json: bool) -> None:
    if as_json:
        print_json(told)
    elif "refused" in told:
        click.echo(told["message"], err=True)
    else:
        _tell_people(told, run)


def _tell_people(told: dict[str, Any], run: Import) -> None:
    counts = ", ".join(f"{told[name]} {name}" for name in COUNTS)
    stopped = told["errors"] and not any(told[name] for name in COUNTS)
    rows = f"{told['kind']}, {count(told['rows'], 'row')}"
    if stopped:
        errors = count(len(told["errors"]), "error")
        click.echo(f"{rows}: nothing is changed, because of {errors}.", err=True)
    else:
        say(f"{rows}. {'Would be' if told['dry_run'] else 'Done'}: {counts}.")
    for proposal in queries.proposals(run):
        whose = (
            "for everybody" if proposal.for_everybody else f"the own service of {proposal.owner}"
        )
        if proposal.accepted:
            say(f"“{proposal.service}” becomes {whose}.")
    for name in ("error", "warning"):
        _show_issues(name, told[f"{name}s"])


def _show_issues(name: str, found: list[dict[str, Any]]) -> None:
    if not found:
        return
    say("")
    say(f"{count(len(found), name)}:")
    rows = [(i["line"], i["column"], i["value"], i["message"]) for i in found[:SHOWN_ISSUES]]
    show_table(["line", "column", "value", "what is wrong"], rows, empty="")
    if len(found) > SHOWN_ISSUES:
        say(f"… and {len(found) - SHOWN_ISSUES} more. --json prints all.")


# --- Recent imports, exports, templates -----------------------------------------------------------


def list_all(*, community: str, kind: str | None, limit: int, as_json: bool) -> None:
    runs = queries.recent_imports(get_community(community), kind=kind or "")[:limit]
    rows = [_as_data(run) for run in runs]
    if as_json:
        print_json({"imports": rows})
        return
    cells = [
        [
            row["id"],
            row["at"][:16],
            row["kind"],
            row["state"],
            row["file"],
            _in_short(row),
            row["by"],
        ]
        for row in rows
    ]
    headers = ["id", "at (UTC)", "kind", "state", "file", "counts", "by"]
    show_table(headers, cells, empty="No imports yet. Begin with: visavis import --help")


def _as_data(run: Import) -> dict[str, Any]:
    return {
        "id": str(run.public_id),
        "kind": run.kind,
        "mode": run.mode,
        "state": run.state,
        "file": run.file_name,
        "rows": run.rows,
        "counts": {name: run.counts.get(name, 0) for name in (*COUNTS, "errors", "warnings")},
        "by": run.by_label,
        "at": iso(run.created_at),
    }


def _in_short(row: dict[str, Any]) -> str:
    return "+{added} ~{changed} -{removed} ={unchanged}".format(**row["counts"])


def undo(*, run: str, community: str | None, as_json: bool) -> None:
    found = _find_run(run, community)
    undone = actions.undo_import(found, actor=COMMAND_LINE, now=clock.now())
    left = [{"line": line, "label": label, "reason": why} for line, label, why in undone.left]
    if as_json:
        print_json({"restored": undone.restored, "left": left})
        return
    say(f"Restored {count(undone.restored, 'row')}.")
    if left:
        say(f"{count(len(left), 'row')} left alone:")
        show_table(["line", "row", "why"], [list(row.values()) for row in left], empty="")


def _find_run(text: str, slug: str | None) -> Import:
    """The import with this id, in one community or in any. Raises NotFound."""
    where = [get_community(slug)] if slug is not None else list(communities())
    for community in where:
        with suppress(NotFound):
            return queries.get_import(community, text)
    raise NotFound(f"There is no import “{text}”. `visavis imports list` shows the ids.")


def export(*, kind: str, community: str) -> None:
    _write(queries.export_csv(get_community(community), kind))


def template(*, kind: str) -> None:
    _write([queries.template_csv(kind)])


def _write(parts: Iterable[str]) -> None:
    """Text as it is, in UTF-8, with its own line ends."""
    out = sys.stdout.buffer
    for part in parts:
        out.write(part.encode())
    out.flush()
