"""Scenarios are kept with the process, and a process on which one differs is not published."""

import json

import pytest

from engine.domain.kept_scenario import Origin
from engine.domain.playbook_text import read_playbook
from engine.domain.playbook_writer import write_playbook
from engine.errors import ConflictError, InvalidInputError, NotFoundError
from engine.process.bundle import build_bundle
from engine.services import playbooks, processes
from engine.services.shipped_scenarios import shipped_scenarios
from tests.integration.crowd import at_once
from tests.integration.office import execute, rows
from tests.integration.scenario_ways import TEXT, diagrams
from tests.integration.upkeep_ways import OTTO

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _save(office, text=TEXT, **given):
    return playbooks.save_scenario(office.platform, actor=OTTO, text=text, **given)


def _known(office):
    return playbooks.kept_scenarios(office.platform, actor=OTTO)


def test_the_shipped_scenarios_come_with_the_shipped_process(office):
    known = _known(office)

    assert [each.playbook for each in known] == list(shipped_scenarios())
    assert {each.origin for each in known} == {Origin.SHIPPED}


def test_a_scenario_is_kept_changed_and_dropped(office):
    made = _save(office)
    changed = _save(
        office, TEXT.replace("registered", "taken in"), number=made.number, rev=made.rev
    )
    assert (made.rev, changed.rev, changed.title) == (1, 2, "A complaint is taken in")
    assert _known(office)[-1] == changed

    playbooks.drop_scenario(office.platform, actor=OTTO, number=made.number, rev=2)

    assert len(_known(office)) == len(shipped_scenarios())
    events = rows(office.platform.database, "SELECT actor, type FROM organisation_event")
    assert [kind for _, kind in events[-3:]] == ["scenario.saved"] * 2 + ["scenario.dropped"]
    with pytest.raises(NotFoundError):
        _save(office, number=made.number, rev=2)


def test_of_two_who_change_a_scenario_one_is_refused(office):
    made = _save(office)
    texts = [TEXT.replace("registered", word) for word in ("taken in", "received")]

    ends = at_once(2, lambda n: _save(office, texts[n], number=made.number, rev=made.rev))

    assert sum(isinstance(end, ConflictError) for end in ends) == 1
    assert sum(getattr(end, "rev", 0) == 2 for end in ends) == 1


@ON_SQLITE
def test_two_scenarios_have_two_titles(office):
    _save(office)

    with pytest.raises(ConflictError, match="Another scenario is called"):
        _save(office, TEXT.upper().replace("SCENARIO", "Scenario").replace("WAITS FOR: (R", "#"))


@ON_SQLITE
def test_what_cannot_be_read_is_not_kept(office):
    with pytest.raises(InvalidInputError, match="Line 3"):
        _save(office, "Scenario: Broken\n\nsomething happens")

    assert len(_known(office)) == len(shipped_scenarios())


@ON_SQLITE
def test_what_was_dropped_does_not_come_back_with_the_next_start(office):
    for each in _known(office):
        playbooks.drop_scenario(office.platform, actor=OTTO, number=each.number, rev=each.rev)

    processes.install_shipped(office.platform)

    assert _known(office) == ()


@ON_SQLITE
def test_an_installation_of_before_gets_them_at_the_next_start(office):
    execute(office.platform.database, "DELETE FROM process_scenario")

    processes.install_shipped(office.platform)

    assert len(_known(office)) == len(shipped_scenarios())


@ON_SQLITE
def test_the_shipped_process_is_green_and_wholly_tried(office):
    tried = playbooks.try_scenarios(office.platform, actor=OTTO, **diagrams())

    assert tried.red == ()
    assert tried.coverage.is_whole
    assert tried.words == "28 scenarios: all are green; 70 of 70 elements are tried."
    assert json.loads(json.dumps(tried.kept))["elements"] == [70, 70]


@ON_SQLITE
def test_a_process_on_which_a_scenario_differs_is_refused_by_name(office):
    given = diagrams()
    changed = given["diagrams"][0].replace(b'review == "reopen"', b'review == "final"')
    bundle = build_bundle([changed], given["tables"])

    with office.platform.database.read() as tx, pytest.raises(InvalidInputError) as refusal:
        playbooks.require_green(office.platform, tx, bundle)

    (title,) = refusal.value.problems
    assert title == "Scenario “A rejected decision is reviewed, reopened, and final in the end”"
    assert refusal.value.problems[title] == (
        "Line 16: expected to wait for “Assign the complaint”, but the case waits for "
        "“Check and close”."
    )


@ON_SQLITE
def test_a_scenario_that_no_release_reads_any_more_is_red_and_not_silent(office):
    made = _save(office)
    execute(
        office.platform.database,
        "UPDATE process_scenario SET text = 'x' WHERE id = :id",
        id=made.number,
    )

    tried = playbooks.try_scenarios(office.platform, actor=OTTO, **diagrams())

    assert [each.playbook.title for each in tried.red] == [made.title]


@ON_SQLITE
def test_one_scenario_is_tried_without_being_kept(office):
    text = write_playbook(read_playbook(TEXT.replace("(register)", '"Assess the complaint"')))

    played = playbooks.try_text(office.platform, actor=OTTO, text=text, **diagrams())

    assert played.first_difference == (
        "Line 3: expected to wait for “Assess the complaint”, but the case waits for "
        "“Register the complaint”."
    )
