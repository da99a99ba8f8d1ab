"""Letters of all complaints that need a hand: those to be posted, and those that did not arrive."""

from datetime import datetime
from typing import cast
from urllib.parse import urlencode
from uuid import UUID, uuid5

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.posting import OpenLetter
from engine.services.bulk.many import Ends, for_each
from engine.services.post import postings
from ui.once import tell
from ui.parts import posting_action, words
from ui.parts.dialog import confirm
from ui.parts.posting_action import Held
from ui.parts.words import plain
from ui.session import actor, platform, zone
from ui.way import address, link

_LINES = 25
_TO_POST, _FAILED = "To post", "Did not arrive"
_CHOSEN = "letters:chosen"


def show() -> None:
    """Draw the page."""
    tell()
    st.title("Letters")
    waiting, failed = postings.counts(platform(), actor=actor())
    view = st.segmented_control(
        "Which",
        [_TO_POST, _FAILED],
        default=_TO_POST if waiting or not failed else _FAILED,
        format_func=lambda name: f"{name} ({waiting if name == _TO_POST else failed})",
        required=True,
        key="letters:view",
        label_visibility="collapsed",
    )
    _draw_list(is_failed=view == _FAILED)


def _draw_list(*, is_failed: bool) -> None:
    key = f"letters:page:{is_failed}"
    number = cast("int", st.session_state.get(key, 1))
    found, count = postings.page(
        platform(), actor=actor(), is_failed=is_failed, limit=_LINES, offset=(number - 1) * _LINES
    )
    if not found and number > 1:  # The last lines were done meanwhile.
        st.session_state[key] = 1
        st.rerun()
    if not found:
        arrived = "Every letter has arrived, as far as is known."
        st.markdown(arrived if is_failed else "Nothing is to be posted.")
        return
    caption = f"{words.counted(count, 'letter')}, longest waiting first"
    st.markdown(f":small[{plain(caption)}]")
    if not is_failed:
        _draw_choice(found)
    for each in found:
        _draw_letter(each, is_failed=is_failed)
    if -(-count // _LINES) > 1:
        st.pagination(-(-count // _LINES), key=key, persist_state="session")


def _draw_choice(found: tuple[OpenLetter, ...]) -> None:
    """Draw what is done with the letters that are chosen."""
    can = [_id(each) for each in found if each.address and not each.withheld]
    chosen = [name for name in can if st.session_state.get(_key(name))]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        is_all = len(chosen) == len(can)
        label = "Choose none" if is_all and can else "Choose all"
        st.button(label, key="letters:all", on_click=_choose, args=(can, not is_all))
        if not chosen:
            st.markdown("Choose letters to print or to mark as posted.", width="content")
            return
        names = words.counted(len(chosen), "letter")
        where = address("api/v1/letters/pdf") + "?" + urlencode([("letter", n) for n in chosen])
        st.link_button(f"Print {names}", where, icon=":material/print:")
        if st.button(
            f"Mark {names} as posted", icon=":material/outbox:", type="primary", key="letters:mark"
        ):
            _mark_all([each for each in found if _id(each) in chosen])


def _choose(names: list[str], is_chosen: bool) -> None:  # noqa: FBT001 - handed over by the button
    for name in names:
        st.session_state[_key(name)] = is_chosen


def _draw_letter(each: OpenLetter, *, is_failed: bool) -> None:
    posting, held = each.posting, _held(each)
    title = f"{held.kind}, {each.name}"
    with st.container(border=True, gap="xxsmall", key=f"letters:line:{_id(each)}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if not is_failed and each.address and not each.withheld:
                st.checkbox(plain(title), key=_key(_id(each)))
            else:
                st.markdown(f"**{plain(title)}**", width="content")
            st.space("stretch")
            if posting.is_late(platform().now()):
                until = f"Somebody should have seen to it by {_moment(posting.late_at)}"
                st.badge("Late", icon=":material/schedule:", color="red", help=plain(until))
            _draw_way(each)
        written = words.day(each.written_at, zone())
        waits = _moment(posting.since)
        st.markdown(f":small[{plain(f'Written {written}, waits since {waits}')}]")
        _draw_where(each, is_failed=is_failed)
        posting_action.offer(held)


def _draw_way(each: OpenLetter) -> None:
    """Draw the way to the complaint for whoever may read it."""
    if actor().may(Deed.READ):
        link("case", each.reference, icon=":material/description:", ref=each.reference)
    else:
        st.markdown(plain(each.reference), width="content")


def _draw_where(each: OpenLetter, *, is_failed: bool) -> None:
    if is_failed:
        st.text(f"{each.email}: {each.posting.why}")
    elif each.address:
        st.text(", ".join(line.strip() for line in each.address.splitlines() if line.strip()))
    else:
        st.markdown(
            ":orange[:material/wrong_location:] **No postal address is known.** Ask for it, or "
            "send the letter as mail."
        )
    if each.withheld:
        st.markdown(
            ":orange[:material/block:] **It is not printed, as it goes to a representative.** "
            f"{plain(each.withheld)}"
        )


def _held(each: OpenLetter) -> Held:
    kind = each.kind.replace("_", " ").capitalize()
    return Held(each.reference, each.posting, kind, each.email, each.address)


@st.dialog("Mark as posted", icon=":material/outbox:")
def _mark_all(chosen: list[OpenLetter]) -> None:
    """Ask when the chosen letters were posted, and keep it of each."""
    st.markdown(
        f"{plain(words.counted(len(chosen), 'letter'))}. Each counts as sent on the day on "
        "which it was posted. One with a tracking number is marked by itself."
    )
    told, ends = {"posted_on": posting_action.ask_day("chosen")}, list[Ends[str]]()
    held = {_id(each): _held(each) for each in chosen}

    def act(command_id: UUID) -> None:
        ends.append(
            for_each(
                list(held),
                lambda name: posting_action.give(
                    postings.mark_posted, held[name], told, uuid5(command_id, name)
                ),
            )
        )
        _choose(list(ends[-1].done), is_chosen=False)

    confirm(
        "Mark as posted",
        key="letters:do",
        command=f"mark_posted:{','.join(held)}",
        act=act,
        done=lambda: _told(ends[-1]),
    )


def _told(ends: Ends[str]) -> str:
    """Return how it ended for all of them."""
    said = f"{words.counted(len(ends.done), 'letter')} marked as posted."
    if ends.refused:
        said += f" {len(ends.refused)} could not be: {ends.refused[0][1]}"
    return said


def _moment(at: datetime) -> str:
    return words.moment(at, zone())


def _id(each: OpenLetter) -> str:
    return f"{each.reference}/{each.posting.number}"


def _key(name: str) -> str:
    return f"{_CHOSEN}:{name}"
