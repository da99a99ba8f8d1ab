"""How many customers, contracts or transactions there were: stated month by month (8.2)."""

from dataclasses import dataclass
from datetime import date

from engine.bootstrap import Platform
from engine.domain.actor import NAMES, Actor, Deed
from engine.domain.basis import MOST, Basis, StatedNumber
from engine.domain.kpi import EARLIEST
from engine.errors import ConflictError, InvalidInputError
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Statements:
    """What was stated.

    Attributes:
        numbers: The latest month first.
        names: Of those who stated them, by user name.
    """

    numbers: tuple[StatedNumber, ...]
    names: dict[str, str]


def stated_numbers(platform: Platform, *, actor: Actor) -> Statements:
    """Return what was stated of all months.

    Raises:
        NotAllowedError: The actor may not state it.
    """
    actor.require(Deed.STATE_NUMBER)
    with platform.database.read() as tx:
        numbers = tx.stated_numbers.all()
        people = dict(NAMES) | {a.actor.username: a.actor.name for a in tx.accounts.all()}
    meant = {each.by for each in numbers}
    return Statements(numbers, {who: name for who, name in people.items() if who in meant})


def state_number(platform: Platform, *, actor: Actor, of: Basis, month: date, number: int) -> None:
    """State how many there were in a month; what was stated of it before is replaced.

    The journal keeps both numbers.

    Args:
        platform: Where it is kept.
        actor: Who states it.
        of: What was counted.
        month: Any day of it; the month has begun.
        number: At least 1.

    Raises:
        NotAllowedError: The actor may not state it.
        InvalidInputError: The month lies ahead or before all figures, or there is no such number.
        ConflictError: The same is stated already.

    Source: ISO 10002:2018, 8.2.
    """
    actor.require(Deed.STATE_NUMBER)
    first = month.replace(day=1)
    problems: dict[str, str] = {}
    if not EARLIEST <= first <= platform.calendar.day_of(platform.now()):
        problems["Month"] = f"must have begun, and not lie before {EARLIEST.year}."
    if not 1 <= number <= MOST:
        problems["Number"] = f"must be from 1 to {MOST:,}."
    if problems:
        raise InvalidInputError(problems)

    def work(tx: Transaction) -> None:
        tx.organisation.take_end()  # whoever states the same at once waits, and is told
        known = tx.stated_numbers.take(of, first)
        if known is not None and known.number == number:
            raise ConflictError(f"It is stated already that there were {number:,} {of.value}.")
        tx.stated_numbers.keep(StatedNumber(of, first, number, actor.username, platform.now()))
        told = {"of": of.value, "month": f"{first:%Y-%m}", "number": number}
        if known is not None:
            told["before"] = known.number
        jot_organisation(platform, tx, actor=actor, kind="number.stated", **told)

    platform.database.write(work)
