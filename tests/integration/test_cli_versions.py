"""Versions are listed, compared, retired and rolled back to on the command line."""

import json
from datetime import timedelta

import pytest

from engine.domain.actor import Actor, Role
from engine.services.proposing import publishing
from engine.services.studio import process_drafts
from engine.services.tryout import trial_running
from tests.integration.process_ways import kinder
from tests.integration.reach_ways import hire
from tests.integration.scenario_ways import TEXT, propose
from tests.integration.upkeep_ways import OTTO, another_process

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WHY = ("--reason", "It loses letters.")
JSON = ("--format", "json")
MANY = "9" * 20
OLGA = Actor(username="olga", name="Olga Ost", roles=frozenset({Role.PROCESS_OWNER}))


def _version(office, words, **given):
    """Publish the live version with another name for a step, and return its number."""
    platform = office.platform
    draft = process_drafts.open_process_draft(platform, actor=OTTO, version=1)
    process_drafts.save_process_draft(platform, actor=OTTO, **kinder(draft, words))
    made = propose(platform, draft.number, **given)
    return publishing.approve(platform, actor=office.staff["mara"], number=made.number)


def test_versions_are_listed_retired_and_rolled_back_to(redress, office):
    hire(office.platform, OLGA)
    office.reach("acknowledge")
    _version(office, "Kindly write", valid_from=office.platform.now() + timedelta(days=3))
    _version(office, "Quickly write")

    as_data = ("versions", "list", "--as", "olga", *JSON)
    listed = redress("versions", "list", "--as", "olga")
    told = {v["number"]: v for v in json.loads(redress(*as_data).out)}
    back = redress("versions", "rollback", "1", *WHY, "--as", "olga")
    retired = redress("versions", "retire", "3", *WHY, "--as", "mara")
    after = json.loads(redress(*as_data).out)

    assert (listed.status, back.status, retired.status) == (0, 0, 0)
    assert "It is shown." in listed.out
    assert "Version 2 never comes to hold: version 3 was" in " ".join(listed.out.split())
    assert [(told[n]["state"], told[n]["running"]) for n in (3, 2, 1)] == [
        ("live", 0),
        ("overtaken", 0),
        ("earlier", 1),
    ]
    assert "New complaints take version 1 from now on." in back.out
    assert "No complaint begins on version 3 any more." in retired.out
    assert [(v["number"], v["state"]) for v in after] == [
        (3, "retired"),
        (2, "overtaken"),
        (1, "live"),
    ]
    assert "It loses letters." in after[0]["retired"]


def test_what_cannot_be_done_with_a_version_is_refused_in_a_sentence(redress, office):
    hire(office.platform, OTTO)
    _version(office, "Kindly write")

    for words, said in (
        (("rollback", "2", "--as", "otto"), "live already"),
        (("rollback", "1", "--as", "mara"), "released the live version"),
        (("rollback", "9", "--as", "otto"), "no version 9"),
        (("retire", "1", "--as", "hanna"), "may not"),
    ):
        ended = redress("versions", *words, *WHY)
        assert ended.status != 0
        assert said in ended.err


def test_versions_are_compared_by_their_numbers(redress, office):
    _version(office, "Kindly write")

    hire(office.platform, OTTO)
    differs = redress("compare", "1", "live", "--as", "otto")
    same = redress("compare", "2", "live")
    told = redress("compare", "2", "1", *JSON)
    back = json.loads(told.out)
    mixed = redress("compare", "1", "complaint.bpmn")

    assert (differs.status, same.status, told.status, mixed.status) == (1, 0, 1, 2)
    words = "“Write the acknowledgement” is now called “Kindly write the acknowledgement”."
    assert words in differs.out
    assert "1 differences." not in differs.out
    assert "1 difference." in differs.out
    assert "Nothing differs." in same.out
    assert [each["old"] for each in back] == ["Kindly write the acknowledgement"]
    assert "Compare two files, two folders, or two published versions." in mixed.err
    assert "no version 9" in redress("compare", "1", "9").err


def test_a_proposal_is_read_in_words_before_it_is_approved(redress, office, tmp_path):
    hire(office.platform, OTTO)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "one.txt").write_text(TEXT)
    files = [str(path) for path in another_process(tmp_path)]
    given = ("--reason", "Kinder words.", "--risk", "None.", "--as", "otto")
    assert redress("publish", *files, *given, "--scenarios", str(tmp_path / "own")).status == 0
    trial_running.replay_proposal(office.platform, actor=office.staff["mara"], number=1)

    shown = redress("proposals", "show", "1", "--as", "mara")

    assert shown.status == 0
    for said in (
        "Kinder words.",
        "“Write the acknowledgement” is now called “Kindly write the acknowledgement”.",
        "Scenario “A complaint is registered” is added.",
        "1 scenario: all green",
        "No case was closed on this process yet.",
    ):
        assert said in shown.out
    assert "is no second person" not in shown.err
    assert redress("proposals", "show", "7", "--as", "mara").status == 2


@pytest.mark.parametrize(
    "words",
    [
        ("proposals", "show", MANY),
        ("proposals", "approve", MANY, "--as", "mara"),
        ("proposals", "reject", MANY, *WHY, "--as", "mara"),
        ("versions", "retire", MANY, *WHY, "--as", "mara"),
        ("versions", "rollback", MANY, *WHY, "--as", "mara"),
        ("migrate", "dry-run", MANY, "--as", "mara"),
        ("incidents", "show", MANY, "--as", "mara"),
        ("incidents", "list", "--limit", MANY, "--as", "mara"),
    ],
)
def test_a_number_that_nothing_can_have_is_answered_in_a_sentence(redress, words):
    said = redress(*words)

    assert "should not" not in said.err
    assert said.err or said.out
