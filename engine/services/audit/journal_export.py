"""Exports with proof: what happened to a complaint, or in a period, for whoever must check it.

An export says what it holds to a person (``timeline.html``), holds the events themselves, and
brings ``verify.py``, which needs Python alone and says in a sentence what is proven.
"""

import hashlib
import html
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from engine.bootstrap import Platform
from engine.domain.actor import NAMES, SYSTEM, Actor, Deed
from engine.domain.case import Case
from engine.domain.checkpoint import CHUNK, Checkpoint, End, Proof, prove, proven_root
from engine.domain.journal import Event
from engine.errors import (
    InvalidInputError,
    JournalAlteredError,
    NotAllowedError,
    NotFoundError,
)
from engine.services.accounts import reach
from engine.services.journal import checkpoints
from engine.services.journal.jotting import jot_look, jot_organisation
from engine.services.journal.telling import timeline_of
from engine.store.transaction import Transaction

MOST_CASES = 2_000
"""More complaints than this do not fit into one export."""
SIGNED_AS = b"redress export\n"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_README = """This export of Redress holds a part of the journal of an organisation, with proof.

timeline.html        what happened, for people
cases/*.json         the events of each complaint, as they are stored
checkpoint.json      the signed statement of where every chain of events ended
verify.py            proves it: run “python verify.py” in this folder

verify.py needs nothing but Python 3.11 or newer and asks nobody. Compare the key that it names
with the one that the organisation publishes. Personal data in here are as confidential as in the
complaint itself.
"""


def of_case(platform: Platform, *, actor: Actor, reference: str) -> bytes:
    """Return the export of one complaint, a ZIP file; that it was taken is an event of the case.

    Raises:
        NotAllowedError: The actor may not verify the journal of this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
        JournalAlteredError: There is nothing to prove: the journal is not the one that was signed.
    """

    def note(tx: Transaction) -> None:
        reach.case_of(platform, tx, actor=actor, deed=Deed.VERIFY, reference=reference)
        case = tx.cases.take(reference)
        jot_look(platform, tx, case=case, actor=actor, kind="case.exported")

    platform.database.write(note)
    checkpoints.make(platform, actor=SYSTEM)
    with platform.database.read() as tx:
        found = [tx.cases.get(reference)]
        return _bundle(platform, tx, actor, found, what=f"Complaint {reference}")


def of_period(platform: Platform, *, actor: Actor, begin: datetime, end: datetime) -> bytes:
    """Return the export of every complaint with an event in a period, and of the organisation.

    Args:
        platform: Where the journal is.
        actor: Who asks; complaints that they may not see are left out.
        begin: First moment of the period.
        end: First moment after it.

    Raises:
        NotAllowedError: The actor may not verify the journal.
        InvalidInputError: There are too many complaints.
        JournalAlteredError: There is nothing to prove: the journal is not the one that was signed.
    """
    actor.require(Deed.VERIFY)
    with platform.database.read() as tx:
        numbers = tx.journal.cases_between(begin, end)
        if len(numbers) > MOST_CASES:
            raise InvalidInputError(
                {"": f"{len(numbers):,} complaints; at most {MOST_CASES:,} fit. Choose fewer days."}
            )
        seen = [
            case.reference
            for case in map(tx.cases.get_by_id, numbers)
            if _reaches(platform, tx, actor, case)
        ]
    told = {"begin": begin.isoformat(), "end": end.isoformat(), "cases": len(seen)}
    platform.database.write(
        lambda tx: jot_organisation(platform, tx, actor=actor, kind="journal.exported", **told)
    )
    checkpoints.make(platform, actor=SYSTEM)
    with platform.database.read() as tx:
        found = [tx.cases.get(reference) for reference in seen]
        what = f"{begin:%Y-%m-%d} to {end:%Y-%m-%d}"
        return _bundle(platform, tx, actor, found, what=what, since=begin)


def _reaches(platform: Platform, tx: Transaction, actor: Actor, case: Case) -> bool:
    try:
        reach.require(platform, tx, actor=actor, deed=Deed.VERIFY, case=case)
    except (NotFoundError, NotAllowedError):
        return False
    return True


def _bundle(
    platform: Platform,
    tx: Transaction,
    actor: Actor,
    cases: Iterable[Case],
    *,
    what: str,
    since: datetime | None = None,
) -> bytes:
    parts = parts_in(platform, tx, cases, what=what)
    if since is not None:
        (last,) = tx.checkpoints.last()
        parts["organisation.json"] = _json({"events": _own_events(tx, last.checkpoint, since)})
    return sealed_parts(
        platform, parts=parts | {"README.txt": _README.encode()}, by=actor.username, what=what
    )


