"""Verify an export of the journal of Redress, with nothing but Python 3.11 or newer.

    python verify.py                  in the unpacked folder
    python verify.py EXPORT.zip       without unpacking
    python verify.py --key HEX ...    and insist on the public key that the organisation publishes

This file is a part of every export. Whoever does not trust the one inside takes it from a release
of Redress, where it is engine/offline.py, and reads it: it is short on purpose.
"""

import hashlib
import hmac
import json
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

# Ed25519, RFC 8032: points on a curve over the numbers modulo a prime.
_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]

_LARGEST = 200_000_000
"""Bytes of one file; an export is smaller."""
_MANIFEST, _SIGNATURE = "manifest.json", "manifest.sig"


class RefusedError(Exception):
    """The export is not what it was when it was made."""


def main(arguments: Sequence[str]) -> int:
    """Verify an export and say what was proven; return 0 when it holds, else 1."""
    given, key = list(arguments), ""
    if "--key" in given and given.index("--key") + 1 < len(given):
        place = given.index("--key")
        key = given[place + 1].strip().lower()
        del given[place : place + 2]
    path = Path(given[0]) if given else Path(__file__).resolve().parent
    try:
        sys.stdout.write(verify(contents(path), key) + "\n")
    except RefusedError as refusal:
        sys.stdout.write(f"REFUSED: {refusal}.\n")
        return 1
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OSError) as damage:
        sys.stdout.write(f"REFUSED: the export is damaged ({type(damage).__name__}: {damage}).\n")
        return 1
    except (zipfile.BadZipFile, RecursionError, OverflowError) as damage:
        sys.stdout.write(f"REFUSED: the export is damaged ({type(damage).__name__}).\n")
        return 1
    return 0


def contents(path: Path) -> dict[str, bytes]:
    """Return every file of an export by its name.

    Raises:
        RefusedError: A file is too large, or stands there twice.
    """
    if path.is_dir():
        files = [each for each in path.rglob("*") if each.is_file()]
        mine = [each for each in files if "__pycache__" not in each.parts]
        return {each.relative_to(path).as_posix(): each.read_bytes() for each in mine}
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if entry.filename in found or entry.file_size > _LARGEST:
                raise RefusedError(f"{entry.filename} is there twice, or too large")
            found[entry.filename] = archive.read(entry)
    return found


def verify(files: Mapping[str, bytes], expected_key: str = "") -> str:
    """Return in a sentence what an export proves.

    Raises:
        RefusedError: It proves nothing.
    """
    for name in (_MANIFEST, _SIGNATURE, "checkpoint.json"):
        _insist(name in files, f"the file {name} is missing")
    manifest = json.loads(files[_MANIFEST])
    point = json.loads(files["checkpoint.json"])
    body = json.loads(point["body"])
    key = str(manifest["key"])
    _insist(not expected_key or key == expected_key, f"it was signed by another key, {key}")
    known = {body["key"], body.get("next_key")}
    _insist(key in known, "the export and its checkpoint were signed by different keys")
    signature = files[_SIGNATURE].decode()
    _insist(len(signature) == 129 and signature.endswith("\n"), "its signature is damaged")
    _insist(
        is_signed(key, b"redress export\n" + files[_MANIFEST], signature[:-1]),
        "its list of files was changed: the signature is not good",
    )
    _compare(files, manifest["files"])
    signed = b"redress checkpoint\n" + point["body"].encode()
    _insist(is_signed(body["key"], signed, point["signature"]), "the checkpoint was changed")
    return _told(files, manifest, body)


def _compare(files: Mapping[str, bytes], listed: Mapping[str, str]) -> None:
    for name in sorted(listed.keys() - files.keys()):
        raise RefusedError(f"the file {name} is missing")
    for name in sorted(files.keys() - listed.keys() - {_MANIFEST, _SIGNATURE}):
        raise RefusedError(f"the file {name} was added")
    for name, digest in sorted(listed.items()):
        _insist(hashlib.sha256(files[name]).hexdigest() == digest, f"the file {name} was changed")


def _told(files: Mapping[str, bytes], manifest: Mapping[str, Any], body: Mapping[str, Any]) -> str:
    cases = [json.loads(files[name]) for name in sorted(files) if name.startswith("cases/")]
    events = sum(_check_case(case, body["root"]) for case in cases)
    later = sum(len(case["events"]) - case["proof"]["seq"] for case in cases)
    if "organisation.json" in files:
        events += _check_organisation(json.loads(files["organisation.json"]), body["organisation"])
    held = "complaint" if len(cases) == 1 else "complaints"
    told = (
        f"PROVEN: this export of {manifest['organisation']} holds {len(cases)} {held} with "
        f"{events} events, complete and unchanged since checkpoint {body['number']} was signed on "
        f"{body['at']} by the key {manifest['key']}."
    )
    if later:
        told += f" {later} events came after that checkpoint: they are chained, not yet signed."
    return f"{told} Compare the key with the one that the organisation publishes."


