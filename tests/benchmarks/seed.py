"""Fills a database with open cases, quickly: a few are worked by the services, the rest copied.

A copy has the process state, steps, clocks and subscriptions of its original, so that it can be
opened and worked like any other case; only its journal is missing.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlmodel import SQLModel, col

from engine.bootstrap import Platform
from engine.domain.actor import Actor
from engine.domain.case import Step
from engine.domain.complaint import Channel, Complaint
from engine.services.handling import casefile, inbox
from engine.services.intake import intake
from engine.store.sealing import case_place
from engine.store.tables.case_tables import CaseRow, CaseWordRow, StepRow, SubscriptionRow
from engine.store.tables.clock_tables import ClockRow
from engine.store.tables.privacy_tables import SubjectRow
from engine.store.words import marks_in
from tests.integration.office import DECIDED

ANSWERS: dict[str, dict[str, Any]] = {
    "register": {"category": "Price"},
    "acknowledge": {"text": "We have received your complaint and look into it."},
    "assess": {"severity": 4, "complexity": "complex", "amount": "250"},
    "assign": {"owner": "hanna"},
    "plan": {"questions": "What was charged, when and why?"},
    "finding": {"facts": "It was charged twice.", "conclusion": "upheld", "cause_area": "systems"},
    "decision": {
        "outcome": "upheld",
        "reasons": "It was charged twice.",
        "remedy": "Refund",
        "letter": DECIDED.format(amount=250),
    },
}
"""What is stated to move a case on; the forms that are not named here are left to wait."""

_NOUNS = ("bill", "meter", "refund", "engineer", "tariff", "letter", "outage", "contract")
_VERBS = ("missing", "late", "wrong", "charged twice", "ignored", "unclear", "broken")
_NAMES = ("Jane Doe", "Ali Khan", "Petra Novak", "Luis Ortega", "Mei Lin", "Sven Berg")
_TABLES = (StepRow, ClockRow, SubscriptionRow)
_BATCH = 2_000


def fill(
    platform: Platform, *, staff: Sequence[Actor], cases: int, assignees: Sequence[str], seed: int
) -> None:
    """Fill a database that has the process and the accounts, but no cases yet.

    Args:
        platform: Where to.
        staff: Who works the originals; must hold the roles of the first steps.
        cases: How many open cases there are to be.
        assignees: Who holds steps; about half of the steps stay unclaimed.
        seed: Of the random spread of dates, categories and people.
    """
    originals = _originals(platform, staff)
    with platform.database.engine.begin() as connection:
        rows = [_rows_of(connection, reference) for reference in originals]
        spread = _Spread(random.Random(seed), platform, assignees)
        for first in range(len(originals), cases, _BATCH):
            numbers = range(first, min(first + _BATCH, cases))
            _insert(connection, [spread.copy(rows[n % len(rows)], n) for n in numbers])
    with platform.database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")


def _originals(platform: Platform, staff: Sequence[Actor]) -> list[str]:
    """Lodge a few cases and work each one step further than the one before."""
    return [_worked(platform, staff, steps) for steps in range(8)]


def _worked(platform: Platform, staff: Sequence[Actor], steps: int) -> str:
    complaint = Complaint(
        received_at=platform.now(),
        channel=Channel.PHONE,
        summary="Charged twice for October",
        complainant_name="Jane Doe",
    )
    clerk = next(person for person in staff if "intake" in person.roles)
    reference = intake.lodge(platform, actor=clerk, complaint=complaint)
    for _ in range(steps):
        step = next(iter(_workable(platform, clerk, reference)), None)
        if step is None:
            break
        worker = next(person for person in staff if person.holds_any(step.roles))
        worker = next((p for p in staff if p.username == step.assignee), worker)
        inbox.complete_step(
            platform,
            actor=worker,
            reference=reference,
            token=step.token,
            answers=ANSWERS[step.form],
        )
    return reference


def _workable(platform: Platform, actor: Actor, reference: str) -> Iterator[Step]:
    view = casefile.view(platform, actor=actor, reference=reference)
    return (shown.step for shown in view.steps if shown.step.form in ANSWERS)


Rows = dict[type[SQLModel], list[dict[str, Any]]]


def _rows_of(connection: Connection, reference: str) -> Rows:
    case = dict(
        connection.execute(select(CaseRow).where(col(CaseRow.reference) == reference))
        .mappings()
        .one()
    )
    subject = select(SubjectRow).where(col(SubjectRow.id) == case["subject_id"])
    found: Rows = {
        CaseRow: [case],
        SubjectRow: [dict(connection.execute(subject).mappings().one())],
    }
    for table in _TABLES:
        rows = connection.execute(select(table).where(col(table.case_id) == case["id"]))
        found[table] = [dict(row) for row in rows.mappings()]
    return found


class _Spread:
    """Makes copies that differ as real cases do."""

    def __init__(self, chance: random.Random, platform: Platform, assignees: Sequence[str]) -> None:
        self._chance = chance
        self._now = platform.now()
        self._categories = platform.policy.categories
        self._assignees = [*assignees, *[None] * len(assignees)]
        self._ids = count(1_000)
        self._vault = platform.database.vault

    def copy(self, original: Rows, number: int) -> Rows:
        """Return the rows of one new case."""
        subject_id, sealed_key = self._vault.new_subject()
        seal = self._vault.seal_of(subject_id, sealed_key)
        subject = original[SubjectRow][0] | {"id": subject_id, "sealed_key": sealed_key}
        plain = self._case(original[CaseRow][0], number) | {"subject_id": subject_id}
        case = plain | {
            name: seal.close(case_place(plain["reference"], name), plain[name])
            for name in ("summary", "complainant_name")
        }
        shared = {name: case[name] for name in ("severity", "category")}
        return {
            SubjectRow: [subject],
            CaseRow: [case],
            StepRow: [self._step(row, case["id"]) | shared for row in original[StepRow]],
            ClockRow: [self._clock(row, case) for row in original[ClockRow]],
            SubscriptionRow: [self._own(row, case["id"]) for row in original[SubscriptionRow]],
            CaseWordRow: [{"case_id": case["id"], "word": mark} for mark in self._marks(plain)],
        }

    def _case(self, original: dict[str, Any], number: int) -> dict[str, Any]:
        pick = self._chance.choice
        summary = f"{pick(_NOUNS).capitalize()} {pick(_VERBS)}, account {number:06}"
        name, reference = pick(_NAMES), f"C-2025-{number:06}"
        received_at = self._now - timedelta(minutes=self._chance.randrange(120 * 24 * 60))
        return original | {
            "id": number + 1_000,
            "reference": reference,
            "summary": summary,
            "complainant_name": name,
            "category": pick(self._categories),
            "severity": self._chance.choices(range(1, 6), (10, 35, 35, 15, 5))[0],
            "received_at": received_at,
            "recorded_at": received_at,
        }

    def _step(self, row: dict[str, Any], case_id: int) -> dict[str, Any]:
        assignee = self._chance.choice(self._assignees)
        # One in ten is late; the others are due within eight weeks.
        due_at = self._minutes_from_now(-6 * 24 * 60, 54 * 24 * 60)
        opened_at = due_at - timedelta(days=14)
        claimed_at = opened_at if assignee else None
        times = {
            "due_at": due_at,
            "begin_by": due_at,
            "opened_at": opened_at,
            "claimed_at": claimed_at,
        }
        return self._own(row, case_id) | times | {"assignee": assignee}

    def _clock(self, row: dict[str, Any], case: dict[str, Any]) -> dict[str, Any]:
        shift = case["received_at"] - row["started_at"]
        names = ("started_at", "due_at", "warn_at", "met_at", "warned_at", "breached_at", "next_at")
        moved = {name: row[name] + shift for name in names if row[name] is not None}
        return self._own(row, case["id"]) | moved

    def _own(self, row: dict[str, Any], case_id: int) -> dict[str, Any]:
        return row | {"id": next(self._ids), "case_id": case_id}

    def _minutes_from_now(self, least: int, most: int) -> datetime:
        return self._now + timedelta(minutes=self._chance.randrange(least, most))

    def _marks(self, case: dict[str, Any]) -> list[str]:
        texts, name = (case["reference"], case["summary"]), case["complainant_name"]
        return sorted(marks_in(self._vault, texts=texts, name=name, email=None))


def _insert(connection: Connection, copies: Sequence[Rows]) -> None:
    for table in (SubjectRow, CaseRow, *_TABLES, CaseWordRow):
        rows = [row for copy in copies for row in copy[table]]
        if rows:
            connection.execute(insert(table), rows)
