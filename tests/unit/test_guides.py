"""What README and guides tell people to type, to press and to look at exists."""

import json
import re
from functools import cache

import pytest
import typer

from engine.cli.door import app
from engine.domain.job import JOBS
from tests.architecture.house import ROOT, SOURCES
from tests.e2e.pictures import made

PICTURES = ROOT / "docs" / "pictures"
FRONTEND = ROOT / "ui" / "frontend" / "src"
STUDIO = [ROOT / "docs" / name for name in ("drawing.md", "process-owner.md")]
"""Guides in which every word in italics is a button, a page or a field."""
GUIDES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_TYPED = re.compile(r"`(redress [^`]+)`|^(redress .+)$", re.MULTILINE)
_OPTION = re.compile(r"(?<!\S)\[?(--[a-z-]+)")


def typed(text):
    """Yield each command line of a guide; one line may tell several, with a dot between."""
    for in_text, in_block in _TYPED.findall(text):
        line = (in_text or in_block).partition("   ")[0]
        yield from (part.removeprefix("redress ").split() for part in line.split(" · "))


def what_is_wrong(words):
    """Return what a command line names that there is not; None when all of it exists."""
    command = typer.main.get_command(app)
    while words and hasattr(command, "commands"):
        word, *words = words
        name = word.partition("|")[0]
        if name not in command.commands:
            return f"no command {name}"
        command = command.commands[name]
    known = {name for each in command.params for name in each.opts} | {"--help"}
    strange = set(_OPTION.findall(" ".join(words))) - known
    return f"no option {min(strange)}" if strange else None


@pytest.mark.parametrize("path", GUIDES, ids=[path.name for path in GUIDES])
def test_every_command_that_a_guide_tells_exists(path):
    told = list(typed(path.read_text()))

    assert [(words, wrong) for words in told if (wrong := what_is_wrong(words))] == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("`redress journal check`", "no command check"),
        ("redress up --ports 80      serves it", "no option --ports"),
        ("redress job run NAME · redress klaxon", "no command klaxon"),
    ],
)
def test_a_command_that_is_not_there_is_noticed(line, wrong):
    assert [found for words in typed(line) if (found := what_is_wrong(words))] == [wrong]


def pictures_in(text):
    """Return the names of the pictures that a page shows."""
    return set(re.findall(r"pictures/([\w-]+)\.png", text))


@pytest.mark.parametrize("path", GUIDES, ids=[path.name for path in GUIDES])
def test_every_picture_of_a_guide_is_there_and_is_made_by_the_product(path):
    shown = pictures_in(path.read_text())

    assert sorted(shown - made()) == []
    assert sorted(name for name in shown if not (PICTURES / f"{name}.png").is_file()) == []


def test_no_picture_is_kept_that_is_not_made_any_more():
    kept = {path.stem for path in PICTURES.iterdir()}

    assert kept == made()


def test_every_step_of_the_story_has_its_picture_in_the_guide():
    shown = pictures_in(STUDIO[-1].read_text())

    assert shown == {name for name in made() if name.startswith("guide-")}


@cache
def said_by_the_product():
    """Return every text that stands in our pages and in their editors."""
    pages = "".join(path.read_text() for path in SOURCES)
    scripts = "".join(path.read_text() for path in FRONTEND.rglob("*.js"))
    templates = json.loads((FRONTEND / "modeler" / "templates.json").read_text())
    titles = {each["title"] for each in templates}
    return titles.union(re.findall(r'"([^"\n]+)"', pages), re.findall(r"'([^'\n]+)'", scripts))


def in_italics(text):
    """Return what a guide says to press, open or fill in."""
    return set(re.findall(r"(?<![*\w])\*([A-Z][^*\n]*)\*(?!\*)", text.replace("\n", " ")))


@pytest.mark.parametrize("path", STUDIO, ids=[path.name for path in STUDIO])
def test_every_button_and_page_that_a_guide_names_is_there(path):
    named = in_italics(path.read_text())

    assert len(named) > 5
    assert sorted(named - said_by_the_product()) == []


def test_a_picture_and_a_button_that_are_not_there_are_noticed():
    page = "Press *Publish at once*, see ![it](pictures/guide-nowhere-light.png)"

    assert in_italics(page) - said_by_the_product() == {"Publish at once"}
    assert pictures_in(page) - made() == {"guide-nowhere-light"}


def table_of_jobs():
    """Return the jobs as the guide tells them."""
    rows = [f"| `{job.name}` | {job.usual} | {job.does} |" for job in JOBS.values()]
    return "\n".join(["| Job | Usually | What it does |", "| --- | --- | --- |", *rows])


def test_the_guide_tells_every_job_as_it_is():
    guide = (ROOT / "docs" / "operating.md").read_text()
    told = guide.partition("<!-- jobs:")[2].partition("-->")[2].partition("<!-- /jobs -->")[0]

    assert told.strip() == table_of_jobs()
