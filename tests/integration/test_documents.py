"""Documents of a case, as people add, see, replace, redact, withdraw and release them."""

from uuid import uuid4

import pytest

from engine.domain.actor import Actor, Role
from engine.domain.document import Description, FileState, Kind, NewDocument, Origin, Purpose
from engine.errors import (
    CaseErasedError,
    CaseSuspendedError,
    ConflictError,
    FileRefusedError,
    InvalidInputError,
    NotFoundError,
    OutOfReachError,
)
from engine.services.audit import auditing
from engine.services.documents import document_reading, documents, storing
from engine.services.documents.arrival import Arrival, arrived
from engine.services.running import glass, operations
from engine.services.staffing import restriction
from tests.integration.document_ways import (
    HELD,
    TEXT,
    add,
    add_redacted,
    add_version,
    read,
)
from tests.integration.office import facts_of, rows, statements
from tests.integration.people import closed, erase
from tests.unit.inspection.test_content import REFUSED, picture

WHY = {"reason": "It was mixed up."}
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def hanna_on(office):
    """Who handles a complaint, and which."""
    return office.platform, office.staff["hanna"], office.lodge()


def _seen(platform, actor, reference):
    return document_reading.of_case(platform, actor=actor, reference=reference).documents


def _events(office, reference):
    with office.platform.database.read() as tx:
        return [e for e in tx.journal.of(tx.cases.get(reference).id) if "document" in e.type]


def _stored(platform):
    return sorted(each.name for each in platform.depot.stored())


@pytest.mark.iso("7.6")
def test_a_document_is_added_listed_and_read_and_all_of_it_is_kept(office, hanna_on):
    platform, hanna, reference = hanna_on

    number = add(platform, hanna, reference, description="The bill.", purpose=Purpose.OTHER)

    (found,) = _seen(platform, hanna, reference)
    file = found.newest
    assert (number, found.number, found.by, found.description) == (1, 1, "hanna", "The bill.")
    assert (file.name, file.kind, file.size, file.state) == (
        "bill.txt",
        Kind.TEXT,
        len(TEXT),
        FileState.KEPT,
    )
    assert read(platform, hanna, reference) == TEXT
    added, looked = _events(office, reference)
    assert facts_of(added)["content"] == file.sha256
    assert (looked.type, facts_of(looked)["version"]) == ("document.read", 1)
    assert auditing.verify_journal(platform, actor=office.staff["vera"]).broken == ()


def test_versions_stay_beside_each_other(office, hanna_on):
    platform, hanna, reference = hanna_on
    add(platform, hanna, reference)

    add_version(platform, hanna, reference, content=b"new")

    assert read(platform, hanna, reference) == b"new"
    assert read(platform, hanna, reference, version=1) == TEXT
    assert [file.version for file in _seen(platform, hanna, reference)[0].files] == [1, 2]


@pytest.mark.iso("4.10")
def test_a_redacted_copy_stands_for_the_original(office, hanna_on):
    platform, hanna, reference = hanna_on
    add(platform, hanna, reference, description="Jane's diary")
    add_version(platform, hanna, reference)
    add_redacted(platform, hanna, reference)
    add_version(platform, hanna, reference, content=b"later, not blackened yet")
    vera = office.staff["vera"]

    (seen,) = _seen(platform, vera, reference)

    assert [(file.version, file.is_redacted) for file in seen.files] == [(2, True)]
    assert seen.description == ""
    assert read(platform, vera, reference, is_redacted=True) == b"The bill says xxx."
    for version in (None, 1, 2, 3):
        with pytest.raises(NotFoundError):
            read(platform, vera, reference, version=version)
    assert read(platform, hanna, reference) == b"later, not blackened yet"


@ON_SQLITE
def test_somebody_who_sees_originals_by_mistake_is_noticed(office, hanna_on, monkeypatch):
    """Plant the bug: everybody sees originals."""
    platform, hanna, reference = hanna_on
    add(platform, hanna, reference, is_closed=True)
    monkeypatch.setattr(documents, "sees_originals", lambda *_, **__: True)

    assert read(platform, office.staff["vera"], reference) == TEXT


