"""The page about security claims nothing that no test shows."""

import re

import pytest

from tests.architecture.house import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
ROW = re.compile(r"^\| ([\d., to]+) \| (.+?) \| (.+?) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
ROWS = ROW.findall(PAGE)


def problems(item: str, shown: str) -> list[str]:
    """Return what is wrong with one row: no such test, or no word of what is missing."""
    named = NAMED.findall(shown)
    if not named:
        return [] if shown.startswith("not yet") else [f"{item} names no test"]
    return [
        f"{item}: {path}::{test} is not there"
        for path, test in named
        if not (ROOT / path).is_file() or f"def {test}" not in (ROOT / path).read_text("utf-8")
    ]


@pytest.mark.parametrize(("item", "_asks", "shown"), ROWS, ids=[row[0] for row in ROWS])
def test_an_item_names_a_test_that_is_there_or_says_what_is_missing(item, _asks, shown):
    assert problems(item, shown) == []


def test_the_table_was_found_and_says_what_is_not_there_yet():
    assert len(ROWS) > 50
    assert sum("not yet" in shown for _, _, shown in ROWS) >= 3


@pytest.mark.parametrize(
    "shown",
    ["done", "`tests/nowhere.py`", "`tests/architecture/test_house.py::test_nothing_at_all`"],
)
def test_a_claim_without_a_test_is_noticed(shown):
    assert problems("1.1.1", shown)
