"""Scenarios are kept with a draft, go live with it, and have to be green for that."""

import pytest

from engine.domain.kept_scenario import Origin
from engine.domain.playbook_text import read_playbook
from engine.domain.playbook_writer import write_playbook
from engine.errors import ConflictError, InvalidInputError, NotFoundError
from engine.process.bundle import build_bundle
from engine.services.process import processes
from engine.services.process.shipped_scenarios import shipped_scenarios
from engine.services.studio import process_drafts
from engine.services.tryout import playbooks
from tests.integration.crowd import at_once
from tests.integration.journal_ways import unguard
from tests.integration.office import execute, rows
from tests.integration.scenario_ways import (
    BOTH,
    TEXT,
    diagrams,
    propose_and_approve,
    with_draft,
)
from tests.integration.upkeep_ways import OTTO
from tests.unit.process.drawing import document, line, node, process

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def of(office):
    """How the scenarios of a new draft are asked for."""
    return with_draft(office.platform)


def _save(office, of, text=TEXT, **given):
    return playbooks.save_scenario(office.platform, text=text, **of, **given)


def _known(office, of):
    return playbooks.kept_scenarios(office.platform, actor=OTTO, number=of["draft"])


def _live(office):
    return playbooks.version_scenarios(office.platform, actor=OTTO, number=0)


def _tried(office, of):
    return playbooks.try_scenarios(office.platform, actor=OTTO, number=of["draft"])


def test_the_shipped_scenarios_come_with_the_shipped_process_and_its_drafts(office, of):
    known = _live(office)

    assert [each.playbook for each in known] == list(shipped_scenarios())
    assert {each.origin for each in known} == {Origin.SHIPPED}
    assert [each.text for each in _known(office, of)] == [each.text for each in known]


def test_a_scenario_is_kept_changed_and_dropped_in_its_draft_alone(office, of):
    made, other = _save(office, of), with_draft(office.platform)
    renamed = TEXT.replace("registered", "taken in")
    changed = _save(office, of, renamed, number=made.number, rev=made.rev)
    assert (made.rev, changed.rev, changed.title) == (1, 2, "A complaint is taken in")
    assert _known(office, of)[-1] == changed
    with pytest.raises(NotFoundError):
        _save(office, other, number=made.number, rev=2)

    playbooks.drop_scenario(office.platform, number=made.number, rev=2, **of)

    many = len(shipped_scenarios())
    assert [len(_known(office, each)) for each in (of, other)] == [many, many]
    assert len(_live(office)) == many
    events = rows(office.platform.database, "SELECT type FROM organisation_event ORDER BY seq")
    kinds = [kind for (kind,) in events if kind.startswith("scenario.")]
    assert kinds == ["scenario.saved"] * 2 + ["scenario.dropped"]
    with pytest.raises(NotFoundError):
        _save(office, of, number=made.number, rev=2)


def test_of_two_who_change_a_scenario_one_is_refused(office, of):
    made = _save(office, of)
    texts = [TEXT.replace("registered", word) for word in ("taken in", "received")]

    ends = at_once(2, lambda n: _save(office, of, texts[n], number=made.number, rev=made.rev))

    assert sum(isinstance(end, ConflictError) for end in ends) == 1
    assert sum(getattr(end, "rev", 0) == 2 for end in ends) == 1


@ON_SQLITE
def test_a_number_is_never_given_to_another_scenario(office, of):
    made = _save(office, of)
    playbooks.drop_scenario(office.platform, number=made.number, rev=made.rev, **of)

    assert _save(office, of).number > made.number


@ON_SQLITE
def test_whoever_changes_a_scenario_is_an_editor_of_the_draft(office, of):
    playbooks.save_scenario(office.platform, actor=BOTH, draft=of["draft"], text=TEXT)

    draft = process_drafts.process_draft(office.platform, actor=OTTO, number=of["draft"])
    assert (draft.editors, draft.edited_by, draft.rev) == (("otto", "bo"), "bo", 1)


@ON_SQLITE
def test_two_scenarios_have_two_titles(office, of):
    _save(office, of)

    upper = TEXT.upper().replace("SCENARIO", "Scenario").replace("WAITS FOR: (R", "#")
    with pytest.raises(ConflictError, match="Another scenario is called"):
        _save(office, of, upper)


