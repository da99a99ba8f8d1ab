"""Processes begin once, hang together and end; what cannot be run as drawn is drawn otherwise."""

import pytest

from tests.unit.process.drawing import (
    boundary,
    document,
    event,
    flows,
    handler,
    line,
    link,
    loop,
    node,
    process,
    script,
    sub,
    timer,
)
from tests.unit.process.mending import Mended, mended, person

MESSAGE = "<bpmn:messageEventDefinition/>"
START = node("start", "s")


def test_a_process_that_is_not_marked_is_marked_as_one_that_is_run():
    content = document(process("p", START, person("u"), line("s", "u")))

    done = Mended(content.replace(b'isExecutable="true"', b'isExecutable="false"'))

    assert any("marked as one that is run" in each for each in done.said)


def test_the_pool_of_the_organisation_is_the_main_one_and_an_empty_pool_stays_closed():
    inside = process("own", START, person("u"), node("end", "e"), line("s", "u", "e"))
    outside = process("theirs", node("start", "ts"), person("tu"), line("ts", "tu"))
    pools = (
        '<bpmn:collaboration id="c"><bpmn:participant id="a" name="Customer" '
        'processRef="theirs"/><bpmn:participant id="b" name="Bank" processRef="own"/>'
        '<bpmn:participant id="d" name="Post" processRef="none"/></bpmn:collaboration>'
    )
    empty = process("none")

    done = Mended(document(outside, inside, empty, pools))

    assert done.story().open == ["u"]
    assert done.sheet.find("d").get("processRef") is None
    assert done.told_about("none")


@pytest.mark.parametrize("is_drawn", [False, True])
def test_a_process_in_which_nothing_is_drawn_yet_begins_and_ends(is_drawn):
    pool = '<bpmn:participant id="a" name="Bank" processRef="p"/>'
    frame = (
        '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"'
        ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"><di:BPMNPlane bpmnElement="c">'
        '<di:BPMNShape bpmnElement="a"><dc:Bounds x="9" y="90" width="600" height="250"/>'
        "</di:BPMNShape></di:BPMNPlane></di:BPMNDiagram>"
    )
    parts = f'<bpmn:collaboration id="c">{pool}</bpmn:collaboration>', process("p")

    done = Mended(document(*parts, frame if is_drawn else ""))

    (start, end) = done.sheet.nodes
    assert done.result.is_runnable
    assert done.after(start.get("id")) == [end.get("id")]
    assert any("as soon as it begins" in each for each in done.questions)
    boxes = [done.sheet.plane.box(each.get("id")) for each in (start, end)]
    assert all(boxes)
    assert not is_drawn or all(done.sheet.plane.box("a").holds(box) for box in boxes)


def test_a_missing_start_is_added_before_what_nothing_leads_to():
    done = mended(person("a"), person("b"), line("a", "b"))

    assert done.story().open == ["a"]


def test_several_beginnings_without_a_start_all_begin():
    done = mended(person("a"), person("b"))

    assert done.story().open == ["a", "b"]


def test_several_starts_become_a_choice():
    done = mended(
        node("start", "post", name="By post"),
        node("start", "call", name="By phone"),
        person("a"),
        person("b"),
        line("post", "a"),
        line("call", "b"),
    )

    (first,) = done.story().open
    (name,) = done.fields(first)
    titles = [choice["title"] for choice in done.fields(first)[name]["choices"]]
    assert titles == ["By post", "By phone"]
    assert done.story().does(first, **{name: "by_phone"}).open == ["b"]


def test_starts_whose_ways_are_waited_for_begin_together():
    done = mended(
        node("start", "s1"),
        node("start", "s2"),
        person("a"),
        person("b"),
        node("and", "j"),
        person("c"),
        line("s1", "a", "j", "c"),
        line("s2", "b", "j"),
    )

    assert done.story().does("a").does("b").open == ["c"]


@pytest.mark.parametrize("body", [MESSAGE, timer("P1D"), event("signal", "x"), event("error", "e")])
def test_a_start_that_waits_for_something_becomes_a_plain_one(body):
    done = mended(node("start", "s", body), person("u"), line("s", "u"))

    assert done.story().open == ["u"]
    assert done.told_about("s")


