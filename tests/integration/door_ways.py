"""How the commands of those without an account are given, asked, and set against each other."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from engine.domain.actor import COMPLAINANT, SYSTEM
from engine.domain.complaint import Channel, Complaint
from engine.domain.tracking import mark_of
from engine.errors import NotFoundError
from engine.services.door import entrance, following, survey, survey_bias
from engine.services.handling import tracking, unfinished
from engine.services.intake import reception
from engine.services.links import likeness
from tests.integration.office import execute

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.bootstrap import Platform

NAMESPACE = UUID("5b0a6f0e-3c1d-4f0e-9d53-0d0ab6c6b8a1")
FORM = uuid5(NAMESPACE, "form")
SCORES = {"overall": "4", "respect": 5}
MORE = [{"text": "Nobody called back", "category": "Conduct of staff"}]
TYPED = {"summary": "Charged twice", "name": "Jane Canary"}
CODE = "0123456789ABCDEFGHJK"


def complaint(platform: Platform, **facts: Any) -> Complaint:
    """Return what somebody sends from the public pages."""
    known = {
        "received_at": platform.now(),
        "channel": Channel.WEB_FORM,
        "summary": "Charged twice",
        "complainant_name": "Jane Canary",
        "email": "jane@example.org",
    }
    return Complaint(**(known | facts))


def received(platform: Platform, **facts: Any) -> reception.Receipt:
    """Receive a complaint from the public pages."""
    key = uuid5(NAMESPACE, repr(sorted(facts.items(), key=str)))
    return reception.receive(
        platform, actor=COMPLAINANT, complaint=complaint(platform, **facts), command_id=key
    )


def known_code(platform: Platform, reference: str) -> str:
    """Let a code of the tests lead to a case, behind the back of every service."""
    execute(
        platform.database,
        "INSERT INTO tracking_code (case_id, mark, given_by, given_at)"
        " SELECT id, :mark, 'hanna', recorded_at FROM complaint_case WHERE reference = :of"
        " ON CONFLICT DO NOTHING",
        mark=mark_of(CODE),
        of=reference,
    )
    return CODE


def _receive(desk: Any) -> Callable[[Platform], object]:
    sent = complaint(desk.office.platform)
    known = {"complaint": sent, "more": MORE, "command_id": FORM}
    return lambda p: reception.receive(p, actor=COMPLAINANT, **known)


def _renew(desk: Any) -> Callable[[Platform], object]:
    reference = received(desk.office.platform).reference
    return lambda p: tracking.renew(p, **desk.known("hanna", reference))


def _enter(desk: Any) -> Callable[[Platform], object]:
    received(desk.office.platform)
    return lambda p: without_refusal(
        partial(entrance.enter, p, actor=COMPLAINANT, code=CODE, address="10.0.0.1")
    )


def without_refusal(act: Callable[[], object]) -> object:
    """Give a command whose refusal is what it writes down."""
    try:
        return act()
    except NotFoundError:
        return None


def _of_the_complainant(desk: Any) -> dict[str, Any]:
    return {"actor": COMPLAINANT, "reference": received(desk.office.platform).reference}


def _look(desk: Any) -> Callable[[Platform], object]:
    where = _of_the_complainant(desk)
    return lambda p: following.look(p, **where)


def _hear(desk: Any) -> Callable[[Platform], object]:
    where = _of_the_complainant(desk)
    return lambda p: following.hear(p, text="The meter is still broken.", **where)


def closed(office: Any) -> str:
    """Return a complaint that is closed."""
    reference = office.reach("closing_check")
    office.do(reference, "closing_check")
    return str(reference)


def _respond(desk: Any) -> Callable[[Platform], object]:
    where = {"actor": COMPLAINANT, "reference": closed(desk.office)}
    return lambda p: survey.respond(p, scores=SCORES, unresolved="The bill.", **where)


def _keep(_desk: Any) -> Callable[[Platform], object]:
    return lambda p: unfinished.keep(p, actor=COMPLAINANT, content=TYPED)


def _tidy(desk: Any) -> Callable[[Platform], object]:
    unfinished.keep(desk.office.platform, actor=COMPLAINANT, content=TYPED)
    desk.clock.advance(days=100)
    return lambda p: unfinished.tidy(p, actor=SYSTEM)


ALL: Mapping[str, Any] = {
    "reception.receive": _receive,
    "tracking.renew": _renew,
    "entrance.enter": _enter,
    "following.look": _look,
    "following.hear": _hear,
    "survey.respond": _respond,
    "unfinished.keep": _keep,
    "unfinished.tidy": _tidy,
}
"""Brings an office to where a command can be given, and returns what gives it."""

ASKS: Mapping[str, Callable[[Any], object]] = {
    "reception.receive": lambda a: reception.receive(
        a.platform, actor=a.actor, complaint=a.complaint, command_id=FORM
    ),
    "tracking.renew": lambda a: tracking.renew(a.platform, **a.of_case),
    "entrance.enter": lambda a: entrance.enter(
        a.platform, actor=a.actor, code=known_code(a.platform, a.reference), address="10.0.0.1"
    ),
    "tracking.reference_of": lambda a: tracking.reference_of(
        a.platform, actor=a.actor, code=known_code(a.platform, a.reference)
    ),
    "following.look": lambda a: following.look(a.platform, **a.of_case),
    "following.hear": lambda a: following.hear(a.platform, text="No.", **a.of_case),
    "survey.respond": lambda a: survey.respond(a.platform, scores=SCORES, **a.of_case),
    "likeness.look_alike": lambda a: likeness.look_alike(
        a.platform, actor=a.actor, summary="Charged twice", email="jane@example.org"
    ),
    "survey_bias.response_bias": lambda a: survey_bias.response_bias(
        a.platform, actor=a.actor, period=a.period
    ),
    "survey.figures": lambda a: survey.figures(a.platform, actor=a.actor, period=a.period),
    "unfinished.keep": lambda a: unfinished.keep(a.platform, actor=a.actor, content=TYPED),
    "unfinished.fetch": lambda a: unfinished.fetch(a.platform, actor=a.actor, code=CODE),
    "unfinished.tidy": lambda a: unfinished.tidy(a.platform, actor=a.actor),
}
"""How each is asked for by anybody."""


def _rival(
    service: Callable[..., object], who: str = "", **said: Any
) -> Callable[[Any, str], Callable[[], object]]:
    return lambda office, reference: partial(
        service,
        office.platform,
        actor=office.staff[who] if who else COMPLAINANT,
        reference=reference,
        **said,
    )


RIVALS: Mapping[str, Callable[[Any, str], Callable[[], object]]] = {
    "tracking.renew": _rival(tracking.renew, "hanna"),
    "following.look": _rival(following.look),
    "following.hear": _rival(following.hear, text="The meter is still broken."),
    "survey.respond": _rival(survey.respond, scores=SCORES),
}
"""How each is given on a case that others work on."""
