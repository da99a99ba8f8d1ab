"""Sending files to the documents of a case."""

from engine.domain.document import Kind, Origin, Purpose
from ui.parts.look import Look
from ui.parts.upload import Question, Sending, upload
from ui.session import platform, sign_out_token

_FAMILIES = {
    Kind.PDF: "PDF",
    Kind.PNG: "pictures",
    Kind.JPEG: "pictures",
    Kind.TEXT: "text",
    Kind.DOCX: "Word",
    Kind.XLSX: "Excel",
    Kind.PPTX: "PowerPoint",
    Kind.ODT: "OpenDocument",
    Kind.ODS: "OpenDocument",
    Kind.ODP: "OpenDocument",
}
_CLOSED = ("is_closed", "Others see a redacted copy only")
_QUESTIONS = (
    Question("purpose", "What they are for", {each.value: each.title for each in Purpose}),
    Question("origin", "They come from", {each.value: each.title for each in Origin}),
)


def upload_to(look: Look, path: str, *, key: str, button: str, is_one: bool = False) -> int:
    """Draw what sends files to a route below the documents of the case."""
    questions = () if is_one else _QUESTIONS
    switch = ("", "") if is_one else _CLOSED
    sending = Sending(f"{root(look)}{path}", button, is_one, questions, switch)
    policy = platform().policy.documents
    return upload(sending, key=key, proof=sign_out_token(), largest=policy.largest, hint=_hint())


def upload_answer(inquiry_id: int, *, key: str) -> int:
    """Draw what sends files with the answer to a question."""
    sending = Sending(f"/api/v1/questions/{inquiry_id}/documents", "Send")
    policy = platform().policy.documents
    return upload(sending, key=key, proof=sign_out_token(), largest=policy.largest, hint=_hint())


def root(look: Look) -> str:
    """Return the address below which the documents of the case lie."""
    return f"/api/v1/complaints/{look.reference}/documents"


def _hint() -> str:
    policy = platform().policy.documents
    titles = [*dict.fromkeys(_FAMILIES[Kind(kind)] for kind in policy.kinds)]
    listed = " and ".join([", ".join(titles[:-1]), titles[-1]] if titles[1:] else titles)
    return f"{listed}; at most {policy.largest_megabytes} MB each"
