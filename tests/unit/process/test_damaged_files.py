"""Damaged diagrams and tables: a list of findings, or a case that runs; never anything else."""

import random

import pytest
from lxml import etree

from engine.errors import RedressError
from engine.process import rules
from engine.process.bundle import build_bundle, inspect
from engine.process.core import LiveCase
from engine.process.finding import Layer
from engine.process.rules.running.step import timers_can_be_read
from engine.process.xml import parse
from tests.unit.process.drawing import (
    NOW,
    boundary,
    condition,
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
    several,
    sub,
    table,
    timer,
    timetable,
)

DIAGRAM = document(
    process(
        "p",
        node("start", "s"), node("rule", "decide", step={"decision": "triage"}),
        sub("inner", node("start", "is"), node("and", "fork"), node("user", "a"), node("user", "b"),
            node("and", "join"), node("race", "wait"),
            node("catch", "heard", event("message", "m")),
            node("catch", "silent", timer("28 days")), script("note", "x = y + 1"),
            node("throw", "raise", event("escalation", "safety")), node("end", "ie"),
            line("is", "fork", "a", "join", "wait", "heard", "raise", "ie"),
            line("fork", "b", "join"),
            line("wait", "silent", "note", "ie")),
        boundary("warned", "inner", event("message", "w"), interrupts=False),
        boundary("danger", "inner", event("escalation", "safety")),
        node("xor", "g", default="f"), node("call", "more", calledElement="called"),
        node("service", "send", step={"operation": "send_decision"}), node("end", "e"),
        line("s", "decide", "inner", "g"), line("warned", "e"), line("danger", "e"),
        flows("g -> more if y > 1\ng -> send as f\nmore -> send\nsend -> e"),
    ),
    process("called", node("start", "cs"), node("user", "c"), node("end", "ce"),
            line("cs", "c", "ce")),
)  # fmt: skip
MORE = document(
    process(
        "p",
        node("start", "s"), node("user", "each", several("n", "done", in_turn=True)),
        node("or", "o", default="f"), node("user", "a"), node("user", "b", loop("again",
        loopMaximum="3")), node("or", "j"), node("throw", "off", link("far")),
        node("catch", "on", link("far")), node("throw", "tell", event("signal", "x")),
        node("catch", "until", condition("y > 1")), node("end", "e", event("error", "lost")),
        boundary("again", "each", timer("R3/PT1H", "Cycle"), interrupts=False),
        line("s", "each", "o"), flows("o -> a if y > 5\no -> b as f\na -> j\nb -> j"),
        line("j", "off"), line("on", "tell", "until", "e"), node("user", "late"),
        line("again", "late"),
        handler("h", event("signal", "x"), node("user", "care"), line("h_start", "care"),
                interrupts=False),
        handler("k", event("error", "lost"), node("user", "mend"), line("k_start", "mend")),
    ),
)  # fmt: skip
TABLE = table(
    "triage", "UNIQUE", {"y": "number", "z": "string"}, {"route": '"a","b"'},
    [(["[1..5]", "-"], ['"a"']), (["> 5", 'not("x")'], ['"b"']), (["null", "-"], ["y * 2"])],
)  # fmt: skip

VALUES = ["", "x", "p", "-1", "true", "(((", "1/0", '"a"', "P1Q", "[1..", "not(", "é<", "fork"]
TAGS = ["userTask", "subProcess", "endEvent", "startEvent", "parallelGateway", "boundaryEvent",
        "lane", "rule", "decision", "message"]  # fmt: skip


def damaged(content, dice):
    """Return the file after one to four accidents."""
    root = parse(content)
    for _ in range(dice.randint(1, 4)):
        accident = dice.choice([remove, change_attribute, change_attribute, change_text, rename])
        accident(dice.choice(list(root.iter())), dice)
    return etree.tostring(root)


def remove(element, _):
    if element.getparent() is not None:
        element.getparent().remove(element)


def change_attribute(element, dice):
    if element.attrib:
        name = dice.choice(list(element.attrib))
        element.attrib[name] = dice.choice(VALUES)
        if dice.random() < 0.5:
            del element.attrib[name]


def change_text(element, dice):
    element.text = dice.choice(VALUES)


def rename(element, dice):
    local = etree.QName(element).localname
    element.tag = element.tag.replace(local, dice.choice(TAGS))


def run(diagram, tables, dice):
    """Publish the files and run a case some steps; every refusal must be one of ours."""
    assert all(finding.sentence for finding in inspect([diagram], tables))
    try:
        bundle = build_bundle([diagram], tables)
        case = LiveCase.start(
            bundle, {"y": dice.randint(0, 9), "n": 2}, now=NOW, timetable=timetable
        )
        for _ in range(8):
            advance(case, dice)
            state = case.progress().state
            case = LiveCase.load(bundle, state, timetable=timetable)
    except RedressError as refusal:
        assert str(refusal)  # noqa: PT017 - any of many classes will do


def advance(case, dice):
    progress = case.progress()
    if progress.subscriptions and dice.random() < 0.3:
        case.deliver(dice.choice(progress.subscriptions).message, {}, NOW)
    elif progress.open_steps:
        case.complete(dice.choice(progress.open_steps).token, {"y": dice.randint(0, 9)}, NOW)
    elif progress.next_due:
        case.fire_due(progress.next_due)


def try_one(seed):
    dice = random.Random(seed)
    if dice.random() < 0.7:
        run(damaged(dice.choice([DIAGRAM, MORE]), dice), [TABLE], dice)
    else:
        run(DIAGRAM, [damaged(TABLE, dice)], dice)


def test_the_undamaged_files_can_be_published():
    run(DIAGRAM, [TABLE], random.Random(1))
    run(MORE, [], random.Random(1))

    assert build_bundle([DIAGRAM], [TABLE]).process_id == "p"


@pytest.mark.parametrize("hundred", range(3))
def test_damaged_files_are_refused_in_sentences_or_run(hundred):
    for seed in range(100 * hundred, 100 * hundred + 100):
        try_one(seed)


@pytest.mark.fuzz
@pytest.mark.parametrize("hundred", range(100))
def test_ten_thousand_damaged_files_are_refused_in_sentences_or_run(hundred):
    for seed in range(10_000 + 100 * hundred, 10_100 + 100 * hundred):
        try_one(seed)


def test_the_tests_notice_a_rule_that_lets_damage_through(monkeypatch):
    kept = [rule for rule in rules.LAYERS[Layer.RUNNING] if rule is not timers_can_be_read]
    monkeypatch.setattr(rules, "LAYERS", {Layer.RUNNING: kept})

    with pytest.raises(ValueError, match="soon"):
        run(DIAGRAM.replace(b"28 days", b"soon"), [TABLE], random.Random(1))
