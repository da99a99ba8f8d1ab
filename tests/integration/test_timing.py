"""Time limits of a case: which regimes hold, what starts, stops and extends them, and who may."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from config.policy import ClockPolicy, RegimePolicy
from config.settings import Settings
from engine.bootstrap import open_platform
from engine.domain.complaint import Channel
from engine.domain.deadline import ClockState
from engine.domain.regime import Occasion, Profiles, parse_profile
from engine.errors import (
    ConflictError,
    InvalidInputError,
)
from engine.services.handling import casefile
from engine.services.intake import intake
from engine.services.running import monitoring, operations, timing
from tests.integration.office import Office, execute, rows

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what depends on no database."""

DISP = RegimePolicy(profile="fca_disp", variant="payment_services", products=("Card",))
HOUSING = RegimePolicy(profile="housing_ombudsman", categories=("Repairs",))
ISO = RegimePolicy(profile="iso", otherwise=True)


def under(office, *regimes, **more):
    """Return the office under another policy."""
    policy = office.platform.policy.model_copy(update={"regimes": regimes, **more})
    return Office(replace(office.platform, policy=policy), office.staff)


def clocks(office, reference):
    return {clock.code: clock for clock in office.view(reference).clocks}


def lodge(office, *wanted, **facts):
    return intake.lodge(
        office.platform, actor=office.staff["hanna"], complaint=office.heard(**facts), wanted=wanted
    )


@on_sqlite
def test_a_complaint_comes_under_the_regimes_whose_conditions_it_meets(office):
    office = under(office, DISP, HOUSING, ISO)

    card, repair, other = (
        office.lodge(product="card"),
        office.lodge(category="Repairs"),
        office.lodge(product="Loan"),
    )

    titles = [office.view(each).regime_titles for each in (card, repair, other)]
    assert titles == [("FCA DISP 1",), ("Housing Ombudsman Code",), ("ISO 10002",)]
    final = clocks(office, card)["final_response"]
    assert final.due_at == datetime(2026, 1, 26, 17, tzinfo=UTC)  # 15 days after Monday the 5th
    assert set(clocks(office, repair)) == {"acknowledgement"}  # the rest waits for its occasion


@on_sqlite
def test_regimes_can_be_chosen_and_two_of_them_have_clocks_side_by_side(office):
    reference = lodge(office, "nhs", "gdpr_request")

    found = clocks(office, reference)

    assert set(found) == {"acknowledgement", "final_response", "gdpr_request.final_response"}
    assert found["final_response"].due_at.month == 7
    assert found["gdpr_request.final_response"].due_at.month == 2


@on_sqlite
@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ("nowhere", "is none of asic_rg271"),
        ("lgsco", "is not in force for what was received on 05 January 2026"),
        ("fca_disp/pigeons", "is none of its variants"),
    ],
)
def test_a_regime_that_cannot_be_chosen_is_refused_with_the_reason(office, wanted, problem):
    with pytest.raises(InvalidInputError, match=problem):
        lodge(office, wanted)


@on_sqlite
def test_the_same_command_with_another_regime_is_another_command(office):
    command_id, known = uuid4(), {"actor": office.staff["hanna"], "complaint": office.heard()}
    intake.lodge(office.platform, **known, command_id=command_id, wanted=["nhs"])

    with pytest.raises(Exception, match="used for something else"):
        intake.lodge(office.platform, **known, command_id=command_id, wanted=["iso"])


def test_a_policy_that_names_no_such_regime_does_not_open(tmp_path, sqlite_url):
    policy = Settings(home=tmp_path).policy
    wrong = policy.model_copy(update={"regimes": (RegimePolicy(profile="fca"),)})

    with pytest.raises(InvalidInputError, match=r"policy\.regimes\.0\.profile: “fca” is none of"):
        open_platform(Settings(home=tmp_path, database_url=sqlite_url, policy=wrong))


