"""What forms and milestones mean for the remedies of a case, and what must be done before it ends.

A decision states one remedy in its form, or agrees with the several that were proposed beside it.
When it is sent they are offered; when the complainant answers they are accepted or declined.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine.bootstrap import Platform
from engine.domain.actor import Actor
from engine.domain.case import Case
from engine.domain.form import DecisionForm, DecisionWithRemedies, Form, FrontlineForm, RemedyLine
from engine.domain.issue import FIRST
from engine.domain.remedy import (
    PaidRange,
    Remedy,
    RemedyKind,
    RemedyState,
    named,
    needs_check,
    proposed,
    total,
)
from engine.errors import InvalidInputError
from engine.services.running import findings
from engine.store.transaction import Transaction

Happened = Iterator[tuple[str, dict[str, Any]]]
"""Kind and detail of each event that follows."""

_MONTH = timedelta(days=30.44)


def drafted(
    platform: Platform, tx: Transaction, case: Case, form: DecisionForm, *, by: Actor, at: datetime
) -> tuple[DecisionWithRemedies, list[tuple[str, dict[str, Any]]]]:
    """Return a decision with its remedies, and what happened to these.

    Raises:
        InvalidInputError: Several remedies were proposed, and they add up to something else.
    """
    every = tx.remedies.of(case.id)
    offers, happened = proposed(every), []
    if len(offers) < 2:
        number = offers[0].number if offers else next_number(every)
        one = _stated(platform, case, form, number, offers[0] if offers else None, by=by, at=at)
        happened = [*_keep_one(tx, case, one, offers)]
        offers = (one,) if one else ()
    if form.remedy_amount != total(offers):
        raise InvalidInputError(
            {
                "Amount of the remedy": f"is not what the remedies of this complaint add up to, "
                f"{total(offers):,.2f}; change them on the tab “Remedies”."
            }
        )
    names = RemedyLine.model_fields
    lines = tuple(RemedyLine(**{name: getattr(each, name) for name in names}) for each in offers)
    said = form.model_dump() | {"remedy": form.remedy or named(offers)}
    whole = {"remedies": lines, "remedy_deviates": deviates(platform, tx, case, offers, now=at)}
    return DecisionWithRemedies(**said, **whole), happened


def take_in(tx: Transaction, case: Case, form: Form, *, by: Actor, at: datetime) -> Happened:
    """Keep what was paid on the spot, within the limit of whoever paid it."""
    if not isinstance(form, FrontlineForm) or form.frontline_result != "resolved":
        return
    if form.remedy_amount:
        done = Remedy(
            number=next_number(tx.remedies.of(case.id)),
            issue=FIRST,
            kind=RemedyKind.GOODWILL_GESTURE,
            text="",
            amount=form.remedy_amount,
            owner=by.username,
            due_on=at.date(),
            proposed_by=by.username,
            proposed_at=at,
            state=RemedyState.CARRIED_OUT,
            offered_at=at,
            answered_at=at,
            carried_out_by=by.username,
            carried_out_at=at,
        )
        tx.remedies.add(case.id, done, category=case.complaint.category)
        told = {"amount": str(done.amount), "due_on": done.due_on.isoformat()}
        yield "remedy.carried_out", {"remedy": done.number} | told


def offer(tx: Transaction, case: Case, *, at: datetime) -> Happened:
    """Let everything that a decision proposes be offered, as the decision is sent."""
    if offered := proposed(tx.remedies.of(case.id)):
        state = RemedyState.OFFERED
        tx.remedies.pass_on(case.id, of=RemedyState.PROPOSED, to=state, offered_at=at)
        yield "remedy.offered", {"remedies": [each.number for each in offered]}


def answered(tx: Transaction, case: Case, *, is_accepted: bool, at: datetime) -> Happened:
    """Let everything that was offered be accepted or declined, as the complainant says."""
    offered = [e for e in tx.remedies.of(case.id) if e.state is RemedyState.OFFERED]
    if offered:
        state = RemedyState.ACCEPTED if is_accepted else RemedyState.DECLINED
        tx.remedies.pass_on(case.id, of=RemedyState.OFFERED, to=state, answered_at=at)
        yield f"remedy.{state.value}", {"remedies": [each.number for each in offered]}


def require_done(tx: Transaction, case: Case) -> None:
    """Refuse to close a case while a remedy is to be carried out or verified.

    Raises:
        InvalidInputError: Names the remedies, and what is missing.

    Source: ISO 10002:2018, 7.9.
    """
    remedies = tx.remedies.of(case.id)
    if to_do := [each for each in remedies if each.is_open and not each.awaits_check]:
        raise InvalidInputError(
            {"": f"Not carried out yet: {named(to_do)}. See the tab “Remedies”."}
        )
    if unverified := [each for each in remedies if each.awaits_check]:
        raise InvalidInputError(
            {"": f"Somebody else has to verify first: {named(unverified)}. See “Remedies”."}
        )


def close(tx: Transaction, case: Case) -> None:
    """Let nothing that was never offered stand open in a closed case."""
    tx.remedies.pass_on(case.id, of=RemedyState.PROPOSED, to=RemedyState.DROPPED)


def next_number(remedies: tuple[Remedy, ...]) -> int:
    """Return the number that a new remedy gets."""
    return remedies[-1].number + 1 if remedies else 1


def _default_due(platform: Platform, now: datetime) -> date:
    """Return until when a remedy is carried out where nobody says another date."""
    today = now.astimezone(ZoneInfo(platform.policy.calendar.zone)).date()
    return today + timedelta(days=platform.policy.remedies.due_days)


def ranges(
    platform: Platform, tx: Transaction, *, category: str, besides: int, now: datetime
) -> dict[RemedyKind, PaidRange]:
    """Return what is paid in similar complaints, kind by kind; kinds with too few are left out.

    Args:
        platform: Whose policy says how far to look back.
        tx: Reads them.
        category: Of the issue.
        besides: Number of the case in hand.
        now: The present.
    """
    since = now - platform.policy.remedies.similar_months * _MONTH
    found = tx.remedies.paid(category=category, since=since, besides=besides)
    known = {kind: PaidRange.of(amounts) for kind, amounts in found.items()}
    return {kind: told for kind, told in known.items() if told is not None}


def deviates(
    platform: Platform, tx: Transaction, case: Case, offers: Iterable[Remedy], *, now: datetime
) -> bool:
    """Tell whether one of some payments is unlike those in similar complaints."""
    paying = [each for each in offers if each.amount]
    if not paying:
        return False
    about = {issue.number: issue.category for issue in tx.issues.of(case.id)}
    known = {
        category: ranges(platform, tx, category=category, besides=case.id, now=now)
        for category in {about[each.issue] for each in paying}
    }
    told = ((known[about[each.issue]].get(each.kind), each.amount) for each in paying)
    return any(paid is not None and paid.is_outlier(amount) for paid, amount in told)


def category_of(tx: Transaction, case: Case, issue: int) -> str:
    """Return the category of an issue of a case.

    Raises:
        InvalidInputError: It has none of this number.
    """
    return findings.one(tx, case, issue).category


def _keep_one(
    tx: Transaction, case: Case, one: Remedy | None, known: tuple[Remedy, ...]
) -> Happened:
    """Keep the one remedy that a decision states in its own form, or that it states none."""
    if one is None:
        for each in known:
            tx.remedies.change(case.id, each.number, state=RemedyState.DROPPED)
            yield "remedy.dropped", {"remedy": each.number}
        return
    told = {"remedy": one.number, "kind": one.kind.value, "amount": f"{one.amount:.2f}"}
    told["due_on"] = one.due_on.isoformat()
    if not known:
        tx.remedies.add(case.id, one, category=case.complaint.category)
        yield "remedy.proposed", told
    elif one != known[0]:
        facts = {name: getattr(one, name) for name in ("kind", "text", "amount", "needs_check")}
        tx.remedies.change(case.id, one.number, **facts)
        yield "remedy.restated", told


def _stated(
    platform: Platform,
    case: Case,
    form: DecisionForm,
    number: int,
    known: Remedy | None,
    *,
    by: Actor,
    at: datetime,
) -> Remedy | None:
    """Return the remedy that a decision states in its own form; None where it states none."""
    if not form.remedy_amount and form.remedy_kind is None:
        return None  # words alone may say why there is none
    facts: dict[str, Any] = {
        "kind": form.remedy_kind or (known.kind if known else RemedyKind.COMPENSATION_LOSS),
        "text": form.remedy,
        "amount": form.remedy_amount,
        "needs_check": needs_check(form.remedy_amount, case.severity),
    }
    if known is not None:
        return replace(known, **facts)
    return Remedy(
        number=number,
        issue=FIRST,
        owner=case.owner or by.username,
        due_on=_default_due(platform, at),
        proposed_by=by.username,
        proposed_at=at,
        **facts,
    )
