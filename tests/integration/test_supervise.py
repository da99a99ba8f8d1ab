"""Several processes live and end as one; real processes, small scripts instead of the product."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from engine import lineage, supervise
from engine.errors import UnavailableError
from engine.lineage import Ancestor, Register
from tests.postgres import free_port
from tests.processes import WITHIN, eventually, living, offspring

STAGES = (0.3, 0.3, 2.0)

DRIVER = """
import json, sys
from pathlib import Path
from engine import supervise
plan = json.loads(sys.argv[1])
home = Path(plan["home"])
children = [
    supervise.Child(name, (sys.executable, "-c", script), {}, url)
    for name, script, url in plan["children"]
]
def say(sentence):
    with (home / "said.txt").open("a") as said:
        said.write(sentence + "\\n")
script = plan["watch"]
watch = supervise.Child("watch", (sys.executable, "-c", script, str(home))) if script else None
patience = supervise.Patience(
    first_pause=0.1, longest_pause=0.4, stages=(0.5, 0.5, 2.0), without_watch=0.3, tries=3
)
sys.exit(supervise.run(children, home=home, announce=say, watch=watch, patience=patience))
"""

SERVES = """
import http.server, sys
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
http.server.ThreadingHTTPServer(("127.0.0.1", {port}), Page).serve_forever()
"""

STUBBORN = """
import signal, subprocess, sys, threading
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)
if len(sys.argv) == 1:
    grandchild = subprocess.Popen([sys.executable, "-c", sys.orig_argv[2], "leaf"])
threading.Event().wait()
"""

WATCHES = """
import sys
from pathlib import Path
with (Path(sys.argv[1]) / "stood_in.txt").open("a") as told:
    told.write("x")
raise SystemExit(9)
"""
"""A stand-in of the watch that comes to grief each time."""

SIGNS = """
import sys, time
from pathlib import Path
from engine import heartbeat
while True:
    heartbeat.beat(Path({home!r}))
    time.sleep(0.05)
