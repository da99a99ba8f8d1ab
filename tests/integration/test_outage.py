"""A database server that dies: nothing is done twice, nothing half, and a sentence says so."""

import pytest

from engine.errors import UnavailableError
from engine.services import casework
from tests.integration.office import rows

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def server(postgres_server):
    """The database server; it runs again after the test whatever the test did to it."""
    yield postgres_server
    postgres_server.kill()
    postgres_server.start()


def _note(office, reference, text="Hello"):
    casework.add_note(office.platform, actor=office.staff["hanna"], reference=reference, text=text)


def test_a_server_that_is_away_is_named_in_a_sentence_and_welcome_back(office, server):
    reference = office.lodge()
    server.kill()

    with pytest.raises(UnavailableError, match="does not answer"):
        office.view(reference)
    with pytest.raises(UnavailableError, match="does not answer"):
        _note(office, reference)

    server.start()
    _note(office, reference)
    assert [note.text for note in office.view(reference).notes] == ["Hello"]


def test_a_server_that_dies_while_a_page_is_read_is_named_in_a_sentence(office, server):
    reference = office.lodge()

    def read():
        with office.platform.database.read() as tx:
            case = tx.cases.get(reference)
            server.kill()
            tx.steps.of(case.id)

    with pytest.raises(UnavailableError, match="does not answer"):
        read()


def test_work_cut_before_the_commit_is_done_again_once(office, server):
    reference, tries = office.lodge(), []
    before = office.view(reference).case.rev

    def work(tx):
        case = tx.cases.take(reference)
        tries.append(case.rev)
        if len(tries) == 1:
            server.kill()
            server.start()
        tx.cases.replace(case)

    office.platform.database.write(work)

    assert tries == [before, before]
    assert office.view(reference).case.rev == before + 1


def test_a_commit_whose_answer_was_lost_is_never_repeated(office, server):
    """The row may be stored or not; a second try could store it twice."""
    reference, tries = office.lodge(), []

    def work(tx):
        case = tx.cases.take(reference)
        tx.cases.replace(case)
        tries.append(case.rev)
        server.kill()
        server.start()

    with pytest.raises(UnavailableError, match="Look whether it was stored"):
        office.platform.database.write(work)

    assert len(tries) == 1
    assert rows(office.platform.database, "SELECT count(*) FROM complaint_case") == [(1,)]
