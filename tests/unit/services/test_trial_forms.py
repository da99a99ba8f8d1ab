"""What a scenario leaves open is filled so that every form takes it, with nobody's words."""

import json

import pytest

from engine.domain.own_form import OwnForm
from engine.domain.stated import STATED
from engine.errors import InvalidInputError
from engine.process.questions import ready
from engine.services.process import trial_forms

SAID = {
    "category": "Price",
    "frontline_result": "resolved",
    "outcome": "not_upheld",
    "remedy_amount": 5,
    "approval": "returned",
    "review": "final",
}
STEPS = sorted(STATED.keys() - {"respondent_told", "respondent_reply"})

OWN = OwnForm.model_validate(
    {
        "id": "inspection",
        "title": "Inspection",
        "fields": [
            {"name": "result", "title": "Result", "kind": "choice", "required": True,
             "routes": True, "choices": [{"value": v, "title": v} for v in ("good", "bad")]},
            {"name": "cost", "title": "Cost", "kind": "amount", "routes": True},
            {"name": "who", "title": "Who", "kind": "text", "routes": True},
            {"name": "why", "title": "Why", "kind": "paragraph", "required": True,
             "minimum": 90, "maximum": 100},
            {"name": "short", "title": "Short", "kind": "text", "required": True, "maximum": 4},
            {"name": "when", "title": "When", "kind": "date", "required": True,
             "minimum": "2030-01-01"},
            {"name": "much", "title": "Much", "kind": "integer", "required": True, "minimum": 7},
            {"name": "less", "title": "Less", "kind": "integer", "required": True, "maximum": -7},
            {"name": "sure", "title": "Sure", "kind": "yes_no", "required": True},
            {"name": "which", "title": "Which", "kind": "choices", "required": True, "minimum": 2,
             "choices": [{"value": v, "title": v} for v in ("a", "b", "c")]},
            {"name": "one", "title": "One", "kind": "choice", "required": True,
             "shown_when": 'result == "bad" and stage == 2',
             "choices": [{"value": v, "title": v} for v in ("x", "y")]},
        ],
    }
)  # fmt: skip


@pytest.mark.parametrize("form", STEPS)
def test_every_form_takes_what_is_filled_for_it(form):
    kind = STATED[form]
    said = {name: SAID[name] for name in kind.routes_by if name in SAID}

    filled = trial_forms.fill(kind, said, {}, {})

    routed = filled.routing()
    assert all(routed[name] == value for name, value in said.items())
    assert trial_forms.scalars(kind, filled.model_dump(mode="json")).items() >= said.items()


def test_a_form_of_the_organisation_takes_it_too():
    kind = ready(OWN)

    filled = trial_forms.fill(kind, {"result": "bad"}, {}, {"stage": 2})

    content = json.loads(filled.model_dump_json())
    assert (content["when"], content["much"], content["less"]) == ("2030-01-01", 7, -7)
    assert (content["which"], content["one"], content["sure"]) == (["a", "b"], "x", False)
    assert 90 <= len(content["why"]) <= 100
    assert len(content["short"]) <= 4
    assert filled.routing() == {"result": "bad", "cost": None, "who": None}


def test_only_what_is_routed_by_is_taken_over_and_own_words_are_known_as_such():
    kind = ready(OWN)
    content = {"result": "bad", "cost": "12.50", "who": "Jane", "why": "Because of her"}

    assert trial_forms.scalars(kind, content) == {"result": "bad", "cost": 12.5, "who": "Jane"}
    assert trial_forms.free_texts(kind) == {"who"}
    assert trial_forms.free_texts(STATED["register"]) == frozenset()


def test_what_the_process_routes_by_is_never_made_up():
    for form, missing in (("approval", "Your decision"), ("decision", "Decision")):
        with pytest.raises(InvalidInputError) as refusal:
            trial_forms.fill(STATED[form], {}, {}, {})
        assert set(refusal.value.problems) == {missing}
    with pytest.raises(InvalidInputError, match="Result"):
        trial_forms.fill(ready(OWN), {}, {}, {})
