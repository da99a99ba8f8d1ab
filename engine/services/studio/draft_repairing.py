"""A draft that was drawn elsewhere is made runnable; what it was is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.form_file import read_form
from engine.domain.process_draft import (
    DraftFile,
    DraftRepair,
    FileKind,
    ProcessDraft,
    RepairKind,
)
from engine.errors import ConflictError, NotFoundError
from engine.process.finding import Finding, blocks
from engine.process.repair import Outlook, Repair, RepairedDiagram, outlook, repair_all
from engine.services.journal.jotting import jot_organisation
from engine.services.studio.draft_files import digest_of, original_of
from engine.services.studio.draft_naming import as_in_file, misnamed
from engine.services.studio.draft_saving import Change, draft_in, save_in
from engine.services.studio.process_drafts import process_draft
from engine.store.transaction import Transaction

_ASKED = frozenset({RepairKind.GUESS, RepairKind.OPEN})


def process_draft_outlook(platform: Platform, *, actor: Actor, number: int) -> Outlook:
    """Return what forbids to publish a draft, and how much of it a repair mends.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or it was put away.
        DiagramRejectedError: A diagram cannot be read by any means.
    """
    actor.require(Deed.PUBLISH)
    draft = process_draft(platform, actor=actor, number=number)
    diagrams, tables, forms = (draft.contents(kind) for kind in FileKind)
    seen = outlook(diagrams, process_id=draft.process_id, tables=tables, forms=forms)
    wrong = misnamed(draft)
    found, mended = (tuple(as_in_file(draft, each)) for each in (seen.found, seen.mended))
    mended, left = (*wrong, *mended), seen.left
    if wrong and not seen.is_named:
        mended, left = mended[1:], (*wrong, *left)
    return replace(seen, found=(*wrong, *found), mended=mended, left=left)


def repair_process_draft(
    platform: Platform, *, actor: Actor, number: int, rev: int
) -> ProcessDraft:
    """Make the diagrams of a draft runnable as far as a machine can, and return the draft.

    Each repair is kept with the draft, and what a person must decide besides. The files as they
    were are kept as an earlier state, and as they were uploaded.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or it was put away.
        ConflictError: Somebody saved meanwhile, or there is nothing to repair.
        DiagramRejectedError: A diagram cannot be read by any means.
        InvalidInputError: What came of it is too large to be kept.
    """
    actor.require(Deed.PUBLISH)
    draft = process_draft(platform, actor=actor, number=number)
    diagrams, tables, forms = (draft.contents(kind) for kind in FileKind)
    done = repair_all(diagrams, process_id=draft.process_id, tables=tables, forms=forms)
    change = _change(draft, rev, done)
    if not change.files and draft.rev == rev:
        raise ConflictError("Nothing in this draft can be repaired by itself.")

    def work(tx: Transaction) -> ProcessDraft:
        saved = save_in(platform, tx, actor, draft_in(tx, number), change)
        told = {"draft": number, "process": draft.process_id, "repairs": len(change.repairs)}
        told |= {"originals": _originals(tx, draft, change.files, actor)}
        jot_organisation(platform, tx, actor=actor, kind="draft.repaired", **told)
        return saved

    return platform.database.write(work)


def confirm_process_repair(
    platform: Platform, *, actor: Actor, number: int, rev: int, repair: DraftRepair
) -> ProcessDraft:
    """Confirm what a repair has guessed or left open, so that nobody is asked about it again.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or nothing of this kind is asked about it.
        ConflictError: Somebody saved meanwhile; says who, and when.
    """
    actor.require(Deed.PUBLISH)

    def work(tx: Transaction) -> ProcessDraft:
        draft = draft_in(tx, number)
        if repair not in draft.repairs or repair.kind not in _ASKED:
            raise NotFoundError("question", repair.what)
        known = replace(repair, kind=RepairKind.CONFIRMED)
        kept = tuple(known if each == repair else each for each in draft.repairs)
        return save_in(platform, tx, actor, draft, Change(rev, (), kept=kept))

    return platform.database.write(work)


def _change(draft: ProcessDraft, rev: int, done: Sequence[RepairedDiagram]) -> Change:
    files: list[DraftFile] = []
    repairs: list[DraftRepair] = []
    taken = {file.name.casefold() for file in draft.files}
    for file, result in zip(draft.of(FileKind.DIAGRAM), done, strict=True):
        if result.content != file.content.encode():
            files.append(replace(file, content=result.content.decode()))
        repairs += (_told(file.name, each) for each in result.repairs)
        repairs += (_asked(file.name, each) for each in result.questions)
        for content in result.forms:
            form = read_form(content)
            name = _free(form.id, taken)
            files.append(DraftFile(name, FileKind.FORM, content.decode()))
            why = f"Steps of {file.name} ask it."
            repairs.append(DraftRepair(name, "", form.title, "The form was written.", why))
    return Change(rev, tuple(files), repairs=tuple(repairs), is_apart=True)


def _free(stem: str, taken: set[str]) -> str:
    names = (f"{stem}{number}.json" for number in ("", *range(2, len(taken) + 3)))
    name = next(name for name in names if name.casefold() not in taken)
    taken.add(name.casefold())
    return name


def _told(file: str, repair: Repair) -> DraftRepair:
    return DraftRepair(file, repair.element, repair.label, repair.done, repair.why)


def _asked(file: str, question: Finding) -> DraftRepair:
    why = " ".join(part for part in (question.why, question.fix) if part)
    kind = RepairKind.OPEN if blocks([question]) else RepairKind.GUESS
    return DraftRepair(file, question.element, question.label, question.problem, why, kind)


def _originals(
    tx: Transaction, draft: ProcessDraft, changed: Iterable[DraftFile], actor: Actor
) -> list[str]:
    """Keep each changed file as it was, unless it is kept as it was uploaded; return digests."""
    names = {file.name for file in changed}
    known = tx.process_drafts.originals(draft.number)
    digests = []
    for file in draft.of(FileKind.DIAGRAM):
        if file.name not in names:
            continue
        found = original_of(file, known)
        content = found.content if found else file.content.encode()
        if found is None:
            tx.process_drafts.keep_original(
                draft.number, name=file.name, content=content, by=actor.username, at=draft.edited_at
            )
        digests.append(digest_of(content))
    return digests
