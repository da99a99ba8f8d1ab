"""What waits for a second person before complaints run on it: looked at, approved, sent back."""

import re

import streamlit as st

from engine.errors import RedressError
from engine.services.proposing import proposals, publishing
from engine.services.proposing.proposals import ProposalLook
from engine.services.proposing.publishing import Proposed
from ui.once import tell
from ui.parts import proposal_action, proposal_trial, words
from ui.parts.comparison import show_compared
from ui.parts.findings import draw_findings
from ui.parts.process_version import draw_versions
from ui.parts.words import counted, plain
from ui.session import actor, platform, zone
from ui.way import go, link

_NUMBER = re.compile(r"[0-9]{1,9}")


def show() -> None:
    """Draw the page: the proposal that the address names, or all that wait."""
    tell()
    asked = str(st.query_params.get("proposal", ""))
    if not asked:
        _draw_list()
        return
    try:
        number = int(asked) if _NUMBER.fullmatch(asked) else 0
        look = proposals.look_at_proposal(platform(), actor=actor(), number=number)
    except RedressError as refusal:
        st.title("Process changes")
        st.error(plain(str(refusal)), icon=":material/error:")
        link("proposals", "All process changes", icon=":material/arrow_back:")
        return
    # A link within the page leaves no address that the next run could read.
    st.query_params.from_dict({"proposal": asked})
    _draw_proposal(look)


def _draw_list() -> None:
    st.title("Process changes")
    found = publishing.waiting(platform(), actor=actor())
    if not found:
        st.markdown("No change of the process waits for approval.")
    else:
        st.markdown(
            ":small[Somebody who neither proposed a change nor worked on it approves it or sends "
            "it back.]"
        )
    for each in found:
        _draw_line(each)
    st.header("Versions")
    draw_versions()


def _draw_line(each: Proposed) -> None:
    with st.container(border=True, key=f"proposal:{each.number}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            title = f"Proposal {each.number}"
            link("proposals", title, icon=":material/rule:", proposal=str(each.number))
            st.space("stretch")
            since = words.ago(each.at, platform().now())
            st.markdown(f":small[{plain(f'proposed {since}')}]", width="content")
        st.text(each.reason)


def _draw_proposal(look: ProposalLook) -> None:
    made = look.proposed
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "All process changes", icon=":material/arrow_back:", type="tertiary", key="back"
        ):
            go("proposals")
        st.space("stretch")
        if not look.obstacle:
            if st.button("Send back", icon=":material/undo:", key="proposal:reject"):
                proposal_action.reject(made)
            approves = st.button(
                "Approve", icon=":material/check:", type="primary", key="proposal:approve"
            )
            if approves:
                proposal_action.approve(made, look.live)
    st.title(plain(f"Proposal {made.number}"))
    if look.obstacle:
        st.info(plain(look.obstacle), icon=":material/group:")
    _draw_facts(look)
    proposal_trial.draw_glance(look)
    for said in proposals.overtaken(look):
        st.warning(plain(said), icon=":material/event_busy:")
    st.header("What changes")
    show_compared(look.compared, key=f"proposal-{made.number}")
    proposal_trial.draw_scenario_changes(look)
    proposal_trial.draw_results(look)
    st.header("What the rules say")
    if look.findings:
        st.markdown(f":small[{plain(counted(len(look.findings), 'finding'))}]")
        draw_findings(look.findings, key="proposal")
    else:
        st.markdown("Nothing.")


def _draw_facts(look: ProposalLook) -> None:
    made, names = look.proposed, look.names
    by, at = names.get(made.by, made.by), words.moment(made.at, zone())
    said = f"Proposed by {by}, {at}"
    if made.editors:
        listed = ", ".join(names.get(each, each) for each in made.editors)
        last = names.get(made.last_editor, made.last_editor)
        said = f"{said}; edited by {listed}, last by {last}"
    st.markdown(f":small[{plain(said)}]")
    with st.container(border=True):
        for title, text in (("Reason", made.reason), ("Risk", made.risk or "Nothing was said.")):
            st.markdown(f"**{plain(title)}**")
            st.text(text)
        when = (
            f"From {words.moment(made.valid_from, zone())}"
            if made.valid_from and made.valid_from > platform().now()
            else "As soon as it is approved"
        )
        st.markdown("**New complaints take it**")
        st.text(when)
