"""The programming interface lets in whom the services let in, by each operation and each role.

The operations are found in the description of the interface, which names the service behind each.
What is expected of a service was written down beforehand, in ``permission_table``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from engine.domain.actor import Deed, Role
from engine.services.staffing import restriction
from tests.architecture.authority import services
from tests.integration.asking import forgetful
from tests.integration.assessment_ways import ANEW
from tests.integration.authority_ways import SEEN, SIGNED
from tests.integration.caller import PEOPLE, Interface
from tests.integration.commands import SOURCES
from tests.integration.inquiry_ways import ANSWER, INTERVIEW, QUESTION
from tests.integration.issue_ways import CAUSE, FOUND, ISSUE
from tests.integration.office import ANSWERS, rows
from tests.integration.party_ways import SAID
from tests.integration.permission_table import EXPECTED
from tests.integration.referral_ways import DECIDED, REFERRAL
from tests.integration.remedy_ways import PROOF, REMEDY
from tests.integration.respondent_ways import REPLY, TOLD
from ui.api.app import PREFIX
from ui.api.operation import SERVICE

LET_IN_ANYHOW = {"show_caller", "list_forms"}
"""Operations that tell nothing about anybody else: no service, so no right of one."""

BODIES: Mapping[str, dict[str, Any] | None] = {
    "lodge_complaint": {"summary": "Charged twice", "complainant_name": "Jo"},
    "escalate": {"reason": "Help, please."},
    "withdraw": {"reason": "She was paid."},
    "send_letter": {"kind": "holding", "text": "We are still waiting for the sheets."},
    "mark_letter_posted": {"posted_on": "2026-01-05"},
    "send_letter_again": {"email": "jane@right.example"},
    "post_letter_instead": {"postal_address": "14 Harbour Road"},
    "close_letter": {"reason": "She took it along."},
    "add_note": {"text": "She called."},
    "record_answer": {"answer": "accepted"},
    "add_issue": dict(ISSUE),
    "restate_issue": dict(ISSUE),
    "propose_remedy": dict(REMEDY),
    "restate_remedy": dict(REMEDY),
    "drop_remedy": {"reason": "She wants none."},
    "carry_out_remedy": dict(PROOF),
    "verify_remedy": {},
    "ask_for_information": dict(QUESTION),
    "keep_answer": dict(ANSWER),
    "withdraw_request": {"reason": "It is known."},
    "answer_question": {"answer": "Yes, twice."},
    "attach_to_answer": None,
    "keep_interview": dict(INTERVIEW),
    "restate_interview": dict(INTERVIEW),
    "reassess_complaint": dict(ANEW),
    "record_authority": dict(SIGNED),
    "check_authority": dict(SEEN),
    "refuse_authority": {"reason": "The day is missing."},
    "withdraw_authority": {"reason": "She told us on the telephone."},
    "choose_evidence": {"evidence": []},
    "name_respondent": {"name": "Jo", "about": "They were rude."},
    "tell_respondent": dict(TOLD),
    "keep_reply": dict(REPLY),
    "note_silence": {},
    # Too long: whoever has declared one is refused everything else.
    "declare_conflict": {"reason": "x" * 4_001},
    "record_finding": dict(FOUND),
    "refer_complaint": dict(REFERRAL),
    "send_case_file": {},
    "hand_out_case_file": None,
    "give_complaint": {"to": "ivo", "reason": "Away."},
    "record_body_decision": dict(DECIDED),
    "record_compliance": {},
    "link_complaint": {"other": "C-2026-000002", "reason": "She wrote twice."},
    "split_complaint": {"issues": [2], "reason": "It is another matter."},
    "merge_complaint": {"into": "C-2026-000002", "reason": "She wrote twice."},
    "unmerge_complaint": {"reason": "They are two."},
    "unlink_complaint": {"reason": "It is another meter."},
    "name_cause": dict(CAUSE),
    # Nothing, which is no file: who may send one is told so, and all others that they may not.
    "add_document": None,
    "add_version": None,
    "add_redacted_copy": None,
    "describe_document": {"description": "From the neighbour."},
    "withdraw_document": {"reason": "It was mixed up."},
    "release_file": {"version": 1, "reason": "It was looked at elsewhere."},
    "claim_step": {},
    "release_step": {},
    "reassign_step": {"to": "hanna"},
    "complete_step": {"answers": dict(ANSWERS["assess"])},
    "approve_draft": {},
    "return_draft": {"reasons": "Not this time, please."},
    "acknowledge_escalation": {"action": "I look at it."},
    "send_message": {"message_id": "1", "name": "withdrawn", "key": "C-2026-000001"},
    "send_signal": {"message_id": "2", "name": "recall"},
    "retry_incident": {"reason": "The mail server is back."},
    "restate_parties": dict(SAID),
    "ask_extension": {"ground": "expert_report", "reason": "It takes long."},
    "grant_extension": {},
    "decline_extension": {"reason": "It can be done."},
    "withdraw_extension": {"reason": "It is done."},
    "note_occasion": {"occasion": "updated"},
    "resolve_incident": {"reason": "It was sent by post."},
}
"""What is sent to each operation that changes something."""

_OF_ONE = ("take the step", "redress.separation-of-duties")
_TOO_FAR, _NO_ROLE = "redress.out-of-reach", ": this needs the role"


@pytest.fixture
def database_url(sqlite_url):
    """Who is let in depends on no database."""
    return sqlite_url


@pytest.fixture
def interface(office):
    """An interface to one complaint that waits to be assessed, and that has an incident."""
    reference = office.reach("assess")
    number = office.view(reference).case.id
    office.platform.database.write(
        lambda tx: tx.incidents.note(
            "case",
            str(number),
            case_id=number,
            element="Assess",
            cause="It stands still.",
            at=office.platform.now(),
            attempts=3,
        )
    )
    opened = Interface(office.platform)
    ((incident,),) = rows(office.platform.database, "SELECT id FROM incident")
    opened.named = {
        "reference": reference,
        "token": office.token(reference, "assess"),
        "incident_id": incident,
        "number": 2,
        "code": "acknowledgement",
        "inquiry_id": 99,
    }
    return opened


def _operations(interface) -> Iterator[tuple[str, str, str, str]]:
    """Yield id, method, path and service of each operation."""
    for path, methods in interface.app.openapi()["paths"].items():
        for method, told in methods.items():
            yield told["operationId"], method.upper(), path, told[SERVICE]


def _ask(interface, operation, method, path, role):
    where = path.removeprefix(PREFIX).format_map(interface.named)
    return interface.ask(method, where, by=role, json=BODIES.get(operation))


def _is_refused(answer):
    """Tell whether the caller may not at all; not only not here, this step or this draft."""
    is_near = _TOO_FAR in answer.text and _NO_ROLE not in answer.text
    is_of_one = is_near or any(words in answer.text for words in _OF_ONE)
    return answer.status_code == 403 and not is_of_one


def _wrongly_answered(interface, operations) -> Iterator[str]:
    """Yield a sentence for each role that an operation treats otherwise than its service does."""
    for operation, method, path, service in operations:
        for role in PEOPLE:
            answer = _ask(interface, operation, method, path, role)
            is_refused, is_meant = _is_refused(answer), EXPECTED[service][role] == "-"
            if is_refused != is_meant or answer.status_code >= 500:
                yield f"{operation} answers {role} with {answer.status_code}: {answer.text}"


def test_every_operation_names_the_service_behind_it(interface):
    of_service = {name: service for name, *_, service in _operations(interface)}

    nameless = {name for name, service in of_service.items() if not service}
    assert nameless == LET_IN_ANYHOW
    assert set(of_service.values()) - {""} <= services(SOURCES).keys() & EXPECTED.keys()


def test_every_operation_that_changes_something_is_asked_with_all_it_needs(interface):
    changes = {name for name, method, *_ in _operations(interface) if method != "GET"}

    assert changes == BODIES.keys()


@pytest.mark.iso("5.4")
def test_every_operation_lets_in_exactly_whom_its_service_lets_in(interface):
    operations = [each for each in _operations(interface) if each[-1]]

    assert list(_wrongly_answered(interface, operations)) == []


@pytest.mark.iso("4.10")
def test_a_complaint_restricted_to_others_is_as_if_it_were_not_there(interface, office):
    reference = interface.named["reference"]
    nowhere = "C-2026-999999"
    of_case = [each for each in _operations(interface) if "{reference}" in each[2]]
    restriction.restrict(
        office.platform,
        actor=office.staff["mara"],
        reference=reference,
        people=["hanna"],
        reason="A colleague is complained about.",
    )

    differing = [
        operation
        for operation, method, path, service in of_case
        for role in (Role.HANDLER, Role.TEAM_LEADER)
        if EXPECTED[service][role] != "-"
        if _told(interface, reference, operation, method, path, role)
        != _told(interface, nowhere, operation, method, path, role)
    ]
    inbox = interface.ask("GET", "/inbox", by=Role.HANDLER)
    figures = interface.ask("GET", "/figures/complaints", by=Role.TEAM_LEADER)

    assert differing == []
    assert reference not in inbox.text + figures.text


def _told(interface, reference, operation, method, path, role):
    """Return what an operation tells a role about a complaint, but for its reference."""
    interface.named["reference"] = reference
    answer = _ask(interface, operation, method, path, role)
    return answer.status_code, answer.text.replace(reference, "")


def test_an_operation_of_a_service_that_forgets_to_ask_is_caught(interface, monkeypatch):
    reading = [each for each in _operations(interface) if each[0] == "show_figures"]

    with forgetful(monkeypatch, Deed.MEASURE):
        told = list(_wrongly_answered(interface, reading))

    assert any(Role.HANDLER in sentence for sentence in told)
