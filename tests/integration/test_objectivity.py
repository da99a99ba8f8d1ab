"""Whether both sides were treated alike is looked at each month, by somebody who took no part."""

from dataclasses import replace
from datetime import timedelta

import pytest

from config.routine import ReviewPolicy
from engine.domain.actor import SYSTEM, Actor, Role
from engine.domain.conformity import Verdict
from engine.domain.kpi import Period
from engine.domain.sample import ASKED, Missed, Review, SampleKind
from engine.errors import InvalidInputError
from engine.services.evidence import conforming
from engine.services.figures import facts, monthly_sample, reporting, sampling
from engine.services.upkeep import jobs
from tests.integration.crowd import at_once
from tests.integration.office import rows
from tests.integration.reach_ways import QUINN, hire

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PAT = Actor(username="pat", name="Pat", roles=frozenset({Role.QUALITY_REVIEWER}))
DRAWN = (
    "SELECT kind, reviewer, seed, case_id FROM sample "
    "JOIN sampled_case ON sampled_case.sample_id = sample.id ORDER BY kind, case_id"
)


@pytest.fixture
def month(office, clock):
    """Somebody who reviews, three closed complaints, and a month that has ended."""
    hire(office.platform, QUINN)
    for _ in range(3):
        office.do(office.reach("closing_check"), "closing_check")
    clock.advance(days=31)
    return office


def own(platform, **policy):
    said = {"review": ReviewPolicy(**policy)}
    return replace(platform, policy=platform.policy.model_copy(update=said))


def judged(platform):
    """Return how the look at objectivity stands, measure by measure."""
    (clause,) = conforming.check_clauses(platform, actor=SYSTEM, clauses=["4.7"])
    return {each.measure.code: each.verdict for each in clause.measures}


def review(office, found=Review.IN_ORDER, kind=SampleKind.OBJECTIVITY, **known):
    """Let Quinn review the first complaint that waits in a sample of a kind."""
    of_kind = (
        sample
        for sample in sampling.to_review(office.platform, actor=QUINN)
        if sample.drawing.kind is kind
    )
    sample = next(of_kind)
    lines = sampling.drawn(office.platform, actor=QUINN, sample_id=sample.id)
    line = next(each for each in lines if each.review is None)
    who = {"actor": QUINN, "sample_id": sample.id, "reference": line.reference}
    sampling.review(office.platform, found=found, **who, **known)
    return sample.id


@pytest.mark.iso("4.7")
def test_each_kind_is_drawn_by_itself_and_once(month):
    hire(month.platform, PAT)  # whatever Quinn reviews already
    platform = own(month.platform, at_least=1, objectivity_at_least=2)
    draw = monthly_sample.draw_month
    first = draw(platform)

    ends = at_once(3, lambda _: draw(platform, kind=SampleKind.OBJECTIVITY))

    drawn = rows(platform.database, DRAWN)
    assert (first.drawn, sorted(end.drawn for end in ends)) == (1, [0, 0, 2])
    assert [kind for kind, *_ in drawn] == ["objectivity", "objectivity", "quality"]
    assert len({(who, case) for _, who, _, case in drawn}) == 3
    assert len({seed for _, _, seed, _ in drawn}) == 2
    told = "SELECT detail FROM organisation_event WHERE type = 'sample.drawn' ORDER BY seq"
    kinds = ['"objectivity"' in detail for (detail,) in rows(platform.database, told)]
    assert kinds[0] is False
    assert all(kinds[1:])


@ON_SQLITE
@pytest.mark.iso("4.7")
def test_nobody_looks_at_the_objectivity_of_what_they_took_part_in(office, clock):
    office.do(office.reach("closing_check"), "closing_check")
    both = (Role.HANDLER, Role.QUALITY_REVIEWER)
    office.platform.database.write(lambda tx: tx.accounts.set_roles("hanna", both))
    clock.advance(days=31)

    done = monthly_sample.draw_month(office.platform, kind=SampleKind.OBJECTIVITY)

    assert (done.drawn, done.among) == (0, 1)


@ON_SQLITE
@pytest.mark.iso("4.7")
@pytest.mark.iso("8.5")
def test_a_month_without_a_look_turns_the_clause_red(month, clock):
    jobs.run(month.platform, name="qa_sample")
    without = judged(month.platform)
    clock.advance(minutes=1)
    month.do(month.reach("closing_check"), "closing_check")
    clock.advance(days=31)
    jobs.run(month.platform, name="objectivity_sample")
    done = judged(month.platform)
    clock.advance(days=32)

    late = judged(month.platform)

    assert (without["sampled"], without["objective"]) == (Verdict.PASS, Verdict.FAIL)
    assert (done["objective"], done["seen"]) == (Verdict.PASS, Verdict.NOT_APPLICABLE)
    assert (late["objective"], late["seen"]) == (Verdict.FAIL, Verdict.FAIL)


@pytest.mark.iso("4.7")
@pytest.mark.iso("8.3")
def test_what_was_missed_is_kept_and_a_look_at_objectivity_is_no_quality_review(month, clock):
    platform = own(month.platform, at_least=1)
    for kind in SampleKind:
        monthly_sample.draw_month(platform, kind=kind)
    before = platform.now() - timedelta(days=1)

    number = review(month, Review.TO_IMPROVE, missed=[Missed.REPLY], remark="Tom was not heard.")
    review(month, kind=SampleKind.QUALITY)

    (line,) = (
        each
        for each in sampling.drawn(platform, actor=QUINN, sample_id=number)
        if each.review is not None
    )
    assert line.missed == (Missed.REPLY,)
    facts.keep_up(platform)
    period = Period(before, platform.now() + timedelta(days=1))
    told = reporting.report(platform, actor=SYSTEM, period=period)
    known = {each.measure.id: (each.figure.value, each.figure.n) for each in told.told}
    assert known["reviews_in_order"] == (1.0, 1)
    assert known["objectivity_in_order"] == (0.0, 1)
    assert (known["decisions_correct"], known["letters_complete"]) == ((1.0, 1), (1.0, 1))


@ON_SQLITE
@pytest.mark.parametrize(
    ("found", "missed", "why"),
    [
        (Review.IN_ORDER, Missed.CONFLICT, "cannot be in order"),
        (Review.TO_IMPROVE, Missed.LETTER, "not asked in this sample"),
    ],
)
def test_what_does_not_fit_the_sample_is_refused(month, found, missed, why):
    monthly_sample.draw_month(month.platform, kind=SampleKind.OBJECTIVITY)

    with pytest.raises(InvalidInputError, match=why):
        review(month, found, missed=[missed], remark="So.")

    assert {len(ASKED[kind]) for kind in SampleKind} == {2, 3}
