"""From a file to a plan: read, check, compare, and write down what would change.

The plan is written in batches while the file is read, so memory holds one batch; of the rows before
it only digests are left, and those lie on disk.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b, sha256
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from visavis.core.progress import Tell
from visavis.core.text import fold
from visavis.core.troubles import again_on_conflict
from visavis.imports.claims import claim
from visavis.imports.enums import ImportMode, ImportState, RowAction, Severity
from visavis.imports.errors import UnreadableFile
from visavis.imports.headers import Header, count_known, match_header
from visavis.imports.kinds.base import Candidate, Kind, Line, Planned, Problem
from visavis.imports.kinds.providers import Providers
from visavis.imports.kinds.register import kind_of
from visavis.imports.models import Import, ImportIssue, ImportRow
from visavis.imports.reading import WORKBOOK, Record, Table, open_table
from visavis.imports.seen import Seen

BATCH = 1000
SAMPLE_ROWS, SAMPLE_LENGTH = 5, 100
COUNTED = (RowAction.ADDED, RowAction.CHANGED, RowAction.REMOVED, RowAction.UNCHANGED)


@again_on_conflict
def write_plan(run: Import, content: bytes, *, progress: Tell | None = None) -> Import:
    """Write the plan of a run in state PLANNING anew. It ends PLANNED, or REFUSED with the reason.

    A run that somebody put away meanwhile, or that another worker reads, is left to them. What of
    the file was read is kept in this process alone, so after a conflict it is all read again.
    """
    try:
        _write_plan(run, content, progress)
    except _Overtaken:
        run.refresh_from_db()
    return run


def _write_plan(run: Import, content: bytes, progress: Tell | None) -> None:
    _clear(run)
    try:
        kind = kind_of(run)
        run.fingerprint = fingerprint(kind)
        table = open_table(
            content,
            encoding=run.encoding,
            known=lambda header: count_known(kind.columns, header),
        )
        Planner(run, kind, table, count_expected(content, table), progress).write()
    except UnreadableFile as refusal:
        _refuse(run, refusal)


class _Overtaken(Exception):
    """The run is not this reader's any more."""


def _clear(run: Import) -> None:
    with transaction.atomic():
        # The claim locks the row: from here on nobody applies what is deleted below.
        if not claim(
            run, ImportState.PLANNING, **_nothing(), sample={}, refused_code="", refused_message=""
        ):
            raise _Overtaken
        _delete_plan(run)


def _refuse(run: Import, refusal: UnreadableFile) -> None:
    """End REFUSED, with the sample and without a plan."""
    said = {"refused_code": refusal.code, "refused_message": refusal.message}
    with transaction.atomic():
        _move_on(run, state=ImportState.REFUSED, **_nothing(), sample=run.sample, **said)
        _delete_plan(run)


def _nothing() -> dict[str, Any]:
    """What a run says of a file of which nothing is read."""
    return {"rows": 0, "rows_done": 0, "counts": {}, "fingerprint": ""}


def _delete_plan(run: Import) -> None:
    run.plan.all().delete()
    run.issues.all().delete()


def _move_on(run: Import, **values: Any) -> None:
    """Write how far reading has come. Raises _Overtaken unless the row is where we left it.

    It locks the row: what is written behind it in the same transaction is the only reader's.
    """
    left = Import.objects.filter(
        pk=run.pk,
        state=ImportState.PLANNING,
        rows_done=run.rows_done,
        mode=run.mode,
        encoding=run.encoding,
    )
    if not left.update(**values):
        raise _Overtaken
    for name, value in values.items():
        setattr(run, name, value)


def fingerprint(kind: Kind) -> str:
    """What the data looks like that a plan of this kind depends on."""
    digest = sha256()
    for row in kind.state():
        digest.update(repr(row).encode())
    return digest.hexdigest()


def count_expected(content: bytes, table: Table) -> int:
    """About how many rows will come: the lines behind the header; 0 for a workbook."""
    if table.encoding == WORKBOOK:
        return 0
    ends = content.count(b"\n") or content.count(b"\r")
    return max(ends + (not content.endswith((b"\n", b"\r"))) - table.line, 0)


