"""What goes with a mail: a letter or a pack as PDF, or what somebody outside is asked about."""

from engine.bootstrap import Platform
from engine.domain.case import Mail
from engine.domain.document import Document, Kind
from engine.domain.envelope import Attachment
from engine.domain.inquiry import Inquiry
from engine.domain.review import PackForm
from engine.services.documents.document_reading import content_of
from engine.services.investigation import inquiry_book
from engine.services.post import printing
from engine.services.reviews.pack_signature import signed_file
from engine.store.transaction import Transaction

_AS_IT_IS = "application/octet-stream"
"""Type of a text: mail programs leave its bytes alone then."""


def of_mail(platform: Platform, *, mail: Mail) -> tuple[Attachment, ...]:
    """Return the files that go with a mail.

    Raises:
        ConflictError: A letter is not the one that was written, or a pack not the one signed.
        FileLostError: A document is not where it was stored.
        SealBrokenError: It was altered.
        UnavailableError: It cannot be read at present, or the key that signs cannot.
    """
    letter = printing.attached(platform, mail=mail)
    return (letter,) if letter else _of_review(platform, mail) or _of_inquiry(platform, mail)


def _of_review(platform: Platform, mail: Mail) -> tuple[Attachment, ...]:
    """Return the pack that goes with a mail about the management review.

    Raises:
        NotFoundError: The pack has no such file.
        ConflictError: It is not the one that was signed.
        UnavailableError: The key that signs cannot be read.
    """
    if mail.case_id is not None:
        return ()
    with platform.database.read() as tx:
        number = tx.reviews.sent_with(mail.message_id)
        pack = tx.reviews.get(number) if number is not None else None
        if pack is None:
            return ()
        content = signed_file(platform, tx, number=pack.number, form=PackForm.PDF)
    return (Attachment(pack.file_name(PackForm.PDF), content),)


def _of_inquiry(platform: Platform, mail: Mail) -> tuple[Attachment, ...]:
    """Return the documents that go with a question; a reminder goes without them."""
    if mail.case_id is None or mail.communication_id is not None:
        return ()
    with platform.database.read() as tx:
        asked = next(
            (each for each in tx.inquiries.of(mail.case_id) if mail.message_id in each.mails[:1]),
            None,
        )
        found = _documents(tx, mail.case_id, asked) if asked else ()
    return tuple(_attachment(platform, document, key) for document, key in found)


def _documents(tx: Transaction, case_id: int, asked: Inquiry) -> tuple[tuple[Document, bytes], ...]:
    """Return the documents as somebody outside sees them, each with the key of its file.

    What was withdrawn or closed since the question was asked is not sent.
    """
    known = {each.number: each for each in tx.documents.of(case_id)}
    wanted = (known[number] for number in asked.documents if number in known)
    seen = [shown for each in wanted if (shown := inquiry_book.shown(each)) is not None]
    return tuple(
        (each, tx.documents.key_of(case_id, each.newest.id, each.newest.storage))
        for each in seen
        if each.newest is not None
    )


def _attachment(platform: Platform, document: Document, key: bytes) -> Attachment:
    file = document.newest
    if file is None or file.kind is None:
        raise ValueError(document.number)  # ``shown`` has let it through
    content = b"".join(content_of(platform, storage=file.storage, key=key))
    name = f"document-{document.number}.{file.kind.ending}"
    media_type = _AS_IT_IS if file.kind is Kind.TEXT else file.kind.media_type
    return Attachment(name, content, media_type)
