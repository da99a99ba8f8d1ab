"""Who stands in for whom, and the limits of what somebody may agree to."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, and_, bindparam, select

from engine.domain.standing_in import Delegation, Limit
from engine.store.accounts import Account, to_account
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.platform_tables import AccountRow
from engine.store.tables.reach_tables import DelegationRow, LimitRow

_DELEGATION, _LIMIT, _ACCOUNT = (table_of(row) for row in (DelegationRow, LimitRow, AccountRow))
IS_LIVE = and_(
    _DELEGATION.c.from_at <= bindparam("now"),
    _DELEGATION.c.until_at > bindparam("now"),
    _DELEGATION.c.ended_at.is_(None),
)
_ABSENT = (
    select(_ACCOUNT)
    .join_from(_DELEGATION, _ACCOUNT, _ACCOUNT.c.username == _DELEGATION.c.absent)
    .where(
        _DELEGATION.c.delegate == bindparam("who"),
        IS_LIVE,
        _ACCOUNT.c.is_active.is_(True),
    )
    .order_by(_ACCOUNT.c.username)
)
_DEPUTIES = (
    select(_ACCOUNT)
    .join_from(_DELEGATION, _ACCOUNT, _ACCOUNT.c.username == _DELEGATION.c.delegate)
    .where(
        _DELEGATION.c.absent == bindparam("who"),
        IS_LIVE,
        _ACCOUNT.c.is_active.is_(True),
    )
    .order_by(_DELEGATION.c.id)
)
_IN_FORCE = (
    select(_LIMIT.c.holder, _LIMIT.c.amount_minor)
    .where(_LIMIT.c.is_confirmed.is_(True))
    .order_by(_LIMIT.c.decided_at, _LIMIT.c.id)
)


class Delegations:
    """Keeps delegations; a past one stays as a record."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def absent_for(self, delegate: str, now: datetime) -> tuple[Account, ...]:
        """Return the accounts for which somebody stands in now, by user name."""
        rows = self._session.execute(_ABSENT, {"who": delegate, "now": now})
        return tuple({row.username: to_account(row) for row in rows}.values())

    def deputies_of(self, absent: str, now: datetime) -> tuple[Account, ...]:
        """Return the accounts that stand in for somebody now, in the order of the delegations."""
        rows = self._session.execute(_DEPUTIES, {"who": absent, "now": now})
        return tuple({row.username: to_account(row) for row in rows}.values())

    def add(self, made: Delegation, *, at: datetime) -> int:
        """Keep a delegation and return its number."""
        new = _DELEGATION.insert().values(
            absent=made.absent,
            delegate=made.delegate,
            from_at=made.from_at,
            until_at=made.until_at,
            reason=made.reason,
            made_by=made.made_by,
            made_at=at,
            ended_by="",
        )
        number: int = self._session.execute(new.returning(_DELEGATION.c.id)).scalar_one()
        return number

    def end(self, delegation_id: int, *, by: str, at: datetime) -> bool:
        """End a delegation early; tell whether it had not ended before."""
        one = (_DELEGATION.c.id == delegation_id, _DELEGATION.c.ended_at.is_(None))
        done = self._session.execute(
            _DELEGATION.update().where(*one).values(ended_by=by, ended_at=at)
        )
        return bool(done.rowcount)

    def get(self, delegation_id: int) -> Delegation | None:
        """Return one delegation."""
        query = select(_DELEGATION).where(_DELEGATION.c.id == delegation_id)
        row = self._session.execute(query).first()
        return _to_delegation(row) if row else None

    def since(self, moment: datetime) -> tuple[Delegation, ...]:
        """Return the delegations that had not ended at a moment, the next first."""
        query = select(_DELEGATION).where(
            _DELEGATION.c.until_at > moment, _DELEGATION.c.ended_at.is_(None)
        )
        rows = self._session.execute(query.order_by(_DELEGATION.c.from_at, _DELEGATION.c.id))
        return tuple(_to_delegation(row) for row in rows)


class Limits:
    """Keeps limits; each change is a row of its own, and the last confirmed one counts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def in_force(self) -> dict[str, Decimal | None]:
        """Return how much each holder may agree to; None where a limit was taken away."""
        rows = self._session.execute(_IN_FORCE)
        return {row.holder: _major(row.amount_minor) for row in rows}

    def all(self) -> tuple[Limit, ...]:
        """Return every limit that was ever proposed, the latest first."""
        rows = self._session.execute(select(_LIMIT).order_by(_LIMIT.c.id.desc()))
        return tuple(_to_limit(row) for row in rows)

    def get(self, limit_id: int) -> Limit | None:
        """Return one limit, and keep others from deciding it meanwhile."""
        query = select(_LIMIT).where(_LIMIT.c.id == limit_id).with_for_update()
        row = self._session.execute(query).first()
        return _to_limit(row) if row else None

    def waiting(self) -> Iterable[Limit]:
        """Return the limits that wait for a second person."""
        return (limit for limit in self.all() if not limit.decided_by)

    def propose(self, limit: Limit) -> None:
        """Keep a limit that waits for a second person."""
        amount = None if limit.amount is None else int(limit.amount * 100)
        self._session.execute(
            _LIMIT.insert().values(
                holder=limit.holder,
                amount_minor=amount,
                currency=limit.currency,
                reason=limit.reason,
                proposed_by=limit.proposed_by,
                proposed_at=limit.proposed_at,
                decided_by="",
                is_confirmed=False,
            )
        )

    def decide(self, limit_id: int, *, by: str, at: datetime, is_confirmed: bool) -> None:
        """Keep what the second person says."""
        said = {"decided_by": by, "decided_at": at, "is_confirmed": is_confirmed}
        self._session.execute(_LIMIT.update().where(_LIMIT.c.id == limit_id).values(**said))


def _to_delegation(row: Row[Any]) -> Delegation:
    return Delegation(
        id=row.id,
        absent=row.absent,
        delegate=row.delegate,
        from_at=row.from_at,
        until_at=row.until_at,
        reason=row.reason,
        made_by=row.made_by,
        ended_at=row.ended_at,
    )


def _to_limit(row: Row[Any]) -> Limit:
    return Limit(
        id=row.id,
        holder=row.holder,
        amount=_major(row.amount_minor),
        currency=row.currency,
        reason=row.reason,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by,
        is_confirmed=row.is_confirmed,
    )


def _major(minor: int | None) -> Decimal | None:
    return None if minor is None else Decimal(minor) / 100
