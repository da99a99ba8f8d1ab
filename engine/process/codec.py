"""Write a running case down and read it back: live tokens only, in a versioned compact form.

A state is JSON: ``[version, digest, last id, scopes]``. A scope is ``[id, id of the host token,
result, rows]``, a row ``[id, row of the ancestor, element, state, changed variables, internals]``
with empty ends left out. Elements are named by their ids, so that a state can be read with the
eyes and moved to another version of the diagram. A fifth entry of a scope, if it is there,
says what all its branches know beyond its host. Ancestors are kept only where branches part,
because a join needs the variables from which they parted.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from SpiffWorkflow.util.task import TaskState

from engine.errors import UnknownStateError
from engine.process.branches import above, kept
from engine.process.merge import changes
from engine.process.run import CaseRun, InnerScope, Token

VERSION = 1
"""The version that is written; each version ever written has a golden file in the tests."""

_Row = list[Any]
_NOWHERE = -1
_SHORTEST = 2
"""Entries that a row has at least: the first row is a place, and no emptiness."""


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
        tokens: dict[int, Token] = {}
        for row in scopes:
            _load_scope(case, row, tokens)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise UnknownStateError(f"{version}, damaged") from error
    case.completed = not case.live


def _dump_scope(scope: CaseRun | InnerScope) -> _Row:
    host = scope.host.id if isinstance(scope, InnerScope) else 0
    tokens = kept(scope)
    places: dict[int, int] = {}
    rows: list[_Row] = []
    for token in tokens:
        parent = above(token, places)
        base = scope.task_tree.data if parent is None else parent.data
        place = _NOWHERE if parent is None else places[parent.id]
        places[token.id] = len(rows)
        rows.append(_row(token, place, changes(base, token.data)))
    is_asked = host or scope.spec.watches or scope.spec.handlers
    written = [scope.spec.name, host, scope.result if is_asked else {}, rows]
    known = changes(scope.host.data if isinstance(scope, InnerScope) else {}, scope.task_tree.data)
    if known:
        written.append(known)
    return written


def _row(token: Token, place: int, changed: Mapping[str, Any]) -> _Row:
    is_live = token.id in token.workflow.live
    row: _Row = [token.id, place]
    if is_live:
        row += [token.task_spec.name, token.state, changed, token.internal_data]
    else:
        row += [0, 0, changed, {}]
    while len(row) > _SHORTEST and not row[-1]:
        row.pop()
    return row


def _load_scope(case: CaseRun, written: Sequence[Any], tokens: dict[int, Token]) -> None:
    """Put one scope into the case; its tokens join those of the scopes before it."""
    name, host_id, result, rows, *known = written
    scope: CaseRun | InnerScope = case
    if host_id:
        host = tokens[host_id]
        data = {**host.data, **known[0]} if known else host.data
        scope = InnerScope(case.subprocess_specs[name], host, data)
        case.subprocesses[host_id] = scope
    else:
        case.plant(known[0] if known else {}, _NOWHERE)
    scope.result = dict(result)
    tokens.update((token.id, token) for token in _load_rows(scope, rows))


def _load_rows(scope: CaseRun | InnerScope, rows: Iterable[Sequence[Any]]) -> list[Token]:
    tokens: list[Token] = []
    for row in rows:
        id_, place, element, state, changed, internal = _padded(row)
        parent = scope.task_tree if place == _NOWHERE else tokens[place]
        spec = scope.spec.task_specs[element] if element else scope.spec.start
        token = Token(scope, spec, parent, state or TaskState.COMPLETED, id_)
        token.data = {**parent.data, **changed}
        token.internal_data = dict(internal)
        tokens.append(token)
    return tokens


def _padded(row: Sequence[Any]) -> list[Any]:
    empty: list[Any] = [0, _NOWHERE, 0, 0, {}, {}]
    return [*row, *empty[len(row) :]]
