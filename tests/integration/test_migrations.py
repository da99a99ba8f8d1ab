"""The schema: what is migrated is what the code expects, and a migration is all or nothing."""

from contextlib import closing
from dataclasses import replace
from importlib.resources import files

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlmodel import SQLModel

from engine.services.handling import inbox
from engine.services.running import monitoring, operations
from engine.store.database import Database
from tests.integration.killing import killed_at, start, was_killed
from tests.integration.office import rows


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
    with closing(Database(empty_url, platform.keyring)) as database:
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


def _as_before_rests(database):
    """Take away what the third migration has added."""
    with database.engine.begin() as connection:
        for index in ("inbox", "due", "element", "gate"):
            connection.exec_driver_sql(f"DROP INDEX ix_step_{index}")
            connection.exec_driver_sql(f"CREATE INDEX ix_step_{index} ON open_step (due_at)")
        connection.exec_driver_sql("DROP INDEX ix_case_suspended")
        connection.exec_driver_sql("DROP INDEX ix_incident_cause")
        connection.exec_driver_sql("ALTER TABLE open_step DROP COLUMN suspended_at")
        connection.exec_driver_sql("ALTER TABLE incident DROP COLUMN gist")


def run_one_step(database, before, step):
    """Run one migration again; those behind it have left what they made."""
    with database.engine.begin() as connection:
        asked = text("SELECT version_num FROM alembic_version")
        newest = connection.execute(asked).scalar_one()
        say = "UPDATE alembic_version SET version_num = '{}'"
        connection.exec_driver_sql(say.format(before))
        config = Config()
        config.set_main_option("script_location", str(files("engine.store") / "migrations"))
        config.attributes["connection"] = connection
        config.attributes["vault"] = database.vault
        command.upgrade(config, step)
        connection.exec_driver_sql(say.format(newest))


def test_cases_that_were_suspended_before_the_update_are_no_work_after_it(office, staff):
    at_work, resting = office.lodge(), office.lodge()
    known = {"actor": staff["mara"], "reference": resting, "reason": "The court decides."}
    operations.suspend(office.platform, **known)
    failure = ValueError("x")
    monitoring.note_failure(office.platform, case_id=1, failure=failure)
    before = rows(office.platform.database, "SELECT gist FROM incident")
    _as_before_rests(office.platform.database)

    run_one_step(office.platform.database, "0002", "0003")

    found, _total = inbox.page(office.platform, actor=staff["hanna"], view="all")
    assert {row.reference for row in found} == {at_work}
    assert rows(office.platform.database, "SELECT gist FROM incident") == before
    # What is left to do is what a later update did, which is not run again here.
    differs = {index.name for _what, index in _difference(office.platform.database)}
    assert differs == {"ix_step_inbox", "ix_step_due", "ix_step_element", "ix_step_gate"}