def parts_in(
    platform: Platform,
    tx: Transaction,
    cases: Iterable[Case],
    *,
    what: str,
    is_personal: bool = True,
) -> dict[str, bytes]:
    """Return the files that prove what happened to some complaints, as one transaction sees them.

    Args:
        platform: Where the journal is.
        tx: Sees it.
        cases: Which; a checkpoint was signed over them.
        what: Is told as the title of the page.
        is_personal: Whether what people wrote is in them; the proof holds without it.

    Raises:
        JournalAlteredError: There is nothing to prove: the journal is not the one that was signed.
    """
    (last,) = tx.checkpoints.last()
    names = {a.actor.username: a.actor.name for a in tx.accounts.all()} | dict(NAMES)
    parts: dict[str, bytes] = {}
    told = []
    for case in cases:
        events = tx.journal.of(case.id)
        if not is_personal:
            events = tuple(event._replace(personal=None) for event in events)
        proof = _proof(tx, case, last.checkpoint)
        parts[f"cases/{case.reference}.json"] = _json(
            {
                "reference": case.reference,
                "case_id": case.id,
                "events": [_as_data(event) for event in events],
                "proof": proof.as_data(),
            }
        )
        told.append((case.reference, events))
    zone = ZoneInfo(platform.policy.calendar.zone)
    organisation = platform.policy.organisation.name
    parts["timeline.html"] = _page(f"{organisation}: {what}", told, names, zone).encode()
    parts["checkpoint.json"] = last.checkpoint.line.encode()
    parts["verify.py"] = (files("engine") / "offline.py").read_bytes()
    return parts


def sealed_parts(platform: Platform, *, parts: Mapping[str, bytes], by: str, what: str) -> bytes:
    """Put everything into one file, with a signed list of what is in it."""
    key = checkpoints.signing_key(platform)
    manifest = _json(
        {
            "format": 1,
            "organisation": platform.policy.organisation.name,
            "what": what,
            "made_at": platform.now().isoformat(),
            "made_by": by,
            "key": key.public,
            "files": {name: hashlib.sha256(part).hexdigest() for name, part in parts.items()},
        }
    )
    signature = key.sign(SIGNED_AS + manifest).encode() + b"\n"
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        everything = dict(parts) | {"manifest.json": manifest, "manifest.sig": signature}
        for name, part in everything.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), part, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _proof(tx: Transaction, case: Case, checkpoint: Checkpoint) -> Proof:
    """Return how the chain of a case leads to a checkpoint.

    Raises:
        JournalAlteredError: It does not.
    """
    number = case.id // CHUNK
    among = _signed_ends(tx, number)
    chunks = [chunk for _, chunk in sorted(tx.checkpoints.chunks().items())]
    end = next((end for end in among if end.case_id == case.id), None)
    proof = prove(end, among=among, chunks=chunks) if end else None
    if proof is None or proven_root(proof) != checkpoint.fields["root"]:
        raise JournalAlteredError(
            [f"{case.reference} is not the complaint that checkpoint {checkpoint.number} signed."]
        )
    return proof


def _signed_ends(tx: Transaction, chunk: int) -> list[End]:
    """Return the ends of a chunk as they were at the last checkpoint."""
    now = {end.case_id: end for end in tx.checkpoints.ends(chunk)}
    ends = []
    for case_id, kept in sorted(tx.checkpoints.kept_ends(chunk).items()):
        end = now.get(case_id)
        if end is None or end.seq != kept.seq:
            end = End(case_id, kept.seq, tx.journal.hash_at(case_id, kept.seq))
        ends.append(end)
    return ends


def _own_events(tx: Transaction, checkpoint: Checkpoint, since: datetime) -> list[dict[str, Any]]:
    """Return the events of the organisation from a moment on, up to a checkpoint."""
    last = checkpoint.fields["organisation"][0]
    known = [event for event in tx.organisation.events() if event.seq <= last]
    first = next((event.seq for event in known if event.at >= since), last + 1)
    return [_as_data(event) for event in known if event.seq >= first]


def _as_data(event: Event) -> dict[str, Any]:
    told: dict[str, Any] = {
        "seq": event.seq,
        "at": event.at.isoformat(),
        "actor": event.actor,
        "type": event.type,
        "detail": event.detail,
        "prev_hash": event.prev_hash,
        "hash": event.hash,
    }
    if event.personal is not None:
        told["personal"] = {"salt": event.personal.salt.hex(), "text": event.personal.text}
    return told


def _json(told: Any) -> bytes:  # noqa: ANN401 - what JSON can hold
    text = json.dumps(told, indent=1, ensure_ascii=False)
    return text.encode(errors="surrogatepass")


_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root {{ color-scheme: light dark }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
  padding: 0 1rem }}
h1 {{ font-size: 1.5rem }} h2 {{ font-size: 1.15rem; margin-top: 2.5rem }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: left; vertical-align: top; padding: .35rem 1rem .35rem 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent);
  overflow-wrap: anywhere }}
td:first-child, th:first-child {{ white-space: nowrap; font-variant-numeric: tabular-nums }}
</style></head><body>
<h1>{title}</h1>
<p>What people read here is proven by verify.py beside this file. Times are those of {zone}.</p>
"""


def _page(
    title: str,
    told: Iterable[tuple[str, tuple[Event, ...]]],
    names: Mapping[str, str],
    zone: ZoneInfo,
) -> str:
    """Return what happened as a page without any script."""
    parts = [_HEAD.format(title=html.escape(title), zone=html.escape(zone.key))]
    for reference, events in told:
        parts.append(f"<h2>{html.escape(reference)}</h2>\n<table>")
        parts.append("<tr><th>When</th><th>Who</th><th>What</th></tr>")
        for entry in timeline_of(events, names):
            when = f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M}"
            cells = "".join(
                f"<td>{html.escape(cell)}</td>" for cell in (when, entry.who, entry.what)
            )
            parts.append(f"<tr>{cells}</tr>")
        parts.append("</table>")
    return "\n".join([*parts, "</body></html>\n"])
