"""What came to a halt, why, since when, and what can be done about it."""

from dataclasses import dataclass

import streamlit as st

from engine.domain.actor import Actor, Deed
from engine.domain.incident import Cause, Incident, IncidentKind
from engine.services.accounts import accounts
from engine.services.upkeep import incidents
from ui.once import tell
from ui.parts import words
from ui.parts.incident_action import draw_all, resolve, retry
from ui.parts.words import plain
from ui.session import actor, platform, zone
from ui.way import link

_LINES = 10
_ICONS = {
    IncidentKind.CASE: ":material/pause_circle:",
    IncidentKind.STEP: ":material/error:",
    IncidentKind.LETTER: ":material/mail_off:",
    IncidentKind.MESSAGE: ":material/sms_failed:",
    IncidentKind.JOURNAL: ":material/gpp_bad:",
}
_STATES = {True: "Open", False: "Resolved"}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the person has chosen to see; no kinds for all of them."""

    is_open: bool
    kinds: tuple[IncidentKind, ...]
    cause: Cause | None


def show() -> None:
    """Draw the page."""
    tell()
    st.title("Incidents")
    st.markdown(
        ":small[What Redress could not set right by itself. The other complaints are unaffected.]"
    )
    person = actor()
    wanted = _ask(person)
    total = _count(person, wanted)
    if not total:
        _draw_empty(wanted)
        return
    if wanted.cause and wanted.is_open and person.may(Deed.RESOLVE):
        draw_all(person, wanted.cause)
    for incident in _page(person, wanted, total):
        _draw(person, incident)
    if total > _LINES:
        st.pagination(-(-total // _LINES), key="incidents:page", persist_state="session")


def _ask(person: Actor) -> _Wanted:
    """Draw the filters, and return what was chosen."""
    is_open = st.segmented_control(
        "State",
        list(_STATES),
        format_func=_STATES.__getitem__,
        default=True,
        required=True,
        key="incidents:state",
        label_visibility="collapsed",
        on_change=_to_first_page,
    )
    counts = incidents.counts(platform(), actor=person, is_open=bool(is_open))
    kinds = st.pills(
        "Kind",
        list(IncidentKind),
        format_func=lambda kind: f"{kind.title}: {counts[kind]}",
        selection_mode="multi",
        key="incidents:kinds",
        label_visibility="collapsed",
        on_change=_to_first_page,
    )
    found = incidents.causes(platform(), actor=person, kinds=tuple(kinds), is_open=bool(is_open))
    return _Wanted(bool(is_open), tuple(kinds), _ask_cause(found))


def _ask_cause(found: tuple[Cause, ...]) -> Cause | None:
    """Draw the choice of a cause where there is one, and return what was chosen."""
    causes = {cause.title: cause for cause in found}
    if len(causes) < 2:
        return None
    chosen = st.selectbox(
        "Cause",
        list(causes),
        index=None,
        placeholder="All causes, or choose one",
        key="incidents:cause",
        label_visibility="collapsed",
        on_change=_to_first_page,
    )
    return causes.get(chosen or "")


def _count(person: Actor, wanted: _Wanted) -> int:
    if wanted.cause:
        return wanted.cause.n
    counts = incidents.counts(platform(), actor=person, is_open=wanted.is_open)
    return sum(n for kind, n in counts.items() if not wanted.kinds or kind in wanted.kinds)


def _to_first_page() -> None:
    st.session_state["incidents:page"] = 1


def _page(person: Actor, wanted: _Wanted, total: int) -> tuple[Incident, ...]:
    last = -(-total // _LINES)
    number = min(st.session_state.get("incidents:page", 1), last)
    return incidents.page(
        platform(),
        actor=person,
        kinds=wanted.kinds,
        is_open=wanted.is_open,
        cause=wanted.cause,
        limit=_LINES,
        offset=(number - 1) * _LINES,
    )


def _draw_empty(wanted: _Wanted) -> None:
    with st.container(horizontal_alignment="center", gap="small"):
        st.space("large")
        if wanted.kinds:
            st.markdown("There is none of this kind.", text_alignment="center")
        elif wanted.is_open:
            st.markdown(
                ":material/check_circle: Nothing came to a halt. When something does, it is "
                "listed here with its cause.",
                text_alignment="center",
            )
        else:
            st.markdown("No incident was resolved yet.", text_alignment="center")


def _draw(person: Actor, incident: Incident) -> None:
    now = platform().now()
    with st.container(border=True, key=f"incident:{incident.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            icon = _ICONS[incident.kind]
            st.markdown(f"{icon} **{plain(incident.kind.title)}**", width="content")
            if incident.element:
                st.badge(plain(incident.element), color="gray")
            st.space("stretch")
            since = plain(words.moment(incident.opened_at, zone()))
            ago = plain(words.ago(incident.opened_at, now))
            tries = plain(words.counted(incident.attempts, "try", "tries"))
            st.markdown(f":small[{ago}, since {since}; {tries}]", width="content")
        st.text(incident.cause)
        if incident.is_open:
            _draw_actions(person, incident)
        else:
            _draw_resolution(person, incident)


def _draw_resolution(person: Actor, incident: Incident) -> None:
    names = accounts.colleagues(platform(), actor=person) if person.may(Deed.READ) else {}
    who = "Redress" if incident.resolved_by == "system" else incident.resolved_by
    at = words.moment(incident.resolved_at or incident.last_at, zone())
    by = plain(names.get(incident.resolved_by, who))
    st.markdown(f":small[:green[Resolved] by {by}, {plain(at)}:]")
    st.text(incident.resolution)
    _draw_case(incident)


def _draw_actions(person: Actor, incident: Incident) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if person.may(Deed.RESOLVE):
            if st.button("Try again", icon=":material/replay:", key=f"retry:{incident.id}"):
                retry(person, incident)
            if st.button("Resolve", icon=":material/check:", key=f"resolve:{incident.id}"):
                resolve(person, incident)
        _draw_case(incident)


def _draw_case(incident: Incident) -> None:
    if incident.reference:
        label = f"Open {plain(incident.reference)}"
        link("case", label, icon=":material/description:", ref=incident.reference)
