"""Carries out `visavis community`."""

from typing import Any

from visavis.cli.output import say, show_table
from visavis.cli.running import print_json
from visavis.cli.values import COMMAND_LINE, read_pairs, written
from visavis.communities.actions import set_from_text
from visavis.communities.models import Community
from visavis.communities.queries import communities, get_community
from visavis.communities.settings import shown_settings
from visavis.setup.actions import found_community


def create(*, slug: str, name: str, preset: str, timezone: str, as_json: bool) -> None:
    made = found_community(slug=slug, name=name, preset=preset, timezone=timezone, by=COMMAND_LINE)
    if as_json:
        print_json(_as_data(made))
        return
    say(f"Made the community “{made.name}” ({made.slug}).")
    say(f"Next: visavis import courses FILE --community {made.slug}")


def list_all(*, as_json: bool) -> None:
    found = list(communities())
    if as_json:
        print_json({"communities": [_in_short(row) for row in found]})
        return
    show_table(
        ["slug", "name", "preset", "timezone"],
        [_in_short(row).values() for row in found],
        empty="No community has been made yet. Begin with: visavis community create --help",
    )


def show(*, slug: str, as_json: bool) -> None:
    found = get_community(slug)
    if as_json:
        print_json(_as_data(found))
        return
    say(f"{found.name} ({found.slug}, {found.preset})")
    show_table(
        ["key", "value"],
        [(key, written(value)) for key, value in shown_settings(found).items()],
        empty="",
    )


def change(*, slug: str, pairs: tuple[str, ...], as_json: bool) -> None:
    wanted = read_pairs(pairs, example="weeks_ahead=12")
    changed = set_from_text(get_community(slug), wanted, by=COMMAND_LINE)
    if as_json:
        print_json(_as_data(changed))
        return
    shown = shown_settings(changed)
    for key in wanted:
        say(f"{key} = {written(shown[key])}")


def _in_short(community: Community) -> dict[str, Any]:
    return {
        "slug": community.slug,
        "name": community.name,
        "preset": community.preset,
        "timezone": community.timezone,
    }


def _as_data(community: Community) -> dict[str, Any]:
    return {**_in_short(community), "settings": shown_settings(community)}
