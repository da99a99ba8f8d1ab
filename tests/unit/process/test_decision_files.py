"""Decision files: expressions, decisions that need one another, functions, types, refusals."""

from datetime import date
from html import escape

import pytest

from engine.errors import ProcessFailedError
from engine.process.bundle import inspect
from engine.process.decision_file import read_file, read_table
from engine.process.finding import Severity
from engine.process.operators import ExpressionError, NotOfferedError
from engine.process.xml import parse


def file(*parts):
    space = "https://www.omg.org/spec/DMN/20191111/MODEL/"
    return f'<definitions xmlns="{space}">{"".join(parts)}</definitions>'.encode()


def expression(id_, text, name="", needs=(), knows=(), **attributes):
    extra = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return (
        f'<decision id="{id_}" name="{name or id_}"><variable name="{name or id_}"/>'
        f"{links('requiredDecision', needs)}{links('requiredKnowledge', knows)}"
        f"<literalExpression{extra}><text>{escape(text)}</text></literalExpression></decision>"
    )


def links(kind, ids):
    requirement = (
        "knowledgeRequirement" if kind == "requiredKnowledge" else "informationRequirement"
    )
    return "".join(f'<{requirement}><{kind} href="#{id_}"/></{requirement}>' for id_ in ids)


def function(id_, parameters, text, knows=(), **attributes):
    extra = "".join(f' {key}="{value}"' for key, value in attributes.items())
    takes = "".join(f'<formalParameter name="{name}"/>' for name in parameters)
    return (
        f'<businessKnowledgeModel id="{id_}" name="{id_}">{links("requiredKnowledge", knows)}'
        f"<encapsulatedLogic{extra}>{takes}<literalExpression><text>{escape(text)}</text>"
        "</literalExpression></encapsulatedLogic></businessKnowledgeModel>"
    )


def data(name, type_):
    variable = f'<variable name="{name}" typeRef="{type_}"/>'
    return f'<inputData id="i-{name}" name="{name}">{variable}</inputData>'


def table(id_, policy, inputs, outputs, rules, needs=()):
    columns = "".join(
        f'<input label="{name}"><inputExpression><text>{name}</text></inputExpression></input>'
        for name in inputs
    )
    answers = "".join(f'<output name="{name}"/>' for name in outputs)
    rows = "".join(
        "<rule>"
        + "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in asked)
        + "".join(f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in answered)
        + "</rule>"
        for asked, answered in rules
    )
    return (
        f'<decision id="{id_}" name="{id_}">{links("requiredDecision", needs)}'
        f'<decisionTable hitPolicy="{policy}">{columns}{answers}{rows}</decisionTable></decision>'
    )


def read(content, id_):
    decisions = {element.get("id"): element for element in parse(content) if element.get("id")}
    return read_table(decisions[id_])


def problems(content):
    return [f.sentence for f in inspect([], [content]) if f.severity is Severity.BLOCKING]


def test_an_expression_is_a_decision_that_records_what_it_reads():
    found = read(file(expression("fee", "amount * rate + 1")), "fee")

    taken = found.decide({"amount": 100, "rate": 0.25, "unused": 1}, "here")

    assert (taken.table, taken.element, taken.outputs) == ("fee", "here", {"fee": 26})
    assert taken.inputs == {"amount": 100, "rate": 0.25}
    assert len(taken.rules) == 1


def test_a_decision_uses_the_results_of_those_it_needs():
    content = file(
        expression("base", "amount * 2", name="Base amount"),
        table("level", "UNIQUE", ["Base amount"], ["level"],
              [(["< 100"], ['"low"']), ([">= 100"], ['"high"'])], needs=["base"]),
        expression("said", 'level + "/" + string(Base amount)', needs=["level", "base"]),
    )  # fmt: skip

    assert read(content, "said").decide({"amount": 50}, "").outputs == {"said": "high/100"}
    assert read(content, "level").decide({"amount": 49}, "").inputs == {"Base amount": 98}


