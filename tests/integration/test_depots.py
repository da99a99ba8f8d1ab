"""Stored files lie in a folder or in an object store, and both keep the same promises."""

import logging
import os
from dataclasses import replace
from uuid import uuid4

import pytest
from moto.server import ThreadedMotoServer

from engine import depot as depots
from engine.depot import FolderDepot, depot_at
from engine.errors import FileLostError, UnavailableError
from engine.services.documents import document_reading, document_upkeep
from tests.integration.document_ways import TEXT, add, read
from tests.integration.people import closed, erase

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def object_store():
    """A server that speaks S3, on this machine."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # noqa: TID251 - that of the server
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(object_store, monkeypatch):
    """The address of an empty bucket, and the environment that leads to it."""
    import s3fs  # noqa: PLC0415 - it takes a second, and a folder needs it not

    for name, value in (
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL", object_store),
    ):
        monkeypatch.setenv(name, value)
    depots._remote.cache_clear()
    s3fs.S3FileSystem.clear_instance_cache()
    name = f"b{uuid4().hex}"
    s3fs.S3FileSystem().mkdir(name)
    return f"s3://{name}/redress"


@pytest.fixture(params=["folder", "objects"])
def depot(request, tmp_path):
    """A depot of each sort."""
    if request.param == "folder":
        return FolderDepot(tmp_path / "depot")
    return depot_at(request.getfixturevalue("bucket"), tmp_path)


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source"
    path.write_bytes(b"sealed" * 50_000)
    return path


def test_a_file_is_kept_read_listed_and_removed(depot, source):
    name = uuid4().hex
    assert list(depot.stored()) == []

    depot.keep(name, source)

    (stored,) = depot.stored()
    assert (stored.name, stored.size) == (name, 300_000)
    with depot.open(name) as file:
        assert file.read() == source.read_bytes()
    assert depot.remove(name)
    assert not depot.remove(name)
    assert list(depot.stored()) == []
    with pytest.raises(FileLostError):
        depot.open(name)


def test_a_folder_lets_nobody_else_in(tmp_path, source):
    depot, name = FolderDepot(tmp_path / "depot"), uuid4().hex

    depot.keep(name, source)

    (path,) = (tmp_path / "depot").glob("*/*")
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def _fill_the_disk(monkeypatch):
    """Let a file be written, and the disk be full before all of it is there."""

    def is_full(_file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(depots, "_settle", lambda _folder: None)
    monkeypatch.setattr(os, "fsync", is_full)


def test_a_write_that_is_broken_off_leaves_no_file_of_this_name(tmp_path, source, monkeypatch):
    depot, name = FolderDepot(tmp_path / "depot"), uuid4().hex

    _fill_the_disk(monkeypatch)
    with pytest.raises(UnavailableError, match="No space"):
        depot.keep(name, source)

    assert name not in [each.name for each in depot.stored()]
    with pytest.raises(FileLostError):
        depot.open(name)


def test_a_file_that_is_written_under_its_own_name_is_noticed(tmp_path, source, monkeypatch):
    """Plant the bug: half a file stands under the name of the whole one."""
    depot, name = FolderDepot(tmp_path / "depot"), uuid4().hex
    monkeypatch.setattr(depots.Path, "with_name", lambda path, _name: path)
    _fill_the_disk(monkeypatch)

    with pytest.raises(UnavailableError):
        depot.keep(name, source)

    assert name in [each.name for each in depot.stored()]


def test_a_store_that_does_not_answer_is_said_to_be_one(bucket, source, monkeypatch):
    depot = depot_at(bucket, source.parent)

    def is_down(*_given, **_named):
        raise ConnectionError("nobody there")

    for name in ("put_file", "open", "info", "find"):
        monkeypatch.setattr(depot._files, name, is_down)

    for ask in (
        lambda: depot.keep("0" * 32, source),
        lambda: depot.open("0" * 32),
        lambda: depot.remove("0" * 32),
        lambda: list(depot.stored()),
    ):
        with pytest.raises(UnavailableError, match="does not answer"):
            ask()


def test_an_address_that_nobody_can_read_is_refused():
    with pytest.raises(UnavailableError, match="cannot be kept"):
        depot_at("carrier-pigeon://loft", None)


@ON_SQLITE
def test_documents_in_an_object_store_are_as_those_in_a_folder(office, bucket):
    platform = replace(office.platform, files_url=bucket)
    hanna, reference = office.staff["hanna"], closed(office)
    add(platform, hanna, reference)

    assert read(platform, hanna, reference) == TEXT
    assert not (platform.home / "files" / "kept").exists()
    assert document_upkeep.compare(platform, reads_all=True).is_whole
    office.platform = platform
    erase(office, reference)
    assert list(platform.depot.stored()) == []
    seen = document_reading.of_case(platform, actor=hanna, reference=reference)
    assert seen.documents[0].newest.storage == ""
