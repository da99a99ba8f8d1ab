"""Seals on forms: proof that a form was served to the browser that sends it back."""

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection


class FormSeal:
    """Makes and checks the hidden token of a form.

    The token is a keyed hash of a secret cookie: a page elsewhere can neither read the cookie
    nor, when it plants one of its own, compute the token. The key lives as long as the
    process; a form that was opened before a restart is simply shown again.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def of(self, cookie: str) -> str:
        """Return the token of the form that goes with a cookie."""
        return hmac.new(self._key, cookie.encode(), hashlib.sha256).hexdigest()

    def fits(self, cookie: str, token: str) -> bool:
        """Tell whether a token goes with a cookie; an empty cookie has none."""
        return bool(cookie) and hmac.compare_digest(self.of(cookie).encode(), token.encode())


def is_own_origin(request: HTTPConnection) -> bool:
    """Tell whether something was sent by a page of this site, as far as the browser says.

    Only the host is compared: a proxy may speak another scheme with the browser than with us.
    """
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