"""

STEADY = "import threading; print('here', flush=True); threading.Event().wait()"


def text_of(path: Path) -> str:
    with suppress(FileNotFoundError):
        return path.read_text()
    return ""


def said(home: Path) -> str:
    return text_of(home / "said.txt")


@pytest.fixture
def start(tmp_path):
    """Start a supervisor over children given as (name, script, url); end it whatever happens."""
    started = []

    def begin(*children, watch=""):
        plan = json.dumps({"home": str(tmp_path), "children": children, "watch": watch})
        process = subprocess.Popen([sys.executable, "-c", DRIVER, plan], start_new_session=True)
        started.append(process)
        return process

    yield begin
    for process in started:
        lineage.end(Ancestor.of(process.pid), stages=(5, 1, 1))
        process.wait(WITHIN)


@pytest.fixture
def page():
    port = free_port()
    return "page", SERVES.format(port=port), f"http://127.0.0.1:{port}/healthz"


def test_the_others_start_once_the_first_answers(start, page, tmp_path):
    start(page, ("other", STEADY, ""))

    assert eventually((tmp_path / "logs" / "other.log").exists)
    assert said(tmp_path) == f"Page is ready: {page[2].removesuffix('/healthz')}\n"


def test_the_others_do_not_start_while_the_first_is_silent(start, tmp_path):
    silent = ("page", STEADY, f"http://127.0.0.1:{free_port()}/healthz")
    start(silent, ("other", STEADY, ""))

    assert eventually((tmp_path / "logs" / "page.log").exists)
    assert not eventually((tmp_path / "logs" / "other.log").exists, within=0.5)


def test_a_child_that_ends_starts_again_after_growing_pauses(start, page, tmp_path):
    start(page, ("other", "raise SystemExit(7)", ""))

    assert eventually(lambda: said(tmp_path).count("starts again") >= 4)
    pauses = [line.split(" in ")[1].split(" s;")[0] for line in said(tmp_path).splitlines()[1:5]]
    assert pauses == ["0.1", "0.2", "0.4", "0.4"]
    assert "other process ended with code 7" in said(tmp_path)


def test_a_first_child_that_never_answers_is_given_up(start, tmp_path):
    url = f"http://127.0.0.1:{free_port()}/healthz"
    supervisor = start(("page", "raise SystemExit('no database')", url))

    assert supervisor.wait(WITHIN) == 1
    assert "The page process does not start" in said(tmp_path)
    assert "no database" in (tmp_path / "logs" / "page.log").read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_ctrl_c_ends_every_descendant_even_stubborn_ones(start, page, tmp_path, number):
    supervisor = start(page, ("stubborn", STUBBORN, ""))
    assert eventually(lambda: len(offspring(supervisor)) == 3)
    descendants = offspring(supervisor)

    supervisor.send_signal(number)

    assert supervisor.wait(WITHIN) == 0
    assert living(descendants) == []
    assert not (tmp_path / "running.json").exists()


def stood_in(home):
    return len(text_of(home / "stood_in.txt"))


def test_while_nobody_keeps_the_watch_it_is_stood_in_for_again_and_again(start, page, tmp_path):
    start(page, watch=WATCHES)

    assert eventually(lambda: stood_in(tmp_path) > 2)
    assert said(tmp_path).count("Nobody looks after what is overdue") == 1


def test_while_a_child_keeps_the_watch_nobody_stands_in(start, page, tmp_path):
    start(page, ("runner", SIGNS.format(home=str(tmp_path)), ""), watch=WATCHES)
    assert eventually((tmp_path / "watched").exists)
    before = stood_in(tmp_path)

    assert not eventually(lambda: stood_in(tmp_path) > before + 1, within=2)


def test_a_watch_that_ends_is_stood_in_for_and_told_each_time(start, page, tmp_path):
    supervisor = start(page, ("runner", SIGNS.format(home=str(tmp_path)), ""), watch=WATCHES)
    assert eventually((tmp_path / "watched").exists)
    (runner,) = (each for each in offspring(supervisor) if "heartbeat" in str(each.cmdline()))
    before = stood_in(tmp_path)

    runner.suspend()

    assert eventually(lambda: stood_in(tmp_path) > before + 2)
    runner.resume()
    after = stood_in(tmp_path)
    assert not eventually(lambda: stood_in(tmp_path) > after + 1, within=2)


def test_a_start_ends_what_a_killed_supervisor_left_behind(start, page, tmp_path):
    killed = start(page, ("other", STEADY, ""))
    # Who speaks after the one who listens has gone, ends by itself: here it has spoken before.
    assert eventually(lambda: "here" in text_of(tmp_path / "logs" / "other.log")), said(tmp_path)
    orphans = offspring(killed)
    killed.kill()
    killed.wait(WITHIN)
    assert len(living(orphans)) == 2

    start(page)

    were_ended = eventually(lambda: "former start had broken off; 2 of its" in said(tmp_path))
    assert were_ended, said(tmp_path)
    assert living(orphans) == []


def test_the_port_that_a_killed_supervisor_left_in_use_is_free_again(start, page, tmp_path):
    killed = start(page)
    assert eventually(lambda: "ready" in said(tmp_path))
    port = int(page[2].split(":")[2].split("/")[0])
    killed.kill()
    killed.wait(WITHIN)
    with pytest.raises(UnavailableError):
        supervise.require_free_port("127.0.0.1", port)

    supervise.prepare(home=tmp_path, port=port)

    assert not supervise.answers(page[2])


def test_a_second_start_on_the_same_folder_is_refused(start, page, tmp_path):
    supervisor = start(page)
    assert eventually(lambda: "ready" in said(tmp_path))

    with pytest.raises(UnavailableError, match=f"already, as process {supervisor.pid}"):
        Register(tmp_path).take_over(stages=STAGES)


def test_a_process_that_got_the_number_of_a_former_child_is_left_alone(tmp_path):
    stranger = subprocess.Popen(
        [sys.executable, "-c", STEADY], stdout=subprocess.PIPE, start_new_session=True
    )
    stranger.stdout.readline()
    older = Ancestor(stranger.pid, Ancestor.of(stranger.pid).created - 3600)
    Register(tmp_path).write([older])

    ended = Register(tmp_path).take_over(stages=STAGES)

    assert ended == 0
    assert stranger.poll() is None
    stranger.kill()
    stranger.communicate()


def test_a_child_is_known_again_after_the_time_of_day_was_set(start, page, tmp_path, monkeypatch):
    start(page)
    assert eventually(lambda: "ready" in said(tmp_path))
    entries = json.loads(text_of(tmp_path / "running.json"))
    boot = psutil.boot_time()
    monkeypatch.setattr(psutil, "boot_time", lambda: boot + 7200)
    monkeypatch.setattr("psutil._pslinux.boot_time", lambda: boot + 7200)

    assert lineage.is_alive(Ancestor(**entries["owner"]))


def test_nobody_is_ended_for_a_number_from_before_the_machine_started(tmp_path, monkeypatch):
    stranger = subprocess.Popen([sys.executable, "-c", STEADY], start_new_session=True)
    Register(tmp_path).write([Ancestor.of(stranger.pid)])
    monkeypatch.setattr(lineage, "_START_OF_THE_MACHINE", tmp_path / "another")

    assert Register(tmp_path).take_over(stages=STAGES) == 0

    assert stranger.poll() is None
    stranger.kill()
    stranger.wait(WITHIN)


def test_a_list_that_was_cut_short_ends_nobody(tmp_path):
    (tmp_path / "running.json").write_text('{"owner": {"pid": 1')

    assert Register(tmp_path).take_over(stages=STAGES) == 0


def test_a_grandchild_that_outlives_its_parent_is_found_by_its_session():
    script = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {STEADY!r}])"
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, start_new_session=True
    )
    ancestor = Ancestor.of(parent.pid)
    parent.stdout.readline()
    parent.wait(WITHIN)

    left = lineage.family(ancestor)

    assert len(left) == 1
    assert lineage.end(ancestor, stages=STAGES)
    assert living(left) == []
    parent.stdout.close()


def test_the_check_catches_an_end_that_forgets_the_descendants(start, page):
    """Planted: whoever only ends the child itself leaves the grandchild running."""
    supervisor = start(page, ("stubborn", STUBBORN, ""))
    assert eventually(lambda: len(offspring(supervisor)) == 3)
    descendants = offspring(supervisor)

    supervisor.kill()
    supervisor.wait(WITHIN)

    assert len(living(descendants)) == 3
    for process in descendants:
        os.kill(process.pid, signal.SIGKILL)


def test_a_port_in_use_is_refused_in_one_sentence(page):
    with pytest.raises(UnavailableError, match="Choose one with --port") as refusal:
        supervise.require_free_port("203.0.113.1", 80)

    assert "Port 80 of 203.0.113.1 cannot be used" in str(refusal.value)


def test_the_web_application_is_the_first_child(tmp_path):
    children = supervise.redress_children(home=tmp_path, port=free_port())

    assert [child.name for child in children] == ["web", "scheduler", "runner"]
    assert all(child.environment["REDRESS_HOME"] == str(tmp_path) for child in children)


def test_who_supervises_has_loaded_neither_the_database_nor_a_framework():
    told = "import sys, engine.supervise; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True
    )

    assert "psutil" in loaded.stdout.split()
    assert {"sqlalchemy", "pydantic", "prefect", "streamlit"}.isdisjoint(loaded.stdout.split())
