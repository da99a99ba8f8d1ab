"""Processes that are being drafted: their files, who works on them, and how they were before."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from engine.domain.process_draft import (
    ONE_SAVE,
    SAVES_KEPT,
    DraftFile,
    DraftOriginal,
    DraftRepair,
    DraftSave,
    DraftState,
    FileKind,
    ProcessDraft,
    RepairKind,
)
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.draft_tables import (
    ProcessDraftOriginalRow,
    ProcessDraftPresenceRow,
    ProcessDraftRow,
    ProcessDraftSaveRow,
)

_DRAFT, _SAVE, _PRESENCE, _ORIGINAL = (
    table_of(row)
    for row in (
        ProcessDraftRow,
        ProcessDraftSaveRow,
        ProcessDraftPresenceRow,
        ProcessDraftOriginalRow,
    )
)
_IS_OPEN = _DRAFT.c.ended_at.is_(None)
_OF = _SAVE.c.draft_id == bindparam("of")
_OPEN = select(_DRAFT).where(_IS_OPEN).order_by(_DRAFT.c.edited_at.desc(), _DRAFT.c.id.desc())
_ONE = (
    select(_DRAFT, _SAVE.c.files)
    .join_from(_DRAFT, _SAVE, (_SAVE.c.draft_id == _DRAFT.c.id) & (_SAVE.c.rev == _DRAFT.c.rev))
    .where(_DRAFT.c.id == bindparam("of"), _IS_OPEN)
)
_SAVES = select(_SAVE.c.rev, _SAVE.c.by, _SAVE.c.at).where(_OF).order_by(_SAVE.c.rev.desc())
_STATE = select(_SAVE.c.files, _SAVE.c.repairs).where(_OF, _SAVE.c.rev == bindparam("of_rev"))
_LAST = (
    select(_SAVE.c.rev, _SAVE.c.by, _SAVE.c.begun_at)
    .where(_OF)
    .order_by(_SAVE.c.rev.desc())
    .limit(1)
)
_OLDEST_KEPT = (
    select(_SAVE.c.rev).where(_OF).order_by(_SAVE.c.rev.desc()).limit(1).offset(SAVES_KEPT - 1)
)
_SEEN = _PRESENCE.c.seen_at > bindparam("since")
_ORIGINALS = (
    select(_ORIGINAL).where(_ORIGINAL.c.draft_id == bindparam("of")).order_by(_ORIGINAL.c.id)
)


class ProcessDrafts:
    """Adds, reads, saves and ends drafts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, draft: ProcessDraft) -> int:
        """Keep a new draft, whatever number it carries, and return the number it gets."""
        values = _values(draft) | {"rev": draft.rev, "ended_by": ""}
        values |= {"opened_by": draft.opened_by, "opened_at": draft.opened_at}
        values |= {"process_id": draft.process_id, "based_on": draft.based_on}
        adding = _DRAFT.insert().values(**values).returning(_DRAFT.c.id)
        number: int = self._session.execute(adding).scalar_one()
        self._add_save(number, draft)
        return number

    def get(self, number: int) -> ProcessDraft | None:
        """Return a draft that is open."""
        row = self._session.execute(_ONE, {"of": number}).first()
        return _to_draft(row, row.files) if row else None

    def all(self) -> tuple[ProcessDraft, ...]:
        """Return the drafts that are open without their files, the last edited first."""
        return tuple(_to_draft(row, ()) for row in self._session.execute(_OPEN))

    def save(self, draft: ProcessDraft, *, is_apart: bool = False) -> bool:
        """Keep the next state of a draft; tell whether nobody else had kept one meanwhile.

        Args:
            draft: As it is from now on; its ``rev`` is one more than that of what was read.
            is_apart: It is an entry of its own in the history, however soon it comes.
        """
        last = self._session.execute(_LAST, {"of": draft.number}).first()
        done = self._session.execute(
            _DRAFT.update()
            .where(_DRAFT.c.id == draft.number, _DRAFT.c.rev == draft.rev - 1, _IS_OPEN)
            .values(rev=draft.rev, **_values(draft))
        )
        if not done.rowcount:
            return False
        # What the draft began with stays an entry of its own, so that one can always go back to it.
        goes_on = last.rev > 1 and last.by == draft.edited_by and not is_apart
        if goes_on and draft.edited_at - last.begun_at < ONE_SAVE:
            self._session.execute(
                _SAVE.update()
                .where(_SAVE.c.draft_id == draft.number, _SAVE.c.rev == last.rev)
                .values(rev=draft.rev, at=draft.edited_at, **_state(draft))
            )
        else:
            self._add_save(draft.number, draft)
            self._drop_oldest(draft.number)
        return True

    def note_editor(self, draft: ProcessDraft) -> None:
        """Note who worked on a draft besides its files, as on its scenarios, and when."""
        values = {"edited_by": draft.edited_by, "edited_at": draft.edited_at}
        values |= {"editors": list(draft.editors)}
        self._session.execute(_DRAFT.update().where(_DRAFT.c.id == draft.number).values(**values))

    def rename(self, number: int, title: str) -> bool:
        """Give a draft another title; tell whether it is open and had another one."""
        one = (_DRAFT.c.id == number, _IS_OPEN, _DRAFT.c.title != title)
        done = self._session.execute(_DRAFT.update().where(*one).values(title=title))
        return bool(done.rowcount)

    def end(self, number: int, *, by: str, at: datetime) -> bool:
        """Put a draft away; tell whether it was open."""
        one = (_DRAFT.c.id == number, _IS_OPEN)
        done = self._session.execute(_DRAFT.update().where(*one).values(ended_by=by, ended_at=at))
        return bool(done.rowcount)

    def saves(self, number: int) -> tuple[DraftSave, ...]:
        """Return the states of a draft that are kept, the latest first."""
        rows = self._session.execute(_SAVES, {"of": number})
        return tuple(DraftSave(row.rev, row.by, row.at) for row in rows)

    def state_at(self, number: int, rev: int) -> DraftState | None:
        """Return a draft as it was after a save; None when that is not kept."""
        row = self._session.execute(_STATE, {"of": number, "of_rev": rev}).first()
        if row is None:
            return None
        return DraftState(_to_files(row.files), _to_repairs(row.repairs))

    def note_presence(self, number: int, *, username: str, at: datetime) -> None:
        """Note that somebody has a draft open."""
        mine = (_PRESENCE.c.draft_id == number, _PRESENCE.c.username == username)
        done = self._session.execute(_PRESENCE.update().where(*mine).values(seen_at=at))
        if not done.rowcount:
            values = {"draft_id": number, "username": username, "seen_at": at}
            self._session.execute(_PRESENCE.insert().values(**values))

    def present(self, *, since: datetime) -> dict[int, tuple[str, ...]]:
        """Return by draft who has it open, as far as they were seen after a moment."""
        query = select(_PRESENCE.c.draft_id, _PRESENCE.c.username).where(_SEEN)
        found: dict[int, tuple[str, ...]] = {}
        for row in self._session.execute(query.order_by(_PRESENCE.c.username), {"since": since}):
            found[row.draft_id] = (*found.get(row.draft_id, ()), row.username)
        return found

    def keep_original(
        self, number: int, *, name: str, content: bytes, by: str, at: datetime
    ) -> None:
        """Keep a file as it was uploaded."""
        values = {"draft_id": number, "name": name, "content": content}
        self._session.execute(_ORIGINAL.insert().values(uploaded_by=by, uploaded_at=at, **values))

    def originals(self, number: int) -> tuple[DraftOriginal, ...]:
        """Return what was uploaded to a draft, in order."""
        rows = self._session.execute(_ORIGINALS, {"of": number})
        return tuple(
            DraftOriginal(row.id, row.name, bytes(row.content), row.uploaded_by, row.uploaded_at)
            for row in rows
        )

    def _add_save(self, number: int, draft: ProcessDraft) -> None:
        at = draft.edited_at
        values = {"draft_id": number, "rev": draft.rev, "by": draft.edited_by, "begun_at": at}
        self._session.execute(_SAVE.insert().values(at=at, **_state(draft), **values))

    def _drop_oldest(self, number: int) -> None:
        """Drop what is more than is kept; what the draft began with stays."""
        oldest = self._session.execute(_OLDEST_KEPT, {"of": number}).scalar_one_or_none()
        if oldest is not None:
            older = (_SAVE.c.draft_id == number, _SAVE.c.rev < oldest, _SAVE.c.rev > 1)
            self._session.execute(_SAVE.delete().where(*older))


