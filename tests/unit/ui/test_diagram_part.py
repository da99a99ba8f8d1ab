"""The page part that shows a diagram."""

import shutil
import subprocess

import pytest
from streamlit.testing.v1 import AppTest

from tests.architecture.house import ROOT
from ui.asset import FOLDER, asset_address
from ui.parts import drawing_words
from ui.parts.source import source

FRONTEND = ROOT / "ui" / "frontend"


@pytest.fixture(autouse=True)
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing_words, "_language", lambda: "de")


def _page() -> None:
    import streamlit as st  # noqa: PLC0415 - the page runs as a script of its own

    from ui.parts.diagram import Waiting, show_diagram  # noqa: PLC0415 - see above

    clicked = show_diagram(
        "<bpmn:definitions/>",
        key="process",
        alt="The process",
        current=["assess"],
        counts={"assess": Waiting(2, late=1)},
    )
    st.text(f"clicked {clicked}")


def _modes() -> None:
    from ui.parts import diagram  # noqa: PLC0415 - the page runs as a script of its own

    xml = "<bpmn:definitions/>"
    diagram.show_comparison(
        diagram.Version(xml, "Version 3"),
        diagram.Version(xml, "Draft"),
        key="compared",
        alt="Both",
        difference=diagram.Difference(added=["a"], changed={"b": "due"}),
        focus=diagram.Focus("a", 1),
    )
    warmth = {"a": diagram.Warmth(3, "3 d")}
    diagram.show_heat(xml, key="warm", alt="Heat", heat=warmth, scale="Median")
    diagram.show_coverage(xml, key="covered", alt="Covered", covered=["a"], missed=())
    told = {"a": "A person does it now."}
    diagram.show_repairs(xml, key="r", alt="R", repaired=told, guessed={}, undecided={})


def test_every_mode_is_shown():
    page = AppTest.from_function(_modes, default_timeout=60)

    page.run()

    assert not page.exception


def test_a_diagram_is_shown_and_nothing_is_clicked_yet():
    page = AppTest.from_function(_page, default_timeout=60)

    page.run()

    assert not page.exception
    assert page.text[0].value == "clicked None"


@pytest.mark.parametrize("bundle", ["viewer", "modeler", "dmn"])
def test_exactly_one_of_each_is_built_and_served_under_its_digest(bundle):
    built = [path.name for path in FOLDER.glob(f"{bundle}.*.js")]

    address = asset_address(f"{bundle}.js")

    assert [address] == [f"/assets/{name}" for name in built]


@pytest.mark.skipif(
    not (FRONTEND / "node_modules").is_dir(), reason="What it is built of is not installed."
)
def test_the_committed_files_are_what_the_sources_build(tmp_path):
    node = shutil.which("node")
    assert node is not None

    subprocess.run([node, "build.mjs", str(tmp_path)], cwd=FRONTEND, check=True)

    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(made) == 5
    assert made == {name: (FOLDER / name).read_bytes() for name in made}


def test_the_built_files_name_their_licences():
    legal = (FOLDER / "LEGAL.txt").read_text("utf-8")

    named = [
        name for name in ("bpmn-js", "dmn-js", "diagram-js", "inter", "watermark") if name in legal
    ]

    assert named == ["bpmn-js", "dmn-js", "diagram-js", "inter", "watermark"]
    assert "SIL OPEN FONT LICENSE" in legal


def test_the_loader_asks_nobody_else():
    loader = source("diagram.js")

    assert "@VIEWER@" in loader
    assert "http" not in loader
