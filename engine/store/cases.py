"""Complaint cases and the messages they wait for."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, bindparam, func, insert, select
from sqlalchemy import case as when
from sqlmodel import col

from engine.domain.case import Case
from engine.domain.complaint import Complexity, Outcome, Safety, Severity
from engine.domain.regime import Regime
from engine.errors import CommandReusedError, ConflictError, NotFoundError
from engine.store.complaint_fields import facts_of, to_complaint
from engine.store.incidents import is_left_alone
from engine.store.prepared import table_of
from engine.store.sealing import Seals
from engine.store.session import Session
from engine.store.tables.case_tables import CaseRow, SubscriptionRow
from engine.store.tables.platform_tables import CounterRow, ReceiptRow
from engine.store.tables.privacy_tables import SubjectRow
from engine.store.words import Words

_CASE, _SUBJECT, _SUBSCRIPTION, _COUNTER, _RECEIPT = (
    table_of(row) for row in (CaseRow, SubjectRow, SubscriptionRow, CounterRow, ReceiptRow)
)
_COUNT_ON = (
    _COUNTER.update()
    .where(_COUNTER.c.name == bindparam("of"))
    .values(last=_COUNTER.c.last + 1)
    .returning(_COUNTER.c.last)
)
_ADD = _CASE.insert().returning(_CASE.c.id)
_WITH_KEY = select(_CASE, _SUBJECT.c.sealed_key).join(_SUBJECT, _SUBJECT.c.id == _CASE.c.subject_id)
_BY_REFERENCE = _WITH_KEY.where(_CASE.c.reference == bindparam("of"))
_BY_ID = _WITH_KEY.where(_CASE.c.id == bindparam("of"))
# Others may still add rows that refer to a taken case, such as a draft.
TAKE_BY_REFERENCE = _BY_REFERENCE.with_for_update(key_share=True, of=_CASE)
TAKE_BY_ID = _BY_ID.with_for_update(key_share=True, of=_CASE)
_REPLACE = (
    _CASE.update()
    .where(_CASE.c.id == bindparam("of"))
    .values(rev=when((_CASE.c.rev == bindparam("of_rev"), _CASE.c.rev + 1)))
)
_GO_ON = (
    _CASE.update()
    .where(_CASE.c.id == bindparam("of"))
    .values(journal_seq=bindparam("to_seq"), journal_head=bindparam("to_head"))
)
_OTHER = _SUBJECT.alias()
# Somebody who complained once is found by the new address, unless that is somebody else's.
_MARK = (
    _SUBJECT.update()
    .where(
        _SUBJECT.c.id == bindparam("of"),
        ~select(_OTHER.c.id).where(_OTHER.c.email_mark == bindparam("mark")).exists(),
        select(func.count()).where(_CASE.c.subject_id == bindparam("of")).scalar_subquery() == 1,
    )
    .values(email_mark=bindparam("mark"))
)
_OF_SOURCE = select(_CASE.c.id).where(
    _CASE.c.source == bindparam("of"),
    _CASE.c.source_id.in_([bindparam("of_id"), bindparam("of_mark")]),
    _CASE.c.source != "",
)
_DUE = (
    select(_CASE.c.id)
    .where(
        _CASE.c.next_due.is_not(None),
        _CASE.c.next_due <= bindparam("now"),
        ~is_left_alone(_CASE.c.id),
    )
    .order_by(_CASE.c.next_due)
    .limit(bindparam("most"))
)
RECEIPT = select(_RECEIPT.c.fingerprint, _RECEIPT.c.case_id).where(
    _RECEIPT.c.command_id == bindparam("of")
)
_KEEP_RECEIPT = _RECEIPT.insert()
AWAITED = select(_SUBSCRIPTION.c.message, _SUBSCRIPTION.c.element, _SUBSCRIPTION.c.token)
_AWAITED_BY = AWAITED.where(_SUBSCRIPTION.c.case_id == bindparam("of"))
_SUBSCRIBE = _SUBSCRIPTION.insert()
_UNSUBSCRIBE = _SUBSCRIPTION.delete().where(
    _SUBSCRIPTION.c.case_id == bindparam("of"), _SUBSCRIPTION.c.token == bindparam("of_token")
)


class Awaited(NamedTuple):
    """A message that a case waits for at an element."""

    message: str
    element: str
    token: str


class Cases:
    """Adds, finds and replaces cases."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def next_number(self, name: str) -> int:
        """Return the next number under a name: 1, 2, 3 … without a gap."""
        changed: int | None = self._session.execute(_COUNT_ON, {"of": name}).scalar_one_or_none()
        if changed is not None:
            return changed
        # Who begins the same series at the same moment collides, is run again, and counts on.
        self._session.execute(insert(CounterRow).values(name=name, last=1))
        return 1

    def add(self, case: Case, *, currency: str, kin: Case | None = None) -> Case:
        """Add a new case and return it with its number, and whose it is.

        Args:
            case: With everything but its number.
            currency: Of its amounts.
            kin: A case of the same person; None where only the address tells who that is.

        Raises:
            ConflictError: A case from the same source with the same id exists.
        """
        source, source_id = case.complaint.source, case.complaint.source_id
        # Who adds the same record at the same moment collides, is run again, and finds this one.
        if source and self.has_source(source, source_id):
            raise ConflictError(f"The complaint {source} {source_id} exists.")
        new = {"currency": currency, "reference": case.reference, "rev": case.rev}
        new |= {"regimes": [r.model_dump() for r in case.regimes], "calendar": case.calendar}
        seals, email = self._session.seals, case.complaint.email
        subject_id, seal = (
            (kin.subject, seals.of(kin.id))
            if kin is not None
            else seals.subject_for(email, at=case.recorded_at)
        )
        values = facts_of(case, seal) | _standing(case) | new | {"subject_id": subject_id}
        case_id: int = self._session.execute(_ADD, values).scalar_one()
        self._session.seals.remember(case_id, seal)
        kept = case.model_copy(update={"id": case_id, "subject": subject_id})
        Words(self._session).keep(kept)
        return kept

    def get(self, reference: str) -> Case:
        """Return one case.

        Raises:
            NotFoundError: No case has this reference.
        """
        return self._named(reference, _BY_REFERENCE)

    def take(self, reference: str) -> Case:
        """Return one case and keep other writers away from it until the transaction ends.

        SQLite has one writer at a time anyway. PostgreSQL would let two work on the same case
        until one of them fails on the first row that both add.

        Raises:
            NotFoundError: No case has this reference.
        """
        return self._named(reference, TAKE_BY_REFERENCE)

    def get_by_id(self, case_id: int) -> Case:
        """Return one case.

        Raises:
            NotFoundError: No case has this id.
        """
        return self._numbered(case_id, _BY_ID)

    def take_by_id(self, case_id: int) -> Case:
        """Return one case and keep other writers away from it until the transaction ends.

        Raises:
            NotFoundError: No case has this id.
        """
        return self._numbered(case_id, TAKE_BY_ID)

    def _named(self, reference: str, row_of: Select[Any]) -> Case:
        row = self._session.execute(row_of, {"of": reference}).first()
        if row is None:
            raise NotFoundError("complaint", reference)
        return to_case(row, self._session.seals)

    def _numbered(self, case_id: int, row_of: Select[Any]) -> Case:
        row = self._session.execute(row_of, {"of": case_id}).first()
        if row is None:
            raise NotFoundError("complaint number", str(case_id))
        return to_case(row, self._session.seals)

    def replace(self, case: Case, *, before: Case) -> None:
        """Store a case that was taken in this transaction and changed.

        Where it was only read, and somebody stored a later revision meanwhile, the transaction is
        run again: the database refuses a case without a revision.

        Args:
            case: As it is now.
            before: As it was taken.
        """
        values = _standing(case) | {"of": case.id, "of_rev": case.rev}
        if case.complaint is not before.complaint:
            values |= facts_of(case, self._session.seals.of(case.id))
        self._session.post(_REPLACE, values)

    def readdress(self, case: Case, *, before: Case) -> None:
        """Find a case by the address that its complainant has now; ``replace`` stores it.

        Args:
            case: As it is now.
            before: As it was taken.
        """
        if before.is_open:
            Words(self._session).keep(case)
        email = case.complaint.email
        if email and email != before.complaint.email and case.subject is not None:
            mark = self._session.seals.vault.email_mark(email)
            self._session.execute(_MARK, {"of": case.subject, "mark": mark})

    def go_on(self, case_id: int, *, seq: int, head: str) -> None:
        """Note the end of the chain of a case that this transaction has taken, and nothing else.

        Its revision stays: who looks at a case does not change it for anybody.
        """
        self._session.post(_GO_ON, {"of": case_id, "to_seq": seq, "to_head": head})

    def has_source(self, source: str, source_id: str) -> bool:
        """Tell whether a record was imported before."""
        of = {"of": source, "of_id": source_id, "of_mark": self.source_mark(source, source_id)}
        return self._session.execute(_OF_SOURCE, of).first() is not None

    def source_mark(self, source: str, source_id: str) -> str:
        """Return what stands for the key of an imported record once its complaint is erased."""
        vault = self._session.seals.vault
        return f"erased-{vault.mark_of('source', f'{source} {source_id}')[:22]}"

    def due_timers(self, now: datetime, limit: int, *, tries: int) -> list[int]:
        """Return ids of cases whose diagram waits for a moment that has come; earliest first.

        Args:
            now: The present.
            limit: Most cases to return.
            tries: Cases that failed so often, or failed at this very moment, are left out.
        """
        given = {"now": now, "most": limit, "tries": tries}
        return list(self._session.execute(_DUE, given).scalars())

    def references(self) -> Iterable[str]:
        """Return every reference, in order of receipt of the record."""
        query = select(col(CaseRow.reference)).order_by(col(CaseRow.id))
        yield from self._session.execute(query).scalars()

    def subscribe(
        self, case_id: int, wanted: Iterable[Awaited], *, before: Collection[Awaited]
    ) -> frozenset[str]:
        """Replace the messages a case waits for; return those for which it begins to wait.

        Args:
            case_id: The case.
            wanted: What it waits for now.
            before: What it waited for when it was taken.
        """
        old, new = set(before), set(wanted)
        for awaited in old - new:
            self._session.post(_UNSUBSCRIBE, {"of": case_id, "of_token": awaited.token})
        for awaited in sorted(new - old):
            self._session.post(_SUBSCRIBE, {"case_id": case_id, **awaited._asdict()})
        return frozenset(awaited.message for awaited in new - old)

    def awaited_at(self, case_id: int) -> tuple[str, ...]:
        """Return the elements of the diagram at which a case waits for a message, by name."""
        found = select(col(SubscriptionRow.element)).where(col(SubscriptionRow.case_id) == case_id)
        return tuple(sorted(set(self._session.execute(found).scalars())))

    def awaits(self, case_id: int) -> frozenset[str]:
        """Return the messages that a case waits for."""
        return frozenset(awaited.message for awaited in self.awaited(case_id))

    def awaited(self, case_id: int) -> frozenset[Awaited]:
        """Return the messages that a case waits for, and where."""
        rows = self._session.execute(_AWAITED_BY, {"of": case_id})
        return frozenset(Awaited(*row) for row in rows)

    def receipt(self, command_id: str, *, fingerprint: str) -> int | None:
        """Return the case a command was carried out on, or None if it never was.

        Raises:
            CommandReusedError: The same id came with another content.
        """
        row = self._session.execute(RECEIPT, {"of": command_id}).first()
        return row.case_id if is_carried_out(row, fingerprint) else None

    def is_carried_out(self, command_id: str, *, fingerprint: str) -> bool:
        """Tell whether a command was carried out, on a case or not.

        Raises:
            CommandReusedError: The same id came with another content.
        """
        row = self._session.execute(RECEIPT, {"of": command_id}).first()
        return is_carried_out(row, fingerprint)

    def keep_receipt(
        self, command_id: str, *, fingerprint: str, case_id: int | None, at: datetime
    ) -> None:
        """Remember that a command was carried out; twice at once, one is run again and finds it."""
        receipt = {"command_id": command_id, "case_id": case_id, "fingerprint": fingerprint}
        self._session.post(_KEEP_RECEIPT, receipt | {"at": at})


