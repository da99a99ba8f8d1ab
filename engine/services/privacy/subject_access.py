"""Everything that is held on one person, to hand to that person (GDPR Art. 15 and 20)."""

import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import (
    Approval,
    Case,
    Communication,
    Escalation,
    GrantedExtension,
    Note,
    Statement,
)
from engine.domain.incoming import KeptMail
from engine.domain.interview import Interviewed
from engine.domain.own_form import OwnForm
from engine.errors import CaseErasedError
from engine.services.accounts.reach import require_none_about
from engine.services.bulk.reason import needed
from engine.services.journal.jotting import jot
from engine.services.privacy.subject_files import Enclosures
from engine.services.privacy.subject_page import page_of
from engine.services.privacy.subject_requests import link_export
from engine.services.process.asking import own_forms
from engine.store.transaction import Transaction

STAFF = "a colleague"
"""Stands for whoever works here: their names are not the complainant's to have."""

SOMEBODY = "(somebody's address)"
"""Stands for e-mail addresses other than the person's own."""

_OWN = frozenset({Interviewed.COMPLAINANT, Interviewed.REPRESENTATIVE})
_SENDERS = ("recorded_by", "file_sent_by", "ended_by")
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++")
_READ_FIRST = (
    "Read this before you hand it out. Names of staff and addresses of others were taken out by "
    "a program. What people wrote may still tell of somebody else: such passages are to be "
    "blackened by hand."
)


def export(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    reason: str,
    request: int | None = None,
    answers: bool = False,
) -> bytes:
    """Return all that is held on whoever made a complaint: JSON and a page to read, in a zip.

    It holds every complaint of the person that is not erased, with letters, documents, notes,
    completed and half-filled forms, and what happened when. That it was handed out is an event of
    each.

    Args:
        platform: Where it is held.
        actor: Who hands it out.
        reference: Of one of the complaints.
        reason: Why.
        request: Number of the request of the person for which it is done; None for none.
        answers: Whether that answers the request.

    Raises:
        NotAllowedError: The actor does not handle what is held on people.
        InvalidInputError: No reason is given.
        NotFoundError: No complaint has this reference, one of the person is about the actor, or
            there is no such request of the person.
        CaseErasedError: It was erased.
        ConflictError: The request was answered already.
    """
    actor.require(Deed.PROTECT)
    text = needed("Reason", reason)
    enclosed: list[Enclosures] = []

    def work(tx: Transaction) -> dict[str, Any]:
        case = tx.cases.get(reference)
        if case.erased_at is not None:
            raise CaseErasedError(reference)
        found = [tx.cases.take(name) for name in tx.subjects.references(case.subject)]
        require_none_about(tx, actor, found, kind="complaint", asked_for=reference)
        clean = _cleaner(tx, case)
        enclosed[:] = [Enclosures()]
        told = [clean(_told(platform, tx, each, enclosed[0])) for each in found]
        for each in found:
            jot(platform, tx, case=each, actor=actor, kind="personal.exported", reason=text)
        if request is not None:
            known: dict[str, Any] = {"actor": actor, "case": case, "number": request}
            link_export(platform, tx, **known, answers=answers)
        beside = {"other_mails": _other_mails(tx, case), "own_requests": _own_requests(tx, case)}
        return {**_bundle(platform, case, told), **clean(beside)}

    bundle = platform.database.write(work)
    files = enclosed[0].fetched(platform)
    return _zipped(bundle | {"not_enclosed": enclosed[0].left_out}, files, platform.now())


def gathered(
    platform: Platform, tx: Transaction, case: Case
) -> tuple[Mapping[str, Any], Enclosures]:
    """Return what one complaint is for a body outside, and the files that belong to it.

    Args:
        platform: Where it is.
        tx: Has taken the case.
        case: The complaint; whoever asks may have its file.
    """
    enclosed = Enclosures()
    told = _cleaner(tx, case)(_told(platform, tx, case, enclosed))
    return _bundle(platform, case, [told]) | {"other_mails": [], "own_requests": []}, enclosed


def zipped(platform: Platform, *, bundle: Mapping[str, Any], enclosed: Enclosures) -> bytes:
    """Return what was gathered as a zip, with every file that could be fetched."""
    files = enclosed.fetched(platform)
    return _zipped({**bundle, "not_enclosed": enclosed.left_out}, files, platform.now())


