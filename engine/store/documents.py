"""Documents of cases, and where their files lie."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from engine.domain.document import (
    Document,
    DocumentFile,
    FileState,
    Kind,
    NewDocument,
    NewFile,
    Origin,
    Purpose,
)
from engine.store.prepared import table_of
from engine.store.sealing import Seal
from engine.store.session import Session
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.document_tables import DocumentFileRow, DocumentRow

_DOCUMENT, _FILE, _CASE = table_of(DocumentRow), table_of(DocumentFileRow), table_of(CaseRow)
_OF_CASE = (
    select(_DOCUMENT).where(_DOCUMENT.c.case_id == bindparam("of")).order_by(_DOCUMENT.c.number)
)
_FILES_OF = select(_FILE).where(_FILE.c.case_id == bindparam("of")).order_by(
    _FILE.c.version, _FILE.c.is_redacted, _FILE.c.id
)  # fmt: skip
_COUNT = select(func.count()).select_from(_FILE).where(_FILE.c.case_id == bindparam("of"))
_ADD_FILE = _FILE.insert()
_CHANGE = _DOCUMENT.update().where(_DOCUMENT.c.id == bindparam("of_document"))
_PLACES = select(_FILE.c.storage).where(_FILE.c.case_id == bindparam("of"), _FILE.c.storage != "")
_HAS_ROW = select(_FILE.c.id).where(_FILE.c.storage == bindparam("named"))
_KEY = select(_FILE.c.sealed_key).where(_FILE.c.id == bindparam("of_file"))
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Expected:
    """A stored file as its row knows it.

    Attributes:
        id: Of the row; later rows have higher ones.
        sha256: Of the sealed file, hex.
    """

    id: int
    reference: str
    number: int
    storage: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Unseen:
    """A file that nothing could look into when it arrived."""

    id: int
    reference: str
    number: int
    storage: str
    arrived_sha256: str


class Documents:
    """Adds and reads documents; the files themselves lie in the depot."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, case_id: int) -> tuple[Document, ...]:
        """Return the documents of a case by number, with what is known of all of their files."""
        given = {"of": case_id}
        found, files = self._session.together((_OF_CASE, given), (_FILES_OF, given))
        rows, of_all = found.mappings().all(), files.mappings().all()
        if not rows:
            return ()
        seal = self._session.seals.of(case_id)
        by_document: dict[int, list[DocumentFile]] = {}
        for row in of_all:
            by_document.setdefault(row["document_id"], []).append(_to_file(row, seal))
        return tuple(_to_document(row, seal, tuple(by_document.get(row["id"], ()))) for row in rows)

    def one(self, case_id: int, number: int) -> Document | None:
        """Return one document; None where there is none of this number."""
        return next((each for each in self.of(case_id) if each.number == number), None)

    def file_count(self, case_id: int) -> int:
        """Return how many files a case has, with all versions and copies."""
        n: int = self._session.execute(_COUNT, {"of": case_id}).scalar_one()
        return n

    def add(self, case_id: int, new: NewDocument, *, by: str, at: datetime) -> Document:
        """Keep a document that has no file yet; return it with its number."""
        highest = select(func.max(_DOCUMENT.c.number)).where(_DOCUMENT.c.case_id == case_id)
        number = (self._session.execute(highest).scalar_one() or 0) + 1
        seal = self._session.seals.of(case_id)
        values = {
            "case_id": case_id,
            "number": number,
            "purpose": new.purpose.value,
            "origin": new.origin.value,
            "description": seal.close(_place("document", case_id, "description"), new.description),
            "is_closed": new.is_closed,
            "by": by,
            "at": at,
            "withdrawn_by": "",
            "withdrawal_reason": "",
        }
        adding = _DOCUMENT.insert().values(values).returning(_DOCUMENT.c.id)
        row_id: int = self._session.execute(adding).scalar_one()
        row = values | {"id": row_id, "withdrawn_at": None}
        return _to_document(row, seal, ())

    def add_file(
        self,
        case_id: int,
        document: Document,
        file: NewFile,
        *,
        version: int,
        is_redacted: bool,
        by: str,
        at: datetime,
    ) -> None:
        """Keep what is known of a file that lies in the depot already."""
        seal = self._session.seals.of(case_id)
        key = base64.b64encode(file.key).decode()
        values = {
            "document_id": document.id,
            "case_id": case_id,
            "version": version,
            "is_redacted": is_redacted,
            "name": seal.close(_place("document_file", case_id, "name"), file.name),
            "kind": file.kind.value if file.kind else "",
            "size": file.size,
            "sha256": file.sha256,
            "arrived_sha256": file.arrived_sha256,
            "state": file.state.value,
            "finding": file.finding,
            "storage": file.storage,
            "sealed_key": seal.close(_key_place(case_id, file.storage), key),
            "stored_size": file.stored_size,
            "stored_sha256": file.stored_sha256,
            "by": by,
            "at": at,
            "released_by": "",
            "release_reason": "",
        }
        self._session.post(_ADD_FILE, values)

    def describe(self, case_id: int, document: Document) -> None:
        """Keep what is said of a document now."""
        seal = self._session.seals.of(case_id)
        text = seal.close(_place("document", case_id, "description"), document.description)
        self._change(
            document,
            purpose=document.purpose.value,
            origin=document.origin.value,
            description=text,
            is_closed=document.is_closed,
        )

    def withdraw(
        self, case_id: int, document: Document, *, by: str, at: datetime, reason: str
    ) -> None:
        """Keep that a document does not count any more; its files stay."""
        place = _place("document", case_id, "withdrawal_reason")
        sealed = self._session.seals.of(case_id).close(place, reason)
        self._change(document, withdrawn_by=by, withdrawn_at=at, withdrawal_reason=sealed)

    def release(
        self, case_id: int, file: DocumentFile, *, by: str, at: datetime, reason: str
    ) -> None:
        """Let a file be read that was held back."""
        place = _place("document_file", case_id, "release_reason")
        sealed = self._session.seals.of(case_id).close(place, reason)
        kept = {"state": FileState.KEPT.value, "release_reason": sealed}
        self._change_file(file.id, released_by=by, released_at=at, **kept)

    def put_in_place(self, case_id: int, file_id: int, file: NewFile) -> None:
        """Keep what was found in a file that was looked into later, and what is kept of it."""
        seal = self._session.seals.of(case_id)
        key = base64.b64encode(file.key).decode()
        self._change_file(
            file_id,
            kind=file.kind.value if file.kind else "",
            size=file.size,
            sha256=file.sha256,
            state=file.state.value,
            finding=file.finding,
            storage=file.storage,
            sealed_key=seal.close(_key_place(case_id, file.storage), key),
            stored_size=file.stored_size,
            stored_sha256=file.stored_sha256,
        )

    def hold(self, file_id: int, finding: str) -> None:
        """Hold a file back that was looked into later, and would not have been taken."""
        self._change_file(file_id, state=FileState.HELD.value, finding=finding)

    def key_of(self, case_id: int, file_id: int, storage: str) -> bytes:
        """Return the key of a file; an empty one when it was erased."""
        sealed = self._session.execute(_KEY, {"of_file": file_id}).scalar_one()
        opened = self._session.seals.of(case_id).open(_key_place(case_id, storage), sealed)
        return base64.b64decode(opened)

    def places(self, case_id: int) -> tuple[str, ...]:
        """Return the names under which the files of a case are stored."""
        return tuple(self._session.execute(_PLACES, {"of": case_id}).scalars())

    def is_known(self, storage: str) -> bool:
        """Tell whether a row speaks of a stored file."""
        return self._session.execute(_HAS_ROW, {"named": storage}).first() is not None

    def expected(self) -> Iterator[Expected]:
        """Yield every file that must be stored, oldest first."""
        last = 0
        query = (
            select(
                *(_FILE.c.id, _CASE.c.reference, _DOCUMENT.c.number, _FILE.c.storage),
                *(_FILE.c.stored_size, _FILE.c.stored_sha256),
            )
            .join_from(_FILE, _DOCUMENT, _DOCUMENT.c.id == _FILE.c.document_id)
            .join(_CASE, _CASE.c.id == _FILE.c.case_id)
            .where(_FILE.c.storage != "", _FILE.c.id > bindparam("after"))
            .order_by(_FILE.c.id)
            .limit(_BATCH)
        )
        while rows := self._session.execute(query, {"after": last}).all():
            yield from (Expected(*row) for row in rows)
            last = rows[-1].id

    def unseen(self, limit: int) -> tuple[Unseen, ...]:
        """Return files that nothing could look into yet, oldest first."""
        query = (
            select(
                *(_FILE.c.id, _CASE.c.reference, _DOCUMENT.c.number, _FILE.c.storage),
                _FILE.c.arrived_sha256,
            )
            .join_from(_FILE, _DOCUMENT, _DOCUMENT.c.id == _FILE.c.document_id)
            .join(_CASE, _CASE.c.id == _FILE.c.case_id)
            .where(_FILE.c.state == FileState.UNSEEN.value, _FILE.c.storage != "")
            .order_by(_FILE.c.id)
            .limit(limit)
        )
        return tuple(Unseen(*row) for row in self._session.execute(query).all())

    def _change(self, document: Document, **values: Any) -> None:  # noqa: ANN401 - values of columns
        self._session.execute(_CHANGE.values(**values), {"of_document": document.id})

    def _change_file(self, file_id: int, **values: Any) -> None:  # noqa: ANN401 - values of columns
        self._session.execute(_FILE.update().where(_FILE.c.id == file_id).values(**values))