def _values(draft: ProcessDraft) -> dict[str, Any]:
    """Return what each save can change, besides the files."""
    return {
        "title": draft.title,
        "edited_by": draft.edited_by,
        "edited_at": draft.edited_at,
        "editors": list(draft.editors),
        "repairs": _repairs(draft.repairs),
    }


def _state(draft: ProcessDraft) -> dict[str, Any]:
    """Return what one can go back to."""
    return {"files": _files(draft.files), "repairs": _repairs(draft.repairs)}


def _repairs(repairs: Sequence[DraftRepair]) -> list[dict[str, str]]:
    return [asdict(repair) | {"kind": repair.kind.value} for repair in repairs]


def _to_repairs(rows: Sequence[dict[str, str]]) -> tuple[DraftRepair, ...]:
    return tuple(
        DraftRepair(
            row["file"],
            row["element"],
            row["label"],
            row["what"],
            row["why"],
            RepairKind(row.get("kind", RepairKind.DONE)),
        )
        for row in rows
    )


def _files(files: Sequence[DraftFile]) -> list[dict[str, str]]:
    return [{"name": f.name, "kind": f.kind.value, "content": f.content} for f in files]


def _to_files(rows: Sequence[dict[str, str]]) -> tuple[DraftFile, ...]:
    return tuple(DraftFile(row["name"], FileKind(row["kind"]), row["content"]) for row in rows)


def _to_draft(row: Row[Any], files: Sequence[dict[str, str]]) -> ProcessDraft:
    return ProcessDraft(
        number=row.id,
        process_id=row.process_id,
        title=row.title,
        based_on=row.based_on,
        files=_to_files(files),
        rev=row.rev,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        edited_by=row.edited_by,
        edited_at=row.edited_at,
        editors=tuple(row.editors),
        repairs=_to_repairs(row.repairs),
    )
