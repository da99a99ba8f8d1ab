"""How far those who answered the survey are like those who were asked (ISO 10002:2018, 8.3)."""

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.kpi import Period
from engine.domain.response_bias import ResponseBias, response_bias_of
from engine.services.accounts import reach


def response_bias(platform: Platform, *, actor: Actor, period: Period) -> ResponseBias:
    """Return who of those invited in a period has answered, whenever that was.

    Raises:
        NotAllowedError: The actor may not see the performance figures.

    Source: ISO 10002:2018, 8.3.
    """
    actor.require(Deed.MEASURE)
    with platform.database.read() as tx:
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.MEASURE)
        strata = tx.surveys.strata(seen, period.begin, period.end)
    return response_bias_of(strata, platform.policy.figures.small_number)
