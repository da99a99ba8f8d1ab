"""What somebody can do about records of governance, each in a dialog."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import streamlit as st

from engine.domain.actor import Actor, Deed
from engine.domain.governance import (
    ABOUT,
    GovernanceRecord,
    Grade,
    RecordAct,
    RecordKind,
    Wanted,
)
from engine.services.evidence import register
from ui.parts.dialog import confirm
from ui.parts.waiting import changed_at
from ui.parts.words import plain
from ui.session import platform

_YEAR = timedelta(days=365)
_DONE: Mapping[RecordAct, str] = {
    RecordAct.APPROVE: "Approved.",
    RecordAct.REVIEW: "It holds on.",
    RecordAct.CARRY_OUT: "Noted as done; somebody else verifies it.",
    RecordAct.VERIFY: "Verified.",
    RecordAct.END: "It has ended.",
}
ASKS: Mapping[RecordAct, str] = {
    RecordAct.APPROVE: "Approve",
    RecordAct.REVIEW: "Looked at again",
    RecordAct.CARRY_OUT: "Done",
    RecordAct.VERIFY: "Verify",
    RecordAct.END: "End",
}
"""What the button of each act says."""


@st.dialog("Add a record", icon=":material/gavel:")
def add(person: Actor) -> None:
    """Ask what is to be on record, and keep it until somebody else approves it."""
    records = register.register_of_governance(platform(), actor=person)
    names = register.people_of_governance(platform(), actor=person)
    kinds = [kind for kind in RecordKind if kind is not RecordKind.FINDING]
    kind = st.selectbox("Kind", kinds, format_func=lambda each: each.title, key="record:kind")
    st.markdown(f":small[{plain(ABOUT[kind])}]")
    wanted = _ask(records, names, kind)
    confirm(
        "Add it",
        key="record:do",
        command=f"record:{kind}:{wanted}",
        act=lambda _id: register.keep_record(platform(), actor=person, kind=kind, wanted=wanted),
        done=_after("It waits for somebody else to approve it."),
    )


@st.dialog("Record a finding", icon=":material/search_insights:")
def find(person: Actor, clause: str = "") -> None:
    """Ask an auditor what was found, in which audit, and of which clause."""
    records = register.register_of_governance(platform(), actor=person)
    names = register.people_of_governance(platform(), actor=person)
    audits = tuple(each for each in records if each.kind is RecordKind.AUDIT)
    if not audits:
        st.markdown("There is no audit yet. Whoever keeps the register plans one.")
        return
    clauses = {each.clause: f"{each.clause} {each.title}" for each in platform().duties}
    at = list(clauses).index(clause) if clause in clauses else 0
    chosen = st.selectbox(
        "Clause",
        list(clauses),
        index=at,
        format_func=clauses.__getitem__,
        key=f"finding:{clause}:clause",
    )
    grade = st.segmented_control(
        "Grade",
        list(Grade),
        default=Grade.MINOR,
        required=True,
        format_func=lambda each: each.title,
        key=f"finding:{clause}:grade",
    )
    wanted = _ask(audits, names, RecordKind.FINDING)
    confirm(
        "Record it",
        key="finding:do",
        command=f"finding:{chosen}:{wanted}",
        act=lambda _id: register.record_finding(
            platform(), actor=person, clause=chosen, grade=grade, wanted=wanted
        ),
        done=_after("The finding is on record."),
    )


def _ask(
    records: tuple[GovernanceRecord, ...], names: Mapping[str, str], kind: RecordKind
) -> Wanted:
    """Draw the fields and return what is wanted."""
    key, today = f"record:{kind}", platform().calendar.day_of(platform().now())
    title = st.text_input("Title", max_chars=200, key=f"{key}:title")
    text = st.text_area("What it says", key=f"{key}:text")
    who, when = st.columns(2)
    owner = who.selectbox(
        "Who answers for it" if kind is not RecordKind.TRAINING else "Who learned it",
        sorted(names, key=names.__getitem__),
        format_func=names.__getitem__,
        key=f"{key}:owner",
    )
    due_on = when.date_input(
        "Due, or next review", today + _YEAR, format="DD/MM/YYYY", key=f"{key}:due"
    )
    numbers = {each.number: f"{each.number}: {each.title}" for each in records}
    about = st.selectbox(
        "In which audit" if kind is RecordKind.FINDING else "About another record",
        list(numbers),
        index=0 if kind is RecordKind.FINDING else None,
        format_func=numbers.__getitem__,
        placeholder="None",
        key=f"{key}:about",
    )
    document, digest = "", ""
    if kind is not RecordKind.FINDING:
        document = st.text_input("Where its document lies", max_chars=200, key=f"{key}:document")
        digest = st.text_input("SHA-256 of the document", max_chars=64, key=f"{key}:hash")
    return Wanted(title, text, owner or "", due_on, about, document, digest)


@st.dialog("Record of governance", icon=":material/gavel:")
def act_on(person: Actor, record: GovernanceRecord, act: RecordAct) -> None:
    """Ask what came of a record where that is to be said, and do it."""
    st.markdown(f"**{plain(record.title)}**")
    st.markdown(f":small[{plain(record.text)}]")
    key, said, due_on = f"record:{record.number}:{act}", "", None
    if act is not RecordAct.APPROVE:
        said = st.text_area("What came of it", key=f"{key}:said")
    if act is RecordAct.REVIEW:
        due_on = st.date_input(
            "Next review", record.due_on + _YEAR, format="DD/MM/YYYY", key=f"{key}:due"
        )
    confirm(
        ASKS[act],
        key=f"{key}:do",
        command=f"{key}:{said}",
        act=lambda _id: register.act_on_record(
            platform(), actor=person, number=record.number, act=act, said=said, due_on=due_on
        ),
        done=_after(_DONE[act]),
    )


def _after(told: str) -> Callable[[], str]:
    def say() -> str:
        changed_at("governance")
        return told

    return say


def may_find(person: Actor) -> bool:
    """Tell whether somebody records what audits find."""
    return person.may(Deed.RECORD_FINDING)
