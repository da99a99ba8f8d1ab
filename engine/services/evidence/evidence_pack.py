"""What an auditor takes along: each clause with what was found, the records, and proof (8.5).

The proof is that of the journal: the events of the complaints that were drawn, their way to the
signed checkpoint, a signed list of every file, and ``verify.py``, which needs Python alone.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import Any

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.conformity import ClauseResult, EvidenceRun, digest_of, since_when
from engine.domain.governance import GovernanceRecord
from engine.domain.kpi import Period
from engine.errors import NotFoundError
from engine.services.audit import journal_export
from engine.services.bulk import job_progress
from engine.services.evidence import conforming, evidence_page
from engine.services.evidence.audit_view import AuditView, named
from engine.services.journal import checkpoints
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction

_RUNS = 60
_README = """This file holds what was found about each clause of ISO 10002:2018, with proof.

index.html           every clause, for people; each has a page of its own in clauses/
clauses/*.json       the same for programs: duty, measures, counts, what was drawn by chance
register.json        records of governance that were drawn
runs.json            how each clause stood in the nights before
cases/*.json         the events of the complaints that were drawn
timeline.html        the same for people
checkpoint.json      the signed statement of where every chain of events ended
verify.py            proves it: run “python verify.py” in this folder

verify.py needs nothing but Python 3.11 or newer and asks nobody. Compare the key that it names with
the one that the organisation publishes. The same seed draws the same things from the same records.
"""


def write_evidence_pack(
    platform: Platform,
    *,
    actor: Actor,
    period: Period | None = None,
    seed: str = "",
    is_personal: bool = False,
    progress: Callable[[int, int], object] | None = None,
) -> bytes:
    """Return the evidence of a period, a ZIP file; that it was taken is an event.

    Args:
        platform: Where the records are.
        actor: Who asks; complaints that they may not see are neither counted nor in it.
        period: Over which time; None for the usual one.
        seed: Of chance, which draws samples.
        is_personal: Whether what people wrote is in the events; the proof holds without it.
        progress: Is told how many of the clauses are done, and of how many.

    Raises:
        NotAllowedError: The actor may not see the evidence, or not verify the journal.
        JournalAlteredError: There is nothing to prove: the journal is not the one that was signed.
    """
    actor.require(Deed.SEE_EVIDENCE)
    actor.require(Deed.VERIFY)
    over = period or conforming.usual_period(platform)
    told: dict[str, Any] = {"begin": over.begin.isoformat(), "end": over.end.isoformat()}
    told |= {"seed": seed, "personal": is_personal}
    platform.database.write(
        lambda tx: jot_organisation(platform, tx, actor=actor, kind="evidence.exported", **told)
    )
    checkpoints.make(platform, actor=SYSTEM)
    with platform.database.read() as tx:
        view = conforming.view_in(platform, tx, actor, over, seed=seed)
        results = _results(view, progress)
        what = f"Evidence from {over.begin:%Y-%m-%d} to {over.end:%Y-%m-%d}"
        drawn = _cases(tx, results)
        parts = journal_export.parts_in(
            platform, tx, drawn, what=what, is_personal=is_personal
        ) | _pages(platform, view, results, [case.reference for case in drawn], what)
    parts["README.txt"] = _README.encode()
    told_as = f"{what}, seed “{seed}”"
    return journal_export.sealed_parts(platform, parts=parts, by=actor.username, what=told_as)


def _results(
    view: AuditView, progress: Callable[[int, int], object] | None
) -> tuple[ClauseResult, ...]:
    results: list[ClauseResult] = []
    for done, duty in enumerate(view.duties, start=1):
        results += conforming.results_of(view, [duty.clause])
        job_progress.tell(done, of=len(view.duties))
        if progress:
            progress(done, len(view.duties))
    return tuple(results)


def _cases(tx: Transaction, results: Sequence[ClauseResult]) -> list[Any]:
    """Return the complaints that were drawn, each once, in the order of their references."""
    found = []
    for name in sorted({name for name, _fine in _drawn(results)}):
        try:
            found.append(tx.cases.get(name))
        except NotFoundError:
            continue  # it is the name of something else, such as a record of governance
    return found


def _drawn(results: Iterable[ClauseResult]) -> Iterable[tuple[str, bool]]:
    return (drawn for r in results for each in r.measures for drawn in each.count.sample)


def _pages(
    platform: Platform,
    view: AuditView,
    results: Sequence[ClauseResult],
    cases: Sequence[str],
    what: str,
) -> dict[str, bytes]:
    organisation = platform.policy.organisation.name
    runs = view.tx.evidence_runs.latest(_RUNS)
    about = f"Made on {platform.now():%Y-%m-%d %H:%M} UTC. Hash of all: {digest_of(results)}."
    index = evidence_page.index_page(f"{organisation}: {what}", about, results)
    parts = {"index.html": index.encode(errors="surrogatepass")}
    for result in results:
        clause, since = result.duty.clause, since_when(runs, result.duty.clause)
        page = evidence_page.clause_page(result, cases, f"{since:%Y-%m-%d}" if since else "")
        parts[f"clauses/{clause}.html"] = page.encode(errors="surrogatepass")
        parts[f"clauses/{clause}.json"] = _json(result.as_data())
    names = {name for name, _fine in _drawn(results)}
    parts["register.json"] = _json([_plain(r) for r in view.records if named(r) in names])
    parts["runs.json"] = _json([_told(run) for run in runs])
    return parts


def _plain(record: GovernanceRecord) -> dict[str, Any]:
    return {key: None if value is None else str(value) for key, value in asdict(record).items()}


def _told(run: EvidenceRun) -> dict[str, Any]:
    verdicts = {clause: [str(v), n, k] for clause, (v, n, k) in sorted(run.verdicts.items())}
    return {
        "run": run.number,
        "at": run.at.isoformat(),
        "digest": run.digest,
        "verdicts": verdicts,
    }


def _json(told: Any) -> bytes:  # noqa: ANN401 - what JSON can hold
    text = json.dumps(told, indent=1, ensure_ascii=False)
    return text.encode(errors="surrogatepass")
