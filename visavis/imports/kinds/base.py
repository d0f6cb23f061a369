"""What every kind of file has in common: columns, rows that were checked, and entities of ours."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from visavis.communities.models import Community
from visavis.imports.cells import BadCell, nearest
from visavis.imports.enums import ImportKind, ImportMode, RowAction, Severity
from visavis.imports.headers import Column
from visavis.imports.models import ImportRow
from visavis.imports.seen import Seen
from visavis.people.enums import Source

Values = dict[str, Any]
MAX_SUGGESTIONS = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """An error or warning at a place of the file."""

    severity: str
    line: int | None
    column: str
    value: str
    code: str
    message: str


@dataclass(slots=True)
class Line:
    """One row of the file by canonical header, further columns apart, and what is wrong with it."""

    number: int
    cells: dict[str, str]
    further: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def get(self, column: str) -> str:
        return self.cells.get(column, "")

    def error(self, column: str, code: str, message: str, value: str | None = None) -> None:
        self._add(Severity.ERROR, column, code, message, value)

    def warn(self, column: str, code: str, message: str, value: str | None = None) -> None:
        self._add(Severity.WARNING, column, code, message, value)

    def _add(
        self, severity: Severity, column: str, code: str, message: str, value: str | None
    ) -> None:
        shown = self.get(column) if value is None else value
        self.problems.append(
            Problem(severity.value, self.number, column, shown[:300], code, message)
        )

    @property
    def has_errors(self) -> bool:
        return any(problem.severity == Severity.ERROR for problem in self.problems)

    def parse(self, column: str, parser: Callable[[str], Any]) -> Any:
        """The cell's value, None if it is blank or wrong (then the error is noted)."""
        text = self.get(column)
        if not text:
            return None
        try:
            return parser(text)
        except BadCell as bad:
            self.error(column, bad.code, bad.message)
            return None

    def require(self, column: str) -> str:
        """The cell's text; an error is noted when it is blank."""
        text = self.get(column)
        if not text:
            self.error(
                column,
                "missing_value",
                _("The cell “%(column)s” is empty. Fill it in, or remove the row.")
                % {"column": column},
            )
        return text

    def limit(self, column: str, length: int, code: str) -> str:
        """The cell's text; an error is noted when it is longer than `length` characters."""
        text = self.get(column)
        if len(text) > length:
            self.error(
                column,
                code,
                _("“%(column)s” has %(there)s characters; at most %(length)s fit. Shorten it.")
                % {"column": column, "there": len(text), "length": length},
            )
        return text


@dataclass(slots=True)
class Candidate:
    """A row that was checked: how its entity is found again, and what it says about it.

    `values` are the filled cells, `blanks` the columns that are there and empty.
    """

    line: Line
    key: str
    label: str
    values: Values
    blanks: frozenset[str] = frozenset()
    lookup: Any = None


@dataclass(slots=True)
class Current:
    """An entity of ours as it stands.

    `id` None: it is not there, and `values` tell what a new one would begin with.
    """

    id: int | None
    key: str
    label: str
    values: Values
    source: str = Source.HAND
    # Fields that imports never change of this one.
    kept: frozenset[str] = frozenset()
    # Entries of a list that came by hand and stay, whatever the file says.
    by_hand: tuple[str, ...] = ()

    @property
    def is_listed(self) -> bool:
        return self.id is not None and not self.values.get("archived", False)


@dataclass(frozen=True, slots=True)
class Planned:
    """One row of the plan."""

    line: int | None
    action: str
    key: str
    label: str
    before: Values
    after: Values
    target_id: int | None = None


@dataclass(slots=True)
class Move:
    """Bring one entity from `before` to `after`; an empty dict means that it is not there."""

    row: ImportRow
    before: Values
    after: Values
    undoing: bool = False


