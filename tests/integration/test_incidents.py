"""Incidents: what no program could set right says why, since when, and who dealt with it."""

from uuid import UUID, uuid4

import pytest

from engine.domain.actor import ALLOWED, SYSTEM, Actor, Deed, Role
from engine.domain.incident import IncidentKind, cause_of
from engine.errors import (
    ConflictError,
    CourseError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    ProcessFailedError,
)
from engine.process.core import LiveCase
from engine.services.audit import auditing
from engine.services.post import dispatch
from engine.services.running import messages, monitoring
from engine.services.upkeep import incidents
from tests.integration.crowd import at_once
from tests.integration.office import execute, rows

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WHY = "I spoke with the people there."
CLICK = UUID("12345678-1234-4234-8234-123456789abc")


def _poison(office, clock):
    """Return a case that the sweep has given up, and its state before it was spoiled."""
    reference = office.lodge()
    (state,) = rows(office.platform.database, "SELECT state FROM complaint_case")[0]
    execute(office.platform.database, "UPDATE complaint_case SET state = :bad", bad=b"bad")
    for _ in range(3):
        clock.advance(days=30)
        monitoring.sweep(office.platform)
    return reference, bytes(state)


def _open(office):
    return incidents.page(office.platform, actor=SYSTEM)


def _act(office, act, incident, who="mara", reason=WHY, **more):
    actor = office.staff[who] if isinstance(who, str) else who
    return act(office.platform, actor=actor, incident_id=incident.id, reason=reason, **more)


def _is_whole(office):
    return auditing.verify_journal(office.platform, actor=SYSTEM).broken == ()


def test_a_case_that_stands_still_says_so_in_words(office, clock):
    reference, _state = _poison(office, clock)

    (incident,) = _open(office)

    assert (incident.kind, incident.reference) == (IncidentKind.CASE, reference)
    assert (incident.attempts, incident.is_open) == (3, True)
    assert incident.cause == "Stored state of version 'damaged' is not known to this release."
    assert incidents.counts(office.platform, actor=SYSTEM)[IncidentKind.CASE] == 1


def test_a_case_that_failed_once_bothers_nobody_yet(office, clock):
    office.lodge()
    execute(office.platform.database, "UPDATE complaint_case SET state = :bad", bad=b"bad")
    clock.advance(days=70)

    monitoring.sweep(office.platform)

    assert _open(office) == ()


def test_a_case_that_was_set_right_goes_on_when_it_is_tried_again(office, clock):
    reference, state = _poison(office, clock)
    (incident,) = _open(office)
    in_vain = _act(office, incidents.retry, incident)
    (still,) = _open(office)
    execute(office.platform.database, "UPDATE complaint_case SET state = :good", good=state)

    done = _act(office, incidents.retry, incident)

    (told,) = incidents.page(office.platform, actor=SYSTEM, is_open=False)
    assert (in_vain, still.attempts, done) == (False, 4, True)
    assert (told.resolved_by, told.resolution) == ("mara", f"Tried again: {WHY}")
    assert len(office.view(reference).escalations) == 4
    assert any(WHY in entry.what for entry in office.view(reference).timeline)
    assert _open(office) == ()
    assert _is_whole(office)


def test_a_try_in_vain_that_comes_twice_by_one_click_counts_once(office, clock):
    _poison(office, clock)
    (incident,) = _open(office)

    ends = [_act(office, incidents.retry, incident, command_id=CLICK) for _ in range(2)]
    another = _act(office, incidents.retry, incident, command_id=uuid4())

    (still,) = _open(office)
    assert (ends, another, still.attempts) == ([False, False], False, 5)


def test_eight_tries_in_vain_at_once_by_one_click_count_once(office, clock):
    _poison(office, clock)
    (incident,) = _open(office)

    ends = at_once(8, lambda _: _act(office, incidents.retry, incident, command_id=CLICK))

    (still,) = _open(office)
    assert (ends, still.attempts) == ([False] * 8, 4)


def test_an_incident_is_put_away_with_a_reason_and_comes_back_if_it_lasts(office, clock):
    reference, _state = _poison(office, clock)
    (incident,) = _open(office)

    _act(office, incidents.resolve, incident)
    put_away = _open(office)
    for _ in range(3):
        clock.advance(minutes=1)
        monitoring.sweep(office.platform)

    (back,) = _open(office)
    assert put_away == ()
    assert (back.reference, back.id != incident.id) == (reference, True)
    assert _is_whole(office)


def test_the_same_click_twice_puts_away_once_and_another_one_is_refused(office, clock):
    _poison(office, clock)
    (incident,) = _open(office)
    click = uuid4()
    _act(office, incidents.resolve, incident, command_id=click)

    _act(office, incidents.resolve, incident, command_id=click)

    with pytest.raises(ConflictError, match="used for something else"):
        _act(office, incidents.retry, incident, command_id=click)
    with pytest.raises(ConflictError, match=WHY):
        _act(office, incidents.resolve, incident, reason="Something else.")
    with pytest.raises(ConflictError, match="was resolved"):
        _act(office, incidents.retry, incident)
    told = rows(office.platform.database, "SELECT type FROM journal")
    assert told.count(("incident.resolved",)) == 1