def test_a_profile_of_the_organisations_own_is_read_and_one_that_is_missing_is_named(tmp_path):
    path = tmp_path / "acme.toml"
    path.write_text(
        'code = "acme"\ntitle = "Acme"\nversion = "1"\nvalid_from = 2020-01-01\n[[clocks]]\n'
        'code = "answer"\ntitle = "Answer"\nkind = "internal"\nallowance = "2 days"\n'
        'stops_on = ["decided"]\nsource = "Our own."\n'
    )
    policy = Settings(home=tmp_path).policy

    def opening(where):
        told = {"profiles": (str(where),), "regimes": (RegimePolicy(profile="acme"),)}
        changed = policy.model_copy(update=told)
        return open_platform(Settings(home=tmp_path, policy=changed))

    assert opening(path).profiles.editions("acme")
    with pytest.raises(InvalidInputError, match="cannot be read"):
        opening(tmp_path / "missing.toml")


def test_a_case_keeps_the_edition_it_started_under_when_the_rules_change(office):
    before = lodge(office, "housing_ombudsman")
    changed = Profiles([parse_profile(_shorter("housing_ombudsman"))])
    later = Office(replace(office.platform, profiles=changed), office.staff)

    after = lodge(later, "housing_ombudsman")
    for reference in (before, after):
        later.reach("acknowledge", reference=reference)
        later.do(reference, "acknowledge")

    days = [
        (clocks(later, each)["final_response"].due_at - later.platform.now()).days
        for each in (before, after)
    ]
    assert days == [14, 2]
    assert len(rows(office.platform.database, "SELECT 1 FROM edition WHERE kind = 'regime'")) == 2


def _shorter(code):
    return (
        'code = "housing_ombudsman"\ntitle = "Shorter"\nversion = "9"\nvalid_from = 2024-01-01\n'
        '[[clocks]]\ncode = "final_response"\ntitle = "Answer"\nkind = "statutory"\n'
        'allowance = "2 working days"\nstarts_on = "acknowledged"\nstops_on = ["decided"]\n'
        f'source = "Not of {code}."\n'
    )


@on_sqlite
def test_a_program_that_starts_anew_counts_by_the_editions_that_were_kept(office):
    reference = lodge(office, "nhs")
    restarted = Office(replace(office.platform, editions={}), office.staff)

    told = restarted.view(reference)

    assert told.regime_titles == ("NHS complaints (England)",)
    assert all(reason.is_whole for reason in told.reasons.values())


@on_sqlite
def test_an_edition_that_was_altered_is_noticed(office):
    reference = lodge(office, "nhs")
    execute(office.platform.database, "UPDATE edition SET content = '{}' WHERE name = 'nhs'")
    restarted = Office(replace(office.platform, editions={}), office.staff)

    with pytest.raises(ConflictError, match="was altered"):
        restarted.view(reference)


@on_sqlite
@pytest.mark.iso("4.15")
def test_a_limit_starts_with_its_occasion_and_stops_with_another(office, clock):
    reference = lodge(office, "housing_ombudsman")
    clock.advance(days=1)

    office.reach("acknowledge", reference=reference)
    office.do(reference, "acknowledge")

    found = clocks(office, reference)
    assert found["acknowledgement"].state is ClockState.MET
    assert found["final_response"].started_at == clock.now
    office.reach("approve_decision", reference=reference)
    office.do(reference, "approve_decision")
    assert clocks(office, reference)["final_response"].state is ClockState.MET


@on_sqlite
def test_a_rejected_decision_starts_the_second_stage_and_its_answer_ends_it(office, clock):
    reference = lodge(office, "housing_ombudsman")
    office.reach("approve_decision", reference=reference)
    office.do(reference, "approve_decision")

    office.answer(reference, "rejected")

    assert clocks(office, reference)["stage_two_acknowledgement"].is_open
    clock.advance(days=1)
    _tell(office, reference, Occasion.STAGE_TWO_ACKNOWLEDGED)
    running = clocks(office, reference)
    assert running["stage_two_acknowledgement"].state is ClockState.MET
    assert running["stage_two_response"].is_open
    office.do(reference, "review_rejection")
    assert clocks(office, reference)["stage_two_response"].state is ClockState.MET


def _tell(office, reference, occasion, **more):
    known = {"actor": office.staff["hanna"], "reference": reference, "occasion": occasion}
    timing.note_occasion(office.platform, **known, **more)


