"""Personal data are sealed with a key of their subject, and read with it, row by row.

Each subject has a key of its own, which is itself sealed with a key outside the database. Where
it is destroyed, nothing of the person can be read again, in this database or in an old copy of
it. What is sealed is bound to its table, case and field, so that it cannot be moved elsewhere.
"""

import base64
import json
import os
import secrets
import uuid
from binascii import Error
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import bindparam, select

from engine.domain.disposal import ERASED
from engine.errors import SealBrokenError, UnavailableError
from engine.keyring import KEY_SIZE, Keyring
from engine.store.prepared import table_of
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.privacy_tables import SubjectRow

_MOST_KEYS = 10_000
"""Unsealed keys that are kept in memory: two megabytes."""
_NONCE = 12

_SUBJECT, _CASE = table_of(SubjectRow), table_of(CaseRow)
_ADD = _SUBJECT.insert()
_OF_MARK = select(_SUBJECT.c.id, _SUBJECT.c.sealed_key).where(
    _SUBJECT.c.email_mark == bindparam("of")
)
_OF_SUBJECT = select(_SUBJECT.c.sealed_key).where(_SUBJECT.c.id == bindparam("of"))
_OF_CASE = (
    select(_SUBJECT.c.id, _SUBJECT.c.sealed_key)
    .join(_CASE, _CASE.c.subject_id == _SUBJECT.c.id)
    .where(_CASE.c.id == bindparam("of"))
)


