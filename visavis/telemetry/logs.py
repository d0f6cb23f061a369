"""Logs: a line of JSON for machines, a line for people on a terminal, and nobody's data in either.

Every record of every library passes through here. What a record carries as named values is chosen
by name (`VALUES`); what is free text, an exception's own words above all, is cut down to what says
nothing of people: no addresses, no quoted values, no paths with tokens in them.
"""

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

from visavis.core.discretion import hide, in_line
from visavis.core.errors import VisavisError

# The only named values that a record brings into the log.
VALUES = {"method", "route", "status", "milliseconds", "job", "attempt", "outcome"}


def settings(*, as_json: bool, level: str) -> dict[str, Any]:
    """Django's LOGGING: everything to stderr, in one shape."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"told": {"()": formatter, "as_json": as_json}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "told"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "visavis": {"level": level},
            # Django's own handler would print a second line of another shape.
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            # A form that comes back with its errors is no event for the log.
            "django.request": {"level": "ERROR"},
            "django_tasks": {"level": "ERROR"},
            "django_tasks_db": {"level": "ERROR"},
        },
    }


def settings_of_server(*, as_json: bool) -> dict[str, Any]:
    """The same for the web server, which keeps handlers of its own."""
    console = {"class": "logging.StreamHandler", "formatter": "told"}
    return {
        "formatters": {"told": {"()": formatter, "as_json": as_json}},
        "handlers": {"console": console},
        "loggers": {"_granian": {"handlers": ["console"], "propagate": False}},
    }


def formatter(*, as_json: bool) -> logging.Formatter:
    """What turns a record into its line."""
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(allow=VALUES),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    after: list[Processor] = [
        _tell_route,
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        _tell_nobody,
    ]
    last: Processor
    if as_json:
        last = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        last = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=[*after, last])


def _tell_route(
    _logger: Any, _name: str, told: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Django names the path of a request in its message; the path may hold a token."""
    request = getattr(told.get("_record"), "request", None)
    path = getattr(request, "path", "")
    if path:
        told["event"] = str(told["event"]).replace(path, route_of(request))
    return told


def route_of(request: Any) -> str:
    """The name of the page that was asked for; never its path."""
    match = getattr(request, "resolver_match", None)
    return (match.view_name if match else "") or "unmatched"


def _tell_nobody(
    _logger: Any, _name: str, told: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    told["event"] = in_line(hide(str(told["event"])))
    error = told.pop("exc_info", None)
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        told["exception"] = "\n".join(_trace(error))
    return told


def _trace(error: BaseException, depth: int = 0) -> Iterator[str]:
    """Where it happened, line by line, and what it was, the cause first."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and depth < MOST_CAUSES:
        yield from _trace(cause, depth + 1)
        yield "and then"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
    yield f"{type(error).__module__}.{type(error).__qualname__}: {_words_of(error)}"


MOST_CAUSES = 5


def _words_of(error: BaseException) -> str:
    """A refusal's sentence is for the person it names; its code is for the log."""
    return error.code if isinstance(error, VisavisError) else hide(str(error))
