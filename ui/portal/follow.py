"""Coming back by a code: where a complaint stands, and what its complainant can say and do."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from uuid import uuid4

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engine.bootstrap import Platform
from engine.domain.actor import COMPLAINANT
from engine.domain.complaint import Channel
from engine.errors import InvalidInputError, NotFoundError, RedressError, SignInError
from engine.services.door import entrance, following
from engine.services.handling import casework, tracking
from ui.leaf import address_of
from ui.portal import opinion
from ui.portal.answers import Answers
from ui.portal.complain import ComplainPages, keep_file
from ui.portal.parcel import Parcel, key_of, opened
from ui.portal.passes import Passes
from ui.portal.sheet import ROOT, Sheet

CODE = "/code"
STATUS = "/status"
SURVEY = f"{STATUS}/survey"
_NOTICES = frozenset({"word", "answer", "withdraw", "survey", "files"})
_ENDED = {"closed", "withdrawn", "refused"}


class FollowPages:
    """The way in by a code, the page of a case, and everything that is sent from it.

    Args:
        platform: What services are called with.
        sheet: Draws.
        complain: Goes on with a form that was not sent yet.
    """

    def __init__(self, platform: Platform, sheet: Sheet, complain: ComplainPages) -> None:
        self._platform = platform
        self._sheet = sheet
        self._complain = complain
        self._passes = Passes()

    def routes(self) -> list[Route]:
        """Return the routes."""
        at = f"{ROOT}/{{language}}"
        return [
            Route(f"{at}{CODE}", self.ask),
            Route(f"{at}{CODE}", self.enter, methods=["POST"]),
            Route(f"{at}{STATUS}", self.status),
            Route(f"{at}{STATUS}/word", self.word, methods=["POST"]),
            Route(f"{at}{STATUS}/answer", self.answer, methods=["POST"]),
            Route(f"{at}{STATUS}/withdrawal", self.withdraw, methods=["POST"]),
            Route(f"{at}{SURVEY}", self.ask_survey),
            Route(f"{at}{SURVEY}", self.survey, methods=["POST"]),
            Route(f"{at}/leave", self.leave, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        """Ask for the code."""
        return self._sheet.page(request, "code.html", here=CODE, problem="")

    async def enter(self, request: Request) -> Response:
        """Lead to where the code leads; every wrong one is answered alike."""
        async with self._form(request) as parcel:
            if not self._sheet.is_sealed(request, parcel.one("token")):
                return self._refused(request, 403, "expired")
            code, address = parcel.one("code"), address_of(request)
            try:
                entered = await anyio.to_thread.run_sync(
                    lambda: entrance.enter(
                        self._platform, actor=COMPLAINANT, code=code, address=address
                    )
                )
            except SignInError:
                return self._refused(request, 429, "code_often")
            except NotFoundError:
                return self._refused(request, 404, "code_wrong")
        if entered.form is not None:
            return self._complain.form(request, Answers.of(entered.form, saved=code))
        return self._passes.give(self._sheet.goes_to(request, STATUS), request, code)

    async def status(self, request: Request) -> Response:
        """Show where the complaint stands."""
        reference = await self._reference(request)
        return await self._show(request, reference) if reference else self._ask_again(request)

    async def word(self, request: Request) -> Response:
        """Take a message, files, or both."""
        policy = self._platform.policy
        reference = await self._reference(request)
        if not reference:
            return self._ask_again(request)
        async with opened(
            request,
            self._platform.arriving,
            largest=policy.documents.largest,
            most_files=policy.portal.most_files,
        ) as parcel:
            if not self._sheet.is_sealed(request, parcel.one("token")):
                return await self._show(request, reference, problem="expired", status=403)
            text = parcel.one("text").strip()
            if not text and not parcel.files:
                return await self._show(request, reference, problem="word_needed", status=422)
            refused = await self._file(reference, parcel)
            if text and (
                problem := await self._do(
                    lambda: following.hear(
                        self._platform,
                        actor=COMPLAINANT,
                        reference=reference,
                        text=text,
                        command_id=key_of(parcel),
                    )
                )
            ):
                return await self._show(request, reference, problem=problem, status=422)
        if refused:
            return await self._show(request, reference, refused=refused, status=422)
        return self._sheet.goes_to(request, f"{STATUS}?done={'word' if text else 'files'}")

    async def answer(self, request: Request) -> Response:
        """Take what somebody says to the decision; who rejects it asks for a second look."""
        said = {"accept": "accepted", "reject": "rejected"}

        def give(reference: str, parcel: Parcel) -> None:
            casework.deliver_answer(
                self._platform,
                actor=COMPLAINANT,
                reference=reference,
                answer=said.get(parcel.one("answer"), ""),  # type: ignore[arg-type] # refused there
                text=parcel.one("text"),
                channel=Channel.WEB_FORM,
                command_id=key_of(parcel),
            )

        return await self._act(request, give, "answer")

    async def withdraw(self, request: Request) -> Response:
        """Take the complaint back."""

        def give(reference: str, parcel: Parcel) -> None:
            if not parcel.one("sure"):
                raise InvalidInputError({"sure": "is needed."})
            casework.withdraw(
                self._platform,
                actor=COMPLAINANT,
                reference=reference,
                reason=parcel.one("text") or self._sheet.words(request).text("status.no_reason"),
                command_id=key_of(parcel),
            )

        return await self._act(request, give, "withdraw")

    async def ask_survey(self, request: Request) -> Response:
        """Ask what somebody thinks of how they were treated."""
        reference = await self._reference(request)
        if not reference:
            return self._ask_again(request)
        case = await self._look(reference)
        if not case.may_judge:
            return self._sheet.goes_to(request, STATUS)
        return self._survey(request, Parcel())

    async def survey(self, request: Request) -> Response:
        """Take the answers."""
        reference = await self._reference(request)
        if not reference:
            return self._ask_again(request)
        async with self._form(request) as parcel:
            if not self._sheet.is_sealed(request, parcel.one("token")):
                return self._survey(request, parcel, "expired")
            problem = await self._do(
                lambda: opinion.keep(self._platform, reference, parcel, key_of(parcel))
            )
        if problem == "not_valid":
            return self._survey(request, parcel, "survey_needed")
        if problem:
            return await self._show(request, reference, problem=problem, status=409)
        return self._sheet.goes_to(request, f"{STATUS}?done=survey")

    async def leave(self, request: Request) -> Response:
        """End the pass of this browser."""
        return self._passes.take_back(self._sheet.goes_to(request, "/"), request)

    # What these have in common

    def _form(self, request: Request) -> AbstractAsyncContextManager[Parcel]:
        return opened(request, self._platform.arriving, largest=0, most_files=0)

    async def _reference(self, request: Request) -> str:
        """Return the case to which the pass of a browser leads; empty for none."""
        code = self._passes.code(request)
        if not code:
            return ""
        try:
            return await anyio.to_thread.run_sync(
                lambda: tracking.reference_of(self._platform, actor=COMPLAINANT, code=code)
            )
        except NotFoundError:
            return ""

    async def _look(self, reference: str) -> following.Followed:
        return await anyio.to_thread.run_sync(
            lambda: following.look(self._platform, actor=COMPLAINANT, reference=reference)
        )

    async def _act(
        self, request: Request, give: Callable[[str, Parcel], None], notice: str
    ) -> Response:
        """Do what a form of the page asks for, and show the page with what came of it."""
        reference = await self._reference(request)
        if not reference:
            return self._ask_again(request)
        async with self._form(request) as parcel:
            if not self._sheet.is_sealed(request, parcel.one("token")):
                return await self._show(request, reference, problem="expired", status=403)
            problem = await self._do(lambda: give(reference, parcel))
        if problem:
            status = 422 if problem == "not_valid" else 409
            problem = f"{notice}_needed" if problem == "not_valid" else problem
            return await self._show(request, reference, problem=problem, status=status)
        return self._sheet.goes_to(request, f"{STATUS}?done={notice}")

    async def _do(self, work: Callable[[], None]) -> str:
        """Call a service; return what is wrong as a key of the texts, empty for nothing."""
        try:
            await anyio.to_thread.run_sync(work)
        except InvalidInputError:
            return "not_valid"
        except RedressError:
            return "not_now"
        return ""

    async def _file(self, reference: str, parcel: Parcel) -> list[str]:
        key = parcel.one("key")

        def keep() -> list[str]:
            return [
                each.name
                for number, each in enumerate(parcel.files)
                if not keep_file(self._platform, reference, each, f"{key} {number}")
            ]

        return await anyio.to_thread.run_sync(keep)

    async def _show(
        self,
        request: Request,
        reference: str,
        *,
        problem: str = "",
        refused: list[str] | None = None,
        status: int = 200,
    ) -> Response:
        case = await self._look(reference)
        done = request.query_params.get("done", "")
        page = self._sheet.page(
            request,
            "status.html",
            status=status,
            here=STATUS,
            case=case,
            stages=_stages(case),
            key=uuid4(),
            problem=problem,
            refused=refused or [],
            done=done if done in _NOTICES and not problem else "",
        )
        return self._passes.give(page, request, self._passes.code(request))

    def _survey(self, request: Request, parcel: Parcel, problem: str = "") -> Response:
        return opinion.draw(self._sheet, request, parcel, here=SURVEY, problem=problem)

    def _refused(self, request: Request, status: int, problem: str) -> Response:
        return self._sheet.page(request, "code.html", status=status, here=CODE, problem=problem)

    def _ask_again(self, request: Request) -> Response:
        return self._sheet.goes_to(request, CODE)


def _stages(case: following.Followed) -> list[tuple[str, str]]:
    """Return the stages of a case, each with whether it is done, now, or ahead."""
    way = [status for status, _hint in case.way]
    if case.status not in way:
        way = [*way[:1], case.status] if case.status in _ENDED else [*way, case.status]
    now = way.index(case.status)
    over = case.status in _ENDED
    return [
        (status, "done" if at < now or (over and at == now) else "now" if at == now else "ahead")
        for at, status in enumerate(way)
    ]
