"""What the editors of the studio have in common: a file handed to the browser, and edits of it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import streamlit as st

from ui.asset import asset_address
from ui.parts.diagram import Focus
from ui.parts.source import source


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that is edited in the browser.

    Attributes:
        name: Of the file among all that this person edits; unsaved changes are kept under it.
        xml: The file as it is saved now.
        rev: Changes when the file must be read anew, not with each save of the one who edits it.
        saved: The ``n`` of the last edit that was saved; 0 for none.
    """

    name: str
    xml: str
    rev: str
    saved: int = 0


class Edited(NamedTuple):
    """A file as the browser has it now.

    Attributes:
        n: Grows with each edit.
        base: Digest of the file that was last known to be saved when this was sent.
    """

    xml: str
    n: int
    base: str


class Remark(Protocol):
    """Something to say about an element; findings of the rules are such."""

    @property
    def element(self) -> str:
        """Id in the file; empty when the whole file is meant."""

    @property
    def severity(self) -> str:
        """``blocking``, ``rewritten`` or ``advice``."""

    @property
    def sentence(self) -> str:
        """What is to be said."""


def loader(asset: str) -> str:
    """Return the script that fetches a built bundle once, and keeps it."""
    return source("diagram.js").replace("@VIEWER@", asset_address(asset))


def told(sheet: Sheet, remarks: Iterable[Remark], focus: Focus | None) -> dict[str, Any]:
    """Return what every editor is told."""
    return {
        "name": sheet.name,
        "xml": sheet.xml,
        "rev": sheet.rev,
        "saved": sheet.saved,
        "digest": digest_of(sheet.xml),
        "findings": [
            {"element": each.element, "severity": str(each.severity), "sentence": each.sentence}
            for each in remarks
        ],
        "focus": None if focus is None else focus._asdict(),
    }


def edited_in(key: str, sheet: Sheet) -> Edited | None:
    """Return the edit of a sheet that waits to be saved, before or after the editor is drawn.

    Args:
        key: Of the editor on its page.
        sheet: What it was handed; edits of another ``rev``, and saved ones, are passed over.
    """
    state = st.session_state.get(key)
    made = state.get("edited") if isinstance(state, Mapping) else None
    if not isinstance(made, Mapping) or made.get("rev") != sheet.rev:
        return None
    xml, n, base = made.get("xml"), made.get("n"), made.get("base")
    if not isinstance(xml, str) or not isinstance(n, int) or n <= sheet.saved:
        return None
    return Edited(xml, n, str(base))


def digest_of(xml: str) -> str:
    """Return by what two states of a file are told apart."""
    return hashlib.sha256(xml.encode()).hexdigest()


def rerun_only() -> None:
    """Do nothing: an edit reruns the page, which reads it from the state of the editor."""
