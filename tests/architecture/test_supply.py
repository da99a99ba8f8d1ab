"""We know what Redress is made of, under which licences, and that it is what was locked."""

import json
from dataclasses import replace
from importlib.metadata import distribution, version

import pytest

from tests.architecture import supply
from tests.architecture.house import ROOT
from tests.architecture.supply import BOUND, Part, bill, parts, troubles

PARTS = parts()
SOUND = Part("pypi", "sound", "1.0", ("MIT",), (("SHA-256", "0" * 64),), is_shipped=True)


def test_every_package_has_a_hash_and_a_licence_that_was_agreed_to():
    assert list(troubles(PARTS)) == []


def test_what_is_installed_is_what_was_locked():
    found = {part.name: part.version for part in PARTS if part.kind == "pypi"}

    assert {name: version(name) for name in found} == found
    assert len(found) > 100


def test_every_package_that_redress_needs_is_in_the_list():
    shipped = {part.name for part in PARTS if part.is_shipped}

    assert {"spiffworkflow", "streamlit", "prefect", "lxml", "bpmn-js"} <= shipped
    assert shipped.isdisjoint({"pytest", "hypothesis", "ruff", "esbuild"})
    assert supply._closure("redress") - {"redress"} <= shipped


def test_every_agreement_is_about_a_package_that_is_there():
    """A package for another system, or one that was dropped, needs no agreement here."""
    assert {name for name in BOUND if name not in {part.name for part in PARTS}} <= {"tqdm"}


def test_the_list_is_what_tools_read():
    told = json.loads(json.dumps(bill(PARTS, "0.1.0")))

    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.5")
    references = [component["bom-ref"] for component in told["components"]]
    assert len(references) == len(set(references)) == len(PARTS)
    assert all(component["hashes"] and component["licenses"] is not None
               for component in told["components"])  # fmt: skip
    assert "pkg:npm/%40bpmn-io/diagram-js-ui@" in " ".join(references)


def test_redress_itself_says_its_licence():
    assert distribution("redress").metadata["License-Expression"] == "Apache-2.0"
    assert (ROOT / "LICENSE").is_file()
    assert (ROOT / "NOTICE").is_file()


@pytest.mark.parametrize(
    ("licence", "said"),
    [
        ("AGPL-3.0-or-later", "never taken"),
        ("GNU Affero General Public License v3", "never taken"),
        ("MIT AND AGPL-3.0-only", "never taken"),
        ("SSPL-1.0", "never taken"),
        ("GPL-3.0-only", "nobody has agreed"),
        ("GNU General Public License v2 or later (GPLv2+)", "nobody has agreed"),
        ("MIT AND GPL-3.0-only", "nobody has agreed"),
        ("Proprietary", "nobody has agreed"),
        ("", "nobody has agreed"),
    ],
)
def test_a_package_with_another_licence_is_noticed(licence, said):
    planted = replace(SOUND, licences=(licence,) if licence else ())

    (sentence,) = troubles([planted])

    assert said in sentence


@pytest.mark.parametrize("licence", ["MIT", "Apache-2.0 OR GPL-3.0-only", "(MIT AND BSD-3-Clause)"])
def test_a_package_with_a_permissive_licence_passes(licence):
    assert list(troubles([replace(SOUND, licences=(licence,))])) == []


def test_a_package_without_a_hash_is_noticed():
    assert list(troubles([replace(SOUND, hashes=())])) == ["sound has no hash in its lock file"]
