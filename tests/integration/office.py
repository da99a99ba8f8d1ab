"""A staffed office on one platform: a test says what is done, the office knows who and with what.

Everything goes through the services. Answers that a test does not give are sensible ones, so that
a test names only what it is about.
"""

import json
import re
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import event, text

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Role
from engine.domain.case import Case, Step
from engine.domain.complaint import Channel, Complaint
from engine.domain.journal import Event
from engine.domain.separation import JUDGING
from engine.services.handling import casefile, casework, inbox, remedies
from engine.services.handling.casefile import CaseFile
from engine.services.intake import intake
from engine.store.database import Database

LETTER = "Dear Jane, we have looked into what you wrote to us."
DECIDED = """

We are sorry that you were charged twice. It happened since the meter was read on two days, and
nobody compared the two. 1. It is upheld.

We pay you {amount} by 1 June 2026.

If you do not accept this, reply to this letter, and somebody else looks at your complaint again. If
you remain dissatisfied, you may turn to the Utilities Ombudsman within twelve months of the date of
this letter.
"""
"""What a letter with a decision must say, behind what a test is about."""

ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "register": {"scope": "complaint", "category": "Price"},
    "decline": {"reason": "This is a matter for the council."},
    "acknowledge": {"text": LETTER},
    "assess": {"severity": 3, "complexity": "moderate", "amount": "600"},
    "frontline": {"frontline_result": "resolved", "explanation": "Refunded at once."},
    "assign": {"owner": "hanna"},
    "plan": {"questions": "What was charged, and why?"},
    "finding": {"facts": "It was charged twice.", "conclusion": "upheld", "cause_area": "systems"},
    "decision": {
        "outcome": "upheld",
        "reasons": "It was charged twice.",
        "remedy": "Refund",
        "remedy_amount": "250",
        "letter": LETTER + DECIDED.format(amount=250),
    },
    "approval": {"approval": "approved"},
    "rejection_review": {"review": "final", "reason": "Nothing new was said."},
    "escalation_response": {"action": "I speak with Hanna today."},
    "breach_explanation": {
        "cause": "Too few people",
        "new_date": "2026-06-01",
        "told_complainant": True,
    },
    "containment": {"measures": "Switched off.", "is_contained": True},
    "withdrawal": {"text": LETTER},
    "closing": {},
}
"""By form: what is answered where a test says nothing else."""

WHO = {
    "approve_refusal": "tom",
    "assign": "tom",
    "approve_decision": "ada",
    "approve_decision_senior": "mara",
    "review_rejection": "tom",
    "closing_check": "tom",
    "respond_to_warning": "tom",
    "respond_to_escalation": "tom",
    "explain_breach": "mara",
    "contain_danger": "sam",
}
"""By element: who does it; everything else is Hanna's."""


BESIDE = {
    "respond_to_warning",
    "respond_to_escalation",
    "explain_breach",
    "contain_danger",
}
"""Steps beside the way from receipt to closing; they are done when a test says so."""


FINANCE = Actor(username="finn", name="Finn", roles=frozenset({Role.FINANCE}))

AGAIN = {
    "hanna": Actor(username="jonas", name="Jonas", roles=frozenset({Role.HANDLER})),
    "ada": Actor(username="axel", name="Axel", roles=frozenset({Role.APPROVER})),
    "mara": Actor(username="max", name="Max", roles=frozenset({Role.MANAGER})),
}
"""Who judges a complaint that was opened again, in the place of whom."""


