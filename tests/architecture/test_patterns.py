"""No pattern of ours takes for ever, whatever somebody writes (OWASP ASVS 5.0, 1.3.12)."""

import importlib
import inspect
import itertools
import pkgutil
import re
import time

import pytest

import config
import engine
import ui
import workflows

LENGTHS = (*range(18, 31, 2), 200, 600, 1_000, 2_000, 8_000, 20_000)
"""What takes exponential time shows among the short ones, what takes squared time at the end."""
SECONDS = 1.0
_USUAL = "a0 -.<\n"
_STARTERS = frozenset({"engine.cli.__main__", "ui.app"})
"""Modules that start something when they are read."""


def _modules():
    for package in (config, engine, ui, workflows):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            is_migration = ".migrations." in found.name
            if found.name not in _STARTERS and not is_migration:
                yield importlib.import_module(found.name)


def _patterns():
    """Return every pattern of text that a module keeps, by where it stands."""
    return {
        f"{module.__name__}.{name}": kept
        for module in _modules()
        for name, kept in vars(module).items()
        if isinstance(kept, re.Pattern) and isinstance(kept.pattern, str)
    }


PATTERNS = _patterns()
_CODE = "\n".join(
    inspect.getsource(module) for module in _modules() if getattr(module, "__file__", None)
)


def _uses(name):
    """Return how a pattern of this name is asked anywhere; in every way where nobody can tell."""
    found = set(
        re.findall(rf"\b{name}\.(search|match|fullmatch|finditer|findall|sub|split)\b", _CODE)
    )
    return sorted(found) or ["search", "fullmatch"]


def _ask(pattern, how, text):
    asked = getattr(pattern, how)
    found = asked("", text) if how == "sub" else asked(text)
    if how == "finditer":
        list(found)


def _hostile(pattern, length):
    """Yield texts that nearly fit: what the pattern names, again and again, and then something."""
    named = [c for c in dict.fromkeys(pattern.pattern + _USUAL) if c not in "\\^$()[]{}?*+|"]
    pieces = [*named[:16], *map("".join, itertools.permutations(named[:4], 2))]
    for piece in pieces:
        yield piece * (length // len(piece)) + "\N{SNOWMAN}"


def too_slow(pattern, uses=("search", "fullmatch")):
    """Return the length of a text that takes too long, or None."""
    for length in LENGTHS:
        for text in _hostile(pattern, length):
            begin = time.thread_time()
            for how in uses:
                _ask(pattern, how, text)
            if time.thread_time() - begin > SECONDS:
                return length
    return None


@pytest.mark.parametrize("where", sorted(PATTERNS))
def test_a_pattern_answers_soon_whatever_it_is_asked(where):
    assert too_slow(PATTERNS[where], _uses(where.rpartition(".")[2])) is None


@pytest.mark.parametrize(("pattern", "length"), [(r"(a+)+$", 30), (r"x*x*x*y", 20_000)])
def test_a_pattern_that_takes_for_ever_is_noticed(pattern, length):
    assert too_slow(re.compile(pattern)) <= length
