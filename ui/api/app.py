"""The application of the programming interface, and its description."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.responses import Response

from engine.bootstrap import Platform
from engine.errors import RedressError
from ui.api import (
    assessment,
    authority,
    complaint,
    document,
    figure,
    incident,
    inquiry,
    issue,
    kin,
    letter,
    message,
    outside,
    posting,
    remedy,
    respondent,
    shape,
    step,
    timing,
)
from ui.api.context import Asking
from ui.api.guard import PUBLIC
from ui.api.operation import describe_forms, describe_refusals, served_by
from ui.api.problem import failed, problem, refused
from ui.api.reading import StrictRoute
from ui.api.who import PROOF_HEADER

PREFIX = "/api/v1"

_ABOUT = """
Everything that people do on the pages of Redress, for other programs. What a caller may do is
what its owner may do on the pages, as far as the scopes of the key reach.

A refusal is a JSON object as in RFC 9457, with a sentence for a person in `detail` and a stable
name in `code`. Times are in UTC. A change takes an `Idempotency-Key`, so that it can be sent again
when the answer got lost; changes of a complaint take `If-Match` with the `ETag` that was read.
"""

_MOST_PROBLEMS = 20
_LONGEST_NAME = 60

_SILENT: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""FastAPI would else send what it sees to a collector that the environment names."""

_me = APIRouter(tags=["Caller"], route_class=StrictRoute)


@_me.get("/me", **served_by(""))
def show_caller(caller: Asking) -> shape.Me:
    """Tell who asks."""
    return shape.Me(
        username=caller.actor.username,
        name=caller.actor.name,
        roles=sorted(caller.actor.roles),
        proof=caller.proof,
    )


def create_api(platform: Platform) -> FastAPI:
    """Return the interface; whoever reaches it has been let in by ``ui.api.guard.Guard``."""
    app = FastAPI(
        title="Redress",
        version="1",
        description=_ABOUT.strip(),
        openapi_url=next(iter(PUBLIC)),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=_SILENT,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.platform = platform
    app.include_router(_me, prefix=PREFIX)
    for part in (
        complaint,
        issue,
        kin,
        outside,
        remedy,
        inquiry,
        authority,
        respondent,
        assessment,
        document,
        letter,
        posting,
        timing,
        step,
        message,
        incident,
        figure,
    ):
        app.include_router(part.router, prefix=PREFIX)
    app.add_exception_handler(RedressError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _failed)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign] # FastAPI's own way to do it
    return app


def _described(app: FastAPI) -> dict[str, Any]:
    """Return the description of the interface, with the two ways to sign in."""
    if app.openapi_schema is None:
        told = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        told["components"]["securitySchemes"] = {
            "key": {"type": "http", "scheme": "bearer", "description": "An API key: `rk_…`."},
            "session": {
                "type": "apiKey",
                "in": "cookie",
                "name": "redress_session",
                "description": f"Of a signed-in browser; changes need `{PROOF_HEADER}` as well.",
            },
        }
        told["security"] = [{"key": []}, {"session": []}]
        describe_forms(told)
        describe_refusals(told)
        app.openapi_schema = told
    return app.openapi_schema


def _refused(_request: Request, refusal: Exception) -> Response:
    if not isinstance(refusal, RedressError):
        raise refusal
    return refused(refusal)


def _invalid(_request: Request, error: Exception) -> Response:
    """Say what is wrong with a request; nothing of what was sent is repeated."""
    if not isinstance(error, RequestValidationError):
        raise error
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return problem(400, "The body is no JSON object.", code="redress.unreadable")
    if any(each["loc"][0] == "path" for each in found):
        return problem(404, "There is nothing of this name.", code="redress.not-found")
    problems = {_place(each["loc"]): each["msg"] for each in found[:_MOST_PROBLEMS]}
    sentence = "; ".join(f"{name}: {text}" if name else text for name, text in problems.items())
    return problem(422, sentence, code="redress.invalid-input", problems=problems)


def _place(loc: Sequence[int | str]) -> str:
    """Return which field is meant; the sender chose its name, so it is cut."""
    return ".".join(str(part)[:_LONGEST_NAME] for part in loc[1:])


def _failed(_request: Request, _defect: Exception) -> Response:
    return failed()


def _http(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return problem(error.status_code, str(error.detail), headers=error.headers)
