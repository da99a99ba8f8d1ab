"""The database server that the tests bring along keeps what it was told, even when it is killed."""

import psycopg
import pytest


def test_a_server_killed_outright_comes_back_with_what_was_committed(postgres_server):
    with psycopg.connect(postgres_server.url()) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('yes')")

    postgres_server.kill()
    postgres_server.start()

    with psycopg.connect(postgres_server.url()) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("yes",)]
        connection.execute("DROP TABLE kept")


def test_a_killed_server_does_not_answer(postgres_server):
    postgres_server.kill()

    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(postgres_server.url(), connect_timeout=1)
    postgres_server.start()


def test_a_copied_database_starts_as_its_template_and_goes_its_own_way(postgres_server):
    origin = postgres_server.create("origin")
    with psycopg.connect(origin) as connection:
        connection.execute("CREATE TABLE word (text text)")

    copy = postgres_server.create("copied", template="origin")
    with psycopg.connect(copy) as connection:
        connection.execute("INSERT INTO word VALUES ('copy')")

    with psycopg.connect(origin) as connection:
        assert connection.execute("SELECT count(*) FROM word").fetchone() == (0,)
    for name in ("copied", "origin"):
        postgres_server.drop(name)
