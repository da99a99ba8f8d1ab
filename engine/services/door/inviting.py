"""Asking complainants how they were treated: one invitation, one reminder, and no more.

Of every case that is closed it is settled once whether to ask, and why not. Somebody who has
several complaints is asked about one of them.

Source: ISO 10002:2018, 4.11 and 8.3.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import structlog

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.invitation import Invitation, LeftOut, is_due, left_out, working_days_after
from engine.domain.tracking import mark_of
from engine.errors import ConflictError, UnavailableError
from engine.services.bulk.reason import needed
from engine.services.door import survey_mail
from engine.services.people import authorities
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out
from engine.store.invitations import Closed

_BATCH = 200
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Invited:
    """What one run did.

    Attributes:
        invited: Invitations sent.
        left_out: Cases about which nobody is asked.
        reminded: Reminders sent.
        failed: Cases that could not be looked at; the next run tries them again.
        forgotten: Addresses that were asked so long ago that they may be asked again.
    """

    invited: int = 0
    left_out: int = 0
    reminded: int = 0
    failed: int = 0
    forgotten: int = 0


def invite(platform: Platform, *, actor: Actor = SYSTEM) -> Invited:
    """Invite and remind everybody whose time has come, each once however many runs there are.

    Without an address of the public pages nobody is invited, and nothing is settled.

    Raises:
        NotAllowedError: The actor may not run jobs.
        UnavailableError: The database does not answer.
    """
    actor.require(Deed.RUN_JOBS)
    policy = platform.policy.survey
    if not policy.sends or not platform.policy.portal.address:
        return Invited()
    done = [_settle(platform, actor, each.reference) for each in _closed(platform)]
    with platform.database.read() as tx:
        due = tx.invitations.to_remind(platform.now(), _BATCH)
    done += [_remind(platform, actor, reference) for reference in due]
    before = platform.now() - timedelta(days=policy.pause_days)
    forgotten = platform.database.write(lambda tx: tx.invitations.forget_contacts(before))
    counted = {name: done.count(name) for name in ("invited", "left_out", "reminded", "failed")}
    return Invited(**counted, forgotten=forgotten)


def wish(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    may_be_asked: bool,
    reason: str,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Record whether the complainant wants to be asked how the complaint was handled.

    Who does not want to is neither invited nor reminded, and a link that was sent leads nowhere.

    Args:
        platform: Where the case is.
        actor: Who was told.
        reference: Of the case.
        may_be_asked: Whether they may; to say so takes back that they may not.
        reason: In what words, or when it was said.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not record what this complainant says.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
        InvalidInputError: No reason is given.
        ConflictError: It is so already.
        CaseErasedError: Its personal data are gone.

    Source: ISO 10002:2018, 4.11.
    """
    actor.require(Deed.ANSWER)
    said = needed("Reason", reason)

    def work(change: CaseChange) -> None:
        (_allow if may_be_asked else _refuse)(change, said)

    content = {"may_be_asked": may_be_asked, "reason": said}
    carry_out(
        platform,
        Command(
            "survey_wish", actor, reference, content, command_id, resumes=True, seen_rev=seen_rev
        ),
        work,
    )


def _closed(platform: Platform) -> Iterator[Closed]:
    """Yield the cases of which nothing is settled and whose time has come, longest closed first."""
    policy, now = platform.policy.survey, platform.now()
    since, after = now - timedelta(days=policy.looks_back_days), 0
    last = now - timedelta(days=policy.after_days)  # no working day is shorter than a day
    while True:
        with platform.database.read() as tx:
            found = tx.invitations.unsettled(since, last, after=after, most=_BATCH)
        for each in found:
            if is_due(each.closed_at, now, calendar=platform.calendar, policy=policy):
                yield each
        if len(found) < _BATCH:
            return
        since, after = found[-1].closed_at, found[-1].id


def _settle(platform: Platform, actor: Actor, reference: str) -> str:
    """Invite about one case, or keep why not."""
    done: list[str] = []

    def work(change: CaseChange) -> None:
        if change.case.is_open or change.tx.invitations.of(change.case.id) is not None:
            raise ConflictError("Another run was faster.")
        why = _why_not(change) or _asked_lately(change)
        if why is None:
            _send(change)
        else:
            _keep(change, why)
        done[:] = ["left_out" if why else "invited"]

    command = Command("invite_survey", actor, reference, resumes=True)
    return _tried(lambda: carry_out(platform, command, work), done)


