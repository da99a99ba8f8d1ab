"""Signing in at the organisation's own provider, against a real one on this machine."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import KeySet

from engine.domain.actor import SYSTEM, Role
from engine.errors import InvalidInputError, SeparationOfDutiesError, SignInError
from engine.services.accounts import accounts, sessions, ties
from engine.services.accounts.provider import Provider
from engine.services.accounts.signing_in import Browser
from tests.integration.identity_ways import VERA, at_provider
from tests.integration.issuer import SECRET
from tests.integration.office import rows

HERE = "http://testserver/login/provider/answer"
ROLES = {
    "roles_claim": "groups",
    "roles": {"desk": "handler", "boss": "manager", "root": "administrator"},
}


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture
def house(platform, issuer):
    """An organisation in which Pat comes in by the provider."""
    house = replace(at_provider(platform, issuer.url), provider_secret=SECRET)
    accounts.add(house, actor=SYSTEM, username="pat", name="Pat", roles=["handler"])
    ties.tie(house, actor=VERA, username="pat", subject="s-1")
    return house


def _go(house, target="/inbox"):
    """Go to the provider, sign in there, and return what the browser brings back."""
    started = Provider(house).begin(redirect_uri=HERE, target=target)
    answer = httpx.get(started.address)
    brought = parse_qs(urlsplit(answer.headers["location"]).query)
    assert brought["state"] == [started.state]
    return started.state, brought["code"][0]


def _come_back(house, state, code):
    return Provider(house).finish(state=state, code=code, browser=Browser("10.0.0.1"))


def test_whoever_signs_in_there_is_signed_in_here(house, issuer):
    token, target = _come_back(house, *_go(house, "/case?ref=C-1"))

    (session,) = sessions.of_person(house, actor=sessions.actor_of(house, token=token))
    assert (session.username, session.method, target) == ("pat", "provider", "/case?ref=C-1")
    assert issuer.trouble == []


def test_nothing_of_the_way_there_is_readable_later(house):
    state, _code = _go(house)

    assert state not in repr(rows(house.database, "SELECT token_hash FROM one_time_link"))


@pytest.mark.parametrize(
    ("twist", "why"),
    [
        ({"claims": {"nonce": "another"}}, "another sign-in"),
        ({"claims": {"nonce": None}}, "another sign-in"),
        ({"claims": {"aud": "somebody"}}, "not meant"),
        ({"claims": {"aud": ["redress", "somebody"]}}, "not meant"),
        ({"claims": {"aud": None}}, "not meant"),
        ({"claims": {"iss": "https://evil.example"}}, "not meant"),
        ({"claims": {"exp": 1}}, "too old"),
        ({"claims": {"exp": None}}, "too old"),
        ({"claims": {"exp": "9999999999"}}, "too old"),
        ({"claims": {"iat": 99_999_999_999}}, "too old"),
        ({"claims": {"sub": ""}}, "not meant"),
        ({"alg": "none"}, "not signed"),
        ({"alg": "HS256"}, "not signed"),
        ({"is_foreign": True}, "not signed"),
        ({"issuer": "https://evil.example"}, "another one"),
    ],
)
def test_what_does_not_fit_opens_nothing(house, issuer, twist, why):
    brought = _go(house)
    issuer.twist = twist

    with pytest.raises(SignInError, match=why):
        _come_back(house, *brought)

    assert rows(house.database, "SELECT count(*) FROM session") == [(0,)]


def test_an_answer_is_taken_once_and_a_code_as_well(house):
    state, code = _go(house)
    _come_back(house, state, code)
    other, _code = _go(house)

    with pytest.raises(SignInError, match="done before"):
        _come_back(house, state, code)
    with pytest.raises(SignInError, match="as it should"):
        _come_back(house, other, code)


def test_a_state_is_used_up_even_where_the_sign_in_fails(house, issuer):
    brought = _go(house)
    issuer.twist = {"is_foreign": True}
    with pytest.raises(SignInError):
        _come_back(house, *brought)
    issuer.twist = {}

    with pytest.raises(SignInError, match="done before"):
        _come_back(house, *brought)


@pytest.mark.parametrize("state", ["", "x", "\x00"])
def test_a_made_up_state_is_refused(house, state):
    with pytest.raises((SignInError, InvalidInputError)):
        _come_back(house, state, "x")


def test_a_code_of_another_sign_in_does_not_fit_the_verifier(house):
    first, _ = _go(house)
    _, code = _go(house)

    with pytest.raises(SignInError):
        _come_back(house, first, code)


def test_a_stranger_has_no_account_unless_the_policy_makes_one(house, issuer):
    issuer.person = {
        "sub": "s-2",
        "preferred_username": "zoe",
        "name": "Zoë",
        "groups": ["desk", "root"],
    }
    with pytest.raises(SignInError, match="no account"):
        _come_back(house, *_go(house))

    open_house = replace(
        at_provider(house, issuer.url, creates_accounts=True, **ROLES), provider_secret=SECRET
    )
    token, _ = _come_back(open_house, *_go(open_house))

    actor = sessions.actor_of(open_house, token=token)
    assert (actor.username, actor.name, actor.roles) == ("zoe", "Zoë", {Role.HANDLER})


def test_a_stranger_does_not_take_the_account_of_the_same_name(house, issuer):
    issuer.person = {"sub": "s-2", "preferred_username": "Pat", "name": "Pat", "groups": ["desk"]}
    open_house = replace(
        at_provider(house, issuer.url, creates_accounts=True, **ROLES), provider_secret=SECRET
    )

    with pytest.raises(SignInError, match="is taken"):
        _come_back(open_house, *_go(open_house))


def test_roles_follow_the_provider_and_make_no_administrator(house, issuer):
    mapped = replace(at_provider(house, issuer.url, **ROLES), provider_secret=SECRET)
    before, _ = _come_back(house, *_go(house))
    issuer.person |= {"groups": ["boss", "root"]}

    token, _ = _come_back(mapped, *_go(mapped))

    assert sessions.actor_of(mapped, token=token).roles == {Role.MANAGER}
    assert sessions.actor_of(mapped, token=before) is None


def test_a_closed_account_stays_closed(house):
    accounts.close(house, actor=VERA, username="pat", reason="She left.")

    with pytest.raises(SignInError, match="no account"):
        _come_back(house, *_go(house))


def test_one_subject_is_one_person_and_no_administrators_account_is_tied(house):
    accounts.add(house, actor=SYSTEM, username="otto", name="Otto", roles=["administrator"])
    accounts.add(house, actor=SYSTEM, username="eve", name="Eve", roles=["handler"])

    with pytest.raises(InvalidInputError, match="already"):
        ties.tie(house, actor=VERA, username="eve", subject="s-1")
    with pytest.raises(SeparationOfDutiesError):
        ties.tie(house, actor=VERA, username="otto", subject="s-9")


def test_a_provider_over_plain_http_elsewhere_is_refused(platform):
    with pytest.raises(SignInError, match="https"):
        Provider(at_provider(platform, "http://login.example.org")).begin(
            redirect_uri=HERE, target="/"
        )


def test_a_token_that_nobody_checks_is_noticed(house, issuer, monkeypatch):
    """Plant the bug: whatever signed it is believed."""
    monkeypatch.setattr(
        "engine.services.accounts.issuer.KeySet.import_key_set",
        lambda _keys: KeySet([issuer.foreign]),
    )
    brought = _go(house)
    issuer.twist = {"is_foreign": True}

    assert _come_back(house, *brought)
