"""Histories in which everything occurs that a figure counts, at random times beside each other."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from engine.domain.actor import COMPLAINANT
from engine.domain.governance import RecordAct
from engine.domain.kinship import LinkKind
from engine.domain.kpi import Period
from engine.domain.regime import Occasion
from engine.domain.sample import Review
from engine.errors import CaseSuspendedError
from engine.services.door import survey
from engine.services.figures import facts, sampling
from engine.services.handling import assessing
from engine.services.improvement import improving
from engine.services.intake import intake
from engine.services.investigation import issues
from engine.services.links import linking, merging, splitting
from engine.services.post import referring
from engine.services.running import monitoring, timing
from tests.integration.assessment_ways import ANEW
from tests.integration.conformity_ways import THEO
from tests.integration.extension_ways import extended
from tests.integration.improvement_ways import action, issue, move
from tests.integration.issue_ways import ISSUE
from tests.integration.kin_ways import WHY, into
from tests.integration.office import LETTER, Office
from tests.integration.operator_ways import owned
from tests.integration.reach_ways import QUINN, RITA, drawing, hire
from tests.integration.referral_ways import DECIDED, REFERRAL, paid
from tests.integration.survey_ways import invite
from tests.integration.test_step_facts import Stroll

OUTCOMES = ("upheld", "partly_upheld", "not_upheld")
HOUSED = " This is a final decision. You may turn to the Housing Ombudsman Service."
"""What a letter says besides under the Housing Ombudsman's Code."""
SETTLED = 16
"""Complaints that are settled at the front line: of fewer, some figures tell nothing."""


@dataclass
class Life:
    """An office with its clock, and what chance says."""

    office: Office
    clock: Any
    dice: random.Random
    closed: list[str]

    def known(self, reference: str, who: str = "hanna") -> dict[str, Any]:
        return {"actor": self.office.staff[who], "reference": reference}

    def pause(self) -> None:
        self.clock.advance(hours=self.dice.choice((2, 5, 30, 75)), minutes=self.dice.randrange(60))
        if self.dice.random() < 0.3:
            monitoring.sweep(self.office.platform)
            invite(self.office.platform, pause_days=1)

    def lodge(self, *wanted: str, email: str = "", **facts: Any) -> str:
        self.pause()
        known = {"email": email or f"somebody{self.dice.randrange(8)}@example.org"} | facts
        return intake.lodge(
            self.office.platform,
            actor=self.office.staff["hanna"],
            complaint=self.office.heard(**known),
            wanted=wanted,
        )

    def decided(self, outcome: str, reference: str, **more: Any) -> str:
        """Work a complaint until it waits for what the complainant says."""
        paying = {"remedy_amount": str(self.dice.randrange(20, 400)), "outcome": outcome}
        paying |= {"letter": LETTER + HOUSED}
        if outcome == "not_upheld":
            paying |= {"remedy_amount": "0", "remedy": ""}
        told = {"investigate": {"conclusion": outcome}} | more
        self.office.reach("draft_decision", reference=reference, **told)
        self.office.do(reference, "draft_decision", **paying)
        self.pause()
        for element in self.office.steps(reference):
            if element.startswith("approve_decision"):
                self.office.do(reference, element)
        self.pause()
        return reference

    def close(self, reference: str) -> None:
        self.office.reach("closing_check", reference=reference)
        self.pause()
        self.office.do(reference, "closing_check")
        self.closed.append(reference)


def _second_stage(life: Life, first: str, second: str, *regime: str) -> None:
    """Have a decision rejected; look again, or let it stand where nothing is said."""
    office = life.office
    reference = life.decided(first, life.lodge(*regime))
    office.answer(reference, "rejected")
    if regime:
        occasion = Occasion.STAGE_TWO_ACKNOWLEDGED
        timing.note_occasion(office.platform, occasion=occasion, **life.known(reference))
    life.pause()
    review = "reopen" if second else "final"
    office.do(reference, "review_rejection", review=review, reason="There is a new bill.")
    if second:
        life.decided(second, reference)
        life.close(reference)


def _extended(life: Life) -> None:
    life.pause()
    extended(life.office, owned(life.office, life.office.platform))


def _updated(life: Life) -> None:
    for days in life.dice.sample((20, 22, 33), 3):
        reference = life.lodge("fca_disp")
        life.clock.advance(days=days)
        update = {"occasion": Occasion.UPDATED, **life.known(reference)}
        timing.note_occasion(life.office.platform, **update)


def _assessed_anew(life: Life) -> None:
    reference = life.office.reach("investigate", reference=life.lodge())
    life.pause()
    assessing.reassess(life.office.platform, answers=ANEW, **life.known(reference))


def _referred(life: Life, decision: str, *, award: bool) -> None:
    office, reference = life.office, life.decided("not_upheld", life.lodge())
    known, today = life.known(reference), office.platform.calendar.day_of(life.clock.now)
    said = {"referred_on": today.isoformat()}
    referring.refer(office.platform, answers=REFERRAL | said, **known)
    life.clock.advance(days=life.dice.choice((3, 20)))
    today = office.platform.calendar.day_of(life.clock.now)
    ruled = {"decision": decision, "decided_on": today.isoformat(), "summary": "Both were heard."}
    if award:
        ruled = DECIDED | ruled | {"comply_by": (today + timedelta(days=9)).isoformat()}
    referring.keep_decision(office.platform, number=1, answers=ruled, **known)
    if award:
        life.clock.advance(days=life.dice.choice((2, 15)))
        paid(office, reference)
        referring.comply(office.platform, number=1, **known)


