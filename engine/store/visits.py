"""Browsers that are signed in."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update
from sqlmodel import col

from engine.domain.account import SignedIn
from engine.store.accounts import Account, to_account
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.platform_tables import AccountRow, SessionRow

_ID = 16
"""Characters of the hash by which a session is named; they open nothing."""


@dataclass(frozen=True, slots=True)
class Provided:
    """What a provider said of a session that began at it.

    Attributes:
        outside_id: What the provider calls its own session; empty where it does not say.
        proof: The identity token, sealed, as hexadecimal digits; None once the session is over.
    """

    issuer: str
    subject: str
    outside_id: str = ""
    proof: str | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser that is signed in."""

    account: Account
    created_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None


_ACCOUNT, _VISITS = table_of(AccountRow), table_of(SessionRow)
_VISIT = (
    select(
        _ACCOUNT, _VISITS.c.created_at.label("began_at"), _VISITS.c.last_seen_at, _VISITS.c.ended_at
    )
    .join_from(_VISITS, _ACCOUNT, _ACCOUNT.c.username == _VISITS.c.username)
    .where(_VISITS.c.token_hash == bindparam("of"))
)
_OPEN = (
    select(_VISITS)
    .where(
        _VISITS.c.username == bindparam("of"),
        _VISITS.c.ended_at.is_(None),
        _VISITS.c.last_seen_at >= bindparam("seen_since"),
        _VISITS.c.created_at >= bindparam("begun_since"),
    )
    .order_by(_VISITS.c.last_seen_at.desc())
)
_PROVIDED = select(_VISITS).where(
    _VISITS.c.token_hash == bindparam("of"), _VISITS.c.ended_at.is_(None), _VISITS.c.issuer != ""
)


class Visits:
    """Opens, finds and ends sessions of browsers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open(  # one argument for each column
        self,
        token_hash: str,
        *,
        username: str,
        at: datetime,
        device: str = "",
        address: str = "",
        method: str = "",
        provided: Provided | None = None,
    ) -> None:
        """Remember a browser that has signed in."""
        known = provided or Provided("", "")
        self._session.execute(
            insert(SessionRow).values(
                token_hash=token_hash,
                username=username,
                created_at=at,
                last_seen_at=at,
                device=device,
                address=address,
                method=method,
                issuer=known.issuer,
                subject=known.subject,
                outside_id=known.outside_id,
                proof=known.proof,
            )
        )

    def get(self, token_hash: str) -> Visit | None:
        """Return a session with its account, live or not."""
        row = self._session.execute(_VISIT, {"of": token_hash}).first()
        if row is None:
            return None
        return Visit(to_account(row), row.began_at, row.last_seen_at, row.ended_at)

    def of(
        self, username: str, *, seen_since: datetime, begun_since: datetime, this: str = ""
    ) -> tuple[SignedIn, ...]:
        """Return the live sessions of a person, the one used last first.

        Args:
            username: Whose.
            seen_since: Those not used since then are over.
            begun_since: Those begun before then are over.
            this: Hash of the token of whoever asks.
        """
        given = {"of": username, "seen_since": seen_since, "begun_since": begun_since}
        return tuple(_to_signed_in(row, this) for row in self._session.execute(_OPEN, given))

    def live(
        self, hashes: Collection[str], *, seen_since: datetime, begun_since: datetime
    ) -> frozenset[str]:
        """Return which of some sessions are live, of accounts that are open."""
        query = (
            select(_VISITS.c.token_hash)
            .join_from(_VISITS, _ACCOUNT, _ACCOUNT.c.username == _VISITS.c.username)
            .where(
                _VISITS.c.token_hash.in_(hashes),
                _VISITS.c.ended_at.is_(None),
                _VISITS.c.last_seen_at >= seen_since,
                _VISITS.c.created_at >= begun_since,
                _ACCOUNT.c.is_active,
            )
        )
        return frozenset(self._session.execute(query).scalars())

    def touch(self, token_hash: str, at: datetime) -> None:
        """Note that a session was used."""
        self._session.execute(
            update(SessionRow)
            .where(col(SessionRow.token_hash) == token_hash)
            .values(last_seen_at=at)
        )

    def end(self, token_hash: str, at: datetime) -> None:
        """End a session for good."""
        self._end(at, col(SessionRow.token_hash) == token_hash)

    def end_one(self, username: str, session_id: str, at: datetime) -> bool:
        """End a session of a person by its name; tell whether there was one."""
        named = func.substr(col(SessionRow.token_hash), 1, _ID) == session_id
        return self._end(at, col(SessionRow.username) == username, named) > 0

    def end_all(self, username: str, at: datetime, *, but: str = "") -> int:
        """End every session of a person but one, and return how many.

        Args:
            username: Whose.
            at: When.
            but: Hash of the token of the session that stays.
        """
        stays = col(SessionRow.token_hash) != but
        return self._end(at, col(SessionRow.username) == username, stays)

    def provided(self, token_hash: str) -> Provided | None:
        """Return what a provider said of a live session; None for any other."""
        row = self._session.execute(_PROVIDED, {"of": token_hash}).first()
        return Provided(row.issuer, row.subject, row.outside_id, row.proof) if row else None

    def forget_proofs(self, begun_before: datetime) -> None:
        """Forget what proves who came in, in sessions that nobody can go on with."""
        self._session.execute(
            update(SessionRow)
            .where(col(SessionRow.proof).is_not(None), col(SessionRow.created_at) < begun_before)
            .values(proof=None)
        )

    def end_provided(
        self, issuer: str, *, subject: str, outside_id: str, at: datetime, but: str = ""
    ) -> Mapping[str, int]:
        """End the sessions that began at a provider; return how many of each person.

        Args:
            issuer: Of the provider.
            subject: Whose; empty where only the session is known.
            outside_id: Of its own session; empty for every one of the subject. A session of the
                subject whose name the provider never told ends as well: it may be the one.
            at: When.
            but: Hash of the token of the session that stays.
        """
        which = [col(SessionRow.issuer) == issuer, col(SessionRow.token_hash) != but]
        if subject:
            which.append(col(SessionRow.subject) == subject)
        if outside_id:
            names = ("", outside_id) if subject else (outside_id,)
            which.append(col(SessionRow.outside_id).in_(names))
        ended = self._session.execute(
            update(SessionRow)
            .where(col(SessionRow.ended_at).is_(None), *which)
            .values(ended_at=at, proof=None)
            .returning(col(SessionRow.username))
        )
        return Counter(ended.scalars())

    def _end(self, at: datetime, *which: Any) -> int:  # noqa: ANN401 - conditions
        ended = self._session.execute(
            update(SessionRow)
            .where(col(SessionRow.ended_at).is_(None), *which)
            .values(ended_at=at, proof=None)
        )
        n: int = ended.rowcount
        return n


def proof_purpose(token_hash: str) -> str:
    """Return for what the identity token of a session is sealed."""
    return f"session:{token_hash}:proof"


def _to_signed_in(row: Row[Any], this: str) -> SignedIn:
    return SignedIn(
        id=row.token_hash[:_ID],
        username=row.username,
        device=row.device,
        address=row.address,
        method=row.method,
        since=row.created_at,
        last_seen_at=row.last_seen_at,
        is_this=row.token_hash == this,
    )