def find(platform: Platform, *, actor: Actor, who: str) -> tuple[str, ...]:
    """Return the complaints of a person, closed ones too, oldest first.

    Erased ones are not found, nor those that are about the actor.

    Args:
        platform: Where to look.
        actor: Who asks.
        who: Reference of one complaint, a whole e-mail address, or words that must all occur in
            the name; it is compared with that of every complaint, which takes seconds where
            there are very many.

    Raises:
        NotAllowedError: The actor does not handle what is held on people.
        InvalidInputError: Nothing is asked for.
    """
    actor.require(Deed.PROTECT)
    text = needed("Name or e-mail", who)
    with platform.database.read() as tx:
        subject = tx.subjects.with_email(text) if "@" in text else tx.subjects.of_case(text)
        if subject is not None:
            found = tx.subjects.references(subject)
        else:
            found = () if "@" in text else tx.subjects.named(text.casefold().split())
        hidden = tx.kept_out.references_hidden_from(actor.username)
        return tuple(reference for reference in found if reference not in hidden)


def _other_mails(tx: Transaction, case: Case) -> list[dict[str, Any]]:
    """Return the mails from the person's address that belong to no complaint."""
    address = case.complaint.email
    return [_mail_told(each) for each in tx.mails.from_sender(address)] if address else []


def _own_requests(tx: Transaction, case: Case) -> list[dict[str, Any]]:
    """Return what the person asked for about their own data, and what became of it."""
    return [
        {
            "right": each.right.title,
            "channel": each.channel.title,
            "received_on": each.received_on,
            "said": each.text,
            "due_on": each.due_on,
            "identity_asked_on": each.identity_asked_on,
            "more_time_because": each.extension_reason,
            "state": each.stage.title,
            "answered_on": each.answered_on,
            "answer": each.answer,
        }
        for each in tx.subject_requests.of_subject(case.subject)
    ]


def _bundle(platform: Platform, case: Case, told: list[Any]) -> dict[str, Any]:
    complaint = case.complaint
    return {
        "organisation": platform.policy.organisation.name,
        "made_at": platform.now().isoformat(timespec="seconds"),
        "person": {"name": complaint.complainant_name, "email": complaint.email},
        "read_first": _READ_FIRST,
        "complaints": told,
    }


def _told(
    platform: Platform, tx: Transaction, case: Case, enclosures: Enclosures
) -> dict[str, Any]:
    """Return everything about one case."""
    return {
        "reference": case.reference,
        "complaint": case.complaint.model_dump(mode="json"),
        "handling": {
            "recorded_at": case.recorded_at,
            "severity": case.severity.title,
            "safety": case.safety.value,
            "complexity": case.complexity.value,
            "route": case.route,
            "outcome": case.outcome,
            "acknowledged_at": case.acknowledged_at,
            "decided_at": case.decided_at,
            "closed_at": case.closed_at,
        },
        **_matters_of(tx, case),
        "letters": [
            _without(each, "id", "content_hash", "by")
            for each in tx.records.of(Communication, case.id)
        ],
        "documents": enclosures.told(tx, case),
        **_survey_of(tx, case),
        "notes": [_without(each, "by") for each in tx.records.of(Note, case.id)],
        "forms": _forms_of(platform, tx, case),
        "half_filled_forms": [_without(each, "username") for each in tx.steps.drafts(case.id)],
        "approvals": [
            {"result": each.result, "comment": each.comment, "at": each.at}
            for each in tx.records.of(Approval, case.id)
        ],
        "escalations": [
            _without(each, "id", "token", "raised_by", "acknowledged_by")
            for each in tx.records.of(Escalation, case.id)
        ],
        **_times_and_mails_of(tx, case),
        "what_happened": [
            {"at": each.at, "what": each.type, "facts": _open_facts(each.facts())}
            for each in tx.journal.of(case.id)
        ],
    }


def _forms_of(platform: Platform, tx: Transaction, case: Case) -> list[dict[str, Any]]:
    """Return what was stated in forms, with the questions where they are the organisation's own."""
    statements = tx.records.of(Statement, case.id)
    own = own_forms(platform, tx, statements)
    return [
        _without(each, "id", "content_hash", "by", "process")
        | ({"questions": _questions(own[each.id], each)} if each.id in own else {})
        for each in statements
    ]


def _questions(form: OwnForm, statement: Statement) -> dict[str, str]:
    return {each.name: each.title for each in form.fields if each.name in statement.content}


