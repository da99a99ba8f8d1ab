"""Forms that an organisation makes itself: fields as data, versioned with the process.

A step of a diagram names such a form by its id, as it names a form of Redress. What is asked
stands here; what is answered is checked in `engine.domain.own_answers`, and files are read in
`engine.domain.form_file`.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from engine.domain.field_kind import FieldKind
from engine.domain.own_limit import Limit, limit_of, problem_of_limits
from engine.domain.own_name import problem_of_id, problem_of_name

MOST_FIELDS = 40
MOST_CHOICES = 60
_LONGEST_TITLE, _LONGEST_VALUE, _LONGEST_HELP, _LONGEST_CONDITION = 200, 80, 1_000, 1_000


def _one_line(text: object) -> object:
    return " ".join(text.split()) if isinstance(text, str) else text


def _without(problem_of: Callable[[str], str]) -> AfterValidator:
    def check(text: str) -> str:
        if problem := problem_of(text):
            raise ValueError(problem)
        return text

    return AfterValidator(check)


_LINE = BeforeValidator(_one_line)
_Title = Annotated[str, Field(min_length=1, max_length=_LONGEST_TITLE), _LINE]
_Value = Annotated[str, Field(min_length=1, max_length=_LONGEST_VALUE), _LINE]
_Help = Annotated[str, Field(max_length=_LONGEST_HELP)]
_Flag = Annotated[bool, Field(strict=True)]


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, validate_default=True
    )


class FormChoice(_Part):
    """One of the answers that can be chosen."""

    value: _Value
    """What is kept, and what conditions compare with."""
    title: _Title


class OwnField(_Part):
    """One question.

    Attributes:
        name: What the answer is kept under; the variable of the process where it routes.
        choices: The list to choose from; empty for other kinds.
        minimum: The least number, day, or number of characters or choices; None for any.
        maximum: The same at the other end.
        shown_when: An expression; the question is asked while it holds. Empty for always.
        routes: Whether the answer is handed to the process.
    """

    name: Annotated[str, _without(problem_of_name)]
    title: _Title
    help: _Help = ""
    kind: FieldKind
    required: _Flag = False
    choices: Annotated[tuple[FormChoice, ...], Field(max_length=MOST_CHOICES)] = ()
    minimum: Decimal | date | None = None
    maximum: Decimal | date | None = None
    shown_when: Annotated[str, Field(max_length=_LONGEST_CONDITION), _LINE] = ""
    routes: _Flag = False

    @property
    def label(self) -> str:
        """Return what a reader calls the field."""
        return self.title

    @field_validator("choices")
    @classmethod
    def _are_choices(
        cls, choices: tuple[FormChoice, ...], info: ValidationInfo
    ) -> tuple[FormChoice, ...]:
        kind = info.data.get("kind")
        if kind is None:
            return choices
        if kind.is_chosen and not choices:
            raise ValueError("There is nothing to choose from.")
        if choices and not kind.is_chosen:
            raise ValueError(f"“{kind.title}” has no list to choose from.")
        for part in ("value", "title"):
            if twice := _repeated([getattr(choice, part) for choice in choices]):
                raise ValueError(f"“{twice}” stands in the list twice.")
        return choices

    @field_validator("minimum", "maximum", mode="plain")
    @classmethod
    def _is_limit(cls, stated: object, info: ValidationInfo) -> Limit | None:
        kind = info.data.get("kind")
        if stated is None or kind is None:
            return None
        if not kind.has_limits:
            raise ValueError(f"“{kind.title}” has no limits.")
        limit = limit_of(kind, stated)
        is_last = info.field_name == "maximum"
        minimum, maximum = (info.data.get("minimum"), limit) if is_last else (limit, None)
        count = len(info.data.get("choices", ()))
        if problem := problem_of_limits(kind, minimum, maximum, choices=count):
            raise ValueError(problem)
        return limit

    @field_validator("routes")
    @classmethod
    def _can_route(cls, routes: bool, info: ValidationInfo) -> bool:  # noqa: FBT001 - a field
        kind = info.data.get("kind")
        if routes and kind is not None and not kind.can_route:
            raise ValueError(f"“{kind.title}” cannot decide the way: it is no single short value.")
        return routes


class OwnForm(_Part):
    """A form of an organisation, as its steps name it."""

    id: Annotated[str, _without(problem_of_id)]
    title: _Title
    help: _Help = ""
    fields: Annotated[tuple[OwnField, ...], Field(min_length=1, max_length=MOST_FIELDS)]

    @model_validator(mode="after")
    def _fields_stand_apart(self) -> Self:
        for _, _, problem in clashes([(field.name, field.title) for field in self.fields]):
            raise ValueError(problem)
        return self

    @property
    def label(self) -> str:
        """Return what findings call the form."""
        return self.title

    @property
    def routed(self) -> tuple[OwnField, ...]:
        """Return the fields whose answers are handed to the process."""
        return tuple(field for field in self.fields if field.routes)


def clashes(fields: Sequence[tuple[object, object]]) -> Iterable[tuple[int, str, str]]:
    """Return which fields are called as one above them: position, what of it, and the sentence.

    Args:
        fields: Name and title of each, in their order.
    """
    for place, called in enumerate(fields):
        for part, own, others in zip(
            ("name", "title"), called, zip(*fields[:place], strict=True), strict=False
        ):
            if own and own in others:
                yield place, part, f"Another field above has the {part} “{own}” already."


def _repeated(texts: Sequence[str]) -> str:
    return next((text for place, text in enumerate(texts) if text in texts[:place]), "")
