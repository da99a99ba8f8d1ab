"""The pack of a month or quarter: what it tells, that it stays as it is, and how it is sent."""

import html
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import DatabaseError

from config.kpi import Better, FigurePolicy, KpiPolicy, Unit
from engine.domain.governance import RecordAct, RecordKind
from engine.domain.improvement import Effect, Standing
from engine.domain.review import PackForm, PackKind
from engine.domain.signal import Disposition
from engine.domain.survey import Item, Scores, told_apart
from engine.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from engine.services.evidence import conforming, register
from engine.services.improvement import improvement_board
from engine.services.reviews import review_pack
from engine.services.reviews.review_chapters import satisfaction
from engine.services.reviews.review_figures import Line
from engine.services.reviews.review_material import gathered
from engine.services.reviews.review_report import in_wait, report_of
from engine.services.reviews.review_words import amount
from engine.services.signals import answering
from engine.services.upkeep import jobs
from tests.integration.conformity_ways import THEO, recorded, wanted
from tests.integration.crowd import at_once
from tests.integration.office import Office, execute, rows
from tests.integration.review_ways import made, sending
from tests.integration.signal_ways import shown

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
APRIL = datetime.fromisoformat("2026-04-03T09:00:00+00:00")


def packs_of(office):
    return review_pack.reviews_view(office.platform, actor=office.staff["mara"]).packs


def told_by(office, number=1):
    """Return everything that a pack says, by the titles of its sections."""
    pack = next(each for each in packs_of(office) if each.number == number)
    found = {"short": " ".join(pack.content["short"])}
    for section in pack.content["sections"]:
        parts = section["parts"]
        words = [part.get("text", "") for part in parts]
        words += [item for part in parts for item in part.get("points", ())]
        words += [cell for part in parts for row in part.get("rows", ()) for cell in row]
        found[section["title"]] = " ".join(words)
    return found


def _by_job(office, name="monthly_pack"):
    return jobs.run(office.platform, name=name).summary["made"]


@ON_SQLITE
@pytest.mark.iso("8.6")
def test_each_month_and_quarter_a_pack_is_made_once_and_missed_ones_later(office, clock):
    clock.now = APRIL
    first, quarter = _by_job(office), _by_job(office, "quarterly_pack")
    clock.now = APRIL.replace(month=6, day=12)

    later = _by_job(office)
    clock.advance(minutes=1)
    again = _by_job(office)

    assert (first, quarter, later, again) == (1, 1, 2, 0)
    kept = {(each.kind, str(each.first), str(each.last)) for each in packs_of(office)}
    assert kept == {
        (PackKind.MONTHLY, "2026-03-01", "2026-03-31"),
        (PackKind.QUARTERLY, "2026-01-01", "2026-03-31"),
        (PackKind.MONTHLY, "2026-04-01", "2026-04-30"),
        (PackKind.MONTHLY, "2026-05-01", "2026-05-31"),
    }


def test_of_several_that_make_the_same_pack_one_does(office, clock):
    clock.now = APRIL

    ends = at_once(3, lambda _: review_pack.make_due_packs(office.platform, kind=PackKind.MONTHLY))

    assert sorted(ends) == [0, 0, 1]
    assert len(packs_of(office)) == 1


@ON_SQLITE
@pytest.mark.iso("8.6")
def test_a_figure_stands_beside_its_target_and_one_that_misses_it_is_to_be_decided_on(
    office, clock
):
    for _ in range(3):
        office.lodge()
    clock.now = APRIL
    aims = {"backlog": KpiPolicy(target=2), "received": KpiPolicy(target=2)}
    policy = office.platform.policy.model_copy(update={"figures": FigurePolicy(kpis=aims)})

    number = made(Office(replace(office.platform, policy=policy), office.staff))

    told = told_by(office, number)
    decide = told["What to decide"]
    assert "What brings “Open” from 3 to its target of 2?" in decide
    assert decide.count("its target of") == 1
    assert "Open 3 3 +0 2 3" in told["Performance"]


def test_a_figure_is_missed_on_the_wrong_side_of_its_target_alone():
    usual = {"id": "x", "means": "How many are on time.", "before": None, "n": 40}
    late = Line(
        title="On time", unit=Unit.SHARE, value=0.9, better=Better.MORE, target=0.95, **usual
    )
    slow = Line(title="Days", unit=Unit.DAYS, value=9.0, better=Better.LESS, target=10.0, **usual)

    assert [each.is_missed for each in (late, slow)] == [True, False]
    assert [replace(each, target=None).is_missed for each in (late, slow)] == [False, False]
    assert replace(slow, value=10.5).is_missed
    assert (amount(late.target, late.unit), amount(slow.value, slow.unit)) == ("95.0 %", "9.0 days")


