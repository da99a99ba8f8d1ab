"""Letters that no step sends: they begin whole, leave whole, and mean what they mean in time."""

import pytest

from engine.domain.letter import LetterKind
from engine.errors import CourseError, InvalidInputError
from engine.services.post import letters
from tests.integration.letter_ways import STANDS
from tests.integration.office import opened

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _on(office, reference):
    return {"actor": office.staff["hanna"], "reference": reference}


def test_a_holding_letter_leaves_when_nothing_is_left_to_be_filled_in(office):
    reference = office.reach("investigate")
    known = _on(office, reference)
    begun = letters.suggested(office.platform, kind=LetterKind.HOLDING, **known)
    told = {"kind": LetterKind.HOLDING} | known

    lacks = letters.missing(office.platform, text=begun.body, **told)
    with pytest.raises(InvalidInputError, match="Fill in, or take out"):
        letters.send(office.platform, text=begun.body, **told)
    whole = begun.body
    for blank in begun.blanks:
        whole = whole.replace(blank, "12 January 2026")
    letters.send(office.platform, text=whole, **told)

    assert len(lacks) == len(begun.blanks) == 2
    sent = office.view(reference).communications[-1]
    assert (sent.kind, sent.body, sent.channel) == ("holding", whole, "email")
    assert opened(office.platform.database, "outbox", "body")[-1] == whole


@ON_SQLITE
def test_each_letter_fits_to_where_the_complaint_stands(office):
    open_, closed = office.reach("assess"), office.reach("closing_check")
    office.do(closed, "closing_check")
    text = STANDS["text"]

    for reference, kind in (
        (open_, LetterKind.CLOSING),
        (open_, LetterKind.STAGE_TWO_ACKNOWLEDGEMENT),
        (open_, LetterKind.DECISION),
        (closed, LetterKind.HOLDING),
    ):
        with pytest.raises(CourseError, match="does not fit"):
            letters.send(office.platform, kind=kind, text=text, **_on(office, reference))
    begun = letters.suggested(office.platform, kind=LetterKind.CLOSING, **_on(office, closed))
    letters.send(office.platform, kind=LetterKind.CLOSING, text=begun.body, **_on(office, closed))

    assert office.view(closed).communications[-1].kind == "closing"


@ON_SQLITE
def test_a_complaint_that_is_looked_at_again_is_acknowledged_and_the_clock_hears_of_it(office):
    reference = office.reach("review_rejection", reference=_rejected(office))
    office.do(reference, "review_rejection", review="reopen", reason="She has shown the sheets.")
    kind = LetterKind.STAGE_TWO_ACKNOWLEDGEMENT
    begun = letters.suggested(office.platform, kind=kind, **_on(office, reference))
    whole = begun.body
    for blank in begun.blanks:
        whole = whole.replace(blank, "1 March 2026")

    letters.send(office.platform, kind=kind, text=whole, **_on(office, reference))

    assert office.view(reference).communications[-1].kind == "stage_two_acknowledgement"


def _rejected(office):
    reference = office.reach("approve_decision")
    office.do(reference, "approve_decision")
    office.answer(reference, "rejected")
    return reference


@ON_SQLITE
def test_a_letter_that_leaves_with_a_blank_is_noticed(office, monkeypatch):
    """Plant the bug: nobody looks for what is left to be filled in."""
    reference = office.reach("assess")
    known = _on(office, reference) | {"kind": LetterKind.HOLDING}
    begun = letters.suggested(office.platform, **known)
    monkeypatch.setattr(letters, "_missing", lambda *_: ())

    letters.send(office.platform, text=begun.body, **known)

    assert begun.blanks[0] in office.view(reference).communications[-1].body
