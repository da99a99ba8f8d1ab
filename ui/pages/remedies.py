"""Remedies of all complaints that wait to be carried out, or to be verified."""

from datetime import datetime, time
from typing import cast

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.filling import filled
from engine.domain.form import CarriedOutForm
from engine.domain.remedy import OpenRemedy
from engine.services.handling import remedies
from ui.once import tell
from ui.parts import words
from ui.parts.dialog import confirm
from ui.parts.worklist import Row, worklist
from ui.session import actor, platform, zone
from ui.way import address, go

_LINES = 25
_HEAD = ("Remedy", "Amount", "State", "Due", "Who sees to it")
_TO_DO, _TO_VERIFY = "To carry out", "To verify"


def show() -> None:
    """Draw the page."""
    tell()
    st.title("Remedies")
    view = st.segmented_control(
        "Which",
        [_TO_DO, _TO_VERIFY],
        default=_TO_DO,
        required=True,
        key="remedies:view",
        label_visibility="collapsed",
    )
    _draw_list(to_verify=view == _TO_VERIFY)


def _draw_list(*, to_verify: bool) -> None:
    key = f"remedies:page:{to_verify}"
    number = cast("int", st.session_state.get(key, 1))
    found, count = remedies.page(
        platform(), actor=actor(), to_verify=to_verify, limit=_LINES, offset=(number - 1) * _LINES
    )
    if not found and number > 1:  # The last lines were done meanwhile.
        st.session_state[key] = 1
        st.rerun()
    if not found:
        st.markdown("Nothing is to be verified." if to_verify else "Nothing is to be carried out.")
        return
    caption = f"{words.counted(count, 'remedy', 'remedies')}, soonest due first"
    st.markdown(f":small[{words.plain(caption)}]")
    rows = [_row(each) for each in found]
    choice = worklist(rows, key=f"remedies:{to_verify}", caption=caption, head=_HEAD)
    if -(-count // _LINES) > 1:
        st.pagination(-(-count // _LINES), key=key, persist_state="session")
    if choice is not None:
        _open(next(each for each in found if _id(each) == choice.id))


def _row(found: OpenRemedy) -> Row:
    remedy, now, local = found.remedy, platform().now(), zone()
    due_at = datetime.combine(remedy.due_on, time(23, 59), tzinfo=local)
    return Row(
        id=_id(found),
        href=_address(found),
        title=remedy.text or remedy.kind.title,
        about=f"{found.reference} · {remedy.kind.title}",
        severity=words.money(remedy.amount, platform().policy.organisation.currency)
        if remedy.amount
        else "No payment",
        tone="gray",
        step=remedy.state.title,
        due=words.due(due_at, now),
        due_title=f"Until {words.calendar_day(remedy.due_on)}",
        is_late=remedy.is_late(now.astimezone(local).date()),
        used=words.used(remedy.proposed_at, due_at, now),
        assignee=found.owner,
    )


def _address(found: OpenRemedy) -> str:
    """Return where a line leads; whoever reads no complaints stays on this page."""
    if actor().may(Deed.READ):
        return address("case", ref=found.reference)
    return address("remedies")


def _id(found: OpenRemedy) -> str:
    return f"{found.reference}/{found.remedy.number}"


def _open(found: OpenRemedy) -> None:
    """Open the complaint, or what can be done about the remedy for whoever reads none."""
    if actor().may(Deed.READ):
        go("case", ref=found.reference)
    elif found.remedy.awaits_check:
        _verify(found)
    else:
        _carry_out(found)


def _draw_facts(found: OpenRemedy) -> None:
    remedy = found.remedy
    facts = {
        "Complaint": found.reference,
        "Kind": remedy.kind.title,
        "What is done": remedy.text,
        "Amount": words.money(remedy.amount, platform().policy.organisation.currency),
        "Until": words.calendar_day(remedy.due_on),
        "Proof": remedy.proof,
    }
    st.table({k: words.plain(v) for k, v in facts.items() if v}, border="horizontal")


@st.dialog("Carry out")
def _carry_out(found: OpenRemedy) -> None:
    _draw_facts(found)
    proof = st.text_input("Proof", key=f"remedies:proof:{_id(found)}", max_chars=500)
    st.markdown(":small[How it can be found again: a payment, a letter, a work order.]")
    number, reference = found.remedy.number, found.reference
    confirm(
        "Carry out",
        key="remedies:do",
        command=f"carry_out:{_id(found)}",
        act=lambda command_id: remedies.carry_out(
            platform(),
            actor=actor(),
            reference=reference,
            number=number,
            answers=filled(CarriedOutForm, {"proof": proof}).model_dump(),
            command_id=command_id,
        ),
        done="The remedy is carried out.",
    )


@st.dialog("Verify")
def _verify(found: OpenRemedy) -> None:
    _draw_facts(found)
    number, reference = found.remedy.number, found.reference
    confirm(
        "It was carried out",
        key="remedies:verify",
        command=f"verify:{_id(found)}",
        act=lambda command_id: remedies.verify(
            platform(), actor=actor(), reference=reference, number=number, command_id=command_id
        ),
        done="The remedy is verified.",
    )
