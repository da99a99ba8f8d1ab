"""What the finding on an issue rests on: chips that lead to it, and choosing it."""

from collections.abc import Iterator, Sequence

import streamlit as st

from engine.domain.document import Document
from engine.domain.evidence import EvidenceKind, Piece, on_issue
from engine.domain.evidence_form import EvidenceForm
from engine.services.documents import document_reading
from engine.services.investigation import evidence
from engine.services.staffing import respondents
from ui.parts.dialog import known
from ui.parts.look import Look
from ui.parts.task import Task, draw_tasks
from ui.parts.words import plain

_SHOWN = 60
"""Letters of a label."""
_TAB = {
    EvidenceKind.DOCUMENT: ("Documents", ":material/description:"),
    EvidenceKind.REQUEST: ("Investigation", ":material/forum:"),
    EvidenceKind.INTERVIEW: ("Investigation", ":material/record_voice_over:"),
    EvidenceKind.REPLY: ("People", ":material/reply:"),
}
"""By kind: the tab on which it stands, and its sign."""


def evidence_choices(look: Look) -> list[tuple[str | int, str]]:
    """Return everything of the case that can be evidence, as choices of a form."""
    return [(str(piece), said) for piece, said in _pieces(look)]


def draw_evidence(
    look: Look, issue: int, choices: Sequence[tuple[str | int, str]], *, of: str = "evidence"
) -> None:
    """Draw a chip for each piece on which the finding on an issue rests.

    Args:
        look: The case.
        issue: Its number.
        choices: As ``evidence_choices`` gives them.
        of: Begins the keys; another one for another place on the page.
    """
    pieces, titles = on_issue(look.file.evidence, issue), dict(choices)
    if not pieces:
        return
    with st.container(gap="xxsmall"):
        st.markdown("**Evidence**")
        with st.container(horizontal=True, gap="small"):
            for piece in pieces:
                key = f"{of}:{look.reference}:{issue}:{piece}"
                _draw_chip(look, piece, titles.get(str(piece), ""), key=key)


def evidence_task(look: Look, issue: int) -> Task:
    """Return the task that chooses what the finding on an issue rests on."""
    chosen = [str(piece) for piece in on_issue(look.file.evidence, issue)]
    return Task(
        "Choose the evidence",
        evidence.choose_evidence,
        "The evidence is kept.",
        EvidenceForm,
        {"issue": issue, "evidence": chosen},
    )


def draw_beside_finding(look: Look) -> None:
    """Draw beside the form of a finding what each issue without one rests on, and choose it."""
    beside = st.expander("Evidence", key="step:evidence:open", on_change="rerun")
    if not beside.open:
        return
    with beside:
        choices = evidence_choices(look)
        if not choices:
            st.markdown("There is none yet: no document, answer, interview or reply.")
            return
        for issue in (each for each in look.file.issues if each.lacks_finding):
            if len(look.file.issues) > 1:
                st.markdown(plain(look.issue(issue.number)))
            draw_evidence(look, issue.number, choices, of="step:evidence")
            task = evidence_task(look, issue.number)
            of = f"step:evidence:{look.reference}:{issue.number}"
            draw_tasks(look, [task], of=of, choices={"evidence": choices})


def _draw_chip(look: Look, piece: Piece, title: str, *, key: str) -> None:
    tab, icon = _TAB[piece.kind]
    gone = f"{piece.kind.title} {piece.number}, which no longer counts"
    st.button(
        plain(title or gone),
        key=key,
        icon=icon,
        type="tertiary",
        help=f"Open it on the tab “{tab}”",
        on_click=_open,
        args=(look.reference, tab),
    )


def _open(reference: str, tab: str) -> None:
    st.session_state[f"case:tabs:{reference}"] = tab


def _pieces(look: Look) -> Iterator[tuple[Piece, str]]:
    """Yield what can be evidence, each with a label."""
    here, names = known(look), look.file.names
    for document in document_reading.of_case(**here).documents:
        if document.withdrawn_at is None:
            said = f"Document {document.number}: {_called(document)}"
            yield Piece(EvidenceKind.DOCUMENT, document.number), said[:_SHOWN]
    for inquiry in look.file.inquiries:
        if inquiry.answered_at is not None:
            said = f"Request {inquiry.number}: {inquiry.source or names.get(inquiry.to, '')}"
            yield Piece(EvidenceKind.REQUEST, inquiry.number), said[:_SHOWN]
    for interview in look.file.interviews:
        said = f"Interview {interview.number}: {interview.name}"
        yield Piece(EvidenceKind.INTERVIEW, interview.number), said[:_SHOWN]
    for person in respondents.of_case(**here).respondents:
        if person.replied_at is not None:
            said = f"Reply {person.number}: {names.get(person.username, person.name)}"
            yield Piece(EvidenceKind.REPLY, person.number), said[:_SHOWN]


def _called(document: Document) -> str:
    newest = document.newest
    return document.description or (newest.name if newest else document.purpose.title)