def test_of_a_closed_document_without_a_copy_others_see_that_it_is_there(office, hanna_on):
    platform, hanna, reference = hanna_on
    add(platform, hanna, reference, is_closed=True)
    ines = Actor(username="ines", name="Ines", roles=frozenset({Role.INTAKE}))

    (seen,) = _seen(platform, ines, reference)

    assert (seen.number, seen.files) == (1, ())
    known = {"actor": ines, "reference": reference, "number": 1}
    with pytest.raises(OutOfReachError, match="original"):
        add_version(platform, ines, reference)
    with pytest.raises(OutOfReachError, match="original"):
        documents.describe(platform, about=Description(Purpose.OTHER, Origin.COMPLAINANT), **known)


def test_one_version_has_one_redacted_copy(hanna_on):
    platform, hanna, reference = hanna_on
    add(platform, hanna, reference)
    add_redacted(platform, hanna, reference)
    before = _stored(platform)

    with pytest.raises(ConflictError, match="redacted copy already"):
        add_redacted(platform, hanna, reference)

    assert _stored(platform) == before


def test_a_document_is_described_anew(office, hanna_on):
    platform, hanna, reference = hanna_on
    add(platform, hanna, reference)
    about = Description(Purpose.IDENTITY, Origin.REPRESENTATIVE, " Passport \x00", is_closed=True)

    documents.describe(platform, actor=hanna, reference=reference, number=1, about=about)

    (seen,) = _seen(platform, hanna, reference)
    assert (seen.purpose, seen.origin) == (Purpose.IDENTITY, Origin.REPRESENTATIVE)
    assert (seen.description, seen.is_closed) == ("Passport", True)
    with pytest.raises(InvalidInputError, match="2,000"):
        documents.describe(
            platform,
            actor=hanna,
            reference=reference,
            number=1,
            about=Description(Purpose.OTHER, Origin.COMPLAINANT, "x" * 2_001),
        )


def test_a_withdrawn_document_stays_and_takes_nothing_more(office, hanna_on):
    platform, hanna, reference = hanna_on
    add(platform, hanna, reference)
    known = {"actor": hanna, "reference": reference, "number": 1}

    documents.withdraw(platform, **known, **WHY)

    (seen,) = _seen(platform, hanna, reference)
    assert (seen.withdrawn_by, seen.withdrawal_reason) == ("hanna", WHY["reason"])
    assert read(platform, hanna, reference) == TEXT
    with pytest.raises(NotFoundError):
        read(platform, office.staff["vera"], reference)
    with pytest.raises(ConflictError, match="withdrawn"):
        documents.withdraw(platform, **known, **WHY)
    with pytest.raises(ConflictError, match="withdrawn"):
        add_version(platform, hanna, reference)


def test_a_file_that_may_do_harm_is_read_by_nobody_until_it_is_released(office, hanna_on):
    platform, hanna, reference = hanna_on
    add(platform, hanna, reference, HELD, "invoice.pdf")
    tom = office.staff["tom"]

    with pytest.raises(ConflictError, match="JavaScript"):
        read(platform, tom, reference)
    documents.release(
        platform, actor=tom, reference=reference, number=1, version=1, is_redacted=False, **WHY
    )

    assert read(platform, hanna, reference) == HELD
    assert _seen(platform, hanna, reference)[0].newest.released_by == "tom"
    with pytest.raises(ConflictError, match="not held"):
        documents.release(
            platform, actor=tom, reference=reference, number=1, version=1, is_redacted=False, **WHY
        )


@ON_SQLITE
@pytest.mark.parametrize("name", ["windows program", "page", "macros", "bomb", "archive"])
def test_of_a_refused_file_nothing_is_left(office, hanna_on, name):
    platform, hanna, reference = hanna_on

    with pytest.raises(FileRefusedError, match="was not kept"):
        add(platform, hanna, reference, REFUSED[name], "harmless.pdf")

    assert _seen(platform, hanna, reference) == ()
    assert _stored(platform) == []
    assert list(platform.arriving.iterdir()) == []