def test_of_eight_who_put_an_incident_away_at_once_one_does(office, clock):
    _poison(office, clock)
    (incident,) = _open(office)

    ends = at_once(8, lambda n: _act(office, incidents.resolve, incident, reason=f"By {n}."))

    refused = [end for end in ends if end is not None]
    assert len(refused) == 7
    assert {type(refusal) for refusal in refused} == {ConflictError}
    assert _is_whole(office)


def test_a_step_after_which_the_diagram_cannot_go_on_is_an_incident(office, monkeypatch):
    reference = office.reach("assess")

    def fail(*_):
        raise ProcessFailedError("Triage", "no rule fits.")

    with monkeypatch.context() as broken:
        broken.setattr(LiveCase, "complete", fail)
        with pytest.raises(ProcessFailedError):
            office.do(reference, "assess")
    (incident,) = _open(office)
    with pytest.raises(CourseError, match="whoever works on it"):
        _act(office, incidents.retry, incident)
    office.do(reference, "assess")
    messages.tend(office.platform)

    assert (incident.kind, incident.element) == (IncidentKind.STEP, "Triage")
    assert (incident.reference, incident.cause) == (reference, "No rule fits.")
    assert _open(office) == ()


def test_a_letter_that_nobody_takes_is_an_incident_and_leaves_when_tried_again(office, clock):
    reference = office.reach("acknowledge")
    office.do(reference, "acknowledge")
    mail = _refused_mail(office)
    (incident,) = _open(office)

    done = _act(office, incidents.retry, incident)

    assert (incident.kind, incident.reference) == (IncidentKind.LETTER, reference)
    assert "did not take “Your complaint C-2026-000001”" in incident.cause
    assert "mailbox unavailable" in incident.cause
    assert done
    waiting = rows(office.platform.database, "SELECT attempts, next_try_at IS NULL FROM outbox")
    assert [(n, bool(never)) for n, never in waiting] == [(0, False)]
    assert mail.attempts == 12
    assert monitoring.sweep(office.platform).failed == 0
    assert _is_whole(office)


def _refused_mail(office):
    """Let the mail server refuse the only mail twelve times."""

    def take(tx):
        now = office.platform.now()
        return tx.outbox.take(now, lease_until=now)

    for _ in range(12):
        mail = office.platform.database.write(take)
    refusal = ValueError("mailbox unavailable")
    dispatch._keep_failure(office.platform, mail, refusal, next_try=None)
    return mail


def test_a_letter_that_left_meanwhile_is_not_sent_again(office):
    reference = office.reach("acknowledge")
    office.do(reference, "acknowledge")
    mail = _refused_mail(office)
    (incident,) = _open(office)
    office.platform.database.write(lambda tx: tx.outbox.sent(mail.id, office.platform.now()))

    with pytest.raises(ConflictError, match="has left"):
        _act(office, incidents.retry, incident)


def test_an_undeliverable_letter_does_not_keep_the_sweep_from_its_case(office, clock):
    reference = office.reach("acknowledge")
    office.do(reference, "acknowledge")
    _refused_mail(office)
    clock.advance(days=70)

    swept = monitoring.sweep(office.platform)

    assert (swept.cases, swept.failed) == (1, 0)
    assert office.view(reference).escalations


@ON_SQLITE
def test_only_those_see_and_resolve_incidents_who_may(office, clock):
    _poison(office, clock)
    (incident,) = _open(office)

    for role in Role:
        actor = Actor(username="x", name="X", roles=frozenset({role}))
        if role not in ALLOWED[Deed.SEE_INCIDENTS]:
            with pytest.raises(NotAllowedError):
                incidents.page(office.platform, actor=actor)
            with pytest.raises(NotAllowedError):
                incidents.counts(office.platform, actor=actor)
        if role not in ALLOWED[Deed.RESOLVE]:
            for act in (incidents.retry, incidents.resolve):
                with pytest.raises(NotAllowedError):
                    _act(office, act, incident, who=actor)
    assert len(_open(office)) == 1


@ON_SQLITE
def test_without_a_reason_or_an_incident_nothing_is_done(office, clock):
    _poison(office, clock)
    (incident,) = _open(office)

    for act in (incidents.retry, incidents.resolve):
        with pytest.raises(InvalidInputError, match="Reason"):
            _act(office, act, incident, reason=" ")
        with pytest.raises(NotFoundError, match="no incident 77"):
            act(office.platform, actor=office.staff["mara"], incident_id=77, reason=WHY)


def test_a_defect_is_called_one_and_a_refusal_speaks_for_itself():
    assert cause_of(KeyError("x")).startswith("Redress itself failed here (KeyError)")
    assert cause_of(ConflictError("The case changed.")) == "The case changed."


@ON_SQLITE
def test_incidents_that_stop_the_sweep_whatever_their_kind_are_noticed(office, clock, monkeypatch):
    """Plant the bug: a letter counts as a failed case."""
    monkeypatch.setattr(dispatch, "IncidentKind", type("Kinds", (), {"LETTER": IncidentKind.CASE}))

    with pytest.raises(AssertionError):
        test_an_undeliverable_letter_does_not_keep_the_sweep_from_its_case(office, clock)
