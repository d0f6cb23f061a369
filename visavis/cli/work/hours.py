"""Carries out `visavis hours`."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import click

from visavis.availability.actions import (
    DAY,
    add_dated_change,
    add_weekly_block,
    remove_dated_change,
    remove_weekly_block,
)
from visavis.availability.enums import ChangeKind
from visavis.availability.models import Admission, DatedChange, WeeklyBlock
from visavis.bookings.models import Booking
from visavis.changes.fates import Changed, Scope, change_keeping
from visavis.cli.output import say, show_table
from visavis.cli.running import print_json
from visavis.cli.values import (
    COMMAND_LINE,
    plain,
    read_admits,
    read_date,
    read_days,
    read_id,
    read_time,
)
from visavis.cli.work.staying import say_who_stays
from visavis.communities.queries import get_community
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.core.text import fold
from visavis.imports.cells import SHORT_DAYS, show_minutes
from visavis.people.models import Provider
from visavis.people.queries import get_provider, get_user

T = TypeVar("T")
HEADERS = ["id", "kind", "provider", "when", "start", "end", "dates", "only for"]


def add(*, day: str, start: str, end: str, as_json: bool, **given: Any) -> None:
    days = read_days(day, "--day")
    minutes = read_time(start, "--start", default=0), read_time(end, "--end", default=DAY)
    dates = read_date(given["first"], "--from"), read_date(given["last"], "--until")
    provider = _provider(given["provider"], given["community"])
    admits = _admits(provider, given)

    def add_all() -> list[WeeklyBlock]:
        return [
            add_weekly_block(
                provider,
                weekday=weekday,
                start_minute=minutes[0],
                end_minute=minutes[1],
                valid_from=dates[0],
                valid_until=dates[1],
                admits=admits,
                by=COMMAND_LINE,
            )
            for weekday in days
        ]

    changed = _change(provider, add_all)
    _show([_weekly(block) for block in changed.result], as_json=as_json, empty="")
    _tell(changed.withdrawn, as_json=as_json)


def away(*, start: str | None, end: str | None, as_json: bool, **given: Any) -> None:
    _add_change(ChangeKind.AWAY, start, end, given, as_json=as_json)


def extra(*, start: str, end: str, as_json: bool, **given: Any) -> None:
    _add_change(ChangeKind.EXTRA, start, end, given, as_json=as_json)


def _add_change(
    kind: ChangeKind, start: str | None, end: str | None, given: dict[str, Any], *, as_json: bool
) -> None:
    first = read_date(given["first"], "--from")
    last = read_date(given["last"], "--until") or first
    if first is None or last is None:
        raise click.BadParameter("A date is needed.", param_hint="--from")
    minutes = read_time(start, "--start", default=0), read_time(end, "--end", default=DAY)
    provider = _provider(given["provider"], given["community"])
    admits = _admits(provider, given)
    changed = _change(
        provider,
        lambda: add_dated_change(
            provider,
            kind=kind,
            first=first,
            last=last,
            start_minute=minutes[0],
            end_minute=minutes[1],
            note=given["note"],
            admits=admits,
            by=COMMAND_LINE,
        ),
    )
    _show([_dated(changed.result)], as_json=as_json, empty="")
    _tell(changed.withdrawn, as_json=as_json)


def _change(provider: Provider, change: Callable[[], T]) -> Changed[T]:
    """Make the change; meetings stay, and whose hours are back need no other time."""
    scope = Scope(provider.community, provider)
    return change_keeping(scope, change, by=COMMAND_LINE, now=clock.now())


def _tell(withdrawn: Sequence[Booking], *, as_json: bool) -> None:
    if not as_json:
        say_who_stays(withdrawn)


def list_all(*, provider: str | None, community: str | None, as_json: bool) -> None:
    people = Provider.objects.filter(retired_at=None)
    if community is not None:
        people = people.filter(community=get_community(community))
    if provider is not None:
        people = people.filter(user=get_user(provider))
    weekly = WeeklyBlock.objects.filter(provider__in=people)
    dated = DatedChange.objects.filter(provider__in=people)
    related = ("services", "formats", "locations")
    rows = [
        *map(_weekly, _ordered(weekly.prefetch_related(*related))),
        *map(_dated, _ordered(dated.prefetch_related(*related))),
    ]
    _show(rows, as_json=as_json, empty="No hours yet. Add some with: visavis hours add --help")


def _ordered(rows: Any) -> Any:
    by_person = ("provider__user__last_name", "provider__user__email_key", "provider_id")
    own = ("weekday",) if rows.model is WeeklyBlock else ("first",)
    return rows.select_related("provider__user", "provider__community").order_by(
        *by_person, *own, "start_minute", "id"
    )


def remove(*, row: str, as_json: bool) -> None:
    found = _find(row)
    if isinstance(found, WeeklyBlock):
        shown, removal = _weekly(found), partial(remove_weekly_block, found)
    else:
        shown, removal = _dated(found), partial(remove_dated_change, found)
    changed = _change(found.provider, lambda: removal(by=COMMAND_LINE))
    if as_json:
        print_json({"removed": shown})
    else:
        say(f"Removed {shown['id']} of {shown['provider']}.")
    _tell(changed.withdrawn, as_json=as_json)


def _find(text: str) -> WeeklyBlock | DatedChange:
    letter, pk = text[:1].upper(), read_id(text[1:])
    if letter not in ("W", "D") or pk is None:
        raise click.BadParameter(
            f"“{text}” is no id. Take one from `visavis hours list`, like W12 or D3.",
            param_hint="ID",
        )
    model: Any = WeeklyBlock if letter == "W" else DatedChange
    found = (
        model.objects.select_related("provider__user", "provider__community").filter(pk=pk).first()
    )
    if found is None:
        raise NotFound(f"There are no hours {text}. `visavis hours list` shows all.")
    return found  # type: ignore[no-any-return]


def _provider(email: str, slug: str | None) -> Provider:
    """The person's place in this community, or in the only one where they give support."""
    if slug is not None:
        return get_provider(get_community(slug), email)
    found = list(
        Provider.objects.filter(user__email_key=fold(email), retired_at=None).select_related(
            "community", "user"
        )
    )
    if len(found) > 1:
        slugs = ", ".join(sorted(provider.community.slug for provider in found))
        raise click.UsageError(f"{email} gives support in {slugs}. Say which: --community SLUG.")
    if not found:
        raise NotFound(
            f"Nobody with the e-mail address {email} gives support here.", code="unknown_provider"
        )
    return found[0]


