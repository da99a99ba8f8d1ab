"""How statements reach a database: on SQLite one by one, to PostgreSQL many in one message.

A server answers a statement in less time than its answer takes to travel and to wake us. So what
is asked of PostgreSQL goes in its pipeline mode, with statements it has prepared, and all answers
come back together. psycopg's own pipeline does the same with ten times the work for each.
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Generator, Sequence
from functools import partial
from itertools import count
from typing import Any

from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.generators import fetch_many, pipeline_communicate
from psycopg.pq import ExecStatus, Format
from sqlalchemy import Connection

from engine.store.plans import Call, Found, Plan

_BEGIN, _COMMIT = Plan("BEGIN", is_word=True), Plan("COMMIT", is_word=True)
_BEGIN_TO_WRITE = Plan("BEGIN IMMEDIATE", is_word=True)
_LOOK = Plan("BEGIN ISOLATION LEVEL REPEATABLE READ")
_TEXT, _BINARY = PyFormat.TEXT, PyFormat.BINARY
_STATE = "redress"
_NO_CODES = (None,) * 1_000
"""What SQLite says of the types of columns."""


class RefusedError(Exception):
    """A database refused a statement; raised from the driver's own exception."""

    def __init__(self, error: Exception, call: Call) -> None:
        super().__init__(str(error))
        self.error = error
        self.call = call


class Link(ABC):
    """One connection while one transaction lasts.

    Attributes:
        backend: Number of the process that serves it; 0 where that is our own.
    """

    backend = 0

    @abstractmethod
    def begin(self, *, writes: bool) -> None:
        """Begin a transaction."""

    @abstractmethod
    def run(self, calls: Sequence[Call]) -> list[Found]:
        """Run statements in their order and return what each found.

        Raises:
            RefusedError: One of them failed; those behind it did not run.
        """

    @abstractmethod
    def commit(self, calls: Sequence[Call]) -> None:
        """Run statements and store everything; what fails stores nothing.

        Raises:
            RefusedError: As above; or nobody knows whether it was stored.
        """


class SqliteLink(Link):
    """SQLite lies in our own process: there is no way to save."""

    def __init__(self, connection: Connection) -> None:
        self._dialect = connection.dialect
        driver: Any = connection.connection.driver_connection
        self._cursor = driver.cursor()

    def begin(self, *, writes: bool) -> None:
        """Begin; a writer waits for no other one, it is refused."""
        self.run([Call(_BEGIN_TO_WRITE if writes else _BEGIN, [])])

    def run(self, calls: Sequence[Call]) -> list[Found]:
        """See the base.

        Raises:
            RefusedError: See the base.
        """
        cursor, dialect = self._cursor, self._dialect
        found = []
        for call in calls:
            plan = call.plan
            try:
                cursor.execute(plan.text, call.values)
                raw = cursor.fetchall() if plan.row is not None else ()
            except dialect.loaded_dbapi.Error as error:
                raise RefusedError(error, call) from error
            rows = plan.rows(raw, _NO_CODES[: len(plan.types)], dialect) if raw else []
            found.append(Found(rows, cursor.rowcount))
        return found

    def commit(self, calls: Sequence[Call]) -> None:
        """See the base."""
        self.run([*calls, Call(_COMMIT, [])])


class _Server:
    """What outlives a transaction: what this connection's server has prepared."""

    def __init__(self, driver: Any) -> None:  # noqa: ANN401 - psycopg's connection
        self.prepared: dict[str, bytes] = {}
        self.names = count(1)
        self.transformer = Transformer(driver)


