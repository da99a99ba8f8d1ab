"""Read states of version 1, which knew variables but not when they were set.

A scope was ``[id, id of the host token, result, rows, what all its branches know]``, a row ``[id,
row of the ancestor, element, state, changed variables, internals]``. What was changed at a row
counts as set when its token was made; settings get even numbers, so that what ended branches
have left can lie between them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.process.known import NOTHING, Known
from engine.process.progress import Variables
from engine.process.repeats import COUNTER
from engine.process.run import CaseRun, InnerScope, Token

VERSION = 1

_NOWHERE = -1


def load(case: CaseRun, last_id: int, scopes: Sequence[Sequence[Any]]) -> None:
    """Put the tokens of a stored state into a fresh case.

    Raises:
        LookupError: Something that is named is not there.
        TypeError: The state is damaged; so with ValueError and AttributeError.
    """
    case.last_id = 2 * last_id + 1
    case.plant(_NOWHERE)
    tokens: dict[int, Token] = {}
    for name, host_id, result, rows, *known in scopes:
        scope: CaseRun | InnerScope = case
        if host_id:
            scope = InnerScope(case.subprocess_specs[name], tokens[host_id])
            case.subprocesses[host_id] = scope
        begun = _setting(scope.begun, known[0] if known else {}, 2 * host_id + 1)
        scope.result = _setting(NOTHING, result, 2 * host_id + 1)
        tokens |= _load_rows(scope, begun, rows)


def _load_rows(
    scope: CaseRun | InnerScope, begun: Known, rows: Sequence[Sequence[Any]]
) -> Mapping[int, Token]:
    """Return the live tokens of a scope; ancestors are read only for what they knew."""
    line: list[Known] = []
    for row in rows:
        id_, place, element, state, changed, internals = _padded(row)
        known = _setting(begun if place == _NOWHERE else line[place], changed, 2 * id_)
        line.append(known)
        if not element:
            continue
        spec = scope.spec.task_specs[element]
        token = Token(scope, spec, scope.task_tree, state, id_)
        token.internal_data = {name: said for name, said in internals.items() if name != "seen"}
        token.known = NOTHING if token.stands_by else known
    return scope.live


def _setting(known: Known, values: Variables, number: int) -> Known:
    """Return what is known after a change; the number of a turn was written like the others."""
    if COUNTER in values:
        known = known.keeping(COUNTER, values[COUNTER])
    return known.setting({n: v for n, v in values.items() if n != COUNTER}, number)


def _padded(row: Sequence[Any]) -> list[Any]:
    empty: list[Any] = [0, _NOWHERE, 0, 0, {}, {}]
    return [*row, *empty[len(row) :]]
