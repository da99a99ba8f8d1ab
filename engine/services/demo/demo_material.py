"""What the demonstration is made of, read from ``config/demo.toml``."""

import tomllib
from functools import lru_cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from engine.domain.complaint import Safety


class _Material(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Person(_Material):
    """A member of staff."""

    username: str
    name: str
    roles: tuple[str, ...]


class Matter(_Material):
    """Something to complain about.

    Attributes:
        amount: Least and most money at stake, in major units.
        severity: Least and highest, from 1 to 5.
    """

    category: str
    product: str
    summary: str
    description: str
    outcome: str
    amount: tuple[int, int]
    severity: tuple[int, int]
    safety: Safety = Safety.NONE
    vulnerable: bool = False


class Besides(_Material):
    """Something that people complain of besides."""

    text: str
    category: str
    desired_outcome: str


class Material(_Material):
    """Everything the demonstration draws from."""

    staff: tuple[Person, ...]
    people: dict[str, tuple[str, ...]]
    matters: tuple[Matter, ...]
    besides: tuple[Besides, ...]

    @property
    def complainants(self) -> tuple[str, ...]:
        """Return the names of complainants."""
        return self.people["names"]


@lru_cache(maxsize=1)
def material() -> Material:
    """Return the material, read once."""
    text = (files("config") / "demo.toml").read_text(encoding="utf-8")
    return Material.model_validate(tomllib.loads(text))