def _matters_of(tx: Transaction, case: Case) -> dict[str, Any]:
    """Return what was complained of, and what is done about it."""
    staff = ("owner", "proposed_by", "carried_out_by", "verified_by")
    spoken = ("led_by", "kept_by")
    hands = ("number", "occasions", "chased", "next_at", "settled_by")
    asked = ("id", "to", "name", "email", "asked_by", "answered_by", "source", "mails")
    return {
        "issues": [_without(each, "raised_by", "found_by") for each in tx.issues.of(case.id)],
        "evidence": [
            {"issue": each.issue, "kind": each.piece.kind, "number": each.piece.number}
            for each in tx.evidence.of(case.id)
            if each.counts
        ],
        "assessments": [_without(each, "by", "process") for each in tx.assessments.of(case.id)],
        "authorities": [
            _without(each, "recorded_by", "checked_by", "refused_by", "withdrawn_by")
            for each in tx.authorities.of(case.id)
        ],
        "requests_for_more_time": [
            _without(each, "asked_by", "decided_by", "owner") for each in tx.extensions.of(case.id)
        ],
        "persons_complained_about": [
            _without(each, "username", "named_by", "told_by", "removed_by")
            for each in tx.respondents.of(case.id)
        ],
        "remedies": [_without(each, *staff) for each in tx.remedies.of(case.id)],
        "referrals": [_without(each, *_SENDERS) for each in tx.referrals.of(case.id)],
        "links": [
            {"kind": each.kind.title, "linked_at": each.linked_at, "reason": each.reason}
            for each in tx.kinship.links_of(case.id)
        ],
        "letters_by_hand": [_without(each, *hands) for each in tx.postings.of(case.id)],
        "requests": [_without(each, *asked) for each in tx.inquiries.of(case.id)],
        "interviews": [
            _without(each, *spoken, *(() if each.who in _OWN else ("name",)))
            for each in tx.interviews.of(case.id)
        ],
    }


def _mail_told(mail: KeptMail) -> dict[str, Any]:
    """Return what is told of a mail that came in; what it said stands among letters and notes."""
    return {
        "arrived_at": mail.arrived_at,
        "kind": mail.kind.title,
        "sender": mail.head.sender,
        "subject": mail.head.subject,
        "begins": mail.head.begin,
        "state": mail.state.title,
    }


def _times_and_mails_of(tx: Transaction, case: Case) -> dict[str, Any]:
    """Return what was promised, made longer and why, and which mails came in."""
    return {
        "mails": [_mail_told(each) for each in tx.mails.of_case(case.id)],
        "time_limits": [
            {"title": each.title, "due_at": each.due_at, "met_at": each.met_at}
            for each in tx.clocks.of(case.id)
        ],
        "extensions": [
            _without(each, "owner", "approver") for each in tx.records.of(GrantedExtension, case.id)
        ],
    }


def _survey_of(tx: Transaction, case: Case) -> dict[str, Any]:
    """Return what the person answered when the case was closed, and whether they were asked."""
    answered, asked = tx.surveys.of(case.id), tx.invitations.of(case.id)
    told: dict[str, Any] = {"survey": {}, "survey_invitation": {}}
    if answered is not None:
        scores = {item.value: score for item, score in answered.scores.items()}
        told["survey"] = _without(answered, "scores") | {"scores": scores}
    if asked is not None:
        told["survey_invitation"] = _without(asked, "by", "mails")
    return told


def _without(record: Any, *names: str) -> dict[str, Any]:  # noqa: ANN401 - one of the records
    return {
        name: getattr(record, name)
        for name in type(record).__dataclass_fields__
        if name not in names
    }


def _open_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of an event without hashes and without who of the staff got a step."""
    return {name: fact for name, fact in facts.items() if name not in {"personal", "content", "to"}}


def _cleaner(tx: Transaction, case: Case) -> Any:  # noqa: ANN401 - from data to the same data
    """Return what takes names of staff and addresses of others out of data."""
    own = {case.complaint.complainant_name.casefold()}
    known = (name for a in tx.accounts.all() for name in (a.actor.name, a.actor.username))
    names = sorted({name for name in known if name.casefold() not in own}, key=len, reverse=True)
    staff = re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")\b") if names else None
    address = (case.complaint.email or "").casefold()

    def clean(data: Any) -> Any:  # noqa: ANN401 - as above
        if isinstance(data, Mapping):
            return {name: clean(value) for name, value in data.items()}
        if isinstance(data, (list, tuple)):
            return [clean(value) for value in data]
        if isinstance(data, datetime):
            return data.isoformat(timespec="seconds")
        if isinstance(data, date):
            return data.isoformat()
        if not isinstance(data, str):
            return data
        text = staff.sub(STAFF, data) if staff else data
        return _ADDRESS.sub(lambda m: m[0] if m[0].casefold() == address else SOMEBODY, text)

    return clean


def _zipped(bundle: Mapping[str, Any], files: Mapping[str, Iterable[bytes]], at: datetime) -> bytes:
    packed, moment = io.BytesIO(), at.timetuple()[:6]
    told = json.dumps(bundle, ensure_ascii=False, indent=1, default=str)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("data.json", told), ("read.html", page_of(bundle))):
            entry = zipfile.ZipInfo(name, moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text)
        for name, pieces in files.items():
            with archive.open(zipfile.ZipInfo(name, moment), "w") as out:
                out.writelines(pieces)
    return packed.getvalue()
