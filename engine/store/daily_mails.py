"""Who wants a mail each working day, in the database."""

from datetime import date

from sqlalchemy import bindparam, delete, insert, or_, select, update

from engine.domain.daily_mail import Wish
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.identity_tables import DailyMailRow
from engine.store.tables.platform_tables import AccountRow

_WISH, _ACCOUNT = table_of(DailyMailRow), table_of(AccountRow)
_OF = select(_WISH).where(_WISH.c.username == bindparam("of"))


class DailyMails:
    """Keeps who wants the mail, and who has had it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, username: str) -> Wish | None:
        """Return what somebody wants; None for nothing."""
        row = self._session.execute(_OF, {"of": username}).first()
        return Wish(row.username, row.address, row.told_on) if row else None

    def keep(self, username: str, address: str) -> None:
        """Send it to this address from now on; a mail of today is not sent again."""
        moved = update(_WISH).where(_WISH.c.username == username).values(address=address)
        if not self._session.execute(moved).rowcount:
            self._session.execute(insert(_WISH).values(username=username, address=address))

    def forget(self, username: str) -> bool:
        """Send it no more; return whether it was wanted."""
        gone = delete(_WISH).where(_WISH.c.username == username)
        return bool(self._session.execute(gone).rowcount)

    def due(self, day: date) -> tuple[Wish, ...]:
        """Return the wishes of open accounts for which this day is not settled, by user name."""
        statement = (
            select(_WISH)
            .join_from(_WISH, _ACCOUNT, _ACCOUNT.c.username == _WISH.c.username)
            .where(_ACCOUNT.c.is_active, or_(_WISH.c.told_on.is_(None), _WISH.c.told_on < day))
            .order_by(_WISH.c.username)
        )
        rows = self._session.execute(statement)
        return tuple(Wish(row.username, row.address, row.told_on) for row in rows)

    def settle(self, username: str, day: date) -> bool:
        """Say that a day is settled for somebody; return whether it was not before."""
        statement = (
            update(_WISH)
            .where(_WISH.c.username == username)
            .where(or_(_WISH.c.told_on.is_(None), _WISH.c.told_on < day))
            .values(told_on=day)
        )
        return bool(self._session.execute(statement).rowcount)
