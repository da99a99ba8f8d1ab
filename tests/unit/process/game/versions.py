"""What tokens know: for each variable the value that was set last, as far as they have heard.

Moments are numbered. Of two values the one of the later moment is the newer one. Within a moment
nobody says what comes first, except where one token did both: there a value is left open.
"""

OPEN = object()
"""Stands where a value is left open."""


class Version:
    """A value that was set at some moment.

    Args:
        value: What it is, or `OPEN`.
        moment: When it was set.
        path: What was set before it within the moment, surely before.
        is_heard: It was heard from a token that ended, at some time within the moment.
    """

    def __init__(self, value, moment, path=frozenset(), *, is_heard=False):
        self.value, self.moment, self.is_heard = value, moment, is_heard
        self.path = path or frozenset({self})

    def heard(self):
        return Version(self.value, self.moment, self.path, is_heard=True)


def told(known, values, moment):
    """Return what is known after some variables were set."""
    return known | {name: _next(known.get(name), value, moment) for name, value in values.items()}


def _next(now, value, moment):
    fresh = Version(value, moment)
    if now is not None and now.moment == moment and not now.is_heard:
        fresh.path |= now.path
    return fresh


def count_up(known, name, moment):
    """Return what is known after one was added; open if another token may have been faster."""
    now = known[name]
    is_unsure = now.value is OPEN or (now.is_heard and now.moment == moment)
    return told(known, {name: OPEN if is_unsure else now.value + 1}, moment)


def together(*parts):
    """Return what all of these know together."""
    result = {}
    for part in parts:
        for name, version in part.items():
            result[name] = later(result.get(name, version), version)
    return result


def later(one, other):
    """Return the later one of two versions, or what stands for both."""
    if one.moment != other.moment:
        return max(one, other, key=lambda version: version.moment)
    if one.path == other.path:
        return other if one.is_heard else one
    if other.path < one.path:
        return one
    if one.path < other.path:
        return other
    value = one.value if one.value == other.value else OPEN
    is_heard = one.is_heard or other.is_heard
    return Version(value, one.moment, one.path | other.path, is_heard=is_heard)


def heard(known, news):
    """Return what one knows after hearing what another one knew."""
    return together(known, {name: version.heard() for name, version in news.items()})


def beyond(news, known):
    """Return what of the news is not known yet, nor anything later."""
    fresh = {name: version for name, version in news.items() if not _has(known, name, version)}
    return {name: later(known.get(name, version), version) for name, version in fresh.items()}


def _has(known, name, version):
    now = known.get(name)
    if now is None or now.moment != version.moment:
        return now is not None and now.moment > version.moment
    return version.path <= now.path


def is_same(one, other):
    """Tell whether two know the same."""
    return {name: version.value for name, version in one.items()} == {
        name: version.value for name, version in other.items()
    }
