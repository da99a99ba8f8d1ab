"""Where a person can go, and who is let in."""

from collections import Counter
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from engine.domain.actor import ALLOWED, Actor, Deed, Role
from engine.errors import SignInError, UnavailableError
from ui import session
from ui.place import PLACES, Place
from ui.way import address

PEOPLE = [role for role in Role if role is not Role.SYSTEM]


def _app(store):
    from ui import app  # noqa: PLC0415 - this function runs as a script
    from ui.identity import RecentSessions  # noqa: PLC0415
    from ui.seal import FormSeal  # noqa: PLC0415
    from ui.session import Desk, open_desk  # noqa: PLC0415

    open_desk(Desk(None, RecentSessions(store), FormSeal()))
    app.main()


def test_addresses_are_unique_and_can_be_linked_to():
    paths = Counter(place.path for place in PLACES)

    assert set(paths.values()) == {1}
    assert all(path.isidentifier() for path in paths)
    assert address("case", ref="C-1 &x") == "/case?ref=C-1+%26x"


@pytest.mark.parametrize("role", PEOPLE)
def test_every_role_has_somewhere_to_go(role):
    person = Actor(username="p", name="P", roles=frozenset({role}))

    assert any(place.is_open_to(person) for place in PLACES if place.is_listed)


@pytest.mark.parametrize("deed", Deed)
def test_a_place_is_open_to_exactly_those_who_are_permitted_its_deed(deed):
    place = Place("x", "X", "", lambda: None, deed)

    for role in PEOPLE:
        person = Actor(username="p", name="P", roles=frozenset({role}))
        assert place.is_open_to(person) == (role in ALLOWED[deed])


def test_a_page_without_a_session_shows_nothing_but_the_way_to_the_sign_in():
    from tests.unit.ui.door import SessionsInMemory  # noqa: PLC0415

    test = AppTest.from_function(_app, args=(SessionsInMemory(),), default_timeout=60)

    test.run()

    assert test.error[0].value.replace("\\", "") == "Your session has ended. Please sign in again."
    assert not test.title
    assert not test.sidebar.children


def test_what_a_page_keeps_in_its_state_is_no_identity(monkeypatch):
    monkeypatch.setattr(session.st, "user", {"username": "hanna"})
    monkeypatch.setattr(session.st, "session_state", {"session": "t", "user": "hanna"})
    from tests.unit.ui.door import HANNA, SessionsInMemory  # noqa: PLC0415
    from ui.identity import RecentSessions  # noqa: PLC0415
    from ui.seal import FormSeal  # noqa: PLC0415

    store = SessionsInMemory()
    store.live["t"] = HANNA
    session.open_desk(session.Desk(None, RecentSessions(store), FormSeal()))

    with pytest.raises(SignInError):
        session.actor()


def test_pages_without_their_application_say_so(monkeypatch):
    monkeypatch.setattr(session, "_desks", [])

    with pytest.raises(UnavailableError):
        session.platform()


def test_a_place_that_forgets_its_deed_is_caught(monkeypatch):
    monkeypatch.setattr(Place, "is_open_to", lambda *_: True)

    with pytest.raises(AssertionError):
        test_a_place_is_open_to_exactly_those_who_are_permitted_its_deed(Deed.ADMINISTER)


@pytest.mark.parametrize("told", ["", "Nowhere/Land", "../../etc/passwd"])
def test_a_browser_that_tells_no_zone_reads_that_of_the_organisation(monkeypatch, told):
    calendar = SimpleNamespace(zone="Europe/London")
    platform = SimpleNamespace(policy=SimpleNamespace(calendar=calendar))
    monkeypatch.setattr(session, "_desks", [session.Desk(platform, None, None)])
    monkeypatch.setattr(session.st, "context", SimpleNamespace(timezone=told))

    assert session.zone().key == "Europe/London"