def is_carried_out(receipt: Row[Any] | None, fingerprint: str) -> bool:
    """Tell whether a receipt is for the same command.

    Raises:
        CommandReusedError: The same id came with another content.
    """
    if receipt is not None and receipt.fingerprint != fingerprint:
        raise CommandReusedError("This command id was used for something else.")
    return receipt is not None


def _standing(case: Case) -> dict[str, Any]:
    """Return where a case stands."""
    received, closed = case.complaint.received_at, case.closed_at
    return {
        "recorded_at": case.recorded_at,
        "severity": int(case.severity),
        "safety": case.safety.value,
        "complexity": case.complexity.value,
        "priority": case.priority,
        "route": case.route,
        "owner": case.owner,
        "outcome": case.outcome.value if case.outcome else None,
        "acknowledged_at": case.acknowledged_at,
        "decided_at": case.decided_at,
        "closed_at": closed,
        "seconds_to_close": (max(0, int((closed - received).total_seconds())) if closed else None),
        "reopened": case.reopened,
        "process": case.process,
        "state": case.state,
        "next_due": case.next_due,
        "journal_seq": case.journal_seq,
        "journal_head": case.journal_head,
        "suspended_at": case.suspended_at,
        "decisions": [[at.isoformat(), outcome] for at, outcome in case.decisions],
        "rests": [[at.isoformat() for at in rest] for rest in case.rests],
        "erased_at": case.erased_at,
        "team": case.team,
        "restricted_at": case.restricted_at,
        "circle": case.circle,
        "keeps_out": case.keeps_out,
    }


