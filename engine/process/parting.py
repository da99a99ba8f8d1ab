"""What a branch that ends leaves to those it parted from.

A branch that ends without a join would take what it has changed with it, or bring back to life
what the others have changed meanwhile. So it tells the others: who has not changed a variable
since the branches parted goes on with its value, as if it had been changed before.
"""

from collections.abc import Iterable, Sequence

from SpiffWorkflow.task import Task

from engine.process.merge import changes, is_same
from engine.process.progress import Scalar, Variables


def hand_over(ended: Task, others: Iterable[Task]) -> dict[str, Scalar]:
    """Tell the other live tokens of a scope what an ended one has changed, and return it.

    With no other token that is everything it has changed since the scope began.
    """
    tree = _tree(others)
    ages = {token.id for token in tree}
    ancestors = _line(ended)[1:]
    fork = next((token for token in ancestors if token.id in ages), ancestors[-1])
    told = changes(fork.data, ended.data)
    if told and tree:
        _spread(tree, told, frozenset(token.id for token in ancestors), {})
    return told


def tell(told: Variables, seen: Variables, others: Iterable[Task]) -> None:
    """Tell other live tokens what has changed for one that parted when it had seen this.

    Whoever still knows what that one has seen goes on with the new value; so do the scopes
    inside.
    """
    for token in _tree(others):
        _see(token, told, seen)
        token.data.update(_unchanged(told, seen, token.data))
        inner = token.workflow.top_workflow.subprocesses.get(token.id)
        if inner is not None:
            tell(told, seen, inner.live.values())


def _spread(
    tokens: Sequence[Task], told: Variables, path: frozenset[int], outer: Variables
) -> None:
    """Change the variables of the tokens of one scope, parents before children.

    Args:
        tokens: The live tokens of the scope and all their ancestors.
        told: What has been changed.
        path: Ancestors of the one that ended; they take everything.
        outer: What the host of the scope knew before; empty for the scope of the ended one.
    """
    known: dict[int, tuple[Variables, Variables]] = {}
    for token in tokens:
        before = dict(token.data)
        heard, parent = (told, outer) if token.parent is None else known[token.parent.id]
        taken = told if token.id in path else _unchanged(heard, parent, before)
        known[token.id] = (taken, before)
        token.data.update(taken)
        inner = token.workflow.top_workflow.subprocesses.get(token.id)
        if inner is None:
            continue
        if "seen" in token.internal_data:  # a handler parted when it began, not with its scope
            seen = dict(token.internal_data["seen"])
            _see(token, heard, seen)
            tell(heard, seen, inner.live.values())
        elif taken:
            _spread(_tree(inner.live.values()), taken, frozenset(), before)


def _unchanged(told: Variables, parent: Variables, data: Variables) -> dict[str, Scalar]:
    """Return what a token takes: the variables that it has not changed itself."""
    return {name: value for name, value in told.items() if is_same(parent, data, name)}


def _see(token: Task, told: Variables, before: Variables) -> None:
    """Add to what an event handler has seen at its beginning, if the token is one."""
    seen = token.internal_data.get("seen")
    if seen is not None:
        seen.update(_unchanged(told, before, seen))


def _tree(tokens: Iterable[Task]) -> list[Task]:
    """Return tokens and all their ancestors, parents before children."""
    found = {each.id: each for token in tokens for each in _line(token)}
    return [found[age] for age in sorted(found)]


def _line(token: Task) -> list[Task]:
    """Return a token and its ancestors, the youngest first."""
    line = []
    while token is not None:
        line.append(token)
        token = token.parent
    return line
