"""The journal: when it was proved last that nothing was altered, and proof to take along."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from engine.domain.actor import Actor
from engine.domain.verification import VerificationRun
from engine.services.audit import journal_export, verifying
from engine.services.audit.verifying import JournalState
from ui.once import attempt, say, tell
from ui.parts import words
from ui.parts.words import plain
from ui.session import actor, platform, zone

_SHOWN = 20
"""Findings that are shown one by one; the others are counted."""
_RECENT = 4
"""Checks that are listed."""
_LOOKS_AGAIN = "3s"
_CHOICES = {"all": "Everything", "case": "One complaint", "period": "A period"}
_MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What is to be verified or exported: a complaint, a period, or everything.

    Attributes:
        problem: What is still missing before anything can be done with it; empty for nothing.
    """

    reference: str | None = None
    period: tuple[datetime, datetime] | None = None
    problem: str = ""

    @property
    def file_name(self) -> str:
        """Name of an export of it."""
        named = self.reference or (f"{self.period[0]:%Y-%m-%d}" if self.period else "everything")
        return f"journal-{named}.zip"


def show() -> None:
    """Draw the page."""
    tell()
    person = actor()
    found = verifying.state(platform(), actor=person)
    st.title("Journal")
    st.markdown(
        ":small[Everything that happens is written down once and chained to what was written "
        "before, so that a change shows. Every night all of it is checked.]"
    )
    verdict, signed = st.columns(2, gap="small")
    with verdict, st.container(border=True, height="stretch", key="journal:verdict"):
        _draw_verdict(found)
        _draw_recent(found.recent)
    with signed, st.container(border=True, height="stretch", key="journal:signed"):
        _draw_signed(found)
    if found.running:
        _watch(person)
    if found.last and found.last.findings:
        _draw_findings(found.last)
    _draw_doing(person)


def _draw_verdict(found: JournalState) -> None:
    last = found.last
    if last is None:
        st.markdown("## :material/pending: Not verified yet")
        st.markdown(":small[The first check runs tonight; you can start one below.]")
        return
    if last.findings:
        counted = words.counted(len(last.findings), "finding")
        st.markdown(f"## :red[:material/gpp_bad:] {plain(counted)}")
    else:
        st.markdown("## :green[:material/verified_user:] Nothing was altered")
    st.markdown(plain(_what(last)))
    if found.is_late:
        st.markdown(
            ":orange[:material/schedule:] :small[That is more than two days ago: the nightly "
            "check does not run. Whoever runs Redress has to look at it.]"
        )


def _draw_recent(runs: tuple[VerificationRun, ...]) -> None:
    """List the last checks, of everything and of parts."""
    lines = []
    for run in runs[:_RECENT]:
        mark = ":red[:material/gpp_bad:]" if run.findings else ":green[:material/check:]"
        found = words.counted(len(run.findings), "finding") if run.findings else "nothing altered"
        at = words.moment(run.finished_at or run.seen_at, zone())
        what = run.scope or "Everything"
        told = plain(f"{what}: {found}, {at}")
        lines.append(f"{mark} {told}")
    if lines:
        st.markdown("  \n".join(f":small[{line}]" for line in lines))


def _what(run: VerificationRun) -> str:
    events, cases = words.counted(run.events, "event"), words.counted(run.cases, "complaint")
    return f"{events} of {cases} checked, {words.moment(run.finished_at or run.seen_at, zone())}"


def _draw_signed(found: JournalState) -> None:
    if found.signed is None:
        st.markdown("## :material/pending: Nothing is signed yet")
        st.markdown(":small[It is signed ten minutes after something has happened.]")
        return
    checkpoint = found.signed.checkpoint
    fields = checkpoint.fields
    st.markdown(f"## :material/signature: Signed up to event {fields['events']:,}")
    at = words.moment(checkpoint.at, zone())
    st.markdown(plain(f"Checkpoint {checkpoint.number}, {at}"))
    if found.key:
        st.markdown(":small[Key that signs; compare it with the one you noted:]")
        st.code(found.key, language=None, wrap_lines=True)


