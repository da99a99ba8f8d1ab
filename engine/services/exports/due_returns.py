"""Which returns to regulators are to be sent, by when, and what was sent otherwise (8.2)."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.return_due import Look, Preparation, working_days_until
from engine.services.exports.kept_returns import sees_all
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class DueReturn:
    """A return that is to be sent.

    Attributes:
        left: Working days until it is due; below 0: so many since that day.
        is_overdue: Whether its day is over.
        is_told: Whether the reader may know how many complaints are in it.
    """

    preparation: Preparation
    left: int
    is_overdue: bool
    is_told: bool


@dataclass(frozen=True, slots=True)
class ReturnsDue:
    """What the page tells of returns beside the one that is looked at.

    Attributes:
        due: What is due first before the others.
        otherwise: What was prepared, by the number of the return that was sent otherwise.
    """

    due: tuple[DueReturn, ...]
    otherwise: Mapping[int, Look]


def due_returns(platform: Platform, *, actor: Actor) -> ReturnsDue:
    """Return what is to be sent, and what of what was sent differs from what was prepared.

    What was found holds every complaint. So it is told to those from whom none is hidden; the
    others are told what is due, and see of its content what they see of complaints.

    Raises:
        NotAllowedError: The actor may not take complaints out.
    """
    actor.require(Deed.EXPORT)
    with platform.database.read() as tx:
        is_told = sees_all(platform, tx, actor)
        waiting, prepared = waiting_in(platform, tx), tx.return_preparations.all()
        kept = tx.kept_returns.all() if is_told else ()
    found = {
        each.number: one.prepared
        for each in kept
        for one in prepared
        if one.is_about(each) and one.prepared.sha256 != each.sha256
    }
    return ReturnsDue(tuple(_due(platform, each, is_told=is_told) for each in waiting), found)


def waiting_returns(platform: Platform, *, actor: Actor) -> int:
    """Return how many returns are to be sent.

    Raises:
        NotAllowedError: The actor may not take complaints out.
    """
    actor.require(Deed.EXPORT)
    if not platform.policy.returns:
        return 0
    with platform.database.read() as tx:
        return len(waiting_in(platform, tx))


def waiting_in(platform: Platform, tx: Transaction) -> tuple[Preparation, ...]:
    """Return what was prepared and not sent of the returns that the organisation makes.

    What is due first stands before the others.
    """
    made = {each.kind for each in platform.policy.returns}
    prepared = [each for each in tx.return_preparations.all() if each.kind.value in made]
    kept = tx.kept_returns.all() if prepared else ()
    return tuple(each for each in prepared if each.sent(kept) is None)


def _due(platform: Platform, preparation: Preparation, *, is_told: bool) -> DueReturn:
    calendar, day = platform.calendar, preparation.due_on
    today = calendar.day_of(platform.now())
    left = working_days_until(day, today, calendar) - working_days_until(today, day, calendar)
    return DueReturn(preparation, left, is_overdue=today > day, is_told=is_told)
