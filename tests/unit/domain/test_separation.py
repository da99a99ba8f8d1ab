"""Who took part in judging a complaint before it was opened again."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.domain.case import Approval, Statement
from engine.domain.separation import Rule, Waiver, parts_before

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def _said(number, form, by, on_behalf_of=None, **content):
    return Statement(number, form, form, by, NOON, content, "", on_behalf_of)


def _decided(statement_id, approver, approver_for=None):
    return Approval(statement_id, "hanna", approver, "approved", "", NOON, "", None, approver_for)


FIRST = (
    _said(1, "register", "ines"),
    _said(2, "finding", "ivo"),
    _said(3, "decision", "hanna", "jonas"),
    _said(4, "rejection_review", "tom", review="reopen"),
)


def test_nobody_took_part_before_while_nothing_was_opened_again():
    assert parts_before(FIRST[:3], [_decided(3, "ada")]) == {}
    final = _said(4, "rejection_review", "tom", review="final")
    assert parts_before((*FIRST[:3], final), [_decided(3, "ada")]) == {}


def test_who_found_drafted_or_decided_took_part_and_who_received_or_weighed_did_not():
    told = parts_before(FIRST, [_decided(3, "ada", "axel")])

    assert told == {
        "ivo": "recorded a finding before",
        "hanna": "drafted the first decision",
        "jonas": "drafted the first decision",
        "ada": "decided the first draft",
        "axel": "decided the first draft",
    }


def test_what_is_said_afterwards_belongs_to_the_second_stage():
    later = (*FIRST, _said(5, "finding", "kim"), _said(6, "decision", "kim"))

    told = parts_before(later, [_decided(3, "ada"), _decided(6, "emil")])

    assert {"kim", "emil"}.isdisjoint(told)


def test_opened_a_second_time_both_earlier_stages_count():
    twice = (
        *FIRST,
        _said(5, "finding", "kim"),
        _said(6, "rejection_review", "tom", review="reopen"),
    )

    assert {"ivo", "kim"} <= parts_before(twice, []).keys()


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, False),
        ({"is_confirmed": True}, True),
        ({"is_confirmed": True, "ended_at": NOON}, False),
        ({"is_confirmed": True, "until_at": NOON}, False),
    ],
)
def test_a_waiver_holds_once_confirmed_until_it_ends(facts, expected):
    known = {"until_at": NOON + timedelta(days=1), **facts}
    waiver = Waiver(
        1, Rule.PAYMENT, "Two of us.", "Read by all.", proposed_by="mara", proposed_at=NOON, **known
    )

    assert waiver.is_live(NOON) is expected
