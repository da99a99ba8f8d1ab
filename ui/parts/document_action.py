"""What can be done with one document: a newer version, a redacted copy, a word, an end."""

from collections.abc import Callable, Mapping

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.document import Description, Document, DocumentFile, FileState, Origin, Purpose
from engine.domain.permission import judge
from engine.services.documents import documents
from ui.once import say
from ui.parts.dialog import WHY, ask_reason, confirm, known
from ui.parts.look import Look
from ui.parts.sending import upload_to
from ui.parts.words import plain

_Draw = Callable[[Look, Document], None]


@st.dialog("Change a document", icon=":material/description:")
def change(look: Look, document: Document, *, sees_original: bool) -> None:
    """Ask what is to be done with a document, and do it."""
    newest = document.newest
    st.markdown(f"**{plain(newest.download_name if newest else '')}**")
    possible = _possible(look, document, sees_original=sees_original)
    if not possible:
        st.markdown("There is nothing that you may change about it.")
        return
    chosen = st.radio(
        "What is to be done",
        [*possible],
        horizontal=True,
        key=f"document:{look.reference}:{document.number}:what",
        label_visibility="collapsed",
    )
    possible[chosen](look, document)


def _possible(look: Look, document: Document, *, sees_original: bool) -> Mapping[str, _Draw]:
    """Return what the person may do with the document as it stands."""

    def may(deed: Deed) -> bool:
        return judge(deed, look.person.roles, look.file.relation).allowed

    found: dict[str, _Draw] = {}
    if _held(document) and may(Deed.RELEASE_FILE):
        found["Release"] = _release
    if may(Deed.FILE) and sees_original:
        found["Describe"] = _describe
        found["New version"] = _add_version
        has_copy = document.file(document.versions, is_redacted=True) is not None
        if may(Deed.SEE_ORIGINAL) and not has_copy:
            found["Redacted copy"] = _add_redacted
    if may(Deed.WITHDRAW_DOCUMENT) and sees_original:
        found["Withdraw"] = _withdraw
    return found


def _held(document: Document) -> list[DocumentFile]:
    return [file for file in document.files if file.state is FileState.HELD and file.kind]


def _add_version(look: Look, document: Document) -> None:
    st.markdown("The versions before it stay.")
    _send(look, document, "versions", "Add the version", "The version is added.")


def _add_redacted(look: Look, document: Document) -> None:
    st.markdown(
        "A copy of the newest version in which what is nobody else's business is blackened. "
        "Whoever does not work on the complaint sees it instead of every original."
    )
    _send(look, document, "redacted-copy", "Add the copy", "The redacted copy is added.")


def _send(look: Look, document: Document, route: str, button: str, done: str) -> None:
    key = f"document:{look.reference}:{document.number}:{route}:{document.versions}"
    if upload_to(look, f"/{document.number}/{route}", key=key, button=button, is_one=True):
        say(done)
        st.rerun()


def _describe(look: Look, document: Document) -> None:
    key = f"document:{look.reference}:{document.number}"
    purpose = st.selectbox(
        "What it is for",
        [*Purpose],
        index=[*Purpose].index(document.purpose),
        format_func=lambda each: each.title,
        key=f"{key}:purpose",
    )
    origin = st.selectbox(
        "It comes from",
        [*Origin],
        index=list(Origin).index(document.origin),
        format_func=lambda each: each.title,
        key=f"{key}:origin",
    )
    text = st.text_area("Description", value=document.description, key=f"{key}:text")
    is_closed = st.toggle(
        "Others see a redacted copy only", value=document.is_closed, key=f"{key}:closed"
    )
    confirm(
        "Keep",
        key=f"{key}:describe",
        command=f"describe:{look.reference}:{document.number}",
        act=lambda command_id: documents.describe(
            **known(look),
            number=document.number,
            about=Description(purpose, origin, text or "", is_closed),
            command_id=command_id,
        ),
        done="The description is kept.",
    )


def _withdraw(look: Look, document: Document) -> None:
    st.markdown("It does not count any more. It stays, with your reason.")
    key = f"document:{look.reference}:{document.number}"
    reason = ask_reason(f"{key}:why", note=WHY)
    confirm(
        "Withdraw it",
        key=f"{key}:withdraw",
        command=f"withdraw-document:{look.reference}:{document.number}",
        act=lambda command_id: documents.withdraw(
            **known(look), number=document.number, reason=reason, command_id=command_id
        ),
        done="The document is withdrawn.",
    )


def _release(look: Look, document: Document) -> None:
    held = _held(document)[-1]
    st.markdown(
        f"It was held back: {plain(held.finding)} Released, it can be downloaded by everybody who "
        "may see the document. Open it only where it can do no harm."
    )
    key = f"document:{look.reference}:{document.number}"
    reason = ask_reason(f"{key}:release:why", note=WHY)
    confirm(
        "Release it",
        key=f"{key}:release",
        command=f"release-file:{look.reference}:{document.number}:{held.id}",
        act=lambda command_id: documents.release(
            **known(look),
            number=document.number,
            version=held.version,
            is_redacted=held.is_redacted,
            reason=reason,
            command_id=command_id,
        ),
        done="The file is released.",
    )