def _admits(provider: Provider, given: dict[str, Any]) -> Any:
    return read_admits(
        provider.community,
        services=given.get("services"),
        formats=given.get("formats"),
        locations=given.get("locations"),
    )


def _weekly(block: WeeklyBlock) -> dict[str, Any]:
    return {
        "id": f"W{block.pk}",
        "kind": "weekly",
        "provider": block.provider.user.email,
        "community": block.provider.community.slug,
        "day": SHORT_DAYS[block.weekday],
        "from": plain(block.valid_from),
        "until": plain(block.valid_until),
        **_range(block),
        **_only_for(block),
    }


def _dated(change: DatedChange) -> dict[str, Any]:
    return {
        "id": f"D{change.pk}",
        "kind": str(change.kind),
        "provider": change.provider.user.email,
        "community": change.provider.community.slug,
        "day": None,
        "from": plain(change.first),
        "until": plain(change.last),
        **_range(change),
        **_only_for(change),
    }


def _range(row: Any) -> dict[str, str]:
    return {"start": show_minutes(row.start_minute), "end": show_minutes(row.end_minute)}


def _only_for(row: Admission) -> dict[str, list[str] | None]:
    """What the hours admit; None is anything."""
    return {
        "services": None if row.any_service else [str(one) for one in row.services.all()],
        "formats": None if row.any_format else [str(one) for one in row.formats.all()],
        "locations": None if row.any_location else [str(one) for one in row.locations.all()],
    }


def _show(rows: list[dict[str, Any]], *, as_json: bool, empty: str) -> None:
    if as_json:
        print_json({"hours": rows})
        return
    show_table(HEADERS, [_as_cells(row) for row in rows], empty=empty)


def _as_cells(row: dict[str, Any]) -> list[str]:
    only = [name for kind in ("services", "formats", "locations") for name in row[kind] or ()]
    return [
        row["id"],
        row["kind"],
        row["provider"],
        row["day"] or "daily",
        row["start"],
        row["end"],
        _span(row["from"], row["until"]),
        ", ".join(only) or "anything",
    ]


def _span(first: str | None, last: str | None) -> str:
    if first and last:
        return first if first == last else f"{first} to {last}"
    if first or last:
        return f"from {first}" if first else f"until {last}"
    return "always"
