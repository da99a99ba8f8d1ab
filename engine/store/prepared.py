"""Tables as SQLAlchemy Core sees them, for statements that are built once.

Building a statement costs ten times what running it on SQLite does, and a command runs about
twenty of them. So the repositories of the command path build theirs when the module is loaded,
over tables and not over mapped classes.
"""

from sqlalchemy import Table
from sqlmodel import SQLModel


def table_of(row: type[SQLModel]) -> Table:
    """Return the table behind a row class."""
    table: Table = row.__table__  # type: ignore[attr-defined] # SQLModel types no table
    return table
