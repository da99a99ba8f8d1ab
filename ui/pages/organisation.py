"""Teams, who can do what, who stands in for whom, limits, and who broke the glass."""

from collections.abc import Callable, Mapping

import streamlit as st

from engine.domain.actor import Actor, Deed
from engine.domain.competence import key_of
from engine.domain.glass import Glass
from engine.domain.permission import Role
from engine.domain.standing_in import Delegation, Limit
from engine.errors import RedressError
from engine.services.accounts import competences, delegation, limits
from engine.services.running import glass
from engine.services.staffing import teams
from engine.services.staffing.teams import StaffedTeam
from ui.once import attempt, say, tell
from ui.parts import limits_preview, organisation_action, waivers, words
from ui.parts.words import plain
from ui.session import actor, platform, zone
from ui.way import link

_LINES = 25


def show() -> None:
    """Draw the page: what of it the person may see."""
    tell()
    person = actor()
    st.title("Organisation")
    parts = [title for title, (may, _draw) in _PARTS.items() if may(person)]
    if not parts:
        st.markdown("None of your roles arranges teams, competences, absences or limits.")
        return
    for title, tab in zip(parts, st.tabs(parts, key="organisation:tabs"), strict=True):
        with tab:
            try:
                _PARTS[title][1](person)
            except RedressError as refusal:
                st.error(plain(str(refusal)), icon=":material/error:")


def _draw_teams(person: Actor) -> None:
    may_change = person.may(Deed.MANAGE_TEAMS)
    _draw_head(
        "Complaints of its categories go to a team when they are lodged. A team sees its own "
        "complaints and those of no team.",
        "New team" if may_change else "",
        lambda: organisation_action.keep_team(person, None),
    )
    found = teams.all_teams(platform(), actor=person)
    names = organisation_action.people(person)
    for each in found:
        with st.container(border=True, key=f"team:{each.team.code}"):
            _draw_team(person, each, names, may_change=may_change)
    if not found:
        _draw_empty("There are no teams: every complaint is everybody's who works on complaints.")


def _draw_team(
    person: Actor, each: StaffedTeam, names: Mapping[str, str], *, may_change: bool
) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(each.team.title)}**", width="content")
        st.badge(words.counted(len(each.members), "person", "people"), color="gray")
        st.space("stretch")
        if may_change and st.button("Change", key=f"team:change:{each.team.code}"):
            organisation_action.keep_team(person, each)
    members = ", ".join(names.get(name, name) for name in each.members)
    st.markdown(plain(members) or "Nobody belongs to it yet.")
    if each.team.categories:
        st.markdown(f":small[Gets: {plain(', '.join(each.team.categories))}]")


def _draw_competences(person: Actor) -> None:
    everybody = competences.of_everybody(platform(), actor=person)
    _draw_head(
        "A step that asks for a competence is taken only by people who have it, besides its role. "
        "Whoever stands in needs it too. Nobody says what they can do themselves.",
        "Say what somebody can do" if person.may(Deed.SAY_COMPETENCES) else "",
        lambda: organisation_action.say_competences(person, everybody),
    )
    for finding in competences.without_anybody(platform(), actor=person):
        said = f"“{finding.label}”: {finding.problem} {finding.why}"
        st.warning(plain(said), icon=":material/person_off:")
    able = [each for each in everybody if each.competences]
    if able:
        columns = {
            "Person": [plain(each.name) for each in able],
            "Can do": [plain(", ".join(sorted(each.competences, key=key_of))) for each in able],
        }
        st.table(columns, border="horizontal", hide_index=True)
    else:
        _draw_empty("What people can do besides their roles was not said yet.")


def _draw_absences(person: Actor) -> None:
    _draw_head(
        "Whoever stands in does the steps of the absent person, with the limits of that person, "
        "and never decides what either of them drafted.",
        "Arrange it",
        lambda: organisation_action.delegate(person),
    )
    names, now = organisation_action.people(person), platform().now()
    found = delegation.current(platform(), actor=person)
    for each in found:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            to, absent = (plain(names.get(n, n)) for n in (each.delegate, each.absent))
            st.markdown(f"**{to}** stands in for **{absent}**", width="content")
            if each.is_live(now):
                st.badge("Now", color="green")
            st.space("stretch")
            st.markdown(f":small[{_times(each)}]", width="content")
            if st.button("End", key=f"delegation:end:{each.id}"):
                _end(person, each)
    if not found:
        _draw_empty("Nobody is away.")


def _end(person: Actor, ended: Delegation) -> None:
    if attempt(
        f"delegation:{ended.id}",
        lambda _id: delegation.end(platform(), actor=person, delegation_id=ended.id),
    ):
        say("It has ended.")
        st.rerun()


def _times(each: Delegation) -> str:
    begin, end = (words.moment(at, zone()) for at in (each.from_at, each.until_at))
    return plain(f"{begin} to {end}")