class Seal:
    """The key of one subject."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes | None) -> None:
        """Take the key, or None where it was destroyed: then nothing is left to read."""
        self._cipher = AESGCM(key) if key else None

    @property
    def has_key(self) -> bool:
        """Tell whether anything can be read."""
        return self._cipher is not None

    def close(self, place: str, text: str) -> str:
        """Return a text sealed for its place; an empty one stays empty.

        Args:
            place: Table, case and field, such as ``note:42:text``.
            text: Personal data.

        Raises:
            UnavailableError: The subject was erased.
            UnicodeEncodeError: The text holds half a character.
        """
        if not text:
            return ""
        if self._cipher is None:
            raise UnavailableError("The personal data of this complaint were erased.")
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, text.encode(), place.encode())
        return base64.b64encode(sealed).decode()

    def open(self, place: str, sealed: str | None) -> str:
        """Return a text that was sealed for this place; nothing of an erased subject.

        Raises:
            SealBrokenError: It was altered, or moved here from another place.
        """
        return self.open_bytes(place, sealed).decode()

    def open_bytes(self, place: str, sealed: str | None) -> bytes:
        """Return the same as UTF-8.

        Raises:
            SealBrokenError: As for the text.
        """
        if not sealed or self._cipher is None:
            return b""
        try:
            raw = base64.b64decode(sealed, validate=True)
            return self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], place.encode())
        except (InvalidTag, Error, ValueError) as error:
            raise SealBrokenError(place) from error

    def close_data(self, place: str, data: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
        """Return data sealed as JSON."""
        return self.close(place, json.dumps(data, ensure_ascii=False))

    def open_data(self, place: str, sealed: str | None) -> Any:  # noqa: ANN401 - as above
        """Return sealed data; an empty mapping where nothing is left."""
        text = self.open(place, sealed)
        return json.loads(text) if text else {}


class Vault:
    """Makes and unseals the keys of subjects, and remembers those used last."""

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring
        # A key that was sealed anew or destroyed is another question, never answered from here.
        self.seal_of = lru_cache(_MOST_KEYS)(self._seal_of)
        self.mark_of = lru_cache(_MOST_KEYS * 5)(self._mark_of)

    def new_subject(self) -> tuple[str, bytes]:
        """Return the id of a new subject, and its key, sealed."""
        subject_id = uuid.uuid4().hex
        return subject_id, self.keyring.seal(purpose(subject_id), secrets.token_bytes(KEY_SIZE))

    def reads(self, row: Any) -> Callable[[str], str]:  # noqa: ANN401 - a row with its subject's key
        """Return what reads the sealed fields of the case in a row that are never empty.

        The row holds ``reference``, ``subject_id`` and ``sealed_key`` too.
        """
        seal = self.seal_of(row.subject_id, _plain(row.sealed_key))
        return lambda field: (
            seal.open(case_place(row.reference, field), getattr(row, field)) or ERASED
        )

    def email_mark(self, email: str) -> str:
        """Return what finds an e-mail address, however its letters are written."""
        return self.mark_of("email", email.strip().casefold())

    def _seal_of(self, subject_id: str, sealed_key: bytes | None) -> Seal:
        if sealed_key is None:
            return Seal(None)
        return Seal(self.keyring.unseal(purpose(subject_id), sealed_key))

    def _mark_of(self, kind: str, text: str) -> str:
        return base64.urlsafe_b64encode(self.keyring.blind(kind, text)).decode()


class Runs(Protocol):
    """What is needed of a session here."""

    def execute(self, statement: Any, given: Any = None) -> Any:  # noqa: ANN401 - see the session
        """Run a statement and return what it found."""

    def post(self, statement: Any, given: Mapping[str, Any]) -> None:  # noqa: ANN401 - as above
        """Run a statement whose answer nobody reads."""


class Seals:
    """The keys of the cases that one transaction reads and writes."""

    def __init__(self, session: Runs, vault: Vault) -> None:
        self._session = session
        self.vault = vault
        self._known: dict[int, Seal] = {}

    def noted(self, row: Any) -> Seal:  # noqa: ANN401 - a row of a case with its subject's key
        """Return the key for a case that was read with it, and remember it."""
        seal = self.vault.seal_of(row.subject_id, _plain(row.sealed_key))
        self._known[row.id] = seal
        return seal

    def remember(self, case_id: int, seal: Seal) -> None:
        """Remember the key of a case that was just added."""
        self._known[case_id] = seal

    def of(self, case_id: int) -> Seal:
        """Return the key for what belongs to a case."""
        if case_id not in self._known:
            row = self._session.execute(_OF_CASE, {"of": case_id}).first()
            # A record of a case that is not there is refused by the database.
            self._known[case_id] = (
                Seal(None) if row is None else self.vault.seal_of(row.id, _plain(row.sealed_key))
            )
        return self._known[case_id]

    def of_subject(self, subject: str) -> Seal:
        """Return the key for what belongs to a person, whatever they complained about."""
        row = self._session.execute(_OF_SUBJECT, {"of": subject}).first()
        return Seal(None) if row is None else self.vault.seal_of(subject, _plain(row.sealed_key))

    def subject_for(self, email: str | None, *, at: datetime) -> tuple[str, Seal]:
        """Return the subject with this address and its key; a new one where there is none.

        Who adds the same address at the same moment collides, is run again, and finds this one.
        """
        mark = self.vault.email_mark(email) if email else None
        if mark and (row := self._session.execute(_OF_MARK, {"of": mark}).first()):
            return row.id, self.vault.seal_of(row.id, _plain(row.sealed_key))
        subject_id, sealed = self.vault.new_subject()
        new = {"id": subject_id, "sealed_key": sealed, "email_mark": mark, "created_at": at}
        self._session.post(_ADD, new)
        return subject_id, self.vault.seal_of(subject_id, sealed)


class SealedFields:
    """The fields of a kind of record that hold personal data, each bound to its own record.

    Args:
        table: Name of its table.
        names: Of the fields.
    """

    def __init__(self, table: str, *names: str) -> None:
        self._table, self._names = table, names

    def close(
        self, seals: Seals, case_id: int, facts: Mapping[str, Any], *, number: int | None = None
    ) -> dict[str, Any]:
        """Return facts of a record as they are stored: texts sealed, an empty one empty.

        Args:
            seals: The keys of this transaction.
            case_id: Of the case.
            facts: Some or all fields; those that are not personal stay as they are.
            number: Of the record within its case; None where a case has one at most.

        Raises:
            UnavailableError: The subject was erased.
        """
        return dict(facts) | {
            name: seals.of(case_id).close(self._place(case_id, number, name), facts[name])
            for name in self._names
            if facts.get(name)
        }

    def open(
        self, seals: Seals, case_id: int, facts: Mapping[str, Any], *, number: int | None = None
    ) -> dict[str, Any]:
        """Return stored facts as they were said; texts of an erased subject are empty.

        Raises:
            SealBrokenError: A text was altered, or moved here from another place.
        """
        return dict(facts) | {
            name: seals.of(case_id).open(self._place(case_id, number, name), facts[name])
            for name in self._names
            if facts.get(name)
        }

    def _place(self, case_id: int, number: int | None, name: str) -> str:
        within = "" if number is None else f"/{number}"
        return f"{self._table}:{case_id}{within}:{name}"


def case_place(reference: str, field: str) -> str:
    """Return what a sealed field of a case is bound to; the reference is known before the row."""
    return f"complaint_case:{reference}:{field}"


def purpose(subject_id: str) -> str:
    """Return for what a subject's key is sealed."""
    return f"subject:{subject_id}:key"


def _plain(sealed: Any) -> bytes | None:  # noqa: ANN401 - drivers have bytes, memoryview and buffers
    return None if sealed is None else bytes(sealed)
