"""Programs that call the programming interface, one for each role, without a network."""

import warnings
from collections.abc import Iterable
from typing import Any

from config.policy import InterfacePolicy
from engine.bootstrap import Platform
from engine.domain.actor import Actor, Role
from engine.domain.api_key import KeyHolder, Scope, within
from ui.api.app import PREFIX, create_api
from ui.api.guard import Guard
from ui.identity import AccountSessions, RecentSessions
from ui.seal import FormSeal

with warnings.catch_warnings():
    # It asks for a successor of httpx that nothing else here needs.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

UNHURRIED = InterfacePolicy(requests_per_minute=10**6, burst=10**6, wrong_keys_per_minute=10**6)
PEOPLE = tuple(role for role in Role if role is not Role.SYSTEM)


class KeysOfRoles:
    """A key ring with one key for each role, which reaches as far as a key can."""

    def __init__(self) -> None:
        self.holders = {key_of(role): self._holder(role) for role in PEOPLE}

    @staticmethod
    def _holder(role: Role) -> KeyHolder:
        actor = Actor(
            username=role.value.replace("_", "-"),
            name=role.title,
            roles=frozenset({role}),
            within=within(Scope),
        )
        return KeyHolder(actor, PEOPLE.index(role), tuple(Scope))

    def actor_of_key(self, key: str) -> KeyHolder | None:
        return self.holders.get(key)


def key_of(role: Role) -> str:
    return f"rk_{role.value}"


class Interface:
    """The interface of one platform, and what calls it."""

    def __init__(self, platform: Platform, policy: InterfacePolicy = UNHURRIED) -> None:
        self.platform = platform
        self.keys = KeysOfRoles()
        self.seal = FormSeal()
        self.sessions = RecentSessions(AccountSessions(platform))
        self.now = 0.0
        self.app = create_api(platform)
        self.guarded = Guard(
            self.app,
            sessions=self.sessions,
            keys=self.keys,
            seal=self.seal,
            policy=policy,
            clock=lambda: self.now,
        )
        self.client = TestClient(self.guarded, follow_redirects=False)

    def ask(self, method: str, path: str, *, by: Role | None, **given: Any) -> Any:
        """Ask for something under the prefix of the interface, with the key of a role."""
        headers = dict(given.pop("headers", {}))
        if by is not None:
            headers["authorization"] = f"Bearer {key_of(by)}"
        return self.client.request(method, f"{PREFIX}{path}", headers=headers, **given)

    def hire(self, people: Iterable[Actor]) -> None:
        """Give people their accounts; no password fits."""

        def work(tx: Any) -> None:
            for person in people:
                tx.accounts.add(person, password_hash="", at=self.platform.now())

        self.platform.database.write(work)
