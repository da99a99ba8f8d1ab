"""A case moves to another version as it stands, or is told why it cannot."""

from datetime import timedelta

import pytest

from engine.domain.migration_plan import Verdict
from engine.errors import UnknownStateError
from engine.process.bundle import build_bundle
from engine.process.counterpart import Counterparts
from engine.process.migration import Migration
from tests.unit.process.drawing import (
    DAY,
    NOW,
    Story,
    boundary,
    document,
    event,
    flows,
    handler,
    line,
    node,
    process,
    script,
    several,
    sub,
    tell,
    timer,
    timetable,
)


def version(*parts, called=()):
    return build_bundle([document(process("p", *parts), *called)])


def move(case, target, **mapping):
    migration = Migration(case.bundle, target, mapping)
    return migration.move(case.progress.state, now=case.now, timetable=timetable)


def go_on(case, target, **mapping):
    """Return the case on another version; it has to get there."""
    moved = move(case, target, **mapping)
    assert moved.obstacles == ()
    later = Story(target)
    later.now, later.progress = case.now, moved.live.progress()
    return later


def refused(case, target, **mapping):
    """Return what becomes of a case that does not get there, and why."""
    moved = move(case, target, **mapping)
    assert moved.live is None
    return moved.verdict, [each.reason for each in moved.obstacles]


def steps(*names, ends=True):
    """One step after the other."""
    parts = [node("start", "s"), *(node("user", name) for name in names)]
    chain = ["s", *names]
    if ends:
        parts.append(node("end", "e"))
        chain.append("e")
    return (*parts, line(*chain))


def timed(text, *, interrupts=False, kind="Duration"):
    """A step with a timer on its border."""
    late = boundary("late", "work", timer(text, kind), interrupts=interrupts)
    return (*steps("work"), late, node("user", "chase"), node("end", "e2"),
            line("late", "chase", "e2"))  # fmt: skip


def branches(*names, join=("join",)):
    """Steps that are done beside one another."""
    parts = [node("start", "s"), node("and", "fork"), node("end", "e"), node("user", "last")]
    parts += [node("and", name) for name in join]
    parts += [node("user", name) for name in names]
    ways = [line("fork", name, join[0]) for name in names]
    return (*parts, line("s", "fork"), *ways, line(join[0], "last", "e"))


def test_a_step_that_is_mapped_goes_on_under_its_new_name():
    case = go_on(tell(*steps("assess"), x=1), version(*steps("judge")), assess="judge")

    assert case.open == ["judge"]
    assert case.variables("judge") == {"x": 1}
    assert case.does("judge").progress.is_complete


def test_a_step_that_is_gone_needs_a_mapping_to_a_step():
    verdict, reasons = refused(tell(*steps("assess")), version(*steps("judge")))

    assert verdict is Verdict.NEEDS_MAPPING
    assert reasons == ["It waits at “assess”, which the new version does not have."]


def test_a_step_that_became_something_else_is_said_to_be():
    target = version(node("start", "s"), script("assess", "x = 1"), node("end", "e"),
                     line("s", "assess", "e"))  # fmt: skip

    verdict, reasons = refused(tell(*steps("assess")), target)

    assert verdict is Verdict.BLOCKED  # there is no step to map it to
    assert reasons == ["It waits at “assess”; “assess” of the new version is something else."]


@pytest.mark.parametrize("text", ["P9D", "P1D"])
def test_a_due_date_stays_whatever_the_new_version_says(text):
    case = tell(*timed("P3D")).waits(2 * DAY)

    moved = go_on(case, version(*timed(text)))

    assert [t.due_at for t in moved.progress.timers] == [NOW + 3 * DAY]
    assert moved.waits(DAY).open == ["chase", "work"]


def test_what_is_new_beside_a_waiting_step_begins_to_wait_at_the_move():
    case = tell(*steps("work")).waits(2 * DAY)

    moved = move(case, version(*timed("P3D")))

    assert [t.due_at for t in moved.live.progress().timers] == [NOW + 5 * DAY]
    assert moved.remarks == (("work", "“late” is new and begins to wait."),)


def test_what_is_gone_beside_a_waiting_step_stops_waiting():
    case = tell(*timed("P3D"))

    moved = move(case, version(*steps("work")))

    assert moved.live.progress().timers == ()
    assert moved.remarks == (("late", "“late” stops waiting: the new version has it no more."),)


def test_a_timer_that_has_come_once_does_not_come_again():
    case = tell(*timed("P1D")).waits(DAY)

    moved = go_on(case, version(*timed("P5D")))

    assert (moved.open, moved.progress.timers) == (["chase", "work"], ())


