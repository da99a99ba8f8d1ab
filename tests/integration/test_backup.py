"""Backups restore: made under load, whole, on either database; nothing is sent twice."""

from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from threading import Event, Thread

import orjson
import pytest
from sqlalchemy import inspect

from engine.domain.actor import SYSTEM
from engine.errors import BackupError, InvalidInputError, NotAllowedError, NotFoundError
from engine.services.accounts import accounts, signing_in
from engine.services.audit import auditing
from engine.services.post import dispatch, held
from engine.services.upkeep import backup, keeping
from engine.store import archive
from engine.store.archive import Snapshot
from tests.integration.agreement import contradictions_anywhere
from tests.integration.office import LETTER, Office, execute, rows

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PASSPHRASE = "a staple for the horse"
CHANGED = {"outbox", "session", "organisation_event", "organisation_chain"}
"""Tables in which a restored database differs, and why is what other tests are about."""
_numbers = count(1)


def _busy(office):
    """Have something in most tables, and one mail that has not left."""
    sent = office.reach("draft_decision")
    office.reach("assess")
    execute(office.platform.database, "UPDATE outbox SET sent_at = created_at, next_try_at = NULL")
    office.do(office.reach("acknowledge"), "acknowledge", text=LETTER)
    accounts.add(
        office.platform, actor=SYSTEM, username="pat", name="Pat", roles=["handler"],
        password="correct horse battery",
    )  # fmt: skip
    return sent


def _lines(platform):
    """Return every row of every table, as a backup would write it."""
    with archive.snapshot(platform.database) as moment:
        return {
            name: sorted(_in_order(line) for line in moment.lines(name, columns))
            for name, columns in moment.columns().items()
        }


def _in_order(line):
    """Return a row with one spelling; PostgreSQL keeps the parts of JSON in an order of its own."""
    return orjson.dumps(orjson.loads(line), option=orjson.OPT_SORT_KEYS)


def _made(office, tmp_path):
    """Make a backup, and a file of the keys beside it."""
    made = backup.make(office.platform, path=tmp_path / f"backup-{next(_numbers)}.zip")
    keeping.keep(office.platform, path=made.path.with_suffix(".keys"), passphrase=PASSPHRASE)
    return made


def _restore(platform, made):
    keys = made.path.with_suffix(".keys")
    return backup.restore(platform, path=made.path, keys=keys, passphrase=PASSPHRASE)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_is_restored_is_what_was_backed_up_on_either_database(
    office, tmp_path, elsewhere, kind
):
    _busy(office)
    before = _lines(office.platform)
    made = _made(office, tmp_path)
    restored = elsewhere(kind)

    done = _restore(restored, made)

    after = _lines(restored)
    assert {n: r for n, r in after.items() if n not in CHANGED} == {
        n: r for n, r in before.items() if n not in CHANGED
    }
    assert done.backup == made
    assert contradictions_anywhere(restored) == {}
    assert auditing.verify_journal(restored, actor=SYSTEM).broken == ()


def test_every_table_is_in_a_backup(office, tmp_path):
    made = _made(office, tmp_path)

    stored = set(inspect(office.platform.database.engine).get_table_names()) - {"alembic_version"}
    assert {table.name for table in made.manifest.tables} == stored


def test_work_goes_on_after_a_restore(office, tmp_path, elsewhere):
    reference = _busy(office)
    made = _made(office, tmp_path)
    restored = elsewhere()
    _restore(restored, made)

    again = Office(restored, office.staff)
    again.do(reference, "draft_decision")
    new = again.lodge()

    assert again.steps(reference).keys() == {"approve_decision"}
    assert new not in {reference, ""}
    assert auditing.verify_journal(restored, actor=SYSTEM).broken == ()


