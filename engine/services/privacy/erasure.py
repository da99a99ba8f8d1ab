"""Erasing what is personal, with two keys; the case, its figures and its journal stay.

One person proposes, another confirms. What is erased cannot be brought back: the texts are gone,
the words beside the journal are gone, and so is the key without which no old copy can be read.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.bootstrap import Platform
from engine.domain import deadline
from engine.domain.actor import Actor, Deed
from engine.domain.case import Case
from engine.domain.deadline import ClockState
from engine.domain.disposal import (
    Disposal,
    DisposalKind,
    DisposalState,
    DueCase,
    Hold,
    years_before,
)
from engine.domain.posting import PostingState
from engine.domain.subject_request import Right
from engine.errors import (
    CaseErasedError,
    ConflictError,
    KeptError,
    NotFoundError,
    SeparationOfDutiesError,
)
from engine.services.accounts.reach import require_none_about
from engine.services.bulk.reason import needed
from engine.services.documents.document_upkeep import remove_files
from engine.services.journal.jotting import jot
from engine.services.privacy.subject_requests import link_erasure
from engine.store.transaction import Transaction

MOST_AT_ONCE = 100
"""Cases of one proposal: one person can look through them, one transaction can erase them."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What is kept and erased.

    Attributes:
        due: Cases whose time to keep is over and that nobody has proposed, longest closed first;
            ``MOST_AT_ONCE`` at most.
        kept_for_letters: As many of those that stay until somebody has seen to a letter of theirs.
        waiting: Proposals that wait for the second key, latest first.
        decided: The last hundred that were carried out or refused, latest first.
        names: Of the people involved, by user name.
    """

    holds: tuple[Hold, ...]
    due: tuple[DueCase, ...]
    kept_for_letters: tuple[DueCase, ...]
    waiting: tuple[Disposal, ...]
    decided: tuple[Disposal, ...]
    names: Mapping[str, str]


def overview(platform: Platform, *, actor: Actor) -> Overview:
    """Return what is on hold, what is due, what waits and what was done.

    What concerns a complaint that is about the actor is left out.

    Raises:
        NotAllowedError: The actor may not see what is kept and erased.
    """
    actor.require(Deed.OVERSEE)
    with platform.database.read() as tx:
        hidden = tx.kept_out.references_hidden_from(actor.username)
        return Overview(
            holds=tuple(each for each in tx.subjects.holds() if each.reference not in hidden),
            due=_due(platform, tx, actor),
            kept_for_letters=_due(platform, tx, actor, need_a_hand=True),
            waiting=_shown(tx.subjects.disposals(waiting=True), hidden),
            decided=_shown(tx.subjects.disposals(waiting=False), hidden),
            names={a.actor.username: a.actor.name for a in tx.accounts.all()},
        )


def count_due(platform: Platform, *, actor: Actor) -> int:
    """Return how many closed cases are past their time to keep and can be erased.

    Raises:
        NotAllowedError: The actor may not see what is kept and erased.
    """
    actor.require(Deed.OVERSEE)
    policy, now = platform.policy.retention, platform.now()
    limits = {name: years_before(now, years) for name, years in policy.categories.items()}
    with platform.database.read() as tx:
        hidden = tx.kept_out.hidden_from(actor.username)
        return tx.subjects.due_count(limits, years_before(now, policy.years), besides=hidden)


def propose_erasure(
    platform: Platform, *, actor: Actor, reference: str, reason: str, request: int | None = None
) -> int:
    """Propose to erase the person behind a complaint, with every complaint of theirs.

    Args:
        platform: Where they are.
        actor: Who proposes it.
        reference: Of one of the complaints.
        reason: Why.
        request: Number of the request of the person for which it is done; None for none.

    Returns:
        The number of the proposal; another person confirms it.

    Raises:
        NotAllowedError: The actor does not handle what is held on people.
        InvalidInputError: No reason is given.
        NotFoundError: No complaint has this reference, or there is no such request of the person.
        CaseErasedError: It was erased.
        KeptError: A complaint of the person is open or on legal hold, a letter of it needs a
            hand, or the person waits for an answer about their data.
        ConflictError: It is proposed already, or the request was answered.
    """
    actor.require(Deed.PROTECT)
    text = needed("Reason", reason)

    def work(tx: Transaction) -> int:
        case = tx.cases.get(reference)
        if case.erased_at is not None:
            raise CaseErasedError(reference)
        found = [tx.cases.take(name) for name in tx.subjects.references(case.subject)]
        require_none_about(tx, actor, found, kind="complaint", asked_for=reference)
        number = _propose(platform, tx, actor, DisposalKind.REQUEST, found, text)
        if request is not None:
            at: dict[str, Any] = {"actor": actor, "case": case, "number": request}
            link_erasure(platform, tx, **at, proposal=number)
        return number

    return platform.database.write(work)


def propose_due(platform: Platform, *, actor: Actor, reason: str) -> int:
    """Propose to erase the cases whose time to keep is over, the longest closed first.

    Returns:
        The number of the proposal; another person confirms it.

    Raises:
        NotAllowedError: The actor does not handle what is held on people.
        InvalidInputError: No reason is given.
        ConflictError: Nothing is due.
    """
    actor.require(Deed.PROTECT)
    text = needed("Reason", reason)

    def work(tx: Transaction) -> int:
        cases = [tx.cases.take_by_id(each.case_id) for each in _due(platform, tx, actor)]
        if not cases:
            raise ConflictError("No complaint is past its time to keep.")
        return _propose(platform, tx, actor, DisposalKind.RETENTION, cases, text)

    return platform.database.write(work)


def confirm(platform: Platform, *, actor: Actor, number: int) -> Mapping[str, int]:
    """Turn the second key: erase what was proposed, and return the certificate.

    Returns:
        How many cases and rows of each table were emptied, and how many keys destroyed.

    Raises:
        NotAllowedError: The actor may not let personal data be erased.
        SeparationOfDutiesError: The actor proposed it.
        NotFoundError: There is no such proposal.
        ConflictError: It was decided already.
        KeptError: One of the complaints is on legal hold meanwhile or was reopened, a letter of
            it needs a hand, or the person waits for an answer about their data.
    """
    actor.require(Deed.DISPOSE)
    files: list[str] = []

    def work(tx: Transaction) -> Mapping[str, int]:
        proposal = _proposal(tx, actor, number)
        done: Counter[str] = Counter()
        subjects = set()
        files.clear()
        for case_id in proposal.cases:
            case = tx.cases.take_by_id(case_id)
            _require_erasable(tx, case)
            files.extend(tx.documents.places(case_id))
            done.update(_erase(platform, tx, case, actor, proposal))
            subjects.add(case.subject)
        now = platform.now()
        done["keys"] += sum(tx.subjects.destroy_key(each, at=now) for each in sorted(subjects))
        certificate = {name: n for name, n in sorted(done.items()) if n}
        tx.subjects.decide(
            number, DisposalState.DONE, by=actor.username, at=now, certificate=certificate
        )
        return certificate

    certificate = platform.database.write(work)
    remove_files(platform, places=files)
    platform.database.scrub()
    return certificate


def refuse(platform: Platform, *, actor: Actor, number: int) -> None:
    """Leave everything as it is.

    Raises:
        NotAllowedError: The actor may not let personal data be erased.
        SeparationOfDutiesError: The actor proposed it.
        NotFoundError: There is no such proposal.
        ConflictError: It was decided already.
    """
    actor.require(Deed.DISPOSE)

    def work(tx: Transaction) -> None:
        proposal, now = _proposal(tx, actor, number), platform.now()
        for case_id in proposal.cases:
            case = tx.cases.take_by_id(case_id)
            jot(platform, tx, case=case, actor=actor, kind="erasure.refused", proposal=number)
        tx.subjects.decide(number, DisposalState.REFUSED, by=actor.username, at=now, certificate={})

    platform.database.write(work)


def _shown(disposals: Iterable[Disposal], hidden: Collection[str]) -> tuple[Disposal, ...]:
    return tuple(each for each in disposals if not set(each.references) & set(hidden))


def _due(
    platform: Platform, tx: Transaction, actor: Actor, *, need_a_hand: bool = False
) -> tuple[DueCase, ...]:
    policy, now = platform.policy.retention, platform.now()
    limits = {name: years_before(now, years) for name, years in policy.categories.items()}
    over = (limits, years_before(now, policy.years))
    hidden = tx.kept_out.hidden_from(actor.username)
    return tx.subjects.due(*over, most=MOST_AT_ONCE, besides=hidden, need_a_hand=need_a_hand)


def _propose(
    platform: Platform,
    tx: Transaction,
    actor: Actor,
    kind: DisposalKind,
    cases: Iterable[Case],
    reason: str,
) -> int:
    wanted = list(cases)
    waiting = {number for each in tx.subjects.disposals(waiting=True) for number in each.cases}
    for case in wanted:
        _require_erasable(tx, case)
        if case.id in waiting:
            raise ConflictError(f"To erase {case.reference} is proposed already.")
    number = tx.subjects.propose(
        kind,
        [case.id for case in wanted],
        reason=reason,
        by=actor.username,
        at=platform.now(),
    )
    for case in wanted:
        told = {"proposal": number, "reason": reason}
        jot(platform, tx, case=case, actor=actor, kind="erasure.proposed", **told)
    return number


def _require_erasable(tx: Transaction, case: Case) -> None:
    """Refuse to erase what must stay.

    Raises:
        KeptError: The complaint is open, at a body outside or on legal hold, a letter of it needs
            a hand, or the person waits for an answer about their data.
        CaseErasedError: It was erased already.
    """
    if case.erased_at is not None:
        raise CaseErasedError(case.reference)
    if case.is_open:
        raise KeptError(case.reference, "it is still being handled")
    if any(each.is_open for each in tx.referrals.of(case.id)):
        raise KeptError(case.reference, "it is at a body outside")
    if in_hand := [each.state for each in tx.postings.of(case.id) if each.is_open]:
        is_waiting = PostingState.WAITING in in_hand
        what = "waits to be posted" if is_waiting else "did not arrive, and nobody has seen to it"
        raise KeptError(case.reference, f"a letter of it {what}")
    for each in tx.subject_requests.of_subject(case.subject):
        if each.is_open and each.right is not Right.ERASURE:
            raise KeptError(case.reference, f"request {each.number} of the person is not answered")
    if holds := tx.subjects.holds([case.id]):
        since = f"{holds[0].placed_at:%d %B %Y}"
        raise KeptError(case.reference, f"it has been on legal hold since {since}")


def _proposal(tx: Transaction, actor: Actor, number: int) -> Disposal:
    """Return a proposal that waits for this person.

    Raises:
        NotFoundError: There is none, or it concerns a complaint that is about the actor.
        ConflictError: It was decided already.
        SeparationOfDutiesError: The actor proposed it.
    """
    proposal = tx.subjects.disposal(number)
    if proposal is None:
        raise NotFoundError("proposal", str(number))
    cases = [tx.cases.get_by_id(case_id) for case_id in proposal.cases]
    require_none_about(tx, actor, cases, kind="proposal", asked_for=str(number))
    if proposal.state is not DisposalState.PROPOSED:
        raise ConflictError("This proposal was decided already.")
    if proposal.proposed_by == actor.username:
        raise SeparationOfDutiesError(actor.name, Deed.DISPOSE, "proposed it")
    return proposal


def _erase(
    platform: Platform, tx: Transaction, case: Case, actor: Actor, proposal: Disposal
) -> dict[str, int]:
    """Erase one case; what is left of it tells nobody who complained about what.

    What is still promised ends, as nobody is left who could hear.
    """
    now = platform.now()
    for clock in tx.clocks.of(case.id):
        if clock.state is ClockState.RUNNING:
            ended = deadline.cancel(clock, now)
            tx.clocks.replace(case.id, ended)
            told = {"clock": ended.code, "late": ended.is_late}
            case = jot(platform, tx, case=case, actor=actor, kind=f"clock.{ended.state}", **told)
    noted = jot(
        platform,
        tx,
        case=case,
        actor=actor,
        kind="personal.erased",
        proposal=proposal.id,
        why=proposal.kind.value,
    )
    complaint = case.complaint
    names = [complaint.complainant_name, complaint.email or "", complaint.representative_name]
    done = tx.subjects.erase_beside(case.id, terms=[name for name in names if name])
    if complaint.email:
        done["incoming_mail"] += tx.mails.forget_from(complaint.email)
    blank = {"summary": "", "description": "", "desired_outcome": "", "complainant_name": ""}
    mark = tx.cases.source_mark(complaint.source, complaint.source_id) if complaint.source else ""
    left = complaint.model_copy(update=blank | {"email": None, "source_id": mark})
    erased = {"complaint": left, "erased_at": now, "state": b"", "next_due": None}
    tx.cases.replace(noted.model_copy(update=erased), before=noted)
    return done | {"complaint_case": 1}
