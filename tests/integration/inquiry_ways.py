"""How the commands on requests for information are given, for the tests that give every command."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine.services.documents.arrival import arrived
from engine.services.door import asked
from engine.services.investigation import chasing, inquiries
from engine.services.people import interviews
from tests.integration import document_ways
from tests.integration.office import rows

QUESTION = {"question": "Was the meter read twice in March?", "asked": "person", "to": "tom"}
OUTSIDE = {
    "question": "When did you read the meter?",
    "asked": "outside",
    "name": "Max Meter",
    "email": "max@meters.example",
}
ANSWER = {"answer": "On the 3rd and on the 5th.", "source": "Tom, by telephone"}
INTERVIEW = {
    "who": "witness",
    "name": "Wim Witness",
    "held_at": "2026-01-05T08:00:00+00:00",
    "led_by": "hanna",
    "notes": "He saw two people at the meter.",
}
WHY = "The bill says it already."


def ask(office: Any, reference: str, **said: Any) -> int:
    """Ask Tom, or whom a test names; return the id of the request."""
    known = {"actor": office.staff["hanna"], "reference": reference}
    inquiries.ask(office.platform, answers=QUESTION | said, **known)
    return newest(office)


def newest(office: Any) -> int:
    """Return the id of the newest request."""
    ((number,),) = rows(office.platform.database, "SELECT max(id) FROM inquiry")
    return number


def _on_a_case(name: str, **said: Any) -> Any:
    def prepare(desk: Any) -> Callable[[Any], object]:
        where = desk.known("hanna", desk.office.reach("assess"))
        if name != "ask":
            ask(desk.office, where["reference"])
        return lambda p: getattr(inquiries, name)(p, **where | said)

    return prepare


def _on_interview(name: str, **said: Any) -> Any:
    def prepare(desk: Any) -> Callable[[Any], object]:
        where = desk.known("hanna", desk.office.reach("assess"))
        if name == "restate":
            interviews.keep(desk.office.platform, answers=INTERVIEW, **where)
        return lambda p: getattr(interviews, name)(p, answers=INTERVIEW, **where | said)

    return prepare


def attach(platform: Any, actor: Any, inquiry_id: int, content: bytes = document_ways.TEXT) -> None:
    """Send a file with the answer to a question."""
    with arrived(platform.arriving, [content], largest=10**9) as arrival:
        asked.attach(
            platform, actor=actor, inquiry_id=inquiry_id, arrival=arrival, name="sheet.txt"
        )


def _attach(desk: Any) -> Callable[[Any], object]:
    number, tom = ask(desk.office, desk.office.lodge()), desk.office.staff["tom"]
    return lambda p: attach(p, tom, number)


def _respond(desk: Any) -> Callable[[Any], object]:
    given = {"inquiry_id": ask(desk.office, desk.office.lodge()), "actor": desk.office.staff["tom"]}
    return lambda p: asked.respond(p, answer="Twice.", **given)


def open_file(desk: Any) -> Callable[[Any], object]:
    """Let somebody open what was attached to a question."""
    reference = desk.office.lodge()
    document_ways.add(desk.office.platform, desk.office.staff["hanna"], reference)
    given = {"inquiry_id": ask(desk.office, reference, documents=[1]), "number": 1}
    return lambda p: asked.open_file(p, actor=desk.office.staff["tom"], **given)


def _chase(desk: Any) -> Callable[[Any], object]:
    ask(desk.office, desk.office.lodge())
    ask(desk.office, desk.office.lodge(), **OUTSIDE, to="")
    desk.clock.advance(days=14)
    return chasing.chase


ALL: Mapping[str, Any] = {
    "inquiries.ask": _on_a_case("ask", answers=QUESTION),
    "inquiries.answer": _on_a_case("answer", number=1, answers=ANSWER),
    "inquiries.withdraw": _on_a_case("withdraw", number=1, reason=WHY),
    "asked.respond": _respond,
    "asked.attach": _attach,
    "interviews.keep": _on_interview("keep"),
    "interviews.restate": _on_interview("restate", number=1),
    "asked.open_file": open_file,
}
"""Brings an office to where a command can be given, and returns what gives it."""

PIECEWISE: Mapping[str, Any] = {"chasing.chase": _chase}

ASKS: Mapping[str, Callable[[Any], object]] = {
    "inquiries.ask": lambda a: inquiries.ask(a.platform, answers=QUESTION, **a.of_case),
    "inquiries.answer": lambda a: inquiries.answer(
        a.platform, number=1, answers=ANSWER, **a.of_case
    ),
    "inquiries.withdraw": lambda a: inquiries.withdraw(
        a.platform, number=1, reason=WHY, **a.of_case
    ),
    "inquiries.choices": lambda a: inquiries.choices(a.platform, actor=a.actor),
    "inquiries.of_case": lambda a: inquiries.of_case(a.platform, **a.of_case),
    "asked.mine": lambda a: asked.mine(a.platform, actor=a.actor),
    "asked.waiting": lambda a: asked.waiting(a.platform, actor=a.actor),
    "asked.respond": lambda a: asked.respond(
        a.platform, actor=a.actor, inquiry_id=99, answer="Yes."
    ),
    "asked.open_file": lambda a: asked.open_file(
        a.platform, actor=a.actor, inquiry_id=99, number=1
    ),
    "asked.check_room": lambda a: asked.check_room(a.platform, actor=a.actor, inquiry_id=99),
    "asked.attach": lambda a: attach(a.platform, a.actor, 99),
    "interviews.keep": lambda a: interviews.keep(a.platform, answers=INTERVIEW, **a.of_case),
    "interviews.restate": lambda a: interviews.restate(
        a.platform, number=1, answers=INTERVIEW, **a.of_case
    ),
    "interviews.of_case": lambda a: interviews.of_case(a.platform, **a.of_case),
    "chasing.chase": lambda a: chasing.chase(a.platform, actor=a.actor),
}
"""How each is asked for by anybody."""


def _rival(service: Callable[..., None], **said: Any) -> Callable[[Any, str], Callable[[], object]]:
    return lambda office, reference: partial(
        service,
        office.platform,
        **{"actor": office.staff["hanna"], "reference": reference} | said,
    )


RIVALS: Mapping[str, Callable[[Any, str], Callable[[], object]]] = {
    "inquiries.ask": _rival(inquiries.ask, answers=QUESTION),
    "inquiries.answer": _rival(inquiries.answer, number=1, answers=ANSWER),
    "interviews.keep": _rival(interviews.keep, answers=INTERVIEW),
    "interviews.restate": _rival(interviews.restate, number=1, answers=INTERVIEW),
    "inquiries.withdraw": _rival(inquiries.withdraw, number=1, reason=WHY),
}
"""How each is given on a case that others work on."""
