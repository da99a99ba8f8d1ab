"""Event sub-processes: what stands by while a scope runs, and begins when its event comes."""

from typing import ClassVar

from SpiffWorkflow.util.task import TaskState

from engine.process.elements import Catch
from engine.process.knowledge import known
from engine.process.parting import tell
from engine.process.progress import Variables
from engine.process.run import Place, Token, cancel


class Handler(Catch):
    """An event sub-process.

    It begins with all that its scope knows by then. One that interrupts cancels everything else
    in its scope, other handlers included; one that does not stands by again for the next time.
    What the latter saw at its beginning is kept until its end: only what differs from that is
    its own doing.
    """

    is_handler: ClassVar[bool] = True
    interrupts = True
    inner: str = ""
    """Id of the scope that runs inside."""
    begin: Place
    """Its start event."""

    def fire(self, token: Token, payload: Variables) -> None:
        """Begin what is inside; the token runs when all of that has ended."""
        case, scope = token.case, token.workflow
        if self.interrupts:
            token.data = dict(known(scope))
            cancel(other for other in scope.live.values() if other is not token)
            seen: Variables = token.data
        else:
            seen = known(scope)
            token.internal_data["seen"] = dict(seen)
            if self.comes_again(token):
                self.follow(case.put(scope, self, scope.task_tree.data), token)
        for waiting_for in ("due", "left", "held"):
            token.internal_data.pop(waiting_for, None)
        token._set_state(TaskState.STARTED)  # noqa: SLF001 - the library's word for "under way"
        case.enter(case.open_scope(self.inner, token, seen), self.begin, {**seen, **payload})

    def conclude(self, token: Token, result: Variables) -> None:
        """Take over what has changed inside, and tell it to who runs beside."""
        seen = token.internal_data.pop("seen", None)
        if seen is None:
            token.data.update(result)
            return
        scope = token.workflow
        scope.result.update(result)
        tell(result, seen, (other for other in scope.live.values() if other is not token))
        token.data = dict(scope.task_tree.data)

    def depart(self, token: Token) -> None:
        """Stop what runs inside."""
        token.case.close_inner(token)
