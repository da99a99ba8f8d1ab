"""What README and guides tell people to type exists."""

import re
from pathlib import Path

import pytest
import typer

from engine.cli.door import app

ROOT = Path(__file__).parents[2]
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
        ("redress job NAME · redress klaxon", "no command klaxon"),
    ],
)
def test_a_command_that_is_not_there_is_noticed(line, wrong):
    assert [found for words in typed(line) if (found := what_is_wrong(words))] == [wrong]
