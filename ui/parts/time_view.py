"""Where time goes: hand-offs, rework, and how long each step of the process took and waited."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from engine.domain.heat import HeatMeasure
from engine.domain.kpi import Period
from engine.domain.step_time import StepTime
from engine.services.figures import heat
from engine.services.figures.measuring import ALL, Slice
from engine.services.figures.reporting import Report
from ui.parts.caselist import CaseRow, caselist
from ui.parts.figure import NOTHING
from ui.parts.fresh import fresh
from ui.parts.measured import draw_cards
from ui.parts.words import counted, plain, working
from ui.session import actor, platform
from ui.way import address, go

_FRESH = 30.0
"""Seconds."""
_HEAD = ("Step", "Time in all", "Of all time", "Done", "Done again")
_KNOWN = ("In hand", "Waiting", "Idle")
"""Columns of what is known of steps that somebody took."""
_MEANING = (
    "Working time of the steps done in the period. A step waits until somebody takes it and is in "
    "hand from then on; idle is the share of waiting. Of steps that nobody took, or that somebody "
    "was given as they began, only the time in all is known."
)


def draw_time(told: Report, of: Slice) -> None:
    """Draw hand-offs and rework of complaints, and where the time of steps went."""
    draw_cards(told, ("handoffs", "rework"))
    times = _times(told.period)
    with st.container(border=True):
        st.header("Where time goes, step by step")
        said = f"{_MEANING} Always of all complaints." if of != ALL else _MEANING
        st.markdown(f":small[{plain(said)}]")
        if not times:
            st.markdown("No step was done in this period.")
            return
        st.markdown(plain(_in_all(times, platform().calendar.usual_day)))
        is_known = any(each.idle_share is not None for each in times)
        rows = rows_of(times, platform().calendar.usual_day, told.period, is_known=is_known)
        chosen = caselist(
            rows,
            key="performance.time",
            caption="Steps by the time they took, the longest first",
            head=_HEAD + _KNOWN if is_known else _HEAD,
        )
    if chosen:
        go("process", **_query(chosen, told.period))


def rows_of(
    times: Sequence[StepTime], day: timedelta, period: Period, *, is_known: bool
) -> list[CaseRow]:
    """Return steps as lines, each of which leads to the diagram.

    Args:
        times: What is measured, in order.
        day: How long a working day is.
        period: Of which time.
        is_known: Whether anybody took a step, so that there is time in hand to tell of.
    """
    whole = sum((each.whole for each in times), timedelta())
    return [
        CaseRow(
            id=each.element,
            href=address("process", **_query(each.element, period)),
            title=each.title,
            about="",
            cells=(
                _time(each.whole, day),
                _share(each.whole / whole if whole and each.whole else None),
                f"{each.done:,}",
                f"{each.again:,}" if each.again else NOTHING,
                *(_taken(each, day) if is_known else ()),
            ),
        )
        for each in times
    ]


def _times(period: Period) -> tuple[StepTime, ...]:
    """Return what is measured of each step, at most half a minute old."""
    person = actor()
    return fresh(
        "performance.time",
        seconds=_FRESH,
        of=(person, period),
        read=lambda: heat.time_of_steps(platform(), actor=person, period=period),
    )


def _in_all(times: Sequence[StepTime], day: timedelta) -> str:
    """Say how long all steps took, and how much of that they waited, as far as it is known."""
    whole, known, waiting = timedelta(), timedelta(), timedelta()
    for each in times:
        whole += each.whole
        waiting += each.waiting
        known += each.waiting + each.in_hand
    done = counted(sum(each.done for each in times), "step")
    said = f"{done} took {working(whole, day)} in all"
    if not known:
        return f"{said}; none was taken by somebody before it was done."
    share = f"{waiting / known:.0%} was waiting"
    return f"{said}. Of the {working(known, day)} of steps that were taken, {share}."


def _taken(each: StepTime, day: timedelta) -> tuple[str, str, str]:
    """Return how long somebody had steps, how long they waited before, and the share of that."""
    return _time(each.in_hand, day), _time(each.waiting, day), _share(each.idle_share)


def _query(element: str, period: Period) -> dict[str, str]:
    """Return what the address of the diagram says, to show the same step and time."""
    zone = platform().policy.calendar.zone
    return {
        "measure": HeatMeasure.MEDIAN.value,
        "step": element,
        "from": period.first_day(zone).isoformat(),
        "to": period.last_day(zone).isoformat(),
    }


def _time(took: timedelta, day: timedelta) -> str:
    return working(took, day) if took else NOTHING


def _share(share: float | None) -> str:
    return NOTHING if share is None else f"{share:.0%}"
