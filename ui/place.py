"""Where a person can go: every page, who may see it, and in which order."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

import streamlit as st
from streamlit.navigation.page import Page

from engine.domain.actor import Actor, Deed, Role
from engine.domain.incoming import MailState
from engine.services.door import asked
from engine.services.evidence import register
from engine.services.figures import sampling
from engine.services.improvement import improvement_board
from engine.services.mail import mailbox
from engine.services.post import postings
from engine.services.privacy import erasure
from engine.services.proposing import proposals as proposing
from engine.services.running import glass as broken_glass
from engine.services.signals import charts
from engine.services.upkeep import incidents as halts
from engine.services.upkeep import job_health
from ui.pages import (
    account,
    ahead,
    approvals,
    case,
    evidence,
    exports,
    governance,
    improvement,
    inbox,
    incidents,
    incoming,
    jobs,
    journal,
    letters,
    migration,
    new_complaint,
    organisation,
    performance,
    personal_data,
    process,
    proposals,
    questions,
    remedies,
    reviews,
    samples,
    signals,
    studio,
    users,
)
from ui.parts.fresh import fresh
from ui.parts.governance_action import NUMBER as GOVERNANCE
from ui.parts.improvement_action import NUMBER as IMPROVEMENTS
from ui.parts.posting_action import NUMBER as LETTERS
from ui.parts.proposal_action import NUMBER as PROPOSALS
from ui.parts.signal_action import NUMBER as SIGNALS
from ui.parts.words import plain
from ui.session import platform
from ui.way import go, link


@dataclass(frozen=True, slots=True)
class Place:
    """One page.

    Attributes:
        path: Address of the page, without a slash.
        deed: What one must be permitted to see it; None for everybody who is signed in.
        is_listed: Whether the navigation shows it; other pages are reached by links.
        roles: The navigation shows it to people with one of these; none for everybody who may
            see it.
        number: How much waits there; the navigation says so. None for a page that waits for
            nobody.
    """

    path: str
    title: str
    icon: str
    show: Callable[[], None]
    deed: Deed | None = None
    is_listed: bool = True
    roles: frozenset[Role] = frozenset()
    number: Callable[[Actor], int] | None = None

    def is_open_to(self, actor: Actor) -> bool:
        """Tell whether the actor may see this page."""
        return self.deed is None or actor.may(self.deed)

    def is_shown_to(self, actor: Actor) -> bool:
        """Tell whether the actor's navigation lists this page."""
        return self.is_listed and (not self.roles or actor.holds_any(self.roles))


_FRESH = 30.0
"""Seconds for which a number in the navigation is good enough."""


def _number(
    key: str, read: Callable[[Actor], int], *, deed: Deed | None = None
) -> Callable[[Actor], int]:
    """Return what tells how much waits at a page, and remembers it for a while.

    Args:
        key: Under which it is remembered; ``forget`` it when it changes.
        read: Counts it.
        deed: For whoever may not do this, nothing waits; None for everybody who sees the page.
    """

    def told(actor: Actor) -> int:
        if deed is not None and not actor.may(deed):
            return 0
        return fresh(key, seconds=_FRESH, of=actor, read=lambda: read(actor))

    return told


_incidents = _number(
    "incidents:number", lambda actor: sum(halts.counts(platform(), actor=actor).values())
)
_troubled = _number(
    "jobs:number",
    lambda actor: sum(
        each.state.needs_a_look for each in job_health.health(platform(), actor=actor)
    ),
    deed=Deed.RUN_JOBS,
)
_mails = _number(
    "mail:number",
    lambda actor: mailbox.counts(platform(), actor=actor)[MailState.QUARANTINED],
)
_erasures = _number(
    "personal-data:number",
    lambda actor: len(erasure.overview(platform(), actor=actor).waiting),
    deed=Deed.DISPOSE,
)
_glass = _number(
    "glass:number",
    lambda actor: broken_glass.unseen(platform(), actor=actor),
    deed=Deed.SEE_GLASS,
)
_reviews = _number(
    "samples:number",
    lambda actor: sampling.waiting(platform(), actor=actor),
    deed=Deed.REVIEW_SAMPLE,
)

_proposals = _number(
    PROPOSALS, lambda actor: proposing.undecided_proposals(platform(), actor=actor)
)
_signals = _number(SIGNALS, lambda actor: charts.waiting_signals(platform(), actor=actor))
_governing = _number(
    GOVERNANCE, lambda actor: register.to_govern(platform(), actor=actor), deed=Deed.GOVERN
)
_improving = _number(
    IMPROVEMENTS, lambda actor: improvement_board.waiting_improvements(platform(), actor=actor)
)
_letters = _number(LETTERS, lambda actor: sum(postings.counts(platform(), actor=actor)))
_questions = _number("questions:number", lambda actor: asked.waiting(platform(), actor=actor))


