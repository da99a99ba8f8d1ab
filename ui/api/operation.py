"""What is said of every operation: the service behind it, and how it can be refused."""

from typing import Any, TypedDict

from engine.domain.form import FORMS
from ui.api.shape import Problem

SERVICE = "x-redress-service"
"""Names in the description the service that does the work; the rights are those of the service."""

_FIRST_REFUSAL = 400

_REFUSALS = {
    400: "The request cannot be read.",
    401: "No good API key, and no session.",
    403: "The caller may not do this.",
    404: "There is no such thing, or none that the caller may know of.",
    408: "The rest of the request did not arrive in time.",
    409: "Somebody was faster, or the complaint does not stand where this is possible.",
    412: "The complaint has changed since it was looked at.",
    413: "More was sent than is read.",
    422: "Something is wrong with what was sent; names each field.",
    429: "Too many requests; `Retry-After` says when to come again.",
    503: "The database does not answer, or too much is asked for at once.",
}


class Said(TypedDict):
    """What FastAPI is told of an operation."""

    openapi_extra: dict[str, Any]
    responses: dict[int | str, dict[str, Any]]


def served_by(service: str) -> Said:
    """Return what is said of an operation that one service serves.

    Args:
        service: As ``module.function`` of ``engine.services``; empty for none.
    """
    return Said(
        openapi_extra={SERVICE: service},
        responses={
            status: {"description": text, "model": Problem} for status, text in _REFUSALS.items()
        },
    )


def describe_refusals(described: dict[str, Any]) -> None:
    """Say that refusals are problems of RFC 9457, which FastAPI takes for any other JSON."""
    operations = [each for path in described["paths"].values() for each in path.values()]
    answers = [answer for each in operations for answer in each["responses"].items()]
    for status, answer in answers:
        if int(status) >= _FIRST_REFUSAL:
            answer["content"] = {"application/problem+json": answer["content"]["application/json"]}


_OWN: dict[str, Any] = {
    "title": "OwnAnswers",
    "description": "Answers to a form that the organisation made itself; `GET` of the step has its "
    "fields. The answer to a field that is not asked is not kept.",
    "type": "object",
    "additionalProperties": {
        "anyOf": [
            {"type": ["string", "number", "boolean", "null"]},
            {"type": "array", "items": {"type": "string"}},
        ]
    },
}


def describe_forms(described: dict[str, Any]) -> None:
    """Say that the answers which complete a step are those of its form, of Redress or one's own."""
    schemas = described["components"]["schemas"]
    for form in FORMS.values():
        told = form.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= told.pop("$defs", {})
        schemas[form.__name__] = told
    names = sorted({form.__name__ for form in FORMS.values()})
    answers = schemas["Completion"]["properties"]["answers"]
    schemas["OwnAnswers"] = _OWN
    answers["anyOf"] = [{"$ref": f"#/components/schemas/{name}"} for name in [*names, "OwnAnswers"]]
