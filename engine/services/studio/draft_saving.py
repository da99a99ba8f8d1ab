"""Saves the next state of a draft inside a transaction, unless somebody saved meanwhile."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from engine.bootstrap import Platform
from engine.domain.actor import Actor
from engine.domain.process_draft import (
    DraftFile,
    DraftRepair,
    FileKind,
    ProcessDraft,
    merged,
    problems_of,
)
from engine.errors import ConflictError, InvalidInputError, NotFoundError
from engine.services.studio.draft_files import names_in
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Change:
    """What is saved, over which revision.

    Attributes:
        repairs: What a program changed in the files, to be kept with the draft.
        kept: Which repairs of before still hold; None for all of them.
        is_apart: What was saved before is kept as an earlier state, however little time has passed.
    """

    rev: int
    files: tuple[DraftFile, ...]
    without: frozenset[str] = frozenset()
    repairs: tuple[DraftRepair, ...] = ()
    kept: tuple[DraftRepair, ...] | None = None
    is_apart: bool = False


def draft_in(tx: Transaction, number: int) -> ProcessDraft:
    """Return a draft that is open.

    Raises:
        NotFoundError: There is no such draft, or it was put away.
    """
    found = tx.process_drafts.get(number)
    if found is None:
        raise NotFoundError("draft", str(number))
    return found


def save_in(
    platform: Platform, tx: Transaction, actor: Actor, known: ProcessDraft, change: Change
) -> ProcessDraft:
    """Save a draft inside a transaction; where nothing changes, nobody has edited it.

    Raises:
        ConflictError: Somebody saved meanwhile.
        InvalidInputError: A file cannot be kept, or no diagram is left.
    """
    files = merged(known.files, change.files, without=change.without)
    kept = known.repairs if change.kept is None else change.kept
    repairs = (*kept, *change.repairs)
    if (change.rev, files, repairs) == (known.rev, known.files, known.repairs):
        return known
    draft = replace(
        known,
        files=files,
        rev=change.rev + 1,
        edited_by=actor.username,
        edited_at=platform.now(),
        editors=tuple(dict.fromkeys((*known.editors, actor.username))),
        repairs=repairs,
    )
    refuse(draft)
    if not tx.process_drafts.save(draft, is_apart=change.is_apart):
        now = draft_in(tx, known.number)
        zone = ZoneInfo(platform.policy.calendar.zone)
        who = names_in(tx).get(now.edited_by, now.edited_by)
        raise ConflictError(
            f"{who} saved this draft at {now.edited_at.astimezone(zone):%H:%M}, after you opened "
            "it. Open it again to see what changed, and make your change there."
        )
    return draft


def refuse(draft: ProcessDraft) -> None:
    """Refuse what cannot be kept.

    Raises:
        InvalidInputError: The title or a file cannot be kept, or there is no diagram.
    """
    problems = problems_of(draft.title, draft.files, draft.repairs)
    if not draft.of(FileKind.DIAGRAM):
        problems["Files"] = "hold no diagram (.bpmn); a process begins with one."
    if problems:
        raise InvalidInputError(problems)
