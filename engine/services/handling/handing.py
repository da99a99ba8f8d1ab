"""Whose a waiting step is: who may take it, and giving it from hand to hand."""

from decimal import Decimal

from engine.domain.actor import Actor, Role
from engine.domain.case import Escalation, Step
from engine.domain.competence import listed
from engine.domain.form import (
    ApprovalForm,
    AssessForm,
    DecisionForm,
    FindingForm,
    Form,
    FrontlineForm,
)
from engine.domain.own_answers import OwnAnswers
from engine.domain.standing_in import limit_of
from engine.errors import (
    CompetenceMissingError,
    InvalidInputError,
    NotAllowedError,
    OverLimitError,
    StepClaimedError,
    StepNotOpenError,
)
from engine.services.handling import letter_gate
from engine.services.process import assessments
from engine.services.running import findings, ledger, separation
from engine.services.running.change import CaseChange
from engine.services.running.four_eyes import drafted, require_second_person
from engine.store.transaction import Transaction

_OWNERS = (Role.HANDLER, Role.INVESTIGATOR)


def check(change: CaseChange, step: Step, form: Form) -> None:
    """Check what a form cannot know by itself.

    Raises:
        InvalidInputError: A category or owner that is not ours, an issue without a finding or a
            cause, an escalation nobody answered, or a letter that lacks something.
    """
    stated = {} if isinstance(form, OwnAnswers) else form.model_dump()
    categories = change.platform.policy.categories
    if "category" in stated and stated["category"] not in categories:
        raise InvalidInputError({"Category": f"{stated['category']!r} is not one of ours."})
    if "owner" in stated:
        check_owner(change, stated["owner"])
    if isinstance(form, AssessForm):
        assessments.require_reason(change.bundle, form)
    if isinstance(form, FindingForm):
        today = change.platform.calendar.day_of(change.now)
        findings.require_heard(change.tx, change.case, form, today=today)
    if isinstance(form, FindingForm | DecisionForm):
        findings.require_findings(change.tx, change.case, form)
    letter_gate.require_complete(change.platform, change.tx, change.case, form)
    if step.form == "closing":
        findings.require_causes(change.tx, change.case)
        ledger.require_done(change.tx, change.case)
        unanswered = [
            e for e in change.tx.records.of(Escalation, change.case.id) if e.acknowledged_at is None
        ]
        if unanswered:
            raise InvalidInputError(
                {"": f"{len(unanswered)} escalation(s) of this case are not acknowledged yet."}
            )


def whole(change: CaseChange, form: Form) -> Form:
    """Return a form with what was kept beside it: a decision has its remedies.

    Raises:
        InvalidInputError: The form says something else than what was kept.
    """
    if not isinstance(form, DecisionForm):
        return form
    given = (change.platform, change.tx, change.case, form)
    decision, happened = ledger.drafted(*given, by=change.actor, at=change.now)
    change.record_all(happened)
    return decision


def act_for(change: CaseChange, step: Step, actor: Actor) -> Actor:
    """Return for whom somebody does a step: for themselves, or for an absent person.

    Raises:
        claimed: Somebody else works on it, for whom the actor does not stand in.
        NotAllowedError: Neither the actor nor any of those holds a role of the step.
        CompetenceMissingError: The actor lacks a competence of the step, whoever is absent.
        SeparationOfDutiesError: One of them took part in the first decision.
    """
    person = _for_whom(change, step, actor)
    require_competences(actor, step)
    require_fresh(change, step, actor, change.on_behalf_of)
    return person


def _for_whom(change: CaseChange, step: Step, actor: Actor) -> Actor:
    """Return whose role somebody uses at a step, and keep for whom they stand in.

    Raises:
        claimed: Somebody else works on it, for whom the actor does not stand in.
    """
    if step.assignee in {None, actor.username} and actor.holds_any(step.roles):
        return actor
    for account in change.tx.delegations.absent_for(actor.username, change.now):
        absent = account.actor
        is_free = step.assignee in {None, actor.username, absent.username}
        is_barred = bool(separation.barred_by(change, absent.username))
        if is_free and not is_barred and absent.holds_any(step.roles):
            change.on_behalf_of = absent
            return absent
    if step.assignee not in {None, actor.username}:
        raise claimed(change, step)
    require_role(actor, step)
    return actor


def require_fresh(change: CaseChange, step: Step, *people: Actor | None) -> None:
    """Refuse a step at which a complaint is judged again to those who judged it before.

    Raises:
        SeparationOfDutiesError: One of them took part in the first decision.
    """
    deed = f"take the step “{step.title}”"
    separation.require_fresh(change, step.form, *people, deed=deed)


