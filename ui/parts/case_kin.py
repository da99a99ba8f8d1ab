"""Complaints that belong to the one that is looked at: shown, linked, and no longer linked."""

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.issue import FIRST, here
from engine.domain.kinship import Kin, LinkKind
from engine.services.links import likeness, linking, merging, splitting
from ui.parts import words
from ui.parts.dialog import ask_reason, confirm, known
from ui.parts.look import Look
from ui.parts.words import plain
from ui.session import platform
from ui.way import link

_ANOTHER = ""
"""Stands for a complaint that is not among those that look alike."""


def draw_kin(look: Look) -> None:
    """Draw the complaints that belong to this one; nothing where there are none."""
    found = linking.of_case(**known(look))
    taken_in = merging.of_case(**known(look)).taken_in
    if not found and not taken_in:
        return
    with st.container(border=True, key="case:kin"):
        st.header("Related complaints")
        for each in taken_in:
            with st.container(gap="xxsmall", key=f"merged:{each.number}"):
                st.markdown(f"**{plain(each.said)}**")
                _draw_facts(look, each)
        for each in found:
            with st.container(gap="xxsmall", key=f"kin:{each.number}"):
                _draw_one(look, each)


def draw_merge(look: Look) -> None:
    """Say above a complaint that it was merged into another, and offer to undo it."""
    if not look.is_merged:
        return
    into = merging.of_case(**known(look)).into
    if into is None:
        return
    with st.container(border=True, key="case:merged"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header("Merged into another complaint", width="content")
            st.space("stretch")
            if into.is_seen and look.person.may(Deed.MERGE) and st.button("Undo the merge"):
                unmerge(look)
        if not into.is_seen:
            st.markdown("Work goes on at another complaint that you do not see.")
            return
        ago = plain(words.ago(into.linked_at, look.now))
        st.markdown(
            f"{look.name(into.linked_by)} merged it {ago}. Work goes on there; here everything "
            "rests as it was, its time limits too."
        )
        _draw_facts(look, into)


def _draw_one(look: Look, each: Kin) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(each.said)}**", width="content")
        st.space("stretch")
        if each.is_seen and look.person.may(Deed.LINK):
            st.button(
                "Undo",
                type="tertiary",
                key=f"kin:{each.number}:undo",
                on_click=_choose,
                args=(look, each.number),
            )
    _draw_facts(look, each)
    if each.is_seen and st.session_state.pop(_chosen(look), None) == each.number:
        _undo(look, each)


def _draw_facts(look: Look, each: Kin) -> None:
    if not each.is_seen:
        st.markdown(":small[Another complaint that you do not see]")
        return
    link("case", each.reference, icon=":material/link:", ref=each.reference)
    st.text(each.summary)
    received = words.day(each.received_at, look.zone) if each.received_at else ""
    state = "open" if each.is_open else "closed"
    st.markdown(f":small[Received {plain(received)}, {state}]")
    if each.reason:
        st.text(each.reason)


def _choose(look: Look, number: int) -> None:
    st.session_state[_chosen(look)] = number


def _chosen(look: Look) -> str:
    return f"kin:{look.reference}:chosen"


@st.dialog("Undo this link", icon=":material/link_off:")
def _undo(look: Look, each: Kin) -> None:
    st.markdown(
        f"{plain(each.said)} {plain(each.reference)}, linked by {look.name(each.linked_by)}:"
    )
    st.text(each.reason or "The reason was erased.")
    reason = ask_reason(f"kin:why:{look.reference}:{each.number}", label="Why it no longer holds")
    confirm(
        "Undo the link",
        key="kin:undo:do",
        command=f"unlink:{look.reference}:{each.number}",
        act=lambda command_id: linking.unlink(
            **known(look), number=each.number, reason=reason, command_id=command_id
        ),
        done="The complaints are no longer linked.",
    )


