"""Letters that need a hand in hostile words: one posted, one closed, one that waits."""

from functools import partial
from typing import Any

from engine.domain.actor import Actor
from engine.domain.letter import LetterKind
from engine.services.post import letters, postings


def see_to_letters(pen: Any, reference: str, handler: Actor) -> None:
    """Post and close letters of a complaint without e-mail, and let one wait.

    Args:
        pen: Writes.
        reference: Of a complaint at work.
        handler: Writes to the complainant.
    """
    for _ in range(3):
        of_case = {"actor": handler, "reference": reference}
        pen.write(letters.send, kind=LetterKind.HOLDING, text=pen.reason, **of_case)
    with pen.site.platform.database.read() as tx:
        known = tx.postings.of(tx.cases.get(reference).id)
    posted, closed, waits = (each.number for each in known if each.is_open)
    today = pen.site.platform.calendar.day_of(pen.site.platform.now())
    tracking = {"posted_on": today, "tracking": pen.text[:100]}
    pen.answer(partial(postings.mark_posted, number=posted), reference, **tracking)
    pen.answer(partial(postings.close_letter, number=closed), reference, reason=pen.reason[:1_000])
    address = {"postal_address": pen.reason[:500]}
    pen.answer(partial(postings.post_instead, number=waits), reference, **address)
