"""What somebody can do about systemic issues, actions and their effect, each in a dialog."""

import re
from collections.abc import Callable, Mapping

import streamlit as st

from engine.domain.actor import Actor
from engine.domain.governance import RecordKind, RecordState
from engine.domain.improvement import Cause, Check, Effect, WantedAction, WantedIssue, Wants, Way
from engine.domain.issue import CauseArea
from engine.domain.signal import Signal
from engine.services.evidence import register
from engine.services.improvement import improvement_board, improving, judging
from engine.services.improvement.improvement_board import Board, Improvement
from ui.parts.dialog import ask_reason, confirm
from ui.parts.waiting import changed_at
from ui.parts.words import plain
from ui.session import platform
from ui.way import address

_MONTH = 20
"""Working days that are proposed."""
_YEAR = 260
_GROUPED = re.compile(r"[\s,.']")
"""What people put between the digits of a large number."""
_LONGEST = 10
"""Digits of such a number."""
_WAYS = {
    Way.CORRECTIVE: "What went wrong shall not come again.",
    Way.PREVENTIVE: "What could go wrong shall not come at all.",
}
_EFFECTS = {
    Effect.EFFECTIVE: "It moved what it should move, and it is not chance.",
    Effect.NOT_EFFECTIVE: "It did not: it is done again, or something else is done.",
    Effect.CANNOT_TELL: "There is too little to see, or something else happened as well.",
}
_ANSWERED = frozenset(
    {RecordKind.SYSTEMIC_ISSUE, RecordKind.FINDING, RecordKind.REVIEW, RecordKind.ACTION}
)
"""What an action can answer to."""
_SECOND = "It waits for somebody else to approve it."


@st.dialog("Propose an action", icon=":material/build:")
def propose(person: Actor, board: Board, about: int | None = None) -> None:
    """Ask what shall be done, by whom, by when and what it shall move, and keep it."""
    key = f"action:{about or ''}"
    title = st.text_input("Title", max_chars=200, key=f"{key}:title")
    text = st.text_area("What shall change", key=f"{key}:text")
    owner, within, way = ask_work(person, key)
    number = _ask_about(person, key, about)
    chart, wants = _ask_figure(board.figures, key)
    wanted = WantedAction(title, text, owner, within, way, number, chart, wants)
    confirm(
        "Propose it",
        key="action:do",
        command=f"{key}:{wanted}",
        act=lambda _id: improving.propose_action(platform(), actor=person, wanted=wanted),
        done=_after(_SECOND),
    )


def ask_work(person: Actor, key: str) -> tuple[str, int, Way]:
    """Draw who does it, within how many working days, and what it is for."""
    names = register.people_of_governance(platform(), actor=person)
    who, when = st.columns([2, 1])
    owner = _ask_owner(names, f"{key}:owner", person, into=who)
    within = when.number_input(
        "Working days", min_value=1, max_value=_YEAR, value=_MONTH, key=f"{key}:within"
    )
    way = st.segmented_control(
        "It is",
        list(Way),
        default=Way.CORRECTIVE,
        required=True,
        format_func=lambda each: each.title,
        help=" ".join(f"{each.title}: {_WAYS[each]}" for each in Way),
        key=f"{key}:way",
    )
    return owner, int(within), way


def record_action(
    person: Actor, signal: Signal, *, reason: str, title: str, work: tuple[str, int, Way]
) -> None:
    """Answer a signal by an action that moves its figure."""
    owner, within, way = work
    improving.answer_by_action(
        platform(),
        actor=person,
        number=signal.number,
        reason=reason,
        wanted=WantedAction(title, "", owner, within, way),
        seen=len(signal.answers),
    )
    changed_at("improvement")


@st.dialog("Record a systemic issue", icon=":material/hub:")
def raise_issue(person: Actor, cause: Cause | None = None) -> None:
    """Ask what affects others than who complained, and keep it."""
    key = f"systemic:{cause.area}:{cause.category}" if cause else "systemic"
    names = register.people_of_governance(platform(), actor=person)
    title = st.text_input("Title", max_chars=200, key=f"{key}:title")
    text = st.text_area("What it is, and how it is known", key=f"{key}:text")
    area, category = _ask_cause(cause, key)
    left, right = st.columns(2)
    owner = _ask_owner(names, f"{key}:owner", person, into=left)
    within = right.number_input(
        "Dealt with in working days", min_value=1, max_value=_YEAR, value=60, key=f"{key}:within"
    )
    affected, problem = _ask_affected(key)
    wanted = WantedIssue(title, text, owner, int(within), area, category, affected)
    confirm(
        "Record it",
        key="systemic:do",
        command=f"{key}:{wanted}",
        act=lambda _id: improving.raise_systemic_issue(platform(), actor=person, wanted=wanted),
        done=_after(_SECOND),
        problem=problem,
    )


@st.dialog("What it shall move", icon=":material/show_chart:")
def aim(person: Actor, board: Board, action: Improvement) -> None:
    """Ask which figure an action shall move."""
    number = action.record.number
    st.markdown(f"**{plain(action.record.title)}**")
    chart, wants = _ask_figure(board.figures, f"aim:{number}")
    confirm(
        "Keep",
        key="aim:do",
        command=f"aim:{number}:{chart}:{wants}",
        act=lambda _id: improving.aim_action(
            platform(), actor=person, number=number, chart=chart, wants=wants or Wants.LOWER
        ),
        done=_after("It is kept."),
        problem="" if chart else "Choose a figure.",
    )


