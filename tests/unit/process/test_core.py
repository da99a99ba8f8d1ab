"""What a case does on its diagram, written down and read back between any two commands."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.errors import (
    InvalidInputError,
    NotFoundError,
    ProcessFailedError,
    StepNotOpenError,
)
from engine.process import core
from engine.process.bundle import build_bundle
from engine.process.joins import Join
from engine.process.progress import RequestedOperation
from tests.unit.process.drawing import (
    DAY,
    HANDLING,
    NOW,
    Story,
    boundary,
    document,
    flows,
    line,
    node,
    process,
    sub,
    table,
    tell,
    timer,
)


def parallel(left, right, *rest):
    """Two branches between a fork and a join, and a last step."""
    return (
        node("start", "s"), node("and", "fork"), node("and", "join"), node("user", "last"),
        node("end", "e"), line("s", "fork"), line("join", "last", "e"),
        left, right, *rest,
        line("fork", "a", "join"), line("fork", "b", "join"),
    )  # fmt: skip


@pytest.mark.parametrize("name", ["Start", "End", "p.EndJoin", "Root"])
def test_an_element_may_be_called_as_the_library_calls_its_own(name):
    case = tell(node("start", "s"), node("user", name), node("end", "e"), line("s", name, "e"))

    assert case.open == [name]
    assert case.does(name).progress.is_complete


def test_a_case_runs_from_step_to_step_until_its_end():
    case = tell(
        node("start", "s"), node("user", "one"), node("user", "two"), node("end", "e"),
        line("s", "one", "two", "e"),
    )  # fmt: skip
    assert case.open == ["one"]

    case.does("one", severity=3)
    assert (case.open, case.variables("two")) == (["two"], {"severity": 3})

    case.does("two")
    assert case.progress.is_complete
    assert case.passed == ["two", "e"]


def test_a_step_is_not_completed_twice():
    case = tell(node("start", "s"), node("user", "one"), node("user", "two"), node("end", "e"),
                line("s", "one", "two", "e"))  # fmt: skip
    token = case.progress.open_steps[0].token
    case.does("one")

    with pytest.raises(StepNotOpenError):
        case.load().complete(token, {}, NOW)


@pytest.mark.parametrize("value", [[1], {"a": 1}, object(), b"x", float("nan"), 10**18, "x" * 2001])
def test_answers_that_are_no_scalars_are_refused_and_change_nothing(value):
    case = tell(*HANDLING)
    live = case.load()

    with pytest.raises(InvalidInputError, match="amount"):
        live.complete(case.progress.open_steps[0].token, {"amount": value}, NOW)
    assert live.progress().state == case.progress.state


def test_an_exclusive_gateway_takes_the_first_true_way_else_the_default():
    parts = (
        node("start", "s"), node("xor", "g", default="other"), node("user", "big"),
        node("user", "huge"), node("user", "small"), node("end", "e"),
        flows("""
            s -> g
            g -> small as other
            g -> huge if amount > 100
            g -> big if amount > 10
            big -> e
            huge -> e
            small -> e
        """),
    )  # fmt: skip

    assert [tell(*parts, amount=a).open for a in (500, 50, 5, None)] == [
        ["huge"], ["big"], ["small"], ["small"],
    ]  # fmt: skip


def test_a_gateway_where_nothing_is_true_stops_the_case_and_says_where():
    parts = (node("start", "s"), node("xor", "g", name="How much?"), node("user", "a"),
             node("user", "b"), flows("s -> g\ng -> a if x > 1\ng -> b if x < 1"))  # fmt: skip

    with pytest.raises(ProcessFailedError, match="How much"):
        tell(*parts, x=1)


def test_an_inclusive_gateway_takes_every_true_way():
    parts = (node("start", "s"), node("or", "g", default="f"), node("user", "a"),
             node("user", "b"), node("user", "c"),
             flows("s -> g\ng -> a if x > 1\ng -> b if x > 2\ng -> c as f"))  # fmt: skip

    assert [tell(*parts, x=x).open for x in (3, 2, 0)] == [["a", "b"], ["a"], ["c"]]


def test_a_join_waits_for_all_branches_and_keeps_what_each_has_changed():
    case = tell(*parallel(node("user", "a"), node("user", "b")), left=0, right=0)

    case.does("a", left=1)
    assert case.open == ["b"]

    case.does("b", right=2)
    assert case.variables("last") == {"left": 1, "right": 2}


def test_the_order_in_which_branches_end_does_not_undo_a_change():
    case = tell(*parallel(node("user", "a"), node("user", "b")), left=0, right=0)

    case.does("b", right=2).does("a", left=1)

    assert case.variables("last") == {"left": 1, "right": 2}


def test_a_join_in_a_loop_counts_each_round_for_itself():
    loop = (
        node("start", "s"), node("xor", "top"), node("and", "fork"), node("user", "a"),
        node("user", "b"), node("and", "join"), node("user", "review"),
        node("xor", "again", default="done"), node("end", "e"),
        line("s", "top", "fork", "a", "join", "review", "again"), line("fork", "b", "join"),
        flows("again -> top if answer == 'again'\nagain -> e as done"),
    )  # fmt: skip
    case = tell(*loop)

    for _ in range(4):
        case.does("a")
        assert case.open == ["b"]
        case.does("b")
        assert case.open == ["review"]
        case.does("review", answer="again")
    case.does("a").does("b").does("review", answer="enough")

    assert case.progress.is_complete


def test_a_branch_that_can_never_come_is_said_instead_of_waiting_for_ever():
    parts = (
        node("start", "s"), node("xor", "g", default="f"), node("user", "a"), node("user", "b"),
        node("and", "join", name="Both done"), node("end", "e"),
        flows("s -> g\ng -> a if x > 1\ng -> b as f\na -> join\nb -> join\njoin -> e"),
    )  # fmt: skip
    case = tell(*parts, x=5)

    with pytest.raises(ProcessFailedError, match="Both done"):
        case.does("a")


def test_variables_of_a_sub_process_come_out_of_all_its_branches():
    case = tell(
        node("start", "s"),
        sub("inner", node("start", "is"), node("and", "fork"), node("user", "a"),
            node("user", "b"), node("end", "ea"), node("end", "eb"),
            line("is", "fork", "a", "ea"), line("fork", "b", "eb")),
        node("user", "after"), line("s", "inner", "after"), x=0,
    )  # fmt: skip

    case.does("a", x=1).does("b", y=2)

    assert case.variables("after") == {"x": 1, "y": 2}


def test_service_tasks_and_tables_are_reported_in_order():
    triage = table("triage", "FIRST", {"severity": "number"}, {"route": ""},
                   [([">= 4"], ['"complex"']), (["-"], ['"standard"'])])  # fmt: skip
    case = tell(
        node("start", "s"), node("service", "send", step={"operation": "send_acknowledgement"}),
        node("rule", "decide", step={"decision": "triage"}), node("user", "work"),
        node("end", "e"), line("s", "send", "decide", "work", "e"), tables=[triage], severity=5,
    )  # fmt: skip

    assert case.progress.operations == (RequestedOperation("send_acknowledgement", "send"),)
    (taken,) = case.progress.decisions
    assert (taken.table, taken.element, taken.rules) == ("triage", "decide", ("r1",))
    assert (taken.inputs, taken.outputs) == ({"severity": 5}, {"route": "complex"})
    assert case.variables("work")["route"] == "complex"


def test_a_table_answers_without_a_case():
    sums = table("authority", "COLLECT", {"amount": "number"}, {"n": ""}, [(["> 5"], ["2"])],
                 aggregation="SUM")  # fmt: skip
    bundle = build_bundle([document(process("p", node("start", "s"), node("end", "e"),
                                            line("s", "e")))], [sums])  # fmt: skip

    assert core.evaluate(bundle, "authority", {"amount": 9}).outputs == {"n": 2}
    with pytest.raises(NotFoundError):
        core.evaluate(bundle, "triage", {})


def test_a_circle_without_a_pause_stops_with_a_sentence_that_names_it():
    hidden = sub("work", node("start", "is"), node("xor", "skip", default="past"),
                 node("user", "step"), node("end", "ie"),
                 flows("is -> skip\nskip -> step if x > 1\nskip -> ie as past\nstep -> ie"),
                 )  # fmt: skip

    with pytest.raises(ProcessFailedError, match="without a pause"):
        tell(node("start", "s"), node("xor", "top"), hidden, node("xor", "again", default="on"),
             node("end", "e"),
             line("s", "top", "work", "again"), flows("again -> e if y > 1\nagain -> top as on"),
             )  # fmt: skip


def test_processes_call_one_another_only_so_deep():
    def chain(depth):
        links = [
            process(f"c{n}", node("start", f"s{n}"),
                    node("call", f"k{n}", calledElement=f"c{n + 1}"), node("end", f"e{n}"),
                    line(f"s{n}", f"k{n}", f"e{n}"))
            for n in range(1, depth)
        ]  # fmt: skip
        last = process(f"c{depth}", node("start", "ls"), node("user", "deep"), line("ls", "deep"))
        return [*links, last]

    start = (node("start", "s"), node("call", "k", calledElement="c1"), line("s", "k"))

    assert tell(*start, called=chain(core.CALL_DEPTH)).open == ["deep"]
    with pytest.raises(ProcessFailedError, match="deep"):
        tell(*start, called=chain(core.CALL_DEPTH + 1))


def test_a_loop_of_1500_rounds_keeps_its_step_and_its_size():
    case = tell(
        node("start", "s"), node("xor", "top"), node("user", "work"),
        node("xor", "again", default="on"), node("end", "e"),
        flows("s -> top\ntop -> work\nwork -> again\nagain -> e if n >= 1500\nagain -> top as on"),
    )  # fmt: skip
    small = len(case.does("work", n=0).progress.state)

    for round_ in range(1, 1500):
        case.does("work", n=round_)
        assert not case.progress.is_complete
    assert (case.open, len(case.progress.state) - small < 20) == (["work"], True)

    assert case.does("work", n=1500).progress.is_complete


def test_a_token_keeps_its_name_and_no_name_comes_back():
    case = tell(*HANDLING)
    work = case.progress.open_steps[0].token
    seen = {work}

    for _ in range(3):
        case.hears("clock_warning")
        tokens = {step.token for step in case.progress.open_steps}
        assert work in tokens
        new = tokens - seen
        assert len(new) == 1
        seen |= new
        case.does("respond")


def test_one_loaded_case_can_do_several_acts_before_it_is_written():
    story = tell(
        node("start", "s"), node("user", "work"),
        boundary("late", "work", timer("1 days"), interrupts=False), node("user", "chase"),
        node("user", "next"), line("s", "work", "next"), line("late", "chase"),
    )  # fmt: skip
    live = story.load()

    fired = live.fire_due(NOW + DAY)
    live.complete(live.progress().open_steps[0].token, {}, NOW + DAY)

    progress = live.progress()
    assert fired == 1
    assert sorted(step.element for step in progress.open_steps) == ["chase", "next"]
    assert [passage.element for passage in progress.passages] == ["late", "work"]


def test_a_stored_state_gives_the_same_projections_again():
    case = tell(*HANDLING).hears("clock_warning")

    again = case.load().progress()

    assert again.state == case.progress.state
    assert again.open_steps == case.progress.open_steps
    assert set(again.subscriptions) == set(case.progress.subscriptions)


def test_one_bundle_serves_many_threads():
    bundle = build_bundle([document(process("p", *HANDLING))])

    def run(number):
        case = Story(bundle, n=number).hears("clock_warning", m=number)
        seen = case.variables("respond")
        return seen, case.does("work").does("more").does("respond").progress.is_complete

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(run, range(120)))

    assert results == [({"n": n, "m": n}, True) for n in range(120)]


def test_the_tests_notice_a_join_that_lets_every_branch_through(monkeypatch):
    monkeypatch.setattr(Join, "arrive", lambda *_: True)

    case = tell(*parallel(node("user", "a"), node("user", "b"))).does("a")

    assert case.open == ["b", "last"]
