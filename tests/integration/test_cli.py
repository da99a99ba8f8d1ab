"""The command line: exit status, one clear sentence for wrong input, JSON for programs."""

import json
import os
import shutil
import subprocess
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from engine import cli

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def home(tmp_path: Path, sqlite_template: Path) -> Path:
    """The folder of an installation that nobody has used."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copyfile(sqlite_template, home / "redress.db")
    return home


def _environment(home: Path, settings: dict[str, str]) -> dict[str, str]:
    usual = {name: text for name, text in os.environ.items() if "REDRESS" not in name}
    return usual | {"REDRESS_HOME": str(home), "COLUMNS": "200"} | settings


@pytest.fixture
def redress_anew(home: Path, tmp_path: Path) -> Run:
    """Run the command as whoever types it does."""

    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "engine.cli", *arguments],
            cwd=tmp_path,
            env=_environment(home, settings),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


@pytest.fixture
def redress(home: Path, tmp_path: Path) -> Run:
    """Run the command as a process of its own that has read our code already."""

    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        said = [tmp_path / "out.txt", tmp_path / "err.txt"]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # no thread of ours is needed
            child = os.fork()
        if child == 0:
            os.chdir(tmp_path)
            os._exit(_become(arguments, _environment(home, settings), said))
        _, waited = os.waitpid(child, 0)
        out, err = (path.read_text("utf-8") for path in said)
        status = os.waitstatus_to_exitcode(waited)
        return subprocess.CompletedProcess(arguments, status, out, err)

    return run


def _become(arguments: Sequence[str], environment: dict[str, str], said: Sequence[Path]) -> int:
    """Be the command in this process, and return its exit status."""
    os.environ.clear()
    os.environ.update(environment)
    with said[0].open("w", encoding="utf-8") as out, said[1].open("w", encoding="utf-8") as err:
        sys.stdout, sys.stderr, sys.argv = out, err, ["redress", *arguments]
        try:
            cli.main()
        except SystemExit as end:
            return int(end.code or 0)
        except BaseException:  # noqa: BLE001 - a child must not go on as the test that it came from
            traceback.print_exc()
            return 70
    return 0


def _files(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in home.iterdir()}


def _assert_one_sentence(done: subprocess.CompletedProcess[str], *words: str) -> None:
    said = done.stderr.strip()
    assert "Traceback" not in said + done.stdout
    assert all(word in said for word in words), said
    assert len(said.splitlines()) <= 6


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("kpi", "--from", "2026-02-30"), ("--from", "2026-02-30")),
        (("kpi", "--from", "2026-03-02", "--to", "2026-03-01"), ("--from", "--to")),
        (("kpi", "frozen", "--from", "2026-02-01", "--to", "Mars"), ("--to", "Mars")),
        (("kpi", "--from", "2026-01-02", "list"), ("--from", "behind")),
        (("kpi", "show", "--to", "0001-01-02"), ("--to", "2000-01-01")),
        (("kpi", "frozen", "--from", "9999-12-01", "--to", "9999-12-31"), ("--to", "today")),
        (("job", "run", "make_coffee"), ("job", "make_coffee")),
        (("journal", "verify", "C-1999-000001"), ("C-1999-000001",)),
        (("check", "nothing.bpmn"), ("nothing.bpmn",)),
        (("check", "picture.png"), ("picture.png",)),
        (("import", "nothing.csv", "--mapping", "cfpb"), ("nothing.csv",)),
        (("import", "nothing.csv", "--mapping", "nowhere"), ("nothing.csv",)),
        (("demo", "--cases", "0"), ("--cases",)),
        (("up", "--port", "99999"), ("--port",)),
        (("no-such-command",), ("no-such-command",)),
        (
            ("users", "add", "a b", "--name", "A", "--role", "king", "--password", "short"),
            ("User name", "Roles", "Password"),
        ),
    ],
    ids=" ".join,
)
def test_unusable_input_is_named_in_a_sentence(redress: Run, arguments, words):
    done = redress(*arguments)

    assert done.returncode == 2
    _assert_one_sentence(done, *words)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"REDRESS_DATABASE_URL": "not an address"}, ("database",)),
        ({"REDRESS_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}, ("database",)),
        ({"REDRESS_POLICY__CALENDAR__ZONE": "Mars/Base"}, ("zone", "Mars/Base")),
    ],
    ids=["address", "server", "zone"],
)
def test_a_wrong_setting_is_named_in_a_sentence(redress: Run, settings, words):
    done = redress("kpi", **settings)

    assert done.returncode in {1, 2}
    _assert_one_sentence(done, *words)


def test_a_country_without_known_holidays_is_named_when_time_is_counted(redress: Run):
    done = redress("demo", "--cases", "1", REDRESS_POLICY__CALENDAR__COUNTRY="XX")

    assert done.returncode == 2
    _assert_one_sentence(done, "XX")


def test_a_good_diagram_has_no_blocking_findings(redress: Run):
    folder = Path(__file__).parents[2] / "bpmn"

    done = redress("check", *(str(path) for path in sorted(folder.glob("*.*mn"))))

    assert done.returncode == 0, done.stdout


def test_findings_come_layer_by_layer_with_the_names_of_their_rules(redress: Run):
    path = str(Path(__file__).parents[2] / "bpmn" / "concluded.bpmn")

    every = redress("check", path)
    one = redress("check", path, "--layer", "complaints", "--format", "json")
    none = redress("check", path, "--layer", "running")

    assert "Does it handle complaints properly?" in every.stdout
    assert "[complaints-are-acknowledged]" in " ".join(every.stdout.split())
    assert {each["layer"] for each in json.loads(one.stdout)} == {"complaints"}
    assert "complaints-are-acknowledged" in {each["rule"] for each in json.loads(one.stdout)}
    assert "No findings." in none.stdout


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not XML at all",
        b"<?xml version='1.0'?><!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><d>&x;</d>",
        b"\xff\xfe\x00broken",
    ],
    ids=["empty", "text", "entity", "bytes"],
)
def test_a_bad_diagram_is_refused_with_findings(redress: Run, tmp_path: Path, content: bytes):
    path = tmp_path / "bad.bpmn"
    path.write_bytes(content)

    done = redress("check", str(path))

    assert done.returncode in {1, 2}
    assert "Traceback" not in done.stderr + done.stdout
    assert "root:" not in done.stdout


def test_an_import_reports_refused_rows_and_says_so_by_its_exit_status(redress, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(
        "id,received,summary,complainant,category\n"
        "1,2026-01-02,Bill is wrong,Jane Doe,Price\n"
        "2,someday,Bill is wrong,Jane Doe,Price\n",
        encoding="utf-8",
    )

    done = redress("import", str(path), "--mapping", "plain", "--format", "json")

    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert (told["accepted"], told["rejected"]) == (1, 1)
    assert told["rejections"][0]["line"] == 3
    assert "someday" in told["rejections"][0]["reason"]


def test_the_demonstration_tells_programs_what_happened(redress: Run, tmp_path: Path):
    before = _files(tmp_path / "home")

    done = redress("demo", "--cases", "3", "--seed", "5", "--format", "json")

    told = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert told["counts"]["closed"] == 3
    assert told["wrong"] == {}
    assert _files(tmp_path / "home") == before


def test_the_demonstration_leaves_a_database_in_use_alone(redress: Run, tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'story.db'}"
    first = redress("demo", "--cases", "1", "--database", url)

    again = redress("demo", "--cases", "1", "--database", url)

    assert first.returncode == 0, first.stderr
    assert again.returncode == 1
    assert "empty" in again.stderr


def test_jobs_users_and_the_journal_work_from_the_command_line(redress_anew: Run):
    redress = redress_anew
    password = "a longer password"
    added = redress(
        "users", "add", "jo", "--name", "Jo", "--role", "handler", "--password", password
    )
    users = redress("users", "list", "--format", "json")
    swept = redress("job", "run", "sla_sweep", "--format", "json")
    verified = redress("journal", "verify", "--format", "json")
    rebuilt = redress("rebuild")

    assert [added.returncode, rebuilt.returncode] == [0, 0]
    assert json.loads(users.stdout)[0]["username"] == "jo"
    assert json.loads(swept.stdout)["state"] == "done"
    assert json.loads(verified.stdout)["broken"] == {}
    assert password not in added.stdout + added.stderr
