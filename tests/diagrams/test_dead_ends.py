"""Whatever people choose, no case of the shipped process comes to a dead end."""

from hypothesis import given as any_of
from hypothesis import settings
from hypothesis import strategies as st

from tests.diagrams.playbook import Given, Playbook, shipped

CHOICES = {
    "scope": ("complaint", "not_ours"),
    "severity": (1, 2, 3, 4, 5),
    "safety": ("none", "potential", "actual_minor", "actual_serious"),
    "complexity": ("simple", "moderate", "complex"),
    "amount": (0, 40, 600, 20_000),
    "vulnerable": (False, True),
    "frontline_result": ("resolved", "not_resolved"),
    "outcome": ("upheld", "partly_upheld", "not_upheld"),
    "remedy_amount": (0, 250, 5000),
    "approval": ("approved", "returned"),
    "review": ("reopen", "final"),
}
MESSAGES = ("clock_warning", "clock_breach", "escalation_raised", "withdrawn", "answer")


def _choose(data: st.DataObject, case: Playbook) -> None:
    """Do one thing out of all that are possible now."""
    deeds = [("does", element) for element in case.waiting]
    deeds += [("hears", message) for message in MESSAGES if message in case.messages]
    kind, name = data.draw(st.sampled_from([*deeds, ("after", "")]))
    if kind == "hears":
        case.hears(name, answer=data.draw(st.sampled_from(("accepted", "rejected"))))
    elif kind == "after":
        case.after(days=data.draw(st.sampled_from((1, 30))))
    else:
        stated = {key: data.draw(st.sampled_from(values)) for key, values in CHOICES.items()}
        case.does(name, **stated)


def _finish(case: Playbook) -> None:
    """Lead a case to its end by the shortest way."""
    for _ in range(60):
        if case.is_complete:
            return
        if case.waiting:
            case.does(case.waiting[0])
        else:
            case.hears("answer", answer="accepted")


@settings(max_examples=60, deadline=None)
@any_of(data=st.data())
def test_whatever_people_choose_a_case_can_be_brought_to_an_end(data):
    case = Given(shipped())()
    for _ in range(data.draw(st.integers(0, 25))):
        if case.is_complete:
            break
        _choose(data, case)
        assert case.is_complete or case.waiting or "answer" in case.messages

    _finish(case)

    assert case.is_complete
    assert not case.messages
