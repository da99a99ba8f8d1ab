"""Gateways are given what they decide by: conditions in our words, or a question to a person."""

import pytest

from engine.process.repair.translation import translated
from tests.unit.process.drawing import flows, line, loop, node, script, several, sub
from tests.unit.process.mending import mended, person

ENDS = (node("end", "x"), node("end", "y"))


def split(first="", second="", *, kind="xor", **attributes):
    """Draw a step and a gateway behind it with two ways out."""
    conditions = [f" if {text}" if text else "" for text in (first, second)]
    ways = flows(f"g -> x as f1{conditions[0]}\ng -> y as f2{conditions[1]}")
    return mended(
        node("start", "s"),
        person("u"),
        node(kind, "g", name="Justified?", **attributes),
        *ENDS,
        line("s", "u", "g"),
        ways,
    )


def test_a_gateway_without_conditions_is_answered_at_the_step_before_it():
    done = split()

    (field,) = done.fields("u").values()
    assert (field["title"], field["kind"], field["routes"]) == ("Justified?", "choice", True)
    assert [choice["title"] for choice in field["choices"]] == ["x", "y"]
    assert done.story().does("u", **{field["name"]: "x"}).passed[-1] == "x"
    assert done.story().does("u", **{field["name"]: "y"}).passed[-1] == "y"


def test_the_labels_of_the_flows_are_what_is_chosen():
    ways = flows("g -> x as f1\ng -> y as f2").replace('id="f1"', 'id="f1" name="Yes"')
    done = mended(
        node("start", "s"), person("u"), node("xor", "g"), *ENDS, line("s", "u", "g"), ways
    )

    (field,) = done.fields("u").values()
    assert field["choices"][0] == {"value": "yes", "title": "Yes"}
    assert done.condition("f1") == f'{field["name"]} == "yes"'


def test_where_no_step_precedes_one_is_added_that_asks():
    done = mended(
        node("start", "s"),
        node("xor", "g", name="Which?"),
        *ENDS,
        line("s", "g"),
        flows("g -> x\ng -> y"),
    )

    (added,) = done.after("s")
    assert done.kind(added) == "userTask"
    assert done.fields(added)
    assert done.story().open == [added]


def test_an_inclusive_gateway_asks_for_each_way_and_never_stops():
    done = split(kind="or")

    names = list(done.fields("u"))
    assert [field["kind"] for field in done.fields("u").values()] == ["yes_no", "yes_no"]
    assert done.story().does("u", **dict.fromkeys(names, False)).passed[-1] == "y"
    assert {*done.story().does("u", **dict.fromkeys(names, True)).passed} >= {"x", "y"}


def test_conditions_of_other_engines_are_translated_and_their_variables_asked():
    done = split("${claim.amount > 100}", "#{claim.amount <= 100}")

    field = done.fields("u")["claim_amount"]
    assert field["kind"] == "integer"
    assert done.story().does("u", claim_amount=500).passed[-1] == "x"
    assert "${claim.amount > 100}" in done.notes("f1")


def test_the_texts_that_conditions_compare_with_are_the_choices():
    done = split("result == 'ok'", "result == 'bad'")

    choices = done.fields("u")["result"]["choices"]
    assert [choice["value"] for choice in choices] == ["ok", "bad"]


def test_a_truth_is_asked_by_yes_or_no():
    assert split("${approved}", "${!approved}").fields("u")["approved"]["kind"] == "yes_no"


def test_a_condition_that_cannot_be_read_becomes_a_choice_and_is_kept_in_words():
    done = split("${orderService.check(order)}", "${!orderService.check(order)}")

    assert done.fields("u")["justified"]["kind"] == "choice"
    assert "orderService.check(order)" in done.notes("f1")


def test_what_a_script_sets_is_not_asked():
    done = mended(
        node("start", "s"),
        script("t", "stage = 2"),
        node("xor", "g"),
        *ENDS,
        line("s", "t", "g"),
        flows("g -> x if stage > 1\ng -> y if stage <= 1"),
    )

    assert not done.forms
    assert done.story().passed[-1] == "x"


