"""How the commands on requests for more time are given, for the tests that give every command."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine.domain.regime import Ground
from engine.services.handling import extensions
from tests.integration.operator_ways import owned

CODE = "final_response"
WANTED = {"ground": Ground.EVIDENCE, "reason": "The laboratory needs until then."}
WHY = "It can be done in time."


def asked(office: Any, reference: str, by: str = "hanna", code: str = CODE, **said: Any) -> int:
    """Ask for more time and return the number of the request."""
    known = {"actor": office.staff[by], "reference": reference, "code": code}
    extensions.ask_extension(office.platform, answers=WANTED | said, **known)
    return int(office.view(reference).extensions[-1].number)


def extended(office: Any, reference: str, by: str = "tom", code: str = CODE, **said: Any) -> None:
    """Ask for more time as Hanna, and grant it."""
    number = asked(office, reference, code=code, **said)
    known = {"actor": office.staff[by], "reference": reference}
    extensions.grant_extension(office.platform, number=number, **known)


def _on_own(name: str, who: str, **said: Any) -> Any:
    """Have a case under a regime whose limit can be extended, and somebody who may."""

    def prepare(desk: Any) -> Callable[[Any], object]:
        reference = owned(desk.office, desk.office.platform)
        known = desk.known(who, reference)
        if name == "ask_extension":
            return lambda p: extensions.ask_extension(p, code=CODE, answers=WANTED, **known)
        number = asked(desk.office, reference)
        return lambda p: getattr(extensions, name)(p, number=number, **known, **said)

    return prepare


ALL: Mapping[str, Any] = {
    "extensions.ask_extension": _on_own("ask_extension", "hanna"),
    "extensions.grant_extension": _on_own("grant_extension", "tom"),
    "extensions.decline_extension": _on_own("decline_extension", "tom", reason=WHY),
    "extensions.withdraw_extension": _on_own("withdraw_extension", "hanna", reason=WHY),
}
"""Brings an office to where a command can be given, and returns what gives it."""

ASKS: Mapping[str, Callable[[Any], object]] = {
    "extensions.ask_extension": lambda a: extensions.ask_extension(
        a.platform, code="acknowledgement", answers=WANTED, **a.of_case
    ),
    "extensions.grant_extension": lambda a: extensions.grant_extension(
        a.platform, number=1, **a.of_case
    ),
    "extensions.decline_extension": lambda a: extensions.decline_extension(
        a.platform, number=1, reason=WHY, **a.of_case
    ),
    "extensions.withdraw_extension": lambda a: extensions.withdraw_extension(
        a.platform, number=1, reason=WHY, **a.of_case
    ),
    "extensions.waiting_extensions": lambda a: extensions.waiting_extensions(
        a.platform, actor=a.actor
    ),
}
"""How each is asked for by anybody."""


def _rival(name: str, who: str, **said: Any) -> Callable[[Any, str], Callable[[], object]]:
    return lambda office, reference: partial(
        getattr(extensions, name),
        office.platform,
        actor=office.staff[who],
        reference=reference,
        **said,
    )


RIVALS: Mapping[str, Callable[[Any, str], Callable[[], object]]] = {
    "extensions.ask_extension": _rival("ask_extension", "hanna", code=CODE, answers=WANTED),
    "extensions.grant_extension": _rival("grant_extension", "tom", number=1),
    "extensions.decline_extension": _rival("decline_extension", "tom", number=1, reason=WHY),
    "extensions.withdraw_extension": _rival("withdraw_extension", "hanna", number=1, reason=WHY),
}
"""How each is given on a case that others work on."""
