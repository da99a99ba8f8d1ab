"""What was compiled for one database serves all others of its kind: each test has its own.

A program that serves one database compiles a statement once and runs it for weeks. A test begins on
a new database, and would spend more on compiling than on everything that it does there.
"""

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.util import LRUCache

from engine.store.database import Database
from engine.store.plans import Plan, Plans

_MANY = 5_000
"""Statements; more than there are."""

_donors: dict[str, Engine] = {}
"""By kind: an engine that has been connected, so that its dialect knows its server."""

_made: dict[str, WeakKeyDictionary[Any, dict[Any, Plan | None]]] = {}
"""By kind: the plans of each statement, by the names of its parameters."""


class SharedPlans(Plans):
    """Plans of one database, which comes to each in its own time, but compiles none again."""

    def _plan(self, statement: Any, names: tuple[str, ...]) -> Plan | None:
        made = _made[self.dialect.name].setdefault(statement, {})
        if names not in made:
            made[names] = super()._plan(statement, names)
        return made[names]


def give(database: Database) -> None:
    """Let later databases of this kind have what is compiled for this one, which is connected."""
    engine = database.engine
    engine._compiled_cache = LRUCache(_MANY)
    _donors[engine.dialect.name] = engine
    _made[engine.dialect.name] = WeakKeyDictionary()


def take(database: Database) -> Database:
    """Let a database that was just opened have what is compiled already, and return it."""
    engine = database.engine
    donor = _donors.get(engine.dialect.name)
    if donor is not None:
        engine.dialect = engine.pool._dialect = donor.dialect
        engine._compiled_cache = donor._compiled_cache
        database._plans = SharedPlans(donor.dialect)
    return database
