"""What would become of every complaint under a plan, and what became of each."""

from collections.abc import Mapping, Sequence
from typing import Literal

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.migration_plan import Group, MigratedCase, Outcome, PlanState, Verdict
from engine.services import migration_plans
from engine.services.migration_plans import PlanView
from ui.parts import migration_action, words
from ui.parts.words import counted, plain
from ui.session import actor, platform, zone
from ui.way import link

_ALL = ""
PAGE = 25
"""Complaints of one page."""
_Color = Literal["red", "orange", "green", "gray"]
_BADGES: Mapping[Verdict | Outcome, tuple[str, _Color]] = {
    Verdict.FINE: ("Fine", "green"),
    Verdict.NEEDS_MAPPING: ("Needs mapping", "orange"),
    Verdict.BLOCKED: ("Blocked", "red"),
    Outcome.MOVED: ("Moved", "green"),
    Outcome.NEEDS_MAPPING: ("Needs mapping", "orange"),
    Outcome.BLOCKED: ("Blocked", "red"),
    Outcome.FAILED: ("Failed", "red"),
    Outcome.UNDONE: ("Moved back", "gray"),
}


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
    if starts:
        migration_action.try_out(view)
    if told is None:
        st.markdown("Nobody has tried the plan out yet. Trying it out moves nothing.")
        return
    if not plan.is_tried:
        st.warning("The plan was changed since; try it out again.", icon=":material/history:")
    _draw_numbers({"Fine": told.fine, "Needs mapping": told.needs_mapping, "Blocked": told.blocked})
    looked = f"{counted(told.cases, 'complaint')} looked at, {words.moment(told.at, zone())}"
    st.markdown(f":small[{plain(looked)}]")
    for number, group in enumerate(told.obstacles):
        _draw_group(view, group, number)
    if told.remarks:
        with st.expander(f"Worth knowing of those that are fine ({len(told.remarks)})"):
            for number, group in enumerate(told.remarks, start=len(told.obstacles)):
                _draw_group(view, group, number)
    can_be_moved = plan.is_tried and told.fine > 0
    if st.button(
        f"Move {counted(told.fine, 'complaint')}",
        icon=":material/move_up:",
        type="primary",
        key="migration:carry",
        disabled=not can_be_moved,
    ):
        migration_action.carry_out(view)


def draw(view: PlanView) -> None:
    """Draw how far a plan is that was begun, and what became of each complaint."""
    plan = view.plan
    if plan.state is PlanState.RUNNING:
        share = min(1.0, plan.done / max(1, plan.total))
        st.progress(share, f"{plan.done:,} of {plan.total:,} complaints done")
        if st.button("Go on with the rest", type="primary", key="migration:on"):
            migration_action.go_on(view)
    _draw_numbers({_BADGES[each][0]: plan.counts[each] for each in Outcome if each in plan.counts})
    if plan.undone_reason:
        said = f"Undone by {view.names.get(plan.undone_by, plan.undone_by)}: {plan.undone_reason}"
        st.markdown(f":small[{plain(said)}]")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("Each complaint", width="content")
        st.space("stretch")
        is_left = plan.counts.get(Outcome.MOVED, 0) and plan.state is not PlanState.UNDONE
        if is_left and st.button("Move all back", icon=":material/undo:", key="migration:undo"):
            migration_action.undo(view)
    _draw_cases(view)


def _draw_numbers(numbers: Mapping[str, int]) -> None:
    with st.container(horizontal=True):
        for title, number in numbers.items():
            st.metric(title, f"{number:,}", border=True)


def _draw_group(view: PlanView, group: Group, number: int) -> None:
    with st.container(border=True, key=f"migration:group:{number}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            label, color = _BADGES[group.verdict]
            st.badge(label, color=color)
            st.markdown(f"**{plain(counted(group.count, 'complaint'))}**", width="content")
        st.markdown(plain(group.text))
        named = [view.references.get(case_id, "") for case_id in group.examples]
        _draw_references([name for name in named if name], hidden=named.count(""))


def _draw_references(references: Sequence[str], *, hidden: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for reference in references:
            _draw_reference(reference)
        if hidden:
            st.markdown(":small[restricted complaints, not named here]", width="content")


def _draw_reference(reference: str) -> None:
    """Draw a reference, as a link for those who may open complaints."""
    if actor().may(Deed.READ):
        link("case", plain(reference), ref=reference)
    else:
        st.markdown(f":small[{plain(reference)}]", width="content")


def _draw_cases(view: PlanView) -> None:
    plan = view.plan
    there = [each for each in Outcome if plan.counts.get(each)]
    if not there:
        st.markdown("No complaint was moved yet.")
        return
    chosen = _ALL
    if len(there) > 1:
        chosen = st.segmented_control(
            "Which",
            [_ALL, *there],
            format_func=lambda each: "All" if each == _ALL else _BADGES[Outcome(each)][0],
            default=_ALL,
            required=True,
            label_visibility="collapsed",
            key=f"migration:outcome:{plan.number}",
        )
    wanted = there if chosen == _ALL else [Outcome(chosen)]
    total = sum(plan.counts[each] for each in wanted)
    page = st.session_state.get(f"migration:page:{plan.number}", 1) if total > PAGE else 1
    found = migration_plans.migrated_cases(
        platform(),
        actor=actor(),
        number=plan.number,
        outcomes=wanted,
        limit=PAGE,
        offset=PAGE * (page - 1),
    )
    for each in found:
        _draw_case(view, each)
    if total > PAGE:
        st.pagination(-(-total // PAGE), key=f"migration:page:{plan.number}")


def _draw_case(view: PlanView, each: MigratedCase) -> None:
    with st.container(border=True, key=f"migration:case:{each.case_id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            label, color = _BADGES[each.outcome]
            st.badge(label, color=color)
            if each.reference:
                _draw_reference(each.reference)
            else:
                st.markdown(":small[A restricted complaint]", width="content")
            st.space("stretch")
            can_go_back = each.outcome is Outcome.MOVED and each.reference
            if can_go_back and st.button("Move back", key=f"migration:back:{each.case_id}"):
                migration_action.undo_one(view.plan, each.reference)
        told = [*each.texts, *([f"Not moved back: {each.kept_because}"] * bool(each.kept_because))]
        if told:
            st.markdown(f":small[{plain(' '.join(told))}]")