@ON_SQLITE
def test_what_cannot_be_read_is_not_kept(office, of):
    with pytest.raises(InvalidInputError, match="Line 3"):
        _save(office, of, "Scenario: Broken\n\nsomething happens")

    assert len(_known(office, of)) == len(shipped_scenarios())


@ON_SQLITE
def test_what_was_dropped_does_not_come_back_with_the_next_start(office, of):
    for each in _known(office, of)[1:]:
        playbooks.drop_scenario(office.platform, number=each.number, rev=each.rev, **of)
    propose_and_approve(office, of["draft"])

    processes.install_shipped(office.platform)

    assert len(_live(office)) == 1


@ON_SQLITE
def test_an_installation_of_before_gets_them_at_the_next_start(office):
    unguard(office.platform.database, "version_scenarios", "DELETE")
    execute(office.platform.database, "DELETE FROM version_scenarios")

    processes.install_shipped(office.platform)

    assert len(_live(office)) == len(shipped_scenarios())


@ON_SQLITE
def test_the_shipped_process_is_green_and_wholly_tried(office, of):
    tried = _tried(office, of)

    assert tried.red == ()
    assert tried.coverage.is_whole
    assert tried.words == "28 scenarios: all are green; 70 of 70 elements are tried."
    assert (tried.results.elements, tried.results.untried) == ((70, 70), ())


@ON_SQLITE
def test_a_process_on_which_a_scenario_differs_is_refused_by_name(office):
    given = diagrams()
    changed = given["diagrams"][0].replace(b'review == "reopen"', b'review == "final"')
    bundle = build_bundle([changed], given["tables"])

    with pytest.raises(InvalidInputError) as refusal:
        playbooks.require_green(office.platform, bundle=bundle, scenarios=_live(office))

    (title,) = refusal.value.problems
    assert title == "Scenario “A rejected decision is reviewed, reopened, and final in the end”"
    assert refusal.value.problems[title] == (
        "is red. Line 16: expected to wait for “Assign the complaint”, but the case waits for "
        "“Check and close”."
    )


@ON_SQLITE
def test_a_scenario_that_no_release_reads_any_more_is_red_and_not_silent(office, of):
    made = _save(office, of)
    execute(
        office.platform.database,
        "UPDATE draft_scenario SET text = 'x' WHERE id = :id",
        id=made.number,
    )

    assert [each.playbook.title for each in _tried(office, of).red] == [made.title]


@ON_SQLITE
def test_one_scenario_is_tried_without_being_kept(office):
    text = write_playbook(read_playbook(TEXT.replace("(register)", '"Assess the complaint"')))

    played = playbooks.try_text(office.platform, actor=OTTO, text=text, **diagrams())

    assert played.first_difference == (
        "Line 3: expected to wait for “Assess the complaint”, but the case waits for "
        "“Register the complaint”."
    )


CANNOT_LEAVE = {
    "finding": (" with approval = approved", "Nothing was drafted."),
    "decision": (" with approval = returned", "was not approved"),
    "decline": (" with approval = approved", "nobody has completed the form “decision”"),
}


@ON_SQLITE
@pytest.mark.parametrize("draft", CANNOT_LEAVE)
def test_what_would_stop_a_real_case_differs_in_a_scenario(office, draft):
    answers, why = CANNOT_LEAVE[draft]
    steps = [("draft", draft), ("check", "approval")]
    drawn = [node("user", id_, step={"role": "handler", "form": form}) for id_, form in steps]
    tell = node("service", "tell", step={"operation": "send_decision"})
    ways = line("s", "draft", "check", "tell", "e")
    diagram = document(
        process("complaint", node("start", "s"), *drawn, tell, node("end", "e"), ways)
    )
    said = " with outcome = upheld, remedy_amount = 0" if draft == "decision" else ""
    done = f"somebody does (draft){said}\nsomebody does (check){answers}"

    played = playbooks.try_text(
        office.platform, actor=OTTO, text=f"Scenario: Sent\n\n{done}\n", diagrams=[diagram]
    )

    assert why in played.first_difference
