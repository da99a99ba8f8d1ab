"""Whoever changes one row of the proof, in whatever way, is found: tried for every row and column.

A small office with a few cases stands for all. Each change is made behind the triggers, verified,
and undone; none may be missed, and after each the journal must hold again.
"""

import random
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from engine.domain import verification
from engine.domain.actor import SYSTEM
from engine.domain.journal import chain
from engine.domain.verification import CheckpointChain
from engine.services.audit import auditing
from engine.services.journal import checkpoints, signed
from engine.signing import SigningKey, is_signed
from tests.integration.office import execute, rows
from tests.integration.test_journal import unguard

TABLES = {
    "journal": ("id", "case_id seq at actor type detail prev_hash hash"),
    "organisation_event": ("seq", "seq at actor type detail prev_hash hash"),
    "organisation_chain": ("id", "seq head"),
    "checkpoint": ("number", "number body signature changes"),
    "journal_chunk": ("number", "number cases events root ends"),
    "complaint_case": ("id", "journal_seq journal_head"),
}
"""What the proof is made of, by table: its key, and the columns that must not be changed."""
NUMBERS = {"case_id", "seq", "number", "cases", "events", "journal_seq"}


@pytest.fixture
def proof(office, staff, clock):
    """Three cases, events of the organisation, two checkpoints and an event after them."""
    platform = office.platform
    references = [office.lodge() for _ in range(3)]
    checkpoints.make(platform)
    office.do(references[0], "register")
    clock.advance(minutes=10)
    checkpoints.make(platform)
    office.do(references[1], "register")
    unguard(platform.database)
    assert _broken(office) == {}
    return office


def _broken(office, **how):
    return dict(auditing.verify_journal(office.platform, actor=SYSTEM, **how).broken)


def _keys(database, table, key):
    return [row[0] for row in rows(database, f"SELECT {key} FROM {table} ORDER BY {key}")]  # noqa: S608


def _changed(database, column):
    """Return an expression that is another value of the same kind."""
    if column in NUMBERS:
        return f"{column} + 100000"
    if column == "at":
        is_sqlite = database.is_sqlite
        return "datetime(at, '+1 second')" if is_sqlite else "at + interval '1 second'"
    return f"{column} || ' '"


class _Undo(Exception):  # noqa: N818 - nothing went wrong
    """Ends a transaction without storing anything."""


def _found_after(office, *statements, of="all"):
    """Return what a verification finds after some statements, which are undone afterwards."""
    found = {}

    def work(tx):
        connection = tx.journal._session.connection
        is_sqlite = connection.dialect.name == "sqlite"
        # Rows may refer to what is not there, as whoever owns the database can let them.
        free = (
            "PRAGMA defer_foreign_keys=ON"
            if is_sqlite
            else "SET LOCAL session_replication_role = replica"
        )
        connection.exec_driver_sql(free)
        try:
            for statement in statements:
                connection.exec_driver_sql(statement)
        except IntegrityError:  # it would have taken the place of another row
            found["(refused)"] = "refused by the database"
            raise _Undo from None
        found.update(auditing.check_all(office.platform, tx).broken)
        raise _Undo

    with suppress(_Undo):
        office.platform.database.write(work)
    return found


@pytest.mark.iso("4.9")
@pytest.mark.parametrize("table", TABLES)
def test_a_change_of_any_column_of_any_row_is_found(proof, table):
    database, (key, columns) = proof.platform.database, TABLES[table]

    missed = [
        (column, number)
        for column in columns.split()
        for number in _keys(database, table, key)
        if not _found_after(
            proof,
            f"UPDATE {table} SET {column} = {_changed(database, column)} WHERE {key} = {number}",  # noqa: S608
        )
    ]

    assert missed == []
    assert _broken(proof) == {}


@pytest.mark.iso("4.9")
@pytest.mark.parametrize("table", TABLES)
def test_a_removed_row_is_found_wherever_it_stood(proof, table):
    database, key = proof.platform.database, TABLES[table][0]

    missed = [
        number
        for number in _keys(database, table, key)
        if not _found_after(proof, f"DELETE FROM {table} WHERE {key} = {number}")  # noqa: S608
    ]

    assert missed == []


@pytest.mark.iso("4.9")
def test_two_events_that_change_places_are_found_whichever_they_are(proof):
    seqs = [
        seq for (seq,) in rows(proof.platform.database, "SELECT seq FROM journal WHERE case_id = 1")
    ]

    missed = [
        (one, other)
        for one in seqs
        for other in seqs
        if one < other
        and not _found_after(
            proof,
            f"UPDATE journal SET seq = 9999 WHERE case_id = 1 AND seq = {one}",  # noqa: S608
            f"UPDATE journal SET seq = {one} WHERE case_id = 1 AND seq = {other}",  # noqa: S608
            f"UPDATE journal SET seq = {other} WHERE case_id = 1 AND seq = 9999",  # noqa: S608
        )
    ]

    assert len(seqs) > 5
    assert missed == []


