"""How knowledge spreads in a case: what a scope knows altogether, what a branch tells at its end.

Each token carries its own variables. Wherever they come together, each variable takes the value
of its latest setting.
"""

from collections.abc import Container, Iterable

from SpiffWorkflow.task import Task
from SpiffWorkflow.workflow import Workflow

from engine.process.known import Known


def tell(news: Known, tokens: Iterable[Task]) -> None:
    """Tell tokens, and all that runs inside them, what somebody knows.

    Turns of a repeated activity keep apart: they hear only what is later than all that is known
    inside, because anything else may come from another turn.
    """
    for token in tokens:
        if token.stands_by:
            continue
        inner = token.case.subprocesses.get(token.id)
        if inner is not None:
            told = news if inner.spec.is_drawn else news.beyond(known(inner))
            tell(told, inner.live.values())
        token.known = token.known.hearing(news)


def known(scope: Workflow, asker: Task | None = None) -> Known:
    """Return what a scope knows: what its ended, running and inner branches do.

    Args:
        scope: Any scope of the case.
        asker: A token on whose behalf it is asked; if that stands in a turn of a repeated
            activity, the other turns do not count.
    """
    return _known(scope, _around(asker))


def _known(scope: Workflow, around: Container[int]) -> Known:
    found: Known = scope.begun
    tokens = [token for token in scope.live.values() if not token.stands_by]
    own = [] if scope.spec.is_drawn else [token for token in tokens if token.id in around]
    if not own:
        found = found.hearing(scope.result)
    for token in own or tokens:
        inner = token.case.subprocesses.get(token.id)
        found = found.hearing(token.known if inner is None else _known(inner, around))
    return found


def _around(token: Task | None) -> Container[int]:
    """Return the numbers of a token and of those that hold it, from the inside outwards."""
    found = []
    while token is not None:
        found.append(token.id)
        token = token.workflow.host
    return found
