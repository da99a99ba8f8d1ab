"""Running complaints are moved on the command line: the same services, said in lines."""

import json

import pytest

from engine.services.process.processes import COMPLAINT
from tests.integration.migration_ways import RENAMED, live, publish

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WHY = ("--reason", "The diagram says it better.")
JSON = ("--format", "json")


def test_a_plan_is_made_tried_out_mapped_run_and_undone(redress, office):
    stuck, fine = office.reach("investigate"), office.reach("acknowledge")
    publish(office, *RENAMED)

    versions = json.loads(redress("migrate", "versions", *JSON).out)
    made = redress("migrate", "plan", "--from", "1", "--to", "2")
    tried = redress("migrate", "dry-run", "1")
    mapped = redress("migrate", "map", "1", "investigate=examine")
    again = json.loads(redress("migrate", "dry-run", "1", *JSON).out)
    ran = redress("migrate", "run", "1", *WHY)

    assert [(v["process_id"], v["version"], v["cases"]) for v in versions] == [
        (COMPLAINT, 2, 0),
        (COMPLAINT, 1, 2),
    ]
    assert "investigate (“Investigate”) has no place" in made.out
    assert (tried.status, mapped.status, ran.status) == (1, 0, 0)
    assert "needs mapping, 1: It waits at “Investigate”" in tried.out
    assert (again["fine"], again["needs_mapping"]) == (2, 0)
    assert {office.view(each).case.process for each in (stuck, fine)} == {live(office)}

    assert stuck in redress("migrate", "results", "1").out
    assert redress("migrate", "undo", "1", "--case", stuck, *WHY).status == 0
    office.do(fine, "acknowledge")
    ended = redress("migrate", "undo", "1", *WHY, *JSON)
    assert (ended.status, json.loads(ended.out)["counts"]) == (1, {"moved": 1, "undone": 1})
    assert "1 moved, 1 moved back" in redress("migrate", "list").out


def test_what_cannot_be_is_refused_in_a_sentence(redress, office):
    publish(office, *RENAMED)

    assert redress("migrate", "plan", "--from", "7", "--to", "2").status == 2
    assert redress("migrate", "plan", "--from", "1", "--to", "2").status == 0
    assert "no pair" in redress("migrate", "map", "1", "investigate").err
    assert "Try the plan out first" in redress("migrate", "run", "1", *WHY).err
    assert "no migration plan 9" in redress("migrate", "dry-run", "9").err
