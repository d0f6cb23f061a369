"""Rows of hours and closures as history tells them: before and after, in JSON."""

import hashlib
import json
from datetime import date
from typing import Any

from visavis.availability.models import Admission, Closure, DatedChange, WeeklyBlock

HOURS = ("weekday", "start_minute", "end_minute", "valid_from", "valid_until", "source")
CHANGE = ("kind", "first", "last", "start_minute", "end_minute", "note")
GROUPS = (("services", "any_service"), ("formats", "any_format"), ("locations", "any_location"))


def values_of(row: WeeklyBlock | DatedChange) -> dict[str, Any]:
    """All of the hours that a person set: when, and what they admit."""
    return {**_columns(row, HOURS if isinstance(row, WeeklyBlock) else CHANGE), **_admitted(row)}


def mark_of(row: WeeklyBlock | DatedChange) -> str:
    """A short mark of all that `values_of` tells: whoever looked at a row shows which they saw."""
    told = json.dumps(values_of(row), sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def closure_values(closure: Closure) -> dict[str, Any]:
    """All of a closure that a person set."""
    return _columns(closure, ("first", "last", "start_minute", "end_minute", "reason"))


def _columns(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else value


def _admitted(row: Admission) -> dict[str, Any]:
    """By name, because history outlives what it tells of; nothing named is anything."""
    return {
        name: "any" if getattr(row, is_any) else [str(one) for one in getattr(row, name).all()]
        for name, is_any in GROUPS
    }
