"""The house stands as its plan says: names, layers, permissions, refusals, links."""

import re
import sys
from importlib.metadata import packages_distributions
from inspect import getdoc
from pathlib import Path
from shutil import copyfile, copytree, ignore_patterns
from subprocess import CompletedProcess

import pytest

from engine import errors
from engine.domain.actor import ALLOWED, Deed
from engine.errors import RedressError
from tests.architecture.house import PACKAGES, ROOT, documents, run

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
TREE_NODE = re.compile(r"^([│ ├└─]*)(\w+Error)\b", re.MULTILINE)


def family(root: type[RedressError]) -> list[type[RedressError]]:
    """Return a class and its descendants that the product defines."""
    below = [entry for child in root.__subclasses__() for entry in family(child)]
    return [root, *below]


def tree_of(docstring: str) -> dict[str, str]:
    """Return parent by class name, as a drawn tree shows it; the root has an empty parent."""
    parents: dict[str, str] = {}
    path: list[tuple[int, str]] = []
    for indent, name in TREE_NODE.findall(docstring):
        path = [entry for entry in path if entry[0] < len(indent)]
        parents[name] = path[-1][1] if path else ""
        path.append((len(indent), name))
    return parents


def broken_links(text: str, folder: str = "") -> list[str]:
    """Return the relative links of a page that lead nowhere."""
    targets = [link.split("#")[0] for link in LINK.findall(text) if "://" not in link]
    return [link for link in targets if link and not (ROOT / folder / link).exists()]


def shadows(stems: set[str]) -> set[str]:
    """Return names of modules that would hide one of our packages or of the standard library."""
    return stems & {*PACKAGES, *sys.stdlib_module_names}


@pytest.mark.parametrize("name", PACKAGES)
def test_no_dependency_claims_our_top_level_names(name):
    assert set(packages_distributions().get(name, [])) <= {"redress"}


@pytest.mark.parametrize("folder", ["ui", "workflows"])
def test_a_module_of_an_edge_hides_no_package(folder):
    """Streamlit and Prefect put a script's folder first on the path."""
    assert shadows({path.stem for path in (ROOT / folder).glob("*.py")}) == set()


def test_a_module_that_hides_a_package_is_caught():
    assert shadows({"calendar", "engine", "inbox"}) == {"calendar", "engine"}


def lint_imports(folder: Path) -> CompletedProcess[str]:
    return run(Path(sys.executable).with_name("lint-imports"), "--no-cache", folder=folder)


def test_imports_follow_the_layers():
    done = lint_imports(ROOT)

    assert done.returncode == 0, done.stdout


def test_an_import_upwards_is_caught(tmp_path):
    for name in PACKAGES:
        copytree(ROOT / name, tmp_path / name, ignore=ignore_patterns("node_modules", "assets"))
    copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    planted = tmp_path / "engine" / "domain" / "planted.py"
    planted.write_text("from engine.store import database\nimport streamlit\n")

    done = lint_imports(tmp_path)

    assert done.returncode == 1
    assert "engine.domain.planted -> engine.store" in done.stdout
    assert "engine.domain.planted -> streamlit" in done.stdout


def test_every_deed_has_a_row_in_the_table_of_permissions():
    assert set(ALLOWED) == set(Deed)
    assert all(ALLOWED.values())


def test_every_refusal_stands_in_the_tree_with_its_parent():
    drawn = tree_of(getdoc(errors) or "")

    assert drawn == {
        entry.__name__: "" if entry is RedressError else entry.__base__.__name__
        for entry in family(RedressError)
        if entry.__module__ == "engine.errors"
    }


def test_every_refusal_is_defined_in_one_place_and_has_a_code_of_its_own():
    product = [
        entry for entry in family(RedressError) if entry.__module__.split(".")[0] in PACKAGES
    ]

    assert {entry.__module__ for entry in product} == {"engine.errors"}
    assert len({entry.code for entry in product}) == len(product)


def test_the_tree_reader_sees_a_class_under_the_wrong_parent():
    drawn = tree_of("RootError\n├── AError\n│   └── BError\n└── CError")

    assert drawn == {
        "RootError": "",
        "AError": "RootError",
        "BError": "AError",
        "CError": "RootError",
    }


@pytest.mark.parametrize("page", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page):
    assert broken_links(page.read_text(), str(page.parent)) == []


def test_a_link_to_nowhere_is_caught():
    page = "See [this](README.md), [that](docs/nowhere.md) and [the web](https://example.org/x)."

    assert broken_links(page) == ["docs/nowhere.md"]
