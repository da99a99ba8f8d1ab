"""What tokens know: for each variable the value that was set last, and which ones it replaced.

Two tokens that set the same variable side by side know versions of which none is the later one;
BPMN leaves open what comes of that, so whatever is made of both is vague.
"""

VAGUE = object()
"""Stands where a value is left open."""


class Version:
    """One setting of one variable.

    Args:
        value: What was set, or `VAGUE`.
        before: The versions that it replaces.
        is_vague: Some place may take it for an older one, since it has the same value.
    """

    def __init__(self, value, before=(), *, is_vague=False):
        self.value = value
        self.is_vague = is_vague or value is VAGUE
        self.seen = frozenset({self}).union(*(version.seen for version in before))


def first(values):
    """Return what is known at the beginning."""
    return {name: Version(value) for name, value in values.items()}


def told(known, values, *, is_vague=False):
    """Return what is known after some variables were set."""
    return known | {name: _next(known.get(name), value, is_vague) for name, value in values.items()}


def _next(now, value, is_vague):
    if now is not None and now.value == value:
        return now
    return Version(value, () if now is None else (now,), is_vague=is_vague)


def together(*parts):
    """Return what all of these know together."""
    result = {}
    for part in parts:
        for name, version in part.items():
            result[name] = _later(result.get(name, version), version)
    return result


def _later(one, other):
    if other in one.seen:
        return one
    if one in other.seen:
        return other
    value = one.value if one.value == other.value else VAGUE
    return Version(value, (one, other))


def news(known, others):
    """Return what is known of each variable that none of the others knows, or knows better."""
    return {
        name: version
        for name, version in known.items()
        if not any(name in other and version in other[name].seen for other in others)
    }
