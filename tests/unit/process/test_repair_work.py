"""Who does what, by when: what other tools say of a step is understood or done by hand."""

import pytest

from engine.domain.allowance import parse_allowance
from engine.process import xml
from engine.process.repair.duration import duration, duration_in_label
from tests.unit.process.drawing import boundary, event, line, node, process, script, table, timer
from tests.unit.process.mending import Mended, foreign, mended, person

START = node("start", "s")


def extended(inner):
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


def step(done, id_):
    return dict(done.sheet.find(id_).find(f".//{{{xml.REDRESS}}}step").attrib)


def one(drawn, **options):
    """Repair a process of one element ``x``."""
    return mended(START, drawn, line("s", "x"), **options)


@pytest.mark.parametrize("kind", ["service", "sendTask", "rule", "script", "call"])
def test_what_a_machine_did_elsewhere_is_done_by_hand_and_told(kind):
    done = one(node(kind, "x", name="Book it", **{"camunda:expression": "${books.add(fee)}"}))

    assert done.story().open == ["x"]
    assert "Do this by hand" in done.notes("x")
    assert "books.add(fee)" in done.notes("x")
    assert any("Book it" in each for each in done.said)


def test_an_operation_of_ours_stays_with_the_machine():
    done = mended(
        START,
        node("service", "x", step={"operation": "send_decision"}),
        person("u"),
        line("s", "x", "u"),
    )

    assert done.kind("x") == "serviceTask"


def test_a_decision_table_at_hand_is_asked_and_another_is_done_by_hand():
    drawn = node("rule", "x", **{"camunda:decisionRef": "fees"})
    fees = table("fees", "FIRST", {"big": "boolean"}, {"fee": "1,2"}, [(["-"], ["1"])])

    assert step(one(drawn, tables=[fees]), "x")["decision"] == "fees"
    assert one(drawn).kind("x") == "manualTask"


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("stage = 2", "stage = 2"),
        ('execution.setVariable("stage", 2);', "stage = 2"),
        ("var stage = 2;\nopen = true", "stage = 2\nopen = true"),
        ("stage = 'two';", "stage = 'two'"),
    ],
)
def test_a_script_that_only_assigns_is_run(source, kept):
    done = mended(START, script("x", source), person("u"), line("s", "x", "u"))

    assert done.sheet.find("x").findtext(f"{{{xml.BPMN}}}script") == kept


@pytest.mark.parametrize("source", ["import os", "while (true) {}", "x = os.system('a')", ""])
def test_a_script_that_does_more_is_done_by_hand(source):
    done = one(script("x", source))

    assert done.kind("x") == "manualTask"
    assert source in done.notes("x")


def test_a_script_that_reads_what_nobody_sets_lets_the_step_before_ask_it():
    done = mended(START, person("u"), script("x", "total = price * 2"), line("s", "u", "x"))

    assert done.fields("u")["price"]["kind"] in {"integer", "decimal"}
    assert done.kind("x") == "scriptTask"


@pytest.mark.parametrize(
    "code",
    [
        "<camunda:executionListener class='a.B' event='start'/>",
        (
            "<camunda:inputOutput><camunda:inputParameter name='a'>b</camunda:inputParameter>"
            "</camunda:inputOutput>"
        ),
        "<spiffworkflow:preScript>a = 1</spiffworkflow:preScript>",
        "<zeebe:ioMapping><zeebe:input source='=a' target='b'/></zeebe:ioMapping>",
    ],
)
def test_code_around_an_element_is_taken_out_and_told(code):
    done = one(node("user", "x", extended(code), step={}))

    assert done.result.is_runnable
    assert "Another engine had" in done.notes("x")


def test_harmless_extensions_of_other_tools_are_kept():
    kept = "<camunda:properties><camunda:property name='a' value='b'/></camunda:properties>"
    done = one(node("user", "x", extended(kept), step={}, **{"camunda:priority": "5"}))

    assert b'name="a" value="b"' in done.result.content
    assert b'priority="5"' in done.result.content


@pytest.mark.parametrize(
    ("attribute", "value", "role"),
    [
        ("camunda:candidateGroups", "team_leader", "team_leader"),
        ("camunda:candidateGroups", "Complaint Managers", "manager"),
        ("flowable:candidateGroups", "Finance, Sales", "finance"),
        ("camunda:assignee", "${initiator}", "handler"),
        ("camunda:assignee", "demo", "handler"),
    ],
)
def test_a_role_is_read_from_whom_other_tools_name(attribute, value, role):
    done = one(person("x", **{attribute: value}))

    assert step(done, "x")["role"] == role
    assert any(f"“{role}”" in each for each in done.said)


