"""How the command line speaks: tables and bars for people, JSON for programs."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

screen = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


class Format(StrEnum):
    """Who reads the output."""

    TEXT = "text"
    JSON = "json"


def say(text: str) -> None:
    """Print a sentence for a person, as text and never as markup."""
    screen.print(escape(text), soft_wrap=True)


def complain(text: str) -> None:
    """Print a refusal on the error stream."""
    errors.print(escape(text), style="red", soft_wrap=True)


def show_json(value: Any) -> None:  # noqa: ANN401 - anything that JSON can hold
    """Print data for a program."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")


def show_table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table for a person."""
    screen.print(escape(title), style="bold", soft_wrap=True)
    table = Table(box=None, pad_edge=False, show_header=any(head))
    for name in head:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    screen.print(table)


def show_pairs(title: str, pairs: Mapping[str, object]) -> None:
    """Print names and values for a person."""
    show_table(title, ("", ""), list(pairs.items()))


@contextmanager
def bar(title: str, total: int) -> Iterator[Progress]:
    """Show a progress bar on the error stream while something long is done.

    Args:
        title: What is done.
        total: How much there is of it.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=errors, transient=False) as progress:
        progress.add_task(title, total=total)
        yield progress