@pytest.mark.iso("4.9")
@pytest.mark.parametrize("table", ["journal", "organisation_event", "checkpoint"])
def test_an_added_row_is_found(proof, table):
    key = TABLES[table][0]
    columns = TABLES[table][1].split()
    told = [f"{column} + 1" if column in {"seq", "number"} else column for column in columns]
    last = f"(SELECT max({key}) FROM {table})"  # noqa: S608

    found = _found_after(
        proof,
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(told)} FROM {table} "  # noqa: S608
        f"WHERE {key} = {last}",
    )

    assert found


@pytest.mark.iso("4.9")
def test_a_case_that_vanishes_with_all_its_events_is_found(proof):
    for number in (1, 2, 3):
        found = _found_after(
            proof,
            f"DELETE FROM journal WHERE case_id = {number}",  # noqa: S608
            f"DELETE FROM complaint_case WHERE id = {number}",  # noqa: S608
        )

        assert "is gone" in found[f"(complaint number {number})"]


def _set_back(number, keep):
    """Return what cuts a history short and lets its case agree with that."""
    behind = f"WHERE case_id = {number} AND seq > {keep}"
    end = f"SELECT {{}} FROM journal WHERE case_id = {number} AND seq = {keep}"  # noqa: S608
    seq, head = end.format("seq"), end.format("hash")
    return (
        f"DELETE FROM journal {behind}",  # noqa: S608
        f"DELETE FROM journal_value {behind}",  # noqa: S608
        f"UPDATE complaint_case SET journal_seq = ({seq}) WHERE id = {number}",  # noqa: S608
        f"UPDATE complaint_case SET journal_head = ({head}) WHERE id = {number}",  # noqa: S608
    )


@pytest.mark.iso("4.9")
def test_a_history_cut_short_together_with_its_case_is_found_by_the_checkpoint(proof):
    database = proof.platform.database
    known = dict(rows(database, "SELECT id, journal_seq FROM complaint_case"))
    ((now,),) = rows(database, "SELECT count(*) FROM journal WHERE case_id = 2")
    missed = [
        (number, keep)
        for number, last in known.items()
        for keep in range(1, last)
        if not _found_after(proof, *_set_back(number, keep))
    ]

    # What came after the last checkpoint is not signed yet: for ten minutes at most.
    unsigned = {(2, keep) for keep in range(1, now)} & set(missed)
    assert set(missed) == unsigned
    assert all(keep >= _signed_end(proof, 2) for _, keep in unsigned)


def _signed_end(office, case_id):
    with office.platform.database.read() as tx:
        return tx.checkpoints.kept_ends(0)[case_id].seq


def _rewritten(office, number, seq):
    """Return what forges an event and every hash after it, up to the row of the case."""
    found = rows(
        office.platform.database,
        "SELECT seq, at, actor, type, detail FROM journal WHERE case_id = :id ORDER BY seq",
        id=number,
    )
    with office.platform.database.read() as tx:
        events = list(tx.journal.of(number))
    prev, told = events[seq - 2].hash if seq > 1 else "", []
    for event in events[seq - 1 :]:
        actor = "somebody" if event.seq == seq else event.actor
        new = chain(
            case_id=number,
            seq=event.seq,
            at=event.at,
            actor=actor,
            kind=event.type,
            detail=event.facts(),
            prev_hash=prev,
        )
        prev = new.hash
        told.append(
            f"UPDATE journal SET actor = '{actor}', prev_hash = '{new.prev_hash}', "  # noqa: S608
            f"hash = '{new.hash}' WHERE case_id = {number} AND seq = {event.seq}"
        )
    assert found
    return (*told, f"UPDATE complaint_case SET journal_head = '{prev}' WHERE id = {number}")  # noqa: S608


@pytest.mark.iso("4.9")
def test_a_history_rewritten_with_all_its_hashes_is_found_by_the_checkpoint_and_named(proof):
    references = dict(rows(proof.platform.database, "SELECT id, reference FROM complaint_case"))
    for number, reference in references.items():
        for seq in range(1, _signed_end(proof, number) + 1):
            found = _found_after(proof, *_rewritten(proof, number, seq))

            assert "rewritten" in found[reference], (number, seq)
            assert "(checkpoints)" in found


