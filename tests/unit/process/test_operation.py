"""A token is led only where a token could have come, and never past a second person's decision."""

from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest

from engine.errors import CourseError, NotFoundError, StepNotOpenError
from engine.process.bundle import build_bundle
from engine.process.operation import OperatedCase
from engine.process.waymap import WayMap
from tests.unit.process.drawing import (
    boundary,
    document,
    event,
    handler,
    line,
    node,
    process,
    several,
    sub,
    timer,
)

NOW = datetime(2026, 1, 5, 10, tzinfo=UTC)
ASSESSED = {"severity": 4, "safety": "none", "complexity": "complex", "amount": 600}
DRAFTED = {"outcome": "upheld", "remedy_amount": 100}
WAY = (
    ("register", {"scope": "complaint"}),
    ("acknowledge", {}),
    ("assess", ASSESSED | {"vulnerable": False}),
    ("assign", {}),
    ("plan", {}),
    ("investigate", {}),
    ("draft_decision", DRAFTED),
)


@pytest.fixture(scope="module")
def bundle():
    folder = files("bpmn")
    tables = [(folder / name).read_bytes() for name in ("triage.dmn", "authority.dmn")]
    return build_bundle([(folder / "complaint.bpmn").read_bytes()], tables)


def _timetable(_allowance, start):
    return start + timedelta(days=28)


def _again(bundle, live):
    """Store a case and load it again, as happens between two commands."""
    return OperatedCase.load(bundle, live.progress().state, timetable=_timetable)


def _at(bundle, element):
    """Return a case that waits at an element of the way from receipt to decision."""
    live = OperatedCase.start(bundle, {"category": "Price"}, now=NOW, timetable=_timetable)
    for name, answers in WAY:
        if name == element:
            break
        live.complete(_token(live, name), answers, NOW)
    return _again(bundle, live)


def _token(live, element):
    return next(each.token for each in live.standings() if each.element == element)


def _waits(live):
    return [each.element for each in live.standings()]


def _move(bundle, live, source, target, *, is_approved=False):
    live.move(_token(live, source), target, NOW, is_approved=is_approved)
    return _again(bundle, live)


def test_a_token_goes_back_to_an_earlier_step_and_forward_again(bundle):
    live = _move(bundle, _at(bundle, "approve_decision"), "approve_decision", "investigate")

    live.complete(_token(live, "investigate"), {}, NOW)
    live.complete(_token(live, "draft_decision"), DRAFTED, NOW)

    assert _waits(live) == ["approve_decision"]


def test_a_moved_token_keeps_its_variables(bundle):
    before = _at(bundle, "plan")
    known = before.variables(_token(before, "plan"))

    live = _move(bundle, before, "plan", "investigate")

    assert live.variables(_token(live, "investigate")) == known


@pytest.mark.parametrize("target", ["closing_check", "gw_reply", "review_rejection"])
@pytest.mark.parametrize("source", ["plan", "draft_decision", "approve_decision"])
def test_nobody_is_led_past_the_decision_of_a_second_person(bundle, source, target):
    live = _at(bundle, source)

    with pytest.raises(CourseError, match="second person decides"):
        _move(bundle, live, source, target)


def test_what_a_second_person_has_approved_may_be_passed(bundle):
    live = _move(bundle, _at(bundle, "plan"), "plan", "gw_reply", is_approved=True)

    assert "answer" in _waits(live)
    assert "answer" in {each.message for each in live.progress().subscriptions}


def test_an_approval_itself_is_no_target(bundle):
    with pytest.raises(CourseError, match="the step before it"):
        _move(bundle, _at(bundle, "plan"), "plan", "approve_decision")


@pytest.mark.parametrize(
    ("source", "target"), [("acknowledge", "assign"), ("assign", "assess"), ("assess", "register")]
)
def test_no_branch_is_left_waiting_for_another_that_cannot_come(bundle, source, target):
    with pytest.raises(CourseError, match="for ever"):
        _move(bundle, _at(bundle, source), source, target)


def test_a_withdrawal_by_mistake_is_led_back_into_the_handling(bundle):
    live = _at(bundle, "plan")
    live.deliver("withdrawn", {}, NOW)

    live = _move(bundle, live, "confirm_withdrawal", "plan")

    assert _waits(live) == ["plan"]
    awaited = {each.message for each in live.progress().subscriptions}
    assert {"withdrawn", "clock_breach", "escalation_raised"} <= awaited


def test_leaving_a_part_of_the_process_ends_what_runs_in_it(bundle):
    live = _move(bundle, _at(bundle, "acknowledge"), "acknowledge", "confirm_withdrawal")

    assert _waits(live) == ["confirm_withdrawal"]
    assert live.progress().subscriptions == ()


def test_what_runs_beside_the_way_is_not_led_onto_it(bundle):
    live = _at(bundle, "plan")
    live.deliver("clock_warning", {}, NOW)

    with pytest.raises(CourseError, match="No way of the diagram"):
        _move(bundle, live, "respond_to_warning", "closing_check")


def test_a_gateway_of_events_is_left_with_all_its_events(bundle):
    live = _move(bundle, _at(bundle, "plan"), "plan", "gw_reply", is_approved=True)

    live = _move(bundle, live, "answer", "investigate")

    assert _waits(live) == ["investigate"]


