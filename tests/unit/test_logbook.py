"""A log tells what happened and never what a complainant wrote."""

import pytest
import structlog

from engine import logbook


@pytest.fixture(autouse=True)
def _as_before():
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def fail() -> None:
    complaint = "my neighbour at number 12".upper()
    raise RuntimeError(f"{len(complaint)} letters")


def test_a_traceback_shows_no_values_of_variables(capsys):
    logbook.configure()

    try:
        fail()
    except RuntimeError:
        structlog.get_logger().exception("watch failed")

    told = capsys.readouterr().err
    assert "watch failed" in told
    assert "in fail" in told
    assert "NUMBER 12" not in told


def test_the_rich_traceback_of_the_library_would_show_them(capsys):
    """Planted: the library's own setting, which the check above would catch."""
    structlog.reset_defaults()

    try:
        fail()
    except RuntimeError:
        structlog.get_logger().exception("watch failed")

    assert "NUMBER 12" in capsys.readouterr().out


def test_a_quiet_log_drops_what_is_only_information(capsys):
    logbook.configure("warning")

    structlog.get_logger().info("nothing special")
    structlog.get_logger().warning("look here")

    assert "nothing special" not in (told := capsys.readouterr().err)
    assert "look here" in told
