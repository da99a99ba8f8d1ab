"""Reads what is recorded of complaints, as far as a figure counts it; some complaints at a time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from engine.domain.case_fact import (
    NONE,
    CaseTold,
    CauseTold,
    ClockTold,
    DecisionTold,
    ReferralTold,
    RemedyTold,
    StepTold,
    Trait,
)
from engine.domain.deadline import ClockState
from engine.domain.remedy import RemedyState
from engine.domain.sample import SampleKind
from engine.store.complainants import Complainants
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.assessment_tables import AssessmentRow
from engine.store.tables.case_tables import CaseRow, StatementRow
from engine.store.tables.clock_tables import ClockRow, EditionRow
from engine.store.tables.door_tables import SurveyInvitationRow, SurveyRow, SurveyScoreRow
from engine.store.tables.escalation_tables import EscalationRow
from engine.store.tables.improvement_tables import AimRow
from engine.store.tables.issue_tables import IssueRow
from engine.store.tables.reach_tables import SampledCaseRow, SampleRow
from engine.store.tables.referral_tables import ReferralRow
from engine.store.tables.remedy_tables import RemedyRow

_CASE, _CLOCK, _EDITION, _ASSESSED, _ESCALATION, _REMEDY, _REFERRAL, _ISSUE = (
    table_of(row)
    for row in (
        *(CaseRow, ClockRow, EditionRow, AssessmentRow, EscalationRow),
        *(RemedyRow, ReferralRow, IssueRow),
    )
)
_INVITED, _ANSWERED, _SCORE, _SAMPLED = (
    table_of(row) for row in (SurveyInvitationRow, SurveyRow, SurveyScoreRow, SampledCaseRow)
)
_AIM = table_of(AimRow)
_ACTED = select(_AIM.c.cause_area, _AIM.c.category, _AIM.c.acted_at).where(
    _AIM.c.acted_at.is_not(None), _AIM.c.cause_area.is_not(None)
)
_SAMPLE = table_of(SampleRow)
_REVIEWED = (
    select(_SAMPLED)
    .join(_SAMPLE, _SAMPLE.c.id == _SAMPLED.c.sample_id)
    .where(
        _SAMPLED.c.case_id.in_(bindparam("ids", expanding=True)),
        _SAMPLE.c.kind == SampleKind.QUALITY,
    )
    .order_by(_SAMPLED.c.sample_id)
)
"""How a complaint was handled; a look at objectivity alone is no such review."""
_STATED = table_of(StatementRow)
_STEPS = (_STATED.c.case_id, _STATED.c.element, _STATED.c.by)
_OWED = (
    RemedyState.OFFERED,
    RemedyState.ACCEPTED,
    RemedyState.CARRIED_OUT,
    RemedyState.VERIFIED,
)


class CaseRecords:
    """Reads the records of complaints."""

    def __init__(self, session: Session, zone: str) -> None:
        self._session = session
        self._zone = ZoneInfo(zone)

    def of(self, case_ids: Sequence[int]) -> tuple[CaseTold, ...]:
        """Return what is recorded of some complaints; of one that is not there, nothing.

        Args:
            case_ids: Of the complaints, each once.
        """
        cases = self._all(_CASE, _CASE.c.id, case_ids, _CASE.c.id)
        beside = self._beside(case_ids)
        regimes = self._regimes(cases)
        repeated = Complainants(self._session).repeated(case_ids)
        return tuple(
            _told(case, beside[case.id], regimes, is_repeated=repeated.get(case.id))
            for case in cases
        )

    def _all(self, table: Any, column: Any, ids: Sequence[int], *order: Any) -> list[Any]:  # noqa: ANN401 - a table and its columns
        found = self._session.execute(select(table).where(column.in_(ids)).order_by(*order))
        return list(found.all())

    def _beside(self, ids: Sequence[int]) -> Mapping[int, dict[str, Any]]:
        """Return what a complaint has besides its own row, by its number."""
        lists: dict[int, dict[str, Any]] = defaultdict(lambda: defaultdict(list))
        for table in (_CLOCK, _ASSESSED, _ESCALATION, _REMEDY, _REFERRAL, _ISSUE):
            for row in self._all(table, table.c.case_id, ids, table.c.case_id, table.c.id):
                lists[row.case_id][table.name].append(row)
        for table in (_INVITED, _ANSWERED):
            for row in self._all(table, table.c.case_id, ids):
                lists[row.case_id][table.name].append(row)
        for row in self._all(_SCORE, _SCORE.c.case_id, ids, _SCORE.c.case_id, _SCORE.c.item):
            lists[row.case_id][_SCORE.name].append(row)
        for row in self._session.execute(_REVIEWED, {"ids": list(ids)}):
            lists[row.case_id][_SAMPLED.name].append(row)
        acted = self._session.execute(_ACTED).all()
        # What is stated beside a step, about an issue or a person, names no element.
        is_step = _STATED.c.element != ""
        done = select(*_STEPS).where(_STATED.c.case_id.in_(ids), is_step).order_by(_STATED.c.id)
        for of, *told in self._session.execute(done):
            lists[of][_STATED.name].append(StepTold(*told))
        for each in lists.values():
            each["remedies"] = [self._remedy(row) for row in each[_REMEDY.name] if _is_owed(row)]
            each["causes"] = [_cause(row, acted) for row in each[_ISSUE.name] if _has_cause(row)]
        return lists

    def _remedy(self, row: Any) -> RemedyTold:  # noqa: ANN401 - a row
        until = _after(row.due_on, self._zone)
        return RemedyTold(row.kind, row.amount_minor, until, row.carried_out_at)

    def _regimes(self, cases: Sequence[Any]) -> Mapping[str, str]:
        """Return the codes of the regimes that complaints are under, by digest."""
        digests = {regime["profile"] for case in cases for regime in case.regimes}
        if not digests:
            return {}
        statement = select(_EDITION.c.digest, _EDITION.c.name).where(_EDITION.c.digest.in_(digests))
        return {row.digest: row.name for row in self._session.execute(statement)}


def _told(
    case: Any,  # noqa: ANN401 - a row
    beside: Mapping[str, Any],
    regimes: Mapping[str, str],
    *,
    is_repeated: bool | None,
) -> CaseTold:
    assessed = beside[_ASSESSED.name]
    answered = beside[_ANSWERED.name]
    return CaseTold(
        case_id=case.id,
        circle=case.circle,
        traits=_traits(case, regimes),
        received_at=case.received_at,
        acknowledged_at=case.acknowledged_at,
        decided_at=case.decided_at,
        closed_at=case.closed_at,
        outcome=case.outcome or "",
        reopened=case.reopened,
        decisions=tuple(
            DecisionTold(datetime.fromisoformat(at), outcome) for at, outcome in case.decisions
        ),
        is_repeated=is_repeated,
        severities=tuple(row.severity for row in assessed),
        first_assessed_at=assessed[0].at if assessed else None,
        clocks=tuple(_clock(row) for row in beside[_CLOCK.name] if _counts(row)),
        escalations=tuple((row.raised_at, row.reason) for row in beside[_ESCALATION.name]),
        remedies=tuple(beside["remedies"]),
        referrals=tuple(
            ReferralTold(row.body, row.recorded_at, row.decision, row.ended_at)
            for row in beside[_REFERRAL.name]
        ),
        causes=tuple(beside["causes"]),
        invited_at=next((row.invited_at for row in beside[_INVITED.name]), None),
        has_returned=any(row.returned_at for row in beside[_INVITED.name]),
        answered_at=answered[0].answered_at if answered else None,
        scores=tuple((row.item, row.score) for row in beside[_SCORE.name]),
        reviews=tuple(
            (row.reviewed_at, row.review) for row in beside[_SAMPLED.name] if row.reviewed_at
        ),
        steps=tuple(beside[_STATED.name]),
    )


def _traits(case: Any, regimes: Mapping[str, str]) -> Mapping[Trait, str]:  # noqa: ANN401 - a row
    first = case.regimes[0]["profile"] if case.regimes else ""
    told = {
        Trait.CATEGORY: case.category,
        Trait.SEVERITY: str(int(case.severity)),
        Trait.CHANNEL: case.channel,
        Trait.LANGUAGE: case.language,
        Trait.VULNERABLE: "yes" if case.vulnerable else "no",
        Trait.REGIME: regimes.get(first, ""),
        Trait.TEAM: case.team or "",
        Trait.HANDLER: case.owner or "",
        Trait.OUTCOME: case.outcome or "",
    }
    return {trait: value or NONE for trait, value in told.items()}


def _counts(clock: Any) -> bool:  # noqa: ANN401 - a row
    return bool(clock.state != ClockState.CANCELLED)


def _clock(row: Any) -> ClockTold:  # noqa: ANN401 - a row
    longer = (
        datetime.fromisoformat(move["due_at"]) - datetime.fromisoformat(move["before"])
        for move in row.moves
        if move["kind"] == "extension"
    )
    return ClockTold(row.code, row.due_at, row.met_at, sum(longer, timedelta()))


def _has_cause(issue: Any) -> bool:  # noqa: ANN401 - a row
    return bool(issue.cause_area and issue.found_at)


def _cause(issue: Any, acted: Sequence[Any]) -> CauseTold:  # noqa: ANN401 - a row, and rows
    """Return the cause of an issue, with when something was first done against it."""
    moments = (
        each.acted_at
        for each in acted
        if each.cause_area == issue.cause_area and each.category in {"", issue.category}
    )
    first = min(moments, default=None)
    return CauseTold(issue.cause_area, issue.is_systemic, issue.found_at, first)


def _is_owed(remedy: Any) -> bool:  # noqa: ANN401 - a row
    return remedy.state in _OWED


def _after(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment after a local day."""
    return datetime.combine(day + timedelta(days=1), time(), zone)
