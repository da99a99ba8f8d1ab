"""Passwords: what is refused, and that nothing else is."""

import unicodedata

import pytest
from argon2 import Type, extract_parameters

from engine.domain.actor import SYSTEM
from engine.errors import InvalidInputError, NotFoundError, SignInError
from engine.services.accounts import accounts, passwords, sessions, signing_in
from tests.integration.identity_ways import NEW_PASSWORD, PASSWORD
from tests.integration.office import rows

PAT = {"username": "pat", "password": PASSWORD, "address": "10.0.0.1"}


@pytest.fixture
def database_url(sqlite_url):
    """Which password is good depends on no database."""
    return sqlite_url


@pytest.fixture
def pat(platform):
    given = {"username": "pat", "name": "Patricia Lampwick", "roles": ["handler"]}
    accounts.add(platform, actor=SYSTEM, password=PASSWORD, **given)
    return accounts.person(platform, actor=SYSTEM, username="pat")


def _problem(platform, password):
    return passwords.problem_of(platform, password=password, about=("pat", "Patricia Lampwick"))


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("x7!Kq", "at least 10"),
        ("a" * 129, "at most 128"),
        ("something with pat in it", "user name"),
        ("password12", "too easy"),
        ("Password123!", "too easy"),
        ("P@ssw0rd2026", "too easy"),
        ("liverpool1", "too easy"),
        ("qwertyuiop", "too easy"),
        ("1234567890", "too easy"),
        ("aaaaaaaaaaaaaaaaaaaa", "too easy"),
        ("Northwind2026!", "too easy"),
        ("lampwick2026", "too easy"),
        ("Redress2026!", "too easy"),
        ("complaints1", "too easy"),
    ],
)
def test_short_common_and_obvious_passwords_are_refused(platform, password, why):
    assert why in _problem(platform, password)


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "дождь над тихой рекой",
        "雨の夜に静かな川を渡る舟",
        "tea, 3 lamps & a kettle",
        "🦉 sits on the 🚪 again",
        " leading and trailing spaces stay ",
        "correct horse battery staple " * 4,
    ],
)
def test_any_characters_and_long_ones_are_taken_and_open_the_door(platform, pat, password):
    change = {"old": PASSWORD, "new": password, "token": ""}

    passwords.change(platform, actor=pat, **change)

    assert signing_in.sign_in(platform, **(PAT | {"password": password}))
    with pytest.raises(SignInError):
        signing_in.sign_in(platform, **(PAT | {"password": password.strip() + "."}))


def test_a_letter_composed_in_another_way_is_the_same_letter(platform, pat):
    composed = unicodedata.normalize("NFC", "Gâteau à l'été, trois fois")
    passwords.change(platform, actor=pat, old=PASSWORD, new=composed, token="")

    taken_apart = unicodedata.normalize("NFD", composed)

    assert taken_apart != composed
    assert signing_in.sign_in(platform, **(PAT | {"password": taken_apart}))


def test_changing_a_password_ends_every_other_session(platform, pat):
    this, other = (signing_in.sign_in(platform, **PAT) for _ in range(2))

    passwords.change(platform, actor=pat, old=PASSWORD, new=NEW_PASSWORD, token=this)

    assert sessions.actor_of(platform, token=this) == pat
    assert sessions.actor_of(platform, token=other) is None
    ((detail,),) = rows(
        platform.database, "SELECT detail FROM organisation_event WHERE type = 'password.changed'"
    )
    assert NEW_PASSWORD not in detail


def test_whoever_sits_at_an_open_page_cannot_guess_the_password_of_now(platform, pat):
    guess = {"new": NEW_PASSWORD, "token": ""}
    for _ in range(platform.policy.accounts.tries):
        with pytest.raises(InvalidInputError, match="not right"):
            passwords.change(platform, actor=pat, old="guess", **guess)

    with pytest.raises(SignInError):
        passwords.change(platform, actor=pat, old=PASSWORD, **guess)
    with pytest.raises(SignInError):
        signing_in.sign_in(platform, **PAT)


def test_an_account_without_a_password_opens_to_none_and_changes_none(platform):
    accounts.add(platform, actor=SYSTEM, username="pat", name="Pat", roles=["handler"])
    pat = accounts.person(platform, actor=SYSTEM, username="pat")

    for password in ("", "x", PASSWORD):
        with pytest.raises(SignInError):
            signing_in.sign_in(platform, **(PAT | {"password": password}))
    with pytest.raises(NotFoundError):
        passwords.change(platform, actor=pat, old="", new=NEW_PASSWORD, token="")


def test_a_list_that_is_not_asked_is_noticed(platform, monkeypatch):
    """Plant the bug: nobody looks whether a password is common."""
    monkeypatch.setattr(passwords, "_ENOUGH", 0)

    assert _problem(platform, "Password123!") == ""


def test_a_password_is_kept_by_a_hash_that_costs_memory_and_time(platform):
    """OWASP asks for argon2id with 19 MiB and two passes, or more."""
    accounts.add(
        platform,
        actor=SYSTEM,
        username="pat",
        name="Pat",
        roles=["handler"],
        password=NEW_PASSWORD,
    )

    ((kept,),) = rows(platform.database, "SELECT password_hash FROM account")

    asked = extract_parameters(kept)
    assert asked.type is Type.ID
    assert (asked.memory_cost >= 19 * 1024, asked.time_cost >= 2) == (True, True)
    assert asked.salt_len >= 16
