"""The survey: its page and its answers, and the way in by the link of a mail.

A link opens the survey of one closed complaint once, and shows nothing of it but the reference.
"""

from uuid import UUID, uuid4

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engine.bootstrap import Platform
from engine.domain.actor import COMPLAINANT
from engine.domain.survey import HIGHEST, LOWEST, Item
from engine.errors import InvalidInputError, NotFoundError, RedressError, SignInError
from engine.services.door import survey
from engine.services.door.survey_mail import PLACE
from ui.leaf import address_of
from ui.portal.parcel import Parcel, key_of, opened
from ui.portal.sheet import ROOT, Sheet

_THANKS = f"/{PLACE}/thanks"


class OpinionPages:
    """The survey for whoever comes by the link of a mail.

    Args:
        platform: What services are called with.
        sheet: Draws.
    """

    def __init__(self, platform: Platform, sheet: Sheet) -> None:
        self._platform = platform
        self._sheet = sheet

    def routes(self) -> list[Route]:
        """Return the routes."""
        at = f"{ROOT}/{{language}}"
        link = f"{at}/{PLACE}/{{code}}"
        return [
            Route(f"{at}{_THANKS}", self.thank),
            Route(link, self.ask),
            Route(link, self.take, methods=["POST"]),
        ]

    async def thank(self, request: Request) -> Response:
        """Thank whoever has answered."""
        return self._sheet.page(request, "message.html", here=_THANKS, said="thanks")

    async def ask(self, request: Request) -> Response:
        """Ask; to open the link changes nothing, since programs that check mails open it too."""
        found = await self._led_to(request)
        return self._draw(request, found, Parcel()) if isinstance(found, str) else found

    async def take(self, request: Request) -> Response:
        """Take the answers."""
        found = await self._led_to(request)
        if not isinstance(found, str):
            return found
        async with opened(request, self._platform.arriving, largest=0, most_files=0) as parcel:
            if not self._sheet.is_sealed(request, parcel.one("token")):
                return self._draw(request, found, parcel, "expired")
            try:
                await anyio.to_thread.run_sync(
                    lambda: keep(self._platform, found, parcel, key_of(parcel))
                )
            except InvalidInputError:
                return self._draw(request, found, parcel, "survey_needed")
            except RedressError:
                return self._over(request, 409)
        return self._sheet.goes_to(request, _THANKS)

    async def _led_to(self, request: Request) -> str | Response:
        """Return the case to which a link leads, or what is said where it leads nowhere."""
        code, address = request.path_params["code"], address_of(request)
        try:
            return await anyio.to_thread.run_sync(
                lambda: survey.led_to(self._platform, actor=COMPLAINANT, code=code, address=address)
            )
        except SignInError:
            return self._sheet.page(request, "message.html", status=429, said="busy")
        except NotFoundError:
            return self._over(request, 404)

    def _over(self, request: Request, status: int) -> Response:
        return self._sheet.page(request, "message.html", status=status, said="link_over")

    def _draw(
        self, request: Request, reference: str, parcel: Parcel, problem: str = ""
    ) -> Response:
        here = f"/{PLACE}/{request.path_params['code']}"
        return draw(self._sheet, request, parcel, here=here, reference=reference, problem=problem)


def draw(
    sheet: Sheet,
    request: Request,
    parcel: Parcel,
    *,
    here: str,
    reference: str = "",
    problem: str = "",
) -> Response:
    """Draw the survey.

    Args:
        sheet: Draws.
        request: Tells language and browser.
        parcel: What was answered so far.
        here: Where it is sent, below the language.
        reference: Of the complaint, for whoever does not come from its page; empty for others.
        problem: What is wrong with what was sent, as a key of the texts; empty for nothing.
    """
    return sheet.page(
        request,
        "survey.html",
        status=422 if problem else 200,
        here=here,
        items=[item.value for item in Item],
        scores=range(LOWEST, HIGHEST + 1),
        given=parcel,
        key=parcel.one("key") or uuid4(),
        problem=problem,
        reference=reference,
    )


def keep(platform: Platform, reference: str, parcel: Parcel, command_id: UUID) -> None:
    """Keep what was answered.

    Raises:
        InvalidInputError: Nothing is answered, or a score is none.
        CourseError: The case is not closed.
        ConflictError: It was answered before.
        CaseErasedError: Its personal data are gone.
    """
    survey.respond(
        platform,
        actor=COMPLAINANT,
        reference=reference,
        scores={item.value: parcel.one(item.value) for item in Item},
        unresolved=parcel.one("unresolved"),
        comment=parcel.one("comment"),
        command_id=command_id,
    )
