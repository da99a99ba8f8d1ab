"""Drafts of a process: opened, saved as one types, checked, put away."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePath

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.kept_scenario import KeptScenario
from engine.domain.process_draft import (
    LONGEST_TITLE,
    PRESENT_FOR,
    DraftFile,
    DraftRepair,
    FileKind,
    ProcessDraft,
    problems_of,
)
from engine.errors import ConflictError, InvalidInputError, NotFoundError
from engine.process.file_name import main_process, renamed
from engine.process.finding import Finding
from engine.services.journal.jotting import jot_organisation
from engine.services.process.processes import COMPLAINT
from engine.services.studio.draft_files import (
    Uploaded,
    files_of,
    keep_originals,
    names_in,
    read_uploads,
    version_in,
)
from engine.services.studio.draft_naming import checked, misnamed
from engine.services.studio.draft_saving import Change, draft_in, refuse, save_in
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class ListedDraft:
    """A draft in a list.

    Attributes:
        based_on: Number of the version that it was opened from; None for none.
        present: Names of those who have it open at this moment.
    """

    number: int
    title: str
    based_on: int | None
    edited_by: str
    edited_at: datetime
    present: tuple[str, ...]


def open_process_draft(
    platform: Platform,
    *,
    actor: Actor,
    title: str = "",
    version: int = 0,
    files: Sequence[Uploaded] = (),
) -> ProcessDraft:
    """Open a draft from a published version, or from files, and return it.

    It gets a copy of the scenarios of that version; with files, of the live one.

    Args:
        platform: Where processes are kept.
        actor: Who opens it.
        title: By which people tell drafts apart; empty for one that says where it comes from.
        version: Number of the version that it begins with; 0 for the latest one.
        files: What it begins with instead of a version; the first diagram holds the main process.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such version.
        InvalidInputError: A file cannot be read, belongs to no process, or is too large.
    """
    actor.require(Deed.PUBLISH)
    given = read_uploads(files)
    if files and not any(file.kind is FileKind.DIAGRAM for file in given.files):
        raise InvalidInputError({"Files": "hold no diagram (.bpmn); a process begins with one."})

    def work(tx: Transaction) -> ProcessDraft:
        at, based_on, content = platform.now(), "", given.files
        named = title.strip() or (PurePath(files[0].name).stem[:LONGEST_TITLE] if files else "")
        if not files:
            base = version_in(tx, version, at=at)
            based_on, content = base.digest, files_of(base)
            named = named or f"Draft from version {base.version}"
        draft = ProcessDraft(
            number=0,
            process_id=COMPLAINT,
            title=named,
            based_on=based_on,
            files=content,
            rev=1,
            opened_by=actor.username,
            opened_at=at,
            edited_by=actor.username,
            edited_at=at,
            editors=(actor.username,),
            repairs=given.repairs,
        )
        refuse(draft)
        number = tx.process_drafts.add(draft)
        keep_originals(tx, number, files, actor, at)
        tx.scenarios.add_all(_scenarios(tx, based_on, at), draft=number)
        told = {"draft": number, "process": COMPLAINT, "based_on": based_on}
        told |= {"originals": list(given.digests)} if files else {}
        jot_organisation(platform, tx, actor=actor, kind="draft.opened", **told)
        return replace(draft, number=number)

    return platform.database.write(work)


def process_drafts(platform: Platform, *, actor: Actor) -> tuple[ListedDraft, ...]:
    """Return the drafts that are open, the last edited first.

    Raises:
        NotAllowedError: The actor may not publish.
    """
    actor.require(Deed.PUBLISH)
    with platform.database.read() as tx:
        found = tx.process_drafts.all()
        present = tx.process_drafts.present(since=platform.now() - PRESENT_FOR)
        numbers = {each.digest: each.version for each in tx.processes.versions(COMPLAINT)}
        names = names_in(tx)
    return tuple(
        ListedDraft(
            number=draft.number,
            title=draft.title,
            based_on=numbers.get(draft.based_on),
            edited_by=names.get(draft.edited_by, draft.edited_by),
            edited_at=draft.edited_at,
            present=tuple(names.get(who, who) for who in present.get(draft.number, ())),
        )
        for draft in found
    )


def process_draft(platform: Platform, *, actor: Actor, number: int) -> ProcessDraft:
    """Return a draft with its files.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or it was put away.
    """
    actor.require(Deed.PUBLISH)
    with platform.database.read() as tx:
        return draft_in(tx, number)


def save_process_draft(
    platform: Platform,
    *,
    actor: Actor,
    number: int,
    rev: int,
    files: Sequence[DraftFile],
    without: Collection[str] = (),
    repairs: Sequence[DraftRepair] = (),
    is_apart: bool = False,
) -> ProcessDraft:
    """Save one file of a draft, or several, and return the draft as it is then.

    Args:
        platform: Where drafts are kept.
        actor: Who saves.
        number: Of the draft.
        rev: That of the draft which was read; it is refused when somebody saved since.
        files: What changed; a file of the same name is replaced, another one added.
        without: Names of files that are taken away.
        repairs: What a program changed in them, to be kept with the draft.
        is_apart: Keep what was saved before as an earlier state, however little time has passed.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or it was put away.
        ConflictError: Somebody saved meanwhile; says who, and when.
        InvalidInputError: A file cannot be kept, or no diagram is left.
    """
    actor.require(Deed.PUBLISH)

    def work(tx: Transaction) -> ProcessDraft:
        change = Change(rev, tuple(files), frozenset(without), tuple(repairs), is_apart=is_apart)
        return save_in(platform, tx, actor, draft_in(tx, number), change)

    return platform.database.write(work)


def add_process_files(
    platform: Platform, *, actor: Actor, number: int, rev: int, files: Sequence[Uploaded]
) -> ProcessDraft:
    """Add uploaded files to a draft, keep them as they came besides, and return the draft.

    Files that it holds already, word by word, change nothing.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or it was put away.
        ConflictError: Somebody saved meanwhile; says who, and when.
        InvalidInputError: A file cannot be read, belongs to no process, or is too large.
    """
    actor.require(Deed.PUBLISH)
    given = read_uploads(files)

    def work(tx: Transaction) -> ProcessDraft:
        change = Change(rev, given.files, repairs=given.repairs, is_apart=True)
        draft = draft_in(tx, number)
        saved = save_in(platform, tx, actor, draft, change)
        if saved.rev == draft.rev:
            return saved
        keep_originals(tx, number, files, actor, platform.now())
        told = {"draft": number, "process": COMPLAINT, "originals": list(given.digests)}
        jot_organisation(platform, tx, actor=actor, kind="draft.files_added", **told)
        return saved

    return platform.database.write(work)


def rename_process_draft(platform: Platform, *, actor: Actor, number: int, title: str) -> None:
    """Give a draft another title.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or it was put away.
        InvalidInputError: The title cannot be used.
    """
    actor.require(Deed.PUBLISH)
    wanted = title.strip()
    if problems := problems_of(wanted, ()):
        raise InvalidInputError(problems)

    def work(tx: Transaction) -> None:
        draft_in(tx, number)
        tx.process_drafts.rename(number, wanted)

    platform.database.write(work)


def discard_process_draft(platform: Platform, *, actor: Actor, number: int) -> None:
    """Put a draft away for good; what was published from it stays.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or it was put away.
    """
    actor.require(Deed.PUBLISH)

    def work(tx: Transaction) -> None:
        if not tx.process_drafts.end(number, by=actor.username, at=platform.now()):
            raise NotFoundError("draft", str(number))
        told = {"draft": number, "process": COMPLAINT}
        jot_organisation(platform, tx, actor=actor, kind="draft.discarded", **told)

    platform.database.write(work)


def attend_process_draft(platform: Platform, *, actor: Actor, number: int) -> tuple[str, ...]:
    """Note that the actor has a draft open, and return the names of the others who have.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or it was put away.
    """
    actor.require(Deed.PUBLISH)

    def work(tx: Transaction) -> tuple[str, ...]:
        draft_in(tx, number)
        at = platform.now()
        tx.process_drafts.note_presence(number, username=actor.username, at=at)
        present = tx.process_drafts.present(since=at - PRESENT_FOR).get(number, ())
        names = names_in(tx)
        return tuple(names.get(who, who) for who in present if who != actor.username)

    return platform.database.write(work)


def check_process_draft(platform: Platform, *, actor: Actor, number: int) -> tuple[Finding, ...]:
    """Return everything there is to say about a draft, what forbids publishing first.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or it was put away.
    """
    return checked(process_draft(platform, actor=actor, number=number))


def name_main_process(platform: Platform, *, actor: Actor, number: int, rev: int) -> ProcessDraft:
    """Give the main process of a draft the id by which complaints find it; return the draft.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or it was put away.
        ConflictError: It has that id already, or somebody saved meanwhile.
    """
    actor.require(Deed.PUBLISH)

    def work(tx: Transaction) -> ProcessDraft:
        draft = draft_in(tx, number)
        if not misnamed(draft):
            raise ConflictError(f"The process has the id “{draft.process_id}” already.")
        diagrams = draft.of(FileKind.DIAGRAM)
        own = main_process(diagrams[0].content.encode())
        files = tuple(
            replace(each, content=renamed(each.content, own, draft.process_id)) for each in diagrams
        )
        return save_in(platform, tx, actor, draft, Change(rev, files, is_apart=True))

    return platform.database.write(work)


def _scenarios(tx: Transaction, digest: str, at: datetime) -> tuple[KeptScenario, ...]:
    """Return the scenarios of a version; where none is named, of the one that is live."""
    live = tx.releases.valid(COMPLAINT, at)
    return tx.scenarios.of_version(digest or (live[0] if live else "")) or ()
