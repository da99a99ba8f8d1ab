"""By what authority somebody speaks for a complainant: recorded, checked, ended, and asked for."""

import io
import json
import zipfile
from datetime import date, timedelta

import pytest

from engine.domain.authority import AuthorityState
from engine.domain.document import NewDocument
from engine.domain.letter import LetterKind
from engine.domain.parties import stated
from engine.errors import CourseError, InvalidInputError, NotAllowedError
from engine.services.documents import documents
from engine.services.documents.arrival import arrived
from engine.services.handling import extensions, letter_gate
from engine.services.investigation import issues
from engine.services.links import linking, splitting
from engine.services.people import authorities, parties
from engine.services.post import letters
from engine.services.privacy import subject_access
from tests.integration.authority_ways import SEEN, SIGNED, WHY
from tests.integration.document_ways import TEXT
from tests.integration.extension_ways import extended
from tests.integration.issue_ways import ISSUE
from tests.integration.office import ANSWERS, DECIDED, LETTER, opened, rows
from tests.integration.operator_ways import owned
from tests.integration.people import DORA, closed, erase
from tests.integration.posting_ways import come_back, give, newest
from tests.integration.reach_ways import hire

RUTH = {"representative_name": "Ruth Canary", "representative_contact": "ruth@example.org"}
TO_HER = RUTH | {"email": "Ruth@Example.org"}
LAW_STREET = "Ruth Canary\n3 Law Street\nLeeds"
TITLE = "Authority of the representative"


def _on(office, reference, who="hanna"):
    return {"platform": office.platform, "actor": office.staff[who], "reference": reference}


def _record(office, reference, who="hanna", **said):
    authorities.record_authority(**_on(office, reference, who), answers=SIGNED | said)


def _check(office, reference, number=1, who="hanna"):
    authorities.check_authority(**_on(office, reference, who), number=number, answers=SEEN)


def _state(office, reference):
    return authorities.of_case(**_on(office, reference)).state


def _restate(office, reference, **said):
    known = stated(office.view(reference).case.complaint) | {"reason": "She told us so."}
    parties.restate_parties(**_on(office, reference), answers=known | said)


def _kinds(office, reference):
    return [each.kind for each in office.view(reference).communications]


def _gate(office, reference):
    content = ANSWERS["decision"] | {"letter": LETTER + DECIDED.format(amount=250)}
    found = letter_gate.look(**_on(office, reference, "ada"), content=content)
    assert found is not None
    return found


@pytest.mark.iso("4.5", "7.2")
def test_what_shows_that_somebody_may_speak_is_kept_and_holds_once_it_was_checked(office):
    reference = office.lodge(**RUTH)
    before = _state(office, reference)

    _record(office, reference, scope="Everything about the meter.")
    recorded = _state(office, reference)
    _check(office, reference)

    (kept,) = authorities.of_case(**_on(office, reference)).authorities
    assert (before, recorded) == (AuthorityState.MISSING, AuthorityState.UNCHECKED)
    assert _state(office, reference) is AuthorityState.IN_FORCE
    assert (kept.recorded_by, kept.checked_by, kept.finding) == ("hanna", "hanna", SEEN["finding"])
    assert [entry.what for entry in office.view(reference).timeline[:2]] == [
        "Authority 1 of a representative checked",
        "Authority 1 of a representative recorded: signed authority",
    ]


def test_a_complaint_in_which_nobody_speaks_for_anybody_asks_for_nothing(office):
    reference = office.lodge()

    assert _state(office, reference) is None


def test_the_authority_of_somebody_else_is_not_that_of_the_representative(office):
    reference = office.lodge(**RUTH)
    _record(office, reference, name="Rita Other")
    _check(office, reference)

    assert _state(office, reference) is AuthorityState.MISSING


def test_an_authority_holds_on_its_last_day_and_not_on_the_next(office, clock):
    reference = office.lodge(**RUTH)
    last = date(2026, 1, 5) + timedelta(days=3)
    _record(office, reference, valid_until=last)
    _check(office, reference)

    clock.advance(days=3)
    on_the_last = _state(office, reference)
    clock.advance(days=1)

    assert on_the_last is AuthorityState.IN_FORCE
    assert _state(office, reference) is AuthorityState.EXPIRED


def test_what_has_expired_is_not_checked_any_more(office, clock):
    reference = office.lodge(**RUTH)
    _record(office, reference, valid_until="2026-01-06")
    clock.advance(days=2)

    with pytest.raises(CourseError, match="cannot be checked: it is expired"):
        _check(office, reference)


@pytest.mark.iso("4.10")
def test_who_takes_an_authority_back_is_represented_no_more(office):
    reference = office.lodge(**RUTH)
    _record(office, reference)
    _check(office, reference)
    end = {**_on(office, reference), "number": 1, "answers": WHY}

    authorities.withdraw_authority(**end)

    assert _state(office, reference) is AuthorityState.WITHDRAWN
    for again in (authorities.withdraw_authority, authorities.refuse_authority):
        with pytest.raises(CourseError, match="taken back by the complainant already"):
            again(**end)


