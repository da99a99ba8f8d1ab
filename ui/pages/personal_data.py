"""What is held on people, and what they ask for: handed out, kept on hold, erased with two keys."""

import streamlit as st

from engine.domain.actor import Actor, Deed
from engine.domain.disposal import Disposal, DisposalState, DueCase, Hold
from engine.services.privacy import erasure, subject_access
from engine.services.privacy.erasure import Overview
from ui.once import attempt, tell
from ui.parts import privacy_action, request_list, words
from ui.parts.words import plain
from ui.session import actor, platform, zone
from ui.way import link

_SHOWN = 10
"""Complaints that are named one by one; the others are counted."""


def show() -> None:
    """Draw the page."""
    tell()
    st.title("Personal data")
    st.markdown(
        ":small[What is held on people, and what they ask for. Erasing takes two people and cannot "
        "be undone; the figures and the journal stay.]"
    )
    person = actor()
    if person.may(Deed.PROTECT):
        request_list.draw(person)
        _draw_person(person)
    found = erasure.overview(platform(), actor=person)
    _draw_waiting(person, found)
    _draw_due(person, found)
    _draw_holds(person, found)
    _draw_decided(found.decided)


def _draw_person(person: Actor) -> None:
    """Draw the search for a person, and what can be done about each complaint of theirs."""
    st.header("One person")
    with st.form("personal-data:find", border=False):
        asked = st.text_input(
            "Complaint, whole e-mail address, or name",
            key="personal-data:who",
            placeholder="C-2026-000001, jane@example.org or Jane Doe",
        )
        st.form_submit_button("Find", key="personal-data:do")
    if not asked:
        return
    found: list[str] = []

    def look(_command_id: object) -> None:
        found.extend(subject_access.find(platform(), actor=person, who=asked))

    if not attempt("personal-data:find", look):
        return
    if not found:
        st.markdown("No complaint of such a person is held.")
    for reference in found[:_SHOWN]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"found:{reference}"):
            link("case", reference, ref=reference)
            st.space("stretch")
            with st.container(horizontal=True, width="content"):
                privacy_action.draw(person, reference)
    if len(found) > _SHOWN:
        st.markdown(f":small[And {len(found) - _SHOWN} more; look for one by its reference.]")


def _draw_waiting(person: Actor, found: Overview) -> None:
    st.header("Waits for a second person")
    if not found.waiting:
        st.markdown(":small[Nothing is proposed.]")
    for proposal in found.waiting:
        with st.container(border=True, key=f"proposal:{proposal.id}"):
            st.markdown(f"**{plain(proposal.kind.title)}**: {plain(_what(proposal))}")
            st.text(proposal.reason)
            by = found.names.get(proposal.proposed_by, proposal.proposed_by)
            since = words.moment(proposal.proposed_at, zone())
            st.markdown(f":small[Proposed by {plain(by)}, {plain(since)}]")
            if person.may(Deed.DISPOSE):
                privacy_action.draw_decision(person, proposal)


def _draw_due(person: Actor, found: Overview) -> None:
    st.header("Kept too long")
    years = str(platform().policy.retention.years)
    if found.due:
        _draw_to_erase(person, found.due)
    if found.kept_for_letters:
        _draw_kept_for_letters(found.kept_for_letters)
    if not found.due and not found.kept_for_letters:
        st.markdown(f":small[Nothing is past its time; it is {plain(years)} years after closing.]")


def _draw_to_erase(person: Actor, due: tuple[DueCase, ...]) -> None:
    counted = words.counted(len(due), "closed complaint is", "closed complaints are")
    st.markdown(plain(f"{counted} past their time to keep, the oldest first."))
    for case in due[:_SHOWN]:
        closed = words.day(case.closed_at, zone())
        told = f":small[{plain(case.category)}, closed {plain(closed)}]"
        st.markdown(f"{plain(case.reference)} {told}")
    if len(due) > _SHOWN:
        st.markdown(f":small[And {len(due) - _SHOWN} more.]")
    if person.may(Deed.PROTECT) and st.button("Propose to erase them", key="due:propose"):
        privacy_action.propose_due(person, len(due))


def _draw_kept_for_letters(kept: tuple[DueCase, ...]) -> None:
    counted = words.counted(len(kept), "closed complaint stays", "closed complaints stay")
    why = "until somebody has seen to a letter that waits or came back."
    st.markdown(plain(f"{counted} past the time to keep, {why}"))
    for case in kept[:_SHOWN]:
        link("case", case.reference, ref=case.reference)


def _draw_holds(person: Actor, found: Overview) -> None:
    st.header("On legal hold")
    if not found.holds:
        st.markdown(":small[Nothing is on hold.]")
    for hold in found.holds:
        with st.container(border=True, key=f"hold:{hold.reference}"):
            _draw_hold(person, hold, found.names.get(hold.placed_by, hold.placed_by))


def _draw_hold(person: Actor, hold: Hold, by: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        link("case", hold.reference, ref=hold.reference)
        st.space("stretch")
        if person.may(Deed.PROTECT) and st.button(
            "Lift", icon=":material/lock_open:", key=f"lift:{hold.reference}"
        ):
            privacy_action.lift(person, hold.reference)
    st.text(hold.reason)
    since = words.moment(hold.placed_at, zone())
    st.markdown(f":small[By {plain(by)}, {plain(since)}]")


def _draw_decided(decided: tuple[Disposal, ...]) -> None:
    st.header("Erased")
    if not decided:
        st.markdown(":small[Nothing was erased so far.]")
    for disposal in decided[:_SHOWN]:
        at = words.day(disposal.decided_at or disposal.proposed_at, zone())
        is_done = disposal.state is DisposalState.DONE
        end = f"erased on {at}, {_certified(disposal)}" if is_done else f"refused on {at}"
        st.markdown(f"{plain(_what(disposal))}: :small[{plain(end)}]")


def _certified(disposal: Disposal) -> str:
    rows = sum(n for name, n in disposal.certificate.items() if name != "keys")
    keys = disposal.certificate.get("keys", 0)
    emptied = words.counted(rows, "record")
    return f"{emptied}, {words.counted(keys, 'key')} destroyed" if keys else emptied


def _what(disposal: Disposal) -> str:
    first, more = disposal.references[0], len(disposal.references) - 1
    return f"{first} and {more} more" if more else first
