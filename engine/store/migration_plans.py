"""Plans that move running cases to another version, and what became of each case."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, func, or_, select

from engine.domain.case import Step
from engine.domain.migration_plan import (
    MOVED_ON,
    DryRun,
    Ending,
    Group,
    MigratedCase,
    MigrationPlan,
    Outcome,
    PlanState,
    RunningVersion,
    Verdict,
)
from engine.domain.sight import Sight
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.sight import Frame, of_cases, values_of
from engine.store.steps import to_step
from engine.store.tables.case_tables import CaseRow, StepRow
from engine.store.tables.migration_tables import MigratedCaseRow, MigrationPlanRow
from engine.store.tables.platform_tables import ProcessVersionRow
from engine.store.tables.release_tables import ProcessReleaseRow, ProcessRetirementRow

_PLAN, _MOVED = table_of(MigrationPlanRow), table_of(MigratedCaseRow)
_CASE, _STEP, _VERSION = (table_of(row) for row in (CaseRow, StepRow, ProcessVersionRow))
_RELEASE, _RETIREMENT = table_of(ProcessReleaseRow), table_of(ProcessRetirementRow)
_ALL = select(_PLAN).order_by(_PLAN.c.id.desc())
_ONE = select(_PLAN).where(_PLAN.c.id == bindparam("of"))
_TAKE = _ONE.with_for_update()
_CHANGE = _PLAN.update().where(_PLAN.c.id == bindparam("of"))
_COUNTS = (
    select(_MOVED.c.outcome, func.count())
    .where(_MOVED.c.plan_id == bindparam("of"))
    .group_by(_MOVED.c.outcome)
)
_ALIKE = (_MOVED.c.outcome, _MOVED.c.texts, _MOVED.c.kept_because)
_ENDINGS = (
    select(*_ALIKE, func.count())
    .where(_MOVED.c.plan_id == bindparam("of"))
    .group_by(*_ALIKE)
    .order_by(func.count().desc(), func.min(_MOVED.c.case_id))
    .limit(bindparam("few"))
)
_NOTE = _MOVED.insert()
_TURN = _MOVED.update().where(
    _MOVED.c.plan_id == bindparam("of"), _MOVED.c.case_id == bindparam("of_case")
)
_IS_OPEN = (_CASE.c.closed_at.is_(None), _CASE.c.erased_at.is_(None))
_RUNS_ON = (_CASE.c.process.in_(bindparam("sources", expanding=True)), *_IS_OPEN)
_STATES = (
    select(_CASE.c.id, _CASE.c.state, _CASE.c.process)
    .where(*_RUNS_ON, _CASE.c.id > bindparam("after"))
    .order_by(_CASE.c.id)
    .limit(bindparam("few"))
)
_STEPS = (
    select(_STEP)
    .join(_CASE, _CASE.c.id == _STEP.c.case_id)
    .where(*_RUNS_ON, _STEP.c.case_id > bindparam("after"), _STEP.c.case_id <= bindparam("last"))
)
_IS_NOTED = (
    select(_MOVED.c.id)
    .where(_MOVED.c.case_id == _CASE.c.id, _MOVED.c.plan_id == bindparam("of"))
    .exists()
)
_LEFT = (
    select(_CASE.c.id)
    .where(*_RUNS_ON, _CASE.c.id > bindparam("after"), ~_IS_NOTED)
    .order_by(_CASE.c.id)
    .limit(bindparam("few"))
)
_NUMBER = select(func.count()).select_from(_CASE).where(*_RUNS_ON)
_BACK = (
    select(_MOVED.c.case_id)
    .join(_CASE, _CASE.c.id == _MOVED.c.case_id)
    .where(
        _MOVED.c.plan_id == bindparam("of"),
        _MOVED.c.outcome == Outcome.MOVED,
        or_(
            _MOVED.c.kept_because == "",
            and_(_MOVED.c.kept_because == MOVED_ON, _CASE.c.process == bindparam("target")),
        ),
        _MOVED.c.case_id > bindparam("after"),
    )
    .order_by(_MOVED.c.case_id)
    .limit(bindparam("few"))
)
_OF_CASE = select(_MOVED).where(
    _MOVED.c.plan_id == bindparam("of"), _MOVED.c.case_id == bindparam("of_case")
)
_VERSIONS = (
    select(
        _VERSION.c.digest,
        _VERSION.c.process_id,
        _VERSION.c.version,
        _VERSION.c.published_at,
        func.min(_RELEASE.c.valid_from).label("valid_from"),
        _VERSION.c.digest.in_(select(_RETIREMENT.c.digest)).label("is_retired"),
    )
    .join(_RELEASE, _RELEASE.c.digest == _VERSION.c.digest)
    .group_by(*(_VERSION.c[name] for name in ("digest", "process_id", "version", "published_at")))
    .order_by(_VERSION.c.process_id, _VERSION.c.version.desc())
)
_RUNNING = select(_CASE.c.process, func.count()).where(*_IS_OPEN).group_by(_CASE.c.process)


@dataclass(frozen=True, slots=True)
class Standing:
    """An open case as a dry run looks at it."""

    case_id: int
    state: bytes
    process: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A case that a plan has come to, with what it takes to move it back.

    Attributes:
        process: On which it was.
        state: As it was; empty where it was not moved.
        hash_after: Of the state it was given.
        at: When the plan came to it.
    """

    case_id: int
    at: datetime
    process: str = ""
    state: bytes = b""
    hash_after: str = ""


