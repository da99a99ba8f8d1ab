"""What Redress is made of: every package with its version, licence and hashes.

Run as ``python -m tests.architecture.supply`` by ``make sbom``; it reads only files that are here,
so it needs no network, and what it says is what was installed.
"""

import base64
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.house import ROOT

LOCK = ROOT / "requirements.lock"
SCRIPTS = ROOT / "ui" / "frontend" / "package-lock.json"

PERMISSIVE = frozenset(
    {
        *("0BSD", "Apache-2.0", "Artistic-2.0", "BlueOak-1.0.0", "BSD", "BSD-2-Clause"),
        *("BSD-3-Clause", "CC0-1.0", "CNRI-Python", "ISC", "MIT", "MIT-0", "MIT-CMU"),
        *("OFL-1.1", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib"),
    }
)
"""Ask for no more than to be named."""

BOUND: Mapping[str, str] = {
    "bpmn-js": "bpmn.io licence: free to use while its watermark stays visible, which it does",
    "dmn-js": "bpmn.io licence: as bpmn-js",
    "dmn-js-boxed-expression": "bpmn.io licence: as bpmn-js",
    "dmn-js-decision-table": "bpmn.io licence: as bpmn-js",
    "dmn-js-drd": "bpmn.io licence: as bpmn-js",
    "dmn-js-literal-expression": "bpmn.io licence: as bpmn-js",
    "dmn-js-shared": "bpmn.io licence: as bpmn-js",
    "component-props": "MIT by its read-me, though not by its metadata",
    "randomcolor": "CC0-1.0, which its metadata calls CC0",
    "certifi": "MPL-2.0: a list of certificates, used unchanged",
    "hypothesis": "MPL-2.0: a tool of the tests, which is not shipped",
    "orjson": "MPL-2.0 in parts: used unchanged, from its own package",
    "pathspec": "MPL-2.0: used unchanged, from its own package",
    "psycopg": "LGPL-3.0: used unchanged, from its own package, and replaceable",
    "psycopg-binary": "LGPL-3.0: as psycopg",
    "spiffworkflow": "LGPL-3.0: used unchanged, from its own package, and replaceable",
    "text-unidecode": "Artistic licence, the one of two that we choose",
    "tqdm": "MPL-2.0 in parts: used unchanged, from its own package",
    "axe-playwright-python": "MIT by its repository, though not by its metadata; of the tests only",
}
"""Packages that ask for more, and why they may stand here."""

FORBIDDEN = re.compile(
    r"\bAGPL|Affero|\bSSPL|Server Side Public|BUSL|Business Source", re.IGNORECASE
)
"""Would bind whoever offers Redress over a network, or forbid it; no reason is good enough."""

_SPELLINGS = (
    (r"^(the )?apache( software)?( license)?( version)?[ ,-]*(2(\.0)?)?( license)?$", "Apache-2.0"),
    (r"^(the )?mit( license)?$", "MIT"),
    (r"^(3-clause )?bsd( 3-clause)?( license)?$|^new bsd.*$", "BSD"),
    (r"^isc license.*$", "ISC"),
    (r"^python software foundation license$", "PSF-2.0"),
    (r"^mozilla public license 2\.0.*$", "MPL-2.0"),
)
_PINNED = re.compile(r"^([a-z0-9][\w.-]*)==([^ ;\\]+)(?: ; ([^\\\n]+))?", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Part:
    """One package.

    Attributes:
        kind: ``pypi`` or ``npm``.
        licences: As its makers state them, none where they do not.
        hashes: Of its files, by algorithm; any of them may be the one that was installed.
        is_shipped: Users get it; others serve building and testing.
    """

    kind: str
    name: str
    version: str
    licences: tuple[str, ...]
    hashes: tuple[tuple[str, str], ...]
    is_shipped: bool


def parts() -> list[Part]:
    """Return every package of the lock files that this machine needs, in order."""
    return [*python_parts(LOCK.read_text("utf-8")), *script_parts(SCRIPTS.read_text("utf-8"))]


def python_parts(lock: str) -> Iterator[Part]:
    """Yield the Python packages of a lock file; those that other systems need are left out."""
    shipped = _closure("redress")
    starts = [*_PINNED.finditer(lock)]
    ends = [*(match.start() for match in starts[1:]), len(lock)]
    for match, end in zip(starts, ends, strict=True):
        name, version = canonicalize_name(match[1]), match[2]
        found = _installed(name)
        if found is None or (match[3] and not Marker(match[3].strip()).evaluate()):
            continue
        hashes = tuple(("SHA-256", value) for value in _HASH.findall(lock[match.start() : end]))
        yield Part("pypi", name, version, _licences(found), hashes, name in shipped)


def script_parts(lock: str) -> Iterator[Part]:
    """Yield the packages of which the scripts of the pages are built."""
    for path, told in json.loads(lock)["packages"].items():
        name = path.rpartition("node_modules/")[2]
        if not name:
            continue
        algorithm, _, value = told["integrity"].partition("-")
        hashes = ((algorithm.replace("sha", "SHA-"), base64.b64decode(value).hex()),)
        is_tool = "esbuild" in name
        licences = (told["license"],) if "license" in told else ()
        yield Part("npm", name, told["version"], licences, hashes, not is_tool)


def troubles(found: Iterable[Part]) -> Iterator[str]:
    """Yield a sentence for each package whose licence nobody has agreed to, or without a hash."""
    for part in found:
        stated = " | ".join(part.licences) or "no licence"
        if FORBIDDEN.search(stated):
            yield f"{part.name} has a licence that is never taken: {stated}"
        elif part.name not in BOUND and not any(map(_is_permissive, part.licences)):
            yield f"{part.name} has a licence that nobody has agreed to: {stated}"
        if not part.hashes:
            yield f"{part.name} has no hash in its lock file"


def bill(found: Iterable[Part], version: str) -> dict[str, object]:
    """Return the list of packages as CycloneDX 1.5 writes it."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "redress",
                "name": "redress",
                "version": version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": [_component(part) for part in found],
    }


def _component(part: Part) -> dict[str, object]:
    address = f"pkg:{part.kind}/{part.name.replace('@', '%40')}@{part.version}"
    return {
        "type": "library",
        "bom-ref": address,
        "purl": address,
        "name": part.name,
        "version": part.version,
        "scope": "required" if part.is_shipped else "excluded",
        "licenses": [{"license": {"name": name}} for name in part.licences],
        "hashes": [{"alg": name, "content": value} for name, value in part.hashes],
    }


def _is_permissive(licence: str) -> bool:
    """Tell whether a licence, or one that may be chosen, asks for no more than to be named."""
    choices = re.split(r"\s+OR\s+", licence.strip("() "))
    return any(
        all(_spelled(each) in PERMISSIVE for each in re.split(r"\s+AND\s+", choice.strip("() ")))
        for choice in choices
    )


def _spelled(licence: str) -> str:
    text = licence.strip("() ")
    for pattern, spelling in _SPELLINGS:
        if re.match(pattern, text, re.IGNORECASE):
            return spelling
    return text


def _licences(found: Distribution) -> tuple[str, ...]:
    """Return the licences of a package, from the most exact statement there is."""
    told = found.metadata
    if expression := told.get("License-Expression"):
        return (expression,)
    known = [name for name in told.get_all("Classifier") or () if name.startswith("License ::")]
    named = tuple(
        name.rpartition(" :: ")[2] for name in known if not name.endswith(("approved", "Approved"))
    )
    free_text = (told.get("License") or "").strip().splitlines()[:1]
    return named or tuple(free_text)


def _closure(name: str) -> set[str]:
    """Return a package and everything it needs on this machine."""
    found: set[str] = set()
    wanted = [Requirement(name)]
    while wanted:
        requirement = wanted.pop()
        known = _installed(requirement.name)
        if known is None:
            continue
        found.add(canonicalize_name(requirement.name))
        extras = requirement.extras or {""}
        needs = map(Requirement, known.requires or ())
        wanted += [
            need
            for need in needs
            if canonicalize_name(need.name) not in found
            and (not need.marker or any(need.marker.evaluate({"extra": e}) for e in extras))
        ]
    return found


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def main() -> int:
    """Write the list of packages to a file, or to the screen."""
    told = json.dumps(bill(parts(), distribution("redress").version), indent=1) + "\n"
    if len(sys.argv) > 1:
        target = Path(sys.argv[1])
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(told, encoding="utf-8")
    else:
        sys.stdout.write(told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