def test_a_needed_decision_hands_over_lists_and_structures_whole():
    content = file(
        table("all", "COLLECT", ["x"], ["n"], [(["> 0"], ["1"]), (["> 1"], ["2"])]),
        table("pair", "FIRST", ["x"], ["low", "high"], [(["-"], ["x - 1", "x + 1"])]),
        expression("sum_of", "sum(all) + pair.high", needs=["all", "pair"]),
    )

    taken = read(content, "sum_of").decide({"x": 2}, "")

    assert taken.outputs == {"sum_of": 6}
    assert taken.inputs == {"all": "1, 2", "pair": "(context)"}


def test_a_failure_is_named_after_the_decision_that_failed():
    content = file(
        table("two", "UNIQUE", ["x"], ["y"], [(["-"], ["1"]), (["1"], ["2"])]),
        expression("asks", "two + 1", needs=["two"]),
    )

    with pytest.raises(ProcessFailedError, match="“two”: The rules 1, 2 match"):
        read(content, "asks").decide({"x": 1}, "")


def test_functions_of_the_file_are_called_with_values():
    content = file(
        function("twice", ["a number"], "a number * 2"),
        function("more", ["x"], "twice(x) + 1", knows=["twice"]),
        expression("result", "more(amount) + twice(1)", knows=["more", "twice"]),
    )

    assert read(content, "result").decide({"amount": 10}, "").outputs == {"result": 23}