def require_within_limit(change: CaseChange, step: Step, form: Form, person: Actor) -> None:
    """Refuse more money than the person for whom a step is done may agree to.

    Raises:
        OverLimitError: It is more.
    """
    amount = _agreed(change, form)
    if not amount:
        return
    roles = person.roles.intersection(step.roles)
    most = limit_of(person.username, roles, change.tx.limits.in_force())
    if most is not None and amount > most:
        currency = change.platform.policy.organisation.currency
        told = (f"{amount:,.2f} {currency}", f"{most:,.2f} {currency}")
        raise OverLimitError(person.name, *told)


def require_role(actor: Actor, step: Step) -> None:
    """Refuse a step to those who hold none of its roles.

    Raises:
        NotAllowedError: The person holds none of them.
    """
    if not actor.holds_any(step.roles):
        raise NotAllowedError(actor.name, f"take the step “{step.title}”", step.roles)


def require_competences(person: Actor, step: Step) -> None:
    """Refuse a step to whoever cannot do all that it asks for, in whose place they may stand.

    Raises:
        CompetenceMissingError: Names what the person lacks.

    Source: ISO 10002:2018, 4.14.
    """
    if missing := person.lacks(step.competences):
        deed = f"take the step “{step.title}”"
        raise CompetenceMissingError(person.name, deed, listed(missing), missing)


def require_may_take(
    change: CaseChange, step: Step, person: Actor, *, on_behalf_of: Actor | None = None
) -> None:
    """Refuse a step to those who could never complete it.

    Raises:
        SeparationOfDutiesError: The person is kept away from the case, or drafted what is decided.
    """
    require_role(on_behalf_of or person, step)
    require_competences(person, step)
    separation.require_free(change, person, on_behalf_of, deed=f"take the step “{step.title}”")
    if change.case.is_restricted:
        require_knows(change, person)
    if step.is_gate:
        draft = drafted(change.tx, step.case_id)
        require_second_person(draft, person, on_behalf_of=on_behalf_of)


def require_knows(change: CaseChange, person: Actor) -> None:
    """Refuse a restricted case to somebody who is not named on it.

    Raises:
        InvalidInputError: The person is not named on it.
    """
    if not change.tx.walls.is_named(change.case.id, person.username):
        raise InvalidInputError({"To": f"{person.name} is not named on this restricted complaint."})


def hand_over(change: CaseChange, step: Step, *, to: str | None) -> None:
    """Give a step to somebody, or put it back to the unclaimed ones.

    Raises:
        StepClaimedError: Somebody else has taken it meanwhile.
    """
    done = change.tx.steps.assign(
        step.case_id,
        step.token,
        assignee=to,
        claimed_at=change.now if to else None,
        expected=step.assignee,
    )
    if not done:
        raise StepClaimedError(step.title, "Somebody else")
    change.record("step.assigned", element=step.element, title=step.title, to=to)


def claimed(change: CaseChange, step: Step) -> StepClaimedError:
    """Return the refusal that names who has a step."""
    account = change.tx.accounts.get(step.assignee or "")
    return StepClaimedError(step.title, account.actor.name if account else "Somebody else")


def waiting(tx: Transaction, case_id: int, token: str) -> Step:
    """Return a step that waits.

    Raises:
        StepNotOpenError: It does not wait.
    """
    found = [step for step in tx.steps.of(case_id) if step.token == token]
    if not found:
        raise StepNotOpenError(token, "Somebody may have finished it; reload the case.")
    return found[0]


def _agreed(change: CaseChange, form: Form) -> Decimal:
    """Return how much money a completed form agrees to; nothing for one that agrees to none."""
    if isinstance(form, FrontlineForm):
        return form.remedy_amount
    if not isinstance(form, ApprovalForm) or form.approval != "approved":
        return Decimal(0)
    draft = drafted(change.tx, change.case.id)
    return Decimal(str(draft.content.get("remedy_amount", 0))) if draft else Decimal(0)


def check_owner(change: CaseChange, username: str) -> None:
    """Refuse an owner who could not work on the case.

    Raises:
        InvalidInputError: The person handles no complaints, does not know of this one, is kept
            away from it, or took part in its first decision.
    """
    owner = change.tx.accounts.get(username)
    if owner is None or not owner.is_active or not owner.actor.holds_any(_OWNERS):
        raise InvalidInputError({"Owner": f"{username!r} handles no complaints."})
    if why := separation.barred_by(change, username):
        raise InvalidInputError({"Owner": f"{owner.actor.name} {why}."})
    part = separation.part_of(change, username)
    if part:
        raise InvalidInputError({"Owner": f"{owner.actor.name} {part}; somebody else looks again."})
    if change.case.is_restricted and not change.tx.walls.is_named(change.case.id, username):
        raise InvalidInputError(
            {"Owner": f"{owner.actor.name} is not named on this restricted complaint."}
        )
