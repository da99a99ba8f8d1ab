"""Fills a database with copies of one open case by SQL, a million in a minute.

A copy has its own row, step, clock, subscriptions and journal event. It can be worked and swept
like any other case; of its journal only the last event is there. Its texts are empty: what is
sealed is bound to one case.
"""

from sqlalchemy import Connection, inspect, text

from engine.bootstrap import Platform

_TABLES = ("complaint_case", "open_step", "clock", "subscription", "journal")
FIRST = 10_000_000
"""Numbers of copies begin here, far above those that the services give out."""


def multiply(
    platform: Platform, reference: str, copies: int, *, first: int = 0, waiting: int | None = None
) -> None:
    """Copy one case until there are so many copies.

    Args:
        platform: Where the case is; nobody else may work there meanwhile.
        reference: Of the case.
        copies: How many to make.
        first: How many there are already.
        waiting: How many of the new ones wait for somebody, as the original does; None for all.
            The others are the row of a case alone.
    """
    with platform.database.engine.begin() as connection:
        query = text("SELECT id FROM complaint_case WHERE reference = :of")
        original = connection.execute(query, {"of": reference}).scalar_one()
        for table in _TABLES:
            is_whole = waiting is None or table == "complaint_case"
            _copy(
                connection, table, original, range(first, first + (copies if is_whole else waiting))
            )
    with platform.database.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def _copy(connection: Connection, table: str, original: int, copies: range) -> None:
    columns = [column["name"] for column in inspect(connection).get_columns(table)]
    is_case = table == "complaint_case"
    wanted = [name for name in columns if is_case or name != "id"]
    values = ", ".join(_value(name) for name in wanted)
    owner = "id" if is_case else "case_id"
    last = "AND t.id = (SELECT max(id) FROM journal WHERE case_id = :of)"
    series = (
        "SELECT CAST(:begin AS bigint) AS n UNION ALL SELECT n + 1 FROM series WHERE n + 1 < :end"
    )
    statement = (
        f"WITH RECURSIVE series AS ({series}) "  # noqa: S608 - names of our own tables and columns
        f"INSERT INTO {table} ({', '.join(wanted)}) SELECT {values} FROM series, {table} t "
        f"WHERE t.{owner} = :of {last if table == 'journal' else ''} ORDER BY n"
    )
    given = {"of": original, "begin": copies.start, "end": copies.stop, "first": FIRST}
    connection.execute(text(statement), given)


def _value(column: str) -> str:
    own = {
        "id": "CAST(:first AS bigint) + n",
        "case_id": "CAST(:first AS bigint) + n",
        "reference": "'X-' || CAST(n AS text)",
        "email": "NULL",
    } | dict.fromkeys(
        ("summary", "description", "desired_outcome", "complainant_name", "postal_address"), "''"
    )
    return own.get(column, f"t.{column}")
