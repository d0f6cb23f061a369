"""Line charts with two logarithmic axes, as small SVG files that read in light and in dark.

Lines differ by dash and mark as well as by colour, and each is named at its end.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 76, 196, 48, 56
COLOURS = (
    *("#0f766e", "#b45309", "#6d28d9", "#be123c", "#1d4ed8"),
    *("#4d7c0f", "#57534e", "#0e7490", "#a21caf"),
)
DARK = (
    *("#2dd4bf", "#fbbf24", "#a78bfa", "#fb7185", "#60a5fa"),
    *("#a3e635", "#d6d3d1", "#22d3ee", "#e879f9"),
)
DASHES = ("", "6 4", "2 3", "10 4 2 4", "", "6 4", "2 3", "10 4 2 4", "")
LABEL_GAP = 15
STYLE = """
text{font:13px system-ui,sans-serif;fill:#292524}.title{font-weight:600;font-size:15px}
.grid{stroke:#d6d3d1;stroke-width:1}.back{fill:#ffffff}
polyline{fill:none;stroke-width:2}
"""
DARK_STYLE = "text{fill:#e7e5e4}.grid{stroke:#44403c}.back{fill:#1c1917}"

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Axis:
    """Values from `low` to `high`, whole powers of ten, on pixels from `start` to `end`."""

    low: int
    high: int
    start: float
    end: float

    @classmethod
    def over(cls, values: Sequence[float], start: float, end: float) -> "Axis":
        low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        return cls(low, max(high, low + 1), start, end)

    def at(self, value: float) -> float:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    @property
    def decades(self) -> list[float]:
        return [10.0**power for power in range(self.low, self.high + 1)]


def line_chart(*, title: str, across: str, up: str, lines: Mapping[str, Points]) -> str:
    """The chart of these lines, each a list of (x, y) above zero; `across`, `up` name the axes."""
    points = [point for line in lines.values() for point in line]
    x = Axis.over([point[0] for point in points], LEFT, WIDTH - RIGHT)
    y = Axis.over([point[1] for point in points], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title><style>{_style()}</style>",
        f'<rect class="back" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<text class="title" x="{LEFT}" y="24">{escape(title)}</text>',
        *_axes(x, y, across, up),
        *_lines(x, y, lines),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _style() -> str:
    light = "".join(
        f".l{n}{{stroke:{colour}}}.f{n}{{fill:{colour}}}" for n, colour in enumerate(COLOURS)
    )
    dark = "".join(
        f".l{n}{{stroke:{colour}}}.f{n}{{fill:{colour}}}" for n, colour in enumerate(DARK)
    )
    return f"{STYLE}{light}@media (prefers-color-scheme:dark){{{DARK_STYLE}{dark}}}"


def _axes(x: Axis, y: Axis, across: str, up: str) -> list[str]:
    parts = []
    for value in x.decades:
        at = x.at(value)
        parts.append(
            f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="{y.start}" y2="{y.end}"/>'
        )
        parts.append(_text(at, y.start + 20, _plain(value), "middle"))
    for value in y.decades:
        at = y.at(value)
        parts.append(
            f'<line class="grid" x1="{x.start}" x2="{x.end}" y1="{at:.1f}" y2="{at:.1f}"/>'
        )
        parts.append(_text(x.start - 8, at + 4, _plain(value), "end"))
    middle = (y.start + y.end) / 2
    turned = f'transform="translate(18 {middle:.0f}) rotate(-90)" text-anchor="middle"'
    return [
        *parts,
        _text((x.start + x.end) / 2, HEIGHT - 14, across, "middle"),
        f"<text {turned}>{escape(up)}</text>",
    ]


def _lines(x: Axis, y: Axis, lines: Mapping[str, Points]) -> list[str]:
    parts = []
    ends = _spread({name: y.at(line[-1][1]) for name, line in lines.items()})
    for number, (name, line) in enumerate(lines.items()):
        n = number % len(COLOURS)
        spots = [(x.at(a), y.at(b)) for a, b in line]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in spots)
        dash = f' stroke-dasharray="{DASHES[n]}"' if DASHES[n] else ""
        parts.append(f'<polyline class="l{n}" points="{path}"{dash}/>')
        parts += [_mark(n, a, b) for a, b in spots]
        parts.append(_text(x.end + 22, ends[name] + 4, name, "start"))
        at = spots[-1]
        parts.append(
            f'<line class="l{n}" x1="{at[0] + 6:.1f}" y1="{at[1]:.1f}" x2="{x.end + 18:.1f}" '
            f'y2="{ends[name]:.1f}" stroke-dasharray="1 3"/>'
        )
    return parts


def _mark(n: int, x: float, y: float) -> str:
    if n % 2:
        return f'<rect class="f{n}" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'
    return f'<circle class="f{n}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'


def _spread(ends: Mapping[str, float]) -> dict[str, float]:
    """Where the names stand, from top to bottom, none on another."""
    placed: dict[str, float] = {}
    last = -math.inf
    for name, at in sorted(ends.items(), key=lambda end: end[1]):
        last = max(at, last + LABEL_GAP)
        placed[name] = last
    over = max(0.0, last - (HEIGHT - BOTTOM))
    return {name: at - over for name, at in placed.items()} if over else placed


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"
