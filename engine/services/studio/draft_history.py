"""How a draft of a process was before, and what was uploaded to it."""

from dataclasses import replace

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.form_file import examine
from engine.domain.process_draft import (
    DraftFile,
    DraftOriginal,
    DraftSave,
    DraftState,
    FileKind,
    ProcessDraft,
)
from engine.errors import NotFoundError
from engine.services.journal.jotting import jot_organisation
from engine.services.studio.draft_files import Uploaded, names_in, read_uploads
from engine.services.studio.draft_saving import Change, draft_in, save_in
from engine.store.transaction import Transaction


def process_draft_saves(platform: Platform, *, actor: Actor, number: int) -> tuple[DraftSave, ...]:
    """Return the earlier states of a draft that are kept, the latest first.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or it was put away.
    """
    actor.require(Deed.PUBLISH)
    with platform.database.read() as tx:
        draft_in(tx, number)
        names = names_in(tx)
        return tuple(
            replace(save, by=names.get(save.by, save.by))
            for save in tx.process_drafts.saves(number)
        )


def process_draft_at(
    platform: Platform, *, actor: Actor, number: int, save: int
) -> tuple[DraftFile, ...]:
    """Return the files of a draft as they were after an earlier save.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or that state is not kept.
    """
    actor.require(Deed.PUBLISH)
    with platform.database.read() as tx:
        draft_in(tx, number)
        return state_in(tx, number, save).files


def return_process_draft(
    platform: Platform, *, actor: Actor, number: int, rev: int, save: int
) -> ProcessDraft:
    """Make a draft what it was after an earlier save, and return it; nothing of it is lost.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or that state is not kept.
        ConflictError: Somebody saved meanwhile; says who, and when.
    """
    actor.require(Deed.PUBLISH)

    def work(tx: Transaction) -> ProcessDraft:
        draft, state = draft_in(tx, number), state_in(tx, number, save)
        names = {file.name for file in state.files}
        without = frozenset(file.name for file in draft.files if file.name not in names)
        change = Change(rev, state.files, without, kept=state.repairs, is_apart=True)
        saved = save_in(platform, tx, actor, draft, change)
        told = {"draft": number, "process": draft.process_id, "save": save}
        jot_organisation(platform, tx, actor=actor, kind="draft.returned", **told)
        return saved

    return platform.database.write(work)


def process_draft_originals(
    platform: Platform, *, actor: Actor, number: int
) -> tuple[DraftOriginal, ...]:
    """Return what was uploaded to a draft, byte by byte as it came, in order.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or it was put away.
    """
    actor.require(Deed.PUBLISH)
    with platform.database.read() as tx:
        draft_in(tx, number)
        names = names_in(tx)
        return tuple(
            replace(each, by=names.get(each.by, each.by))
            for each in tx.process_drafts.originals(number)
        )


def take_back_original(
    platform: Platform, *, actor: Actor, number: int, rev: int, original: int
) -> ProcessDraft:
    """Put a file back as it was uploaded, with what was repaired in it undone; return the draft.

    Forms that were written for it go, unless another diagram names them. The draft as it was
    until now is kept as an earlier state.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or no such original of it.
        ConflictError: Somebody saved meanwhile; says who, and when.
    """
    actor.require(Deed.PUBLISH)

    def work(tx: Transaction) -> ProcessDraft:
        draft = draft_in(tx, number)
        every = tx.process_drafts.originals(number)
        found = next((each for each in every if each.number == original), None)
        if found is None:
            raise NotFoundError("original", str(original))
        given = read_uploads([Uploaded(found.name, found.content)])
        gone = _written_for(draft, given.files[0])
        kept = [each for each in draft.repairs if each.file not in {given.files[0].name, *gone}]
        change = Change(
            rev, given.files, gone, repairs=given.repairs, kept=tuple(kept), is_apart=True
        )
        saved = save_in(platform, tx, actor, draft, change)
        told = {"draft": number, "process": draft.process_id, "original": given.digests[0]}
        jot_organisation(platform, tx, actor=actor, kind="draft.original_taken_back", **told)
        return saved

    return platform.database.write(work)


def _written_for(draft: ProcessDraft, original: DraftFile) -> frozenset[str]:
    """Return the forms that a repair wrote and that no diagram names without it."""
    diagrams = {file.name: file.content for file in draft.of(FileKind.DIAGRAM)}
    said = "".join((diagrams | {original.name: original.content}).values())
    written = {each.file for each in draft.repairs}
    return frozenset(
        file.name
        for file in draft.of(FileKind.FORM)
        if file.name in written and f'"{_id_of(file)}"' not in said
    )


def _id_of(file: DraftFile) -> str:
    form, _ = examine(file.content.encode())
    return form.id if form else ""


def state_in(tx: Transaction, number: int, save: int) -> DraftState:
    """Return a draft as it was after an earlier save.

    Raises:
        NotFoundError: That state is not kept.
    """
    found = tx.process_drafts.state_at(number, save)
    if found is None:
        raise NotFoundError("earlier state", str(save))
    return found
