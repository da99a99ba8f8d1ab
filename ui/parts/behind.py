"""The complaints behind a number: a drawer with their list, and the list as a file."""

from collections.abc import Mapping, Sequence
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from engine.domain.case_set import CaseLine, CaseSet, SetName
from engine.domain.complaint import Outcome, Severity
from engine.domain.kpi import Period
from engine.errors import RedressError
from engine.services.figures import case_export, reporting
from engine.services.figures.reporting import Shown
from ui.parts.caselist import CaseRow, caselist
from ui.parts.words import counted, day, plain
from ui.session import actor, platform
from ui.way import address, go

PAGE = 25
"""Lines of one page."""

_HEAD = ("Complaint", "Severity", "Received", "Closed", "Outcome")
_PROMISES: Sequence[Mapping[SetName, str]] = (
    {"clock_late": "Late", "clock_on_time": "On time", "clock_due": "All"},
    {"first_late": "Late", "first_on_time": "On time", "first_due": "All"},
    {"redecided_changed": "Changed", "redecided_kept": "As before", "redecided": "All"},
    {"repeated_again": "Again", "repeated_first": "Not before", "repeated": "All"},
    {"recurred_again": "Again", "recurred_first": "Not before", "recurred": "All"},
    {"remedy_late": "Late", "remedy_on_time": "On time", "remedy_due": "All"},
)


def open_cases(shown: Shown) -> None:
    """Open a drawer with the cases that a number counts, at its first page."""
    _to_first_page()
    st.dialog(plain(shown.title), width="medium", position="right")(show_cases)(shown)


def show_cases(shown: Shown) -> None:
    """Draw the definition of a number, and page by page the cases behind it."""
    st.markdown(plain(shown.measure.sentence))
    if shown.cases is None:
        return
    try:
        _draw_list(shown.cases)
    except RedressError as refusal:
        st.error(plain(str(refusal)), icon=":material/error:")


def _draw_list(cases: CaseSet) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = _choose_promise(cases)
        total_place = st.empty()
        st.space("stretch")
        st.download_button(
            "Download as CSV",
            data=partial(case_export.as_csv, platform(), actor=actor(), cases=chosen),
            file_name=_file_name(chosen),
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="behind.csv",
        )
    page_place = st.container()
    number = st.session_state.get("behind.page", 1)
    lines, total = reporting.cases_behind(
        platform(), actor=actor(), cases=chosen, limit=PAGE, offset=PAGE * (number - 1)
    )
    total_place.markdown(counted(total, "complaint"), width="content")
    pages = -(-total // PAGE)
    if pages > 1:
        st.pagination(pages, key="behind.page")
    with page_place:
        _draw_lines(lines)


def _choose_promise(cases: CaseSet) -> CaseSet:
    """Return the set; of one that is told apart by what is good, either side of it, or both."""
    promises = promises_of(cases.name)
    if not promises:
        return cases
    chosen: SetName = st.segmented_control(
        "Which",
        list(promises),
        format_func=promises.__getitem__,
        default=cases.name,
        required=True,
        label_visibility="collapsed",
        key=f"behind.promise.{cases.clock}.{cases.name}",
        on_change=_to_first_page,
    )
    return cases.but(name=chosen)


def promises_of(name: SetName) -> Mapping[SetName, str]:
    """Return the sets that belong with a set, and their titles; none where it stands alone."""
    return next((each for each in _PROMISES if name in each), {})


def _to_first_page() -> None:
    st.session_state.pop("behind.page", None)


def _draw_lines(lines: tuple[CaseLine, ...]) -> None:
    if not lines:
        st.markdown("No complaint belongs here.")
        return
    zone = ZoneInfo(platform().policy.calendar.zone)
    rows = [row_of(line, zone) for line in lines]
    chosen = caselist(rows, key="behind.list", caption="Complaints behind the number", head=_HEAD)
    if chosen:
        go("case", ref=chosen)


def row_of(line: CaseLine, zone: ZoneInfo) -> CaseRow:
    """Return a case as a line of the list."""
    return CaseRow(
        id=line.reference,
        href=address("case", ref=line.reference),
        title=line.summary,
        about=f"{line.reference} · {line.category}",
        cells=(
            Severity(line.severity).title,
            day(line.received_at, zone),
            day(line.closed_at, zone) if line.closed_at else "Open",
            Outcome(line.outcome).title if line.outcome else "",
        ),
    )


def _file_name(cases: CaseSet) -> str:
    zone, period = platform().policy.calendar.zone, Period(cases.start, cases.end)
    days = f"{period.first_day(zone)}-{period.last_day(zone)}"
    return f"{cases.name.replace('_', '-')}-{days}.csv"
