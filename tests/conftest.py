"""Fixtures shared by all tests."""

import gc
import shutil
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.domain.actor import Actor, Role
from tests.postgres import PostgresServer

if TYPE_CHECKING:
    from engine.bootstrap import Platform
    from engine.store.database import Database
    from tests.integration.issuer import Issuer

MONDAY = datetime(2026, 1, 5, 10, tzinfo=UTC)
"""A working day after a holiday, during working hours."""

gc.set_threshold(50_000, 20, 20)
"""Else a tenth of the time goes into walking what thousands of collected tests are made of."""

_TEMPLATE = "redress_template"
_numbers = count(1)


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> datetime:
        """Move on by an amount such as ``days=2`` or ``minutes=30`` and return the new time."""
        self.now += timedelta(**amount)
        return self.now


def _open(url: str, home: Path) -> "Database":
    """Open a database; imported here because tests of the domain start faster without SQL."""
    from engine.keyring import Keyring  # noqa: PLC0415 - see above
    from engine.store.database import Database  # noqa: PLC0415 - see above
    from tests import compiled  # noqa: PLC0415 - see above

    return compiled.take(Database(url, Keyring(home / "keys.json")))


def _make(url: str, home: Path) -> None:
    """Bring a new database to this release; what is compiled for it serves its copies."""
    from tests import compiled  # noqa: PLC0415 - see above

    with closing(_open(url, home)) as database:
        database.migrate()
        compiled.give(database)


@pytest.fixture
def clock() -> Clock:
    return Clock(MONDAY)


@pytest.fixture
def issuer(clock: Clock) -> Iterator["Issuer"]:
    """A provider of OpenID Connect on this machine."""
    from tests.integration.issuer import Issuer  # noqa: PLC0415 - tests of the domain start faster

    with closing(Issuer(clock)) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A database server of this test process; a test that kills it starts it again."""
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def postgres_template(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Name of a migrated database that is only ever copied."""
    home = tmp_path_factory.mktemp("template")
    _make(postgres_server.create(_TEMPLATE), home)
    return _TEMPLATE


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that is only ever copied."""
    path = tmp_path_factory.mktemp("template") / "redress.db"
    _make(f"sqlite:///{path}", path.parent)
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Address of a fresh, migrated SQLite file."""
    path = tmp_path / "redress.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """Address of a fresh, migrated PostgreSQL database; it is dropped after the test."""
    name = f"redress_{next(_numbers)}"
    yield postgres_server.create(name, template=postgres_template)
    postgres_server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of a fresh, migrated database: the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> "Iterator[Database]":
    """The open database behind ``database_url``."""
    with closing(_open(database_url, tmp_path)) as opened:
        yield opened


@pytest.fixture
def platform(database_url: str, tmp_path: Path, clock: Clock) -> Iterator["Platform"]:
    """The platform on a fresh database, with the shipped policy and a clock that stands still."""
    yield from _platform(database_url, tmp_path, clock)


@pytest.fixture
def sqlite_platform(sqlite_url: str, tmp_path: Path, clock: Clock) -> Iterator["Platform"]:
    """The same on SQLite alone: for what is long and depends on no database."""
    yield from _platform(sqlite_url, tmp_path, clock)


@pytest.fixture
def postgresql_platform(postgresql_url: str, tmp_path: Path, clock: Clock) -> Iterator["Platform"]:
    """The same on PostgreSQL alone: beside ``sqlite_platform`` for what must not differ."""
    yield from _platform(postgresql_url, tmp_path, clock)


def _platform(url: str, home: Path, clock: Clock) -> Iterator["Platform"]:
    from config.settings import Settings  # noqa: PLC0415 - tests of the domain start faster
    from engine.bootstrap import open_platform  # noqa: PLC0415 - as above
    from tests import compiled  # noqa: PLC0415 - as above

    opened = open_platform(Settings(home=home, database_url=url))
    compiled.take(opened.database)
    with closing(opened.database):
        yield replace(opened, now=clock)


def _person(name: str, *roles: Role) -> Actor:
    return Actor(username=name.lower(), name=name, roles=frozenset(roles))


@pytest.fixture
def hanna() -> Actor:
    """Handles complaints and receives them."""
    return _person("Hanna", Role.HANDLER, Role.INTAKE)


@pytest.fixture
def ivo() -> Actor:
    """Investigates."""
    return _person("Ivo", Role.INVESTIGATOR)


@pytest.fixture
def tom() -> Actor:
    """Leads the team."""
    return _person("Tom", Role.TEAM_LEADER)


@pytest.fixture
def ada() -> Actor:
    """Approves decisions."""
    return _person("Ada", Role.APPROVER)


@pytest.fixture
def mara() -> Actor:
    """Manages, and answers for the figures."""
    return _person("Mara", Role.MANAGER)


@pytest.fixture
def sam() -> Actor:
    """Looks after safety."""
    return _person("Sam", Role.SAFETY_OFFICER)


@pytest.fixture
def otto() -> Actor:
    """Owns the process."""
    return _person("Otto", Role.PROCESS_OWNER)


@pytest.fixture
def vera() -> Actor:
    """Audits."""
    return _person("Vera", Role.AUDITOR)


@pytest.fixture
def nils() -> Actor:
    """Has an account and no role."""
    return _person("Nils")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--iso-report", type=Path, help="write which test proves which clause")


def pytest_collection_finish(session: pytest.Session) -> None:
    target: Path | None = session.config.getoption("--iso-report")
    if target is None:
        return
    rows = sorted(
        {
            (_order(clause), clause, _sentence(item), item.nodeid.partition("[")[0])
            for item in session.items
            for mark in item.iter_markers("iso")
            for clause in mark.args
        }
    )
    proved = Counter(clause for _, clause, _, _ in rows)
    lines = ["# What is asked, what proves it, and what is not there yet", ""]
    lines += ["| Clause | What it asks, in our words | Tests | Not there yet |"]
    lines += ["| --- | --- | --- | --- |"]
    lines += [
        f"| {clause} | {row['asks']} | {proved[clause] or 'none yet'} | {row['missing']} |"
        for clause, row in clauses().items()
    ]
    lines += ["", "## Test by test", "", "| Clause | What a test proves | Test |"]
    lines += ["| --- | --- | --- |"]
    lines += [f"| {clause} | {claim} | `{node}` |" for _, clause, claim, node in rows]
    target.write_text("\n".join(lines) + "\n")


def clauses() -> dict[str, dict[str, str]]:
    """Return by clause what it asks, in our words, and what of it is not there yet."""
    return tomllib.loads((Path(__file__).parent / "clauses.toml").read_text())


def _order(clause: str) -> tuple[int, ...]:
    """Return where a clause stands in the standard: 4.15 comes after 4.9."""
    return tuple(int(part) for part in clause.split("."))


def _sentence(item: pytest.Item) -> str:
    """Return what a test claims, once for all databases and examples it runs with."""
    return item.name.partition("[")[0].removeprefix("test_").replace("_", " ")
