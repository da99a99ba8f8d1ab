"""The scenarios that Redress ships hold on its process, and touch every part of it."""

import re
from dataclasses import replace
from importlib.resources import files

import pytest

from engine.domain.playbook import Does, Note, Playbook
from engine.domain.playbook_text import read_playbooks
from engine.domain.playbook_writer import write_playbooks
from engine.process.bundle import build_bundle
from engine.services.tryout.playing import play
from engine.services.tryout.trial_coverage import coverage
from tests.diagrams.playbook import shipped

_FILES = sorted(files("bpmn").joinpath("scenarios").iterdir(), key=lambda file: file.name)
_SCENARIOS = [each for file in _FILES for each in read_playbooks(file.read_text("utf-8"))]
_CLAUSE = re.compile(r"\d+\.\d+")


def _marked(playbook: Playbook):
    """Tie a scenario to the clauses that its notes name."""
    notes = [line.text for line in playbook.lines if isinstance(line, Note)]
    named = [note for note in notes if note.startswith("ISO 10002:2018,")]
    clauses = [clause for note in named for clause in _CLAUSE.findall(note)]
    return pytest.param(
        playbook, id=playbook.title, marks=[pytest.mark.iso(*clauses)] * bool(clauses)
    )


@pytest.mark.parametrize("scenario", list(map(_marked, _SCENARIOS)))
def test_a_case_goes_as_its_scenario_says(imagined, scenario):
    played = play(imagined, bundle=shipped(), playbook=scenario)

    assert played.is_green, played.first_difference


def test_every_element_flow_and_rule_is_touched(imagined):
    tried = [play(imagined, bundle=shipped(), playbook=each) for each in _SCENARIOS]

    assert coverage(shipped(), tried).untried == ()


def test_what_no_scenario_touches_is_noticed(imagined):
    """Plant the bug: the scenarios about harm are left out."""
    some = [each for each in _SCENARIOS if "actual" not in each.model_dump_json()]

    found = coverage(shipped(), [play(imagined, bundle=shipped(), playbook=each) for each in some])

    untried = {each.id for each in found.untried if each.kind == "element"}
    assert untried == {"raise_safety", "safety", "contain_danger", "danger_contained"}
    assert {each.id for each in found.untried if each.kind == "rule"} == {"triage_harm"}
    assert "flow_danger_yes" in {each.id for each in found.untried}


def test_the_files_are_as_they_would_be_written():
    for file in _FILES:
        assert file.read_text("utf-8") == write_playbooks(read_playbooks(file.read_text("utf-8")))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('safety in ("actual_minor", "actual_serious")', 'safety == "potential"'),
        ('frontline_result == "resolved"', 'frontline_result == "not_resolved"'),
        ('review == "reopen"', 'review == "final"'),
        (">P28D<", ">P14D<"),
        ('name="answer" />', 'name="reply" />'),
    ],
)
def test_a_changed_process_is_caught_red(imagined, before, after):
    folder = files("bpmn")
    text = folder.joinpath("complaint.bpmn").read_text("utf-8")
    assert before in text
    tables = [folder.joinpath(name).read_bytes() for name in ("triage.dmn", "authority.dmn")]
    changed = build_bundle([text.replace(before, after).encode()], tables)

    tried = [play(imagined, bundle=changed, playbook=each) for each in _SCENARIOS]

    assert any(not played.is_green for played in tried)


def test_another_label_breaks_no_scenario(imagined):
    bundle = shipped()
    renamed = {
        id_: replace(element, title=f"Kindly: {element.title}")
        for id_, element in bundle.elements.items()
    }
    other = replace(bundle, elements=renamed)

    tried = [play(imagined, bundle=other, playbook=each) for each in _SCENARIOS]

    assert [played.first_difference for played in tried if not played.is_green] == []
    said = {told.said for played in tried for told in played.told if isinstance(told.line, Does)}
    assert "it is called “Kindly: Assign the complaint” now." in said
