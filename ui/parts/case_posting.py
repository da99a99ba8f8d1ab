"""Where a letter of a case stands that needs or needed a hand, and what can be done about it."""

import streamlit as st

from engine.domain.case import Communication
from engine.domain.permission import Deed, judge
from engine.domain.posting import Posting, PostingState
from ui.parts import words
from ui.parts.look import Look
from ui.parts.posting_action import Held, offer
from ui.parts.words import plain


def draw_posting(look: Look, letter: Communication, posting: Posting) -> None:
    """Say where a letter stands, and offer what somebody can do about it."""
    with st.container(gap="xxsmall", key=f"case:posting:{posting.number}"):
        st.markdown(_words(look, posting))
        if posting.why and posting.state is PostingState.FAILED:
            st.text(posting.why)
        if posting.reason:
            st.text(posting.reason)
        if posting.tracking:
            st.text(f"Tracking number {posting.tracking}")
        if posting.is_open and judge(Deed.POST, look.person.roles, look.file.relation).allowed:
            complaint, kind = look.case.complaint, letter.kind.replace("_", " ").capitalize()
            email, address = complaint.email or "", complaint.postal_address
            offer(Held(look.reference, posting, kind, email, address))


def draw_open_letters(look: Look) -> None:
    """Draw beside the work which letters of the case need a hand; nothing where none does."""
    waiting = [each for each in look.file.postings if each.is_open]
    if not waiting:
        return
    kinds = {each.id: each.kind.replace("_", " ") for each in look.file.communications}
    with st.container(border=True, key="case:postings"):
        st.header("Letters to see to")
        for posting in waiting:
            st.markdown(f"**{plain(kinds[posting.number].capitalize())}**")
            st.markdown(_words(look, posting))
        st.markdown(":small[What can be done stands on the tab “Letters”.]")


def _words(look: Look, posting: Posting) -> str:
    """Return where a letter stands, as Markdown."""
    since = plain(words.ago(posting.since, look.now))
    late = ":red[**Late.**] " if posting.is_late(look.now) else ""
    if posting.state is PostingState.WAITING:
        return f":orange[:material/local_post_office:] {late}Waits to be posted, {since}"
    if posting.state is PostingState.FAILED:
        return f":red[:material/unsubscribe:] {late}**It did not arrive.** Noted {since}"
    by = f", {look.name(posting.settled_by)}" if posting.settled_by else ""
    if posting.state is PostingState.POSTED and posting.posted_on is not None:
        day = plain(words.calendar_day(posting.posted_on))
        return f":green[:material/check_circle:] Posted on {day}{by}"
    if posting.state is PostingState.SENT_AGAIN:
        return f":material/forward_to_inbox: Sent again as mail {since}{by}"
    return f":material/cancel_schedule_send: Closed {since}{by}"
