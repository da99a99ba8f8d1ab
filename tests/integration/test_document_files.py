"""Stored files beside their rows: nothing is lost, nothing stays that should go."""

import io
import json
import os
import signal
import time
import zipfile

import pytest

from engine.domain.document import FileState
from engine.errors import (
    BackupError,
    ConflictError,
    FileLostError,
    SealBrokenError,
    UnavailableError,
)
from engine.services.documents import document_reading, document_upkeep, storing
from engine.services.privacy import erasure, subject_access
from engine.services.upkeep import backup, keeping
from tests.integration.document_ways import (
    HELD,
    TEXT,
    add,
    add_redacted,
    leave_stray,
    read,
)
from tests.integration.killing import killed_at
from tests.integration.office import execute, rows
from tests.integration.people import DORA, REX, WHY, closed, erase
from tests.unit.inspection.test_content import REFUSED

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SECRET = b"Canary's diary: the quetzal sang."
PASSPHRASE = "a staple for the horse"


CHANGES = {
    "cut off": lambda content: content[:-1],
    "another byte": lambda content: content[:9] + bytes([content[9] ^ 1]) + content[10:],
    "gone": lambda _content: None,
}


@pytest.fixture
def kept(office):
    """A closed case with one document."""
    reference = closed(office)
    add(office.platform, office.staff["hanna"], reference, SECRET, "canary.txt")
    return reference


def _stored(platform):
    return sorted(each.name for each in platform.depot.stored())


def _place(platform, name=""):
    name = name or _stored(platform)[0]
    return platform.home / "files" / "kept" / name[:2] / name


def _told(platform):
    """Return every file of the depot that tells what the document says."""
    places = [path for path in (platform.home / "files").rglob("*") if path.is_file()]
    return [path for path in places if b"anary" in path.read_bytes()]


def test_no_stored_file_tells_anything_without_its_key(office, kept):
    assert len(_stored(office.platform)) == 1
    assert _told(office.platform) == []


def test_a_file_stored_in_plain_is_noticed(office, kept):
    """Plant the bug: the content itself is stored."""
    _place(office.platform).write_bytes(SECRET)

    assert len(_told(office.platform)) == 1


def test_lost_damaged_and_stray_files_are_found(office, kept):
    platform, hanna = office.platform, office.staff["hanna"]
    assert document_upkeep.compare(platform, reads_all=True).is_whole
    for content in (b"second", b"third"):
        add(platform, hanna, kept, content)
    with platform.database.read() as tx:
        first, second, third = (each.storage for each in tx.documents.expected())
    _place(platform, first).unlink()
    _place(platform, second).write_bytes(b"shorter")
    sealed = bytearray(_place(platform, third).read_bytes())
    sealed[-1] ^= 1
    _place(platform, third).write_bytes(sealed)
    leave_stray(platform)

    quick = document_upkeep.compare(platform)
    whole = document_upkeep.compare(platform, reads_all=True)

    assert (quick.files, quick.lost, quick.damaged) == (3, ((kept, 1),), ((kept, 2),))
    assert whole.damaged == ((kept, 2), (kept, 3))
    assert whole.strays == ("0" * 32,)
    with pytest.raises(FileLostError):
        read(platform, hanna, kept)
    with pytest.raises(SealBrokenError):
        read(platform, hanna, kept, number=3)


def test_only_old_files_of_which_nothing_speaks_are_removed(office, kept):
    platform = office.platform
    leave_stray(platform)
    leave_stray(platform, "1" * 32)
    os.utime(_place(platform, "1" * 32), None)
    old = platform.arriving / "abandoned"
    old.write_bytes(b"x")
    os.utime(old, (time.time() - 200_000,) * 2)

    done = document_upkeep.tidy(platform)

    assert done.removed == 2
    assert "1" * 32 in _stored(platform)
    assert len(_stored(platform)) == 2
    assert read(platform, office.staff["hanna"], kept) == SECRET


@pytest.mark.parametrize(("content", "state"), [(TEXT, FileState.KEPT), (HELD, FileState.HELD)])
def test_what_nothing_could_look_into_waits_and_is_looked_into_later(
    office, kept, monkeypatch, content, state
):
    platform, hanna = office.platform, office.staff["hanna"]
    with monkeypatch.context() as patch:
        patch.setattr(storing, "inspect", _is_down)
        add(platform, hanna, kept, content)
        with pytest.raises(ConflictError, match="look into"):
            read(platform, hanna, kept, number=2)
        assert document_upkeep.tidy(platform).seen == 0

    assert document_upkeep.tidy(platform).seen == 1

    found = document_reading.of_case(platform, actor=hanna, reference=kept).documents[1].newest
    assert found.state is state
    assert document_upkeep.compare(platform, reads_all=True).is_whole


def _is_down(*_given):
    raise UnavailableError("Nothing can look into files at present.")


def test_what_would_have_been_refused_is_never_handed_out(office, kept, monkeypatch):
    platform, hanna = office.platform, office.staff["hanna"]
    with monkeypatch.context() as patch:
        patch.setattr(storing, "inspect", _is_down)
        add(platform, hanna, kept, REFUSED["macros"])

    document_upkeep.tidy(platform)

    with pytest.raises(ConflictError, match="macros"):
        read(platform, hanna, kept, number=2)


