"""Who somebody is at the provider: seen, tied and untied, and never the last way in."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from engine.domain.actor import SYSTEM, Actor, Role
from engine.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    SeparationOfDutiesError,
    SignInError,
)
from engine.services.accounts import accounts, sessions, signing_in, ties
from engine.services.accounts.leaving import Leaving
from engine.services.accounts.provider import Provider
from engine.services.accounts.signing_in import Browser
from tests.integration.identity_ways import PASSWORD, VERA, at_provider
from tests.integration.issuer import SECRET
from tests.integration.office import rows

HERE = "http://testserver/login/provider/answer"
PAT = Actor(username="pat", name="Pat", roles=frozenset({Role.HANDLER}))
EVE = Actor(username="eve", name="Eve", roles=frozenset({Role.HANDLER}))


@pytest.fixture
def house(platform, issuer):
    """An organisation in which Pat has a password, and Eve has none."""
    house = replace(at_provider(platform, issuer.url), provider_secret=SECRET)
    given = {"username": "pat", "name": "Pat", "roles": ["handler"]}
    accounts.add(house, actor=SYSTEM, password=PASSWORD, **given)
    accounts.add(house, actor=SYSTEM, username="eve", name="Eve", roles=["handler"])
    return house


def _sign_in(house):
    return signing_in.sign_in(house, username="pat", password=PASSWORD, address="10.0.0.1")


def _there_and_back(house, session="", tying=""):
    started = Provider(house).begin(redirect_uri=HERE, target="/account", tying=tying)
    brought = parse_qs(urlsplit(httpx.get(started.address).headers["location"]).query)
    return Provider(house).finish(
        state=started.state, code=brought["code"][0], browser=Browser("10.0.0.1"), session=session
    )


def _tie_own(house):
    session = _sign_in(house)
    begun = ties.begin_own(house, actor=PAT, password=PASSWORD)
    tying = ties.begun(house, actor=PAT, token=begun)
    return session, _there_and_back(house, session, tying)


def _events(house):
    query = "SELECT type FROM organisation_event ORDER BY seq"
    return [kind for (kind,) in rows(house.database, query)]


def test_who_shows_a_password_and_signs_in_there_is_tied(house, issuer):
    _session, back = _tie_own(house)

    (tie,) = ties.of_person(house, actor=PAT)
    assert (tie.issuer, tie.subject, back) == (issuer.url, "s-1", ("", "/account"))
    token, _target = _there_and_back(house)
    assert sessions.actor_of(house, token=token).username == "pat"
    assert "account.tied" in _events(house)


def test_a_wrong_password_begins_nothing_and_too_many_lock(house):
    with pytest.raises(InvalidInputError, match="not right"):
        ties.begin_own(house, actor=PAT, password="guess")
    for _ in range(10):
        with pytest.raises((InvalidInputError, SignInError)):
            ties.begin_own(house, actor=PAT, password="guess")

    with pytest.raises(SignInError):
        ties.begin_own(house, actor=PAT, password=PASSWORD)


def test_what_was_begun_is_good_once_for_the_one_who_began_and_not_for_long(house, clock):
    begun = ties.begin_own(house, actor=PAT, password=PASSWORD)
    with pytest.raises(SignInError):
        ties.begun(house, actor=EVE, token=begun)
    assert ties.begun(house, actor=PAT, token=begun) == "pat"
    late = ties.begin_own(house, actor=PAT, password=PASSWORD)
    clock.advance(minutes=11)

    for token in (begun, late, "", "x"):
        with pytest.raises(SignInError):
            ties.begun(house, actor=PAT, token=token)


@pytest.mark.parametrize("leaves", [True, False])
def test_a_browser_without_the_session_that_began_ties_nothing(house, leaves):
    session = _sign_in(house)
    if leaves:
        sessions.sign_out(house, token=session)

    with pytest.raises(SignInError, match="session has ended"):
        _there_and_back(house, session if leaves else "", tying="pat")

    assert ties.of_person(house, actor=PAT) == ()


def test_an_identity_of_somebody_else_is_not_taken_over(house):
    ties.tie(house, actor=VERA, username="eve", subject="s-1")

    with pytest.raises(InvalidInputError, match="already"):
        _tie_own(house)

    assert ties.of_person(house, actor=PAT) == ()


def test_who_unties_comes_in_there_no_more_and_keeps_the_session_that_did_it(house, issuer):
    session, _back = _tie_own(house)
    other, _target = _there_and_back(house)

    ties.untie_own(
        house, actor=PAT, issuer=issuer.url, subject="s-1", password=PASSWORD, token=session
    )

    assert sessions.actor_of(house, token=session) is not None
    assert sessions.actor_of(house, token=other) is None
    assert _events(house)[-1] == "account.untied"
    with pytest.raises(SignInError, match="no account"):
        _there_and_back(house)


def test_whoever_has_no_password_cannot_lose_the_last_way_in(house, issuer):
    ties.tie(house, actor=VERA, username="eve", subject="s-1")
    known = {"issuer": issuer.url, "subject": "s-1"}

    with pytest.raises(ConflictError, match="no other way in"):
        ties.untie(house, actor=VERA, username="eve", **known)
    with pytest.raises(NotFoundError):
        ties.untie_own(house, actor=EVE, password="", token="", **known)

    assert len(ties.of_person(house, actor=EVE)) == 1


def test_one_of_two_ways_in_can_go(house, issuer):
    ties.tie(house, actor=VERA, username="eve", subject="s-1")
    ties.tie(house, actor=VERA, username="eve", subject="s-2")

    ties.untie(house, actor=VERA, username="eve", issuer=issuer.url, subject="s-1")

    assert [tie.subject for tie in ties.of_person(house, actor=EVE)] == ["s-2"]


def test_nobody_sees_or_changes_the_ties_of_others_but_an_administrator(house, issuer):
    ties.tie(house, actor=VERA, username="pat", subject="s-1")
    accounts.add(house, actor=SYSTEM, username="otto", name="Otto", roles=["administrator"])
    ties.tie(house, actor=SYSTEM, username="otto", subject="s-9")

    with pytest.raises(NotAllowedError):
        ties.of_person(house, actor=EVE, username="pat")
    with pytest.raises(NotAllowedError):
        ties.untie(house, actor=EVE, username="pat", issuer=issuer.url, subject="s-1")
    with pytest.raises(SeparationOfDutiesError):
        ties.untie(house, actor=VERA, username="otto", issuer=issuer.url, subject="s-9")
    with pytest.raises(NotFoundError):
        ties.untie(house, actor=VERA, username="pat", issuer=issuer.url, subject="s-9")
    assert len(ties.of_person(house, actor=VERA, username="pat")) == 1


@pytest.mark.parametrize("claims", [{"sid": "b"}, {"sid": "b", "sub": None}])
def test_the_word_of_the_provider_about_one_session_ends_that_one(house, issuer, claims):
    ties.tie(house, actor=VERA, username="pat", subject="s-1")
    tokens = []
    for name in ("a", "b"):
        issuer.person |= {"sid": name}
        tokens.append(_there_and_back(house)[0])

    ended = Leaving(house).told(logout_token=issuer.logout_token(**claims))

    live = [sessions.actor_of(house, token=token) is not None for token in tokens]
    assert (ended, live) == (1, [True, False])


def test_what_is_no_subject_is_not_tied(house):
    for subject in ("", "  ", "x" * 256, "a\x00b", "a\nb"):
        with pytest.raises(InvalidInputError):
            ties.tie(house, actor=VERA, username="pat", subject=subject)


def test_a_tie_that_any_browser_may_make_is_noticed(house, monkeypatch):
    """Plant the bug: nobody asks whose session comes back."""
    monkeypatch.setattr(Provider, "_in_session", lambda *_: PAT)

    _there_and_back(house, "", tying="pat")

    assert ties.of_person(house, actor=PAT)
