"""One case: what to do next, and everything that is known about it."""

import streamlit as st

from engine.errors import InvalidInputError, NotAllowedError, NotFoundError, RedressError
from engine.services.handling import casefile
from ui.once import tell
from ui.parts import words
from ui.parts.case_action import draw_actions
from ui.parts.case_documents import draw_documents
from ui.parts.case_investigation import draw_investigation, draw_unanswered
from ui.parts.case_issues import draw_issues
from ui.parts.case_kin import draw_merge
from ui.parts.case_people import draw_people
from ui.parts.case_reach import offer_glass
from ui.parts.case_record import draw_history, draw_letters
from ui.parts.case_remedies import draw_remedies
from ui.parts.case_side import draw_side
from ui.parts.case_step import draw_step
from ui.parts.look import Look
from ui.parts.tracking import draw_code
from ui.parts.words import plain
from ui.session import actor, platform, zone
from ui.tone import tone_of
from ui.way import link

_TABS = {
    "Issues": draw_issues,
    "Investigation": draw_investigation,
    "People": draw_people,
    "Remedies": draw_remedies,
    "History": draw_history,
    "Letters": draw_letters,
    "Documents": draw_documents,
}


def show() -> None:
    """Draw the page."""
    tell()
    try:
        look = _look(_asked_for())
    except RedressError as refusal:
        _draw_way_back()
        st.title("Complaint")
        st.error(plain(str(refusal)), icon=":material/error:")
        if isinstance(refusal, NotFoundError | NotAllowedError):
            offer_glass(actor(), _asked_for())
        return
    _draw_head(look)
    draw_code(look.reference)
    draw_merge(look)
    work, side = st.columns([2.1, 1], gap="medium")
    with work:
        _draw_work(look)
    with side:
        draw_side(look)


def _asked_for() -> str:
    return str(st.query_params.get("ref", "")).strip().upper()


def _look(reference: str) -> Look:
    """Return the case.

    Raises:
        InvalidInputError: The address names none.
    """
    if not reference:
        raise InvalidInputError({"Complaint": "the address names none."})
    person = actor()
    return Look(
        file=casefile.view(platform(), actor=person, reference=reference),
        person=person,
        now=platform().now(),
        zone=zone(),
        currency=platform().policy.organisation.currency,
    )


def _draw_head(look: Look) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        _draw_way_back()
        st.space("stretch")
        draw_actions(look)
    st.title(plain(look.case.complaint.summary))
    with st.container(horizontal=True, gap="small", key="case:badges"):
        st.badge(plain(look.reference), color="gray")
        severity = look.case.severity
        st.badge(f"{plain(severity.title)} severity", color=tone_of(severity))
        _draw_due(look)
        if has_new_word(look):
            st.badge("The complainant wrote", icon=":material/mark_email_unread:", color="blue")
        draw_unanswered(look)
        if look.case.is_restricted:
            st.badge("Restricted", icon=":material/lock:", color="orange")
        st.badge(plain(status(look)), color="orange" if look.case.is_suspended else "gray")


def _draw_way_back() -> None:
    link("inbox", "Inbox", icon=":material/arrow_back:")


def _draw_due(look: Look) -> None:
    if not look.file.steps or look.case.is_suspended:  # Its time stands still.
        return
    due_at = look.file.steps[0].step.due_at
    is_late = look.now > due_at
    said = plain(words.due(due_at, look.now))
    st.badge(
        said if is_late else f"Due {said}",
        icon=":material/schedule:",
        color="red" if is_late else "gray",
        help=f"Due {look.moment(due_at)}",
    )


def has_new_word(look: Look) -> bool:
    """Tell whether the last letter or message of a case came from the complainant."""
    return bool(look.file.communications) and look.file.communications[-1].direction == "in"


def status(look: Look) -> str:
    """Return where the case stands, in a few words."""
    if not look.case.is_open:
        return "Closed"
    if look.case.is_suspended:
        return "Merged" if look.is_merged else "Suspended"
    if not look.file.steps:
        return "Waiting for the complainant"
    first = look.file.steps[0].step.title
    more = len(look.file.steps) - 1
    return f"{first}, and {words.counted(more, 'more step')}" if more else first


def _draw_work(look: Look) -> None:
    step, *others = st.tabs(["Step", *_TABS], key=f"case:tabs:{look.reference}", on_change="rerun")
    with step:
        # Always drawn: what is typed into a form that is not drawn would be forgotten.
        draw_step(look, asked_for=str(st.query_params.get("step", "")))
    for tab, draw in zip(others, _TABS.values(), strict=True):
        if tab.open:
            with tab:
                draw(look)
