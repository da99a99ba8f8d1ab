"""Fixtures of the tests that run whole services on real databases."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from engine.domain.actor import Actor

if TYPE_CHECKING:
    from engine.bootstrap import Platform
    from tests.integration.office import Office
    from tests.integration.postbox import PostBox

_NUMBERS = count(1)
_BUNDLES: dict = {}
"""Process versions read in this test process; they are immutable, and reading one costs 0.1 s."""


@pytest.fixture
def staff(  # one entry per seat
    hanna: Actor, ivo: Actor, tom: Actor, ada: Actor, mara: Actor, sam: Actor, vera: Actor
) -> dict[str, Actor]:
    """Everybody who has an account, by user name."""
    return {person.username: person for person in (hanna, ivo, tom, ada, mara, sam, vera)}


@pytest.fixture
def office(platform: "Platform", staff: dict[str, Actor]) -> "Office":
    """A platform with the shipped process and everybody's account; no password fits."""
    from engine.services.process import processes  # noqa: PLC0415 - tests of the domain start faster
    from tests.integration.office import Office  # noqa: PLC0415 - as above

    platform.bundles.update(_BUNDLES)
    processes.install_shipped(platform)

    def hire(tx):
        for person in staff.values():
            tx.accounts.add(person, password_hash="", at=platform.now())

    platform.database.write(hire)
    opened = Office(platform, staff)
    yield opened
    _BUNDLES.update(platform.bundles)


@pytest.fixture
def elsewhere(request, tmp_path, office: "Office"):
    """Make a platform on a new database, of the same kind or another, without any schema."""
    from engine.keyring import Keyring  # noqa: PLC0415 - tests of the domain start faster
    from engine.store.database import Database  # noqa: PLC0415 - as above
    from tests.compiled import take  # noqa: PLC0415 - as above

    opened, names = [], []

    def make(kind: str = "") -> "Platform":
        home = tmp_path / f"elsewhere-{len(opened)}"
        home.mkdir()
        url = f"sqlite:///{home / 'redress.db'}"
        if (kind or office.platform.database.engine.dialect.name) == "postgresql":
            names.append(f"elsewhere_{next(_NUMBERS)}")
            url = request.getfixturevalue("postgres_server").create(names[-1])
        opened.append(take(Database(url, Keyring(home / "keys.json"))))
        return replace(office.platform, database=opened[-1], home=home)

    yield make
    for database in opened:
        database.close()
    for name in names:
        request.getfixturevalue("postgres_server").drop(name)


@pytest.fixture
def redress(office, monkeypatch, capsys):
    """Run the command in this process, at the office; return its exit status and what it said."""
    from engine import cli, logbook  # noqa: PLC0415 - as above
    from engine.cli import seat  # noqa: PLC0415

    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(seat, "open_platform", lambda: office.platform)
    monkeypatch.setattr(logbook, "configure", lambda _level: None)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["redress", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main()
        told = capsys.readouterr()
        return SimpleNamespace(status=end.value.code or 0, out=told.out, err=told.err)

    return run


@pytest.fixture
def postbox() -> Iterator["PostBox"]:
    """A mail server that keeps what it is given."""
    from tests.integration.postbox import PostBox  # noqa: PLC0415 - as above

    box = PostBox()
    box.open()
    yield box
    box.close()
