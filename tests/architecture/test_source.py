"""Every module keeps the rules of the house, and each rule catches what it is there for."""

from pathlib import Path

import pytest

from tests.architecture import rules
from tests.architecture.house import ROOT, SOURCES, TESTS
from tests.architecture.markdown import Texts

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
TEXTS = Texts({str(path.relative_to(ROOT)): path.read_text() for path in PAGES})


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
    assert list(rules.no_raw_html(path.read_text())) == []
    assert list(TEXTS.strangers(name_of(path))) == []


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
        (rules.errors_are_answered, "try:\n    f()\nexcept OSError:\n    pass"),
        (rules.nothing_is_left_for_later, "x = 1  # kept on purpose"),
    ],
)
def test_a_rule_lets_sound_source_pass(rule, sound):
    assert list(rule(sound)) == []


@pytest.mark.parametrize(
    "planted",
    [
        "st.markdown(case.summary)",
        "st.caption(f'From {case.complainant}')",
        "st.write('By ' + case.name)",
        "st.write(', '.join(case.tags))",
        "st.info(f'{case.age:>9}')",
        "def show(case):\n    text = case.summary\n    st.markdown(text)",
        "def show(text):\n    st.markdown(text)",
        "def show(case):\n    rows = []\n    rows.append(case.text)\n    st.write(''.join(rows))",
        "def show(case):\n    a, b = case.name, plain(case.age)\n    st.write(f'{a} {b}')",
        "def head(case):\n    return case.summary\nst.header(head(case))",
        "def told(noun):\n    return f'one {noun}'\nst.write(told(case.noun))",
        "for tag in case.tags:\n    st.markdown(tag)",
        "st.header(case.subject or plain(case.summary))",
        "st.error(str(refusal))",
        "st.warning(f'{refusal} The last 90 days are shown.')",
        "st.badge(case.category)",
    ],
)
def test_text_of_somebody_else_read_as_markdown_is_caught(planted):
    assert len(list(Texts({"page": planted}).strangers("page"))) == 1


@pytest.mark.parametrize(
    "sound",
    [
        "st.markdown('**Next**')",
        "st.caption(f'From {plain(case.complainant)}')",
        "st.caption(f'All {len(case.notes)} notes')",
        "st.write(', '.join(plain(tag) for tag in case.tags))",
        "def show(case):\n    rows = [plain(case.x)]\n    rows.append('y')\n    st.write(rows)",
        "def told(n: int, noun):\n    return f'{n} {noun}'\nst.write(told(3, 'cases'))",
        "def show(case):\n    a, b = plain(case.a), plain(case.b)\n    st.write(f'{a} {b}')",
        "def head(case):\n    return plain(case.x) if case else 'None'\nst.header(head(case))",
        "st.caption(f'{case.total:,} cases, {case.share:.0%} late, since {case.at:%d %b}')",
        "st.write(EMPTY[view] + ICONS.get(view, 'circle'))",
        "for word in ('Mine', 'Late'):\n    st.markdown(word)",
        "st.header(case.subject and plain(case.subject))",
    ],
)
def test_text_of_our_own_may_be_read_as_markdown(sound):
    assert list(Texts({"page": sound}).strangers("page")) == []
