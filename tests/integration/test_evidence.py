"""What findings rest on: linked by whom, taken off by whom, and missed before a decision."""

import io
import json
import zipfile
from dataclasses import replace

import pytest

from engine.domain.actor import Role
from engine.domain.document import NewDocument
from engine.domain.evidence import Evidence, EvidenceKind, Piece
from engine.errors import CourseError, InvalidInputError, NotAllowedError
from engine.services.documents import documents
from engine.services.documents.arrival import arrived
from engine.services.handling import letter_gate
from engine.services.investigation import evidence, inquiries, issues
from engine.services.people import interviews
from engine.services.privacy import subject_access
from engine.services.staffing import respondents
from tests.integration.caller import Interface
from tests.integration.document_ways import TEXT
from tests.integration.inquiry_ways import ANSWER, INTERVIEW, QUESTION
from tests.integration.issue_ways import FOUND, ISSUE
from tests.integration.office import ANSWERS, DECIDED, LETTER
from tests.integration.people import DORA
from tests.integration.reach_ways import hire
from tests.integration.respondent_ways import PERSON, REPLY, TOLD

TITLE = "Evidence for each finding"
DOCUMENT, REQUEST, INTERVIEWED, REPLIED = (Piece(kind, 1) for kind in EvidenceKind)


def _on(office, reference, who="hanna"):
    return {"platform": office.platform, "actor": office.staff[who], "reference": reference}


def _choose(office, reference, *pieces, issue=1, who="hanna"):
    chosen = {"issue": issue, "evidence": [str(piece) for piece in pieces]}
    evidence.choose_evidence(**_on(office, reference, who), answers=chosen)


def _there(office, reference):
    """Let the case have one of each that can be evidence."""
    where = _on(office, reference)
    with arrived(office.platform.arriving, [TEXT], largest=10**6) as arrival:
        documents.add(**where, arrival=arrival, about=NewDocument("meter.txt"))
    inquiries.ask(**where, answers=QUESTION)
    inquiries.answer(**where, number=1, answers=ANSWER)
    interviews.keep(**where, answers=INTERVIEW)
    respondents.name(**where, answers=PERSON)
    respondents.inform(**where, number=1, answers=TOLD)
    respondents.take_reply(**where, number=1, answers=REPLY)


@pytest.fixture
def investigated(office):
    reference = office.reach("investigate")
    _there(office, reference)
    return reference


def _of(office, reference):
    return [(each.piece, each.counts) for each in evidence.of_case(**_on(office, reference))]


def _gate(office, reference):
    content = ANSWERS["decision"] | {"letter": LETTER + DECIDED.format(amount=250)}
    found = letter_gate.look(**_on(office, reference, "ada"), content=content)
    assert found is not None
    return found


@pytest.mark.iso("4.9", "7.6")
def test_a_finding_rests_on_documents_answers_interviews_and_replies(office, investigated, clock):
    every = (DOCUMENT, REQUEST, INTERVIEWED, REPLIED)
    _choose(office, investigated, *every)
    clock.advance(hours=1)

    _choose(office, investigated, REQUEST, who="ivo")

    told = evidence.of_case(**_on(office, investigated))
    assert [(each.piece, each.counts) for each in told] == [
        (piece, piece == REQUEST) for piece in every
    ]
    assert {each.unlinked_by for each in told if not each.counts} == {"ivo"}
    assert {each.linked_by for each in told} == {"hanna"}
    assert [entry.what for entry in office.view(investigated).timeline[:4]] == [
        "Issue 1 no longer rests on reply 1",
        "Issue 1 no longer rests on interview 1",
        "Issue 1 no longer rests on document 1",
        "Issue 1 rests on reply 1",
    ]


def test_what_is_chosen_again_after_it_was_taken_off_counts_again(office, investigated):
    for chosen in ((DOCUMENT,), (), (DOCUMENT, DOCUMENT)):
        _choose(office, investigated, *chosen)

    assert _of(office, investigated) == [(DOCUMENT, False), (DOCUMENT, True)]


@pytest.mark.parametrize(
    ("piece", "problem"),
    [
        ("document:2", "no document 2"),
        ("request:2", "no request 2"),
        ("interview:9", "no interview 9"),
        ("reply:2", "no reply 2"),
        ("letter:1", "Evidence"),
    ],
)
def test_what_is_not_there_is_no_evidence(office, investigated, piece, problem):
    with pytest.raises(InvalidInputError, match=problem):
        _choose(office, investigated, piece)


def test_what_says_nothing_yet_is_no_evidence(office):
    reference = office.reach("investigate")
    inquiries.ask(**_on(office, reference), answers=QUESTION)
    respondents.name(**_on(office, reference), answers=PERSON)

    for piece in (REQUEST, REPLIED):
        with pytest.raises(InvalidInputError, match="that says anything"):
            _choose(office, reference, piece)


