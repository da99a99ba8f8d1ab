"""What an auditor takes along: whole, proven, and no more personal than it must be."""

import io
import json
import subprocess
import sys
import zipfile
from html.parser import HTMLParser

import pytest

from engine.domain.conformity import Count, Verdict, judge_clause
from engine.errors import NotAllowedError
from engine.offline import RefusedError, verify
from engine.services.evidence import conforming, evidence_pack, evidence_page
from tests.integration.office import rows

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def files_of(pack):
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def pack(office):
    for _ in range(3):
        office.do(office.reach("closing_check"), "closing_check")
    office.lodge(summary="Canary")
    conforming.freeze_evidence(office.platform)
    return evidence_pack.write_evidence_pack(office.platform, actor=office.staff["vera"], seed="s")


@pytest.mark.iso("8.5")
def test_a_pack_has_a_page_and_the_data_of_each_clause_and_is_proven(pack, office):
    files = files_of(pack)

    told = json.loads(files["clauses/7.3.json"])
    drawn = {name for name, _fine in told["measures"][0]["sample"]}
    assert sum(name.startswith("clauses/") for name in files) == 2 * 39
    assert drawn
    assert {f"cases/{name}.json" for name in drawn} <= files.keys()
    assert verify(files).startswith("PROVEN")
    assert len(json.loads(files["runs.json"])) == 1
    event = "SELECT count(*) FROM organisation_event WHERE type = 'evidence.exported'"
    assert rows(office.platform.database, event) == [(1,)]


@ON_SQLITE
def test_a_changed_byte_a_removed_file_and_an_added_file_are_found(pack):
    files = files_of(pack)

    for name in sorted(files):
        changed = bytearray(files[name])
        changed[len(changed) // 2] ^= 1
        with pytest.raises((RefusedError, ValueError, KeyError)):
            verify(files | {name: bytes(changed)})
        if name not in {"manifest.json", "manifest.sig", "checkpoint.json"}:
            with pytest.raises(RefusedError, match="missing"):
                verify({known: part for known, part in files.items() if known != name})
    with pytest.raises(RefusedError, match="was added"):
        verify(files | {"clauses/9.9.json": b"{}"})


@ON_SQLITE
def test_python_alone_proves_an_unpacked_pack(pack, tmp_path):
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        archive.extractall(tmp_path / "pack")

    asked = [sys.executable, "-I", "-S", "verify.py"]
    told = subprocess.run(asked, cwd=tmp_path / "pack", capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stdout
    assert told.stdout.startswith("PROVEN")


@ON_SQLITE
def test_what_people_wrote_is_in_it_only_where_it_is_asked_for(pack, office):
    personal = evidence_pack.write_evidence_pack(
        office.platform, actor=office.staff["vera"], seed="s", is_personal=True
    )

    texts = [
        b"".join(part for name, part in files_of(each).items() if name.startswith("cases/"))
        for each in (pack, personal)
    ]
    assert [b'"salt"' in text for text in texts] == [False, True]
    assert not any(b"Canary" in text for text in texts[:1])
    assert verify(files_of(personal)).startswith("PROVEN")


@ON_SQLITE
def test_the_same_seed_draws_the_same(pack, office):
    again = evidence_pack.write_evidence_pack(office.platform, actor=office.staff["vera"], seed="s")

    name = "clauses/4.15.json"
    assert files_of(again)[name] == files_of(pack)[name]


@ON_SQLITE
def test_a_handler_takes_nothing_along(office):
    with pytest.raises(NotAllowedError):
        evidence_pack.write_evidence_pack(office.platform, actor=office.staff["hanna"])


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


HOSTILE = "<script>alert(1)</script>\"'><img src=//evil.example/x onerror=a>"


@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.FAIL])
def test_hostile_words_are_text_on_every_page_and_nothing_is_fetched(verdict, sqlite_platform):
    fine = verdict is Verdict.PASS
    duty = sqlite_platform.duties[0].model_copy(
        update={"title": HOSTILE, "duty": HOSTILE, "not_recorded": HOSTILE}
    )
    count = Count(1, int(fine), () if fine else (HOSTILE,), ((HOSTILE, fine),))
    result = judge_clause(duty, {each.code: count for each in duty.measures})
    pages = [
        evidence_page.index_page(HOSTILE, HOSTILE, [result]),
        evidence_page.clause_page(result, [HOSTILE], HOSTILE),
    ]

    for page in pages:
        tags = _Tags()
        tags.feed(page)
        assert HOSTILE not in page
        assert {tag for tag, _ in tags.found}.isdisjoint({"script", "img", "link", "iframe"})
        assert not any(name.startswith("on") for _, attrs in tags.found for name in attrs)
