"""The fixtures give every test a database of its own, migrated and empty, of each kind."""

from sqlalchemy import inspect, text


def test_a_fresh_database_is_migrated(database):
    assert "alembic_version" in inspect(database.engine).get_table_names()


def test_what_one_test_writes_no_other_test_sees(database):
    """Runs on copies of one template; a shared database would make the table exist already."""
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE seen_by_one_test (word text)"))


test_what_one_test_writes_no_other_test_sees_again = test_what_one_test_writes_no_other_test_sees


def test_the_clock_stands_still_until_it_is_moved(clock):
    before = clock()

    clock.advance(days=1, minutes=30)

    assert (clock() - before).total_seconds() == 24.5 * 3600
