"""What the demonstration is made of, read from ``config/demo.toml``."""

import tomllib
from functools import lru_cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from engine.domain.complaint import Safety
from engine.domain.governance import Grade, RecordAct, RecordKind


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


class Moved(_Material):
    """Something that is done with a record of governance.

    Attributes:
        ago: Days before the present.
        said: What came of it.
    """

    act: RecordAct
    by: str
    ago: int
    said: str = ""


class Recorded(_Material):
    """A record of governance, one for each of its owners.

    Attributes:
        key: By which others name it in ``about``.
        by: User name of who makes it.
        ago: Days before the present at which it is made.
        due: Days after the present at which it is due; before it when negative.
        document: What its document is called, which holds the text.
        clause: Of the standard; findings have one, and a grade.
    """

    kind: RecordKind
    title: str
    text: str
    by: str
    owners: tuple[str, ...]
    ago: int
    due: int
    key: str = ""
    about: str = ""
    document: str = ""
    clause: str = ""
    grade: Grade | None = None
    acts: tuple[Moved, ...] = ()


class Material(_Material):
    """Everything the demonstration draws from."""

    staff: tuple[Person, ...]
    people: dict[str, tuple[str, ...]]
    matters: tuple[Matter, ...]
    besides: tuple[Besides, ...]
    records: tuple[Recorded, ...]

    @property
    def complainants(self) -> tuple[str, ...]:
        """Return the names of complainants."""
        return self.people["names"]


@lru_cache(maxsize=1)
def material() -> Material:
    """Return the material, read once."""
    text = (files("config") / "demo.toml").read_text(encoding="utf-8")
    return Material.model_validate(tomllib.loads(text))