class Office:
    """People at work on one platform."""

    def __init__(self, platform: Platform, staff: Mapping[str, Actor]) -> None:
        self.platform = platform
        self.staff = staff

    def lodge(self, **facts: Any) -> str:
        """Record a complaint that arrives now, and return its reference."""
        return intake.lodge(self.platform, actor=self.staff["hanna"], complaint=self.heard(**facts))

    def heard(self, **facts: Any) -> Complaint:
        """Return a complaint that arrives now."""
        known = {
            "received_at": self.platform.now(),
            "channel": Channel.PHONE,
            "summary": "Charged twice",
            "complainant_name": "Jane Canary",
            "email": "jane@example.org",
        }
        return Complaint(**(known | facts))

    def steps(self, reference: str) -> dict[str, Step]:
        """Return what waits, by element."""
        return _by_element(open_.step for open_ in self.view(reference).steps)

    def view(self, reference: str) -> CaseFile:
        """Return everything about a case."""
        return casefile.view(self.platform, actor=self.staff["hanna"], reference=reference)

    def token(self, reference: str, element: str) -> str:
        """Return the token of a waiting step."""
        return self.steps(reference)[element].token

    def do(self, reference: str, element: str, *, by: str = "", **answers: Any) -> tuple[Step, ...]:
        """Complete a waiting step and return what waits then."""
        file = self.view(reference)
        return self._take(
            file.case, _by_element(each.step for each in file.steps)[element], by, answers
        )

    def _take(
        self, case: Case, step: Step, by: str, answers: Mapping[str, Any]
    ) -> tuple[Step, ...]:
        usual, who = dict(ANSWERS[step.form]), by or WHO.get(step.element, "hanna")
        if step.form == "closing":
            put_right(self.platform, case.reference, checker=self.staff["tom"])
        if case.reopened:
            who = who if by else self.another(who, step.form)
            usual |= {"owner": self.another("hanna", "finding")} if step.form == "assign" else {}
        if step.form == "decision":
            answers = self._whole(case.reference, step, answers)
        return inbox.complete_step(
            self.platform,
            actor=self.staff[who],
            reference=case.reference,
            token=step.token,
            answers={**usual, **answers},
        )

    def _whole(self, reference: str, step: Step, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return answers whose letter says what the regimes of the case demand."""
        known = next(each.answers for each in self.view(reference).steps if each.step == step)
        suggested = str(known.get("letter", ""))
        amount = answers.get("remedy_amount", ANSWERS["decision"]["remedy_amount"])
        said = re.sub(r"\[[^\]\n]+\]", f"We pay you {amount} by 01.06.2026.", suggested)
        letter = answers.get("letter", LETTER) + DECIDED.format(amount=amount)
        is_said = "turn to the Utilities Ombudsman" in said and "\n2. " not in said
        return {**answers, "letter": letter if is_said else f"{letter}\n{said}"}

    def another(self, who: str, form: str) -> str:
        """Return who judges a complaint again in the place of somebody, and give them a seat."""
        fresh = AGAIN.get(who) if form in JUDGING else None
        if fresh is None:
            return who
        if fresh.username not in self.staff:
            self.staff = {**self.staff, fresh.username: fresh}
            at = self.platform.now()
            self.platform.database.write(
                lambda tx: (
                    tx.accounts.get(fresh.username)
                    or tx.accounts.add(fresh, password_hash="", at=at)
                )
            )
        return fresh.username

    def reach(self, element: str, *, reference: str = "", **answers: Any) -> str:
        """Work a complaint until ``element`` waits, and return its reference.

        Args:
            element: Of the diagram.
            reference: A complaint; empty for a new one.
            answers: By element, what to answer there besides what is usual.
        """
        reference = reference or self.lodge()
        self.view(reference)  # Hanna looks into it
        while element not in (waiting := self._waiting(reference)).steps:
            name = next((each for each in waiting.steps if each not in BESIDE), "")
            if name:
                self._take(waiting.case, waiting.steps[name], "", answers.get(name, {}))
            else:
                self.answer(reference)
        return reference

    def _waiting(self, reference: str) -> "_Waiting":
        with self.platform.database.read() as tx:
            case = tx.cases.get(reference)
            return _Waiting(case, _by_element(tx.steps.of(case.id)))

    def answer(self, reference: str, answer: Any = "accepted") -> None:
        """Record what the complainant says to the decision."""
        casework.deliver_answer(
            self.platform, actor=self.staff["hanna"], reference=reference, answer=answer
        )


class _Waiting(NamedTuple):
    """A case and what waits on it, by element."""

    case: Case
    steps: dict[str, Step]


def _by_element(steps: Iterable[Step]) -> dict[str, Step]:
    return {step.element: step for step in steps}


def put_right(platform: Platform, reference: str, *, checker: Actor) -> None:
    """Let finance carry out every remedy that is owed, and somebody else verify it."""
    for remedy in casefile.view(platform, actor=checker, reference=reference).remedies:
        given = {"reference": reference, "number": remedy.number}
        if remedy.is_to_do:
            remedies.carry_out(platform, actor=FINANCE, answers={"proof": "Payment 4711"}, **given)
        if remedy.is_to_do or remedy.awaits_check:
            remedies.verify(platform, actor=checker, **given)


def rows(database: Database, query: str, **values: Any) -> list[tuple[Any, ...]]:
    """Return what a query finds, read outside of every service."""
    with database.engine.connect() as connection:
        reading = connection.execution_options(redress_writes=False)
        return [tuple(row) for row in reading.execute(text(query), values)]


def execute(database: Database, statement: str, **values: Any) -> int:
    """Change the database behind the back of every service; return how many rows changed."""
    with database.engine.begin() as connection:
        return connection.execute(text(statement), values).rowcount


def facts_of(event: Event) -> dict[str, Any]:
    """Return what an event tells, without the commitment to what is personal."""
    return {name: fact for name, fact in event.facts().items() if name != "personal"}


def opened(database: Database, table: str, field: str) -> list[Any]:
    """Return what is sealed in a field of every row that belongs to a case, oldest row first."""
    found = rows(database, f"SELECT case_id, {field} FROM {table} ORDER BY id")  # noqa: S608
    with database.read() as tx:
        seals = tx._session.seals
        return [
            seals.of(case).open(f"{table}:{case}:{field}", text.strip('"')) for case, text in found
        ]


def forge(database: Database, table: str, **fields: Any) -> None:
    """Put sealed values into every row of a table, as somebody could who has the keys too.

    Args:
        database: Where.
        table: Whose rows belong to cases.
        fields: Texts; anything else is sealed as JSON.
    """
    for number, case in rows(database, f"SELECT id, case_id FROM {table}"):  # noqa: S608
        with database.read() as tx:
            seal = tx._session.seals.of(case)
        for field, value in fields.items():
            place, is_text = f"{table}:{case}:{field}", isinstance(value, str)
            sealed = seal.close(place, value) if is_text else seal.close_data(place, value)
            kind = "TEXT" if is_text or database.is_sqlite else "JSONB"
            execute(
                database,
                f"UPDATE {table} SET {field} = CAST(:new AS {kind}) WHERE id = :id",  # noqa: S608
                new=sealed if is_text else json.dumps(sealed),
                id=number,
            )


@contextmanager
def statements(database: Database) -> Generator[list[str]]:
    """Collect the SQL statements that run meanwhile, without those that begin a transaction."""
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
