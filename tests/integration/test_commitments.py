"""What is personal in an event lies beside the journal: erasable, and forged in vain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import commitment
from engine.domain.commitment import Personal, committed, parted, problem_of
from engine.services.audit import auditing
from engine.services.handling import casework
from engine.services.running import operations
from tests.integration.office import execute, rows

SECRET = "Canary"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def told(office):
    """A case on which everybody has given reasons that name the complainant."""
    reference = office.lodge()
    known = {"reference": reference, "reason": f"Mrs {SECRET} asked for it."}
    casework.escalate(office.platform, actor=office.staff["hanna"], **known)
    operations.suspend(office.platform, actor=office.staff["mara"], **known)
    operations.resume(office.platform, actor=office.staff["mara"], **known)
    casework.withdraw(office.platform, actor=office.staff["hanna"], **known)
    return reference


def _broken(office):
    return auditing.verify_journal(office.platform, actor=office.staff["vera"]).broken


def _plain(office):
    return [
        detail
        for (detail,) in rows(office.platform.database, "SELECT detail FROM journal")
        if SECRET in detail
    ]


def test_the_journal_holds_no_reason_and_people_read_each(office, told):
    seen = [entry.what for entry in office.view(told).timeline if SECRET in entry.what]

    assert _plain(office) == []
    assert len(seen) == 3
    assert _broken(office) == ()


@ON_SQLITE
def test_a_fact_nobody_named_as_personal_is_noticed(office, monkeypatch):
    """Plant the bug: reasons are not known to be personal."""
    monkeypatch.setattr(commitment, "PERSONAL", commitment.PERSONAL - {"reason"})

    operations.suspend(
        office.platform,
        actor=office.staff["mara"],
        reference=office.lodge(),
        reason=f"Mrs {SECRET} asked for it.",
    )

    assert len(_plain(office)) == 1


def test_a_forged_reason_is_found(office, told):
    database = office.platform.database
    ((case, seq),) = rows(
        database, "SELECT case_id, seq FROM journal WHERE type = 'case.suspended'"
    )
    with database.read() as tx:
        seal = tx._session.seals.of(case)
        honest = tx.journal.values_of(case)[seq]
    forged = honest.salt.hex() + honest.text.replace(SECRET, "Nobody")
    place = f"journal_value:{case}/{seq}:sealed"
    execute(
        database,
        "UPDATE journal_value SET sealed = :new WHERE seq = :seq",
        new=seal.close(place, forged),
        seq=seq,
    )

    assert _broken(office) == ((told, f"event {seq} has personal facts that were changed"),)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("DELETE FROM journal_value WHERE seq > 5", "lacks its personal facts"),
        ("UPDATE journal_value SET sealed = (SELECT min(sealed) FROM journal_value)", "altered"),
        (
            "INSERT INTO journal_value SELECT case_id, 1, sealed FROM journal_value LIMIT 1",
            "altered",
        ),
    ],
)
@ON_SQLITE
def test_values_that_are_gone_or_moved_are_found(office, told, change, problem):
    execute(office.platform.database, change)

    ((reference, said),) = _broken(office)
    assert reference == told
    assert problem in said


@given(text=st.text(min_size=1), other=st.text())
def test_a_commitment_is_kept_by_its_own_value_only(text, other):
    personal = committed(text)

    forged = Personal(personal.salt, other)
    assert problem_of(personal.commitment, personal.commitment, is_erased=False) is None
    assert (problem_of(personal.commitment, forged.commitment, is_erased=False) is None) == (
        text == other
    )
    assert problem_of(personal.commitment, None, is_erased=True) is None


def test_equal_values_have_different_commitments():
    assert len({committed("the same").commitment for _ in range(50)}) == 50


@given(
    detail=st.dictionaries(
        st.sampled_from(["reason", "detail", "title", "late"]), st.text() | st.none()
    )
)
def test_nothing_is_lost_when_facts_are_parted(detail):
    public, personal = parted(detail)

    assert public | personal == detail
    assert set(personal) <= commitment.PERSONAL
    assert all(personal.values())
