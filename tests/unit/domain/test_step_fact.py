"""What the journal tells of steps that ended, by events of this release and of earlier ones."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.domain.journal import Event
from engine.domain.step_fact import Ending, facts_of

BEGIN = datetime(2026, 1, 5, 10, tzinfo=UTC)
KINDS = ("step.completed", "step.skipped", "step.cancelled")


def event(seq, kind, hours, **told):
    at = BEGIN + timedelta(hours=hours)
    return Event(7, seq, at, "hanna", kind, json.dumps(told), "", "")


def opened(seq, element, hours):
    due_at = (BEGIN + timedelta(hours=hours + 5)).isoformat()
    return event(seq, "step.opened", hours, element=element, due_at=due_at)


def ended(seq, element, hours, began, **told):
    times = {
        "opened_at": (BEGIN + timedelta(hours=began)).isoformat(),
        "due_at": BEGIN.isoformat(),
        "worked": 60,
        "process": "abc",
    }
    return event(seq, "step.completed", hours, element=element, **(times | told))


def elapsed(begin, end):
    return (end - begin) / 2


def test_an_end_tells_all_there_is():
    (fact,) = facts_of([opened(1, "plan", 0), ended(2, "plan", 3, 0, ending="moved")], elapsed)

    assert (fact.case_id, fact.seq, fact.element, fact.process) == (7, 2, "plan", "abc")
    assert (fact.ending, fact.worked, fact.due_at) == (Ending.MOVED, 60, BEGIN)
    assert fact.ended_at - fact.opened_at == timedelta(hours=3)


def test_an_end_of_an_earlier_release_is_that_of_the_step_that_began_first():
    told = [opened(1, "a", 0), opened(2, "a", 1), opened(3, "b", 1)]
    ends = [event(n, KINDS[n - 4], n, element="a" if n < 6 else "b") for n in (4, 5, 6)]

    first, second, third = facts_of([*told, *ends], elapsed)

    assert [each.opened_at for each in (first, second, third)] == [e.at for e in told]
    assert [each.ending for each in (first, second, third)] == list(Ending)[:3]
    assert (first.worked, first.process) == (2 * 3_600, "")
    assert first.due_at == BEGIN + timedelta(hours=5)


def test_an_upgrade_between_two_ends_mixes_nothing_up():
    told = [opened(1, "a", 0), opened(2, "a", 1), ended(3, "a", 2, 1)]

    new, old = facts_of([*told, event(4, "step.completed", 8, element="a")], elapsed)

    assert new.opened_at == BEGIN + timedelta(hours=1)
    assert old.opened_at == BEGIN


def test_an_end_of_which_nobody_knows_the_beginning_is_no_fact():
    assert facts_of([event(1, "step.completed", 1, element="a")], elapsed) == ()


@given(st.lists(st.sampled_from("ab"), max_size=12))
def test_there_is_a_fact_for_each_end_and_none_for_what_waits(elements):
    opens = [opened(n, element, n) for n, element in enumerate(elements, 1)]
    ends = [
        event(n, "step.completed", n, element=element)
        for n, element in enumerate(elements[::2], 1 + len(elements))
    ]

    facts = facts_of([*opens, *ends], elapsed)

    assert [(fact.seq, fact.element) for fact in facts] == [
        (end.seq, json.loads(end.detail)["element"]) for end in ends
    ]
    assert len({(f.element, f.opened_at) for f in facts}) == len(facts)