@pytest.mark.iso("8.6")
def test_a_pack_is_never_changed_or_removed(office, clock):
    clock.now = APRIL
    made(office)

    for wish in (
        "UPDATE review_pack SET made_by = 'x'",
        "DELETE FROM review_pack",
    ):
        with pytest.raises(DatabaseError, match="never changes"):
            execute(office.platform.database, wish)
    assert len(packs_of(office)) == 1


@ON_SQLITE
def test_a_file_that_is_not_the_one_that_was_signed_is_not_handed_out(office, clock):
    clock.now = APRIL
    known = {"actor": office.staff["mara"], "number": made(office), "form": PackForm.HTML}
    before = review_pack.review_pack_file(office.platform, **known)
    for wish in (
        "DROP TRIGGER review_pack_forbids_UPDATE",
        "UPDATE review_pack SET html = CAST(replace(html, 'March', 'April') AS BLOB)",
    ):
        execute(office.platform.database, wish)

    with pytest.raises(ConflictError, match="not the file that was signed"):
        review_pack.review_pack_file(office.platform, **known)
    assert before.startswith(b"<!doctype html>")


@ON_SQLITE
def test_the_journal_tells_of_a_pack_by_the_hashes_of_its_files(office, clock):
    clock.now = APRIL
    number = made(office)
    (pack,) = packs_of(office)

    asked = "SELECT detail, actor FROM organisation_event WHERE type = 'review.made'"
    ((detail, actor),) = rows(office.platform.database, asked)

    assert (pack.number, actor) == (number, "mara")
    assert all(pack.hash_of(form) in str(detail) for form in PackForm)


@ON_SQLITE
def test_a_pack_of_a_period_that_is_not_over_or_of_nobody_or_twice_is_refused(office, clock):
    clock.now = APRIL
    made(office)

    with pytest.raises(InvalidInputError, match="April 2026 is not over"):
        made(office, last=APRIL.date())
    with pytest.raises(ConflictError, match="March 2026"):
        made(office, last=APRIL.date().replace(month=3))
    with pytest.raises(NotAllowedError):
        review_pack.make_review_pack(
            office.platform, actor=office.staff["hanna"], kind=PackKind.MONTHLY
        )
    with pytest.raises(NotFoundError):
        review_pack.review_pack_file(
            office.platform, actor=office.staff["mara"], number=9, form=PackForm.PDF
        )


@ON_SQLITE
@pytest.mark.iso("8.6")
def test_a_pack_has_every_input_that_the_clause_names(office, clock):
    office.do(office.reach("closing_check"), "closing_check")
    conforming.freeze_evidence(office.platform)
    _record_all(office)
    answered = shown(office.platform)
    known = {"actor": office.staff["mara"], "number": answered}
    answering.answer_signal(
        office.platform, disposition=Disposition.ACTION_TAKEN, reason="Tariff sent.", **known
    )
    clock.now = APRIL

    told = told_by(office, made(office, PackKind.QUARTERLY))

    assert "A new regulator asks for more." in told["Changes inside and outside"]
    assert "Received" in told["Performance"]
    assert "Tariff sent." in told["What changed, and why"]
    assert "clauses" in told["Audits and conformity"]
    assert "Receipts are late" in told["Audits and conformity"]
    assert "Overdue by" in told["Corrective and preventive actions"]
    assert "Hire somebody" in told["What came of earlier reviews"]
    assert "invitation" in told["What complainants think"]
    assert "closed" in told["People and workload"]
    assert "overdue" in told["short"]
    assert told["What to decide"].count("?") >= 2


@pytest.mark.parametrize(
    ("titles", "said"),
    [
        (["Late"], "1 signal has no disposition: Late."),
        (["Late", "Price"], "2 signals have no disposition: Late and Price."),
        (list("ABCABD"), "6 signals have no disposition, on 4 charts: A, B, C and 1 more."),
    ],
)
def test_of_signals_that_wait_the_numbers_agree_with_the_charts_that_are_named(titles, said):
    assert in_wait(titles) == said


def _record_all(office):
    """Put one record of each kind on record, the action approved and soon overdue."""
    recorded(office, RecordKind.CONTEXT, title="Law", text="A new regulator asks for more.")
    review = recorded(office, RecordKind.REVIEW, title="Review of autumn")
    action = recorded(office, RecordKind.ACTION, title="Hire somebody", about=review)
    audit = recorded(office, RecordKind.AUDIT, title="Audit of intake")
    said = wanted(office.platform, title="Receipts are late", about=audit)
    register.record_finding(
        office.platform, actor=office.staff["vera"], clause="7.4", grade="minor", wanted=said
    )
    for number in (review, action):
        _act(office, THEO, number, RecordAct.APPROVE)
    _act(office, office.staff["mara"], review, RecordAct.CARRY_OUT)


