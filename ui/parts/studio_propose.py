"""A draft proposed to a second person: why, what could go wrong, and from when."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from engine.domain.process_draft import ProcessDraft
from engine.services.proposing import proposals, publishing
from engine.services.proposing.proposals import Readiness
from engine.services.studio import process_comparison, process_drafts
from engine.services.studio.draft_naming import MEND
from ui.once import attempt, say
from ui.parts.findings import draw_findings, is_blocked
from ui.parts.words import counted, plain
from ui.session import actor, platform
from ui.way import go

_AT_ONCE, _LATER = "As soon as it is approved", "From a later day"


def show(draft: ProcessDraft) -> None:
    """Draw what is asked of whoever proposes, and what the approver will be shown."""
    findings = process_drafts.check_process_draft(platform(), actor=actor(), number=draft.number)
    if any(each.mend == MEND for each in findings) and st.button(
        "Give the process the right id", icon=":material/build:", key="propose:name"
    ):
        _name(draft)
    if is_blocked(findings):
        st.markdown("It cannot be proposed yet. What stands in the way:")
        draw_findings(findings, key="propose")
        return
    found = process_comparison.compare_draft(
        platform(), actor=actor(), number=draft.number, version=0
    )
    ready = proposals.readiness(platform(), actor=actor(), number=draft.number)
    if found.comparison.is_same and not ready.scenario_changes:
        st.markdown("It is what is live already; there is nothing to propose.")
        return
    if not _draw_ready(ready):
        return
    changes = counted(len(found.comparison.told), "change in words", "changes in words")
    others = counted(len(ready.scenario_changes), "changed scenario")
    listed = f"{changes}, {others}" if ready.scenario_changes else changes
    st.markdown(
        f"A second person sees both versions side by side, {plain(listed)}, what the rules say, "
        "what trying it out has shown, and what you write here. Whoever proposes, or edited last, "
        "does not approve."
    )
    _draw_form(draft, ready)


def _draw_ready(ready: Readiness) -> bool:
    """Draw what trying the draft out shows, and tell whether it may be proposed."""
    red = ready.tried.red
    for each in red:
        said = f"Scenario “{each.playbook.title}” is red. {each.first_difference}"
        st.error(plain(said), icon=":material/cancel:")
    if red:
        st.markdown("It cannot be proposed yet. Mend the draft, or the scenarios under *Try out*.")
        return False
    st.markdown(f":green[:material/check_circle:] {plain(ready.tried.words)}")
    if ready.replayed is None:
        st.markdown(
            ":small[Closed cases were not led over it; *Try out* does that, and the second person "
            "sees what became of them.]"
        )
    elif ready.replayed.stale:
        said = "The draft was changed after closed cases were led over it. Lead them over it again."
        st.warning(plain(said), icon=":material/history:")
    else:
        said = ready.replayed.run.replay.words[0]
        st.markdown(f":green[:material/check_circle:] {plain(said)}")
    return True


def _draw_form(draft: ProcessDraft, ready: Readiness) -> None:
    of = draft.number
    reason = st.text_area("Reason", key=f"propose:reason:{of}", placeholder="Why is it changed?")
    risk = st.text_area(
        "Risk",
        key=f"propose:risk:{of}",
        placeholder="What could go wrong for complainants and staff, and what do we do then?",
    )
    when = st.segmented_control(
        "New complaints take it",
        [_AT_ONCE, _LATER],
        default=_AT_ONCE,
        required=True,
        key=f"propose:when:{of}",
    )
    begins = _ask_day(of) if when == _LATER else None
    st.markdown(":small[Complaints that run stay on their version until somebody moves them.]")
    if not st.button("Propose", type="primary", icon=":material/send:", key="propose:do"):
        return
    if attempt(
        f"propose:{of}:{draft.rev}",
        lambda _id: publishing.propose_process_draft(
            platform(),
            actor=actor(),
            number=draft.number,
            rev=draft.rev,
            reason=reason,
            risk=risk,
            valid_from=begins,
            content=ready.content,
        ),
    ):
        say("It is proposed. A second person approves it or sends it back.")
        go("studio")


def _ask_day(of: int) -> datetime:
    """Ask for the first day on which new complaints take it; return when it begins."""
    local = ZoneInfo(platform().policy.calendar.zone)
    tomorrow = platform().now().astimezone(local).date() + timedelta(days=1)
    day = st.date_input(
        "First day", tomorrow, min_value=tomorrow, format="DD/MM/YYYY", key=f"propose:day:{of}"
    )
    return datetime.combine(day, time(), tzinfo=local)


def _name(draft: ProcessDraft) -> None:
    if attempt(
        f"propose:name:{draft.number}:{draft.rev}",
        lambda _id: process_drafts.name_main_process(
            platform(), actor=actor(), number=draft.number, rev=draft.rev
        ),
    ):
        say("The process has the id by which complaints find it.")
        st.rerun()
