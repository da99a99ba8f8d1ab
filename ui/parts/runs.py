"""The last runs of a job as a row of bars: how long each took, and which failed."""

from collections.abc import Sequence
from math import log10

import streamlit as st

from engine.services.upkeep.job_health import JobRun
from ui.parts.source import source
from ui.parts.words import counted

_runs = st.components.v2.component("redress_runs", js=source("runs.js"), css=source("runs.css"))

_TALL, _LOW = 100, 20
"""Percent."""
_LONGEST = 3600.0
"""Seconds from which on a bar is no taller."""


def runs_picture(runs: Sequence[JobRun], *, key: str) -> None:
    """Draw the runs that have ended, the oldest first; nothing when there is none."""
    ended = [run for run in reversed(runs) if run.finished_at]
    if ended:
        bars = [{"height": _height(run), "failed": run.state == "failed"} for run in ended]
        _runs(key=key, data={"runs": bars, "told": _told(ended)}, width="content")


def _height(run: JobRun) -> int:
    """Return how tall a bar is: a failed run to the top, the others by how long they took."""
    if run.state == "failed" or run.finished_at is None:
        return _TALL
    seconds = min(_LONGEST, (run.finished_at - run.started_at).total_seconds())
    return round(_LOW + (_TALL - _LOW) * log10(1 + max(0.0, seconds)) / log10(1 + _LONGEST))


def _told(runs: Sequence[JobRun]) -> str:
    failed = sum(run.state == "failed" for run in runs)
    return f"Last {counted(len(runs), 'run')}: {failed or 'none'} failed"
