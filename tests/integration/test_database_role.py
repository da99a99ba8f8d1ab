"""The role of the application on PostgreSQL: it works complaints, and cannot rewrite history."""

from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy.exc import DBAPIError

from engine.domain.actor import SYSTEM
from engine.services.audit import auditing
from engine.services.journal import checkpoints
from engine.store.database import Database
from tests.architecture.house import ROOT
from tests.integration.office import Office, execute

FILE = ROOT / "docs" / "postgresql-roles.sql"
FORBIDDEN = (
    "UPDATE journal SET actor = 'nobody'",
    "DELETE FROM journal",
    "TRUNCATE journal",
    "UPDATE organisation_event SET actor = 'nobody'",
    "DELETE FROM organisation_event",
    "DELETE FROM organisation_chain",
    "UPDATE checkpoint SET body = ''",
    "DELETE FROM checkpoint",
    "DELETE FROM complaint_case",
    "ALTER TABLE journal DISABLE TRIGGER ALL",
    "DROP TRIGGER journal_forbids_change ON journal",
    "SET session_replication_role = replica",
    "UPDATE alembic_version SET version_num = '0001'",
)
OWNED = (
    "DROP OWNED BY redress_app",
    "DROP ROLE redress_app",
)


@pytest.fixture
def limited(office):
    """The same office, at work under the role of the application."""
    owner = office.platform.database
    execute(owner, FILE.read_text("utf-8"))
    url = owner.engine.url.set(username="redress_app").render_as_string(hide_password=False)
    with closing(Database(url, owner.keyring)) as database:
        yield Office(replace(office.platform, database=database), office.staff)
    for statement in OWNED:
        execute(owner, statement)


@pytest.mark.iso("4.9")
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_role_of_the_application_works_complaints_and_cannot_rewrite_history(limited):
    limited.platform.database.migrate()
    limited.reach("assess")
    checkpoints.make(limited.platform)
    allowed = [each for each in FORBIDDEN if not _is_refused(limited.platform.database, each)]

    told = auditing.verify_journal(limited.platform, actor=SYSTEM)

    assert allowed == []
    assert told.broken == ()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_owner_could_so_the_role_matters(office):
    """Plant the bug: whoever runs the application as the owner can take the triggers away."""
    assert not _is_refused(office.platform.database, "ALTER TABLE journal DISABLE TRIGGER ALL")


def _is_refused(database, statement):
    try:
        execute(database, statement)
    except DBAPIError as error:
        return "permission denied" in str(error) or "must be owner" in str(error)
    return False
