"""What belongs to no case has a chain of its own: found when changed, and in nobody's way."""

import threading

import pytest
from sqlalchemy.exc import DBAPIError

from engine.domain.actor import SYSTEM
from engine.services.audit import auditing
from engine.services.journal.jotting import jot_organisation
from tests.integration.crowd import at_once
from tests.integration.office import execute, rows
from tests.integration.test_journal import unguard


def _note(platform, actor, kind="role.granted", **detail):
    platform.database.write(
        lambda tx: jot_organisation(platform, tx, actor=actor, kind=kind, **detail)
    )


def _broken(office):
    return dict(auditing.verify_journal(office.platform, actor=SYSTEM).broken)


def _events(office):
    query = "SELECT seq, actor, type, detail FROM organisation_event ORDER BY seq"
    return rows(office.platform.database, query)


def test_publishing_a_process_is_an_event_of_the_organisation(office):
    ((seq, actor, kind, detail),) = _events(office)

    assert (seq, actor, kind) == (1, "system", "process.published")
    assert '"process":"complaint"' in detail
    assert '"version":1' in detail


def test_eight_who_write_at_once_get_one_number_each(office, staff):
    at_once(8, lambda n: _note(office.platform, staff["mara"], number=n))

    assert [event[0] for event in _events(office)] == list(range(1, 10))
    assert _broken(office) == {}


def test_two_events_of_one_transaction_follow_each_other(office, staff):
    platform = office.platform

    def both(tx):
        for role in ("handler", "manager"):
            jot_organisation(platform, tx, actor=staff["mara"], kind="role.granted", role=role)

    platform.database.write(both)

    assert [event[0] for event in _events(office)] == [1, 2, 3]
    assert _broken(office) == {}


@pytest.mark.iso("4.9")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE organisation_event SET actor = 'nobody'",
        "DELETE FROM organisation_event",
        "UPDATE organisation_chain SET seq = 0, head = ''",
        "DELETE FROM organisation_chain",
        "INSERT INTO organisation_chain (id, seq, head) VALUES (2, 0, '')",
    ],
)
def test_the_database_refuses_to_change_what_happened(office, statement):
    before = _events(office)

    with pytest.raises(DBAPIError, match="append-only"):
        execute(office.platform.database, statement)

    assert _events(office) == before


@pytest.mark.iso("4.9")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE organisation_event SET actor = 'nobody' WHERE seq = 2",
        "UPDATE organisation_event SET type = 'x' WHERE seq = 1",
        "UPDATE organisation_event SET detail = detail || ' ' WHERE seq = 1",
        "UPDATE organisation_event SET hash = prev_hash WHERE seq = 2",
        "DELETE FROM organisation_event WHERE seq = 1",
        "DELETE FROM organisation_event WHERE seq = 3",
        "UPDATE organisation_chain SET seq = 2",
        "UPDATE organisation_chain SET head = 'x'",
    ],
)
def test_whoever_changes_it_behind_the_triggers_is_found(office, staff, change):
    for number in (1, 2):
        _note(office.platform, staff["mara"], number=number)
    unguard(office.platform.database)

    execute(office.platform.database, change)

    assert set(_broken(office)) == {"(organisation)"}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_command_on_a_case_does_not_wait_for_the_chain_of_the_organisation(office):
    """On SQLite there is one writer at a time in any case."""
    database = office.platform.database
    taken, go_on = threading.Event(), threading.Event()

    def hold(tx):
        tx.organisation.take_end()
        taken.set()
        assert go_on.wait(30)

    holder = threading.Thread(target=database.write, args=(hold,))
    holder.start()
    try:
        assert taken.wait(30)
        office.reach("assess")
        with pytest.raises(DBAPIError, match="lock"):
            _wait_for_the_chain(database)
    finally:
        go_on.set()
        holder.join()


def _wait_for_the_chain(database):
    """Show that the chain is held: who wants it now does not get it."""
    with database.engine.begin() as connection:
        connection.exec_driver_sql("SET lock_timeout = '50ms'")
        connection.exec_driver_sql("SELECT seq FROM organisation_chain FOR UPDATE")
