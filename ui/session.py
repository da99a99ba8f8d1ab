"""What a page may know: the platform of this process, and who looks at the page."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from engine.bootstrap import Platform
from engine.domain.actor import Actor
from engine.errors import SignInError, UnavailableError
from ui.identity import RecentSessions
from ui.seal import FormSeal


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages of one process share."""

    platform: Platform
    sessions: RecentSessions
    seal: FormSeal


_desks: list[Desk] = []


def open_desk(desk: Desk) -> None:
    """Hand the pages what they share.

    Streamlit runs a page as a script and can pass it nothing, so the module keeps it. The
    application does this once, before the first page runs; a test does it for each case.
    """
    _desks[:] = [desk]


def desk() -> Desk:
    """Return what the pages share.

    Raises:
        UnavailableError: The application was not built by ``ui.asgi.create_app``.
    """
    if not _desks:
        raise UnavailableError("The pages were started without their application.")
    return _desks[0]


def platform() -> Platform:
    """Return the platform that services are called with."""
    return desk().platform


def actor() -> Actor:
    """Return who looks at this page, with the roles of this moment.

    The identity is the one the gate put on the connection. What a page keeps in
    ``session_state`` never counts.

    Raises:
        SignInError: The session is over.
    """
    found = desk().sessions.actor_of(token(), touch=False)
    if found is None:
        raise SignInError("Your session has ended. Please sign in again.")
    return found


def zone() -> ZoneInfo:
    """Return the zone of the reader's browser, else that of the organisation."""
    try:
        return ZoneInfo(st.context.timezone or "")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(platform().policy.calendar.zone)


def sign_out_token() -> str:
    """Return the hidden token of the sign-out form of this session."""
    return desk().seal.of(token())


def token() -> str:
    """Return the token of the session in which this page is looked at; empty without one."""
    found = st.user.get("session")
    return found if isinstance(found, str) else ""