@st.fragment(run_every=_LOOKS_AGAIN)
def _watch(person: Actor) -> None:
    """Show how far a verification is that somebody else, or the night, has started."""
    running = verifying.state(platform(), actor=person).running
    if running is None:
        st.rerun()
        return
    st.progress(_part(running.events, running.expected), _far(running.events, running.expected))


def _part(events: int, expected: int) -> float:
    return min(1.0, events / expected) if expected else 0.0


def _far(events: int, expected: int) -> str:
    return f"{events:,} of {max(events, expected):,} events checked"


def _draw_findings(run: VerificationRun) -> None:
    st.header("What was found")
    for where, what in run.findings[:_SHOWN]:
        st.error(plain(f"{where}: {what}"), icon=":material/gpp_bad:")
    if len(run.findings) > _SHOWN:
        st.markdown(f":small[And {len(run.findings) - _SHOWN:,} more.]")
    for note in run.notes:
        st.markdown(f":small[{plain(note)}]")


def _draw_doing(person: Actor) -> None:
    """Let the person verify now, or take an export with proof along."""
    st.header("Check it yourself")
    scope = _choose_scope()
    with st.container(horizontal=True):
        verifies = st.button(
            "Verify now", icon=":material/fact_check:", type="primary", key="journal:verify"
        )
        exports = st.button(
            "Export with proof",
            icon=":material/folder_zip:",
            disabled=scope == _Scope(),
            help="The events, a page to read, and verify.py, which proves them without Redress.",
            key="journal:export",
        )
    if (verifies or exports) and scope.problem:
        st.error(plain(scope.problem), icon=":material/error:")
    elif verifies:
        _verify(person, scope)
    elif exports:
        _export(person, scope)


def _choose_scope() -> _Scope:
    chosen = st.segmented_control(
        "What",
        list(_CHOICES),
        format_func=_CHOICES.__getitem__,
        default="all",
        required=True,
        label_visibility="collapsed",
        key="journal:scope",
    )
    if chosen == "case":
        typed = st.text_input("Complaint", key="journal:case", placeholder="C-2026-000001").strip()
        return _Scope(reference=typed, problem="" if typed else "Which complaint?")
    if chosen == "period":
        return _choose_period()
    return _Scope()


def _choose_period() -> _Scope:
    days = ZoneInfo(platform().policy.calendar.zone)
    today = platform().now().astimezone(days).date()
    chosen: tuple[date, ...] = st.date_input(
        "Days with an event",
        (today - _MONTH, today),
        max_value=today,
        format="DD/MM/YYYY",
        key="journal:days",
    )
    if len(chosen) != 2:  # the second day is still to be clicked
        return _Scope(problem="Until which day?")
    begin, end = (datetime.combine(day, time(), days) for day in chosen)
    return _Scope(period=(begin, end + timedelta(days=1)))


def _verify(person: Actor, scope: _Scope) -> None:
    bar = st.progress(0.0, "Begins")

    def act(_command_id: object) -> None:
        found = verifying.run(
            platform(),
            actor=person,
            reference=scope.reference,
            period=scope.period,
            progress=lambda events, of: bar.progress(_part(events, of), _far(events, of)),
        )
        counted = words.counted(len(found.broken), "finding")
        events = words.counted(found.events, "event")
        say(f"{events} checked: {counted if found.broken else 'nothing was altered'}.")

    if attempt("journal:verify", act):
        st.rerun()


def _export(person: Actor, scope: _Scope) -> None:
    made: list[bytes] = []

    def act(_command_id: object) -> None:
        with st.spinner("The proof is put together"):
            made.append(_bundle_of(person, scope)())

    if attempt("journal:export", act):
        st.download_button(
            "Save the file",
            made[0],
            file_name=scope.file_name,
            mime="application/zip",
            icon=":material/download:",
            on_click="ignore",
            key="journal:save",
        )


def _bundle_of(person: Actor, scope: _Scope) -> Callable[[], bytes]:
    if scope.period is not None:
        begin, end = scope.period
        return lambda: journal_export.of_period(platform(), actor=person, begin=begin, end=end)
    reference = scope.reference or ""
    return lambda: journal_export.of_case(platform(), actor=person, reference=reference)