def test_a_variable_that_redress_means_something_else_by_is_called_otherwise():
    done = split("amount > 5", "amount <= 5")

    assert "stated_amount" in done.fields("u")
    assert done.condition("f1") == "stated_amount > 5"


def test_a_default_that_does_not_leave_the_gateway_is_removed():
    done = split("a", "!a", default="elsewhere")

    assert done.sheet.find("g").get("default") is None
    assert done.result.is_runnable


def test_a_step_left_on_conditions_gets_a_gateway_behind_it():
    done = mended(
        node("start", "s"),
        person("u", default="f2"),
        *ENDS,
        line("s", "u"),
        flows("u -> x as f1 if big\nu -> y as f2"),
    )

    assert done.kinds_after("u") == ["exclusiveGateway"]
    assert done.story().does("u", big=False).passed[-1] == "y"


def test_a_parallel_gateway_asks_nothing():
    done = mended(
        node("start", "s"),
        node("and", "g"),
        person("a"),
        person("b"),
        line("s", "g", "a"),
        flows("g -> b if x > 1"),
    )

    assert done.story().open == ["a", "b"]


def test_what_one_knows_only_after_a_message_is_asked_after_it():
    catch = node("catch", "c", "<bpmn:messageEventDefinition/>", name="Reply")
    done = mended(
        node("start", "s"),
        person("u"),
        catch,
        node("xor", "g", name="Positive?"),
        *ENDS,
        line("s", "u", "c", "g"),
        flows("g -> x\ng -> y"),
    )

    assert done.kinds_after("c") == ["userTask"]
    assert done.fields(done.after("c")[0])


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        ("${approved == true}", "${approved == true}"),
        ('= status = "open" and amount > 3', '= status = "open" and amount > 3'),
        ("${execution.getVariable('x') == 'y'}", 'x == "y"'),
        ('${status.equals("done")}', 'status == "done"'),
        ("${not empty reason}", '(reason != None and reason != "")'),
        ("${amount gt 5 && !urgent}", "amount > 5 and ~urgent"),
        ("return order.getTotal() > 10;", "order_total > 10"),
        ("response.body.ok = true", "response_body_ok == true"),
        ("data['kind'] == 'a'", 'data_kind == "a"'),
        ("a === 1", "a == 1"),
    ],
)
def test_expressions_of_other_engines(foreign, ours):
    found = translated(foreign)

    assert found is not None
    assert found.source.replace(" ", "").replace("&&", "and").replace("!u", "~u") in {
        ours.replace(" ", ""),
        foreign.replace(" ", ""),
    }


@pytest.mark.parametrize("source", ["${bean.call(x)}", "count(list) > 1", "", "a b", "__import__"])
def test_what_cannot_be_said_in_our_words_is_not_guessed(source):
    assert translated(source) is None


def test_instances_of_a_list_are_counted_by_a_person():
    body = (
        several("")
        .replace('isSequential="false"', 'isSequential="true"')
        .replace(
            "></bpmn:multi", "><bpmn:loopDataInputRef>items</bpmn:loopDataInputRef></bpmn:multi"
        )
    )
    done = mended(node("start", "s"), person("u"), person("m", body), line("s", "u", "m"))

    (name,) = done.fields("u")
    assert done.fields("u")[name]["kind"] == "integer"
    assert "items" in done.notes("m")
    story = done.story().does("u", **{name: 2}).does("m").does("m")
    assert story.progress.is_complete


def test_a_loop_that_says_nothing_is_ended_by_whoever_does_it():
    done = mended(node("start", "s"), person("m", loop()), line("s", "m"))

    (name,) = done.fields("m")
    story = done.story().does("m", **{name: True}).does("m", **{name: False})
    assert story.progress.is_complete


def test_a_gateway_inside_a_sub_process_asks_there():
    inner = sub(
        "b",
        node("start", "is"),
        person("iu"),
        node("xor", "g"),
        node("end", "x"),
        node("end", "y"),
        line("is", "iu", "g"),
        flows("g -> x\ng -> y"),
    )
    done = mended(node("start", "s"), inner, line("s", "b"))

    assert done.fields("iu")
    assert done.story().open == ["iu"]
