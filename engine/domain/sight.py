"""What of all complaints somebody sees in a list, so that a database can choose it.

Each complaint is there for one circle of people: everybody, a team, or the few who are named on
a restricted one. A list is asked for the circles that somebody belongs to.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

EVERYBODY = ""
"""The circle of complaints that belong to no team."""


def circle_of_case(case_id: int) -> str:
    """Return the circle of those who are named on a restricted complaint; no team is called so."""
    return f"#{case_id}"


def is_of_case(circle: str) -> bool:
    """Tell whether a circle is that of a restricted complaint."""
    return circle.startswith("#")


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody sees of all complaints.

    Attributes:
        username: Who looks; a complaint on which they work is seen in every circle.
        sees_all: Nothing is hidden, whatever the circles are.
        circles: Those of which everything is seen.
        edges: Those of which only what waits for one of the roles in ``role_sets`` is seen.
        role_sets: Values of ``open_step.roles`` that somebody may take who sees only those.
        sampled_at: When a person looks for whom complaints may be drawn; None for anybody else.
        stands_in_for: User names of absent people, whose steps are seen as one's own.
        hidden: Numbers of complaints that are about whoever looks; these are never seen.
    """

    username: str = ""
    sees_all: bool = False
    circles: tuple[str, ...] = field(default=(EVERYBODY,))
    edges: tuple[str, ...] = ()
    role_sets: tuple[str, ...] = ()
    sampled_at: datetime | None = None
    stands_in_for: tuple[str, ...] = ()
    hidden: tuple[int, ...] = ()

    def beside(self, other: Self) -> Self:
        """Return what is seen when somebody sees besides what another person does."""
        if self.sees_all or other.sees_all:
            return replace(self, sees_all=self.sees_all, stands_in_for=self._with(other))
        return replace(
            self,
            circles=tuple(sorted({*self.circles, *other.circles})),
            edges=tuple(sorted({*self.edges, *other.edges})),
            role_sets=tuple(sorted({*self.role_sets, *other.role_sets})),
            stands_in_for=self._with(other),
        )

    def _with(self, other: Self) -> tuple[str, ...]:
        return (*self.stands_in_for, other.username)


EVERYTHING = Sight(sees_all=True, circles=())
"""What a job sees."""
