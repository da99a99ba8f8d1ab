"""Drawing closed complaints at random, so that somebody reviews how they were handled (8.3)."""

import random

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed, Role
from engine.domain.case_set import CaseSet
from engine.domain.kpi import Period
from engine.errors import InvalidInputError
from engine.services import reach
from engine.services.jotting import jot_organisation
from engine.store.transaction import Transaction
from engine.store.walls import Drawn

_MOST = 200
_CHOSEN_AMONG = 100_000


def draw(
    platform: Platform, *, actor: Actor, reviewer: str, size: int, period: Period, seed: str
) -> tuple[str, ...]:
    """Draw complaints that were closed in a period for somebody to review; return which.

    Nobody can choose them: the same seed draws the same ones among the same. Restricted ones are
    never drawn, and the reviewer of a complaint has taken no part in it.

    Args:
        platform: Where the cases are.
        actor: Who draws.
        reviewer: User name of a quality reviewer.
        size: How many, from 1 to 200; fewer where there are not as many.
        period: In which they were closed.
        seed: Any word, such as the month; is kept.

    Raises:
        NotAllowedError: The actor may not draw complaints.
        InvalidInputError: Nobody active with this user name reviews, or size or seed are unusable.
    """
    actor.require(Deed.DRAW_SAMPLE)
    if not 1 <= size <= _MOST:
        raise InvalidInputError({"Size": f"must be from 1 to {_MOST}."})
    if not seed.strip() or len(seed) > _MOST:
        raise InvalidInputError({"Seed": "is needed: any word, such as the month."})

    def work(tx: Transaction) -> tuple[str, ...]:
        _require_reviewer(tx, reviewer)
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.DRAW_SAMPLE)
        closed = CaseSet("closed", period.begin, period.end, platform.now())
        lines = tx.measures(seen).lines(closed, limit=_CHOSEN_AMONG)
        references = tx.walls.without_part_of(reviewer, sorted(line.reference for line in lines))
        dice = random.Random(f"{seed}/{reviewer}")  # noqa: S311 - to be drawn again, no secret
        drawn = tuple(sorted(dice.sample(references, min(size, len(references)))))
        if not tx.walls.draw(
            drawn, username=reviewer, by=actor.username, at=platform.now(), seed=seed
        ):
            return drawn
        facts = {"reviewer": reviewer, "seed": seed, "of": len(references), "drawn": len(drawn)}
        jot_organisation(platform, tx, actor=actor, kind="sample.drawn", **facts)
        return drawn

    return platform.database.write(work)


def drawn(platform: Platform, *, actor: Actor) -> tuple[Drawn, ...]:
    """Return the complaints that were drawn for the actor to review, latest drawn first.

    Raises:
        NotAllowedError: The actor may not read complaints.
    """
    actor.require(Deed.READ)
    with platform.database.read() as tx:
        return tx.walls.drawn_for(actor.username)


def _require_reviewer(tx: Transaction, username: str) -> None:
    account = tx.accounts.get(username)
    is_one = account is not None and account.is_active
    if not is_one or not account.actor.holds_any([Role.QUALITY_REVIEWER]):  # type: ignore[union-attr] # it is one
        raise InvalidInputError({"Reviewer": f"{username} is no quality reviewer."})
