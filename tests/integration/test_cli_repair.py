"""`redress repair` and `redress check --try`: files in, files out, every change said."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.cli import door
from engine.errors import InvalidInputError, ProcessFailedError
from engine.services.studio import repairing
from tests.unit.process.drawing import document, flows, line, node, process, script
from tests.unit.process.mending import person

DRAWN = document(
    process("p", node("start", "s"), node("task", "t", name="Check"), node("xor", "g"),
            node("end", "x", name="Yes"), node("end", "y", name="No"), line("s", "t", "g"),
            flows("g -> x\ng -> y"))
)  # fmt: skip
UNDECIDED = document(
    process("p", node("start", "s"), node("rule", "r", step={"decision": "fees"}), line("s", "r"))
)


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    path = tmp_path / "drawn.bpmn"
    path.write_bytes(DRAWN)
    return path


def redress(*arguments: object):
    return CliRunner().invoke(door.app, [str(each) for each in arguments])


def words(done):
    return " ".join(done.output.split())


def test_a_repaired_file_runs_and_the_original_stays(drawn: Path, tmp_path: Path):
    out = tmp_path / "made.bpmn"

    done = redress("repair", drawn, "-o", out)

    assert done.exit_code == 0
    assert drawn.read_bytes() == DRAWN
    assert "repaired: “Check” (t): A person does it now." in words(done)
    assert "Cases can run on it." in words(done)
    tried = redress("check", "--try", out)
    assert tried.exit_code == 0
    assert "“Check” (t) waits for a person." in words(tried)


def test_forms_are_written_beside_the_diagram_and_read_with_it(drawn: Path, tmp_path: Path):
    out = tmp_path / "made.bpmn"

    redress("repair", drawn, "-o", out)

    (form,) = tmp_path.glob("made.*.json")
    assert form.name == "made.check.json"
    assert redress("check", "--try", out, form).exit_code == 0
    form.unlink()
    assert redress("check", "--try", out).exit_code == 1


def test_everything_is_told_as_json_too(drawn: Path, tmp_path: Path):
    done = redress("repair", drawn, "-o", tmp_path / "made.bpmn", "--format", "json")

    told = json.loads(done.output)
    assert told["runnable"] is True
    assert {"element", "label", "done", "why"} == {*told["repairs"][0]}
    assert [Path(each).name for each in told["written"]] == ["made.bpmn", "made.check.json"]


def test_what_a_person_must_decide_is_said_by_name_and_status(tmp_path: Path):
    path, out = tmp_path / "open.bpmn", tmp_path / "out.bpmn"
    path.write_bytes(UNDECIDED)

    done = redress("repair", path, "-o", out)

    assert done.exit_code == 1
    assert "to decide: “r”" in words(done)
    assert "It is not runnable yet." in words(done)
    tried = redress("check", "--try", out)
    assert tried.exit_code == 1
    assert "No case was started" in words(tried)


def test_the_main_process_is_called_as_wanted(drawn: Path, tmp_path: Path):
    out = tmp_path / "made.bpmn"

    redress("repair", drawn, "-o", out, "--process", "claims")

    assert b'id="claims"' in out.read_bytes()


@pytest.mark.parametrize("content", [b"", b"no diagram", b"<svg/>"])
def test_a_file_that_is_no_diagram_cannot_be_used(tmp_path: Path, content: bytes):
    path = tmp_path / "bad.bpmn"
    path.write_bytes(content)

    with pytest.raises(InvalidInputError, match="cannot be repaired"):
        repairing.repair_file(path=path, out=tmp_path / "out.bpmn")

    assert not (tmp_path / "out.bpmn").exists()


def test_a_missing_file_a_folder_and_the_original_itself_are_refused(drawn: Path, tmp_path: Path):
    for path, out in (
        (tmp_path / "none.bpmn", tmp_path / "out.bpmn"),
        (drawn, tmp_path / "no" / "folder.bpmn"),
        (drawn, drawn),
    ):
        with pytest.raises(InvalidInputError):
            repairing.repair_file(path=path, out=out)


def test_a_process_that_stops_at_once_is_said_with_the_step(tmp_path: Path):
    path = tmp_path / "stops.bpmn"
    parts = (node("start", "s"), script("t", "a = b * 2"), node("user", "u"), line("s", "t", "u"))
    path.write_bytes(document(process("p", *parts)))

    with pytest.raises(ProcessFailedError, match="“t”"):
        repairing.try_first_steps(paths=[path])
    assert redress("check", "--try", path).exit_code == 1


def test_a_process_without_a_pause_is_said_to_end(tmp_path: Path):
    path = tmp_path / "short.bpmn"
    path.write_bytes(document(process("p", node("start", "s"), node("end", "e"), line("s", "e"))))

    done = redress("check", "--try", path, "--format", "json")

    assert json.loads(done.output)["first_stop"] == {"waits": [], "passed": 2}


def test_an_upload_is_repaired_without_any_file():
    content = document(process("p", node("start", "s"), person("u"), line("s", "u")))

    done = repairing.make_runnable(content=content, process_id="complaint")

    assert b'id="complaint"' in done.content
    assert done.repairs


def test_the_check_tells_how_much_is_mended_and_how_much_needs_a_person(tmp_path: Path):
    foreign = tmp_path / "foreign.bpmn"
    foreign.write_bytes(DRAWN)
    undecided = tmp_path / "undecided.bpmn"
    undecided.write_bytes(UNDECIDED.replace(b"<bpmn:businessRuleTask", b"<bpmn:task", 1))

    checked = redress("check", foreign)
    told = json.loads(redress("check", foreign, "--format", "json").output)

    assert "2 things stand in the way: Make it runnable mends all of them." in words(checked)
    blocking = [each for each in told if each["severity"] == "blocking"]
    assert [each["repairable"] for each in blocking] == [True, True]
    assert not any(each["repairable"] for each in told if each not in blocking)
