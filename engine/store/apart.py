"""What is left out of a backup and kept in a file of its own: keys of persons and of mails."""

from collections.abc import Mapping

from sqlalchemy import LargeBinary, column, table, update

from engine.store.session import Session

APART: Mapping[str, tuple[str, str]] = {
    "subject": ("id", "sealed_key"),
    "incoming_mail": ("key", "master_key"),
}
"""Table to the column by which a row is found, and the column that is left out."""


class Apart:
    """Brings back what was left out of a backup."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def bring_back(self, rows: Mapping[str, Mapping[str, bytes]]) -> int:
        """Put values back into the rows that are there, and return how many."""
        done = 0
        for name, (key, left_out) in APART.items():
            image = table(name, column(key), column(left_out, LargeBinary()))
            for of, value in rows.get(name, {}).items():
                change = update(image).where(image.c[key] == of).values({left_out: value})
                done += self._session.execute(change).rowcount
        return done
