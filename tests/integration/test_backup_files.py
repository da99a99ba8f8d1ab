"""Files that are restored from: damaged, old, and with keys apart."""

import hashlib
import json
import zipfile

import pytest
from sqlalchemy import inspect

from engine.errors import BackupError, InvalidInputError
from engine.services.upkeep import backup, keeping
from engine.store import archive
from tests.integration.office import execute, rows

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PASSPHRASE = "a staple for the horse"


def _made(office, tmp_path):
    return backup.make(office.platform, path=tmp_path / "backup.zip")


def _rewritten(path, target, change):
    """Write a backup again, with each file changed by ``change(name, content)``; None drops it."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return target


def _in_manifest(change):
    def edit(name, content):
        if name != "manifest.json":
            return content
        told = json.loads(content)
        change(told)
        return json.dumps(told).encode()

    return edit


def _table(told, name):
    return next(table for table in told["tables"] if table["name"] == name)


ACCIDENTS = {
    "a value": lambda _, c: c.replace(b'"hanna"', b'"hanno"', 1),
    "a row less": lambda n, c: b"".join(c.splitlines(keepends=True)[1:]) if "journal" in n else c,
    "a row twice": lambda n, c: c + c.splitlines(keepends=True)[0] if "journal." in n else c,
    "no end": lambda n, c: c[:-1] if "journal." in n else c,
    "no table": lambda n, c: None if "journal." in n else c,
    "no manifest": lambda n, c: None if n == "manifest.json" else c,
    "no JSON": lambda n, c: b"{" if n == "manifest.json" else c,
    "a hash": _in_manifest(lambda m: _table(m, "journal").update(sha256="0" * 64)),
    "a count": _in_manifest(lambda m: _table(m, "journal").update(rows=1)),
    "a stranger": _in_manifest(lambda m: _table(m, "journal").update(name="sqlite_master")),
    "a way out": _in_manifest(lambda m: _table(m, "journal").update(name="../../etc/passwd")),
    "another column": _in_manifest(
        lambda m: _table(m, "note")["columns"].append({"name": "x; --", "kind": "plain"})
    ),
    "another format": _in_manifest(lambda m: m.update(format=2)),
    "another kind": _in_manifest(lambda m: _table(m, "note")["columns"][0].update(kind="code")),
    "a later release": _in_manifest(lambda m: m.update(revision="9999")),
    "fewer cases": _in_manifest(lambda m: m["tables"].remove(_table(m, "complaint_case"))),
}


@ON_SQLITE
@pytest.mark.parametrize("accident", ACCIDENTS)
def test_a_damaged_backup_is_refused_and_nothing_is_restored(office, tmp_path, elsewhere, accident):
    office.lodge()
    made = _made(office, tmp_path)
    damaged = _rewritten(made.path, tmp_path / "damaged.zip", ACCIDENTS[accident])
    fresh = elsewhere()

    with pytest.raises(BackupError):
        backup.restore(fresh, path=damaged)

    assert archive.is_empty(fresh.database)


@ON_SQLITE
def test_a_backup_with_any_byte_changed_or_cut_off_is_refused(office, tmp_path):
    made = _made(office, tmp_path)
    content = made.path.read_bytes()
    broken = tmp_path / "broken.zip"
    for place in range(50, len(content) - 25, len(content) // 60):
        for cut in (
            content[:place],
            content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :],
        ):
            broken.write_bytes(cut)
            try:
                found = backup.check(broken)
            except BackupError:
                continue
            assert found.manifest == made.manifest  # a byte that only ZIP has a use for
            assert found.sha256 != made.sha256


def test_a_file_that_is_no_backup_is_said_to_be_none(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear Jane")

    with pytest.raises(BackupError, match="is no backup"):
        backup.check(tmp_path / "letter.txt")
    with pytest.raises(InvalidInputError, match="cannot be read"):
        backup.check(tmp_path / "nowhere.zip")


@ON_SQLITE
def test_a_backup_from_before_the_last_migrations_is_restored_and_migrated(
    office, tmp_path, elsewhere
):
    """Its mails are kept back too, although nobody knew of that when it was made."""
    old = elsewhere()
    old.database.migrate(to="0003")
    at = "2026-01-05 10:00:00.000000"
    for statement in (
        "INSERT INTO process_version VALUES ('d', 'p', 1, '[]', '[]', 'system', :at, 'r')",
        "INSERT INTO account VALUES ('pat', 'Pat', '[\"handler\"]', 'x', 1, :at)",
        "INSERT INTO session VALUES ('t', 'pat', :at, :at, NULL)",
    ):
        execute(old.database, statement, at=at)
    made = tmp_path / "old.zip"
    _written_then(old, made)
    fresh = elsewhere()

    backup.restore(fresh, path=made)

    assert rows(fresh.database, "SELECT username FROM account") == [("pat",)]
    assert rows(fresh.database, "SELECT count(*) FROM session WHERE ended_at IS NULL") == [(0,)]
    assert fresh.database.revision() > "0003"


def _written_then(platform, path):
    """Write a backup as the program of revision 0003 would have."""
    columns, lines, digest = {}, {}, hashlib.sha256
    with archive.snapshot(platform.database) as moment:
        known = moment.columns()
    stored = inspect(platform.database.engine)
    for name, found in known.items():
        there = {column["name"] for column in stored.get_columns(name)}
        columns[name] = tuple(column for column in found if column.name in there)
        with archive.snapshot(platform.database) as moment:
            lines[name] = b"".join(moment.lines(name, columns[name]))
    told = {
        "format": 1, "release": "0.0.9", "made_at": "2026-01-05T10:00:00Z", "revision": "0003",
        "cases": 0, "events": 0, "heads": digest(b"").hexdigest(),
        "tables": [
            {
                "name": name, "rows": lines[name].count(b"\n"),
                "columns": [column.model_dump() for column in columns[name]],
                "sha256": digest(lines[name]).hexdigest(),
            }
            for name in columns
        ],
    }  # fmt: skip
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("manifest.json", json.dumps(told))
        for name, content in lines.items():
            file.writestr(f"tables/{name}.jsonl", content)


@ON_SQLITE
def test_the_keys_are_in_no_backup_and_come_back_from_their_own_file(office, tmp_path, elsewhere):
    office.lodge()
    platform = office.platform
    sealed = platform.keyring.seal("subject:1", b"Jane")
    (platform.home / "journal.key").write_bytes(b"-- a signing key --")
    made = _made(office, tmp_path)
    keeping.keep(platform, path=tmp_path / "keys.bin", passphrase=PASSPHRASE)
    secrets = json.loads(platform.keyring.path.read_text())
    restored = elsewhere()

    backup.restore(restored, path=made.path, keys=tmp_path / "keys.bin", passphrase=PASSPHRASE)

    assert restored.keyring.unseal("subject:1", sealed) == b"Jane"
    assert (restored.home / "journal.key").read_bytes() == b"-- a signing key --"
    assert restored.keyring.path.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(made.path) as file:
        everything = b"".join(file.read(name) for name in file.namelist())
    everything += (tmp_path / "keys.bin").read_bytes()
    for secret in (*secrets["keys"].values(), secrets["index"], "-- a signing key --", "Canary"):
        assert secret.encode() not in everything


@ON_SQLITE
def test_keys_are_kept_under_a_passphrase_that_is_one(office, tmp_path, elsewhere):
    office.platform.keyring.make()
    path = tmp_path / "keys.bin"

    with pytest.raises(InvalidInputError, match="at least 12"):
        keeping.keep(office.platform, path=path, passphrase="short")
    keeping.keep(office.platform, path=path, passphrase=PASSPHRASE)
    with pytest.raises(BackupError, match="passphrase"):
        keeping.bring_back(elsewhere(), path=path, passphrase=PASSPHRASE + "?")

    assert path.stat().st_mode & 0o777 == 0o600
    changed = bytearray(path.read_bytes())
    changed[-20] ^= 1
    path.write_bytes(changed)
    with pytest.raises(BackupError, match="damaged"):
        keeping.put_in_place(office.platform, path=path, passphrase=PASSPHRASE)


@ON_SQLITE
def test_keys_never_take_the_place_of_others(office, tmp_path, elsewhere):
    office.platform.keyring.make()
    keeping.keep(office.platform, path=tmp_path / "keys.bin", passphrase=PASSPHRASE)
    other = elsewhere()
    other.keyring.make()
    before = other.keyring.path.read_bytes()

    with pytest.raises(BackupError, match="another key"):
        keeping.bring_back(other, path=tmp_path / "keys.bin", passphrase=PASSPHRASE)

    assert other.keyring.path.read_bytes() == before
