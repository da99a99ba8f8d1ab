"""Requests of people about their own data: who waits, for what, and how many days are left."""

from datetime import date

import streamlit as st

from engine.domain.actor import Actor
from engine.domain.disposal import DisposalState
from engine.domain.subject_request import WARN_DAYS, Stage, SubjectRequest
from engine.services.privacy import subject_requests
from engine.services.privacy.subject_requests import Requests
from ui.parts import request_action, words
from ui.parts.words import plain
from ui.parts.worklist import Row, worklist
from ui.session import platform, zone
from ui.way import address

_HEAD = ("Who asks", "Right", "State", "Due", "Answers for it")
_SHOWN = 10
"""Answered requests that are shown."""
_DISPOSALS = {
    DisposalState.PROPOSED: "Erasure proposed",
    DisposalState.DONE: "Erased",
    DisposalState.REFUSED: "Erasure refused",
}


def draw(person: Actor) -> None:
    """Draw the requests that wait, soonest due first, and those that were answered last."""
    found = subject_requests.requests_of_subjects(platform(), actor=person)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("Requests")
        st.space("stretch")
        if st.button(
            "Record a request", icon=":material/add:", type="primary", key="request:record"
        ):
            request_action.record(person)
    if found.open:
        _draw_open(person, found)
    else:
        st.markdown(":small[Nobody waits for an answer about their data.]")
    if found.answered and st.toggle(
        f"Show {words.counted(len(found.answered), 'answered request')}", key="requests:answered"
    ):
        for each in found.answered[:_SHOWN]:
            st.markdown(_answered(each, found))


def _draw_open(person: Actor, found: Requests) -> None:
    late = sum(each.is_overdue(found.today) for each in found.open)
    caption = f"{words.counted(len(found.open), 'request')} to answer, soonest due first"
    if late:
        st.error(
            plain(f"{words.counted(late, 'request is', 'requests are')} overdue."),
            icon=":material/schedule:",
        )
    st.markdown(f":small[{plain(caption)}]")
    rows = [_row(each, found) for each in found.open]
    choice = worklist(rows, key="requests:open", caption=caption, head=_HEAD)
    if choice is not None:
        chosen = next(each for each in found.open if str(each.number) == choice.id)
        request_action.act_on(person, chosen, found.today)


def _row(request: SubjectRequest, found: Requests) -> Row:
    came = f"received {words.calendar_day(request.received_on)}"
    about = [f"Request {request.number}", request.reference, came]
    left = request.days_left(found.today)
    return Row(
        id=str(request.number),
        href=address("privacy"),
        title=request.name,
        about=" · ".join(each for each in about if each),
        severity=request.right.title,
        tone="gray",
        step=_state(request),
        due=words.capital(request.left_in_words(found.today)),
        due_title=f"Until {words.calendar_day(request.due_on)}",
        is_late=left < 0,
        hint="Soon" if 0 <= left <= WARN_DAYS[0] else "",
        used=_used(request, found.today),
        assignee=found.names.get(request.owner, request.owner),
    )


def _used(request: SubjectRequest, today: date) -> int:
    """Return which part of the time is over, in percent."""
    whole = max(1, (request.due_on - request.received_on).days)
    return max(0, min(100, round(100 * (today - request.received_on).days / whole)))


def _state(request: SubjectRequest) -> str:
    """Return where a request stands, in words."""
    if request.disposal_state is not None:
        return _DISPOSALS[request.disposal_state]
    if request.identity_asked_on is not None and request.identity_seen_on is None:
        return "Asked who it is"
    if request.exported_at is not None:
        return "Handed out"
    return "More time" if request.stage is Stage.EXTENDED else "Open"


def _answered(request: SubjectRequest, found: Requests) -> str:
    by = found.names.get(request.answered_by, request.answered_by)
    on = words.calendar_day(request.answered_on) if request.answered_on else ""
    facts = [f"Request {request.number}", f"{on} by {by}"]
    facts.append("after its last day" if request.was_late() else "in time")
    if request.exported_at is not None:
        facts.append(f"handed out {words.day(request.exported_at, zone())}")
    if request.disposal_state is not None:
        facts.append(_DISPOSALS[request.disposal_state].lower())
    head = f"**{plain(request.name)}** {plain(f'{request.right.title}: {request.stage.title}')}"
    return f"{head} :small[{plain(', '.join(facts))}]"
