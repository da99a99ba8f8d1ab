"""Complaints in bulk: every row is accepted, known or refused, and none is lost."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor
from engine.errors import InvalidInputError, NotAllowedError, NotFoundError
from engine.services.bulk.mappings import load_mapping
from engine.services.handling import casefile, inbox
from engine.services.intake import importing
from engine.services.process import processes
from engine.services.running import monitoring
from tests.integration.agreement import contradictions_anywhere

REALDATA = Path(__file__).parents[3] / "shared" / "realdata" / "complaints"
HEAD = "id,received,channel,summary,description,complainant,email,category"


@pytest.fixture
def ready(platform: Platform) -> Platform:
    processes.install_shipped(platform)
    return platform


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: str) -> Path:
        path = tmp_path / "complaints.csv"
        path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
        return path

    return write


def _row(number: int, *, received: str = "2026-01-02", summary: str = "Bill is wrong") -> str:
    return f"R-{number},{received},email,{summary},,Jane Doe,jane{number}@example.org,Price"


def _run(platform: Platform, path: Path) -> importing.ImportReport:
    return importing.import_file(platform, actor=SYSTEM, path=path, mapping="plain")


@pytest.mark.iso("7.2", "7.5")
def test_a_row_becomes_an_open_case_that_is_triaged_with_its_clocks_running(ready, table):
    told = _run(ready, table(_row(1)))

    file = casefile.view(ready, actor=SYSTEM, reference="C-2026-000001")
    assert (told.run.accepted, told.run.rejected) == (1, 0)
    assert file.case.route == "standard"
    assert {step.step.form for step in file.steps} == {"acknowledge"}
    assert [clock.code for clock in file.clocks] == ["acknowledgement", "final_response"]
    assert all(clock.is_open for clock in file.clocks)


def test_a_bad_row_is_refused_by_line_and_reason_and_the_others_go_in(ready, table):
    path = table(
        _row(1), _row(2, received="2026-02-30"), _row(3, received="2027-01-01"), _row(1), _row(5)
    )

    told = _run(ready, path)

    assert told.run.accepted + told.run.rejected == 5
    assert [line for line, _reason in told.rejections] == [3, 4, 5]
    assert "2026-02-30" in told.rejections[0][1]
    assert "R-1" in told.rejections[2][1]


def test_an_import_that_broke_off_goes_on_where_it_stopped(ready, table):
    path = table(*(_row(number) for number in range(1, 71)))

    def pull_the_plug(line: int) -> None:
        if line > 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importing.import_file(
            ready, actor=SYSTEM, path=path, mapping="plain", progress=pull_the_plug
        )
    told = _run(ready, path)

    assert (told.run.accepted, told.run.known, told.run.rejected) == (70, 0, 0)
    _rows, count = inbox.page(ready, actor=SYSTEM, view="all")
    assert count == 70


def test_a_second_import_of_the_same_records_makes_no_second_case(ready, table):
    _run(ready, table(_row(1), _row(2)))

    told = _run(ready, table(_row(1), _row(2), _row(3)))

    assert (told.run.accepted, told.run.known) == (1, 2)


def test_an_import_that_ended_changes_nothing_when_it_is_run_again(ready, table):
    path = table(_row(1), _row(2, received="never"))

    first, again = _run(ready, path), _run(ready, path)

    assert again == first


def test_a_category_that_the_organisation_does_not_have_is_refused_by_name(ready, table):
    lean = ready.policy.model_copy(update={"categories": ("Other",)})

    told = importing.import_file(
        replace(ready, policy=lean), actor=SYSTEM, path=table(_row(1)), mapping="plain"
    )

    assert told.run.rejected == 1
    assert "Price" in told.rejections[0][1]


def test_only_who_may_import_does(ready, table, hanna: Actor):
    with pytest.raises(NotAllowedError):
        importing.import_file(ready, actor=hanna, path=table(_row(1)), mapping="plain")


@pytest.mark.parametrize(
    ("path", "mapping", "refusal"),
    [
        ("missing.csv", "plain", InvalidInputError),
        (".", "plain", InvalidInputError),
        ("complaints.csv", "nowhere", NotFoundError),
    ],
)
def test_what_cannot_be_read_is_named(ready, table, path, mapping, refusal):
    folder = table(_row(1)).parent

    with pytest.raises(refusal) as caught:
        importing.import_file(ready, actor=SYSTEM, path=folder / path, mapping=mapping)

    assert path in str(caught.value) or mapping in str(caught.value)


def test_a_table_without_the_needed_columns_is_refused_as_a_whole(ready, tmp_path: Path):
    path = tmp_path / "other.csv"
    path.write_text("colour,size\nred,4\n", encoding="utf-8")

    with pytest.raises(InvalidInputError):
        _run(ready, path)


OUTCOMES = {
    "Upheld": "upheld",
    "rejected": "not_upheld",
    "Partially upheld": "partly_upheld",
    "Settled": "resolved_first_contact",
    "withdrawn": "withdrawn",
    "Out of scope": "not_accepted",
}


@pytest.fixture
def past(ready, tmp_path: Path) -> importing.ImportReport:
    """A list of complaints with outcomes, and of one without."""
    path = tmp_path / "past.csv"
    rows = [
        f"P-{number},{_row(number).split(',', 1)[1]},{outcome},2026-01-0{closed}"
        for number, (outcome, closed) in enumerate([*((each, 3) for each in OUTCOMES), ("", 4)])
    ]
    path.write_text("\n".join([f"{HEAD},outcome,closed", *rows]) + "\n", encoding="utf-8")
    return _run(ready, path)


@pytest.mark.iso("7.2", "7.9")
def test_what_was_concluded_before_becomes_a_closed_case_and_no_work(ready, past):
    names = [f"C-2026-{number:06d}" for number in range(1, len(OUTCOMES) + 2)]
    *closed, still_open = [casefile.view(ready, actor=SYSTEM, reference=name) for name in names]

    assert [file.case.outcome for file in closed] == list(OUTCOMES.values())
    assert {file.case.closed_at for file in closed} == {datetime(2026, 1, 3, tzinfo=UTC)}
    assert all(issue.result for file in closed for issue in file.issues)
    assert not any(file.steps or file.clocks or file.awaits for file in closed)
    assert still_open.case.is_open
    assert still_open.steps
    found, _count = inbox.page(ready, actor=SYSTEM, view="all")
    assert {row.reference for row in found} == {names[-1]}
    assert contradictions_anywhere(ready) == {}


def test_one_that_is_closed_and_left_with_its_process_running_is_caught(ready, past, monkeypatch):
    """The planted bug: a row with an outcome is begun on the process of open complaints."""
    monkeypatch.setattr(importing, "CONCLUDED", processes.COMPLAINT)
    path_rows = load_mapping("plain").read(
        dict(zip(HEAD.split(","), _row(99).split(","), strict=True)) | {"outcome": "Upheld"},
        2,
        now=ready.now(),
    )
    ready.database.write(lambda tx: importing._lodge(ready, tx, SYSTEM, path_rows))

    assert contradictions_anywhere(ready)


def test_rows_come_from_json_as_well(ready, tmp_path: Path):
    path = tmp_path / "complaints.json"
    record = dict(zip(HEAD.split(","), _row(1).split(","), strict=True))
    path.write_text(json.dumps([record]), encoding="utf-8")

    told = _run(ready, path)

    assert told.run.accepted == 1


@pytest.mark.realdata
@pytest.mark.skipif(not REALDATA.exists(), reason="files written by others are not at hand")
@pytest.mark.parametrize(("name", "mapping"), [("*onsumer_*.csv", "cfpb"), ("*311*.csv", "nyc311")])
def test_real_records_become_cases_and_none_is_lost(ready, tmp_path, name, mapping):
    source = max(REALDATA.glob(name), key=lambda path: path.stat().st_size)
    lines = source.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    path = tmp_path / "part.csv"
    path.write_text("".join(lines[:151]), encoding="utf-8")

    told = importing.import_file(ready, actor=SYSTEM, path=path, mapping=mapping)
    swept = monitoring.sweep(ready)

    assert told.run.accepted >= 0.95 * (told.run.accepted + told.run.rejected) > 0
    assert swept.failed == 0
    found, _count = inbox.page(ready, actor=SYSTEM, view="all", limit=500)
    assert 0 < len({row.reference for row in found}) < told.run.accepted
