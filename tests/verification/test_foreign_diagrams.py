"""Diagrams that others drew are made runnable, or say what a person must decide."""

import random
from dataclasses import replace

import pytest

from engine.process import xml
from engine.process.drawing import Sheet
from engine.process.repair import repair
from tests.unit.process.drawing import document, line, node, process
from tests.verification.foreign_diagrams import (
    FILES,
    counted,
    lost,
    owners,
    share,
    suites,
    tried,
    walked,
)

SAMPLE = 60
ENOUGH = 0.97
pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(not FILES.exists(), reason="the diagrams of others are not at hand"),
]


def complaints_about(outcomes):
    """Return what should not be, of many files."""
    return [f"{each.name}: {fault}" for each in outcomes for fault in each.faults]


def test_a_sample_of_real_diagrams_is_made_runnable():
    chosen = random.Random(7).sample(owners(), SAMPLE)

    outcomes = [tried(path) for path in chosen]

    assert complaints_about(outcomes) == []
    assert share(outcomes) >= 0.95


@pytest.mark.fuzz
@pytest.mark.timeout(1_800)
def test_every_real_diagram_is_made_runnable(capsys: pytest.CaptureFixture[str]):
    outcomes = [tried(path) for path in owners()]
    halves = [[each for each in outcomes if each.half == half] for half in (0, 1)]
    about = [each for each in outcomes if each.is_about_complaints]

    with capsys.disabled():
        print(f"\nall: {dict(counted(outcomes))}, {share(outcomes):.1%} runnable")  # noqa: T201 - the figures are what it is for
        for half, of_half in zip(("looked at", "not looked at"), halves, strict=True):
            print(f"{half}: {dict(counted(of_half))}, {share(of_half):.1%} runnable")  # noqa: T201 - the figures are what it is for
        print(f"about complaints: {dict(counted(about))}, {share(about):.1%} runnable")  # noqa: T201 - the figures are what it is for
        print(f"repairs: {sum(each.repairs for each in outcomes)}")  # noqa: T201 - the figures are what it is for
    assert complaints_about(outcomes) == []
    assert all(share(some) >= ENOUGH for some in (outcomes, *halves, about))


@pytest.mark.fuzz
@pytest.mark.timeout(1_800)
def test_engine_and_interchange_suites_never_break_it(capsys: pytest.CaptureFixture[str]):
    outcomes = [tried(path) for path in suites()]

    with capsys.disabled():
        print(f"\nsuites: {dict(counted(outcomes))}, {share(outcomes):.1%} runnable")  # noqa: T201 - the figures are what it is for
    assert complaints_about(outcomes) == []


@pytest.mark.fuzz
@pytest.mark.timeout(1_800)
def test_cases_run_on_through_repaired_diagrams(capsys: pytest.CaptureFixture[str]):
    runnable = [path for path in owners() if tried(path).state == "runnable"]

    ends = [walked(path, seed) for path in runnable for seed in (1, 2)]

    smooth = sum(end in {"end", "on"} for end in ends) / len(ends)
    with capsys.disabled():
        print(f"\n{len(ends)} cases: {smooth:.1%} came to an end or were still under way")  # noqa: T201 - the figures are what it is for
    assert smooth >= 0.95


def test_a_step_that_is_lost_without_a_word_is_noticed():
    content = document(process("p", node("start", "s"), node("task", "t"), line("s", "t")))
    done = repair(content)
    sheet = Sheet(xml.parse(done.content))
    sheet.remove(sheet.find("t"))

    silent = replace(done, content=sheet.content(), repairs=())

    assert list(lost(content, done)) == []
    assert list(lost(content, silent)) == ["t was lost"]
