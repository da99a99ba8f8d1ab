"""What other programs send: the kinds of values, and how their text is read."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import orjson
from fastapi import Header, Path, Query
from fastapi.routing import APIRoute
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from engine.domain.text import without_controls

_LINE = r"^[^\x00-\x1f\x7f]*$"


class _StrictRequest(Request):
    """Reads JSON as RFC 8259 has it: no numbers that are none, no halves of characters."""

    async def json(self) -> Any:  # noqa: ANN401 - checked by the model of the operation
        return orjson.loads(await self.body())


class StrictRoute(APIRoute):
    """An operation whose body is read strictly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        answer = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await answer(_StrictRequest(request.scope, request.receive))

        return strict


class Body(BaseModel):
    """Base of everything that is sent; a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Text = Annotated[str, AfterValidator(without_controls)]
"""Words of a person, as long as they like; control characters are left out."""

Line = Annotated[str, Field(pattern=_LINE, max_length=200)]
"""A line of text without control characters."""

Username = Annotated[str, Field(pattern=r"^[A-Za-z0-9.\-]{1,100}$")]

Scalar = Annotated[str, Field(max_length=60_000)] | bool | int | float | None
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")]
Values = Annotated[dict[Name, Scalar], Field(max_length=60)]
"""Values by name, none of them nested."""
Chosen = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=100)]
Answers = Annotated[dict[Name, Scalar | Chosen], Field(max_length=60)]
"""Answers by name of the field; some are lists of what was chosen."""

Reference = Annotated[
    str,
    Path(
        description="Reference of the complaint.",
        examples=["C-2026-000001"],
        pattern=r"^[A-Z]{1,4}-[0-9]{4}-[0-9]{1,9}$",
    ),
]
Token = Annotated[
    str,
    Path(
        description="Name of the waiting step within its complaint; see `steps` of the complaint.",
        examples=["14"],
        pattern=r"^[A-Za-z0-9_.:\-]{1,100}$",
    ),
]
DocumentNumber = Annotated[
    int,
    Path(description="Number of the document within its complaint.", examples=[1], ge=1, le=10**6),
]
Version = Annotated[int, Query(ge=1, le=10**6, description="The newest when left out.")]
IncidentId = Annotated[
    int, Path(description="Number of the incident.", examples=[1], ge=1, le=2**31 - 1)
]

Limit = Annotated[int, Query(ge=1, le=100, description="Most entries to return.")]
Offset = Annotated[int, Query(ge=0, le=10_000, description="Entries to leave out before them.")]

IdempotencyKey = Annotated[
    str | None,
    Header(
        description="Chosen by the sender, for example a UUID. A change that comes again with the "
        "same key is answered as the first time and not made a second time. The same key with "
        "another content is refused with 422.",
        min_length=1,
        max_length=200,
        examples=["6f1f4c3e-5a53-4f0e-9a0b-3f0f6f0e8c11"],
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        description="`ETag` of the complaint that was looked at. When it has changed since, the "
        "change is refused with 412.",
        max_length=100,
        examples=['"7"'],
    ),
]
