"""API keys: who a program acts for, how far it may go, and when it is over."""

import re

import pytest

from engine.domain.actor import ALLOWED, SYSTEM, Deed, Role
from engine.domain.api_key import REACHES, Scope
from engine.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    OutOfScopeError,
)
from engine.services.accounts import keys
from engine.services.intake import intake
from tests.integration.office import execute, rows

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def make(office, staff):
    """Make a key; a test says what is unusual about it."""

    def made(who="hanna", **unusual):
        usual = {"name": "Website", "scopes": ["read", "lodge"], "days": 90}
        return keys.create(office.platform, actor=staff[who], **(usual | unusual))

    return made


def test_a_key_opens_for_its_owner_and_is_kept_as_a_hash_only(office, make):
    key = make()

    holder = keys.actor_of_key(office.platform, key=key)

    assert (holder.actor.username, holder.scopes) == ("hanna", (Scope.READ, Scope.LODGE))
    assert re.fullmatch(r"rk_[a-z2-7]{32}", key)
    assert key not in repr(rows(office.platform.database, "SELECT * FROM api_key"))
    events = rows(office.platform.database, "SELECT actor, type, detail FROM organisation_event")
    assert events[-1][:2] == ("hanna", "key.created")
    assert key not in repr(events)


def test_a_key_lodges_a_complaint_where_its_scope_says_so(office, make):
    lodging, reading = make(), make(name="Reader", scopes=["read"])
    first, second = (keys.actor_of_key(office.platform, key=key) for key in (lodging, reading))

    reference = intake.lodge(office.platform, actor=first.actor, complaint=office.heard())

    assert office.view(reference).case.reference == reference
    with pytest.raises(OutOfScopeError, match="does not permit to lodge a complaint"):
        intake.lodge(office.platform, actor=second.actor, complaint=office.heard())


@ON_SQLITE
@pytest.mark.parametrize("scope", list(Scope))
def test_a_key_permits_what_both_its_scope_and_its_owner_permit(office, scope):
    for role in set(Role) - {Role.SYSTEM}:
        person = office.staff["hanna"].model_copy(update={"roles": frozenset({role})})
        execute(office.platform.database, "UPDATE account SET roles = :now", now=f'["{role}"]')
        both = {deed for deed in REACHES[scope] if role in ALLOWED[deed]}

        assert _permitted(office.platform, person, scope) == both, role


def _permitted(platform, person, scope):
    """Return what a key permits; nothing where it is refused because it would permit nothing."""
    name = "-".join(person.roles)
    try:
        key = keys.create(platform, actor=person, name=name, scopes=[scope], days=1)
    except InvalidInputError as refusal:
        return set() if "nothing that you may do" in str(refusal) else {str(refusal)}
    actor = keys.actor_of_key(platform, key=key).actor
    return {deed for deed in Deed if actor.may(deed)}


def test_no_scope_reaches_accounts_keys_or_the_journal():
    reached = frozenset().union(*REACHES.values())

    assert reached.isdisjoint(
        {Deed.ADMINISTER, Deed.KEEP_ACCOUNT, Deed.VERIFY, Deed.PUBLISH, Deed.RUN_JOBS}
    )


@ON_SQLITE
def test_a_key_makes_no_other_key(office, make):
    actor = keys.actor_of_key(office.platform, key=make()).actor

    with pytest.raises(OutOfScopeError):
        keys.create(office.platform, actor=actor, name="More", scopes=["read"], days=1)


@ON_SQLITE
def test_a_key_ends_when_its_days_are_over(office, make, clock):
    key = make(days=2)
    clock.advance(hours=47)
    before = keys.actor_of_key(office.platform, key=key)

    clock.advance(hours=1)

    assert before is not None
    assert keys.actor_of_key(office.platform, key=key) is None


