"""What people type, as values: wrong usage is said with its option and ends with status 2."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import click

from visavis.availability.actions import Admits
from visavis.availability.queries import get_location
from visavis.catalogue.queries import get_format, get_service
from visavis.communities.models import Community
from visavis.core import clock, ids
from visavis.core.history import Actor
from visavis.imports.cells import BadCell, parse_date, parse_days, parse_time

COMMAND_LINE = Actor(None, "Command line")
YEARS = range(1970, 2200)
T = TypeVar("T")


def read_date(text: str | None, option: str) -> date | None:
    """An ISO date, or None where none was given."""
    if text is None:
        return None
    found = _read(parse_date, text, option)
    _check_year(found.year, text, option)
    return found


def read_instant(text: str | None, option: str) -> datetime | None:
    """An ISO instant as aware UTC; one without its zone is refused, because it could be several."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"“{text}” is no instant. Write one like 2027-03-01T14:00:00Z.", param_hint=option
        ) from None
    if found.tzinfo is None:
        raise click.BadParameter(
            f"“{text}” does not say its zone. Write {found.isoformat()}Z for UTC, or an offset like"
            " -05:00 instead of the Z.",
            param_hint=option,
        )
    _check_year(found.year, text, option)
    return found.astimezone(UTC)


def _check_year(year: int, text: str, option: str) -> None:
    if year not in YEARS:
        raise click.BadParameter(
            f"“{text}” lies outside the years {YEARS[0]} to {YEARS[-1]}.", param_hint=option
        )


def local(community: Community, instant: datetime) -> str:
    """“Mon 2027-02-15 10:00 (America/New_York)”."""
    return f"{instant.astimezone(community.zone):%a %Y-%m-%d %H:%M} ({community.timezone})"


def read_time(text: str | None, option: str, *, default: int) -> int:
    """A time of day as minutes after midnight."""
    return default if text is None else _read(parse_time, text, option)


def read_days(text: str, option: str) -> list[int]:
    """Weekdays such as `Mon|Wed`, Monday being 0."""
    days = _read(parse_days, text, option)
    if not days:
        raise click.BadParameter("Name at least one weekday, like Mon|Wed.", param_hint=option)
    return days


def _read(parse: Callable[[str], T], text: str, option: str) -> T:
    try:
        return parse(text.strip())
    except BadCell as error:
        raise click.BadParameter(error.message, param_hint=option) from error


def read_id(text: str) -> int | None:
    """An id as lists show it, 0 (nobody's) for a longer one than any; None for what is none."""
    if not (text.isascii() and text.isdigit()):
        return None
    return ids.read_id(text) or 0


def require_id(text: str, command: str) -> int:
    """The same for a row of the list that `command` shows. Raises BadParameter for what is none."""
    pk = read_id(text)
    if pk is None:
        raise click.BadParameter(f"“{text}” is no id. Take one from `{command}`.", param_hint="ID")
    return pk


def read_admits(
    community: Community, *, services: str | None, formats: str | None, locations: str | None
) -> Admits:
    """What hours admit, from lists separated by `|`; a list that was not given is "any".

    Raises NotFound for a name that is none of the community's.
    """
    return Admits(
        services=_each(services, lambda code: get_service(community, code)),
        formats=_each(formats, lambda name: get_format(community, name)),
        locations=_each(locations, lambda name: get_location(community, name)),
    )


def _each(text: str | None, find: Callable[[str], T]) -> list[T] | None:
    if text is None:
        return None
    return [find(part.strip()) for part in text.split("|") if part.strip()] or None


@contextmanager
def at(now: str | None) -> Iterator[datetime]:
    """The block's present: the clock's, or the instant that `--now` names."""
    instant = read_instant(now, "--now")
    with clock.frozen_at(instant) if instant else nullcontext():
        yield clock.now()


def read_pairs(texts: Iterable[str], *, example: str) -> dict[str, str]:
    """Arguments of the form key=value."""
    pairs = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise click.UsageError(f"“{text}” is no setting. Write key=value, like {example}.")
        pairs[key.strip()] = value
    return pairs


def written(value: Any) -> str:
    """A setting's value as `set` takes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        words = all(isinstance(part, str) for part in value)
        return ("|" if words else ",").join(str(part) for part in value)
    if isinstance(value, float):
        return f"{value:g}"
    return "none" if value is None else str(value)


def iso(instant: datetime) -> str:
    """An instant as ISO 8601 in UTC."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def plain(value: Any) -> Any:
    """The value as JSON and tables show it."""
    return str(value) if isinstance(value, date | datetime) else value
