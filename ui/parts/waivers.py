"""Waivers of rules that keep people apart: those in force, those that wait, and a new one."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

import streamlit as st

from engine.domain.actor import Actor, Deed
from engine.domain.separation import SENTENCES, Rule, Waiver
from engine.services.accounts import waivers
from ui.once import attempt, say
from ui.parts import organisation_action, words
from ui.parts.dialog import ask_reason, confirm
from ui.parts.statement import draw_words
from ui.parts.words import plain
from ui.session import platform, zone


def draw(person: Actor) -> None:
    """Draw every rule that can be waived, and its waiver."""
    st.markdown(
        "Some people must not play two parts. Where there are too few, a rule can be waived for a "
        "while: one proposes, another confirms, and each use stands in the journal of the case."
    )
    if person.may(Deed.PROPOSE_LIMIT) and st.button("Propose a waiver", key="waiver:new"):
        _propose(person)
    names, now = organisation_action.people(person), platform().now()
    every = waivers.all_waivers(platform(), actor=person)
    for rule in Rule:
        with st.container(border=True, key=f"waiver:{rule}"):
            known = [w for w in every if w.rule is rule and (not w.decided_by or w.is_live(now))]
            _draw_rule(person, rule, known[0] if known else None, names)


def _draw_rule(person: Actor, rule: Rule, waiver: Waiver | None, names: Mapping[str, str]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(SENTENCES[rule])}**", width="content")
        if waiver is None:
            st.badge("Holds", color="green")
            return
        waits = not waiver.decided_by
        st.badge("Waits for a second person" if waits else "Waived", color="orange")
        st.space("stretch")
        _draw_buttons(person, waiver)
    by = plain(names.get(waiver.proposed_by, waiver.proposed_by))
    until = plain(words.moment(waiver.until_at, zone()))
    st.markdown(f":small[Proposed by {by}, until {until}]")
    draw_words("Why", waiver.reason)
    draw_words("What is done instead", waiver.control)


def _draw_buttons(person: Actor, waiver: Waiver) -> None:
    if waiver.decided_by:
        if person.may(Deed.PROPOSE_LIMIT) and st.button("End it", key=f"waiver:{waiver.id}:end"):
            _end(person, waiver)
        return
    for label, is_yes in (("Confirm", True), ("Turn down", False)):
        if person.may(Deed.CONFIRM_LIMIT) and st.button(label, key=f"waiver:{waiver.id}:{label}"):
            _decide(person, waiver, is_yes=is_yes)


def _decide(person: Actor, waiver: Waiver, *, is_yes: bool) -> None:
    if attempt(
        f"waiver:{waiver.id}:{is_yes}",
        lambda _id: waivers.decide(platform(), actor=person, waiver_id=waiver.id, confirm=is_yes),
    ):
        say("The rule is waived from now on." if is_yes else "The waiver is turned down.")
        st.rerun()


def _end(person: Actor, waiver: Waiver) -> None:
    if attempt(
        f"waiver:{waiver.id}:end",
        lambda _id: waivers.end(platform(), actor=person, waiver_id=waiver.id),
    ):
        say("The rule holds again.")
        st.rerun()


@st.dialog("Propose a waiver", icon=":material/group_off:")
def _propose(person: Actor) -> None:
    said = st.selectbox("Rule", list(SENTENCES.values()), key="waiver:rule")
    rule = next(each for each in Rule if SENTENCES[each] == said)
    today = platform().now().astimezone(zone()).date()
    last = st.date_input(
        "Last day",
        today + timedelta(days=30),
        min_value=today,
        max_value=today + timedelta(days=365),
        format="DD/MM/YYYY",
        key="waiver:until",
    )
    reason = ask_reason("waiver:reason", label="Why it cannot be kept")
    control = ask_reason("waiver:control", label="What is done instead")
    confirm(
        "Propose it",
        key="waiver:do",
        command=f"waiver:{rule}",
        act=lambda _id: waivers.propose(
            platform(),
            actor=person,
            rule=rule,
            reason=reason,
            control=control,
            until_at=datetime.combine(last, time.max, zone()),
        ),
        done="The waiver waits for a second person.",
    )
