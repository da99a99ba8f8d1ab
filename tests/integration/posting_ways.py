"""How the commands on letters that need a hand are given, for the tests that give every command."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine.domain.deadline import Clock
from engine.domain.posting import Posting
from engine.services.post import post_chasing, postings, printing
from tests.integration.mail_ways import receive, report
from tests.integration.office import execute, rows

ADDRESS = "14 Harbour Road\nBristol"
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "mark_posted": {"posted_on": "2026-01-05", "tracking": "RR 12 GB"},
    "send_again": {"email": "jane@right.example"},
    "post_instead": {"postal_address": ADDRESS},
    "close_letter": {"reason": "She took it along when she came by."},
}
"""By command: what is stated, in the tests that begin on that day."""


def newest(office: Any) -> int:
    """Return the number of the newest letter."""
    query = "SELECT max(id) FROM communication WHERE direction = 'out'"
    ((number,),) = rows(office.platform.database, query)
    return int(number)


def on_paper(office: Any, **facts: Any) -> tuple[str, int]:
    """Return a complaint whose acknowledgement waits to be posted, and the letter's number."""
    known = {"email": None, "postal_address": ADDRESS}
    reference = office.lodge(**known | facts)
    office.do(reference, "register")
    office.do(reference, "acknowledge")
    return reference, newest(office)


def failed(office: Any) -> tuple[str, int]:
    """Return a complaint whose acknowledgement did not arrive, and the letter's number."""
    reference = office.lodge()
    office.do(reference, "register")
    office.do(reference, "acknowledge")
    number = newest(office)
    come_back(office, reference, number)
    return reference, number


def come_back(office: Any, reference: str, number: int) -> None:
    """Let a letter be sent as mail, and come back."""
    store, now = office.platform.database, office.platform.now()
    unqueue = "UPDATE outbox SET next_try_at = NULL WHERE communication_id = :of"
    execute(store, unqueue, of=number)
    query = "SELECT id, message_id FROM outbox WHERE communication_id = :of"
    ((row, message_id),) = rows(store, query, of=number)
    store.write(lambda tx: tx.outbox.sent(row, now))
    assert receive(office.platform, report(message_id)).reference == reference


def give(
    office: Any, name: str, reference: str, number: int, by: str = "hanna", **said: Any
) -> None:
    """Give a command on a letter, with what is usual and what a test says."""
    getattr(postings, name)(
        office.platform,
        actor=office.staff[by],
        reference=reference,
        number=number,
        answers=dict(ANSWERS[name]) | said,
    )


def one(office: Any, reference: str) -> Posting:
    """Return the one letter of a case that needs or needed a hand."""
    (posting,) = office.view(reference).postings
    return posting


def clock_of(office: Any, reference: str, code: str = "acknowledgement") -> Clock:
    """Return a time limit of a case."""
    return next(each for each in office.view(reference).clocks if each.code == code)


def told(office: Any, reference: str) -> list[str]:
    """Return what happened to a case, in words."""
    return [entry.what for entry in office.view(reference).timeline]


def _prepared(name: str) -> Any:
    def prepare(desk: Any) -> Callable[[Any], object]:
        is_paper = name == "mark_posted"
        reference, number = (on_paper if is_paper else failed)(desk.office)
        where = desk.known("hanna", reference) | {"number": number}
        answers = _today(desk.office, name)
        return lambda p: getattr(postings, name)(p, answers=answers, **where)

    return prepare


def _today(office: Any, name: str) -> dict[str, Any]:
    """Return what is stated, of this day."""
    answers = dict(ANSWERS[name])
    if "posted_on" in answers:
        answers["posted_on"] = office.platform.calendar.day_of(office.platform.now())
    return answers


def _chase(desk: Any) -> Callable[[Any], object]:
    on_paper(desk.office)
    failed(desk.office)
    desk.clock.advance(days=14)
    return post_chasing.chase_letters


ALL: Mapping[str, Any] = {f"postings.{name}": _prepared(name) for name in ANSWERS}
"""Brings an office to where a command can be given, and returns what gives it."""

PIECEWISE: Mapping[str, Any] = {"post_chasing.chase_letters": _chase}


def _asked(name: str) -> Callable[[Any], object]:
    return lambda a: getattr(postings, name)(
        a.platform, number=1, answers=ANSWERS[name], **a.of_case
    )


ASKS: Mapping[str, Callable[[Any], object]] = {
    **{f"postings.{name}": _asked(name) for name in ANSWERS},
    "postings.page": lambda a: postings.page(a.platform, actor=a.actor),
    "postings.counts": lambda a: postings.counts(a.platform, actor=a.actor),
    "printing.letters_pdf": lambda a: printing.letters_pdf(
        a.platform, actor=a.actor, letters=[(a.reference, 1)]
    ),
    "post_chasing.chase_letters": lambda a: post_chasing.chase_letters(a.platform, actor=a.actor),
}
"""How each is asked for by anybody."""


def _rival(name: str) -> Callable[[Any, str], Callable[[], object]]:
    def given(office: Any, reference: str) -> Callable[[], object]:
        store = office.platform.database
        ((number,),) = rows(store, _LAST_LETTER, of=reference)
        if not rows(store, _HAS_HAND, of=number):
            come_back(office, reference, number)
            if name == "mark_posted":
                known = {"actor": office.staff["hanna"], "reference": reference, "number": number}
                postings.post_instead(office.platform, answers=ANSWERS["post_instead"], **known)
        return partial(
            getattr(postings, name),
            office.platform,
            actor=office.staff["hanna"],
            reference=reference,
            number=number,
            answers=_today(office, name),
        )

    return given


_LAST_LETTER = """SELECT max(l.id) FROM communication AS l JOIN complaint_case AS c
ON c.id = l.case_id WHERE l.direction = 'out' AND c.reference = :of"""
_HAS_HAND = "SELECT 1 FROM posting WHERE communication_id = :of"

RIVALS: Mapping[str, Callable[[Any, str], Callable[[], object]]] = {
    f"postings.{name}": _rival(name) for name in ANSWERS
}
"""How each is given on a case that others work on."""
