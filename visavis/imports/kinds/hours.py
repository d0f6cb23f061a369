"""Rows of hours between file, comparison and plan: how they are grouped, named and planned."""

from dataclasses import dataclass, field
from typing import Any

from visavis.core.text import fold, fold_code
from visavis.imports.cells import SHORT_DAYS, show_minutes
from visavis.imports.enums import RowAction
from visavis.imports.kinds.base import Planned
from visavis.imports.kinds.blocks import Range


@dataclass(slots=True)
class Wanted:
    """The ranges that the file wants of one person, weekday and set of conditions."""

    values: dict[str, Any]
    ranges: dict[Range, int] = field(default_factory=dict)

    def line_of(self, one: Range) -> int:
        inside = [
            line for other, line in self.ranges.items() if other[0] < one[1] and one[0] < other[1]
        ]
        return min(inside)


def condition_key(values: dict[str, Any]) -> tuple[Any, ...]:
    """What hours admit and when they hold, folded: hours that agree in it can be united."""
    services = values["services"]
    folded = None if services is None else tuple(sorted({fold_code(entry) for entry in services}))
    places, formats = (
        None if values[name] is None else tuple(sorted(fold(one) for one in values[name]))
        for name in ("locations", "formats")
    )
    return folded, places, formats, values["from"], values["until"]


def plan_block(
    line: int | None,
    action: RowAction,
    before: dict[str, Any],
    after: dict[str, Any],
    pk: int | None,
) -> Planned:
    label = label_of(after or before)
    same = action == RowAction.UNCHANGED
    key = f"{(after or before)['email']} {label}"
    return Planned(
        line, action.value, key[:600], label, {} if same else before, {} if same else after, pk
    )


def label_of(values: dict[str, Any]) -> str:
    times = f"{show_minutes(values['start'])}–{show_minutes(values['end'])}"
    return f"{values['email']} · {SHORT_DAYS[values['weekday']]} {times}"
