"""What somebody can do with a case beside its steps, each in a dialog."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast, get_args

import streamlit as st

from engine.domain.actor import ALLOWED, Deed, Role
from engine.domain.complaint import Channel
from engine.domain.permission import judge
from engine.services.accounts import accounts
from engine.services.handling import casework, inbox
from engine.services.handling.casework import Answer
from engine.services.links import splitting
from ui.parts import (
    case_course,
    case_kin,
    case_owner,
    case_reach,
    case_time,
    survey_action,
    tracking,
)
from ui.parts.dialog import ask_reason, confirm, known
from ui.parts.look import Look
from ui.parts.words import plain
from ui.session import platform


@dataclass(frozen=True, slots=True)
class Action:
    """One entry of the menu.

    Attributes:
        why_not: Why it is not possible now; empty when it is.
    """

    label: str
    icon: str
    open: Callable[[Look], None]
    why_not: str


def draw_actions(look: Look) -> None:
    """Draw the menu and the dialog that was chosen in it."""
    key = f"actions:{look.reference}"
    menu = st.popover("Actions", icon=":material/more_horiz:", key=key, on_change="rerun")
    possible = actions(look)
    if menu.open:
        with menu:
            for action in possible:
                _draw_action(action, key)
    chosen = st.session_state.pop(f"{key}:chosen", None)
    for action in possible:
        if action.label == chosen:
            action.open(look)


def _draw_action(action: Action, key: str) -> None:
    with st.container(gap="xxsmall"):
        st.button(
            action.label,
            icon=action.icon,
            type="tertiary",
            disabled=bool(action.why_not),
            key=f"{key}:{action.label}",
            on_click=_choose,
            args=(key, action.label),
        )
        if action.why_not:
            st.markdown(f":small[{plain(action.why_not)}]")


def _choose(key: str, label: str) -> None:
    """Close the menu, which would lie above the dialog, and open the dialog."""
    st.session_state[key] = False
    st.session_state[f"{key}:chosen"] = label


def actions(look: Look) -> tuple[Action, ...]:
    """Return every action, with the reason where it is not possible."""
    awaits = look.file.awaits
    return (
        Action(
            "Escalate",
            ":material/priority_high:",
            _escalate,
            _why_not(
                look,
                Deed.ESCALATE,
                "" if "escalation_raised" in awaits else "Nobody is handling the complaint now.",
            ),
        ),
        Action(
            "Record a withdrawal",
            ":material/cancel:",
            _withdraw,
            _why_not(
                look,
                Deed.WITHDRAW,
                "" if "withdrawn" in awaits else "Only a complaint that is being handled ends so.",
            ),
        ),
        Action(
            "Record the complainant's answer",
            ":material/reply:",
            record_answer,
            _why_not(
                look,
                Deed.ANSWER,
                "" if "answer" in awaits else "No decision waits for an answer.",
            ),
        ),
        Action(
            "Reassign a step",
            ":material/swap_horiz:",
            reassign,
            _why_not(look, Deed.REASSIGN, "" if look.file.steps else "No step waits for anybody."),
        ),
        *(each for of_kind in _FURTHER for each in of_kind(look)),
    )


def _owner(look: Look) -> tuple[Action, ...]:
    """Return what gives the complaint to another owner, for those who may."""
    if not look.person.may(Deed.REASSIGN):
        return ()
    why_not = _why_not(look, Deed.REASSIGN, "" if look.case.is_open else "The case is closed.")
    return (Action("Give to another owner", ":material/person:", case_owner.give, why_not),)


def _codes(look: Look) -> tuple[Action, ...]:
    """Return what helps a complainant back in who has lost the code."""
    if not look.person.may(Deed.GIVE_CODE):
        return ()
    why_not = _out_of_reach(look, Deed.GIVE_CODE)
    return (Action("Give a new tracking code", ":material/key:", tracking.renew, why_not),)


def _survey(look: Look) -> tuple[Action, ...]:
    """Return what records whether the complainant wants to be asked how it was handled."""
    if not look.person.may(Deed.ANSWER):
        return ()
    label = "May be asked by the survey" if survey_action.is_refused(look) else "Do not survey"
    why_not = _out_of_reach(look, Deed.ANSWER)
    return (Action(label, ":material/rate_review:", survey_action.wish, why_not),)


def _kin(look: Look) -> tuple[Action, ...]:
    """Return what joins the complaint to others."""
    found = []
    if look.person.may(Deed.LINK):
        why_not, icon = _out_of_reach(look, Deed.LINK), ":material/link:"
        found.append(Action("Link to another complaint", icon, case_kin.join, why_not))
    if look.person.may(Deed.MERGE) and not look.is_merged:
        is_over = not look.case.is_open or look.case.decided_at is not None
        obstacle = "Decided complaints are linked, not merged." if is_over else ""
        why_not, icon = _why_not(look, Deed.MERGE, obstacle), ":material/merge:"
        found.append(Action("Merge into another complaint", icon, case_kin.merge, why_not))
    if look.person.may(Deed.SPLIT) and len(look.file.issues) > 1:
        can_go = splitting.may_go(look.file.issues) and look.case.decided_at is None
        obstacle = "" if can_go and look.case.is_open else "No issue can go on by itself."
        why_not, icon = _why_not(look, Deed.SPLIT, obstacle), ":material/call_split:"
        found.append(Action("Split this complaint", icon, case_kin.split, why_not))
    return tuple(found)


def _times(look: Look) -> tuple[Action, ...]:
    """Return what changes time limits, for those who may and where a regime knows of it."""
    found, obstacle = [], "" if look.case.is_open else "The case is closed."
    if look.person.may(Deed.TELL) and look.file.occasions:
        why_not = _why_not(look, Deed.TELL, obstacle)
        icon = ":material/event_available:"
        found.append(Action("Record what happened", icon, case_time.note_occasion, why_not))
    if look.person.may(Deed.ASK_EXTENSION) and case_time.can_ask(look):
        why_not = _why_not(look, Deed.ASK_EXTENSION, obstacle)
        icon = ":material/more_time:"
        found.append(Action("Ask for more time", icon, case_time.ask, why_not))
    return tuple(found)


def _walls(look: Look) -> tuple[Action, ...]:
    """Return what decides for whom the complaint is; nothing for those who never may."""
    found = []
    rests = "The case is suspended." if look.case.is_suspended else ""
    if look.person.may(Deed.MOVE_TEAM):
        why_not = rests or _out_of_reach(look, Deed.MOVE_TEAM)
        found.append(Action("Give to another team", ":material/groups:", case_reach.move, why_not))
    if look.person.may(Deed.RESTRICT):
        why_not = rests or _out_of_reach(look, Deed.RESTRICT)
        label = "Change who knows of it" if look.case.is_restricted else "Restrict to named people"
        found.append(Action(label, ":material/lock:", case_reach.restrict, why_not))
        if look.case.is_restricted:
            found.append(
                Action("Lift the restriction", ":material/lock_open:", case_reach.lift, why_not)
            )
    return tuple(found)


def _out_of_reach(look: Look, deed: Deed) -> str:
    """Return why somebody whose role permits a deed may not do it on this complaint."""
    said = judge(deed, look.person.roles, look.file.relation).why
    return said[:1].upper() + said[1:]


def _operations(look: Look) -> tuple[Action, ...]:
    """Return what operators do; nothing for those who are none, as most people are."""
    if not look.person.may(Deed.POSTPONE):
        return ()
    rests = "The case is suspended." if look.case.is_suspended else ""
    obstacle = rests if look.case.is_open else "The case is closed."
    merged = "It is merged into another one; undo the merge." if look.is_merged else ""
    found = [Action("Move a due date", ":material/edit_calendar:", case_course.postpone, obstacle)]
    if look.person.may(Deed.OPERATE):
        found += [
            Action("Lead to another step", ":material/alt_route:", case_course.lead, obstacle),
            Action("Skip a step", ":material/skip_next:", case_course.skip, obstacle),
            Action("Resume", ":material/play_arrow:", case_course.resume, merged)
            if look.case.is_suspended
            else Action("Suspend", ":material/pause:", case_course.suspend, obstacle),
        ]
    return tuple(found)


def _why_not(look: Look, deed: Deed, obstacle: str) -> str:
    if look.person.may(deed):
        rests = "The case is suspended." if look.case.is_suspended else obstacle
        return _out_of_reach(look, deed) or rests
    roles = sorted(role.title for role in ALLOWED[deed] if role is not Role.SYSTEM)
    return f"This needs the role {', '.join(roles[:-1])} or {roles[-1]}."


@st.dialog("Escalate this complaint", icon=":material/priority_high:")
def _escalate(look: Look) -> None:
    st.markdown("A team leader is called, and has to say what is being done.")
    reason = ask_reason("dialog:escalate")
    confirm(
        "Escalate",
        key="dialog:escalate:do",
        command=f"escalate:{look.reference}",
        act=lambda command_id: casework.escalate(
            **known(look), reason=reason, command_id=command_id
        ),
        done="A team leader is called.",
    )


@st.dialog("Record a withdrawal", icon=":material/cancel:")
def _withdraw(look: Look) -> None:
    st.markdown("Work on the complaint stops. The complainant gets a letter that confirms it.")
    reason = ask_reason("dialog:withdraw", label="Reason the complainant gave")
    confirm(
        "Record the withdrawal",
        key="dialog:withdraw:do",
        command=f"withdraw:{look.reference}",
        act=lambda command_id: casework.withdraw(
            **known(look), reason=reason, command_id=command_id
        ),
        done="The withdrawal is recorded.",
    )


@st.dialog("Record the complainant's answer", icon=":material/reply:")
def record_answer(look: Look) -> None:
    """Ask what the complainant says to the decision, and record it."""
    answer = st.segmented_control(
        "Answer", get_args(Answer), format_func=str.capitalize, key="dialog:answer"
    )
    channel = st.selectbox(
        "It came by", [*Channel], format_func=lambda item: item.title, index=1, key="dialog:by"
    )
    text = st.text_area("In their words", key="dialog:words")
    confirm(
        "Record the answer",
        key="dialog:answer:do",
        command=f"answer:{look.reference}",
        act=lambda command_id: casework.deliver_answer(
            **known(look),
            answer=cast("Answer", answer or ""),
            text=text,
            channel=channel,
            command_id=command_id,
        ),
        done="The answer is recorded.",
    )


@st.dialog("Reassign a step", icon=":material/swap_horiz:")
def reassign(look: Look) -> None:
    """Ask who takes a step over and why, and hand it over."""
    steps = {item.step.token: item.step for item in look.file.steps}
    token = st.selectbox(
        "Step", list(steps), format_func=lambda key: steps[key].title, key="dialog:step"
    )
    people = accounts.colleagues(
        platform(),
        actor=look.person,
        roles=steps[token].roles,
        competences=steps[token].competences,
    )
    others = [name for name in people if name != steps[token].assignee]
    to = st.selectbox(
        "New assignee",
        others,
        index=None,
        format_func=people.__getitem__,
        placeholder="Choose a colleague",
        key=f"dialog:to:{token}",
    )
    reason = ask_reason("dialog:reassign", note="The reason becomes a note on the case.")
    is_whole = to is not None and bool(reason.strip())
    confirm(
        "Reassign",
        key="dialog:reassign:do",
        command=f"reassign:{look.reference}:{token}",
        act=lambda command_id: inbox.reassign(
            **known(look), token=token, to=str(to), reason=reason, command_id=command_id
        ),
        done=lambda: f"{steps[token].title}: given to {people[str(to)]}.",
        problem="" if is_whole else "Choose a colleague and say why.",
    )


_FURTHER = (_owner, _codes, _survey, _kin, _times, _operations, _walls)
"""What else there may be, in the order of the menu."""
