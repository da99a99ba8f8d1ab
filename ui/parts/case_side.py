"""What is known about a case: facts, promises on time, calls upwards, notes."""

from collections.abc import Mapping

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.case import Escalation
from engine.domain.complaint import Complaint, EscalationReason
from engine.domain.deadline import Clock, ClockState, is_overdue
from engine.services.handling import casework
from ui.once import attempt, say
from ui.parts import case_kin, case_reach, case_referral, survey_action, words
from ui.parts.case_authority import draw_standing
from ui.parts.case_posting import draw_open_letters
from ui.parts.case_time import draw_request
from ui.parts.ladder import where
from ui.parts.look import Look
from ui.parts.outlook import draw_outlook
from ui.parts.statement import draw_words
from ui.parts.why import draw_why
from ui.parts.words import plain
from ui.session import platform

_REASONS = {
    EscalationReason.CLOCK_WARNING: "Time is running short",
    EscalationReason.CLOCK_BREACH: "Time limit missed",
    EscalationReason.SAFETY: "Somebody's safety is at stake",
    EscalationReason.REQUEST: "Called by a colleague",
    EscalationReason.INACTIVITY: "Nobody has done anything",
    EscalationReason.ABSENCE: "Somebody is away",
    EscalationReason.LETTER: "Nobody sees to a letter",
}
_RECENT = 3
"""Notes that are shown beside the case; the record has all."""


def draw_side(look: Look) -> None:
    """Draw everything that stands beside the work."""
    with st.container(border=True, key="case:complaint"):
        st.header("Complaint")
        _draw_complaint(look)
    draw_open_letters(look)
    case_kin.draw_kin(look)
    with st.container(border=True, key="case:times"):
        st.header("Promises on time")
        if look.file.regime_titles:
            st.markdown(f":small[By {plain(', '.join(look.file.regime_titles))}]")
        draw_outlook(look)
        for clock in look.file.clocks:
            _draw_clock(look, clock)
    case_referral.draw_referral(look)
    if look.file.escalations:
        with st.container(border=True, key="case:escalations"):
            st.header("Escalations")
            for escalation in reversed(look.file.escalations):
                _draw_escalation(look, escalation)
    with st.container(border=True, key="case:notes"):
        st.header("Notes")
        _draw_notes(look)


def _draw_complaint(look: Look) -> None:
    complaint = look.case.complaint
    # The complainant's words are never Markdown.
    st.text(complaint.description or "Nothing more was written than the summary.")
    if complaint.desired_outcome:
        draw_words("What the complainant wants", complaint.desired_outcome)
    facts = {title: plain(value) for title, value in _facts(look).items() if value}
    if complaint.email:
        facts["E-mail"] = words.address_link(complaint.email)
    st.table(facts, border="horizontal")
    draw_standing(look)


def _language(code: str) -> str:
    """Return the language of letters by its name; empty where it is the organisation's own."""
    known = platform().letters.languages
    return known[code].title if code in known else code


def _speaker(complaint: Complaint) -> str:
    """Return who speaks for the complainant, and how that person is reached; empty for nobody."""
    told = (
        complaint.representative_name,
        complaint.representative_relation,
        complaint.representative_contact,
    )
    return ", ".join(filter(None, told))


def _facts(look: Look) -> Mapping[str, str]:
    case, complaint = look.case, look.case.complaint
    is_at_stake = complaint.amount > 0
    return {
        "Complainant": complaint.complainant_name,
        "E-mail": complaint.email or "",
        "Address": ", ".join(complaint.postal_address.split("\n")),
        "Letters in": _language(complaint.language),
        "Telephone": complaint.phone,
        "Hears by": complaint.contact_by.title if complaint.contact_by else "",
        "Needs": ", ".join(need.title for need in complaint.needs),
        "Asks for": complaint.adjustments,
        "Speaks for them": _speaker(complaint),
        "Received": words.moment(complaint.received_at, look.zone),
        "Received by": complaint.channel.title,
        "Category": complaint.category,
        "Product": complaint.product,
        "Amount": words.money(complaint.amount, look.currency) if is_at_stake else "",
        "Vulnerable": "Yes, take particular care" if complaint.vulnerable else "",
        "Safety": case.safety.title if case.safety != "none" else "",
        "Survey": survey_action.told(look),
        "Team": case_reach.team_title(look),
        "Owner": look.file.names.get(case.owner, case.owner) if case.owner else "",
        "Complainant reads": look.file.public_status.replace("_", " ").capitalize(),
    }


