"""Somebody clicks through a draft: what was clicked is a scenario, and going back leaves it out."""

import pytest

from engine.domain.allowance import parse_allowance
from engine.domain.playbook import Passes, Playbook
from engine.errors import InvalidInputError
from engine.services.tryout import clicking
from engine.services.tryout.playbooks import built
from engine.services.tryout.playing import play
from tests.integration.scenario_ways import diagrams
from tests.integration.upkeep_ways import OTTO

BEGIN = Playbook(title="Clicked through", known={"category": "Price"})


@pytest.fixture
def database_url(sqlite_url):
    """Nothing of a try-out is stored."""
    return sqlite_url


@pytest.fixture
def look(office):
    """Look where a case stands to which something has happened."""
    return lambda playbook: clicking.click_through(
        office.platform, actor=OTTO, playbook=playbook, **diagrams()
    )


def _complete(clicked, element, **answers):
    """Complete a waiting step with what its form begins with, and more answers."""
    each = next(each for each in clicked.steps if each.step.element == element)
    form = each.form.model_validate({**each.begins, **answers})
    return clicked.played.playbook.going_on(clicking.did(each, form))


def test_a_case_is_led_to_its_end_and_kept_as_a_scenario_that_is_green(office, look):
    playbook = _complete(look(BEGIN), "register")
    playbook = _complete(look(playbook), "acknowledge")
    playbook = _complete(look(playbook), "assess", severity=1, complexity="simple", amount=5)
    playbook = _complete(look(playbook), "resolve_frontline", frontline_result="resolved")
    playbook = _complete(look(playbook), "closing_check")
    clicked = look(playbook)

    kept = clicking.with_expectations(clicked)

    assert clicked.is_complete
    assert clicked.steps == clicked.messages == ()
    assert kept.lines[-1].at.id == "closed"
    assert play(office.platform, bundle=built(**diagrams()), playbook=kept).is_green


def test_time_passes_and_a_message_arrives(look):
    playbook = _complete(look(BEGIN), "register").going_on(
        Passes(time=parse_allowance("4 working days")), clicking.arrived("withdrawn", "")
    )

    clicked = look(playbook)

    waits = [each.step.element for each in clicked.steps]
    assert waits == ["respond_to_warning", "explain_breach", "confirm_withdrawal"]
    assert {each.title: each.standing for each in clicked.limits}["Acknowledgement"] == "missed"
    assert clicking.with_expectations(clicked).lines[-1].steps[0].id == "respond_to_warning"


def test_what_cannot_happen_is_told_and_going_back_undoes_it(look):
    stuck = BEGIN.going_on(clicking.arrived("answer", "answer = accepted"))

    assert "nothing waits for “answer”" in look(stuck).stuck
    assert look(BEGIN).stuck == ""


def test_what_a_message_brings_is_read_as_in_a_scenario():
    with pytest.raises(InvalidInputError, match="name = value"):
        clicking.arrived("answer", "accepted")
    assert clicking.arrived("answer", "answer = accepted").answers == {"answer": "accepted"}
    assert clicking.message_words("signal:storm") == "storm (signal)"
