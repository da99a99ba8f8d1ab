"""The figures of the performance pages on paper, as a review tells them (ISO 10002:2018, 8.2)."""

from engine.bootstrap import Platform
from engine.domain.actor import Actor
from engine.domain.case_fact import TITLES, Trait
from engine.domain.journal import content_hash
from engine.domain.kpi import Period
from engine.domain.review import Report
from engine.services.figures import breakdown, reporting
from engine.services.figures.measuring import ALL, Slice
from engine.services.reviews import review_chapters
from engine.services.reviews.review_figures import performance_of
from engine.services.reviews.review_report import in_short
from engine.services.reviews.review_words import on
from engine.writing.review_print import print_review

_FEW = 1
"""Whoever prints sees the same on the page, complaint by complaint."""


def figures_as_pdf(platform: Platform, *, actor: Actor, period: Period, of: Slice = ALL) -> bytes:
    """Return the figures of a period as PDF/A, with charts, their numbers and what each means.

    Raises:
        NotAllowedError: The actor may not see the performance figures.
        InvalidInputError: The typesetter does not take a word of them.
    """
    told = reporting.report(platform, actor=actor, period=period, of=of)
    known = performance_of(told, told.weeks, few=_FEW)
    zone = platform.policy.calendar.zone
    today = platform.calendar.day_of(platform.now())
    days = dict.fromkeys(on(day) for day in (period.first_day(zone), period.last_day(zone)))
    report = Report(
        title="Performance figures",
        organisation=platform.policy.organisation.name,
        about=f"{' to '.join(days)}, {_named(platform, actor, of)}; made on {on(today)}.",
        short=tuple(in_short(known)),
        sections=(
            review_chapters.reached(known, _FEW),
            review_chapters.meanings(known),
        ),
    )
    return print_review(report, mark=content_hash(report.as_data()), on=today)


def _named(platform: Platform, actor: Actor, of: Slice) -> str:
    if of == ALL:
        return "all complaints"
    trait = Trait(of.trait)
    titles = dict(breakdown.traited(platform, actor=actor, trait=trait))
    return f"{TITLES[trait].lower()} “{titles.get(of.value, of.value)}” alone"
