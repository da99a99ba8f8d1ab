"""What a transaction says to its database: what is posted keeps its order and its errors."""

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from engine.errors import InvalidInputError
from engine.store.link import PostgresLink
from engine.store.plans import Plans
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.case_tables import NoteRow
from tests.integration.office import rows

NOTE = table_of(NoteRow)
ADD = NOTE.insert()
TEXTS = select(NOTE.c.text).where(NOTE.c.case_id == bindparam("of")).order_by(NOTE.c.id)
FORGET = NOTE.delete().where(NOTE.c.text == bindparam("of_text"))
STORED = "SELECT text FROM note ORDER BY id"


@pytest.fixture
def number(office):
    """The number of a case."""
    reference = office.lodge()
    return office.view(reference).case.id


def _note(office, number, text):
    return {"case_id": number, "by": "hanna", "at": office.platform.now(), "text": text}


def _twice(database, work):
    """Run a work that stores nothing, so that its statements are known from then on."""

    def leave(tx):
        work(tx._session)
        raise RuntimeError

    for _ in range(2):
        with pytest.raises(RuntimeError):
            database.write(leave)


def test_a_read_sees_what_was_posted_before_it_and_in_that_order(office, number):
    def work(session):
        session.post(ADD, _note(office, number, "First"))
        session.post(ADD, _note(office, number, "Second"))
        session.post(FORGET, {"of_text": "First"})
        session.post(ADD, _note(office, number, "Third"))
        return list(session.execute(TEXTS, {"of": number}).scalars())

    database = office.platform.database
    _twice(database, work)

    assert database.write(lambda tx: work(tx._session)) == ["Second", "Third"]
    assert rows(database, STORED) == [("Second",), ("Third",)]


def test_several_reads_together_find_what_each_alone_finds(office, number):
    def work(session):
        session.post(ADD, _note(office, number, "One"))
        found = session.together((TEXTS, {"of": number}), (TEXTS, {"of": number + 1}))
        return [list(each.scalars()) for each in found]

    database = office.platform.database
    _twice(database, work)

    assert database.write(lambda tx: work(tx._session)) == [["One"], []]


def test_what_is_refused_at_the_end_stores_nothing(office, number):
    def work(session):
        session.post(ADD, _note(office, number, "Good"))
        session.post(ADD, _note(office, 999_999, "Of no case"))

    database = office.platform.database
    with pytest.raises(IntegrityError):
        database.write(lambda tx: work(tx._session))
    with pytest.raises(IntegrityError):
        database.write(lambda tx: work(tx._session))

    assert rows(database, STORED) == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("text", ["nul \x00 here", "half \ud800 of a pair"])
def test_what_cannot_be_written_down_is_refused_in_a_sentence(office, number, text):
    def work(session):
        session.post(ADD, _note(office, number, "Good"))
        session.post(ADD, _note(office, number, text))

    database = office.platform.database
    for _ in range(3):
        with pytest.raises(InvalidInputError, match="cannot be stored"):
            database.write(lambda tx: work(tx._session))

    assert rows(database, STORED) == []


def test_an_ordinary_statement_comes_after_what_was_posted(office, number):
    def work(session):
        session.post(ADD, _note(office, number, "Known"))
        is_known = NOTE.c.text.in_(["Known", "Unknown"])
        return list(session.execute(select(NOTE.c.text).where(is_known)).scalars())

    database = office.platform.database
    _twice(database, work)

    assert database.write(lambda tx: work(tx._session)) == ["Known"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_that_was_refused_something_can_be_used_again(office, number):
    database = office.platform.database
    for _ in range(3):
        with pytest.raises(IntegrityError):
            database.write(lambda tx: tx._session.post(ADD, _note(office, 999_999, "Of no case")))

    database.write(lambda tx: tx._session.post(ADD, _note(office, number, "Good")))

    assert rows(database, STORED) == [("Good",)]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_talk_that_is_interrupted_leaves_no_half_connection(office, number, monkeypatch):
    database = office.platform.database
    database.write(lambda tx: tx._session.post(ADD, _note(office, number, "Before")))

    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("engine.store.link.fetch_many", interrupt)
        meanwhile.setattr("engine.store.link.pipeline_communicate", interrupt)
        with pytest.raises(KeyboardInterrupt):
            database.write(lambda tx: tx._session.execute(TEXTS, {"of": number}))

    assert database.write(
        lambda tx: list(tx._session.execute(TEXTS, {"of": number}).scalars())
    ) == ["Before"]


def test_a_link_that_forgets_what_was_posted_is_noticed(office, number, monkeypatch):
    """Plant the bug: only the read reaches the database."""
    monkeypatch.setattr(Session, "_send", lambda session, *calls: session._link.run(calls))

    def work(session):
        session.post(ADD, _note(office, number, "Lost"))
        return list(session.execute(TEXTS, {"of": number}).scalars())

    database = office.platform.database
    _twice(database, work)

    assert database.write(lambda tx: work(tx._session)) == []


def test_the_same_statement_is_compiled_once(office, number, monkeypatch):
    compiled, plan = [], Plans._plan
    monkeypatch.setattr(
        Plans, "_plan", lambda plans, *given: compiled.append(given) or plan(plans, *given)
    )
    query = select(NOTE.c.text).where(NOTE.c.case_id == bindparam("of"))
    database = office.platform.database

    for _ in range(5):
        with database.read() as tx:
            tx._session.execute(query, {"of": number})

    assert len(compiled) == 1


def test_only_postgresql_is_sent_many_statements_at_once(office):
    with office.platform.database.read() as tx:
        is_postgresql = isinstance(tx._session._link, PostgresLink)

    assert is_postgresql is not office.platform.database.is_sqlite