def _remind(platform: Platform, actor: Actor, reference: str) -> str:
    """Remind of one invitation."""
    done: list[str] = []

    def work(change: CaseChange) -> None:
        found = change.tx.invitations.of(change.case.id)
        if found is None or found.remind_at is None or found.remind_at > change.now:
            raise ConflictError("Another run was faster.")
        why, is_over = _why_not(change), bool(found.expires_at and found.expires_at <= change.now)
        if why or is_over:
            change.tx.invitations.change(change.case.id, remind_at=None)
            change.record("survey.not_reminded", why=why.words if why else "it is too late")
            return
        mails = (*found.mails, survey_mail.send(change, found, "survey_reminder"))
        facts = {"mails": mails, "remind_at": None, "reminded_at": change.now}
        change.tx.invitations.change(change.case.id, **facts)
        change.record("survey.reminded")
        done[:] = ["reminded"]

    command = Command("remind_survey", actor, reference, resumes=True)
    return _tried(lambda: carry_out(platform, command, work), done)


def _tried(act: Callable[[], object], done: list[str]) -> str:
    """Do one thing, and tell what came of it; what is wrong with one case stops no other.

    Raises:
        UnavailableError: The database does not answer.
    """
    try:
        act()
    except UnavailableError:
        raise  # no fault of the case
    except ConflictError:
        return "known"
    except Exception as failure:  # noqa: BLE001 - whatever is wrong with one, the others go on
        _log.error("survey.not-asked", kind=type(failure).__name__)
        return "failed"
    return done[0] if done else "known"


def _why_not(change: CaseChange) -> LeftOut | None:
    platform, tx, case = change.platform, change.tx, change.case
    return left_out(
        case,
        policy=platform.policy.survey,
        is_merged=tx.kinship.merge_of(case.id) is not None,
        is_answered=tx.surveys.of(case.id) is not None,
        is_unreached=any(each.is_open for each in tx.postings.of(case.id)),
        authority=authorities.state_of(platform, tx, case),
    )


def _asked_lately(change: CaseChange) -> LeftOut | None:
    """Note that the complainant is asked now; return why not where that was so lately."""
    case, now = change.case, change.now
    before = now - timedelta(days=change.platform.policy.survey.pause_days)
    email = case.complaint.email or ""
    may = change.tx.invitations.claim(email, case.id, at=now, before=before)
    return None if may else LeftOut.LATELY


def _send(change: CaseChange) -> None:
    platform, case, now = change.platform, change.case, change.now
    policy = platform.policy.survey
    remind_at = working_days_after(now, policy.remind_after_days, calendar=platform.calendar)
    found = Invitation(
        left_out=None,
        reason="",
        by=change.actor.username,
        at=now,
        invited_at=now,
        remind_at=remind_at if policy.remind_after_days else None,
        expires_at=now + timedelta(days=policy.lasts_days),
    )
    sent = replace(found, mails=(survey_mail.send(change, found, "survey"),))
    mark = mark_of(survey_mail.code_of(platform, case=case))
    change.tx.invitations.add(case.id, sent, mark=mark)
    until = platform.calendar.day_of(found.expires_at or now).isoformat()
    change.record("survey.invited", until=until)


def _keep(change: CaseChange, why: LeftOut) -> None:
    found = Invitation(left_out=why, reason="", by=change.actor.username, at=change.now)
    change.tx.invitations.add(change.case.id, found)
    change.record("survey.left_out", why=why.words)


def _refuse(change: CaseChange, said: str) -> None:
    """Keep that the complainant does not want to be asked.

    Raises:
        ConflictError: That is known.
    """
    invitations, case_id = change.tx.invitations, change.case.id
    known = invitations.of(case_id)
    if known is not None and known.left_out is LeftOut.WISH:
        raise ConflictError("It is recorded already that the complainant is not to be asked.")
    wish = Invitation(LeftOut.WISH, said, by=change.actor.username, at=change.now)
    if known is None:
        invitations.add(case_id, wish)
    else:
        facts = {"left_out": LeftOut.WISH, "reason": said, "by": wish.by, "at": wish.at}
        invitations.change(case_id, **facts, mark=None, remind_at=None)
    change.record("survey.refused", reason=said)


def _allow(change: CaseChange, said: str) -> None:
    """Take back that the complainant does not want to be asked; who was invited is not again.

    Raises:
        ConflictError: Nobody said so.
    """
    invitations, case_id = change.tx.invitations, change.case.id
    known = invitations.of(case_id)
    if known is None or known.left_out is not LeftOut.WISH:
        raise ConflictError("Nobody recorded that the complainant is not to be asked.")
    if known.invited_at is None:
        invitations.forget(case_id)
    else:
        mark = mark_of(survey_mail.code_of(change.platform, case=change.case))
        invitations.change(case_id, left_out=None, reason="", mark=mark)
    change.record("survey.allowed", reason=said)
