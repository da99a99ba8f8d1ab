"""A complaint that has come before is found before it is recorded again, at a bounded cost."""

import pytest
from sqlalchemy import event

from engine.domain.actor import Actor, Role
from engine.errors import NotAllowedError
from engine.services.links import likeness
from engine.services.staffing import restriction
from engine.store import alike as store
from engine.store.words import phone_word
from tests.integration.door_ways import closed

SAID = "Charged twice for March by direct debit"
NADIA = Actor(username="nadia", name="Nadia", roles=frozenset({Role.INTAKE}))


def _found(office, actor=NADIA, **asked):
    told = {"summary": "Something quite different"} | asked
    return {
        each.reference: each.by
        for each in likeness.look_alike(office.platform, actor=actor, **told)
    }


@pytest.mark.iso("7.2")
def test_the_same_address_telephone_or_words_are_found_and_most_in_common_first(office):
    both = office.lodge(summary=SAID, email="jo@example.org", phone="+44 20 7946 0000")
    phone = office.lodge(summary="The meter hums", email="x@example.org", phone="020 7946 0000")
    words = office.lodge(summary="Direct debit was charged too late", email=None)
    office.lodge(summary="Charged for a call", email="y@example.org")

    found = _found(office, summary=SAID.upper(), email=" JO@example.org ", phone="(020) 7946-0000")

    assert found == {
        both: ("email", "phone", "words"),
        phone: ("phone",),
        words: ("words",),
    }
    assert next(iter(found)) == both


def test_nothing_in_common_is_nothing_found(office):
    office.lodge(summary=SAID)

    assert _found(office, email="nobody@example.org", phone="12") == {}


def test_closed_complaints_are_found_by_their_address_and_old_ones_not_at_all(office, clock):
    reference = closed(office)
    recent = _found(office, email="jane@example.org")
    clock.advance(days=200)

    assert recent == {reference: ("email",)}
    assert _found(office, email="jane@example.org") == {}


def test_nobody_finds_a_complaint_that_they_may_not_see(office):
    reference = office.lodge(summary=SAID)
    before = _found(office, summary=SAID, email="jane@example.org")
    restriction.restrict(
        office.platform,
        actor=office.staff["mara"],
        reference=reference,
        people=["ada"],
        reason="She is a colleague.",
    )

    assert before == {reference: ("email", "words")}
    assert _found(office, summary=SAID, email="jane@example.org") == {}
    auditor = Actor(username="vera", name="Vera", roles=frozenset({Role.AUDITOR}))
    with pytest.raises(NotAllowedError):
        _found(office, actor=auditor)


def _asked(office, **asked):
    statements = []
    engine = office.platform.database.engine

    def note(_connection, _cursor, statement, *_):
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        found = _found(office, **asked)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return found, len(statements)


def test_words_that_many_complaints_have_tell_nothing_and_cost_nothing(office, monkeypatch):
    monkeypatch.setattr(store, "_COMMON", 3)
    for number in range(4):
        office.lodge(summary="Charged twice again", email=f"{number}@example.org")
    rare = office.lodge(summary="Charged twice: turquoise xylophone", email="x@example.org")

    found, asked = _asked(office, summary="Charged twice again: a turquoise xylophone " + "w " * 90)

    assert found == {rare: ("words",)}
    assert asked < 30


def test_at_most_five_are_found(office):
    for _ in range(8):
        office.lodge(summary="The meter hums loudly")

    assert len(_found(office, summary="The meter hums loudly", email="jane@example.org")) == 5


def test_a_telephone_number_that_is_compared_as_it_is_typed_is_noticed(office, monkeypatch):
    """Plant the bug: the spelling of a number counts."""
    reference = office.lodge(phone="+44 20 7946 0000", email=None)
    right = _found(office, phone="020 7946 0000")
    monkeypatch.setattr(store, "phone_word", lambda phone: f"{phone}@phone")

    assert right == {reference: ("phone",)}
    assert _found(office, phone="020 7946 0000") == {}
    assert phone_word("+44 20 7946 0000") == phone_word("020 7946 0000")
