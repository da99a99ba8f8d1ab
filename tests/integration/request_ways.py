"""How requests of people about their own data are recorded and answered; see ``commands``."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from engine.domain.complaint import Channel
from engine.domain.subject_request import RequestAct, Right, SubjectRequest, WantedRequest
from engine.services.privacy import subject_clock, subject_requests
from engine.services.privacy.subject_clock import Told
from tests.integration.office import rows
from tests.integration.people import DORA

Act = Callable[[Any], object]
STRANGER = {"name": "Rob Okapi", "email": "rob@okapi.example"}
"""Somebody of whom nothing is held."""


def wanted(office: Any, **other: Any) -> WantedRequest:
    """Return what somebody of whom nothing is held asks for today."""
    today = office.platform.calendar.day_of(office.platform.now())
    usual: dict[str, Any] = {"right": Right.ACCESS, "channel": Channel.EMAIL, "received_on": today}
    known = {} if other.get("reference") else STRANGER
    return WantedRequest(**(usual | known | other))


def recorded(office: Any, actor: Any = DORA, **other: Any) -> int:
    """Record a request, and return its number."""
    asked = wanted(office, **other)
    return subject_requests.record_request(office.platform, actor=actor, wanted=asked)


def act(office: Any, number: int, what: RequestAct, actor: Any = DORA, **other: Any) -> None:
    """Do something with a request."""
    known = {"actor": actor, "number": number, "act": what}
    subject_requests.act_on_request(office.platform, **known, **other)


def request(office: Any, number: int, actor: Any = DORA) -> SubjectRequest:
    """Return one request as somebody sees it."""
    found = subject_requests.requests_of_subjects(office.platform, actor=actor)
    return next(each for each in (*found.open, *found.answered) if each.number == number)


def tell(office: Any) -> Told:
    """Let the job look at the requests."""
    return subject_clock.tell_requests(office.platform)


def events(office: Any, kind: str) -> list[dict[str, Any]]:
    """Return what the organisation's journal says of requests."""
    query = "SELECT detail FROM organisation_event WHERE type = :kind ORDER BY seq"
    found = rows(office.platform.database, query, kind=f"subject_request.{kind}")
    return [json.loads(detail) for (detail,) in found]


def _record(desk: Any) -> Act:
    asked = wanted(desk.office, reference=desk.office.lodge(), text="Everything, please.")
    return partial(subject_requests.record_request, actor=DORA, wanted=asked)


def _extend(desk: Any) -> Act:
    number = recorded(desk.office)
    known = {"actor": DORA, "number": number, "act": RequestAct.EXTEND, "said": "Much to read."}
    return partial(subject_requests.act_on_request, **known)


def _tell(desk: Any) -> Act:
    """Let one request be overdue, one near its end, and one long answered."""
    old = recorded(desk.office, name="Old Okapi")
    act(desk.office, old, RequestAct.CARRY_OUT)
    desk.clock.advance(days=7 * 366)
    recorded(desk.office)
    desk.clock.advance(days=25)
    recorded(desk.office, name="Ann Okapi")
    desk.clock.advance(days=27)
    return subject_clock.tell_requests


ALL: Mapping[str, Any] = {
    "subject_requests.record_request": _record,
    "subject_requests.act_on_request": _extend,
    "subject_clock.tell_requests": _tell,
}
"""Brings an office to where a command can be given, and returns what gives it."""

_ASKED = WantedRequest(Right.ACCESS, Channel.EMAIL, date(2026, 1, 1), **STRANGER)

ASKS: Mapping[str, Act] = {
    "subject_requests.record_request": lambda a: subject_requests.record_request(
        a.platform, actor=a.actor, wanted=_ASKED
    ),
    "subject_requests.act_on_request": lambda a: subject_requests.act_on_request(
        a.platform, actor=a.actor, number=1, act=RequestAct.ASK_IDENTITY
    ),
    "subject_requests.requests_of_subjects": lambda a: subject_requests.requests_of_subjects(
        a.platform, actor=a.actor
    ),
    "subject_requests.count_requests": lambda a: subject_requests.count_requests(
        a.platform, actor=a.actor
    ),
    "subject_clock.tell_requests": lambda a: subject_clock.tell_requests(a.platform, actor=a.actor),
}
"""How each service is asked for by anybody, whatever becomes of it."""

PERMISSIONS = """
                                         int han inv tea app saf fin man rep dat qua own aud adm sys
    subject_requests.record_request       -   -   -   -   -   -   -   -   -   h   -   -   -   -   -
    subject_requests.act_on_request       -   -   -   -   -   -   -   -   -   h   -   -   -   -   -
    subject_requests.requests_of_subjects -   -   -   -   -   -   -   -   -   h   -   -   -   -   -
    subject_requests.count_requests       -   -   -   -   -   -   -   -   -   h   -   -   -   -   -
    subject_clock.tell_requests           -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
"""
"""Who may look and write; see ``permission_table``. That what people ask for of whom somebody has
complained is hidden from these is tested in ``test_subject_requests``."""

RIVALS: Mapping[str, Callable[[Any, str], Act]] = {
    "subject_requests.record_request": lambda o, r: partial(
        subject_requests.record_request,
        o.platform,
        actor=DORA,
        wanted=wanted(o, reference=r, right=Right.ERASURE),
    ),
    "subject_clock.tell_requests": lambda o, _r: partial(subject_clock.tell_requests, o.platform),
}
"""Commands on one complaint or about all requests, given at the same time as others."""
