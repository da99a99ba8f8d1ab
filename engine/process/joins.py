"""Where branches come together: parallel joins wait for all, inclusive ones for what can come."""

from collections.abc import Collection, Mapping
from typing import ClassVar

from SpiffWorkflow.util.task import TaskState

from engine.process.run import Place, Token, cancel


class Join(Place):
    """A parallel gateway into which several flows lead: it waits for one token on each.

    A further token on the same flow is kept for the next time, as BPMN says.
    """

    counts_arrivals: ClassVar[bool] = True
    needs_another = True
    arrivals: int = 0
    """How many flows lead into the gateway."""

    def arrive(self, token: Token) -> bool:
        """Go on as one token when every flow has brought one; the newest carries on."""
        token.wait()
        oldest = _oldest(token)
        if len(oldest) < self.arrivals:
            return False
        _bring_together(token, oldest.values())
        return True


class InclusiveJoin(Place):
    """An inclusive gateway into which several flows lead: it waits for whatever can still come.

    It goes on as soon as no other token of its scope could reach a flow that has brought none,
    unless that token could as well reach one that has.
    """

    counts_arrivals: ClassVar[bool] = True
    needs_another = True
    sources: tuple[frozenset[str], ...] = ()
    """For each flow into it, the elements from which a way leads to that flow and not past it."""

    def arrive(self, token: Token) -> bool:
        """Wait until everything else has come to rest."""
        token.wait()
        return False

    def look(self, token: Token) -> bool:
        """Go on as one token when nothing more can come."""
        oldest = _oldest(token)
        live = token.workflow.live.values()
        elsewhere = {t.task_spec.name for t in live if t.task_spec is not self and _moves(t)}
        filled = self._around(oldest.keys())
        empty = self._around(set(range(len(self.sources))) - oldest.keys())
        if elsewhere & empty - filled or token not in oldest.values():
            return False
        _bring_together(token, oldest.values())
        token.go()
        return True

    def _around(self, flows: Collection[int]) -> frozenset[str]:
        return frozenset().union(*(self.sources[flow] for flow in flows))


def _moves(token: Token) -> bool:
    """Tell whether a token is on its way; what an event would start later does not count."""
    return not token.stands_by and "host" not in token.internal_data


def _oldest(token: Token) -> Mapping[int, Token]:
    """Return the first token that waits on each flow into a join."""
    found: dict[int, Token] = {}
    for other in sorted(token.workflow.live.values(), key=lambda other: other.id):
        if other.task_spec is token.task_spec and other.is_in(TaskState.WAITING):
            found.setdefault(other.internal_data["flow"], other)
    return found


def _bring_together(token: Token, arrived: Collection[Token]) -> None:
    """Let one token know what all of them do, and cancel the others."""
    for other in arrived:
        token.known = token.known.hearing(other.known)
    cancel(other for other in arrived if other is not token)
