"""Event sub-processes: what stands by while a scope runs, and begins when its event comes."""

from typing import ClassVar

from SpiffWorkflow.util.task import TaskState

from engine.process.elements import Catch
from engine.process.knowledge import known
from engine.process.known import NOTHING, Known
from engine.process.run import Place, Token, cancel


class Handler(Catch):
    """An event sub-process.

    It begins with all that its scope knows by then. One that interrupts cancels everything else
    in its scope, other handlers included; one that does not stands by again for the next time,
    and when it ends, tells the others what it knows, as every branch does.
    """

    is_handler: ClassVar[bool] = True
    interrupts = True
    inner: str = ""
    """Id of the scope that runs inside."""
    begin: Place
    """Its start event."""

    def fire(self, token: Token, brought: Known, thrower: Token | None = None) -> None:
        """Begin what is inside; the token runs when all of that has ended."""
        case, scope = token.case, token.workflow
        token.known = known(scope, thrower)
        if self.interrupts:
            cancel(other for other in scope.live.values() if other is not token)
        elif self.comes_again(token):
            self.follow(case.put(scope, self, NOTHING), token)
        for waiting_for in ("due", "left", "held"):
            token.internal_data.pop(waiting_for, None)
        token._set_state(TaskState.STARTED)  # noqa: SLF001 - the library's word for "under way"
        case.enter(case.open_scope(self.inner, token), self.begin, token.known.hearing(brought))

    def depart(self, token: Token) -> None:
        """Stop what runs inside."""
        token.case.close_inner(token)
