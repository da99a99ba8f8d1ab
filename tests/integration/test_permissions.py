"""Every service, asked by every role: who is let in is what was written down beforehand.

The services are found in their source; what is expected stands in ``permission_table``.
"""

import pytest

from engine.domain.actor import ALLOWED, Actor, Deed, Role
from tests.integration.asking import (
    ASKS,
    LET_IN,
    REFUSED,
    Asked,
    asked_by_somebody,
    forgetful,
    outcome,
    without_a_row,
)
from tests.integration.permission_table import COLUMNS, EXPECTED
from tests.integration.reach_ways import draw_for, note_incident


@pytest.fixture
def database_url(sqlite_url):
    """Who is let in depends on no database."""
    return sqlite_url


@pytest.fixture
def asked(office, tmp_path):
    """A question about a complaint that waits to be assessed, and that has an incident."""
    reference = office.reach("assess")
    number = office.view(reference).case.id
    incident = note_incident(office.platform, number)
    draw_for(office.platform, "the-quality_reviewer")
    token = office.token(reference, "assess")
    return Asked(office.platform, office.staff["hanna"], reference, token, incident, tmp_path)


def _person(role):
    return Actor(username=f"the-{role}", name=role.title, roles=frozenset({role}))


def _let_in(asked, name):
    """Return the roles that a service lets in."""
    questions = {role: _as(asked, role) for role in COLUMNS}
    return {role for role in COLUMNS if outcome(ASKS[name], questions[role])[0] == LET_IN}


def _as(asked, role):
    return Asked(
        asked.platform, _person(role), asked.reference, asked.token, asked.incident, asked.folder
    )


def test_every_service_has_its_line_and_every_line_its_service():
    found = asked_by_somebody()

    assert list(without_a_row(found, EXPECTED, ASKS)) == []
    assert EXPECTED.keys() == ASKS.keys() == set(found)


def test_every_deed_and_every_role_stands_in_the_table():
    assert ALLOWED.keys() == set(Deed)
    assert set(COLUMNS) == set(Role)
    assert set().union(*ALLOWED.values()) == set(Role)


@pytest.mark.iso("5.4")
def test_every_service_lets_in_exactly_those_who_are_meant_to_ask(asked):
    wrong = {
        name: sorted(lets ^ meant)
        for name, line in EXPECTED.items()
        if (lets := _let_in(asked, name)) != (meant := {r for r in COLUMNS if line[r] != "-"})
    }

    assert wrong == {}


def test_somebody_without_a_role_is_refused_everywhere(asked):
    nobody = Actor(username="nils", name="Nils", roles=frozenset())
    question = Asked(
        asked.platform, nobody, asked.reference, asked.token, asked.incident, asked.folder
    )

    ends = {name: outcome(ask, question)[0] for name, ask in ASKS.items()}

    assert set(ends.values()) == {REFUSED}, ends


def test_a_service_without_a_line_is_caught():
    planted = asked_by_somebody({"refund": "def pay(platform, *, actor): ..."})

    assert len(list(without_a_row(planted, EXPECTED, ASKS))) == 1


def test_a_service_that_forgets_to_ask_is_caught(asked, monkeypatch):
    with forgetful(monkeypatch, Deed.LODGE):
        let_in = _let_in(asked, "intake.lodge")

    assert Role.AUDITOR in let_in
