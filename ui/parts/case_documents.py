"""The documents of a case: what there is, and sending more."""

from collections.abc import Iterator

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.document import Document, DocumentFile, FileState
from engine.domain.permission import judge
from engine.services.documents import document_reading
from engine.services.documents.document_reading import CaseDocuments
from ui.once import say
from ui.parts import words
from ui.parts.document_action import change
from ui.parts.documents import DocumentLine, FileLine, Tone, documents
from ui.parts.look import Look
from ui.parts.sending import root, upload_to
from ui.session import platform
from ui.way import address

_CHANGES = (Deed.FILE, Deed.WITHDRAW_DOCUMENT, Deed.RELEASE_FILE)


def draw_documents(look: Look) -> None:
    """Draw the documents, newest first, and what sends more."""
    found = document_reading.of_case(platform(), actor=look.person, reference=look.reference)
    if why_not := _why_not(look, found):
        st.markdown(f":small[{why_not}]")
    else:
        _draw_upload(look)
    if not found.documents:
        st.markdown("No documents yet.")
        return
    lines = [_line(look, found, each) for each in reversed(found.documents)]
    chosen = documents(lines, key=f"documents:{look.reference}")
    wanted = next((each for each in found.documents if each.number == chosen), None)
    if wanted is not None:
        change(look, wanted, sees_original=found.sees_originals or not wanted.is_closed)


def _draw_upload(look: Look) -> None:
    with st.expander("Add documents", icon=":material/upload_file:"):
        arrived = upload_to(look, "", key=f"upload:{look.reference}", button="Add")
    if arrived:
        say(f"{words.counted(arrived, 'document')} added.")
        st.rerun()


def _why_not(look: Look, found: CaseDocuments) -> str:
    """Return why nothing can be added, ready for Markdown; empty where it can."""
    if look.case.erased_at is not None:
        return "The personal data of this complaint were erased."
    if not judge(Deed.FILE, look.person.roles, look.file.relation).allowed:
        return "You may read documents here, and not add any."
    if look.case.is_suspended:
        return "The case is suspended; documents can be added once it is resumed."
    return "" if found.has_room else "This complaint has as many files as are kept."


def _line(look: Look, found: CaseDocuments, document: Document) -> DocumentLine:
    newest = document.newest
    others = [file for file in reversed(document.files) if file is not newest]
    is_over = document.withdrawn_at is not None
    may = any(judge(deed, look.person.roles, look.file.relation).allowed for deed in _CHANGES)
    is_at_rest = look.case.is_suspended or look.case.erased_at is not None
    return DocumentLine(
        number=document.number,
        file=_file(look, found, document, newest) if newest else None,
        badges=tuple(_badges(document)),
        about=_about(look, document),
        others=tuple(_file(look, found, document, file) for file in others),
        can_change=may and not is_at_rest and not is_over and newest is not None,
    )


def _badges(document: Document) -> Iterator[tuple[str, Tone]]:
    newest = document.newest
    if document.withdrawn_at is not None:
        yield "Withdrawn", "orange"
    if newest and newest.state is not FileState.KEPT:
        yield "Held back", "orange"
    if document.versions > 1:
        yield f"Version {document.versions}", "blue"
    if document.is_closed:
        is_copy = newest is not None and newest.is_redacted
        yield ("Redacted copy" if is_copy else "Original closed to others"), "gray"


def _about(look: Look, document: Document) -> str:
    parts = [f"{document.purpose.title}, from {document.origin.title.lower()}."]
    parts += _came_with(look, document.number)
    if (newest := document.newest) and newest.sha256:
        parts.append(f"SHA-256 {newest.sha256}")
    if document.description:
        parts.append(document.description)
    if document.withdrawn_at is not None:
        parts.append(f"Withdrawn: {document.withdrawal_reason}")
    return "\n".join(parts)


def _came_with(look: Look, number: int) -> Iterator[str]:
    """Yield what a document came with: the answer to a request, or an interview."""
    for inquiry in look.file.inquiries:
        if number in inquiry.answer_documents:
            who = inquiry.source or inquiry.name or look.file.names.get(inquiry.to, inquiry.to)
            yield f"It came with the answer to request {inquiry.number}, from {who}."
    for interview in look.file.interviews:
        if number in interview.documents:
            yield f"It belongs to interview {interview.number}."


def _file(look: Look, found: CaseDocuments, document: Document, file: DocumentFile) -> FileLine:
    kept = file.state is FileState.KEPT and bool(file.storage)
    is_open = kept and (document.withdrawn_at is None or found.sees_originals)
    query = {"version": str(file.version), "is_redacted": str(file.is_redacted).lower()}
    where = address(f"{root(look)[1:]}/{document.number}/content", **query)
    unseen = "Nothing has looked into it yet." if file.state is FileState.UNSEEN else ""
    return FileLine(
        name=file.download_name or "(erased)",
        href=where if is_open else "",
        about=_facts(look, found, file),
        finding="" if kept else file.finding or unseen,
    )


def _facts(look: Look, found: CaseDocuments, file: DocumentFile) -> str:
    sort = f"redacted copy of version {file.version}" if file.is_redacted else (
        f"version {file.version}" if file.version > 1 else ""
    )  # fmt: skip
    kind = file.kind.title if file.kind else "Not looked into"
    who = found.names.get(file.by, file.by)
    parts = [kind, words.size(file.size), sort, f"{who}, {words.moment(file.at, look.zone)}"]
    if file.released_by:
        released = found.names.get(file.released_by, file.released_by)
        parts.append(f"released by {released}: {file.release_reason}")
    return ", ".join(part for part in parts if part)
