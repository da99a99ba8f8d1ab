"""Moving running cases to another version: the plans, and one plan from mapping to undoing."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

import streamlit as st

from engine.domain.migration_plan import MigrationPlan, Outcome, PlanState, RunningVersion
from engine.errors import RedressError
from engine.services.migration import migration_plans
from engine.services.migration.migration_plans import PlanView
from engine.services.process.processes import COMPLAINT
from ui.once import tell
from ui.parts import migration_action, migration_mapping, migration_result, words
from ui.parts.diagram import Difference, Version, show_comparison
from ui.parts.words import counted, plain
from ui.session import actor, platform, zone
from ui.way import go, link

_NUMBER = re.compile(r"[0-9]{1,9}")
_Color = Literal["gray", "blue", "green", "orange"]
_STATES: Mapping[PlanState, tuple[str, _Color]] = {
    PlanState.DRAFT: ("Not carried out", "gray"),
    PlanState.RUNNING: ("Under way", "blue"),
    PlanState.DONE: ("Carried out", "green"),
    PlanState.UNDONE: ("Undone", "orange"),
}
_SHOWN = 20
"""Plans that are listed; each keeps its address."""


def show() -> None:
    """Draw the page: the plan that the address names, or all there are."""
    tell()
    asked = str(st.query_params.get("plan", ""))
    if not asked:
        _draw_overview()
        return
    try:
        number = int(asked) if _NUMBER.fullmatch(asked) else 0
        view = migration_plans.migration(platform(), actor=actor(), number=number)
    except RedressError as refusal:
        st.title("Running complaints")
        st.error(plain(str(refusal)), icon=":material/error:")
        link("migration", "All plans", icon=":material/arrow_back:")
        return
    _draw_plan(view)


def _draw_overview() -> None:
    st.title("Running complaints")
    st.markdown(
        ":small[New complaints begin on the latest version of the process. Those that run already "
        "stay on theirs until you move them.]"
    )
    every = migration_plans.running_versions(platform(), actor=actor())
    versions = [each for each in every if each.process_id == COMPLAINT]
    with st.container(border=True):
        _draw_choice(versions)
    plans = migration_plans.all_migrations(platform(), actor=actor())
    if plans:
        st.header("Plans")
    numbers = {each.digest: each.version for each in every}
    for plan in plans[:_SHOWN]:
        _draw_line(plan, numbers)


def _draw_choice(versions: Sequence[RunningVersion]) -> None:
    """Draw where to move what; complaints are moved from older versions to the latest mostly."""
    titles = {each.digest: _titled(each) for each in versions}
    now = platform().now()
    targets = [each.digest for each in versions if not each.why_none_moves_to_it(now)]
    older = [each for each in versions if each.cases and each.digest not in targets[:1]]
    if len(versions) < 2:
        st.markdown("There is one version of the process; every complaint runs on it.")
        return
    if not older:
        st.markdown("Every running complaint is on the latest version.")
    asked = str(st.query_params.get("from", ""))
    usual = [each.digest for each in older if not asked or str(each.version) == asked]
    sources = st.multiselect(
        "Move the complaints of",
        [each.digest for each in versions],
        default=usual,
        format_func=lambda digest: titles[digest],
        placeholder="Choose one or more versions",
        key="migration:from",
    )
    target = st.selectbox(
        "To",
        targets,
        format_func=lambda digest: titles[digest],
        key="migration:to",
    )
    if st.button("Make a plan", type="primary", key="migration:new", disabled=not sources):
        migration_action.draft(sources, target)
    st.markdown(":small[Nothing is moved before you have seen what would become of each.]")


def _titled(each: RunningVersion) -> str:
    running = counted(each.cases, "running complaint") if each.cases else "nothing runs on it"
    return f"Version {each.version}, {running}"


def _draw_line(plan: MigrationPlan, numbers: Mapping[str, int]) -> None:
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", key=f"plan:{plan.number}"
    ):
        link(
            "migration",
            plain(_way(plan, numbers)),
            icon=":material/move_up:",
            plan=str(plan.number),
        )
        label, color = _STATES[plan.state]
        st.badge(label, color=color)
        st.space("stretch")
        st.markdown(f":small[{plain(_summary(plan))}]", width="content")


def _way(plan: MigrationPlan, numbers: Mapping[str, int]) -> str:
    sources = sorted(numbers[digest] for digest in plan.sources)
    named = ", ".join(map(str, sources))
    noun = "Version" if len(sources) == 1 else "Versions"
    return f"{noun} {named} to version {numbers[plan.target]}"


def _summary(plan: MigrationPlan) -> str:
    if plan.state is PlanState.DRAFT:
        return f"made {words.ago(plan.made_at, platform().now())}"
    moved = plan.counts.get(Outcome.MOVED, 0)
    back = plan.counts.get(Outcome.UNDONE, 0)
    left = plan.done - moved - back
    parts = [f"{moved:,} moved"] if moved or not back else []
    parts += [f"{back:,} moved back"] if back else []
    parts += [f"{left:,} not moved"] if left else []
    return ", ".join(parts)


def _draw_plan(view: PlanView) -> None:
    plan = view.plan
    if st.button("All plans", icon=":material/arrow_back:", type="tertiary", key="migration:back"):
        go("migration")
    numbers = {each.digest: each.version for each in (*view.sources, view.target)}
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(plain(_way(plan, numbers)), width="content")
        label, color = _STATES[plan.state]
        st.badge(label, color=color)
    st.markdown(f":small[{plain(_about(view))}]")
    if plan.state is PlanState.DRAFT:
        migration_mapping.draw(view)
        _draw_diagrams(view)
        migration_result.draw_dry_run(view)
        return
    migration_result.draw(view)
    with st.expander("What took the place of what"):
        migration_mapping.draw_kept(view)
        _draw_diagrams(view)


def _about(view: PlanView) -> str:
    plan = view.plan
    maker, mover = (view.names.get(name, name) for name in (plan.made_by, plan.begun_by))
    made = f"Plan {plan.number}, made by {maker}, {words.moment(plan.made_at, zone())}."
    if plan.state is PlanState.DRAFT:
        return f"{made} {counted(view.running, 'complaint')} would be looked at."
    return f"{made} Carried out by {mover}: {plan.reason}"


def _draw_diagrams(view: PlanView) -> None:
    """Draw both versions: what takes the place of nothing, and what is mapped, is marked."""
    lost = [each.element for each in view.unmapped]
    mapped = {
        other: f"Takes the place of “{view.titles.get(name, name)}”."
        for name, other in view.plan.mapping.items()
    }
    source = view.sources[0]
    show_comparison(
        Version(view.source_xml, f"Version {source.version}"),
        Version(view.target_xml, f"Version {view.target.version}"),
        key=f"migration.diagrams.{view.plan.number}",
        alt=(
            f"Version {source.version} beside version {view.target.version}. "
            f"{counted(len(lost), 'element')} of the first have nothing that takes their place; "
            "the list names them."
        ),
        difference=Difference(added=view.fresh, removed=lost, changed=mapped),
        height=400,
    )
