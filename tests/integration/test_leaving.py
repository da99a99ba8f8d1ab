"""Leaving by way of the provider: we tell it, or it tells us, against a real one."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from engine.domain.actor import SYSTEM
from engine.errors import SignInError
from engine.services.accounts import accounts, sessions, signing_in, ties
from engine.services.accounts.leaving import Leaving
from engine.services.accounts.provider import Provider
from engine.services.accounts.signing_in import Browser
from engine.services.upkeep import master_key
from tests.integration.identity_ways import PASSWORD, VERA, at_provider
from tests.integration.issuer import SECRET
from tests.integration.office import rows

HERE = "http://testserver/login/provider/answer"
BACK = "http://testserver/login/provider/left"
EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
def database_url(sqlite_url):
    """What depends on the database is asked in ``test_ties``."""
    return sqlite_url


@pytest.fixture
def house(platform, issuer):
    """An organisation in which Pat comes in by the provider, or by a password."""
    house = replace(at_provider(platform, issuer.url), provider_secret=SECRET)
    given = {"username": "pat", "name": "Pat", "roles": ["handler"], "password": PASSWORD}
    accounts.add(house, actor=SYSTEM, **given)
    ties.tie(house, actor=VERA, username="pat", subject="s-1")
    return house


def _come_in(house, issuer, **said):
    """Sign in at the provider, and return the token of the session here."""
    issuer.person |= said
    started = Provider(house).begin(redirect_uri=HERE, target="/")
    brought = parse_qs(urlsplit(httpx.get(started.address).headers["location"]).query)
    token, _target = Provider(house).finish(
        state=started.state, code=brought["code"][0], browser=Browser("10.0.0.1")
    )
    return token


def _by_password(house):
    return signing_in.sign_in(house, username="pat", password=PASSWORD, address="10.0.0.1")


def _is_live(house, token):
    return sessions.actor_of(house, token=token) is not None


def test_the_provider_is_told_who_leaves_and_sends_the_browser_back(house, issuer):
    token = _come_in(house, issuer)
    leaving = Leaving(house)
    proof = leaving.proof(token=token)
    sessions.sign_out(house, token=token)

    farewell = leaving.farewell(proof=proof, back=BACK)
    answer = httpx.post(farewell.address, data=dict(farewell.fields))

    assert answer.headers["location"] == f"{BACK}?state={farewell.state}"
    assert [given["client_id"] for given in issuer.left] == ["redress"]
    assert issuer.trouble == []


def test_what_proves_who_came_in_is_sealed_and_ends_with_the_session(house, issuer):
    token = _come_in(house, issuer)
    proof = Leaving(house).proof(token=token)
    ((kept,),) = rows(house.database, "SELECT proof FROM session")

    sessions.sign_out(house, token=token)

    assert proof.count(".") == 2
    assert proof not in bytes.fromhex(kept).decode("latin-1")
    assert rows(house.database, "SELECT proof FROM session") == [(None,)]
    assert Leaving(house).proof(token=token) == ""


def test_what_proves_who_came_in_is_forgotten_when_the_session_is_too_old(house, issuer, clock):
    _come_in(house, issuer)
    clock.advance(hours=house.policy.accounts.absolute_hours, minutes=1)

    _by_password(house)

    assert rows(house.database, "SELECT count(*) FROM session WHERE proof IS NOT NULL") == [(0,)]


def test_a_new_master_key_leaves_the_way_out_open(house, issuer):
    token = _come_in(house, issuer)

    master_key.renew(house, actor=SYSTEM)
    master_key.forget(house, actor=SYSTEM)

    assert Leaving(house).proof(token=token).count(".") == 2


def test_whoever_came_by_a_password_has_nothing_to_tell_the_provider(house):
    assert Leaving(house).proof(token=_by_password(house)) == ""


def test_a_provider_that_cannot_be_left_holds_nobody_here(house, issuer):
    proof = Leaving(house).proof(token=_come_in(house, issuer))

    for twist in (
        {"stays": True},
        {"facts": {"end_session_endpoint": "http://login.example.org/out"}},
        {"facts": {"end_session_endpoint": "javascript:alert(1)"}},
        {"facts": {"end_session_endpoint": 7}},
        {"issuer": "https://evil.example"},
    ):
        issuer.twist = twist
        assert Leaving(house).farewell(proof=proof, back=BACK) is None


def test_the_word_of_the_provider_ends_every_session_that_began_there(house, issuer):
    first, second, own = _come_in(house, issuer), _come_in(house, issuer), _by_password(house)

    ended = Leaving(house).told(logout_token=issuer.logout_token())

    assert ended == 2
    assert [_is_live(house, each) for each in (first, second, own)] == [False, False, True]
    told = rows(
        house.database, "SELECT detail FROM organisation_event WHERE type = 'sessions.ended'"
    )
    assert [detail for (detail,) in told] == ['{"by":"provider","number":2,"username":"pat"}']


def test_a_session_whose_name_there_is_unknown_ends_with_any_of_the_person(house, issuer):
    token = _come_in(house, issuer)

    Leaving(house).told(logout_token=issuer.logout_token(sid="b"))

    assert not _is_live(house, token)


def test_the_word_about_somebody_else_ends_nothing(house, issuer):
    token = _come_in(house, issuer)

    assert Leaving(house).told(logout_token=issuer.logout_token(sub="s-9")) == 0
    assert _is_live(house, token)


def test_a_word_is_heard_once(house, issuer):
    word = issuer.logout_token(jti="once")
    Leaving(house).told(logout_token=word)
    token = _come_in(house, issuer)

    with pytest.raises(SignInError, match="came before"):
        Leaving(house).told(logout_token=word)

    assert _is_live(house, token)


UNFIT = [
    ({"iss": "https://evil.example"}, "not meant"),
    ({"aud": "somebody"}, "not meant"),
    ({"aud": ["redress", "somebody"]}, "not meant"),
    ({"exp": 1}, "too old"),
    ({"exp": None}, "too old"),
    ({"exp": True}, "too old"),
    ({"iat": 99_999_999_999}, "too old"),
    ({"iat": None}, "too old"),
    ({"events": None}, "no word"),
    ({"events": {}}, "no word"),
    ({"events": {EVENT: True}}, "no word"),
    ({"events": [EVENT]}, "no word"),
    ({"nonce": "x"}, "no word"),
    ({"jti": None}, "no word"),
    ({"jti": 7}, "no word"),
    ({"sub": None}, "no word"),
    ({"sub": ""}, "no word"),
    ({"sub": ["s-1"]}, "no word"),
    ({"sid": 7}, "no word"),
]
"""What is wrong with a word, and what is said of it."""


def test_a_word_that_does_not_fit_ends_nothing(house, issuer):
    token = _come_in(house, issuer)

    for claims, why in UNFIT:
        with pytest.raises(SignInError, match=why):
            Leaving(house).told(logout_token=issuer.logout_token(**claims))

    assert _is_live(house, token)


def test_a_word_that_is_not_the_providers_ends_nothing(house, issuer):
    token = _come_in(house, issuer)

    kinds = [{"typ": kind} for kind in ("at+jwt", "JWT", "")]
    for twist in ({"alg": "none"}, {"alg": "HS256"}, {"is_foreign": True}, *kinds):
        issuer.twist = twist
        with pytest.raises(SignInError):
            Leaving(house).told(logout_token=issuer.logout_token())

    assert _is_live(house, token)


def test_what_is_no_token_at_all_is_refused(house):
    for word in ("", "x", "a.b.c", "é.\x00.ü", "." * 9000):
        with pytest.raises(SignInError):
            Leaving(house).told(logout_token=word)


def test_an_identity_token_does_not_pass_for_the_word_that_somebody_left(house, issuer):
    token = _come_in(house, issuer)
    proof = Leaving(house).proof(token=token)

    with pytest.raises(SignInError, match="no word"):
        Leaving(house).told(logout_token=proof)


def test_whoever_sends_much_does_not_let_us_ask_the_provider_much(house, issuer, clock):
    leaving = Leaving(house)
    issuer.twist = {"is_foreign": True}

    for _ in range(20):
        with pytest.raises(SignInError):
            leaving.told(logout_token=issuer.logout_token())

    assert issuer.asked_for_keys == 1
    issuer.twist = {}
    clock.advance(minutes=2)
    assert leaving.told(logout_token=issuer.logout_token()) == 0


def test_a_word_signed_with_a_key_that_is_new_is_understood(house, issuer, clock):
    leaving = Leaving(house)
    leaving.told(logout_token=issuer.logout_token())
    token = _come_in(house, issuer)
    issuer.key = RSAKey.generate_key(2048, {"kid": "k2"})
    clock.advance(minutes=2)

    leaving.told(logout_token=issuer.logout_token())

    assert not _is_live(house, token)


def test_a_word_that_anybody_may_say_is_noticed(house, issuer, monkeypatch):
    """Plant the bug: whatever the token says it is, it ends sessions."""
    monkeypatch.setattr("engine.services.accounts.leaving._says_logout", lambda _claims: True)
    token = _come_in(house, issuer)

    Leaving(house).told(logout_token=issuer.logout_token(events=None))

    assert not _is_live(house, token)
