"""Signals and charts on the command line: what a manager sees, by whose eyes one looks."""

import csv
import json

import pytest

from engine.domain.signal import Disposition
from engine.services.signals import answering
from tests.integration.signal_ways import WHY, shown

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
JSON = ("--format", "json")


def test_signals_are_listed_and_told_to_programs(redress, office):
    number = shown(office.platform)

    told = redress("signals", "list").out
    (line,) = json.loads(redress("signals", "list", *JSON).out)

    assert "Received per" in told
    assert "1 shown." in told
    assert (line["number"], line["rule"], line["side"]) == (number, "outside", 1)
    assert line["answers"] == []


def test_answered_signals_are_a_list_of_their_own(redress, office):
    known = {"actor": office.staff["mara"], "number": shown(office.platform), "reason": WHY}
    answering.answer_signal(office.platform, disposition=Disposition.CHANCE, **known)

    assert json.loads(redress("signals", "list", *JSON).out) == []
    (line,) = json.loads(redress("signals", "list", "--settled", *JSON).out)
    assert (line["answers"][0]["reason"], line["owner"]) == (WHY, "mara")
    assert "Chance" in redress("signals", "list", "--settled").out


def test_charts_are_listed_and_written_for_a_spreadsheet(redress, office, tmp_path):
    shown(office.platform)
    file = tmp_path / "received.csv"

    (chart,) = json.loads(redress("signals", "charts", *JSON).out)
    assert redress("signals", "csv", "received", "-o", str(file)).status == 0

    assert (chart["id"], chart["points"], chart["why_no_limits"]) == ("received", 27, "")
    assert "received" in redress("signals", "charts").out
    lines = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    assert len(lines) == 27
    assert lines[-1]["More than chance"] == "A point above the upper limit"
    assert redress("signals", "csv", "nothing", "-o", str(tmp_path / "no.csv")).status == 2


def test_who_may_not_see_signals_is_told_so(redress, office):
    told = redress("signals", "list", "--as", "hanna")

    assert told.status == 1
    assert "may not see signals" in told.err