@on_sqlite
def test_a_regulators_clock_begins_when_the_regulator_passed_the_complaint_on(office, clock):
    portal = lodge(office, "cfpb", channel=Channel.REGULATOR_PORTAL)
    letter = lodge(office, "cfpb", channel=Channel.LETTER)
    clock.advance(days=3)
    passed_on = clock.now - timedelta(days=1)

    _tell(office, letter, Occasion.TRANSMITTED, at=passed_on)

    assert clocks(office, portal)["final_response"].due_at.day == 20
    assert clocks(office, letter)["final_response"].started_at == passed_on


@on_sqlite
def test_what_is_told_again_starts_no_second_clock_while_the_first_runs(office):
    reference = lodge(office, "cfpb")
    for _ in range(2):
        _tell(office, reference, Occasion.TRANSMITTED)

    assert list(clocks(office, reference)) == ["final_response"]


def test_a_limit_that_begins_again_is_a_new_clock(office, clock):
    reference = lodge(office, "housing_ombudsman")
    for occasion in (Occasion.STAGE_TWO_REQUESTED, Occasion.STAGE_TWO_ACKNOWLEDGED) * 2:
        clock.advance(hours=1)
        _tell(office, reference, occasion)

    found = clocks(office, reference)

    again = {"stage_two_acknowledgement", "stage_two_acknowledgement.2", "stage_two_response"}
    assert set(found) == {"acknowledgement", *again}
    assert found["stage_two_acknowledgement"].state is ClockState.MET


@on_sqlite
@pytest.mark.parametrize(
    ("occasion", "moment", "problem"),
    [
        (Occasion.DECIDED, timedelta(), "is none of"),
        (Occasion.UPDATED, timedelta(hours=1), "does not lie ahead"),
        (Occasion.UPDATED, timedelta(hours=-1), "before the complaint was received"),
    ],
)
def test_what_cannot_have_happened_is_refused(office, occasion, moment, problem):
    reference = office.lodge()

    with pytest.raises(InvalidInputError, match=problem):
        _tell(office, reference, occasion, at=office.platform.now() + moment)


@on_sqlite
def test_a_chance_that_has_passed_lapses_without_a_word_to_anybody(office, clock):
    reference = lodge(office, "fca_disp")
    clock.now = clocks(office, reference)["summary_resolution"].due_at + timedelta(seconds=1)

    monitoring.sweep(office.platform)

    told = office.view(reference)
    assert clocks(office, reference)["summary_resolution"].state is ClockState.CANCELLED
    assert [entry.what for entry in told.timeline[:1]] == ["No longer possible: summary resolution"]
    assert told.escalations == ()


@on_sqlite
def test_the_organisations_own_promises_hold_beside_a_regime(office):
    own = ClockPolicy(code="call", title="Call back", allowance="1 day", stops_on="acknowledged")
    office = under(office, ISO, clocks=(own,))

    reference = office.lodge()

    assert set(clocks(office, reference)) == {"acknowledgement", "final_response", "call"}


@on_sqlite
def test_an_own_promise_that_nothing_stops_is_refused_by_its_name(office):
    own = ClockPolicy(code="call", title="Call back", allowance="1 day", stops_on="sometime")
    office = under(office, ISO, clocks=(own,))

    with pytest.raises(InvalidInputError, match=r"policy\.clocks\.call\.stops_on"):
        office.lodge()


@on_sqlite
def test_a_rest_of_the_case_shows_in_the_reason_of_its_internal_clocks_alone(office, clock):
    reference = lodge(office, "fca_disp")
    known = {"actor": office.staff["mara"], "reference": reference, "reason": "She is away."}
    before = clocks(office, reference)
    operations.suspend(office.platform, **known)
    clock.advance(days=2)

    operations.resume(office.platform, **known)

    told, after = office.view(reference), clocks(office, reference)
    assert all(reason.is_whole for reason in told.reasons.values())
    assert after["acknowledgement"].due_at > before["acknowledgement"].due_at
    assert after["final_response"].due_at == before["final_response"].due_at
    assert "The case rested" in told.reasons["acknowledgement"].passages[-1].title


@on_sqlite
def test_a_clock_of_an_earlier_release_says_that_its_rule_was_not_kept(office):
    reference = office.lodge()
    execute(office.platform.database, "UPDATE clock SET profile = '', rule = '', calendar = ''")

    told = casefile.view(office.platform, actor=office.staff["hanna"], reference=reference)

    assert not any(reason.is_whole for reason in told.reasons.values())
    assert "was not kept" in told.reasons["final_response"].passages[0].title
