"""Closed cases that were drawn at once for somebody to review, and what was found of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, exists, func, or_, select

from engine.domain.kpi import Period
from engine.domain.respondent import KeptOut
from engine.domain.sample import (
    NO_PART,
    Drawing,
    Drawn,
    Missed,
    Review,
    Sample,
    SampleKind,
)
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.case_tables import CaseRow, JournalRow
from engine.store.tables.reach_tables import SampledCaseRow, SampleRow
from engine.store.tables.respondent_tables import KeptOutRow

_SAMPLE, _SAMPLED = table_of(SampleRow), table_of(SampledCaseRow)
_CASE, _JOURNAL = table_of(CaseRow), table_of(JournalRow)
_OUT = table_of(KeptOutRow)
_PAIR = _SAMPLED.join(_SAMPLE, _SAMPLE.c.id == _SAMPLED.c.sample_id)
_IS_DRAWN = (
    select(_SAMPLED.c.case_id)
    .select_from(_PAIR)
    .where(
        _SAMPLED.c.case_id == bindparam("of"),
        _SAMPLE.c.reviewer == bindparam("who"),
        _SAMPLE.c.until_at > bindparam("now"),
        _SAMPLE.c.ended_at.is_(None),
    )
    .limit(1)
)
_WAITING = (
    select(func.count())
    .select_from(_PAIR)
    .where(
        _SAMPLE.c.reviewer == bindparam("who"),
        _SAMPLE.c.until_at > bindparam("now"),
        _SAMPLE.c.ended_at.is_(None),
        _SAMPLED.c.review.is_(None),
    )
)
_COUNTS = (
    _SAMPLED.c.sample_id,
    func.count().label("cases"),
    func.count(_SAMPLED.c.review).label("reviewed"),
    func.count().filter(_SAMPLED.c.review == Review.TO_IMPROVE.value).label("to_improve"),
)


class Samples:
    """Keeps samples; one that has ended stays as a record, with what was found."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def is_drawn(self, case_id: int, username: str, now: datetime) -> bool:
        """Tell whether a case is in a sample that somebody reviews now."""
        of = {"of": case_id, "who": username, "now": now}
        return self._session.execute(_IS_DRAWN, of).first() is not None

    def free_of(self, username: str, period: Period, among: Sequence[str]) -> list[str]:
        """Return those of some cases that somebody can be asked to review, in the given order.

        Somebody can who took no part in the case, is not kept away from it, and has not reviewed
        it, nor is about to. All were closed in the period; restricted ones are left out.
        """
        found = self._session.execute(
            select(_CASE.c.reference).where(
                _CASE.c.closed_at >= period.begin,
                _CASE.c.closed_at < period.end,
                _CASE.c.restricted_at.is_(None),
                ~_has_part(username),
                ~_is_kept_out(username),
                ~_has_drawn(username),
            )
        )
        free = set(found.scalars())
        return [reference for reference in among if reference in free]

    def is_known(self, drawing: Drawing, now: datetime) -> bool:
        """Tell whether the same was drawn already and is still open."""
        same = (
            _SAMPLE.c.kind == drawing.kind,
            _SAMPLE.c.reviewer == drawing.reviewer,
            _SAMPLE.c.seed == drawing.seed,
            _SAMPLE.c.period_begin == drawing.period.begin,
            _SAMPLE.c.period_end == drawing.period.end,
            _SAMPLE.c.until_at > now,
            _SAMPLE.c.ended_at.is_(None),
        )
        return self._session.execute(select(_SAMPLE.c.id).where(*same)).first() is not None

    def add(
        self,
        drawing: Drawing,
        references: Sequence[str],
        *,
        among: int,
        by: str,
        at: datetime,
    ) -> int:
        """Keep a sample of some cases and return its number."""
        new = _SAMPLE.insert().values(
            kind=drawing.kind,
            reviewer=drawing.reviewer,
            size=drawing.size,
            among=among,
            seed=drawing.seed,
            period_begin=drawing.period.begin,
            period_end=drawing.period.end,
            until_at=drawing.until_at,
            drawn_by=by,
            drawn_at=at,
            ended_by="",
        )
        number: int = self._session.execute(new.returning(_SAMPLE.c.id)).scalar_one()
        chosen = select(_CASE.c.id).where(_CASE.c.reference.in_(references))
        for case_id in self._session.execute(chosen).scalars().all():
            row = {"sample_id": number, "case_id": case_id}
            self._session.execute(_SAMPLED.insert().values(**row))
        return number

    def closed_in(self, period: Period) -> dict[str, tuple[str, str]]:
        """Return the cases that were closed in a period, with category and outcome, by reference.

        Restricted ones are left out.
        """
        found = self._session.execute(
            select(_CASE.c.reference, _CASE.c.category, _CASE.c.outcome)
            .where(
                _CASE.c.closed_at >= period.begin,
                _CASE.c.closed_at < period.end,
                _CASE.c.restricted_at.is_(None),
            )
            .order_by(_CASE.c.reference)
        )
        return {row.reference: (row.category or "", row.outcome or "") for row in found}

    def has_drawn(self, by: str, period: Period, kind: SampleKind) -> bool:
        """Tell whether somebody has drawn a sample of a kind from exactly this period."""
        same = (
            _SAMPLE.c.kind == kind,
            _SAMPLE.c.drawn_by == by,
            _SAMPLE.c.period_begin == period.begin,
            _SAMPLE.c.period_end == period.end,
        )
        return self._session.execute(select(_SAMPLE.c.id).where(*same)).first() is not None

    def get(self, sample_id: int) -> Sample | None:
        """Return one sample."""
        return next(self._found(_SAMPLE.c.id == sample_id), None)

    def page(
        self, reviewer: str | None, *, limit: int, before: int | None = None
    ) -> tuple[Sample, ...]:
        """Return some samples, of one reviewer or of all, the latest first.

        Args:
            reviewer: Whose; None for all.
            limit: Most to return.
            before: Only those with a lower number; None for the latest.
        """
        wanted = [] if reviewer is None else [_SAMPLE.c.reviewer == reviewer]
        older = [] if before is None else [_SAMPLE.c.id < before]
        return tuple(self._found(*wanted, *older, limit=limit))

    def open_to(self, reviewer: str, now: datetime, *, limit: int) -> tuple[Sample, ...]:
        """Return the samples that are open to a reviewer, the latest first."""
        live = (_SAMPLE.c.ended_at.is_(None), _SAMPLE.c.until_at > now)
        return tuple(self._found(_SAMPLE.c.reviewer == reviewer, *live, limit=limit))

    def waiting(self, reviewer: str, now: datetime) -> int:
        """Return how many cases wait for somebody's review."""
        found = self._session.execute(_WAITING, {"who": reviewer, "now": now})
        number: int = found.scalar_one()
        return number

    def cases(self, sample_id: int, *, is_for_reviewer: bool, who: str) -> tuple[Drawn, ...]:
        """Return the cases of a sample by reference, but those that are about who looks.

        To others than the reviewer no restricted one is shown.
        """
        mine = select(_OUT.c.case_id).where(_OUT.c.username == who, _OUT.c.kind == KeptOut.NAMED)
        shown = [_CASE.c.id.not_in(mine)]
        if not is_for_reviewer:
            shown.append(_CASE.c.restricted_at.is_(None))
        columns = (_CASE.c.reference, _CASE.c.category, _CASE.c.severity, _CASE.c.closed_at)
        found = (_SAMPLED.c.review, _SAMPLED.c.reviewed_at, _SAMPLED.c.missed)
        rows = self._session.execute(
            select(*columns, *found)
            .join_from(_SAMPLED, _CASE, _CASE.c.id == _SAMPLED.c.case_id)
            .where(_SAMPLED.c.sample_id == sample_id, *shown)
            .order_by(_CASE.c.reference)
        )
        return tuple(_to_drawn(row) for row in rows)

    def take_back(self, case_id: int, username: str) -> None:
        """Let somebody review a case no more that was drawn for them, if they have not."""
        own = select(_SAMPLE.c.id).where(_SAMPLE.c.reviewer == username)
        left = (_SAMPLED.c.case_id == case_id, _SAMPLED.c.review.is_(None))
        self._session.execute(_SAMPLED.delete().where(*left, _SAMPLED.c.sample_id.in_(own)))

    def answers_in(self, period: Period) -> tuple[tuple[SampleKind, tuple[Missed, ...]], ...]:
        """Return what reviewers missed in each case reviewed in a period, if they were asked."""
        query = (
            select(_SAMPLE.c.kind, _SAMPLED.c.missed)
            .select_from(_PAIR)
            .where(
                _SAMPLED.c.missed.is_not(None),
                _SAMPLED.c.reviewed_at >= period.begin,
                _SAMPLED.c.reviewed_at < period.end,
            )
        )
        return tuple(
            (SampleKind(row.kind), _missed(row.missed)) for row in self._session.execute(query)
        )

    def review(
        self,
        sample_id: int,
        case_id: int,
        *,
        review: Review,
        missed: Sequence[Missed],
        at: datetime,
    ) -> bool:
        """Keep what was found of a case; tell whether it is in the sample and not yet reviewed."""
        one = (
            _SAMPLED.c.sample_id == sample_id,
            _SAMPLED.c.case_id == case_id,
            _SAMPLED.c.review.is_(None),
        )
        told = {"review": review.value, "missed": ",".join(missed), "reviewed_at": at}
        kept = _SAMPLED.update().where(*one).values(**told)
        return bool(self._session.execute(kept).rowcount)

    def end(self, sample_id: int, *, by: str, at: datetime) -> bool:
        """End a sample early; tell whether it was still open."""
        one = (
            _SAMPLE.c.id == sample_id,
            _SAMPLE.c.until_at > at,
            _SAMPLE.c.ended_at.is_(None),
        )
        ended = _SAMPLE.update().where(*one).values(ended_by=by, ended_at=at)
        return bool(self._session.execute(ended).rowcount)

    def _found(self, *wanted: ColumnElement[bool], limit: int = 1) -> Iterator[Sample]:
        chosen = select(_SAMPLE).where(*wanted).order_by(_SAMPLE.c.id.desc()).limit(limit)
        rows = self._session.execute(chosen).all()
        numbers = [row.id for row in rows]
        counted = select(*_COUNTS).where(_SAMPLED.c.sample_id.in_(numbers))
        counts = {
            row.sample_id: (row.cases, row.reviewed, row.to_improve)
            for row in self._session.execute(counted.group_by(_SAMPLED.c.sample_id))
        }
        return iter([_to_sample(row, counts.get(row.id, (0, 0, 0))) for row in rows])


