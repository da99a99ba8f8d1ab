"""What requests for information have in common, whoever asks, answers or reminds."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib.resources import files
from string import Template

from engine.bootstrap import Platform
from engine.domain.case import Case
from engine.domain.document import Document, FileState
from engine.domain.inquiry import MOST, Inquiry, InquiryState
from engine.errors import ConflictError, CourseError, InvalidInputError
from engine.services.letters import thread
from engine.services.running.change import CaseChange
from engine.store.transaction import Transaction

_SUBJECTS = {
    ("inquiry", "en"): "A question on a complaint",
    ("inquiry", "de"): "Eine Frage zu einer Beschwerde",
    ("reminder", "en"): "Reminder: a question on a complaint",
    ("reminder", "de"): "Erinnerung: eine Frage zu einer Beschwerde",
}


def one(change: CaseChange, number: int) -> Inquiry:
    """Return a request of a case.

    Raises:
        InvalidInputError: It has none of this number.
    """
    for inquiry in change.tx.inquiries.of(change.case.id):
        if inquiry.number == number:
            return inquiry
    raise InvalidInputError({"Request": f"this complaint has no request {number}."})


def next_number(known: Sequence[Inquiry]) -> int:
    """Return the number of the next request of a case.

    Raises:
        CourseError: It has as many as it may have.
    """
    if len(known) >= MOST:
        raise CourseError(f"A complaint has at most {MOST} requests; this one has them.")
    return max((each.number for each in known), default=0) + 1


def require_open(inquiry: Inquiry) -> None:
    """Refuse what somebody was faster with.

    Raises:
        ConflictError: It is answered or withdrawn.
    """
    if not inquiry.is_open:
        raise ConflictError(f"Request {inquiry.number} is {inquiry.state.title.lower()} already.")


def require_documents(tx: Transaction, case: Case, numbers: Iterable[int]) -> tuple[Document, ...]:
    """Return documents of a case that count.

    Raises:
        InvalidInputError: One of them is not there, or was withdrawn.
    """
    known = {each.number: each for each in tx.documents.of(case.id) if each.withdrawn_at is None}
    wanted = tuple(dict.fromkeys(numbers))
    if lacking := [str(number) for number in wanted if number not in known]:
        raise InvalidInputError({"Documents": f"{', '.join(lacking)} cannot be chosen."})
    return tuple(known[number] for number in wanted)


def shown(document: Document) -> Document | None:
    """Return a document as somebody sees it who is only asked; None where nothing is left.

    Of a closed one they see the redacted copy; a file that is held back they do not see.
    """
    seen = document.seen(sees_originals=False)
    file = seen.newest
    is_there = file is not None and file.state is FileState.KEPT and bool(file.storage)
    return seen if is_there and seen.withdrawn_at is None else None


def answered(
    change: CaseChange,
    inquiry: Inquiry,
    *,
    answer: str,
    source: str,
    documents: Iterable[int] = (),
) -> None:
    """Keep the answer to an open request.

    Args:
        change: Of its case.
        inquiry: The request.
        answer: In the words of whoever answers.
        source: Who that is.
        documents: Numbers of the documents that came with it.
    """
    came = tuple(dict.fromkeys((*inquiry.answer_documents, *documents)))
    change.tx.inquiries.change(
        change.case.id,
        inquiry.number,
        state=InquiryState.ANSWERED,
        answer=answer,
        source=source,
        answered_by=change.actor.username,
        answered_at=change.now,
        answer_documents=came,
        next_at=None,
    )
    change.record("inquiry.answered", inquiry=inquiry.number, documents=list(came))


def answered_by_mail(change: CaseChange, ids: Iterable[str]) -> Inquiry | None:
    """Return the open request that a mail answers, by the ids of our own mails; None for none."""
    wanted = {each.strip("<>").lower() for each in ids}
    for inquiry in change.tx.inquiries.of(change.case.id):
        ours = {each.strip("<>").lower() for each in inquiry.mails}
        if inquiry.is_open and not wanted.isdisjoint(ours):
            return inquiry
    return None


def send(change: CaseChange, inquiry: Inquiry, kind: str) -> Inquiry:
    """Queue the mail with which somebody outside is asked or reminded.

    Args:
        change: Of its case.
        inquiry: The request.
        kind: ``inquiry`` or ``reminder``.

    Returns:
        The request with the id of the mail, by which an answer finds back.
    """
    platform, message_id = change.platform, thread.new_id(change.platform, case_id=change.case.id)
    code, body = _written(platform, change.tx, inquiry, kind)
    change.tx.outbox.alert(
        message_id=message_id,
        case_id=change.case.id,
        recipient=inquiry.email,
        subject=_SUBJECTS[kind, code],
        body=body,
        at=change.now,
    )
    return replace(inquiry, mails=(*inquiry.mails, message_id))


def _written(platform: Platform, tx: Transaction, inquiry: Inquiry, kind: str) -> tuple[str, str]:
    """Return language and text of a mail; it tells nothing of the complaint but the question."""
    policy = platform.policy.organisation
    known = platform.letters.language(policy.language, policy.language)
    code = known.code if (kind, known.code) in _SUBJECTS else "en"
    language = platform.letters.language(code, policy.language)
    text = (files("config") / "mail" / f"{kind}.{code}.txt").read_text(encoding="utf-8")
    return code, Template(text).substitute(
        name=inquiry.name,
        question=inquiry.question,
        asked=language.day(inquiry.asked_at, platform.policy.calendar.zone),
        until=language.date_of(inquiry.due_on),
        asker=name_of(tx, inquiry.asked_by),
        organisation=policy.name,
    )


def name_of(tx: Transaction, username: str) -> str:
    """Return what somebody is called who has an account."""
    account = tx.accounts.get(username)
    return account.actor.name if account else username


def asked_of(tx: Transaction, inquiry: Inquiry) -> str:
    """Return who is asked, as a person reads it."""
    if inquiry.name:
        return inquiry.name
    titles = {team.code: team.title for team in tx.teams.all()}
    return titles.get(inquiry.to) or name_of(tx, inquiry.to)
