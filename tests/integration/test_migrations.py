"""The schema: what is migrated is what the code expects, and a migration is all or nothing."""

from contextlib import closing
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlmodel import SQLModel

from engine.store.database import Database
from tests.integration.killing import killed_at, start, was_killed


@pytest.fixture
def empty_url(request, tmp_path, database_url):
    """Address of a database without any table, of the same kind as ``database_url``."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    server = request.getfixturevalue("postgres_server")
    yield server.create("redress_empty")
    server.drop("redress_empty")


def _tables(database):
    return set(inspect(database.engine).get_table_names())


def _difference(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, SQLModel.metadata)


def test_the_migrated_schema_is_the_one_the_code_knows(database):
    assert _difference(database) == []


def test_a_column_the_migrations_forgot_is_noticed(database):
    """Plant the bug: the table lacks a column."""
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE note DROP COLUMN text")

    assert [found[0] for found in _difference(database)] == ["add_column"]


def test_migrating_again_changes_nothing(database):
    before = _tables(database)

    database.migrate()

    assert _tables(database) == before


@pytest.fixture
def bare(platform, empty_url):
    """A platform whose database has no table yet."""
    with closing(Database(empty_url)) as database:
        yield replace(platform, database=database)


def _migrate(platform):
    platform.database.migrate()


def test_a_migration_killed_half_way_leaves_nothing(bare):
    left = {}
    for point in (1, 9, 20, 41, 60):
        assert killed_at(bare, _migrate, point)
        left[point] = _tables(bare.database)

    _migrate(bare)

    assert set().union(*left.values()) == set()
    assert "journal" in _tables(bare.database)


def test_four_programs_that_start_at_once_migrate_once(bare):
    children = [start(bare, _migrate) for _ in range(4)]

    ends = [was_killed(child) for child in children]

    assert ends == [False] * 4
    assert _difference(bare.database) == []
