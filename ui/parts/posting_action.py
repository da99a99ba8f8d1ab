"""What somebody does about a letter that needs a hand: post it, send it again, or close it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import streamlit as st

from engine.domain.posting import Posting, PostingState
from engine.services.post import postings
from ui.parts.dialog import confirm
from ui.parts.waiting import changed_at
from ui.parts.words import plain
from ui.session import actor, platform, zone


@dataclass(frozen=True, slots=True)
class Held:
    """A letter that somebody has before them.

    Attributes:
        kind: In words.
        email: Address of the complainant; empty for none.
        address: By post; empty where none is known.
    """

    reference: str
    posting: Posting
    kind: str
    email: str
    address: str

    @property
    def id(self) -> str:
        """Return what names it among all letters."""
        return f"{self.reference}/{self.posting.number}"


def offer(held: Held) -> None:
    """Draw a button for each thing that can be done about a letter."""
    is_waiting, key = held.posting.state is PostingState.WAITING, f"letter:{held.id}"
    with st.container(horizontal=True, gap="small"):
        if is_waiting and st.button("Posted", icon=":material/outbox:", key=f"{key}:posted"):
            mark(held)
        again = "Send as mail" if is_waiting else "Send again"
        if st.button(again, icon=":material/forward_to_inbox:", key=f"{key}:again"):
            send_again(held)
        instead = "Address" if is_waiting else "Post instead"
        if st.button(instead, icon=":material/home_pin:", key=f"{key}:address"):
            post_instead(held)
        if st.button("Close", icon=":material/close:", key=f"{key}:close"):
            close(held)


def give(command: Callable[..., None], held: Held, told: Mapping[str, Any], by: UUID) -> None:
    """Give a command on a letter."""
    changed_at("letters")
    command(
        platform(),
        actor=actor(),
        reference=held.reference,
        number=held.posting.number,
        answers=told,
        command_id=by,
    )


def ask_day(of: str) -> date | None:
    """Draw the field for the day of posting, today to begin with, and return it.

    Args:
        of: Names what was posted; no other keeps what is filled in here.
    """
    today = platform().now().astimezone(zone()).date()
    day: date | None = st.date_input(
        "Posted on", value=today, max_value=today, format="DD/MM/YYYY", key=f"letters:day:{of}"
    )
    return day


@st.dialog("Posted", icon=":material/outbox:")
def mark(held: Held) -> None:
    """Ask when a letter was posted, and keep it."""
    _draw(held, "It counts as sent on the day on which it was posted.")
    day = ask_day(held.id)
    tracking = st.text_input("Tracking number", key=f"letters:tracking:{held.id}", max_chars=100)
    st.markdown(":small[May stay empty. By it the carrier finds the letter.]")
    told = {"posted_on": day, "tracking": tracking}
    _confirm("Mark as posted", postings.mark_posted, held, told, "The letter is posted.")


@st.dialog("Send as mail", icon=":material/forward_to_inbox:")
def send_again(held: Held) -> None:
    """Ask for the right address, and send the letter there."""
    _draw(held, "Later letters go to this address as well.")
    email = st.text_input("E-mail", value=held.email, key=f"letters:email:{held.id}", max_chars=254)
    done = "The letter is on its way."
    _confirm("Send the letter", postings.send_again, held, {"email": email}, done)


@st.dialog("Where it is posted to", icon=":material/home_pin:")
def post_instead(held: Held) -> None:
    """Ask for the postal address, and let the letter wait to be posted."""
    _draw(held, "Later letters on paper go to this address as well.")
    address = st.text_area(
        "Postal address",
        value=held.address,
        key=f"letters:address:{held.id}",
        max_chars=500,
        height=120,
    )
    told = {"postal_address": address}
    _confirm("Let it be posted", postings.post_instead, held, told, "The letter is to be posted.")


@st.dialog("Close the letter", icon=":material/close:")
def close(held: Held) -> None:
    """Ask why nobody sends a letter any more, and close it."""
    _draw(held, "Nobody sends it any more; your reason stays on the complaint.")
    reason = st.text_area("Reason", key=f"letters:reason:{held.id}", max_chars=1_000)
    is_delivered = st.checkbox(
        "It reached the complainant in another way, such as by hand",
        key=f"letters:delivered:{held.id}",
    )
    told = {"reason": reason, "is_delivered": is_delivered}
    _confirm("Close it", postings.close_letter, held, told, "The letter is closed.")


def _draw(held: Held, note: str) -> None:
    st.markdown(f"**{plain(held.kind)}** on {plain(held.reference)}. {plain(note)}")


def _confirm(
    label: str, command: Callable[..., None], held: Held, told: Mapping[str, Any], done: str
) -> None:
    confirm(
        label,
        key="letters:do",
        command=f"{command.__name__}:{held.id}",
        act=lambda command_id: give(command, held, told, command_id),
        done=done,
    )
