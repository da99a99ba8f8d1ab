"""A large journal is verified in two processes, and they find what one finds."""

import os

import pytest
from sqlalchemy import text

from engine.domain.actor import SYSTEM
from engine.services.audit import auditing
from engine.services.journal import chains, checkpoints
from tests.integration.office import execute, rows
from tests.integration.test_journal import unguard

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what is of processes and not of databases."""
BEHIND = 300
"""Number of a case in the second half."""


@pytest.fixture
def proof(office, monkeypatch):
    """Three cases before the middle, three behind it, and a checkpoint of them all."""
    monkeypatch.setattr(chains, "WORTH", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    for _ in range(3):
        office.lodge()
    unguard(office.platform.database)
    _skip_to(office.platform.database, BEHIND)
    for _ in range(3):
        office.do(office.lodge(), "register")
    execute(office.platform.database, "DELETE FROM complaint_case WHERE id = :empty", empty=BEHIND)
    checkpoints.make(office.platform)
    return office


def _skip_to(database, number):
    """Let the next case have a higher number, as if there had been many before it."""
    with database.engine.connect() as connection:
        known = connection.execute(text("SELECT * FROM complaint_case WHERE id < 0")).keys()
    empty = {"id": str(number), "reference": "'X'", "journal_seq": "0", "journal_head": "''"}
    values = ", ".join(empty.get(name, name) for name in known)
    execute(
        database,
        f"INSERT INTO complaint_case ({', '.join(known)}) "  # noqa: S608
        f"SELECT {values} FROM complaint_case WHERE id = 1",
    )
    if not database.is_sqlite:
        of = "pg_get_serial_sequence('complaint_case', 'id')"
        execute(database, f"SELECT setval({of}, {number})")


def _told(office, *, is_halved, progress=None):
    platform = office.platform
    if is_halved:
        return auditing.verify_journal(platform, actor=SYSTEM, progress=progress)
    with platform.database.read() as tx:
        return auditing.check_all(platform, tx)


def _agreed(office):
    """Return what is broken, once two processes have said the same as one."""
    whole, halves = _told(office, is_halved=False), _told(office, is_halved=True)
    assert (halves.cases, halves.events) == (whole.cases, whole.events)
    assert sorted(halves.broken) == sorted(whole.broken)
    assert halves.notes == whole.notes
    return {where for where, _ in whole.broken}


@pytest.mark.iso("4.9")
def test_two_processes_find_what_one_finds(proof):
    database = proof.platform.database
    (low,), (high,) = rows(database, "SELECT min(id) FROM journal GROUP BY case_id > 256")
    assert _agreed(proof) == set()

    execute(database, "UPDATE journal SET actor = 'nobody' WHERE id = :high", high=high)
    in_second = _agreed(proof)
    execute(database, "UPDATE journal SET actor = 'nobody' WHERE id = :low", low=low)
    in_both = _agreed(proof)
    moved = "UPDATE journal SET case_id = 2, seq = 99 WHERE id = (SELECT max(id) FROM journal)"
    execute(database, moved)
    across = _agreed(proof)

    assert len(in_second) == 1
    assert in_second < in_both < across


@pytest.mark.iso("4.9")
def test_personal_facts_of_the_second_half_are_compared_too(proof):
    database = proof.platform.database
    execute(database, f"UPDATE journal_value SET sealed = 'x' WHERE case_id = {BEHIND + 1}")  # noqa: S608

    assert len(_agreed(proof)) == 1


@on_sqlite
def test_a_case_that_is_gone_is_missed_in_either_half(proof):
    database = proof.platform.database
    for case_id in (2, BEHIND + 1):
        execute(database, "DELETE FROM journal_value WHERE case_id = :gone", gone=case_id)
        execute(database, "DELETE FROM journal WHERE case_id = :gone", gone=case_id)

    assert len(_agreed(proof)) == 3  # both, and the tree over all


@on_sqlite
def test_progress_is_told_of_both_halves(proof, monkeypatch):
    monkeypatch.setattr(chains, "_EVERY", 1)
    heard = []

    told = _told(proof, is_halved=True, progress=lambda seen, of: heard.append((seen, of)))

    in_cases = heard[-1][1]
    assert heard[-1][0] == in_cases <= told.events
    assert [seen for seen, _ in heard] == sorted(seen for seen, _ in heard)


class _Killed(chains._Helper):
    """Is killed as soon as it has begun."""

    def __init__(self, *given):
        super().__init__(*given)
        self._process.kill()


@on_sqlite
def test_a_helper_that_dies_leaves_nothing_out(proof, monkeypatch):
    database = proof.platform.database
    execute(database, f"UPDATE journal SET actor = 'nobody' WHERE case_id = {BEHIND + 1}")  # noqa: S608
    monkeypatch.setattr(chains, "_Helper", _Killed)

    assert len(_agreed(proof)) == 1


class _Blind(chains._Helper):
    """Says that everything is there, whatever it has seen."""

    def wait(self, tell):
        told = super().wait(tell)
        return told._replace(findings=())


@on_sqlite
def test_a_helper_that_overlooks_something_would_be_noticed_here(proof, monkeypatch):
    database = proof.platform.database
    execute(database, f"UPDATE journal SET actor = 'nobody' WHERE case_id = {BEHIND + 1}")  # noqa: S608
    monkeypatch.setattr(chains, "_Helper", _Blind)

    with pytest.raises(AssertionError):
        _agreed(proof)
