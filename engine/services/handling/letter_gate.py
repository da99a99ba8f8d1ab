"""The gate that a letter with a decision passes twice: before it waits for approval, and then.

What it must say besides comes from the regimes of the case; what is missing is listed at once.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.authority import is_sent_to_representative
from engine.domain.case import Case, Statement
from engine.domain.completeness import (
    Completeness,
    DraftedDecision,
    Requirement,
    judge,
    of_evidence,
    of_representative,
)
from engine.domain.evidence import without_evidence
from engine.domain.form import (
    ApprovalForm,
    DecisionForm,
    DeclineForm,
    Form,
    FrontlineForm,
    WithdrawalForm,
)
from engine.domain.issue import here, named
from engine.domain.letter import DRAFTED, LetterKind
from engine.errors import InvalidInputError
from engine.services.accounts import reach
from engine.services.investigation import evidence
from engine.services.letters import letter, letter_facts
from engine.services.people import authorities
from engine.services.running import findings, four_eyes
from engine.store.transaction import Transaction

_UPHELD = frozenset({"upheld", "partly_upheld"})
_RECEIPTS = frozenset({LetterKind.ACKNOWLEDGEMENT, LetterKind.STAGE_TWO_ACKNOWLEDGEMENT})


def look(
    platform: Platform, *, actor: Actor, reference: str, content: Mapping[str, Any] | None = None
) -> Completeness | None:
    """Return what a decision has of what it must have.

    Args:
        platform: Where the case is.
        actor: Who looks.
        reference: Of the case.
        content: The form as it is filled so far; None for the decision that was drafted last.

    Returns:
        None where nothing was drafted.

    Raises:
        NotAllowedError: The actor may not read this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
    """
    actor.require(Deed.READ)
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.READ, reference=reference)
        drafted = tx.records.last_statement(case.id, *DRAFTED)
        if content is None and (drafted is None or drafted.form != "decision"):
            return None
        told = content if content is not None else drafted.content if drafted else {}
        return completeness(platform, tx, case, told)


def completeness(
    platform: Platform,
    tx: Transaction,
    case: Case,
    content: Mapping[str, Any],
    *,
    is_advised: bool = True,
) -> Completeness:
    """Return what a decision has of what it must have.

    Args:
        platform: Whose letters.
        tx: Reads issues and regimes.
        case: About which.
        content: Of the form of the decision.
        is_advised: Whether what a decision had better have is told too.
    """
    language = letter_facts.language_of(platform, case=case)
    kind = letter.at_stage(LetterKind.DECISION, case)
    outside = letter_facts.outside(platform, tx, case, language)
    issues = here(tx.issues.of(case.id))
    judged = judge(
        DraftedDecision(
            letter=str(content.get("letter") or ""),
            language=language,
            blanks=platform.letters.blanks(kind, language),
            issues=[(each.number, each.titled(case.complaint.summary)) for each in issues],
            is_upheld=content.get("outcome") in _UPHELD,
            reasons=str(content.get("reasons") or ""),
            remedy=str(content.get("remedy") or content.get("remedy_kind") or ""),
            amount=Decimal(str(content.get("remedy_amount") or 0)),
            is_final=kind is LetterKind.STAGE_TWO_DECISION,
            body=outside.body,
            limits=outside.limits(language.code),
            must=outside.must,
        )
    )
    besides = list(representative(platform, tx, case))
    if (is_required := platform.policy.findings.evidence_required) or is_advised:
        missed = without_evidence(issues, evidence.standing(tx, case))
        named = [(each.number, each.titled(case.complaint.summary)) for each in missed]
        besides = [*of_evidence(named, is_required=is_required), *besides]
    return replace(judged, requirements=(*judged.requirements, *besides))


def representative(
    platform: Platform, tx: Transaction, case: Case, *, is_posted: bool = False
) -> tuple[Requirement, ...]:
    """Return what a letter needs where somebody speaks for the complainant; else nothing."""
    state = authorities.state_of(platform, tx, case)
    is_sent_to_them = is_sent_to_representative(case.complaint, is_posted=is_posted)
    return tuple(of_representative(state, is_sent_to_them=is_sent_to_them))


def lacking(
    platform: Platform, tx: Transaction, case: Case, kind: str = "", *, is_posted: bool = False
) -> str:
    """Return what to do before a letter may go where letters on a case go; empty where it may.

    An acknowledgement waits for no authority: it says that a complaint was received, which whoever
    handed it in knows, it asks for the authority, and the time limit for it does not wait.

    Args:
        platform: Where the case is.
        tx: Reads who speaks for the complainant, and by what authority.
        case: Whose letters go to its complainant or to who speaks for them.
        kind: Of the letter; empty for one that tells of the matter.
        is_posted: It goes on paper, though there may be an address of e-mail.
    """
    if kind in _RECEIPTS:
        return ""
    asked = representative(platform, tx, case, is_posted=is_posted)
    return next((each.todo for each in asked if not (each.is_met or each.is_advice)), "")


def require_authority(
    platform: Platform, tx: Transaction, case: Case, kind: str = "", *, is_posted: bool = False
) -> None:
    """Refuse that a letter goes to a representative whose authority is not in force.

    Raises:
        InvalidInputError: It would; says what to do.

    Source: ISO 10002:2018, 4.10.
    """
    if todo := lacking(platform, tx, case, kind, is_posted=is_posted):
        raise InvalidInputError({"Authority of the representative, missing": todo})


def require_complete(platform: Platform, tx: Transaction, case: Case, form: Form) -> None:
    """Refuse a decision that lacks something: when it is drafted, and when it is approved.

    A refusal and what resolves a complaint on the spot are letters too: they need nothing but
    somebody who may read them.

    Raises:
        InvalidInputError: Names everything that is missing, each with what to do.
        ConflictError: The draft is not the one that was written.

    Source: ISO 10002:2018, 7.8 and 7.9.
    """
    if isinstance(form, DecisionForm):
        content: Mapping[str, Any] = form.model_dump(mode="json")
    elif isinstance(form, ApprovalForm) and form.approval == "approved":
        drafts = [s for s in tx.records.of(Statement, case.id) if s.form in DRAFTED]
        if not drafts:
            return
        if drafts[-1].form != "decision":
            require_authority(platform, tx, case)
            return
        four_eyes.require_unaltered(drafts[-1])
        content = drafts[-1].content
        _require_answered(tx, case, content)
    else:
        if _is_told(form):
            require_authority(platform, tx, case)
        return
    if missing := completeness(platform, tx, case, content, is_advised=False).missing:
        raise InvalidInputError({f"{each.title}, missing": each.todo for each in missing})


def _require_answered(tx: Transaction, case: Case, content: Mapping[str, Any]) -> None:
    """Refuse to approve a decision that was overtaken while it waited.

    Raises:
        InvalidInputError: An issue came in without a finding, or the findings say something else.
    """
    issues = here(tx.issues.of(case.id))
    if open_ := [each for each in issues if each.lacks_finding]:
        said = named(open_, case.complaint.summary)
        why = f"Nothing was found yet on {said}. Return the draft, so that each issue is answered."
        raise InvalidInputError({"": why})
    findings.require_agreement(issues, str(content.get("outcome")))


def _is_told(form: Form) -> bool:
    """Tell whether a form becomes a letter about the matter without being a decision."""
    is_resolved = isinstance(form, FrontlineForm) and form.frontline_result == "resolved"
    return is_resolved or isinstance(form, DeclineForm | WithdrawalForm)
