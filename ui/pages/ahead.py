"""What if: more complaints, fewer people, quicker steps, and what became of earlier outlooks."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.domain.permission import Role
from engine.domain.what_if import Outlook, Question, Range
from engine.services.figures import facts, looking_ahead
from engine.services.figures.looking_ahead import FEWEST, Ahead, Known
from ui.parts.fresh import fresh
from ui.parts.outlook_chart import between, draw_outlook
from ui.parts.words import counted, day, plain
from ui.session import actor, platform

_FRESH = 600.0
"""Seconds."""
_WEEKS = (4, 8, 13, 26)
_BACK = (0, 4, 8, 13)
_HARDLY = 0.01
_FULL = 0.85
"""From this share of working time on, every small rush makes a queue."""


def show() -> None:
    """Draw the page."""
    zone = ZoneInfo(platform().policy.calendar.zone)
    st.title("What if")
    weeks, back = _choose_weeks()
    usual = _told(Question(), weeks, back)
    if usual.usual is None:
        _draw_too_few(usual.known)
        return
    left, right = st.columns([1, 2.2], gap="medium")
    with left.container(border=True):
        question = _ask(usual.known)
    told = usual if question == Question() else _told(question, weeks, back)
    with right:
        _draw(told, zone, is_changed=question != Question())
    _draw_rests_on(usual.known, zone)


def _choose_weeks() -> tuple[int, int]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        weeks = st.segmented_control(
            "Weeks ahead",
            _WEEKS,
            default=8,
            key="ahead.weeks",
            required=True,
            persist_state="session",
        )
        back = st.selectbox(
            "From",
            _BACK,
            format_func=lambda n: f"{n} weeks ago, beside what came" if n else "today",
            key="ahead.back",
            width=260,
            persist_state="session",
        )
    return weeks or 8, back


def _told(question: Question, weeks: int, back: int) -> Ahead:
    """Return the answer to a question, kept for some minutes; it takes seconds to find."""
    person = actor()
    key = "usual" if question == Question() else "asked"

    def read() -> Ahead:
        bar = st.progress(0.0, "Playing the coming weeks")
        facts.refresh(platform())
        try:
            return looking_ahead.look_ahead(
                platform(),
                actor=person,
                question=question,
                weeks=weeks,
                weeks_back=back,
                on_round=lambda done, of: bar.progress(done / of, "Playing the coming weeks"),
            )
        finally:
            bar.empty()

    of = (person, question, weeks, back)
    return fresh(f"ahead.{key}", seconds=_FRESH, of=of, read=read)


def _draw_too_few(known: Known) -> None:
    with st.container(border=True):
        st.header("Too little to look ahead from")
        st.markdown(
            plain(
                f"{counted(known.closed, 'complaint')} had been closed by then. From {FEWEST} on "
                "there is something to learn from: which steps follow which, and how long each "
                "takes."
            )
        )


def _ask(known: Known) -> Question:
    """Draw what can be different, and return what is."""
    st.header("What is different")
    came = st.slider(
        "Complaints that come",
        0,
        300,
        100,
        step=10,
        format="%d%%",
        key="ahead.arrivals",
        help=f"In percent of the last weeks, when about {known.a_week:.0f} came in a week.",
        persist_state="session",
    )
    return Question(arrivals=came / 100, people=_ask_people(known), work=_ask_work(known))


def _ask_people(known: Known) -> dict[str, int]:
    """Draw how many people each group has, and return how many more that are than now."""
    st.markdown("**People**")
    people = {}
    for place, column in zip(known.groups.items(), _cells(len(known.groups)), strict=True):
        group, number = place
        chosen = column.number_input(
            plain(_title(group)),
            0,
            number + looking_ahead.MOST_PEOPLE,
            number,
            key=f"ahead.people.{group}",
            persist_state="session",
        )
        if chosen != number:
            people[group] = chosen - number
    return people


def _ask_work(known: Known) -> dict[str, float]:
    """Draw the choice of a step, and return the factor on its work."""
    step = st.selectbox(
        "A step that takes longer or shorter",
        list(known.steps),
        index=None,
        format_func=known.steps.__getitem__,
        placeholder="No step",
        key="ahead.step",
        persist_state="session",
    )
    if not step:
        return {}
    takes = st.slider(
        "Its work",
        0,
        300,
        100,
        step=10,
        format="%d%%",
        key=f"ahead.work.{step}",
        persist_state="session",
    )
    return {step: takes / 100} if takes != 100 else {}


def _draw(told: Ahead, zone: ZoneInfo, *, is_changed: bool) -> None:
    if told.asked is None or told.usual is None:
        return
    with st.container(border=True):
        st.header("Open complaints")
        st.markdown(plain(_sentence(told, zone, is_changed=is_changed)))
        draw_outlook(told, zone, is_changed=is_changed)
    with st.container(border=True):
        st.header("How busy people are")
        for group, load in sorted(told.asked.load.items(), key=lambda each: -each[1].middle):
            _draw_load(group, load, told.usual if is_changed else None)
    if told.asked.undone:
        names = ", ".join(f"“{told.known.steps[each]}”" for each in told.asked.undone)
        st.warning(plain(f"Nobody is left who has done {names} before; it stays undone."))


def _sentence(told: Ahead, zone: ZoneInfo, *, is_changed: bool) -> str:
    if told.asked is None or told.usual is None:
        return ""
    last = day(told.weeks[-1].end, zone)
    now = counted(told.known.under_way, "complaint")
    said = f"From {now} to {between(told.asked)} on {last}"
    said += f"; as things are it would be {between(told.usual)}." if is_changed else "."
    late = max((week.late.middle for week in told.asked.weeks if week.late), default=0.0)
    if late < _HARDLY:
        return f"{said} Hardly any final response is late."
    return f"{said} In the week that goes worst, {late:.0%} of the final responses are late."


def _title(group: str) -> str:
    title = Role(group).title if group in set(Role) else (group or "others")
    return f"{title[:1].upper()}{title[1:]}"


def _cells(number: int) -> Iterator[DeltaGenerator]:
    """Yield places beside each other, two in a row."""
    for first in range(0, number, 2):
        yield from st.columns(2, vertical_alignment="bottom")[: number - first]


def _draw_load(group: str, load: Range, usual: Outlook | None) -> None:
    """Draw how much of the working time of a group is filled; more than most is said."""
    said = f"{_title(group)}: {load.middle:.0%} of the working time"
    if usual is not None and group in usual.load:
        said += f", {usual.load[group].middle:.0%} as things are"
    if load.middle > _FULL:
        said += ". **Full:** every rush makes a queue."
    st.progress(min(load.middle, 1.0), plain(said).replace("\\*\\*", "**"))


def _draw_rests_on(known: Known, zone: ZoneInfo) -> None:
    with st.expander("What this rests on"):
        st.markdown(
            plain(
                f"On {day(known.at, zone)}, {counted(known.closed, 'closed complaint')} and "
                f"{counted(known.under_way, 'open one')}. Each complaint of the coming weeks goes "
                "the way that one of them went, with its returns and its waiting for others; each "
                "open one goes on as one did that once waited there as long. How long the work on "
                "a step takes is told from the ends of people's steps while more was waiting. "
                "People take what falls due first among the steps that they have done before, and "
                "work all working hours: holidays of persons, meetings and other work are part of "
                "what is learnt only as far as they made complaints wait."
            )
        )
