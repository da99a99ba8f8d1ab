"""Checkpoints: what was signed cannot go unnoticed, and each costs what happened since."""

import json

import pytest
from sqlalchemy.exc import DBAPIError

from engine.domain.actor import SYSTEM
from engine.domain.checkpoint import CHUNK, SIGNED_AS, from_line, prove, proven_root
from engine.errors import ConflictError, JournalAlteredError, KeyLostError
from engine.services.journal import checkpoints
from engine.services.journal.jotting import jot_organisation
from engine.services.process import processes
from engine.signing import is_signed
from tests.integration.conftest import _BUNDLES
from tests.integration.office import execute, rows, statements
from tests.integration.test_journal import unguard


def _make(office, **how):
    return checkpoints.make(office.platform, **how)


def _lines(office):
    return list(checkpoints.file_of(office.platform).lines())


def test_a_checkpoint_is_signed_and_stands_in_the_database_and_in_the_file(office):
    office.reach("assess")

    made = _make(office)

    fields = made.fields
    ((cases, events),) = rows(
        office.platform.database, "SELECT count(*), sum(journal_seq) FROM complaint_case"
    )
    assert (fields["number"], fields["cases"], fields["events"]) == (1, cases, events)
    assert is_signed(fields["key"], SIGNED_AS + made.body.encode(), made.signature)
    assert [from_line(line) for line in _lines(office)] == [made]
    stored = rows(office.platform.database, "SELECT body, signature FROM checkpoint")
    assert stored == [(made.body, made.signature)]


def test_the_key_lies_outside_the_database_for_its_owner_alone(office):
    _make(office)

    path = checkpoints.signing_key(office.platform).path
    assert path.parent == office.platform.home
    assert path.stat().st_mode & 0o777 == 0o600


def test_where_nothing_happened_nothing_is_signed_but_once_a_day(office):
    office.lodge()
    first = _make(office)

    assert _make(office) is None
    daily = _make(office, looks_at_all=True)

    assert (daily.number, daily.fields["previous"]) == (2, first.digest)
    assert daily.fields["root"] == first.fields["root"]


def test_every_checkpoint_refers_to_the_one_before(office, clock):
    made = []
    for _ in range(4):
        office.lodge()
        clock.advance(minutes=10)
        made.append(_make(office))

    assert [each.fields["previous"] for each in made] == ["", *[m.digest for m in made[:-1]]]
    assert [each.fields["cases"] for each in made] == [1, 2, 3, 4]
    assert len({each.fields["root"] for each in made}) == 4
    assert [from_line(line) for line in _lines(office)] == made


def test_an_event_of_the_organisation_alone_is_reason_enough(office, staff):
    platform = office.platform
    _make(office)

    platform.database.write(
        lambda tx: jot_organisation(platform, tx, actor=staff["mara"], kind="role.granted")
    )

    assert _make(office).number == 2


def test_a_checkpoint_looks_only_at_what_happened_since(office):
    """Cases that lie chunks apart: a look at one must not read the others."""
    references = [office.lodge() for _ in range(3)]
    database = office.platform.database
    for number in (1, 2, 3):
        _spread(database, number)
    for _ in range(2):
        _make(office, looks_at_all=True)
    office.do(references[1], "register")

    with statements(database) as seen:
        made = _make(office)

    assert made.number == 3
    assert len([each for each in seen if "FROM complaint_case" in each]) == 1
    assert made.fields["cases"] == 3
    assert made.fields["root"] == _make(office, looks_at_all=True).fields["root"]


def _spread(database, number):
    """Give a case a number far away, as if hundreds lay between."""
    unguard(database)
    if database.is_sqlite:
        owners = [
            table
            for (table,) in rows(database, "SELECT name FROM sqlite_master WHERE type = 'table'")
            if any(r[1] == "case_id" for r in rows(database, f"PRAGMA table_info({table})"))
        ]
    else:
        query = "SELECT table_name FROM information_schema.columns WHERE column_name = 'case_id'"
        owners = [table for (table,) in rows(database, query)]
    far = number * 10 * CHUNK
    with database.engine.connect() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        for table, column in [*[(name, "case_id") for name in owners], ("complaint_case", "id")]:
            connection.exec_driver_sql(
                f"UPDATE {table} SET {column} = {far} WHERE {column} = {number}"  # noqa: S608
            )
        connection.commit()
        if not database.is_sqlite:
            connection.exec_driver_sql("SET session_replication_role = DEFAULT")
            connection.commit()
    database.close()


