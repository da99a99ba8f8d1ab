"""Half-filled forms of people without an account, to go on with by a code.

What was typed is sealed with a key that comes from the code and from the secret of the
installation. The code is stored nowhere, so nobody here can read a form that was never sent.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.text import without_controls
from engine.domain.tracking import mark_of, read
from engine.errors import InvalidInputError, NotFoundError
from engine.services.handling import tracking
from engine.store.sealing import Seal

LARGEST = 200_000
"""Characters of a form with its names."""


def keep(
    platform: Platform, *, actor: Actor, content: Mapping[str, str], code: str = ""
) -> tuple[str, datetime]:
    """Keep a half-filled form, and return its code and until when it is kept.

    Args:
        platform: Where to keep it.
        actor: Who acts for whoever types.
        content: What was typed, by the name of the field.
        code: Under which it was kept before; empty for the first time.

    Raises:
        NotAllowedError: The actor may not lodge complaints.
        InvalidInputError: It is longer than any form.
    """
    actor.require(Deed.LODGE)
    if sum(len(name) + len(text) for name, text in content.items()) > LARGEST:
        raise InvalidInputError({"Form": "is too long to be kept."})
    now = platform.now()
    until = now + timedelta(days=platform.policy.portal.unfinished_days)
    known = read(code)
    with platform.database.read() as tx:
        is_known = bool(known) and tx.unfinished.of(mark_of(known), now) is not None
    # A code of their own choice could be one that others guess.
    kept = known if is_known else tracking.code_for(platform, purpose="unfinished", key=uuid4())
    sealed = _seal(platform, kept).close_data(mark_of(kept), without_controls(dict(content)))
    platform.database.write(
        lambda tx: tx.unfinished.save(mark_of(kept), sealed, at=now, until=until)
    )
    return kept, until


def fetch(platform: Platform, *, actor: Actor, code: str) -> dict[str, str]:
    """Return what was typed into a form that is kept under a code.

    Raises:
        NotAllowedError: The actor may not lodge complaints.
        NotFoundError: Nothing is kept under it.
    """
    actor.require(Deed.LODGE)
    known = read(code)
    with platform.database.read() as tx:
        sealed = tx.unfinished.of(mark_of(known), platform.now())
    if sealed is None:
        raise NotFoundError(*tracking.NOTHING)
    content: dict[str, str] = _seal(platform, known).open_data(mark_of(known), sealed)
    return content


def tidy(platform: Platform, *, actor: Actor = SYSTEM) -> int:
    """Forget every form whose time is over; return how many.

    Raises:
        NotAllowedError: The actor may not run jobs.
    """
    actor.require(Deed.RUN_JOBS)
    return platform.database.write(lambda tx: tx.unfinished.forget_old(platform.now()))


def _seal(platform: Platform, code: str) -> Seal:
    return Seal(platform.keyring.blind("unfinished form", code))
