"""Weekly hours as ranges: what uniting, covering and comparing them comes to.

Pure: ranges are (start, end) minutes of one weekday of one person with the same conditions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Range = tuple[int, int]
DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Block:
    """A row of ours: its id, its range, and whether it came by CSV."""

    id: int
    range: Range
    is_csv: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one range: `old` None is new, `new` None is removed, both the same stays."""

    old: Block | None
    new: Range | None


def unite(ranges: Iterable[Range], *, touching: bool = False) -> list[Range]:
    """The ranges in order, those that overlap (or also touch) made one."""
    united: list[Range] = []
    for start, end in sorted(ranges):
        last = united[-1] if united else None
        whole = (last[0], max(last[1], end)) if last else (start, end)
        # Within a file one row is told by two times of day, so it is shorter than a day.
        if last and (touching or (start < last[1] and _can_be_told(whole))) and start <= last[1]:
            united[-1] = whole
        else:
            united.append((start, end))
    return united


def _can_be_told(one: Range) -> bool:
    return one == (0, DAY) or one[1] - one[0] < DAY


def compare(wanted: Sequence[Range], there: Sequence[Block], *, replace: bool) -> list[Outcome]:
    """What becomes of the blocks that are there when a file wants these ranges.

    Merging only ever adds time; replacing also takes away what came by CSV. Where the time is the
    same either way, every block stays as it is, however it is cut.
    """
    wanted = unite(wanted)
    cover = unite((block.range for block in there), touching=True)
    if unite(wanted, touching=True) == cover:
        return [_kept(one, there) for one in wanted]
    by_hand = [block.range for block in there if not block.is_csv]
    standing = unite(by_hand, touching=True) if replace else cover
    stays = [one for one in wanted if _is_within(one, standing)]
    rest = [one for one in wanted if one not in stays]
    ours = [block for block in there if block.is_csv]
    changes = _replaced(rest, ours) if replace else _merged(rest, ours)
    return [*(_kept(one, there) for one in stays), *changes]


def _kept(one: Range, there: Sequence[Block]) -> Outcome:
    """A wanted range whose time is there already, under a block that begins or lies in it."""
    under = next((block for block in there if block.range == one), None)
    under = under or next((block for block in there if _overlap(block.range, one)), None)
    return Outcome(under, under.range if under else one)


def _replaced(wanted: Sequence[Range], ours: Sequence[Block]) -> list[Outcome]:
    left = list(ours)
    outcomes = []
    for one in wanted:
        same = next((block for block in left if block.range == one), None)
        if same:
            left.remove(same)
            outcomes.append(Outcome(same, one))
    for one in wanted:
        if any(outcome.new == one for outcome in outcomes):
            continue
        near = next((block for block in left if _overlap(block.range, one)), None)
        if near:
            left.remove(near)
        outcomes.append(Outcome(near, one))
    return [*outcomes, *(Outcome(block, None) for block in left)]


def _merged(wanted: Sequence[Range], ours: Sequence[Block]) -> list[Outcome]:
    touched = [block for block in ours if any(_overlap(block.range, one) for one in wanted)]
    outcomes = []
    united = unite([*wanted, *(block.range for block in touched)])
    for one in united:
        inside = [block for block in touched if _overlap(block.range, one)]
        touched = [block for block in touched if block not in inside]
        outcomes.append(Outcome(inside[0] if inside else None, one))
        outcomes += [Outcome(block, None) for block in inside[1:]]
    return outcomes


def _overlap(one: Range, two: Range) -> bool:
    return one[0] < two[1] and two[0] < one[1]


def _is_within(one: Range, cover: Sequence[Range]) -> bool:
    return any(start <= one[0] and one[1] <= end for start, end in cover)
