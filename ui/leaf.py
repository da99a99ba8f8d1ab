"""Pages that need no script: drawn from a template, sealed against others, with their cookies."""

import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ui.asset import asset_address
from ui.headers import door_policy
from ui.identity import COOKIE, cookie_name, is_encrypted
from ui.seal import FormSeal, is_own_origin

FORM_COOKIE = "redress_form"
"""Cookie of a browser that has a form of the door open."""

CHALLENGE_COOKIE = "redress_challenge"
"""Cookie of a browser that has shown a password and owes a code."""

STATE_COOKIE = "redress_state"
"""Cookie of a browser that went to the provider."""

EXPIRED = "This form has expired. Please try again."
_DOOR = "/login"


def safe_target(wanted: str) -> str:
    r"""Return the wanted address when it is a path of this site, else the start page.

    >>> safe_target("/case?ref=C-1"), safe_target("//evil.example"), safe_target("/a\\b")
    ('/case?ref=C-1', '/', '/')
    """
    # Browsers read a backslash as a slash and drop tabs and line ends.
    is_path = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    if not is_path or not wanted.isprintable():
        return "/"
    path = urlsplit(wanted).path
    return "/" if path in {_DOOR, "/logout"} or path.startswith(f"{_DOOR}/") else wanted


class Leaf:
    """What all pages of the door have in common.

    Args:
        seal: Seals the forms; shared with the account menu.
        organisation: Name shown above each form.
    """

    def __init__(self, *, seal: FormSeal, organisation: str) -> None:
        self.seal = seal
        self._organisation = organisation
        self._templates = Environment(
            loader=PackageLoader("ui", "templates"), autoescape=True, undefined=StrictUndefined
        )

    def page(self, template: str, *, status: int = 200, **values: object) -> Response:
        """Draw a page.

        Args:
            template: Its name.
            status: Of the answer.
            values: What the template is filled with; ``posts_to`` is the address of another site
                to which its form may be sent.
        """
        nonce = secrets.token_urlsafe(16)
        html = self._templates.get_template(template).render(
            nonce=nonce,
            organisation=self._organisation,
            font=asset_address("inter-latin.woff2"),
            **values,
        )
        headers = {
            "content-security-policy": door_policy(nonce, posts_to=str(values.get("posts_to", ""))),
            "cache-control": "no-store",
        }
        return HTMLResponse(html, status, headers=headers)

    def form(
        self, request: Request, template: str, *, status: int = 200, **values: object
    ) -> Response:
        """Draw a page with a form that only this browser can send back."""
        name = cookie_name(request.scope, FORM_COOKIE)
        cookie = request.cookies.get(name) or secrets.token_urlsafe(32)
        response = self.page(template, status=status, token=self.seal.of(cookie), **values)
        _set_cookie(response, request, FORM_COOKIE, cookie, is_strict=True)
        return response

    def is_sealed(
        self, request: Request, fields: Mapping[str, str], cookie: str = FORM_COOKIE
    ) -> bool:
        """Tell whether a form comes from a page that was drawn for this browser."""
        kept = request.cookies.get(cookie_name(request.scope, cookie), "")
        return self.seal.fits(kept, fields.get("token", "")) and is_own_origin(request)


async def fields_of(request: Request) -> dict[str, str]:
    """Return the text fields of a form; files and repeated fields are dropped."""
    form = await request.form(max_files=0, max_fields=8)
    return {name: value for name, value in form.items() if isinstance(value, str)}


def came_in(response: Response, request: Request, token: str) -> Response:
    """Give a browser the cookie of its session along with an answer."""
    _set_cookie(response, request, COOKIE, token)
    for cookie in (CHALLENGE_COOKIE, STATE_COOKIE):
        forget(response, request, cookie)
    return response


def owes_a_code(request: Request, challenge: str, where: str) -> Response:
    """Lead a browser that has shown a password to where a code is asked for."""
    response = RedirectResponse(where, 303, headers={"cache-control": "no-store"})
    _set_cookie(response, request, CHALLENGE_COOKIE, challenge, is_strict=True)
    return response


def goes_away(request: Request, address: str, state: str) -> Response:
    """Lead a browser to another site that sends it back with the same state."""
    response = RedirectResponse(address, 303, headers={"cache-control": "no-store"})
    return brings_back(response, request, state)


def brings_back(response: Response, request: Request, state: str) -> Response:
    """Give a browser along with an answer what it has to bring back from another site."""
    # Not a strict one: the browser comes back from another site, and has to bring it along.
    _set_cookie(response, request, STATE_COOKIE, state)
    return response


def brought_back(request: Request) -> str:
    """Return the state that a browser went away with; empty when it did not."""
    return request.cookies.get(cookie_name(request.scope, STATE_COOKIE), "")


def challenge_of(request: Request) -> str:
    """Return the proof of a password that a browser carries; empty when it has none."""
    return request.cookies.get(cookie_name(request.scope, CHALLENGE_COOKIE), "")


def address_of(request: Request) -> str:
    """Return the network address of a browser, as far as it is known."""
    return request.client.host if request.client else ""


def agent_of(request: Request) -> str:
    """Return what a browser says of itself, cut where it goes on too long."""
    return request.headers.get("user-agent", "")[:300]


def forget(response: Response, request: Request, cookie: str) -> None:
    """Take a cookie back from a browser."""
    response.delete_cookie(
        cookie_name(request.scope, cookie),
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_encrypted(request.scope),
    )


def _set_cookie(
    response: Response, request: Request, name: str, value: str, *, is_strict: bool = False
) -> None:
    response.set_cookie(
        cookie_name(request.scope, name),
        value,
        path="/",
        httponly=True,
        samesite="strict" if is_strict else "lax",
        secure=is_encrypted(request.scope),
    )
