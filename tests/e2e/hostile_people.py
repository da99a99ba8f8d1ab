"""Representatives, persons complained about, conflicts and requests in hostile words."""

from functools import partial
from typing import Any

from engine.domain.actor import Actor
from engine.domain.complaint import Channel
from engine.domain.subject_request import RequestAct, Right, WantedRequest
from engine.services.handling import assessing
from engine.services.people import authorities
from engine.services.privacy import subject_requests
from engine.services.staffing import kept_out, respondents


def complain_of(pen: Any, reference: str, leader: Actor, handler: Actor) -> None:
    """Write who is complained about, what they were told and say, and what ties somebody.

    Args:
        pen: Writes.
        reference: Of a complaint at work.
        leader: Lifts what ties the handler.
        handler: Does everything else.
    """
    speak_for(pen, reference)
    person = {"name": pen.text[:200], "unit": pen.text[:200], "about": pen.reason}
    pen.answer(respondents.name, reference, **person)
    pen.answer(partial(respondents.inform, number=1), reference, told=pen.reason)
    pen.answer(partial(respondents.take_reply, number=1), reference, reply=pen.reason)
    pen.answer(respondents.name, reference, **person)
    known = {"actor": handler, "reference": reference, "reason": pen.reason}
    pen.write(respondents.remove, number=2, **known)
    pen.answer(kept_out.declare_conflict, reference, reason=pen.reason)
    pen.write(kept_out.lift_conflict, username=handler.username, **known | {"actor": leader})


def speak_for(pen: Any, reference: str) -> None:
    """Write by what authority somebody speaks for the complainant: checked, refused, taken back."""
    shown = {"name": pen.text[:200], "kind": "signed_authority", "scope": pen.reason}
    for _ in range(3):
        said = shown | {"received_on": "2026-01-02"}
        pen.answer(authorities.record_authority, reference, **said)
    ways = (
        partial(authorities.check_authority, number=1),
        partial(authorities.refuse_authority, number=2),
        partial(authorities.withdraw_authority, number=3),
    )
    for way, title in zip(ways, ("finding", "reason", "reason"), strict=True):
        pen.answer(way, reference, **{title: pen.reason})


def assess_anew(pen: Any, reference: str) -> None:
    """Write why a complaint that was assessed is assessed anew."""
    judged = {"severity": 3, "complexity": "moderate", "override_reason": pen.reason}
    pen.answer(assessing.reassess, reference, **judged)


def ask_for_data(pen: Any, officer: Actor) -> None:
    """Let somebody unknown ask for their data, twice; one request is answered."""
    platform = pen.site.platform
    today = platform.calendar.day_of(platform.now())
    for right in (Right.ACCESS, Right.PORTABILITY):
        known = {"name": pen.text[:190], "text": pen.reason}
        wanted = WantedRequest(right, Channel.EMAIL, today, **known)
        number = subject_requests.record_request(platform, actor=officer, wanted=wanted)
        at = {"actor": officer, "number": number}
        pen.write(subject_requests.act_on_request, act=RequestAct.EXTEND, said=pen.reason, **at)
    subject_requests.act_on_request(platform, act=RequestAct.CARRY_OUT, said=pen.reason, **at)
