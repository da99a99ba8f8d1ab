"""A return is prepared when its period is over, and those who send it are reminded once each."""

import hashlib
import json

import pytest

from config.returns import ReturnPolicy
from engine.domain.actor import SYSTEM
from engine.domain.conformity import Verdict
from engine.domain.return_due import REMINDERS, working_days_until
from engine.errors import InvalidInputError, NotAllowedError
from engine.services.evidence import conforming
from engine.services.exports import return_prep, returns
from engine.services.exports.return_prep import Prepared
from engine.services.figures import facts
from engine.services.staffing import restriction
from engine.services.upkeep import jobs
from engine.store.return_preparations import ReturnPreparations
from tests.integration.crowd import at_once
from tests.integration.filing import (
    ABOVE,
    KIND,
    MORNING,
    SENDER,
    half_year,
    preparations,
    prepare,
    under_disp,
)
from tests.integration.office import execute, rows

WRITTEN = "SELECT recipient, subject, body FROM outbox WHERE case_id IS NULL ORDER BY id"
EVENTS = "SELECT type, detail FROM organisation_event WHERE type LIKE 'return.%' ORDER BY seq"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def database_url(request):
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def firm(office, clock):
    """A firm with a closed complaint and a restricted one, the morning after the half-year."""
    office.platform = under_disp(office.platform)
    closed = office.lodge(category="Price", product="Payment account")
    office.do(office.reach("closing_check", reference=closed), "closing_check")
    office.hidden = office.lodge(category="Price", product="Payment account")
    known = {"actor": office.staff["tom"], "reference": office.hidden, "people": ["ivo"]}
    restriction.restrict(office.platform, reason="It is about a colleague.", **known)
    clock.now = MORNING
    facts.keep_up(office.platform)
    return office


def written(office):
    return rows(office.platform.database, WRITTEN)


def send(office, folder, by="vera"):
    return returns.write_return(
        office.platform,
        actor=office.staff[by],
        kind=KIND,
        period=half_year(office.platform),
        file=folder / "return.csv",
    )


def days_on(office, clock, number):
    """Go through so many days, with several runs on each."""
    for _ in range(number):
        clock.advance(days=1)
        for _ in range(2):
            prepare(office.platform)


@pytest.mark.iso("8.2")
def test_it_is_prepared_of_every_complaint_once_and_stays_as_it_was(firm, clock, tmp_path):
    assert prepare(firm.platform) == Prepared(prepared=1, waiting=1)

    (first,) = preparations(firm.platform)
    assert (first.kind, first.period) == (KIND, half_year(firm.platform))
    assert str(first.due_on) == "2026-08-11"
    assert (first.prepared, first.prepared.at) == (first.latest, MORNING)
    assert (first.prepared.cases, first.prepared.wrong) == (2, 0)
    clock.advance(days=1)
    execute(firm.platform.database, "UPDATE complaint_case SET category = 'None of ours' "
            "WHERE reference = :of", of=firm.hidden)  # fmt: skip
    assert prepare(firm.platform) == Prepared(waiting=1, wrong=1)
    (after,) = preparations(firm.platform)
    assert after.prepared == first.prepared
    assert (after.latest.at, after.latest.problems) == (clock.now, 1)
    with pytest.raises(InvalidInputError, match=firm.hidden):
        send(firm, tmp_path)


def test_what_it_held_is_the_file_of_somebody_who_sees_everything(firm, tmp_path):
    prepare(firm.platform)

    send(firm, tmp_path)

    (found,) = preparations(firm.platform)
    assert (
        found.prepared.sha256 == hashlib.sha256((tmp_path / "return.csv").read_bytes()).hexdigest()
    )
    (prepared, told), (exported, _) = rows(firm.platform.database, EVENTS)
    assert (prepared, exported) == ("return.prepared", "return.exported")
    assert json.loads(told)["sha256"] == found.prepared.sha256
    seen = returns.look_at_return(
        firm.platform, actor=firm.staff["mara"], kind=KIND, period=found.period
    )
    assert (seen.cases, found.prepared.cases) == (1, 2)


def test_each_reminder_is_written_once_and_names_nobody(firm, clock):
    told = {}
    while str(clock.now.date()) <= "2026-08-11":
        before = len(written(firm))
        prepare(firm.platform)
        prepare(firm.platform)
        if new := written(firm)[before:]:
            told[clock.now.date()] = new
        clock.advance(days=1)

    (found,) = preparations(firm.platform)
    left = [working_days_until(found.due_on, day, firm.platform.calendar) for day in told]
    assert left == list(REMINDERS)
    assert [len(mails) for mails in told.values()] == [1] * len(REMINDERS)
    for recipient, subject, body in written(firm):
        assert recipient == SENDER
        assert "is due on 11 August 2026" in subject
        assert "It holds 2 complaints.\nNothing is wrong with it." in body
        assert firm.hidden not in body + subject
        assert "Payment" not in body + subject


def test_after_an_outage_one_reminder_comes_for_all_that_were_missed(firm, clock):
    prepare(firm.platform)
    clock.advance(days=38)

    days_on(firm, clock, 1)

    ((_, _, body),) = written(firm)
    assert "in 2 working days" in body
    assert preparations(firm.platform)[0].reminded == REMINDERS[2]


