"""Where a person can go: every page, who may see it, and in which order."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

import streamlit as st
from streamlit.navigation.page import Page

from engine.domain.actor import Actor, Deed, Role
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
    own,
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
from ui.parts.waiting import number_at
from ui.parts.words import plain
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
    """

    path: str
    title: str
    icon: str
    show: Callable[[], None]
    deed: Deed | None = None
    is_listed: bool = True
    roles: frozenset[Role] = frozenset()

    def is_open_to(self, actor: Actor) -> bool:
        """Tell whether the actor may see this page."""
        return self.deed is None or actor.may(self.deed)

    def is_shown_to(self, actor: Actor) -> bool:
        """Tell whether the actor's navigation lists this page."""
        return self.is_listed and (not self.roles or actor.holds_any(self.roles))


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
    ),
    Place("remedies", "Remedies", ":material/handshake:", remedies.show, Deed.SEE_REMEDIES),
    Place(
        "letters",
        "Letters",
        ":material/local_post_office:",
        letters.show,
        Deed.POST,
    ),
    Place(
        "figures",
        "Your figures",
        ":material/person_check:",
        own.show,
        Deed.WORK,
        roles=frozenset({Role.HANDLER, Role.INVESTIGATOR}),
    ),
    Place("performance", "Performance", ":material/monitoring:", performance.show, Deed.MEASURE),
    Place(
        "signals",
        "Signals",
        ":material/notifications_active:",
        signals.show,
        Deed.SEE_SIGNALS,
    ),
    Place(
        "improvement",
        "Improvement",
        ":material/trending_up:",
        improvement.show,
        Deed.SEE_REGISTER,
    ),
    Place("ahead", "What if", ":material/online_prediction:", ahead.show, Deed.MEASURE),
    Place("mail", "Mail", ":material/mail:", incoming.show, Deed.SORT_MAIL),
    Place(
        "incidents",
        "Incidents",
        ":material/report:",
        incidents.show,
        Deed.SEE_INCIDENTS,
    ),
    Place(
        "jobs",
        "Jobs",
        ":material/schedule:",
        jobs.show,
        Deed.SEE_JOBS,
    ),
    Place(
        "privacy",
        "Personal data",
        ":material/shield_person:",
        personal_data.show,
        Deed.OVERSEE,
        roles=frozenset({Role.DATA_PROTECTION, Role.REPRESENTATIVE, Role.AUDITOR}),
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
    ),
    Place("evidence", "Evidence", ":material/fact_check:", evidence.show, Deed.SEE_EVIDENCE),
    Place(
        "governance",
        "Governance",
        ":material/gavel:",
        governance.show,
        Deed.SEE_REGISTER,
    ),
    Place("reviews", "Reviews", ":material/summarize:", reviews.show, Deed.SEE_REGISTER),
    Place("process", "Process", ":material/account_tree:", process.show, Deed.SEE_PROCESS),
    Place(
        "proposals",
        "Process changes",
        ":material/rule:",
        proposals.show,
        Deed.APPROVE_PROCESS,
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
    waiting = number_at(place.path, actor)
    return f"{place.title} ({waiting})" if waiting else place.title


def _page(place: Place, actor: Actor) -> Page:
    return st.Page(
        place.show,
        title=_titled(place, actor),
        icon=place.icon,
        url_path=place.path,
        visibility="visible" if place.is_shown_to(actor) else "hidden",
    )
