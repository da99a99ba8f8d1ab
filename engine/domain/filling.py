"""Forms and what was typed into them: checked, and what is wrong said in plain words."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from engine.errors import InvalidInputError

Model = TypeVar("Model", bound=BaseModel)


def filled(model: type[Model], answers: Mapping[str, Any]) -> Model:
    """Return a filled form.

    Raises:
        InvalidInputError: A field is missing or wrong; names each with its title.
    """
    try:
        return model.model_validate(dict(answers))
    except ValidationError as error:
        raise InvalidInputError(problems_of(error, model)) from error


def problems_of(error: ValidationError, model: type[BaseModel]) -> dict[str, str]:
    """Return what is wrong in plain words, by the title of the field; "" for the whole form."""
    problems: dict[str, str] = {}
    for detail in error.errors():
        name = str(detail["loc"][0]) if detail["loc"] else ""
        field = model.model_fields.get(name)
        title = (field.title or name) if field else name
        problems.setdefault(title, sentence(detail["type"], detail["msg"], detail.get("ctx", {})))
    return problems


def sentence(kind: str, message: str, context: Mapping[str, Any]) -> str:
    """Return a finding of pydantic in words for somebody who has never heard of it.

    Args:
        kind: Its type.
        message: What pydantic says.
        context: Its limits, by name.
    """
    plain = {
        "missing": "is needed.",
        "string_type": "must be text.",
        "bool_type": "must be yes or no.",
        "decimal_max_digits": "may have at most {max_digits} digits.",
        "less_than_equal": "must be {le} or less.",
        "greater_than_equal_day": "must be {ge} or later.",
        "less_than_equal_day": "must be {le} or earlier.",
        "too_long": "may have at most {max_length}.",
        "too_short": "needs at least {min_length}.",
        "string_too_short": "needs at least {min_length} characters.",
        "string_too_long": "may have at most {max_length} characters.",
        "string_unicode": "holds characters that are no text.",
        "extra_forbidden": "is not a field of this form.",
        "decimal_max_places": "may have at most {decimal_places} decimal places.",
        "greater_than_equal": "must be {ge} or more.",
        "enum": "must be one of {expected}.",
        "literal_error": "must be one of {expected}.",
        "bool_parsing": "must be yes or no.",
        "decimal_parsing": "must be a number.",
        "int_parsing": "must be a whole number.",
        "date_from_datetime_parsing": "must be a date.",
        "date_parsing": "must be a date.",
    }
    if kind == "string_too_short" and context.get("min_length") == 1:
        kind = "missing"
    if isinstance(context.get("ge", context.get("le")), str):
        kind = f"{kind}_day"  # pydantic spells the limits of days, and of nothing else
    template = plain.get(kind)
    if template is not None:
        return template.format_map(context)
    return message.removeprefix("Value error, ")