@ON_SQLITE
@pytest.mark.iso("8.7")
def test_a_pack_says_whether_actions_have_helped(office, clock):
    number = recorded(office, RecordKind.ACTION, title="Hire somebody")
    _act(office, THEO, number, RecordAct.APPROVE)
    _act(office, office.staff["mara"], number, RecordAct.CARRY_OUT)
    clock.now = APRIL

    def judge(tx):
        first, *_ = tx.improvements.checks()
        said = {"verdict": Effect.EFFECTIVE, "reason": "Fewer came.", "judged_by": "theo"}
        tx.improvements.replace(replace(first, judged_at=APRIL, **said))

    office.platform.database.write(judge)

    told = told_by(office, made(office))["Corrective and preventive actions"]
    assert "Hire somebody after 30 days Effective Fewer came. (theo, 3 Apr 2026)" in told
    assert "1 effect waits to be judged" in told


@ON_SQLITE
@pytest.mark.iso("8.6")
def test_what_nobody_approved_in_time_is_overdue_in_a_pack_as_on_the_board(office, clock):
    recorded(office, RecordKind.ACTION, title="Hire somebody")
    clock.now = APRIL

    told = told_by(office, made(office))

    (action,) = improvement_board.improvement_board(office.platform, actor=THEO).actions
    assert action.standing is Standing.OVERDUE
    assert "Overdue by" in told["Corrective and preventive actions"]
    assert "1 record is overdue" in told["short"]


def _act(office, actor, number, act):
    said = "" if act is RecordAct.APPROVE else "Done."
    register.act_on_record(office.platform, actor=actor, number=number, act=act, said=said)


@ON_SQLITE
def test_page_and_pdf_are_made_of_what_the_pack_tells(office, clock):
    office.lodge()
    clock.now = APRIL
    number = made(office)
    page = review_pack.review_pack_file(
        office.platform, actor=office.staff["vera"], number=number, form=PackForm.HTML
    ).decode()
    printed = review_pack.review_pack_file(
        office.platform, actor=office.staff["vera"], number=number, form=PackForm.PDF
    )

    (pack,) = packs_of(office)
    for sentence in pack.content["short"]:
        assert html.escape(sentence) in page
    assert printed.startswith(b"%PDF-")
    assert f"<h1>{pack.title}</h1>" in page


@ON_SQLITE
@pytest.mark.iso("8.3")
def test_of_few_complaints_no_share_and_no_category_is_told(office, clock):
    for _ in range(3):
        office.lodge()
    clock.now = APRIL

    told = told_by(office, made(office, PackKind.QUARTERLY))

    assert "Too few complaints" in told["Performance"]
    assert "%" not in told["What complainants think"]


@ON_SQLITE
@pytest.mark.iso("8.3")
def test_every_question_that_was_answered_is_told(office, clock):
    clock.now = APRIL
    known = gathered(office.platform, kind=PackKind.MONTHLY, last=APRIL.date() - timedelta(days=3))
    items = told_apart((Scores(item, "", (0, 0, 0, 5, 5)) for item in Item), 10)

    *_, table, _about = satisfaction(
        replace(known, opinion=replace(known.opinion, items=items))
    ).parts

    assert [row[1:] for row in table.rows] == [("4.5", "100.0 %", "10")] * len(Item)
    assert len({question for question, *_ in table.rows}) == len(Item)


@ON_SQLITE
def test_the_same_records_give_the_same_report(office, clock):
    office.lodge()
    clock.now = APRIL
    known = {"kind": PackKind.MONTHLY, "last": APRIL.date() - timedelta(days=3)}

    first, second = (report_of(gathered(office.platform, **known)) for _ in range(2))

    assert first == second


@ON_SQLITE
@pytest.mark.iso("8.6")
def test_a_pack_goes_to_those_whom_the_policy_names(office, clock, postbox):
    clock.now = APRIL
    platform = sending(office.platform, postbox.url)
    jobs.run(platform, name="monthly_pack")

    jobs.run(platform, name="outbox_send")

    assert sorted(to for (to,) in postbox.recipients) == ["ines@example.org", "rune@example.org"]
    for mail in postbox.mails:
        (file,) = mail.iter_attachments()
        assert file.get_filename() == "review-monthly-2026-03.pdf"
        assert file.get_payload(decode=True).startswith(b"%PDF-")