def _has_part(username: str) -> ColumnElement[bool]:
    """Return the condition that somebody owns a case, or has done more than look at it."""
    acted = exists().where(
        _JOURNAL.c.case_id == _CASE.c.id,
        _JOURNAL.c.actor == username,
        _JOURNAL.c.type.not_in(sorted(NO_PART)),
    )
    return or_(_CASE.c.owner.is_not_distinct_from(username), acted)


def _is_kept_out(username: str) -> ColumnElement[bool]:
    """Return the condition that somebody is kept away from a case."""
    return exists().where(_OUT.c.case_id == _CASE.c.id, _OUT.c.username == username)


def _has_drawn(username: str) -> ColumnElement[bool]:
    """Return the condition that a case was reviewed by somebody, or is in an open sample."""
    return (
        select(_SAMPLED.c.case_id)
        .select_from(_PAIR)
        .where(
            _SAMPLED.c.case_id == _CASE.c.id,
            _SAMPLE.c.reviewer == username,
            or_(_SAMPLED.c.review.is_not(None), _SAMPLE.c.ended_at.is_(None)),
        )
        .correlate(_CASE)
        .exists()
    )


def _to_sample(row: Row[Any], counts: tuple[int, int, int]) -> Sample:
    drawing = Drawing(
        row.reviewer,
        row.size,
        Period(row.period_begin, row.period_end),
        row.seed,
        row.until_at,
        SampleKind(row.kind),
    )
    return Sample(
        row.id, drawing, row.among, row.drawn_by, row.drawn_at, *counts, ended_by=row.ended_by
    )


def _to_drawn(row: Row[Any]) -> Drawn:
    review = Review(row.review) if row.review else None
    told = (row.reference, row.category, row.severity, row.closed_at)
    return Drawn(*told, review, row.reviewed_at, _missed(row.missed))


def _missed(text: str | None) -> tuple[Missed, ...]:
    return tuple(Missed(word) for word in (text or "").split(",") if word)
