"""How a draft of a process was before, and what was uploaded to it."""

from dataclasses import replace

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.process_draft import DraftFile, DraftSave
from engine.errors import NotFoundError
from engine.services.draft_files import Uploaded, names_in
from engine.services.process_drafts import draft_in


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
        files = tx.process_drafts.files_at(number, save)
    if files is None:
        raise NotFoundError("earlier state", str(save))
    return files


def process_draft_originals(
    platform: Platform, *, actor: Actor, number: int
) -> tuple[Uploaded, ...]:
    """Return what was uploaded to a draft, byte by byte as it came, in order.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or it was put away.
    """
    actor.require(Deed.PUBLISH)
    with platform.database.read() as tx:
        draft_in(tx, number)
        return tuple(Uploaded(*each) for each in tx.process_drafts.originals(number))
