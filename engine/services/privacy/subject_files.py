"""Files of documents, for the person they are about (GDPR Art. 15 and 20)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bootstrap import Platform
from engine.domain.case import Case
from engine.domain.document import Document, DocumentFile, FileState
from engine.errors import FileLostError, UnavailableError
from engine.services.documents.document_reading import content_of
from engine.store.transaction import Transaction

MOST = 200 * 2**20
"""Bytes of files that are put into one export; others are handed out one by one."""


@dataclass
class Enclosures:
    """Files that belong into an export.

    Attributes:
        wanted: By name in the export: under which name each is stored, its key and its size.
        left_out: By name: why a file is not in the export.
    """

    wanted: dict[str, tuple[str, bytes, int]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    def told(self, tx: Transaction, case: Case) -> list[dict[str, Any]]:
        """Return what is known of the documents of a case, and note their files.

        Of a closed document only redacted copies are handed out: its original may tell of others.
        """
        return [
            {
                "number": document.number,
                "purpose": document.purpose.title,
                "comes_from": document.origin.title,
                "description": document.description,
                "added_at": document.at,
                "withdrawn_at": document.withdrawn_at,
                "files": [
                    self._file(tx, case, document, file)
                    for file in document.files
                    if file.is_redacted or not document.is_closed
                ]
                or "its original is closed; a redacted copy can be handed out",
            }
            for document in tx.documents.of(case.id)
        ]

    def _file(
        self, tx: Transaction, case: Case, document: Document, file: DocumentFile
    ) -> dict[str, Any]:
        sort = "redacted" if file.is_redacted else "version"
        ending = file.kind.ending if file.kind else "held"
        place = f"documents/{case.reference}/{document.number}-{sort}-{file.version}.{ending}"
        if file.state is not FileState.KEPT:
            self.left_out[place] = "It is held back, because it could do harm."
        elif sum(size for _, _, size in self.wanted.values()) + file.size > MOST:
            self.left_out[place] = "There is too much; it can be handed out by itself."
        else:
            key = tx.documents.key_of(case.id, file.id, file.storage)
            self.wanted[place] = (file.storage, key, file.size)
        return {"name": file.name, "at": file.at, "bytes": file.size, "enclosed_as": place}

    def fetched(self, platform: Platform) -> Mapping[str, Iterable[bytes]]:
        """Return the content of the files that are there, by name in the export."""
        found = {}
        for place, (storage, key, _) in self.wanted.items():
            try:
                found[place] = content_of(platform, storage=storage, key=key)
            except FileLostError:
                self.left_out[place] = "It is not where it was stored."
            except UnavailableError as error:
                self.left_out[place] = str(error)
        return found