PLACES = (
    Place("inbox", "Inbox", ":material/inbox:", inbox.show, Deed.READ),
    Place(
        "approvals",
        "Approvals",
        ":material/verified:",
        approvals.show,
        Deed.READ,
        roles=frozenset({Role.TEAM_LEADER, Role.APPROVER, Role.MANAGER}),
    ),
    Place(
        "new", "New complaint", ":material/add:", new_complaint.show, Deed.LODGE, is_listed=False
    ),
    # To whoever may break the glass as well; the page itself says what is closed to somebody.
    Place("case", "Complaint", ":material/description:", case.show, is_listed=False),
    Place(
        "questions",
        "Questions",
        ":material/contact_support:",
        questions.show,
        Deed.RESPOND,
        number=_questions,
    ),
    Place("remedies", "Remedies", ":material/handshake:", remedies.show, Deed.SEE_REMEDIES),
    Place(
        "letters",
        "Letters",
        ":material/local_post_office:",
        letters.show,
        Deed.POST,
        number=_letters,
    ),
    Place("performance", "Performance", ":material/monitoring:", performance.show, Deed.MEASURE),
    Place(
        "signals",
        "Signals",
        ":material/notifications_active:",
        signals.show,
        Deed.SEE_SIGNALS,
        number=_signals,
    ),
    Place(
        "improvement",
        "Improvement",
        ":material/trending_up:",
        improvement.show,
        Deed.SEE_REGISTER,
        number=_improving,
    ),
    Place("ahead", "What if", ":material/online_prediction:", ahead.show, Deed.MEASURE),
    Place("mail", "Mail", ":material/mail:", incoming.show, Deed.SORT_MAIL, number=_mails),
    Place(
        "incidents",
        "Incidents",
        ":material/report:",
        incidents.show,
        Deed.SEE_INCIDENTS,
        number=_incidents,
    ),
    Place(
        "jobs",
        "Jobs",
        ":material/schedule:",
        jobs.show,
        Deed.SEE_JOBS,
        number=_troubled,
    ),
    Place(
        "privacy",
        "Personal data",
        ":material/shield_person:",
        personal_data.show,
        Deed.OVERSEE,
        roles=frozenset({Role.DATA_PROTECTION, Role.REPRESENTATIVE, Role.AUDITOR}),
        number=_erasures,
    ),
    Place(
        "journal",
        "Journal",
        ":material/verified_user:",
        journal.show,
        Deed.VERIFY,
        roles=frozenset({Role.AUDITOR, Role.REPRESENTATIVE, Role.MANAGER}),
    ),
    Place(
        "exports",
        "Exports",
        ":material/output:",
        exports.show,
        Deed.EXPORT,
        roles=frozenset({Role.AUDITOR, Role.REPRESENTATIVE, Role.MANAGER}),
    ),
    Place(
        "samples",
        "Samples",
        ":material/casino:",
        samples.show,
        Deed.SEE_SAMPLES,
        number=_reviews,
    ),
    Place("evidence", "Evidence", ":material/fact_check:", evidence.show, Deed.SEE_EVIDENCE),
    Place(
        "governance",
        "Governance",
        ":material/gavel:",
        governance.show,
        Deed.SEE_REGISTER,
        number=_governing,
    ),
    Place("reviews", "Reviews", ":material/summarize:", reviews.show, Deed.SEE_REGISTER),
    Place("process", "Process", ":material/account_tree:", process.show, Deed.SEE_PROCESS),
    Place(
        "proposals",
        "Process changes",
        ":material/rule:",
        proposals.show,
        Deed.APPROVE_PROCESS,
        number=_proposals,
    ),
    Place("studio", "Process studio", ":material/design_services:", studio.show, Deed.PUBLISH),
    Place(
        "migration",
        "Running complaints",
        ":material/move_up:",
        migration.show,
        Deed.MIGRATE,
        roles=frozenset({Role.PROCESS_OWNER}),
    ),
    Place(
        "organisation",
        "Organisation",
        ":material/domain:",
        organisation.show,
        roles=frozenset(set(Role) - {Role.QUALITY_REVIEWER, Role.PROCESS_OWNER, Role.SYSTEM}),
        number=_glass,
    ),
    Place("users", "Users", ":material/group:", users.show, Deed.ADMINISTER),
    Place("account", "Your account", ":material/account_circle:", account.show),
)
"""Every page, in the order of the navigation; the first that is open is where one arrives."""


def pages_for(actor: Actor) -> list[Page]:
    """Return the pages that the actor may see, and the bare address, which leads to the first.

    Streamlit gives its default page no address of its own. A page that only leads on keeps
    every other page reachable under its path, whoever asks.
    """
    places = [place for place in PLACES if place.is_open_to(actor)]
    first = next(place for place in places if place.is_shown_to(actor))
    start = st.Page(lambda: _arrive(first), title="Start", default=True, visibility="hidden")
    return [start, *(_page(place, actor) for place in places)]


def shut_for(actor: Actor) -> list[Page]:
    """Return the other pages, each as one that is not there.

    Streamlit would lay a box over the page that says something else of an address it does not know.
    """
    first = next(p for p in PLACES if p.is_open_to(actor) and p.is_shown_to(actor))
    return [
        st.Page(
            partial(_say_nowhere, first, place.path),
            title="No such page",
            url_path=place.path,
            visibility="hidden",
        )
        for place in PLACES
        if not place.is_open_to(actor)
    ]


def _arrive(first: Place) -> None:
    """Lead on to the first page; an address that leads nowhere is said to be one."""
    asked_for = urlsplit(st.context.url or "").path.strip("/")
    if not asked_for:
        go(first.path)
    _say_nowhere(first, asked_for)


def _say_nowhere(first: Place, asked_for: str) -> None:
    st.title("No such page")
    st.markdown(f"There is no page “{plain(asked_for[:60])}”, or it is not open to you.")
    link(first.path, first.title, icon=first.icon)


def _titled(place: Place, actor: Actor) -> str:
    """Return the name of a page in the navigation, with what waits there."""
    waiting = place.number(actor) if place.number else 0
    return f"{place.title} ({waiting})" if waiting else place.title


def _page(place: Place, actor: Actor) -> Page:
    return st.Page(
        place.show,
        title=_titled(place, actor),
        icon=place.icon,
        url_path=place.path,
        visibility="visible" if place.is_shown_to(actor) else "hidden",
    )
