"""Values that pages hand to components."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One line of the left menu, or of a row of tabs (`count` is shown when it is not None)."""

    label: str
    url: str
    icon: str = ""
    active: bool = False
    count: int | None = None
    children: "list[MenuItem]" = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen in an earlier step; without `url` it cannot be changed.

    One that `leads` stands first where only one line is shown; `short` stands there for a value
    of which the line would cut off the end.
    """

    label: str
    value: str
    url: str = ""
    leads: bool = False
    short: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Where a person is on a way of several pages."""

    name: str
    prompt: str
    number: int
    total: int
    back_url: str = ""
    choices: list[Choice] = field(default_factory=list)


class StripDay(Protocol):
    """A day of a strip: with free times it leads to them, with none it says why (`reason`)."""

    @property
    def day(self) -> date: ...
    @property
    def weekday(self) -> str: ...
    @property
    def full_name(self) -> str: ...
    @property
    def count(self) -> int: ...
    @property
    def url(self) -> str: ...
    @property
    def is_chosen(self) -> bool: ...
    @property
    def reason(self) -> str: ...


class LinkedTime(Protocol):
    """A time to choose: what is seen, the rest of its full name, the second zone's, a note."""

    @property
    def url(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def rest(self) -> str: ...
    @property
    def other(self) -> str: ...
    @property
    def note(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Portrait:
    """A face: the photo (a stored file or an address, may be empty) and whose it is."""

    name: str
    photo: Any = ""


def find_photo_url(photo: Any) -> str:
    """The address of a stored file or of a ready address; empty when there is none."""
    if not photo:
        return ""
    return str(getattr(photo, "url", photo))


def initials_of(name: str) -> str:
    """The first letters of the first and the last word: “Talia K” gives TK."""
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return "?"
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return letters.upper()
