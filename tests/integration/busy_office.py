"""An office in which everything has happened that the figures about an office tell."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from engine.domain.actor import SYSTEM
from engine.domain.basis import Basis
from engine.domain.chart_rule import Rule
from engine.domain.control_chart import ChartKind, Point
from engine.domain.governance import RecordKind, RecordState
from engine.domain.kpi import Period
from engine.domain.sample import Drawing, Missed, Review, SampleKind
from engine.domain.second_look import SecondVerdict
from engine.domain.separation import Rule as Apart
from engine.domain.signal import Answer, Disposition, Measured, Noticed, Watched
from engine.services.accounts import waivers
from engine.services.audit import verifying
from engine.services.evidence import conforming
from engine.services.figures import facts, sampling, stating
from engine.services.mail import mailbox, second_looking
from tests.integration.audited import done, keep_in_order, record
from tests.integration.mail_ways import WHY, receive, written
from tests.integration.office import Office, execute
from tests.integration.people import REX
from tests.integration.reach_ways import QUINN, hire
from tests.integration.test_second_looking import IVO

_DAY = timedelta(days=1)


def busy(office: Office, clock: Any) -> Period:
    """Let some weeks go by in an office, and return them with the day that is now."""
    first = office.platform.calendar.day_of(clock.now).replace(day=1)
    keep_in_order(office, clock)
    _discard(office, clock)
    clock.advance(days=8)
    _judge(office)
    _waive(office)
    _review(office, first)
    office.platform.database.write(lambda tx: _signal(tx, clock.now))
    office.platform.database.write(lambda tx: _govern(tx, clock.now))
    _state(office, first)
    _check(office, clock)
    facts.keep_up(office.platform)
    today = office.platform.calendar.day_of(clock.now)
    return Period.of_dates(first, today, office.platform.policy.calendar.zone)


def _discard(office: Office, clock: Any) -> None:
    for at in range(3):
        raw = written(Message_ID=f"<{at}@example.org>", Precedence="bulk")
        mail = receive(office.platform, raw).number
        mailbox.discard(office.platform, actor=office.staff["tom"], number=mail, **WHY)


def _judge(office: Office) -> None:
    """One of three was a complaint, one was none, and one still waits."""
    second_looking.draw_mails(office.platform)
    waiting = second_looking.second_looks(office.platform, actor=IVO).waiting
    verdicts = (SecondVerdict.COMPLAINT, SecondVerdict.NO_COMPLAINT)
    for mail, verdict in zip(waiting, verdicts, strict=False):
        known = {"actor": IVO, "number": mail.number}
        second_looking.judge_mail(office.platform, verdict=verdict, **known)


def _review(office: Office, first: date) -> None:
    """A letter was not complete; in another complaint both sides were treated alike."""
    platform, now = office.platform, office.platform.now()
    hire(platform, QUINN)
    facts.keep_up(platform)
    zone = platform.policy.calendar.zone
    closed = Period.of_dates(first, platform.calendar.day_of(now), zone)
    for kind in SampleKind:
        drawing = Drawing("quinn", 1, closed, "seed", now + 9 * _DAY, kind)
        number = sampling.draw(platform, actor=REX, drawing=drawing)
        (line,) = sampling.drawn(platform, actor=QUINN, sample_id=number)
        known = {"actor": QUINN, "sample_id": number, "reference": line.reference}
        if kind is SampleKind.QUALITY:
            known |= {"missed": [Missed.LETTER], "remark": "It names no body outside."}
        found = Review.TO_IMPROVE if kind is SampleKind.QUALITY else Review.IN_ORDER
        sampling.review(platform, found=found, **known)


def _waive(office: Office) -> None:
    """One waiver is confirmed, another is only proposed."""
    known = {"reason": "Too few people.", "control": "The manager looks at each."}
    until = office.platform.now() + 30 * _DAY
    for rule in Apart:
        waivers.propose(
            office.platform, actor=office.staff["mara"], rule=rule, until_at=until, **known
        )
    proposed = waivers.all_waivers(office.platform, actor=REX)
    waivers.decide(office.platform, actor=REX, waiver_id=proposed[0].id, confirm=True)


def _signal(tx: Any, now: datetime) -> None:
    """Signals answered in time, late and never, and one whose time is not over."""
    days = [date(2025, 6, 9) + timedelta(weeks=week) for week in range(27)]
    points = tuple(Point(day, 10, 1, 10) for day in days)
    chart = Watched(
        "received", "Received per week", ChartKind.C, Measured.COMPLAINTS, points, told_at=now
    )
    tx.signals.keep_charts([chart])
    said = (1, 20, None, None)
    for nth, (ago, after) in enumerate(zip((24, 23, 20, 0), said, strict=True)):
        found = now - ago * _DAY
        noticed = Noticed(Rule.OUTSIDE, 1, days[nth], days[nth], days[nth])
        number = tx.signals.add(chart, noticed, found_at=found, climbs_at=found + 7 * _DAY)
        if after is not None:
            answer = Answer(Disposition.CHANCE, "Nothing.", "mara", found + after * _DAY)
            tx.signals.answer(number, 1, answer, climbs_at=now)


def _govern(tx: Any, now: datetime) -> None:
    """An audit is late, a review was held too late, actions are open, and training is over."""
    due = (now - 3 * _DAY).date()
    early = now - 20 * _DAY
    tx.governance.add(replace(record(0, RecordKind.AUDIT, early, owner="vera"), due_on=due))
    held = record(0, RecordKind.REVIEW, early, **done(now - _DAY))
    tx.governance.add(replace(held, due_on=due))
    for nth, made in enumerate((early, early + 5 * _DAY, early + 9 * _DAY)):
        action = record(0, RecordKind.ACTION, made, title=f"Action {nth}", made_at=made)
        tx.governance.add(replace(action, due_on=due) if nth == 1 else action)
    given_up = record(0, RecordKind.ACTION, early, title="Given up")
    tx.governance.add(replace(given_up, state=RecordState.ENDED, ended_at=now - 2 * _DAY))
    for training in tx.governance.all():
        if training.kind is RecordKind.TRAINING and training.owner == "hanna":
            tx.governance.replace(replace(training, due_on=due, done_by=""))
        if training.kind is RecordKind.TRAINING and training.owner == "ivo":
            tx.governance.replace(replace(training, about=None))


def _state(office: Office, first: date) -> None:
    """Customers of the month that is over and of the one that is not."""
    for month, number in ((first, 700), (office.platform.now().date(), 800)):
        stating.state_number(
            office.platform,
            actor=office.staff["mara"],
            of=Basis.CUSTOMERS,
            month=month,
            number=number,
        )


def _check(office: Office, clock: Any) -> None:
    """What is incomplete is found at night, and so is what was altered in the journal."""
    database = office.platform.database
    execute(database, "UPDATE complaint_case SET category = '' WHERE id = 1")
    waived = "SELECT id + 1000, case_id, seq + 1000, at, actor, 'separation.waived'"
    execute(
        database,
        "INSERT INTO journal (id, case_id, seq, at, actor, type, detail, prev_hash, hash) "
        f"{waived}, detail, prev_hash, hash FROM journal WHERE id = 1",
    )
    verifying.run(office.platform, actor=SYSTEM)
    conforming.freeze_evidence(office.platform)
    clock.advance(hours=26)
