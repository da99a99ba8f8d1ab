"""Where the authority of a representative stands, and to whom letters go."""

from datetime import UTC, date, datetime

import pytest

from engine.domain.authority import (
    Authority,
    AuthorityKind,
    AuthorityState,
    is_sent_to_representative,
    standing,
)
from engine.domain.complaint import Complaint
from engine.domain.completeness import of_representative

NOW = datetime(2026, 1, 5, 10, tzinfo=UTC)
TODAY = date(2026, 1, 5)


def _authority(number=1, name="Ruth Doe", **facts):
    known = {
        "kind": AuthorityKind.SIGNED,
        "scope": "",
        "document": None,
        "received_on": TODAY,
        "valid_until": None,
        "recorded_by": "hanna",
        "recorded_at": NOW,
    }
    return Authority(number=number, name=name, **(known | facts))


def _complaint(**facts):
    known = {
        "received_at": NOW,
        "channel": "letter",
        "summary": "Charged twice",
        "complainant_name": "Jane Doe",
        "representative_name": "Ruth Doe",
        "representative_contact": "ruth@example.org",
    }
    return Complaint(**(known | facts))


IN_FORCE = _authority(checked_at=NOW)
REFUSED = _authority(refused_at=NOW)


@pytest.mark.parametrize(
    ("found", "state"),
    [
        ([], AuthorityState.MISSING),
        ([_authority()], AuthorityState.UNCHECKED),
        ([IN_FORCE, REFUSED], AuthorityState.IN_FORCE),
        ([REFUSED, _authority(2)], AuthorityState.UNCHECKED),
        ([_authority(2), REFUSED], AuthorityState.UNCHECKED),
        ([_authority(withdrawn_at=NOW, checked_at=NOW)], AuthorityState.WITHDRAWN),
        ([_authority(checked_at=NOW, valid_until=date(2026, 1, 4))], AuthorityState.EXPIRED),
        ([_authority(checked_at=NOW, valid_until=TODAY)], AuthorityState.IN_FORCE),
        ([_authority(name="RUTH   doe", checked_at=NOW)], AuthorityState.IN_FORCE),
        ([_authority(name="Rita Roe", checked_at=NOW)], AuthorityState.MISSING),
    ],
)
def test_the_best_of_what_was_recorded_counts_else_the_newest(found, state):
    assert standing(found, "Ruth Doe", TODAY) is state


def test_where_nobody_speaks_for_anybody_nothing_is_asked():
    assert standing([IN_FORCE], "", TODAY) is None
    assert list(of_representative(None, is_sent_to_them=True)) == []


@pytest.mark.parametrize(
    ("facts", "is_sent"),
    [
        ({"email": "ruth@example.org"}, True),
        ({"email": "Ruth@EXAMPLE.org"}, True),
        ({"email": "jane@example.org"}, False),
        ({"email": "jane@example.org", "postal_address": "Ruth Doe\n1 High Street"}, False),
        ({"postal_address": "Jane Doe\nc/o Ruth Doe\n1 High Street"}, True),
        ({"postal_address": "Jane Doe\n1 High Street"}, False),
        ({"representative_name": "", "email": "ruth@example.org"}, False),
    ],
)
def test_a_letter_goes_to_the_representative_where_the_address_is_theirs(facts, is_sent):
    assert is_sent_to_representative(_complaint(**facts)) is is_sent


def test_a_letter_on_paper_goes_to_the_postal_address_whatever_else_is_known():
    told = _complaint(email="jane@example.org", postal_address="Ruth Doe\n1 High Street")

    assert is_sent_to_representative(told, is_posted=True)


@pytest.mark.parametrize(
    ("contact", "is_sent"),
    [
        ("0117 496 0000, Ruth@Example.org", True),
        ("ruth@example.org; 3 Law Street", True),
        ("Write to <ruth@example.org>.", True),
        ("e-mail:ruth@example.org", True),
        ("truth@example.org", False),
        ("mrs.ruth@example.org", False),
        ("ruth@example.org.uk", False),
        ("ruth@example.organisation", False),
        ("0117 496 0000", False),
    ],
)
def test_the_address_is_found_beside_other_ways_to_reach_the_representative(contact, is_sent):
    told = _complaint(representative_contact=contact, email="ruth@example.org")

    assert is_sent_to_representative(told) is is_sent


@pytest.mark.parametrize("state", AuthorityState)
def test_what_is_not_in_order_says_what_to_do(state):
    (asked,) = of_representative(state, is_sent_to_them=True)

    assert asked.is_met is (state is AuthorityState.IN_FORCE)
    assert bool(asked.todo) is not asked.is_met


@pytest.mark.parametrize("kind", AuthorityKind)
def test_each_kind_says_what_whoever_checks_it_looks_at(kind):
    assert kind.look_at.endswith(".")
