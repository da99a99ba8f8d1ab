"""Every service, asked by every role about every kind of complaint: own, foreign, restricted …

The services are found in their source. Who may ask stands in ``permission_table``; here stands
which of its letters reach which kind of complaint. One complaint is all there is, so that whatever
a list or a number shows can only be that one.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from engine.domain.actor import Actor, Role
from engine.domain.sight import EVERYTHING
from engine.services.accounts import reach
from engine.services.figures import facts
from engine.services.staffing import respondents, restriction, teams
from tests.integration import conformity_ways, export_ways, improvement_ways
from tests.integration.asking import ASKS, HIDDEN, LET_IN, REFUSED, Asked, outcome
from tests.integration.office import execute, rows
from tests.integration.permission_table import COLUMNS, EXPECTED
from tests.integration.reach_ways import QUINN, RITA, draw_for, hire, make_team, note_incident

WHY = "It is about a colleague."

ABOUT_THEM = "about the person"

REACHES: Mapping[str, str] = {
    "of nobody": "atoe",
    "of the own team": "toe",
    "of another team": "oe",
    "of another team, with a step of the person": "satoe",
    "of another team, with a step for approvers": "oe",
    "of another team, drawn for review": "soe",
    "restricted": "e",
    ABOUT_THEM: "",
    "restricted, with the person named": "satoe",
}
"""By kind of complaint: the letters of the table that reach it."""

FOR_APPROVERS = "of another team, with a step for approvers"
ELEMENT = {FOR_APPROVERS: "approve_decision"}
"""By kind: where the complaint waits, if not for its assessment."""


def _holds(text: Callable[[Any], str] = repr) -> Callable[[Any, Asked], bool]:
    return lambda told, asked: asked.reference in text(told)


WITH_THEIR_STEP = "of another team, with a step of the person"
OF_CIRCLES = {
    "breakdown.by_trait",
    "breakdown.traited",
    "case_export.as_csv",
    "figure_export.figures_as_csv",
    "figure_export.figures_as_excel",
    "heat.time_of_steps",
    "reporting.cases_behind",
    "reporting.report",
}
"""Figures count what the circles of a person know of, and not what the person works on besides."""


def _is_received(workbook: bytes) -> bool:
    lines = load_workbook(BytesIO(workbook))["Figures"].iter_rows(values_only=True)
    return next(line[4] for line in lines if line[1] == "Received") > 0


SHOWN: Mapping[str, Callable[[Any, Asked], bool]] = {
    **conformity_ways.SHOWN,
    **export_ways.SHOWN,
    **improvement_ways.SHOWN,
    "breakdown.by_trait": lambda told, _: bool(told),
    "breakdown.traited": lambda told, _: bool(told),
    "case_export.as_csv": _holds(bytes.decode),
    "figure_export.figures_as_csv": lambda told, _: b"Received,1" in told,
    "figure_export.figures_as_excel": lambda told, _: _is_received(told),
    "foresight.preview": lambda told, _: told.looked_at > 0,
    "heat.overview": lambda told, _: any(step.waiting for step in told.steps),
    "heat.steps_behind": _holds(),
    "heat.time_of_steps": lambda told, _: any(step.done for step in told),
    "inbox.counts": lambda told, _: told["all"] > 0,
    "inbox.page": _holds(),
    "inbox.waiting_at": _holds(),
    "incidents.alike": lambda told, asked: asked.incident in told,
    "incidents.causes": lambda told, _: bool(told),
    "incidents.counts": lambda told, _: sum(told.values()) > 0,
    "incidents.page": _holds(),
    "journal_export.of_period": lambda told, asked: asked.reference.encode() in told,
    "looking_ahead.look_ahead": lambda told, _: told.known.under_way > 0,
    "monitoring.incidents": _holds(),
    "process_versions.process_versions": lambda told, _: any(each.running for each in told),
    "reporting.cases_behind": _holds(),
    "reporting.report": lambda told, _: any(f.figure.n for f in told.figures + told.categories),
}
"""Services that show many complaints: how to see that this one is among them."""

ELSEWHERE = export_ways.OF_PAST_MONTHS | {
    "approvals.waiting",
    "extensions.waiting_extensions",
    "figure_print.figures_as_pdf",
    "inbox.suspended",
    "inbox.suspended_count",
    "postings.counts",
    "postings.page",
    "remedies.page",
    "replaying.replay_closed",
    "survey.figures",
    "survey_bias.response_bias",
}
"""Lists that hold complaints of another state; they have tests of their own below."""

OF_NO_CASE = {"likeness.look_alike", "mailbox.counts", "mailbox.opened", "mailbox.page",
              "mailbox.discard"}  # fmt: skip
"""What is about a complaint that is not recorded yet, or a mail that belongs to none; what of other
complaints these show has tests of its own beside them."""

OF_PEOPLE = {"erasure.confirm", "erasure.count_due", "erasure.overview", "erasure.propose_due",
             "erasure.refuse", "subject_access.find"}  # fmt: skip
"""What concerns all complaints of somebody; that those about whoever asks are left out is tested in
``test_respondents``."""

OF_A_CASE = sorted(
    name
    for name, line in EXPECTED.items()
    if set(line.values()) - {"-", "h"} and name not in SHOWN.keys() | ELSEWHERE | OF_NO_CASE
)


@pytest.fixture
def database_url(sqlite_url):
    """What reaches a complaint depends on no database; lists are compared on both below."""
    return sqlite_url


def _person(role):
    roles, username = frozenset({role}), f"the-{role}"
    return Actor(username=username, name=role.title, roles=roles, teams=frozenset({"billing"}))


PEOPLE = {role: _person(role) for role in COLUMNS if role is not Role.SYSTEM}


def _staffed(office):
    """Give everybody an account, and let there be two teams."""
    for person in (*PEOPLE.values(), RITA, QUINN):
        hire(office.platform, person)
    for code in ("billing", "delivery"):
        make_team(office.platform, code)


def _arrange(office, kind):
    """Return a complaint of a kind, and where it waits."""
    _staffed(office)
    element = ELEMENT.get(kind, "assess")
    reference = office.reach(element)
    known = {"reference": reference, "reason": WHY}
    token = office.token(reference, element)
    if "team" in kind:
        team = "billing" if "own" in kind else "delivery"
        teams.move(office.platform, actor=office.staff["mara"], team=team, **known)
    if "restricted" in kind:
        people = [person.username for person in PEOPLE.values()] if "named" in kind else []
        restriction.restrict(office.platform, actor=RITA, people=people, **known)
    if kind == ABOUT_THEM:
        for person in PEOPLE.values():
            said = {"username": person.username, "about": "They were rude."}
            respondents.name(
                office.platform, actor=office.staff["hanna"], reference=reference, answers=said
            )
    return reference, token


@pytest.fixture
def ask_about(office, tmp_path):
    """Arrange a complaint of a kind, and return what asks a service about it for a role."""

    def arrange(kind):
        reference, token = _arrange(office, kind)
        facts.keep_up(office.platform)
        number = rows(office.platform.database, "SELECT id FROM complaint_case")[0][0]
        incident = note_incident(office.platform, number)
        improvement_ways.name_cause(office)
        if "drawn" in kind:
            draw_for(office.platform, *(person.username for person in PEOPLE.values()))
        known = (office.platform, RITA, reference, token, incident, tmp_path)
        asked = Asked(*known, element=ELEMENT.get(kind, "assess"))

        def ask(name, role):
            if "step of the person" in kind:
                assign = "UPDATE open_step SET assignee = :who"
                execute(office.platform.database, assign, who=PEOPLE[role].username)
            question = replace(asked, actor=PEOPLE[role])
            end, told = outcome(ASKS[name], question)
            return SHOWN[name](told, question) if name in SHOWN and told is not None else end

        return ask

    return arrange


def _meant(name, letter, role, kind):
    """Return what the tables say: shown or not in a list, else how the question ends."""
    reaches = letter in REACHES[kind]
    if kind == FOR_APPROVERS and role is Role.APPROVER:
        reaches = True
    if kind == WITH_THEIR_STEP and name in OF_CIRCLES:
        reaches = letter in "oe"
    if letter == "c":
        reaches = "restricted" not in kind and kind != ABOUT_THEM
    if name in SHOWN:
        return reaches
    is_outside = "restricted" in kind and EXPECTED["casefile.view"][role] != "e"
    is_unknown = is_outside or kind == ABOUT_THEM
    return LET_IN if reaches else HIDDEN if is_unknown else REFUSED


def _wrong(ask, kind, names):
    return {
        f"{name} by {role}": (end, meant)
        for name in names
        for role, letter in EXPECTED[name].items()
        if role is not Role.SYSTEM and letter not in "-h"
        if (end := ask(name, role)) != (meant := _meant(name, letter, role, kind))
    }


def _asked_about(kind):
    """Return the services that are asked about a complaint of a kind."""
    return [name for name in OF_A_CASE if kind != ABOUT_THEM or name not in OF_PEOPLE]


@pytest.mark.iso("5.4")
@pytest.mark.parametrize("kind", REACHES)
def test_a_service_reaches_exactly_the_complaints_that_it_is_meant_to(ask_about, kind):
    ask = ask_about(kind)

    assert _wrong(ask, kind, [*_asked_about(kind), *SHOWN]) == {}


def test_a_service_that_forgets_to_ask_about_the_complaint_is_caught(ask_about, monkeypatch):
    ask = ask_about("restricted")
    monkeypatch.setattr(reach, "require", lambda *_args, **_known: False)

    assert "casework.add_note by handler" in _wrong(ask, "restricted", ["casework.add_note"])


def test_a_list_that_shows_restricted_complaints_is_caught(ask_about, monkeypatch):
    ask = ask_about("restricted")
    monkeypatch.setattr(reach, "sight", lambda *_args, **_known: EVERYTHING)

    assert _wrong(ask, "restricted", SHOWN).keys() >= {
        "inbox.page by handler",
        "reporting.report by team_leader",
        "incidents.counts by administrator",
    }
