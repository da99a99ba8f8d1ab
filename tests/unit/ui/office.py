"""An office for tests of pages: a platform with people, cases at work, and a seat for each."""

from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest

from engine.bootstrap import Platform
from engine.domain.actor import Actor
from engine.domain.complaint import Complaint
from engine.services.handling import casefile, inbox
from engine.services.intake import intake
from tests.integration.office import DECIDED, put_right
from tests.unit.ui.door import SessionsInMemory
from ui.identity import RecentSessions
from ui.seal import FormSeal
from ui.session import Desk, open_desk

HOSTILE = '<img src=x onerror=alert(1)> ![x](http://evil/x.png) =HYPERLINK("http://evil")'

LETTER = "Dear Jane, we are sorry and pay the money back within five working days."
LETTERS = {amount: LETTER + DECIDED.format(amount=amount) for amount in ("250", "300", "90000")}
"""Whole ones, by what is paid."""


class Office:
    """Everything that a test of a page needs."""

    def __init__(self, platform: Platform, people: tuple[Actor, ...]) -> None:
        self.platform = platform
        self.people = {person.username: person for person in people}
        for person in people:
            platform.database.write(
                lambda tx, person=person: tx.accounts.add(
                    person, password_hash="", at=platform.now()
                )
            )
        self.store = SessionsInMemory()
        open_desk(Desk(platform, RecentSessions(self.store), FormSeal()))

    def sits(self, person: Actor, page: Callable[[], None], **query: str) -> AppTest:
        """Open a page for a person."""
        self.store.live[person.username] = person
        test = AppTest.from_function(page, default_timeout=60)
        test.user = {"session": person.username, "username": person.username}
        for name, value in query.items():
            test.query_params[name] = value
        return test.run()

    def lodge(self, by: Actor, **fields: Any) -> str:
        """Lodge a complaint and return its reference."""
        stated = {
            "received_at": self.platform.now(),
            "channel": "phone",
            "summary": "Charged twice",
            "complainant_name": "Jane Doe",
            "email": "jane@example.org",
        }
        complaint = Complaint(**(stated | fields))
        return intake.lodge(self.platform, actor=by, complaint=complaint)

    def does(self, actor: Actor, reference: str, form: str, **answers: Any) -> None:
        """Complete the waiting step with a form; what is known already is taken as it is."""
        if form == "closing":
            put_right(self.platform, reference, checker=actor)
        item = self.step(actor, reference, form)
        inbox.complete_step(
            self.platform,
            actor=actor,
            reference=reference,
            token=item.step.token,
            answers=dict(item.answers) | answers,
        )

    def step(self, actor: Actor, reference: str, form: str) -> casefile.OpenStep:
        """Return the waiting step with a form."""
        file = casefile.view(self.platform, actor=actor, reference=reference)
        return next(item for item in file.steps if item.step.form == form)

    def drafted(self, hanna: Actor, tom: Actor, *, amount: str = "250", **fields: Any) -> str:
        """Work a complaint up to the gate of its decision and return its reference."""
        reference = self.lodge(hanna, **fields)
        self.does(hanna, reference, "register", category="Price")
        self.does(hanna, reference, "acknowledge")
        self.does(hanna, reference, "assess", severity=3, complexity="moderate", amount=amount)
        self.does(tom, reference, "assign", owner=hanna.username)
        file = casefile.view(self.platform, actor=hanna, reference=reference)
        if any(item.step.form == "plan" for item in file.steps):
            self.does(hanna, reference, "plan", questions="What happened, and why?")
        self.does(
            hanna,
            reference,
            "finding",
            facts="It was charged twice.",
            conclusion="upheld",
            cause_area="systems",
        )
        self.does(
            hanna,
            reference,
            "decision",
            outcome="upheld",
            reasons="It was charged twice by mistake.",
            remedy="Refund",
            remedy_amount=amount,
            letter=LETTERS[amount],
        )
        return reference


def texts(test: AppTest) -> str:
    """Return everything that a page says as Markdown, one piece a line, without escapes."""
    kinds = ("markdown", "title", "header", "error", "toast")
    said = [item.value for kind in kinds for item in test.get(kind)]
    return "\n".join(str(text).replace("\\", "").replace("\N{WORD JOINER}", "") for text in said)


def markup(test: AppTest) -> str:
    """Return everything that a page hands over as Markdown, as it is."""
    said = [
        item.value for kind in ("markdown", "title", "header", "error") for item in test.get(kind)
    ]
    cells = [str(cell) for table in test.table for cell in table.value.to_numpy().flatten()]
    return "\n".join([*map(str, said), *cells])


def as_text(test: AppTest) -> list[str]:
    """Return everything that a page shows as plain text."""
    return [item.value for item in test.text]
