"""Requests of people about their own data: recorded, extended, answered (GDPR, Articles 12 to 21).

The answer is due a month after receipt, as the profile ``gdpr_request`` has it. What is handed out
or erased for a request is linked to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Case
from engine.domain.complaint import plausible_address
from engine.domain.regime import Profile
from engine.domain.subject_request import (
    IDENTITY,
    PROFILE,
    RULE,
    VARIANT,
    RequestAct,
    SubjectRequest,
    WantedRequest,
    last_day,
)
from engine.domain.text import without_controls
from engine.errors import (
    CaseErasedError,
    ConflictError,
    InvalidInputError,
    NotFoundError,
)
from engine.services.accounts.reach import require_none_about
from engine.services.bulk.reason import LONGEST, needed
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests of people about their own data.

    Attributes:
        open: To be answered, soonest due first.
        answered: The last hundred that were, the latest first.
        names: Of the colleagues involved, by user name.
        today: The day as of which days left are told.
    """

    open: tuple[SubjectRequest, ...]
    answered: tuple[SubjectRequest, ...]
    names: Mapping[str, str]
    today: date


def requests_of_subjects(platform: Platform, *, actor: Actor) -> Requests:
    """Return the requests that are open, and those that were answered.

    Those of whoever complained about the actor are left out.

    Raises:
        NotAllowedError: The actor does not handle what is held on people.
    """
    actor.require(Deed.PROTECT)
    with platform.database.read() as tx:
        hidden = tx.kept_out.hidden_from(actor.username)
        return Requests(
            open=tx.subject_requests.open(besides=hidden),
            answered=tx.subject_requests.answered(besides=hidden),
            names={each.actor.username: each.actor.name for each in tx.accounts.all()},
            today=platform.calendar.day_of(platform.now()),
        )


def count_requests(platform: Platform, *, actor: Actor) -> int:
    """Return how many requests are to be answered.

    Raises:
        NotAllowedError: The actor does not handle what is held on people.
    """
    actor.require(Deed.PROTECT)
    with platform.database.read() as tx:
        return tx.subject_requests.open_count(besides=tx.kept_out.hidden_from(actor.username))


def record_request(platform: Platform, *, actor: Actor, wanted: WantedRequest) -> int:
    """Record a request of a person about their own data, and return its number.

    Whoever records it owns it. Where the address is that of somebody who complained, the request
    is about their complaints.

    Raises:
        NotAllowedError: The actor does not handle what is held on people.
        InvalidInputError: Something is missing or too long, or it was received after today or
            before there was such a right.
        NotFoundError: No complaint has this reference, or one of the person is about the actor.
        CaseErasedError: It was erased.
        ConflictError: The person asks for the same already.
    """
    actor.require(Deed.PROTECT)
    asked = _checked(platform, wanted)
    due_on = _last_day(platform, asked.received_on)

    def work(tx: Transaction) -> int:
        tx.organisation.take_end()  # whoever records the same at the same time waits
        case = _case_of(tx, actor, asked)
        _require_new(tx, asked, case)
        request = SubjectRequest(
            number=0,
            right=asked.right,
            channel=asked.channel,
            subject=case.subject if case else tx.subjects.add(at=platform.now()),
            case_id=case.id if case else None,
            reference=case.reference if case else "",
            name=asked.name,
            email=asked.email,
            text=asked.text,
            received_on=asked.received_on,
            first_due_on=due_on,
            due_on=due_on,
            owner=actor.username,
            recorded_by=actor.username,
            recorded_at=platform.now(),
        )
        number = tx.subject_requests.add(request)
        told = {"request": number, "right": asked.right.value, "due_on": due_on.isoformat()}
        jot_organisation(platform, tx, actor=actor, kind="subject_request.recorded", **told)
        return number

    return platform.database.write(work)


