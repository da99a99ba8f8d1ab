"""What scenarios and closed cases have shown is kept with a proposal, and red ones stop it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from engine.domain.working_time import Calendar
from engine.errors import ConflictError, InvalidInputError, NotFoundError
from engine.services.process.shipped_scenarios import shipped_scenarios
from engine.services.proposing import proposal_making, proposals, publishing
from engine.services.studio import process_drafts, releasing
from engine.services.tryout import playbooks, trial_running
from tests.integration.office import execute, rows
from tests.integration.process_ways import kinder
from tests.integration.scenario_ways import BOTH, TEXT, propose, propose_and_approve, with_draft
from tests.integration.test_shadow_replay import _closed
from tests.integration.upkeep_ways import OTTO

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
RED = "Scenario: Nobody registers\n\nwaits for: nobody\n"
WAITS = """Scenario: Five days without a word
Under: iso

somebody does "Register the complaint" (register) with scope = complaint
time passes: 5 days
time limit: acknowledgement missed
"""
"""Holds as long as at least three of the days are worked."""
MANY = len(shipped_scenarios())


@pytest.fixture
def of(office):
    return with_draft(office.platform)


def _save(office, of, text=TEXT, **given):
    return playbooks.save_scenario(office.platform, text=text, **of, **given)


def _drop_all(office, of):
    known = playbooks.kept_scenarios(office.platform, actor=OTTO, number=of["draft"])
    for each in known:
        playbooks.drop_scenario(office.platform, number=each.number, rev=each.rev, **of)


def _live(office, number=0):
    known = playbooks.version_scenarios(office.platform, actor=OTTO, number=number)
    return [each.title for each in known]


def _look(office, made, actor=None):
    by = actor or office.staff["mara"]
    return proposals.look_at_proposal(office.platform, actor=by, number=made.number)


def _with_a_week_off(platform):
    """Return the platform of an organisation that closes for the week of the scenarios."""
    closed = {date(2026, 1, day): () for day in range(5, 12)}
    calendar = platform.policy.calendar.model_copy(update={"special_days": closed})
    policy = platform.policy.model_copy(update={"calendar": calendar})
    return replace(platform, policy=policy, calendar=Calendar(calendar))


def test_the_live_process_keeps_its_scenarios_until_the_draft_is_approved(office, of):
    process_drafts.save_process_draft(
        office.platform,
        actor=OTTO,
        **kinder(process_drafts.process_draft(office.platform, actor=OTTO, number=of["draft"])),
    )
    _drop_all(office, of)
    _save(office, of)
    made = propose(office.platform, of["draft"])
    _save(office, of, RED)
    before = _live(office)

    publishing.approve(office.platform, actor=office.staff["mara"], number=made.number)

    assert (len(before), _live(office)) == (MANY, ["A complaint is registered"])
    releasing.roll_back(office.platform, actor=OTTO, number=1, reason="It loses letters.")
    assert len(_live(office)) == MANY
    assert _live(office, 2) == ["A complaint is registered"]


@ON_SQLITE
def test_a_red_scenario_is_refused_when_it_is_proposed(office, of):
    _save(office, of, RED)

    with pytest.raises(InvalidInputError) as refusal:
        propose(office.platform, of["draft"])

    assert str(refusal.value) == (
        "Scenario “Nobody registers”: is red. Line 3: expected to wait for nobody, but the case "
        "waits for “Register the complaint”."
    )
    counted = "SELECT (SELECT count(*) FROM process_proposal), (SELECT count(*) FROM trial_run)"
    assert rows(office.platform.database, counted) == [(0, 0)]


@ON_SQLITE
def test_a_red_scenario_is_refused_when_files_are_proposed(office, tmp_path):
    (tmp_path / "red.txt").write_text(RED)
    paths = [tmp_path / name for name in ("complaint.bpmn", "triage.dmn", "authority.dmn")]
    draft = process_drafts.open_process_draft(office.platform, actor=OTTO)
    for path, file in zip(paths, draft.files, strict=True):
        path.write_text(file.content)

    with pytest.raises(InvalidInputError, match="“Nobody registers”: is red"):
        publishing.propose(
            office.platform, actor=OTTO, paths=paths, reason="It is shown.", scenarios=tmp_path
        )


@ON_SQLITE
def test_a_proposal_that_was_let_through_red_is_refused_when_it_is_approved(
    office, of, mara, monkeypatch
):
    """Plant the bug: whoever proposes is not asked for green scenarios."""
    _save(office, of, RED)
    with monkeypatch.context() as patch:
        patch.setattr(proposal_making.playbooks, "require_green", playbooks.tried)
        made = propose(office.platform, of["draft"])

    assert [each.title for each in _look(office, made).played.run.scenarios.red] == [
        "Nobody registers"
    ]
    with pytest.raises(InvalidInputError, match="“Nobody registers”: is red"):
        publishing.approve(office.platform, actor=mara, number=made.number)
    assert len(_live(office)) == MANY


@ON_SQLITE
def test_a_scenario_that_turns_red_between_the_two_is_refused(office, of, mara):
    _drop_all(office, of)
    _save(office, of, WAITS)
    made = propose(office.platform, of["draft"])
    later = _with_a_week_off(office.platform)

    with pytest.raises(ConflictError, match="Play them again, and look at what they show"):
        publishing.approve(later, actor=mara, number=made.number)
    shown = proposals.look_at_proposal(later, actor=mara, number=made.number).played
    again = trial_running.play_proposal(later, actor=mara, number=made.number)

    assert "time limits changed after this run" in shown.stale
    assert [each.differs for each in again.red] == [
        "Line 6: expected “acknowledgement” missed, but it is running."
    ]
    with pytest.raises(InvalidInputError, match="“Five days without a word”: is red"):
        publishing.approve(later, actor=mara, number=made.number)
    assert len(_live(office)) == MANY
    trial_running.play_proposal(office.platform, actor=mara, number=made.number)
    assert publishing.approve(office.platform, actor=mara, number=made.number) == 1


@ON_SQLITE
def test_scenarios_that_were_altered_after_they_were_played_are_noticed(office, of, mara):
    _save(office, of)
    made = propose(office.platform, of["draft"])
    execute(
        office.platform.database,
        "UPDATE process_proposal SET scenarios = replace(scenarios, 'registered', 'lost')",
    )

    with pytest.raises(ConflictError, match="were not played yet"):
        publishing.approve(office.platform, actor=mara, number=made.number)

    assert _look(office, made).played is None


def test_what_the_scenarios_have_shown_is_kept_with_whose_and_when(office, of, mara):
    _save(office, of)
    at = office.platform.now()
    made = propose(office.platform, of["draft"])

    shown = _look(office, made).played
    results = shown.run.scenarios

    assert (shown.by, shown.at, shown.stale) == ("otto", at, "")
    assert (len(results.scenarios), results.red) == (MANY + 1, ())
    assert results.elements == (70, 70)
    assert len(results.touched) == 70
    query = "SELECT type, detail FROM organisation_event ORDER BY seq"
    kinds = [kind for kind, _ in rows(office.platform.database, query)]
    assert kinds[-2:] == ["process.tried", "process.proposed"]
    publishing.approve(office.platform, actor=mara, number=made.number)
    assert rows(office.platform.database, "SELECT run_by FROM trial_run ORDER BY id") == [
        ("otto",),
        ("mara",),
    ]


@pytest.mark.parametrize("table", ["version_scenarios", "trial_run"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET id = id + 100", "DELETE FROM {}"])
def test_the_database_refuses_to_change_what_was_found(office, of, table, deed):
    _save(office, of)
    propose(office.platform, of["draft"])

    with pytest.raises(Exception, match="never changed"):
        execute(office.platform.database, deed.format(table))


@ON_SQLITE
def test_scenarios_alone_become_those_of_the_live_version(office, of, mara):
    added = _save(office, of)
    made = propose(office.platform, of["draft"])
    look = _look(office, made)

    version = publishing.approve(office.platform, actor=mara, number=made.number)

    assert [(each.title, each.word) for each in look.scenario_changes] == [(added.title, "added")]
    assert look.compared.comparison.is_same
    assert (version, len(_live(office)), _live(office)[-1]) == (1, MANY + 1, added.title)
    with pytest.raises(NotFoundError):
        propose(office.platform, of["draft"])
    again = with_draft(office.platform)
    with pytest.raises(ConflictError, match="published already, and is live"):
        propose(office.platform, again["draft"])
    _save(office, again, TEXT.replace("registered", "there"))
    later = office.platform.now() + timedelta(days=1)
    with pytest.raises(InvalidInputError, match="scenarios alone hold at once"):
        propose(office.platform, again["draft"], valid_from=later)


@ON_SQLITE
def test_scenarios_of_a_version_that_is_not_live_any_more_are_not_approved(office, of, mara):
    _save(office, of)
    made = propose(office.platform, of["draft"])
    other = process_drafts.open_process_draft(office.platform, actor=OTTO)
    process_drafts.save_process_draft(office.platform, actor=OTTO, **kinder(other))
    propose_and_approve(office, other.number)

    with pytest.raises(ConflictError, match="not live"):
        publishing.approve(office.platform, actor=mara, number=made.number)
    publishing.reject(office.platform, actor=mara, number=made.number, reason="It is late.")
    with pytest.raises(ConflictError, match="as version 1"):
        propose(
            office.platform,
            process_drafts.open_process_draft(office.platform, actor=OTTO, version=1).number,
        )


@ON_SQLITE
def test_a_scenario_that_was_changed_since_one_looked_is_not_proposed_unseen(office, of):
    with office.platform.database.read() as tx:
        draft = tx.process_drafts.get(of["draft"])
        seen = trial_running.content_in(tx, draft)
    _save(office, of)

    with pytest.raises(ConflictError, match="saved since"):
        propose(office.platform, of["draft"], content=seen)


@ON_SQLITE
def test_whoever_changed_a_scenario_last_does_not_approve(office, of):
    playbooks.save_scenario(office.platform, actor=BOTH, draft=of["draft"], text=TEXT)
    made = propose(office.platform, of["draft"])

    assert "worked on it" in _look(office, made, BOTH).obstacle


def test_what_closed_cases_have_shown_is_kept_until_the_draft_changes(office, of, mara):
    _closed(office)
    found = trial_running.replay_process_draft(
        office.platform, actor=BOTH, number=of["draft"], most=10
    )
    assert [each.reference != "" for each in found.shadows] == [True]
    _save(office, of)
    made = propose(office.platform, of["draft"])
    old = _look(office, made).replayed

    trial_running.replay_proposal(office.platform, actor=mara, number=made.number, most=10)
    new = _look(office, made).replayed

    assert (old.by, old.stale) == ("bo", "The draft was changed after this run. Run it again.")
    assert (new.by, new.stale, new.run.replay.cases) == ("Mara", "", 1)
    kept = str(rows(office.platform.database, "SELECT results FROM trial_run"))
    assert found.shadows[0].reference not in kept
