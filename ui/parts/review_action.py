"""What managers do about the management review, each in a dialog."""

from collections.abc import Mapping
from datetime import date, timedelta

import streamlit as st

from engine.domain.actor import Actor
from engine.domain.review import Decided, Meeting, Pack, PackKind, last_day_before
from engine.services.reviews import review_meeting, review_pack
from engine.services.reviews.review_pack import ReviewsView
from ui.parts.dialog import confirm
from ui.parts.waiting import changed_at
from ui.parts.words import label, plain
from ui.session import platform

_MOST = 20
_MONTH = timedelta(days=30)
_KEPT = "The meeting is kept with your name; somebody else verifies it and approves its decisions."


@st.dialog("Make a pack", icon=":material/note_add:")
def make(person: Actor) -> None:
    """Ask of which month or quarter a pack is wanted, and make it."""
    kind = st.segmented_control(
        "Of a",
        list(PackKind),
        default=PackKind.MONTHLY,
        required=True,
        format_func=lambda each: "Month" if each is PackKind.MONTHLY else "Quarter",
        key="review:kind",
    )
    latest = last_day_before(kind, _today())
    days = [latest]
    while len(days) < 12 // kind.months:
        days.append(last_day_before(kind, days[-1].replace(day=1)))
    last = st.selectbox("Which", days, format_func=kind.names, key=f"review:{kind}:last")
    st.markdown(
        ":small[It is kept as it is made now, and sent to those whom the policy names. Jobs make "
        "the latest by themselves.]"
    )
    confirm(
        "Make it",
        key="review:make:do",
        command=f"review:make:{kind}:{last}",
        act=lambda _id: review_pack.make_review_pack(
            platform(), actor=person, kind=kind, last=last
        ),
        done="The pack is made.",
    )


@st.dialog("Record the meeting", icon=":material/groups:", width="large")
def hold(person: Actor, pack: Pack, told: ReviewsView) -> None:
    """Ask when a pack was reviewed, by whom, and what was decided."""
    key = f"review:{pack.number}"
    names = {name: told.names[name] for name in told.active}
    st.markdown(f"**{plain(pack.title)}**")
    held_on, present = _ask_present(key, names, pack, person)
    guests = st.text_input("Who else was there", max_chars=500, key=f"{key}:guests")
    minutes = st.text_area("What was said", key=f"{key}:minutes")
    planned = _ask_planned(told, key)
    decisions = _ask_decisions(key, names, _today(), person)
    st.markdown(f":small[{plain(_KEPT)}]")
    meeting = Meeting(0, pack.number, held_on, present, guests, minutes, 0, "", platform().now())
    confirm(
        "Record it",
        key=f"{key}:do",
        command=f"{key}:{held_on}:{present}:{guests}:{minutes}:{decisions}",
        act=lambda _id: review_meeting.record_review_meeting(
            platform(),
            actor=person,
            number=pack.number,
            meeting=meeting,
            decisions=decisions,
            planned=planned,
        ),
        done=_after,
    )


def _ask_present(
    key: str, names: Mapping[str, str], pack: Pack, person: Actor
) -> tuple[date, tuple[str, ...]]:
    """Draw when a pack was reviewed and who was there, and return both."""
    today = _today()
    when, who = st.columns([1, 2])
    held_on = when.date_input(
        "Held on",
        today,
        min_value=min(pack.last + timedelta(days=1), today),
        max_value=today,
        format="DD/MM/YYYY",
        key=f"{key}:on",
    )
    present = who.multiselect(
        "Who was there",
        sorted(names, key=names.__getitem__),
        default=[person.username] if person.username in names else [],
        format_func=lambda name: label(names[name]),
        key=f"{key}:present",
    )
    return held_on, tuple(present)


def _ask_planned(told: ReviewsView, key: str) -> int | None:
    if not told.planned:
        return None
    titles = {each.number: f"{each.number}: {each.title}" for each in told.planned}
    return st.selectbox(
        "Which planned review this was",
        list(titles),
        index=None,
        format_func=lambda number: label(titles[number]),
        placeholder="None of them",
        key=f"{key}:planned",
    )


def _ask_decisions(
    key: str, names: Mapping[str, str], today: date, person: Actor
) -> tuple[Decided, ...]:
    """Draw the fields of each decision, and those of one more, and return what was decided."""
    st.markdown("**Decisions**  \n:small[Each becomes an action in the register.]")
    found: list[Decided] = []
    while len(found) < _MOST:
        decided = _ask_decision(f"{key}:decision:{len(found)}", names, today, person)
        if decided is None:
            break
        found.append(decided)
    return tuple(found)


def _ask_decision(key: str, names: Mapping[str, str], today: date, person: Actor) -> Decided | None:
    """Draw the fields of one decision; those after the title once there is one."""
    number = int(key.rpartition(":")[2]) + 1
    title = st.text_input(f"Decision {number}", max_chars=200, key=f"{key}:title")
    if not title.strip():
        return None
    who, when = st.columns(2)
    people = sorted(names, key=names.__getitem__)
    owner = who.selectbox(
        "Who sees to it",
        people,
        index=people.index(person.username) if person.username in people else 0,
        format_func=lambda name: label(names[name]),
        key=f"{key}:owner",
    )
    due_on = when.date_input("By when", today + _MONTH, format="DD/MM/YYYY", key=f"{key}:due")
    text = st.text_input("Why, or how", max_chars=2_000, key=f"{key}:text")
    return Decided(title, text.strip() or title, owner, due_on)


def _after() -> str:
    changed_at("governance")
    return "The meeting is on record."


def _today() -> date:
    return platform().calendar.day_of(platform().now())