@st.dialog("Has it helped?", icon=":material/balance:")
def judge(person: Actor, action: Improvement, check: Check, said: str) -> None:
    """Ask whether an action has helped, beside what its figure says."""
    key = f"check:{check.number}"
    st.markdown(f"**{plain(action.record.title)}**")
    st.markdown(f":small[{plain(f'After {check.days} days. {said}')}]")
    verdict = st.radio(
        "It is",
        list(Effect),
        index=None,
        format_func=lambda each: each.title,
        captions=[_EFFECTS[each] for each in Effect],
        key=f"{key}:verdict",
    )
    again = _ask_again(key) if verdict is Effect.NOT_EFFECTIVE else None
    reason = ask_reason(f"{key}:reason", note="Kept with your name and the numbers of today.")

    def keep(_id: object) -> None:
        judging.judge_effect(
            platform(),
            actor=person,
            check=check.number,
            verdict=verdict or Effect.CANNOT_TELL,
            reason=reason,
            again_within=again,
        )

    confirm(
        "Keep",
        key="check:do",
        command=f"{key}:{verdict}:{again}:{reason}",
        act=keep,
        done=_after("The judgement is kept."),
        problem="" if verdict else "Say whether it has helped.",
    )


@st.dialog("Complaints behind a cause", icon=":material/list:")
def show_cases(person: Actor, cause: Cause) -> None:
    """Show which complaints had a cause."""
    st.markdown(f"**{plain(f'{cause.area.title}, {cause.category}')}**")
    found = improvement_board.cases_of_cause(
        platform(), actor=person, area=cause.area, category=cause.category
    )
    for reference in found:
        st.link_button(plain(reference), address("case", ref=reference), type="tertiary")


def _ask_cause(cause: Cause | None, key: str) -> tuple[CauseArea, str]:
    """Draw where a cause lies and of which category; return both, the category empty for any."""
    left, right = st.columns(2)
    areas = list(CauseArea)
    area = left.selectbox(
        "Where the cause lies",
        areas,
        index=areas.index(cause.area) if cause else 0,
        format_func=lambda each: each.title,
        key=f"{key}:area",
    )
    kinds = list(platform().policy.categories)
    category = right.selectbox(
        "Category",
        kinds,
        index=kinds.index(cause.category) if cause and cause.category in kinds else None,
        placeholder="Any",
        key=f"{key}:category",
    )
    return area, category or ""


def _ask_affected(key: str) -> tuple[int | None, str]:
    """Draw how many people are affected; return the number, and what is wrong with what was typed.

    It is a field of text: one of numbers would keep a number that is too large to itself.
    """
    typed = st.text_input("People affected in all, as far as it is known", key=f"{key}:affected")
    digits = _GROUPED.sub("", typed)
    if not digits:
        return None, ""
    if not digits.isdecimal() or len(digits) > _LONGEST:
        return None, "The people affected are a whole number, at most a billion, or nothing."
    return int(digits), ""


def _ask_owner(names: Mapping[str, str], key: str, person: Actor, *, into: object) -> str:
    ordered = sorted(names, key=names.__getitem__)
    chosen: str = into.selectbox(  # type: ignore[attr-defined] # a column
        "Who answers for it",
        ordered,
        index=ordered.index(person.username) if person.username in ordered else 0,
        format_func=names.__getitem__,
        key=key,
    )
    return chosen or ""


def _ask_about(person: Actor, key: str, about: int | None) -> int | None:
    records = register.register_of_governance(platform(), actor=person)
    known = {
        each.number: f"{each.kind.title} {each.number}: {each.title}"
        for each in records
        if each.kind in _ANSWERED and each.state is not RecordState.ENDED
    }
    chosen: int | None = st.selectbox(
        "It answers to",
        list(known),
        index=list(known).index(about) if about in known else None,
        format_func=known.__getitem__,
        placeholder="Nothing on record",
        key=f"{key}:about",
    )
    return chosen


def _ask_figure(figures: Mapping[str, str], key: str) -> tuple[str, Wants | None]:
    left, right = st.columns([3, 2])
    chart = left.selectbox(
        "Figure that it shall move",
        list(figures),
        index=None,
        format_func=figures.__getitem__,
        placeholder="None: judged without a figure",
        key=f"{key}:chart",
    )
    wants = right.segmented_control(
        "To be",
        list(Wants),
        default=Wants.LOWER,
        required=True,
        format_func=lambda each: each.title,
        key=f"{key}:wants",
    )
    return chart or "", wants if chart else None


def _ask_again(key: str) -> int | None:
    is_again = st.radio(
        "What follows",
        [False, True],
        format_func=lambda again: "It is done again" if again else "Another action is needed",
        horizontal=True,
        key=f"{key}:again",
    )
    if not is_again:
        return None
    days = st.number_input(
        "Within working days", min_value=1, max_value=_YEAR, value=_MONTH, key=f"{key}:within"
    )
    return int(days)


def _after(told: str) -> Callable[[], str]:
    def say() -> str:
        changed_at("improvement")
        return told

    return say
