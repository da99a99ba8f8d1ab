"""What scenarios and closed cases have shown of a proposal, and how they are run again."""

from collections.abc import Callable

import streamlit as st

from engine.domain.kept_scenario import ScenarioChange
from engine.services.proposing.proposals import ProposalLook, ReplayResults, ScenarioResults, Shown
from engine.services.tryout import replaying, trial_running
from ui.once import attempt, say
from ui.parts import words
from ui.parts.diagram import Warmth, show_coverage, show_heat
from ui.parts.findings import is_blocked
from ui.parts.words import counted, plain
from ui.session import actor, platform, zone

_CHANGES = {
    "added": ":material/add_circle:",
    "changed": ":material/edit:",
    "dropped": ":material/do_not_disturb_on:",
}
_ICONS = {
    True: ":green[:material/check_circle:]",
    False: ":red[:material/cancel:]",
}
_SHOWN = 40
"""Places, or parts that are untried, that are listed before the rest is counted."""
_CASES = 100
"""Closed cases that are led over a proposal from its page."""


def draw_scenario_changes(look: ProposalLook) -> None:
    """Draw which scenarios come, go, or say otherwise than those of the live version."""
    if not look.scenario_changes:
        return
    st.header("Scenarios that change")
    if any(each.word == "dropped" for each in look.scenario_changes):
        st.markdown("What a dropped scenario has shown until now, nobody looks at any more.")
    for number, each in enumerate(look.scenario_changes):
        _draw_change(each, number)


def _draw_change(each: ScenarioChange, number: int) -> None:
    label = plain(f"{each.word.capitalize()}: {each.title}")
    with st.expander(label, icon=_CHANGES[each.word], key=f"scenario:change:{number}"):
        for title, text in (("Until now", each.before), ("From then on", each.after)):
            if text:
                st.markdown(f":small[{plain(title)}]")
                st.code(text, language=None, wrap_lines=True)


def draw_glance(look: ProposalLook) -> None:
    """Draw in a line what is below: how much differs, and what trying it out has shown."""
    told = len(look.compared.comparison.told)
    with st.container(horizontal=True, key="proposal:glance"):
        st.badge(plain(counted(told, "change in words", "changes in words")), color="gray")
        if look.scenario_changes:
            st.badge(plain(counted(len(look.scenario_changes), "changed scenario")), color="gray")
        for shown, said in ((look.played, _played_words), (look.replayed, _replayed_words)):
            if shown is None or shown.stale:
                what = "Scenarios" if said is _played_words else "Closed cases"
                st.badge(f"{what}: run {'again' if shown else 'them'}", color="orange")
            else:
                text, is_good = said(shown)
                st.badge(plain(text), color="green" if is_good else "red")
        if is_blocked(look.findings):
            st.badge("Breaks a rule", color="red")


def _played_words(shown: Shown) -> tuple[str, bool]:
    found = shown.run.scenarios
    red, many = len(found.red), counted(len(found.scenarios), "scenario")
    return (f"{red} of {many} red", False) if red else (f"{many}, all green", True)


def _replayed_words(shown: Shown) -> tuple[str, bool]:
    found = shown.run.replay
    if not found.cases:
        return "No closed case yet", True
    many = counted(found.cases, "closed case")
    if found.other:
        return f"{found.other} of {many} go another way", False
    return (
        (f"{many} on the same way", True)
        if not found.unknown
        else (
            f"{found.unknown} of {many} cannot be told",
            False,
        )
    )


def draw_results(look: ProposalLook) -> None:
    """Draw what was tried out, the scenarios before the closed cases."""
    st.header("What trying it out has shown")
    _draw_played(look)
    _draw_replayed(look)


