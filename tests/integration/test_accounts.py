"""Accounts and sessions: who is believed, for how long, and what a guesser learns."""

import json
from datetime import timedelta
from functools import partial

import pytest

from engine.domain.actor import SYSTEM, Role
from engine.errors import ConflictError, InvalidInputError, NotAllowedError, SignInError
from engine.services.accounts import accounts, sessions, signing_in
from tests.integration.crowd import at_once
from tests.integration.office import execute, rows

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PASSWORD, WRONG = "correct horse 9", "wrong"


@pytest.fixture
def door(platform):
    """A platform with one account that has a password, and a way to knock."""
    accounts.add(
        platform,
        actor=SYSTEM,
        username="hanna",
        name="Hanna",
        roles=["handler", "intake"],
        password=PASSWORD,
    )
    return partial(signing_in.sign_in, platform, address="10.0.0.1")


def _knock(door, times, username="hanna", *, password=WRONG, **more):
    refusals = set()
    for _ in range(times):
        with pytest.raises(SignInError) as refusal:
            door(username=username, password=password, **more)
        refusals.add(str(refusal.value))
    return refusals


def test_the_right_password_opens_a_session(platform, door):
    token = door(username="hanna", password=PASSWORD)

    actor = sessions.actor_of(platform, token=token)

    assert (actor.username, actor.roles) == ("hanna", {Role.HANDLER, Role.INTAKE})
    assert len(token) >= 43
    assert token not in repr(rows(platform.database, "SELECT * FROM session"))
    assert PASSWORD not in repr(rows(platform.database, "SELECT * FROM account"))


@ON_SQLITE
def test_wrong_unknown_closed_and_locked_are_answered_alike(platform, door):
    wrong = _knock(door, 1)
    unknown = _knock(door, 1, username="nobody")
    locked = _knock(door, 5) | _knock(door, 1, password=PASSWORD)
    execute(platform.database, "DELETE FROM sign_in_try")
    execute(platform.database, "UPDATE account SET is_active = 0")
    closed = _knock(door, 1, password=PASSWORD)

    assert len(wrong | unknown | locked | closed) == 1


def test_five_failures_lock_the_account_for_a_while(platform, door, clock):
    _knock(door, 5)
    _knock(door, 1, password=PASSWORD)
    clock.advance(minutes=platform.policy.accounts.lock_minutes, seconds=1)

    assert door(username="hanna", password=PASSWORD)


def _locks(platform):
    told = "SELECT type, detail FROM organisation_event WHERE type LIKE '%.locked' ORDER BY seq"
    return [(kind, json.loads(detail)) for kind, detail in rows(platform.database, told)]


def test_what_is_locked_is_an_event_once_and_names_nobody_who_has_no_account(platform, door, clock):
    _knock(door, 7)
    _knock(door, 13, username="my-secret-9")
    assert _locks(platform) == [
        ("account.locked", {"by": "user", "username": "hanna"}),
        ("address.locked", {}),
    ]

    clock.advance(minutes=platform.policy.accounts.lock_minutes, seconds=1)
    _knock(door, 5)

    assert len(_locks(platform)) == 3


@ON_SQLITE
def test_four_failures_do_not_lock_and_success_forgets_them(door):
    for _ in range(3):
        _knock(door, 4)
        assert door(username="hanna", password=PASSWORD)


@ON_SQLITE
def test_one_address_that_tries_many_names_is_locked_too(platform, door):
    for n in range(20):
        _knock(door, 1, username=f"guess{n}")

    _knock(door, 1, password=PASSWORD)
    assert signing_in.sign_in(platform, username="hanna", password=PASSWORD, address="10.0.0.2")


@ON_SQLITE
def test_other_spelling_of_a_name_does_not_give_more_tries(door):
    for spelling in ("hanna", "Hanna", "HANNA", "hAnna", "haNna"):
        _knock(door, 1, username=spelling)

    _knock(door, 1, password=PASSWORD)


def test_guesses_at_the_same_moment_are_all_counted(platform, door):
    ends = at_once(8, lambda _: door(username="hanna", password="wrong"))

    assert {type(end) for end in ends} == {SignInError}
    with platform.database.read() as tx:
        long_ago = platform.now() - timedelta(days=1)
        counted = [
            tx.accounts.failures(key, long_ago) for key in ("user:hanna", "address:10.0.0.1")
        ]
    kept = [key for (key,) in rows(platform.database, "SELECT key FROM sign_in_try")]
    assert counted == [8, 8]
    assert not [key for key in kept if "hanna" in key]  # people type anything there


@ON_SQLITE
@pytest.mark.parametrize(
    ("pauses", "is_believed"),
    [((29,), True), ((31,), False), ((29,) * 24, True), ((29,) * 25, False)],
)
def test_a_session_ends_when_idle_and_after_its_longest_time(
    platform, door, clock, pauses, is_believed
):
    token = door(username="hanna", password=PASSWORD)
    for minutes in pauses:
        clock.advance(minutes=minutes)
        actor = sessions.actor_of(platform, token=token)

    assert (actor is not None) == is_believed


def test_signing_out_ends_a_session_for_good(platform, door):
    token, other = (door(username="hanna", password=PASSWORD) for _ in range(2))

    sessions.sign_out(platform, token=token)
    sessions.sign_out(platform, token=token)

    assert sessions.actor_of(platform, token=token) is None
    assert sessions.actor_of(platform, token=other) is not None


@ON_SQLITE
def test_a_closed_account_ends_its_sessions_at_once(platform, door):
    token = door(username="hanna", password=PASSWORD)
    execute(platform.database, "UPDATE account SET is_active = 0")

    assert sessions.actor_of(platform, token=token) is None


@ON_SQLITE
@pytest.mark.parametrize("token", ["", "x", "\x00", "é" * 300, "' OR 1=1 --"])
def test_a_made_up_token_is_nobody(platform, door, token):
    assert sessions.actor_of(platform, token=token) is None


def test_a_name_no_database_can_hold_is_refused_like_any_other(door):
    for name in ("han\x00na", "hanna\ud800"):
        with pytest.raises((SignInError, InvalidInputError)):
            door(username=name, password=PASSWORD)


@ON_SQLITE
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"username": "han na"}, "User name"),
        ({"username": "система"}, "User name"),
        ({"username": ""}, "User name"),
        ({"username": "system"}, "User name"),
        ({"name": " "}, "Name"),
        ({"roles": []}, "Roles"),
        ({"roles": ["wizard"]}, "Roles"),
        ({"roles": ["system"]}, "Roles"),
        ({"password": "short"}, "Password"),
        ({"password": "long but ivo1 is in it"}, "Password"),
    ],
)
def test_an_account_that_cannot_be_used_is_refused_by_field(platform, wrong, field):
    good = {"username": "ivo1", "name": "Ivo", "roles": ["investigator"], "password": PASSWORD}

    with pytest.raises(InvalidInputError) as refusal:
        accounts.add(platform, actor=SYSTEM, **(good | wrong))

    assert set(refusal.value.problems) == {field}


@ON_SQLITE
def test_a_user_name_is_given_once_and_by_an_administrator(platform, door, staff):
    more = {"name": "Hanna", "roles": ["handler"], "password": PASSWORD}

    with pytest.raises(ConflictError, match="hanna is taken"):
        accounts.add(platform, actor=SYSTEM, username="hanna", **more)
    with pytest.raises(NotAllowedError):
        accounts.add(platform, actor=staff["mara"], username="eve", **more)