def test_a_verifier_that_trusts_the_stored_hash_misses_some(proof, monkeypatch):
    """Plant the bug: the hash of an event is not computed but believed."""
    sound = _missed_edits(proof)
    monkeypatch.setattr(
        verification._Check,
        "problem_of",
        lambda _self, row, seq, prev: "" if row[1] == seq and row[6] == prev else "changed",
    )

    assert sound == []
    assert _missed_edits(proof) == ["actor", "at", "detail", "type"]


def _missed_edits(office):
    database = office.platform.database
    return sorted(
        column
        for column in TABLES["journal"][1].split()
        if not _found_after(
            office,
            f"UPDATE journal SET {column} = {_changed(database, column)} "  # noqa: S608
            "WHERE case_id = 1 AND seq = 2",
        )
    )


def test_a_verifier_without_checkpoints_misses_what_goes_with_its_case(proof, monkeypatch):
    """Plant the bug: only the chains are followed."""
    monkeypatch.setattr(signed, "check_checkpoints", lambda *_: (CheckpointChain(is_signed), []))
    monkeypatch.setattr(signed, "check_file", lambda *_: None)

    assert _found_after(proof, *_set_back(1, 2)) == {}


def test_checkpoints_taken_away_are_found_by_the_file(proof):
    found = _found_after(
        proof,
        "DELETE FROM checkpoint WHERE number = 2",
        "DELETE FROM journal_chunk",
        "DELETE FROM organisation_event WHERE seq = (SELECT max(seq) FROM organisation_event)",
    )

    assert "set back" in found["(file)"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_changed_line_of_the_file_is_found_wherever(proof):
    path = checkpoints.file_of(proof.platform).path
    whole = path.read_bytes()
    chance = random.Random(7)
    missed = []
    for place in chance.sample(range(len(whole)), 60):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        if not _broken(proof):
            missed.append(place)
    path.write_bytes(whole)

    assert missed == []
    assert _broken(proof) == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_missing_file_is_told_and_a_short_one_noted(proof):
    file = checkpoints.file_of(proof.platform)
    lines = file.path.read_text().splitlines(keepends=True)
    file.path.write_text(lines[0])
    short = auditing.verify_journal(proof.platform, actor=SYSTEM)
    file.path.unlink()

    assert short.broken == ()
    assert "ends with checkpoint 1" in short.notes[0]
    assert "is missing" in _broken(proof)["(file)"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_copy_kept_elsewhere_shows_what_whoever_holds_the_key_did(proof, tmp_path):
    """Everything is rewritten and signed anew; only the copy of the first lines is out of reach."""
    platform = proof.platform
    copy = tmp_path / "copy.jsonl"
    copy.write_text(checkpoints.file_of(platform).path.read_text())
    database = platform.database
    for statement in _rewritten(proof, 1, 1):
        execute(database, statement)
    execute(database, "DELETE FROM journal_chunk")
    checkpoints.make(platform, looks_at_all=True)

    found = _broken(proof, copy=copy)

    assert "checkpoint 2" in found["(checkpoints)"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_old_copy_leads_to_the_journal_of_today(proof, tmp_path):
    copy = tmp_path / "copy.jsonl"
    copy.write_text(checkpoints.file_of(proof.platform).path.read_text().splitlines()[0] + "\n")

    assert _broken(proof, copy=copy) == {}


def test_another_key_is_found(proof):
    path = checkpoints.signing_key(proof.platform).path
    path.unlink()
    SigningKey(path).make()

    assert "not ours" in _broken(proof)["(checkpoints)"]


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_any_few_changes_together_are_found(proof, data):
    """Whatever is changed, moved and removed at once: the journal is not the one that was."""
    database = proof.platform.database
    statements = []
    for _ in range(data.draw(st.integers(1, 3))):
        table = data.draw(st.sampled_from(sorted(TABLES)))
        key, columns = TABLES[table]
        number = data.draw(st.sampled_from(_keys(database, table, key)))
        column = data.draw(st.sampled_from(columns.split()))
        text = data.draw(st.sampled_from(["x", "7", "null", "{}", "[]", "ä", "-1", "'; --"]))
        change = data.draw(
            st.sampled_from(
                [
                    f"UPDATE {table} SET {column} = {column} || :text WHERE {key} = {number}",  # noqa: S608
                    f"DELETE FROM {table} WHERE {key} = {number}",  # noqa: S608
                    f"UPDATE {table} SET {column} = X'00ff' WHERE {key} = {number}",  # noqa: S608
                ]
            )
        )
        quoted = "'" + text.replace("'", "''") + "'"
        statements.append(change.replace(":text", quoted))

    assert _found_after(proof, *statements)