def _settled(life: Life) -> None:
    simple = {"severity": 1, "complexity": "simple", "amount": "1"}
    for _ in range(SETTLED):
        reference = life.lodge()
        life.office.reach("resolve_frontline", reference=reference, assess=simple)
        amount = str(life.dice.choice((0, *life.dice.choices(range(5, 300), k=4))))
        life.office.do(reference, "resolve_frontline", remedy_amount=amount)
        life.close(reference)


def _asked(life: Life) -> None:
    """Ask everybody who can be asked, and hear what most of them say."""
    life.clock.advance(days=30)
    invite(life.office.platform, pause_days=1)
    for reference in life.closed:
        if life.dice.random() < 0.9:
            life.clock.advance(hours=life.dice.randrange(9))
            scores = {item: life.dice.randint(1, 5) for item in ("overall", "objective")}
            known = {"actor": COMPLAINANT, "reference": reference}
            survey.respond(life.office.platform, scores=scores, **known)


def _reviewed(life: Life) -> None:
    platform = life.office.platform
    facts.keep_up(platform)
    period = Period.last_days(360, life.clock.now, platform.policy.calendar.zone)
    drawn = drawing(platform, size=6, period=period)
    number = sampling.draw(platform, actor=RITA, drawing=drawn)
    for line in sampling.drawn(platform, actor=QUINN, sample_id=number):
        life.pause()
        known = {"actor": QUINN, "sample_id": number, "reference": line.reference}
        found = life.dice.choice(list(Review))
        with suppress(CaseSuspendedError):  # it can rest though it is closed
            sampling.review(platform, found=found, remark="It was late.", **known)


def _kin(life: Life) -> None:
    """Have complaints of one person that are one, are no more, and are none."""
    platform, one = life.office.platform, {"email": "one@example.org"}
    first, second, third, fourth = (life.lodge(**one) for _ in range(4))
    known, lead = life.known(second), life.known(third, "tom")
    kind = life.dice.choice((LinkKind.DUPLICATE_OF, LinkKind.PARENT, LinkKind.RELATED))
    linking.link(platform, other=first, kind=kind, reason=WHY, **known)
    merging.merge(platform, answers=into(first), **lead)
    life.pause()
    merging.merge(platform, answers=into(second), **life.known(fourth, "tom"))
    life.pause()
    if life.dice.random() < 0.5:
        merging.unmerge(platform, reason=WHY, **life.known(fourth, "tom"))
    if life.dice.random() < 0.5:
        (link, *_) = linking.of_case(platform, **known)
        linking.unlink(platform, number=link.number, reason=WHY, **known)
    life.office.reach("assess", reference=first)
    issues.add(platform, answers=ISSUE, **life.known(first))
    splitting.split(platform, issues=[2], reason=WHY, **life.known(first))
    life.close(life.decided("upheld", first))


def _acted(life: Life) -> None:
    """Act on a cause, with complaints that come before and after."""
    office, mara = life.office, life.office.staff["mara"]
    life.decided("upheld", life.lodge())
    wanted = issue(category=life.dice.choice(("", "Price")))
    number = improving.raise_systemic_issue(office.platform, actor=mara, wanted=wanted)
    move(office, number, THEO, RecordAct.APPROVE)
    known = {"actor": mara, "wanted": action(about=number)}
    act = improving.propose_action(office.platform, **known)
    move(office, act, THEO, RecordAct.APPROVE)
    early = life.lodge()
    life.pause()
    move(office, act, mara, RecordAct.CARRY_OUT)
    life.decided("upheld", early)
    life.decided("upheld", life.lodge())
    life.decided("partly_upheld", life.lodge(), register={"category": "Conduct of staff"})


_DEEDS: tuple[Callable[[Life], None], ...] = (
    lambda life: _second_stage(life, "not_upheld", "upheld", "housing_ombudsman"),
    lambda life: _second_stage(life, "upheld", "upheld", "housing_ombudsman"),
    lambda life: _second_stage(life, "partly_upheld", ""),
    lambda life: _second_stage(life, *life.dice.choices(OUTCOMES, k=2)),
    lambda life: _referred(life, "upheld", award=True),
    lambda life: _referred(life, "not_upheld", award=False),
    *(_extended, _updated, _assessed_anew, _kin, _acted),
)


def lived(office: Office, clock: Any, *, seed: int, cases: int = 5, steps: int = 12) -> None:
    """Let complaints go random ways, and all that few complaints meet occur meanwhile."""
    dice = random.Random(seed)
    for person in (QUINN, RITA, THEO):
        hire(office.platform, person)
    life = Life(office, clock, dice, [])
    strolls = [Stroll(office, clock, dice, life.lodge()) for _ in range(cases)]
    deeds = dice.sample(_DEEDS, len(_DEEDS))
    _settled(life)
    for deed in deeds:
        for _ in range(cases * steps // len(deeds)):
            dice.choice(strolls).step()
            clock.advance(minutes=dice.randrange(90))
        deed(life)
    _asked(life)
    _reviewed(life)
    life.close(life.decided("upheld", life.lodge()))
    life.pause()