def _check_case(case: Mapping[str, Any], root: str) -> int:
    """Check the chain of a case and its proof; return how many events it has."""
    name, proof = case["reference"], case["proof"]
    last = _check_chain(name, case["case_id"], case["events"], prev="", first=1)
    _insist(bool(case["events"]), f"{name} has no events")
    _insist(proof["case_id"] == case["case_id"], f"the proof of {name} is for another case")
    _insist(0 < proof["seq"] <= len(case["events"]), f"events of {name} are missing at the end")
    ended = case["events"][proof["seq"] - 1]["hash"]
    _insist(proof["head"] == ended, f"{name} is not the case that was signed")
    _insist(_root_of(proof) == root, f"{name} is not in the checkpoint")
    return int(last)


def _check_organisation(told: Mapping[str, Any], end: Sequence[Any]) -> int:
    """Check a stretch of the chain of the organisation up to the checkpoint."""
    events = told["events"]
    if not events:
        return 0
    first = events[0]
    last = _check_chain("the organisation", 0, events, prev=first["prev_hash"], first=first["seq"])
    _insist([last, events[-1]["hash"]] == list(end), "events of the organisation are missing")
    return len(events)


def _check_chain(
    name: str, case_id: int, events: Sequence[Mapping[str, Any]], *, prev: str, first: int
) -> int:
    """Compute every hash anew; return the number of the last event."""
    seq = first - 1
    for event in events:
        seq += 1
        _insist(event["seq"] == seq, f"event {seq} of {name} is missing")
        detail = event["detail"]
        told = [1, case_id, seq, event["at"], event["actor"], event["type"], detail, prev]
        text = json.dumps(told, separators=(",", ":"), ensure_ascii=False)
        digest = hashlib.sha256(b"\x00" + text.encode()).hexdigest()
        is_same = event["prev_hash"] == prev and event["hash"] == digest
        _insist(is_same, f"event {seq} of {name} was changed")
        _check_personal(name, event)
        prev = digest
    return seq


def _check_personal(name: str, event: Mapping[str, Any]) -> None:
    """Check what is personal in an event against what the journal commits to."""
    personal = event.get("personal")
    if personal is None:
        return  # there is none, or it was erased
    salt, text = bytes.fromhex(personal["salt"]), personal["text"].encode(errors="surrogatepass")
    computed = hmac.new(salt, text, "sha256").hexdigest()
    committed = json.loads(event["detail"]).get("personal")
    _insist(
        committed == computed, f"what people wrote in event {event['seq']} of {name} was changed"
    )


def _root_of(proof: Mapping[str, Any]) -> str:
    """Return the root to which a proof leads, by RFC 6962."""
    end = f'[{proof["case_id"]},{proof["seq"]},"{proof["head"]}"]'
    chunk = _climb(end, proof["index"], proof["cases"], proof["path"])
    above = f'[{proof["chunk"]},{proof["cases"]},"{chunk}"]'
    return _climb(above, proof["above"], proof["chunks"], proof["path_above"])


def _climb(leaf: str, index: int, size: int, path: Sequence[str]) -> str:
    found, last = hashlib.sha256(b"\x00" + leaf.encode()).digest(), size - 1
    _insist(0 <= index < size, "a proof has no such place")
    rest = [bytes.fromhex(step) for step in path]
    while last:
        if index % 2 or index < last:
            beside = rest.pop(0)
            pair = beside + found if index % 2 else found + beside
            found = hashlib.sha256(b"\x01" + pair).digest()
        index, last = index // 2, last // 2
    _insist(not rest, "a proof is too long")
    return found.hex()


def _insist(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - it reads as a sentence
    if not holds:
        raise RefusedError(otherwise)


# Ed25519


def is_signed(key: str, content: bytes, signature: str) -> bool:
    """Tell whether an Ed25519 signature is good; key and signature in hex."""
    raw, public = bytes.fromhex(signature), bytes.fromhex(key)
    a, r = _point(public), _point(raw[:32])
    s = int.from_bytes(raw[32:], "little")
    if len(raw) != 64 or a is None or r is None or s >= _L:
        return False
    digest = hashlib.sha512(raw[:32] + public + content).digest()
    h = int.from_bytes(digest, "little") % _L
    return _is_equal(_times(s, _base()), _sum(r, _times(h, a)))


def _base() -> _Point:
    y = 4 * pow(5, -1, _P) % _P
    x = _x_of(y, 0)
    if x is None:
        raise ArithmeticError("the curve has its base point")
    return x, y, 1, x * y % _P


def _point(raw: bytes) -> _Point | None:
    if len(raw) != 32:
        return None
    number = int.from_bytes(raw, "little")
    y = number & ((1 << 255) - 1)
    x = _x_of(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % _P)


def _x_of(y: int, sign: int) -> int | None:
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    if square == 0:
        return None if sign else 0
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P:
        return None
    return _P - x if x & 1 != sign else x


def _sum(one: _Point, other: _Point) -> _Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(factor: int, point: _Point) -> _Point:
    found: _Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            found = _sum(found, point)
        point = _sum(point, point)
        factor >>= 1
    return found


def _is_equal(one: _Point, other: _Point) -> bool:
    same_x = (one[0] * other[2] - other[0] * one[2]) % _P == 0
    return same_x and (one[1] * other[2] - other[1] * one[2]) % _P == 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
