"""Telling in time which requests of people about their own data wait (GDPR, Article 12(3))."""

from dataclasses import dataclass, replace
from datetime import date

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.disposal import years_before
from engine.domain.subject_request import SubjectRequest
from engine.services.journal.jotting import jot_organisation
from engine.services.letters import letter
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Told:
    """What one look at the requests found, and did.

    Attributes:
        open: Requests that are to be answered.
        overdue: Those of them of which the last day is over.
        warned: Of which the owner was told that their last day comes near.
        climbed: Of which those above were told that their last day is over.
        forgotten: Answered long ago, by somebody of whom nothing else is held: the name went.
    """

    open: int
    overdue: int
    warned: int
    climbed: int
    forgotten: int


def tell_requests(platform: Platform, *, actor: Actor = SYSTEM) -> Told:
    """Warn of requests that fall due, and let climb what is overdue: each once.

    The owner is warned ten and three days before, whoever may let data be erased learns what is
    overdue. After an outage the nearest warning counts for those before it. A mail goes to
    whoever wants the daily one; it names nobody.

    Raises:
        NotAllowedError: The actor may not run jobs.

    Source: GDPR, Article 12(3); ISO 10002:2018, 4.10.
    """
    actor.require(Deed.RUN_JOBS)
    now = platform.now()
    today = platform.calendar.day_of(now)
    before = platform.calendar.day_of(years_before(now, platform.policy.retention.years))

    def work(tx: Transaction) -> Told:
        tx.organisation.take_end()  # whoever looks at the same time waits, and finds nothing new
        found = tx.subject_requests.open()
        warned = [each for each in found if _warn(platform, tx, actor, each, today)]
        late = [each for each in found if each.is_overdue(today)]
        climbed = [each for each in late if each.climbed_at is None]
        for each in climbed:
            _climb(platform, tx, actor, each)
        gone = tx.subject_requests.forget(before)
        for subject in gone:
            tx.subjects.destroy_key(subject, at=now)
        return Told(len(found), len(late), len(warned), len(climbed), len(gone))

    return platform.database.write(work)


def _warn(
    platform: Platform, tx: Transaction, actor: Actor, request: SubjectRequest, today: date
) -> bool:
    """Warn of a request where that is due; tell whether it was."""
    days = request.warns(today)
    if days is None:
        return False
    tx.subject_requests.replace(replace(request, warned=days))
    told = {"request": request.number, "days": days}
    jot_organisation(platform, tx, actor=actor, kind="subject_request.warned", **told)
    what = f"is to be answered: {request.left_in_words(today)}"
    _write(platform, tx, _owners(tx, request), request, what)
    return True


def _climb(platform: Platform, tx: Transaction, actor: Actor, request: SubjectRequest) -> None:
    """Tell those above, and the owner, that nobody answered a request in time."""
    tx.subject_requests.replace(replace(request, climbed_at=platform.now()))
    told = {"request": request.number}
    jot_organisation(platform, tx, actor=actor, kind="subject_request.climbed", **told)
    above = _who_may(tx, Deed.DISPOSE)
    _write(platform, tx, above | _owners(tx, request), request, "is overdue: nobody has answered")


def _owners(tx: Transaction, request: SubjectRequest) -> frozenset[str]:
    """Return who answers for a request: everybody who could, where its owner is gone."""
    able = _who_may(tx, Deed.PROTECT)
    return frozenset({request.owner}) if request.owner in able else able


def _who_may(tx: Transaction, deed: Deed) -> frozenset[str]:
    known = (each for each in tx.accounts.all() if each.is_active)
    return frozenset(each.actor.username for each in known if each.actor.may(deed))


def _write(
    platform: Platform, tx: Transaction, to: frozenset[str], request: SubjectRequest, what: str
) -> None:
    """Write to those who want the daily mail; a mail leaves the house unsealed, and names nobody.

    Somebody about whom the person complained is told nothing.
    """
    asks = f"Request {request.number} of somebody about their own data"
    site = platform.policy.portal.address
    where = f"{site}/privacy" if site else "the page “Personal data”"
    body = f"{asks} ({request.right.title.lower()}) {what}.\n\n"
    body += f"Its last day is {request.due_on:%-d %B %Y}. See {where}.\n"
    for username in sorted(to):
        wish = tx.daily_mails.of(username)
        if wish is None or _complains_about(tx, username, request):
            continue
        tx.outbox.announce(
            message_id=letter.message_id(platform),
            recipient=wish.address,
            subject=f"{platform.policy.organisation.name}: a request about personal data {what}",
            body=body,
            at=platform.now(),
        )


def _complains_about(tx: Transaction, username: str, request: SubjectRequest) -> bool:
    hidden = tx.kept_out.hidden_from(username)
    return tx.subject_requests.get(request.number, besides=hidden) is None
