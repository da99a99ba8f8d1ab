"""What complainants think of how they were treated: asked once, when the case is closed.

Source: ISO 10002:2018, 8.3.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.kpi import Period
from engine.domain.survey import ItemFigure, checked
from engine.errors import ConflictError, CourseError
from engine.services import following, reach
from engine.services.change import CaseChange
from engine.services.command import Command, carry_out


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

    def work(change: CaseChange) -> None:
        if change.case.is_open:
            raise CourseError(f"{reference} is not closed yet.")
        if change.tx.surveys.of(change.case.id) is not None:
            raise ConflictError(f"The survey about {reference} was answered before.")
        change.tx.surveys.add(change.case.id, response, at=change.now)
        if response.unresolved:
            following.heard(change, "still unresolved", response.unresolved)
        change.record("survey.answered", is_unresolved=bool(response.unresolved))

    content = {
        "scores": {item.value: score for item, score in response.scores.items()},
        "unresolved": response.unresolved,
        "comment": response.comment,
    }
    command = Command("survey", actor, reference, content, command_id, resumes=True)
    carry_out(platform, command, work)


def figures(platform: Platform, *, actor: Actor, period: Period) -> Sequence[ItemFigure]:
    """Return how each question was answered in a period, by outcome of the complaint.

    Raises:
        NotAllowedError: The actor may not see the performance figures.
    """
    actor.require(Deed.MEASURE)
    with platform.database.read() as tx:
        sight = reach.sight(platform, tx, actor=actor, deed=Deed.MEASURE)
        return tx.surveys.figures(sight, period.begin, period.end)
