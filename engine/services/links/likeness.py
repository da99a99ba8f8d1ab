"""Whether a complaint that is just written down has come before (ISO 10002:2018, 7.2)."""

from datetime import timedelta

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.services.accounts import reach
from engine.store.alike import Alike

__all__ = ["Alike", "like_case", "look_alike"]

_WITHIN = timedelta(days=180)


def look_alike(
    platform: Platform,
    *,
    actor: Actor,
    summary: str,
    email: str = "",
    phone: str = "",
    within: timedelta = _WITHIN,
) -> tuple[Alike, ...]:
    """Return complaints that may be the same, at most five, those with most in common first.

    Compared are the e-mail address, with open and closed complaints, and the telephone number and
    the words of the summary, with open ones: what is closed can no longer be found by its words.

    Args:
        platform: Where to look.
        actor: Who writes it down; sees here what can be read anyway.
        summary: Of the new complaint.
        email: Empty where nobody said one.
        phone: The same.
        within: How long ago the other was received at most.

    Raises:
        NotAllowedError: The actor may not lodge complaints, or not read them.
    """
    actor.require(Deed.LODGE)
    actor.require(Deed.READ)
    since = platform.now() - within
    with platform.database.read() as tx:
        sight = reach.sight(platform, tx, actor=actor, deed=Deed.READ)
        return tx.alikes(sight).find(email=email, phone=phone, summary=summary, since=since)


def like_case(
    platform: Platform, *, actor: Actor, reference: str, within: timedelta = _WITHIN
) -> tuple[Alike, ...]:
    """Return complaints that may be the same as one that is recorded, those most alike first.

    Args:
        platform: Where to look.
        actor: Who looks; sees here what can be read anyway.
        reference: Of the complaint, which is left out.
        within: How long before it the other was received at most.

    Raises:
        NotAllowedError: The actor may not read this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
    """
    actor.require(Deed.READ)
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.READ, reference=reference)
        told = case.complaint
        sight = reach.sight(platform, tx, actor=actor, deed=Deed.READ)
        found = tx.alikes(sight).find(
            email=told.email or "",
            phone=told.phone,
            summary=told.summary,
            since=told.received_at - within,
        )
    return tuple(each for each in found if each.reference != reference)
