"""Complaints that belong together: linked and undone with reasons, told to who may know."""

import io
import zipfile

import pytest

from engine.domain.kinship import LinkKind
from engine.errors import CourseError, InvalidInputError, NotFoundError
from engine.services.accounts import reach
from engine.services.links import likeness, linking
from engine.services.privacy import subject_access
from engine.services.staffing import restriction
from tests.integration.crowd import at_once
from tests.integration.kin_ways import WHY, linked
from tests.integration.office import rows
from tests.integration.people import DORA, closed, erase

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _kin(office, reference, who="hanna"):
    return linking.of_case(office.platform, actor=office.staff[who], reference=reference)


def _link(office, reference, other, kind=LinkKind.RELATED, who="hanna"):
    known = {"actor": office.staff[who], "reference": reference}
    linking.link(office.platform, other=other, kind=kind, reason=WHY, **known)


def _unlink(office, reference, number):
    known = {"actor": office.staff["hanna"], "reference": reference}
    linking.unlink(office.platform, number=number, reason="Another meter.", **known)


def _happened(office, reference):
    return [entry.what for entry in office.view(reference).timeline]


@pytest.mark.iso("7.2")
def test_both_complaints_show_a_link_each_in_its_own_words(office):
    reference = office.lodge()
    other, number = linked(office, reference)

    (mine,), (theirs,) = _kin(office, reference), _kin(office, other)

    assert (mine.said, mine.reference, mine.reason) == ("Duplicate of", other, WHY)
    assert (theirs.said, theirs.reference) == ("Has a duplicate", reference)
    assert mine.number == theirs.number == number
    for each in (reference, other):
        assert "Linked to another complaint: duplicate of" in _happened(office, each)


@ON_SQLITE
def test_a_link_reads_the_same_whichever_complaint_came_first(office):
    older, newer = office.lodge(), office.lodge()

    _link(office, newer, older, LinkKind.PARENT)

    assert [each.said for each in _kin(office, newer)] == ["Part of"]
    assert [each.said for each in _kin(office, older)] == ["Has a part"]


@ON_SQLITE
def test_a_link_is_undone_from_either_end_and_can_be_made_anew(office):
    reference = office.lodge()
    other, number = linked(office, reference)

    _unlink(office, other, number)

    assert _kin(office, reference) == _kin(office, other) == ()
    assert "No longer linked to another complaint: duplicate of" in _happened(office, reference)
    _link(office, reference, other)
    assert [each.said for each in _kin(office, other)] == ["Related to"]


@ON_SQLITE
def test_what_makes_no_sense_is_refused(office):
    reference = office.lodge()
    other, _ = linked(office, reference)

    for refused, error in (
        (reference, InvalidInputError),
        (other, CourseError),
        ("C-2026-999999", NotFoundError),
    ):
        with pytest.raises(error):
            _link(office, reference, refused)
    with pytest.raises(CourseError, match="linked already"):
        _link(office, other, reference)
    with pytest.raises(InvalidInputError, match="no link 99"):
        _unlink(office, reference, 99)


def test_two_who_link_the_same_pair_at_once_make_one_link(office):
    pair = office.lodge(), office.lodge()

    ends = at_once(2, lambda n: _link(office, pair[n], pair[1 - n]))

    refused = [end for end in ends if isinstance(end, CourseError)]
    assert len(refused) == 1
    assert len(_kin(office, pair[0])) == 1


def _behind_a_wall(office):
    reference = office.lodge()
    other, number = linked(office, reference)
    known = {"actor": office.staff["mara"], "reference": other}
    restriction.restrict(office.platform, people=["mara"], reason="It is about Hanna.", **known)
    return reference, other, number


@pytest.mark.iso("4.10")
@ON_SQLITE
def test_of_a_complaint_behind_a_wall_nothing_is_told_but_that_there_is_one(office):
    reference, other, number = _behind_a_wall(office)

    (kin,) = _kin(office, reference)

    assert not kin.is_seen
    assert (kin.number, kin.reason, kin.summary, kin.linked_by) == (number, "", "", "")
    told = repr((kin, office.view(reference).timeline))
    assert other not in told
    assert WHY not in told
    assert _kin(office, reference, who="mara")[0].reference == other
    with pytest.raises(NotFoundError):
        _unlink(office, reference, number)
    with pytest.raises(NotFoundError):
        _link(office, office.lodge(), other)


@ON_SQLITE
def test_a_link_that_forgets_the_wall_is_noticed(office, monkeypatch):
    """Plant the bug: nobody asks whether the reader reaches the other complaint."""
    reference, other, _ = _behind_a_wall(office)
    monkeypatch.setattr(reach, "require", lambda *_args, **_known: False)

    (kin,) = _kin(office, reference)

    assert kin.reference == other


@ON_SQLITE
def test_the_reason_is_sealed_handed_out_and_erased_with_either_complaint(office):
    reference, other = closed(office), office.lodge()
    known = {"actor": office.staff["hanna"], "reference": reference}
    said = "Mrs Canary says so."
    linking.link(office.platform, other=other, kind=LinkKind.RELATED, reason=said, **known)
    stored = rows(office.platform.database, "SELECT reason FROM case_link")

    packed = subject_access.export(office.platform, actor=DORA, reference=reference, reason=WHY)
    erase(office, reference)

    assert "Canary" not in repr(stored)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert said in archive.read("data.json").decode()
    assert rows(office.platform.database, "SELECT reason FROM case_link") == [("",)]
    assert [each.reason for each in _kin(office, other)] == [""]


@ON_SQLITE
def test_complaints_that_look_alike_are_proposed_without_the_one_in_hand(office):
    first = office.lodge(summary="The meter was read twice")
    second = office.lodge(summary="Meter read twice again", email=None)
    known = {"actor": office.staff["hanna"], "reference": second}

    found = likeness.like_case(office.platform, **known)

    assert [each.reference for each in found] == [first]
