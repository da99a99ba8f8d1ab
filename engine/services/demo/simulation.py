"""Simulated staff drive complaints through the whole process on a fast clock."""

import hashlib
import heapq
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Role
from engine.domain.complaint import Scope
from engine.domain.deadline import ClockState
from engine.domain.kpi import Period
from engine.domain.regime import Occasion
from engine.services.audit import auditing
from engine.services.clocks import regimes
from engine.services.demo import simulated_calls
from engine.services.demo.demo_material import Besides, material
from engine.services.demo.scenario import Scenario, draw, fill
from engine.services.demo.simulated_post import PostRoom
from engine.services.demo.simulated_staff import Staff, judged_before
from engine.services.demo.story import Story
from engine.services.figures import facts, reporting
from engine.services.handling import casefile, casework, climbing, inactivity, inbox, remedies
from engine.services.handling.casefile import OpenStep
from engine.services.intake import intake
from engine.services.investigation import issues
from engine.services.running import monitoring, timing

_TRAVEL = timedelta(weeks=10)
_LONGEST = timedelta(days=500)
_SWEEP_EVERY, _SWEEP_SELDOM = timedelta(hours=3), timedelta(hours=12)
_NEAR = timedelta(weeks=9)  # before that, nobody asks at which hour it was, or who took it
_ON_TOUR = 4
"""Of so many complaints, one comes under a regime of its own."""


@dataclass
class SimulatedClock:
    """A clock that the simulation moves."""

    now: datetime

    def __call__(self) -> datetime:
        """Return the simulated present."""
        return self.now


@dataclass
class _Course:
    """One complaint while it is simulated."""

    number: int
    scenario: Scenario
    reference: str = ""
    visits: int = 0
    answered: int = 0
    withdrew: bool = False
    done: Counter[str] = field(default_factory=Counter)


