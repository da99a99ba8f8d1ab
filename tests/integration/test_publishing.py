"""A process comes to work when one person proposed it and another one approved."""

from datetime import datetime

import pytest

from engine.domain.actor import SYSTEM, Actor, Role
from engine.errors import (
    ConflictError,
    DiagramRejectedError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    SeparationOfDutiesError,
)
from engine.services.figures import heat
from engine.services.process import processes
from engine.services.proposing import publishing
from tests.integration.crowd import at_once
from tests.integration.office import execute, rows
from tests.integration.scenario_ways import TEXT
from tests.integration.upkeep_ways import OTTO, another_process
from tests.unit.domain.own_forms import as_json

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OLGA = Actor(username="olga", name="Olga", roles=frozenset({Role.PROCESS_OWNER}))
WHY = "Kinder words."


def _propose(office, folder, **given):
    usual = {"actor": OTTO, "paths": another_process(folder), "reason": WHY}
    return publishing.propose(office.platform, **(usual | given))


def _live(office):
    return heat.overview(office.platform, actor=office.staff["mara"]).version


def test_a_second_person_brings_a_process_to_work(office, tmp_path):
    old = office.reach("acknowledge")
    made = _propose(office, tmp_path)
    before = _live(office)

    version = publishing.approve(office.platform, actor=OLGA, number=made.number)

    assert (before, version, _live(office)) == (1, 2, 2)
    new = office.reach("acknowledge")
    assert office.steps(old)["acknowledge"].title.startswith("Write")
    assert office.steps(new)["acknowledge"].title.startswith("Kindly")
    assert publishing.waiting(office.platform, actor=OLGA) == ()
    events = rows(office.platform.database, "SELECT actor, type FROM organisation_event")
    kinds = ["process.proposed", "process.tried", "process.published"]
    assert events[-3:] == list(zip(("otto", "olga", "olga"), kinds, strict=True))


@pytest.mark.parametrize("role", [Role.PROCESS_OWNER, Role.MANAGER, Role.REPRESENTATIVE])
@ON_SQLITE
def test_nobody_approves_what_they_proposed_whatever_their_roles(office, tmp_path, role):
    both = Actor(username="otto", name="Otto", roles=OTTO.roles | {role})
    made = _propose(office, tmp_path)

    with pytest.raises(SeparationOfDutiesError):
        publishing.approve(office.platform, actor=both, number=made.number)
    with pytest.raises(SeparationOfDutiesError):
        publishing.reject(office.platform, actor=both, number=made.number, reason=WHY)

    assert _live(office) == 1


def test_the_database_knows_that_two_persons_are_needed(office, tmp_path):
    made = _propose(office, tmp_path)

    with pytest.raises(Exception, match="process_four_eyes"):
        execute(
            office.platform.database,
            "UPDATE process_proposal SET decided_by = 'otto', decided_at = proposed_at "
            "WHERE id = :id",
            id=made.number,
        )


@ON_SQLITE
def test_no_program_is_a_second_person(office, tmp_path):
    made = _propose(office, tmp_path)
    machine = Actor(username=SYSTEM.username, name="Redress", roles=frozenset({Role.MANAGER}))

    with pytest.raises(SeparationOfDutiesError):
        publishing.approve(office.platform, actor=machine, number=made.number)
    with pytest.raises(NotAllowedError):
        publishing.approve(office.platform, actor=SYSTEM, number=made.number)


def test_a_rejected_proposal_stays_rejected_with_its_reason(office, tmp_path):
    made = _propose(office, tmp_path)

    publishing.reject(office.platform, actor=OLGA, number=made.number, reason="Not kind enough.")

    with pytest.raises(ConflictError, match="decided by olga"):
        publishing.approve(office.platform, actor=office.staff["mara"], number=made.number)
    found = rows(office.platform.database, "SELECT is_approved, comment FROM process_proposal")
    assert [(bool(approved), comment) for approved, comment in found] == [
        (False, "Not kind enough.")
    ]
    assert _propose(office, tmp_path).number != made.number


def test_of_two_who_decide_at_once_one_does(office, tmp_path):
    made = _propose(office, tmp_path)
    people = [OLGA, office.staff["mara"]]

    ends = at_once(
        2, lambda n: publishing.approve(office.platform, actor=people[n], number=made.number)
    )

    assert min(map(str, ends)) == "2"
    assert sum(isinstance(end, ConflictError) for end in ends) == 1


