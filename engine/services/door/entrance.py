"""Coming in by a code, without an account: to a case, or to a form that was not sent yet."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.errors import NotFoundError
from engine.services.accounts.tries import Tries
from engine.services.handling import tracking, unfinished


@dataclass(frozen=True, slots=True)
class Entered:
    """Where a code has led.

    Attributes:
        reference: Of the case; empty for a form.
        form: What was typed; None for a case.
    """

    reference: str
    form: Mapping[str, str] | None = None


def enter(platform: Platform, *, actor: Actor, code: str, address: str) -> Entered:
    """Return where a code leads; one that leads nowhere counts against the address.

    Every wrong code takes the same way: it is asked for among the cases, then among the forms,
    and counted.

    Args:
        platform: Where cases are.
        actor: Who acts for whoever types.
        code: As typed.
        address: Of the network from which it comes.

    Raises:
        NotAllowedError: The actor may not follow complaints by codes.
        NotFoundError: It leads nowhere.
        SignInError: From this address too many led nowhere a short while ago.
    """
    actor.require(Deed.FOLLOW)
    with Tries(platform, f"tracking:{address}").one():
        try:
            return Entered(tracking.reference_of(platform, actor=actor, code=code))
        except NotFoundError:
            return Entered("", unfinished.fetch(platform, actor=actor, code=code))