@pytest.mark.parametrize("target", ["send_decision", "gw_join", "plan", "clock_warning"])
def test_what_is_no_place_to_wait_is_refused(bundle, target):
    with pytest.raises(CourseError):
        _move(bundle, _at(bundle, "plan"), "plan", target)


def test_unknown_elements_and_tokens_are_refused(bundle):
    live = _at(bundle, "plan")

    with pytest.raises(NotFoundError, match="no element nowhere"):
        live.move(_token(live, "plan"), "nowhere", NOW, is_approved=False)
    with pytest.raises(StepNotOpenError):
        live.move("999", "assign", NOW, is_approved=False)
    with pytest.raises(StepNotOpenError):
        live.set_due("999", NOW)


def test_every_target_that_is_offered_can_be_reached(bundle):
    tried = 0
    for source, _ in WAY:
        for target in _at(bundle, source).targets(
            _token(_at(bundle, source), source), is_approved=False
        ):
            live = _move(bundle, _at(bundle, source), source, target)
            assert target in _waits(live)
            tried += 1
    assert tried > 20


def test_a_waiting_time_ends_when_it_is_told_to(bundle):
    live = _move(bundle, _at(bundle, "plan"), "plan", "gw_reply", is_approved=True)
    live.set_due(_token(live, "no_answer"), NOW + timedelta(days=2))
    live = _again(bundle, live)

    early = live.fire_due(NOW + timedelta(days=1))
    late = live.fire_due(NOW + timedelta(days=2))

    assert (early, late) == (0, 1)
    assert "answer" not in _waits(live)


def test_a_map_that_forgets_approvals_is_noticed(bundle, monkeypatch):
    """Plant the bug: the map knows no approval."""
    monkeypatch.setattr(WayMap, "approval_between", lambda *_: None)

    with pytest.raises(pytest.fail.Exception):
        test_nobody_is_led_past_the_decision_of_a_second_person(
            bundle, "approve_decision", "closing_check"
        )


def test_what_repeats_or_is_started_by_an_event_is_led_within_its_own_part():
    parts = (
        sub("turns", several(2), node("start", "i"), node("user", "one"), node("user", "two"),
            node("end", "j"), line("i", "one", "two", "j")),
        handler("help", event("message", "answer"), node("user", "aid"), node("end", "h"),
                line("help_start", "aid", "h"), interrupts=False),
        handler("late", timer("P9D"), node("user", "hurry"), node("end", "k"),
                line("late_start", "hurry", "k"), interrupts=False),
    )  # fmt: skip
    built = build_bundle(
        [document(process("p", node("start", "s"), *parts, node("user", "last"), node("end", "e"),
                          line("s", "turns", "last", "e")))]
    )  # fmt: skip
    live = OperatedCase.start(built, {}, now=NOW, timetable=_timetable)
    live.deliver("answer", {}, NOW)

    targets = {
        place.element: set(live.targets(place.token, is_approved=False))
        for place in live.standings()
        if not place.is_beside
    }
    live.move(_token(live, "one"), "two", NOW, is_approved=False)

    assert targets == {"one": {"two", "last"}, "aid": set()}
    assert sorted(_waits(_again(built, live))) == ["aid", "late", "one", "two"]


GATE = (
    '<bpmn:userTask id="g1"><bpmn:extensionElements><redress:step role="approver"/>'
    '<redress:gate role="approver" fourEyes="true"/></bpmn:extensionElements></bpmn:userTask>'
)


@pytest.mark.parametrize("kind", ["handler", "border"])
def test_no_approval_is_left_out_beside_the_way_either(kind):
    """What an event began that stops nothing is a way of its own."""
    beside = [node("user", "w"), GATE, node("user", "after"), node("end", "he")]
    chain = ("w", "g1", "after", "he")
    parts = [node("start", "s"), node("user", "work"), node("end", "e"), line("s", "work", "e")]
    if kind == "handler":
        drawn = (*beside, line("h_start", *chain))
        parts += [handler("h", event("message", "more"), *drawn, interrupts=False)]
    else:
        heard = boundary("b", "work", event("message", "more"), interrupts=False)
        parts += [*beside, heard, line("b", *chain)]
    bundle = build_bundle([document(process("p", *parts))])
    live = OperatedCase.start(bundle, {}, now=NOW, timetable=_timetable)
    live.deliver("more", {}, NOW)

    with pytest.raises(CourseError, match="would leave out “g1”"):
        _move(bundle, live, "w", "after")


def test_nor_one_in_a_part_that_is_repeated():
    inner = [node("start", "is"), GATE, node("end", "ie"), line("is", "g1", "ie")]
    parts = [node("start", "s"), node("user", "first"), node("user", "last"), node("end", "e")]
    parts += [sub("c", several(2), *inner), line("s", "first", "c", "last", "e")]
    bundle = build_bundle([document(process("p", *parts))])
    live = OperatedCase.start(bundle, {}, now=NOW, timetable=_timetable)

    with pytest.raises(CourseError, match="would leave out “g1”"):
        _move(bundle, live, "first", "last")
