"""Events: messages, timers, escalations, errors and ends that stop the rest."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from engine.errors import (
    NotAwaitedError,
)
from engine.process.bundle import build_bundle
from engine.process.core import LiveCase
from engine.process.elements import Boundary, Catch
from tests.unit.process.drawing import (
    DAY,
    HANDLING,
    NOW,
    boundary,
    document,
    event,
    flows,
    line,
    node,
    process,
    script,
    sub,
    tell,
    timer,
    timetable,
)


def test_a_boundary_event_that_does_not_interrupt_fires_every_time():
    case = tell(*HANDLING)

    case.hears("clock_warning").hears("clock_warning", level=2).hears("clock_warning")

    assert case.open == ["respond", "respond", "respond", "work"]
    assert len({step.token for step in case.progress.open_steps}) == 4


def test_what_a_boundary_event_started_outlives_its_activity():
    case = tell(*HANDLING).hears("clock_warning")

    case.does("work").does("more")
    assert (case.open, case.progress.is_complete) == (["respond"], False)

    case.does("respond")
    assert case.progress.is_complete


def test_an_interrupting_boundary_event_cancels_everything_inside():
    case = tell(*HANDLING).hears("clock_warning")

    case.hears("withdrawn", reason="settled")

    assert case.open == ["confirm", "respond"]
    assert case.variables("confirm") == {"reason": "settled"}
    with pytest.raises(NotAwaitedError):
        case.hears("withdrawn")


def test_a_message_nobody_waits_for_is_refused():
    case = tell(*HANDLING)

    with pytest.raises(NotAwaitedError):
        case.hears("answer")


def test_subscriptions_say_what_a_case_waits_for():
    case = tell(*HANDLING)

    assert {(s.message, s.element) for s in case.progress.subscriptions} == {
        ("clock_warning", "warned"),
        ("withdrawn", "withdrawal"),
    }


ESCALATING = (
    node("start", "s"),
    sub("handling", node("start", "hs"), node("user", "assess"), node("xor", "g", default="ok"),
        node("throw", "raise", event("escalation", "safety")), node("xor", "m"),
        node("user", "go_on"), node("end", "he"),
        flows("""
            hs -> assess
            assess -> g
            g -> raise if safety == "actual_serious"
            g -> m as ok
            raise -> m
            m -> go_on
            go_on -> he
        """)),
    boundary("danger", "handling", event("escalation", "safety"), interrupts=False),
    node("user", "contain"), node("end", "e"), node("end", "contained"),
    line("s", "handling", "e"), line("danger", "contain", "contained"),
)  # fmt: skip


def test_an_escalation_reaches_the_boundary_with_its_code_and_the_thrower_goes_on():
    case = tell(*ESCALATING).does("assess", safety="actual_serious")

    assert case.open == ["contain", "go_on"]
    assert case.variables("contain") == {"safety": "actual_serious"}


def test_an_escalation_can_interrupt_the_one_who_throws_it():
    interrupting = [part.replace('cancelActivity="false"', "") for part in ESCALATING]
    case = tell(*interrupting).does("assess", safety="actual_serious")

    assert case.open == ["contain"]
    assert "raise" in case.passed
    assert case.does("contain").progress.is_complete


def test_an_escalation_finds_its_boundary_through_a_called_process_and_two_levels_up():
    inner = process("called", node("start", "cs"), node("end", "ce", event("escalation", "safety")),
                    line("cs", "ce"))  # fmt: skip
    case = tell(
        node("start", "s"),
        sub("outer", node("start", "os"), node("call", "c", calledElement="called"),
            node("end", "oe"), line("os", "c", "oe")),
        boundary("any", "outer", event("escalation"), interrupts=False),
        boundary("this", "outer", event("escalation", "safety"), interrupts=False),
        node("user", "told"), node("user", "anything"), node("end", "e"),
        line("s", "outer", "e"), line("this", "told"), line("any", "anything"),
        called=[inner],
    )  # fmt: skip

    assert case.open == ["told"]


def test_an_error_cancels_the_sub_process_and_takes_the_way_of_its_code():
    case = tell(
        node("start", "s"),
        sub("inner", node("start", "is"), node("user", "work"), node("user", "other"),
            node("end", "fail", event("error", "lost")), node("end", "never"),
            line("is", "work", "fail"), line("is", "other", "never")),
        boundary("lost", "inner", event("error", "lost")),
        node("user", "search"), node("end", "e"), line("s", "inner", "e"), line("lost", "search"),
    ).does("work")  # fmt: skip

    assert case.open == ["search"]


def test_a_terminate_end_stops_its_scope_and_nothing_cancelled_runs_any_more():
    case = tell(
        node("start", "s"),
        sub("inner", node("start", "is"), node("and", "fork"), node("user", "slow"),
            node("end", "stop", event("terminate")), script("never", "ran = 1"),
            node("end", "ie"), line("is", "fork", "stop"), line("fork", "never", "slow", "ie")),
        node("user", "after"), node("end", "e"), line("s", "inner", "after", "e"),
    )  # fmt: skip

    assert case.open == ["after"]
    assert "never" not in case.passed
    assert "ran" not in case.variables("after")


def test_a_timer_becomes_an_instant_once_and_fires_exactly_once():
    case = tell(
        node("start", "s"), node("user", "work"),
        boundary("late", "work", timer("3 days"), interrupts=False),
        node("user", "chase"), node("end", "e"), line("s", "work", "e"), line("late", "chase"),
    )  # fmt: skip
    assert case.progress.next_due == NOW + 3 * DAY

    case.waits(2 * DAY)
    assert (case.open, case.progress.next_due) == (["work"], NOW + 3 * DAY)

    case.waits(DAY)
    case.waits(9 * DAY)
    assert (case.open, case.progress.next_due) == (["chase", "work"], None)


@pytest.mark.parametrize("text", ["P28D", '"P28D"', "28 days", "'4 weeks'"])
def test_a_duration_is_read_with_and_without_quotes(text):
    case = tell(node("start", "s"), node("catch", "pause", timer(text)), node("end", "e"),
                line("s", "pause", "e"))  # fmt: skip

    assert case.progress.next_due == NOW + 28 * DAY
    assert case.waits(28 * DAY).progress.is_complete


def test_an_absolute_date_is_kept_in_utc():
    summer = timer("2026-07-01T09:00:00+02:00", "Date")
    case = tell(node("start", "s"), node("catch", "pause", summer),
                node("end", "e"), line("s", "pause", "e"))  # fmt: skip

    assert case.progress.next_due == datetime(2026, 7, 1, 7, tzinfo=UTC)


def test_timers_fire_in_the_order_in_which_they_fell_due():
    case = tell(
        node("start", "s"), node("and", "fork"), node("catch", "second", timer("2 days")),
        node("catch", "first", timer("1 days")), script("b", "last = 'second'"),
        script("a", "last = 'first'"), node("and", "join"), node("user", "look"),
        line("s", "fork", "second", "b", "join", "look"), line("fork", "first", "a", "join"),
    ).waits(30 * DAY)  # fmt: skip

    assert [p for p in case.passed if p in {"first", "second"}] == ["first", "second"]
    assert case.variables("look") == {"last": "second"}


RACE = (
    node("start", "s"), node("race", "g"), node("catch", "answered", event("message", "answer")),
    node("catch", "reminded", timer("7 days")), node("catch", "silent", timer("28 days")),
    node("xor", "g2", default="f"), node("user", "reopen"), node("user", "remind"),
    node("user", "close"), node("end", "e"),
    flows("""
        s -> g
        g -> answered
        g -> reminded
        g -> silent
        answered -> g2
        g2 -> reopen if answer == "rejected"
        g2 -> close as f
        reminded -> remind
        silent -> close
        close -> e
    """),
)  # fmt: skip


def test_the_first_event_behind_an_event_gateway_wins():
    case = tell(*RACE).hears("answer", answer="rejected")

    assert case.open == ["reopen"]
    assert (case.progress.timers, case.progress.subscriptions) == ((), ())


def test_two_timers_behind_an_event_gateway_are_two_moments():
    case = tell(*RACE)
    assert sorted(t.due_at for t in case.progress.timers) == [NOW + 7 * DAY, NOW + 28 * DAY]

    assert case.waits(7 * DAY).open == ["remind"]


def test_a_case_can_start_at_any_offset_and_counts_in_utc():
    parts = (node("start", "s"), node("catch", "pause", timer("1 days")), node("end", "e"))
    bundle = build_bundle([document(process("p", *parts, line("s", "pause", "e")))])
    local = NOW.astimezone(timezone(timedelta(hours=5)))

    progress = LiveCase.start(bundle, {}, now=local, timetable=timetable).progress()

    assert progress.next_due.isoformat() == "2026-03-03T09:00:00+00:00"


def test_the_tests_notice_a_boundary_event_that_fires_only_once(monkeypatch):
    def fire_once(self, token, payload):
        token.internal_data.pop("host")
        Catch.fire(self, token, payload)

    monkeypatch.setattr(Boundary, "fire", fire_once)
    case = tell(*HANDLING).hears("clock_warning")

    with pytest.raises(NotAwaitedError):
        case.hears("clock_warning")
