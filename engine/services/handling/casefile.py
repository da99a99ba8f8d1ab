"""Everything about one case, for the person who works on it (ISO 10002:2018, 7.3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from engine.bootstrap import Platform
from engine.domain.actor import NAMES, Actor, Deed
from engine.domain.authority import Authority
from engine.domain.case import Approval, Case, Communication, Escalation, Note, Statement, Step
from engine.domain.deadline import Clock
from engine.domain.evidence import Evidence
from engine.domain.extension import ExtensionRequest
from engine.domain.forecast import Forecast
from engine.domain.form import BlankForm, Form
from engine.domain.inquiry import Inquiry
from engine.domain.interview import Interview
from engine.domain.invitation import Invitation
from engine.domain.issue import Issue, outcome_of
from engine.domain.journal import Event
from engine.domain.own_form import OwnForm
from engine.domain.posting import Posting
from engine.domain.regime import Occasion
from engine.domain.relation import EVERYBODYS, Relation
from engine.domain.remedy import Remedy, named, proposed, total
from engine.domain.separation import JUDGING, Rule, parts_before
from engine.domain.why import Explanation
from engine.process.bundle import ProcessBundle
from engine.process.core import LiveCase
from engine.services.accounts import reach
from engine.services.clocks import forecast, regimes, waiting
from engine.services.journal import looking
from engine.services.journal.telling import TimelineEntry, told
from engine.services.letters import letter
from engine.services.process import asking, public_status
from engine.services.process.processes import bundle_of
from engine.services.running import glass
from engine.services.running.four_eyes import keys_of
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A waiting step as its page shows it.

    Attributes:
        may_take: The actor holds a role of the step, and all of its competences.
        is_mine: The actor works on it.
        is_barred: The actor drafted what this gate decides (four eyes).
        part: What the actor did before the case was opened again, which keeps them away from
            this step; empty where nothing does.
        hint: What to do, in the words of the diagram; empty where it says nothing.
        answers: What the form begins with: the actor's draft, else what is known already.
        saved_at: When the draft was saved; None without one.
        for_whom: User name of the absent person for whom the actor does it; None for nobody.
        lacks: Competences of the step that the actor does not have.
        asks: The form of the step.
    """

    step: Step
    may_take: bool
    is_mine: bool
    is_barred: bool
    hint: str
    answers: Mapping[str, Any]
    saved_at: datetime | None
    for_whom: str | None = None
    lacks: tuple[str, ...] = ()
    part: str = ""
    asks: type[Form] = BlankForm