def _draw_clock(look: Look, clock: Clock) -> None:
    said = clock_words(look, clock)
    with st.container(gap="xxsmall"):
        if not clock.is_open or (clock.lapses and is_overdue(clock, look.now)):
            st.markdown(f"**{plain(clock.title)}**")
            st.markdown(said)
            draw_why(look, clock)
            return
        with st.container(horizontal=True, gap="small"):
            st.markdown(f"**{plain(clock.title)}**", width="content")
            st.space("stretch")
            st.markdown(said, width="content")
        used = words.used(clock.started_at, clock.due_at, look.now)
        until = "Possible until" if clock.lapses else "Due"
        st.progress(used, text=f":small[{until} {look.moment(clock.due_at)}]")
        draw_why(look, clock)
        draw_request(look, clock)


def clock_words(look: Look, clock: Clock) -> str:
    """Return how a promise stands, as Markdown; red when it is broken."""
    if clock.met_at is not None:
        if clock.is_late:
            return f":red[Kept {plain(words.length(clock.met_at - clock.due_at))} late]"
        return f":green[Kept] on {plain(words.day(clock.met_at, look.zone))}"
    if clock.state is ClockState.CANCELLED:
        return "No longer applies"
    if clock.paused_at is not None:
        return "Rests"
    if clock.lapses and is_overdue(clock, look.now):
        return "No longer possible"
    said = plain(words.due(clock.due_at, look.now))
    return f":red[**{said}**]" if is_overdue(clock, look.now) else said


def _draw_escalation(look: Look, escalation: Escalation) -> None:
    raised = plain(words.ago(escalation.raised_at, look.now))
    with st.container(gap="xxsmall"):
        st.markdown(f"**{plain(reason_of(escalation))}**, {raised}")
        if escalation.detail:
            st.text(escalation.detail)
        if escalation.acknowledged_by is None:
            st.markdown(f":small[{plain(where(look, escalation))}]")
        else:
            st.markdown(f":small[Answered by {look.name(escalation.acknowledged_by)}:]")
            st.text(escalation.action)


def reason_of(escalation: Escalation) -> str:
    """Return why somebody higher up is called, in words."""
    return _REASONS[escalation.reason]


def _draw_notes(look: Look) -> None:
    notes = look.file.notes
    if not notes:
        st.markdown(":small[No notes yet. The complainant does not see them.]")
    for note in reversed(notes[-_RECENT:]):
        with st.container(gap="xxsmall"):
            st.markdown(f":small[{look.name(note.by)}, {plain(words.ago(note.at, look.now))}]")
            st.text(note.text)
    if len(notes) > _RECENT:
        st.markdown(f":small[All {len(notes)} notes are in the record.]")
    if look.person.may(Deed.NOTE):
        _draw_new_note(look)


def _draw_new_note(look: Look) -> None:
    # A new name gives an empty field after each note that was kept.
    key = f"note:{look.reference}:{len(look.file.notes)}"
    text = st.text_area("New note", key=key, height=80, persist_state="session")
    if st.button("Add note", key=f"{key}:add") and attempt(
        f"note:{look.reference}",
        lambda command_id: casework.add_note(
            platform(),
            actor=look.person,
            reference=look.reference,
            text=text or "",
            command_id=command_id,
        ),
    ):
        say("The note is kept.")
        st.rerun()