def _draw_head(
    title: str, shown: Shown | None, said: Callable[[Shown], tuple[str, bool]], button: str
) -> bool:
    """Draw the line above results, and tell whether they are to be run again."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"head:{button}"):
        st.subheader(plain(title), width="content")
        if shown is not None and not shown.stale:
            text, is_good = said(shown)
            st.badge(plain(text), color="green" if is_good else "red")
        st.space("stretch")
        label = "Run again" if shown else "Run"
        wants = st.button(label, icon=":material/replay:", key=button)
    if shown is None:
        return wants
    st.markdown(f":small[{plain(f'Run {words.moment(shown.at, zone())} by {shown.by}')}]")
    if shown.stale:
        st.warning(plain(shown.stale), icon=":material/history:")
    return wants


def _draw_played(look: ProposalLook) -> None:
    found = look.played.run.scenarios if look.played else None
    if _draw_head("Scenarios", look.played, _played_words, "proposal:play"):
        _play(look)
    if found is None:
        st.markdown("They were not played yet.")
        return
    for each in found.red:
        st.markdown(f"{_ICONS[False]} {plain(each.title)}  \n:small[:red[{plain(each.differs)}]]")
    _draw_coverage(look, found)
    green = [each for each in found.scenarios if each.green]
    if green:
        with st.expander(plain(f"{len(green)} green"), key="proposal:green"):
            st.markdown("  \n".join(f"{_ICONS[True]} {plain(each.title)}" for each in green))


def _draw_coverage(look: ProposalLook, found: ScenarioResults) -> None:
    parts = (("elements", found.elements), ("flows", found.flows), ("rules of tables", found.rules))
    said = ", ".join(f"{done} of {of_all} {noun}" for noun, (done, of_all) in parts)
    st.markdown(plain(f"They try {said}."))
    show_coverage(
        look.compared.after.xml,
        key=f"proposal.coverage.{look.proposed.number}",
        alt=f"Diagram of the proposal. The scenarios try {said}. What is untried is listed below.",
        covered=found.touched,
        missed=[each.id for each in found.untried if each.kind != "rule"],
        height=380,
    )
    if found.untried:
        listed = [f"{each.words} ({each.kind})" for each in found.untried[:_SHOWN]]
        more = len(found.untried) - len(listed)
        listed += [f"and {more} more"] if more > 0 else []
        st.markdown(plain(f"Untried: {', '.join(listed)}."))


def _draw_replayed(look: ProposalLook) -> None:
    found = look.replayed.run.replay if look.replayed else None
    if _draw_head("Closed cases", look.replayed, _replayed_words, "proposal:replay"):
        _replay(look)
    if found is None:
        st.markdown("Closed cases were not led over it.")
        return
    for sentence in found.words:
        st.markdown(plain(sentence))
    if found.places:
        _draw_places(look, found)


def _draw_places(look: ProposalLook, found: ReplayResults) -> None:
    heat = {
        each.element: Warmth(each.cases, f"{each.cases}", f"{counted(each.cases, 'case')} here")
        for each in reversed(found.places)
        if each.element
    }
    if heat:
        show_heat(
            look.compared.after.xml,
            key=f"proposal.replay.{look.proposed.number}",
            alt="Diagram of the proposal. The list below says at which steps closed cases differ.",
            heat=heat,
            scale="Closed cases that leave their way here",
            height=380,
        )
    said = {"other": "would have gone another way", "unknown": "cannot be told"}
    for each in found.places[:_SHOWN]:
        where = f"at “{each.title}”" if each.title else "led by hand"
        st.markdown(plain(f"{counted(each.cases, 'case')} {said[each.way]}, {where}"))
    if len(found.places) > _SHOWN:
        st.markdown(f":small[and {len(found.places) - _SHOWN} more places.]")


def _play(look: ProposalLook) -> None:
    number = look.proposed.number
    if attempt(
        f"proposal:play:{number}",
        lambda _id: trial_running.play_proposal(platform(), actor=actor(), number=number),
    ):
        say("The scenarios were played again.")
        st.rerun()


def _replay(look: ProposalLook) -> None:
    """Lead closed cases over the proposal, saying how far it is; any other click ends it."""
    bar = st.progress(0.0, "Reading the closed cases")

    def proceed(done: int, of_all: int) -> bool:
        bar.progress(done / of_all, f"{done} of {counted(of_all, 'case')}")
        return True

    number, most = look.proposed.number, min(_CASES, replaying.MOST_CASES)
    if attempt(
        f"proposal:replay:{number}",
        lambda _id: trial_running.replay_proposal(
            platform(), actor=actor(), number=number, most=most, proceed=proceed
        ),
    ):
        say("The closed cases were led over it.")
        st.rerun()
