"""A journal that was altered is an incident until a verification finds it whole again."""

import pytest

from engine.domain.actor import Actor, Role
from engine.domain.incident import IncidentKind
from engine.errors import ConflictError, NotAllowedError
from engine.services.audit import verifying
from engine.services.upkeep import incidents, jobs
from tests.integration.office import execute, rows
from tests.integration.test_journal import unguard


@pytest.fixture
def altered(office):
    """Let somebody with the keys of the database change who did something."""
    office.lodge()
    unguard(office.platform.database)
    (before,) = rows(office.platform.database, "SELECT actor FROM journal WHERE seq = 1")[0]
    execute(office.platform.database, "UPDATE journal SET actor = 'nobody' WHERE seq = 1")
    return before


def _open(office):
    found = incidents.page(office.platform, actor=office.staff["mara"])
    return [each for each in found if each.kind is IncidentKind.JOURNAL]


def _retry(office, actor):
    (incident,) = _open(office)
    return incidents.retry(
        office.platform, actor=actor, incident_id=incident.id, reason="A backup was restored."
    )


def test_what_the_night_finds_is_one_incident_however_often_it_is_found(office, altered):
    jobs.run(office.platform, name="journal_verification")
    verifying.run(office.platform)

    (incident,) = _open(office)
    assert incident.attempts == 2
    assert "1 place" in incident.cause
    assert incident.reference is None


def test_trying_again_verifies_and_only_a_whole_journal_ends_it(office, altered):
    verifying.run(office.platform)

    assert not _retry(office, office.staff["mara"])
    execute(office.platform.database, "UPDATE journal SET actor = :b WHERE seq = 1", b=altered)
    assert _retry(office, office.staff["mara"])

    assert _open(office) == []


def test_who_may_not_verify_does_not_end_it(office, altered):
    verifying.run(office.platform)
    admin = Actor(username="root", name="Root", roles=frozenset({Role.ADMINISTRATOR}))

    with pytest.raises(NotAllowedError):
        _retry(office, admin)

    assert len(_open(office)) == 1


def test_one_that_was_put_away_is_not_tried_again(office, altered):
    verifying.run(office.platform)
    (incident,) = _open(office)
    mara, known = office.staff["mara"], {"incident_id": incident.id, "reason": "The police has it."}
    incidents.resolve(office.platform, actor=mara, **known)

    with pytest.raises(ConflictError):
        incidents.retry(office.platform, actor=mara, **known)


def test_a_look_at_one_case_neither_opens_nor_ends_it(office, altered):
    verifying.run(office.platform, reference=office.lodge())
    assert _open(office) == []
    verifying.run(office.platform)
    verifying.run(office.platform, reference=office.lodge())

    assert len(_open(office)) == 1


def test_a_verification_that_tells_nobody_is_noticed(office, altered, monkeypatch):
    """Plant the bug: what was found stays in a table."""
    monkeypatch.setattr(verifying, "_tell_of", lambda *_a, **_k: None)

    with pytest.raises(ValueError, match="unpack"):
        test_what_the_night_finds_is_one_incident_however_often_it_is_found(office, altered)