@contextmanager
def _meanwhile(work):
    """Do something again and again in threads of their own until the block ends."""
    over, done = Event(), []

    def go():
        while not over.is_set():
            done.append(work())

    threads = [Thread(target=go) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield done
    finally:
        over.set()
        for thread in threads:
            thread.join(60)


def test_a_backup_that_is_made_under_load_is_whole(office, tmp_path, elsewhere):
    office.reach("assess")
    made = []

    with _meanwhile(lambda: office.reach("assess")) as done:
        while len(made) < 4 or len(done) < 6:
            made.append(_made(office, tmp_path))

    assert made[-1].manifest.cases > made[0].manifest.cases
    for each in (made[0], made[len(made) // 2], made[-1]):
        restored = elsewhere()
        _restore(restored, each)
        assert contradictions_anywhere(restored) == {}
        counted = rows(restored.database, "SELECT count(*) FROM complaint_case")
        assert counted == [(each.manifest.cases,)]


def _lodged_between(office, monkeypatch):
    """Let somebody lodge a complaint while the backup is between two tables."""
    lines = Snapshot.lines

    def and_lodge(moment, name, columns):
        yield from lines(moment, name, columns)
        if name == "complaint_case":
            office.lodge()

    monkeypatch.setattr(Snapshot, "lines", and_lodge)


def test_a_backup_is_of_one_moment(office, tmp_path, elsewhere, monkeypatch):
    office.lodge()
    _lodged_between(office, monkeypatch)

    made = _made(office, tmp_path)

    assert made.manifest.cases == 1
    _restore(elsewhere(), made)


def test_a_backup_that_reads_each_table_at_another_moment_is_noticed(
    office, tmp_path, elsewhere, monkeypatch
):
    """Plant the bug: every question sees what is stored by then."""
    office.lodge()
    _lodged_between(office, monkeypatch)

    @contextmanager
    def careless(database):
        class Now:
            def execute(self, statement):
                with database.engine.connect() as connection:
                    connection.execution_options(redress_writes=False)
                    return connection.execute(statement).freeze()()

            def __getattr__(self, name):
                return getattr(database.engine, name)

        moment = Snapshot(Now())
        with database.engine.connect() as connection:
            known = Snapshot(connection).columns()
        monkeypatch.setattr(Snapshot, "columns", lambda _: known)
        yield moment

    monkeypatch.setattr(archive, "snapshot", careless)
    made = _made(office, tmp_path)

    with pytest.raises(BackupError, match=r"do not fit together|journal does not hold|not as many"):
        _restore(elsewhere(), made)


def test_nothing_that_may_have_left_leaves_again_by_itself(office, tmp_path, elsewhere, postbox):
    _busy(office)
    made = _made(office, tmp_path)
    dispatch.send_outbox(replace(office.platform, smtp_url=postbox.url))
    restored = replace(elsewhere(), smtp_url=postbox.url)

    done = _restore(restored, made)
    told = dispatch.send_outbox(restored)

    assert done.held == 1
    assert (told.sent, told.held, told.given_up) == (0, 0, 0)
    assert len(postbox.mails) == 1
    (kept,) = held.mails(restored, actor=SYSTEM)
    assert kept.message_id == postbox.mails[0]["Message-ID"]


def test_an_operator_releases_what_has_not_left(office, tmp_path, elsewhere, postbox):
    _busy(office)
    made = _made(office, tmp_path)
    restored = replace(elsewhere(), smtp_url=postbox.url)
    _restore(restored, made)

    released = held.release(restored, actor=SYSTEM, message_ids=(), reason="The server was down.")
    told = dispatch.send_outbox(restored)

    assert (released, told.sent) == (1, 1)
    assert held.mails(restored, actor=SYSTEM) == ()


def test_an_operator_says_what_has_left_before(office, tmp_path, elsewhere, postbox):
    _busy(office)
    made = _made(office, tmp_path)
    restored = replace(elsewhere(), smtp_url=postbox.url)
    _restore(restored, made)
    (kept,) = held.mails(restored, actor=SYSTEM)

    settled = held.settle(
        restored, actor=SYSTEM, message_ids=[kept.message_id], reason="It is in the log."
    )

    assert settled == 1
    assert dispatch.send_outbox(restored).sent == 0
    events = rows(restored.database, "SELECT type, detail FROM organisation_event ORDER BY seq")
    assert [kind for kind, _ in events][-2:] == ["backup.restored", "mail.said-to-be-sent"]
    with pytest.raises(NotFoundError):
        held.release(
            restored, actor=SYSTEM, message_ids=[kept.message_id], reason="Once more, please."
        )


def test_nobody_stays_signed_in(office, tmp_path, elsewhere):
    _busy(office)
    who = {"username": "pat", "password": "correct horse battery", "address": "10.0.0.1"}
    signing_in.sign_in(office.platform, **who)
    made = _made(office, tmp_path)
    restored = elsewhere()

    _restore(restored, made)

    assert rows(restored.database, "SELECT count(*) FROM session WHERE ended_at IS NULL") == [(0,)]
    assert rows(restored.database, "SELECT count(*) FROM session") != [(0,)]


@ON_SQLITE
def test_a_backup_is_its_owners_alone_and_never_written_over(office, tmp_path):
    made = _made(office, tmp_path)

    assert made.path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(InvalidInputError, match="there already"):
        backup.make(office.platform, path=made.path)
    assert backup.check(made.path) == made
    assert list(tmp_path.glob("*.part")) == []


@ON_SQLITE
def test_a_database_that_holds_something_is_left_alone(office, tmp_path):
    made = _made(office, tmp_path)
    before = _lines(office.platform)

    with pytest.raises(BackupError, match="holds something already"):
        _restore(office.platform, made)

    assert _lines(office.platform) == before


@ON_SQLITE
def test_a_migrated_database_without_a_row_is_empty(office, tmp_path, elsewhere):
    _busy(office)
    made = _made(office, tmp_path)
    fresh = elsewhere()
    fresh.database.migrate()
    with pytest.raises(BackupError, match="another key"):
        _restore(fresh, made)
    fresh.keyring.path.unlink()

    _restore(fresh, made)

    assert contradictions_anywhere(fresh) == {}


@ON_SQLITE
def test_only_an_administrator_backs_up_and_restores(office, staff, tmp_path, elsewhere):
    made = _made(office, tmp_path)

    for person in staff.values():
        with pytest.raises(NotAllowedError):
            backup.make(office.platform, actor=person, path=tmp_path / "mine.zip")
        with pytest.raises(NotAllowedError):
            backup.restore(elsewhere(), actor=person, path=made.path)
