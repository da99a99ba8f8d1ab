"""Suspended cases as a list: why each rests, since when, and which time limit runs on."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from engine.domain.inbox import RestingCase
from ui.parts import words
from ui.parts.caselist import CaseRow, caselist
from ui.way import address

_HEAD = ("Complaint", "Suspended", "By", "Time limit")


def draw_resting(
    found: Sequence[RestingCase], names: Mapping[str, str], now: datetime, zone: ZoneInfo
) -> str | None:
    """Draw one page of suspended cases and return the reference of the one that was chosen.

    Args:
        found: In order.
        names: People by user name.
        now: The present.
        zone: Zone in which the reader reads times.
    """
    st.markdown(
        ":small[Nobody works on these until a manager resumes them. Statutory time limits run on.]"
    )
    rows = [row_of(case, names, now, zone) for case in found]
    caption = "Suspended cases, longest suspended first"
    return caselist(rows, key="inbox:suspended", caption=caption, head=_HEAD)


def row_of(case: RestingCase, names: Mapping[str, str], now: datetime, zone: ZoneInfo) -> CaseRow:
    """Return a suspended case as a line of the list."""
    limit = case.limit_at
    return CaseRow(
        id=case.reference,
        href=address("case", ref=case.reference),
        title=case.summary,
        about=f"{case.reference} · {case.complainant}",
        note=case.reason,
        cells=(
            words.day(case.since, zone),
            names.get(case.by, case.by),
            words.due(limit, now) if limit else "None",
        ),
        alarming=(2,) if limit is not None and limit < now else (),
    )
