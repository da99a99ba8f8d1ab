"""No command changes a case, or what was stated and decided about it, without an event."""

import pytest

from engine.services.handling import casework
from tests.integration.commands import WAYS, Desk, writers
from tests.integration.office import rows
from tests.integration.postbox import PostBox

OF_CASES = ("statement", "approval", "escalation", "communication", "note", "correlation",
            "document", "document_file")  # fmt: skip
"""Tables of what is kept about a case, besides the case itself."""
UNTOLD = {"rev", "journal_seq", "journal_head"}
"""Columns of a case that say only that it was looked at, and where its journal ends."""


@pytest.fixture
def database_url(sqlite_url):
    """What a command leaves behind depends on no database."""
    return sqlite_url


@pytest.fixture
def desk(office, clock, tmp_path):
    box = PostBox()
    box.open()
    yield Desk(office, clock, tmp_path, box.url)
    box.close()


def _state(database):
    """Return by case where its journal ends, and everything that must not change without it."""
    with database.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT * FROM complaint_case").mappings().all()
    ends = {row["id"]: (row["journal_seq"], row["journal_head"]) for row in found}
    told = {row["id"]: [(k, v) for k, v in row.items() if k not in UNTOLD] for row in found}
    for table in OF_CASES:
        for row in rows(database, f"SELECT case_id, {table}.* FROM {table}"):  # noqa: S608
            told[row[0]].append((table, *row[1:]))
    return ends, told


def _changed_without_an_event(desk, act):
    database = desk.office.platform.database
    ends, told = _state(database)
    act(desk.office.platform)
    ends_now, told_now = _state(database)
    return [
        case_id
        for case_id, is_now in told_now.items()
        if is_now != told.get(case_id) and ends_now[case_id] == ends.get(case_id)
    ]


@pytest.mark.iso("4.9")
@pytest.mark.parametrize("name", [n for n in writers() if n in WAYS and not WAYS[n].is_story])
def test_a_command_changes_no_case_without_an_event(desk, name):
    act = WAYS[name].prepare(desk)

    assert _changed_without_an_event(desk, act) == []


def test_a_command_that_leaves_no_event_is_noticed(desk, monkeypatch):
    """Plant the bug: what was done is forgotten before it is written."""
    act = WAYS["casework.add_note"].prepare(desk)
    monkeypatch.setattr(casework.CaseChange, "record", lambda *_, **__: None, raising=False)
    monkeypatch.setattr("engine.services.running.change.CaseChange.record", lambda *_, **__: None)

    assert _changed_without_an_event(desk, act)
