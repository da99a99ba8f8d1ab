"""The figures of all benchmarks are told together at the end."""

import pytest

from tests.benchmarks import figures


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if terminalreporter.config.getoption("-m") == "benchmark":
        for line in figures.lines():
            terminalreporter.write_line(line)