def test_an_event_that_became_another_one_begins_anew():
    heard = boundary("late", "work", event("message", "hurry"), interrupts=False)
    target = version(*steps("work"), heard, node("end", "e2"), line("late", "e2"))

    moved = go_on(tell(*timed("P1D")), target)

    assert (moved.progress.timers, [s.message for s in moved.progress.subscriptions]) == (
        (),
        ["hurry"],
    )


def test_a_cycle_keeps_how_often_it_still_comes():
    case = tell(*timed("R5/P1D", kind="Cycle")).waits(2 * DAY)
    moved = go_on(case, version(*timed("R9/P1D", kind="Cycle")))

    for _ in range(5):
        moved.waits(DAY)

    assert moved.open.count("chase") == 5


def test_a_timer_that_became_a_cycle_comes_as_often_as_the_cycle_says():
    moved = go_on(tell(*timed("P1D")), version(*timed("R3/P1D", kind="Cycle")))

    assert moved.waits(9 * DAY).open.count("chase") == 3


def test_a_message_is_awaited_under_its_new_name():
    def waiting(name):
        caught = node("catch", "c", event("message", name))
        return (node("start", "s"), caught, node("end", "e"), line("s", "c", "e"))

    moved = go_on(tell(*waiting("old")), version(*waiting("new")))

    assert moved.hears("new").progress.is_complete


def test_arrivals_at_a_join_count_on_their_flows_in_whatever_order_these_are_drawn():
    case = tell(*branches("a", "b")).does("a")

    moved = go_on(case, version(*branches("b", "a")))

    assert moved.open == ["b"]
    assert moved.does("b").open == ["last"]


def test_a_branch_that_waits_at_a_join_on_a_way_that_is_no_more_is_blocked():
    case = tell(*branches("a", "b", "c")).does("a")

    verdict, reasons = refused(case, version(*branches("b", "c")))

    assert verdict is Verdict.BLOCKED
    assert reasons == ["A branch waits at “join” that came on a way which is no more."]


def test_a_join_that_would_wait_for_a_branch_nobody_began_is_blocked():
    verdict, reasons = refused(tell(*branches("a", "b")), version(*branches("a", "b", "c")))

    assert verdict is Verdict.BLOCKED
    assert reasons == ["“join” would wait for a branch that this case has not begun."]


def test_a_join_that_is_no_more_is_blocked_while_a_branch_waits_there():
    case = tell(*branches("a", "b")).does("a")
    target = version(*branches("a", "b", join=("meeting",)))

    verdict, reasons = refused(case, target)

    assert verdict is Verdict.NEEDS_MAPPING
    assert reasons == ["It waits at “join”, which the new version does not have."]
    assert go_on(case, target, join="meeting").does("b").open == ["last"]


def test_branches_that_would_come_one_behind_the_other_are_blocked():
    verdict, reasons = refused(tell(*branches("a", "b")), version(*steps("a", "b")))

    assert verdict is Verdict.NEEDS_MAPPING
    assert "do the same twice" in reasons[0]
    assert refused(tell(*branches("a", "b")), version(*steps("c")), a="c", b="c")[1]


def test_a_sub_process_that_is_gone_blocks_and_another_one_takes_its_place():
    inner = (node("start", "is"), node("user", "look"), node("end", "ie"), line("is", "look", "ie"))
    outer = (node("start", "s"), node("end", "e"))
    case = tell(*outer, sub("examine", *inner), line("s", "examine", "e"))

    verdict, reasons = refused(case, version(*steps("look")))

    assert verdict is Verdict.BLOCKED
    assert reasons == ["It is inside “examine”, which the new version does not have."]
    called = [process("study", *inner)]
    call = node("call", "study_it", calledElement="study")
    target = version(*outer, call, line("s", "study_it", "e"), called=called)
    moved = go_on(case, target, examine="study_it")
    assert moved.open == ["look"]
    assert moved.does("look").progress.is_complete


def test_a_step_that_lies_in_another_part_is_said_to():
    inner = (node("start", "is"), node("user", "look"), node("end", "ie"), line("is", "look", "ie"))
    target = version(node("start", "s"), sub("examine", *inner), node("end", "e"),
                     line("s", "examine", "e"))  # fmt: skip

    _, reasons = refused(tell(*steps("look")), target)

    assert reasons == ["It waits at “look”, and “look” lies in another part by now."]


