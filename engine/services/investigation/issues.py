"""The issues of a complaint: adding one, restating it, finding, and naming causes.

Source: ISO 10002:2018, 7.2 (several matters in one complaint), 7.6 and 8.2.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Statement
from engine.domain.filling import filled
from engine.domain.form import CauseForm, FindingForm, Form, IssueForm
from engine.domain.issue import FIRST, MOST, Issue
from engine.domain.journal import content_hash
from engine.errors import CourseError, InvalidInputError
from engine.services.running import findings, separation
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out

_BEFORE_DECISION = frozenset({"finding", "decision"})
"""Forms of steps at which a decision is still open."""


def add(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Add an issue to a complaint that is not decided yet.

    Args:
        platform: Where the case is.
        actor: Who adds it.
        reference: Of the case.
        answers: As ``IssueForm`` takes them.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not say what this complaint is about.
        InvalidInputError: The form is not complete; names each field.
        CourseError: The complaint is decided, or has too many issues.
    """
    actor.require(Deed.STATE_ISSUES)
    form = filled(IssueForm, answers)

    def work(change: CaseChange) -> None:
        require_undecided(change)
        _check_category(change, form)
        known = change.tx.issues.of(change.case.id)
        number = known[-1].number + 1
        if number > MOST:
            raise CourseError(f"A complaint has at most {MOST} issues; this one has them.")
        new = Issue(
            number=number, raised_by=actor.username, raised_at=change.now, **form.model_dump()
        )
        change.tx.issues.add(change.case.id, new)
        change.record("issue.added", issue=number, category=form.category)

    content = form.model_dump(mode="json")
    command = Command("add_issue", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, command, work)


def restate(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Say anew what an issue is about, before the complaint is decided.

    The first issue is what the summary of the complaint says; that is restated when it is
    registered.

    Raises:
        NotAllowedError: The actor may not say what this complaint is about.
        InvalidInputError: The form is not complete, or there is no such issue.
        CourseError: The complaint is decided.
    """
    actor.require(Deed.STATE_ISSUES)
    form = filled(IssueForm, answers)
    if number == FIRST:
        raise InvalidInputError({"Issue": "the first one is what the summary says."})

    def work(change: CaseChange) -> None:
        require_undecided(change)
        _check_category(change, form)
        issue = findings.one(change.tx, change.case, number)
        change.tx.issues.restate(change.case.id, issue.number, **form.model_dump())
        change.record("issue.restated", issue=number, category=form.category)

    content = form.model_dump(mode="json") | {"number": number}
    command = Command("restate_issue", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, command, work)


def find(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Record what was found about one issue, beside the step of the diagram or instead of it.

    Several people can so look into several issues of one complaint at the same time.

    Args:
        platform: Where the case is.
        actor: Who found it.
        reference: Of the case.
        answers: As ``FindingForm`` takes them.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not record findings on this complaint.
        InvalidInputError: The form is not complete, there is no such issue, or somebody
            complained about was not heard.
        SeparationOfDutiesError: The actor took part in the first decision.
        CourseError: The complaint is decided.

    Source: ISO 10002:2018, 7.6.
    """
    actor.require(Deed.FIND)
    form = filled(FindingForm, answers)

    def work(change: CaseChange) -> None:
        require_undecided(change)
        separation.require_fresh(change, "finding", actor, deed="record a finding")
        today = change.platform.calendar.day_of(change.now)
        findings.require_heard(change.tx, change.case, form, today=today)
        _state(change, "finding", form)
        for step in change.steps:
            if step.form == "finding":  # what was typed there has become this finding
                change.tx.steps.forget_draft(change.case.id, step.token, username=actor.username)

    content = form.model_dump(mode="json")
    command = Command("find_issue", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, command, work)


def name_cause(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Say why an issue has happened; also after the decision, as long as the case is open.

    Raises:
        NotAllowedError: The actor may not record findings on this complaint.
        InvalidInputError: The form is not complete, or there is no such issue.
        CourseError: The complaint is closed.

    Source: ISO 10002:2018, 8.2.
    """
    actor.require(Deed.FIND)
    form = filled(CauseForm, answers)

    def work(change: CaseChange) -> None:
        if not change.case.is_open:
            raise CourseError(f"{reference} is closed; its causes stay as they were named.")
        _state(change, "cause", form)

    content = form.model_dump(mode="json")
    command = Command("name_cause", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, command, work)


def require_undecided(change: CaseChange) -> None:
    """Refuse to change what a decision stands on, unless it is being drafted anew.

    Raises:
        CourseError: It was sent, or the case is closed.
    """
    is_looked_into = any(step.form in _BEFORE_DECISION for step in change.steps)
    if not change.case.is_open or (change.case.decided_at is not None and not is_looked_into):
        raise CourseError(f"{change.case.reference} is decided; its issues stay as they were.")


def _check_category(change: CaseChange, form: IssueForm) -> None:
    if form.category not in change.platform.policy.categories:
        raise InvalidInputError({"Category": f"{form.category!r} is not one of ours."})


def _state(change: CaseChange, kind: str, form: Form) -> None:
    """Keep what somebody states about an issue, in words and in its row."""
    content = form.model_dump(mode="json")
    statement = Statement(
        id=0,
        element="",
        form=kind,
        by=change.actor.username,
        at=change.now,
        content=content,
        content_hash=content_hash(content),
    )
    change.tx.records.add(change.case.id, statement)
    change.record("issue.stated", form=kind, content=statement.content_hash)
    happened = findings.take_in(change.tx, change.case, form, by=change.actor, at=change.now)
    for what, facts in happened:
        change.record(what, **facts)
