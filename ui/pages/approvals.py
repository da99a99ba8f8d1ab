"""What waits for a second person: drafts to approve or return, and requests for more time."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.extension import WaitingExtension
from engine.services.accounts import accounts
from engine.services.handling import approvals, extensions
from engine.services.handling.approvals import WaitingApproval
from ui.once import tell
from ui.parts import words
from ui.parts.worklist import Row, worklist
from ui.session import actor, platform, zone
from ui.way import address, go

_LINES = 25
_HEAD = ("Complaint", "Draft", "Remedy", "Due", "Drafted by")


def show() -> None:
    """Draw the page."""
    tell()
    st.title("Approvals")
    _draw_list()
    if actor().may(Deed.EXTEND):
        _draw_extensions()


@st.fragment(run_every="60s", key="approvals:list")
def _draw_list() -> None:
    person = actor()
    number = st.session_state.get("approvals:page", 1)
    found, total = approvals.waiting(
        platform(), actor=person, limit=_LINES, offset=(number - 1) * _LINES
    )
    if not found and number > 1:  # The last lines were decided meanwhile.
        st.session_state["approvals:page"] = 1
        st.rerun(scope="fragment")
    if not found:
        st.markdown("Nothing waits for your approval.")
        return
    waiting = words.plain(words.counted(total, "draft waits", "drafts wait"))
    st.markdown(
        f":small[{waiting} for a second person, soonest due first. "
        "Open one to read it and to approve or return it.]"
    )
    rows = _rows(found)
    caption = "Drafts that wait for approval, soonest due first"
    choice = worklist(rows, key="approvals:rows", caption=caption, head=_HEAD)
    pages = -(-total // _LINES)
    if pages > 1:
        st.pagination(pages, key="approvals:page", persist_state="session")
    if choice is not None:
        reference, _, token = choice.id.partition("/")
        go("case", ref=reference, step=token)


def _draw_extensions() -> None:
    """Draw who asks for more time; nothing where nobody does."""
    found = extensions.waiting_extensions(platform(), actor=actor())
    if not found:
        return
    st.header("More time")
    caption = f"{words.counted(len(found), 'request waits', 'requests wait')}, soonest due first"
    st.markdown(f":small[{words.plain(caption)}]")
    names, now = accounts.colleagues(platform(), actor=actor()), platform().now()
    rows = [_asked(each, names, now, zone()) for each in found]
    head = ("Complaint", "Because of", "Time limit", "Due", "Asked by")
    choice = worklist(rows, key="approvals:extensions", caption=caption, head=head)
    if choice is not None:
        go("case", ref=choice.id.partition("/")[0])


def _asked(each: WaitingExtension, names: dict[str, str], now: datetime, local: ZoneInfo) -> Row:
    asked = each.request
    own = " · you own it or have asked, so somebody else decides" if each.is_own else ""
    return Row(
        id=f"{each.reference}/{asked.number}",
        href=address("case", ref=each.reference),
        title=each.summary,
        about=f"{each.reference}{own}",
        severity=asked.ground.words,
        tone="gray",
        step=each.title,
        due=words.due(asked.due_at, now),
        due_title=f"Due {words.moment(asked.due_at, local)}",
        is_late=now > asked.due_at,
        used=words.used(asked.asked_at, asked.due_at, now),
        assignee=names.get(asked.asked_by, asked.asked_by),
    )


def _rows(found: tuple[WaitingApproval, ...]) -> list[Row]:
    names = accounts.colleagues(platform(), actor=actor())
    now, local = platform().now(), zone()
    return [_row(waiting, names, now, local) for waiting in found]


def _row(waiting: WaitingApproval, names: dict[str, str], now: datetime, local: ZoneInfo) -> Row:
    row, step = waiting.row, waiting.row.step
    drafter = waiting.draft.by if waiting.draft else ""
    about = f"{row.reference} · {row.complainant}"
    return Row(
        id=f"{row.reference}/{step.token}",
        href=address("case", ref=row.reference, step=step.token),
        title=row.summary,
        about=f"{about} · you drafted it, so somebody else decides" if waiting.is_own else about,
        severity=_kind(waiting),
        tone="gray",
        step=_remedy(waiting),
        due=words.due(step.due_at, now),
        due_title=f"Due {words.moment(step.due_at, local)}",
        is_late=now > step.due_at,
        used=words.used(step.opened_at, step.due_at, now),
        assignee=names.get(drafter, drafter) or "Unknown",
    )


def _kind(waiting: WaitingApproval) -> str:
    """Return what was drafted, in a word or two."""
    if waiting.draft is None:
        return ""
    outcome = waiting.draft.content.get("outcome")
    return str(outcome).replace("_", " ").capitalize() if outcome else "Not accepted"


def _remedy(waiting: WaitingApproval) -> str:
    stated = waiting.draft.content.get("remedy_amount") if waiting.draft else None
    amount = Decimal(str(stated or 0))
    return words.money(amount, platform().policy.organisation.currency) if amount else "No payment"
