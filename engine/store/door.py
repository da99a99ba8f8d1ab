"""What is kept for those who come without an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, case, func, select

from engine.domain.invitation import LeftOut
from engine.domain.response_bias import Stratum
from engine.domain.sight import Sight
from engine.domain.survey import HIGHEST, LOWEST, Item, Response, Scores
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.sight import Frame, of_cases, values_of
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.door_tables import (
    SurveyInvitationRow,
    SurveyRow,
    SurveyScoreRow,
    TrackingCodeRow,
    UnfinishedFormRow,
)

_CODE, _UNFINISHED, _SURVEY, _SCORE, _CASE = (
    table_of(row)
    for row in (TrackingCodeRow, UnfinishedFormRow, SurveyRow, SurveyScoreRow, CaseRow)
)
_INVITATION = table_of(SurveyInvitationRow)
_REFERENCE = (
    select(_CASE.c.reference)
    .join(_CODE, _CODE.c.case_id == _CASE.c.id)
    .where(_CODE.c.mark == bindparam("of"), _CASE.c.erased_at.is_(None))
)
_FORGET_CODE = _CODE.delete().where(_CODE.c.case_id == bindparam("of"))
_GIVE_CODE = _CODE.insert()
_MARK = select(_CODE.c.mark).where(_CODE.c.case_id == bindparam("of"))
_SAVED = select(_UNFINISHED.c.sealed).where(
    _UNFINISHED.c.mark == bindparam("of"), _UNFINISHED.c.expires_at > bindparam("now")
)
_SAVE = _UNFINISHED.insert()
_FORGET = _UNFINISHED.delete().where(_UNFINISHED.c.mark == bindparam("of"))
_OVER = _UNFINISHED.delete().where(_UNFINISHED.c.expires_at <= bindparam("now"))
_ANSWERED = select(_SURVEY).where(_SURVEY.c.case_id == bindparam("of"))
_SCORES = select(_SCORE.c.item, _SCORE.c.score).where(_SCORE.c.case_id == bindparam("of"))
_ANSWER, _ADD_SCORE = _SURVEY.insert(), _SCORE.insert()
_DECIDED = (
    select(_CASE.c.received_at, _CASE.c.decided_at)
    .where(_CASE.c.decided_at.is_not(None))
    .order_by(_CASE.c.decided_at.desc())
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Codes:
    """Tracking codes, by their marks."""

    session: Session

    def give(self, case_id: int, mark: str, *, by: str, at: datetime) -> None:
        """Let a code lead to a case; the one before leads nowhere from now on."""
        self.session.post(_FORGET_CODE, {"of": case_id})
        given = {"case_id": case_id, "mark": mark, "given_by": by, "given_at": at}
        self.session.post(_GIVE_CODE, given)

    def reference(self, mark: str) -> str | None:
        """Return the case to which a code leads; None for a wrong one, or an erased case."""
        found: str | None = self.session.execute(_REFERENCE, {"of": mark}).scalar_one_or_none()
        return found

    def mark(self, case_id: int) -> str | None:
        """Return the mark of the code of a case; None where none was given."""
        found: str | None = self.session.execute(_MARK, {"of": case_id}).scalar_one_or_none()
        return found


@dataclass(frozen=True, slots=True)
class UnfinishedForms:
    """Half-filled forms; the database cannot read them."""

    session: Session

    def save(self, mark: str, sealed: str, *, at: datetime, until: datetime) -> None:
        """Keep a form in place of what was kept under this mark."""
        self.forget(mark)
        kept = {"mark": mark, "sealed": sealed, "saved_at": at, "expires_at": until}
        self.session.post(_SAVE, kept)

    def of(self, mark: str, now: datetime) -> str | None:
        """Return a form, sealed; None where none is kept, or its time is over."""
        found: str | None = self.session.execute(
            _SAVED, {"of": mark, "now": now}
        ).scalar_one_or_none()
        return found

    def forget(self, mark: str) -> None:
        """Forget a form."""
        self.session.post(_FORGET, {"of": mark})

    def forget_old(self, now: datetime) -> int:
        """Forget every form whose time is over; return how many."""
        return int(self.session.execute(_OVER, {"now": now}).rowcount)


@dataclass(frozen=True, slots=True)
class Surveys:
    """What complainants think of how they were treated."""

    session: Session

    def add(self, case_id: int, response: Response, *, at: datetime) -> None:
        """Keep an answer; the database refuses a second one for the same case."""
        seal = self.session.seals.of(case_id)
        row = {
            "case_id": case_id,
            "answered_at": at,
            "unresolved": seal.close(_place(case_id, "unresolved"), response.unresolved),
            "comment": seal.close(_place(case_id, "comment"), response.comment),
        }
        self.session.post(_ANSWER, row)
        for item, score in response.scores.items():
            self.session.post(_ADD_SCORE, {"case_id": case_id, "item": item, "score": score})

    def of(self, case_id: int) -> Response | None:
        """Return what was answered about a case; None where nothing was."""
        row = self.session.execute(_ANSWERED, {"of": case_id}).first()
        if row is None:
            return None
        seal = self.session.seals.of(case_id)
        scores = self.session.execute(_SCORES, {"of": case_id}).all()
        return Response(
            scores={Item(each.item): each.score for each in scores},
            unresolved=seal.open(_place(case_id, "unresolved"), row.unresolved),
            comment=seal.open(_place(case_id, "comment"), row.comment),
            answered_at=row.answered_at,
        )

    def scores(self, sight: Sight, begin: datetime, end: datetime) -> Sequence[Scores]:
        """Return how often each score was given, by question and outcome, in order of both.

        Args:
            sight: Which cases somebody sees.
            begin: First moment at which an answer counts.
            end: First moment at which it does not any more.
        """
        outcome = func.coalesce(_CASE.c.outcome, "")
        times = [
            func.sum(case((_SCORE.c.score == score, 1), else_=0))
            for score in range(LOWEST, HIGHEST + 1)
        ]
        query = (
            select(_SCORE.c.item, outcome, *times)
            .join(_SURVEY, _SURVEY.c.case_id == _SCORE.c.case_id)
            .join(_CASE, _CASE.c.id == _SURVEY.c.case_id)
            .where(_SURVEY.c.answered_at >= begin, _SURVEY.c.answered_at < end)
            .where(*of_cases(Frame.of(sight)))
            .group_by(_SCORE.c.item, outcome)
            .order_by(_SCORE.c.item, outcome)
        )
        found = self.session.execute(query, values_of(sight)).all()
        return [Scores(Item(row[0]), row[1], tuple(map(int, row[2:]))) for row in found]  # type: ignore[arg-type] # five

    def strata(self, sight: Sight, begin: datetime, end: datetime) -> list[Stratum]:
        """Return who was invited in a period and has answered, by everything they are told by.

        Args:
            sight: Which cases somebody sees.
            begin: First moment at which an invitation counts.
            end: First moment at which it does not any more.
        """
        outcome = func.coalesce(_CASE.c.outcome, "")
        traits = (_CASE.c.channel, _CASE.c.language, outcome, _CASE.c.severity)
        overall = (_SCORE.c.case_id == _CASE.c.id) & (_SCORE.c.item == Item.OVERALL)
        query = (
            select(
                *traits,
                func.count(),
                func.count(_SURVEY.c.case_id),
                func.count(_SCORE.c.score),
                func.coalesce(func.sum(_SCORE.c.score), 0),
            )
            .join_from(_INVITATION, _CASE, _CASE.c.id == _INVITATION.c.case_id)
            .join(_SURVEY, _SURVEY.c.case_id == _CASE.c.id, isouter=True)
            .join(_SCORE, overall, isouter=True)
            .where(_INVITATION.c.invited_at >= begin, _INVITATION.c.invited_at < end)
            .where(*of_cases(Frame.of(sight)))
            .group_by(*traits)
        )
        return [Stratum(*row) for row in self.session.execute(query, values_of(sight))]

    def left_out(self, sight: Sight, begin: datetime, end: datetime) -> dict[LeftOut, int]:
        """Return how many cases nobody was asked about, by the reason, most first."""
        many = func.count()
        query = (
            select(_INVITATION.c.left_out, many)
            .join(_CASE, _CASE.c.id == _INVITATION.c.case_id)
            .where(_INVITATION.c.left_out.is_not(None), _INVITATION.c.invited_at.is_(None))
            .where(_INVITATION.c.at >= begin, _INVITATION.c.at < end)
            .where(*of_cases(Frame.of(sight)))
            .group_by(_INVITATION.c.left_out)
            .order_by(many.desc(), _INVITATION.c.left_out)
        )
        found = self.session.execute(query, values_of(sight)).all()
        return {LeftOut(why): int(count) for why, count in found}


def decided_last(session: Session, most: int) -> list[tuple[datetime, datetime]]:
    """Return when the complaints decided last were received, and decided; latest first."""
    return [(row[0], row[1]) for row in session.execute(_DECIDED, {"most": most})]


def _place(case_id: int, field: str) -> str:
    return f"survey_response:{case_id}:{field}"
