"""What was told of a period when it ended, beside what is found today."""

from zoneinfo import ZoneInfo

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.kpi import Figure, Period
from engine.services.figures import freezing
from engine.services.figures.freezing import Changed, Frozen
from engine.services.figures.reporting import Shown
from ui.parts.figure import worded
from ui.parts.fresh import fresh
from ui.parts.words import capital, counted, day, plain
from ui.session import actor, platform

_FRESH = 30.0
"""Seconds."""
_REASON = (
    "Something was recorded later that belongs to this time, or what was found then has another "
    "end since: an assessment was changed, a case was opened again, somebody answered the survey."
)


def draw_frozen(period: Period) -> None:
    """Tell what was kept of a period and has changed; nothing where nothing was kept."""
    person = actor()
    if not person.may(Deed.SEE_REGISTER):
        return
    kept = fresh(
        "performance.frozen",
        seconds=_FRESH,
        of=(person, period),
        read=lambda: freezing.frozen_figures(platform(), actor=person, period=period),
    )
    if kept is not None:
        _draw(kept)


def _draw(kept: Frozen) -> None:
    on = day(kept.taken_at, ZoneInfo(platform().policy.calendar.zone))
    if not kept.is_told:
        st.error(
            f"The figures that were kept on {plain(on)} are not the ones that the journal tells "
            "of. Somebody has changed them, or an earlier release kept them."
        )
    if not (kept.changed or kept.gone):
        same = f"Kept on {on}: {counted(kept.figures, 'figure')}, all as they are today."
        st.markdown(f":small[{plain(same)}]")
        return
    lines = [*map(_line, kept.changed), *map(_gone, kept.gone)]
    number = counted(len(lines), "figure")
    verb = "is" if len(lines) == 1 else "are"
    told = plain(f"Kept on {on}: {number} {verb} different today")
    with st.expander(told, icon=":material/history:"):
        st.markdown(_REASON)
        st.table(lines, border="horizontal")


def _line(each: Changed) -> dict[str, str]:
    shown, then = each.shown, each.then
    was = "not defined" if then is None else _worded(shown, then)
    if each.is_redefined:
        was = f"{was}, defined otherwise"
    group = shown.figure.group
    title = f"{shown.measure.title}: {capital(shown.title)}" if group else shown.title
    return {
        "Figure": plain(title),
        "Then": was,
        "Today": _worded(shown, shown.figure),
    }


def _gone(name: str) -> dict[str, str]:
    return {"Figure": plain(name), "Then": "told", "Today": "not defined any more"}


def _worded(shown: Shown, figure: Figure) -> str:
    """Return a figure with its n, where it does not end with it anyway."""
    value, n = worded(shown, figure), f"{figure.n:,}"
    space = "\N{NO-BREAK SPACE}"
    return value if value.split()[-1] == n else f"{value} (n{space}={space}{n})"