def test_a_function_of_the_file_may_be_a_table():
    grade = table(
        "grade", "UNIQUE", ["n"], ["grade"], [(["< 5"], ['"low"']), ([">= 5"], ['"high"'])]
    )
    body = grade[grade.index("<decisionTable") : grade.index("</decision>")]
    model = (
        f'<businessKnowledgeModel id="grade" name="grade"><encapsulatedLogic>'
        f'<formalParameter name="n"/>{body}</encapsulatedLogic></businessKnowledgeModel>'
    )
    content = file(model, expression("said", "grade(x) + grade(1)", knows=["grade"]))

    assert read(content, "said").decide({"x": 7}, "").outputs == {"said": "highlow"}


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ([expression("a", "b", needs=["b"]), expression("b", "a", needs=["a"])], "its own result"),
        ([expression("a", "a", needs=["a"])], "its own result"),
        ([expression("a", "1", needs=["gone"])], "not in the file"),
        ([expression("a", "f(1)", knows=["f"]), function("f", ["x"], "f(x)", knows=["f"])],
         "its own result"),
        ([expression("a", "f(1, 2)", knows=["f"]), function("f", ["x"], "x")], "does not take 2"),
        ([expression("a", "f(1)", knows=["f"]), function("f", ["x"], "x + y")], "its parameters"),
        ([expression("a", "f(1)"), function("f", ["x"], "x")], "function “f”"),
        ([expression("a", "f(1)", knows=["f"]), function("f", ["x"], "x", kind="Java")],
         "another language"),
        ([expression("a", "f(1)", knows=["f"]),
          function("f", [], "").replace("literalExpression", "context")],
         "neither an expression nor a table"),
        ([expression("a", "f(1)", knows=["f"]),
          '<businessKnowledgeModel id="f" name="f"/>'], "no body"),
        ([table("a", "FIRST", ["x"], ["y"], [(["-"], ['"a" * 3'])])], "never has a value"),
        ([table("a", "FIRST", ["x"], ["y"], [(["-"], ["9 ** 99"])])], "too large"),
        ([table("a", "FIRST", ["x"], ["y"], [(["-"], ["[1..3]"])])], "cannot be written"),
        ([table("a", "FIRST", ["x"], ["y"], [(["-"], ["_x"])])], "cannot name a variable"),
        ([expression("a", "")], "empty"),
        ([expression("a", "x", expressionLanguage="groovy")], "language “groovy”"),
        (['<decision id="a" name="a"/>'], "neither a table nor an expression"),
        (['<decision id="a" name="a"><context/></decision>'], "a boxed context"),
        (['<decision id="a" name="a"><invocation/></decision>'], "a boxed invocation"),
        ([table("a", "FIRST", ["x"], ["y", "y"], [])], "two outputs"),
        ([table("a", "FIRST", ["x y"], ["y"], [])], "in the column “x y”, “x y” cannot be read"),
        ([table("a", "FIRST", ["x"], ["y"], [(["1"], ["1"]), (["oh"], ["1"])])],
         "in rule 2, column “x”, “oh”"),
        ([table("a", "FIRST", ["x"], ["y"], [(["1"], ["for i in x return i"])])],
         "in rule 1, column “y”, a loop (for) is not offered"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_one_sentence_that_says_where(parts, reason):
    found = problems(file(*parts))

    assert any(reason in sentence for sentence in found)
    assert all(sentence.startswith("“") for sentence in found)


def test_a_decision_of_another_file_is_named_as_not_offered():
    reference = (
        '<informationRequirement><requiredDecision href="other.dmn#x"/></informationRequirement>'
    )
    content = file(expression("a", "1").replace("<literal", f"{reference}<literal"))

    ((_, problem),) = read_file(parse(content))

    assert isinstance(problem, NotOfferedError)
    assert "another file" in problem.feature


def test_a_decision_that_cannot_be_read_hides_no_other():
    content = file(expression("bad", "for"), expression("good", "1"))

    (_, bad), (_, good) = read_file(parse(content))

    assert isinstance(bad, ExpressionError)
    assert good.decide({}, "").outputs == {"good": 1}


def test_decisions_may_not_need_one_another_without_end():
    chain = [expression(f"d{n}", f"d{n + 1}", needs=[f"d{n + 1}"]) for n in range(200)]

    found = problems(file(*chain, expression("d200", "1")))

    assert any("in a row" in sentence for sentence in found)


def test_texts_are_read_as_dates_where_the_file_says_that_they_are():
    types = '<itemDefinition name="tDay"><typeRef>date</typeRef></itemDefinition>'
    content = file(
        types,
        data("opened on", "tDay"),
        data("allowed", "dayTimeDuration"),
        expression("until", "opened on + allowed"),
        table("weekend", "UNIQUE", ["opened on"], ["weekend"],
              [(["?.weekday >= 6"], ["true"]), (["?.weekday < 6"], ["false"])]),
    )  # fmt: skip
    given = {"opened_on": "2026-02-27", "allowed": "P2D"}

    assert read(content, "until").decide(given, "").outputs == {"until": "2026-03-01"}
    assert read(content, "until").value({"opened on": date(2026, 2, 27), "allowed": "P2D"}) == date(
        2026, 3, 1
    )
    assert read(content, "weekend").decide(given, "").outputs == {"weekend": False}


def test_a_text_that_is_no_date_counts_as_unknown():
    content = file(data("day", "date"), expression("next", 'day + duration("P1D")'))

    assert read(content, "next").decide({"day": "soon"}, "").outputs == {"next": None}


def test_a_restricted_type_says_which_values_are_tried():
    types = (
        '<itemDefinition name="tMetal"><typeRef>string</typeRef><allowedValues>'
        '<text>"gold", "lead"</text></allowedValues></itemDefinition>'
    )
    rules = [(['"gold"'], ["1"]), (['"lead"'], ["2"])]
    restricted = file(types, data("metal", "tMetal"), table("a", "UNIQUE", ["metal"], ["y"], rules))

    assert inspect([], [restricted]) == ()
    assert inspect([], [file(table("a", "UNIQUE", ["metal"], ["y"], rules))]) != ()


def test_a_result_that_no_process_can_hold_stops_the_case_with_a_sentence():
    content = file(table("pair", "FIRST", ["x"], ["a", "b"], [(["-"], ["1", "2"])]),
                   expression("whole", "pair", needs=["pair"]))  # fmt: skip

    with pytest.raises(ProcessFailedError, match="context cannot be written"):
        read(content, "whole").decide({"x": 1}, "")


def test_a_text_that_grows_too_long_names_rule_and_column():
    content = file(table("t", "FIRST", ["x"], ["y"], [(["-"], ["x + x"])]))

    with pytest.raises(ProcessFailedError, match="in rule 1, column “y”, a text would have more"):
        read(content, "t").decide({"x": "a" * 1_999}, "")
