"""What an import mapping makes of the cells of a row: a choice by rules, or a text."""

from collections.abc import Mapping
from typing import Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

Value = TypeVar("Value")


class Data(BaseModel):
    """Data that an organisation writes: frozen, and without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(Data, Generic[Value]):
    """A value, and when it is taken: one of the cells equals or contains one of the words.

    Upper and lower case make no difference.
    """

    columns: tuple[str, ...] = Field(min_length=1)
    equals: frozenset[str] = frozenset()
    contains: tuple[str, ...] = ()
    value: Value

    @model_validator(mode="after")
    def _can_hold(self) -> Self:
        if not (self.equals or self.contains):
            raise ValueError("a rule needs `equals` or `contains`")
        return self

    def holds(self, cells: Mapping[str, str]) -> bool:
        """Tell whether the rule applies to a row."""
        found = [cells.get(column, "").casefold() for column in self.columns]
        return any(word.casefold() in found for word in self.equals) or any(
            word.casefold() in cell for word in self.contains for cell in found
        )


class Choice(Data, Generic[Value]):
    """A value chosen by the first rule that holds, else the default."""

    default: Value
    rules: tuple[Rule[Value], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that the rules look at."""
        return tuple(column for rule in self.rules for column in rule.columns)

    def of(self, cells: Mapping[str, str]) -> Value:
        """Return the value for a row."""
        return next((rule.value for rule in self.rules if rule.holds(cells)), self.default)


class Words(Data):
    """A text made of cells.

    Attributes:
        parts: Columns whose cells are joined; empty cells are left out.
        joined_by: What stands between two parts.
        facts: Columns that follow, each on a line of its own behind its name.
        default: The text where all of these are empty.
    """

    parts: tuple[str, ...] = ()
    joined_by: str = " "
    facts: tuple[str, ...] = ()
    default: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that the text is made of."""
        return self.parts + self.facts

    def of(self, cells: Mapping[str, str]) -> str:
        """Return the text for a row."""
        body = self.joined_by.join(cells[part] for part in self.parts if cells.get(part))
        facts = "\n".join(_fact(name, cells[name]) for name in self.facts if cells.get(name))
        return "\n\n".join(text for text in (body, facts) if text) or self.default


def _fact(name: str, cell: str) -> str:
    return f"{name.replace('_', ' ').capitalize()}: {cell}"
