"""Letters to which nobody sees: it is noted on their case, and then somebody higher up is called.

Source: ISO 10002:2018, 4.15, 7.4 and 7.8.
"""

from dataclasses import dataclass

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.case import Communication, Note
from engine.domain.complaint import EscalationReason
from engine.domain.incident import IncidentKind
from engine.domain.journal import content_hash
from engine.domain.posting import Posting, PostingState
from engine.services.letters import letter
from engine.services.post import postings
from engine.services.running.change import CaseChange
from engine.services.running.piecework import one_by_one

_MOST = 10_000
_OF_MERGED = (
    "A letter of a complaint that was merged into this one {waits}, and nobody sees to it: see "
    "“Related complaints”."
)


@dataclass(frozen=True, slots=True)
class LettersChased:
    """What one run did.

    Attributes:
        chased: Letters of which it was told that nobody sees to them.
        failed: Cases that could not be changed.
    """

    chased: int
    failed: int


class UnattendedChange(CaseChange):
    """A case with letters to which perhaps nobody sees; thrown away when anything goes wrong."""

    def chase(self) -> int:
        """Tell of each letter whose time is over; return how many there were.

        While the case is suspended nobody is asked to do anything. One that was merged rests as
        well, but its letters are seen to by those who work on the other complaint.
        """
        if self.case.is_suspended and self.tx.kinship.merge_of(self.case.id) is None:
            return 0
        kinds = {each.id: each.kind for each in self.tx.records.of(Communication, self.case.id)}
        due = [
            each
            for each in self.tx.postings.of(self.case.id)
            if each.is_open and each.next_at is not None and each.next_at <= self.now
        ]
        for posting in due:
            self._tell(posting, kinds[posting.number].replace("_", " "))
        return len(due)

    def _tell(self, posting: Posting, kind: str) -> None:
        """Note it the first time, and call somebody the second."""
        is_first = posting.chased == 0
        facts = {"chased": posting.chased + 1}
        later = letter.see_to_by(self.platform, at=self.now) if is_first else None
        self.tx.postings.change(self.case.id, posting.number, next_at=later, **facts)
        days = (posting.chased + 1) * self.platform.policy.post.within_days
        self.record("letter.chased", letter=kind, number=posting.number, days=days)
        if not is_first:
            self._call_up(posting, kind)

    def _call_up(self, posting: Posting, kind: str) -> None:
        """Call somebody higher up; where no step waits, as in a closed case, it is an incident."""
        waits = "is not posted" if posting.state is PostingState.WAITING else "did not arrive"
        said = f"The letter “{kind}” {waits}, and nobody sees to it."
        if self._is_called(said, waits):
            return
        self.tx.incidents.note(
            IncidentKind.LETTER,
            postings.unattended(posting.number),
            case_id=self.case.id,
            element="",
            cause=said,
            at=self.now,
            attempts=posting.chased + 1,
        )

    def _is_called(self, said: str, waits: str) -> bool:
        """Call somebody where work goes on; tell whether anybody could be called."""
        change: CaseChange = self
        heir = self.tx.kinship.heir_of(self.case.id)
        if heir != self.case.id:
            (taken,) = self.tx.take_all([heir])
            if not taken.case.is_open or taken.case.is_suspended:
                return False
            change = CaseChange.load(self.platform, self.tx, taken=taken, actor=self.actor)
            said = _OF_MERGED.format(waits=waits)
        if not change.awaits("escalation_raised"):
            return False
        change.deliver("escalation_raised", reason=EscalationReason.LETTER, detail=said)
        if change is not self:
            self.tx.records.add(change.case.id, Note(self.actor.username, self.now, said))
            change.record("note.added", content=content_hash({"text": said}))
            change.finish()
        return True


def chase_letters(platform: Platform, *, actor: Actor = SYSTEM) -> LettersChased:
    """Tell of every letter to which nobody has seen in time, case by case, each time once.

    Args:
        platform: Where the cases are.
        actor: A job.

    Raises:
        NotAllowedError: The actor may not run jobs.
    """
    actor.require(Deed.RUN_JOBS)
    with platform.database.read() as tx:
        cases = tx.postings.due(platform.now(), _MOST)
    chased, failed = one_by_one(
        platform,
        actor=actor,
        cases=cases,
        kind=UnattendedChange,
        work=UnattendedChange.chase,
        resumes=True,
    )
    return LettersChased(chased, failed)
