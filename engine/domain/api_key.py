"""API keys: how a program acts for a person, and how far it may go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.domain.actor import Actor, Deed


class Scope(StrEnum):
    """What an API key is good for; its owner's roles bound it further."""

    READ = "read"
    LODGE = "lodge"
    WORK = "work"
    OPERATE = "operate"
    MEASURE = "measure"

    @property
    def title(self) -> str:  # type: ignore[override] # a reader's word, not str.title
        """Return what the scope permits, as a person reads it."""
        return _TITLES[self]


_TITLES = {
    Scope.READ: "read complaints and incidents",
    Scope.LODGE: "record complaints",
    Scope.WORK: "work on complaints",
    Scope.OPERATE: "lead complaints and send them messages",
    Scope.MEASURE: "read the figures",
}

REACHES: dict[Scope, frozenset[Deed]] = {
    Scope.READ: frozenset(
        {
            Deed.READ,
            Deed.SEE_ORIGINAL,
            Deed.SEE_PROCESS,
            Deed.SEE_INCIDENTS,
            Deed.SEE_REMEDIES,
        }
    ),
    Scope.LODGE: frozenset({Deed.LODGE, Deed.IMPORT}),
    Scope.WORK: frozenset(
        {
            Deed.READ,
            Deed.WORK,
            Deed.REASSIGN,
            Deed.ESCALATE,
            Deed.WITHDRAW,
            Deed.NOTE,
            Deed.STATE_ISSUES,
            Deed.REPRESENT,
            Deed.CHECK_AUTHORITY,
            Deed.FIND,
            Deed.PROPOSE_REMEDY,
            Deed.CARRY_OUT_REMEDY,
            Deed.VERIFY_REMEDY,
            Deed.ANSWER,
            Deed.TELL,
            Deed.WRITE,
            Deed.POST,
            Deed.ASK,
            Deed.RESPOND,
            Deed.FILE,
            Deed.LINK,
            Deed.MERGE,
            Deed.REFER,
            Deed.SPLIT,
            Deed.SEE_ORIGINAL,
            Deed.WITHDRAW_DOCUMENT,
            Deed.RELEASE_FILE,
        }
    ),
    Scope.OPERATE: frozenset(
        {
            Deed.READ,
            Deed.OPERATE,
            Deed.POSTPONE,
            Deed.ASK_EXTENSION,
            Deed.EXTEND,
            Deed.SEND_MESSAGE,
            Deed.SEE_INCIDENTS,
            Deed.RESOLVE,
        }
    ),
    Scope.MEASURE: frozenset({Deed.MEASURE}),
}
"""By scope: its deeds. Accounts, keys, the journal and processes are for people, never for keys."""


def within(scopes: Iterable[Scope]) -> frozenset[Deed]:
    """Return everything that a key with these scopes may do."""
    return frozenset().union(*(REACHES[scope] for scope in scopes))


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key without what is secret about it.

    Attributes:
        id: Number of the key.
        hint: Its first characters, by which its owner knows it.
        expires_at: From then on it opens nothing.
        last_used_at: None while it was never used; at most a minute behind.
        revoked_at: None while nobody has ended it.
    """

    id: int
    owner: str
    name: str
    hint: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    def is_live(self, now: datetime) -> bool:
        """Tell whether it still opens something."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Who comes with an API key.

    Attributes:
        actor: The owner, bounded by what the key is good for.
        key_id: Number of the key, for limits and logs.
    """

    actor: Actor
    key_id: int
    scopes: tuple[Scope, ...]