def test_what_was_refused_is_followed_by_another_authority(office):
    reference = office.lodge(**RUTH)
    _record(office, reference)
    authorities.refuse_authority(**_on(office, reference), number=1, answers=WHY)
    refused = _state(office, reference)
    with pytest.raises(CourseError, match="it is refused"):
        _check(office, reference)

    _record(office, reference, kind="power_of_attorney")

    assert refused is AuthorityState.REFUSED
    assert _state(office, reference) is AuthorityState.UNCHECKED
    assert authorities.of_case(**_on(office, reference)).authorities[0].reason == WHY["reason"]


def test_who_investigates_records_and_does_not_check(office):
    reference = office.reach("investigate", reference=office.lodge(**RUTH))
    _record(office, reference, who="ivo")

    with pytest.raises(NotAllowedError, match="may not check who speaks for a complainant"):
        _check(office, reference, who="ivo")


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"received_on": "2026-01-06"}, "has not come yet"),
        ({"valid_until": "2026-01-01"}, "ends before it was received"),
        ({"document": 4}, "no document 4"),
        ({"name": ""}, "Representative"),
        ({"kind": "friend"}, "must be one of 'signed_authority'"),
    ],
)
def test_what_cannot_be_is_refused(office, said, problem):
    reference = office.lodge(**RUTH)

    with pytest.raises(InvalidInputError, match=problem):
        _record(office, reference, **said)


def test_the_document_that_shows_it_is_named(office):
    reference = office.lodge(**RUTH)
    with arrived(office.platform.arriving, [TEXT], largest=10**6) as arrival:
        paper = {"arrival": arrival, "about": NewDocument("signed.txt")}
        number = documents.add(**_on(office, reference), **paper)

    _record(office, reference, document=number)

    assert office.view(reference).authorities[0].document == number


def test_a_complaint_has_so_many_authorities_and_no_more(office, monkeypatch):
    monkeypatch.setattr(authorities, "MOST", 1)
    reference = office.lodge(**RUTH)
    _record(office, reference)

    with pytest.raises(CourseError, match="at most 1"):
        _record(office, reference)


@pytest.mark.iso("4.10", "7.8")
def test_no_decision_goes_to_a_representative_whose_authority_nobody_checked(office):
    reference = office.reach("draft_decision", reference=office.lodge(**TO_HER))

    with pytest.raises(InvalidInputError, match=f"{TITLE}, missing: Ask for an authority"):
        office.do(reference, "draft_decision")
    _record(office, reference)
    with pytest.raises(InvalidInputError, match=f"{TITLE}, missing: Check it"):
        office.do(reference, "draft_decision")
    _check(office, reference)
    office.do(reference, "draft_decision")

    assert "approve_decision" in office.steps(reference)


@pytest.mark.iso("4.10")
def test_what_is_taken_back_before_the_approval_holds_the_decision_back(office):
    reference = office.reach("draft_decision", reference=office.lodge(**TO_HER))
    _record(office, reference)
    _check(office, reference)
    office.do(reference, "draft_decision")

    authorities.withdraw_authority(**_on(office, reference), number=1, answers=WHY)

    with pytest.raises(InvalidInputError, match="Write to the complainant alone"):
        office.do(reference, "approve_decision")


@pytest.mark.iso("4.10")
def test_nothing_is_resolved_on_the_spot_towards_somebody_without_authority(office):
    reference = office.reach("assess", reference=office.lodge(**TO_HER))
    office.do(reference, "assess", complexity="simple", severity=1, amount="10")

    with pytest.raises(InvalidInputError, match=f"{TITLE}, missing: Ask for an authority"):
        office.reach("closing_check", reference=reference)
    _record(office, reference)
    _check(office, reference)
    office.reach("closing_check", reference=reference)

    assert "resolution" in _kinds(office, reference)


@pytest.mark.iso("4.10")
def test_what_is_not_resolved_on_the_spot_sends_nothing_and_waits_for_no_authority(office):
    reference = office.reach("assess", reference=office.lodge(**TO_HER))
    office.do(reference, "assess", complexity="simple", severity=1, amount="10")

    unsettled = {"frontline_result": "not_resolved"}
    office.reach("draft_decision", reference=reference, resolve_frontline=unsettled)

    assert "resolution" not in _kinds(office, reference)


@pytest.mark.iso("4.10")
def test_no_refusal_goes_to_somebody_without_authority_drafted_or_approved(office):
    reference = office.lodge(**TO_HER)
    office.do(reference, "register", scope="not_ours")

    with pytest.raises(InvalidInputError, match=f"{TITLE}, missing: Ask for an authority"):
        office.do(reference, "decline")
    _record(office, reference)
    _check(office, reference)
    office.do(reference, "decline")
    authorities.withdraw_authority(**_on(office, reference), number=1, answers=WHY)
    with pytest.raises(InvalidInputError, match="Write to the complainant alone"):
        office.do(reference, "approve_refusal")

    assert "refusal" not in _kinds(office, reference)


