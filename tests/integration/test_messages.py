"""Messages find their case by a key, are delivered once, and wait for a case that is not ready."""

import json
from datetime import timedelta

import pytest

from engine.domain.actor import ALLOWED, SYSTEM, Actor, Deed, Role
from engine.domain.incident import IncidentKind
from engine.domain.message import Delivery
from engine.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from engine.services.audit import auditing
from engine.services.running import messages, operations
from engine.services.upkeep import incidents, jobs
from engine.store.messages import Messages
from tests.integration.crowd import at_once
from tests.integration.office import execute, rows, statements
from tests.integration.own_process import publish

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ACCEPTED = {"answer": "accepted"}
WHY = "The file was mixed up."


def _decided(office):
    """Return a case that waits for the complainant's answer."""
    reference = office.reach("approve_decision")
    office.do(reference, "approve_decision")
    return reference


def send(office, key, *, message_id="m-1", name="answer", payload=ACCEPTED, **more):
    return messages.deliver_message(
        office.platform,
        **{"actor": SYSTEM, "message_id": message_id, "name": name, "key": key}
        | {"payload": payload}
        | more,
    )


def open_incidents(office, kind=IncidentKind.MESSAGE):
    return incidents.page(office.platform, actor=SYSTEM, kinds=(kind,))


def heard(office, reference):
    found = rows(
        office.platform.database,
        "SELECT j.detail FROM journal j JOIN complaint_case c ON c.id = j.case_id "
        "WHERE c.reference = :reference AND j.type = 'message.received' ORDER BY j.seq",
        reference=reference,
    )
    return [json.loads(detail)["message"] for (detail,) in found]


def _is_whole(office):
    return auditing.verify_journal(office.platform, actor=SYSTEM).broken == ()


def test_a_message_finds_its_case_by_the_reference(office):
    others = [_decided(office) for _ in range(2)]
    reference = _decided(office)

    end = send(office, reference)

    assert end is Delivery.DELIVERED
    assert set(office.steps(reference)) == {"closing_check"}
    assert all(office.steps(other) == {} for other in others)
    assert _is_whole(office)


def test_a_message_finds_its_case_by_a_key_that_the_case_has_declared(office):
    reference = _decided(office)
    messages.declare_key(office.platform, actor=SYSTEM, reference=reference, key="POLICY-7")

    end = send(office, "POLICY-7")

    assert end is Delivery.DELIVERED
    assert set(office.steps(reference)) == {"closing_check"}
    keys = messages.keys_of(office.platform, actor=office.staff["hanna"], reference=reference)
    assert keys == ("POLICY-7",)


def test_the_same_id_twice_is_delivered_once(office):
    reference = office.lodge()
    withdrawal = {"name": "withdrawn", "payload": {}}
    first = send(office, reference, **withdrawal)

    again = send(office, reference, **withdrawal)

    assert (first, again) == (Delivery.DELIVERED, Delivery.DELIVERED)
    assert heard(office, reference) == ["withdrawn"]


def test_sixteen_who_send_one_message_at_once_deliver_it_once(office):
    reference = _decided(office)

    ends = at_once(16, lambda _: send(office, reference))

    assert set(ends) == {Delivery.DELIVERED}
    assert heard(office, reference) == ["answer"]
    assert rows(office.platform.database, "SELECT count(*) FROM message") == [(1,)]
    assert _is_whole(office)


def test_a_delivery_that_forgets_ids_is_noticed(office, monkeypatch):
    """Plant the bug: no id is known, and none is refused by the database."""
    if office.platform.database.is_sqlite:
        execute(office.platform.database, "CREATE TABLE free AS SELECT * FROM message")
        execute(office.platform.database, "DROP TABLE message")
        execute(office.platform.database, "ALTER TABLE free RENAME TO message")
    else:
        drop = "ALTER TABLE message DROP CONSTRAINT message_message_id_key"
        execute(office.platform.database, drop)
    monkeypatch.setattr(Messages, "known", lambda _messages, _id: None)
    reference = _decided(office)

    at_once(16, lambda _: send(office, reference, name="withdrawn", payload={}))

    assert rows(office.platform.database, "SELECT count(*) FROM message") != [(1,)]