def act_on_request(
    platform: Platform,
    *,
    actor: Actor,
    number: int,
    act: RequestAct,
    said: str = "",
    until: date | None = None,
    rights_told: bool = False,
) -> None:
    """Give a request more time, ask who it is, or record how it was answered.

    Args:
        platform: Where it is.
        actor: Who does it.
        number: Of the request.
        act: What is done.
        said: Why it takes longer or is refused; what was answered, which may be empty.
        until: The last day of an extension; None for the farthest that the rule allows.
        rights_told: Whether who is refused was told of the authority and the courts.

    Raises:
        NotAllowedError: The actor does not handle what is held on people.
        NotFoundError: There is no such request, or who makes it complained about the actor.
        ConflictError: This cannot be done where it stands, or comes too late.
        InvalidInputError: A reason is missing, the rights were not told, or there is less time.
        UnavailableError: What is said cannot be kept, since the person was erased.

    Source: GDPR, Articles 12(3), 12(4) and 12(6).
    """
    actor.require(Deed.PROTECT)
    text = _short("Reason", said)
    if act is RequestAct.REFUSE and not rights_told:
        problem = "must be told: to complain to the authority, and to go to court."
        raise InvalidInputError({"Rights": problem})

    def work(tx: Transaction) -> None:
        request = _taken(tx, actor, number)
        end = _end_of_extension(platform, request, until) if act is RequestAct.EXTEND else None
        today = platform.calendar.day_of(platform.now())
        said = "" if act in IDENTITY else text
        moved = request.moved(act, by=actor.username, today=today, said=said, until=end)
        _keep(platform, tx, actor, moved, act)

    platform.database.write(work)


def link_export(
    platform: Platform, tx: Transaction, *, actor: Actor, case: Case, number: int, answers: bool
) -> None:
    """Say that what is held was handed out for a request, and whether that answers it.

    Raises:
        NotFoundError: There is no such request of this person.
        ConflictError: It was answered already.
    """
    request = replace(_of_person(tx, actor, case, number), exported_at=platform.now())
    told = {"request": number}
    jot_organisation(platform, tx, actor=actor, kind="subject_request.exported", **told)
    if not answers:
        tx.subject_requests.replace(request)
        return
    act, today = RequestAct.CARRY_OUT, platform.calendar.day_of(platform.now())
    _keep(platform, tx, actor, request.moved(act, by=actor.username, today=today), act)


def link_erasure(
    platform: Platform, tx: Transaction, *, actor: Actor, case: Case, number: int, proposal: int
) -> None:
    """Say that to erase the person was proposed for a request.

    Raises:
        NotFoundError: There is no such request of this person.
        ConflictError: It was answered already.
    """
    request = _of_person(tx, actor, case, number)
    tx.subject_requests.replace(replace(request, disposal=proposal))
    told = {"request": number, "proposal": proposal}
    jot_organisation(platform, tx, actor=actor, kind="subject_request.erasing", **told)


def _keep(
    platform: Platform, tx: Transaction, actor: Actor, moved: SubjectRequest, act: RequestAct
) -> None:
    tx.subject_requests.replace(moved)
    told = {"request": moved.number, "act": act.value, "due_on": moved.due_on.isoformat()}
    jot_organisation(platform, tx, actor=actor, kind="subject_request.moved", **told)


def _taken(tx: Transaction, actor: Actor, number: int) -> SubjectRequest:
    hidden = tx.kept_out.hidden_from(actor.username)
    request = tx.subject_requests.take(number, besides=hidden)
    if request is None:
        raise NotFoundError("request", str(number))
    return request


def _of_person(tx: Transaction, actor: Actor, case: Case, number: int) -> SubjectRequest:
    """Return an open request of whoever made a complaint.

    Raises:
        NotFoundError: There is no such request of this person.
        ConflictError: It was answered already.
    """
    request = _taken(tx, actor, number)
    if request.subject != case.subject:
        raise NotFoundError("request", str(number))
    if not request.is_open:
        raise ConflictError(f"Request {number} is {request.stage.title.lower()} by now.")
    return request


