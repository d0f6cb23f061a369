"""A calendar file cut down to what tells when somebody is busy (RFC 5545).

Titles, places, guests and notes go before anything else looks at the file: nothing of them can be
kept by mistake, and the mistakes in them harm nobody. It takes time in proportion to the file.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from visavis.calendars.errors import Unreadable

KEPT = {
    "VEVENT": frozenset(
        {
            "UID",
            "DTSTART",
            "DTEND",
            "DURATION",
            "RRULE",
            "RDATE",
            "EXDATE",
            "EXRULE",
            "RECURRENCE-ID",
            "SEQUENCE",
            "STATUS",
            "TRANSP",
            "ATTENDEE",
            "X-MICROSOFT-CDO-BUSYSTATUS",
        }
    ),
    "VFREEBUSY": frozenset({"UID", "FREEBUSY"}),
}
OF_CALENDAR = frozenset({"X-WR-TIMEZONE", "X-WR-CALNAME", "CALSCALE"})
RECURRING = ("RRULE", "RDATE", "RECURRENCE-ID")
NAME = re.compile(r"[A-Za-z0-9-]+(?=[;:])")
DATE = re.compile(r":(\d{8})(T\d{6}Z?)?$")
LINE_END = re.compile(r"\r\n|\n|\r")
# Zones differ from UTC by a day, and who gives no end may mean a long one.
EDGE = timedelta(days=2)
LONGEST_UNTOLD = timedelta(days=366)
BYTE_ORDERS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def trim(content: bytes, *, since: datetime, until: datetime) -> str:
    """The calendar of `content`: its zones, and what may be busy in [since, until), aware instants.

    Raises Unreadable: no calendar, or one that breaks off.
    """
    lines = _unfolded(_decoded(content))
    if "BEGIN:VCALENDAR" not in lines:
        raise Unreadable("a_web_page" if _is_web_page(content) else "no_calendar")
    if "END:VCALENDAR" not in lines:
        raise Unreadable("broken_off")
    first, last = f"{since - EDGE:%Y%m%d}", f"{until + EDGE:%Y%m%d}"
    long_ago = f"{since - LONGEST_UNTOLD:%Y%m%d}"
    kept = ["BEGIN:VCALENDAR", "VERSION:2.0"]
    kept += sorted({line for line in _outside_components(lines) if _name(line) in OF_CALENDAR})
    kept += _zones(lines)
    for component in _components(lines):
        if _may_matter(component, first=first, last=last, long_ago=long_ago):
            kept += component
    return "\r\n".join([*kept, "END:VCALENDAR", ""])


def _decoded(content: bytes) -> str:
    encoding = BYTE_ORDERS.get(content[:2], "utf-8-sig")
    return content.decode(encoding, errors="replace").replace("\x00", "")


def _is_web_page(content: bytes) -> bool:
    return content[:1000].lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml"))


def _unfolded(text: str) -> list[str]:
    lines: list[list[str]] = []
    for line in LINE_END.split(text):
        if line[:1] in {" ", "\t"} and lines:
            lines[-1].append(line[1:])
        elif line.strip():
            lines.append([line.rstrip()])
    whole = ("".join(parts) for parts in lines)
    return [line.upper() if _name(line) in {"BEGIN", "END"} else line for line in whole]


def _name(line: str) -> str:
    found = NAME.match(line)
    return found.group().upper() if found else ""


def _outside_components(lines: list[str]) -> Iterator[str]:
    """The lines of the calendar itself."""
    depth = 0
    for line in lines:
        depth -= line.startswith("END:")
        if depth == 1:
            yield line
        depth += line.startswith("BEGIN:")


def _zones(lines: list[str]) -> list[str]:
    found: list[str] = []
    is_zone = False
    for line in lines:
        is_zone = is_zone or line == "BEGIN:VTIMEZONE"
        if is_zone:
            found.append(line)
        is_zone = is_zone and line != "END:VTIMEZONE"
    return found


def _components(lines: list[str]) -> Iterator[list[str]]:
    """Each entry with the lines that matter; what it holds itself, alarms, is left out."""
    kind, depth, found = "", 0, list[str]()
    for line in lines:
        if not kind:
            if line.startswith("BEGIN:") and line[6:] in KEPT:
                kind, depth, found = line[6:], 0, [line]
        elif line == f"END:{kind}":
            yield [*found, line]
            kind = ""
        elif line.startswith("BEGIN:"):
            depth += 1
        elif line.startswith("END:"):
            depth -= 1
        elif not depth and _name(line) in KEPT[kind] and _is_of_use(line):
            found.append(line)


def _is_of_use(line: str) -> bool:
    """Of the guests only who declined: somebody's own invitation may be among those."""
    return _name(line) != "ATTENDEE" or "DECLINED" in line.upper()


def _may_matter(component: list[str], *, first: str, last: str, long_ago: str) -> bool:
    """Whether it recurs, or lies near the days [first, last]; what cannot be told may matter."""
    dates = {}
    for line in component:
        name = _name(line)
        if name in RECURRING or name == "FREEBUSY":
            return True
        if name in {"DTSTART", "DTEND"} and (found := DATE.search(line)):
            dates[name] = found.group(1)
    start = dates.get("DTSTART")
    if start is None:
        return True
    end = dates.get("DTEND")
    return start <= last and (end >= first if end is not None else start >= long_ago)
