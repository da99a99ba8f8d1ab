"""Requests for information in hostile words: asked, answered, withdrawn, and one left open."""

from functools import partial
from typing import Any

from engine.domain.actor import Actor
from engine.domain.letter import LetterKind
from engine.services.documents.arrival import arrived
from engine.services.door import asked
from engine.services.investigation import evidence, inquiries
from engine.services.people import interviews
from engine.services.post import letters
from tests.integration.document_ways import TEXT
from tests.integration.office import rows


def ask_around(pen: Any, reference: str, leader: Actor, handler: Actor) -> None:
    """Ask, answer and withdraw what the pen writes.

    Args:
        pen: Writes.
        reference: Of a complaint at work.
        leader: Is asked.
        handler: Asks.
    """
    to_leader = {"asked": "person", "to": leader.username}
    for _ in range(3):
        pen.answer(inquiries.ask, reference, question=pen.reason, **to_leader)
    ((newest,),) = rows(pen.site.platform.database, "SELECT max(id) FROM inquiry")
    with arrived(pen.site.platform.arriving, [TEXT], largest=10**6) as arrival:
        sent = {"inquiry_id": newest, "arrival": arrival, "name": pen.text[:140]}
        pen.write(asked.attach, actor=leader, **sent)
    pen.write(asked.respond, actor=leader, inquiry_id=newest, answer=pen.reason)
    of_case = {"actor": handler, "reference": reference}
    pen.write(inquiries.withdraw, number=1, reason=pen.reason, **of_case)
    outside = {"asked": "outside", "name": pen.text[:200], "email": "max@example.org"}
    pen.answer(inquiries.ask, reference, question=pen.reason, **outside)
    heard = {"answer": pen.reason, "source": pen.text[:200]}
    pen.answer(partial(inquiries.answer, number=4), reference, **heard)
    spoken = {"name": pen.text[:200], "place": pen.text[:200], "notes": pen.reason}
    held = {"held_at": "2026-01-05T08:00:00+00:00", "led_by": handler.username}
    for command in (interviews.keep, partial(interviews.restate, number=1)):
        pen.answer(command, reference, **spoken, **held)
    shown = ["interview:1", "request:4"]
    pen.answer(evidence.choose_evidence, reference, issue=1, evidence=shown)
    pen.write(letters.send, kind=LetterKind.HOLDING, text=pen.reason, **of_case)
