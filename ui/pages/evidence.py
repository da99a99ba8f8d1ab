"""Evidence: how each clause of the standard stands, what shows it, and all of it to take along."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Literal

import streamlit as st

from engine.domain.actor import Actor, Deed
from engine.domain.conformity import (
    ClauseResult,
    Duty,
    EvidenceRun,
    MeasureResult,
    Verdict,
    since_when,
)
from engine.domain.governance import RecordKind
from engine.domain.kpi import Period
from engine.services.evidence import conforming, evidence_pack, register
from engine.services.evidence.evidence_page import SIGNS
from ui.once import attempt, tell
from ui.parts import governance_action, words
from ui.parts.words import plain
from ui.session import actor, platform, zone
from ui.way import link

_CHAPTERS = {
    "4": "Principles",
    "5": "Framework",
    "6": "Planning",
    "7": "Handling complaints",
    "8": "Keeping up and improving",
}
_BADGES: Mapping[Verdict, tuple[str, Literal["green", "orange", "red", "gray"]]] = {
    Verdict.PASS: (":material/check:", "green"),
    Verdict.WARN: (":material/priority_high:", "orange"),
    Verdict.FAIL: (":material/close:", "red"),
    Verdict.NOT_APPLICABLE: (":material/remove:", "gray"),
}
_NIGHTS = 14
_YEAR = timedelta(days=365)


def show() -> None:
    """Draw the page: all clauses, or the one that is asked for."""
    tell()
    person = actor()
    runs = conforming.evidence_runs(platform(), actor=person)
    asked = st.query_params.get("clause", "")
    duty = next((each for each in platform().duties if each.clause == asked), None)
    if duty is not None:
        _draw_clause(person, duty, runs)
        return
    st.title("Evidence")
    st.markdown(
        ":small[Whether each clause of ISO 10002 is kept, counted from the records every night. A "
        "clause opens what was counted now.]"
    )
    _draw_all(runs)
    if person.may(Deed.VERIFY):
        _draw_pack(person)


# All clauses


def _draw_all(runs: Sequence[EvidenceRun]) -> None:
    if not runs:
        st.markdown(
            "Nothing was counted yet: the first run is tonight. Each clause opens all the same."
        )
    else:
        verdicts = [verdict for verdict, _n, _k in runs[0].verdicts.values()]
        counts = [f"{verdicts.count(v)} {v.words}" for v in Verdict if v in verdicts]
        at = words.moment(runs[0].at, zone())
        st.markdown(f"**{plain(', '.join(counts))}**  \n:small[{plain(f'Counted {at}')}]")
    for chapter, title in _CHAPTERS.items():
        with st.container(border=True, gap="xsmall", key=f"chapter:{chapter}"):
            st.header(plain(f"{chapter} {title}"))
            of_it = [d for d in platform().duties if d.clause.startswith(f"{chapter}.")]
            for duty in of_it:
                _draw_line(duty, runs)


def _draw_line(duty: Duty, runs: Sequence[EvidenceRun]) -> None:
    known = runs[0].verdicts.get(duty.clause) if runs else None
    # In columns every line breaks in the same way on a phone, however long its title is.
    left, right = st.columns([1.2, 1], gap="xsmall", vertical_alignment="center")
    left.button(
        plain(f"{duty.clause} {duty.title}"),
        type="tertiary",
        key=f"open:{duty.clause}",
        on_click=_open,
        args=(duty.clause,),
    )
    if known is None:
        return
    verdict, looked_at, in_order = known
    with right.container(horizontal=True, vertical_alignment="center", gap="small"):
        icon, color = _BADGES[verdict]
        st.badge(plain(verdict.words), icon=icon, color=color, width="content")
        if looked_at:
            st.markdown(f":small[{in_order:,} of {looked_at:,}]", width="content")
        st.space("stretch")
        st.markdown(f":small[{plain(_history(runs, duty.clause))}]", width="content")


def _open(clause: str) -> None:
    st.query_params["clause"] = clause


def _close() -> None:
    del st.query_params["clause"]


def _history(runs: Sequence[EvidenceRun], clause: str) -> str:
    """Return a sign for each of the last nights, oldest first; nothing for a single one."""
    known = [run.verdicts[clause][0] for run in runs[:_NIGHTS] if clause in run.verdicts]
    return "".join(SIGNS[verdict] for verdict in reversed(known)) if len(known) > 1 else ""


# One clause


def _draw_clause(person: Actor, duty: Duty, runs: Sequence[EvidenceRun]) -> None:
    st.button("All clauses", icon=":material/arrow_back:", key="evidence:all", on_click=_close)
    st.title(plain(f"{duty.clause} {duty.title}"))
    st.markdown(plain(duty.duty))
    seed = st.session_state.get("evidence:seed", "")
    (result,) = conforming.check_clauses(platform(), actor=person, seed=seed, clauses=[duty.clause])
    _draw_verdict(result, runs)
    for each in result.measures:
        _draw_measure(each)
    st.text_input(
        "Seed of the samples",
        key="evidence:seed",
        max_chars=100,
        help="Any word. With the same one, the same things are drawn from the same records.",
    )
    _draw_findings(person, duty)


def _draw_verdict(result: ClauseResult, runs: Sequence[EvidenceRun]) -> None:
    duty, since = result.duty, since_when(runs, result.duty.clause)
    icon, color = _BADGES[result.verdict]
    st.badge(plain(result.verdict.words), icon=icon, color=color)
    told = f"Answered for by the {duty.owner.title}, looked at every {duty.every}"
    if since and runs[0].verdicts[duty.clause][0] is result.verdict:
        told = f"{told}; so since {words.day(since, zone())}"
    if history := _history(runs, duty.clause):
        told = f"{told}; the last nights: {history}"
    st.markdown(f":small[{plain(told)}]")
    if duty.not_recorded:
        st.info(plain(f"Not applicable: {duty.not_recorded}"), icon=":material/info:")


def _draw_measure(found: MeasureResult) -> None:
    count, code = found.count, found.measure.code
    with st.container(border=True, gap="xsmall", key=f"measure:{code}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(found.measure.asks)}**", width="content")
            st.space("stretch")
            icon, color = _BADGES[found.verdict]
            st.badge(plain(found.verdict.words), icon=icon, color=color)
        st.markdown(
            plain(f"{count.in_order:,} of {count.looked_at:,} {found.measure.of} are in order.")
        )
        if count.wrong:
            st.markdown(":small[Not in order]")
            _draw_names(f"wrong:{code}", [(name, False) for name in count.wrong])
            more = count.looked_at - count.in_order - len(count.wrong)
            if more:
                st.markdown(f":small[And {more:,} more.]")
        if count.sample:
            st.markdown(":small[Drawn by chance]")
            _draw_names(f"drawn:{code}", count.sample)


def _draw_names(key: str, names: Sequence[tuple[str, bool]]) -> None:
    """Draw the names of things, as links where they lead to a complaint or to a record."""
    prefix = f"{platform().policy.organisation.reference_prefix}-"
    with st.container(horizontal=True, gap="small", key=key):
        for name, is_fine in names:
            sign = SIGNS[Verdict.PASS if is_fine else Verdict.FAIL]
            if name.startswith(prefix):
                link("case", plain(f"{sign} {name}"), ref=name)
            elif name.startswith("record "):
                link("governance", plain(f"{sign} {name}"))
            else:
                st.markdown(plain(f"{sign} {name}"), width="content")


def _draw_findings(person: Actor, duty: Duty) -> None:
    """Say what auditors found about the clause, and let one record what they find."""
    if not person.may(Deed.SEE_REGISTER):
        return
    records = register.register_of_governance(platform(), actor=person)
    found = [r for r in records if r.kind is RecordKind.FINDING and r.clause == duty.clause]
    st.header("Findings of audits")
    for each in found:
        grade = each.grade.title if each.grade else ""
        due = words.calendar_day(each.due_on)
        st.markdown(plain(f"{grade}: {each.title} ({each.state.title.lower()}, due {due})"))
    if not found:
        st.markdown(":small[None is on record.]")
    if governance_action.may_find(person) and st.button(
        "Record a finding", icon=":material/search_insights:", key="evidence:find"
    ):
        governance_action.find(person, duty.clause)


# Taking it along


def _draw_pack(person: Actor) -> None:
    st.header("Take it along")
    st.markdown(
        ":small[A file with a page for each clause, the records that were drawn, and verify.py, "
        "which proves without Redress that nothing in it was changed.]"
    )
    today = platform().calendar.day_of(platform().now())
    chosen: tuple[date, ...] = st.date_input(
        "Period",
        (today - _YEAR, today),
        max_value=today,
        format="DD/MM/YYYY",
        key="evidence:days",
    )
    seed = st.text_input("Seed", f"{today:%B %Y}", max_chars=100, key="evidence:pack:seed")
    is_personal = st.checkbox(
        "With what people wrote", key="evidence:personal", help="The proof holds without it."
    )
    if not st.button("Make the file", icon=":material/folder_zip:", key="evidence:pack"):
        return
    if len(chosen) != 2:  # the second day is still to be clicked
        st.error("Until which day?", icon=":material/error:")
        return
    period = Period.of_dates(*chosen, platform().policy.calendar.zone)
    _make(person, period, seed, is_personal=is_personal)


def _make(person: Actor, period: Period, seed: str, *, is_personal: bool) -> None:
    made: list[bytes] = []
    bar = st.progress(0.0, "Begins")

    def act(_command_id: object) -> None:
        made.append(
            evidence_pack.write_evidence_pack(
                platform(),
                actor=person,
                period=period,
                seed=seed,
                is_personal=is_personal,
                progress=lambda n, of: bar.progress(n / of, f"{n} of {of} clauses"),
            )
        )

    if attempt("evidence:pack", act):
        first = period.first_day(platform().policy.calendar.zone)
        st.download_button(
            "Save the file",
            made[0],
            file_name=f"evidence-{first}.zip",
            mime="application/zip",
            icon=":material/download:",
            on_click="ignore",
            key="evidence:save",
        )
