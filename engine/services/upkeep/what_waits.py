"""What waits for somebody, counted place by place: the navigation and the daily mail tell it."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.incoming import MailState
from engine.services.door import asked
from engine.services.evidence import register
from engine.services.exports import due_returns
from engine.services.figures import process_health, sampling
from engine.services.handling import inbox
from engine.services.improvement import improvement_board
from engine.services.mail import mailbox
from engine.services.post import postings
from engine.services.privacy import erasure, subject_requests
from engine.services.proposing import proposals
from engine.services.running import glass
from engine.services.signals import charts
from engine.services.upkeep import incidents, job_health


@dataclass(frozen=True, slots=True)
class Waiting:
    """One kind of work that waits at a place.

    Attributes:
        path: Of the page where it is done, without a slash.
        deed: For whoever may not do this, nothing waits.
        one: What one of it is called.
        many: What several are called.
        count: Counts it for somebody who may do the deed.
    """

    path: str
    deed: Deed
    one: str
    many: str
    count: Callable[[Platform, Actor], int]

    def told(self, number: int) -> str:
        """Return the number in words."""
        return f"{number:,} {self.one if number == 1 else self.many}"


def _mine(platform: Platform, actor: Actor) -> int:
    return inbox.counts(platform, actor=actor)["mine"]


def _late(platform: Platform, actor: Actor) -> int:
    return inbox.counts(platform, actor=actor)["late"]


def _at_risk(platform: Platform, actor: Actor) -> int:
    return inbox.counts(platform, actor=actor)["at_risk"]


def _incidents(platform: Platform, actor: Actor) -> int:
    return sum(incidents.counts(platform, actor=actor).values())


def _troubled(platform: Platform, actor: Actor) -> int:
    return sum(each.state.needs_a_look for each in job_health.health(platform, actor=actor))


def _mails(platform: Platform, actor: Actor) -> int:
    return mailbox.counts(platform, actor=actor)[MailState.QUARANTINED]


def _letters(platform: Platform, actor: Actor) -> int:
    return sum(postings.counts(platform, actor=actor))


def _erasures(platform: Platform, actor: Actor) -> int:
    return len(erasure.overview(platform, actor=actor).waiting)


_DESK = (
    Waiting("inbox", Deed.WORK, "step that is yours", "steps that are yours", _mine),
    Waiting("inbox", Deed.READ, "late step", "late steps", _late),
    Waiting(
        "inbox",
        Deed.READ,
        "step to begin now, or its complaint is likely to be late",
        "steps to begin now, or their complaints are likely to be late",
        _at_risk,
    ),
)
"""Said by mail; the inbox itself shows them."""

_ELSEWHERE = (
    Waiting(
        "questions",
        Deed.RESPOND,
        "question to answer",
        "questions to answer",
        lambda platform, actor: asked.waiting(platform, actor=actor),
    ),
    Waiting("letters", Deed.POST, "letter to see to", "letters to see to", _letters),
    Waiting(
        "signals",
        Deed.SEE_SIGNALS,
        "signal to answer",
        "signals to answer",
        lambda platform, actor: charts.waiting_signals(platform, actor=actor),
    ),
    Waiting(
        "improvement",
        Deed.SEE_REGISTER,
        "improvement to see to",
        "improvements to see to",
        lambda platform, actor: improvement_board.waiting_improvements(platform, actor=actor),
    ),
    Waiting(
        "exports",
        Deed.EXPORT,
        "return to send",
        "returns to send",
        lambda platform, actor: due_returns.waiting_returns(platform, actor=actor),
    ),
    Waiting("mail", Deed.SORT_MAIL, "mail to sort", "mails to sort", _mails),
    Waiting("incidents", Deed.SEE_INCIDENTS, "incident", "incidents", _incidents),
    Waiting("jobs", Deed.RUN_JOBS, "job that needs a look", "jobs that need a look", _troubled),
    Waiting(
        "privacy",
        Deed.DISPOSE,
        "erasure to decide on",
        "erasures to decide on",
        _erasures,
    ),
    Waiting(
        "privacy",
        Deed.PROTECT,
        "request about personal data to answer",
        "requests about personal data to answer",
        lambda platform, actor: subject_requests.count_requests(platform, actor=actor),
    ),
    Waiting(
        "process",
        Deed.NOTE_HEALTH,
        "change in how the process runs",
        "changes in how the process runs",
        lambda platform, actor: process_health.unseen_changes(platform, actor=actor),
    ),
    Waiting(
        "samples",
        Deed.REVIEW_SAMPLE,
        "sampled complaint to review",
        "sampled complaints to review",
        lambda platform, actor: sampling.waiting(platform, actor=actor),
    ),
    Waiting(
        "governance",
        Deed.GOVERN,
        "entry of the register to see to",
        "entries of the register to see to",
        lambda platform, actor: register.to_govern(platform, actor=actor),
    ),
    Waiting(
        "proposals",
        Deed.APPROVE_PROCESS,
        "change of the process to decide on",
        "changes of the process to decide on",
        lambda platform, actor: proposals.undecided_proposals(platform, actor=actor),
    ),
    Waiting(
        "organisation",
        Deed.SEE_GLASS,
        "opening of a closed complaint to look at",
        "openings of closed complaints to look at",
        lambda platform, actor: glass.unseen(platform, actor=actor),
    ),
)

PLACES = frozenset(each.path for each in _ELSEWHERE)
"""Paths of the pages whose entry in the navigation has a number."""


def number_at(platform: Platform, *, actor: Actor, path: str) -> int:
    """Return how much waits for somebody at a page; 0 where nothing ever does.

    Args:
        platform: Where it waits.
        actor: For whom; what this person may not do does not wait for them.
        path: Address of the page, without a slash.

    Raises:
        NotAllowedError: The actor has no account of their own.
    """
    actor.require(Deed.KEEP_ACCOUNT)
    some = (each for each in _ELSEWHERE if each.path == path and actor.may(each.deed))
    return sum(each.count(platform, actor) for each in some)


def waiting_for(platform: Platform, *, actor: Actor) -> tuple[tuple[Waiting, int], ...]:
    """Return what waits for somebody, in the order of the navigation; only what does.

    Args:
        platform: Where it waits.
        actor: For whom; what this person may not do does not wait for them.

    Raises:
        NotAllowedError: The actor has no account of their own.

    Source: ISO 10002:2018, 4.5 and 7.4.
    """
    actor.require(Deed.KEEP_ACCOUNT)
    some = (each for each in (*_DESK, *_ELSEWHERE) if actor.may(each.deed))
    counted = ((each, each.count(platform, actor)) for each in some)
    return tuple((each, number) for each, number in counted if number)
