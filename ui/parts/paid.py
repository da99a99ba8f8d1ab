"""What was paid in similar complaints, as a picture and as a table."""

from collections.abc import Mapping

import altair as alt
import streamlit as st

from engine.domain.remedy import PaidRange, RemedyKind
from engine.services.handling import remedies
from ui.parts.look import Look
from ui.parts.words import money, plain
from ui.session import platform

_HEIGHT = 46
_MOST = 4
"""Kinds that are drawn, the most frequent first; the table has all."""
_LINE = "#7b8fa6"
"""Seen on light and on dark ground."""


def draw_paid(look: Look, issue: int, *, key: str) -> bool:
    """Draw the range of what was paid for one kind after the other, and tell whether enough was.

    Args:
        look: The case.
        issue: Number of the issue that is to be put right.
        key: Stable name of this place on the page.
    """
    told = remedies.paid(platform(), actor=look.person, reference=look.reference, issue=issue)
    if not told:
        return False
    found = dict(sorted(told.items(), key=lambda each: -each[1].count))
    category = next(each.category for each in look.file.issues if each.number == issue)
    st.markdown(f"**Paid in similar complaints: {plain(category)}**")
    for kind, paid in list(found.items())[:_MOST]:
        said = _told(kind, paid, look.currency)
        st.markdown(f":small[{plain(said)}]")
        st.altair_chart(_chart(paid), alt=said, width="stretch", key=f"{key}:{kind}")
    numbers = st.expander("The numbers as a table", key=f"{key}:table", on_change="rerun")
    if numbers.open:
        numbers.table(_table(found, look.currency), border="horizontal", hide_index=True)
    return True


def _chart(paid: PaidRange) -> alt.LayerChart:
    """Return one line from the least to the most, its middle half broad, and the middle marked."""
    names = ("low", "lower", "middle", "upper", "high")
    values = {name: float(getattr(paid, name)) for name in names}
    base = alt.Chart(alt.InlineData(values=[values]))
    tips = [alt.Tooltip(f"{name}:Q", format=",.2f") for name in names]
    axis = alt.Axis(tickCount=5, grid=False, title=None)
    reach = alt.Scale(domain=[0, values["high"]], nice=True)
    whole = base.mark_rule(color=_LINE, strokeWidth=2).encode(
        x=alt.X("low:Q", axis=axis, scale=reach), x2="high:Q"
    )
    half = base.mark_bar(size=12, opacity=0.6).encode(x="lower:Q", x2="upper:Q", tooltip=tips)
    middle = base.mark_tick(size=18, thickness=3).encode(x="middle:Q", tooltip=tips)
    chart: alt.LayerChart = (whole + half + middle).properties(height=_HEIGHT)
    return chart


def _told(kind: RemedyKind, paid: PaidRange, currency: str) -> str:
    half = f"half of them {paid.lower:,.2f} to {money(paid.upper, currency)}"
    return f"{kind.title}: {paid.count} payments, {half}, the middle one {paid.middle:,.2f}"


def _table(found: Mapping[RemedyKind, PaidRange], currency: str) -> dict[str, list[str]]:
    def of(name: str) -> list[str]:
        return [f"{getattr(told, name):,.2f}" for told in found.values()]

    return {
        "Kind": [kind.title for kind in found],
        "Payments": [str(told.count) for told in found.values()],
        f"Least, {currency}": of("low"),
        "A quarter below": of("lower"),
        "Middle": of("middle"),
        "A quarter above": of("upper"),
        "Most": of("high"),
    }