def to_case(row: Row[Any], seals: Seals) -> Case:
    """Build a case from its row; the row was checked when it was stored."""
    return Case.model_construct(
        id=row.id,
        reference=row.reference,
        complaint=to_complaint(row, seals.noted(row)),
        recorded_at=row.recorded_at,
        severity=Severity(row.severity),
        safety=Safety(row.safety),
        complexity=Complexity(row.complexity),
        priority=row.priority,
        route=row.route,
        owner=row.owner,
        outcome=Outcome(row.outcome) if row.outcome else None,
        acknowledged_at=row.acknowledged_at,
        decided_at=row.decided_at,
        closed_at=row.closed_at,
        reopened=row.reopened,
        process=row.process,
        state=bytes(row.state),
        rev=row.rev,
        next_due=row.next_due,
        journal_seq=row.journal_seq,
        journal_head=row.journal_head,
        suspended_at=row.suspended_at,
        decisions=tuple((_at(at), outcome) for at, outcome in row.decisions),
        rests=tuple((_at(since), _at(until)) for since, until in row.rests),
        subject=row.subject_id,
        erased_at=row.erased_at,
        **_reach(row),
    )


_at = datetime.fromisoformat


def _reach(row: Row[Any]) -> dict[str, Any]:
    regimes = tuple(Regime.model_construct(**regime) for regime in row.regimes)
    return {
        "team": row.team,
        "restricted_at": row.restricted_at,
        "regimes": regimes,
        "calendar": row.calendar,
        "keeps_out": row.keeps_out,
    }
