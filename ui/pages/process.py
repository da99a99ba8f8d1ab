"""The live process: where cases wait, on the diagram and as a list."""

from collections.abc import Mapping
from datetime import datetime

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.complaint import Severity
from engine.domain.inbox import COUNTED_TO, InboxRow
from engine.errors import RedressError
from engine.services import accounts, heat, inbox
from engine.services.heat import ProcessOverview
from ui.parts import diagram
from ui.parts.caselist import CaseRow, caselist
from ui.parts.diagram import show_diagram
from ui.parts.tally import Line, tally
from ui.parts.words import counted, due, plain
from ui.session import actor, platform
from ui.way import address, go

PAGE = 25
"""Lines of one page."""

_HEAD = ("Complaint", "Severity", "Due", "Assigned to")


def show() -> None:
    """Draw the page."""
    overview = heat.overview(platform(), actor=actor())
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Process", width="content")
        st.badge(plain(f"{overview.title}, version {overview.version}"), color="gray")
    st.markdown(plain(_summary(overview)))
    clicked = _draw_diagram(overview)
    with st.container(border=True):
        st.header("Where cases wait")
        chosen = _draw_list(overview)
    if chosen or clicked:
        _open(overview, chosen or clicked or "")


def _summary(overview: ProcessOverview) -> str:
    waiting = sum(step.count for step in overview.waiting)
    late = sum(step.late for step in overview.waiting)
    if not waiting:
        return "No case waits anywhere."
    verb = "waits" if waiting == 1 else "wait"
    ending = f"{late:,} of them late." if late else "none of them late."
    return f"{counted(waiting, 'step')} {verb} for somebody, {ending}"


def _draw_diagram(overview: ProcessOverview) -> str | None:
    return show_diagram(
        overview.xml,
        key="process.diagram",
        alt=f"Diagram of the process. {_summary(overview)} The list names every step.",
        counts={step.element: diagram.Waiting(step.count, step.late) for step in overview.waiting},
        height=470,
    )


def _draw_list(overview: ProcessOverview) -> str | None:
    if not overview.waiting:
        st.markdown("Nothing waits. Steps appear here with the first complaint.")
        return None
    return tally(
        lines_of(overview),
        key="process.waiting",
        caption="Steps that wait, most first",
        noun="cases",
        can_open=actor().may(Deed.READ),
    )


def lines_of(overview: ProcessOverview) -> tuple[Line, ...]:
    """Return the steps that wait as lines, most first."""
    most = max((step.count for step in overview.waiting), default=0)
    return tuple(
        Line(
            id=step.element,
            title=step.title,
            number=step.count,
            note=f"{step.late:,} late" if step.late else "",
            is_alarming=bool(step.late),
            part=round(100 * step.count / most),
        )
        for step in sorted(overview.waiting, key=lambda step: (-step.count, step.title))
    )


def _open(overview: ProcessOverview, element: str) -> None:
    """Open a drawer with the cases that wait at an element; say so when none does."""
    if not actor().may(Deed.READ):
        st.toast("The cases are shown to those who work on them.")
        return
    step = next((step for step in overview.waiting if step.element == element), None)
    if step is None:
        st.toast("No case waits there.")
        return
    st.session_state.pop("process.page", None)
    st.dialog(plain(step.title), width="medium", position="right")(show_waiting)(element)


def show_waiting(element: str) -> None:
    """Draw page by page the cases that wait at an element, soonest due first."""
    number = st.session_state.get("process.page", 1)
    try:
        rows, total = inbox.page(
            platform(),
            actor=actor(),
            view="all",
            element=element,
            limit=PAGE,
            offset=PAGE * (number - 1),
        )
    except RedressError as refusal:
        st.error(plain(str(refusal)), icon=":material/error:")
        return
    st.markdown(_told(total))
    now = platform().now()
    names = accounts.colleagues(platform(), actor=actor())
    lines = [row_of(row, names, now) for row in rows]
    chosen = caselist(lines, key="process.cases", caption="Cases that wait here", head=_HEAD)
    if total > PAGE:
        st.pagination(-(-total // PAGE), key="process.page")
    if chosen:
        reference, _, token = chosen.partition("/")
        go("case", ref=reference, step=token)


def _told(total: int) -> str:
    """Return how many cases there are; beyond what is counted, that there are more."""
    if total >= COUNTED_TO:
        return f"{COUNTED_TO:,} cases or more, soonest due first."
    return f"{counted(total, 'case')}, soonest due first."


def row_of(row: InboxRow, names: Mapping[str, str], now: datetime) -> CaseRow:
    """Return a waiting step as a line of the list.

    Args:
        row: The step.
        names: People by user name.
        now: The present.
    """
    token, holder = row.step.token, row.step.assignee
    return CaseRow(
        id=f"{row.reference}/{token}",
        href=address("case", ref=row.reference, step=token),
        title=row.summary,
        about=f"{row.reference} · {row.complainant}",
        cells=(
            Severity(row.severity).title,
            due(row.step.due_at, now),
            names.get(holder, holder) if holder else "Unassigned",
        ),
        alarming=(1,) if row.step.due_at < now else (),
    )
