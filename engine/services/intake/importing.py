"""Complaints in bulk: resumable, and every row that is refused is named with its reason."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.form import AssessForm, RegisterForm
from engine.domain.mapping import ImportMapping, IncomingComplaint, RowReader
from engine.errors import InvalidInputError, RedressError
from engine.services.bulk.mappings import load_mapping
from engine.services.bulk.table_file import read_table
from engine.services.intake.intake import answer_all, begin, conclude
from engine.services.process.processes import CONCLUDED, install_concluded
from engine.store.imports import ImportRun
from engine.store.transaction import Transaction

_BATCH = 20
"""Rows in one transaction: few enough that people who work beside an import do not wait."""

_Row = tuple[int, IncomingComplaint | str]
"""Line, and the complaint or why there is none."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How an import ended.

    Attributes:
        run: Counts; every row of the file is accepted, known or rejected.
        rejections: Line and reason of each refused row, in file order.
    """

    run: ImportRun
    rejections: tuple[tuple[int, str], ...]


def import_file(
    platform: Platform,
    *,
    actor: Actor,
    path: Path,
    mapping: str,
    progress: Callable[[int], object] = lambda _line: None,
) -> ImportReport:
    """Make a case of each row of a file: registered, triaged, and with clocks running.

    What was concluded before it came here becomes a closed case with its outcome.

    An import that was broken off goes on where it stopped; one that ended changes nothing when
    it is run again.

    Args:
        platform: Where the cases go.
        actor: Who imports.
        path: CSV file, JSON file with an array of objects, or Excel workbook.
        mapping: Name of a shipped mapping, or path of a TOML file.
        progress: Called with the line that was reached, after each stored batch.

    Raises:
        NotAllowedError: The actor may not import.
        NotFoundError: There is no such mapping.
        InvalidInputError: File or mapping cannot be read; says what and where.
    """
    actor.require(Deed.IMPORT)
    rules = load_mapping(mapping)
    if rules.concludes:
        install_concluded(platform)
    key = _key(path, rules)
    run = platform.database.write(
        lambda tx: tx.imports.open(key, name=path.name, at=platform.now())
    )
    if run.finished_at is None:
        for batch in _batches(_rows(platform, path, rules), after=run.line):
            run = _store(platform, actor, run, batch)
            progress(run.line)
        done = replace(run, finished_at=platform.now())
        platform.database.write(lambda tx: tx.imports.advance(done, ()))
        run = done
    with platform.database.read() as tx:
        return ImportReport(run, tx.imports.rejections(key))


def count_lines(path: Path) -> int:
    """Return the last line of a file that holds a row, for a progress bar.

    Raises:
        InvalidInputError: The file cannot be read.
    """
    return max((line for line, _row in read_table(path)), default=0)


def _key(path: Path, rules: ImportMapping) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InvalidInputError(
            {"": f"The file {path} cannot be read: {error.strerror}."}
        ) from error
    digest = hashlib.sha256(content)
    digest.update(rules.model_dump_json().encode())
    return digest.hexdigest()


def _rows(platform: Platform, path: Path, rules: ImportMapping) -> Iterator[_Row]:
    """Yield every row, read or refused; reading is cheap, so a resumed import reads all again."""
    reader = RowReader(rules, platform.now())
    is_first = True
    for line, row in read_table(path, fits=rules.fits):
        if is_first:
            rules.check(row)
            is_first = False
        try:
            incoming = reader.read(row, line)
            _check_category(platform, incoming)
        except InvalidInputError as refusal:
            yield line, str(refusal)
        else:
            yield line, incoming


def _check_category(platform: Platform, incoming: IncomingComplaint) -> None:
    category = incoming.complaint.category
    if category not in platform.policy.categories:
        raise InvalidInputError({"category": f"“{category}” is not one of the organisation's."})


def _batches(rows: Iterator[_Row], *, after: int) -> Iterator[list[_Row]]:
    batch: list[_Row] = []
    for row in rows:
        if row[0] <= after:
            continue
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _store(platform: Platform, actor: Actor, run: ImportRun, batch: list[_Row]) -> ImportRun:
    """Store a batch and how far it got, in one transaction; a bad row does not take the others."""
    try:
        return platform.database.write(
            lambda tx: _lodge_all(platform, tx, actor, run, batch), gives_way=True
        )
    except RedressError as refusal:
        if len(batch) == 1:
            line, _incoming = batch[0]
            refused: list[_Row] = [(line, f"line {line}: {refusal}")]
            return platform.database.write(lambda tx: _lodge_all(platform, tx, actor, run, refused))
        for row in batch:
            run = _store(platform, actor, run, [row])
        return run


def _lodge_all(
    platform: Platform, tx: Transaction, actor: Actor, run: ImportRun, batch: list[_Row]
) -> ImportRun:
    accepted = known = 0
    rejections = []
    for line, incoming in batch:
        if isinstance(incoming, str):
            rejections.append((line, incoming))
        elif tx.cases.has_source(incoming.complaint.source, incoming.complaint.source_id):
            known += 1
        else:
            _lodge(platform, tx, actor, incoming)
            accepted += 1
    moved = replace(
        run,
        line=batch[-1][0],
        accepted=run.accepted + accepted,
        known=run.known + known,
        rejected=run.rejected + len(rejections),
    )
    tx.imports.advance(moved, rejections)
    return moved


def _lodge(platform: Platform, tx: Transaction, actor: Actor, incoming: IncomingComplaint) -> None:
    complaint = incoming.complaint
    if incoming.outcome is not None:
        change = begin(platform, tx, actor=actor, complaint=complaint, process=CONCLUDED)
        facts = {name: getattr(incoming, name) for name in ("severity", "safety", "complexity")}
        change.case = change.case.model_copy(update=facts)
        conclude(change, incoming.outcome, closed_at=incoming.closed_at)
        change.finish()
        return
    change = begin(platform, tx, actor=actor, complaint=complaint)
    answer_all(
        change,
        {
            "register": RegisterForm(category=complaint.category),
            "assess": AssessForm(
                severity=incoming.severity,
                safety=incoming.safety,
                complexity=incoming.complexity,
                amount=complaint.amount,
                vulnerable=complaint.vulnerable,
            ),
        },
    )
    change.finish()