def test_a_revoked_key_ends_at_once_and_its_name_is_free_again(office, make, staff):
    key = make()
    (known,) = keys.mine(office.platform, actor=staff["hanna"])

    keys.revoke(office.platform, actor=staff["hanna"], key_id=known.id)

    assert keys.actor_of_key(office.platform, key=key) is None
    assert keys.actor_of_key(office.platform, key=make()) is not None
    with pytest.raises(NotFoundError):
        keys.revoke(office.platform, actor=staff["hanna"], key_id=known.id)


@ON_SQLITE
def test_a_key_of_somebody_else_is_not_there(office, make, staff):
    make()
    (known,) = keys.mine(office.platform, actor=staff["hanna"])

    with pytest.raises(NotFoundError):
        keys.revoke(office.platform, actor=staff["tom"], key_id=known.id)

    assert keys.mine(office.platform, actor=staff["tom"]) == ()
    with pytest.raises(NotAllowedError):
        keys.all_keys(office.platform, actor=staff["tom"])
    keys.revoke(office.platform, actor=SYSTEM, key_id=known.id)
    assert [key.revoked_at for key in keys.all_keys(office.platform, actor=SYSTEM)] != [None]


def test_a_closed_account_closes_its_keys_and_a_lost_role_bounds_them(office, make):
    key = make(scopes=["read", "work"])
    execute(office.platform.database, "UPDATE account SET roles = '[\"auditor\"]'")
    bounded = keys.actor_of_key(office.platform, key=key).actor
    execute(office.platform.database, "UPDATE account SET is_active = :now", now=False)

    assert bounded.may(Deed.READ)
    assert not bounded.may(Deed.WORK)
    assert keys.actor_of_key(office.platform, key=key) is None


@ON_SQLITE
def test_use_is_noted_once_a_minute(office, make, staff, clock):
    key = make()
    noted = []
    for _ in range(3):
        keys.actor_of_key(office.platform, key=key)
        noted.append(keys.mine(office.platform, actor=staff["hanna"])[0].last_used_at)
        clock.advance(seconds=40)

    assert noted[0] == noted[1] < noted[2]


@ON_SQLITE
@pytest.mark.parametrize(
    "made_up", ["", "rk_", "rk_" + "a" * 32, "RK_" + "A" * 32, "\x00", "é" * 35, "' OR 1=1 --"]
)
def test_a_made_up_key_is_nobody(office, make, made_up):
    make()

    assert keys.actor_of_key(office.platform, key=made_up) is None


@ON_SQLITE
def test_a_key_with_another_end_or_in_capitals_is_nobody(office, make):
    key = make()
    other = key[:-1] + ("a" if key[-1] != "a" else "b")

    assert keys.actor_of_key(office.platform, key=other) is None
    assert keys.actor_of_key(office.platform, key=key.upper()) is None


@ON_SQLITE
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "Name"),
        ({"name": "x" * 61}, "Name"),
        ({"name": "a\x00b"}, "Name"),
        ({"scopes": []}, "Scopes"),
        ({"scopes": ["wizardry"]}, "Scopes"),
        ({"scopes": ["measure"]}, "Scopes"),
        ({"days": 0}, "Days"),
        ({"days": 366}, "Days"),
    ],
)
def test_a_key_that_cannot_be_made_is_refused_by_field(make, wrong, field):
    with pytest.raises(InvalidInputError) as refusal:
        make(**wrong)

    assert set(refusal.value.problems) == {field}


@ON_SQLITE
def test_two_live_keys_of_one_name_are_refused(make):
    make()

    with pytest.raises(ConflictError, match="Website"):
        make()


@ON_SQLITE
def test_a_key_that_forgets_its_bounds_is_noticed(office, make, monkeypatch):
    """Plant the bug: whoever comes with a key may do all that its owner may."""
    key = make(scopes=["read"])
    monkeypatch.setattr(keys, "within", lambda _scopes: None)
    actor = keys.actor_of_key(office.platform, key=key).actor

    assert intake.lodge(office.platform, actor=actor, complaint=office.heard())
