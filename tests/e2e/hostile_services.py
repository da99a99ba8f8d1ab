"""Texts that try to do something, in every text that a command takes, by whoever may give it.

Each command is given through a ``Pen``, which keeps which of its texts were written: a new text of
a new command is missed by the test that compares them with the source of the services.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any

from engine.domain.actor import COMPLAINANT, Actor, Role
from engine.domain.document import Description, NewDocument, Origin, Purpose
from engine.domain.kpi import Period
from engine.domain.sample import Drawing, Review
from engine.domain.separation import Rule
from engine.services.accounts import (
    accounts,
    competences,
    delegation,
    keys,
    legal_hold,
    limits,
    roles,
    signing_in,
    waivers,
)
from engine.services.documents import documents
from engine.services.documents.arrival import arrived
from engine.services.door import following, inviting, survey
from engine.services.figures import sampling
from engine.services.handling import approvals, casework, inbox, remedies
from engine.services.intake import intake
from engine.services.investigation import issues
from engine.services.mail import mailbox
from engine.services.privacy import erasure, subject_access
from engine.services.running import glass, messages, monitoring, operations, recounting
from engine.services.staffing import ownership, restriction, teams
from engine.services.upkeep import incidents
from tests.architecture.authority import services
from tests.e2e.hostile import HARMLESS, HOST, ROLF, WANDA, lodged
from tests.e2e.hostile_governance import govern
from tests.e2e.hostile_improvement import improve
from tests.e2e.hostile_inquiries import ask_around
from tests.e2e.hostile_kin import about_a_referral, about_kin, ask_for_more_time
from tests.e2e.hostile_letters import see_to_letters
from tests.e2e.hostile_moves import move_cases
from tests.e2e.hostile_people import ask_for_data, assess_anew, complain_of
from tests.e2e.hostile_process import change_the_process, note_the_health
from tests.e2e.hostile_signals import answer_signals
from tests.e2e.seat import Site, staffed
from tests.integration import calendar_ways
from tests.integration.commands import SOURCES, writers
from tests.integration.document_ways import HELD, TEXT
from tests.integration.mail_ways import receive, written
from tests.integration.office import Office, execute, rows

OSKAR = Actor(
    username="oskar", name=f"Oskar ![x]({HOST}/oskar.png)", roles=frozenset({Role.ADMINISTRATOR})
)
_QUINN = 'Quinn <img src=x onerror="window.owned=1">'
QUINN = Actor(username="quinn", name=_QUINN, roles=frozenset({Role.QUALITY_REVIEWER}))

NAMES = frozenset(
    {
        *(
            "absent",
            "address",
            "challenge",
            "code",
            "element",
            "holder",
            "into",
            "issuer",
            "kind",
            "mapping",
        ),
        *("message_id", "new", "old", "other", "passphrase", "password", "reference"),
        *("session_id", "subject", "team", "to", "token", "username"),
    }
)
"""Texts of commands that name something there is, or are a secret: no words of anybody."""

ELSEWHERE = {
    "answering.set_baseline.chart": "is the id of a chart that there is",
    "casework.acknowledge_escalation.action": "is a form, see test_hostile_forms",
    "checkpoints.accept.reason": "is an event of the organisation, which no page shows",
    "checkpoints.renew_key.reason": "as above; a new key would make the journal page another one",
    "evidence_pack.write_evidence_pack.seed": "draws samples; see test_evidence_pack",
    "register.record_finding.clause": "names a clause that there is",
    "improving.aim_action.chart": "is the id of a chart that there is",
    "held.release.reason": "is an event of the organisation, which no page shows",
    "held.settle.reason": "as above",
    "jobs.ask_for.name": "names a job that there is",
    "jobs.run.name": "names a job that there is",
    "keys.actor_of_key.key": "is a secret",
    "links.use.name": "is the name of an account, which accounts.add writes",
    "messages.deliver_message.name": "names a message of the diagram",
    "messages.send_signal.key": "is compared, and no page shows it",
    "messages.send_signal.name": "names a signal of the diagram",
    "migration_plans.draft_migration.target": "names a version that there is",
    "publishing.propose_process_draft.content": "is a hash, and no page shows it",
    "reception.receive.unfinished": "is the code of a form",
    "signing_in.answer_code.user_agent": "is kept as that of signing_in.sign_in",
    "signing_in.confirm_factor.user_agent": "as above",
}
"""Texts that are not written here, each with why."""


@cache
def texts_of_commands() -> tuple[str, ...]:
    """Return every text that a command takes in words, as ``module.function.argument``."""
    every = services(SOURCES)
    return tuple(
        f"{name}.{given.arg}"
        for name in writers()
        for given in every[name].node.args.kwonlyargs
        if given.annotation is not None
        and ast.unparse(given.annotation) in {"str", "str | None"}
        and given.arg not in NAMES
    )


@dataclass
class Pen:
    """Gives commands in hostile words.

    Attributes:
        text: What is written.
        written: Which texts of which commands it was, as ``module.function.argument``.
    """

    site: Site
    office: Office
    text: str
    written: set[str] = field(default_factory=set)

    def write(self, command: Callable[..., Any], **given: Any) -> Any:
        """Give a command, and keep which of its texts holds what is written."""
        result = command(self.site.platform, **given)
        module = command.__module__.rpartition(".")[2]
        begun = self.text[:40]
        self.written |= {
            f"{module}.{command.__name__}.{name}"
            for name, value in given.items()
            if isinstance(value, str) and begun in value
        }
        return result

    def answer(self, command: Callable[..., None], reference: str, **answers: Any) -> None:
        """Give a command that takes a form, in whose answers the text stands."""
        where = {"actor": WANDA, "reference": reference}
        command(self.site.platform, answers=answers, **where)

    @property
    def reason(self) -> str:
        """What is written as a reason."""
        return (HARMLESS + self.text)[:1_900]


def write_everything(site: Site, office: Office, text: str, folder: Path) -> tuple[Pen, list[str]]:
    """Write into every text of every command; return the pen, and the cases to look at."""
    staffed(site, OSKAR, QUINN)
    pen = Pen(site, office, text)
    _about_people(pen)
    _about_the_organisation(pen, folder)
    references = [
        *_about_cases(pen),
        *_about_the_course(pen),
        _about_an_incident(pen),
        _about_a_sample(pen),
        _about_mails(pen),
    ]
    move_cases(pen)
    improve(pen, ROLF, WANDA, answer_signals(pen))
    ask_for_data(pen, ROLF)
    return pen, references


def _about_people(pen: Pen) -> None:
    new = {"actor": OSKAR, "roles": ["handler"], "password": pen.site.password}
    for username in ("hostile", "gone"):
        pen.write(accounts.add, username=username, name=pen.text[:100], **new)
    pen.write(accounts.close, actor=OSKAR, username="gone", reason=pen.reason)
    pen.write(roles.change, actor=OSKAR, username="hostile", roles=["administrator"],
              reason=pen.reason)  # fmt: skip
    able = {"username": "hostile", "competences": [re.sub("[,;]", " ", pen.text)[:36].strip()]}
    pen.write(competences.change, actor=OSKAR, reason=pen.reason, **able)
    pen.write(keys.create, actor=ROLF, name=pen.text[:60], scopes=["read"], days=9)
    pen.write(
        signing_in.sign_in,
        username=ROLF.username,
        password=pen.site.password,
        address="10.0.0.9",
        user_agent=pen.text,
    )


def _about_the_organisation(pen: Pen, folder: Path) -> None:
    now = pen.site.platform.now()
    pen.write(teams.keep, actor=OSKAR, code="hostile", title=pen.text[:60], members=["hostile"])
    pen.write(
        delegation.delegate,
        actor=ROLF,
        absent=ROLF.username,
        to=WANDA.username,
        from_at=now,
        until_at=now + timedelta(days=3),
        reason=pen.reason,
    )
    pen.write(limits.propose, actor=ROLF, holder="person:hostile", amount=Decimal(5),
              reason=pen.reason)  # fmt: skip
    known = {"actor": ROLF, "until_at": now + timedelta(days=3), "rule": Rule.PAYMENT}
    pen.write(waivers.propose, reason=pen.reason, control=pen.reason, **known)
    calendar_ways.behind(pen.office)
    pen.write(recounting.propose, actor=ROLF, reason=pen.reason)
    sent = {"message_id": "h-1", "name": "answer", "payload": {"answer": pen.text}}
    pen.write(messages.deliver_message, actor=ROLF, key=pen.text[:60], **sent)
    change_the_process(pen, folder, WANDA, ROLF)
    note_the_health(pen, WANDA)
    govern(pen, ROLF, ROLF, ROLF)


def _about_cases(pen: Pen) -> Iterator[str]:
    """Write what is said of a case by those who answer for what is kept of it, and who sees it."""
    rolf = {"actor": ROLF, "reason": pen.reason}
    reference = pen.office.lodge(**lodged(pen.text))
    of_case = rolf | {"reference": reference}
    pen.write(legal_hold.place, **of_case)
    pen.write(legal_hold.lift, **of_case)
    pen.write(legal_hold.place, **of_case)
    pen.write(teams.move, team="hostile", **of_case)
    pen.write(ownership.give, to=WANDA.username, **of_case)
    pen.write(subject_access.export, **of_case)
    pen.answer(issues.add, reference, text=pen.text[:200], category="Price", product=pen.text[:200])
    pen.answer(issues.find, reference, issue=2, facts=pen.reason, conclusion="upheld")
    offered = {
        "kind": "refund",
        "text": pen.text[:1_000],
        "owner": WANDA.username,
        "due_on": "2099-01-31",
    }
    pen.answer(remedies.propose, reference, **offered)
    pen.answer(partial(remedies.restate, number=1), reference, **offered)
    pen.write(remedies.drop, actor=WANDA, reference=reference, number=1, reason=pen.reason)
    ask_around(pen, reference, ROLF, WANDA)
    pen.write(casework.add_note, actor=WANDA, reference=reference, text=pen.text)
    pen.write(casework.escalate, actor=WANDA, reference=reference, reason=pen.reason)
    about_kin(pen, reference)
    complain_of(pen, reference, ROLF, WANDA)
    _about_documents(pen, reference)
    pen.write(messages.declare_key, actor=ROLF, reference=reference, key=pen.text[:60])
    pen.write(restriction.restrict, people=[WANDA.username, ROLF.username], **of_case)
    pen.write(restriction.lift, **of_case)
    pen.write(restriction.restrict, people=[WANDA.username, ROLF.username], **of_case)
    pen.write(glass.break_glass, actor=OSKAR, reference=reference, reason=pen.reason)
    yield reference
    on_paper = pen.office.lodge(**lodged(pen.text), email=None)
    see_to_letters(pen, on_paper, WANDA)
    yield on_paper
    yield _about_a_limit(pen)
    withdrawn = pen.office.lodge(**lodged(pen.text))
    later = {"due_at": pen.site.platform.now() + timedelta(days=9), "reference": withdrawn}
    pen.write(operations.set_promise_date, code="acknowledgement", **later, **rolf)
    pen.office.reach("assess", reference=withdrawn)
    pen.write(casework.withdraw, actor=WANDA, reference=withdrawn, reason=pen.reason)
    yield withdrawn
    closed = _close(pen, "closed@example.org")
    at_body = _close(pen, "referred@example.org")
    about_a_referral(pen, at_body)
    yield at_body
    pen.write(erasure.propose_erasure, reference=closed, **rolf)
    old = "UPDATE complaint_case SET closed_at = :at WHERE reference = :of"
    kept_too_long = _close(pen, "old@example.org")
    execute(pen.site.platform.database, old, at="2010-01-01 00:00:00.000000", of=kept_too_long)
    pen.write(erasure.propose_due, **rolf)
    yield closed


def _about_documents(pen: Pen, reference: str) -> None:
    """Keep files with hostile names, described, withdrawn and released in hostile words."""
    known = {"actor": ROLF, "reference": reference}
    arriving, name = pen.site.platform.arriving, pen.text[:140]
    said = Description(Purpose.OTHER, Origin.THIRD_PARTY, pen.reason)
    for content in (HELD, TEXT):
        with arrived(arriving, [content], largest=10**6) as arrival:
            about = NewDocument(name, description=pen.reason)
            number = pen.write(documents.add, arrival=arrival, about=about, **known)
    for command in (documents.add_version, documents.add_redacted):
        with arrived(arriving, [TEXT], largest=10**6) as arrival:
            pen.write(command, number=number, arrival=arrival, name=name, **known)
    pen.write(documents.describe, number=number, about=said, **known)
    pen.write(documents.withdraw, number=number, reason=pen.reason, **known)
    held = {"number": number - 1, "version": 1, "is_redacted": False}
    pen.write(documents.release, reason=pen.reason, **held, **known)


def _about_a_limit(pen: Pen) -> str:
    """Write why a time limit is made longer; the complainant reads it too."""
    lodge = {"complaint": pen.office.heard(**lodged(pen.text)), "wanted": ["housing_ombudsman"]}
    reference = intake.lodge(pen.site.platform, actor=WANDA, **lodge)
    pen.office.reach("investigate", reference=reference, assign={"owner": WANDA.username})
    assess_anew(pen, reference)
    ask_for_more_time(pen, reference)
    return reference


def _close(pen: Pen, email: str) -> str:
    """Work a complaint to its end, with hostile words at the gate and in the answer."""
    named = {"email": email, "complainant_name": f"{email} {pen.text}"[:200]}
    reference = pen.office.lodge(**lodged(pen.text) | named)
    pen.office.reach("approve_decision", reference=reference, assign={"owner": WANDA.username})
    gate = {"actor": ROLF, "reference": reference}
    token = pen.office.token(reference, "approve_decision")
    pen.write(approvals.return_draft, token=token, reasons=pen.reason, **gate)
    pen.office.reach("approve_decision", reference=reference)
    token = pen.office.token(reference, "approve_decision")
    pen.write(approvals.approve, token=token, comment=pen.reason, **gate)
    answer = {"actor": WANDA, "reference": reference, "answer": "accepted"}
    pen.write(casework.deliver_answer, text=pen.reason, **answer)
    pen.office.do(reference, "closing_check")
    own = {"actor": COMPLAINANT, "reference": reference}
    pen.write(following.hear, text=pen.reason, **own)
    said = {"unresolved": pen.reason, "comment": pen.reason}
    pen.write(survey.respond, scores={"overall": 1}, **said, **own)
    told = {"actor": WANDA, "reference": reference, "may_be_asked": False}
    pen.write(inviting.wish, reason=pen.reason, **told)
    return reference


def _about_the_course(pen: Pen) -> Iterator[str]:
    """Write what operators say."""
    due_at = pen.site.platform.now() + timedelta(days=3)
    reference = pen.office.reach("draft_decision", assign={"owner": WANDA.username})
    known = {"actor": ROLF, "reference": reference, "reason": pen.reason}

    def here(element: str) -> dict[str, Any]:
        return known | {"token": pen.office.token(reference, element)}

    pen.write(inbox.reassign, to=WANDA.username, **here("draft_decision"))
    pen.write(operations.set_due_date, due_at=due_at, **here("draft_decision"))
    pen.write(operations.move_token, element="investigate", **here("draft_decision"))
    pen.write(operations.skip_step, **here("investigate"))
    pen.write(operations.suspend, **known)
    pen.write(operations.resume, **known)
    pen.write(operations.suspend, **known)
    yield reference


def _about_an_incident(pen: Pen) -> str:
    """Let three complaints halt with hostile causes; put one away, and try one again."""
    halted = [pen.office.lodge(**lodged(pen.text)) for _ in range(3)]
    platform = pen.site.platform
    for reference in halted:
        ((case_id,),) = rows(
            platform.database, "SELECT id FROM complaint_case WHERE reference = :of", of=reference
        )
        for _ in range(3):
            monitoring.note_failure(platform, case_id=case_id, failure=ValueError(pen.text))
    ids = [
        number
        for (number,) in rows(platform.database, "SELECT max(id) FROM incident GROUP BY case_id")
    ]
    pen.write(incidents.resolve, actor=ROLF, incident_id=ids[-1], reason=pen.reason)
    pen.write(incidents.retry, actor=ROLF, incident_id=ids[-2], reason=pen.reason)
    return halted[0]


def _about_mails(pen: Pen) -> str:
    """Let mails come in whose every word is hostile; return the complaint that one became."""
    platform, line = pen.site.platform, " ".join(pen.text.split())
    person = f"{line.replace(chr(34), '')[:60]} <wanda@example.org>".replace("<img", "img")
    said = {"From": person, "Subject": line, "List_Id": "<x@example.org>"}
    numbers = [
        receive(platform, written(pen.text, Message_ID=f"<{n}@hostile>", **said)).number
        for n in range(3)
    ]
    pen.write(mailbox.discard, actor=ROLF, number=numbers[0], reason=pen.reason)
    opened: str = pen.write(mailbox.file_as_complaint, actor=ROLF, number=numbers[1])
    return opened


def _about_a_sample(pen: Pen) -> str:
    """Draw complaints by a hostile seed, and say what is to improve."""
    platform = pen.site.platform
    now, zone = platform.now(), platform.policy.calendar.zone
    period = Period.last_days(900, now, zone)
    drawing = Drawing("quinn", 3, period, pen.text[:100], now + timedelta(days=9))
    number = sampling.draw(platform, actor=WANDA, drawing=drawing)
    line, *_ = sampling.drawn(platform, actor=QUINN, sample_id=number)
    known = {"sample_id": number, "reference": line.reference, "found": Review.TO_IMPROVE}
    pen.write(sampling.review, actor=QUINN, remark=pen.reason, **known)
    return line.reference