@pytest.mark.parametrize("column", ["number", "body", "signature", "changes"])
def test_the_database_refuses_to_change_a_checkpoint(office, column):
    _make(office)

    with pytest.raises(DBAPIError, match="append-only"):
        execute(office.platform.database, f"UPDATE checkpoint SET {column} = {column}")  # noqa: S608
    with pytest.raises(DBAPIError, match="append-only"):
        execute(office.platform.database, "DELETE FROM checkpoint")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE complaint_case SET journal_seq = 1", "cut short"),
        ("UPDATE complaint_case SET journal_head = 'x'", "rewritten"),
        ("UPDATE organisation_chain SET seq = 0", "organisation"),
    ],
)
def test_nothing_more_is_signed_over_what_was_altered(office, change, said):
    office.reach("assess")
    _make(office)
    unguard(office.platform.database)
    execute(office.platform.database, change)

    with pytest.raises(JournalAlteredError, match=said):
        _make(office, looks_at_all=True)

    assert len(_lines(office)) == 1


@pytest.fixture
def set_back(sqlite_platform, tmp_path):
    """A database set back to a backup, beside a file of checkpoints that knows what came after."""
    platform = sqlite_platform
    platform.bundles.update(_BUNDLES)
    processes.install_shipped(platform)
    checkpoints.make(platform)
    backup = tmp_path / "old.db"
    with platform.database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql(f"VACUUM INTO '{backup}'")
        connection.exec_driver_sql("BEGIN")
    for _ in range(2):
        checkpoints.make(platform, looks_at_all=True)
    platform.database.close()
    live = platform.home / "redress.db"
    for name in ("redress.db-wal", "redress.db-shm"):
        live.with_name(name).unlink(missing_ok=True)
    backup.replace(live)
    return platform


def test_a_database_that_was_set_back_is_not_signed(set_back):
    with pytest.raises(JournalAlteredError, match="ends with number 3 and the database with 1"):
        checkpoints.make(set_back, looks_at_all=True)


def test_a_restore_is_accepted_with_a_reason_and_stays_to_be_seen(set_back, vera):
    made = checkpoints.accept(set_back, actor=vera, reason="The disk broke.")

    said = made.fields["accepts"]
    assert (made.number, said["by"], said["reason"]) == (2, "vera", "The disk broke.")
    assert "set back" in said["findings"][0]
    lines = list(checkpoints.file_of(set_back).lines())
    assert [from_line(line).number for line in lines] == [1, 2, 3, 2]
    assert checkpoints.make(set_back, looks_at_all=True).number == 3


def test_what_is_as_it_was_signed_needs_no_acceptance(office, vera):
    _make(office)

    with pytest.raises(ConflictError, match="nothing to accept"):
        checkpoints.accept(office.platform, actor=vera, reason="Just in case.")


def test_a_power_cut_before_the_file_is_written_is_made_good(office, monkeypatch):
    office.lodge()
    with monkeypatch.context() as power:
        power.setattr(checkpoints, "_catch_up", lambda _platform: None)
        lost = _make(office)
    office.lodge()

    made = _make(office)

    assert [from_line(line) for line in _lines(office)] == [lost, made]


def test_a_new_key_is_announced_by_the_old_one(office):
    first = _make(office)
    old = first.fields["key"]

    told = checkpoints.renew_key(office.platform, actor=SYSTEM, reason="Somebody left.")

    office.lodge()
    after = _make(office)
    assert told.fields["key"] == old
    assert told.fields["next_key"] == after.fields["key"] != old
    assert is_signed(after.fields["key"], SIGNED_AS + after.body.encode(), after.signature)


def test_a_key_that_was_announced_is_taken_up_after_a_power_cut(office, monkeypatch):
    _make(office)
    real = checkpoints.SigningKey.become

    def die(key, public):
        if public != key.public:
            raise OSError("power cut")
        real(key, public)

    with monkeypatch.context() as power:
        power.setattr(checkpoints.SigningKey, "become", die)
        with pytest.raises(OSError, match="power cut"):
            checkpoints.renew_key(office.platform, actor=SYSTEM, reason="Somebody left.")
    office.lodge()

    assert _make(office).number == 3


def test_without_its_key_nothing_is_signed_until_the_loss_is_told(office):
    _make(office)
    checkpoints.signing_key(office.platform).path.unlink()
    office.lodge()

    with pytest.raises(KeyLostError):
        _make(office)
    told = checkpoints.renew_key(
        office.platform, actor=SYSTEM, reason="The disk broke.", is_lost=True
    )

    assert told.fields["lost_key"] == json.loads(_lines(office)[0])["body"].split('"key":"')[1][:64]
    office.lodge()
    assert _make(office).number == 3


def test_an_end_is_proven_by_a_short_path(office):
    references = [office.lodge() for _ in range(5)]
    made = _make(office)

    with office.platform.database.read() as tx:
        chunks = list(tx.checkpoints.chunks().values())
        among = tx.checkpoints.ends(0)
    proofs = [prove(end, among=among, chunks=chunks) for end in among]

    assert len(references) == len(proofs)
    assert {proven_root(proof) for proof in proofs} == {made.fields["root"]}
    forged = prove(
        among[0]._replace(seq=1), among=[among[0]._replace(seq=1), *among[1:]], chunks=chunks
    )
    assert proven_root(forged) != made.fields["root"]
