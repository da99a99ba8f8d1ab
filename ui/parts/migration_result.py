"""What would become of every complaint under a plan, and what became of each."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.migration_plan import (
    Ending,
    Group,
    MigratedCase,
    Outcome,
    PlanState,
    Verdict,
)
from engine.services.migration import migration_plans
from engine.services.migration.migration_plans import PlanView
from ui.parts import migration_action, words
from ui.parts.caselist import CaseRow, caselist
from ui.parts.words import counted, plain
from ui.session import actor, platform, zone
from ui.way import address, link

_T = TypeVar("_T", Verdict, Outcome)
_ALL = ""
PAGE = 25
"""Complaints of one page."""
_TITLES: Mapping[Verdict | Outcome, str] = {
    Verdict.FINE: "Fine",
    Verdict.NEEDS_MAPPING: "Needs mapping",
    Verdict.BLOCKED: "Blocked",
    Outcome.MOVED: "Moved",
    Outcome.NEEDS_MAPPING: "Needs mapping",
    Outcome.BLOCKED: "Blocked",
    Outcome.FAILED: "Failed",
    Outcome.UNDONE: "Moved back",
}
_ALARMING = {Verdict.BLOCKED, Outcome.BLOCKED, Outcome.FAILED}
_SHORT = 90
"""Characters of a reason in a line of a table."""


def draw_dry_run(view: PlanView) -> None:
    """Draw what would become of every complaint, and the buttons that try it and do it."""
    plan, told = view.plan, view.plan.dry_run
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("What would become of each", width="content")
        st.space("stretch")
        starts = st.button(
            "Try it out",
            icon=":material/science:",
            type="secondary" if plan.is_tried else "primary",
            key="migration:try",
        )
        moves = st.button(
            f"Move {counted(told.fine if told else 0, 'complaint')}",
            icon=":material/move_up:",
            type="primary" if plan.is_tried else "secondary",
            key="migration:carry",
            disabled=not (plan.is_tried and told and told.fine),
        )
    if starts:
        migration_action.try_out(view)
    if moves:
        migration_action.carry_out(view)
    if told is None:
        st.markdown("Nobody has tried the plan out yet. Trying it out moves nothing.")
        return
    if not plan.is_tried:
        st.warning("The plan was changed since; try it out again.", icon=":material/history:")
    numbers = {
        Verdict.FINE: told.fine,
        Verdict.NEEDS_MAPPING: told.needs_mapping,
        Verdict.BLOCKED: told.blocked,
    }
    _draw_numbers({_TITLES[verdict]: number for verdict, number in numbers.items()})
    looked = f"{counted(told.cases, 'complaint')} looked at, {words.moment(told.at, zone())}"
    st.markdown(f":small[{plain(looked)}]")
    groups = (*told.obstacles, *told.remarks)
    there = [verdict for verdict in Verdict if any(each.verdict is verdict for each in groups)]
    wanted = _choose(there, {}, key=f"migration:verdict:{plan.number}")
    _draw_groups(view, [each for each in groups if each.verdict in wanted])


def draw(view: PlanView) -> None:
    """Draw how far a plan is that was begun, and what became of each complaint."""
    plan = view.plan
    if plan.state is PlanState.RUNNING:
        share = min(1.0, plan.done / max(1, plan.total))
        st.progress(share, f"{plan.done:,} of {plan.total:,} complaints done")
        if st.button("Go on with the rest", type="primary", key="migration:on"):
            migration_action.go_on(view)
    if plan.undone_reason:
        said = f"Undone by {view.names.get(plan.undone_by, plan.undone_by)}: {plan.undone_reason}"
        st.markdown(f":small[{plain(said)}]")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("Each complaint", width="content")
        st.space("stretch")
        is_left = plan.counts.get(Outcome.MOVED, 0) and plan.state is not PlanState.UNDONE
        if is_left and st.button("Move all back", icon=":material/undo:", key="migration:undo"):
            migration_action.undo(view)
    there = [each for each in Outcome if plan.counts.get(each)]
    if not there:
        st.markdown("No complaint was moved yet.")
        return
    wanted = _choose(there, plan.counts, key=f"migration:outcome:{plan.number}")
    _draw_cases(view, wanted, _choose_ending(view, wanted))


def _choose(there: Sequence[_T], numbers: Mapping[_T, int], *, key: str) -> Sequence[_T]:
    """Draw a filter by result where there are several, and return what is wanted."""
    if len(there) < 2:
        return there
    known = {str(each): each for each in there}
    titles = {_ALL: "All"} | {str(each): _TITLES[each] for each in there}
    if numbers:
        titles = {_ALL: f"All {sum(numbers.values()):,}"} | {
            str(each): f"{_TITLES[each]} {numbers[each]:,}" for each in there
        }
    chosen: str = st.segmented_control(
        "Result",
        list(titles),
        format_func=titles.__getitem__,
        default=_ALL,
        required=True,
        label_visibility="collapsed",
        key=key,
    )
    return there if chosen == _ALL else [known[chosen]]


def _draw_numbers(numbers: Mapping[str, int]) -> None:
    with st.container(horizontal=True):
        for title, number in numbers.items():
            st.metric(title, f"{number:,}", border=True)


def _draw_groups(view: PlanView, groups: Sequence[Group]) -> None:
    """Draw each reason with the number of complaints, and on a click some of them."""
    if not groups:
        return
    rows = [
        CaseRow(
            id=str(number),
            href=address("migration", plan=str(view.plan.number)),
            title=each.text,
            about="",
            cells=(_TITLES[each.verdict], f"{each.count:,}"),
            alarming=(0,) * (each.verdict in _ALARMING),
        )
        for number, each in enumerate(groups)
    ]
    head = ("Why", "Result", "Complaints")
    key = f"migration.groups.{view.plan.number}"
    chosen = caselist(rows, key=key, caption="Reasons and how many complaints", head=head)
    if chosen is not None:
        _open_group(view, groups[int(chosen)])


@st.dialog("Complaints", icon=":material/list:")
def _open_group(view: PlanView, group: Group) -> None:
    st.markdown(f"**{plain(counted(group.count, 'complaint'))}.** {plain(group.text)}")
    named = [view.references.get(case_id, "") for case_id in group.examples]
    known = [name for name in named if name]
    if group.count > len(known):
        st.markdown(f":small[{plain(_few(len(known), hidden=named.count('')))}]")
    for reference in known:
        _draw_reference(reference)


def _few(named: int, *, hidden: int) -> str:
    some = f"{counted(named, 'example')}." if named else ""
    return f"{some} Restricted complaints are not named here." if hidden else some


def _draw_reference(reference: str) -> None:
    """Draw a reference, as a link for those who may open complaints."""
    if actor().may(Deed.READ):
        link("case", plain(reference), icon=":material/open_in_new:", ref=reference)
    else:
        st.markdown(f":small[{plain(reference)}]", width="content")


def _choose_ending(view: PlanView, wanted: Sequence[Outcome]) -> Ending | None:
    """Draw the reasons with their counts, and return the one that is looked at."""
    known = {
        f"{number}": each
        for number, each in enumerate(view.endings)
        if each.outcome in wanted and _why(each.texts, each.kept_because)
    }
    if len(known) < 2:
        return None
    titles = {_ALL: "Any"} | {
        name: f"{view.endings[each]:,}: {_shortened(_why(each.texts, each.kept_because))}"
        for name, each in known.items()
    }
    chosen: str = st.selectbox(
        "Why",
        list(titles),
        format_func=titles.__getitem__,
        key=f"migration:why:{view.plan.number}:{'.'.join(wanted)}",
    )
    return known.get(chosen)


def _why(texts: Sequence[str], kept_because: str) -> str:
    told = [*texts, *([f"Not moved back: {kept_because}"] * bool(kept_because))]
    return " ".join(told)


def _shortened(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1].rstrip()}…"


def _draw_cases(view: PlanView, wanted: Sequence[Outcome], ending: Ending | None) -> None:
    """Draw one page of complaints as a table, and on a click one of them in full."""
    plan = view.plan
    total = view.endings[ending] if ending else sum(plan.counts[each] for each in wanted)
    which = f"{'.'.join(wanted)}:{list(view.endings).index(ending) if ending else ''}"
    key = f"migration:page:{plan.number}:{which}"
    page = st.session_state.get(key, 1) if total > PAGE else 1
    found = migration_plans.migrated_cases(
        platform(),
        actor=actor(),
        number=plan.number,
        outcomes=wanted,
        limit=PAGE,
        offset=PAGE * (page - 1),
        ending=ending,
    )
    chosen = caselist(
        [_row(view, each) for each in found],
        key=f"migration.cases.{plan.number}",
        caption="What became of each complaint",
        head=("Complaint", "Result", "Why"),
    )
    if total > PAGE:
        st.pagination(-(-total // PAGE), key=key)
    one = next((each for each in found if str(each.case_id) == chosen), None)
    if one is not None:
        _open_case(view, one)


def _row(view: PlanView, each: MigratedCase) -> CaseRow:
    is_open = bool(each.reference) and actor().may(Deed.READ)
    here = address("migration", plan=str(view.plan.number))
    return CaseRow(
        id=str(each.case_id),
        href=address("case", ref=each.reference) if is_open else here,
        title=each.reference or "A restricted complaint",
        about="",
        cells=(_TITLES[each.outcome], _shortened(_why(each.texts, each.kept_because))),
        alarming=(0,) * (each.outcome in _ALARMING),
    )


@st.dialog("What became of it", icon=":material/move_up:")
def _open_case(view: PlanView, each: MigratedCase) -> None:
    if each.reference:
        _draw_reference(each.reference)
    else:
        st.markdown("A restricted complaint; you may not read it.")
    st.markdown(f"{_TITLES[each.outcome]}, {plain(words.moment(each.at, zone()))}")
    for text in filter(None, (*each.texts, _why((), each.kept_because))):
        st.markdown(plain(text))
    if each.outcome is Outcome.MOVED and each.reference:
        migration_action.undo_one(view.plan, each.reference)