def test_of_a_picture_what_arrived_and_what_is_kept_have_their_hashes(hanna_on):
    platform, hanna, reference = hanna_on

    add(platform, hanna, reference, picture("JPEG", comment=b"x"), "IMG_1.HEIC")

    file = _seen(platform, hanna, reference)[0].newest
    assert (file.kind, file.download_name) == (Kind.JPEG, "IMG_1.jpg")
    assert file.sha256 != file.arrived_sha256


def test_the_same_command_keeps_one_file(hanna_on):
    platform, hanna, reference = hanna_on
    known = {"actor": hanna, "reference": reference, "command_id": uuid4()}

    numbers = []
    for _ in range(2):
        with arrived(platform.arriving, [TEXT], largest=100) as arrival:
            about = NewDocument("bill.txt")
            numbers.append(documents.add(platform, arrival=arrival, about=about, **known))

    assert numbers == [1, 1]
    assert len(_stored(platform)) == 1
    with (
        arrived(platform.arriving, [b"other"], largest=100) as arrival,
        pytest.raises(ConflictError),
    ):
        documents.add(platform, arrival=arrival, about=about, **known)
    assert len(_stored(platform)) == 1


def test_a_case_has_room_for_so_many_files(hanna_on, monkeypatch):
    platform, hanna, reference = hanna_on
    policy = platform.policy.documents.model_copy(update={"most_per_case": 1})
    monkeypatch.setitem(platform.policy.__dict__, "documents", policy)
    add(platform, hanna, reference)

    for give in (add, add_version, add_redacted):
        with pytest.raises(InvalidInputError, match="has 1 files"):
            give(platform, hanna, reference)

    assert len(_stored(platform)) == 1


def test_a_file_that_is_too_large_is_refused_before_it_is_whole(hanna_on):
    platform, _, _ = hanna_on

    with (
        Arrival(platform.arriving, largest=10) as arrival,
        pytest.raises(FileRefusedError, match="larger"),
    ):
        arrival.write(b"x" * 11)

    assert list(platform.arriving.iterdir()) == []


def test_to_a_suspended_or_erased_case_nothing_is_added(office, hanna_on):
    platform, hanna, reference = hanna_on
    operations.suspend(platform, actor=office.staff["mara"], reference=reference, **WHY)
    gone = closed(office)
    erase(office, gone)

    with pytest.raises(CaseSuspendedError):
        add(platform, hanna, reference)
    with pytest.raises(CaseErasedError):
        add(platform, hanna, gone)

    assert _stored(platform) == []


@pytest.mark.iso("4.10")
def test_of_a_restricted_case_no_document_is_known_to_others(office, hanna_on):
    platform, hanna, reference = hanna_on
    add(platform, hanna, reference)
    restriction.restrict(
        platform, actor=office.staff["mara"], reference=reference, people=["hanna"], **WHY
    )
    tom = office.staff["tom"]

    for ask in (read, _seen, add):
        with pytest.raises(NotFoundError, match=reference):
            ask(platform, tom, reference)

    glass.break_glass(platform, actor=tom, reference=reference, **WHY)
    assert len(_seen(platform, tom, reference)) == 1
    assert read(platform, tom, reference) == TEXT
    looks = [e for e in _events(office, reference) if e.actor == "tom"]
    assert facts_of(looks[-1])["broken_glass"] is True
    assert "glass.read" in [kind for (kind,) in rows(platform.database, "SELECT type FROM journal")]


def test_fifty_documents_are_listed_with_as_many_statements_as_one(office, hanna_on, monkeypatch):
    platform, hanna, reference = hanna_on
    add(platform, hanna, reference)
    _seen(platform, hanna, reference)
    with statements(platform.database) as one:
        _seen(platform, hanna, reference)
    seen = storing.Report(Kind.TEXT)
    monkeypatch.setattr(storing, "inspect", lambda *_: seen)
    for number in range(49):
        add(platform, hanna, reference, f"text {number}".encode())

    with statements(platform.database) as fifty:
        found = _seen(platform, hanna, reference)

    assert len(found) == 50
    assert len(fifty) == len(one)
