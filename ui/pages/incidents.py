"""What came to a halt, why, since when, and what can be done about it."""

import streamlit as st

from engine.domain.actor import Actor, Deed
from engine.domain.incident import Incident, IncidentKind
from engine.services import accounts, incidents
from ui.once import attempt, say, tell
from ui.parts import words
from ui.parts.fresh import forget
from ui.parts.words import plain
from ui.session import actor, platform, zone
from ui.way import link

_LINES = 10
_ICONS = {
    IncidentKind.CASE: ":material/pause_circle:",
    IncidentKind.STEP: ":material/error:",
    IncidentKind.LETTER: ":material/mail_off:",
    IncidentKind.MESSAGE: ":material/sms_failed:",
}
_STATES = {True: "Open", False: "Resolved"}


def show() -> None:
    """Draw the page."""
    tell()
    st.title("Incidents")
    st.markdown(
        ":small[What Redress could not set right by itself. The other complaints are unaffected.]"
    )
    person = actor()
    is_open, kinds = _ask(person)
    counts = incidents.counts(platform(), actor=person, is_open=is_open)
    total = sum(n for kind, n in counts.items() if not kinds or kind in kinds)
    if not total:
        _draw_empty(is_open=is_open, is_narrowed=bool(kinds))
        return
    for incident in _page(person, kinds, total, is_open=is_open):
        _draw(person, incident)
    if total > _LINES:
        st.pagination(-(-total // _LINES), key="incidents:page", persist_state="session")


def _ask(person: Actor) -> tuple[bool, tuple[IncidentKind, ...]]:
    """Draw the filters, and return whether open ones are wanted, and of which kinds."""
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
    return bool(is_open), tuple(kinds)


def _to_first_page() -> None:
    st.session_state["incidents:page"] = 1


def _page(
    person: Actor, kinds: tuple[IncidentKind, ...], total: int, *, is_open: bool
) -> tuple[Incident, ...]:
    last = -(-total // _LINES)
    number = min(st.session_state.get("incidents:page", 1), last)
    return incidents.page(
        platform(),
        actor=person,
        kinds=kinds,
        is_open=is_open,
        limit=_LINES,
        offset=(number - 1) * _LINES,
    )


def _draw_empty(*, is_open: bool, is_narrowed: bool) -> None:
    with st.container(horizontal_alignment="center", gap="small"):
        st.space("large")
        if is_narrowed:
            st.markdown("There is none of this kind.", text_alignment="center")
        elif is_open:
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
                _retry(person, incident)
            if st.button("Resolve", icon=":material/check:", key=f"resolve:{incident.id}"):
                _resolve(person, incident)
        _draw_case(incident)


def _draw_case(incident: Incident) -> None:
    if incident.reference:
        label = f"Open {plain(incident.reference)}"
        link("case", label, icon=":material/description:", ref=incident.reference)


@st.dialog("Try again", icon=":material/replay:")
def _retry(person: Actor, incident: Incident) -> None:
    st.markdown(plain(incident.kind.title))
    st.text(incident.cause)
    reason = st.text_area("Why it should work now", key=f"retry:reason:{incident.id}")
    ends: list[bool] = []
    if st.button("Try again", type="primary", key="retry:do") and attempt(
        f"retry:{incident.id}",
        lambda command_id: ends.append(
            incidents.retry(
                platform(),
                actor=person,
                incident_id=incident.id,
                reason=reason,
                command_id=command_id,
            )
        ),
    ):
        forget("incidents:number")
        if ends[-1]:
            say(f"{incident.kind.title}: it goes on.")
        else:
            say(f"{incident.kind.title}: it did not work this time either.")
        st.rerun()


@st.dialog("Resolve this incident", icon=":material/check:")
def _resolve(person: Actor, incident: Incident) -> None:
    st.markdown("It is put away because it was dealt with otherwise; say how.")
    st.text(incident.cause)
    reason = st.text_area("What was done about it", key=f"resolve:reason:{incident.id}")
    if st.button("Resolve", type="primary", key="resolve:do") and attempt(
        f"resolve:{incident.id}",
        lambda command_id: incidents.resolve(
            platform(),
            actor=person,
            incident_id=incident.id,
            reason=reason,
            command_id=command_id,
        ),
    ):
        forget("incidents:number")
        say("The incident is resolved.")
        st.rerun()
