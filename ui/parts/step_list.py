"""The complaints behind a number of the heat map: a drawer with their list."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from engine.domain.complaint import Severity
from engine.domain.heat import BEHIND, FORMULAS, Behind, HeatLine, HeatMeasure, StepHeat
from engine.domain.inbox import COUNTED_TO, InboxRow
from engine.domain.kpi import Period
from engine.errors import RedressError
from engine.services.accounts import accounts
from engine.services.figures import heat
from engine.services.handling import inbox
from ui.parts.caselist import CaseRow, caselist
from ui.parts.figure import NOTHING
from ui.parts.heat_choice import Chosen
from ui.parts.heat_words import loops_of
from ui.parts.words import counted, day, due, length, plain, working
from ui.session import actor, platform
from ui.way import address, go

PAGE = 25
"""Lines of one page."""

_WAITING_HEAD = ("Complaint", "Severity", "Due", "Assigned to")
_HEAD = ("Complaint", "Severity", "Done", "Took", "Due")
_LISTS: Mapping[Behind, tuple[str, HeatMeasure]] = {
    "waiting": ("Waiting now", HeatMeasure.WAITING),
    "done": ("Done", HeatMeasure.MEDIAN),
    "late": ("Late", HeatMeasure.LATE),
    "again": ("Done again", HeatMeasure.AGAIN),
}
"""What each list is called, and which number it is behind."""
_ORDERS: Mapping[Behind, tuple[str, str]] = {
    "waiting": ("step", "longest due"),
    "done": ("step", "longest"),
    "late": ("step", "longest due"),
    "again": ("step", "the last one"),
}
"""What each list counts, and what is at its top."""
_PAGE, _WHICH = "process.page", "process.which"


def open_list(step: StepHeat, measure: HeatMeasure, period: Period, chosen: Chosen) -> None:
    """Open a drawer with the complaints behind a number, at its first page."""
    _to_first_page()
    st.session_state.pop(_WHICH, None)
    drawer = st.dialog(plain(step.title), width="medium", position="right")
    drawer(show_list)(step, BEHIND[measure], period, chosen)


def show_list(step: StepHeat, behind: Behind, period: Period, chosen: Chosen) -> None:
    """Draw what a number means, and page by page the complaints behind it."""
    which: Behind = st.segmented_control(
        "Which",
        list(_LISTS),
        format_func=lambda name: _LISTS[name][0],
        default=behind,
        required=True,
        label_visibility="collapsed",
        key=_WHICH,
        on_change=_to_first_page,
    )
    st.markdown(plain(FORMULAS[_LISTS[which][1]]))
    if which == "again" and (said := loops_of(step)):
        st.markdown(plain(said))
    try:
        if which == "waiting" and not chosen.is_alone:
            show_waiting(step.element)
        else:
            _show_steps(step.element, which, period, chosen)
    except RedressError as refusal:
        st.error(plain(str(refusal)), icon=":material/error:")


def show_waiting(element: str) -> None:
    """Draw page by page the cases that wait at an element, soonest due first.

    Raises:
        NotAllowedError: The actor may not read complaints.
    """
    rows, total = inbox.page(
        platform(), actor=actor(), view="all", element=element, limit=PAGE, offset=_offset()
    )
    many = f"{COUNTED_TO:,} cases or more" if total >= COUNTED_TO else counted(total, "case")
    st.markdown(plain(f"{many}, soonest due first."))
    now = platform().now()
    names = accounts.colleagues(platform(), actor=actor())
    lines = [row_of(row, names, now) for row in rows]
    _draw(lines, total, _WAITING_HEAD, "Cases that wait here")


def _show_steps(element: str, which: Behind, period: Period, chosen: Chosen) -> None:
    rows, total = heat.steps_behind(
        platform(),
        actor=actor(),
        element=element,
        behind=which,
        period=period,
        version=chosen.version,
        is_alone=chosen.is_alone,
        limit=PAGE,
        offset=_offset(),
    )
    noun, order = _ORDERS[which]
    st.markdown(plain(f"{counted(total, noun)}, {order} first."))
    zone = ZoneInfo(platform().policy.calendar.zone)
    now, usual = platform().now(), platform().calendar.usual_day
    lines = [line_of(row, number, zone, now, usual) for number, row in enumerate(rows)]
    _draw(lines, total, _HEAD, "Steps behind the number")


def _draw(lines: list[CaseRow], total: int, head: tuple[str, ...], caption: str) -> None:
    if not lines:
        st.markdown("No complaint belongs here.")
        return
    chosen = caselist(lines, key="process.cases", caption=caption, head=head)
    if total > PAGE:
        st.pagination(-(-total // PAGE), key=_PAGE)
    if chosen:
        reference, _, token = chosen.partition("/")
        go("case", ref=reference.partition("#")[0], **({"step": token} if token else {}))


def _offset() -> int:
    number: int = st.session_state.get(_PAGE, 1)
    return PAGE * (number - 1)


def _to_first_page() -> None:
    st.session_state.pop(_PAGE, None)


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


def line_of(
    line: HeatLine, number: int, zone: ZoneInfo, now: datetime, usual_day: timedelta
) -> CaseRow:
    """Return a step of the heat map as a line of the list.

    Args:
        line: The step.
        number: Of the line; a complaint may have several.
        zone: Of the reader.
        now: The present.
        usual_day: How long a working day is.
    """
    is_late = (line.ended_at or now) > line.due_at
    by = length((line.ended_at or now) - line.due_at)
    times = f", {_nth(line.turn)} time" if line.turn > 1 else ""
    return CaseRow(
        id=f"{line.reference}#{number}",
        href=address("case", ref=line.reference),
        title=line.summary,
        about=f"{line.reference} · {line.category}",
        cells=(
            Severity(line.severity).title,
            day(line.ended_at, zone) + times if line.ended_at else "Not yet",
            working(line.worked, usual_day) if line.worked is not None else NOTHING,
            f"{by} late" if is_late else "In time",
        ),
        alarming=(3,) if is_late else (),
    )


def _nth(number: int) -> str:
    """Return an ordinal number: ``2nd``, ``11th``."""
    ends = {1: "st", 2: "nd", 3: "rd"}
    teens = number // 10 % 10 == 1
    return f"{number}{'th' if teens else ends.get(number % 10, 'th')}"
