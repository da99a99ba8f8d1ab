"""A version holds from a moment on, is approved by a second person, retired, and rolled back to."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.domain.actor import Actor, Role
from engine.domain.process_version import VersionState
from engine.errors import (
    ConflictError,
    DiagramRejectedError,
    InvalidInputError,
    NotFoundError,
    SeparationOfDutiesError,
)
from engine.services.proposing import proposals, publishing
from engine.services.studio import process_drafts, process_versions, releasing
from engine.services.studio.draft_files import Uploaded
from tests.integration.office import execute, rows
from tests.integration.process_ways import OTTO, kinder, opened, shipped
from tests.integration.reach_ways import hire
from tests.integration.upkeep_ways import another_process

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OLGA = Actor(username="olga", name="Olga Ost", roles=frozenset({Role.PROCESS_OWNER}))
WHY, RISK = "Kinder words.", "Nobody notices; then we go back."


def _proposed(office, *, words="Kindly write", editor=OTTO, **more):
    draft = opened(office.platform)
    saved = process_drafts.save_process_draft(office.platform, actor=editor, **kinder(draft, words))
    given = {"number": saved.number, "rev": saved.rev, "reason": WHY, "risk": RISK} | more
    return publishing.propose_process_draft(office.platform, actor=OTTO, **given)


def _published(office, **more):
    made = _proposed(office, **more)
    return publishing.approve(office.platform, actor=office.staff["mara"], number=made.number)


def _states(office):
    found = process_versions.process_versions(office.platform, actor=OTTO)
    return {each.number: each.state.value for each in found}


def _first_step(office):
    return office.steps(office.reach("acknowledge"))["acknowledge"].title


def test_a_draft_is_proposed_looked_at_and_published_by_another_person(office):
    hire(office.platform, OLGA)
    made = _proposed(office, editor=OLGA)
    mara = office.staff["mara"]

    look = proposals.look_at_proposal(office.platform, actor=mara, number=made.number)
    counted = proposals.undecided_proposals(office.platform, actor=mara)
    version = publishing.approve(office.platform, actor=mara, number=made.number)

    assert (look.proposed.risk, look.proposed.editors) == (RISK, ("otto", "olga"))
    said = [line for told in look.compared.comparison.told for line in told.sentences]
    assert said == ["“Write the acknowledgement” is now called “Kindly write the acknowledgement”."]
    assert (look.obstacle, counted, version) == ("", 1, 2)
    assert _states(office) == {2: "live", 1: "earlier"}
    assert _first_step(office).startswith("Kindly")
    assert process_drafts.process_drafts(office.platform, actor=OTTO) == ()
    assert proposals.undecided_proposals(office.platform, actor=mara) == 0
    with pytest.raises(NotFoundError):
        proposals.look_at_proposal(office.platform, actor=mara, number=made.number)


def test_whoever_edited_last_does_not_approve(office):
    made = _proposed(office, editor=OLGA)

    look = proposals.look_at_proposal(office.platform, actor=OLGA, number=made.number)
    with pytest.raises(SeparationOfDutiesError, match="worked on it"):
        publishing.approve(office.platform, actor=OLGA, number=made.number)

    assert "worked on it" in look.obstacle
    assert proposals.undecided_proposals(office.platform, actor=OLGA) == 0
    assert _states(office) == {1: "live"}


@ON_SQLITE
def test_whoever_worked_on_it_is_no_second_person_even_if_another_saved_last(office):
    hire(office.platform, OLGA)
    draft = opened(office.platform)
    saved = process_drafts.save_process_draft(office.platform, actor=OLGA, **kinder(draft))
    main = saved.files[0]
    spaced = replace(main, content=f"{main.content}\n")
    last = process_drafts.save_process_draft(
        office.platform, actor=OTTO, number=saved.number, rev=saved.rev, files=[spaced]
    )
    made = publishing.propose_process_draft(
        office.platform, actor=OTTO, number=last.number, rev=last.rev, reason=WHY, risk=RISK
    )

    with pytest.raises(SeparationOfDutiesError, match="worked on it"):
        publishing.approve(office.platform, actor=OLGA, number=made.number)

    assert _states(office) == {1: "live"}


@pytest.mark.parametrize("instead_of", [None, 1])
def test_what_was_published_meanwhile_is_not_taken_back_unseen(office, clock, instead_of):
    mara, given = office.staff["mara"], {"words": "Gladly write"}
    first, second = _proposed(office), _proposed(office, **given)
    clock.advance(minutes=5)
    publishing.approve(office.platform, actor=mara, number=first.number, instead_of=1)
    approve = {"actor": mara, "number": second.number}

    with pytest.raises(ConflictError, match="Version 2 is live by now"):
        publishing.approve(office.platform, instead_of=instead_of, **approve)
    looked_at = proposals.look_at_proposal(office.platform, actor=mara, number=second.number)
    number = publishing.approve(office.platform, instead_of=looked_at.live, **approve)

    assert (looked_at.live, number) == (2, 3)


@ON_SQLITE
def test_nobody_who_writes_waits_while_scenarios_are_played(office, monkeypatch):
    plain, lodged = publishing.playbooks.require_green, []

    def play(platform, **how):
        lodged.append(office.lodge())
        return plain(platform, **how)

    monkeypatch.setattr(publishing.playbooks, "require_green", play)

    _published(office)

    assert len(lodged) == 2


def test_the_database_knows_that_the_last_editor_is_no_second_person(office, monkeypatch):
    """Plant the bug: the service lets everybody decide."""
    made = _proposed(office, editor=OLGA)
    monkeypatch.setattr(publishing, "_require_second_person", lambda *_: None)

    with pytest.raises(Exception, match="process_last_editor"):
        publishing.approve(office.platform, actor=OLGA, number=made.number)

    assert _states(office) == {1: "live"}


def test_a_version_holds_from_the_day_that_was_approved(office, clock):
    begins = office.platform.now() + timedelta(days=3)
    version = _published(office, valid_from=begins)

    assert (version, _states(office)) == (2, {2: "upcoming", 1: "live"})
    assert _first_step(office).startswith("Write")
    clock.advance(days=3)
    assert _states(office) == {2: "live", 1: "earlier"}
    assert _first_step(office).startswith("Kindly")


@ON_SQLITE
def test_what_was_approved_later_is_not_displaced_by_what_begins_later(office, clock):
    _published(office, valid_from=office.platform.now() + timedelta(days=3))
    _published(office, words="Quickly write")

    gone = {3: "live", 2: "overtaken", 1: "earlier"}
    assert _states(office) == gone
    clock.advance(days=4)
    assert _states(office) == gone
    mine, *others = (
        {each.number: each for each in process_versions.process_versions(office.platform, actor=by)}
        for by in (OTTO, OLGA)
    )
    assert (mine[2].overtaken_by, mine[2].is_own, mine[2].overtaken_at) == (
        3,
        True,
        mine[3].published_at,
    )
    assert (others[0][2].is_own, mine[1].overtaken_by, mine[3].overtaken_by) == (False, 0, 0)
    with pytest.raises(ConflictError, match="never been live"):
        releasing.roll_back(office.platform, actor=OLGA, number=2, reason=WHY)


@ON_SQLITE
def test_whoever_approves_reads_what_never_comes_to_hold_then(office, clock):
    later = office.platform.now() + timedelta(days=3)
    _published(office, valid_from=later)
    mara = office.staff["mara"]
    soon = _proposed(office, words="Quickly write")
    after = _proposed(office, words="Slowly write", valid_from=later + timedelta(days=1))

    looks = [
        proposals.look_at_proposal(office.platform, actor=mara, number=made.number).overtakes
        for made in (soon, after)
    ]

    assert looks == [(2,), ()]
    publishing.approve(office.platform, actor=mara, number=after.number)
    assert _states(office) == {3: "upcoming", 2: "upcoming", 1: "live"}
    clock.advance(days=3)
    assert _states(office) == {3: "upcoming", 2: "live", 1: "earlier"}


@ON_SQLITE
def test_what_comes_after_a_version_that_is_retired_is_not_overtaken(office):
    _published(office, valid_from=office.platform.now() + timedelta(days=3))
    _published(office, words="Quickly write")

    releasing.retire_version(office.platform, actor=OLGA, number=3, reason=WHY)

    assert _states(office) == {3: "retired", 2: "upcoming", 1: "live"}


@ON_SQLITE
def test_a_moment_that_has_passed_is_refused_or_taken_for_now(office, clock):
    with pytest.raises(InvalidInputError, match="in the past"):
        _proposed(office, valid_from=office.platform.now())
    made = _proposed(office, valid_from=office.platform.now() + timedelta(hours=1))
    clock.advance(hours=2)

    publishing.approve(office.platform, actor=office.staff["mara"], number=made.number)

    assert _states(office)[2] == "live"


def test_running_cases_stay_on_their_version(office):
    old = office.reach("acknowledge")
    _published(office)

    assert office.steps(old)["acknowledge"].title.startswith("Write")
    found = process_versions.process_versions(office.platform, actor=OTTO)
    assert {each.number: each.running for each in found} == {2: 0, 1: 1}


def test_one_rolls_back_at_once_and_running_cases_stay(office):
    _published(office)
    new = office.reach("acknowledge")

    releasing.roll_back(office.platform, actor=OTTO, number=1, reason="It loses letters.")

    assert _states(office) == {2: "earlier", 1: "live"}
    assert _first_step(office).startswith("Write")
    assert office.steps(new)["acknowledge"].title.startswith("Kindly")
    events = rows(office.platform.database, "SELECT type FROM organisation_event ORDER BY seq")
    assert events[-1] == ("process.rolled_back",)
    with pytest.raises(ConflictError, match="live already"):
        releasing.roll_back(office.platform, actor=OTTO, number=1, reason=WHY)


@ON_SQLITE
def test_whoever_released_the_live_version_does_not_undo_it_alone(office):
    _published(office)

    with pytest.raises(SeparationOfDutiesError, match="released the live version"):
        releasing.roll_back(office.platform, actor=office.staff["mara"], number=1, reason=WHY)

    assert _states(office)[2] == "live"


@ON_SQLITE
def test_one_rolls_back_only_to_what_has_been_live(office):
    _published(office, valid_from=office.platform.now() + timedelta(days=3))

    with pytest.raises(ConflictError, match="never been live"):
        releasing.roll_back(office.platform, actor=OLGA, number=2, reason=WHY)
    with pytest.raises(NotFoundError):
        releasing.roll_back(office.platform, actor=OLGA, number=7, reason=WHY)
    with pytest.raises(InvalidInputError):
        releasing.roll_back(office.platform, actor=OLGA, number=1, reason=" ")


def test_a_retired_version_takes_no_case_and_one_stays(office):
    _published(office)
    mara = office.staff["mara"]
    with pytest.raises(SeparationOfDutiesError, match="released the live version"):
        releasing.retire_version(office.platform, actor=mara, number=2, reason="I know better.")

    releasing.retire_version(office.platform, actor=OTTO, number=2, reason="It loses letters.")

    assert _states(office) == {2: "retired", 1: "live"}
    assert _first_step(office).startswith("Write")
    with pytest.raises(ConflictError, match="the only one"):
        releasing.retire_version(office.platform, actor=mara, number=1, reason=WHY)
    with pytest.raises(ConflictError, match="retired already"):
        releasing.retire_version(office.platform, actor=mara, number=2, reason=WHY)
    with pytest.raises(ConflictError, match="is retired"):
        releasing.roll_back(office.platform, actor=OTTO, number=2, reason=WHY)
    assert _states(office) == {2: "retired", 1: "live"}


@pytest.mark.parametrize("table", ["process_version", "process_release", "process_retirement"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}"])
def test_the_database_refuses_to_change_what_was_published(office, table, deed):
    _published(office)
    mara = office.staff["mara"]
    releasing.retire_version(office.platform, actor=mara, number=1, reason=WHY)

    with pytest.raises(Exception, match="never changed"):
        execute(office.platform.database, deed.format(table))


@ON_SQLITE
def test_a_draft_that_was_saved_since_is_not_proposed_unseen(office):
    draft = opened(office.platform)
    process_drafts.save_process_draft(office.platform, actor=OLGA, **kinder(draft))

    with pytest.raises(ConflictError, match="saved since"):
        publishing.propose_process_draft(
            office.platform, actor=OTTO, number=draft.number, rev=draft.rev, reason=WHY, risk=RISK
        )


@ON_SQLITE
def test_a_draft_on_which_somebody_goes_on_stays_when_it_is_published(office):
    made = _proposed(office)
    (listed,) = process_drafts.process_drafts(office.platform, actor=OTTO)
    draft = process_drafts.process_draft(office.platform, actor=OTTO, number=listed.number)
    main = draft.files[0]
    gladly = replace(main, content=main.content.replace("Kindly write", "Gladly write"))
    process_drafts.save_process_draft(
        office.platform, actor=OTTO, number=draft.number, rev=draft.rev, files=[gladly]
    )

    publishing.approve(office.platform, actor=office.staff["mara"], number=made.number)

    assert len(process_drafts.process_drafts(office.platform, actor=OTTO)) == 1


@ON_SQLITE
def test_a_draft_that_is_wrong_or_without_a_risk_is_not_proposed(office):
    draft = opened(office.platform)
    broken = replace(draft.files[0], content="<not whole")
    saved = process_drafts.save_process_draft(
        office.platform, actor=OTTO, number=draft.number, rev=draft.rev, files=[broken]
    )
    given = {"actor": OTTO, "number": draft.number, "rev": saved.rev, "reason": WHY}

    with pytest.raises(DiagramRejectedError):
        publishing.propose_process_draft(office.platform, risk=RISK, **given)
    with pytest.raises(InvalidInputError, match="Risk"):
        publishing.propose_process_draft(office.platform, risk=" ", **given)


@ON_SQLITE
def test_a_process_with_another_id_is_named_at_a_click(office):
    content = shipped("complaint.bpmn").content
    for where in (b"id=", b"processRef="):
        content = content.replace(where + b'"complaint"', where + b'"Process_1"')
    draft = process_drafts.open_process_draft(
        office.platform,
        actor=OTTO,
        files=[Uploaded("x.bpmn", content), shipped("triage.dmn"), shipped("authority.dmn")],
    )
    known = {"actor": OTTO, "number": draft.number}

    (first, *_) = process_drafts.check_process_draft(office.platform, **known)
    named = process_drafts.name_main_process(office.platform, rev=draft.rev, **known)

    assert "“Process_1”" in first.problem
    assert first.element == "Process_1"
    assert named.files[0].content.encode() == shipped("complaint.bpmn").content
    found = process_drafts.check_process_draft(office.platform, **known)
    assert not any("Process_1" in each.sentence for each in found)


@ON_SQLITE
@pytest.mark.parametrize("encoding", ["utf-16", "latin-1", "utf-8-sig"])
def test_files_in_any_encoding_are_published_as_text(office, tmp_path, encoding):
    paths = another_process(tmp_path)
    said = {"utf-16": "UTF-16", "latin-1": "ISO-8859-1", "utf-8-sig": "UTF-8"}[encoding]
    text = paths[0].read_text("utf-8").replace('encoding="UTF-8"', f'encoding="{said}"')
    paths[0].write_bytes(text.replace("Kindly", "Höflich").encode(encoding))

    made = publishing.propose(office.platform, actor=OTTO, paths=paths, reason=WHY)
    publishing.approve(office.platform, actor=office.staff["mara"], number=made.number)

    assert _first_step(office).startswith("Höflich")
    (kept, *_) = process_versions.version_files(office.platform, actor=OTTO, number=2)
    assert kept.content.startswith('<?xml version="1.0" encoding="UTF-8"?>')


def test_the_states_of_a_version_have_words():
    found = " ".join(state.title for state in VersionState)
    assert found == "Live Upcoming Overtaken Earlier Retired"
