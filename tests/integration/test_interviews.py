"""Interviews: kept sealed, written down anew, and never of what cannot have been."""

import pytest

from engine.errors import InvalidInputError
from engine.services.people import interviews
from engine.store.sealing import SealedFields
from tests.integration.inquiry_ways import INTERVIEW
from tests.integration.office import rows

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.iso("7.6")
def test_an_interview_is_kept_sealed_and_written_down_anew(office):
    reference = office.lodge()
    known = {"actor": office.staff["hanna"], "reference": reference}

    interviews.keep(office.platform, answers=INTERVIEW, **known)
    read_back = INTERVIEW | {
        "notes": "He saw one person at the meter, twice.",
        "consent": "refused",
    }
    interviews.restate(office.platform, number=1, answers=read_back, **known)

    (one,) = office.view(reference).interviews
    assert (one.name, one.notes, one.consent) == ("Wim Witness", read_back["notes"], "refused")
    stored = repr(rows(office.platform.database, "SELECT * FROM interview"))
    assert "Wim" not in stored
    assert "meter" not in stored
    kinds = [
        kind for (kind,) in rows(office.platform.database, "SELECT type FROM journal ORDER BY id")
    ]
    assert [kind for kind in kinds if kind.startswith("interview.")] == [
        "interview.kept",
        "interview.restated",
    ]


@ON_SQLITE
def test_an_interview_that_cannot_have_been_is_refused(office):
    reference = office.lodge()
    known = {"actor": office.staff["hanna"], "reference": reference}
    wrong = [
        {"held_at": "2031-01-01T08:00:00+00:00"},
        {"held_at": "2026-01-01T08:00:00"},
        {"led_by": "nobody"},
        {"documents": [4]},
        {"notes": "Short"},
    ]

    for said in wrong:
        with pytest.raises(InvalidInputError):
            interviews.keep(office.platform, answers=INTERVIEW | said, **known)

    assert office.view(reference).interviews == ()


@ON_SQLITE
def test_an_interview_that_would_be_kept_in_plain_is_noticed(office, monkeypatch):
    """Plant the bug: nothing is sealed."""
    from engine.store import interviews as kept  # noqa: PLC0415 - what is broken here

    monkeypatch.setattr(kept, "_SEALED", SealedFields("interview"))
    known = {"actor": office.staff["hanna"], "reference": office.lodge()}
    interviews.keep(office.platform, answers=INTERVIEW, **known)

    assert "Wim" in repr(rows(office.platform.database, "SELECT * FROM interview"))