@pytest.mark.iso("8.1")
def test_erasing_destroys_key_and_file(office, kept):
    platform = office.platform
    place = _place(platform)
    sealed = place.read_bytes()

    certificate = erase(office, kept)

    assert (certificate["document"], certificate["document_file"]) == (1, 1)
    assert _stored(platform) == []
    assert rows(platform.database, "SELECT sealed_key, storage, sha256 FROM document_file") == [
        ("", "", "")
    ]
    place.write_bytes(sealed)
    with pytest.raises(ConflictError):
        add(platform, office.staff["hanna"], kept)


def _erase_killed(office, reference, monkeypatch):
    """Let a process die after an erasure is stored and before its file is removed."""
    number = erasure.propose_erasure(office.platform, actor=DORA, reference=reference, **WHY)

    def die(*_given, **_named):
        os.kill(os.getpid(), signal.SIGKILL)

    with monkeypatch.context() as patch:
        patch.setattr(erasure, "remove_files", die)
        return killed_at(
            office.platform,
            lambda p: erasure.confirm(p, actor=REX, number=number),
            point=-1,
        )


def test_a_process_that_dies_in_an_erasure_leaves_nothing_that_can_be_read(
    office, kept, monkeypatch
):
    platform = office.platform

    was_killed = _erase_killed(office, kept, monkeypatch)

    assert was_killed
    (left,) = _stored(platform)
    assert rows(platform.database, "SELECT sealed_key FROM document_file") == [("",)]
    old = time.time() - 2 * 86_400
    os.utime(_place(platform, left), (old, old))
    assert document_upkeep.compare(platform).strays == (left,)
    assert document_upkeep.tidy(platform).removed == 1
    assert _stored(platform) == []
    assert document_upkeep.tidy(platform).removed == 0


@pytest.mark.parametrize("point", [0, 7, 14, 21, 28])
@ON_SQLITE
def test_a_file_is_whole_with_its_row_or_a_stray_wherever_its_adding_is_killed(office, point):
    platform, hanna, reference = office.platform, office.staff["hanna"], office.lodge()

    killed_at(platform, lambda p: add(p, hanna, reference), point)

    found = document_reading.of_case(platform, actor=hanna, reference=reference).documents
    told = document_upkeep.compare(platform, reads_all=True)
    assert (told.lost, told.damaged) == ((), ())
    assert [read(platform, hanna, reference) for _ in found] == [TEXT] * len(found)


def test_a_backup_carries_the_files_and_brings_them_back(office, kept, tmp_path, elsewhere):
    platform, path, keys = office.platform, tmp_path / "backup.zip", tmp_path / "keys.bin"
    made = backup.make(platform, path=path)
    keeping.keep(platform, path=keys, passphrase=PASSPHRASE)
    fresh = elsewhere()

    backup.restore(fresh, path=path, keys=keys, passphrase=PASSPHRASE)

    assert (made.manifest.files, made.manifest.lost) == (1, 0)
    assert b"anary" not in path.read_bytes()
    assert document_upkeep.compare(fresh, reads_all=True).is_whole
    assert read(fresh, office.staff["hanna"], kept) == SECRET


def _without(path, target, change):
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("files/"):
                content = change(content)
            if content is not None:
                new.writestr(name, content)
    return target


@ON_SQLITE
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_backup_whose_files_were_changed_is_refused(office, kept, tmp_path, change):
    made = backup.make(office.platform, path=tmp_path / "backup.zip")
    assert backup.check(made.path).manifest.files == 1

    damaged = _without(made.path, tmp_path / "damaged.zip", change)

    with pytest.raises(BackupError):
        backup.check(damaged)


def test_a_backup_says_which_files_it_could_not_find(office, kept, tmp_path):
    _place(office.platform).unlink()

    made = backup.make(office.platform, path=tmp_path / "backup.zip")

    assert (made.manifest.files, made.manifest.lost) == (0, 1)
    assert backup.check(made.path).manifest.lost == 1


def test_a_person_is_handed_the_files_that_are_held_on_them(office, kept):
    platform, hanna = office.platform, office.staff["hanna"]
    add(platform, hanna, kept, b"tells of the neighbour too", "diary.txt")
    add_redacted(platform, hanna, kept, number=2)
    add(platform, hanna, kept, HELD, "form.pdf")
    add(platform, hanna, kept, b"of others only", is_closed=True)

    packed = subject_access.export(platform, actor=DORA, reference=kept, **WHY)

    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if "documents/" in name}
        told = json.loads(archive.read("data.json"))
        page = archive.read("read.html").decode()
    assert files == {
        f"documents/{kept}/1-version-1.txt": SECRET,
        f"documents/{kept}/2-redacted-1.txt": b"The bill says xxx.",
    }
    assert told["not_enclosed"] == {
        f"documents/{kept}/3-version-1.pdf": "It is held back, because it could do harm."
    }
    assert [each["number"] for each in told["complaints"][0]["documents"]] == [1, 2, 3, 4]
    assert "canary.txt" in page
    assert b"neighbour" not in packed


def test_a_lost_file_keeps_nobody_from_their_export(office, kept):
    _place(office.platform).unlink()

    packed = subject_access.export(office.platform, actor=DORA, reference=kept, **WHY)

    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        told = json.loads(archive.read("data.json"))
    assert list(told["not_enclosed"].values()) == ["It is not where it was stored."]


@ON_SQLITE
def test_a_row_that_speaks_of_another_place_finds_nothing(office, kept):
    """A name in the database is never a way out of the depot."""
    execute(office.platform.database, "UPDATE document_file SET storage = '../../keys.json'")

    with pytest.raises(SealBrokenError):
        read(office.platform, office.staff["hanna"], kept)
