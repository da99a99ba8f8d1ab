"""A case in which nothing can ever move again is said, instead of waiting silently."""

from collections.abc import Sequence

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import ProcessFailedError


def refuse_standstill(tokens: Sequence[Task]) -> None:
    """Refuse a case that waits for what cannot come.

    Args:
        tokens: All live tokens of a case that has come to rest; with none it has ended.

    Raises:
        ProcessFailedError: No person and no event can move any of them.
    """
    if not tokens or any(_is_awake(token) for token in tokens):
        return
    joins = [token for token in tokens if token.task_spec.counts_arrivals]
    if joins or not any(t.stands_by and not t.task_spec.needs_another for t in tokens):
        what = "a branch that" if joins else "what"
        raise ProcessFailedError(
            (joins or tokens)[0].task_spec.label, f"it waits for {what} can no longer come."
        )


def _is_awake(token: Task) -> bool:
    """Tell whether a person or an event can move a token."""
    is_open = token.has_state(TaskState.READY | TaskState.WAITING)
    is_aside = token.stands_by and not token.task_spec.interrupts
    return is_open and not (token.task_spec.needs_another or is_aside)
