"""Who a complaint is for: another team, named people alone, or a look in an emergency."""

from uuid import UUID

import streamlit as st

from engine.domain.actor import Actor, Deed
from engine.services.accounts import accounts
from engine.services.running import glass
from engine.services.staffing import restriction, teams
from ui.parts.dialog import WHY, ask_reason, confirm, known
from ui.parts.look import Look
from ui.parts.words import moment, plain
from ui.session import platform, zone

EVERYBODY = "Everybody who works on complaints"


@st.dialog("Give to another team", icon=":material/groups:")
def move(look: Look) -> None:
    """Ask which team takes a complaint over and why, and give it to them."""
    titles = {each.team.code: each.team.title for each in _teams(look)} | {"": EVERYBODY}
    others = [code for code in titles if code != (look.case.team or "")]
    st.markdown("Steps and ownership of people who are not in that team end.")
    to = st.selectbox(
        "Team",
        others,
        index=None,
        format_func=titles.__getitem__,
        placeholder="Choose a team",
        key="dialog:team",
    )
    reason = ask_reason("dialog:team:reason", note=WHY)
    confirm(
        "Give it to them",
        key="dialog:team:do",
        command=f"team:{look.reference}",
        act=lambda command_id: teams.move(
            **known(look), team=to or "", reason=reason, command_id=command_id
        ),
        done="The other team has it.",
        problem="" if to is not None else "Choose a team.",
    )


@st.dialog("Restrict to named people", icon=":material/lock:")
def restrict(look: Look) -> None:
    """Ask who is to know of a complaint and why, and close it to everybody else."""
    people = accounts.colleagues(platform(), actor=look.person)
    named = restriction.named(platform(), actor=look.person, reference=look.reference)
    st.markdown(
        "For everybody else this complaint is one that does not exist: in lists, searches, "
        "figures and exports. Steps and ownership of others end."
    )
    chosen = st.multiselect(
        "People who know of it",
        sorted(people, key=people.__getitem__),
        default=[name for name in named if name in people],
        format_func=people.__getitem__,
        placeholder="Choose people",
        key="dialog:named",
    )
    reason = ask_reason("dialog:restrict:reason", note=WHY)
    confirm(
        "Restrict it",
        key="dialog:restrict:do",
        command=f"restrict:{look.reference}",
        act=lambda command_id: restriction.restrict(
            **known(look), people=chosen, reason=reason, command_id=command_id
        ),
        done="The complaint is restricted.",
        problem="" if chosen else "Choose at least one person.",
    )


@st.dialog("Lift the restriction", icon=":material/lock_open:")
def lift(look: Look) -> None:
    """Ask why a complaint is open again, and lift its restriction."""
    st.markdown("Everybody sees it again who would without the restriction.")
    reason = ask_reason("dialog:lift:reason", note=WHY)
    confirm(
        "Lift it",
        key="dialog:lift:do",
        command=f"lift:{look.reference}",
        act=lambda command_id: restriction.lift(
            **known(look), reason=reason, command_id=command_id
        ),
        done="The restriction is lifted.",
    )


def offer_glass(person: Actor, reference: str) -> None:
    """Offer to break the glass where a complaint is closed to somebody who may."""
    if not person.may(Deed.BREAK_GLASS):
        return
    minutes = platform().policy.access.glass_minutes
    st.markdown(
        "If it exists and you must read it in an emergency, you can break the glass. Those who "
        "answer for the organisation are told at once, and every look is kept."
    )
    if st.button("Break the glass", icon=":material/emergency_home:", key="glass:open"):
        _break(person, reference, minutes)


@st.dialog("Break the glass", icon=":material/emergency_home:")
def _break(person: Actor, reference: str, minutes: int) -> None:
    st.markdown(
        f"{plain(reference)} opens to you for {minutes} minutes, to read and nothing else. "
        "Your reason goes to those who answer for the organisation."
    )
    reason = ask_reason(f"glass:reason:{reference}")
    until: list[str] = []

    def act(command_id: UUID) -> None:
        opened = glass.break_glass(
            platform(),
            actor=person,
            reference=reference,
            reason=reason,
            command_id=command_id,
        )
        until.append(moment(opened, zone()))

    confirm(
        "Break the glass",
        key="glass:do",
        command=f"glass:{reference}",
        act=act,
        done=lambda: f"Open to you until {until[-1]}.",
    )


def team_title(look: Look) -> str:
    """Return the name of the team that has a complaint; empty for one of everybody."""
    if look.case.team is None:
        return ""
    titles = {each.team.code: each.team.title for each in _teams(look)}
    return titles.get(look.case.team, look.case.team)


def _teams(look: Look) -> tuple[teams.StaffedTeam, ...]:
    if not look.person.may(Deed.READ):  # who looks through broken glass
        return ()
    return teams.all_teams(platform(), actor=look.person)
