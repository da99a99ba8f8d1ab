"""What somebody sees of all complaints, as conditions of a statement.

The conditions of a sight have one shape for so many circles, so that a statement is built once
for each shape and its values are handed over as parameters.
"""

from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import BindParameter, ColumnElement, FromClause, bindparam, false, or_, select

from engine.domain.sight import Sight
from engine.store.prepared import table_of
from engine.store.tables.case_tables import CaseRow, StepRow
from engine.store.tables.reach_tables import SampledCaseRow, SampleRow

_CASE, _STEP, _SAMPLE = table_of(CaseRow), table_of(StepRow), table_of(SampleRow)
_SAMPLED = table_of(SampledCaseRow)
_LOOKS: BindParameter[str] = bindparam("looks")
_DRAWN = (
    select(_SAMPLED.c.case_id)
    .join_from(_SAMPLED, _SAMPLE, _SAMPLE.c.id == _SAMPLED.c.sample_id)
    .where(
        _SAMPLE.c.reviewer == _LOOKS,
        _SAMPLE.c.until_at > bindparam("sampled_at"),
        _SAMPLE.c.ended_at.is_(None),
    )
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What decides the text of the conditions; two sights with one frame share a statement."""

    sees_all: bool
    circles: int
    edges: int
    takes: int
    has_sample: bool
    stood: int
    hidden: int = 0

    @classmethod
    def of(cls, sight: Sight) -> Self:
        """Return the frame of a sight."""
        is_partial = bool(sight.role_sets)
        return cls(
            sight.sees_all,
            len(sight.circles),
            len(sight.edges) if is_partial else 0,
            len(sight.role_sets),
            sight.sampled_at is not None,
            len(sight.stands_in_for),
            len(sight.hidden),
        )


def values_of(sight: Sight) -> dict[str, Any]:
    """Return the parameters for the conditions of a sight."""
    found: dict[str, Any] = {"looks": sight.username}
    found |= {f"stood_{n}": username for n, username in enumerate(sight.stands_in_for)}
    found |= {f"hidden_{n}": case_id for n, case_id in enumerate(sight.hidden)}
    if sight.sees_all:
        return found
    if sight.sampled_at is not None:
        found["sampled_at"] = sight.sampled_at
    found |= {f"circle_{n}": circle for n, circle in enumerate(sight.circles)}
    if sight.role_sets:
        found |= {f"edge_{n}": edge for n, edge in enumerate(sight.edges)}
        found |= {f"takes_{n}": roles for n, roles in enumerate(sight.role_sets)}
    return found


def of_steps(frame: Frame) -> tuple[ColumnElement[bool], ...]:
    """Return what a waiting step must meet to be seen."""
    kept = _is_kept(_STEP.c.case_id, frame)
    if frame.sees_all:
        return kept
    ways = [_is_one_of(_STEP.c.circle, "circle", frame.circles), is_held(_STEP, frame)]
    if frame.edges and frame.takes:
        ways.append(_waits_for_role(_STEP, frame))
    if frame.has_sample:
        ways.append(_STEP.c.case_id.in_(_DRAWN))
    return (or_(*ways), *kept)


def of_cases(frame: Frame) -> tuple[ColumnElement[bool], ...]:
    """Return what a case must meet to be seen."""
    kept = _is_kept(_CASE.c.id, frame)
    if frame.sees_all:
        return kept
    ways = [
        _is_one_of(_CASE.c.circle, "circle", frame.circles),
        _CASE.c.owner == _LOOKS,
        _CASE.c.id.in_(select(_STEP.c.case_id).where(is_held(_STEP, frame))),
    ]
    if frame.edges and frame.takes:
        # Another name for the table, or the condition would be one of an outer statement.
        step = _STEP.alias()
        ways.append(_CASE.c.id.in_(select(step.c.case_id).where(_waits_for_role(step, frame))))
    if frame.has_sample:
        ways.append(_CASE.c.id.in_(_DRAWN))
    return (or_(*ways), *kept)


def of_circles(table: FromClause, frame: Frame) -> tuple[ColumnElement[bool], ...]:
    """Return what a row about a case must meet to be seen, which knows nothing but its circle.

    What is seen besides, since somebody works on it, is not among them.
    """
    return (*in_circles(table, frame), *_is_kept(table.c.case_id, frame))


def in_circles(table: FromClause, frame: Frame) -> tuple[ColumnElement[bool], ...]:
    """Return what a row must meet to be seen which tells no case, only a circle."""
    if frame.sees_all:
        return ()
    return (_is_one_of(table.c.circle, "circle", frame.circles),)


def is_held(step: FromClause, frame: Frame) -> ColumnElement[bool]:
    """Return the condition that a step is with whoever looks, or with one they stand in for."""
    holder: ColumnElement[bool] = step.c.assignee == _LOOKS
    if frame.stood:
        holder = holder | _is_one_of(step.c.assignee, "stood", frame.stood)
    return holder


def of_hidden(case_id: ColumnElement[Any], frame: Frame) -> ColumnElement[bool]:
    """Return the condition that a case is about whoever looks, and hidden from them."""
    return _is_one_of(case_id, "hidden", frame.hidden)


def _is_kept(case_id: ColumnElement[Any], frame: Frame) -> tuple[ColumnElement[bool], ...]:
    """Return the condition that a case is not about whoever looks, where any is."""
    return (~of_hidden(case_id, frame),) if frame.hidden else ()


def _waits_for_role(step: FromClause, frame: Frame) -> ColumnElement[bool]:
    """Return the condition that a step waits for one of the roles that see only what does."""
    waits = _is_one_of(step.c.roles, "takes", frame.takes)
    return step.c.assignee.is_(None) & waits & _is_one_of(step.c.circle, "edge", frame.edges)


def _is_one_of(column: ColumnElement[Any], name: str, number: int) -> ColumnElement[bool]:
    if number == 0:
        return false()
    return column.in_([bindparam(f"{name}_{n}") for n in range(number)])
