"""The form on the desk of its maker: each change is saved to the draft as it is made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from engine.domain.form_sheet import FormSheet, read_sheet
from engine.domain.process_draft import DraftFile, FileKind, ProcessDraft
from engine.errors import ConflictError, RedressError
from engine.services.studio import process_drafts
from ui.parts.words import plain
from ui.session import actor, platform

Change = Callable[[FormSheet], FormSheet]


@dataclass(frozen=True, slots=True)
class Desk:
    """One form of a draft, while somebody works on it.

    Attributes:
        draft: As it was read for this page.
        file: Name of the file of the form.
    """

    draft: ProcessDraft
    file: str

    @property
    def key(self) -> str:
        """Return with what the names of widgets begin; another one once others saved."""
        return f"forms:{self.draft.number}:{self.file}:{self._turn()}"

    @property
    def sheet(self) -> FormSheet | None:
        """Return the form as it stands in the draft; None where it cannot be read."""
        return _sheet_in(self.draft, self.file)

    def text_input(self, label: str, part: str, at: int | None = None, help_: str = "") -> None:
        """Ask for a line of text."""
        key = self._restore(part, at, self.text(part, at))
        st.text_input(label, key=key, help=help_ or None, **self._saving(part, at, key))

    def text_area(self, label: str, part: str, at: int | None = None, help_: str = "") -> None:
        """Ask for a few lines of text."""
        key = self._restore(part, at, self.text(part, at))
        st.text_area(label, height=90, key=key, help=help_ or None, **self._saving(part, at, key))

    def text(self, part: str, at: int | None = None) -> str:
        """Return what stands in a part of the form, or of one of its fields."""
        sheet = self.sheet
        return sheet.text(part, at) if sheet else ""

    def ask(
        self,
        draw: Callable[..., object],
        part: str,
        at: int,
        stored: object,
        *,
        of: Callable[[Any], object] = lambda value: value,
    ) -> None:
        """Ask for a part of a field.

        Args:
            draw: Draws the widget; takes its key, and what is to be done when it changes.
            part: Of the field.
            at: Position of the field.
            stored: What the widget begins with.
            of: Turns what the widget holds into what the form says.
        """
        key = self._restore(part, at, stored)
        draw(key=key, on_change=self._take, args=(part, at, key, of))

    def put(self, part: str, at: int | None, value: object) -> None:
        """Save another value of a part of the form, or of the field that stood at a position."""
        name = self.text("name", at) if at is not None else ""
        self._save(lambda sheet: sheet.with_part(part, value, sheet.place_of(name, at)))

    def change(self, act: Change) -> None:
        """Change the order or the number of the fields; the widgets begin anew."""
        if self._save(act):
            st.session_state[self._turns] = self._turn() + 1

    def keep(self, sheet: FormSheet) -> bool:
        """Keep a new form, and tell whether that was possible."""
        return self._save(lambda _: sheet)

    def remove(self) -> bool:
        """Take the form out of the draft, and tell whether that was possible."""
        return self._attempt(lambda draft: self._put(draft, None))

    def draw_trouble(self) -> None:
        """Say why the last change was not saved."""
        trouble = st.session_state.pop(f"{self._turns}:trouble", "")
        if trouble:
            st.error(plain(f"Not saved. {trouble}"), icon=":material/error:")

    @property
    def _turns(self) -> str:
        return f"forms:turn:{self.draft.number}:{self.file}"

    def _turn(self) -> int:
        """Return how often the widgets began anew; they do when somebody else has saved."""
        known = st.session_state.get(f"{self._turns}:rev", self.draft.rev)
        if known < self.draft.rev:
            st.session_state[self._turns] = st.session_state.get(self._turns, 0) + 1
        st.session_state[f"{self._turns}:rev"] = max(known, self.draft.rev)
        turn: int = st.session_state.get(self._turns, 0)
        return turn

    def _restore(self, part: str, at: int | None, stored: object) -> str:
        key = f"{self.key}:{at}:{part}"
        if key not in st.session_state:
            st.session_state[key] = stored
        return key

    def _saving(self, part: str, at: int | None, key: str) -> dict[str, Any]:
        return {"on_change": self._take, "args": (part, at, key, lambda value: value)}

    def _take(self, part: str, at: int | None, key: str, of: Callable[[Any], object]) -> None:
        """Save what a widget holds into its part of the form."""
        self.put(part, at, of(st.session_state[key]))

    def _save(self, act: Change) -> bool:
        def put(draft: ProcessDraft) -> ProcessDraft:
            sheet = _sheet_in(draft, self.file) or FormSheet({"fields": []})
            return self._put(draft, act(sheet).written())

        return self._attempt(put)

    def _attempt(self, put: Callable[[ProcessDraft], ProcessDraft]) -> bool:
        """Save over the draft as it is now: what others changed meanwhile stays."""
        number = self.draft.number
        try:
            known = process_drafts.process_draft(platform(), actor=actor(), number=number)
            saved = _twice(put, known)
        except RedressError as refusal:
            st.session_state[f"{self._turns}:trouble"] = str(refusal)
            return False
        if known.rev == st.session_state.get(f"{self._turns}:rev", known.rev):
            st.session_state[f"{self._turns}:rev"] = saved.rev
        return True

    def _put(self, draft: ProcessDraft, content: str | None) -> ProcessDraft:
        files = [] if content is None else [DraftFile(self.file, FileKind.FORM, content)]
        return process_drafts.save_process_draft(
            platform(),
            actor=actor(),
            number=draft.number,
            rev=draft.rev,
            files=files,
            without=[self.file] if content is None else (),
        )


def _twice(put: Callable[[ProcessDraft], ProcessDraft], known: ProcessDraft) -> ProcessDraft:
    """Save, and once more over what somebody saved in the same moment."""
    try:
        return put(known)
    except ConflictError:
        number = known.number
        return put(process_drafts.process_draft(platform(), actor=actor(), number=number))


def _sheet_in(draft: ProcessDraft, name: str) -> FormSheet | None:
    found = draft.file(name)
    return read_sheet(found.content) if found else None
