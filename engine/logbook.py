"""How every process of Redress writes its log: one line per event, without anybody's data."""

import sys

import structlog

_LEVELS = {"info": 20, "warning": 30}


def configure(level: str = "info") -> None:
    """Send log lines to the error stream, in UTC.

    Args:
        level: ``info`` or ``warning``; what lies below is dropped.

    Tracebacks show the lines of the source and never the values in them: a value may be what a
    complainant wrote.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