def _checked(platform: Platform, wanted: WantedRequest) -> WantedRequest:
    """Return what somebody wants to record, without what nobody types around it.

    Raises:
        InvalidInputError: Something is missing, too long, or lies in the future.
    """
    reference, name = wanted.reference.strip(), str(without_controls(wanted.name)).strip()
    if not reference:
        name = needed("Name", name)
    if len(name) > _LONGEST_NAME:
        raise InvalidInputError({"Name": f"may have at most {_LONGEST_NAME} characters."})
    try:
        email = plausible_address(wanted.email.strip()) or ""
    except ValueError as refusal:
        raise InvalidInputError({"E-mail": f"cannot be used: {refusal}."}) from refusal
    if wanted.received_on > platform.calendar.day_of(platform.now()):
        raise InvalidInputError({"Received on": "must not be in the future."})
    text = _short("What they ask for", wanted.text)
    return replace(wanted, reference=reference, name=name, email=email, text=text)


def _short(field: str, text: str) -> str:
    """Return what was said, or nothing where it was nothing.

    Raises:
        InvalidInputError: It is too long.
    """
    return needed(field, text) if text.strip() or len(text) > LONGEST else ""


def _case_of(tx: Transaction, actor: Actor, wanted: WantedRequest) -> Case | None:
    """Return the complaint by which it is known who asks; None where nothing is held on them.

    Raises:
        NotFoundError: No complaint has this reference, or one of the person is about the actor.
        CaseErasedError: It was erased.
    """
    if wanted.reference:
        case = tx.cases.get(wanted.reference)
        if case.erased_at is not None:
            raise CaseErasedError(wanted.reference)
        theirs = [tx.cases.get(each) for each in tx.subjects.references(case.subject)]
        require_none_about(tx, actor, theirs, kind="complaint", asked_for=wanted.reference)
        return case
    subject = tx.subjects.with_email(wanted.email) if wanted.email else None
    known = tx.subjects.references(subject) if subject else ()
    hidden = tx.kept_out.references_hidden_from(actor.username)
    # Whoever is complained about learns nothing from an address.
    return tx.cases.get(known[0]) if known and not hidden & set(known) else None


def _require_new(tx: Transaction, wanted: WantedRequest, case: Case | None) -> None:
    """Refuse to record twice what a person asks for.

    Raises:
        ConflictError: The person asks for the same already.
    """
    mark = (wanted.name.casefold(), wanted.email.casefold())
    for each in tx.subject_requests.open():
        is_same = (
            each.subject == case.subject
            if case
            else each.case_id is None and (each.name.casefold(), each.email.casefold()) == mark
        )
        if is_same and each.right is wanted.right:
            raise ConflictError(f"Request {each.number} asks for the same and is open.")


def _profile(platform: Platform, received_on: date) -> Profile:
    """Return the edition of the rules for what was received on a day.

    Raises:
        InvalidInputError: There were none.
    """
    profile = platform.profiles.in_force(PROFILE, received_on)
    if profile is None:
        raise InvalidInputError({"Received on": "lies before there was such a right."})
    return profile


def _last_day(platform: Platform, received_on: date, *, is_extended: bool = False) -> date:
    rule = _profile(platform, received_on).rule(RULE, VARIANT)
    if rule is None:
        raise InvalidInputError({"Regime": f"“{PROFILE}” says nothing of requests."})
    return last_day(rule, received_on, platform.calendar, is_extended=is_extended)


def _end_of_extension(platform: Platform, request: SubjectRequest, until: date | None) -> date:
    """Return until when a request is to be answered.

    Raises:
        InvalidInputError: That is longer than the rule allows.
    """
    farthest = _last_day(platform, request.received_on, is_extended=True)
    if until is not None and until > farthest:
        raise InvalidInputError({"Until": f"must not be after {farthest:%-d %B %Y}."})
    return until or farthest