def test_other_content_under_the_same_id_is_refused(office):
    reference = _decided(office)
    send(office, reference)

    with pytest.raises(ConflictError, match="something else"):
        send(office, reference, payload={"answer": "rejected"})


def test_a_message_that_comes_early_is_delivered_as_soon_as_its_case_waits(office):
    reference = office.reach("approve_decision")
    early = send(office, reference)

    office.do(reference, "approve_decision")

    assert early is Delivery.KEPT
    assert set(office.steps(reference)) == {"closing_check"}
    assert send(office, reference) is Delivery.DELIVERED
    assert heard(office, reference) == ["answer"]
    assert any("came early" in entry.what for entry in office.view(reference).timeline)
    assert _is_whole(office)


def test_a_message_whose_key_is_declared_later_is_delivered_then(office):
    reference = _decided(office)
    early = send(office, "POLICY-7")

    messages.declare_key(office.platform, actor=SYSTEM, reference=reference, key="POLICY-7")

    assert early is Delivery.KEPT
    assert set(office.steps(reference)) == {"closing_check"}


def test_a_message_for_a_suspended_case_waits_until_it_is_resumed(office, mara):
    reference = _decided(office)
    known = {"actor": mara, "reference": reference, "reason": WHY}
    operations.suspend(office.platform, **known)
    meanwhile = send(office, reference)

    operations.resume(office.platform, **known)

    assert meanwhile is Delivery.KEPT
    assert set(office.steps(reference)) == {"closing_check"}


def test_a_message_that_was_left_lying_is_delivered_by_the_job(office):
    """As when a program dies between the command and the delivery."""
    reference = _decided(office)
    send(office, "POLICY-7")
    execute(
        office.platform.database,
        "INSERT INTO correlation (key, case_id, declared_by, declared_at) "
        "SELECT 'POLICY-7', id, 'system', received_at FROM complaint_case",
    )

    first = messages.tend(office.platform)
    second = messages.tend(office.platform)

    assert (first.delivered, second.delivered) == (1, 0)
    assert set(office.steps(reference)) == {"closing_check"}


def test_eight_jobs_at_once_deliver_what_was_kept_once(office):
    reference = _decided(office)
    execute(office.platform.database, "UPDATE complaint_case SET suspended_at = received_at")
    send(office, reference)
    execute(office.platform.database, "UPDATE complaint_case SET suspended_at = NULL")

    ends = at_once(8, lambda _: messages.tend(office.platform))

    assert not [end for end in ends if isinstance(end, Exception)]
    assert sum(end.delivered for end in ends) == 1
    assert heard(office, reference) == ["answer"]


def test_what_nobody_awaits_in_time_becomes_an_incident_once(office, clock):
    reference = office.lodge()
    send(office, reference, time_to_live=timedelta(hours=2))
    early = messages.tend(office.platform)
    clock.advance(hours=2)

    job = jobs.run(office.platform, name="sla_sweep")
    again = messages.tend(office.platform)

    (incident,) = open_incidents(office)
    assert (early.given_up, job.summary["given_up"], again.given_up) == (0, 1, 0)
    assert (incident.reference, incident.subject) == (reference, "m-1")
    assert incident.cause.startswith("“answer” for C-2026-000001: No case waited")
    assert send(office, reference, time_to_live=timedelta(hours=2)) is Delivery.GIVEN_UP


def test_a_message_without_a_case_becomes_an_incident_without_one(office, clock):
    send(office, "NOBODY-1")
    clock.advance(days=8)

    messages.tend(office.platform)

    (incident,) = open_incidents(office)
    assert (incident.reference, incident.kind) == (None, IncidentKind.MESSAGE)


def test_a_message_that_was_given_up_is_delivered_when_it_is_tried_again(office, clock, mara):
    reference = office.reach("approve_decision")
    send(office, reference)
    clock.advance(days=8)
    messages.tend(office.platform)
    office.do(reference, "approve_decision")
    (incident,) = open_incidents(office)

    done = incidents.retry(office.platform, actor=mara, incident_id=incident.id, reason=WHY)

    assert done
    assert open_incidents(office) == ()
    assert set(office.steps(reference)) == {"closing_check"}
    assert _is_whole(office)


