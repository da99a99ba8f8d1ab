"""What a complaint is about, issue by issue: what was found, why it happened, what is missing."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.case import Statement
from engine.domain.form import CauseForm, FindingForm, IssueForm
from engine.domain.issue import FIRST, FindingResult, Issue
from engine.services.investigation import issues
from engine.services.staffing import respondents
from ui.parts.case_assessment import draw_assessments
from ui.parts.case_evidence import draw_evidence, evidence_choices, evidence_task
from ui.parts.look import Look
from ui.parts.statement import draw_statement, draw_words
from ui.parts.task import Task, draw_tasks
from ui.parts.words import plain
from ui.session import platform

if TYPE_CHECKING:
    from ui.parts.field import Choices

Colour = Literal["green", "orange", "gray"]

_COLOURS: Mapping[FindingResult, Colour] = {
    FindingResult.UPHELD: "green",
    FindingResult.PARTLY_UPHELD: "green",
}


def draw_issues(look: Look) -> None:
    """Draw every issue with what was found, and what can be said about it."""
    choices = _choices(look)
    for issue in look.file.issues:
        with st.container(border=True, key=f"issue:{issue.number}"):
            _draw_issue(look, issue)
            draw_evidence(look, issue.number, choices["evidence"])
            _draw_tasks(look, [*_tasks(look, issue, choices)], issue.number, choices)
    if look.person.may(Deed.STATE_ISSUES) and _is_undecided(look):
        new = Task("Add an issue", issues.add, "The issue is added.", IssueForm)
        _draw_tasks(look, [new], 0, choices)
    draw_assessments(look)


def issue_choices(look: Look, *, open_first: bool = False) -> list[tuple[str | int, str]]:
    """Return the issues as choices of a form.

    Args:
        look: The case.
        open_first: Offer only those without a finding, where there are any.
    """
    open_ = [issue for issue in look.file.issues if issue.lacks_finding] if open_first else []
    return [(issue.number, look.issue(issue.number)) for issue in open_ or look.file.issues]


def unheard_choices(look: Look) -> list[tuple[str | int, str]]:
    """Return who is complained about, was not heard, and can still reply; by number."""
    found = respondents.of_case(platform(), actor=look.person, reference=look.reference)
    today = platform().calendar.day_of(look.now)
    awaited = [each for each in found.respondents if each.is_meant and not each.is_heard(today)]
    return [(each.number, look.file.names.get(each.username, each.name)) for each in awaited]


def _is_undecided(look: Look) -> bool:
    return look.case.is_open and not look.case.is_suspended and look.case.decided_at is None


def _draw_issue(look: Look, issue: Issue) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(plain(look.issue(issue.number)), width="content")
        if issue.result is None:
            st.badge("No finding yet", color="orange")
        else:
            st.badge(plain(issue.result.title), color=_COLOURS.get(issue.result, "gray"))
        if issue.lacks_cause:
            st.badge("No cause yet", color="orange")
    about = [issue.category, issue.product or look.case.complaint.product]
    st.markdown(f":small[{plain(', '.join(word for word in about if word))}]")
    if issue.desired_outcome:
        draw_words("What the complainant wants", issue.desired_outcome)
    for statement in _last_said(look, issue):
        draw_statement(look, statement, without=frozenset({"issue", "conclusion"}))
        st.markdown(f":small[{look.name(statement.by)}, {look.moment(statement.at)}]")


def _last_said(look: Look, issue: Issue) -> list[Statement]:
    """Return the latest finding on an issue, and its cause where that was named afterwards."""
    said: dict[str, Statement] = {}
    for statement in look.file.statements:
        if statement.form == "finding" and _number(statement) == issue.number:
            said = {"finding": statement}
        elif statement.form == "cause" and _number(statement) == issue.number:
            said["cause"] = statement
    return list(said.values())


def _number(statement: Statement) -> int:
    """Return which issue is meant; what was stated before there were several meant the first."""
    return int(statement.content.get("issue", FIRST))


def _tasks(look: Look, issue: Issue, choices: "Choices") -> Iterator[Task]:
    """Yield what the person can say about an issue now."""
    of_issue = {"issue": issue.number}
    if issue.result is FindingResult.MOVED:
        return
    if look.person.may(Deed.FIND) and _is_undecided(look):
        label = "Record the finding" if issue.lacks_finding else "Change the finding"
        found = [s.content for s in _last_said(look, issue) if s.form == "finding"]
        before = {**(found[0] if found else {}), **of_issue}
        yield Task(label, issues.find, "The finding is recorded.", FindingForm, before)
        if choices["evidence"]:
            yield evidence_task(look, issue.number)
    if look.person.may(Deed.FIND) and issue.lacks_cause and look.case.is_open:
        done = "The cause is named."
        yield Task("Name the cause", issues.name_cause, done, CauseForm, of_issue)
    if look.person.may(Deed.STATE_ISSUES) and _is_undecided(look) and issue.number != FIRST:
        words = {name: getattr(issue, name) for name in IssueForm.model_fields}
        more, done = {"number": issue.number}, "The issue is restated."
        yield Task("Say it differently", issues.restate, done, IssueForm, words, more)


def _choices(look: Look) -> "Choices":
    return {
        "categories": [(name, name) for name in platform().policy.categories],
        "issues": issue_choices(look),
        "evidence": evidence_choices(look),
        "unheard": unheard_choices(look) if _is_undecided(look) else [],
    }


def _draw_tasks(look: Look, tasks: list[Task], number: int, choices: "Choices") -> None:
    draw_tasks(look, tasks, of=f"issues:{look.reference}:{number}", choices=choices)