def test_ways_that_just_stop_get_an_end():
    done = mended(START, person("u"), line("s", "u"))

    assert done.kinds_after("u") == ["endEvent"]


def test_a_flow_to_nowhere_is_removed_and_told():
    broken = flows("u -> nobody as lost")
    done = mended(START, person("u"), line("s", "u"), broken)

    assert done.sheet.find("lost") is None
    assert any("“nobody”" in each for each in done.said)


def test_a_flow_out_of_a_sub_process_begins_at_it():
    inner = sub("b", node("start", "is"), person("iu"), line("is", "iu"))
    done = mended(START, inner, person("u"), line("s", "b"), flows("iu -> u as out"))

    assert done.sheet.find("out").get("sourceRef") == "b"
    assert done.story().does("iu").open == ["u"]


def test_a_flow_that_leaves_an_end_makes_an_event_on_the_way_of_it():
    done = mended(START, node("end", "e"), person("u"), line("s", "e", "u"))

    assert done.story().open == ["u"]
    assert done.kind("e") == "intermediateThrowEvent"


def test_a_flow_back_into_the_start_leads_to_what_follows_it():
    done = mended(START, person("u"), line("s", "u", "s"))

    assert done.story().does("u").open == ["u"]


def test_what_nothing_leads_to_is_begun_with_the_process_and_asked_about():
    done = mended(START, person("u"), person("lost"), line("s", "u"))

    assert done.story().open == ["lost", "u"]
    assert any("“lost”" in each for each in done.questions)


def test_a_link_to_nowhere_and_a_link_to_two_places_are_drawn_as_flows():
    alone = mended(START, person("u"), node("throw", "t", link("x")), line("s", "u", "t"))
    double = mended(
        START,
        person("u"),
        node("throw", "t", link("x")),
        line("s", "u", "t"),
        node("catch", "c", link("x")),
        node("catch", "d", link("x")),
        person("a"),
        person("b"),
        line("c", "a"),
        line("d", "b"),
    )

    assert alone.story().does("u").progress.is_complete
    assert double.story().does("u").open == ["a", "b"]


def test_a_catching_event_that_says_nothing_is_told_by_a_person():
    done = mended(START, node("catch", "c", name="Goods arrived"), line("s", "c"))

    assert done.story().open == ["c"]
    assert done.kind("c") == "userTask"


def test_an_event_of_imixs_is_what_is_done_at_the_step_before():
    deed = {"imixs:activityid": "10"}
    done = mended(
        START,
        node("task", "t", name="New"),
        node("catch", "ok", name="Accept", **deed),
        node("catch", "no", name="Reject", **deed),
        node("end", "x"),
        node("end", "y"),
        line("s", "t", "ok", "x"),
        line("t", "no", "y"),
    )

    (name,) = done.fields("t")
    story = done.story().does("t", **{name: "reject"})
    assert story.passed[-2:] == ["no", "y"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("catch", "<bpmn:cancelEventDefinition/>"),
        ("end", "<bpmn:compensateEventDefinition/>"),
        ("end", "<bpmn:cancelEventDefinition/>"),
        ("throw", "<bpmn:compensateEventDefinition/>"),
        ("end", MESSAGE + "<bpmn:terminateEventDefinition/>"),
        ("catch", MESSAGE + timer("P1D")),
        ("end", event("error", "E")),
        ("throw", event("escalation", "X")),
        ("catch", MESSAGE),
        ("end", event("message", "m")),
        ("throw", MESSAGE),
        ("end", "<bpmn:signalEventDefinition/>"),
    ],
)
def test_events_that_are_not_run_so_become_such_as_are(kind, body):
    done = mended(START, person("u"), node(kind, "x", body, name="It"), line("s", "u", "x"))

    assert done.result.is_runnable
    assert done.kind("x")
    done.story().does("u")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<bpmn:compensateEventDefinition/>",
        "<bpmn:cancelEventDefinition/>",
        MESSAGE,
        timer(""),
        "<bpmn:conditionalEventDefinition/>",
    ],
)
@pytest.mark.parametrize("host", ["user", "service", "script", "task", "transaction"])
def test_border_events_sit_on_what_can_carry_them(body, host):
    inner = node("start", "is") + person("iu") + line("is", "iu") if host == "transaction" else ""
    done = mended(
        START,
        node(host, "h", inner, step={}),
        boundary("b", "h", body),
        person("after"),
        line("s", "h"),
        line("b", "after"),
    )

    assert done.result.is_runnable
    assert done.kind("b") == "boundaryEvent"
    assert len(done.story().open) == 1


