"""A scenario of a process: what happens to a case, line by line, and what is expected of it."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    model_validator,
)

from engine.domain.allowance import Allowance

BEGIN = datetime(2026, 1, 5, 10, tzinfo=UTC)
"""When a scenario begins that says nothing else: a Monday morning."""
LONGEST_TITLE = 120
MOST_LINES = 500
LONGEST_TEXT = 2_000
"""Characters of one text in an answer, or of a note."""
_MOST_ANSWERS = 60
_WORD = r"^[a-z]+(_[a-z]+)*$"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def _one_line(text: str) -> str:
    """Return a text that stands on one line as it is.

    Raises:
        ValueError: It does not.
    """
    if _CONTROL.search(text) or text != text.strip():
        raise ValueError("must stand on one line, without spaces around it")
    return text


def _as_is(text: str) -> str:
    """Return a text that both databases can keep.

    Raises:
        ValueError: It holds the character NUL, or half of a character.
    """
    if "\0" in text or any("\ud800" <= each <= "\udfff" for each in text):
        raise ValueError("holds characters that are no text")
    return text


def _something(name: str) -> str:
    """Return a name that is not the word for none.

    Raises:
        ValueError: It is.
    """
    if name == "nothing":
        raise ValueError("“nothing” names nothing")
    return name


OneLine = Annotated[str, AfterValidator(_one_line)]
Value = (
    StrictBool
    | StrictInt
    | Annotated[StrictFloat, Field(allow_inf_nan=False)]
    | Annotated[StrictStr, Field(max_length=LONGEST_TEXT), AfterValidator(_as_is)]
    | None
)
Name = Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$", max_length=100)]
Answers = Annotated[Mapping[Name, Value], Field(max_length=_MOST_ANSWERS)]


_Regime = Annotated[str, Field(pattern=r"^[a-z0-9_]+(/[a-z0-9_]+)?$"), AfterValidator(_something)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Spot(_Part):
    """An element of a diagram as a scenario names it.

    Attributes:
        label: What the diagram calls it; empty for its id alone.
        id: By which it is found first, so that another label breaks nothing; empty for the label
            alone.
    """

    label: Annotated[OneLine, Field(max_length=300)] = ""
    id: Annotated[str, Field(pattern=r"^[^\s()\",\x00-\x1f\x7f-\x9f]*$")] = ""

    @model_validator(mode="after")
    def _is_named(self) -> "Spot":
        if not self.label and not self.id:
            raise ValueError("a step has a label, an id, or both")
        return self

    @property
    def words(self) -> str:
        """Return what a reader calls it."""
        return f"“{self.label or self.id}”"


class Note(_Part):
    """A remark for readers."""

    kind: Literal["note"] = "note"
    text: Annotated[OneLine, Field(max_length=LONGEST_TEXT)]


class Does(_Part):
    """Somebody completes a step.

    Attributes:
        role: Which the person holds; empty for any that the step asks for.
    """

    kind: Literal["does"] = "does"
    role: str = Field(default="", pattern=r"^([a-z]+(_[a-z]+)*)?$")
    step: Spot
    answers: Answers = {}

    @model_validator(mode="after")
    def _role_is_one(self) -> "Does":
        if self.role == "somebody":
            raise ValueError("“somebody” stands for no role")
        return self


class Passes(_Part):
    """Time passes, and everything happens that falls due."""

    kind: Literal["passes"] = "passes"
    time: Allowance


class Arrives(_Part):
    """A message arrives, or a signal from outside."""

    kind: Literal["arrives"] = "arrives"
    message: Annotated[OneLine, Field(min_length=1, max_length=200)]
    answers: Answers = {}


class Waits(_Part):
    """Exactly these steps wait for somebody."""

    kind: Literal["waits"] = "waits"
    steps: tuple[Spot, ...] = ()


class Ends(_Part):
    """The case has ended, and this is where."""

    kind: Literal["ends"] = "ends"
    at: Spot


class Reads(_Part):
    """What the complainant reads of where the case stands."""

    kind: Literal["reads"] = "reads"
    status: str = Field(pattern=_WORD)


class Keeps(_Part):
    """Where a time limit stands."""

    kind: Literal["keeps"] = "keeps"
    clock: str = Field(pattern=r"^[a-z0-9_.]+$")
    state: Literal["running", "kept", "missed", "dropped"]


class Sends(_Part):
    """Exactly these operations, such as letters, were asked for so far, in this order."""

    kind: Literal["sends"] = "sends"
    operations: tuple[Annotated[Name, AfterValidator(_something)], ...] = ()


Line = Note | Does | Passes | Arrives | Waits | Ends | Reads | Keeps | Sends
Deed = Does | Passes | Arrives
"""What moves a case; the other lines look at it."""


class Playbook(_Part):
    """A scenario, as a reader tells it and as data.

    Attributes:
        known: What the process knows when the case begins.
        under: Regimes whose time limits hold, such as ``iso``; None for what the policy says.
    """

    title: Annotated[OneLine, Field(min_length=3, max_length=LONGEST_TITLE)]
    begins: AwareDatetime = BEGIN
    known: Answers = {}
    under: tuple[_Regime, ...] | None = None
    lines: Annotated[
        tuple[Annotated[Line, Field(discriminator="kind")], ...], Field(max_length=MOST_LINES)
    ] = ()

    @model_validator(mode="before")
    @classmethod
    def _to_the_minute(cls, given: Any) -> Any:  # noqa: ANN401 - checked after this
        if isinstance(given, Mapping) and isinstance(begins := given.get("begins"), datetime):
            minute = begins.replace(second=0, microsecond=0)
            return {**given, "begins": minute.astimezone(UTC) if minute.tzinfo else minute}
        return given

    def going_on(self, *lines: Line) -> "Playbook":
        """Return the scenario with more lines at its end."""
        return self.model_copy(update={"lines": (*self.lines, *lines)})
