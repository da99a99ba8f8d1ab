"""Messages and signals have the names that process owners give them, and no others."""

from datetime import timedelta

import pytest

from engine.domain.actor import SYSTEM
from engine.domain.message import Delivery
from engine.errors import InvalidInputError
from engine.services.process import processes
from engine.services.running import messages
from tests.integration.office import rows
from tests.integration.own_process import publish
from tests.integration.test_messages import ON_SQLITE, call, heard, open_incidents, send

PAID = {"name": "invoice_paid", "payload": {"amount": 12}}


def test_a_message_has_the_name_that_the_process_owner_gave_it_and_finds_its_case_by_a_key(office):
    publish(office, "message", "invoice_paid")
    first, second = office.lodge(), office.lodge()
    messages.declare_key(office.platform, actor=SYSTEM, reference=second, key="INVOICE-7")

    end = send(office, "INVOICE-7", **PAID)

    assert end is Delivery.DELIVERED
    assert (set(office.steps(first)), set(office.steps(second))) == ({"work"}, {"fetch"})
    assert heard(office, second) == ["invoice_paid"]


def test_a_name_that_no_published_process_awaits_is_refused_with_those_that_are(office):
    reference = office.lodge()

    with pytest.raises(InvalidInputError, match="waits for a message “invoice_paid”") as refusal:
        send(office, reference, **PAID)
    with pytest.raises(InvalidInputError, match="waits for a signal “answer”; they wait for none"):
        call(office, name="answer")
    with pytest.raises(InvalidInputError, match="waits for a signal “answer”"):
        call(office, name="answer", key=reference)

    assert "the published ones wait for “answer”, “withdrawn”." in str(refusal.value)
    assert rows(office.platform.database, "SELECT count(*) FROM message") == [(0,)]


def test_who_says_how_long_is_kept_until_a_process_awaits_the_name(office, clock):
    known = {"time_to_live": timedelta(days=2)} | PAID
    kept = send(office, "C-2026-000001", **known)
    lost = send(office, "C-2026-000009", message_id="m-2", **known)

    publish(office, "message", "invoice_paid")
    reference = office.lodge()
    messages.tend(office.platform)
    clock.advance(days=2)
    messages.tend(office.platform)

    assert (kept, lost) == (Delivery.KEPT, Delivery.KEPT)
    assert heard(office, reference) == ["invoice_paid"]
    assert [incident.subject for incident in open_incidents(office)] == ["m-2"]


def test_a_name_that_was_known_when_its_id_came_is_answered_as_then(office, monkeypatch):
    reference = office.lodge()
    first = send(office, reference, name="withdrawn", payload={})
    monkeypatch.setattr(processes, "awaited_names", lambda *_: frozenset())

    again = send(office, reference, name="withdrawn", payload={})

    assert (first, again) == (Delivery.DELIVERED, Delivery.DELIVERED)


@ON_SQLITE
def test_a_vocabulary_that_takes_every_name_is_noticed(office, monkeypatch):
    """Plant the bug: nobody looks what the published processes wait for."""
    monkeypatch.setattr(messages, "_require_awaited", lambda *_: None)

    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        test_a_name_that_no_published_process_awaits_is_refused_with_those_that_are(office)
