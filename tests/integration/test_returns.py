"""Returns to regulators count what the tables say, add up, and name what is wrong."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from config.policy import RegimePolicy
from engine.cli import export, seat
from engine.domain import regulator_return
from engine.domain.kpi import Period
from engine.domain.regulator_return import ALL, DISP, Cell, ReturnKind, untied
from engine.errors import InvalidInputError, NotAllowedError
from engine.services.exports import return_making, returns
from engine.services.figures import facts as counting
from engine.services.handling import casework
from tests.integration.office import execute, rows

SPRING = Period.of_dates(date(2026, 2, 1), date(2026, 4, 30), "Europe/London")
BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def database_url(request):
    return request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")


@pytest.fixture
def firm(office, clock):
    """A firm under DISP and RG 271 at the end of April, with complaints of every fate."""
    both = tuple(RegimePolicy(profile=kind.value) for kind in ReturnKind)
    policy = office.platform.policy.model_copy(update={"regimes": both})
    office.platform = replace(office.platform, policy=policy)
    _finish(office, _lodged(office))  # received and closed before the period
    late = _lodged(office, category="Privacy")
    clock.now = datetime(2026, 2, 16, 10, tzinfo=UTC)
    _finish(office, _lodged(office))
    open_ = _lodged(office)
    withdrawn = _lodged(office)
    casework.withdraw(
        office.platform, actor=office.staff["hanna"], reference=withdrawn, reason="It works."
    )
    office.do(withdrawn, "confirm_withdrawal")
    clock.now = datetime(2026, 3, 30, 10, tzinfo=UTC)
    _finish(office, late, category="Privacy")
    clock.now = datetime(2026, 5, 4, 10, tzinfo=UTC)
    _lodged(office)  # after the period
    office.open_, office.late = open_, late
    counting.keep_up(office.platform)
    return office


def _lodged(office, **facts):
    return office.lodge(product="Payment account", **({"category": "Price"} | facts))


def _finish(office, reference, category="Price"):
    office.reach("closing_check", reference=reference, register={"category": category})
    office.do(reference, "closing_check")


def _look(office, kind=ReturnKind.DISP, by="mara"):
    return returns.look_at_return(office.platform, actor=office.staff[by], kind=kind, period=SPRING)


def _counted(office, condition):
    found = rows(
        office.platform.database,
        f"SELECT reference FROM complaint_case WHERE {condition} ORDER BY id",  # noqa: S608
        begin=_bound(office, SPRING.begin),
        end=_bound(office, SPRING.end),
    )
    return [reference for (reference,) in found]


def _bound(office, at):
    is_sqlite = office.platform.database.is_sqlite
    return at.replace(tzinfo=None).isoformat(" ", "microseconds") if is_sqlite else at


CONDITIONS = {
    "open_at_start": "received_at < :begin AND (closed_at IS NULL OR closed_at >= :begin)",
    "received": "received_at >= :begin AND received_at < :end",
    "closed": "closed_at >= :begin AND closed_at < :end",
    "upheld": "closed_at >= :begin AND closed_at < :end AND outcome LIKE '%upheld'"
    " AND outcome <> 'not_upheld'",
    "rejected": "closed_at >= :begin AND closed_at < :end AND outcome = 'not_upheld'",
    "open_at_end": "received_at < :end AND (closed_at IS NULL OR closed_at >= :end)",
}


@BOTH
@pytest.mark.iso("8.2")
def test_every_cell_counts_what_the_tables_say_and_lists_its_complaints(firm):
    made = _look(firm)

    for name, condition in CONDITIONS.items():
        cell = made.table[ALL][name]
        assert sorted(cell.references) == _counted(firm, condition), name
        assert cell.value == len(cell.references)
    assert (made.problems, made.untied) == ([], [])
    told = made.table[ALL]
    assert [told[name].value for name in ("closed_3_days", "closed_8_weeks", "closed_later")] == [
        2,
        0,
        1,
    ]
    assert told["closed_later"].references == [firm.late]
    assert told["otherwise"].value == 1
    assert list(made.table) == ["Price", "Privacy", ALL]


def test_redress_is_what_was_carried_out_in_the_period(firm):
    made = _look(firm)

    assert made.table["Price"]["redress_upheld"].value == Decimal(250)
    assert made.table["Privacy"]["redress_upheld"].value == Decimal(250)
    assert made.table[ALL]["redress_upheld"].value == Decimal(500)
    execute(firm.platform.database, "UPDATE complaint_case SET outcome = 'not_upheld' WHERE "
            "reference = :of", of=firm.late)  # fmt: skip
    told = _look(firm).table["Privacy"]
    assert (told["redress_upheld"].value, told["redress_other"].value) == (0, 250)


def test_complaints_under_other_rules_are_not_in_it_and_are_counted_beside(firm, clock):
    firm.platform = replace(
        firm.platform,
        policy=firm.platform.policy.model_copy(update={"regimes": (RegimePolicy(profile="iso"),)}),
    )
    clock.now = datetime(2026, 4, 7, 10, tzinfo=UTC)
    other = _lodged(firm)
    clock.now = datetime(2026, 5, 5, 10, tzinfo=UTC)

    made = _look(firm)

    assert made.beside == 1
    assert other not in made.table[ALL]["received"].references
    assert made.untied == []


def test_asic_data_say_every_complaint_that_was_open_at_some_time(firm):
    made = _look(firm, ReturnKind.ASIC)

    by = {row["complaint"]: row for row in made.rows}
    assert sorted(by) == sorted(
        _counted(firm, "received_at < :end AND (closed_at IS NULL OR closed_at >= :begin)")
    )
    late, open_ = by[firm.late], by[firm.open_]
    assert (late["status"], late["received"], late["closed"], late["days"]) == (
        "closed", "2026-01-05", "2026-03-30", 84,
    )  # fmt: skip
    assert (open_["status"], open_["closed"], open_["days"]) == ("open", "", 74)
    assert (late["product"], late["issues"], late["outcomes"]) == (
        "Payment account", "Privacy", "Upheld",
    )  # fmt: skip


def test_what_is_wrong_names_the_complaint_and_the_field_and_no_file_is_made(firm, tmp_path):
    execute(firm.platform.database, "UPDATE complaint_case SET category = '=1+1', outcome = NULL, "
            "product = '' WHERE reference = :of", of=firm.late)  # fmt: skip
    file = tmp_path / "return.csv"

    for kind, fields in ((ReturnKind.DISP, {"Category", "Outcome"}),
                         (ReturnKind.ASIC, {"Category", "Outcome", "Product"})):  # fmt: skip
        found = _look(firm, kind).problems
        assert {each.field for each in found} == fields
        assert {each.reference for each in found} == {firm.late}
        with pytest.raises(InvalidInputError, match=firm.late):
            returns.write_return(
                firm.platform, actor=firm.staff["mara"], kind=kind, period=SPRING, file=file
            )
    assert not file.exists()


@pytest.mark.parametrize("kind", list(ReturnKind))
def test_the_file_says_what_was_shown_and_the_journal_keeps_it(firm, tmp_path, kind):
    file = tmp_path / "return.csv"
    made = returns.write_return(
        firm.platform, actor=firm.staff["vera"], kind=kind, period=SPRING, file=file
    )

    read = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))
    ((actor, detail),) = rows(
        firm.platform.database,
        "SELECT actor, detail FROM organisation_event WHERE type = 'return.exported'",
    )
    told = json.loads(detail)
    assert (actor, told["return"], told["cases"]) == ("vera", kind.value, made.cases)
    if kind is ReturnKind.DISP:
        cells = {row.pop("category"): row for row in read}
        assert cells == told["cells"]
        assert cells[ALL]["received"] == "3"
    else:
        assert [row["complaint"] for row in read] == [row["complaint"] for row in made.rows]
        assert told["cells"] == {}


def test_whoever_may_not_take_complaints_out_and_a_period_that_is_not_over_are_refused(firm, clock):
    for username in ("hanna", "tom"):
        with pytest.raises(NotAllowedError):
            _look(firm, by=username)
    clock.now = datetime(2026, 4, 29, tzinfo=UTC)
    with pytest.raises(InvalidInputError, match="over"):
        _look(firm)


def test_a_table_that_does_not_add_up_is_said_to(firm, monkeypatch):
    """Plant the bug: a complaint that was withdrawn is not counted among the outcomes."""
    real = regulator_return.disp_counts

    def careless(*given):
        return (each for each in real(*given) if each[0] != "otherwise")

    monkeypatch.setattr(return_making, "disp_counts", careless)

    assert any(
        "Upheld + Rejected + Otherwise is 2, and Closed is 3" in e for e in _look(firm).untied
    )


def test_a_total_that_is_not_the_sum_and_a_figure_that_differs_are_said(firm, monkeypatch):
    table = {row: {each.name: Cell() for each in DISP} for row in ("Price", ALL)}
    table["Price"]["redress_other"].add(Decimal(5), "C-1")
    assert list(untied(table)) == ["Redress, others: all are 0, and the categories come to 5."]

    real = regulator_return.disp_counts
    monkeypatch.setattr(
        return_making, "disp_counts", lambda *given: (e for e in real(*given) if e[0] != "received")
    )
    assert any("the performance page counts 3, and here are 0" in e for e in _look(firm).untied)


def test_a_command_compares_with_the_figures_though_no_job_has_counted(firm, tmp_path, monkeypatch):
    _lodged(firm)
    real = regulator_return.disp_counts
    monkeypatch.setattr(
        return_making, "disp_counts", lambda *given: (e for e in real(*given) if e[0] != "received")
    )
    monkeypatch.setattr(seat, "open_platform", lambda: firm.platform)

    with pytest.raises(InvalidInputError, match="the performance page counts 3, and here are 0"):
        export.disp(who="mara", file=tmp_path / "r.csv", begin="2026-02-01", end="2026-04-30")


def test_a_period_without_complaints_is_a_return_of_nothing(office, clock):
    clock.now = datetime(2026, 5, 4, tzinfo=UTC)

    made = _look(office)

    assert list(made.table) == [ALL]
    assert {cell.value for cell in made.table[ALL].values()} == {Decimal(0)}