def test_what_undoes_is_started_by_a_message():
    undo = '<bpmn:association id="a" sourceRef="b" targetRef="undo"/>'
    done = mended(
        START,
        person("u"),
        boundary("b", "u", "<bpmn:compensateEventDefinition/>"),
        person("undo", isForCompensation="true"),
        undo,
        line("s", "u"),
    )

    assert done.after("b") == ["undo"]
    assert done.story().hears("b").open == ["u", "undo"] or done.result.is_runnable


def test_a_race_that_leads_to_steps_becomes_a_choice():
    done = mended(
        START,
        node("race", "r", name="What first?"),
        person("a"),
        person("b"),
        line("s", "r", "a"),
        line("r", "b"),
    )

    assert done.kind("r") == "exclusiveGateway"
    assert done.result.is_runnable


def test_a_second_way_into_an_event_of_a_race_leads_to_its_gateway():
    done = mended(
        START,
        node("race", "r"),
        node("catch", "a", event("message", "m")),
        node("catch", "b", timer("P1D")),
        person("u"),
        line("s", "r", "a", "u", "a"),
        line("r", "b"),
    )

    assert done.story().hears("m").does("u").hears("m").open == ["u"]


def test_a_circle_without_a_pause_gets_a_step():
    back = flows("g -> t as again if n > 1\ng -> u as on")
    done = mended(
        START, script("t", "n = 2"), node("xor", "g", default="on"), person("u"),
        line("s", "t", "g"), back,
    )  # fmt: skip

    (added,) = done.story().open
    assert done.sheet.find(added).get("name") == "Look at it again"
    assert done.after(added) == ["t"]


@pytest.mark.parametrize("kind", ["transaction", "adHocSubProcess", "subProcess"])
def test_sub_processes_run_as_plain_ones(kind):
    inner = person("a") + person("b")
    done = mended(START, node(kind, "x", inner), line("s", "x"))

    assert done.story().open == ["a", "b"]


def test_an_empty_sub_process_is_a_step():
    done = mended(START, node("sub", "x", name="Look into it"), line("s", "x"))

    assert done.story().open == ["x"]


def test_a_complex_gateway_becomes_an_inclusive_one():
    done = mended(
        START,
        person("u"),
        node("complexGateway", "g"),
        node("end", "x"),
        node("end", "y"),
        line("s", "u", "g", "x"),
        line("g", "y"),
    )

    assert done.kind("g") == "inclusiveGateway"
    assert done.result.is_runnable


def test_an_event_sub_process_is_started_by_something_and_left_alone_by_flows():
    beside = handler("h", "", person("hu"), line("h_start", "hu"))
    done = mended(START, person("u"), beside, line("s", "u"), flows("u -> h as into"))

    assert done.sheet.find("into") is None
    assert done.result.is_runnable
    assert done.story().open == ["u"]


def test_a_process_of_nothing_but_event_sub_processes_begins_and_ends():
    done = mended(handler("h", event("message", "m"), person("hu"), line("h_start", "hu")))

    assert done.result.is_runnable
    assert done.story().progress.is_complete


def test_marks_that_start_a_case_or_repeat_a_gateway_are_removed():
    done = mended(
        START,
        node("xor", "g", loop(loopMaximum="2")),
        node("receive", "r", instantiate="true"),
        line("s", "g", "r"),
    )

    assert done.result.is_runnable
    assert done.sheet.find("r").get("instantiate") is None
