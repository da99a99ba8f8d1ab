"""Every command there is, read from the source of the services, and a way to give each.

A command is a public function of ``engine.services`` that takes the platform and reaches a
transaction that writes. Nobody has to remember a new one: it is found, and the tests that use
this list fail with a sentence until a way to give it stands in ``WAYS``.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Role
from engine.domain.kpi import Period
from engine.services.accounts import accounts, sessions, signing_in
from engine.services.demo import demo
from engine.services.figures import freezing
from engine.services.handling import approvals, casework, inbox
from engine.services.intake import importing, intake
from engine.services.post import dispatch
from engine.services.process import processes
from engine.services.running import monitoring, rebuild
from engine.services.upkeep import jobs
from tests.architecture.authority import services
from tests.architecture.house import SERVICES
from tests.architecture.rules import calls
from tests.integration import (
    journal_ways,
    operator_ways,
    upkeep_ways,
)
from tests.integration.every_way import AT_ONCE, PIECEWISE
from tests.integration.office import ANSWERS, LETTER, Office, execute

SOURCES = {name: path.read_text("utf-8") for name, path in SERVICES.items()}
WRITES = "database.write"
PASSWORD = "correct horse battery"

Act = Callable[[Platform], object]


@dataclass(frozen=True)
class Way:
    """How a command is given.

    Attributes:
        prepare: Brings an office to where the command can be given, and returns what gives it.
        is_piecewise: It is many transactions by design, each of which must leave all whole.
        is_story: It is whole cases from receipt to closing, and takes seconds.
    """

    prepare: Callable[["Desk"], Act]
    is_piecewise: bool = False
    is_story: bool = False


@dataclass(frozen=True)
class Desk:
    """What a command may need besides the office."""

    office: Office
    clock: Any
    folder: Path
    smtp_url: str

    def known(self, who: str, reference: str) -> dict[str, Any]:
        """Return who gives a command, on which case."""
        return {"actor": self.office.staff[who], "reference": reference}

    def step(self, who: str, element: str) -> dict[str, Any]:
        """Work a new complaint until a step waits, and return who does it, and where."""
        reference = self.office.reach(element)
        return self.known(who, reference) | {"token": self.office.token(reference, element)}


def writers() -> list[str]:
    """Return every command, as ``module.function``, in order."""
    return list(_commands_of_the_house())


@cache
def _commands_of_the_house() -> tuple[str, ...]:
    return tuple(writers_in(SOURCES))


def writers_in(sources: Mapping[str, str]) -> list[str]:
    """Return every command of some sources, by their modules."""
    found = _reaching_a_write(sources)
    return sorted(
        name
        for name, service in services(sources).items()
        if service.is_service and name in found and name != "command.carry_out"
    )


def _reaching_a_write(sources: Mapping[str, str]) -> set[str]:
    """Return every function and class of the package that comes to a write, by whatever way."""
    bodies = {
        f"{module}.{node.name}": node
        for module, source in sources.items()
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    called = {
        name: {meant for each, _ in calls(node) for meant in _meant(each, name, bodies)}
        for name, node in bodies.items()
    }
    found = {WRITES}
    while new := {name for name in called.keys() - found if not found.isdisjoint(called[name])}:
        found |= new
    return found


def _meant(called: str, by: str, known: Mapping[str, ast.AST]) -> Iterator[str]:
    """Yield what a call may mean: a part of a module, of its own, or imported by its name."""
    if "." in called:
        yield ".".join(called.split(".")[-2:])
    elif (own := f"{by.partition('.')[0]}.{called}") in known:
        yield own
    else:
        yield from (name for name in known if name.endswith(f".{called}"))


def without_a_way(commands: list[str]) -> Iterator[str]:
    """Yield a sentence for each command that nobody has said how to give."""
    for name in commands:
        if name not in WAYS:
            yield (
                f"The command {name} is in no test of crashes: say how it is given in "
                "tests/integration/commands.py."
            )


def _lodge(desk: Desk) -> Act:
    complaint = desk.office.heard()
    return lambda p: intake.lodge(p, actor=desk.office.staff["hanna"], complaint=complaint)


def _complete(desk: Desk) -> Act:
    where = desk.step("ada", "approve_decision")
    return lambda p: inbox.complete_step(p, answers=ANSWERS["approval"], **where)


def _approve(desk: Desk) -> Act:
    where = desk.step("ada", "approve_decision")
    return lambda p: approvals.approve(p, **where)


def _return_draft(desk: Desk) -> Act:
    where = desk.step("ada", "approve_decision")
    return lambda p: approvals.return_draft(p, reasons="Once more, please.", **where)


def _claim(desk: Desk) -> Act:
    where = desk.step("hanna", "assess")
    return lambda p: inbox.claim(p, **where)


def _release(desk: Desk) -> Act:
    where = desk.step("hanna", "assess")
    inbox.claim(desk.office.platform, **where)
    return lambda p: inbox.release(p, **where)


def _reassign(desk: Desk) -> Act:
    where = desk.step("tom", "assess")
    return lambda p: inbox.reassign(p, to="hanna", reason="Ivo is away.", **where)


def _save_draft(desk: Desk) -> Act:
    where = desk.step("hanna", "assess")
    return lambda p: inbox.save_draft(p, content={"amount": "1"}, **where)


def _escalate(desk: Desk) -> Act:
    where = desk.known("hanna", desk.office.reach("assess"))
    return lambda p: casework.escalate(p, reason="Help, please.", **where)


def _acknowledge_escalation(desk: Desk) -> Act:
    _escalate(desk)(desk.office.platform)
    reference = "C-2026-000001"
    token = desk.office.token(reference, "respond_to_escalation")
    where = desk.known("tom", reference) | {"token": token}
    return lambda p: casework.acknowledge_escalation(p, action="I call her.", **where)


def _withdraw(desk: Desk) -> Act:
    where = desk.known("hanna", desk.office.reach("assess"))
    return lambda p: casework.withdraw(p, reason="She was paid.", **where)


def _add_note(desk: Desk) -> Act:
    where = desk.known("hanna", desk.office.lodge())
    return lambda p: casework.add_note(p, text="She called.", **where)


def _deliver_answer(desk: Desk) -> Act:
    reference = desk.office.reach("approve_decision")
    desk.office.do(reference, "approve_decision")
    where = desk.known("hanna", reference)
    return lambda p: casework.deliver_answer(p, answer="rejected", text="No.", **where)


def _import(desk: Desk) -> Act:
    path = desk.folder / "complaints.csv"
    rows = [f"R-{n},2026-01-02,email,Bill is wrong,,Jane,j{n}@example.org,Price" for n in (1, 2, 3)]
    head = "id,received,channel,summary,description,complainant,email,category"
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return lambda p: importing.import_file(p, actor=SYSTEM, path=path, mapping="plain")


def _late(desk: Desk) -> str:
    references = [desk.office.lodge(), desk.office.reach("assess")]
    desk.clock.advance(days=70)
    return references[0]


def _sweep(desk: Desk) -> Act:
    _late(desk)
    return monitoring.sweep


def _retry(desk: Desk) -> Act:
    reference = _late(desk)
    return lambda p: monitoring.retry(p, actor=SYSTEM, reference=reference)


def _run_job(desk: Desk) -> Act:
    _late(desk)
    return lambda p: jobs.run(p, name="sla_sweep")


def _ask_for(_desk: Desk) -> Act:
    return lambda p: jobs.ask_for(p, actor=SYSTEM, name="survey")


def _run_asked(desk: Desk) -> Act:
    jobs.ask_for(desk.office.platform, actor=SYSTEM, name="sla_sweep")
    _late(desk)
    return jobs.run_asked


def _run_overdue(desk: Desk) -> Act:
    _late(desk)
    return jobs.run_overdue


def _send(desk: Desk) -> Act:
    for _ in range(2):
        reference = desk.office.reach("acknowledge")
        desk.office.do(reference, "acknowledge", text=LETTER)
    return lambda p: dispatch.send_outbox(replace(p, smtp_url=desk.smtp_url))


def _rebuild(desk: Desk) -> Act:
    for element in ("register", "assess"):
        desk.office.reach(element)
    return lambda p: rebuild.rebuild(p, actor=SYSTEM)


def _snapshot(desk: Desk) -> Act:
    desk.office.lodge()
    period = Period.last_days(1, desk.clock.now, desk.office.platform.policy.calendar.zone)
    return lambda p: freezing.freeze_figures(p, actor=SYSTEM, period=period)


def _publish(desk: Desk) -> Act:
    for table in ("process_release", "version_scenarios", "process_version"):
        for deed in ("UPDATE", "DELETE"):
            journal_ways.unguard(desk.office.platform.database, table, deed)
        execute(desk.office.platform.database, f"DELETE FROM {table}")  # noqa: S608 - as listed
    return processes.install_shipped


def _tell_story(desk: Desk) -> Act:
    execute(desk.office.platform.database, "DELETE FROM account")
    return lambda p: demo.tell_story(p, cases=1, seed=3)


def _furnish(desk: Desk) -> Act:
    execute(desk.office.platform.database, "DELETE FROM account")
    return lambda p: demo.install(p, cases=1, seed=3)


def _hire(platform: Platform, name: str = "pat") -> None:
    roles = [Role.HANDLER]
    accounts.add(platform, actor=SYSTEM, username=name, name="Pat", roles=roles, password=PASSWORD)


def _sign_in(platform: Platform, password: str = PASSWORD) -> str:
    return signing_in.sign_in(platform, username="pat", password=password, address="10.0.0.1")


def _come_in(desk: Desk) -> Act:
    _hire(desk.office.platform)
    return _sign_in


def _sign_out(desk: Desk) -> Act:
    _hire(desk.office.platform)
    token = _sign_in(desk.office.platform)
    return lambda p: sessions.sign_out(p, token=token)


def _actor_of(desk: Desk) -> Act:
    _hire(desk.office.platform)
    token = _sign_in(desk.office.platform)
    desk.clock.advance(minutes=5)
    return lambda p: sessions.actor_of(p, token=token)


WAYS: dict[str, Way] = {
    **{name: Way(given) for ways in AT_ONCE for name, given in ways.items()},
    **{name: Way(given, is_piecewise=True) for ways in PIECEWISE for name, given in ways.items()},
    "sessions.actor_of": Way(_actor_of),
    "accounts.add": Way(lambda _desk: _hire),
    "signing_in.sign_in": Way(_come_in),
    "sessions.sign_out": Way(_sign_out),
    "approvals.approve": Way(_approve),
    "approvals.return_draft": Way(_return_draft),
    "backup.make": Way(upkeep_ways.make, is_piecewise=True),
    "backup.restore": Way(upkeep_ways.restore, is_piecewise=True),
    "casework.acknowledge_escalation": Way(_acknowledge_escalation),
    "casework.add_note": Way(_add_note),
    "casework.deliver_answer": Way(_deliver_answer),
    "casework.escalate": Way(_escalate),
    "casework.withdraw": Way(_withdraw),
    "case_export.as_csv": Way(journal_ways.take_a_list),
    "checkpoints.accept": Way(journal_ways.accept),
    "checkpoints.make": Way(journal_ways.sign),
    "checkpoints.renew_key": Way(journal_ways.renew_key),
    "demo.install": Way(_furnish, is_piecewise=True, is_story=True),
    "demo.tell_story": Way(_tell_story, is_piecewise=True, is_story=True),
    "dispatch.send_outbox": Way(_send, is_piecewise=True),
    "held.release": Way(upkeep_ways.release),
    "held.settle": Way(upkeep_ways.settle),
    "importing.import_file": Way(_import, is_piecewise=True),
    "inbox.claim": Way(_claim),
    "inbox.complete_step": Way(_complete),
    "inbox.reassign": Way(_reassign),
    "inbox.release": Way(_release),
    "inbox.save_draft": Way(_save_draft),
    "incidents.resolve": Way(operator_ways.resolve),
    "incidents.retry": Way(operator_ways.retry_incident),
    "intake.lodge": Way(_lodge),
    "monthly_sample.draw_month": Way(upkeep_ways.draw_month),
    "nightly_backup.back_up": Way(upkeep_ways.back_up, is_piecewise=True),
    "jobs.ask_for": Way(_ask_for),
    "jobs.run_asked": Way(_run_asked, is_piecewise=True),
    "jobs.run": Way(_run_job, is_piecewise=True),
    "jobs.run_overdue": Way(_run_overdue, is_piecewise=True),
    "keeping.bring_back": Way(upkeep_ways.bring_back),
    "keeping.keep": Way(upkeep_ways.keep),
    "journal_export.of_case": Way(journal_ways.export_case, is_piecewise=True),
    "journal_export.of_period": Way(journal_ways.export_period, is_piecewise=True),
    "messages.declare_key": Way(operator_ways.declare_key, is_piecewise=True),
    "messages.deliver_message": Way(operator_ways.deliver_message),
    "messages.hand_over": Way(operator_ways.hand_over),
    "messages.hand_over_kept": Way(operator_ways.hand_over_kept),
    "messages.send_signal": Way(operator_ways.send_signal),
    "messages.tend": Way(operator_ways.tend, is_piecewise=True),
    "monitoring.note_failure": Way(operator_ways.note_failure),
    "monitoring.retry": Way(_retry),
    "monitoring.sweep": Way(_sweep, is_piecewise=True),
    "operations.move_token": Way(operator_ways.move_token),
    "operations.resume": Way(operator_ways.resume),
    "operations.set_due_date": Way(operator_ways.set_due_date),
    "operations.set_promise_date": Way(operator_ways.set_promise_date),
    "operations.skip_step": Way(operator_ways.skip_step),
    "operations.suspend": Way(operator_ways.suspend),
    "processes.install_shipped": Way(_publish),
    "publishing.approve": Way(upkeep_ways.approve),
    "publishing.propose": Way(upkeep_ways.propose),
    "publishing.reject": Way(upkeep_ways.reject),
    "rebuild.rebuild": Way(_rebuild, is_piecewise=True),
    "freezing.freeze_figures": Way(_snapshot),
    "timing.note_occasion": Way(operator_ways.note_occasion),
    "verifying.run": Way(journal_ways.verify, is_piecewise=True),
}
