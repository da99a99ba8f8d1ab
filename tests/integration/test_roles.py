"""Roles, closing and sessions: nobody raises themselves, and what is taken away is gone at once."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from engine.domain.account import RoleRequest, device_of
from engine.domain.actor import SYSTEM, Actor, Role
from engine.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    RedressError,
    SeparationOfDutiesError,
)
from engine.services.accounts import accounts, keys, roles, sessions, signing_in
from tests.integration.crowd import at_once
from tests.integration.identity_ways import PASSWORD

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WHY = "She changed to another office."
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


def _person(username, *held):
    return Actor(username=username, name=username.capitalize(), roles=frozenset(held))


VERA, OTTO = (_person(name, Role.ADMINISTRATOR) for name in ("vera", "otto"))
PAT = _person("pat", Role.HANDLER)


@pytest.fixture
def house(platform):
    """Two administrators and a handler, with a password each."""
    for person in (VERA, OTTO, PAT):
        accounts.add(
            platform,
            actor=SYSTEM,
            username=person.username,
            name=person.name,
            roles=person.roles,
            password=PASSWORD,
        )
    return platform


def _sign_in(platform, username="pat"):
    return signing_in.sign_in(
        platform, username=username, password=PASSWORD, address="10.0.0.1", user_agent=CHROME
    )


def _roles(platform, username="pat"):
    return accounts.member(platform, actor=VERA, username=username).actor.roles


def test_other_roles_count_at_once_and_end_the_sessions(house):
    token = _sign_in(house)

    is_done = roles.change(house, actor=VERA, username="pat", roles=["approver"], reason=WHY)

    assert is_done
    assert sessions.actor_of(house, token=token) is None
    assert sessions.actor_of(house, token=_sign_in(house)).roles == {Role.APPROVER}


def test_two_make_an_administrator(house):
    wanted = {"username": "pat", "roles": ["handler", "administrator"], "reason": WHY}
    is_done = roles.change(house, actor=VERA, **wanted)
    (request,) = roles.waiting(house, actor=OTTO)
    before = _roles(house)
    with pytest.raises(SeparationOfDutiesError, match="has asked"):
        roles.decide(house, actor=VERA, request_id=request.id, grants=True)

    roles.decide(house, actor=OTTO, request_id=request.id, grants=True)

    assert (is_done, before) == (False, {Role.HANDLER})
    assert (request.username, request.asked_by, request.reason) == ("pat", "vera", WHY)
    assert _roles(house) == {Role.HANDLER, Role.ADMINISTRATOR}
    with pytest.raises(NotFoundError):
        roles.decide(house, actor=OTTO, request_id=request.id, grants=False)


def test_of_two_decisions_at_once_one_counts(house):
    roles.change(house, actor=VERA, username="pat", roles=["administrator"], reason=WHY)
    third = _person("tess", Role.ADMINISTRATOR)

    ends = at_once(
        2,
        lambda n: roles.decide(house, actor=(OTTO, third)[n], request_id=1, grants=bool(n)),
    )

    assert sorted(type(end).__name__ for end in ends) == ["NoneType", "NotFoundError"]


@ON_SQLITE
def test_a_refused_request_grants_nothing(house):
    roles.change(house, actor=VERA, username="pat", roles=["administrator"], reason=WHY)

    roles.decide(house, actor=VERA, request_id=1, grants=False)

    assert _roles(house) == set()
    assert roles.waiting(house, actor=OTTO) == ()


@ON_SQLITE
def test_a_new_account_with_administrator_rights_waits_as_well(house):
    accounts.add(house, actor=VERA, username="eve", name="Eve", roles=["manager", "administrator"])

    assert _roles(house, "eve") == {Role.MANAGER}
    assert [each.username for each in roles.waiting(house, actor=OTTO)] == ["eve"]


@ON_SQLITE
def test_nobody_changes_or_closes_their_own_account(house):
    for change in (
        lambda: roles.change(house, actor=VERA, username="vera", roles=["manager"], reason=WHY),
        lambda: accounts.close(house, actor=VERA, username="vera", reason=WHY),
    ):
        with pytest.raises(SeparationOfDutiesError):
            change()


@ON_SQLITE
def test_the_last_administrator_stays(house):
    accounts.close(house, actor=VERA, username="otto", reason=WHY)

    for change in (
        lambda: roles.change(house, actor=SYSTEM, username="vera", roles=["manager"], reason=WHY),
        lambda: accounts.close(house, actor=SYSTEM, username="vera", reason=WHY),
    ):
        with pytest.raises(ConflictError, match="last administrator"):
            change()


def test_closing_ends_sessions_and_keys_and_takes_administrator_rights(house):
    token = _sign_in(house, "otto")
    key = keys.create(house, actor=PAT, name="Website", scopes=["read"], days=9)
    pats = _sign_in(house)

    accounts.close(house, actor=VERA, username="pat", reason=WHY)
    accounts.close(house, actor=VERA, username="otto", reason=WHY)

    assert sessions.actor_of(house, token=token) is sessions.actor_of(house, token=pats) is None
    assert keys.actor_of_key(house, key=key) is None
    accounts.reopen(house, actor=VERA, username="otto")
    assert _roles(house, "otto") == set()
    assert keys.actor_of_key(house, key=key) is None


@ON_SQLITE
@pytest.mark.parametrize(
    "wrong", [{"roles": []}, {"roles": ["wizard"]}, {"roles": ["system"]}, {"reason": " "}]
)
def test_a_change_that_cannot_be_made_is_refused(house, wrong):
    with pytest.raises(InvalidInputError):
        roles.change(
            house,
            **({"actor": VERA, "username": "pat", "roles": ["intake"], "reason": WHY} | wrong),
        )


@ON_SQLITE
def test_the_list_of_people_is_searched_and_paged(house):
    for n in range(3):
        accounts.add(
            house, actor=SYSTEM, username=f"p{n}_".strip("_"), name=f"100% {n}", roles=["intake"]
        )
    accounts.close(house, actor=VERA, username="p0", reason=WHY)

    found, total = accounts.page(house, actor=VERA, search="100% ", limit=2)
    rest, _total = accounts.page(house, actor=VERA, search="100% ", limit=2, offset=2)

    assert [m.actor.username for m in (*found, *rest)] == ["p1", "p2", "p0"]
    assert total == 3
    assert accounts.page(house, actor=VERA, search="_")[1] == 0
    assert [m.is_active for m in rest] == [False]


def test_a_person_sees_and_ends_the_sessions_of_their_own(house):
    this, other = (_sign_in(house) for _ in range(2))
    found = sessions.of_person(house, actor=PAT, token=this)
    far = next(session for session in found if not session.is_this)

    sessions.end(house, actor=PAT, session_id=far.id)

    assert (far.device, far.address, far.method) == ("Chrome on Windows", "10.0.0.1", "password")
    assert sessions.actor_of(house, token=this) == PAT
    assert sessions.actor_of(house, token=other) is None
    with pytest.raises(NotFoundError):
        sessions.end(house, actor=PAT, session_id=far.id)


@ON_SQLITE
def test_all_sessions_but_this_end(house):
    this, *others = (_sign_in(house) for _ in range(4))

    ended = sessions.end_all(house, actor=PAT, token=this)

    assert ended == 3
    assert [sessions.actor_of(house, token=token) for token in (this, *others)] == [
        PAT,
        None,
        None,
        None,
    ]


@ON_SQLITE
def test_sessions_of_others_are_an_administrators_matter(house):
    token = _sign_in(house, "vera")
    (session,) = sessions.of_person(house, actor=VERA)

    for ask in (
        lambda: sessions.of_person(house, actor=PAT, username="vera"),
        lambda: sessions.end(house, actor=PAT, session_id=session.id, username="vera"),
        lambda: sessions.end_all(house, actor=PAT, username="vera"),
    ):
        with pytest.raises(NotAllowedError):
            ask()
    with pytest.raises(NotFoundError):
        sessions.end(house, actor=PAT, session_id=session.id)
    assert sessions.actor_of(house, token=token) == VERA
    assert sessions.end_all(house, actor=OTTO, username="vera") == 1


@ON_SQLITE
def test_a_session_that_is_over_by_itself_is_not_listed(house, clock):
    _sign_in(house)
    clock.advance(minutes=house.policy.accounts.idle_minutes, seconds=1)

    assert sessions.of_person(house, actor=PAT) == ()


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X) Chrome/140 Safari/537 Edg/140", "Edge on macOS"),
        ("<script>alert(1)</script>", "an unknown device"),
        ("", "an unknown device"),
    ],
)
def test_a_device_is_said_in_two_words(agent, device):
    assert device_of(agent) == device


class Scramble(RuleBasedStateMachine):
    """Three administrators and two others try everything: nobody becomes one without two."""

    platform = None
    names = st.sampled_from(["a", "b", "c", "d", "e"])

    @initialize()
    def begin(self):
        self.round = Scramble.round = getattr(Scramble, "round", 0) + 1
        self.yes = {}
        for name in "abcde":
            held = [Role.ADMINISTRATOR] if name in "abc" else [Role.HANDLER]
            accounts.add(
                self.platform, actor=SYSTEM, username=self.full(name), name=name, roles=held
            )
        self.meant = {"a", "b", "c"}

    def full(self, name):
        return f"r{self.round}{name}"

    def actor(self, name):
        with self.platform.database.read() as tx:
            return tx.accounts.get(self.full(name)).actor

    def attempt(self, act):
        try:
            return act()
        except RedressError:
            return None

    @rule(
        who=names,
        whom=names,
        held=st.sets(st.sampled_from(["handler", "administrator"]), min_size=1),
    )
    def change(self, who, whom, held):
        asked = {"username": self.full(whom), "roles": held, "reason": WHY}
        done = self.attempt(lambda: roles.change(self.platform, actor=self.actor(who), **asked))
        if done is None:
            return
        if "administrator" in held and whom not in self.meant:
            self.yes[whom] = who
        if "administrator" not in held:
            self.meant.discard(whom)

    @rule(who=names, grants=st.booleans())
    def decide(self, who, grants):
        with self.platform.database.read() as tx:
            waiting = [
                r for r in tx.role_requests.waiting() if r.username.startswith(f"r{self.round}")
            ]
        for request in waiting[:1]:
            whom = request.username[-1]
            decided = {"request_id": request.id, "grants": grants}
            actor = self.actor(who)
            try:
                roles.decide(self.platform, actor=actor, **decided)
            except RedressError:
                continue
            if grants:
                assert len({who, self.yes[whom], whom}) == 3, "fewer than two others said yes"
                self.meant.add(whom)

    @rule(who=names, whom=names)
    def close(self, who, whom):
        closed = {"username": self.full(whom), "reason": WHY}
        before = self.actor(whom)
        self.attempt(lambda: accounts.close(self.platform, actor=self.actor(who), **closed))
        if Role.ADMINISTRATOR in before.roles - self.actor(whom).roles:
            self.meant.discard(whom)
        self.attempt(lambda: accounts.reopen(self.platform, actor=SYSTEM, username=self.full(whom)))

    @invariant()
    def only_those_are_administrators_whom_two_wanted(self):
        if hasattr(self, "meant"):
            have = {n for n in "abcde" if Role.ADMINISTRATOR in self.actor(n).roles}
            assert have == self.meant


def test_whatever_is_tried_nobody_becomes_administrator_without_two(sqlite_platform):
    Scramble.platform = sqlite_platform
    run_state_machine_as_test(
        Scramble, settings=settings(max_examples=8, stateful_step_count=12, deadline=None)
    )


def test_a_second_yes_that_may_be_the_first_is_noticed(sqlite_platform, monkeypatch):
    """Plant the bug: whoever asked may say yes as well."""

    class Blind(str):
        __slots__ = ()

        def __eq__(self, other):
            return False

        __hash__ = str.__hash__

    kept = RoleRequest
    monkeypatch.setattr(
        "engine.store.role_requests.RoleRequest",
        lambda **facts: kept(**(facts | {"asked_by": Blind(facts["asked_by"])})),
    )
    Scramble.platform = sqlite_platform
    tried = Scramble()
    tried.begin()
    tried.change("a", "d", {"administrator"})

    with pytest.raises(AssertionError, match="fewer than two"):
        tried.decide("a", grants=True)