class Planner:
    """Writes the plan of one run; made for one file and thrown away."""

    def __init__(
        self,
        run: Import,
        kind: Kind,
        table: Table,
        expected: int,
        progress: Tell | None = None,
    ) -> None:
        self.run = run
        self.kind = kind
        self.table = table
        self.expected = expected
        self.progress = progress
        self.header: Header = match_header(kind.columns, table.header)
        self.seen = Seen()
        self.counts = dict.fromkeys((action.value for action in COUNTED), 0)
        self.issues = {Severity.ERROR.value: 0, Severity.WARNING.value: 0}
        self.example = {header: fold(text) for header, text in kind.example.items() if text}

    def write(self) -> None:
        """Write the plan batch by batch, then what only the whole file tells; it ends PLANNED."""
        header_problems = self._header_problems()
        self._keep_sample([])
        while records := list(islice(self.table.records, BATCH)):
            if not self.run.sample["rows"]:
                self._keep_sample(records[:SAMPLE_ROWS])
            self._write_batch(records, header_problems)
            header_problems = []
        with transaction.atomic():
            # Whose job was given back finds out before it writes into another's plan.
            _move_on(self.run, rows_done=self.run.rows_done)
            self._write_issues(header_problems)
            self._write_tail()
            self._end()

    def _write_tail(self) -> None:
        """The rows that only the whole file tells."""
        self._write_rows(self.kind.finish())
        if self.run.mode == ImportMode.REPLACE:
            self._write_rows(self.kind.leftovers())
        if isinstance(self.kind, Providers):
            rows = self.run.plan.order_by("id").iterator(chunk_size=BATCH)
            self._write_rows(self.kind.proposals(rows))

    def _end(self) -> None:
        run = self.run
        run.counts = {
            **self.counts,
            "errors": self.issues[Severity.ERROR.value],
            "warnings": self.issues[Severity.WARNING.value],
            "listed": self.kind.count_listed(),
        }
        found = {name: getattr(run, name) for name in ("rows", "counts", "fingerprint", "sample")}
        _move_on(run, state=ImportState.PLANNED, **found)

    def _keep_sample(self, records: Sequence[Record]) -> None:
        """What the preview shows of the file, so that nobody reads it again for that."""
        rows = [[cell[:SAMPLE_LENGTH] for cell in record.cells] for record in records]
        self.run.sample = {
            "encoding": self.table.encoding,
            "header": [name[:SAMPLE_LENGTH] for name in self.table.header],
            "rows": rows,
        }

    def _header_problems(self) -> list[Problem]:
        problems = [
            self._warning(
                "",
                name,
                "sheet_not_read",
                _("The sheet “%(name)s” is not read: only the first one is."),
            )
            for name in self.table.other_sheets
        ]
        if not self.kind.takes_further_columns:
            problems += [
                self._warning(
                    name,
                    name,
                    "unknown_column",
                    _("The column “%(name)s” is not known and is not read."),
                )
                for name in self.header.further.values()
            ]
        return problems

    def _warning(self, column: str, value: str, code: str, message: str) -> Problem:
        return Problem(
            Severity.WARNING.value,
            self.table.line,
            column[:200],
            value[:300],
            code,
            message % {"name": value[:100]},
        )

    def _write_batch(self, records: Iterable[Record], header_problems: list[Problem]) -> None:
        lines, candidates = [], []
        for record in records:
            line = self._line(record)
            if line is None:
                continue
            self.run.rows += 1
            lines.append(line)
            candidate = None if record.code else self.kind.check(line)
            if candidate is None:
                self._doubt(record)
            elif self._is_first(candidate):
                candidates.append(candidate)
        with transaction.atomic():
            self._write_issues(header_problems)
            self._write_rows(self.kind.plan(candidates))
            self._write_issues(problem for line in lines for problem in line.problems)
            expected = self._report()
        if self.progress:
            self.progress(self.run.rows_done, expected)

    def _doubt(self, record: Record) -> None:
        """A row that may have meant anybody: nothing is removed as "not in the file" any more."""
        if record.code or not self.kind.guards_itself:
            self.kind.may_remove = False

    def _report(self) -> int:
        """Write how far reading has come; answers how many rows are to be expected."""
        done = self.run.rows
        # Until the file is read, the row's `rows` are those to be expected, 0 when nobody knows.
        expected = max(self.expected, done) if self.expected else 0
        _move_on(self.run, rows=expected, rows_done=done)
        self.run.rows = done
        return expected

    def _line(self, record: Record) -> Line | None:
        """The row by column; None for the template's example."""
        cells = record.cells
        line = Line(
            record.line,
            {c.header: _at(cells, i) for i, c in self.header.columns.items()},
            {name: _at(cells, i) for i, name in self.header.further.items()},
        )
        if record.code:
            line.error("", record.code, record.message)
        elif self._is_example(line):
            return None
        self._refuse_extra(line, cells)
        return line

    def _is_example(self, line: Line) -> bool:
        told = {header: fold(text) for header, text in line.cells.items() if text}
        telling = next(iter(self.kind.fields))
        return telling in told and told.items() <= self.example.items()

    def _refuse_extra(self, line: Line, cells: Any) -> None:
        extra = [cell for cell in cells[len(self.table.header) :] if cell]
        if extra:
            line.error(
                "",
                "extra_cell",
                _(
                    "The row has more cells than the header has columns; “%(value)s” belongs to "
                    "none. Put quotes around a cell that contains the separator."
                )
                % {"value": extra[0][:60]},
                extra[0],
            )

    def _is_first(self, candidate: Candidate) -> bool:
        """Whether no earlier row had this key; else what is wrong with the repetition is noted."""
        told = blake2b(_told(candidate).encode(), digest_size=10).digest()
        line = candidate.line
        before, number = self.seen.first(candidate.key, told, line.number)
        if number == line.number:
            return True
        code, column = self.kind.collision
        if line.has_errors:
            return False
        if before == told:
            line.warn(
                "",
                "repeated_row",
                _("The row repeats line %(line)s and is read once.") % {"line": number},
                candidate.label,
            )
        elif code == "codes_collide":
            line.error(
                column,
                code,
                _("“%(label)s” is the same code as on line %(line)s, with other values. Keep one.")
                % {"label": candidate.label, "line": number},
                candidate.label,
            )
        else:
            line.error(
                column,
                code,
                _(
                    "“%(label)s” is on line %(line)s already, with other values. "
                    "Keep one of the two."
                )
                % {"label": candidate.label, "line": number},
            )
        return False

    def _write_rows(self, planned: Iterator[Planned]) -> None:
        while some := list(islice(planned, BATCH)):
            ImportRow.objects.bulk_create([self._row(row) for row in some])

    def _row(self, planned: Planned) -> ImportRow:
        if planned.action in self.counts:
            self.counts[planned.action] += 1
        return ImportRow(
            run=self.run,
            line=planned.line,
            action=planned.action,
            key=planned.key[:600],
            label=planned.label[:300],
            before=planned.before,
            after=planned.after,
            target_id=planned.target_id,
        )

    def _write_issues(self, problems: Iterable[Problem]) -> None:
        rows = []
        for problem in problems:
            self.issues[problem.severity] += 1
            rows.append(
                ImportIssue(
                    run=self.run,
                    severity=problem.severity,
                    line=problem.line,
                    column=problem.column[:200],
                    value=problem.value[:300],
                    code=problem.code,
                    message=problem.message,
                )
            )
        ImportIssue.objects.bulk_create(rows, batch_size=BATCH)


def _at(cells: Any, index: int) -> str:
    return cells[index] if index < len(cells) else ""


def _told(candidate: Candidate) -> str:
    return fold(
        json.dumps([candidate.values, sorted(candidate.blanks)], sort_keys=True, default=str)
    )
