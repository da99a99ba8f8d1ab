"""Write a running case down and read it back: live tokens only, in a versioned compact form.

A state is JSON: ``[version, digest, last id, scopes]``. A scope is ``[id, id of the host token,
result, rows]``, a row ``[id, row of the ancestor, element, state, changed variables, internals]``
with empty ends left out. Elements are named by their ids, so that a state can be read with the
eyes and moved to another version of the diagram. Ancestors are kept only where branches part,
because a join needs the variables from which they parted.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from SpiffWorkflow.util.task import TaskState

from engine.errors import UnknownStateError
from engine.process.merge import changes
from engine.process.run import CaseRun, InnerScope, Token

VERSION = 1
"""The version that is written; each version ever written has a golden file in the tests."""

_Row = list[Any]
_NOWHERE = -1


def dump(case: CaseRun, digest: str) -> bytes:
    """Return the state of a case that has settled.

    Args:
        case: The case; it stays usable.
        digest: What names the process version the state belongs to.
    """
    everything: list[CaseRun | InnerScope] = [case, *case.subprocesses.values()]
    scopes = [_dump_scope(scope) for scope in everything]
    return orjson.dumps([VERSION, digest, case.last_id, scopes])


def load(case: CaseRun, state: bytes, digest: str) -> None:
    """Put the tokens of a stored state into a fresh case.

    Raises:
        UnknownStateError: The state is damaged, of another version of this form, or belongs to
            another version of the process.
    """
    try:
        version, owner, last_id, scopes = orjson.loads(state)
    except (TypeError, ValueError) as error:
        raise UnknownStateError("damaged") from error
    if version != VERSION:
        raise UnknownStateError(version)
    if owner != digest:
        raise UnknownStateError(f"{version}, process {owner}")
    try:
        case.last_id = last_id
        for row in scopes:
            _load_scope(case, row)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise UnknownStateError(f"{version}, damaged") from error
    case.completed = not case.live


def _dump_scope(scope: CaseRun | InnerScope) -> _Row:
    host = scope.host.id if isinstance(scope, InnerScope) else 0
    kept = _kept(scope)
    places: dict[int, int] = {}
    rows: list[_Row] = []
    for token in kept:
        above = _ancestor(token, places)
        base = scope.task_tree.data if above is None else above.data
        place = _NOWHERE if above is None else places[above.id]
        places[token.id] = len(rows)
        rows.append(_row(token, place, changes(base, token.data)))
    return [scope.spec.name, host, scope.result if host else {}, rows]


def _row(token: Token, place: int, changed: Mapping[str, Any]) -> _Row:
    is_live = token.id in token.workflow.live
    row: _Row = [token.id, place]
    if is_live:
        row += [token.task_spec.name, token.state, changed, token.internal_data]
    else:
        row += [0, 0, changed, {}]
    while not row[-1]:
        row.pop()
    return row


def _kept(scope: CaseRun | InnerScope) -> list[Token]:
    """Return the live tokens and those from which several live branches came, oldest first."""
    below: dict[int, set[int]] = {}
    kept = dict(scope.live)
    for token in scope.live.values():
        child, parent = token, token.parent
        while parent is not None:
            branches = below.setdefault(parent.id, set())
            is_new = not branches
            branches.add(child.id)
            if not is_new:
                kept[parent.id] = parent
                break
            child, parent = parent, parent.parent
    kept.pop(scope.task_tree.id, None)
    return sorted(kept.values(), key=lambda token: token.id)


def _ancestor(token: Token, places: Mapping[int, int]) -> Token | None:
    above: Token | None = token.parent
    while above is not None and above.id not in places:
        above = above.parent
    return above


def _load_scope(case: CaseRun, written: Sequence[Any]) -> None:
    name, host_id, result, rows = written
    scope: CaseRun | InnerScope = case
    if host_id:
        host = {token.id: token for token in case.tokens}[host_id]
        scope = InnerScope(case.subprocess_specs[name], host)
        case.subprocesses[host_id] = scope
    else:
        case.plant({}, -1)
    scope.result = dict(result)
    _load_rows(scope, rows)


def _load_rows(scope: CaseRun | InnerScope, rows: Iterable[Sequence[Any]]) -> None:
    tokens: list[Token] = []
    for row in rows:
        id_, place, element, state, changed, internal = _padded(row)
        parent = scope.task_tree if place == _NOWHERE else tokens[place]
        spec = scope.spec.task_specs[element] if element else scope.spec.start
        token = Token(scope, spec, parent, state or TaskState.COMPLETED, id_)
        token.data = {**parent.data, **changed}
        token.internal_data = dict(internal)
        tokens.append(token)


def _padded(row: Sequence[Any]) -> list[Any]:
    empty: list[Any] = [0, _NOWHERE, 0, 0, {}, {}]
    return [*row, *empty[len(row) :]]