@dataclass(frozen=True, slots=True)
class Suspension:
    """Why a case rests.

    Attributes:
        by: User name of whoever suspended it.
    """

    since: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case as its page shows it.

    Attributes:
        passed: Elements of the diagram that the case has passed.
        current: Elements at which it waits.
        titles: Names of the elements of the diagram, by id.
        names: Names of the people involved, by user name.
        awaits: Messages the case waits for; they tell which commands are possible.
        suspension: Why the case rests; None for one that does not, or is merged into another.
        relation: How whoever looks stands to the case; tells what they may do.
        issues: What the complaint is about, and what was found.
        reasons: Why each clock falls due when it does, by its code.
        regime_titles: Whose time limits hold.
        occasions: What can be told that starts or stops one of its time limits.
        remedies: What is done for the complainant.
        forecast: What is left of its time against what it takes; None where nobody can say.
        inquiries: What was asked while it was investigated.
        interviews: Whom somebody spoke with.
        authorities: By what authority somebody speaks for the complainant.
        extensions: Requests for more time.
        invitation: Whether the complainant was asked how it was handled; None while open.
        postings: Letters that need or needed a hand.
        evidence: What findings rest on, with what was taken off again.
        own_forms: What was asked in those of ``statements`` that are no form of Redress.
    """

    case: Case
    steps: tuple[OpenStep, ...]
    clocks: tuple[Clock, ...]
    statements: tuple[Statement, ...]
    approvals: tuple[Approval, ...]
    escalations: tuple[Escalation, ...]
    communications: tuple[Communication, ...]
    notes: tuple[Note, ...]
    events: tuple[Event, ...]
    diagram: str
    passed: tuple[str, ...]
    current: tuple[str, ...]
    titles: Mapping[str, str]
    names: Mapping[str, str]
    awaits: frozenset[str]
    public_status: str
    suspension: Suspension | None
    relation: Relation = EVERYBODYS
    issues: tuple[Issue, ...] = ()
    reasons: Mapping[str, Explanation] = field(default_factory=dict)
    regime_titles: tuple[str, ...] = ()
    occasions: tuple[Occasion, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    forecast: Forecast | None = None
    inquiries: tuple[Inquiry, ...] = ()
    interviews: tuple[Interview, ...] = ()
    authorities: tuple[Authority, ...] = ()
    extensions: tuple[ExtensionRequest, ...] = ()
    invitation: Invitation | None = None
    postings: tuple[Posting, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    own_forms: Mapping[int, OwnForm] = field(default_factory=dict)

    @property
    def timeline(self) -> tuple[TimelineEntry, ...]:
        """Return what happened in words, latest first; put into words when it is asked for."""
        return told(self.events, self.names)


class _Said(NamedTuple):
    """What forms begin with."""

    clocks: tuple[Clock, ...]
    statements: tuple[Statement, ...]
    issues: tuple[Issue, ...]
    remedies: tuple[Remedy, ...]
    parts: Mapping[str, str]
    has_conflict: bool = False


def view(platform: Platform, *, actor: Actor, reference: str) -> CaseFile:
    """Return one case with everything on it; that somebody looked is kept, once an hour.

    Raises:
        NotAllowedError: The actor may not read this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
    """
    with platform.database.read() as tx:
        case = tx.cases.get(reference)
        is_look = reach.require(platform, tx, actor=actor, deed=Deed.READ, case=case, is_look=True)
        file, events = _file(platform, tx, actor, case)
    if looking.is_news(events, actor=actor, now=platform.now()):
        platform.database.write(lambda tx: looking.note(platform, tx, actor=actor, case_id=case.id))
    if is_look:
        platform.database.write(
            lambda tx: glass.note_look(platform, tx, actor=actor, reference=reference)
        )
    return file


def _file(
    platform: Platform, tx: Transaction, actor: Actor, case: Case
) -> tuple[CaseFile, tuple[Event, ...]]:
    bundle = bundle_of(platform, tx, case.process)
    steps = tx.steps.of(case.id)
    clocks = tx.clocks.of(case.id)
    events = tx.journal.of(case.id)
    relation = reach.relation(platform, tx, actor=actor, case=case, steps=steps)
    said = _said(platform, tx, case, clocks)._replace(has_conflict=relation.has_conflict)
    people = (actor, *reach.absent_people(platform, tx, actor))
    file = CaseFile(
        case=case,
        steps=tuple(_open_step(platform, tx, people, case, bundle, step, said) for step in steps),
        clocks=clocks,
        statements=said.statements,
        approvals=tx.records.of(Approval, case.id),
        escalations=tx.records.of(Escalation, case.id),
        communications=tx.records.of(Communication, case.id),
        notes=tx.records.of(Note, case.id),
        events=events,
        diagram=bundle.xml.decode(),
        passed=_passed(events),
        current=_current(bundle, steps, tx.cases.awaited_at(case.id)),
        titles={name: element.title for name, element in bundle.elements.items()},
        names={each.actor.username: each.actor.name for each in tx.accounts.all()} | dict(NAMES),
        awaits=tx.cases.awaits(case.id),
        public_status=public_status.of(case, bundle, steps),
        suspension=_suspension(case, events),
        relation=relation,
        issues=said.issues,
        remedies=said.remedies,
        forecast=forecast.of_case(platform, tx, case, steps, clocks),
        inquiries=tx.inquiries.of(case.id),
        postings=tx.postings.of(case.id),
        interviews=tx.interviews.of(case.id),
        authorities=tx.authorities.of(case.id),
        extensions=tx.extensions.of(case.id),
        invitation=tx.invitations.of(case.id),
        evidence=tx.evidence.of(case.id),
        own_forms=asking.own_forms(platform, tx, said.statements),
        **regimes.told(platform, tx, case, clocks),
    )
    return file, events


def _said(platform: Platform, tx: Transaction, case: Case, clocks: tuple[Clock, ...]) -> _Said:
    statements = tx.records.of(Statement, case.id)
    parts = {}
    if case.reopened and not tx.waivers.in_force(Rule.SECOND_STAGE, platform.now()):
        parts = parts_before(statements, tx.records.of(Approval, case.id))
    return _Said(clocks, statements, tx.issues.of(case.id), tx.remedies.of(case.id), parts)


def _open_step(
    platform: Platform,
    tx: Transaction,
    people: tuple[Actor, ...],
    case: Case,
    bundle: ProcessBundle,
    step: Step,
    said: _Said,
) -> OpenStep:
    element, (actor, *_absent) = bundle.elements[step.element], people
    person, lacks = _acts_for(people, step), actor.lacks(step.competences)
    drafted = [s for s in said.statements if s.form in {"decision", "decline"}]
    four_eyes = element.gate is not None and element.gate.four_eyes
    draft = tx.steps.draft(case.id, step.token, username=actor.username)
    # What was written before outranks the text that a letter begins with.
    known = letter.suggestion(
        platform, tx, case=case, clocks=said.clocks, statements=said.statements, form=step.form
    ) | _known(case, said, step)
    part = said.parts.get(actor.username, "") if step.form in JUDGING else ""
    is_free = not said.has_conflict and not lacks and not part
    return OpenStep(
        step=step,
        may_take=is_free and (person is not None or actor.holds_any(step.roles)),
        is_mine=person is not None and step.assignee in {actor.username, person.username},
        is_barred=bool(four_eyes and drafted and _has_part(drafted[-1], actor, person)),
        hint=element.documentation,
        answers=draft.content if draft else known,
        saved_at=draft.saved_at if draft else None,
        for_whom=person.username if person and person is not actor else None,
        lacks=lacks,
        part=part,
        asks=asking.form_at(bundle, step, partial(_variables, platform, bundle, case)),
    )


def _variables(
    platform: Platform, bundle: ProcessBundle, case: Case, token: str
) -> Mapping[str, Any]:
    """Return what the process knows where a step waits."""
    live = LiveCase.load(bundle, case.state, timetable=waiting.timetable(platform))
    return live.variables(token)


def _acts_for(people: tuple[Actor, ...], step: Step) -> Actor | None:
    """Return for whom somebody would do a step: themselves, or who they stand in for; or None."""
    actor = people[0].username
    for person in people:
        is_free = step.assignee in {None, actor, person.username}
        if is_free and person.holds_any(step.roles):
            return person
    return None


def _has_part(drafted: Statement, actor: Actor, person: Actor | None) -> bool:
    """Tell whether somebody, or who they stand in for, has a part in a draft."""
    deciding = {actor.username, person.username if person else actor.username}
    return not deciding.isdisjoint(keys_of(drafted))


def _known(case: Case, said: _Said, step: Step) -> dict[str, Any]:
    """Return what a form can begin with: what was stated before, else the record itself."""
    before = [s for s in said.statements if s.form == step.form and s.element == step.element]
    if before and step.form in {"decline", "finding", "plan"}:
        return dict(before[-1].content)
    complaint = case.complaint
    record: dict[str, dict[str, Any]] = {
        "register": {
            "category": complaint.category,
            "product": complaint.product,
            "desired_outcome": complaint.desired_outcome,
        },
        "assess": {"amount": complaint.amount, "vulnerable": complaint.vulnerable},
        "acknowledge": {"channel": "email" if complaint.email else "letter"},
        "assign": {"owner": case.owner} if case.owner else {},
        "decision": _drafted(said, before[-1].content if before else {}),
    }
    return record.get(step.form, {})


def _drafted(said: _Said, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a decision begins with: an earlier draft, the findings, and the remedies."""
    known = dict(before)
    if follows := outcome_of(said.issues):
        known = {"outcome": follows.value} | known
    if offers := proposed(said.remedies):
        known |= {
            "remedy": offers[0].text if len(offers) == 1 else named(offers),
            "remedy_kind": offers[0].kind.value if len(offers) == 1 else None,
            "remedy_amount": total(offers),
        }
    return known


def _suspension(case: Case, events: tuple[Event, ...]) -> Suspension | None:
    if case.suspended_at is None:
        return None
    told = [event for event in events if event.type in {"case.suspended", "case.merged"}]
    if told[-1].type == "case.merged":
        return None
    return Suspension(case.suspended_at, told[-1].actor, str(told[-1].facts().get("reason", "")))


def _passed(events: tuple[Event, ...]) -> tuple[str, ...]:
    passed: dict[str, None] = {}
    for event in events:
        if event.type == "case.moved":
            passed |= dict.fromkeys(event.facts()["passed"])
    return tuple(passed)


def _current(
    bundle: ProcessBundle, steps: tuple[Step, ...], awaited_at: tuple[str, ...]
) -> tuple[str, ...]:
    """Return where a case waits; what may happen at any time meanwhile is no such place."""
    own = [name for name in awaited_at if bundle.elements[name].kind != "boundaryEvent"]
    return (*dict.fromkeys(step.element for step in steps), *own)
