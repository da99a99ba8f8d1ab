"""The journal: every single change behind the services is found, and the database forbids most."""

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from engine.domain.actor import SYSTEM
from engine.services.audit import auditing
from tests.integration.office import execute, rows

COLUMNS = ("case_id", "seq", "at", "actor", "type", "detail", "prev_hash", "hash")
VALUES = "case_id, seq, at, actor, type, detail, prev_hash, hash"


def unguard(database):
    """Take the triggers away, as somebody with the keys of the database could."""
    if database.is_sqlite:
        for (name,) in rows(database, "SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            execute(database, f"DROP TRIGGER {name}")
    else:
        for table in ("journal", "organisation_event", "organisation_chain"):
            execute(database, f"ALTER TABLE {table} DISABLE TRIGGER ALL")


def _broken(office):
    return dict(auditing.verify_journal(office.platform, actor=SYSTEM).broken)


@pytest.fixture
def history(office):
    """Two cases with some history each; the first is looked at."""
    reference, _other = office.reach("assess"), office.lodge()
    case_id = office.view(reference).case.id
    last = rows(
        office.platform.database, "SELECT max(seq) FROM journal WHERE case_id = :id", id=case_id
    )[0][0]
    return reference, case_id, last


@pytest.mark.iso("8.5")
def test_an_untouched_journal_holds(office, history):
    verified = auditing.verify_journal(office.platform, actor=SYSTEM)

    counted = sum(
        rows(office.platform.database, f"SELECT count(*) FROM {table}")[0][0]  # noqa: S608
        for table in ("journal", "organisation_event")
    )
    assert (verified.cases, verified.events, verified.broken) == (2, counted, ())


@pytest.mark.iso("4.9")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET actor = 'nobody'",
        "UPDATE journal SET detail = detail WHERE seq = 1",
        "DELETE FROM journal",
        "DELETE FROM journal WHERE seq = 2",
    ],
)
def test_the_database_refuses_to_change_history(office, history, statement):
    before = rows(office.platform.database, f"SELECT {VALUES} FROM journal ORDER BY id")  # noqa: S608

    with pytest.raises(DBAPIError, match="append-only"):
        execute(office.platform.database, statement)

    assert rows(office.platform.database, f"SELECT {VALUES} FROM journal ORDER BY id") == before  # noqa: S608


def test_the_database_refuses_to_replace_or_empty_history(office, history):
    database = office.platform.database
    sly = (
        f"INSERT OR REPLACE INTO journal (id, {VALUES}) "  # noqa: S608
        "SELECT id, case_id, seq, at, 'nobody', type, detail, prev_hash, hash FROM journal"
        if database.is_sqlite
        else "TRUNCATE journal"
    )

    with pytest.raises(DBAPIError, match="append-only"):
        execute(database, sly)

    assert _broken(office) == {}


@pytest.mark.iso("4.9")
@pytest.mark.parametrize("column", COLUMNS)
def test_an_edit_of_any_column_of_any_event_is_found(office, history, column):
    reference, case_id, last = history
    database = office.platform.database
    unguard(database)
    expression = {
        "case_id": "case_id + 1",
        "seq": "seq + 1000",
        "at": "datetime(at, '+1 second')" if database.is_sqlite else "at + interval '1 second'",
    }.get(column, f"{column} || ' '")
    missed = []
    for seq in range(1, last + 1):
        where = "WHERE case_id = :id AND seq = :seq"
        (row,) = rows(database, f"SELECT id, {column} FROM journal {where}", id=case_id, seq=seq)  # noqa: S608
        change = f"UPDATE journal SET {column} = {expression} WHERE id = :row"  # noqa: S608
        try:
            execute(database, change, row=row[0])
        except IntegrityError:  # it would have taken the place of another event
            continue
        if reference not in _broken(office):
            missed.append(seq)
        execute(
            database,
            f"UPDATE journal SET {column} = :old WHERE id = :row",  # noqa: S608
            old=row[1],
            row=row[0],
        )

    assert missed == []
    assert _broken(office) == {}


@pytest.mark.iso("4.9")
def test_a_removed_event_is_found_wherever_it_stood(office, history):
    reference, case_id, last = history
    database = office.platform.database
    unguard(database)
    missed = []
    for seq in range(1, last + 1):
        where = "WHERE case_id = :id AND seq = :seq"
        chosen = f"SELECT * FROM journal WHERE case_id = {case_id} AND seq = {seq}"  # noqa: S608
        execute(database, f"CREATE TABLE kept AS {chosen}")
        execute(database, f"DELETE FROM journal {where}", id=case_id, seq=seq)  # noqa: S608
        if reference not in _broken(office):
            missed.append(seq)
        execute(database, "INSERT INTO journal SELECT * FROM kept")
        execute(database, "DROP TABLE kept")

    assert missed == []
    assert _broken(office) == {}


@pytest.mark.iso("4.9")
def test_an_added_event_is_found(office, history):
    reference, case_id, last = history

    execute(
        office.platform.database,
        f"INSERT INTO journal ({VALUES}) SELECT case_id, seq + 1, at, actor, type, detail, "  # noqa: S608
        "hash, hash FROM journal WHERE case_id = :id AND seq = :last",
        id=case_id,
        last=last,
    )

    assert _broken(office) == {reference: "event " + str(last + 1) + " was changed"}


@pytest.mark.iso("4.9")
def test_two_events_that_change_places_are_found(office, history):
    reference, case_id, _last = history
    database = office.platform.database
    unguard(database)
    for old, new in ((1, 9001), (2, 1), (9001, 2)):
        execute(
            database,
            "UPDATE journal SET seq = :new WHERE case_id = :id AND seq = :old",
            id=case_id,
            old=old,
            new=new,
        )

    assert set(_broken(office)) == {reference}


@pytest.mark.iso("4.9")
@pytest.mark.parametrize("kept", [0, 1, 3])
def test_a_history_cut_short_is_found(office, history, kept):
    reference, case_id, last = history
    unguard(office.platform.database)
    execute(
        office.platform.database,
        "DELETE FROM journal WHERE case_id = :id AND seq > :kept",
        id=case_id,
        kept=kept,
    )

    assert _broken(office) == {reference: f"{last - kept} events are missing at the end"}


@pytest.mark.iso("4.9")
def test_a_head_that_was_set_back_is_found(office, history):
    reference, case_id, _last = history
    execute(
        office.platform.database,
        "UPDATE complaint_case SET journal_seq = journal_seq - 1 WHERE id = :id",
        id=case_id,
    )

    assert set(_broken(office)) == {reference}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_events_of_a_case_that_is_not_there_are_found(office, history):
    _reference, case_id, _last = history
    database = office.platform.database
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql(
            f"INSERT INTO journal ({VALUES}) SELECT 77, seq, at, actor, type, detail, prev_hash, "  # noqa: S608
            f"hash FROM journal WHERE case_id = {case_id}"
        )
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.exec_driver_sql("BEGIN")

    assert list(_broken(office)) == ["(no case)"]


def test_one_case_is_verified_alone(office, history):
    reference, _case_id, last = history

    verified = auditing.verify_journal(office.platform, actor=SYSTEM, reference=reference)

    assert (verified.cases, verified.events) == (1, last)


@pytest.mark.iso("4.10")
def test_events_are_numbered_without_a_gap_and_hold_no_words_of_the_complainant(office):
    office.reach("closing_check")
    found = rows(office.platform.database, "SELECT seq, detail FROM journal ORDER BY seq")

    assert [seq for seq, _detail in found] == list(range(1, len(found) + 1))
    assert not [detail for _seq, detail in found if "Canary" in detail or "jane@" in detail]