def test_what_was_withdrawn_since_stays_linked_and_is_linked_no_more(office, investigated):
    _choose(office, investigated, DOCUMENT)
    documents.withdraw(**_on(office, investigated), number=1, reason="It was mixed up.")

    _choose(office, investigated, DOCUMENT, REQUEST)
    _choose(office, investigated, REQUEST)

    with pytest.raises(InvalidInputError, match="no document 1"):
        _choose(office, investigated, DOCUMENT)


@pytest.mark.iso("7.6")
def test_a_finding_does_not_rest_on_what_was_withdrawn_since(office, investigated):
    office.reach("draft_decision", reference=investigated)
    _choose(office, investigated, DOCUMENT)
    rested = _gate(office, investigated).advice

    documents.withdraw(**_on(office, investigated), number=1, reason="Of somebody else.")
    missed = _gate(office, investigated).advice
    _choose(office, investigated, DOCUMENT, REQUEST)

    assert rested == ()
    assert [each.title for each in missed] == [TITLE]
    assert _gate(office, investigated).advice == ()


def test_each_issue_has_evidence_of_its_own(office, investigated):
    issues.add(**_on(office, investigated), answers=ISSUE)

    _choose(office, investigated, DOCUMENT, issue=2)

    with pytest.raises(InvalidInputError, match="no issue 3"):
        _choose(office, investigated, DOCUMENT, issue=3)
    (told,) = evidence.of_case(**_on(office, investigated))
    assert told.issue == 2


def test_who_finds_nothing_chooses_nothing(office, investigated):
    with pytest.raises(NotAllowedError, match="may not record findings"):
        _choose(office, investigated, DOCUMENT, who="ada")


def test_when_it_is_decided_the_evidence_stays_as_it_was(office, investigated):
    _choose(office, investigated, DOCUMENT)
    office.reach("closing_check", reference=investigated)

    with pytest.raises(CourseError, match="is decided"):
        _choose(office, investigated)


@pytest.mark.iso("7.6")
def test_a_finding_that_rests_on_nothing_is_missed_and_holds_nothing_up(office, investigated):
    office.reach("draft_decision", reference=investigated)
    bare = _gate(office, investigated)

    _choose(office, investigated, DOCUMENT)

    (hint,) = bare.advice
    assert (hint.title, bare.is_complete) == (TITLE, True)
    assert "1. Charged twice" in hint.todo
    assert _gate(office, investigated).advice == ()


def test_no_finding_possible_needs_no_evidence(office, investigated):
    issues.find(**_on(office, investigated), answers=FOUND | {"conclusion": "no_finding_possible"})

    assert _gate(office, investigated).advice == ()


def test_where_the_policy_asks_for_evidence_no_decision_waits_without(office, investigated):
    policy = office.platform.policy
    strict = policy.findings.model_copy(update={"evidence_required": True})
    office.platform = replace(
        office.platform, policy=policy.model_copy(update={"findings": strict})
    )
    office.reach("draft_decision", reference=investigated)

    with pytest.raises(InvalidInputError, match=f"{TITLE}, missing"):
        office.do(investigated, "draft_decision")
    _choose(office, investigated, DOCUMENT)
    documents.withdraw(**_on(office, investigated), number=1, reason="Of somebody else.")
    with pytest.raises(InvalidInputError, match=f"{TITLE}, missing"):
        office.do(investigated, "draft_decision")
    _choose(office, investigated, REQUEST)
    office.do(investigated, "draft_decision")

    assert "approve_decision" in office.steps(investigated)


def test_a_gate_that_counts_what_was_taken_off_is_caught(office, investigated, monkeypatch):
    """Plant the bug: what was taken off counts on."""
    office.reach("draft_decision", reference=investigated)
    _choose(office, investigated, DOCUMENT)
    _choose(office, investigated)
    missed = _gate(office, investigated).advice

    monkeypatch.setattr(Evidence, "counts", True)

    assert [each.title for each in missed] == [TITLE]
    assert _gate(office, investigated).advice == ()


def test_what_findings_rest_on_is_handed_out_without_names_of_staff(office, investigated):
    hire(office.platform, DORA)
    _choose(office, investigated, INTERVIEWED)

    packed = subject_access.export(
        office.platform, actor=DORA, reference=investigated, reason="She asked for it."
    )

    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        (told,) = json.loads(archive.read("data.json"))["complaints"]
    (said,) = told["evidence"]
    assert (said["issue"], said["kind"], said["number"]) == (1, "interview", 1)
    assert "linked_by" not in said


def test_programs_choose_and_read_what_findings_rest_on(office, investigated):
    handler, address = Interface(office.platform), f"/complaints/{investigated}"
    handler.hire(holder.actor for holder in handler.keys.holders.values())
    chosen = {"evidence": ["document:1", "reply:1"]}

    kept = handler.ask("PUT", f"{address}/issues/1/evidence", json=chosen, by=Role.HANDLER)
    told = handler.ask("GET", f"{address}/evidence", by=Role.HANDLER)

    assert kept.status_code == 204
    assert [each["piece"] for each in told.json()] == [
        {"kind": "document", "number": 1},
        {"kind": "reply", "number": 1},
    ]
