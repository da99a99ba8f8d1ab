"""The form of a complaint: filled in, kept for later, sent, and answered with a receipt."""

from collections.abc import Mapping
from uuid import NAMESPACE_URL, uuid5

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engine.bootstrap import Platform
from engine.domain.actor import COMPLAINANT
from engine.domain.complaint import ContactBy, Need
from engine.domain.document import NewDocument
from engine.domain.tracking import shown
from engine.errors import CommandReusedError, InvalidInputError, RedressError
from engine.services.documents import documents
from engine.services.handling import unfinished
from engine.services.intake import reception
from engine.services.intake.reception import Receipt
from ui.portal.answers import MOST_MATTERS, REFUSED, Answers, other_of
from ui.portal.parcel import Enclosed, Parcel, opened
from ui.portal.sheet import ROOT, Sheet, problems_in

PLACE = "/complain"
_FILES = uuid5(NAMESPACE_URL, "urn:redress:portal:files")
"""Makes of a form and a file the id of the command that keeps it."""
_NO_PROBLEM: Mapping[str, str] = {}


class ComplainPages:
    """The form and what becomes of it.

    Args:
        platform: What services are called with.
        sheet: Draws.
    """

    def __init__(self, platform: Platform, sheet: Sheet) -> None:
        self._platform = platform
        self._sheet = sheet
        self._policy = platform.policy

    def routes(self) -> list[Route]:
        """Return the routes."""
        place = f"{ROOT}/{{language}}{PLACE}"
        return [Route(place, self.ask), Route(place, self.sent, methods=["POST"])]

    async def ask(self, request: Request) -> Response:
        """Show the form."""
        if not self._policy.portal.is_open:
            return self._sheet.page(request, "message.html", status=404, said="closed")
        return self.form(request, Answers())

    async def sent(self, request: Request) -> Response:
        """Take the form: send it, keep it for later, or show it with room for one more matter."""
        if not self._policy.portal.is_open:
            return self._sheet.page(request, "message.html", status=404, said="closed")
        async with opened(
            request,
            self._platform.arriving,
            largest=self._policy.documents.largest,
            most_files=self._policy.portal.most_files,
        ) as parcel:
            answers = Answers(parcel)
            if not self._sheet.is_sealed(request, parcel.one("token")):
                return self.form(request, answers, {"": "expired"}, status=403)
            if parcel.one("action") == "save":
                return await self._save(request, answers)
            if parcel.one("action") == "more":
                answers.more += [""] if len(answers.more) < MOST_MATTERS else []
                return self.form(request, answers, jumps=f"more_{len(answers.more)}")
            if found := answers.problems():
                return self.form(request, answers, found, status=422, had=len(parcel.files))
            return await self._send(request, answers, parcel)

    def form(
        self,
        request: Request,
        answers: Answers,
        problems: Mapping[str, str] = _NO_PROBLEM,
        *,
        status: int = 200,
        had: int = 0,
        jumps: str = "",
    ) -> Response:
        """Show the form as it was filled in, with what is wrong in it.

        Args:
            request: From whom.
            answers: What was typed.
            problems: By field, the key of a text.
            status: Of the answer.
            had: Files that have to be chosen again.
            jumps: Field at which somebody goes on.
        """
        return self._sheet.page(
            request,
            "complain.html",
            status=status,
            here=PLACE,
            answers=answers,
            problems=problems_in(self._sheet.words(request), problems),
            wrong=set(problems),
            had=had,
            jumps=jumps,
            needs=[need.value for need in Need],
            ways=[way.value for way in ContactBy],
            most_matters=MOST_MATTERS,
        )

    async def _save(self, request: Request, answers: Answers) -> Response:
        try:
            code, until = await anyio.to_thread.run_sync(
                lambda: unfinished.keep(
                    self._platform, actor=COMPLAINANT, content=answers.kept(), code=answers.saved
                )
            )
        except InvalidInputError:
            return self.form(request, answers, {"description": "description_long"}, status=422)
        return self._sheet.page(request, "saved.html", code=shown(code), until=until)

    async def _send(self, request: Request, answers: Answers, parcel: Parcel) -> Response:
        try:
            receipt = await anyio.to_thread.run_sync(lambda: self._received(request, answers))
        except CommandReusedError:
            return self._sheet.page(request, "message.html", status=422, said="sent_before")
        except (InvalidInputError, REFUSED):
            return self.form(request, answers, {"": "refused"}, status=422)
        refused = await anyio.to_thread.run_sync(lambda: self._file(receipt, answers, parcel.files))
        return self._sheet.page(
            request,
            "receipt.html",
            status=201,
            reference=receipt.reference,
            code=shown(receipt.code),
            filed=[each.name for each in parcel.files if each.name not in refused],
            refused=refused,
            email=answers.text["email"],
        )

    def _received(self, request: Request, answers: Answers) -> Receipt:
        categories = tuple(self._policy.categories)
        complaint = answers.complaint(
            language=self._sheet.words(request).language,
            now=self._platform.now(),
            categories=categories,
        )
        more = [{"text": text, "category": other_of(categories)} for text in answers.more if text]
        return reception.receive(
            self._platform,
            actor=COMPLAINANT,
            complaint=complaint,
            command_id=answers.key,
            more=more,
            is_received_now=True,
            unfinished=answers.saved,
        )

    def _file(self, receipt: Receipt, answers: Answers, files: list[Enclosed]) -> list[str]:
        """Keep the files of a form; return the names of those that are not taken."""
        kept = enumerate(files)
        return [
            each.name
            for number, each in kept
            if not keep_file(self._platform, receipt.reference, each, f"{answers.key} {number}")
        ]


def keep_file(platform: Platform, reference: str, enclosed: Enclosed, key: str) -> bool:
    """Keep a file with a case; tell whether it was taken."""
    if enclosed.arrival is None:
        return False
    try:
        enclosed.arrival.close()
        documents.add(
            platform,
            actor=COMPLAINANT,
            reference=reference,
            arrival=enclosed.arrival,
            about=NewDocument(enclosed.name),
            command_id=uuid5(_FILES, f"{key} {enclosed.arrival.sha256}"),
        )
    except RedressError:
        return False
    return True
