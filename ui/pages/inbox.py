"""The inbox: what waits, for whom, and until when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

import streamlit as st

from engine.domain.actor import Actor, Deed
from engine.domain.case import Step
from engine.domain.complaint import Severity
from engine.domain.inbox import COUNTED_TO, InboxRow, RestingCase, View
from engine.services.accounts import accounts
from engine.services.handling import inbox
from engine.services.upkeep import jobs
from ui.once import attempt, say, tell
from ui.parts import words
from ui.parts.fresh import forget, fresh
from ui.parts.ladder import called_words
from ui.parts.resting import draw_resting
from ui.parts.words import plain
from ui.parts.worklist import Row, worklist
from ui.session import actor, platform, zone
from ui.tone import tone_of
from ui.way import address, go

_LINES = 25
_FRESH = 5.0
"""Seconds for which counts beside the list are good enough."""
_KNOWN = 60.0
"""Seconds for which the names of colleagues are, and whether deadlines are being checked."""
Tab = View | Literal["suspended"]
_VIEWS: Mapping[Tab, str] = {
    "mine": "Mine",
    "unclaimed": "Unclaimed",
    "late": "Late",
    "at_risk": "Tight",
    "all": "All",
    "suspended": "Suspended",
}
_EMPTY: Mapping[Tab, str] = {
    "mine": "Nothing waits for you. Steps that anybody may take are under Unclaimed.",
    "unclaimed": "Nothing is left to claim.",
    "late": "Nothing is late.",
    "at_risk": "Nothing has to be begun by now for its complaint to be decided in time.",
    "all": "No step waits anywhere.",
    "suspended": "No case is suspended.",
}


_TO_DO: tuple[View, ...] = ("mine", "unclaimed", "late")
Found = TypeVar("Found", InboxRow, RestingCase)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the person has chosen to see."""

    view: Tab
    search: str
    severities: tuple[int, ...]
    categories: tuple[str, ...]

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything but the view was chosen."""
        return bool(self.search or self.severities or self.categories)


def show() -> None:
    """Draw the page."""
    forget("inbox:counts")  # Whoever comes back has perhaps done a step.
    tell()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Inbox", width="content")
        st.space("stretch")
        if actor().may(Deed.LODGE) and st.button(
            "New complaint", type="primary", icon=":material/add:", shortcut="N", key="inbox:new"
        ):
            go("new")
    _draw_desk()


@st.fragment(key="inbox:desk")
def _draw_desk() -> None:
    """Draw the filters, and what they find."""
    _draw_found(_ask(actor()))


@st.fragment(run_every="60s", key="inbox:found")
def _draw_found(wanted: _Wanted) -> None:
    """Draw everything that changes while one watches; the filters stay as they are."""
    person = actor()
    _draw_counts(person)
    _draw_warning(person)
    if wanted.view == "suspended":
        _draw_suspended(person, wanted)
    else:
        _draw_steps(person, wanted, wanted.view)


def _draw_suspended(person: Actor, wanted: _Wanted) -> None:
    found, total = _page(wanted, partial(inbox.suspended, platform(), actor=person))
    if not found:
        _draw_empty(wanted)
        return
    names = _colleagues(person)
    chosen = draw_resting(found, names, platform().now(), zone())
    _draw_pages(words.counted(total, "case"), total, "longest suspended first")
    if chosen:
        go("case", ref=chosen)


def _draw_steps(person: Actor, wanted: _Wanted, view: View) -> None:
    refusal = st.container()
    found, total = _page(wanted, partial(inbox.page, platform(), actor=person, view=view))
    if not found:
        _draw_empty(wanted)
        return
    rows = _rows(person, found)
    choice = worklist(rows, key="inbox:list", caption=f"{_VIEWS[wanted.view]}, most urgent first")
    _draw_pages(f"{_counted(total)} steps", total, "most urgent first")
    if choice is None:
        return
    chosen = found[[row.id for row in rows].index(choice.id)]
    if choice.what == "open":
        go("case", ref=chosen.reference, step=chosen.step.token)
    with refusal:
        _claim(person, chosen)


def _page(
    wanted: _Wanted, read: Callable[..., tuple[tuple[Found, ...], int]]
) -> tuple[tuple[Found, ...], int]:
    number = st.session_state.get("inbox:page", 1)
    found = read(
        search=wanted.search,
        severities=wanted.severities,
        categories=wanted.categories,
        limit=_LINES,
        offset=(number - 1) * _LINES,
    )
    if not found[0] and number > 1:  # The last lines of the last page went elsewhere meanwhile.
        _to_first_page()
        return _page(wanted, read)
    return found


def _ask(person: Actor) -> _Wanted:
    """Draw the filters and return what was chosen."""
    with st.container(horizontal=True, vertical_alignment="center"):
        view: Tab | None = st.segmented_control(
            "View",
            list(_VIEWS),
            format_func=_VIEWS.__getitem__,
            default="mine" if person.may(Deed.WORK) else "all",
            required=True,
            key="inbox:view",
            label_visibility="collapsed",
            persist_state="session",
            on_change=_to_first_page,
        )
        st.space("stretch")
        search = st.text_input(
            "Search",
            type="search",
            live=True,
            max_chars=100,
            placeholder="Reference, subject or name",
            label_visibility="collapsed",
            key="inbox:search",
            width=220,
            persist_state="session",
            on_change=_to_first_page,
        )
        severities, categories = _ask_more()
    return _Wanted(view or "mine", (search or "").strip(), severities, categories)


def _ask_more() -> tuple[tuple[int, ...], tuple[str, ...]]:
    with st.popover("Filter", icon=":material/tune:", key="inbox:filter"):
        severities = st.pills(
            "Severity",
            [int(severity) for severity in reversed(Severity)],
            format_func=lambda value: Severity(value).title,
            selection_mode="multi",
            key="inbox:severities",
            persist_state="session",
            on_change=_to_first_page,
        )
        categories = st.multiselect(
            "Category",
            platform().policy.categories,
            key="inbox:categories",
            placeholder="All categories",
            persist_state="session",
            on_change=_to_first_page,
        )
        st.button("Clear filters", type="tertiary", on_click=_clear, key="inbox:clear")
    return tuple(severities), tuple(categories)


def _to_first_page() -> None:
    st.session_state["inbox:page"] = 1


def _clear() -> None:
    st.session_state["inbox:search"] = ""
    st.session_state["inbox:severities"] = []
    st.session_state["inbox:categories"] = []
    _to_first_page()


def _draw_counts(person: Actor) -> None:
    counts = fresh(
        "inbox:counts",
        seconds=_FRESH,
        of=person,
        read=lambda: _count(person),
    )
    mine = ", ".join(f"{_counted(counts[view])} {_VIEWS[view].lower()}" for view in _TO_DO)
    resting = f"; {_counted(counts['suspended'])} suspended" if counts["suspended"] else ""
    st.markdown(f":small[{mine}; {_counted(counts['all'])} in all{resting}]")


def _count(person: Actor) -> dict[Tab, int]:
    counts: dict[Tab, int] = {"suspended": inbox.suspended_count(platform(), actor=person)}
    counts.update(inbox.counts(platform(), actor=person).items())
    return counts


def _counted(number: int) -> str:
    return f"{number:,}+" if number >= COUNTED_TO else f"{number:,}"


def _draw_warning(person: Actor) -> None:
    if fresh(
        "sweep",
        seconds=_KNOWN,
        of=person,
        read=lambda: jobs.is_sweep_late(platform(), actor=person),
    ):
        st.markdown(
            ":small[:orange[:material/schedule:] Deadlines have not been checked for some "
            "minutes. Due times here are right; warnings may come late.]"
        )


def _draw_empty(wanted: _Wanted) -> None:
    with st.container(horizontal_alignment="center", gap="small"):
        st.space("large")
        if wanted.is_narrowed:
            st.markdown("Nothing fits this search in this view.", text_alignment="center")
            st.button("Show everything", on_click=_clear, key="inbox:everything")
        else:
            st.markdown(_EMPTY[wanted.view], text_alignment="center")


def _draw_pages(counted: str, total: int, order: str) -> None:
    pages = -(-total // _LINES)
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":small[{plain(counted)}, {plain(order)}]", width="content")
            st.space("stretch")
            st.pagination(pages, key="inbox:page", persist_state="session")


def _colleagues(person: Actor) -> Mapping[str, str]:
    return fresh(
        "colleagues",
        seconds=_KNOWN,
        of=person,
        read=lambda: accounts.colleagues(platform(), actor=person),
    )


def _rows(person: Actor, found: tuple[InboxRow, ...]) -> list[Row]:
    names = _colleagues(person)
    now, local = platform().now(), zone()
    return [_row(person, row, names, now, local) for row in found]


def _row(
    person: Actor, row: InboxRow, names: Mapping[str, str], now: datetime, local: ZoneInfo
) -> Row:
    step = row.step
    return Row(
        id=f"{row.reference}/{step.token}",
        href=address("case", ref=row.reference, step=step.token),
        title=row.summary,
        about=f"{row.reference} · {row.complainant}",
        severity=Severity(row.severity).title,
        tone=tone_of(Severity(row.severity)),
        step=step.title,
        due=words.due(step.due_at, now),
        due_title=_due_title(step, now, local),
        is_late=now > step.due_at,
        hint="Tight" if _is_tight(step, now) else "",
        used=words.used(step.opened_at, step.due_at, now),
        assignee=names.get(step.assignee, step.assignee) if step.assignee else "",
        called=_called(row, now, local),
        can_claim=step.assignee is None and person.may(Deed.WORK) and _can_do(person, step),
    )


def _is_tight(step: Step, now: datetime) -> bool:
    """Tell whether a step is not late, and should be under way for its case to be in time."""
    return step.begin_by < now <= step.due_at


def _due_title(step: Step, now: datetime, local: ZoneInfo) -> str:
    due = f"Due {words.moment(step.due_at, local)}"
    if not _is_tight(step, now):
        return due
    return f"{due}; for the case to be in time, to be begun by {words.moment(step.begin_by, local)}"


def _called(row: InboxRow, now: datetime, local: ZoneInfo) -> str:
    call = row.called
    return called_words(call.level, call.climb_at, now, local) if call else ""


def _can_do(person: Actor, step: Step) -> bool:
    return person.holds_any(step.roles) and not person.lacks(step.competences)


def _claim(person: Actor, row: InboxRow) -> None:
    step = row.step
    if attempt(
        f"claim:{row.reference}:{step.token}",
        lambda _id: inbox.claim(
            platform(), actor=person, reference=row.reference, token=step.token
        ),
    ):
        forget("inbox:counts")
        say(f"{step.title}: {row.reference} is yours now.")
        st.rerun()
