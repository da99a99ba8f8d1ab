"""Stored files on the command line: what is wrong is said, and what is nobody's goes."""

import json

import pytest

from tests.integration.document_ways import add, leave_stray

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@ON_SQLITE
def test_files_are_compared_and_tidied_by_those_who_may(office, redress):
    platform, reference = office.platform, office.lodge()
    add(platform, office.staff["hanna"], reference)
    sound = redress("files", "check", "--all")
    (stored,) = platform.depot.stored()
    platform.depot.remove(stored.name)
    leave_stray(platform)

    found = redress("files", "check")
    told = json.loads(redress("files", "check", "--format", "json").out)
    refused = redress("files", "tidy", "--as", "hanna")
    tidied = redress("files", "tidy")

    assert (sound.status, found.status, refused.status, tidied.status) == (0, 1, 1, 0)
    assert reference in found.out
    assert told["wrong"] == [{"case": reference, "document": 1, "file": "lost"}]
    assert told["strays"] == ["0" * 32]
    assert "1 files removed" in tidied.out
    assert list(platform.depot.stored()) == []
