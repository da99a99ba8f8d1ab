"""Four eyes: what one person drafted, another one decides (ISO 10002:2018, 5.4)."""

from engine.bootstrap import Platform
from engine.domain.actor import Actor
from engine.domain.case import Approval, Case, Statement, Step
from engine.domain.form import ApprovalForm
from engine.domain.journal import content_hash
from engine.domain.letter import DRAFTED
from engine.errors import ConflictError, SeparationOfDutiesError, StepNotOpenError
from engine.services.letters import letter
from engine.store.transaction import Transaction


def drafted(tx: Transaction, case_id: int) -> Statement | None:
    """Return what was drafted last in a case and is for a second person to decide."""
    return tx.records.last_statement(case_id, *DRAFTED)


def require_unaltered(draft: Statement) -> None:
    """Refuse a draft whose content is no longer what its author stated.

    Raises:
        ConflictError: Its content and the hash that was kept with it differ.
    """
    if content_hash(dict(draft.content)) != draft.content_hash:
        raise ConflictError("The draft is not the one that was written; verify the journal.")


def keys_of(draft: Statement) -> frozenset[str]:
    """Return who drafted: the person who wrote it, and the absent one for whom they stood in."""
    return frozenset(name for name in (draft.by, draft.on_behalf_of) if name)


def approved(
    platform: Platform,
    tx: Transaction,
    case: Case,
    step: Step,
    form: ApprovalForm,
    people: tuple[Actor, Actor | None],
) -> Approval:
    """Return the record of what somebody decides about what was drafted last in a case.

    Args:
        platform: Where the case is.
        tx: Reads the draft.
        case: Whose.
        step: Where it is decided.
        form: What is decided.
        people: Who does, and the absent person for whom they do; None for nobody.

    Raises:
        StepNotOpenError: Nothing was drafted.
        SeparationOfDutiesError: One of them has a part in the draft.
        ConflictError: The draft is not the one that was written.
    """
    by, on_behalf_of = people
    draft, at = drafted(tx, case.id), platform.now()
    if draft is None:
        raise StepNotOpenError(step.title, "Nothing was drafted.")
    require_second_person(draft, by, on_behalf_of=on_behalf_of)
    require_unaltered(draft)
    return Approval(
        letter_hash=letter.hash_of_draft(platform, tx, case, draft, at),
        statement_id=draft.id,
        drafter=draft.by,
        approver=by.username,
        result=form.approval,
        comment=form.comment,
        at=at,
        content_hash=draft.content_hash,
        drafter_for=draft.on_behalf_of,
        approver_for=on_behalf_of.username if on_behalf_of else None,
    )


def require_second_person(
    draft: Statement | None, person: Actor, *, on_behalf_of: Actor | None = None
) -> None:
    """Refuse whoever has a part in the draft, whatever roles they hold.

    Args:
        draft: What is to be decided.
        person: Who decides.
        on_behalf_of: The absent person for whom they do; None for themselves.

    Raises:
        SeparationOfDutiesError: One of them drafted it, or it was drafted for one of them.
    """
    if draft is None:
        return
    keys = keys_of(draft)
    if person.username in keys:
        part = "drafted it" if draft.by == person.username else "had it drafted"
        raise SeparationOfDutiesError(person.name, "decide this", part)
    if on_behalf_of is not None and on_behalf_of.username in keys:
        deed = f"decide this for {on_behalf_of.name}"
        raise SeparationOfDutiesError(person.name, deed, "would use both keys of one person")
