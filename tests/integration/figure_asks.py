"""How the services about figures are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.case_fact import Trait
from engine.domain.what_if import Question
from engine.services.figures import (
    breakdown,
    facts,
    figure_export,
    freezing,
    heat,
    looking_ahead,
    own_figures,
    reporting,
)
from engine.services.reviews import figure_print

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.integration.asking import Ask

ASKS: Mapping[str, Ask] = {
    "heat.overview": lambda a: heat.overview(a.platform, actor=a.actor),
    "heat.steps_behind": lambda a: heat.steps_behind(
        a.platform, actor=a.actor, element=a.element, behind="waiting"
    ),
    "heat.time_of_steps": lambda a: heat.time_of_steps(a.platform, actor=a.actor, period=a.period),
    "heat.versions": lambda a: heat.versions(a.platform, actor=a.actor),
    "looking_ahead.look_ahead": lambda a: looking_ahead.look_ahead(
        a.platform, actor=a.actor, question=Question()
    ),
    "own_figures.own_figures": lambda a: own_figures.own_figures(
        a.platform, actor=a.actor, period=a.period
    ),
    "breakdown.by_trait": lambda a: breakdown.by_trait(
        a.platform, actor=a.actor, measure="received", trait=Trait.CATEGORY, period=a.period
    ),
    "breakdown.traited": lambda a: breakdown.traited(
        a.platform, actor=a.actor, trait=Trait.CATEGORY
    ),
    "figure_print.figures_as_pdf": lambda a: figure_print.figures_as_pdf(
        a.platform, actor=a.actor, period=a.period
    ),
    "figure_export.figures_as_csv": lambda a: figure_export.figures_as_csv(
        a.platform, actor=a.actor, period=a.period
    ),
    "figure_export.figures_as_excel": lambda a: figure_export.figures_as_excel(
        a.platform, actor=a.actor, period=a.period
    ),
    "freezing.freeze_figures": lambda a: freezing.freeze_figures(
        a.platform, actor=a.actor, period=a.yesterday
    ),
    "freezing.frozen_figures": lambda a: freezing.frozen_figures(
        a.platform, actor=a.actor, period=a.yesterday
    ),
    "facts.remake": lambda a: facts.remake(a.platform, actor=a.actor),
    "reporting.definitions": lambda a: reporting.definitions(a.platform, actor=a.actor),
    "reporting.cases_behind": lambda a: reporting.cases_behind(
        a.platform, actor=a.actor, cases=a.received
    ),
    "reporting.report": lambda a: reporting.report(a.platform, actor=a.actor, period=a.period),
}
