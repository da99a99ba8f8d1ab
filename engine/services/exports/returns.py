"""Returns to regulators: looked at, checked, and kept as they were sent (ISO 10002:2018, 8.2)."""

import hashlib
from pathlib import Path

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.kpi import Period
from engine.domain.regulator_return import KeptReturn, ReturnKind
from engine.errors import InvalidInputError
from engine.services.accounts import reach
from engine.services.exports.return_making import RegulatorReturn, as_file, made_return
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction

_NAMED = 5
"""Problems that a refusal names; the others are counted."""


def look_at_return(
    platform: Platform, *, actor: Actor, kind: ReturnKind, period: Period
) -> RegulatorReturn:
    """Return what a return would say, and what is wrong with it.

    Raises:
        NotAllowedError: The actor may not take complaints out.
        InvalidInputError: The period is not over.
    """
    actor.require(Deed.EXPORT)
    if period.end > platform.now():
        raise InvalidInputError({"Period": "A return is about a period that is over."})
    with platform.database.read() as tx:
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.EXPORT)
        return made_return(platform, tx, kind=kind, period=period, seen=seen)


def write_return(
    platform: Platform, *, actor: Actor, kind: ReturnKind, period: Period, file: Path
) -> RegulatorReturn:
    """Write a return as CSV, and keep the file as it was sent.

    Raises:
        NotAllowedError: The actor may not take complaints out.
        InvalidInputError: The period is not over, or something is wrong; names it.
    """
    actor.require(Deed.EXPORT)
    made = look_at_return(platform, actor=actor, kind=kind, period=period)
    wrong = [*map(str, made.problems), *made.untied]
    if wrong:
        more = f" And {len(wrong) - _NAMED:,} more." if len(wrong) > _NAMED else ""
        raise InvalidInputError({"": " ".join(wrong[:_NAMED]) + more})
    table = as_file(made)
    file.write_bytes(table)
    told = {
        "return": kind.value,
        "begin": period.begin.isoformat(),
        "end": period.end.isoformat(),
        "cases": made.cases,
        "cells": {
            row: {name: str(cell.value) for name, cell in cells.items()}
            for row, cells in made.table.items()
        },
        "sha256": hashlib.sha256(table).hexdigest(),
    }

    def keep(tx: Transaction) -> None:
        by, at, sha256 = actor.username, platform.now(), told["sha256"]
        kept = KeptReturn(0, kind, period, made.cases, by, at, str(sha256))
        number = tx.kept_returns.add(kept, table)
        facts = {"number": number, **told}
        jot_organisation(platform, tx, actor=actor, kind="return.exported", **facts)

    platform.database.write(keep)
    return made
