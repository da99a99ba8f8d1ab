"""Actions and systemic issues on the command line."""

import csv
import json

import pytest

from tests.integration.improvement_ways import carried_out, proposed
from tests.integration.signal_ways import shown

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_actions_are_listed_told_to_programs_and_written_for_a_spreadsheet(
    redress,
    office,
    tmp_path,
):
    shown(office.platform)
    first, second = proposed(office), carried_out(office, title="Another one")
    file = tmp_path / "improvement.csv"

    lines = json.loads(redress("action", "list", "--format", "json").out)
    assert redress("action", "csv", "-o", str(file)).status == 0

    standings = {line["number"]: line["standing"] for line in lines}
    assert standings == {first: "waits_for_approval", second: "effect_is_watched"}
    assert [len(line["checks"]) for line in lines] == [0, 3]
    assert "2 shown." in redress("action", "list").out
    assert len(list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))) == 2


def test_who_may_not_see_the_register_is_told_so(redress, office):
    told = redress("action", "list", "--as", "hanna")

    assert told.status == 1
    assert "may not see the register of governance" in told.err
