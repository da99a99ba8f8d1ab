"""The demonstration: an organisation with staff, and complaints under way."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Role
from engine.errors import ConflictError
from engine.services.accounts import accounts
from engine.services.clocks import forecast
from engine.services.demo.demo_material import material
from engine.services.demo.simulated_governance import Governing
from engine.services.demo.simulated_nights import Nights
from engine.services.demo.simulation import Simulation
from engine.services.demo.story import Story
from engine.services.figures import facts
from engine.services.process import processes

FIRST_DAY = datetime(2026, 6, 22, 8, tzinfo=UTC)
"""When a headless demonstration begins: fixed, so that the same seed tells the same story, and
late enough for every regime that ships to be in force.
"""

_WEEKS, _LONG = timedelta(weeks=9), timedelta(weeks=30)

_LETTERS = "bcdfghjkmnpqrstvwxz23456789"
"""Without vowels there are no names in it, and without 0, 1, l and y nothing to mistake."""


def staff() -> tuple[Actor, ...]:
    """Return the staff of the demonstration."""
    return tuple(
        Actor(
            username=person.username,
            name=person.name,
            roles=frozenset(Role(role) for role in person.roles),
        )
        for person in material().staff
    )


def tell_story(
    platform: Platform,
    *,
    cases: int,
    seed: int,
    progress: Callable[[int], object] = lambda _n: None,
) -> Story:
    """Drive complaints from receipt to their end on an empty platform.

    Raises:
        ConflictError: The platform holds complaints already.
    """
    _refuse_used(platform)
    processes.install_shipped(platform)
    _add_staff(platform, password=_new_password())
    simulation = Simulation(platform, begin=FIRST_DAY, seed=seed, staff=staff(), is_tour=True)
    return simulation.run(cases, progress=progress)


def install(
    platform: Platform, *, cases: int = 60, seed: int = 7, is_long: bool = False
) -> str | None:
    """Fill an empty platform with staff and complaints under way, as of now.

    Args:
        platform: Where the organisation works.
        cases: How many complaints were received.
        seed: The same seed draws the same complaints.
        is_long: Whether they came over half a year, with what managers and auditors put on record
            and what ran by itself meanwhile; otherwise over two months.

    Returns:
        The password of all demonstration accounts; None when the platform was in use already.
    """
    if _is_used(platform):
        return None
    password = _new_password()
    _add_staff(platform, password=password)
    now = platform.now()
    begin = now - (_LONG if is_long else _WEEKS)
    Simulation(
        platform,
        begin=begin,
        seed=seed,
        staff=staff(),
        until=now,
        beside=_beside(begin, now) if is_long else (),
    ).play(cases)
    forecast.measure(platform)
    facts.keep_up(platform, longest=None)
    return password


def _beside(begin: datetime, until: datetime) -> tuple[Callable[[Platform], object], ...]:
    """Return what goes on beside complaints: the register is kept, and jobs run."""
    governing = Governing(material().records, staff=staff(), until=until)
    return governing.go, Nights(begin=begin, until=until).go


def _new_password() -> str:
    """Return a random password that is easy to type and cannot hold anybody's name."""
    return "".join(secrets.choice(_LETTERS) for _ in range(12))


def _add_staff(platform: Platform, *, password: str) -> None:
    for person in material().staff:
        accounts.add(
            platform,
            actor=SYSTEM,
            username=person.username,
            name=person.name,
            roles=person.roles,
            password=password,
        )


def _is_used(platform: Platform) -> bool:
    with platform.database.read() as tx:
        return bool(tx.accounts.all()) or any(True for _ in tx.cases.references())


def _refuse_used(platform: Platform) -> None:
    if _is_used(platform):
        raise ConflictError("The database holds complaints or accounts; use an empty one.")
