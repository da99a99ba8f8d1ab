"""Scenarios that a process had become those of its versions, open drafts and open proposals."""

import json

from engine.services.proposing import publishing
from engine.services.studio import process_drafts
from engine.services.tryout import playbooks
from tests.integration.office import execute, rows
from tests.integration.process_ways import kinder
from tests.integration.scenario_ways import propose, with_draft
from tests.integration.test_migrations import run_one_step
from tests.integration.upkeep_ways import OTTO

_KEPT = """
CREATE TABLE process_scenario (
    id INTEGER PRIMARY KEY, process_id VARCHAR NOT NULL, title VARCHAR NOT NULL,
    text VARCHAR NOT NULL, origin VARCHAR NOT NULL, rev INTEGER NOT NULL,
    edited_by VARCHAR NOT NULL, edited_at {moment} NOT NULL, dropped_at {moment}
)
"""
_ADD = (
    "INSERT INTO process_scenario VALUES "
    "(:id, 'complaint', :title, :text, 'written', 3, 'otto', :at, :gone)"
)


def _as_before(office):
    """Take away what the step has added, and keep two scenarios with the process, one dropped."""
    database = office.platform.database
    for table in ("draft_scenario", "version_scenarios", "trial_run"):
        execute(database, f"DROP TABLE {table}")
    execute(database, "ALTER TABLE process_proposal DROP COLUMN scenarios")
    if not database.is_sqlite:
        execute(database, "DROP FUNCTION found_is_fixed")
    moment = "TIMESTAMP" if database.is_sqlite else "TIMESTAMP WITH TIME ZONE"
    execute(database, _KEPT.format(moment=moment))
    at = "2026-01-05 10:00:00.000000"
    for number, (title, gone) in enumerate((("Kept", None), ("Dropped", at)), start=1):
        text = f"Scenario: {title}\n\nwaits for: (register)\n"
        execute(database, _ADD, id=number, title=title, text=text, at=at, gone=gone)


def test_scenarios_of_before_go_with_versions_drafts_and_proposals(office):
    platform, mara = office.platform, office.staff["mara"]
    second = process_drafts.open_process_draft(platform, actor=OTTO)
    process_drafts.save_process_draft(platform, actor=OTTO, **kinder(second))
    publishing.approve(platform, actor=mara, number=propose(platform, second.number).number)
    draft = process_drafts.open_process_draft(platform, actor=OTTO, version=1)
    process_drafts.save_process_draft(platform, actor=OTTO, **kinder(draft, "Do"))
    made, gone = propose(platform, draft.number), with_draft(platform)
    process_drafts.discard_process_draft(platform, actor=OTTO, number=gone["draft"])
    _as_before(office)

    run_one_step(platform.database, "0047", "0048")

    for version in (1, 2):
        (kept,) = playbooks.version_scenarios(platform, actor=OTTO, number=version)
        assert (kept.title, kept.edited_by, kept.edited_at.hour) == ("Kept", "otto", 10)
    (own,) = playbooks.kept_scenarios(platform, actor=OTTO, number=draft.number)
    assert (own.title, own.rev) == ("Kept", 3)
    found = rows(platform.database, "SELECT draft_id FROM draft_scenario")
    assert found == [(draft.number,)]
    query = "SELECT scenarios FROM process_proposal ORDER BY id"
    kept = [
        json.loads(each) if isinstance(each, str) else each
        for (each,) in rows(platform.database, query)
    ]
    assert [[s["title"] for s in each] for each in kept] == [[], ["Kept"]]
    assert made.number == 2
    assert rows(platform.database, "SELECT count(*) FROM trial_run") == [(0,)]
