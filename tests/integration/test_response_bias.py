"""Who was asked and who answered, from the records of one period and for one reader (8.3)."""

from dataclasses import replace

import pytest

from engine.domain.actor import COMPLAINANT
from engine.domain.kpi import Period
from engine.domain.response_bias import Trait
from engine.services.door import survey, survey_bias
from engine.services.staffing import restriction
from tests.integration.door_ways import SCORES, closed
from tests.integration.survey_ways import invite


def told(office, who="mara"):
    period = Period.last_days(30, office.platform.now(), "UTC")
    return survey_bias.response_bias(office.platform, actor=office.staff[who], period=period)


@pytest.mark.iso("8.3")
def test_those_invited_are_counted_with_what_they_answered_and_restricted_ones_for_few(
    office, clock
):
    reference = closed(office)
    before = told(office)
    clock.advance(days=8)
    invite(office.platform)
    asked = told(office)
    survey.respond(office.platform, actor=COMPLAINANT, reference=reference, scores=SCORES)

    found = told(office)
    assert [(each.invited, each.answered) for each in (before, asked, found)] == [
        (0, 0),
        (1, 0),
        (1, 1),
    ]
    assert (found.scored, found.plain, found.weighted) == (1, None, None)
    names = {trait: [each.name for each in groups] for trait, groups in found.groups.items()}
    assert names[Trait.OUTCOME] == ["upheld"]
    assert names[Trait.CHANNEL] == ["phone"]

    known = {"actor": office.staff["mara"], "reference": reference, "reason": "A colleague."}
    restriction.restrict(office.platform, people=["mara"], **known)
    assert (told(office, "tom").invited, told(office).invited) == (0, 1)


def test_what_is_told_of_few_answers_is_for_the_organisation_to_say(office, clock):
    reference = closed(office)
    clock.advance(days=8)
    invite(office.platform)
    survey.respond(office.platform, actor=COMPLAINANT, reference=reference, scores=SCORES)
    figures = office.platform.policy.figures.model_copy(update={"small_number": 1})
    policy = office.platform.policy.model_copy(update={"figures": figures})
    office.platform = replace(office.platform, policy=policy)

    period = Period.last_days(30, office.platform.now(), "UTC")
    known = {"actor": office.staff["mara"], "period": period}
    assert (told(office).plain, told(office).few) == (4.0, 1)
    means = {e.mean for e in survey.figures(office.platform, **known).items if e.outcome}
    assert means == {4.0, 5.0}


def test_an_answer_without_an_overall_score_is_an_answer_and_no_score(office, clock):
    reference = closed(office)
    clock.advance(days=8)
    invite(office.platform)
    survey.respond(office.platform, actor=COMPLAINANT, reference=reference, scores={"respect": 4})

    assert (told(office).answered, told(office).scored) == (1, 0)
