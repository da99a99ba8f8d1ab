"""The guide lists every rule of every layer, in the words of its code."""

from engine.process import rules
from engine.process.finding import Layer
from tests.architecture.house import ROOT

GUIDE = (ROOT / "docs" / "diagrams.md").read_text(encoding="utf-8")


def rows(layer):
    """Return the rows of the guide about a layer, as the code says them."""
    for rule in rules.LAYERS[layer]:
        sentence = " ".join(rule.__doc__.strip().split("\n\n")[0].split()).replace("``", "`")
        yield f"| `{rules.name_of(rule)}` | {sentence} |"


def section(layer):
    return GUIDE.split(f"### {layer.question}\n", 1)[1].split("\n#", 1)[0]


def test_the_guide_lists_the_rules_that_are_asked_and_no_others():
    for layer in Layer:
        said = [line for line in section(layer).splitlines() if line.startswith("| `")]

        assert said == list(rows(layer)), "\n".join(rows(layer))


def test_a_rule_that_the_guide_leaves_out_is_noticed():
    first = next(rows(Layer.COMPLAINTS))

    assert first in section(Layer.COMPLAINTS)
    assert first not in section(Layer.COMPLAINTS).replace(first, "")
