"""What runs by itself: what each job does, when it ran, what came of it, and running one now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import streamlit as st

from engine.domain.actor import Actor, Deed
from engine.services.accounts import accounts
from engine.services.upkeep import job_health, jobs
from engine.services.upkeep.job_health import JobHealth, JobRun, JobState
from ui.once import attempt, tell
from ui.parts import words
from ui.parts.runs import runs_picture
from ui.parts.words import plain
from ui.session import actor, platform, zone
from ui.way import link

_SOON, _LATER = "2s", "30s"
_BADGES: Mapping[JobState, tuple[str, Literal["red", "orange", "blue", "gray", "green"]]] = {
    JobState.FAILED: (":material/error:", "red"),
    JobState.LATE: (":material/schedule:", "orange"),
    JobState.RUNNING: (":material/sync:", "blue"),
    JobState.ASKED: (":material/hourglass_top:", "blue"),
    JobState.NEW: (":material/pending:", "gray"),
    JobState.WELL: (":material/check:", "green"),
}
_URGENCY = {JobState.FAILED: 0, JobState.LATE: 1}
_MADE = {
    "daily_snapshot": ("performance", "The figures"),
    "weekly_review": ("performance", "The figures"),
    "month_close": ("performance", "The figures"),
    "qa_sample": ("samples", "The samples"),
    "objectivity_sample": ("samples", "The samples"),
    "regulator_return_prep": ("exports", "The returns"),
    "remedy_due": ("remedies", "What is owed"),
    "journal_verification": ("journal", "The journal"),
    "journal_checkpoint": ("journal", "The journal"),
    "retention": ("privacy", "What is kept"),
    "mail_in": ("mail", "The mails"),
    "sla_sweep": ("incidents", "What came to a halt"),
    "outbox_send": ("letters", "The letters"),
}
"""Where one sees what a job made, by its name: the page, and what the link says."""


def show() -> None:
    """Draw the page."""
    tell()
    st.title("Jobs")
    st.markdown(
        ":small[What Redress does by itself, and when. After an outage a job makes up for what it "
        "missed.]"
    )
    person = actor()
    is_busy = _is_busy(job_health.health(platform(), actor=person))
    st.fragment(_draw_all, run_every=_SOON if is_busy else _LATER)(person, is_busy=is_busy)


def _is_busy(found: tuple[JobHealth, ...]) -> bool:
    return any(each.state in {JobState.RUNNING, JobState.ASKED} for each in found)


def _draw_all(person: Actor, *, is_busy: bool) -> None:
    """Draw every job, those that need a look first; look again sooner while one runs."""
    found = job_health.health(platform(), actor=person)
    if _is_busy(found) is not is_busy:
        st.rerun()
    bad = [each for each in found if each.state.needs_a_look]
    if bad:
        counted = words.counted(len(bad), "job needs a look", "jobs need a look")
        st.markdown(f":orange[:material/warning:] **{plain(counted)}**, of {len(found)}.")
    else:
        st.markdown(f":green[:material/check_circle:] All {len(found)} jobs run as they should.")
    names = accounts.colleagues(platform(), actor=person) if person.may(Deed.READ) else {}
    for each in sorted(found, key=lambda each: _URGENCY.get(each.state, 2)):
        _draw(person, each, names)


def _draw(person: Actor, found: JobHealth, names: Mapping[str, str]) -> None:
    name = found.job.name
    with st.container(border=True, gap="xsmall", key=f"job:{name}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(found.job.title)}**", width="content")
            icon, color = _BADGES[found.state]
            st.badge(plain(_state(found)), icon=icon, color=color)
            st.space("stretch")
            runs_picture(found.runs, key=f"job:runs:{name}")
            if person.may(Deed.RUN_JOBS) and st.button(
                "Run now", icon=":material/play_arrow:", key=f"job:run:{name}"
            ):
                _ask_for(person, name)
        st.markdown(f":small[{plain(found.job.does)}]")
        _draw_progress(found)
        _draw_times(found, names)
        _draw_problems(found)


def _state(found: JobHealth) -> str:
    """Return the state in words, with how late it is where it is late."""
    if found.late_since is None or found.state is not JobState.LATE:
        return found.state.title
    return f"{words.length(platform().now() - found.late_since)} late"


def _ask_for(person: Actor, name: str) -> None:
    if attempt(f"job:{name}", lambda _id: jobs.ask_for(platform(), actor=person, name=name)):
        st.rerun()


def _draw_progress(found: JobHealth) -> None:
    run = found.running
    if run is None or found.state is not JobState.RUNNING:
        return
    since = words.length(platform().now() - run.started_at)
    if run.of:
        st.progress(min(1.0, run.done / run.of), f"{run.done:,} of {run.of:,}, for {since}")
    else:
        st.markdown(f":small[Under way for {plain(since)}.]")


def _draw_times(found: JobHealth, names: Mapping[str, str]) -> None:
    """Say when it is due, when it runs next, and what came of the last run."""
    schedule = found.schedule.text
    parts = [f"{schedule[:1].upper()}{schedule[1:]}"]
    if found.next_at:
        parts.append(f"next {_moment(found, found.next_at)}")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":small[:material/event: {plain('; '.join(parts))}]", width="content")
        if found.last:
            told = f"{_last(found, found.last)}{_by(found.last, names)}"
            st.markdown(f":small[:material/history: {plain(told)}]", width="content")
        if found.job.name in _MADE and found.last:
            path, label = _MADE[found.job.name]
            link(path, label, icon=":material/arrow_forward:")


def _moment(found: JobHealth, at: datetime) -> str:
    """Return a moment; of what is due many times a day only the time of day."""
    if found.schedule.every:
        return words.clock_time(at, zone())
    return words.moment(at, zone())


def _last(found: JobHealth, run: JobRun) -> str:
    """Return when a run was begun, how long it took, and what it counted."""
    now = platform().now()
    took = words.took(run.finished_at - run.started_at) if run.finished_at else ""
    came = "it failed." if run.state == "failed" else found.job.told(run.summary)
    late = run.started_at - run.scheduled_for
    waited = f", {words.length(late)} after its time" if late > job_health.ON_TIME else ""
    return f"Last {words.ago(run.started_at, now)}{waited}, took {took}: {came}"


def _by(run: JobRun, names: Mapping[str, str]) -> str:
    return f" Asked for by {names.get(run.asked_by, run.asked_by)}." if run.asked_by else ""


def _draw_problems(found: JobHealth) -> None:
    """Say what went wrong in the last days, the latest first; like ones once."""
    if found.problem:
        st.error(plain(found.problem), icon=":material/error:")
    others = [run for run in found.problems if not found.problem or run != found.runs[0]]
    if not others:
        return
    said: dict[str, list[JobRun]] = {}
    for run in others:
        said.setdefault(run.problem, []).append(run)
    counted = words.counted(len(others), "run", "runs")
    more = " more" if found.problem else ""
    st.markdown(
        f":small[:orange[:material/warning:] {plain(counted)}{more} of the last 7 days had a "
        "problem:]"
    )
    now = platform().now()
    for problem, runs in said.items():
        often = f"{len(runs):,} times, the latest " if len(runs) > 1 else ""
        st.markdown(f":small[{plain(f'{problem} ({often}{words.ago(runs[0].started_at, now)})')}]")
