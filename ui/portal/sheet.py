"""How every public page is drawn: template, language, style, cookies, and what a browser may do."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from engine.bootstrap import Platform
from ui.asset import asset_address
from ui.identity import cookie_name, is_encrypted
from ui.portal.catalogue import LANGUAGES, Catalogue, catalogue, wanted_language
from ui.seal import FormSeal, is_own_origin

ROOT = "/public"
FORM_COOKIE = "redress_public"
"""Cookie of a browser that has a public form open."""
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Content security policy of every public page: there is no script at all."""
_FORM = 'name="token"'
_NOT_KEPT = {"cache-control": "no-store"}


@dataclass(frozen=True, slots=True)
class Look:
    """The style sheet, under a name that changes with it."""

    content: bytes
    address: str


def look() -> Look:
    """Return the style sheet with the font of this release."""
    source = files("ui").joinpath("portal", "look.css").read_text("utf-8")
    font = asset_address("inter-latin.woff2")
    content = source.replace("FONT", font or "about:blank").encode()
    return Look(content, f"{ROOT}/look.{hashlib.sha256(content).hexdigest()[:16]}.css")


class Sheet:
    """Draws public pages.

    Args:
        platform: Whose name and policy.
    """

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.look = look()
        self.offered = tuple(
            name for name in platform.policy.portal.languages if name in LANGUAGES
        ) or (LANGUAGES[0],)
        self._seal = FormSeal()
        self._templates = Environment(
            loader=PackageLoader("ui", "portal/templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def words(self, request: Request) -> Catalogue:
        """Return the texts of the language that stands in the address."""
        named = request.path_params.get("language", "")
        if named in self.offered:
            return catalogue(named)
        return catalogue(wanted_language(request.headers.get("accept-language", ""), self.offered))

    def page(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        here: str = "",
        **values: object,
    ) -> Response:
        """Draw a page.

        Args:
            request: Tells language and browser.
            template: Its name.
            status: Of the answer.
            here: Where this page stands below its language, for the links to other languages.
            values: What the template is filled with.
        """
        words, policy = self.words(request), self.platform.policy
        cookie = request.cookies.get(cookie_name(request.scope, FORM_COOKIE), "")
        is_new = not cookie
        cookie = cookie or secrets.token_urlsafe(32)
        html = self._templates.get_template(template).render(
            t=words.text,
            words=words,
            zone=policy.calendar.zone,
            language=words.language,
            languages=[(name, catalogue(name).text("site.language")) for name in self.offered],
            root=f"{ROOT}/{words.language}",
            there=here,
            public=ROOT,
            style=self.look.address,
            organisation=policy.organisation.name,
            portal=policy.portal,
            token=self._seal.of(cookie),
            **values,
        )
        response = HTMLResponse(
            html,
            status,
            headers={"content-security-policy": POLICY, "content-language": words.language}
            | _NOT_KEPT,
        )
        # Whoever only reads is given nothing to carry.
        if is_new and _FORM in html:
            keep_cookie(response, request, FORM_COOKIE, cookie)
        return response

    def goes_to(self, request: Request, place: str) -> Response:
        """Lead on to another public page of the same language."""
        address = f"{ROOT}/{self.words(request).language}{place}"
        return RedirectResponse(address, 303, headers=_NOT_KEPT)

    def is_sealed(self, request: Request, token: str) -> bool:
        """Tell whether a form comes from a page that was drawn for this browser."""
        kept = request.cookies.get(cookie_name(request.scope, FORM_COOKIE), "")
        return self._seal.fits(kept, token) and is_own_origin(request)


def keep_cookie(
    response: Response, request: Request, name: str, value: str, *, seconds: int | None = None
) -> None:
    """Give a browser a cookie that no script and no other site can use."""
    response.set_cookie(
        cookie_name(request.scope, name),
        value,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="strict",
        secure=is_encrypted(request.scope),
    )


def problems_in(words: Catalogue, found: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what is wrong with a form: which field, and the sentence about it."""
    return [(field, words.text(f"problem.{key}")) for field, key in found.items()]
