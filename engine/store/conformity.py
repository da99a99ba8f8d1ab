"""What is counted of complaints for the clauses of ISO 10002:2018, each count one query.

A query finds things by the reference of their complaint, and says of each whether it is in order.
All of them tell a period, and only what the reader may see.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Row,
    Select,
    Table,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    true,
)

from engine.domain.complaint import Safety
from engine.domain.conformity import Count, places
from engine.domain.deadline import ClockState
from engine.domain.issue import FindingResult
from engine.domain.letter import LetterKind
from engine.domain.posting import PostingState
from engine.domain.remedy import RemedyState
from engine.domain.sight import Sight
from engine.store.column import UtcDateTime
from engine.store.prepared import table_of
from engine.store.seconds import Seconds
from engine.store.session import Session
from engine.store.sight import Frame, of_cases, values_of
from engine.store.tables.assessment_tables import AssessmentRow
from engine.store.tables.case_tables import ApprovalRow, CaseRow, CommunicationRow, JournalRow
from engine.store.tables.clock_tables import ClockRow
from engine.store.tables.door_tables import SurveyInvitationRow, SurveyRow
from engine.store.tables.escalation_tables import EscalationRow
from engine.store.tables.evidence_tables import EvidenceRow
from engine.store.tables.issue_tables import IssueRow
from engine.store.tables.platform_tables import ProcessVersionRow, ProposalRow
from engine.store.tables.posting_tables import PostingRow
from engine.store.tables.privacy_tables import LegalHoldRow
from engine.store.tables.reach_tables import GlassRow
from engine.store.tables.remedy_tables import RemedyRow
from engine.store.tables.respondent_tables import RespondentRow

_CASE, _JOURNAL, _CLOCK = table_of(CaseRow), table_of(JournalRow), table_of(ClockRow)
_ISSUE, _REMEDY, _REST = table_of(IssueRow), table_of(RemedyRow), table_of(EvidenceRow)
_LETTER, _POSTING, _APPROVAL = (
    table_of(row) for row in (CommunicationRow, PostingRow, ApprovalRow)
)
_GLASS, _HOLD, _HEARD = table_of(GlassRow), table_of(LegalHoldRow), table_of(RespondentRow)
_ASKED, _ANSWER = table_of(SurveyInvitationRow), table_of(SurveyRow)
_VERSION, _PROPOSAL = table_of(ProcessVersionRow), table_of(ProposalRow)
_CALL, _JUDGED = table_of(EscalationRow), table_of(AssessmentRow)

_BEGIN, _END, _BEFORE = (
    bindparam(name, type_=UtcDateTime()) for name in ("begin", "end", "before")
)
_WITHIN = bindparam("within", type_=Float)
_UPHELD = (FindingResult.UPHELD, FindingResult.PARTLY_UPHELD)
_FOUND = (*_UPHELD, FindingResult.NOT_UPHELD)
_NOT_TAKEN = (RemedyState.PROPOSED, RemedyState.DECLINED, RemedyState.DROPPED)
_TO_DO = (RemedyState.OFFERED, RemedyState.ACCEPTED)
_DECIDING = (
    LetterKind.DECISION,
    LetterKind.RESOLUTION,
    LetterKind.REFUSAL,
    LetterKind.STAGE_TWO_DECISION,
)
_HANDLED = or_(_CASE.c.closed_at.is_(None), _CASE.c.closed_at >= _CASE.c.recorded_at)
"""Handled here; what was concluded before was recorded after it was closed."""
_READABLE = _CASE.c.erased_at.is_(None)
_WRONG = 20


@dataclass(frozen=True, slots=True)
class _Sought:
    """What is looked at, and what is in order.

    Attributes:
        table: One thing for each row of it that belongs to a complaint which is looked at.
        is_meant: Which.
        is_fine: Which of those are in order.
    """

    table: Table
    is_meant: tuple[ColumnElement[bool], ...]
    is_fine: ColumnElement[bool]

    def query(self, sight: Sight) -> Select[Any]:
        """Return number, name and whether it is in order, of each thing that somebody sees."""
        source = self.table if self.table is _CASE else self.table.join(_CASE, self._is_of())
        return (
            select(
                self.table.c.id.label("number"),
                _CASE.c.reference.label("name"),
                case((self.is_fine, 1), else_=0).label("fine"),
            )
            .select_from(source)
            .where(*self.is_meant, *of_cases(Frame.of(sight)))
        )

    def _is_of(self) -> ColumnElement[bool]:
        of_case: ColumnElement[bool] = self.table.c.case_id == _CASE.c.id
        return of_case


def _during(column: ColumnElement[Any], end: ColumnElement[Any] = _END) -> ColumnElement[bool]:
    return (column >= _BEGIN) & (column < end)


def _has(table: Table, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(table.c.case_id == _CASE.c.id, *conditions).correlate(_CASE, _ISSUE)


def _kept(clock: Table = _CLOCK) -> ColumnElement[bool]:
    is_kept: ColumnElement[bool] = clock.c.met_at.is_not(None) & (clock.c.met_at <= clock.c.due_at)
    return is_kept


_DUE = (_during(_CLOCK.c.due_at), _CLOCK.c.state != ClockState.CANCELLED)
_RECEIVED = (_during(_CASE.c.received_at), _HANDLED, _READABLE)
_DECIDED = (_during(_CASE.c.decided_at), _HANDLED)
_CLOSED = (_during(_CASE.c.closed_at), _HANDLED)
_OPEN = tuple(_CASE.c[name].is_(None) for name in ("closed_at", "decided_at", "suspended_at"))
_OWED = (
    _REMEDY.c.due_on >= func.date(_BEGIN),
    _REMEDY.c.due_on < func.date(_END),
    _REMEDY.c.state.not_in(_NOT_TAKEN),
)
_DRAFTERS = (_APPROVAL.c.drafter, _APPROVAL.c.drafter_for)
_APPROVED_OWN = _APPROVAL.c.approver.in_(_DRAFTERS) | _APPROVAL.c.approver_for.in_(_DRAFTERS)
_EVENTS = (
    select(func.count(_JOURNAL.c.id)).where(_JOURNAL.c.case_id == _CASE.c.id).scalar_subquery()
)

SOUGHT: Mapping[str, _Sought] = MappingProxyType(
    {
        "word_kept": _Sought(_CLOCK, (*_DUE, _CLOCK.c.rule == "promised_word"), _kept()),
        "promised": _Sought(
            _CASE,
            _OPEN,
            _has(_CLOCK, _CLOCK.c.met_at.is_(None), _CLOCK.c.state != ClockState.CANCELLED),
        ),
        "adjusted": _Sought(_CASE, (*_RECEIVED, _CASE.c.needs != ""), _CASE.c.adjustments != ""),
        "heard": _Sought(
            _HEARD,
            (*_DECIDED, _HEARD.c.removed_at.is_(None)),
            _HEARD.c.replied_at.is_not(None) | _HEARD.c.silent_at.is_not(None),
        ),
        "apart": _Sought(
            _CASE,
            _DECIDED,
            ~_has(_APPROVAL, _APPROVED_OWN)
            & ~_has(_REMEDY, _REMEDY.c.verified_by == _REMEDY.c.carried_out_by),
        ),
        "unwaived": _Sought(
            _CASE, _DECIDED, ~_has(_JOURNAL, _JOURNAL.c.type == "separation.waived")
        ),
        "looked_into": _Sought(
            _GLASS, (_during(_GLASS.c.broken_at, _BEFORE),), _GLASS.c.seen_at.is_not(None)
        ),
        "wanted": _Sought(
            _ISSUE, _RECEIVED, (_ISSUE.c.desired_outcome != "") | (_CASE.c.desired_outcome != "")
        ),
        "asked": _Sought(
            _CASE, (_during(_CASE.c.closed_at, _BEFORE), _HANDLED, _READABLE), _has(_ASKED)
        ),
        "owned": _Sought(
            _CASE,
            (_CASE.c.closed_at.is_(None), _CASE.c.recorded_at < _BEFORE),
            _CASE.c.owner.is_not(None) & (_CASE.c.owner != ""),
        ),
        "decided_by": _Sought(
            _CASE,
            _DECIDED,
            _has(_APPROVAL) | _has(_ISSUE, _ISSUE.c.found_by.is_not(None)),
        ),
        "on_time": _Sought(_CLOCK, _DUE, _kept()),
        "answered": _Sought(
            _CALL,
            (_during(_CALL.c.raised_at, _BEFORE),),
            _CALL.c.acknowledged_at.is_not(None)
            & (Seconds(_CALL.c.raised_at, _CALL.c.acknowledged_at) <= _WITHIN),
        ),
        "recorded": _Sought(
            _CASE,
            (_during(_CASE.c.recorded_at), _HANDLED),
            Seconds(_CASE.c.received_at, _CASE.c.recorded_at) <= _WITHIN,
        ),
        "complete": _Sought(
            _CASE,
            _RECEIVED,
            (_CASE.c.category != "")
            & (_CASE.c.channel != "")
            & (_CASE.c.summary != "")
            & (_CASE.c.complainant_name != ""),
        ),
        "tracked": _Sought(
            _CASE, (_during(_CASE.c.received_at),), (_EVENTS > 0) & (_CASE.c.journal_seq == _EVENTS)
        ),
        "acknowledged": _Sought(
            _CLOCK, (*_DUE, _CLOCK.c.stops_on.contains("acknowledged")), _kept()
        ),
        "assessed": _Sought(
            _CASE,
            (_during(_CASE.c.received_at, _BEFORE), _HANDLED, _CASE.c.acknowledged_at.is_not(None)),
            _has(_JUDGED, Seconds(_CASE.c.received_at, _JUDGED.c.at) <= _WITHIN),
        ),
        "danger": _Sought(
            _CASE,
            (_during(_CASE.c.received_at, _BEFORE), _CASE.c.safety != Safety.NONE),
            _has(_CALL, _CALL.c.acknowledged_at.is_not(None)),
        ),
        "found": _Sought(_ISSUE, _DECIDED, _ISSUE.c.result.is_not(None)),
        "rests": _Sought(
            _ISSUE,
            (*_DECIDED, _ISSUE.c.result.in_(_FOUND)),
            _has(_REST, _REST.c.issue == _ISSUE.c.number, _REST.c.unlinked_at.is_(None)),
        ),
        "carried_out": _Sought(
            _REMEDY,
            _OWED,
            _REMEDY.c.carried_out_at.is_not(None)
            & (func.date(_REMEDY.c.carried_out_at) <= _REMEDY.c.due_on),
        ),
        "verified": _Sought(
            _REMEDY,
            (_during(_REMEDY.c.carried_out_at, _BEFORE), _REMEDY.c.needs_check.is_(True)),
            _REMEDY.c.verified_by.is_not(None),
        ),
        "told": _Sought(
            _CASE,
            _DECIDED,
            _has(_LETTER, _LETTER.c.direction == "out", _LETTER.c.kind.in_(_DECIDING)),
        ),
        "arrived": _Sought(
            _POSTING,
            (_during(_POSTING.c.since, _BEFORE),),
            _POSTING.c.state.not_in([PostingState.WAITING, PostingState.FAILED]),
        ),
        "settled": _Sought(_CASE, _CLOSED, ~_has(_REMEDY, _REMEDY.c.state.in_(_TO_DO))),
        "concluded": _Sought(_CASE, _CLOSED, _CASE.c.outcome.is_not(None)),
        "disposed": _Sought(
            _CASE,
            (_CASE.c.closed_at < bindparam("kept_until", type_=UtcDateTime()),),
            _CASE.c.erased_at.is_not(None) | _has(_HOLD, _HOLD.c.lifted_at.is_(None)),
        ),
        "classified": _Sought(
            _ISSUE, (*_CLOSED, _ISSUE.c.result.in_(_UPHELD)), _ISSUE.c.cause_area.is_not(None)
        ),
    }
)
"""By the names of measures in ``config/evidence.toml``."""


class _Invited(_Sought):
    """Invitations have the number of their complaint."""

    def query(self, sight: Sight) -> Select[Any]:
        """Return number, name and whether it was answered, of each invitation."""
        return (
            select(
                _CASE.c.id.label("number"),
                _CASE.c.reference.label("name"),
                case((self.is_fine, 1), else_=0).label("fine"),
            )
            .join_from(_ASKED, _CASE, _ASKED.c.case_id == _CASE.c.id)
            .where(*self.is_meant, *of_cases(Frame.of(sight)))
        )


_RESPONDED = _Invited(_ASKED, (_during(_ASKED.c.invited_at, _BEFORE),), _has(_ANSWER))


@dataclass(frozen=True, slots=True)
class Window:
    """Over which time something is counted, and which of it chance draws.

    Attributes:
        begin: First moment.
        end: First moment after it.
        seed: Of chance; each measure adds its own name.
        size: How many are drawn of each measure.
        values: What else queries ask by name.
    """

    begin: datetime
    end: datetime
    seed: str = ""
    size: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)


class Conformity:
    """Counts, as far as somebody sees complaints."""

    def __init__(self, session: Session, sight: Sight) -> None:
        self._session = session
        self._sight = sight

    def count(self, name: str, window: Window, *, before: datetime, within: float) -> Count:
        """Return what a measure found.

        Args:
            name: Of the measure.
            window: Over which time.
            before: What must be done soon is only looked at when it began before this moment.
            within: Seconds within which it must be done.

        Raises:
            KeyError: There is no such measure of complaints.
        """
        sought = _RESPONDED if name == "responded" else SOUGHT[name]
        things = sought.query(self._sight).subquery()
        given = {"begin": window.begin, "end": window.end, "before": before, "within": within}
        given |= values_of(self._sight) | dict(window.values)
        counts = select(func.count(), func.coalesce(func.sum(things.c.fine), 0))
        n, k = self._session.execute(counts.select_from(things), given).first()
        return Count(
            int(n),
            int(k),
            self._wrong(things, given) if k < n else (),
            self._drawn(things, given, places(n, seed=f"{window.seed}:{name}", size=window.size)),
        )

    def _wrong(self, things: Any, given: Mapping[str, Any]) -> tuple[str, ...]:  # noqa: ANN401 - a subquery
        query = select(things.c.name).where(things.c.fine == 0).order_by(things.c.number)
        return tuple(self._session.execute(query.limit(_WRONG), given).scalars())

    def _drawn(
        self,
        things: Any,  # noqa: ANN401 - a subquery
        given: Mapping[str, Any],
        drawn: tuple[int, ...],
    ) -> tuple[tuple[str, bool], ...]:
        if not drawn:
            return ()
        place = func.row_number().over(order_by=things.c.number).label("place")
        ranked = select(things.c.name, things.c.fine, place).subquery()
        query = select(ranked.c.name, ranked.c.fine).where(
            ranked.c.place.in_([n + 1 for n in drawn])
        )
        found = self._session.execute(query.order_by(ranked.c.place), given)
        return tuple((row.name, bool(row.fine)) for row in found)

    def flow(self, begin: datetime, end: datetime) -> tuple[int, int]:
        """Return how many complaints were received in a time, and how many were closed."""
        seen = (*of_cases(Frame.of(self._sight)), true())
        given = {"begin": begin, "end": end} | values_of(self._sight)
        counted = [
            self._session.execute(
                select(func.count()).select_from(_CASE).where(_during(column), _HANDLED, *seen),
                given,
            ).scalar_one()
            for column in (_CASE.c.received_at, _CASE.c.closed_at)
        ]
        return counted[0], counted[1]

    def versions(self, until: datetime) -> tuple[Row[Any], ...]:
        """Return published versions, each with whether somebody else approved what was proposed."""
        is_approved = exists().where(
            _PROPOSAL.c.digest == _VERSION.c.digest,
            _PROPOSAL.c.is_approved.is_(True),
            _PROPOSAL.c.decided_by.is_not(None),
            _PROPOSAL.c.decided_by != _PROPOSAL.c.proposed_by,
        )
        query = select(
            _VERSION.c.process_id,
            _VERSION.c.version,
            _VERSION.c.published_by,
            _VERSION.c.reason,
            case((is_approved, 1), else_=0).label("is_approved"),
        ).where(_VERSION.c.published_at <= _END)
        ordered = query.order_by(_VERSION.c.process_id, _VERSION.c.version)
        return tuple(self._session.execute(ordered, {"end": until}))

    def channels(self, begin: datetime, end: datetime) -> tuple[str, ...]:
        """Return by which channels complaints came in a time."""
        query = (
            select(_CASE.c.channel)
            .where(_during(_CASE.c.received_at), *of_cases(Frame.of(self._sight)))
            .group_by(_CASE.c.channel)
            .order_by(_CASE.c.channel)
        )
        given = {"begin": begin, "end": end} | values_of(self._sight)
        return tuple(self._session.execute(query, given).scalars())
