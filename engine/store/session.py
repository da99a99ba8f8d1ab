"""Runs the statements of one transaction, as few times across the wire as can be."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection

from engine.store.link import Link, PostgresLink, RefusedError, SqliteLink
from engine.store.plans import Call, Plans
from engine.store.sealing import Seals, Vault


class Proof(NamedTuple):
    """A statement that finds something exactly if a transaction was stored."""

    statement: Any
    given: Mapping[str, Any]


class Session:
    """One transaction on one connection.

    What is posted is sent with the next statement whose answer is read, or with the commit; the
    order is kept.

    Attributes:
        seals: Read and write what is personal.
        proof: What can tell later whether this transaction was stored; None if nothing can.
    """

    def __init__(self, connection: Connection, plans: Plans, vault: Vault, *, writes: bool) -> None:
        self._connection = connection
        self.seals = Seals(self, vault)
        self._plans = plans
        is_sqlite = connection.dialect.name == "sqlite"
        self._link: Link = SqliteLink(connection) if is_sqlite else PostgresLink(connection)
        self._posted: list[Call] = []
        self.proof: Proof | None = None
        told = connection.dispatch
        self._is_watched = any((told.before_cursor_execute, told.after_cursor_execute, told.commit))
        self._guarded(lambda: self._link.begin(writes=writes))

    @property
    def backend(self) -> int:
        """Number of the server process that does the work; 0 where there is none."""
        return self._link.backend

    @property
    def connection(self) -> Connection:
        """The connection, for what is read below SQLAlchemy; everything posted is sent before."""
        if self._posted:
            self._send()
        return self._connection

    def execute(self, statement: Any, given: Any = None) -> Any:  # noqa: ANN401 - any statement and its result
        """Run a statement and return what it found.

        Args:
            statement: Of SQLAlchemy.
            given: Its parameters by name, or a list of such for a statement that finds nothing.
        """
        if isinstance(given, list):
            for each in given:
                self.post(statement, each)
            return None
        call = self._call(statement, given or {})
        if call is None:
            self._send()
            return self._connection.execute(statement, given or {})
        return self._send(call)[-1]

    def together(self, *asked: tuple[Any, Mapping[str, Any]]) -> list[Any]:
        """Run several statements at once and return what each found."""
        calls = [self._call(statement, given) for statement, given in asked]
        known = [call for call in calls if call is not None]
        if len(known) < len(calls):
            return [self.execute(statement, given) for statement, given in asked]
        return self._send(*known)[-len(known) :]

    def post(self, statement: Any, given: Mapping[str, Any]) -> None:  # noqa: ANN401 - any statement
        """Run a statement whose answer nobody reads, some time before the next that is read."""
        call = self._call(statement, given)
        if call is None:
            self._send()
            self._connection.execute(statement, given)
        else:
            self._posted.append(call)

    def commit(self) -> None:
        """Store everything.

        Raises:
            DBAPIError: A statement was refused, and nothing is stored; or the connection was cut,
                and nobody can know.
        """
        posted, self._posted = self._posted, []
        self._tell("before", posted)
        if self._is_watched:
            self._connection.dispatch.commit(self._connection)
        self._guarded(lambda: self._link.commit(posted))

    def _call(self, statement: Any, given: Mapping[str, Any]) -> Call | None:  # noqa: ANN401 - any statement
        plan = self._plans.of(statement, given)
        return None if plan is None else Call(plan, plan.values(given))

    def _send(self, *calls: Call) -> list[Any]:
        """Run what was posted, and these."""
        sent, self._posted = [*self._posted, *calls], []
        self._tell("before", sent)
        found: list[Any] = self._guarded(lambda: self._link.run(sent))
        self._tell("after", sent)
        return found

    def _guarded(self, act: Any) -> Any:  # noqa: ANN401 - what the act returns
        """Let SQLAlchemy say what was refused, as it does for its own statements."""
        try:
            return act()
        except RefusedError as refused:
            plan, values = refused.call
            self._connection._handle_dbapi_exception(  # noqa: SLF001 - it always raises
                refused.error, plan.text, values, None, None
            )

    def _tell(self, moment: str, calls: list[Call]) -> None:
        """Tell whoever listens to the engine of statements that run without it."""
        if self._is_watched:
            listeners = getattr(self._connection.dispatch, f"{moment}_cursor_execute")
            for plan, values in calls:
                told = (self._connection, None, plan.text, values, None, False)
                listeners(*told)