@st.dialog("Merge into another complaint", icon=":material/merge:")
def merge(look: Look) -> None:
    """Ask into which complaint this one is merged and why, and merge it."""
    st.markdown(
        "Work goes on at the other complaint, which keeps the earliest receipt of both. This one "
        "rests with everything on it, and the merge can be undone."
    )
    other = ask_other(look, key="merge:other")
    issues = _ask_issues(look)
    reason = ask_reason("merge:reason", note="Shown to those who see both complaints.")
    said = {"into": other, "reason": reason, "issues": issues}
    said["though"] = st.text_input(
        "Why all the same, if they are not from the same person",
        help="Whoever made this complaint gets no answer of their own.",
        key="merge:though",
    )
    confirm(
        "Merge them",
        key="merge:do",
        command=f"merge:{look.reference}:{other}:{issues}",
        act=lambda command_id: merging.merge(**known(look), answers=said, command_id=command_id),
        done="The complaint is merged; work goes on at the other one.",
        problem="" if other else "Say which other complaint is meant.",
    )


def _ask_issues(look: Look) -> list[int]:
    """Ask for the matters that the other complaint does not name; the first is rarely one."""
    numbers = [each.number for each in here(look.file.issues) if each.lacks_finding]
    return st.multiselect(
        "Issues that the other one does not name",
        numbers,
        default=[each for each in numbers if each != FIRST],
        format_func=look.issue,
        placeholder="None",
        help="They are answered there too. Where the merge is undone, those without a finding go "
        "back.",
        key="merge:issues",
    )


@st.dialog("Undo the merge", icon=":material/call_split:")
def unmerge(look: Look) -> None:
    """Ask why a merge is undone, and undo it."""
    st.markdown(
        "This complaint goes on from where it stood, with the dates that it had. Issues that "
        "the other one took over and has not answered go back; what was done there meanwhile stays."
    )
    reason = ask_reason("merge:why", label="Why they are two")
    confirm(
        "Undo it",
        key="merge:undo:do",
        command=f"unmerge:{look.reference}",
        act=lambda command_id: merging.unmerge(**known(look), reason=reason, command_id=command_id),
        done="The merge is undone; work goes on here too.",
    )


@st.dialog("Split this complaint", icon=":material/call_split:")
def split(look: Look) -> None:
    """Ask which issues go on in a complaint of their own and why, and split it."""
    st.markdown(
        "The chosen issues go on in a new complaint of the same person, which was received when "
        "this one was. Both are linked; this one keeps the others."
    )
    numbers = [each.number for each in splitting.may_go(look.file.issues)]
    chosen = st.multiselect(
        "Issues", numbers, format_func=look.issue, placeholder="Choose", key="split:issues"
    )
    reason = ask_reason("split:reason", note="Shown to those who see both complaints.")
    confirm(
        "Split it",
        key="split:do",
        command=f"split:{look.reference}:{chosen}",
        act=lambda command_id: splitting.split(
            **known(look), issues=chosen, reason=reason, command_id=command_id
        ),
        done="The issues go on in a complaint of their own.",
        problem="" if chosen else "Choose one issue at least.",
    )


@st.dialog("Link to another complaint", icon=":material/link:")
def join(look: Look) -> None:
    """Ask to which complaint this one is linked, as what and why, and link them."""
    st.markdown("Both keep everything of their own, and each shows the other.")
    other = ask_other(look, key="kin:other")
    kind = st.selectbox(
        "This complaint", list(LinkKind), format_func=lambda each: LinkKind(each).words, index=1,
        key="kin:kind",
    )  # fmt: skip
    reason = ask_reason("kin:reason", note="Shown to those who see both complaints.")
    confirm(
        "Link them",
        key="kin:link:do",
        command=f"link:{look.reference}:{other}:{kind}",
        act=lambda command_id: linking.link(
            **known(look),
            other=other,
            kind=LinkKind(str(kind)),
            reason=reason,
            command_id=command_id,
        ),
        done="The complaints are linked.",
        problem="" if other else "Say which other complaint is meant.",
    )


def ask_other(look: Look, *, key: str) -> str:
    """Ask for another complaint, those first that look alike; return its reference, or nothing.

    Args:
        look: The case.
        key: Stable name of the fields.
    """
    alike = likeness.like_case(platform(), actor=look.person, reference=look.reference)
    titles = {each.reference: f"{each.reference}: {each.summary}" for each in alike}
    chosen = _ANOTHER
    if titles:
        chosen = st.selectbox(
            "Other complaint",
            [*titles, _ANOTHER],
            format_func=lambda each: titles.get(each, "Another one, by its reference"),
            help="Those that may be the same come first.",
            key=key,
        )
    if chosen != _ANOTHER:
        return str(chosen)
    typed: str = st.text_input("Reference of the other complaint", key=f"{key}:typed")
    return typed.strip().upper()
