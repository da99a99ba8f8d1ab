"""Prefect's event loop never waits for SQLite because unreachable objects are freed in it."""

import subprocess
import sys

import orjson
import pytest

WAITED_FOR = 3.0

PROGRAM = """
import contextlib, gc, json, sqlite3, sys, threading, time, weakref

file, who, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])

class Loop:
    pass

def connected():
    return sqlite3.connect(file, timeout=0, isolation_level=None, check_same_thread=False)

def abandon_a_cursor(waiting):
    loop = Loop()
    loop.itself, loop.cursor = loop, waiting.cursor()
    try:
        loop.cursor.execute("insert into t values (1)")
    except sqlite3.OperationalError:
        return weakref.ref(loop)

def wait_for_the_lock():
    with contextlib.suppress(sqlite3.OperationalError):
        waiting.execute("begin immediate")

gc.disable()
holding, waiting = connected(), connected()
holding.execute("pragma journal_mode = wal")
holding.execute("create table t (a)")
holding.execute("begin immediate")
abandoned = abandon_a_cursor(waiting)
waiting.execute(f"pragma busy_timeout = {int(seconds * 1000)}")
waits = threading.Thread(target=wait_for_the_lock)
waits.start()
time.sleep(0.5)
if who == "beside":
    from workflows.collector import collect_beside
    collect_beside()
else:
    gc.enable()
kept, longest, last = [], 0.0, time.monotonic()
ends = last + seconds
while last < ends:
    kept.append([[] for _ in range(100)])
    time.sleep(0.001)
    longest, last = max(longest, time.monotonic() - last), time.monotonic()
waits.join()
time.sleep(1.5)
print(json.dumps([longest, abandoned() is None]))
"""


@pytest.fixture
def stood_still(tmp_path):
    """Return a function: seconds a busy thread stood still, and whether the cursor was freed."""

    def measured(who):
        command = [sys.executable, "-c", PROGRAM, tmp_path / "locked.db", who, str(WAITED_FOR)]
        done = subprocess.run(command, capture_output=True, check=True, timeout=60)
        return orjson.loads(done.stdout)

    return measured


def test_a_thread_that_allocates_waits_for_another_ones_lock(stood_still):
    seconds, is_freed = stood_still("by allocation")
    assert seconds > WAITED_FOR / 2, "what the collector is for: without it the thread waits"
    assert is_freed


def test_beside_a_collector_nothing_waits_and_all_is_freed(stood_still):
    seconds, is_freed = stood_still("beside")
    assert seconds < WAITED_FOR / 4
    assert is_freed


def test_the_server_is_run_with_the_collector_beside(tmp_path):
    program = (
        "import gc, runpy, sys; from workflows.server import main\n"
        "runpy.run_module = lambda name, **_: print(name, sys.argv[1:3], gc.isenabled())\n"
        "main()"
    )
    command = [sys.executable, "-c", program, "--home", tmp_path, "--port", "4200"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60, text=True)
    assert done.stdout.strip() == "prefect ['server', 'start'] False"
