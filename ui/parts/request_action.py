"""What somebody can do about a request of a person about their own data, in two dialogs."""

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

import streamlit as st

from engine.domain.actor import Actor
from engine.domain.complaint import Channel
from engine.domain.disposal import DisposalState
from engine.domain.subject_request import RequestAct, Right, SubjectRequest, WantedRequest
from engine.services.privacy import erasure, subject_access, subject_requests
from ui.once import attempt
from ui.parts import words
from ui.parts.dialog import ask_reason, confirm
from ui.parts.waiting import changed_at
from ui.parts.words import plain
from ui.session import platform, zone

_HAND_OUT, _ERASE = "Hand out what is held", "Propose to erase"
_ACTS: Mapping[RequestAct, str] = {
    RequestAct.CARRY_OUT: "Record the answer",
    RequestAct.EXTEND: "Take more time",
    RequestAct.ASK_IDENTITY: "Ask who it is",
    RequestAct.SEE_IDENTITY: "It is known who it is",
    RequestAct.REFUSE: "Refuse",
}
_DONE: Mapping[RequestAct, str] = {
    RequestAct.CARRY_OUT: "The answer is recorded.",
    RequestAct.EXTEND: "The request has more time.",
    RequestAct.ASK_IDENTITY: "It is recorded that you asked.",
    RequestAct.SEE_IDENTITY: "It is recorded.",
    RequestAct.REFUSE: "The refusal is recorded.",
}
_NOTES: Mapping[RequestAct, str] = {
    RequestAct.CARRY_OUT: "What was done, and how the person was told. It may be empty.",
    RequestAct.EXTEND: "The person is told within the first month, and why (Article 12(3)).",
    RequestAct.ASK_IDENTITY: "For where there is doubt (Article 12(6)). The time runs on.",
    RequestAct.SEE_IDENTITY: "Whoever asks has shown who they are.",
    RequestAct.REFUSE: "The person is told why, and which rights they have (Article 12(4)).",
}
_LONGEST = 4_000
"""Characters that are asked for."""


@st.dialog("Record a request", icon=":material/person_search:")
def record(person: Actor) -> None:
    """Ask who wants what of their own data, and keep it with its last day."""
    left, right = st.columns(2)
    rights, channels = list(Right), list(Channel)
    what = left.selectbox(
        "Right",
        rights,
        format_func=lambda each: f"{each.title} (Article {each.article})",
        key="request:right",
    )
    channel = right.selectbox(
        "It came by",
        channels,
        index=channels.index(Channel.EMAIL),
        format_func=lambda each: each.title,
        key="request:channel",
    )
    today = platform().calendar.day_of(platform().now())
    received = left.date_input(
        "Received on", value=today, max_value=today, format="DD/MM/YYYY", key="request:received"
    )
    reference = right.text_input(
        "A complaint of theirs", placeholder="C-2026-000001", key="request:reference"
    )
    name, email = _ask_stranger() if not reference.strip() else ("", "")
    text = st.text_area("What they ask for", max_chars=_LONGEST, key="request:text")
    wanted = WantedRequest(what, channel, received, reference, name, email, text)

    def act(_command_id: UUID) -> None:
        subject_requests.record_request(platform(), actor=person, wanted=wanted)
        changed_at("privacy")

    confirm(
        "Record it",
        key="request:do",
        command=f"request:{wanted}",
        act=act,
        done="The request is recorded.",
    )


def _ask_stranger() -> tuple[str, str]:
    """Ask who it is where no complaint tells; return name and address."""
    st.markdown(":small[Without a complaint, say who it is.]")
    left, right = st.columns(2)
    name = left.text_input("Name", max_chars=200, key="request:name")
    return name, right.text_input("E-mail", key="request:email")


@st.dialog("Request about personal data", icon=":material/person_search:")
def act_on(person: Actor, request: SubjectRequest, today: date) -> None:
    """Show a request, and do something about it."""
    _draw_facts(request)
    ways = _ways(request, today)
    chosen = st.selectbox("What is done", list(ways), key=f"request:{request.number}:way")
    ways[chosen](person, request)