def _place(table: str, case_id: int, field: str) -> str:
    return f"{table}:{case_id}:{field}"


def _key_place(case_id: int, storage: str) -> str:
    return f"document_file:{case_id}/{storage}:sealed_key"


def _to_file(row: Mapping[str, Any], seal: Seal) -> DocumentFile:
    def opened(name: str) -> str:
        return seal.open(_place("document_file", row["case_id"], name), row[name])

    return DocumentFile(
        id=row["id"],
        version=row["version"],
        is_redacted=row["is_redacted"],
        name=opened("name"),
        kind=Kind(row["kind"]) if row["kind"] else None,
        size=row["size"],
        sha256=row["sha256"],
        arrived_sha256=row["arrived_sha256"],
        state=FileState(row["state"]),
        finding=row["finding"],
        storage=row["storage"],
        by=row["by"],
        at=row["at"],
        released_by=row["released_by"],
        release_reason=opened("release_reason"),
    )


def _to_document(row: Mapping[str, Any], seal: Seal, files: tuple[DocumentFile, ...]) -> Document:
    def opened(name: str) -> str:
        return seal.open(_place("document", row["case_id"], name), row[name])

    return Document(
        id=row["id"],
        number=row["number"],
        purpose=Purpose(row["purpose"]),
        origin=Origin(row["origin"]),
        description=opened("description"),
        is_closed=row["is_closed"],
        by=row["by"],
        at=row["at"],
        withdrawn_by=row["withdrawn_by"],
        withdrawn_at=row["withdrawn_at"],
        withdrawal_reason=opened("withdrawal_reason"),
        files=files,
    )
