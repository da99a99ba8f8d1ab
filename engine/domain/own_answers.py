"""Answers to a form of an organisation: asked by its conditions, checked, and handed on.

A field whose condition does not hold is neither asked nor kept. A condition looks at the fields
above it, and at the variables of the process.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationInfo, create_model, field_validator
from pydantic_core import PydanticCustomError

from engine.domain.form import Form
from engine.domain.own_form import OwnField, OwnForm
from engine.domain.own_type import declared
from engine.domain.own_value import Answer, Scalar, answer_of, scalar_of

Condition = Callable[[Mapping[str, Scalar]], bool]
"""Tells whether a field is asked, by the answers above it and the variables of the process."""


@dataclass(frozen=True, slots=True)
class Asking:
    """When a form asks which of its fields.

    Attributes:
        conditions: By the name of the field; a field without one is always asked.
        known: Variables of the process.
    """

    form: OwnForm
    conditions: Mapping[str, Condition]
    known: Mapping[str, Scalar] = field(default_factory=dict)

    def asks(self, name: str, above: Mapping[str, Scalar]) -> bool:
        """Tell whether a field is asked, by what is answered above it."""
        condition = self.conditions.get(name)
        if condition is None:
            return True
        unanswered = dict.fromkeys(each.name for each in self.form.fields)
        return condition({**self.known, **unanswered, **above})

    def hidden(self, stated: Mapping[str, Any]) -> frozenset[str]:
        """Return the names of the fields that are not asked, by what is answered so far."""
        known: dict[str, Scalar] = {}
        for each in self.form.fields:
            if self.asks(each.name, known):
                known[each.name] = _so_far(each, stated)
        return frozenset(each.name for each in self.form.fields) - known.keys()


class OwnAnswers(Form):
    """Answers to one form; `answers_to` makes the class of each form."""

    model_config = ConfigDict(validate_default=True)

    _asking: ClassVar[Asking]

    @field_validator("*", mode="before")
    @classmethod
    def _as_asked(cls, stated: Any, info: ValidationInfo) -> Answer:  # noqa: ANN401 - as typed
        about = next(e for e in cls._asking.form.fields if e.name == info.field_name)
        above = {name: scalar_of(answer) for name, answer in info.data.items()}
        if not cls._asking.asks(about.name, above):
            return None
        answer = answer_of(about, stated)
        if about.required and answer is None:
            raise PydanticCustomError("missing", "is needed.")
        return answer


def answers_to(form: OwnForm, conditions: Mapping[str, Condition]) -> type[OwnAnswers]:
    """Return the class of the answers to a form.

    Args:
        form: What is asked.
        conditions: By the name of the field; a field without one is always asked.
    """
    fields: dict[str, Any] = {each.name: declared(each) for each in form.fields}
    model = create_model("OwnAnswers", __base__=OwnAnswers, __doc__=form.help, **fields)
    model.routes_by = tuple(each.name for each in form.routed)
    return _set(model, Asking(form, conditions))


def knowing(model: type[Form], variables: Mapping[str, Scalar]) -> type[Form]:
    """Return a form as it is asked in a case whose process knows these variables."""
    asking = asking_of(model)
    if asking is None or not asking.conditions or not issubclass(model, OwnAnswers):
        return model
    known = replace(asking, known=dict(variables))
    return _set(create_model(model.__name__, __base__=model, __doc__=model.__doc__), known)


def asking_of(model: type[BaseModel]) -> Asking | None:
    """Return when a form asks which of its fields; None for a form of Redress."""
    return model._asking if issubclass(model, OwnAnswers) else None  # noqa: SLF001 - of this module


def content_of(form: Form) -> dict[str, Any]:
    """Return a completed form as it is kept: what was not asked, or left empty, is left out."""
    content = form.model_dump(mode="json")
    if not isinstance(form, OwnAnswers):
        return content
    return {name: answer for name, answer in content.items() if answer is not None}


def _set(model: type[OwnAnswers], asking: Asking) -> type[OwnAnswers]:
    model._asking = asking  # noqa: SLF001 - of this module
    return model


def _so_far(about: OwnField, stated: Mapping[str, Any]) -> Scalar:
    try:
        return scalar_of(answer_of(about, stated.get(about.name)))
    except ValueError:
        return None  # the form says what is wrong when it is sent
