"""Improvement: what comes again, what is done about it, and whether it has helped."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Literal

import streamlit as st

from engine.domain.actor import Actor, Deed
from engine.domain.governance import (
    RecordKind,
    RecordState,
    acts_on,
    kept_apart,
    kept_apart_of_work,
)
from engine.domain.improvement import Cause, Check, Standing
from engine.services.improvement import improvement_board
from engine.services.improvement.improvement_board import Board, Improvement
from ui.once import tell
from ui.parts import governance_action, improvement_action, words
from ui.parts.control_chart import draw_chart
from ui.parts.effect_words import effect_told, side_told
from ui.parts.words import calendar_day, counted, plain
from ui.session import actor, platform, zone

_SHOWN = "improvement.of"
_FEW = 6
"""So many are shown before somebody asks for the others."""
_Color = Literal["red", "orange", "blue", "green", "gray"]
_COLORS: Mapping[Standing, _Color] = {
    Standing.OVERDUE: "red",
    Standing.CHECK_DUE: "orange",
    Standing.ASKS_ANOTHER: "orange",
    Standing.PROPOSED: "blue",
    Standing.TO_DO: "blue",
    Standing.WATCHED: "blue",
    Standing.EFFECTIVE: "green",
}


def show() -> None:
    """Draw the page."""
    tell()
    person = actor()
    board = improvement_board.improvement_board(platform(), actor=person)
    st.title("Improvement")
    st.markdown(
        ":small[What comes again, what is done about it, and whether it has helped. A second "
        "person approves each action, and somebody who had no part in it judges its effect.]"
    )
    _draw_buttons(person, board)
    measured = [each for each in board.actions if each.effect]
    if measured:
        left, right = st.columns([1, 1.3], gap="medium")
        with right, st.container(border=True):
            _draw_effect(measured, board.names)
    else:
        left = st.container()
    with left:
        _draw_causes(person, board)
        open_ = [each for each in board.actions if not each.standing.is_over]
        _draw_group(person, board, "Actions", open_)
        issues = [each for each in board.issues if not each.standing.is_over]
        _draw_group(person, board, "Systemic issues", issues)
        over = [e for e in (*board.actions, *board.issues) if e.standing.is_over]
        if over and st.toggle(f"Show {counted(len(over), 'record')} that are over", key="over"):
            for each in over:
                _draw(person, board, each)
    if not board.actions and not board.issues and not board.causes:
        st.markdown("Nothing is on record yet.", text_alignment="center")


def _draw_buttons(person: Actor, board: Board) -> None:
    with st.container(horizontal=True):
        if person.may(Deed.GOVERN):
            if st.button(
                "Propose an action", icon=":material/add:", type="primary", key="action:add"
            ):
                improvement_action.propose(person, board)
            if st.button("Record a systemic issue", icon=":material/hub:", key="systemic:add"):
                improvement_action.raise_issue(person)
        st.download_button(
            "Download as CSV",
            data=partial(improvement_board.improvement_csv, platform(), actor=person),
            file_name="improvement.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="improvement.csv",
        )


def _draw_causes(person: Actor, board: Board) -> None:
    """Draw the causes that affect others, and that nobody has taken up yet."""
    if not board.causes:
        return
    st.header("Causes that affect others")
    for cause in board.causes:
        _draw_cause(person, cause)


def _draw_cause(person: Actor, cause: Cause) -> None:
    key = f"cause:{cause.area}:{cause.category}"
    told = f"{counted(cause.issues, 'issue')}, {cause.systemic} said to affect others"
    last = words.day(cause.last_at, zone())
    with st.container(border=True, key=key, gap="xsmall"):
        st.markdown(
            f"**{plain(f'{cause.area.title}, {cause.category}')}**  \n"
            f":small[{plain(f'{told}; last found on {last}')}]"
        )
        with st.container(horizontal=True, gap="small"):
            if st.button("Complaints", key=f"{key}:cases", type="tertiary"):
                improvement_action.show_cases(person, cause)
            st.space("stretch")
            if person.may(Deed.GOVERN) and st.button("Take it up", key=f"{key}:raise"):
                improvement_action.raise_issue(person, cause)


def _draw_group(person: Actor, board: Board, title: str, found: Sequence[Improvement]) -> None:
    if not found:
        return
    st.header(plain(title))
    shown = found
    key = f"improvement.all.{title}"
    if len(found) > _FEW and not st.session_state.get(key):
        shown = found[:_FEW]
    for each in shown:
        _draw(person, board, each)
    if len(shown) < len(found):
        st.button(
            f"Show all {len(found)}",
            key=f"improvement:more:{title}",
            on_click=lambda: st.session_state.update({key: True}),
        )


def _draw(person: Actor, board: Board, each: Improvement) -> None:
    """Draw one action or issue with what can be done about it."""
    record = each.record
    with st.container(border=True, key=f"improvement:{record.number}", gap="xsmall"):
        with st.container(horizontal=True, gap="small"):
            st.badge(plain(each.standing.title), color=_COLORS.get(each.standing, "gray"))
            if each.has_climbed:
                st.badge("Shown higher up", icon=":material/arrow_upward:", color="red")
        lines = [f"**{plain(record.title)}**", plain(record.text)]
        lines += [f":small[{plain(line)}]" for line in _facts(board, each)]
        st.markdown("  \n".join(lines))
        with st.container(horizontal=True, gap="small"):
            _draw_acts(person, board, each)


def _draw_acts(person: Actor, board: Board, each: Improvement) -> None:
    record, number = each.record, each.record.number
    if each.effect:
        st.button(
            "Chart",
            key=f"improvement:chart:{number}",
            type="tertiary",
            icon=":material/show_chart:",
            on_click=partial(st.session_state.__setitem__, _SHOWN, number),
        )
    if not person.may(Deed.GOVERN):
        return
    st.space("stretch")
    _draw_next(person, board, each)
    for act in acts_on(record):
        if kept_apart(record, act, person.username):
            continue
        if st.button(governance_action.ASKS[act], key=f"improvement:{number}:{act}"):
            governance_action.act_on(person, record, act)


def _draw_next(person: Actor, board: Board, each: Improvement) -> None:
    """Draw what this page alone offers: a figure, an action that answers, a judgement."""
    record, number = each.record, each.record.number
    if _lacks_figure(board, each) and st.button("Choose a figure", key=f"improvement:aim:{number}"):
        improvement_action.aim(person, board, each)
    if _lacks_action(each) and st.button("Add an action", key=f"improvement:act:{number}"):
        improvement_action.propose(person, board, number)
    check = each.due_check(platform().calendar.day_of(platform().now()))
    if check is None or kept_apart_of_work(record, person.username):
        return
    if st.button("Judge", key=f"improvement:judge:{number}", type="primary"):
        improvement_action.judge(person, each, check, effect_told(each))


def _lacks_figure(board: Board, each: Improvement) -> bool:
    is_ahead = each.record.state in {RecordState.PROPOSED, RecordState.APPROVED}
    is_action = each.record.kind is RecordKind.ACTION
    return is_action and is_ahead and not each.aim.chart and bool(board.figures)


def _lacks_action(each: Improvement) -> bool:
    if each.record.kind is RecordKind.SYSTEMIC_ISSUE:
        return not each.standing.is_over
    return each.standing is Standing.ASKS_ANOTHER


def _facts(board: Board, each: Improvement) -> list[str]:
    """Return whose it is, until when, what it answers to, and how it was judged."""
    record, aim, names = each.record, each.aim, board.names
    due = calendar_day(record.due_on)
    kind = aim.way.title if aim.way else record.kind.title
    told = [f"{kind}, {names.get(record.owner, record.owner)}, due {due}"]
    about = []
    if record.about:
        about.append(f"answers to record {record.about}")
    if aim.signal:
        about.append(f"answers to signal {aim.signal}")
    if aim.chart:
        figure = board.figures.get(aim.chart, aim.chart)
        about.append(f"shall make “{figure}” {aim.wants}")
    if aim.cause_area:
        about.append(f"cause: {aim.cause_area.title.lower()}, {aim.category or 'any category'}")
    if aim.affected is not None:
        about.append(f"{counted(aim.affected, 'person', 'people')} affected")
    if each.answers:
        about.append("answered by record " + ", ".join(map(str, each.answers)))
    told.append("; ".join([f"Record {record.number}", *about]))
    return told + [_judged(check, names) for check in each.checks if check.verdict]


def _judged(check: Check, names: Mapping[str, str]) -> str:
    verdict = check.verdict.title if check.verdict else ""
    who = names.get(check.judged_by, check.judged_by)
    return f"After {check.days} days: {verdict.lower()} ({who}): {check.reason}"


def _draw_effect(measured: Sequence[Improvement], names: Mapping[str, str]) -> None:
    """Draw the figure of an action before it was carried out and after."""
    by_number = {each.record.number: each for each in measured}
    if st.session_state.get(_SHOWN) not in by_number:
        st.session_state[_SHOWN] = next(iter(by_number))
    chosen = st.selectbox(
        "Before and after",
        list(by_number),
        key=_SHOWN,
        format_func=lambda number: by_number[number].record.title,
        persist_state="session",
    )
    each = by_number[chosen]
    effect, done_at = each.effect, each.record.done_at
    if effect is None or done_at is None:
        return
    left, right = st.columns(2)
    for place, title, side in (
        (left, "Before", effect.compared.before),
        (right, "After", effect.compared.after),
    ):
        value, told = side_told(effect, side)
        place.metric(title, value)
        place.markdown(f":small[{plain(told)}]")
    st.markdown(plain(effect_told(each)))
    done = words.day(done_at, zone())
    st.markdown(f":small[{plain(f'Carried out on {done}: the triangle marks it.')}]")
    draw_chart(effect.view, dict(names), zone())
    _draw_checks(each, names)


def _draw_checks(each: Improvement, names: Mapping[str, str]) -> None:
    """Draw when the effect is judged, and what was judged."""
    today = platform().calendar.day_of(platform().now())
    for check in each.checks:
        if check.verdict:
            told = _judged(check, names)
        else:
            due = "to be judged since" if check.is_due(today) else "is judged on"
            told = f"After {check.days} days: {due} {calendar_day(check.due_on)}"
        st.markdown(f":small[{plain(told)}]")
