"""What tokens know: for each variable the value that was set last, and which ones it replaced.

BPMN lets all tokens of a scope share its variables at once; an engine may also let branches keep
apart until they meet or end. Where that makes a difference, or two branches set the same variable
without knowing of each other, the value is left open.
"""

OPEN = object()
"""Stands where a value is left open."""


class Version:
    """What somebody knows of one variable.

    Args:
        value: What it is, or `OPEN`.
        before: What was known before.
        is_vague: Somebody may take it for an older one, since it has the same value.
    """

    def __init__(self, value, before=(), *, is_vague=False):
        self.value = value
        self.is_vague = is_vague or value is OPEN
        if value is OPEN:
            self.seen = frozenset().union(*(version.seen for version in before))
            surely = [version.surely_seen for version in before]
            self.surely_seen = frozenset.intersection(*surely) if surely else frozenset()
        else:
            self.seen = frozenset({self}).union(*(version.surely_seen for version in before))
            self.surely_seen = self.seen


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
    if one.seen == other.seen:
        return other if one.value is OPEN else one
    if other.seen < one.seen:
        return one
    if one.seen < other.seen:
        return other
    return Version(one.value if one.value == other.value else OPEN, (one, other))


def after_end(known, ended, others):
    """Return what one knows after another one has ended.

    It surely hears what the ended one alone knew. What others know too, it hears now or from them.

    Args:
        known: What it knew.
        ended: What the one knew that has ended.
        others: What all others know that are left.
    """
    news, known_too = {}, {}
    for name, version in ended.items():
        part = known_too if _is_known(name, version, others) else news
        part[name] = version
    return together(known, news) | {
        name: Version(OPEN, (known[name], version) if name in known else (version,))
        for name, version in known_too.items()
        if name not in known or known[name].seen < version.seen
    }


def _is_known(name, version, others):
    mine = (other[name] for other in others if name in other)
    return any(version.seen <= theirs.seen and theirs.value is not OPEN for theirs in mine)