class Simulation:
    """Drives generated complaints on a platform of its own."""

    def __init__(
        self,
        platform: Platform,
        *,
        begin: datetime,
        seed: int,
        staff: tuple[Actor, ...],
        until: datetime | None = None,
        is_tour: bool = False,
        beside: Sequence[Callable[[Platform], object]] = (),
    ) -> None:
        """Prepare a simulation.

        Args:
            platform: Holds the published process and the accounts of the staff.
            begin: Simulated time at which the first complaint may arrive.
            seed: The same seed gives the same story.
            staff: Who works; every role of the diagram must be among them.
            until: Stop then and leave open what is open; None to drive every case to its end.
            is_tour: Let some complaints come under each regime in turn, whatever the policy says.
            beside: What else goes on; called every few hours of the story.
        """
        self._clock = SimulatedClock(begin)
        self.platform = replace(platform, now=self._clock)
        self._begin = begin
        self._until = until
        self._is_tour = is_tour
        self._seed = seed
        self._dice = random.Random(seed)  # noqa: S311 - a story, no secret
        self._staff = Staff(staff, self._dice)
        self._courses: dict[int, _Course] = {}
        self._by_case: dict[int, _Course] = {}
        self._looked_at = begin
        self._beside = (PostRoom(staff, is_over=until is None).go, *beside)

    def run(self, cases: int, *, progress: Callable[[int], object] = lambda _n: None) -> Story:
        """Drive so many complaints, and tell what happened; see ``play``."""
        self.play(cases, progress=progress)
        return self._tell(cases)

    def play(self, cases: int, *, progress: Callable[[int], object] = lambda _n: None) -> None:
        """Drive so many complaints, one at least; ``progress`` is told how many are over."""
        agenda = self._agenda(cases)
        over, sweep_at = 0, self._begin
        end = self._until or self._begin + _TRAVEL + _LONGEST
        while agenda and agenda[0][0] <= end:
            at, number = heapq.heappop(agenda)
            sweep_at = self._sweep_until(at, sweep_at)
            self._clock.now = at
            pause = self._visit(self._courses[number])
            if pause is None:
                over += 1
                progress(over)
            else:
                heapq.heappush(agenda, (at + pause, number))
        if self._until is not None:
            sweep_at = self._sweep_until(end, sweep_at)
        self._clock.now = min(max(self._clock.now, sweep_at), end)
        self._sweep()

    def _sweep_until(self, at: datetime, sweep_at: datetime) -> datetime:
        """Sweep every few hours before a moment; return when the next one is due."""
        while sweep_at < at:
            self._clock.now = sweep_at
            self._sweep()
            sweep_at += _SWEEP_EVERY if self._is_near(sweep_at) else _SWEEP_SELDOM
        return sweep_at

    def _is_near(self, at: datetime) -> bool:
        return self._until is None or self._until - at <= _NEAR

    def _sweep(self) -> None:
        """Do what jobs do meanwhile, and let staff acknowledge calls upwards that they notice."""
        for go in self._beside:
            go(self.platform)
        monitoring.sweep(self.platform)
        heard_on = {number: each.scenario.heard_on for number, each in self._by_case.items()}
        for number in simulated_calls.noticed(self.platform, heard_on=heard_on):
            course = self._by_case[number]
            file = casefile.view(self.platform, actor=SYSTEM, reference=course.reference)
            calls = simulated_calls.open_calls(file)
            for each in file.steps:
                if each.step.token in calls and not file.case.is_suspended:
                    self._complete(course, file, each)
        climbing.climb(self.platform)
        if self._clock.now - self._looked_at >= timedelta(days=1):
            self._looked_at = self._clock.now
            inactivity.call(self.platform)

    def _agenda(self, cases: int) -> list[tuple[datetime, int]]:
        stuff = material()
        travel = self._until - self._begin if self._until else _TRAVEL
        agenda = []
        for number in range(1, cases + 1):
            scenario = draw(number, seed=self._seed, material=stuff, over=travel)
            self._courses[number] = _Course(number, scenario)
            agenda.append((self._begin + scenario.arrives_after, number))
        heapq.heapify(agenda)
        return agenda

    def _visit(self, course: _Course) -> timedelta | None:
        """Do what is next on a case; return when to look again, None when it is over."""
        if not course.reference:
            self._lodge(course)
            return self._pause(course, hours=3)
        file = casefile.view(self.platform, actor=SYSTEM, reference=course.reference)
        if not file.case.is_open:
            return None
        if self._take(course, file):
            return self._pause(course, hours=3)
        course.visits += 1
        if self._interrupt(course, file):
            return self._pause(course, hours=4)
        if not file.steps:
            return self._let_answer(course, file)
        self._work(course, file)
        return self._pause(course, hours=14)

    def _take(self, course: _Course, file: casefile.CaseFile) -> bool:
        """Let somebody take what is to be done next, of late; tell whether anybody did."""
        waiting = simulated_calls.first_heard(file, course.scenario.heard_on)
        if waiting is None or not self._is_near(self._clock.now):
            return False
        if not self._staff.is_to_take(file, waiting):
            return False
        inbox.claim(
            self.platform,
            actor=self._staff.worker(file, waiting),
            reference=course.reference,
            token=waiting.step.token,
        )
        return True

    def _lodge(self, course: _Course) -> None:
        actor, wanted = self._staff.one({Role.INTAKE}), self._regime(course.number)
        course.reference = intake.lodge(
            self.platform,
            actor=actor,
            complaint=course.scenario.complaint(self._clock.now),
            wanted=wanted,
        )
        file = casefile.view(self.platform, actor=SYSTEM, reference=course.reference)
        self._by_case[file.case.id] = course
        if Occasion.TRANSMITTED in file.occasions:
            timing.note_occasion(
                self.platform,
                actor=actor,
                reference=course.reference,
                occasion=Occasion.TRANSMITTED,
            )

    def _regime(self, number: int) -> tuple[str, ...] | None:
        """Return under which regime a complaint comes; None for what the policy says."""
        if not self._is_tour or number % _ON_TOUR:
            return None
        known = [name for name, _title in regimes.names(self.platform)]
        return (known[number // _ON_TOUR % len(known)],)

    def _interrupt(self, course: _Course, file: casefile.CaseFile) -> bool:
        """Let the complainant withdraw, or a handler call for help, when their time has come."""
        scenario, handler = course.scenario, self._staff.one({Role.HANDLER})
        if course.visits == scenario.withdraws_at and "withdrawn" in file.awaits:
            casework.withdraw(
                self.platform,
                actor=handler,
                reference=course.reference,
                reason="The complainant called: the matter has settled itself.",
            )
            course.withdrew = True
            return True
        if course.visits == scenario.escalates_at and "escalation_raised" in file.awaits:
            casework.escalate(
                self.platform,
                actor=handler,
                reference=course.reference,
                reason="The complainant has turned to the press.",
            )
            return True
        return False

    def _let_answer(self, course: _Course, file: casefile.CaseFile) -> timedelta:
        answers = course.scenario.answers
        said = answers[min(course.answered, len(answers) - 1)]
        if "answer" not in file.awaits or not said:
            return timedelta(days=7)  # the diagram waits for a moment, or for nobody
        course.answered += 1
        casework.deliver_answer(
            self.platform,
            actor=self._staff.one({Role.HANDLER}),
            reference=course.reference,
            answer="accepted" if said == "accepted" else "rejected",
            text="Thank you." if said == "accepted" else "This does not answer my point.",
        )
        return self._pause(course, hours=6)

    def _work(self, course: _Course, file: casefile.CaseFile) -> None:
        waiting = simulated_calls.first_heard(file, course.scenario.heard_on)
        if waiting is None:
            return
        step, besides = waiting.step, course.scenario.besides
        if step.form == "finding" and besides and len(file.issues) == 1:
            self._find_besides(course, besides)
        if step.form == "closing":
            self._put_right(file)
        self._complete(course, file, waiting)

    def _complete(self, course: _Course, file: casefile.CaseFile, waiting: OpenStep) -> None:
        """Let somebody complete a step who may."""
        step, worker = waiting.step, self._staff.worker(file, waiting)
        answers = fill(
            course.scenario,
            step,
            earlier=course.done[step.element],
            proposed=dict(waiting.answers),
        )
        if step.form == "assign" and (before := judged_before(file)):
            answers["owner"] = self._staff.one({Role.HANDLER}, before).username
        inbox.complete_step(
            self.platform,
            actor=worker,
            reference=course.reference,
            token=step.token,
            answers=answers,
        )
        course.done[step.element] += 1

    def _find_besides(self, course: _Course, besides: Besides) -> None:
        """Let the handler hear of one more issue, and find on it what is found on the first."""
        handler, reference = self._staff.one({Role.HANDLER}), course.reference
        said = besides.model_dump()
        issues.add(self.platform, actor=handler, reference=reference, answers=said)
        found = {
            "issue": 2,
            "facts": "The list of calls and the recordings of that week were looked through.",
            "conclusion": course.scenario.outcome,
            "cause_area": "people",
            "root_cause": "Too few colleagues for the calls of that week.",
        }
        issues.find(self.platform, actor=handler, reference=reference, answers=found)

    def _put_right(self, file: casefile.CaseFile) -> None:
        """Let finance carry out what is owed, and somebody else verify it."""
        reference = file.case.reference
        for remedy in file.remedies:
            if not remedy.is_to_do:
                continue
            payer, number = self._staff.one({Role.FINANCE}), remedy.number
            proof = {"proof": f"Payment {reference}/{number}"}
            remedies.carry_out(
                self.platform, actor=payer, reference=reference, number=number, answers=proof
            )
            checker = self._staff.one({Role.TEAM_LEADER}, {payer.username})
            remedies.verify(self.platform, actor=checker, reference=reference, number=number)

    def _pause(self, course: _Course, *, hours: float) -> timedelta:
        return timedelta(hours=hours * course.scenario.pace * self._dice.uniform(0.5, 1.5))

    def _tell(self, cases: int) -> Story:
        wrong: list[tuple[str, str]] = []
        counts: Counter[str] = Counter()
        digest = hashlib.sha256()
        for course in self._courses.values():
            if not course.reference:
                continue
            file = casefile.view(self.platform, actor=SYSTEM, reference=course.reference)
            self._count(counts, file)
            for entry in file.timeline:
                digest.update(f"{course.reference} {entry.at} {entry.who} {entry.what}\n".encode())
            if self._until is None and (problem := _misled(course, file)):
                wrong.append((course.reference, problem))
        wrong += auditing.verify_journal(self.platform, actor=SYSTEM).broken
        zone = self.platform.policy.calendar.zone
        days = max(1, (self._clock.now - self._begin).days + 2)
        facts.keep_up(self.platform, longest=None)
        return Story(
            cases=cases,
            counts=dict(sorted(counts.items())),
            wrong=tuple(wrong),
            digest=digest.hexdigest(),
            report=reporting.report(
                self.platform,
                actor=SYSTEM,
                period=Period.last_days(days, self._clock.now, zone),
            ),
        )

    def _count(self, counts: Counter[str], file: casefile.CaseFile) -> None:
        counts["received"] += 1
        counts["closed"] += file.case.closed_at is not None
        counts["late"] += any(clock.is_late for clock in file.clocks)
        counts["warned"] += any(clock.warned_at for clock in file.clocks)
        counts["escalated"] += bool(file.escalations)
        for call in file.escalations:
            counts[f"called: {call.level.title.lower()}"] += 1
        counts["returned by the approver"] += any(a.result == "returned" for a in file.approvals)
        counts["reopened"] += bool(file.case.reopened)
        for title in file.regime_titles:
            counts[f"regime: {title}"] += 1
        if file.case.outcome:
            counts[f"outcome: {file.case.outcome.title.lower()}"] += 1


def _misled(course: _Course, file: casefile.CaseFile) -> str | None:
    """Return why a case did not end as its diagram says, or None."""
    case = file.case
    if course.withdrew:
        expected = "withdrawn_end"
    else:
        expected = "closed" if course.scenario.scope is Scope.COMPLAINT else "not_accepted"
    ends = sorted({"withdrawn_end", "closed", "not_accepted"} & set(file.passed))
    running = [clock for clock in file.clocks if clock.state is ClockState.RUNNING]
    unclear = [code for code, reason in file.reasons.items() if not reason.is_whole]
    unanswered = [e for e in file.escalations if e.acknowledged_at is None]
    faults = {
        "is still open": case.is_open,
        "is closed, and something still waits": bool(file.steps or file.awaits),
        f"passed the ends {ends} instead of {expected}": ends != [expected],
        "has no outcome": case.outcome is None,
        "still has a running clock": bool(running),
        "has a time limit that nothing explains": bool(unclear),
        "has an escalation that nobody acknowledged": bool(unanswered),
    }
    return next((fault for fault, is_so in faults.items() if is_so), None)
