"""Refusals as other programs read them: one shape for all (RFC 9457), one table of statuses."""

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from engine.errors import (
    BackupError,
    CaseChangedError,
    CommandReusedError,
    ConflictError,
    CourseError,
    DiagramRejectedError,
    InvalidInputError,
    JournalAlteredError,
    NotAllowedError,
    NotFoundError,
    ProcessFailedError,
    RedressError,
    SignInError,
    UnavailableError,
    UnknownStateError,
    UnsafeMailError,
)

STATUS: Mapping[type[RedressError], int] = {
    NotFoundError: 404,
    NotAllowedError: 403,
    SignInError: 401,
    ConflictError: 409,
    CaseChangedError: 412,
    CommandReusedError: 422,
    CourseError: 409,
    InvalidInputError: 422,
    DiagramRejectedError: 422,
    ProcessFailedError: 409,
    UnknownStateError: 503,
    UnsafeMailError: 422,
    BackupError: 409,
    JournalAlteredError: 409,
    UnavailableError: 503,
}
"""Status of each refusal; a kind of refusal without a row has that of what it is a kind of."""

TITLES: Mapping[int, str] = {
    400: "The request cannot be read",
    401: "Sign in first",
    403: "Not allowed",
    404: "Not found",
    405: "Not possible here",
    408: "Too slow",
    409: "Somebody was faster, or it is not the time for it",
    412: "Changed meanwhile",
    413: "Too large",
    415: "Not JSON",
    422: "Something is wrong with what was sent",
    429: "Too many requests",
    500: "Redress itself failed",
    503: "Not at present",
}

_RETRY = {"retry-after": "5"}


def status_of(refusal: RedressError) -> int:
    """Return the status of a refusal: its own, else that of the nearest class it is a kind of."""
    return next((STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS), 500)


def problem(
    status: int,
    detail: str,
    *,
    code: str = "",
    problems: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return an answer that says what was wrong.

    Args:
        status: Of HTTP.
        detail: A sentence for a person.
        code: Stable name for programs; empty where there is none.
        problems: What is wrong, by field; the empty name stands for the whole.
        headers: To send with it.
    """
    told: dict[str, object] = {
        "type": "about:blank",
        "title": TITLES.get(status, "Refused"),
        "status": status,
        "detail": detail,
    }
    if code:
        told["code"] = code
    if problems:
        told["problems"] = dict(problems)
    return JSONResponse(told, status, dict(headers or {}), "application/problem+json")


def failed() -> Response:
    """Return the answer after a defect; what went wrong is for the log, not for the caller."""
    return problem(500, "Redress itself failed here. The log says more.")


def refused(refusal: RedressError) -> Response:
    """Return the answer to a refusal of the engine."""
    status = status_of(refusal)
    return problem(
        status,
        str(refusal),
        code=refusal.code,
        problems=refusal.problems if isinstance(refusal, InvalidInputError) else None,
        headers=_RETRY if status == 503 else None,
    )