def _ways(
    request: SubjectRequest, today: date
) -> Mapping[str, Callable[[Actor, SubjectRequest], None]]:
    """Return what can be done about a request, by its words, the likeliest first."""
    is_there = bool(request.reference) and request.disposal_state is not DisposalState.DONE
    found: dict[str, Callable[[Actor, SubjectRequest], None]] = {}
    if is_there and request.right is not Right.ERASURE:
        found[_HAND_OUT] = _hand_out
    if is_there and request.disposal_state is not DisposalState.PROPOSED:
        is_first = request.right is Right.ERASURE
        found = {_ERASE: _erase} | found if is_first else found | {_ERASE: _erase}
    return found | {
        words_: _asking(act) for act, words_ in _ACTS.items() if act in request.acts(today)
    }


def _draw_facts(request: SubjectRequest) -> None:
    due = words.calendar_day(request.due_on)
    if request.extended_on is not None:
        due += f" (first {words.calendar_day(request.first_due_on)})"
    facts = {
        "Who asks": request.name,
        "E-mail": request.email,
        "Complaint": request.reference,
        "Right": f"{request.right.title} (Article {request.right.article})",
        "Received": f"{words.calendar_day(request.received_on)}, {request.channel.title.lower()}",
        "Last day": due,
        "Told higher up": words.day(request.climbed_at, zone()) if request.climbed_at else "",
        "More time, because": request.extension_reason,
        "What they ask for": request.text,
    }
    st.table({name: plain(said) for name, said in facts.items() if said}, border="horizontal")


def _hand_out(person: Actor, request: SubjectRequest) -> None:
    st.markdown(
        "Everything that is held on the person, in one file. Read it through before you hand it "
        "out: what people wrote may tell of somebody else."
    )
    answers = st.checkbox("That answers the request", key="request:answers")
    made: list[bytes] = []

    def act(_command_id: UUID) -> None:
        made.append(
            subject_access.export(
                platform(),
                actor=person,
                reference=request.reference,
                reason=f"Request {request.number} of the person",
                request=request.number,
                answers=answers,
            )
        )
        changed_at("privacy")

    is_asked = st.button("Make the file", type="primary", key="request:export")
    if is_asked and attempt(f"request:{request.number}:export", act):
        st.download_button(
            "Save the file",
            made[0],
            file_name=f"{request.reference}.zip",
            mime="application/zip",
            on_click="ignore",
            key="request:save",
        )


def _erase(person: Actor, request: SubjectRequest) -> None:
    st.markdown(
        "All complaints of this person lose names, addresses and every text. A second person "
        "confirms it; until then nothing changes."
    )

    def act(_command_id: UUID) -> None:
        erasure.propose_erasure(
            platform(),
            actor=person,
            reference=request.reference,
            reason=f"Request {request.number} of the person",
            request=request.number,
        )

    confirm(
        "Propose",
        key="request:erase",
        command=f"request:{request.number}:erase",
        act=act,
        done="It waits for a second person.",
    )


def _asking(what: RequestAct) -> Callable[[Actor, SubjectRequest], None]:
    """Return what asks for what one step needs, and takes it."""

    def ask(person: Actor, request: SubjectRequest) -> None:
        key = f"request:{request.number}:{what}"
        st.markdown(f":small[{plain(_NOTES[what])}]")
        said = ask_reason(f"{key}:said", label=_label(what)) if _label(what) else ""
        told = what is not RequestAct.REFUSE or _ask_rights(key)

        def act(_command_id: UUID) -> None:
            subject_requests.act_on_request(
                platform(),
                actor=person,
                number=request.number,
                act=what,
                said=said,
                rights_told=told,
            )
            changed_at("privacy")

        confirm(
            _ACTS[what],
            key=f"{key}:do",
            command=f"{key}:{said}:{told}",
            act=act,
            done=_DONE[what],
        )

    return ask


def _label(what: RequestAct) -> str:
    """Return what is asked for in words; empty for nothing."""
    if what is RequestAct.CARRY_OUT:
        return "Answer"
    return "Reason" if what in {RequestAct.EXTEND, RequestAct.REFUSE} else ""


def _ask_rights(key: str) -> bool:
    return st.checkbox(
        "They were told that they may complain to the authority and go to court",
        key=f"{key}:rights",
    )
