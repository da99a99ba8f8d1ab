"""The public DMN test kit, level 2: every decision of it gives what the kit expects."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from engine.process.feel import part
from engine.process.feel.value import scalar
from tests.verification.kit import agree, read_kit

KIT = Path(__file__).parents[3] / "shared" / "realdata" / "dmn-tck" / "compliance-level-2"
NOT_OFFERED: set[str] = set()
"""Features of the language that the level uses and Redress does not offer."""

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def cases():
    if not KIT.is_dir():
        pytest.skip("the test kit is not at hand")
    return read_kit(KIT)


def test_every_case_holds_unless_it_uses_a_feature_that_is_not_offered(cases, capsys):
    rest = [case for case in cases if not case.holds]
    wrong = [case.name for case in rest if not case.feature]
    features = Counter(case.feature for case in rest if case.feature)

    with capsys.disabled():
        print(f"\nDMN test kit: {len(cases) - len(rest)} of {len(cases)} results hold.")  # noqa: T201 - the count is the point
        for feature, count in features.most_common():
            print(f"  {count:4} use {feature}")  # noqa: T201 - as above
    assert len(cases) > 100
    assert wrong == []
    assert set(features) == NOT_OFFERED


def test_a_process_gets_the_same_as_scalars(cases):
    """Names of several words are variables of one word, lists are texts, fractions are floats."""
    flat = [case for case in cases if not any(isinstance(v, dict) for v in case.given.values())]

    wrong = [case.name for case in flat if not _same_in_a_process(case)]

    assert len(flat) > 100
    assert wrong == []


def _same_in_a_process(case):
    variables = {part.variable_of(name): scalar(value) for name, value in case.given.items()}
    outputs = case.table.decide(variables, "").outputs
    return all(
        outputs[output.name] == _column(case.expected, output.title)
        or agree(part.value.of(outputs[output.name]), case.expected)
        for output in case.table.outputs
    )


def _column(expected, title):
    """Return what one variable must be: of structures its component, of lists one text."""
    if isinstance(expected, tuple):
        return scalar(tuple(_column(item, title) for item in expected))
    return scalar(expected[title] if isinstance(expected, dict) else expected)


def test_the_check_notices_one_wrong_result(cases):
    spoilt = replace(cases[0], expected="something that no decision says")

    assert cases[0].holds
    assert not spoilt.holds
