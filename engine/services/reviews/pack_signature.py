"""Whether a file of a pack is the one that was signed, by a key of this installation (8.5, 8.6)."""

import hashlib
import json

from engine.bootstrap import Platform
from engine.domain.review import Pack, PackForm
from engine.errors import ConflictError, NotFoundError
from engine.services.journal import checkpoints
from engine.services.journal.examination import Examination
from engine.services.journal.signed import check_checkpoints, check_key
from engine.signing import is_signed
from engine.store.transaction import Transaction

SIGNED_AS = b"redress review pack\n"
"""Precedes what is signed, so that no signature of something else fits."""


def signed_file(platform: Platform, tx: Transaction, *, number: int, form: PackForm) -> bytes:
    """Return a file of a pack as it was made and signed.

    Raises:
        NotFoundError: There is no such pack.
        ConflictError: It is not the file that was signed.
        UnavailableError: The key that signs cannot be read.
    """
    pack, content = tx.reviews.get(number), tx.reviews.file(number, form)
    if pack is None or content is None:
        raise NotFoundError("pack", str(number))
    if not _is_sound(platform, tx, pack, form, content):
        raise ConflictError(f"{pack.title} is not the file that was signed.")
    return content


def _is_sound(
    platform: Platform, tx: Transaction, pack: Pack, form: PackForm, content: bytes
) -> bool:
    try:
        told = json.loads(pack.statement)
        key, digest = str(told["key"]), told["files"][form.value]
        period = (told["kind"], told["first"], told["last"])
    except (ValueError, LookupError, TypeError):
        return False  # whoever rewrote it did not spell it as Redress does
    return (
        digest == hashlib.sha256(content).hexdigest()
        and period == (pack.kind.value, pack.first.isoformat(), pack.last.isoformat())
        and is_signed(key, SIGNED_AS + pack.statement.encode(), pack.signature)
        and _is_ours(platform, tx, key)
    )


def _is_ours(platform: Platform, tx: Transaction, key: str) -> bool:
    """Tell whether a key signs here, or signed checkpoints that lead to the one that does.

    Whoever can change the database can name any key in it, but cannot sign with the key file.
    """
    own = checkpoints.signing_key(platform)
    if own.knows(key):
        return True
    search = Examination(tx, None)
    with search.reading("(checkpoints)"):
        if all(each.checkpoint.fields["key"] != key for each in tx.checkpoints.behind(0)):
            return False
        chain, _ = check_checkpoints(search, 0)
        check_key(search, own, chain.last)
    return not search.findings
