"""Letters in the language of the complainant, from templates whose edition is kept."""

from dataclasses import replace

import pytest

from config.settings import Settings
from engine.bootstrap import read_letters
from engine.domain.complaint import Channel
from engine.errors import ConflictError, InvalidInputError
from engine.services.handling import approvals
from engine.services.letters import letter
from tests.integration.office import Office


def _suggested(office: Office, reference: str, element: str, field: str) -> str:
    steps = {each.step.element: each for each in office.view(reference).steps}
    return str(steps[element].answers[field])


@pytest.mark.iso("4.3", "7.4")
def test_a_letter_is_in_the_language_of_the_complainant(office):
    german = office.lodge(language="de", summary="Doppelt berechnet")
    office.do(german, "register")
    text = _suggested(office, german, "acknowledge", "text")
    office.do(german, "acknowledge", text=text)

    sent = office.view(german).communications[-1]
    assert sent.subject == f"Ihre Beschwerde {german}"
    assert sent.language == "de"
    assert "Wir haben Ihre Beschwerde am 5. Januar 2026 erhalten." in sent.body
    assert "Utilities Ombudsman." in sent.body
    assert sent.template == office.platform.letters.write(*_acknowledgement(office, "de")).template


def _acknowledgement(office, code):
    from engine.domain.letter import LetterKind  # noqa: PLC0415 - beside its only use
    from engine.writing.template import sample_facts  # noqa: PLC0415 - as above

    kind = LetterKind.ACKNOWLEDGEMENT
    return kind, office.platform.letters.language(code), sample_facts(kind)


def test_without_a_language_the_letter_is_in_the_organisations(office):
    for language in ("", "ja"):
        reference = office.reach("acknowledge", reference=office.lodge(language=language))

        assert _suggested(office, reference, "acknowledge", "text").startswith("Dear Jane Canary")


@pytest.mark.iso("7.8", "7.9")
def test_a_decision_begins_with_each_issue_its_finding_and_where_to_turn(office):
    reference = office.reach("draft_decision", investigate={"reasons": "The meter was read twice."})

    text = _suggested(office, reference, "draft_decision", "letter")
    assert "Charged twice: upheld" in text
    assert "The meter was read twice." in text
    assert "turn to the Utilities Ombudsman, free of charge" in text
    assert "within twelve months" in text
    assert "[Say what you do, and by which date" in text


def test_a_decision_after_an_objection_is_that_of_the_second_stage(office):
    reference = office.reach("approve_decision")
    office.do(reference, "approve_decision")
    office.answer(reference, "rejected")
    office.do(reference, "review_rejection", review="reopen", reason="There is a new bill.")
    office.reach("draft_decision", reference=reference)

    # What was written before outranks the template; the subject is that of the second stage.
    office.reach("approve_decision", reference=reference)
    seen = approvals.drafted(office.platform, actor=office.staff["ada"], reference=reference)
    assert seen is not None
    assert seen.letter.kind == "stage_two_decision"
    assert "final decision" in seen.letter.subject


@pytest.mark.iso("7.8")
def test_who_approves_sees_what_is_sent_to_the_byte(office):
    reference = office.reach("approve_refusal", register={"scope": "not_ours"})
    seen = approvals.drafted(office.platform, actor=office.staff["tom"], reference=reference)
    office.do(reference, "approve_refusal")

    told = office.view(reference)
    sent = told.communications[-1]
    assert seen is not None
    assert (seen.letter.subject, seen.letter.body) == (sent.subject, sent.body)
    assert seen.letter.content_hash == told.approvals[-1].letter_hash == sent.content_hash


def test_nobody_sends_a_letter_that_has_changed_since_it_was_approved(office, monkeypatch):
    reference = office.reach("approve_refusal", register={"scope": "not_ours"})
    monkeypatch.setattr(letter, "hash_of_draft", lambda *_: "0" * 64)

    with pytest.raises(ConflictError, match="not the one that was approved"):
        office.do(reference, "approve_refusal")


def test_nothing_drafted_is_nothing_to_see(office):
    reference = office.reach("acknowledge")

    seen = approvals.drafted(office.platform, actor=office.staff["ada"], reference=reference)
    assert seen is None


def test_an_organisations_own_letter_is_sent(office, tmp_path):
    (tmp_path / "en").mkdir()
    text = "Subject: Received\n\nDear {{ complainant }}, we have it.\n"
    (tmp_path / "en" / "acknowledgement.txt").write_text(text, "utf-8")
    settings = Settings(home=tmp_path, letters=tmp_path)
    own = Office(replace(office.platform, letters=read_letters(settings)), office.staff)
    reference = own.reach("acknowledge")

    assert _suggested(own, reference, "acknowledge", "text") == "Dear Jane Canary, we have it."


def test_letters_that_cannot_be_written_stop_the_start(tmp_path):
    with pytest.raises(InvalidInputError, match="is no folder"):
        read_letters(Settings(home=tmp_path, letters=tmp_path / "none"))


def test_the_postal_address_is_sealed_shown_and_kept(office):
    reference = office.lodge(
        channel=Channel.LETTER, email=None, postal_address="1 Okapi Lane\nBristol", language="de"
    )

    complaint = office.view(reference).case.complaint
    assert complaint.postal_address == "1 Okapi Lane\nBristol"
    assert complaint.language == "de"
    with office.platform.database.engine.connect() as link:
        stored = link.exec_driver_sql("SELECT postal_address FROM complaint_case").scalar_one()
    assert "Okapi" not in stored
