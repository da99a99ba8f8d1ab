"""A command in a process of its own that is killed at a chosen point, as by a power cut."""

import os
import signal
import warnings
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

from sqlalchemy import event, inspect, text

from engine.bootstrap import Platform
from engine.store.database import Database
from tests.compiled import take

Act = Callable[[Platform], object]


def killed_at(platform: Platform, act: Act, point: int) -> bool:
    """Run ``act`` in a child that kills itself at ``point``; tell whether it came to that.

    Points are counted from 0: one before and one after each statement, and one before the commit.
    A child that passes all of them ends without any cleaning up, like one killed after the commit.
    """
    return was_killed(start(platform, act, point))


def start(platform: Platform, act: Act, point: int = -1) -> int:
    """Run ``act`` in a child of its own and return its process id."""
    platform.database.close()  # no connection of ours may be shared with the child
    with warnings.catch_warnings():
        # From Python 3.12 on: threads of the parent do not exist in the child; it needs none.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _live_and_die(platform, act, point)
    return child


def was_killed(child: int) -> bool:
    """Wait for a child; tell whether it was killed, or ended well.

    Raises:
        RuntimeError: The child failed by itself.
    """
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise RuntimeError("The command failed by itself.")
    return os.WIFSIGNALED(status)


def _live_and_die(platform: Platform, act: Act, point: int) -> None:
    try:
        url = platform.database.engine.url.render_as_string(hide_password=False)
        with closing(take(Database(url, platform.keyring))) as database:
            _arm(database, point)
            act(replace(platform, database=database))
            os._exit(0)
    finally:
        os._exit(3)


def _arm(database: Database, point: int) -> None:
    passed = iter(range(1_000_000))

    def pass_by(*_: object) -> None:
        if next(passed) == point:
            os.kill(os.getpid(), signal.SIGKILL)

    for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(database.engine, moment, pass_by)


def contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Return everything that is stored, by table."""
    with database.engine.connect() as connection:
        names = [name for name in inspect(connection).get_table_names() if "search" not in name]
        return {
            name: sorted(map(tuple, connection.execute(text(f"SELECT * FROM {name}"))), key=repr)  # noqa: S608
            for name in sorted(names)
        }
