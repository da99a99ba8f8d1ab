"""The tree of the tokens of a scope, cut down to where its live branches part."""

from collections.abc import Container

from engine.process.run import CaseRun, InnerScope, Token


def kept(scope: CaseRun | InnerScope) -> list[Token]:
    """Return the live tokens and those from which several live branches came, oldest first."""
    below: dict[int, set[int]] = {}
    found = dict(scope.live)
    for token in scope.live.values():
        child, parent = token, token.parent
        while parent is not None:
            branches = below.setdefault(parent.id, set())
            is_new = not branches
            branches.add(child.id)
            if not is_new:
                found[parent.id] = parent
                break
            child, parent = parent, parent.parent
    found.pop(scope.task_tree.id, None)
    return sorted(found.values(), key=lambda token: token.id)


def above(token: Token, places: Container[int]) -> Token | None:
    """Return the nearest ancestor among these tokens; None when only the scope's anchor is."""
    found: Token | None = token.parent
    while found is not None and found.id not in places:
        found = found.parent
    return found
