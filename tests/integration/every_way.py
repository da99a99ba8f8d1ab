"""How commands are given, gathered from the modules that know it; see ``commands``."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from engine.domain.forecast import RemainingPath
from engine.services.clocks import forecast
from engine.services.process import processes
from tests.integration import (
    assessment_ways,
    authority_ways,
    calendar_ways,
    conformity_ways,
    daily_ways,
    document_ways,
    door_ways,
    evidence_ways,
    export_ways,
    extension_ways,
    fact_ways,
    figure_asks,
    health_ways,
    identity_asks,
    identity_ways,
    improvement_ways,
    inquiry_ways,
    issue_ways,
    kin_ways,
    ladder_ways,
    letter_ways,
    mail_ways,
    message_asks,
    migration_ways,
    number_ways,
    party_ways,
    posting_ways,
    privacy_ways,
    process_ways,
    reach_ways,
    referral_ways,
    remedy_ways,
    request_ways,
    respondent_ways,
    review_ways,
    routine_ways,
    scenario_ways,
    separation_asks,
    signal_ways,
    survey_ways,
)


def _measured_before(desk: Any) -> Any:
    """Keep what holds no more, and return what measures anew."""
    old = [RemainingPath(name, 30, timedelta(days=3)) for name in ("register", "gone")]
    desk.office.lodge()
    database, now = desk.office.platform.database, desk.office.platform.now()
    database.write(lambda tx: tx.forecasts.keep(old, now))
    return forecast.measure


FORECAST: Mapping[str, Any] = {"forecast.measure": _measured_before}
CONCLUDED: Mapping[str, Any] = {
    "processes.install_concluded": lambda _desk: processes.install_concluded
}

AT_ONCE: Sequence[Mapping[str, Any]] = (
    CONCLUDED,
    calendar_ways.ALL,
    assessment_ways.ALL,
    authority_ways.ALL,
    daily_ways.ALL,
    document_ways.ALL,
    extension_ways.ALL,
    door_ways.ALL,
    evidence_ways.ALL,
    conformity_ways.ALL,
    export_ways.ALL,
    health_ways.ALL,
    identity_ways.ALL,
    improvement_ways.ALL,
    inquiry_ways.ALL,
    issue_ways.ALL,
    kin_ways.ALL,
    ladder_ways.ALL,
    letter_ways.ALL,
    mail_ways.ALL,
    migration_ways.ALL,
    party_ways.ALL,
    referral_ways.ALL,
    posting_ways.ALL,
    number_ways.ALL,
    remedy_ways.ALL,
    respondent_ways.ALL,
    review_ways.ALL,
    routine_ways.ALL,
    privacy_ways.ALL,
    request_ways.ALL,
    process_ways.ALL,
    reach_ways.COMMANDS,
    scenario_ways.ALL,
    signal_ways.ALL,
    survey_ways.ALL,
)
"""How commands are given that are one transaction, part by part, by module and function."""

PIECEWISE: Sequence[Mapping[str, Any]] = (
    FORECAST,
    calendar_ways.PIECEWISE,
    conformity_ways.PIECEWISE,
    fact_ways.PIECEWISE,
    identity_ways.PIECEWISE,
    inquiry_ways.PIECEWISE,
    ladder_ways.PIECEWISE,
    mail_ways.PIECEWISE,
    migration_ways.PIECEWISE,
    posting_ways.PIECEWISE,
    privacy_ways.PIECEWISE,
    reach_ways.PIECEWISE,
    review_ways.PIECEWISE,
    routine_ways.PIECEWISE,
    survey_ways.PIECEWISE,
)
"""The same for those that are many transactions by design."""

ASKED: Sequence[Mapping[str, Any]] = (
    assessment_ways.ASKS,
    authority_ways.ASKS,
    calendar_ways.ASKS,
    document_ways.ASKS,
    extension_ways.ASKS,
    daily_ways.ASKS,
    door_ways.ASKS,
    evidence_ways.ASKS,
    conformity_ways.ASKS,
    export_ways.ASKS,
    figure_asks.ASKS,
    health_ways.ASKS,
    identity_asks.ASKS,
    improvement_ways.ASKS,
    inquiry_ways.ASKS,
    issue_ways.ASKS,
    kin_ways.ASKS,
    ladder_ways.ASKS,
    letter_ways.ASKS,
    mail_ways.ASKS,
    party_ways.ASKS,
    message_asks.ASKS,
    migration_ways.ASKS,
    number_ways.ASKS,
    posting_ways.ASKS,
    privacy_ways.ASKS,
    request_ways.ASKS,
    process_ways.ASKS,
    referral_ways.ASKS,
    remedy_ways.ASKS,
    respondent_ways.ASKS,
    review_ways.ASKS,
    routine_ways.ASKS,
    scenario_ways.ASKS,
    separation_asks.ASKS,
    signal_ways.ASKS,
    survey_ways.ASKS,
)
"""How services are asked for by anybody, whatever becomes of it."""