def test_a_role_is_read_from_the_lane_and_asked_about_once():
    lanes = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="l" name="Approvals board">'
        "<bpmn:flowNodeRef>a</bpmn:flowNodeRef><bpmn:flowNodeRef>b</bpmn:flowNodeRef>"
        "</bpmn:lane></bpmn:laneSet>"
    )
    done = mended(lanes, START, person("a"), person("b"), line("s", "a", "b"))

    assert step(done, "a")["role"] == step(done, "b")["role"] == "approver"
    assert sum("Approvals board" in each for each in done.questions) == 1


def test_the_carriers_of_camunda_8_are_understood():
    said = (
        '<zeebe:assignmentDefinition candidateGroups="=&quot;investigators&quot;"/>'
        '<zeebe:taskSchedule dueDate="=now() + duration(&quot;P3D&quot;)"/>'
        '<zeebe:properties><zeebe:property name="clause" value="7.4"/></zeebe:properties>'
    )
    done = one(node("user", "x", extended(said), step={}))

    assert step(done, "x") == {"role": "investigator", "due": "P3D", "clause": "7.4"}


def test_words_of_ours_that_cannot_be_read_are_removed_and_told():
    done = one(node("user", "x", step={"role": "boss", "due": "soon", "milestone": "moon"}))

    assert step(done, "x") == {"role": "handler"}
    assert sum("was removed" in each for each in done.said) == 2


def test_a_call_of_a_process_in_the_file_stays_and_one_of_itself_does_not():
    inner = process("q", node("start", "qs"), person("qu"), line("qs", "qu"))
    outer = process("p", START, node("call", "x", calledElement="q"), line("s", "x"))
    around = process(
        "r", node("start", "rs"), node("call", "y", calledElement="r"), line("rs", "y")
    )

    assert Mended(foreign(outer, inner)).story().open == ["qu"]
    assert Mended(foreign(around)).story().open == ["y"]


def test_what_events_point_to_is_defined():
    content = foreign(
        process("p", START, node("catch", "x", event("message", "a")), line("s", "x"))
    )
    done = Mended(content.replace(b'<bpmn:message id="message-a" name="a"/>', b""))

    assert done.story().hears("message-a").progress.is_complete


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("P1DT12H", "PT36H"),
        ("PT30S", "PT1M"),
        ("P1Y", "P12M"),
        ("PT1H30M", "PT90M"),
        ("${deadline}", "P1D"),
        ('= duration("P5D")', "P5D"),
        ("'P2W'", "P2W"),
        ("", "P1D"),
        ("timedelta(hours=4)", "PT4H"),
        ("500ms", "PT1M"),
        ("1d 2h", "PT26H"),
    ],
)
def test_timers_of_other_engines_are_read(source, written):
    done = mended(
        START,
        person("u"),
        boundary("b", "u", timer(source)),
        person("late"),
        line("s", "u"),
        line("b", "late"),
    )

    text = done.sheet.find("b").findtext(f".//{{{xml.BPMN}}}timeDuration")
    assert parse_allowance(text) == parse_allowance(written) or text == written
    asked = any("Its time was set" in each for each in done.questions)
    assert asked == (source in {"${deadline}", ""})


@pytest.mark.parametrize(
    ("kind", "source", "tag", "written"),
    [
        ("Cycle", "0 0/5 * * * ?", "timeCycle", "R/PT5M"),
        ("Cycle", "R3/PT90M", "timeCycle", "R3/PT90M"),
        ("Cycle", "R5/2024-01-01T00:00:00Z/P1D", "timeCycle", "R5/P1D"),
        ("Date", "2027-01-01T09:00", "timeDate", "2027-01-01T09:00:00+00:00"),
        ("Date", "P3D", "timeDuration", "P3D"),
        ("Cycle", "PT4H", "timeCycle", "R/PT4H"),
    ],
)
def test_dates_and_cycles_of_other_engines_are_read(kind, source, tag, written):
    done = mended(
        START,
        person("u"),
        boundary("b", "u", timer(source, kind), interrupts=False),
        person("late"),
        line("s", "u"),
        line("b", "late"),
    )

    assert done.sheet.find("b").findtext(f".//{{{xml.BPMN}}}{tag}") == written


def test_an_empty_timer_is_read_from_its_label():
    done = one(node("catch", "x", timer(""), name="After 14 days"))

    assert done.sheet.find("x").findtext(f".//{{{xml.BPMN}}}timeDuration") == "P14D"


@pytest.mark.parametrize(
    ("text", "length"),
    [("nach 3 Tagen", "P3D"), ("24h", "P1D"), ("2 weeks or 3 days", ""), ("Step 3", ""), ("", "")],
)
def test_a_length_of_time_in_a_label(text, length):
    assert duration_in_label(text) == length


@pytest.mark.parametrize("text", ["", "P", "soon", "PT", "1 fortnight", "P99999999Y"])
def test_what_is_no_length_of_time_is_none(text):
    assert duration(text) == ""