class Kind:
    """One kind of file. Subclasses know the columns, the checks, the tables; the steps are here."""

    name: ClassVar[ImportKind]
    columns: ClassVar[tuple[Column, ...]]
    example: ClassVar[Mapping[str, str]]
    # Column header → key in `values`, in the order of the export.
    fields: ClassVar[Mapping[str, str]]
    blank: ClassVar[Values]
    takes_further_columns: ClassVar[bool] = False
    guards_itself: ClassVar[bool] = False
    collision: ClassVar[tuple[str, str]] = ("rows_disagree", "Email")

    def __init__(
        self, community: Community, *, mode: str = ImportMode.MERGE, source: str = Source.CSV
    ) -> None:
        self.community = community
        self.mode = mode
        # What rows say of where they come from that are made or brought back.
        self.source = source
        self.seen = Seen()
        # False once a bad row may have meant anything: then what is missing may be in it.
        self.may_remove = True
        self._suggested: dict[str, str] = {}

    # --- reading ---

    def check(self, line: Line) -> Candidate | None:
        """Check a row by itself; None when not even its key can be told."""
        raise NotImplementedError

    # --- planning ---

    def plan(self, candidates: Sequence[Candidate]) -> Iterator[Planned]:
        """What these rows change. Bad rows plan nothing, but keep their entity from removal."""
        currents = self.find(candidates)
        for candidate in candidates:
            current = currents.get(candidate.key)
            if self.mode == ImportMode.REPLACE and current and current.id is not None:
                self.seen.first(_key_of(current), "", candidate.line.number)
            if not candidate.line.has_errors:
                yield self.compare(candidate, current)

    def find(self, candidates: Sequence[Candidate]) -> dict[str, Current]:
        """Our entities by the candidates' keys; notes what only the data can tell is wrong."""
        raise NotImplementedError

    def compare(self, candidate: Candidate, current: Current | None) -> Planned:
        listed = current is not None and current.is_listed
        after = self.merged(candidate, current)
        before = current.values if current and current.id is not None else {}
        if not listed:
            action = RowAction.ADDED
        else:
            action = RowAction.UNCHANGED if after == before else RowAction.CHANGED
        same = action == RowAction.UNCHANGED
        return Planned(
            candidate.line.number,
            action.value,
            candidate.key,
            candidate.label,
            {} if same else before,
            {} if same else after,
            current.id if current else None,
        )

    def merged(self, candidate: Candidate, current: Current | None) -> Values:
        """The values that the entity has when this row is applied."""
        after = dict(current.values) if current else dict(self.blank)
        kept = current.kept if current else frozenset()
        after |= {name: value for name, value in candidate.values.items() if name not in kept}
        if self.clears(current):
            after |= {name: self.blank[name] for name in candidate.blanks - kept}
        if "archived" in self.blank:
            after["archived"] = False
        return after

    def clears(self, current: Current | None) -> bool:
        """Whether a blank cell empties what is there: in replace mode, for what came by CSV."""
        is_ours = current is None or current.id is None or current.source == Source.CSV
        return self.mode == ImportMode.REPLACE and is_ours

    def leftovers(self) -> Iterator[Planned]:
        """In replace mode: what came by CSV and is no longer in the file."""
        if not self.may_remove:
            return
        for current in self.listed(source=Source.CSV):
            if _key_of(current) not in self.seen:
                yield Planned(
                    None,
                    RowAction.REMOVED.value,
                    current.key,
                    current.label,
                    current.values,
                    self.gone(current.values),
                    current.id,
                )

    def gone(self, values: Values) -> Values:
        """The values of an entity that was removed: archived, or {} when its row goes."""
        return {**values, "archived": True} if "archived" in self.blank else {}

    def finish(self) -> Iterator[Planned]:
        """Rows that can only be planned once the whole file was seen."""
        return iter(())

    def count_listed(self) -> int:
        """How many entities a replace could remove."""
        raise NotImplementedError

    # --- our tables ---

    def listed(self, *, source: str | None = None) -> Iterator[Current]:
        """The entities that are on the list now, one after the other."""
        raise NotImplementedError

    def load(self, ids: Iterable[int]) -> dict[int, Current]:
        """Our entities by id."""
        raise NotImplementedError

    def state(self) -> Iterator[Any]:
        """Everything that a plan of this kind depends on, for the fingerprint."""
        raise NotImplementedError

    # --- writing ---

    def people_of(self, rows: Iterable[ImportRow]) -> set[int]:  # noqa: ARG002  (a default)
        """The user ids whose time or hours these rows touch: locked before anything else."""
        return set()

    def lock_places(self, rows: Iterable[ImportRow]) -> None:
        """Lock the places that these rows touch, in ascending id, after the people."""

    def write(self, moves: Sequence[Move], *, now: datetime) -> None:
        """Bring the entities to their `after`, in bulk; sets `target_id` and `made` on the rows."""
        raise NotImplementedError

    def settle(self, rows: Iterable[ImportRow]) -> None:
        """Raise the versions of what was touched, and do what follows from the whole."""

    def obstacles(self, moves: Sequence[Move]) -> dict[int, str]:  # noqa: ARG002  (a default)
        """Row id → why undo must leave a row although its values are as the import left them."""
        return {}

    def clean_up(self, rows: Sequence[ImportRow]) -> None:
        """After undo: give accounts their values back and remove the lists' places it made.

        Called with a batch at a time, as is `remove_people` after it.
        """

    def remove_people(self, rows: Sequence[ImportRow]) -> None:
        """After `clean_up` of all rows: remove the provisional people that the import made."""

    # --- export ---

    def header(self) -> list[str]:
        return [column.header for column in self.columns]

    def export_row(self, current: Current) -> list[str]:
        return [self.show(self.fields[header], current.values) for header in self.header()]

    @classmethod
    def show(cls, name: str, values: Values) -> str:
        value = values.get(name)
        return "" if value is None else str(value)

    # --- words ---

    def suggest(self, text: str, choices: Iterable[str]) -> str:
        """“ Did you mean …?” for an unknown name; asked of difflib only so many times a file."""
        if text not in self._suggested:
            if len(self._suggested) >= MAX_SUGGESTIONS:
                return ""
            self._suggested[text] = nearest(text, choices)
        near = self._suggested[text]
        return _(" Did you mean %(near)s?") % {"near": near} if near else ""


def _key_of(current: Current) -> str:
    return f"entity {current.id}"