@pytest.mark.iso("4.10")
def test_whoever_has_no_authority_is_left_out_by_putting_right_where_letters_go(office):
    reference = office.lodge(**TO_HER)
    office.do(reference, "register", scope="not_ours")
    _record(office, reference)
    authorities.refuse_authority(**_on(office, reference), number=1, answers=WHY)

    with pytest.raises(InvalidInputError, match="“Put it right” on the tab “People”"):
        office.do(reference, "decline")
    _restate(office, reference, email="jane@example.org")
    office.do(reference, "decline")
    office.do(reference, "approve_refusal")

    assert opened(office.platform.database, "outbox", "recipient")[-1] == "jane@example.org"


@pytest.mark.iso("4.10", "4.15")
def test_more_time_is_not_granted_while_the_notice_goes_to_somebody_without_authority(office):
    reference = owned(office, office.platform)
    _restate(office, reference, **TO_HER)

    with pytest.raises(InvalidInputError, match=f"{TITLE}, missing: Ask for an authority"):
        extended(office, reference)
    refused = _kinds(office, reference)
    _record(office, reference)
    _check(office, reference)
    extensions.grant_extension(**_on(office, reference, "tom"), number=1)

    assert "extension" not in refused
    assert "extension" in _kinds(office, reference)


@pytest.mark.iso("4.10")
def test_a_letter_that_came_back_does_not_go_to_somebody_without_authority_instead(office):
    reference = office.reach("approve_decision", reference=office.lodge(**RUTH))
    office.do(reference, "approve_decision")
    number = newest(office)
    come_back(office, reference, number)

    with pytest.raises(InvalidInputError, match=f"{TITLE}, missing: Ask for an authority"):
        give(office, "send_again", reference, number, email="ruth@example.org")
    with pytest.raises(InvalidInputError, match=f"{TITLE}, missing: Ask for an authority"):
        give(office, "post_instead", reference, number, postal_address=LAW_STREET)
    _record(office, reference)
    _check(office, reference)
    give(office, "post_instead", reference, number, postal_address=LAW_STREET)

    assert office.view(reference).case.complaint.postal_address == LAW_STREET


def test_an_acknowledgement_waits_for_no_authority(office):
    reference = office.reach("acknowledge", reference=office.lodge(**TO_HER))

    office.do(reference, "acknowledge")

    assert "acknowledgement" in _kinds(office, reference)


def test_a_letter_to_the_complainant_waits_for_no_authority_and_says_that_there_is_none(office):
    reference = office.reach("draft_decision", reference=office.lodge(**RUTH))

    found = _gate(office, reference)
    office.do(reference, "draft_decision")

    assert found.is_complete
    assert TITLE in [each.title for each in found.advice]


def test_a_letter_by_hand_waits_too_and_one_on_paper(office):
    address = {"email": None, "postal_address": "c/o RUTH  Canary\n1 High Street"}
    reference = office.lodge(**RUTH, **address)
    text = "We are still waiting for the sheets of the meter."
    letter = {**_on(office, reference), "kind": LetterKind.HOLDING, "text": text}

    with pytest.raises(InvalidInputError, match="It goes to a representative"):
        letters.send(**letter)
    assert letters.missing(**letter)[0].startswith("It goes to a representative. Ask for")
    _record(office, reference)
    _check(office, reference)
    letters.send(**letter)

    assert office.view(reference).communications[-1].body == text


def test_a_gate_that_forgets_the_representative_is_caught(office, monkeypatch):
    """Plant the bug: nobody asks by what authority somebody speaks."""
    reference = office.reach("draft_decision", reference=office.lodge(**TO_HER))
    monkeypatch.setattr(letter_gate, "representative", lambda *_: ())

    assert _gate(office, reference).is_complete


def test_in_a_complaint_that_is_split_off_the_representative_speaks_on(office):
    reference = office.reach("assess", reference=office.lodge(**RUTH))
    issues.add(**_on(office, reference), answers=ISSUE)
    _record(office, reference)
    _check(office, reference)

    splitting.split(**_on(office, reference), issues=(2,), reason="It is another matter.")

    part = linking.of_case(**_on(office, reference))[-1].reference
    assert _state(office, part) is AuthorityState.IN_FORCE


def test_names_and_words_are_sealed_handed_out_and_erased(office):
    hire(office.platform, DORA)
    reference = closed(office, **RUTH)
    _record(office, reference, scope="Ruth may hear everything.")
    _check(office, reference)
    stored = "SELECT name, scope, finding, reason FROM representative_authority"

    raw = rows(office.platform.database, stored)
    bundle = subject_access.export(
        office.platform, actor=DORA, reference=reference, reason="She asked for it."
    )
    erase(office, reference)

    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        (told,) = json.loads(archive.read("data.json"))["complaints"]
    assert "Ruth" not in str(raw)
    assert told["authorities"][0]["scope"] == "Ruth may hear everything."
    assert "checked_by" not in told["authorities"][0]
    assert rows(office.platform.database, stored) == [("", "", "", "")]
