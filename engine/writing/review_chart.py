"""Charts of the management review as SVG: the same drawing for the page and for print.

Colours keep apart for people who see few of them, and each line has a sign and a dash of its own.
Nothing but numbers and words of ours is written into a chart, and words of others as text.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_WIDTH, _HEIGHT = 640, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 118, 14, 30
_STROKES = (("#1f5fa8", ""), ("#b3541e", "6 3"), ("#3d7a3d", "2 3"))
_GRID, _INK = "#d6dae0", "#3a4048"
_FONT = 'font-family="Libertinus Serif, system-ui, sans-serif" font-size="12"'
_APART = 14.0
_BAR, _LABEL, _LONGEST = 26, 190, 30
_STEPS = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 25)
_FOREIGN = re.compile("[^\u0020-\u007e\u00a1-\u00ac\u00ae-\u017f\u2010-\u2026\u20ac]")
"""What the fonts of the typesetter may lack; the table beside the chart has it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart; its values are zero or more, from left to right."""

    title: str
    values: tuple[float, ...]


def lines_chart(labels: Sequence[str], lines: Sequence[Line]) -> str:
    """Return lines over time, each named at its end.

    Args:
        labels: Of the places from left to right; at least two.
        lines: One to three, with a value for each label.

    Raises:
        ValueError: There are fewer than two places, or a line has another number of values.
    """
    if len(labels) < 2 or any(len(line.values) != len(labels) for line in lines):
        raise ValueError("each line needs a value for each of two places or more")
    top = _round_up(max(max(line.values) for line in lines))
    parts = [*_grid(top), *_days(labels), *_drawn(lines, top)]
    return _svg(_HEIGHT, parts)


def bars_chart(bars: Sequence[tuple[str, int]]) -> str:
    """Return bars below each other, each with its name and its number.

    Raises:
        ValueError: There is none.
    """
    if not bars:
        raise ValueError("a chart of bars needs one")
    most = max(1, *(n for _, n in bars))
    parts = []
    for place, (title, number) in enumerate(bars):
        y, room = place * _BAR + 4, _WIDTH - _LABEL - 70
        middle = y + _BAR / 2 + 1
        size = f'width="{max(1.0, room * number / most):.1f}" height="{_BAR - 8}"'
        parts += [
            _text(_LABEL - 8, middle, _short(title), anchor="end"),
            f'<rect x="{_LABEL}" y="{y}" {size} fill="{_STROKES[0][0]}"/>',
            _text(_LABEL + room * number / most + 8, middle, f"{number:,}"),
        ]
    return _svg(len(bars) * _BAR + 8, parts)


def _svg(height: int, parts: Sequence[str]) -> str:
    size = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {_FONT} fill="{_INK}">'
    return "".join([head, *parts, "</svg>"])


def _grid(top: float) -> Iterator[str]:
    for part in range(5):
        value = top * part / 4
        y = _y(value, top)
        yield (
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" '
            f'stroke="{_GRID}" stroke-width="1"/>'
        )
        yield _text(_LEFT - 6, y + 4, f"{value:,.0f}", anchor="end")


def _days(labels: Sequence[str]) -> Iterator[str]:
    step = max(1, -(-len(labels) // 7))
    for at in range(0, len(labels), step):
        yield _text(_x(at, len(labels)), _HEIGHT - 8, labels[at], anchor="middle")


def _drawn(lines: Sequence[Line], top: float) -> Iterator[str]:
    ends = _ends([_y(line.values[-1], top) for line in lines])
    for (color, dash), line, end in zip(_STROKES, lines, ends, strict=False):
        points = " ".join(
            f"{_x(at, len(line.values)):.1f},{_y(value, top):.1f}"
            for at, value in enumerate(line.values)
        )
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        yield (
            f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2.2"'
            f'{dashed} stroke-linejoin="round"/>'
        )
        last = points.rpartition(" ")[2].partition(",")
        yield f'<circle cx="{last[0]}" cy="{last[2]}" r="3.4" fill="{color}"/>'
        yield _text(_WIDTH - _RIGHT + 10, end + 4, _short(line.title), color=color)


def _ends(wanted: Sequence[float]) -> list[float]:
    """Return where the names stand: at the ends of their lines, but apart from each other."""
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    found = dict.fromkeys(order, 0.0)
    before = -_APART
    for at in order:
        before = found[at] = max(wanted[at], before + _APART)
    over = max(0.0, before - (_HEIGHT - _BOTTOM))
    return [found[at] - over for at in range(len(wanted))]


def _x(at: int, of: int) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * at / (of - 1)


def _y(value: float, top: float) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / top


def _round_up(most: float) -> float:
    """Return four whole steps of the grid that are not less."""
    scale = 1
    while True:
        for step in _STEPS:
            if 4 * step * scale >= most:
                return float(4 * step * scale)
        scale *= 10


def _text(x: float, y: float, words: str, *, anchor: str = "start", color: str = _INK) -> str:
    said = html.escape(words)
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}">{said}</text>'


def _short(title: str) -> str:
    known = _FOREIGN.sub("\N{WHITE SQUARE}", title)
    return known if len(known) <= _LONGEST else f"{known[: _LONGEST - 1]}…"
