"""How commands on referrals to a body outside are given, for the tests that give every command."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from engine.services.handling import remedies
from engine.services.post import referring
from tests.integration.office import FINANCE

REFERRAL = {"body": "The Ombudsman", "their_reference": "OMB-17", "referred_on": "2026-01-05"}
DECIDED = {
    "decision": "upheld",
    "decided_on": "2026-01-05",
    "summary": "They were charged twice.",
    "award": "The bill is paid back.",
    "award_kind": "refund",
    "award_amount": "50",
    "owner": "hanna",
    "comply_by": "2026-01-26",
}


def referred(office: Any, reference: str, *, is_decided: bool = False) -> dict[str, Any]:
    """Record that a complaint is at a body outside; return who does what on it."""
    known = {"actor": office.staff["hanna"], "reference": reference}
    referring.refer(office.platform, answers=REFERRAL | _days(office, "referred_on"), **known)
    if is_decided:
        said = DECIDED | _days(office, "decided_on")
        referring.keep_decision(office.platform, number=1, answers=said, **known)
    return known


def _days(office: Any, day: str) -> dict[str, str]:
    """Return the days of a form that is filled in today."""
    today = office.platform.now().date()
    named = {"comply_by": (today + timedelta(days=21)).isoformat()} if day != "referred_on" else {}
    return {day: today.isoformat(), **named}


def paid(office: Any, reference: str) -> None:
    """Let everything that is owed be carried out and verified."""
    for each in office.view(reference).remedies:
        known = {"reference": reference, "number": each.number}
        if each.is_to_do:
            remedies.carry_out(
                office.platform, actor=FINANCE, answers={"proof": "Payment 4711"}, **known
            )
        if each.is_to_do or each.awaits_check:
            remedies.verify(office.platform, actor=office.staff["tom"], **known)


def _prepared(name: str, **said: Any) -> Any:
    def prepare(desk: Any) -> Callable[[Any], object]:
        office, reference = desk.office, desk.office.reach("closing_check")
        if name == "refer":
            where = desk.known("hanna", reference)
        else:
            where = referred(office, reference, is_decided=name == "comply")
        if name == "comply":
            paid(office, reference)
        return lambda p: getattr(referring, name)(p, **where, **said)

    return prepare


ALL: Mapping[str, Any] = {
    "referring.refer": _prepared("refer", answers=REFERRAL),
    "referring.send_file": _prepared("send_file", number=1),
    "referring.keep_decision": _prepared("keep_decision", number=1, answers=DECIDED),
    "referring.comply": _prepared("comply", number=1),
    "referring.case_file": _prepared("case_file"),
}
"""Brings an office to where a command can be given, and returns what gives it."""

ASKS: Mapping[str, Callable[[Any], object]] = {
    "referring.refer": lambda a: referring.refer(a.platform, answers=REFERRAL, **a.of_case),
    "referring.send_file": lambda a: referring.send_file(a.platform, number=1, **a.of_case),
    "referring.keep_decision": lambda a: referring.keep_decision(
        a.platform, number=1, answers=DECIDED, **a.of_case
    ),
    "referring.comply": lambda a: referring.comply(a.platform, number=1, **a.of_case),
    "referring.case_file": lambda a: referring.case_file(a.platform, **a.of_case),
    "referring.of_case": lambda a: referring.of_case(a.platform, **a.of_case),
    "referring.usual_body": lambda a: referring.usual_body(a.platform, **a.of_case),
}
"""How each is asked for by anybody."""


def _rival(name: str, **said: Any) -> Any:
    def make(office: Any, reference: str) -> Callable[[], object]:
        known = {"actor": office.staff["hanna"], "reference": reference}
        at_body = referring.of_case(office.platform, **known)
        if name != "refer" and not at_body:
            known = referred(office, reference, is_decided=name == "comply")
        if "answers" in said:
            day = "referred_on" if name == "refer" else "decided_on"
            filled = {"answers": said["answers"] | _days(office, day)}
        else:
            filled = {}
        return partial(getattr(referring, name), office.platform, **known, **said | filled)

    return make


RIVALS: Mapping[str, Callable[[Any, str], Callable[[], object]]] = {
    "referring.refer": _rival("refer", answers=REFERRAL),
    "referring.send_file": _rival("send_file", number=1),
    "referring.keep_decision": _rival("keep_decision", number=1, answers=DECIDED),
    "referring.comply": _rival("comply", number=1),
    "referring.case_file": _rival("case_file"),
}
"""How each is given on a case that others work on, and that is late."""
