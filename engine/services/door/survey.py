"""What complainants think of how they were treated: asked once, when the case is closed.

Source: ISO 10002:2018, 8.3.
"""

from collections.abc import Mapping
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case_set import CaseSet
from engine.domain.kpi import Period
from engine.domain.survey import Opinion, checked, told_apart
from engine.domain.tracking import mark_of, read
from engine.errors import ConflictError, CourseError, NotFoundError
from engine.services.accounts import reach
from engine.services.accounts.tries import Tries
from engine.services.door import following
from engine.services.handling import tracking
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out


def respond(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    scores: Mapping[str, object],
    unresolved: str = "",
    comment: str = "",
    command_id: UUID | None = None,
) -> None:
    """Keep what a complainant answers; what is not resolved is kept with the letters too.

    Raises:
        NotAllowedError: The actor may not follow complaints.
        NotFoundError: No complaint has this reference.
        InvalidInputError: Nothing is answered, or a score is none.
        CourseError: The case is not closed yet.
        ConflictError: It was answered before.
        CaseErasedError: Its personal data are gone.

    Source: ISO 10002:2018, 8.3.
    """
    actor.require(Deed.FOLLOW)
    response = checked(scores, unresolved=unresolved, comment=comment)
    told = {item.value: score for item, score in response.scores.items()}

    def work(change: CaseChange) -> None:
        if change.case.is_open:
            raise CourseError(f"{reference} is not closed yet.")
        if change.tx.surveys.of(change.case.id) is not None:
            raise ConflictError(f"The survey about {reference} was answered before.")
        change.tx.surveys.add(change.case.id, response, at=change.now)
        change.tx.invitations.change(change.case.id, remind_at=None)
        if response.unresolved:
            following.heard(change, "still unresolved", response.unresolved)
        change.record("survey.answered", is_unresolved=bool(response.unresolved), scores=told)

    content = {
        "scores": told,
        "unresolved": response.unresolved,
        "comment": response.comment,
    }
    command = Command("survey", actor, reference, content, command_id, resumes=True)
    carry_out(platform, command, work)


def led_to(platform: Platform, *, actor: Actor, code: str, address: str) -> str:
    """Return the case whose survey a link opens; one that leads nowhere counts against the address.

    A link that is over, or whose survey was answered, leads nowhere, as a wrong one does.

    Args:
        platform: Where the case is.
        actor: Who acts for whoever opened the link.
        code: From the link.
        address: Of the network from which it comes.

    Raises:
        NotAllowedError: The actor may not follow complaints by codes.
        NotFoundError: It leads nowhere.
        SignInError: From this address too many led nowhere a short while ago.
    """
    actor.require(Deed.FOLLOW)
    with Tries(platform, f"tracking:{address}").one():
        with platform.database.read() as tx:
            found = tx.invitations.reference(mark_of(read(code)), platform.now())
        if found is None:
            raise NotFoundError(*tracking.NOTHING)
        return found


def figures(platform: Platform, *, actor: Actor, period: Period) -> Opinion:
    """Return what was answered in a period; no figure tells what one of a few people said.

    Raises:
        NotAllowedError: The actor may not see the performance figures.

    Source: ISO 10002:2018, 8.3.
    """
    actor.require(Deed.MEASURE)
    with platform.database.read() as tx:
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.MEASURE)
        measures = tx.case_facts.figures(seen)
        asked = CaseSet("survey_sent", period.begin, period.end, platform.now())
        answered = asked.but(name="survey_answered")
        sent, told = measures.count(asked), measures.count(answered)
        return Opinion(
            sent=sent,
            answered=told,
            returned=measures.count(asked.but(name="survey_returned")),
            rate=told / sent if sent else None,
            responses=measures.count(asked.but(name="survey_responses")),
            left_out=tx.surveys.left_out(seen, period.begin, period.end),
            cases=asked,
            items=told_apart(
                tx.surveys.scores(seen, period.begin, period.end),
                platform.policy.figures.small_number,
            ),
        )
