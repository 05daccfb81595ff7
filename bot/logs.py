"""Logs: events with fields, one JSON object a line. Never people's words, tokens or addresses."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from functools import partial
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from typing import Any


def configure() -> None:
    """Write events of ours and of libraries to standard error, in Vietnamese letters as they are."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_LibraryFormatter())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            _without_words,
            structlog.processors.JSONRenderer(serializer=partial(json.dumps, ensure_ascii=False)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )


def _without_words(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of an exception only its kind and where it was raised: its message may quote what a person wrote."""
    if event.pop("exc_info", None):
        kind, _error, trace = sys.exc_info()
        event["error"] = kind.__name__ if kind else ""
        event["where"] = _frames(trace)
    return event


def _frames(trace: Any) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)[-12:]]


class _LibraryFormatter(logging.Formatter):
    """A library's record as an event, its exception without words as well."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        event: dict[str, Any] = {"event": record.name, "level": record.levelname.lower()}
        if record.exc_info and record.exc_info[0]:
            event |= {"error": record.exc_info[0].__name__, "where": _frames(record.exc_info[2])}
        else:
            event["message"] = record.getMessage()
        return json.dumps(event, ensure_ascii=False)