@ON_SQLITE
def test_what_is_published_is_what_was_proposed(office, tmp_path):
    made = _propose(office, tmp_path)
    execute(
        office.platform.database,
        "UPDATE process_proposal SET diagrams = replace(diagrams, 'Kindly', 'Rudely')",
    )

    with pytest.raises(ConflictError, match="not the one that was made"):
        publishing.approve(office.platform, actor=OLGA, number=made.number)

    assert _live(office) == 1


@ON_SQLITE
def test_the_same_is_not_proposed_or_published_twice(office, tmp_path):
    made = _propose(office, tmp_path)

    with pytest.raises(ConflictError, match=f"as proposal {made.number}"):
        _propose(office, tmp_path, actor=OLGA)
    publishing.approve(office.platform, actor=OLGA, number=made.number)
    with pytest.raises(ConflictError, match="published already"):
        _propose(office, tmp_path)


@ON_SQLITE
def test_a_diagram_that_breaks_a_rule_is_not_even_proposed(office, tmp_path):
    (tmp_path / "attack").mkdir()
    paths = another_process(tmp_path / "attack")
    attack = (
        paths[0]
        .read_text("utf-8")
        .replace("</bpmn:conditionExpression>", " and open('x', 'w')</bpmn:conditionExpression>", 1)
    )
    paths[0].write_text(attack, "utf-8")

    with pytest.raises(DiagramRejectedError):
        _propose(office, tmp_path, paths=paths)
    with pytest.raises(InvalidInputError, match="Reason"):
        _propose(office, tmp_path, reason="  ")
    with pytest.raises(NotFoundError):
        publishing.approve(office.platform, actor=OLGA, number=7)

    assert rows(office.platform.database, "SELECT count(*) FROM process_proposal") == [(0,)]


@ON_SQLITE
def test_an_approval_that_forgets_who_proposed_is_noticed_by_the_database(
    office, tmp_path, monkeypatch
):
    """Plant the bug: the service lets everybody decide."""
    made = _propose(office, tmp_path)
    monkeypatch.setattr(publishing, "_require_second_person", lambda *_: None)
    both = Actor(username="otto", name="Otto", roles=OTTO.roles | {Role.MANAGER})

    with pytest.raises(Exception, match="process_four_eyes"):
        publishing.approve(office.platform, actor=both, number=made.number)

    assert _live(office) == 1


@ON_SQLITE
def test_forms_of_ones_own_are_published_with_the_process(office, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    diagram, *tables = another_process(own)
    asks = diagram.read_text().replace('form="closing"', 'form="meter"')
    diagram.write_text(asks)
    form = own / "meter.form.json"
    form.write_bytes(as_json())
    with pytest.raises(DiagramRejectedError, match="“meter” is not known"):
        _propose(office, tmp_path, paths=[diagram, *tables])

    # The scenarios that come with Redress answer no question of an own form.
    (own / "few").mkdir()
    (own / "few" / "one.txt").write_text(TEXT)
    made = _propose(office, tmp_path, paths=[diagram, *tables, form], scenarios=own / "few")
    publishing.approve(office.platform, actor=OLGA, number=made.number)

    office.platform.bundles.clear()
    with office.platform.database.read() as tx:
        bundle = processes.bundle_of(office.platform, tx, made.digest)
    assert bundle.forms["meter"].title == "Meter reading"


@ON_SQLITE
@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"risk": "x" * 10_001}, "Risk: may have at most 10,000 characters"),
        ({"valid_from": datetime(2030, 1, 1)}, "Valid from: names no time zone"),  # noqa: DTZ001
        ({"valid_from": datetime(2020, 1, 1)}, "Valid from: names no time zone"),  # noqa: DTZ001
    ],
)
def test_what_nobody_could_read_or_tell_is_not_proposed(office, tmp_path, given, sentence):
    with pytest.raises(InvalidInputError, match=sentence):
        _propose(office, tmp_path, **given)

    assert publishing.waiting(office.platform, actor=OLGA) == ()


@ON_SQLITE
def test_a_risk_is_kept_without_what_nobody_types(office, tmp_path):
    assert _propose(office, tmp_path, risk=" None.\0 ").risk == "None."