def test_turns_go_on_and_another_manner_is_refused():
    def repeated(marker):
        return (node("start", "s"), node("user", "each", marker), node("end", "e"),
                line("s", "each", "e"))  # fmt: skip

    case = tell(*repeated(several(3))).does("each")

    moved = go_on(case, version(*repeated(several(5))))

    assert moved.does("each").does("each").progress.is_complete
    verdict, _ = refused(case, version(*repeated(several(3, in_turn=True))))
    assert verdict is Verdict.BLOCKED


def test_rivals_stay_together_and_a_new_one_joins_them():
    def race(*events):
        names = [name for name, _ in events]
        parts = [node("catch", name, body) for name, body in events]
        ends = [node("end", f"{name}-end") for name in names]
        ways = [line("r", name, f"{name}-end") for name in names]
        return (node("start", "s"), node("race", "r"), *parts, *ends, line("s", "r"), *ways)

    first = [("m", event("message", "m")), ("n", event("message", "n"))]
    case = tell(*race(*first))

    moved = go_on(case, version(*race(*first, ("t", timer("P1D")))))

    assert [t.element for t in moved.progress.timers] == ["t"]
    assert moved.waits(DAY).progress.is_complete


def test_a_new_event_sub_process_stands_by_but_not_beside_one_that_stopped_all():
    end = node("end", "he")
    stop = handler("h", event("message", "stop"), node("user", "tidy"), end,
                   line("h_start", "tidy", "he"))  # fmt: skip
    more = handler("g", event("message", "more"), node("end", "ge"), line("g_start", "ge"),
                   interrupts=False)  # fmt: skip
    source, target = (*steps("work"), stop), version(*steps("work"), stop, more)

    calm, stopped = go_on(tell(*source), target), go_on(tell(*source).hears("stop"), target)

    assert sorted(s.message for s in calm.progress.subscriptions) == ["more", "stop"]
    assert (stopped.open, stopped.progress.subscriptions) == (["tidy"], ())
    assert stopped.does("tidy").progress.is_complete


GATE = '<bpmn:extensionElements><redress:step role="approver" form="approval"/><redress:gate role="approver" fourEyes="true"/></bpmn:extensionElements>'  # noqa: E501


def approved(*names):
    """Draft, a second person, send."""
    parts = [node("start", "s"), node("end", "e"), *(node("user", n) for n in names)]
    gate = f'<bpmn:userTask id="approve">{GATE}</bpmn:userTask>'
    split = node("xor", "ok", default="no")
    way = flows(f"ok -> {names[1]} as yes if approval == 'approved'\nok -> {names[0]} as no")
    return (*parts, gate, split, line("s", names[0], "approve", "ok"), way, line(names[1], "e"))


@pytest.mark.parametrize(
    ("to", "said"),
    [("send", "would leave out an approval"), ("approve", "lead “write” to the step before it")],
)
def test_a_mapping_never_leads_past_an_approval(to, said):
    _, reasons = refused(tell(*steps("write")), version(*approved("draft", "send")), write=to)

    assert said in reasons[0]
    assert go_on(tell(*steps("write")), version(*approved("draft", "send")), write="draft").open


def test_an_approval_becomes_no_step_behind_which_nobody_approves():
    case = tell(*approved("draft", "send")).does("draft")

    _, reasons = refused(case, version(*steps("draft", "send")), approve="send")

    assert reasons == ["“approve” is an approval, and behind “send” there is none."]


def test_a_state_of_another_version_is_refused():
    case, other = tell(*steps("a")), version(*steps("a", "b"))

    with pytest.raises(UnknownStateError):
        Migration(other, case.bundle, {}).move(case.progress.state, now=NOW, timetable=timetable)


def test_pairings_say_what_takes_the_place_of_what_and_suggest_the_same_label():
    source = version(*timed("P1D"))
    target = version(
        node("start", "s"), node("user", "job", name="work"), node("user", "chase"),
        node("end", "e"), line("s", "job", "chase", "e"),
    )  # fmt: skip

    found = {each.element: each for each in Counterparts(source, target, {}).pairings()}

    assert (found["work"].counterpart, found["work"].suggestion) == ("", "job")
    assert found["work"].candidates == {"job": "work", "chase": "chase"}
    assert found["chase"].counterpart == "chase"
    assert found["late"].candidates == {}
    mapped = Counterparts(source, target, {"work": "job"}).pairings()
    assert {p.element: p.counterpart for p in mapped}["work"] == "job"


def test_a_moved_case_is_never_older_than_its_timers():
    case = tell(*timed("P3D", interrupts=True))

    moved = go_on(case, version(*timed("P3D", interrupts=True)))

    assert moved.waits(timedelta(days=3)).open == ["chase"]