def test_a_kept_message_that_the_case_cannot_take_spoils_nobodys_command(office):
    reference = office.reach("approve_decision")
    send(office, reference, payload={"answer": "accepted", "no name": 1})

    office.do(reference, "approve_decision")

    (incident,) = open_incidents(office)
    assert "no name" in incident.cause
    assert "answer" in office.view(reference).awaits
    assert messages.tend(office.platform).delivered == 0


def test_a_message_that_the_case_cannot_take_is_refused_and_not_kept(office):
    reference = _decided(office)

    with pytest.raises(InvalidInputError, match="no name"):
        send(office, reference, payload={"no name": 1})

    assert rows(office.platform.database, "SELECT count(*) FROM message") == [(0,)]


def test_a_key_belongs_to_one_case(office):
    first, second = office.lodge(), office.lodge()
    known = {"actor": SYSTEM, "key": "POLICY-7"}
    messages.declare_key(office.platform, reference=first, **known)
    messages.declare_key(office.platform, reference=first, **known)

    with pytest.raises(ConflictError, match="another complaint"):
        messages.declare_key(office.platform, reference=second, **known)
    with pytest.raises(ConflictError, match="another complaint"):
        messages.declare_key(office.platform, reference=second, actor=SYSTEM, key=first)
    with pytest.raises(NotFoundError):
        messages.declare_key(office.platform, reference="C-9", **known)


def _recalled(office):
    """Let the signal “recall” interrupt the cases of a new version, and lodge two of them."""
    other = office.lodge()
    publish(office, "signal", "recall")
    return office.lodge(), office.lodge(), other


def call(office, **more):
    sent = {"actor": SYSTEM, "message_id": "s-1", "name": "recall"} | more
    return messages.send_signal(office.platform, **sent)


def test_a_signal_reaches_every_case_that_listens_once(office):
    first, second, other = _recalled(office)

    ends = [call(office), call(office)]

    assert ends[0] == 2
    assert set(office.steps(first)) == set(office.steps(second)) == {"fetch"}
    assert set(office.steps(other)) == {"register"}
    assert heard(office, first) == ["signal:recall"]


def test_a_signal_with_a_key_reaches_one_case(office):
    first, second, _other = _recalled(office)
    messages.declare_key(office.platform, actor=SYSTEM, reference=second, key="BATCH-7")

    ends = [call(office, key="BATCH-7"), call(office, key="BATCH-7")]

    assert ends == [1, 1]
    assert (set(office.steps(first)), set(office.steps(second))) == ({"work"}, {"fetch"})


@ON_SQLITE
@pytest.mark.parametrize(
    "wrong",
    [
        {"message_id": " "},
        {"name": ""},
        {"key": "x" * 201},
        {"name": "clock_breach"},
        {"time_to_live": timedelta()},
    ],
)
def test_a_message_that_is_none_is_refused(office, wrong):
    with pytest.raises(InvalidInputError):
        send(office, **({"key": office.lodge()} | wrong))


@ON_SQLITE
def test_only_those_send_messages_who_may(office):
    reference = office.lodge()
    for role in set(Role) - ALLOWED[Deed.SEND_MESSAGE]:
        actor = Actor(username="x", name="X", roles=frozenset({role}))
        with pytest.raises(NotAllowedError):
            send(office, reference, actor=actor)
        with pytest.raises(NotAllowedError):
            messages.declare_key(office.platform, actor=actor, reference=reference, key="K")
    with pytest.raises(NotAllowedError):
        messages.tend(office.platform, actor=office.staff["hanna"])


def test_looking_after_no_message_costs_no_more_with_many_cases(office):
    needed = []
    for _ in range(2):
        for _ in range(5):
            office.lodge()
        with statements(office.platform.database) as seen:
            messages.tend(office.platform)
        needed.append(len(seen))

    assert needed == [4, 4]
