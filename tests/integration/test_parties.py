"""Who complains is put right: letters go there, what was said before stays readable."""

import pytest

from engine.domain.complaint import Need
from engine.domain.parties import stated
from engine.errors import InvalidInputError, NotAllowedError
from engine.services.handling import inbox
from engine.services.people import parties
from engine.services.privacy import subject_access
from engine.store.cases import Cases
from tests.integration.agreement import contradictions
from tests.integration.office import opened, rows
from tests.integration.party_ways import SAID
from tests.integration.people import DORA, erase

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _restate(office, reference, by="hanna", **said):
    known = stated(office.view(reference).case.complaint)
    answers = known | {"reason": "She told us on the telephone."} | said
    parties.restate_parties(
        office.platform, actor=office.staff[by], reference=reference, answers=answers
    )


@pytest.mark.iso("4.5", "4.9", "7.2")
def test_later_letters_go_to_the_new_address_and_the_old_one_stays_in_a_note(office):
    reference = office.reach("acknowledge")

    _restate(office, reference, email="jane.smith@example.org", needs=[Need.LARGE_PRINT])
    office.do(reference, "acknowledge", text="Dear Jane, we have your complaint.")

    told = office.view(reference)
    assert opened(office.platform.database, "outbox", "recipient")[-1] == "jane.smith@example.org"
    assert told.case.complaint.needs == (Need.LARGE_PRINT,)
    assert "E-mail: jane@example.org → jane.smith@example.org" in told.notes[-1].text
    assert "Needs: nothing → Large print" in told.notes[-1].text
    assert contradictions(office.platform, reference) == []


@pytest.mark.iso("4.9")
def test_a_complaint_is_found_by_the_new_name_and_no_longer_by_the_old(office):
    reference = office.reach("assess")

    _restate(office, reference, complainant_name="Wilhelmina Ptarmigan")

    hanna = office.staff["hanna"]
    found, _ = inbox.page(office.platform, actor=hanna, view="all", search="Ptarmigan")
    assert {row.reference for row in found} == {reference}
    assert inbox.page(office.platform, actor=hanna, view="all", search="Canary")[0] == ()


def test_a_closed_complaint_is_put_right_too_and_what_is_known_is_not(office):
    reference = office.reach("closing_check")
    office.do(reference, "closing_check")

    with pytest.raises(InvalidInputError, match="Nothing is different"):
        _restate(office, reference)
    _restate(office, reference, phone="0117 496 0000")

    assert office.view(reference).case.complaint.phone == "0117 496 0000"


@ON_SQLITE
def test_what_cannot_be_is_refused_in_a_sentence(office):
    reference = office.lodge()

    for wrong, said in (
        ({"email": "jane"}, "E-mail"),
        ({"complainant_name": " "}, "Complainant"),
        ({"reason": ""}, "How you know"),
        ({"language": "xx"}, "Language"),
    ):
        with pytest.raises(InvalidInputError) as refusal:
            _restate(office, reference, **wrong)
        assert said in refusal.value.problems
    with pytest.raises(NotAllowedError):
        _restate(office, reference, by="ada")


@ON_SQLITE
def test_what_was_said_before_is_sealed_and_erased(office):
    reference = office.reach("closing_check")
    office.do(reference, "closing_check")
    _restate(office, reference, **SAID)
    stored = repr(rows(office.platform.database, "SELECT * FROM note"))
    packed = subject_access.export(
        office.platform, actor=DORA, reference=reference, reason="She asks for it."
    )

    erase(office, reference)

    assert "jane" not in stored.lower()
    assert len(packed) > 1_000
    assert office.view(reference).case.complaint.email is None


def _found(office, who):
    return subject_access.find(office.platform, actor=DORA, who=who)


@pytest.mark.iso("4.10")
def test_whoever_asks_what_is_held_on_them_is_found_by_the_new_address(office):
    reference = office.reach("assess")

    _restate(office, reference, email="jane.smith@example.org")

    assert _found(office, "jane.smith@example.org") == (reference,)


@ON_SQLITE
def test_an_address_by_which_nobody_finds_it_is_caught(office, monkeypatch):
    """Plant the bug: what a complaint is found by stays as it was."""
    monkeypatch.setattr(Cases, "readdress", lambda *_, **__: None)
    reference = office.reach("assess")

    _restate(office, reference, email="jane.smith@example.org")

    assert _found(office, "jane.smith@example.org") == ()
