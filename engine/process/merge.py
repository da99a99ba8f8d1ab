"""Put the variables of parallel branches together, so that no branch undoes another's work."""

from collections.abc import Iterable, Sequence

from engine.process.progress import Scalar, Variables

_MISSING = object()


def changes(base: Variables, data: Variables) -> dict[str, Scalar]:
    """Return what ``data`` says differently from ``base``, true and 1 being different."""
    return {name: value for name, value in data.items() if not is_same(base, data, name)}


def merged(base: Variables, branches: Iterable[Variables]) -> dict[str, Scalar]:
    """Return the base with the changes of every branch; of two changes the later branch wins."""
    result = dict(base)
    for branch in branches:
        result.update(changes(base, branch))
    return result


def common(paths: Sequence[Sequence[int]]) -> int:
    """Return the last number that all paths share.

    Args:
        paths: Ancestors from the root downwards, one path for each branch; the root is shared.
    """
    shared = paths[0][0]
    for level in zip(*paths, strict=False):
        if len(set(level)) > 1:
            break
        shared = level[0]
    return shared


def is_same(one: Variables, other: Variables, name: str) -> bool:
    """Tell whether a variable has the same value in both, or is missing in both."""
    left, right = one.get(name, _MISSING), other.get(name, _MISSING)
    return type(left) is type(right) and left == right