def test_when_its_day_is_over_those_above_are_told_once(firm, clock):
    prepare(firm.platform)
    clock.advance(days=41)
    assert prepare(firm.platform).reminded == 1
    assert "It is due today" in written(firm)[0][2]

    days_on(firm, clock, 3)

    reminder, *above = written(firm)
    assert reminder[0] == SENDER
    assert [(mail[0], "was due on 11 August 2026" in mail[1]) for mail in above] == [
        (ABOVE, True),
        (SENDER, True),
    ]
    assert preparations(firm.platform)[0].climbed_at is not None
    assert rows(firm.platform.database, EVENTS)[-1][0] == "return.climbed"


def test_once_it_was_sent_nobody_is_reminded_and_nothing_is_looked_at(firm, clock, tmp_path):
    prepare(firm.platform)
    send(firm, tmp_path)
    kept = preparations(firm.platform)

    days_on(firm, clock, 60)

    assert written(firm) == []
    assert preparations(firm.platform) == kept


def test_what_was_sent_before_it_was_prepared_is_not_prepared(firm, tmp_path):
    send(firm, tmp_path)

    assert prepare(firm.platform) == Prepared()
    assert preparations(firm.platform) == ()


def test_periods_that_were_missed_are_made_up_for_at_most_four(firm, clock):
    prepare(firm.platform)
    clock.advance(days=5 * 366)

    done = prepare(firm.platform)

    found = [each.period for each in preparations(firm.platform)]
    assert (done.prepared, done.waiting, done.climbed) == (4, 5, 4)
    assert found[1:] == sorted(found[1:], key=lambda each: each.begin)
    assert found[-1] == half_year(firm.platform)
    assert prepare(firm.platform).prepared == 0


def test_who_begins_late_is_not_told_of_what_was_sent_without_redress(firm, clock):
    clock.advance(days=50)

    assert prepare(firm.platform) == Prepared()


def test_several_at_once_prepare_one_and_remind_once(firm, clock):
    clock.advance(days=30)

    done = at_once(6, lambda _: prepare(firm.platform))

    assert sum(each.prepared for each in done) == 1
    assert len(preparations(firm.platform)) == len(written(firm)) == 1


def test_a_store_that_forgets_whom_it_reminded_is_caught(firm, clock, monkeypatch):
    """Planted: what was told is never kept."""
    monkeypatch.setattr(ReturnPreparations, "go_on", lambda *_: None)
    clock.advance(days=30)

    prepare(firm.platform)
    prepare(firm.platform)

    assert len(written(firm)) == 2


def test_what_stops_one_return_stops_no_other(firm, monkeypatch):
    firm.platform = under_disp(
        firm.platform, ReturnPolicy(kind="asic_rg271"), *firm.platform.policy.returns
    )
    made = return_prep.made_return

    def fails(platform, tx, *, kind, **how):
        if kind is not KIND:
            raise InvalidInputError({"": "No such thing."})
        return made(platform, tx, kind=kind, **how)

    monkeypatch.setattr(return_prep, "made_return", fails)

    assert prepare(firm.platform) == Prepared(prepared=1, waiting=1, failed=1)


def test_the_job_counts_what_it_did_and_only_jobs_prepare(firm):
    result = jobs.run(firm.platform, name="regulator_return_prep")

    assert (result.state, result.summary) == (
        "done",
        {"prepared": 1, "waiting": 1, "wrong": 0, "reminded": 0, "climbed": 0, "failed": 0},
    )
    with pytest.raises(NotAllowedError):
        return_prep.prepare_returns(firm.platform, actor=firm.staff["mara"])


def test_a_command_lists_what_is_to_be_sent_and_tells_numbers_to_whom_sees_all(firm, redress):
    prepare(firm.platform)

    all_, some = (
        json.loads(redress("export", "due", "--as", name, "--format", "json").out)
        for name in ("vera", "mara")
    )

    told = {
        "return": "fca_disp",
        "first": "2026-01-01",
        "last": "2026-06-30",
        "due": "2026-08-11",
        "left": 29,
    }
    assert all_ == [told | {"complaints": 2, "wrong": 0}]
    assert some == [told | {"complaints": None, "wrong": None}]
    text = redress("export", "due", "--as", "mara").out
    assert "2026-08-11" in text
    assert "None" not in text


@pytest.mark.iso("8.5")
def test_a_return_that_is_overdue_makes_its_clause_warn(firm, clock, tmp_path):
    prepare(firm.platform)
    clock.advance(days=41)
    assert returned(firm).count.looked_at == 0

    clock.advance(days=1)
    assert returned(firm).verdict is Verdict.WARN
    assert returned(firm).count.wrong == ("FCA DISP: complaints return, due 11 Aug 2026",)
    send(firm, tmp_path)
    assert returned(firm).verdict is Verdict.WARN  # it was late
    execute(firm.platform.database, "UPDATE return_preparation SET due_on = '2026-08-12'")
    clock.advance(days=1)

    assert returned(firm).verdict is Verdict.PASS


def returned(office):
    """Return how the measure of returns stands."""
    platform = office.platform
    (clause,) = conforming.check_clauses(platform, actor=SYSTEM, clauses=["8.2"])
    return next(each for each in clause.measures if each.measure.code == "returned")
