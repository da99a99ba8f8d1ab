"""Passes: a browser that has shown a good code need not show it again for half an hour."""

from cryptography.fernet import Fernet, InvalidToken
from starlette.requests import Request
from starlette.responses import Response

from ui.identity import cookie_name, is_encrypted
from ui.portal.sheet import keep_cookie

BACK_COOKIE = "redress_back"
LASTS = 30 * 60
"""Seconds since the last page."""


class Passes:
    """Gives out passes and reads them.

    A pass is the code, encrypted with a key that lives as long as the process: what a browser
    leaves behind is worth nothing later, and after a restart the code is asked for again.
    """

    def __init__(self) -> None:
        self._cipher = Fernet(Fernet.generate_key())

    def give(self, response: Response, request: Request, code: str) -> Response:
        """Let a browser come back for a while."""
        sealed = self._cipher.encrypt(code.encode()).decode()
        keep_cookie(response, request, BACK_COOKIE, sealed, seconds=LASTS)
        return response

    def code(self, request: Request) -> str:
        """Return the code that a browser has shown; empty when it has shown none lately."""
        sealed = request.cookies.get(cookie_name(request.scope, BACK_COOKIE), "")
        try:
            return self._cipher.decrypt(sealed.encode(), ttl=LASTS).decode()
        except (InvalidToken, UnicodeError):
            return ""

    def take_back(self, response: Response, request: Request) -> Response:
        """End the pass of a browser."""
        response.delete_cookie(
            cookie_name(request.scope, BACK_COOKIE),
            path="/",
            httponly=True,
            samesite="strict",
            secure=is_encrypted(request.scope),
        )
        return response
