"""Nothing dangerous stands in the source, and each rule catches what it is there for."""

from pathlib import Path

import pytest

from tests.architecture import danger, rules
from tests.architecture.house import ROOT, SOURCES

SHEET = ROOT / "engine" / "domain" / "sheet.py"
LETTERS = ROOT / "engine" / "writing" / "template.py"
EVERYWHERE = (
    danger.stored_data_is_no_code,
    danger.no_shell_is_asked,
    danger.the_other_end_is_checked,
)
SCRIPTS = sorted([*(ROOT / "ui" / "parts").glob("*.js"), *(ROOT / "ui/frontend/src").rglob("*.js")])
TEMPLATES = sorted(
    path
    for folder in ("ui", "config", "engine")
    for path in (ROOT / folder).rglob("*.html")
    if "node_modules" not in path.parts
)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_does_nothing_dangerous(path):
    assert rules.broken(path.read_text("utf-8"), EVERYWHERE) == []


@pytest.mark.parametrize("path", [path for path in SOURCES if path != LETTERS], ids=name_of)
def test_a_module_makes_pages_that_escape_and_leaves_plain_letters_to_the_one_in_a_sandbox(path):
    assert list(danger.templates_escape(path.read_text("utf-8"))) == []


def test_letters_are_made_in_the_sandbox_and_are_no_markup_anywhere():
    source = LETTERS.read_text("utf-8")

    assert source.count("Environment(") == 1
    assert "ImmutableSandboxedEnvironment(" in source
    assert not {"Markup", "html"} & set(source.replace("(", " ").split())


@pytest.mark.parametrize("path", [path for path in SOURCES if path != SHEET], ids=name_of)
def test_a_module_leaves_writing_tables_to_the_one_that_keeps_formulas_out(path):
    assert list(danger.tables_leave_by_one_door(path.read_text("utf-8"))) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_a_script_gives_text_to_elements_and_writes_no_markup(path):
    assert list(danger.scripts_write_text(path.read_text("utf-8"))) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_escapes_and_holds_no_script(path):
    assert list(danger.pages_hold_no_script(path.read_text("utf-8"))) == []


def test_there_are_scripts_and_templates_to_look_at():
    assert len(SCRIPTS) > 5
    assert len(TEMPLATES) >= 3


@pytest.mark.parametrize(
    ("rule", "planted"),
    [
        (danger.stored_data_is_no_code, "import pickle"),
        (danger.stored_data_is_no_code, "from marshal import loads"),
        (danger.stored_data_is_no_code, "from SpiffWorkflow import x\nimport dill as safe"),
        (danger.stored_data_is_no_code, "import yaml\ndata = yaml.load(text)"),
        (danger.stored_data_is_no_code, "value = __import__(name)"),
        (danger.stored_data_is_no_code, "import pandas as pd\nframe = pd.read_pickle(path)"),
        (danger.no_shell_is_asked, "import os\nos.system('ls')"),
        (danger.no_shell_is_asked, "subprocess.run(line, shell=True)"),
        (danger.no_shell_is_asked, "subprocess.run(line, shell=is_easy)"),
        (danger.templates_escape, "pages = Environment(loader=loader)"),
        (danger.templates_escape, "pages = jinja2.Environment(autoescape=False)"),
        (danger.templates_escape, "page = pages.from_string(letter)"),
        (danger.templates_escape, "page = jinja2.Template(letter)"),
        (danger.templates_escape, "from jinja2 import Template\npage = Template(letter)"),
        (danger.templates_escape, "page = Markup(letter)"),
        (danger.the_other_end_is_checked, "httpx.get(url, verify=False)"),
        (danger.the_other_end_is_checked, "context.verify_mode = ssl.CERT_NONE"),
        (danger.the_other_end_is_checked, "ssl._create_unverified_context()"),
        (danger.tables_leave_by_one_door, "table = csv.writer(file)"),
        (danger.tables_leave_by_one_door, "frame.to_csv(path)"),
        (danger.tables_leave_by_one_door, "st.dataframe(lines)"),
        (danger.scripts_write_text, "row.innerHTML = title"),
        (danger.scripts_write_text, "row.insertAdjacentHTML('beforeend', title)"),
        (danger.scripts_write_text, "const f = new Function(title)"),
        (danger.scripts_write_text, "setTimeout('go()', 5)"),
        (danger.scripts_write_text, "link.href = `javascript:${what}`"),
        (danger.pages_hold_no_script, "<p>{{ name | safe }}</p>"),
        (danger.pages_hold_no_script, "<script>go()</script>"),
        (danger.pages_hold_no_script, '<body onload="go()">'),
        (danger.pages_hold_no_script, '<link rel="stylesheet" href="//cdn.example/x.css">'),
    ],
)
def test_a_rule_catches_what_it_is_there_for(rule, planted):
    assert len(list(rule(planted))) == 1


@pytest.mark.parametrize(
    ("rule", "sound"),
    [
        (danger.stored_data_is_no_code, "import json\ndata = json.loads(text)"),
        (danger.stored_data_is_no_code, "data = yaml.safe_load(text)"),
        (danger.no_shell_is_asked, "subprocess.run(['ls', folder], check=True, shell=False)"),
        (danger.templates_escape, "pages = Environment(autoescape=True, loader=loader)"),
        (danger.templates_escape, "from string import Template\ntext = Template(letter)"),
        (danger.the_other_end_is_checked, "httpx.get(url, verify=context)"),
        (danger.tables_leave_by_one_door, "st.table(lines)"),
        (danger.scripts_write_text, "row.textContent = title; if (a.innerHTML === b) go()"),
        (danger.pages_hold_no_script, '<script src="/assets/x.js" defer></script>{{ name }}'),
        (danger.pages_hold_no_script, '<form action="/login" method="post">'),
    ],
)
def test_a_rule_lets_sound_source_pass(rule, sound):
    assert list(rule(sound)) == []