class PostgresLink(Link):
    """Sends what was asked in one message and waits for all answers at once."""

    def __init__(self, connection: Connection) -> None:
        fairy = connection.connection
        self._dialect = connection.dialect
        driver: Any = fairy.driver_connection
        if _STATE not in fairy.info:
            fairy.info[_STATE] = _Server(driver)
        self._driver = driver
        self._server: _Server = fairy.info[_STATE]
        self.backend = driver.pgconn.backend_pid
        self._first: list[Call] = []

    def begin(self, *, writes: bool) -> None:
        """Begin with the first statement of a writer; a reader begins at once.

        A connection that lay idle may be cut: a writer tries again, a reader could not.
        """
        if writes:
            self._first = [Call(_BEGIN, [])]
        else:
            self.run([Call(_LOOK, [])])

    def run(self, calls: Sequence[Call]) -> list[Found]:
        """See the base."""
        first, self._first = self._first, []
        if not first and not calls:
            return []
        return self._exchange([*first, *calls])[len(first) :]

    def commit(self, calls: Sequence[Call]) -> None:
        """See the base."""
        if self._first and not calls:
            return  # nothing was asked for, and there is nothing to store
        self._exchange([*self._first, *calls, Call(_COMMIT, [])])

    def _exchange(self, calls: Sequence[Call]) -> list[Found]:
        message = self._written(calls)
        found = []
        for (call, new_name), (answer, *_) in zip(message.asked, self._talk(message), strict=False):
            if answer.status == ExecStatus.FATAL_ERROR:
                error = error_from_result(answer, encoding=self._driver.info.encoding)
                raise RefusedError(error, call) from error
            if new_name:
                self._server.prepared[call.plan.text] = new_name
            else:
                found.append(self._found(call.plan, answer))
        return found

    def _written(self, calls: Sequence[Call]) -> "_Message":
        """Write statements down.

        Raises:
            RefusedError: A value cannot be written.
        """
        message = _Message(self._driver.pgconn, self._server)
        for call in calls:
            try:
                message.add(call)
            except self._dialect.loaded_dbapi.Error as error:
                raise RefusedError(error, call) from error
        return message

    def _talk(self, message: "_Message") -> list[Any]:
        """Send everything and return every answer.

        Raises:
            RefusedError: The server went away.
        """
        pgconn = self._driver.pgconn
        try:
            pgconn.enter_pipeline_mode()
            answers: list[Any] = self._driver.wait(message.exchange())
            pgconn.exit_pipeline_mode()
        except self._dialect.loaded_dbapi.Error as error:
            self._driver.close()  # it would go on in the middle of a talk
            raise RefusedError(error, message.asked[0][0]) from error
        except BaseException:
            self._driver.close()
            raise
        return answers

    def _found(self, plan: Plan, answer: Any) -> Found:  # noqa: ANN401 - psycopg's result
        changed = answer.command_tuples or 0
        if plan.row is None:
            return Found([], changed)
        reader = self._server.transformer
        reader.set_pgresult(answer)
        raw = reader.load_rows(0, answer.ntuples, tuple)
        codes = [answer.ftype(place) for place in range(len(plan.types))]
        return Found(plan.rows(raw, codes, self._dialect), changed)


class _Message:
    """Statements that are sent at once; one that the server does not know is prepared first."""

    def __init__(self, pgconn: Any, server: _Server) -> None:  # noqa: ANN401 - psycopg's own
        self.asked: list[tuple[Call, bytes]] = []
        self._pgconn = pgconn
        self._server = server
        self._commands: deque[Callable[[], None]] = deque()
        self._new: dict[str, bytes] = {}

    def add(self, call: Call) -> None:
        """Add a statement."""
        text = call.plan.text
        if call.plan.is_word:
            self._commands.append(partial(self._pgconn.send_query_params, text.encode(), None))
            self.asked.append((call, b""))
            return
        name = self._server.prepared.get(text) or self._new.get(text) or self._prepare(call)
        values, formats = None, None
        if call.values:
            wanted = [_BINARY if type(value) is bytes else _TEXT for value in call.values]
            values = self._server.transformer.dump_sequence(call.values, wanted)
            formats = self._server.transformer.formats
        send = self._pgconn.send_query_prepared
        self._commands.append(partial(send, name, values, formats, Format.BINARY))
        self.asked.append((call, b""))

    def exchange(self) -> Generator[Any, Any, list[Any]]:
        """Send all and collect all answers, without holding up other threads."""
        self._commands.append(self._pgconn.pipeline_sync)
        answers: list[Any] = yield from pipeline_communicate(self._pgconn, self._commands)
        while len(answers) <= len(self.asked):  # the last one says that it is the last
            answers.append((yield from fetch_many(self._pgconn)))
        return answers

    def _prepare(self, call: Call) -> bytes:
        text = call.plan.text
        name = self._new[text] = b"redress_%d" % next(self._server.names)
        self._commands.append(partial(self._pgconn.send_prepare, name, text.encode()))
        self.asked.append((call, name))
        return name
