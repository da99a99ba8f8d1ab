"""What diagrams and their editors say, in other languages."""

import json
import re
import tomllib
from importlib.resources import files

import pytest

from tests.architecture.house import ROOT
from ui.parts import drawing_words as spoken
from ui.portal.catalogue import LANGUAGES, drawing_words

SOURCES = ROOT / "ui" / "frontend" / "src"
OURS = ("loading", "diagram", "desk", "drawing")
"""Sections of what our own scripts say; the others are of libraries."""
_LITERAL = re.compile(r"'((?:[^'\\\n]|\\.)*)'")
_SAID = re.compile(r"^[A-Z“][^:]*[a-z]|^[a-z]+ [a-z]|^(\{n\}|1) |^[A-Z]\w+: ")
_NO_WORDS = re.compile(r"^(Control|Ctrl\+)|^(Timer|No, returned)$")
"""Keys, kinds of event, and what ready-made steps write into the owner's file."""


def said_in(script: str) -> set[str]:
    """Return the literals of a script that read as words or sentences."""
    found = (text.replace("\\'", "'") for text in _LITERAL.findall(script))
    return {text for text in found if _SAID.search(text) and not _NO_WORDS.search(text)}


def _ours() -> set[str]:
    templates = json.loads((SOURCES / "modeler" / "templates.json").read_text("utf-8"))
    told = {each[key] for each in templates for key in ("title", "help")}
    return told.union(*(said_in(path.read_text("utf-8")) for path in SOURCES.rglob("*.js")))


def _sections(language: str) -> dict[str, dict[str, str]]:
    path = files("ui.portal") / "texts" / f"drawing.{language}.toml"
    return tomllib.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_everything_that_our_scripts_say_is_told_in_every_language(language: str):
    known = drawing_words(language, *_sections(language))

    assert sorted(_ours() - known.keys()) == []


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_no_language_keeps_what_our_scripts_do_not_say_any_more(language: str):
    scripts = "".join(path.read_text("utf-8") for path in SOURCES.rglob("*.js*"))
    scripts += (ROOT / "ui" / "parts" / "diagram.js").read_text("utf-8")

    told = [said for section in OURS for said in _sections(language)[section]]

    assert [said for said in told if said not in scripts] == []


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_what_is_filled_in_is_filled_in_in_every_language(language: str):
    named = re.compile(r"{(\w+)}")
    known = drawing_words(language, *_sections(language))

    wrong = [said for said, other in known.items() if named.findall(said) != named.findall(other)]

    assert (wrong, [said for said, other in known.items() if not other.strip()]) == ([], [])


def test_words_of_a_script_are_told_from_its_names():
    script = "make('p', { className: 'redress-kind', title: 'Play tokens' }); on('import.done')"

    assert said_in(script) == {"Play tokens"}


@pytest.mark.parametrize(("language", "said"), [("de", "Hinzugefügt"), ("en", None), ("fr", None)])
def test_the_language_is_that_of_the_organisation(
    monkeypatch: pytest.MonkeyPatch, language: str, said: str | None
):
    monkeypatch.setattr(spoken, "_language", lambda: language)

    assert spoken.words_of("diagram", "desk").get("Added") == said
