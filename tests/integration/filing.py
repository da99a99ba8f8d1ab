"""A firm that makes returns to the FCA: for tests of what is prepared, and of its page."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from config.policy import RegimePolicy
from config.returns import ReturnPolicy
from engine.domain.kpi import Period
from engine.domain.regulator_return import ReturnKind
from engine.domain.return_due import Preparation, periods_before
from engine.services.exports import return_prep

SENDER, ABOVE = "compliance@example.org", "board@example.org"
OF_DISP = ReturnPolicy(kind="fca_disp", remind=(SENDER,), climb_to=(ABOVE,))
MORNING = datetime(2026, 7, 1, 8, tzinfo=UTC)
"""The first working day after the first half of a year."""
KIND = ReturnKind.DISP


def under_disp(platform: Any, *returns: ReturnPolicy) -> Any:
    """Return the platform of an organisation under DISP that makes these returns, else one."""
    told = {
        "regimes": (RegimePolicy(profile=KIND.value),),
        "returns": returns or (OF_DISP,),
    }
    return replace(platform, policy=platform.policy.model_copy(update=told))


def half_year(platform: Any) -> Period:
    """Return the latest half-year that is over."""
    today = platform.calendar.day_of(platform.now())
    return periods_before(today, OF_DISP, platform.policy.calendar.zone)[-1]


def preparations(platform: Any) -> tuple[Preparation, ...]:
    """Return everything that was prepared."""
    with platform.database.read() as tx:
        found: tuple[Preparation, ...] = tx.return_preparations.all()
    return found


def prepare(platform: Any) -> return_prep.Prepared:
    """Do what the job does."""
    return return_prep.prepare_returns(platform)
