"""The shipped decision tables answer everything, and never rank the graver case lower."""

from importlib.resources import files
from itertools import pairwise, product

import pytest

from engine.process.bundle import ProcessBundle, build_bundle
from engine.process.core import evaluate
from engine.process.progress import Scalar

FOLDER = files("bpmn")
DIAGRAM = FOLDER.joinpath("complaint.bpmn").read_bytes()
TRIAGE = FOLDER.joinpath("triage.dmn").read_bytes()
AUTHORITY = FOLDER.joinpath("authority.dmn").read_bytes()

# From slight to grave; amounts on both sides of every limit in the tables.
SEVERITY = (1, 2, 3, 4, 5)
SAFETY = ("none", "potential", "actual_minor", "actual_serious")
COMPLEXITY = ("simple", "moderate", "complex")
AMOUNT = (0, 49, 50, 499, 500, 999, 1000, 9999, 10000)
REMEDY = (0, 100, 100.01, 4999.99, 5000)
VULNERABLE = (False, True)
OUTCOME = ("upheld", "partly_upheld", "not_upheld")

ASSESSMENT: dict[str, tuple[Scalar, ...]] = {
    "severity": SEVERITY,
    "safety": SAFETY,
    "complexity": COMPLEXITY,
    "amount": AMOUNT,
    "vulnerable": VULNERABLE,
}
DECISION: dict[str, tuple[Scalar, ...]] = {
    "remedy_amount": REMEDY,
    "severity": SEVERITY,
    "vulnerable": VULNERABLE,
    "remedy_deviates": (False, True),
}

SCALES = {"triage": ASSESSMENT, "authority": {"outcome": OUTCOME, **DECISION}}

ROUTES = ("frontline", "standard", "complex")
LEVELS = ("none", "approver", "manager")


@pytest.fixture(scope="module")
def bundle() -> ProcessBundle:
    return build_bundle([DIAGRAM], [TRIAGE, AUTHORITY])


def _situations(scales: dict[str, tuple[Scalar, ...]]) -> list[dict[str, Scalar]]:
    return [dict(zip(scales, values, strict=True)) for values in product(*scales.values())]


def _rank(bundle: ProcessBundle, assessment: dict[str, Scalar]) -> tuple[int, int]:
    """Return how far a complaint is taken and how urgent it is; more is graver."""
    outputs = evaluate(bundle, "triage", assessment).outputs
    priority = outputs["priority"]
    assert isinstance(priority, (int, float))
    return ROUTES.index(str(outputs["route"])), -int(priority)


def _level(bundle: ProcessBundle, decision: dict[str, Scalar]) -> int:
    level = evaluate(bundle, "authority", decision).outputs["approval_level"]
    return LEVELS.index(str(level))


def _relaxed_triage(bundle: ProcessBundle) -> list[str]:
    """Find assessments where one thing is graver and the answer is nevertheless milder."""
    found = []
    for name, scale in ASSESSMENT.items():
        others = {other: values for other, values in ASSESSMENT.items() if other != name}
        for rest in _situations(others):
            ranks = [_rank(bundle, {**rest, name: value}) for value in scale]
            if any(b[0] < a[0] or b[1] < a[1] for a, b in pairwise(ranks)):
                found.append(f"{name} with {rest}: {ranks}")
    return found


def _unanswered(bundle: ProcessBundle, table: str) -> list[dict[str, Scalar]]:
    situations = _situations(SCALES[table])
    return [each for each in situations if not evaluate(bundle, table, each).rules]


@pytest.mark.iso("7.5")
def test_a_graver_complaint_is_never_handled_more_lightly(bundle):
    relaxed = _relaxed_triage(bundle)

    assert relaxed == []


@pytest.mark.iso("7.5")
def test_a_rule_in_the_wrong_place_is_noticed():
    text = TRIAGE.decode()
    start = text.index('<rule id="triage_potential_danger">')
    end = text.index("</rule>", start) + len("</rule>")
    rule, rest = text[start:end], text[:start] + text[end:]
    first = rest.index('<rule id="triage_gravest">')
    misplaced = (rest[:first] + rule + rest[first:]).encode()

    relaxed = _relaxed_triage(build_bundle([DIAGRAM], [misplaced, AUTHORITY]))

    assert relaxed


@pytest.mark.iso("7.5")
def test_whoever_was_harmed_comes_first(bundle):
    harmed = [s for s in _situations(ASSESSMENT) if str(s["safety"]).startswith("actual")]

    answers = {_rank(bundle, situation) for situation in harmed}

    assert answers == {(ROUTES.index("complex"), -1)}


@pytest.mark.iso("5.4")
@pytest.mark.parametrize("outcome", OUTCOME)
def test_more_at_stake_never_needs_less_approval(bundle, outcome):
    found = []
    for name, scale in DECISION.items():
        others = {other: values for other, values in DECISION.items() if other != name}
        for rest in _situations(others):
            levels = [_level(bundle, {**rest, "outcome": outcome, name: v}) for v in scale]
            if levels != sorted(levels):
                found.append(f"{name} with {rest}: {levels}")

    assert found == []


@pytest.mark.parametrize("table", ["triage", "authority"])
def test_every_rule_of_a_table_is_reached(bundle, table):
    rules = {rule.id for rule in bundle.tables[table].rules}

    reached = {evaluate(bundle, table, each).rules[0] for each in _situations(SCALES[table])}

    assert reached == rules


@pytest.mark.parametrize("table", ["triage", "authority"])
def test_a_table_has_an_answer_to_everything(bundle, table):
    unanswered = _unanswered(bundle, table)

    assert unanswered == []


def test_a_gap_in_a_table_is_noticed():
    text = AUTHORITY.decode()
    start = text.index('<rule id="authority_minor">')
    end = text.index("</rule>", start) + len("</rule>")
    holed = (text[:start] + text[end:]).encode()

    unanswered = _unanswered(build_bundle([DIAGRAM], [TRIAGE, holed]), "authority")

    assert {
        "outcome": "upheld",
        "remedy_amount": 0,
        "severity": 1,
        "vulnerable": False,
        "remedy_deviates": False,
    } in unanswered
