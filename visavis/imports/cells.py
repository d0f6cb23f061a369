"""What may stand in one cell: texts, times, days, dates, opening hours.

Each parser raises BadCell with a code and a sentence. Minutes are wall-clock minutes after
midnight; an end beyond 1440 lies on the next day.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from difflib import get_close_matches

from django.utils.translation import gettext as _

from visavis.catalogue.enums import MeetingKind
from visavis.core.text import fold
from visavis.people.emails import check_email
from visavis.people.errors import InvalidPerson

DAY = 24 * 60
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORT_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
TRIMMED = " \t\n\r\f\v\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    chr(code) for code in range(0x2000, 0x200B)
)
# What spreadsheet programs take for the beginning of a formula, full-width forms included.
FORMULA = "=+-@＝＋－＠"
TIME = re.compile(r"(\d{1,2})(?::(\d{2})(?::00)?)?\s*(?:([ap])\.?\s?m\.?)?", re.IGNORECASE)
ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00(?::00)?)?")
SLASHED_DATE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{2}|\d{4})")
NOON = 12
MAX_CAPACITY = 100_000
NO_LIMIT = {"unlimited", "none", "no limit"}
KINDS = {
    MeetingKind.IN_PERSON: ("inperson", "person", "facetoface", "physical", "oncampus", "room"),
    MeetingKind.ONLINE: ("online", "virtual", "remote", "video", "zoom", "web"),
    MeetingKind.PHONE: ("phone", "telephone", "call", "phonecall"),
}


class BadCell(Exception):
    """What is wrong with one cell."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def clean(text: str) -> str:
    """The text without what nobody sees: white space around it, carriage returns, marks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return text.strip(TRIMMED + INVISIBLE)


def defuse(text: str) -> str:
    """The text with an apostrophe in front if a spreadsheet would run it as a formula."""
    return f"'{text}" if text.lstrip("'").startswith(tuple(FORMULA)) else text


def undefuse(text: str) -> str:
    """What `defuse` was given."""
    if text.startswith("'") and text.lstrip("'").startswith(tuple(FORMULA)):
        return text[1:]
    return text


def nearest(text: str, choices: Iterable[str]) -> str:
    """The choice most like `text` once both are folded, or ""."""
    by_key = {fold(choice): choice for choice in choices}
    found = get_close_matches(fold(text), by_key, n=1)
    return by_key[found[0]] if found else ""


def parse_email(text: str) -> str:
    try:
        return check_email(text)
    except InvalidPerson as refusal:
        raise BadCell("bad_email", refusal.message) from refusal


def parse_time(text: str) -> int:
    """Minutes after midnight: `09:00`, `9:00 AM`, `9am`; `24:00` is the end of the day."""
    match = TIME.fullmatch(text)
    if match and (match[2] or match[3]):
        hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
        if half and 1 <= hour <= NOON:
            hour = hour % NOON + (NOON if half == "p" else 0)
            half = ""
        minutes = hour * 60 + minute
        if not half and minute < 60 and minutes <= DAY:  # noqa: PLR2004
            return _on_grid(minutes, text)
    raise BadCell(
        "bad_time",
        _("“%(value)s” is no time of day. Write 09:00, 9:00 AM or 9am.") % {"value": text[:40]},
    )


def _on_grid(minutes: int, text: str) -> int:
    if minutes % 5:
        raise BadCell(
            "time_step",
            _("“%(value)s” does not fit: times run in steps of five minutes.") % {"value": text},
        )
    return minutes


def parse_range(start: str, end: str) -> tuple[int, int]:
    """Two times as a range; an end before the start lies on the next day."""
    first, last = parse_time(start), parse_time(end)
    if first == DAY:
        raise BadCell("bad_time", _("Hours cannot begin at 24:00. Write 00:00 of the next day."))
    if first == last:
        raise BadCell(
            "bad_range", _("The hours begin and end at the same time. Change one of the two.")
        )
    return first, last if last > first else last + DAY


def parse_days(text: str) -> list[int]:
    """Weekdays, Monday being 0, ascending: names or at least three letters, separated by `|`."""
    return sorted({_day(part.strip()) for part in text.split("|") if part.strip()})


def _day(text: str) -> int:
    key = fold(text).removesuffix(".")
    for number, name in enumerate(DAYS):
        if len(key) >= 3 and name.startswith(key):  # noqa: PLR2004
            return number
    near = nearest(text, [name.title() for name in DAYS])
    hint = _(" Did you mean %(near)s?") % {"near": near} if near else ""
    raise BadCell(
        "bad_day",
        _("“%(value)s” is no weekday. Write Monday or Mon, several as Mon|Wed.")
        % {"value": text[:40]}
        + hint,
    )


def parse_date(text: str) -> date:
    """An ISO date."""
    match = ISO_DATE.fullmatch(text)
    if match:
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError as error:
            raise BadCell(
                "bad_date",
                _("“%(value)s” is in no calendar. Check month and day.") % {"value": text},
            ) from error
    raise _slashed(text) or BadCell(
        "bad_date",
        _("“%(value)s” is no date. Write year-month-day, like 2027-03-01.") % {"value": text[:40]},
    )


def _slashed(text: str) -> BadCell | None:
    match = SLASHED_DATE.fullmatch(text)
    if match is None:
        return None
    one, two = int(match[1]), int(match[2])
    year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)  # noqa: PLR2004
    readings = [
        f"{year}-{m:02d}-{d:02d}" for m, d in ((one, two), (two, one)) if _is_date(year, m, d)
    ]
    if len(set(readings)) == 2:  # noqa: PLR2004
        message = _(
            "“%(value)s” is ambiguous: some read the month first, some the day. Write %(one)s or "
            "%(two)s."
        ) % {"value": text, "one": readings[0], "two": readings[1]}
        return BadCell("ambiguous_date", message)
    if readings:
        return BadCell(
            "bad_date",
            _("“%(value)s” is not written as year-month-day. Write %(one)s.")
            % {"value": text, "one": readings[0]},
        )
    return None


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def parse_meeting_kind(text: str) -> str:
    key = "".join(letter for letter in fold(text) if letter.isalnum())
    for kind, names in KINDS.items():
        if key in names:
            return kind.value
    raise BadCell(
        "bad_kind",
        _("“%(value)s” is no kind of place. Write in person, online or phone.")
        % {"value": text[:40]},
    )


def parse_capacity(text: str) -> int | None:
    if fold(text) in NO_LIMIT:
        return None
    digits = text.lstrip("0") if text.isascii() and text.isdigit() else ""
    if digits and len(digits) <= len(str(MAX_CAPACITY)) and int(digits) <= MAX_CAPACITY:
        return int(digits)
    raise BadCell(
        "bad_capacity",
        _(
            "“%(value)s” is no capacity. Write how many appointments there may be at once, "
            "1 or more, or leave the cell blank for no limit."
        )
        % {"value": text[:40]},
    )


# --- Opening hours: Mon-Fri 09:00-17:00; Sat 10:00-14:00 ------------------------------------------


def parse_hours(text: str) -> list[list[int]]:
    """[weekday, start minute, end minute] triples, sorted, overlaps united."""
    return unite_hours(
        [day, *times] for part in text.split(";") if part.strip() for day, times in _part(part)
    )


def _part(text: str) -> list[tuple[int, tuple[int, int]]]:
    text = re.sub(r"\s*[-–—]\s*", "-", text.strip())
    words = re.split(r"[\s:]+(?=\d)", text, maxsplit=1)
    if len(words) != 2:  # noqa: PLR2004
        raise _bad_hours(text)
    try:
        days = _day_list(words[0])
        ranges = [parse_range(*part.strip().split("-")) for part in words[1].split(",")]
    except TypeError as error:
        raise _bad_hours(text) from error
    except BadCell as error:
        raise _bad_hours(text, error.message) from error
    return [(day, times) for day in days for times in ranges]


def _day_list(text: str) -> list[int]:
    days: list[int] = []
    for part in re.split(r"[,|]", text.rstrip(" :,")):
        ends = [_day(end) for end in part.strip().split("-")]
        if len(ends) > 2:  # noqa: PLR2004
            raise _bad_hours(text)
        span = (ends[-1] - ends[0]) % 7
        days += [(ends[0] + step) % 7 for step in range(span + 1)]
    return days


def _bad_hours(text: str, reason: str = "") -> BadCell:
    message = _(
        "“%(value)s” cannot be read as opening hours. Write them like "
        "“Mon-Fri 09:00-17:00; Sat 10:00-14:00”."
    ) % {"value": text[:80]}
    return BadCell("bad_hours", f"{message} {reason}".strip())


def unite_hours(hours: Iterable[Sequence[int]]) -> list[list[int]]:
    """The same opening hours, cut at midnight and sorted, what overlaps or touches made one."""
    united: list[list[int]] = []
    pieces = [
        ((day + turn) % 7, max(0, start - turn * DAY), min(DAY, end - turn * DAY))
        for day, start, end in hours
        for turn in (0, 1)
    ]
    for day, start, end in sorted(piece for piece in pieces if piece[1] < piece[2]):
        if united and united[-1][0] == day and start <= united[-1][2]:
            united[-1][2] = max(united[-1][2], end)
        else:
            united.append([day, start, end])
    return united


def show_minutes(minutes: int) -> str:
    """`09:00`; the end of the day is `24:00`, beyond it the next day's time."""
    minutes = minutes if minutes <= DAY else minutes - DAY
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def show_hours(hours: Iterable[Sequence[int]]) -> str:
    """Opening hours as `parse_hours` reads them, neighbouring days with the same hours together."""
    by_day: dict[int, list[str]] = {}
    for day, start, end in unite_hours(hours):
        by_day.setdefault(day, []).append(f"{show_minutes(start)}-{show_minutes(end)}")
    runs: list[tuple[int, int, str]] = []
    for day, ranges in by_day.items():
        text = ", ".join(ranges)
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == text:
            runs[-1] = (runs[-1][0], day, text)
        else:
            runs.append((day, day, text))
    return "; ".join(f"{_show_days(first, last)} {text}" for first, last, text in runs)


def _show_days(first: int, last: int) -> str:
    return SHORT_DAYS[first] if first == last else f"{SHORT_DAYS[first]}-{SHORT_DAYS[last]}"
