"""Discarded mails that were drawn for a second judgement, and what was judged."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from engine.domain.incoming import MailState
from engine.domain.kpi import Period
from engine.domain.second_look import SecondVerdict
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.mail_tables import IncomingMailRow
from engine.store.tables.second_look_tables import SecondLookRow

_LOOK, _MAIL = table_of(SecondLookRow), table_of(IncomingMailRow)
_CAN_BE_READ = (_MAIL.c.state == MailState.DISCARDED.value, _MAIL.c.raw.is_not(None))


class SecondLooks:
    """Keeps what was drawn; none is ever removed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def discarded_in(self, period: Period) -> dict[int, str]:
        """Return the kinds of the mails discarded in a period that were never drawn, by number."""
        drawn = select(_LOOK.c.mail_id)
        query = select(_MAIL.c.id, _MAIL.c.kind).where(
            *_CAN_BE_READ,
            _MAIL.c.settled_at >= period.begin,
            _MAIL.c.settled_at < period.end,
            _MAIL.c.id.not_in(drawn),
        )
        return dict(self._session.execute(query).tuples().all())

    def has_drawn(self, period: Period) -> bool:
        """Tell whether mails of a period were drawn."""
        same = select(_LOOK.c.mail_id).where(_LOOK.c.period_begin == period.begin).limit(1)
        return self._session.execute(same).first() is not None

    def add(
        self, mails: Iterable[int], period: Period, *, seed: str, among: int, at: datetime
    ) -> None:
        """Keep which mails were drawn."""
        told = {"period_begin": period.begin, "seed": seed, "among": among, "drawn_at": at}
        for mail in mails:
            self._session.execute(_LOOK.insert().values(mail_id=mail, **told))

    def waiting(self, username: str) -> tuple[int, ...]:
        """Return the numbers of the mails that somebody can judge, oldest first."""
        query = (
            select(_LOOK.c.mail_id)
            .join(_MAIL, _MAIL.c.id == _LOOK.c.mail_id)
            .where(_LOOK.c.verdict.is_(None), *_CAN_BE_READ, _MAIL.c.settled_by != username)
            .order_by(_LOOK.c.mail_id)
        )
        return tuple(self._session.execute(query).scalars())

    def judge(self, mail: int, verdict: SecondVerdict, *, by: str, at: datetime) -> bool:
        """Keep a judgement; tell whether the mail was drawn and not judged before."""
        one = (_LOOK.c.mail_id == mail, _LOOK.c.verdict.is_(None))
        told = {"verdict": verdict, "judged_by": by, "judged_at": at}
        return bool(self._session.execute(_LOOK.update().where(*one).values(**told)).rowcount)

    def put_back(self, mail: int) -> None:
        """Let a discarded mail wait for somebody again."""
        again = {"state": MailState.QUARANTINED.value, "settled_at": None, "settled_by": ""}
        self._session.execute(_MAIL.update().where(_MAIL.c.id == mail).values(**again))

    def judged_in(self, period: Period) -> tuple[int, int]:
        """Return how many were judged in a period, and how many of these were complaints."""
        found = func.count().filter(_LOOK.c.verdict == SecondVerdict.COMPLAINT)
        query = select(func.count(), found).where(
            _LOOK.c.judged_at >= period.begin, _LOOK.c.judged_at < period.end
        )
        judged, complaints = self._session.execute(query).tuples().one()
        return judged, complaints

    def counts(self, since: datetime) -> tuple[int, int, int]:
        """Return how many were drawn since a moment, judged of these, and complaints of those."""
        found = func.count().filter(_LOOK.c.verdict == SecondVerdict.COMPLAINT)
        query = select(func.count(), func.count(_LOOK.c.verdict), found).where(
            _LOOK.c.drawn_at >= since
        )
        drawn, judged, complaints = self._session.execute(query).tuples().one()
        return drawn, judged, complaints
