"""A way to ask each service there is, so that a test can find out who is let in.

Nothing that is asked here is stored: ``rehearsed`` takes every write back. So one office serves
all roles and services, and each asks the same question of the same complaint.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case_set import CaseSet
from engine.domain.complaint import Channel, Complaint
from engine.domain.incident import Cause, IncidentKind
from engine.domain.kpi import Period
from engine.domain.regime import Occasion
from engine.domain.sample import Review
from engine.errors import NotAllowedError, NotFoundError, RedressError
from engine.services.accounts import accounts, competences, delegation, limits
from engine.services.audit import auditing, journal_export, verifying
from engine.services.figures import (
    case_export,
    monthly_sample,
    sampling,
)
from engine.services.handling import casefile, casework, inbox
from engine.services.intake import importing, intake
from engine.services.journal import checkpoints
from engine.services.post import dispatch, held
from engine.services.proposing import publishing
from engine.services.running import foresight, glass, monitoring, operations, rebuild, timing
from engine.services.running.foresight import Proposal
from engine.services.staffing import restriction, teams
from engine.services.upkeep import backup, incidents, job_health, jobs, keeping, nightly_backup
from tests.architecture.authority import services
from tests.integration.commands import SOURCES
from tests.integration.every_way import ASKED
from tests.integration.reach_ways import drawing

WHY = "The file was mixed up."
REFUSED, HIDDEN, LET_IN = "refused", "hidden", "let in"


class RehearsedError(Exception):
    """Everything went well, and is taken back."""


class Rehearsal:
    """A database that stores nothing: what was written is taken back at the end."""

    def __init__(self, database: Any) -> None:
        self._database = database

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    def write(self, work: Callable[[Any], object], **_how: object) -> None:
        """Run ``work``, and take back what it did."""

        def and_back(tx: object) -> None:
            work(tx)
            raise RehearsedError

        self._database.write(and_back)


@dataclass(frozen=True)
class Asked:
    """What is asked, by whom, and about which complaint."""

    platform: Platform
    actor: Actor
    reference: str
    token: str
    incident: int
    folder: Path
    element: str = "assess"

    @property
    def of_case(self) -> dict[str, Any]:
        return {"actor": self.actor, "reference": self.reference}

    @property
    def of_step(self) -> dict[str, Any]:
        return self.of_case | {"token": self.token}

    @property
    def period(self) -> Period:
        return Period.last_days(30, self.platform.now(), self.platform.policy.calendar.zone)

    @property
    def yesterday(self) -> Period:
        zone = self.platform.policy.calendar.zone
        day = self.period.last_day(zone) - timedelta(days=1)
        return Period.of_dates(day, day, zone)

    @property
    def received(self) -> CaseSet:
        period = self.period
        return CaseSet("received", period.begin, period.end, self.platform.now())

    @property
    def later(self) -> Any:
        return self.platform.now() + timedelta(days=3)

    @property
    def complaint(self) -> Complaint:
        return Complaint(
            received_at=self.platform.now(),
            channel=Channel.PHONE,
            summary="Another one",
            complainant_name="Jo",
        )

    @property
    def table(self) -> Path:
        path = self.folder / "none.csv"
        path.write_text(
            "id,received,channel,summary,description,complainant,email,category\n", "utf-8"
        )
        return path


def _really(platform: Platform) -> Platform:
    """Return a platform that stores what it does: what is shown comes after what is kept."""
    return replace(platform, database=getattr(platform.database, "_database", platform.database))


Ask = Callable[[Asked], object]
_CAUSE = Cause(IncidentKind.CASE, "Assess", "It stands still.")

ASKS: Mapping[str, Ask] = {
    **{name: ask for asks in ASKED for name, ask in asks.items()},
    "accounts.add": lambda a: accounts.add(
        a.platform, actor=a.actor, username="new", name="N", roles=["handler"], password="x" * 20
    ),
    "accounts.all_accounts": lambda a: accounts.all_accounts(a.platform, actor=a.actor),
    "accounts.colleagues": lambda a: accounts.colleagues(a.platform, actor=a.actor),
    "accounts.person": lambda a: accounts.person(a.platform, actor=a.actor, username="hanna"),
    "auditing.verify_journal": lambda a: auditing.verify_journal(a.platform, **a.of_case),
    "backup.make": lambda a: backup.make(a.platform, actor=a.actor, path=a.folder / "b.zip"),
    "backup.restore": lambda a: backup.restore(
        a.platform, actor=a.actor, path=a.folder / "none.zip"
    ),
    "case_export.as_csv": lambda a: case_export.as_csv(
        _really(a.platform), actor=a.actor, cases=a.received
    ),
    "casefile.view": lambda a: casefile.view(a.platform, **a.of_case),
    "casework.acknowledge_escalation": lambda a: casework.acknowledge_escalation(
        a.platform, action=WHY, **a.of_step
    ),
    "casework.add_note": lambda a: casework.add_note(a.platform, text=WHY, **a.of_case),
    "casework.deliver_answer": lambda a: casework.deliver_answer(
        a.platform, answer="accepted", **a.of_case
    ),
    "casework.escalate": lambda a: casework.escalate(a.platform, reason=WHY, **a.of_case),
    "casework.withdraw": lambda a: casework.withdraw(a.platform, reason=WHY, **a.of_case),
    "checkpoints.accept": lambda a: checkpoints.accept(a.platform, actor=a.actor, reason=WHY),
    "checkpoints.make": lambda a: checkpoints.make(a.platform, actor=a.actor),
    "checkpoints.renew_key": lambda a: checkpoints.renew_key(a.platform, actor=a.actor, reason=WHY),
    "dispatch.send_outbox": lambda a: dispatch.send_outbox(a.platform, actor=a.actor),
    "held.mails": lambda a: held.mails(a.platform, actor=a.actor),
    "held.release": lambda a: held.release(
        a.platform, actor=a.actor, message_ids=["<none@example.org>"], reason=WHY
    ),
    "held.settle": lambda a: held.settle(
        a.platform, actor=a.actor, message_ids=["<none@example.org>"], reason=WHY
    ),
    "importing.import_file": lambda a: importing.import_file(
        a.platform, actor=a.actor, path=a.table, mapping="plain"
    ),
    "inbox.claim": lambda a: inbox.claim(a.platform, **a.of_step),
    "inbox.complete_step": lambda a: inbox.complete_step(a.platform, answers={}, **a.of_step),
    "inbox.counts": lambda a: inbox.counts(a.platform, actor=a.actor),
    "inbox.draft": lambda a: inbox.draft(a.platform, **a.of_step),
    "inbox.page": lambda a: inbox.page(a.platform, actor=a.actor, view="all"),
    "inbox.reassign": lambda a: inbox.reassign(a.platform, to="hanna", **a.of_step),
    "inbox.release": lambda a: inbox.release(a.platform, **a.of_step),
    "inbox.save_draft": lambda a: inbox.save_draft(a.platform, content={}, **a.of_step),
    "inbox.suspended": lambda a: inbox.suspended(a.platform, actor=a.actor),
    "inbox.suspended_count": lambda a: inbox.suspended_count(a.platform, actor=a.actor),
    "inbox.waiting_at": lambda a: inbox.waiting_at(a.platform, actor=a.actor, element=a.element),
    "incidents.alike": lambda a: incidents.alike(a.platform, actor=a.actor, cause=_CAUSE),
    "incidents.causes": lambda a: incidents.causes(a.platform, actor=a.actor),
    "incidents.counts": lambda a: incidents.counts(a.platform, actor=a.actor),
    "incidents.one": lambda a: incidents.one(a.platform, actor=a.actor, incident_id=a.incident),
    "incidents.page": lambda a: incidents.page(a.platform, actor=a.actor),
    "incidents.resolve": lambda a: incidents.resolve(
        a.platform, actor=a.actor, incident_id=a.incident, reason=WHY
    ),
    "incidents.retry": lambda a: incidents.retry(
        a.platform, actor=a.actor, incident_id=a.incident, reason=WHY
    ),
    "intake.lodge": lambda a: intake.lodge(a.platform, actor=a.actor, complaint=a.complaint),
    "jobs.is_sweep_late": lambda a: jobs.is_sweep_late(a.platform, actor=a.actor),
    "jobs.last_run": lambda a: jobs.last_run(a.platform, name="sla_sweep", actor=a.actor),
    "jobs.run": lambda a: jobs.run(a.platform, name="sla_sweep", actor=a.actor),
    "monthly_sample.draw_month": lambda a: monthly_sample.draw_month(a.platform, actor=a.actor),
    "nightly_backup.back_up": lambda a: nightly_backup.back_up(a.platform, actor=a.actor),
    "jobs.ask_for": lambda a: jobs.ask_for(a.platform, name="sla_sweep", actor=a.actor),
    "jobs.run_asked": lambda a: jobs.run_asked(a.platform, actor=a.actor),
    "job_health.health": lambda a: job_health.health(a.platform, actor=a.actor),
    "jobs.run_overdue": lambda a: jobs.run_overdue(a.platform, actor=a.actor),
    "keeping.bring_back": lambda a: keeping.bring_back(
        a.platform, actor=a.actor, path=a.folder / "none.bin", passphrase="x" * 20
    ),
    "keeping.keep": lambda a: keeping.keep(
        a.platform, actor=a.actor, path=a.folder / "none.bin", passphrase="short"
    ),
    "journal_export.of_case": lambda a: journal_export.of_case(a.platform, **a.of_case),
    "journal_export.of_period": lambda a: journal_export.of_period(
        _really(a.platform), actor=a.actor, begin=a.period.begin, end=a.later
    ),
    "monitoring.incidents": lambda a: monitoring.incidents(a.platform, actor=a.actor),
    "monitoring.retry": lambda a: monitoring.retry(a.platform, **a.of_case),
    "monitoring.sweep": lambda a: monitoring.sweep(a.platform, actor=a.actor),
    "operations.move_token": lambda a: operations.move_token(
        a.platform, element="plan", reason=WHY, **a.of_step
    ),
    "operations.resume": lambda a: operations.resume(a.platform, reason=WHY, **a.of_case),
    "operations.set_due_date": lambda a: operations.set_due_date(
        a.platform, due_at=a.later, reason=WHY, **a.of_step
    ),
    "operations.set_promise_date": lambda a: operations.set_promise_date(
        a.platform, code="acknowledgement", due_at=a.later, reason=WHY, **a.of_case
    ),
    "operations.skip_step": lambda a: operations.skip_step(a.platform, reason=WHY, **a.of_step),
    "operations.suspend": lambda a: operations.suspend(a.platform, reason=WHY, **a.of_case),
    "operations.whereabouts": lambda a: operations.whereabouts(a.platform, **a.of_case),
    "foresight.preview": lambda a: foresight.preview(
        a.platform, actor=a.actor, proposal=Proposal(closed=(a.period.begin.date(),))
    ),
    "timing.note_occasion": lambda a: timing.note_occasion(
        a.platform, occasion=Occasion.UPDATED, **a.of_case
    ),
    "publishing.approve": lambda a: publishing.approve(a.platform, actor=a.actor, number=99),
    "publishing.propose": lambda a: publishing.propose(
        a.platform, actor=a.actor, paths=[a.folder / "none.bpmn"], reason=WHY
    ),
    "publishing.reject": lambda a: publishing.reject(
        a.platform, actor=a.actor, number=99, reason=WHY
    ),
    "publishing.waiting": lambda a: publishing.waiting(a.platform, actor=a.actor),
    "rebuild.rebuild": lambda a: rebuild.rebuild(a.platform, actor=a.actor),
    "verifying.run": lambda a: verifying.run(a.platform, **a.of_case),
    "verifying.state": lambda a: verifying.state(a.platform, actor=a.actor),
    "glass.break_glass": lambda a: glass.break_glass(a.platform, reason=WHY, **a.of_case),
    "glass.broken": lambda a: glass.broken(a.platform, actor=a.actor),
    "glass.see": lambda a: glass.see(a.platform, actor=a.actor, glass_id=1),
    "glass.unseen": lambda a: glass.unseen(a.platform, actor=a.actor),
    "restriction.lift": lambda a: restriction.lift(a.platform, reason=WHY, **a.of_case),
    "restriction.named": lambda a: restriction.named(a.platform, **a.of_case),
    "restriction.restrict": lambda a: restriction.restrict(
        a.platform, people=[], reason=WHY, **a.of_case
    ),
    "sampling.draw": lambda a: sampling.draw(
        a.platform, actor=a.actor, drawing=drawing(a.platform, size=1)
    ),
    "sampling.drawn": lambda a: sampling.drawn(a.platform, actor=a.actor, sample_id=1),
    "sampling.end": lambda a: sampling.end(a.platform, actor=a.actor, sample_id=1),
    "sampling.names": lambda a: sampling.names(a.platform, actor=a.actor),
    "sampling.review": lambda a: sampling.review(
        a.platform, sample_id=1, found=Review.IN_ORDER, **a.of_case
    ),
    "sampling.reviewers": lambda a: sampling.reviewers(a.platform, actor=a.actor),
    "sampling.samples": lambda a: sampling.samples(a.platform, actor=a.actor),
    "sampling.to_review": lambda a: sampling.to_review(a.platform, actor=a.actor),
    "sampling.waiting": lambda a: sampling.waiting(a.platform, actor=a.actor),
    "competences.change": lambda a: competences.change(
        a.platform, actor=a.actor, username="hanna", competences=["Fees"], reason=WHY
    ),
    "competences.in_use": lambda a: competences.in_use(a.platform, actor=a.actor),
    "competences.of_everybody": lambda a: competences.of_everybody(a.platform, actor=a.actor),
    "competences.without_anybody": lambda a: competences.without_anybody(a.platform, actor=a.actor),
    "teams.all_teams": lambda a: teams.all_teams(a.platform, actor=a.actor),
    "teams.keep": lambda a: teams.keep(
        a.platform, actor=a.actor, code="new", title="New", members=[]
    ),
    "teams.move": lambda a: teams.move(a.platform, team="other", reason=WHY, **a.of_case),
    "delegation.current": lambda a: delegation.current(a.platform, actor=a.actor),
    "delegation.delegate": lambda a: delegation.delegate(
        a.platform,
        actor=a.actor,
        absent="hanna",
        to="ivo",
        from_at=a.platform.now(),
        until_at=a.later,
        reason=WHY,
    ),
    "delegation.end": lambda a: delegation.end(a.platform, actor=a.actor, delegation_id=1),
    "limits.all_limits": lambda a: limits.all_limits(a.platform, actor=a.actor),
    "limits.decide": lambda a: limits.decide(a.platform, actor=a.actor, limit_id=1, confirm=True),
    "limits.in_force": lambda a: limits.in_force(a.platform, actor=a.actor),
    "limits.propose": lambda a: limits.propose(
        a.platform, actor=a.actor, holder="person:hanna", amount=None, reason=WHY
    ),
}
"""By service: how it is asked. What the engine thinks of the answers does not matter here."""


def asked_by_somebody(sources: Mapping[str, str] = SOURCES) -> list[str]:
    """Return every service that takes an actor, as ``module.function``, in order."""
    return sorted(
        name
        for name, service in services(sources).items()
        if service.is_service and "actor" in service.arguments
    )


def without_a_row(found: list[str], *known: Mapping[str, object]) -> Iterator[str]:
    """Yield a sentence for each service whose permissions nobody has written down."""
    for name in found:
        if not all(name in each for each in known):
            yield (
                f"Nobody has written down who may ask {name}: it needs a line in "
                "tests/integration/permission_table.py and in asking.py."
            )


def outcome(ask: Ask, asked: Asked) -> tuple[str, object]:
    """Return whether somebody is let in, and what the service has told.

    A refusal that comes after the door, such as a form that is not complete, is no matter of
    permissions: who meets it was let in.
    """
    rehearsing = replace(asked.platform, database=Rehearsal(asked.platform.database))
    try:
        return LET_IN, ask(replace(asked, platform=rehearsing))
    except NotAllowedError as refusal:
        return (REFUSED if isinstance(refusal.deed, Deed) else LET_IN), None
    except NotFoundError as refusal:
        is_the_case = asked.reference in str(refusal) or refusal.kind == "incident"
        return (HIDDEN if is_the_case else LET_IN), None
    except (RehearsedError, RedressError):
        return LET_IN, None


@contextmanager
def forgetful(monkeypatch: Any, deed: Deed) -> Iterator[None]:
    """Let every actor pass a check meanwhile, as if a service had forgotten it."""
    require = Actor.require

    def pass_by(actor: Actor, wanted: Deed) -> None:
        if wanted is not deed:
            require(actor, wanted)

    with monkeypatch.context() as patch:
        patch.setattr(Actor, "require", pass_by)
        yield
