"""What findings rest on: linking documents, answers, interviews and replies to an issue.

Source: ISO 10002:2018, 7.6 and 4.9.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Case
from engine.domain.evidence import Evidence, EvidenceKind, Piece, on_issue, piece_of
from engine.domain.evidence_form import EvidenceForm
from engine.domain.filling import filled
from engine.domain.inquiry import InquiryState
from engine.domain.issue import FindingResult
from engine.errors import InvalidInputError
from engine.services.accounts import reach
from engine.services.investigation.issues import require_undecided
from engine.services.running import findings
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out
from engine.store.transaction import Transaction


def of_case(platform: Platform, *, actor: Actor, reference: str) -> tuple[Evidence, ...]:
    """Return what the findings of a case rest on, oldest first, with what was taken off again.

    Raises:
        NotAllowedError: The actor may not read this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
    """
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.READ, reference=reference)
        return tx.evidence.of(case.id)


def standing(tx: Transaction, case: Case) -> tuple[Evidence, ...]:
    """Return what the findings of a case rest on and what was not withdrawn since."""
    linked = [each for each in tx.evidence.of(case.id) if each.counts]
    there = set(_there(tx, case)) if linked else set()
    return tuple(each for each in linked if each.piece in there)


def choose_evidence(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Let the finding on an issue rest on what is chosen, and on nothing else.

    What is new is linked, what is not chosen any more is taken off; who did either, and when, is
    kept. It can be done before there is a finding, and until the complaint is decided.

    Args:
        platform: Where the case is.
        actor: Who chooses.
        reference: Of the case.
        answers: As ``EvidenceForm`` takes them.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not record findings on this complaint.
        InvalidInputError: There is no such issue, or something chosen is not there or says
            nothing yet.
        CourseError: The complaint is decided.

    Source: ISO 10002:2018, 7.6.
    """
    actor.require(Deed.FIND)
    form = filled(EvidenceForm, answers)

    def work(change: CaseChange) -> None:
        require_undecided(change)
        tx, case = change.tx, change.case
        if findings.one(tx, case, form.issue).result is FindingResult.MOVED:
            raise InvalidInputError({"Issue": "is handled in a complaint of its own."})
        wanted = dict.fromkeys(piece_of(named) for named in form.evidence)
        known = on_issue(tx.evidence.of(case.id), form.issue)
        new = [piece for piece in wanted if piece not in known]
        _require_there(tx, case, new)
        for piece in new:
            linked = Evidence(form.issue, piece, actor.username, change.now)
            tx.evidence.link(case.id, linked)
            _record(change, "evidence.linked", form.issue, piece)
        for piece in known:
            if piece not in wanted:
                tx.evidence.unlink(case.id, form.issue, piece, by=actor.username, at=change.now)
                _record(change, "evidence.unlinked", form.issue, piece)

    content = form.model_dump(mode="json")
    asked = Command("choose_evidence", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work)


def _record(change: CaseChange, kind: str, issue: int, piece: Piece) -> None:
    change.record(kind, issue=issue, kind=piece.kind.value, number=piece.number)


def _require_there(tx: Transaction, case: Case, pieces: list[Piece]) -> None:
    """Refuse a piece that a case has not, or that says nothing yet.

    Raises:
        InvalidInputError: Names the first.
    """
    there = set(_there(tx, case)) if pieces else set()
    for piece in pieces:
        if piece not in there:
            title = piece.kind.title.lower()
            raise InvalidInputError(
                {"Evidence": f"there is no {title} {piece.number} that says anything."}
            )


def _there(tx: Transaction, case: Case) -> Iterator[Piece]:
    """Yield everything that can be evidence."""
    for document in tx.documents.of(case.id):
        if document.withdrawn_at is None:
            yield Piece(EvidenceKind.DOCUMENT, document.number)
    for inquiry in tx.inquiries.of(case.id):
        if inquiry.state is InquiryState.ANSWERED:
            yield Piece(EvidenceKind.REQUEST, inquiry.number)
    for interview in tx.interviews.of(case.id):
        yield Piece(EvidenceKind.INTERVIEW, interview.number)
    for person in tx.respondents.of(case.id):
        if person.replied_at is not None:
            yield Piece(EvidenceKind.REPLY, person.number)
