"""What a case knows altogether, while each of its branches knows only its own part."""

from collections.abc import Mapping

from engine.process.branches import above, kept
from engine.process.merge import changes, merged
from engine.process.progress import Scalar
from engine.process.run import CaseRun, InnerScope, Token

COUNTER = "loopCounter"
"""Variable that holds the number of a turn, from 1, as long as the turn lasts."""


def known(scope: CaseRun | InnerScope) -> Mapping[str, Scalar]:
    """Return the variables of a scope: what its ended, running and inner branches have changed.

    Branches are put together where they part, as a join would do it; of two changes to the same
    variable the later branch wins.
    """
    below: dict[int, list[Token]] = {}
    tokens = [token for token in kept(scope) if "host" not in token.internal_data]
    places = {token.id for token in tokens}
    for token in tokens:
        parent = above(token, places) or scope.task_tree
        below.setdefault(parent.id, []).append(token)
    branches = [_known_by(token, below) for token in below.get(scope.task_tree.id, ())]
    base = scope.task_tree.data
    found = merged(base, [scope.result, *branches])
    if scope.spec.is_drawn:
        return found
    number = {COUNTER: base[COUNTER]} if COUNTER in base else {}
    found.pop(COUNTER, None)  # around the turns, nobody knows the number of one of them
    return {**found, **number}


def known_at(token: Token) -> Mapping[str, Scalar]:
    """Return what the whole case knows, and before all what the scope of a token has changed."""
    scope = token.workflow
    if isinstance(scope, CaseRun):
        return known(scope)
    return {**known(token.case), **changes(scope.task_tree.data, known(scope))}


def _known_by(token: Token, below: Mapping[int, list[Token]]) -> Mapping[str, Scalar]:
    inner = token.case.subprocesses.get(token.id)
    data: Mapping[str, Scalar] = token.data if inner is None else known(inner)
    if "seen" in token.internal_data:
        data = {**token.data, **changes(token.internal_data["seen"], data)}
    return merged(data, [_known_by(child, below) for child in below.get(token.id, ())])