def _draw_limits(person: Actor) -> None:
    _draw_head(
        "How much money somebody may agree to. A person's own limit outranks those of their "
        "roles; without any, the amount is free. One proposes, another confirms.",
        "Propose a limit" if person.may(Deed.PROPOSE_LIMIT) else "",
        lambda: organisation_action.propose_limit(person),
    )
    names = organisation_action.people(person)
    every = limits.all_limits(platform(), actor=person)
    for waiting in (limit for limit in every if not limit.decided_by):
        _draw_waiting_limit(person, waiting, names)
    found = limits.in_force(platform(), actor=person)
    if found:
        st.table(
            {plain(_holder(holder, names)): plain(_amount(found[holder])) for holder in found},
            border="horizontal",
        )
    if not every:
        _draw_empty("There are no limits.")


def _draw_waiting_limit(person: Actor, limit: Limit, names: Mapping[str, str]) -> None:
    with st.container(border=True, key=f"limit:{limit.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{plain(_holder(limit.holder, names))}**: {plain(_amount(limit.amount))}",
                width="content",
            )
            st.badge("Waits for a second person", color="orange")
            st.space("stretch")
            if person.may(Deed.CONFIRM_LIMIT):
                _draw_decision(person, limit)
        by = names.get(limit.proposed_by, limit.proposed_by)
        st.markdown(f":small[Proposed by {plain(by)}]")
        st.text(limit.reason)


def _draw_decision(person: Actor, limit: Limit) -> None:
    for label, confirm in (("Confirm", True), ("Turn down", False)):
        if st.button(label, key=f"limit:{label}:{limit.id}"):
            _decide(person, limit, confirm=confirm)


def _decide(person: Actor, limit: Limit, *, confirm: bool) -> None:
    if attempt(
        f"limit:{limit.id}:{confirm}",
        lambda _id: limits.decide(platform(), actor=person, limit_id=limit.id, confirm=confirm),
    ):
        say("The limit holds from now on." if confirm else "The limit is turned down.")
        st.rerun()


def _holder(holder: str, names: Mapping[str, str]) -> str:
    kind, _colon, name = holder.partition(":")
    return f"Every {Role(name).title}" if kind == "role" else names.get(name, name)


def _amount(amount: object) -> str:
    currency = platform().policy.organisation.currency
    return "any amount" if amount is None else f"up to {amount:,.2f} {currency}"


def _draw_glass(person: Actor) -> None:
    st.markdown(
        ":small[Somebody has looked at a complaint that was closed to them. Ask them, and say "
        "that you have.]"
    )
    found = glass.broken(platform(), actor=person, limit=_LINES)
    for each in found:
        _draw_look(person, each, is_open=True)
    if not found:
        _draw_empty("Nothing waits to be looked into.")
    seen = glass.broken(platform(), actor=person, is_seen=True, limit=_LINES)
    if seen:
        st.header("Looked into")
        for each in seen:
            _draw_look(person, each, is_open=False)


def _draw_look(person: Actor, each: Glass, *, is_open: bool) -> None:
    with st.container(border=True, key=f"glass:{each.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(each.username)}**", width="content")
            if person.may(Deed.READ):
                link("case", plain(each.reference), ref=each.reference)
            st.space("stretch")
            begin, end = (words.moment(at, zone()) for at in (each.broken_at, each.until_at))
            st.markdown(f":small[{plain(f'{begin} to {end}')}]", width="content")
            if is_open and st.button("I have looked into it", key=f"glass:see:{each.id}"):
                _see(person, each)
        st.text(each.reason)
        if each.seen_by:
            st.markdown(f":small[Looked into by {plain(each.seen_by)}]")


def _see(person: Actor, each: Glass) -> None:
    if attempt(
        f"glass:{each.id}", lambda _id: glass.see(platform(), actor=person, glass_id=each.id)
    ):
        say("It is kept that you have looked into it.")
        st.rerun()


def _draw_head(about: str, label: str, act: Callable[[], None]) -> None:
    st.markdown(f":small[{plain(about)}]")
    if label and st.button(label, type="primary", key=f"organisation:{label}"):
        act()


def _draw_empty(text: str) -> None:
    with st.container(horizontal_alignment="center"):
        st.space("small")
        st.markdown(plain(text), text_alignment="center")


_PARTS: Mapping[str, tuple[Callable[[Actor], bool], Callable[[Actor], None]]] = {
    "Teams": (lambda p: p.may(Deed.MANAGE_TEAMS) or p.may(Deed.WORK), _draw_teams),
    "Competences": (
        lambda p: p.may(Deed.SAY_COMPETENCES) or p.may(Deed.WORK),
        _draw_competences,
    ),
    "Absence": (
        lambda p: p.may(Deed.DELEGATE) or p.may(Deed.DELEGATE_OTHERS),
        _draw_absences,
    ),
    "Limits": (lambda p: p.may(Deed.SEE_LIMITS), _draw_limits),
    "Waivers": (lambda p: p.may(Deed.SEE_LIMITS), waivers.draw),
    "Time limits": (lambda p: p.may(Deed.MEASURE), limits_preview.draw),
    "Broken glass": (lambda p: p.may(Deed.SEE_GLASS), _draw_glass),
}
"""By title: who sees a part of the page, and what draws it."""
