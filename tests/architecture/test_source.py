"""Every module keeps the rules of the house, and each rule catches what it is there for."""

from pathlib import Path

import pytest

from tests.architecture import rules
from tests.architecture.house import ROOT, SOURCES, TESTS

EVERYWHERE = (
    rules.module_is_small,
    rules.functions_are_small,
    rules.functions_are_flat,
    rules.nothing_is_evaluated,
    rules.errors_are_answered,
    rules.nothing_is_left_for_later,
)
CLOCK = ROOT / "engine" / "clock.py"
XML = ROOT / "engine" / "process" / "xml.py"
# A migration is history: it is as long as the schema was, and goes one way only.
LIVING = [path for path in SOURCES if "migrations" not in path.parts]
PAGES = [path for path in SOURCES if path.is_relative_to(ROOT / "ui")]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", LIVING, ids=name_of)
def test_a_module_keeps_the_rules(path):
    assert rules.broken(path.read_text(), EVERYWHERE) == []


@pytest.mark.parametrize("path", TESTS, ids=name_of)
def test_a_test_module_stays_small(path):
    assert list(rules.module_is_small(path.read_text())) == []


@pytest.mark.parametrize("path", [path for path in SOURCES if path != CLOCK], ids=name_of)
def test_a_module_does_not_read_the_clock(path):
    assert list(rules.time_is_handed_in(path.read_text())) == []


@pytest.mark.parametrize("path", [path for path in SOURCES if path != XML], ids=name_of)
def test_a_module_leaves_reading_xml_to_the_safe_reader(path):
    assert list(rules.xml_is_read_safely(path.read_text())) == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_shows_complaint_text_as_text_only(path):
    assert rules.broken(path.read_text(), [rules.no_raw_html, rules.markdown_is_our_own]) == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_is_named_after_what_it_holds(path):
    assert path.stem not in rules.VAGUE


def nested(levels: int) -> str:
    heads = [f"{'    ' * (level + 1)}if x > {level}:" for level in range(levels)]
    return "\n".join(["def deep(x):", *heads, "    " * (levels + 1) + "return x"])


CHAIN = "def f(x):\n    if x:\n        a()\n" + "    elif x:\n        b()\n" * 5


@pytest.mark.parametrize(
    ("rule", "planted"),
    [
        (rules.module_is_small, "x = 1\n" * 401),
        (rules.functions_are_small, "def long():\n" + "    x = 1\n" * 41),
        (rules.functions_are_flat, nested(4)),
        (rules.nothing_is_evaluated, "value = eval('1')"),
        (rules.nothing_is_evaluated, "def f(code):\n    exec(code)"),
        (rules.time_is_handed_in, "import datetime\nnow = datetime.datetime.now()"),
        (rules.time_is_handed_in, "from datetime import date\nday = date.today()"),
        (rules.time_is_handed_in, "import time\nnow = time.time()"),
        (rules.xml_is_read_safely, "from lxml import etree\ntree = etree.fromstring(data)"),
        (rules.xml_is_read_safely, "import lxml.etree\ntree = lxml.etree.parse(path)"),
        (rules.xml_is_read_safely, "import xml.etree.ElementTree as tree"),
        (rules.no_raw_html, "st.write('x', unsafe_allow_html=True)"),
        (rules.no_raw_html, "st.html('<b>x</b>')"),
        (rules.no_raw_html, "st.components.v1.html('<b>x</b>')"),
        (rules.markdown_is_our_own, "st.markdown(case.summary)"),
        (rules.markdown_is_our_own, "st.caption(f'From {case.complainant}')"),
        (rules.markdown_is_our_own, "st.write('By ' + name)"),
        (rules.markdown_is_our_own, "st.write(', '.join(case.tags))"),
        (rules.markdown_is_our_own, "st.info(f'{case.age:>9}')"),
        (rules.errors_are_answered, "try:\n    f()\nexcept Exception:\n    pass"),
        (rules.errors_are_answered, "try:\n    f()\nexcept:\n    pass"),
        (rules.nothing_is_left_for_later, "x = 1  # TO" + "DO: more"),
        (rules.nothing_is_left_for_later, "def f():\n    raise NotImplementedError"),
    ],
)
def test_a_rule_catches_what_it_is_there_for(rule, planted):
    assert len(list(rule(planted))) == 1


@pytest.mark.parametrize(
    ("rule", "sound"),
    [
        (rules.module_is_small, "x = 1\n" * 400),
        (rules.functions_are_small, "def long():\n" + "    x = 1\n" * 40),
        (rules.functions_are_flat, nested(3)),
        (
            rules.functions_are_flat,
            "def f(x):\n    if x:\n        a()\n" + "    elif x:\n        b()\n" * 5,
        ),
        (rules.nothing_is_evaluated, "model.evaluate('1')"),
        (rules.time_is_handed_in, "from engine.clock import utc_now\nnow = utc_now()"),
        (rules.xml_is_read_safely, "from engine.process import xml\ntree = xml.parse(data)"),
        (rules.no_raw_html, "st.text(case.summary)"),
        (rules.markdown_is_our_own, "st.markdown('**Next**')"),
        (rules.markdown_is_our_own, "st.caption(f'From {plain(case.complainant)}')"),
        (rules.markdown_is_our_own, "st.write(', '.join(plain(tag) for tag in case.tags))"),
        (rules.errors_are_answered, "try:\n    f()\nexcept OSError:\n    pass"),
        (rules.nothing_is_left_for_later, "x = 1  # kept on purpose"),
    ],
)
def test_a_rule_lets_sound_source_pass(rule, sound):
    assert list(rule(sound)) == []
