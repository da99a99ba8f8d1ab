"""Rectangles and lines of a drawing; x grows to the right, y downwards."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

GAP: Final = 50.0
"""Space between two elements that follow one another."""
EVENT: Final = (36.0, 36.0)
GATEWAY: Final = (50.0, 50.0)
ACTIVITY: Final = (100.0, 80.0)
_DETOUR: Final = 20.0
_TOUCHING: Final = 1.0
WIDEST_STEP: Final = 200.0
"""What is wider holds other elements."""

Point = tuple[float, float]


class Box(NamedTuple):
    """A rectangle; x grows to the right, y downwards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return where it ends."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Return where it ends below."""
        return self.y + self.height

    @property
    def middle(self) -> Point:
        """Return its centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    def holds(self, other: "Box") -> bool:
        """Tell whether another rectangle lies within it."""
        (x, y), (right, bottom) = other[:2], (other.right, other.bottom)
        return self.x <= x and self.y <= y and right <= self.right and bottom <= self.bottom

    def about(self, size: tuple[float, float]) -> "Box":
        """Return a rectangle of another size around the same centre."""
        (x, y), (width, height) = self.middle, size
        return Box(x - width / 2, y - height / 2, width, height)


def size_of(kind: str) -> tuple[float, float]:
    """Return how large an element of a kind is drawn."""
    if kind.endswith("Event"):
        return EVENT
    return GATEWAY if kind.endswith("Gateway") else ACTIVITY


def route(a: Box, b: Box) -> tuple[Point, ...]:
    """Return a line of level and upright parts from the edge of one rectangle to another's."""
    (ax, ay), (bx, by) = a.middle, b.middle
    if b.x >= a.right + _TOUCHING:
        turn = (a.right + b.x) / 2
        return tuple(_straightened(((a.right, ay), (turn, ay), (turn, by), (b.x, by))))
    if b.y >= a.bottom or a.y >= b.bottom:
        leave, enter = (a.bottom, b.y) if b.y >= a.bottom else (a.y, b.bottom)
        turn = (leave + enter) / 2
        return tuple(_straightened(((ax, leave), (ax, turn), (bx, turn), (bx, enter))))
    low = max(a.bottom, b.bottom) + _DETOUR
    return (ax, a.bottom), (ax, low), (bx, low), (bx, b.bottom)


def _straightened(points: Sequence[Point]) -> list[Point]:
    """Return the points without those at which nothing turns."""
    kept = [points[0]]
    for point, following in pairwise(points[1:]):
        is_level = kept[-1][1] == point[1] == following[1]
        is_upright = kept[-1][0] == point[0] == following[0]
        if not (is_level or is_upright):
            kept.append(point)
    return [*kept, points[-1]]


def dock(box: Box, towards: Point) -> Point | None:
    """Return where a level or upright line to a point leaves a rectangle; None for no such."""
    x, y = towards
    if box.y <= y <= box.bottom and not box.x < x < box.right:
        return (box.right if x >= box.right else box.x), y
    if box.x <= x <= box.right and not box.y < y < box.bottom:
        return x, (box.bottom if y >= box.bottom else box.y)
    return None


def run_level(lines: Sequence[Sequence[Point]]) -> bool:
    """Tell whether lines run to the side rather than up or down; so do those without points."""
    return sum(1 if _is_level(line) else -1 for line in lines) >= 0


def _is_level(points: Sequence[Point]) -> bool:
    across = sum(abs(b[0] - a[0]) for a, b in pairwise(points))
    return across >= sum(abs(b[1] - a[1]) for a, b in pairwise(points))


def touch(one: Box, other: Box) -> bool:
    """Tell whether two rectangles share more than an edge."""
    return (
        one.x < other.right
        and other.x < one.right
        and one.y < other.bottom
        and other.y < one.bottom
    )
