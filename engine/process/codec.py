"""Write a running case down and read it back: live tokens only, in a versioned compact form.

A state is JSON: ``[version, digest, last number, scopes]``. A scope is ``[id, id of the host
token, rows, result]``, a row ``[id, element, state, knowledge, internals]``, both with empty ends
left out. Elements are named by their ids, so that a state can be read with the eyes and moved to
another version of the diagram. The knowledge of a token is written as the difference from
that of the one before it, of the first in a scope as the difference from that of the host:
``[number of a setting, its variables, ...]``. Only scopes of repeated activities have a result,
what their ended turns knew; elsewhere those that are left know it.
"""

from collections.abc import Sequence
from typing import Any

import orjson

from engine.errors import UnknownStateError
from engine.process import first_codec
from engine.process.known import NOTHING, Known
from engine.process.run import CaseRun, InnerScope, Token

VERSION = 2
"""The version that is written; each version ever written has a golden file in the tests."""

_Row = list[Any]
_SHORTEST = 3
"""Entries that a row or scope has at least."""
_EMPTY: _Row = [[], {}]
"""What is left out of a row."""
_UNKNOWN = -1
"""Stands for the number of a setting where names follow that the other knows and this does not."""


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
        UnknownStateError: The state is damaged, of a version that is not known, or belongs to
            another version of the process.
    """
    try:
        version, owner, last_id, scopes = orjson.loads(state)
    except (TypeError, ValueError) as error:
        raise UnknownStateError("damaged") from error
    if version not in {first_codec.VERSION, VERSION}:
        raise UnknownStateError(version)
    if owner != digest:
        raise UnknownStateError(f"{version}, process {owner}")
    try:
        if version == first_codec.VERSION:
            first_codec.load(case, last_id, scopes)
        else:
            _load(case, last_id, scopes)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise UnknownStateError(f"{version}, damaged") from error
    case.completed = not case.live


def _dump_scope(scope: CaseRun | InnerScope) -> _Row:
    rows: list[_Row] = []
    before = scope.begun
    for token in scope.live.values():
        difference: _Row = []
        if not token.stands_by:
            difference, before = _difference(before, token.known), token.known
        row = [token.id, token.task_spec.name, token.state, difference, token.internal_data]
        rows.append(_trimmed(row))
    result = [] if scope.spec.is_drawn else _difference(NOTHING, scope.result.beyond(scope.begun))
    return _trimmed([scope.spec.name, scope.host.id if scope.host else 0, rows, result])


def _load(case: CaseRun, last_id: int, scopes: Sequence[Sequence[Any]]) -> None:
    case.last_id = last_id
    case.plant(-1)
    tokens: dict[int, Token] = {}
    for name, host_id, rows, *result in scopes:
        scope: CaseRun | InnerScope = case
        if host_id:
            scope = InnerScope(case.subprocess_specs[name], tokens[host_id])
            case.subprocesses[host_id] = scope
        scope.result = _read(NOTHING, result[0]) if result else NOTHING
        _load_rows(scope, rows)
        tokens |= scope.live


def _load_rows(scope: CaseRun | InnerScope, rows: Sequence[Sequence[Any]]) -> None:
    before = scope.begun
    for row in rows:
        id_, element, state, difference, internals = [*row, *_EMPTY[len(row) - _SHORTEST :]]
        token = Token(scope, scope.spec.task_specs[element], scope.task_tree, state, id_)
        token.internal_data = dict(internals)
        if not token.stands_by:
            token.known = before = _read(before, difference)


def _difference(basis: Known, known: Known) -> _Row:
    """Return what somebody knows otherwise than another, in a fixed order; empty for nothing."""
    if known is basis:
        return []
    groups: dict[int, dict[str, Any]] = {}
    for name in sorted(known.values):
        number, value = known.at.get(name, 0), known.values[name]
        is_same = name in basis.values and number == basis.at.get(name, 0)
        if not is_same or (not number and basis.values[name] != value):
            groups.setdefault(number, {})[name] = value
    written: _Row = [part for group in sorted(groups.items()) for part in group]
    missing = sorted(basis.values.keys() - known.values.keys())
    return [*written, _UNKNOWN, missing] if missing else written


def _read(basis: Known, difference: Sequence[Any]) -> Known:
    if not difference:
        return basis
    values, at = dict(basis.values), dict(basis.at)
    for number, group in zip(difference[::2], difference[1::2], strict=True):
        for name in group:
            at.pop(name, None)
        if number == _UNKNOWN:
            for name in group:
                del values[name]
            continue
        values.update(group)
        if number:
            at.update(dict.fromkeys(group, number))
    return Known(values, at)


def _trimmed(row: _Row) -> _Row:
    while len(row) > _SHORTEST and not row[-1]:
        row.pop()
    return row