class MigrationPlans:
    """Keeps plans and what became of each case; nothing is removed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def versions(self) -> tuple[RunningVersion, ...]:
        """Return every published version, the latest of each process first."""
        running = dict(tuple(row) for row in self._session.execute(_RUNNING))
        return tuple(
            RunningVersion(
                digest=row.digest,
                process_id=row.process_id,
                version=row.version,
                published_at=row.published_at,
                valid_from=row.valid_from,
                is_retired=bool(row.is_retired),
                cases=running.get(row.digest, 0),
            )
            for row in self._session.execute(_VERSIONS)
        )

    def add(self, plan: MigrationPlan) -> int:
        """Add a plan and return its number."""
        values = {name: getattr(plan, name) for name in _FIRST}
        values |= {"sources": list(plan.sources), "mapping": dict(plan.mapping), "dry_run": {}}
        adding = _PLAN.insert().values(**values).returning(_PLAN.c.id)
        number: int = self._session.execute(adding).scalar_one()
        return number

    def all(self) -> tuple[MigrationPlan, ...]:
        """Return every plan, the latest first."""
        return tuple(self._plan(row) for row in self._session.execute(_ALL))

    def get(self, number: int) -> MigrationPlan | None:
        """Return one plan."""
        row = self._session.execute(_ONE, {"of": number}).first()
        return self._plan(row) if row else None

    def take(self, number: int) -> MigrationPlan | None:
        """Return one plan, and keep others from changing it meanwhile."""
        row = self._session.execute(_TAKE, {"of": number}).first()
        return self._plan(row) if row else None

    def hold(self, number: int) -> PlanState | None:
        """Return how far a plan is, and keep others from working on it meanwhile."""
        row = self._session.execute(_TAKE, {"of": number}).first()
        return PlanState(row.state) if row else None

    def change(self, number: int, **values: Any) -> None:  # noqa: ANN401 - of any column
        """Change some fields of a plan."""
        self._session.execute(_CHANGE, {"of": number, **values})

    def keep_dry_run(self, number: int, told: DryRun) -> None:
        """Keep what would become of every case."""
        self.change(number, dry_run=_written(told))

    def candidates(self, sources: Collection[str]) -> int:
        """Return how many open cases run on some versions."""
        n: int = self._session.execute(_NUMBER, {"sources": sorted(sources)}).scalar_one()
        return n

    def states(self, sources: Collection[str], *, after: int, few: int) -> tuple[Standing, ...]:
        """Return some open cases that run on some versions, with their steps, by number."""
        given = {"sources": sorted(sources), "after": after}
        found = self._session.execute(_STATES, given | {"few": few}).all()
        if not found:
            return ()
        steps: dict[int, list[Step]] = {}
        for row in self._session.execute(_STEPS, given | {"last": found[-1].id}):
            steps.setdefault(row.case_id, []).append(to_step(row))
        return tuple(
            Standing(row.id, row.state, row.process, tuple(steps.get(row.id, ()))) for row in found
        )

    def left(self, plan: MigrationPlan, *, after: int, few: int) -> list[int]:
        """Return the numbers of some cases that the plan has not come to."""
        given = {"sources": sorted(plan.sources), "of": plan.number, "after": after, "few": few}
        return list(self._session.execute(_LEFT, given).scalars())

    def note(self, number: int, kept: Kept, *, outcome: Outcome, texts: Sequence[str]) -> None:
        """Note what became of a case."""
        self._session.post(
            _NOTE,
            {
                "plan_id": number,
                "case_id": kept.case_id,
                "outcome": outcome,
                "texts": list(texts),
                "process_before": kept.process,
                "state_before": kept.state,
                "hash_after": kept.hash_after,
                "at": kept.at,
                "kept_because": "",
            },
        )

    def moved(self, plan: MigrationPlan, *, after: int, few: int) -> list[int]:
        """Return the numbers of some cases that were moved and may be moved back.

        Nobody has tried to, or they had been moved on and were moved back from there.
        """
        given = {"of": plan.number, "target": plan.target, "after": after, "few": few}
        return list(self._session.execute(_BACK, given).scalars())

    def moved_case(self, number: int, case_id: int) -> Kept | None:
        """Return one case that was moved and not moved back."""
        row = self._session.execute(_OF_CASE, {"of": number, "of_case": case_id}).first()
        return _to_kept(row) if row and row.outcome == Outcome.MOVED else None

    def turn_back(self, number: int, case_id: int, *, kept_because: str = "") -> None:
        """Note that a case was moved back, or why not."""
        said: dict[str, Any] = {"kept_because": kept_because}
        if not kept_because:
            said |= {"outcome": Outcome.UNDONE, "state_before": b""}
        self._session.post(_TURN, {"of": number, "of_case": case_id, **said})

    def endings(self, number: int, *, few: int) -> Mapping[Ending, int]:
        """Return how many cases ended alike, the most frequent first."""
        rows = self._session.execute(_ENDINGS, {"of": number, "few": few})
        return {Ending(Outcome(outcome), tuple(texts), kept): n for outcome, texts, kept, n in rows}

    def results(
        self,
        number: int,
        *,
        outcomes: Collection[Outcome],
        sight: Sight,
        limit: int,
        offset: int = 0,
        ending: Ending | None = None,
    ) -> tuple[MigratedCase, ...]:
        """Return what became of some cases; of those that are not seen, without a reference."""
        alike: tuple[ColumnElement[bool], ...] = ()
        if ending is not None:
            told = (ending.outcome, list(ending.texts), ending.kept_because)
            alike = tuple(column == value for column, value in zip(_ALIKE, told, strict=True))
        seen = select(_CASE.c.id, _CASE.c.reference).where(*of_cases(Frame.of(sight))).subquery()
        rows = self._session.execute(
            select(_MOVED, seen.c.reference)
            .outerjoin(seen, seen.c.id == _MOVED.c.case_id)
            .where(_MOVED.c.plan_id == number, _MOVED.c.outcome.in_(sorted(outcomes)), *alike)
            .order_by(_MOVED.c.case_id)
            .limit(limit)
            .offset(offset),
            values_of(sight),
        )
        return tuple(
            MigratedCase(
                row.case_id,
                row.reference or "",
                Outcome(row.outcome),
                tuple(row.texts),
                row.at,
                row.kept_because,
            )
            for row in rows
        )

    def references(self, case_ids: Iterable[int], *, sight: Sight) -> Mapping[int, str]:
        """Return the references of cases by their numbers, as far as they are seen."""
        rows = self._session.execute(
            select(_CASE.c.id, _CASE.c.reference).where(
                _CASE.c.id.in_(sorted(set(case_ids))), *of_cases(Frame.of(sight))
            ),
            values_of(sight),
        )
        return {row.id: row.reference for row in rows}

    def _plan(self, row: Row[Any]) -> MigrationPlan:
        counted = self._session.execute(_COUNTS, {"of": row.id})
        return MigrationPlan(
            number=row.id,
            sources=tuple(row.sources),
            dry_run=_read(row.dry_run) if row.dry_run else None,
            counts={Outcome(outcome): n for outcome, n in counted},
            **{name: getattr(row, name) for name in _PLAIN},
        )


_PLAIN = (
    *("process_id", "target", "mapping", "rev", "state", "made_by", "made_at", "reason"),
    *("begun_by", "begun_at", "advanced_at", "finished_at", "undone_by", "undone_at"),
    *("undone_reason", "total"),
)
_FIRST = ("process_id", "target", "rev", "state", "made_by", "made_at")


def _to_kept(row: Row[Any]) -> Kept:
    return Kept(row.case_id, row.at, row.process_before, row.state_before, row.hash_after)


def _written(told: DryRun) -> dict[str, Any]:
    return {
        "rev": told.rev,
        "at": told.at.isoformat(),
        "fine": told.fine,
        "needs_mapping": told.needs_mapping,
        "blocked": told.blocked,
        "obstacles": [_row(each) for each in told.obstacles],
        "remarks": [_row(each) for each in told.remarks],
    }


def _row(group: Group) -> list[Any]:
    return [group.verdict, group.element, group.text, group.count, list(group.examples)]


def _read(written: Mapping[str, Any]) -> DryRun:
    plain = {name: written[name] for name in ("rev", "fine", "needs_mapping", "blocked")}
    return DryRun(
        at=datetime.fromisoformat(written["at"]),
        obstacles=tuple(map(_group, written["obstacles"])),
        remarks=tuple(map(_group, written["remarks"])),
        **plain,
    )


def _group(row: Sequence[Any]) -> Group:
    verdict, element, text, count, examples = row
    return Group(Verdict(verdict), element, text, count, tuple(examples))
