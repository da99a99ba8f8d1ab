"""Governance: policies, objectives, reviews, audits and what follows, each with owner and day."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

import streamlit as st

from engine.domain.actor import NAMES, Actor, Deed
from engine.domain.governance import (
    GovernanceRecord,
    RecordAct,
    RecordKind,
    RecordState,
    acts_on,
    kept_apart,
)
from engine.services.evidence import register
from ui.once import tell
from ui.parts import governance_action, words
from ui.parts.words import plain
from ui.session import actor, platform, zone
from ui.way import link

_COLORS: Mapping[RecordState, Literal["blue", "green", "orange", "gray"]] = {
    RecordState.PROPOSED: "blue",
    RecordState.APPROVED: "green",
    RecordState.DONE: "blue",
    RecordState.VERIFIED: "green",
    RecordState.ENDED: "gray",
}
_STATES: Mapping[RecordState, str] = {
    RecordState.PROPOSED: "Waits for approval",
    RecordState.APPROVED: "In force",
    RecordState.DONE: "Done, to be verified",
    RecordState.VERIFIED: "Verified",
    RecordState.ENDED: "Ended",
}
_OVER = frozenset({RecordState.VERIFIED, RecordState.ENDED})


def show() -> None:
    """Draw the page."""
    tell()
    person = actor()
    records = register.register_of_governance(platform(), actor=person)
    names = register.people_of_governance(platform(), actor=person)
    st.title("Governance")
    st.markdown(
        ":small[What top management, managers and auditors decide and look at. A second person "
        "approves each record, and verifies what was done.]"
    )
    _draw_buttons(person)
    today = platform().calendar.day_of(platform().now())
    chosen = _choose(records)
    found = [each for each in records if chosen in {None, each.kind}]
    late = [each for each in found if each.is_overdue(today)]
    live = [each for each in found if each.state not in _OVER and each not in late]
    over = [each for each in found if each.state in _OVER]
    if late:
        st.header("Overdue")
        for each in sorted(late, key=lambda record: record.due_on):
            _draw(person, each, names, today)
    if live:
        st.header("Open and in force")
        for each in sorted(live, key=lambda record: (record.state.value, record.due_on)):
            _draw(person, each, names, today)
    if over and st.toggle(f"Show {words.counted(len(over), 'record')} that are over", key="over"):
        for each in over:
            _draw(person, each, names, today)
    if not found:
        st.markdown("Nothing is on record yet.", text_alignment="center")


def _draw_buttons(person: Actor) -> None:
    with st.container(horizontal=True):
        if person.may(Deed.GOVERN) and st.button(
            "Add a record", icon=":material/add:", type="primary", key="record:add"
        ):
            governance_action.add(person)
        if governance_action.may_find(person) and st.button(
            "Record a finding", icon=":material/search_insights:", key="record:find"
        ):
            governance_action.find(person)
        link("evidence", "How the clauses stand", icon=":material/arrow_forward:")


def _choose(records: tuple[GovernanceRecord, ...]) -> RecordKind | None:
    kinds = [kind for kind in RecordKind if any(each.kind is kind for each in records)]
    if len(kinds) < 2:
        return None
    return st.pills(
        "Kind",
        kinds,
        format_func=lambda kind: kind.title,
        label_visibility="collapsed",
        key="governance:kind",
    )


def _draw(person: Actor, record: GovernanceRecord, names: Mapping[str, str], today: date) -> None:
    number = record.number
    with st.container(border=True, gap="xsmall", key=f"record:{number}"):
        _draw_title(person, record, today)
        st.markdown(plain(record.text))
        st.markdown(f":small[{plain(_facts(record, names))}]")
        if record.result:
            st.markdown(f":small[{plain(f'What came of it: {record.result}')}]")


def _draw_title(person: Actor, record: GovernanceRecord, today: date) -> None:
    """Draw what it is, where it stands, and what this person can do with it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(record.title)}**", width="content")
        st.badge(plain(record.kind.title), color="gray")
        if record.is_overdue(today):
            st.badge("Overdue", icon=":material/schedule:", color="red")
        else:
            st.badge(plain(_STATES[record.state]), color=_COLORS[record.state])
        st.space("stretch")
        for act in _open_to(person, record):
            if st.button(governance_action.ASKS[act], key=f"record:{record.number}:{act}"):
                governance_action.act_on(person, record, act)


def _open_to(person: Actor, record: GovernanceRecord) -> list[RecordAct]:
    if not person.may(Deed.GOVERN):
        return []
    return [act for act in acts_on(record) if not kept_apart(record, act, person.username)]


def _facts(record: GovernanceRecord, names: Mapping[str, str]) -> str:
    """Return who had which part, and when."""
    facts = [f"Record {record.number}", f"due {words.calendar_day(record.due_on)}"]
    if record.clause and record.grade:
        facts.append(f"{record.grade.title.lower()} finding on {record.clause}")
    if record.about:
        facts.append(f"about record {record.about}")
    facts.append(f"answered for by {names.get(record.owner, record.owner)}")
    maker = {**NAMES, **names}.get(record.made_by, record.made_by)
    facts.append(f"made by {maker}, {words.day(record.made_at, zone())}")
    for by, what in (
        (record.approved_by, "approved"),
        (record.done_by, "done or looked at"),
        (record.verified_by, "verified"),
    ):
        if by:
            facts.append(f"{what} by {names.get(by, by)}")
    if record.document:
        facts.append(f"document {record.document}")
    if record.is_pending and record.climbed_at:
        facts.append(f"shown higher up since {words.day(record.climbed_at, zone())}")
    return "; ".join(facts)
