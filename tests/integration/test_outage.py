"""A database server that dies: nothing is done twice, nothing half, and a sentence says so."""

import pytest

import engine.store.database as store
from engine.errors import UnavailableError
from engine.services.handling import casework
from engine.store.session import Session

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


def _dying(server, monkeypatch, moment, *, comes_back=True):
    """Let the server die once, at a moment of the store; return what was given to it there."""
    tries, does = [], getattr(Session, moment)

    def die(session, *given):
        tries.append(given)
        if len(tries) == 1:
            server.kill()
            if comes_back:
                server.start()
        return does(session, *given)

    monkeypatch.setattr(Session, moment, die)
    return tries


@pytest.mark.parametrize("moment", ["post", "commit"])
def test_work_cut_before_it_was_stored_is_done_again_once(office, server, monkeypatch, moment):
    reference = office.lodge()
    before = office.view(reference).case.rev
    tries = _dying(server, monkeypatch, moment)

    _note(office, reference)

    assert len(tries) > 1
    view = office.view(reference)
    assert view.case.rev == before + 1
    assert [note.text for note in view.notes] == ["Hello"]


def test_a_commit_of_which_nobody_can_tell_is_never_repeated(office, server, monkeypatch):
    """The row may be stored or not; a second try could store it twice."""
    monkeypatch.setattr(store, "PATIENCE", 0.5)
    reference = office.lodge()
    tries = _dying(server, monkeypatch, "commit", comes_back=False)

    with pytest.raises(UnavailableError, match="Look whether it was stored"):
        _note(office, reference)

    assert len(tries) == 1


def test_a_commit_that_leaves_no_proof_is_never_repeated(office, server, monkeypatch):
    """What touches no case, such as a sign-in, leaves no event by which it could be found."""
    tries = _dying(server, monkeypatch, "commit")

    with pytest.raises(UnavailableError, match="Look whether it was stored"):
        office.platform.database.write(
            lambda tx: tx.visits.open("x", username="hanna", at=office.platform.now())
        )

    assert len(tries) == 1
