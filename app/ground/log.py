"""The log: one JSON line an event, on standard error, with a fixed set of keys. Details never go in."""

from __future__ import annotations

import logging
import sys

import structlog

# What may be said of an event. A key that is not here is dropped, so that a careless line cannot leak.
KEYS = frozenset(
    "event level timestamp id method door status ms kind at job seconds count type letter payment live problem logger".split()
)


def _only_known_keys(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {key: value for key, value in event.items() if key in KEYS}


def _standard(record: logging.LogRecord) -> bool:
    """Lines of libraries: their logger and level, without arguments or tracebacks, which may hold anything."""
    structlog.get_logger().log(
        record.levelno,
        "library",
        logger=record.name,
        kind=record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None,
    )
    return False


def begin() -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_known_keys,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_standard)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
