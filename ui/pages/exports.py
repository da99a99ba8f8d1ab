"""Exports: what leaves the house for other programs and for the public, file by file."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st

from engine.domain.actor import Actor, Deed
from engine.domain.event_log import Selection
from engine.domain.kpi import Period
from engine.domain.open_data import COLUMNS, months_before
from engine.domain.regulator_return import ReturnKind
from engine.domain.return_due import Preparation
from engine.errors import RedressError
from engine.services.exports import due_returns, event_logs, open_data, returns
from engine.services.exports.event_logs import LogShape
from engine.services.exports.open_data import OpenTable
from engine.services.figures import facts
from ui.once import attempt, tell
from ui.parts import regulator_return, return_due
from ui.parts.address_choice import choose_by_address
from ui.parts.address_part import draw_refused
from ui.parts.period import choose_period
from ui.parts.waiting import changed_at
from ui.parts.words import counted, plain, size
from ui.session import actor, platform

_KINDS = {"log": "Event log", "open": "Open data", "return": "Returns"}
_SHAPES = {
    LogShape.XES: "XES (IEEE 1849)",
    LogShape.OCEL_JSON: "OCEL 2.0, JSON",
    LogShape.OCEL_XML: "OCEL 2.0, XML",
    LogShape.OCEL_SQLITE: "OCEL 2.0, SQLite",
}
_RETURNS = {kind: kind.title for kind in ReturnKind}
_ENDINGS = {
    LogShape.XES: "xes",
    LogShape.OCEL_JSON: "json",
    LogShape.OCEL_XML: "xml",
    LogShape.OCEL_SQLITE: "sqlite",
}
_MONTHS = 36
_QUARTER, _HALF_A_YEAR = 3, 6
_DAY = timedelta(days=1)
_SHOWN = 100
"""Groups that are shown; the file has them all."""

Writes = Callable[[Path, Callable[[int, int], object]], object]


@dataclass(frozen=True, slots=True)
class _File:
    """A file as whoever downloads it sees it."""

    name: str
    mime: str


def show() -> None:
    """Draw the page."""
    tell()
    person = actor()
    st.title("Exports")
    st.markdown(
        ":small[Files for other programs and for the public. Nothing that somebody wrote is in "
        "them, and each one that is made is an event of the journal.]"
    )
    kind = choose_by_address("What", _KINDS, key="exports:kind", name="kind")
    if kind == "open":
        _draw_open_data(person)
    elif kind == "return":
        _draw_return(person)
    else:
        _draw_log(person)


def _draw_log(person: Actor) -> None:
    """Let somebody take an event log: choose, see how much it is, write it."""
    st.markdown(
        "What happened to each complaint, step by step, for programs that look how work really "
        "goes."
    )
    period = choose_period(
        key="exports:period", now=platform().now(), zone=platform().policy.calendar.zone
    )
    draw_refused()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shape = st.selectbox(
            "Format", list(_SHAPES), format_func=_SHAPES.__getitem__, key="exports:shape", width=240
        )
        is_closed = st.toggle("Complaints closed then, not received", key="exports:closed")
    names = person.may(Deed.EXPORT_NAMES) and st.toggle(
        "Call people who work here by their names",
        help="Otherwise they are Person 1, Person 2 ... throughout the file.",
        key="exports:names",
    )
    chosen = Selection(period, "closed" if is_closed else "received")
    number = event_logs.count_for_log(platform(), actor=person, chosen=chosen)
    st.markdown(f"**{plain(counted(number, 'complaint'))}**")
    zone = ZoneInfo(platform().policy.calendar.zone)
    first, last = period.begin.astimezone(zone), (period.end - _DAY).astimezone(zone)
    file = _File(f"log-{first:%Y-%m-%d}-{last:%Y-%m-%d}.{_ENDINGS[shape]}.gz", "application/gzip")

    def write(path: Path, far: Callable[[int, int], object]) -> object:
        return event_logs.write_event_log(
            platform(),
            actor=person,
            chosen=chosen,
            shape=shape,
            file=path,
            names=bool(names),
            progress=far,
        )

    _offer("log", file, write, is_empty=not number)


def _draw_open_data(person: Actor) -> None:
    """Let somebody take what may be made public, and see it first."""
    smallest = platform().policy.open_data.smallest
    about = f"Groups of fewer than {smallest} are never told of: they join others."
    st.markdown(f"Numbers of complaints that are alike, to be made public. {plain(about)}")
    period = _choose_months("open")
    if period is None:
        st.error("The first month comes after the last.", icon=":material/error:")
        return
    try:
        table = open_data.look_at_open_data(platform(), actor=person, period=period)
    except RedressError as refusal:
        st.error(plain(str(refusal)), icon=":material/error:")
        return
    _draw_table(table)
    zone = ZoneInfo(platform().policy.calendar.zone)
    first = period.begin.astimezone(zone)
    last = (period.end - _DAY).astimezone(zone)
    file = _File(f"open-data-{first:%Y-%m}-{last:%Y-%m}.zip", "application/zip")
    _offer(
        "open",
        file,
        lambda path, _far: open_data.write_open_data(
            platform(), actor=person, period=period, file=path
        ),
        is_empty=not table.groups,
    )


def _draw_return(person: Actor) -> None:
    """Let somebody see a return with what is wrong in it, and take it."""
    top = st.container()
    due = due_returns.due_returns(platform(), actor=person).due
    if due and "exports:return" not in st.session_state:
        _look_at(due[0].preparation)
    kind = st.selectbox(
        "Return",
        list(_RETURNS),
        format_func=_RETURNS.__getitem__,
        key="exports:return",
        width=320,
    )
    period = _choose_months("return", _HALF_A_YEAR)
    if period is None:
        st.error("The first month comes after the last.", icon=":material/error:")
        return
    facts.refresh(platform())  # so that it is compared with the figures as they are now
    made = returns.look_at_return(platform(), actor=person, kind=kind, period=period)
    regulator_return.draw(made)
    file = _File(regulator_return.file_name(kind, period), "text/csv")

    def write(path: Path, _far: Callable[[int, int], object]) -> None:
        returns.write_return(platform(), actor=person, kind=kind, period=period, file=path)
        changed_at("exports")

    _offer("return", file, write, is_empty=bool(made.problems or made.untied))
    told = due_returns.due_returns(platform(), actor=person)  # what was just sent is not due
    with top:
        return_due.draw(told.due, _look_at)
    regulator_return.draw_kept(person, told.otherwise)


def _look_at(about: Preparation) -> None:
    """Choose a return that is to be sent; months that are too far back stay as they are."""
    zone = platform().policy.calendar.zone
    st.session_state["exports:return"] = about.kind
    first, last = about.period.first_day(zone), about.period.last_day(zone).replace(day=1)
    if first in _months():
        st.session_state["exports:return:from"] = first
        st.session_state["exports:return:to"] = last


def _choose_months(name: str, most: int = _QUARTER) -> Period | None:
    """Return the months that are meant; None where they are the wrong way round.

    Args:
        name: For what.
        most: How many are chosen at first.
    """
    with st.container(horizontal=True):
        first = _choose_month("From", f"exports:{name}:from", most - 1)
        last = _choose_month("To", f"exports:{name}:to", 0)
    if first > last:
        return None
    return Period.of_dates(first, _end_of(last), platform().policy.calendar.zone)


def _choose_month(label: str, key: str, place: int) -> date:
    months = _months()
    st.session_state.setdefault(key, months[place])
    return st.selectbox(label, months, format_func=lambda day: f"{day:%B %Y}", key=key, width=200)


def _months() -> tuple[date, ...]:
    zone = ZoneInfo(platform().policy.calendar.zone)
    return months_before(platform().now().astimezone(zone).date(), _MONTHS)


def _end_of(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _draw_table(table: OpenTable) -> None:
    """Show what would be public, and how much would not."""
    left = plain(counted(table.not_told, "complaint"))
    if not table.groups:
        st.markdown(f"**Nothing can be told**: {left} in these months.")
        return
    groups = plain(counted(len(table.groups), "group"))
    st.markdown(f"**{groups}** of {plain(counted(table.told, 'complaint'))}")
    if table.not_told:
        st.markdown(f":small[{left} in none: they are too few.]")
    head = (*(COLUMNS[name].title for name in table.columns), "Complaints")
    rows = [(*group.key, f"{group.number:,}") for group in table.groups[:_SHOWN]]
    shown = {title: [plain(row[n]) for row in rows] for n, title in enumerate(head)}
    st.table(shown, border="horizontal", hide_index=True)
    if len(table.groups) > _SHOWN:
        st.markdown(f":small[And {plain(counted(len(table.groups) - _SHOWN, 'group'))} more.]")


def _offer(key: str, file: _File, write: Writes, *, is_empty: bool) -> None:
    """Let somebody have the file made, and save it."""
    if not st.button(
        "Make the file",
        icon=":material/output:",
        type="primary",
        disabled=is_empty,
        key=f"exports:{key}:make",
    ):
        return
    made: list[bytes] = []

    def act(_command_id: object) -> None:
        bar = st.progress(0.0, "Begins")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "file"
            write(path, lambda n, total: bar.progress(n / (total or 1), f"{n:,} of {total:,}"))
            made.append(path.read_bytes())
        bar.empty()

    if attempt(f"exports:{key}", act):
        st.download_button(
            "Save the file",
            made[0],
            file_name=file.name,
            mime=file.mime,
            icon=":material/download:",
            on_click="ignore",
            key=f"exports:{key}:save",
        )
        st.markdown(f":small[{plain(file.name)}, {plain(size(len(made[0])))}]")
